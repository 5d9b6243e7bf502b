"""All tables at once: the plan beforehand, whole tables, and reasons for those that are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, demo, errors, loaders, tables
from tests.demo.conftest import SmallListener, small_id, small_listener

Connect = Callable[..., client.Client]
FIELDS = dataclasses.fields(demo.Listener)
NAMES = [
    "profile",
    "top_tracks",
    "top_artists",
    "recent_plays",
    "playlists",
    "playlist_items",
    "saved_tracks",
    "saved_albums",
    "saved_shows",
    "saved_episodes",
    "followed_artists",
]


def test_all_tables_and_the_number_of_calls_said_beforehand(
    spotify: client.Client, server: demo.Server
) -> None:
    said: list[tuple[str, int]] = []
    found = loaders.everything(
        spotify,
        playlists="all",
        time_zone="Asia/Tokyo",
        say=lambda text: said.append((text, server.calls())),
    )
    assert list(found) == NAMES
    assert all("missing" not in found[n].attrs for n in NAMES if n != "playlist_items")
    assert len(found["top_tracks"]["time_range"].unique()) == 3
    assert set(found["recent_plays"]["time_zone"]) == {"Asia/Tokyo"}
    text, n_before = said[0]
    announced = int(text.removeprefix("Everything: ").split()[0])
    assert server.calls() == n_before + announced
    # seven to look: five lists, playlists, profile
    assert n_before == 7
    assert "playlist_items" in text


def test_nothing_is_asked_twice(spotify: client.Client, server: demo.Server) -> None:
    loaders.everything(spotify, say=None)
    asked = [(one.method, one.path, one.query) for one in server.requests]
    assert len(asked) == len(set(asked))


def test_the_plan_alone_and_then_the_load(spotify: client.Client, server: demo.Server) -> None:
    planned = loaders.plan(spotify)
    assert planned["table"].tolist() == NAMES
    n_looked = server.calls()
    assert planned.set_index("table").loc["saved_tracks", "n_rows"] == 144
    loaders.saved_tracks(spotify)
    assert server.calls() == n_looked + 2


def test_own_playlists_only_unless_asked(spotify: client.Client) -> None:
    items = loaders.everything(spotify, say=None)["playlist_items"]
    assert set(items["playlist"]) == {"Public", "Private"}
    none = loaders.everything(spotify, playlists="none", say=None)["playlist_items"]
    assert none.empty
    assert "Not asked for" in none.attrs["missing"]
    with pytest.raises(ValueError, match="'own', 'all', 'none'; not 'mine'"):
        loaders.everything(spotify, playlists="mine", say=None)


@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_what_a_login_does_not_allow_is_empty_with_the_reason(
    connect: Connect, server: demo.Server
) -> None:
    server.set(granted_scopes=["user-library-read"])
    try:
        said: list[str] = []
        found = loaders.everything(connect(), say=said.append)
    finally:
        server.set(granted_scopes=None)
    assert len(found["saved_tracks"]) == 144
    assert found["top_tracks"].empty
    assert "user-top-read" in found["top_tracks"].attrs["missing"]
    assert list(found["top_tracks"].columns) == list(tables.TOP_TRACKS.columns)
    assert "playlist-read-private" in found["playlist_items"].attrs["missing"]
    assert "tables cannot be loaded" in said[0]


@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_a_refused_list_costs_one_table_and_not_all(
    spotify: client.Client, server: demo.Server
) -> None:
    server.faults.add("403_forbidden", path="/me/shows", times=9)
    found = loaders.everything(spotify, say=None)
    assert "refuses" in found["saved_shows"].attrs["missing"]
    assert len(found["saved_tracks"]) == 144


@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_an_app_without_premium_is_an_error(spotify: client.Client, server: demo.Server) -> None:
    server.set(owner_premium=False)
    try:
        with pytest.raises(errors.PremiumRequiredError):
            loaders.everything(spotify, say=None)
    finally:
        server.set(owner_premium=True)


@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_what_came_whole_before_an_error_is_kept(
    spotify: client.Client, server: demo.Server
) -> None:
    server.faults.add("quota_429", path="/me/player/recently-played", retry_after=50_000)
    with pytest.raises(errors.QuotaExceededError) as caught:
        loaders.everything(spotify, say=None)
    assert list(caught.value.tables) == ["profile", "top_tracks", "top_artists"]


def test_an_account_with_nothing_in_it() -> None:
    class NewAccount(SmallListener):
        def top_artists(self, time_range: str) -> list[str]:
            return []

    known = {field.name: getattr(small_listener(), field.name) for field in FIELDS}
    nothing = {name: () for name, value in known.items() if isinstance(value, tuple)}
    with demo.Server(NewAccount(**{**known, **nothing})) as server:
        spotify = demo.connect(server=server, progress=False)
        found = loaders.everything(spotify, say=None)
        spotify.close()
    for name, frame in found.items():
        if name != "profile":
            assert frame.empty, name
            assert "missing" not in frame.attrs
    assert len(found["profile"]) == 1


# ---------------------------------------------------------------- loaders by name


LOADS: dict[str, Callable[[client.Client], object]] = {
    "profile": loaders.profile,
    "top_tracks": loaders.top_tracks,
    "top_artists": loaders.top_artists,
    "recent_plays": loaders.recent_plays,
    "playlists": loaders.playlists,
    "saved_tracks": loaders.saved_tracks,
    "saved_albums": loaders.saved_albums,
    "saved_shows": loaders.saved_shows,
    "saved_episodes": loaders.saved_episodes,
    "followed_artists": loaders.followed_artists,
}


def test_each_loader_takes_what_its_plan_says(
    spotify: client.Client, server: demo.Server, connect: Connect
) -> None:
    for name, load in LOADS.items():
        one = connect()
        planned = loaders.plan(one, name)
        assert planned["table"].tolist() == [name]
        server.forget_requests()
        load(one)
        assert server.calls() == planned.loc[0, "n_calls"], name
    several = loaders.plan(spotify, ["saved_tracks", "top_tracks"])
    assert several["table"].tolist() == ["saved_tracks", "top_tracks"]
    # 144 tracks are three pages, and the plan has loaded the first
    assert several["n_calls"].tolist() == [2, 1]
    assert several["n_rows"].tolist()[0] == 144
    assert several["missing"].isna().all()


def test_loaders_of_named_things_take_what_their_plan_says(
    spotify: client.Client, server: demo.Server
) -> None:
    mine = loaders.playlists(spotify)
    mine = mine[mine["is_own"]]
    tracks = [small_id(f"track {a}.0.{t}") for a in range(4) for t in range(2)]
    albums = [small_id(f"album {a}.0") for a in range(4)]
    artists = [small_id(f"artist {a}") for a in range(5)]
    given: dict[str, tuple[Callable[..., pd.DataFrame], Any]] = {
        "playlist_items": (loaders.playlist_items, mine),
        "tracks": (loaders.tracks, tracks),
        "albums": (loaders.albums, albums),
        "artists": (loaders.artists, artists),
        "artist_albums": (loaders.artist_albums, artists),
    }
    for name, (load, of) in given.items():
        spotify.cache.clear()
        planned = loaders.plan(spotify, name, of=of)
        server.forget_requests()
        found = load(spotify, of)
        assert server.calls() == planned.loc[0, "n_calls"], name
        assert len(found) == planned.loc[0, "n_rows"], name
    # what lies on disk takes no call
    assert loaders.plan(spotify, "tracks", of=tracks[:0]).loc[0, "n_calls"] == 0
    loaders.tracks(spotify, tracks)
    assert loaders.plan(spotify, "tracks", of=tracks).loc[0, "n_calls"] == 0
    assert loaders.plan(spotify, "album_tracks", of=albums)["n_rows"].isna().all()


def test_one_playlist_by_its_id(spotify: client.Client, server: demo.Server) -> None:
    listed = loaders.playlists(spotify)
    id_ = listed.loc[listed["playlist"] == "Public", "id"].iloc[0]
    planned = loaders.plan(spotify, "playlist_items", of=id_)
    server.forget_requests()
    found = loaders.playlist_items(spotify, id_)
    assert len(found) == planned.loc[0, "n_rows"]
    assert server.calls() == planned.loc[0, "n_calls"]
    # again it is only looked at
    assert loaders.plan(spotify, "playlist_items", of=id_).loc[0, "n_calls"] == 1


@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_a_plan_says_whether_the_budget_allows_it_and_what_is_not_granted(
    connect: Connect, server: demo.Server
) -> None:
    one = connect()
    one._pace.per_day = 4
    planned = loaders.plan(one, ["saved_tracks", "top_tracks", "recent_plays"])
    # one of four calls was for the plan; two, three and four are still to make
    assert planned["fits"].tolist() == [True, True, False]
    assert planned["expected_s"].is_monotonic_increasing
    server.set(granted_scopes=["user-library-read"])
    try:
        refused = loaders.plan(connect(), ["top_tracks", "saved_tracks"]).set_index("table")
    finally:
        server.set(granted_scopes=None)
    assert "user-top-read" in refused.loc["top_tracks", "missing"]
    assert refused["n_calls"].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("loads", "of", "message"),
    [
        ("saved", None, "`loads` must be some of profile, .*; not 'saved'"),
        ("tracks", None, "`of` must name the tracks that `tracks` will be given"),
        ("saved_tracks", ["x"], "`of` is for one of .*; `loads` names none of them"),
        (["tracks", "albums"], ["x"], "`loads` names 2 of them"),
        (None, ["x"], "name it, too"),
        ("tracks", ["x"], "is no track"),
        (5, None, "`loads` must be some of .*; not 5"),
        ([["tracks"]], None, r"`loads` must be some of .*; not \['tracks'\]"),
        ("tracks", 5, "'5' is no track"),
    ],
)
@pytest.mark.parametrize("mode", ["new"], indirect=True)
def test_a_plan_of_nothing_known(
    spotify: client.Client, server: demo.Server, loads: Any, of: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        loaders.plan(spotify, loads, of=of)
    assert server.calls() == 0
