"""Albums not yet heard, through the real client from a stand-in, within a budget of calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from spotify_analysis import client, recommend, tables
from spotify_analysis.demo.server import Server
from tests.recommend.conftest import N_ARTISTS, NOW, id_of, plays_of, report, track_uri
from tests.recommend.services import Answer, World


@pytest.fixture
def history() -> pd.DataFrame:
    """Three tracks of each artist's known album; artist 0 most of all."""
    rows = [
        (f"Ärtist {a}", f"Known song {t}", float(day))
        for a in range(N_ARTISTS)
        for t in range(3)
        for day in range(1, 12 - a)
    ]
    plays = plays_of(rows)
    plays["album"] = [f"Known {artist[-1]}" for artist in plays["artist"]]
    plays["uri"] = [
        track_uri(f"trackKnown {artist[-1]}.{track[-1]}")
        for artist, track in zip(plays["artist"], plays["track"], strict=True)
    ]
    return plays


def test_deep_cuts_are_unheard_tracks_of_known_artists(
    server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    picks = recommend.recommend(history=history, mode="deep_cuts", client=connect(server))
    assert dict(picks.dtypes.astype(str)) == tables.PICKS.dtypes
    assert not picks["known"].any()
    assert not set(picks["uri"]) & set(history["uri"])
    assert picks.groupby("artist").size().to_dict() == {f"Ärtist {a}": 2 for a in range(N_ARTISTS)}
    first = picks.iloc[0]
    assert (first["track"], first["artist"]) == ("Known song 3", "Ärtist 0")
    assert first["reason"] == (
        "on Known 0, which you know 3 of 4 tracks of; "
        "you played Ärtist 0 33 times in the last 90 days"
    )
    assert first["release_date"] == "2015-03-01"
    said = picks.attrs["providers"]["catalogue"]
    assert said["status"] == "ok"
    assert said["requests"] == server.calls() > 0
    assert said["fetched_at"] is not None


def test_new_releases_come_newest_first(
    server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    picks = recommend.recommend(
        history=history, mode="new_releases", client=connect(server), diversity=0
    )
    assert set(picks["album"]) == {f"New {a}" for a in range(N_ARTISTS)}
    assert list(picks["release_date"]) == sorted(picks["release_date"], reverse=True)
    assert picks["reason"][0] == (
        "released 2026-10-15 on New 5; you played Ärtist 5 18 times in the last 90 days"
    )


def test_new_releases_begin_with_whom_listenbrainz_names(
    new_server: Server,
    connect: Callable[[Server], client.Client],
    history: pd.DataFrame,
    world: World,
    tmp_path: Path,
) -> None:
    world.released = ["ärtist 4", "Somebody else"]
    asking = recommend.Catalogue(
        ask_listenbrainz=True, cache_dir=tmp_path, listenbrainz=world.service("ListenBrainz")
    )
    # three calls: one artist to be found, one list of albums, one album
    few = recommend.Budget(spotify_calls=3)

    def run(provider: str | recommend.Provider, mode: str = "new_releases") -> pd.DataFrame:
        return recommend.recommend(
            history=history,
            mode=mode,
            providers=[provider],
            client=connect(new_server),
            budget=few,
        )

    assert set(run("catalogue")["artist"]) == {"Ärtist 0"}
    assert not world.log, "nobody but Spotify is asked unless that is said"
    picks = run(asking)
    assert set(picks["artist"]) == {"Ärtist 4"}
    said = report(picks, "catalogue")
    assert "ListenBrainz: 1 of 6 artists released something in the last 30 days" in said["why"]
    assert said["requests"] == 4
    # one question, which says nothing of the listener, and is not asked again that day
    [(method, path, headers, body)] = world.log
    assert (method, body) == ("GET", None)
    assert path.endswith(
        "/explore/fresh-releases/?days=30&sort=release_date&past=true&future=false"
    )
    assert "Authorization" not in headers
    run(asking)
    assert "New" not in set(run(asking, mode="deep_cuts")["album"].str.partition(" ")[0])
    assert len(world.log) == 1


def test_new_releases_do_without_listenbrainz(
    new_server: Server,
    connect: Callable[[Server], client.Client],
    history: pd.DataFrame,
    world: World,
    tmp_path: Path,
) -> None:
    asking = recommend.Catalogue(
        ask_listenbrainz=True, cache_dir=tmp_path, listenbrainz=world.service("ListenBrainz")
    )
    html, strange = Answer(502, "<html>"), Answer(200, {"payload": {"releases": [None, {}]}})
    for answer, told in ((html, "not asked who released"), (strange, "0 of 6 artists")):
        world.faults = {"fresh-releases": [answer]}
        picks = recommend.recommend(
            history=history, mode="new_releases", providers=[asking], client=connect(new_server)
        )
        assert set(picks["album"]) == {f"New {a}" for a in range(N_ARTISTS)}
        assert report(picks, "catalogue")["status"] == "ok"
        assert told in report(picks, "catalogue")["why"]


def test_mix_holds_the_asked_share_of_what_is_new(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    picks = recommend.recommend(
        history=history, n=10, novelty=0.4, client=connect(new_server), per_artist=None
    )
    assert (~picks["known"]).sum() == 4


def test_seeds_without_history_will_do(
    new_server: Server, connect: Callable[[Server], client.Client]
) -> None:
    spotify = connect(new_server)
    by_name = recommend.recommend("artist 2", mode="deep_cuts", client=spotify, n=2)
    by_uri = recommend.recommend(
        f"spotify:artist:{id_of('artist 2')}", mode="deep_cuts", client=spotify, n=2
    )
    by_track = recommend.recommend(
        track_uri("trackDeep 2.0"), mode="deep_cuts", client=spotify, n=2
    )
    by_table = recommend.recommend(
        pd.DataFrame({"artist": ["Ärtist 2"], "id": [id_of("artist 2")]}),
        mode="deep_cuts",
        client=spotify,
        n=2,
    )
    assert track_uri("trackDeep 2.0") not in set(by_track["uri"])
    for picks in (by_name, by_uri, by_track, by_table):
        assert set(picks["artist"]) == {"Ärtist 2"}
        assert picks["reason"].str.endswith("you named Ärtist 2").all()
    nobody = recommend.recommend("Nobody", mode="deep_cuts", client=spotify)
    said = nobody.attrs["providers"]["catalogue"]
    assert nobody.empty
    assert (said["status"], said["why"]) == ("failed", "no artist called 'Nobody' found")


def test_what_is_in_the_playlists_is_known(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    entries = pd.DataFrame(
        {"playlist_id": "p", "track": "Known song 3", "artist": "Ärtist 0", "uri": pd.NA}, index=[0]
    )
    picks = recommend.recommend(
        history=history, playlists=entries, mode="deep_cuts", client=connect(new_server)
    )
    of_first = picks[picks["artist"] == "Ärtist 0"]
    assert "Known song 3" not in set(of_first["track"])


def test_filters_see_what_the_catalogue_knows(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    picks = recommend.recommend(
        history=history,
        mode="deep_cuts",
        client=connect(new_server),
        filters="release_year < 2000 and duration_ms < 300000 and not explicit",
    )
    assert set(picks["album"]) == {f"Deep {a}" for a in range(N_ARTISTS)}
    assert picks["track"].str.fullmatch("Deep song [01]").all()


@pytest.mark.parametrize("n_calls", [0, 1, 5, 12])
def test_suggest_R09_the_budget_is_kept(
    new_server: Server,
    connect: Callable[[Server], client.Client],
    history: pd.DataFrame,
    n_calls: int,
) -> None:
    picks = recommend.recommend(
        history=history,
        mode="deep_cuts",
        client=connect(new_server),
        budget=recommend.Budget(spotify_calls=n_calls),
    )
    assert new_server.calls() <= n_calls + 1
    said = picks.attrs["providers"]["catalogue"]
    assert said["status"] in ("partial", "failed")
    assert "budget" in said["why"]


def test_a_second_run_takes_albums_from_disk(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    once = recommend.recommend(history=history, mode="deep_cuts", client=connect(new_server))
    again = recommend.recommend(history=history, mode="deep_cuts", client=connect(new_server))
    said = again.attrs["providers"]["catalogue"]
    assert said["cached"] > 0
    assert said["requests"] < once.attrs["providers"]["catalogue"]["requests"]
    pd.testing.assert_frame_equal(once, again, check_flags=False)


@pytest.mark.parametrize(
    ("fault", "name"),
    [("quota_429", "QuotaExceededError"), ("403_forbidden", "Error"), ("html_200", "BadAnswer")],
)
def test_a_refusal_leaves_what_was_found_and_says_so(
    new_server: Server,
    connect: Callable[[Server], client.Client],
    history: pd.DataFrame,
    fault: str,
    name: str,
) -> None:
    new_server.faults.add(fault, path="/albums/", times=None)
    picks = recommend.recommend(history=history, client=connect(new_server))
    said = picks.attrs["providers"]["catalogue"]
    assert said["status"] == "failed"
    assert name in said["why"]
    assert picks["known"].all()
    assert len(picks)


def test_an_artist_who_is_gone_is_passed_over(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    new_server.faults.add("404_json", path="/artists/artist0x.*/albums", times=None)
    picks = recommend.recommend(history=history, mode="deep_cuts", client=connect(new_server))
    assert set(picks["artist"]) == {f"Ärtist {a}" for a in range(1, N_ARTISTS)}
    assert picks.attrs["providers"]["catalogue"]["status"] == "partial"


def test_suggest_R01_no_network_is_said_and_own_suggestions_come_all_the_same(
    new_server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    with Server(new_server._listener) as gone:
        spotify = connect(gone)
    picks = recommend.recommend(history=history, client=spotify)
    said = picks.attrs["providers"]["catalogue"]
    assert said["status"] == "failed"
    assert "NetworkError" in said["why"]
    assert len(picks)


def test_missing_addresses_are_looked_up_for_the_chosen_only(
    server: Server, connect: Callable[[Server], client.Client], history: pd.DataFrame
) -> None:
    history["uri"] = pd.NA
    strange = plays_of([("Ärtist 0", "Not at Spotify", 0.5)])
    strange["uri"] = pd.NA
    both = pd.concat([history, strange], ignore_index=True)
    offline = recommend.recommend(history=both, mode="on_repeat", n=4)
    assert offline["uri"].isna().all()
    picks = recommend.recommend(
        history=both, mode="on_repeat", n=4, client=connect(server), per_artist=1
    )
    assert server.calls("search") == 4
    assert list(picks["uri"]) == [
        track_uri(f"trackKnown {artist[-1]}.{track[-1]}")
        for artist, track in zip(picks["artist"], picks["track"], strict=True)
    ]
    one = recommend.recommend(history=strange, mode="on_repeat", client=connect(server), as_of=NOW)
    assert one["uri"].isna().all()
    assert one.attrs["dropped"]["no_spotify_match"] == 1
