"""All tables at once: the plan beforehand, whole tables, and reasons for those that are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from spotify_analysis import client, demo, errors, loaders, tables
from tests.demo.conftest import SmallListener, small_listener

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
