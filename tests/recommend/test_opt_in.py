"""Providers that are asked only when named, and Spotify's own where an app still has it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spotify_analysis import client, recommend
from spotify_analysis.demo.server import Server
from tests.recommend.conftest import discover, id_of, plays_of, report, track_uri
from tests.recommend.services import World, spotify_id


@pytest.mark.parametrize("mode", list(recommend.MODES))
def test_who_must_be_named_is_not_asked_unless_named(mode: str) -> None:
    picks = recommend.recommend(mode=mode)
    assert not {"deezer", "reccobeats"} & set(picks.attrs["providers"])
    named = recommend.recommend(mode=mode, providers=["own", "deezer", "reccobeats"])
    for name in ("deezer", "reccobeats"):
        assert report(named, name)["status"] == "skipped"


# ---------------------------------------------------------------- Deezer


def test_deezers_radio(world: World, deezer: recommend.Deezer) -> None:
    picks = discover(deezer, diversity=0)
    # places on the radio of Portishead: Tricky 0 and 1, Can 2, Lamb 3; Can is known
    assert list(picks["artist"]) == ["Tricky", "Tricky", "Lamb", "Neu!"]
    first = picks.iloc[0]
    assert first["reason"] == "Deezer: plays Tricky beside Portishead"
    assert (first["seed"], first["album"]) == ("Portishead", "Tricky I")
    # Portishead's share of the seeds, and a second place divided by 1.1
    assert picks["score"][1] == pytest.approx(picks["score"][0] / 1.1)
    assert picks["uri"].isna().all()
    said = report(picks, "deezer")
    assert (said["status"], said["why"], said["requests"]) == ("ok", "", 4)
    assert report(discover(deezer), "deezer")["cached"] == 4
    assert all("( http" in headers["User-Agent"] for _, _, headers, _ in world.log)


def test_related_artists_where_deezer_has_no_radio(world: World, deezer: recommend.Deezer) -> None:
    world.has_deezer_radio = False
    picks = discover(deezer, diversity=0)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    # nobody asks for the tracks of Can, which is known
    assert sum(path.endswith("/top") for path in world.calls()) == 3
    assert discover(deezer, filters="duration_ms == 200000 and not explicit").shape[0] == 4


def test_an_artist_is_taken_only_by_its_exact_name(world: World, deezer: recommend.Deezer) -> None:
    picks = discover(deezer, seeds=["Portisheadd"], history=None)
    said = report(picks, "deezer")
    assert picks.empty
    assert (said["status"], said["why"]) == (
        "failed",
        "Deezer knows no artist called 'Portisheadd'",
    )


# ---------------------------------------------------------------- ReccoBeats


def test_reccobeats_by_spotifys_ids(world: World, reccobeats: recommend.ReccoBeats) -> None:
    picks = discover(reccobeats, diversity=0)
    assert list(picks["artist"]) == ["Tricky", "Tricky", "Lamb", "Neu!"]
    first = picks.iloc[0]
    assert first["reason"] == "ReccoBeats: near to Roads"
    assert first["seed"] == "Roads"
    assert first["uri"] == f"spotify:track:{spotify_id('Hell Is Round the CornerTricky')}"
    said = report(picks, "reccobeats")
    assert (said["status"], said["why"], said["requests"]) == ("ok", "", 2)
    sent = [path.partition("?")[2] for _, path, _, _ in world.log]
    assert sent == [
        f"seeds={spotify_id('PortisheadRoads')}&size=20",
        f"seeds={spotify_id('CanVitamin C')}&size=20",
    ]


def test_reccobeats_drops_ids_without_a_word(reccobeats: recommend.ReccoBeats) -> None:
    said = report(discover(reccobeats, history=plays_of([("Nobody", "Nothing", 1)])), "reccobeats")
    assert said["status"] == "ok"
    assert said["why"] == "ReccoBeats knows none of these, or nothing near to them"


def test_reccobeats_needs_addresses(world: World, reccobeats: recommend.ReccoBeats) -> None:
    said = report(discover(reccobeats, seeds="Portishead"), "reccobeats")
    assert said["status"] == "skipped"
    assert said["why"].startswith("needs tracks with an address at Spotify")
    assert not world.log


# ---------------------------------------------------------------- Spotify


def test_spotifys_own_where_an_app_still_has_it(
    running: Server, connect: Callable[[Server], client.Client]
) -> None:
    running.set(mode="extended")
    running.reset()
    spotify = connect(running)
    history = plays_of([("Ärtist 0", "Known song 0", 1), ("Ärtist 1", "Known song 1", 2)])
    history["uri"] = pd.array(
        [track_uri("trackKnown 0.0"), track_uri("trackKnown 1.1")], dtype="string"
    )
    picks = recommend.recommend(
        history=history, mode="discover", providers="spotify", client=spotify, n=5
    )
    assert len(picks) == 5
    assert not set(picks["uri"]) & set(history["uri"])
    assert set(picks["reason"]) == {"Spotify recommends it for Known song 0 and Known song 1"}
    assert picks[["album", "isrc", "release_date"]].notna().all().all()
    said = report(picks, "spotify.recommendations")
    assert (said["status"], said["requests"]) == ("ok", 1)
    assert running.calls("recommendations") == 1
    # by artists where no track has an address
    by_artist = recommend.recommend(
        pd.DataFrame({"artist": ["Ärtist 2"], "id": [id_of("artist 2")]}),
        mode="discover",
        providers="spotify",
        client=spotify,
    )
    assert set(by_artist["reason"]) == {"Spotify recommends it for Ärtist 2"}


def test_an_app_whose_answers_show_its_kind_is_not_asked(
    new_server: Server, connect: Callable[[Server], client.Client]
) -> None:
    spotify = connect(new_server)
    spotify.facts.reduced = True
    history = plays_of([("Ärtist 0", "Known song 0", 1)])
    picks = recommend.recommend(
        history=history, mode="discover", providers="spotify", client=spotify
    )
    said = report(picks, "spotify.recommendations")
    assert (said["status"], said["requests"], said["cached"]) == ("skipped", 0, 0)
    assert said["why"].startswith("this app does not have it: withdrawn on 2024-11-27")
    assert new_server.calls() == 0


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("html_200", "BadAnswerError"),
        ("quota_429", "QuotaExceededError"),
        ("403_premium", "PremiumRequiredError"),
    ],
)
def test_another_refusal_is_not_remembered(
    new_server: Server, connect: Callable[[Server], client.Client], fault: str, why: str
) -> None:
    new_server.faults.add(fault, path="/v1/recommendations", times=None)
    history = plays_of([("Ärtist 0", "Known song 0", 1)])
    history["uri"] = track_uri("trackKnown 0.0")
    spotify = connect(new_server)
    picks = recommend.recommend(
        history=history, mode="discover", providers="spotify", client=spotify
    )
    said = report(picks, "spotify.recommendations")
    assert said["status"] == "failed"
    assert said["why"].startswith(f"{why}: ")
    assert said["requests"] >= 1
    assert not spotify.cache.get("refused", ["GET /recommendations"])


def test_spotify_needs_a_client_seeds_and_a_call(
    new_server: Server, connect: Callable[[Server], client.Client]
) -> None:
    def ask(**options: object) -> dict[str, object]:
        picks = recommend.recommend(mode="discover", providers="spotify", **options)
        return report(picks, "spotify.recommendations")

    assert ask()["why"] == "needs a way to ask Spotify: pass `client=sa.connect()`"
    spotify = connect(new_server)
    assert str(ask(client=spotify)["why"]).startswith("needs tracks or artists with an address")
    seeds = track_uri("trackKnown 0.0")
    broke = ask(client=spotify, seeds=seeds, budget=recommend.Budget(spotify_calls=0))
    assert broke["why"] == "stopped at the budget of 0 calls"
    assert new_server.calls() == 0
