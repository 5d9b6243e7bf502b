"""Every way in which a suggestion may fail: a row each, and a report instead of an error."""

from __future__ import annotations

import errno
import logging
import re
import socket
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, recommend, tables
from spotify_analysis.demo.server import Server
from spotify_analysis.recommend.outside import Service, fetch
from spotify_analysis.recommend.outside.services import (
    LIFETIMES_S,
    MAX_CACHE_BYTES,
    SIMILAR_RECORDINGS,
)
from tests.recommend.conftest import HISTORY, discover, plays_of, report, track_uri
from tests.recommend.services import API_KEY, DEEZER_QUOTA, TOKEN, Answer, World, mbid

OUTSIDE = ("listenbrainz", "lastfm", "deezer", "reccobeats")
EVERYBODY = [provider.name for provider in recommend.PROVIDERS]


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Block every socket and every name, and count the names that are asked for."""
    asked: Counter[str] = Counter()

    def no_name(host: Any, *_: Any, **__: Any) -> Any:
        asked[str(host)] += 1
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    def no_way(*_: Any) -> Any:
        raise OSError(errno.ENETUNREACH, "no network")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    monkeypatch.setattr(socket.socket, "connect", no_way)
    monkeypatch.setenv("LASTFM_API_KEY", API_KEY)
    monkeypatch.setenv("LISTENBRAINZ_TOKEN", TOKEN)
    return asked


def services_at(world: World | None, folder: Path) -> dict[str, Any]:
    """Make a provider of each service, of a world or where nobody answers."""

    def at(name: str) -> Service:
        return world.service(name) if world else Service(name, "http://127.0.0.1:9/", 0)

    return {
        "listenbrainz": recommend.ListenBrainz(
            cache_dir=folder,
            listenbrainz=at("ListenBrainz"),
            labs=at("ListenBrainz labs"),
            musicbrainz=at("MusicBrainz"),
        ),
        "lastfm": recommend.LastFm(api_key=API_KEY, cache_dir=folder, lastfm=at("Last.fm")),
        "deezer": recommend.Deezer(cache_dir=folder, deezer=at("Deezer")),
        "reccobeats": recommend.ReccoBeats(cache_dir=folder, reccobeats=at("ReccoBeats")),
    }


def aged(folder: Path, days: float) -> None:
    """Make all answers on disk older."""
    with sqlite3.connect(folder / "services.sqlite") as db:
        db.execute("UPDATE answers SET fetched_at = fetched_at - ?", (days * 86_400,))
    db.close()


# ---------------------------------------------------------------- nobody can be reached


def test_suggest_R01_every_provider_at_once_with_sockets_blocked(
    connect: Callable[[Server], client.Client],
    new_server: Server,
    blocked: Counter[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    history = plays_of([*HISTORY, *(("Faust", "Jennifer", 60 + n) for n in range(4))])
    with caplog.at_level(logging.WARNING, logger="spotify_analysis.recommend"):
        picks = recommend.recommend(
            history=history, client=connect(new_server), providers=EVERYBODY
        )
    assert set(picks["track"]) == {"Roads", "Vitamin C", "Jennifer"}
    assert picks["sources"].str.fullmatch(r"own\.\w+(; own\.\w+)*").all()
    said = picks.attrs["providers"]
    assert list(said) == EVERYBODY
    assert said["own.on_repeat"]["status"] == said["own.rediscover"]["status"] == "ok"
    for name in OUTSIDE:
        assert said[name]["status"] == "failed"
        assert "its name was not found: offline?" in said[name]["why"]
    assert said["catalogue"]["status"] == "failed"
    assert "NetworkError" in said["catalogue"]["why"]
    assert said["spotify.recommendations"]["why"] == (
        "Spotify could not be reached before in this run"
    )
    # one attempt per host, and one warning for all of them
    assert {blocked[host] for host in blocked if host != "127.0.0.1"} == {1}
    assert [record.getMessage() for record in caplog.records if "reached" in record.msg] == [
        "Could not be reached: catalogue, spotify.recommendations, listenbrainz, lastfm, deezer "
        "and reccobeats. The suggestions are made of what is on this computer; "
        'attrs["providers"] says more.'
    ]


@pytest.mark.parametrize("mode", list(recommend.MODES))
def test_suggest_R02_nothing_at_all_and_sockets_blocked(mode: str, blocked: Counter[str]) -> None:
    picks = recommend.recommend(mode=mode, providers=EVERYBODY)
    assert picks.empty
    assert dict(picks.dtypes.astype(str)) == tables.PICKS.dtypes
    assert {one["status"] for one in picks.attrs["providers"].values()} == {"skipped"}
    assert all(one["why"] for one in picks.attrs["providers"].values())
    assert not blocked


def test_suggest_R01_a_proxy_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    said = report(discover("own", recommend.Deezer(cache_dir=tmp_path)), "deezer")
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"] == "Deezer: the proxy does not let us through"


@pytest.mark.parametrize("name", OUTSIDE)
def test_suggest_R01_offline_is_found_out_once(name: str, tmp_path: Path) -> None:
    picks = discover(services_at(None, tmp_path)[name])
    assert picks.empty
    said = report(picks, name)
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"].endswith(": no connection: offline?")


def test_suggest_R10_an_old_answer_bridges_silence_and_shows_its_date(
    world: World, listenbrainz: recommend.ListenBrainz, tmp_path: Path
) -> None:
    days = {pd.Timestamp.now(tz="UTC")}
    before = discover(listenbrainz)
    days.add(pd.Timestamp.now(tz="UTC"))  # midnight may have passed
    aged(tmp_path, 170)
    picks = discover(services_at(None, tmp_path)["listenbrainz"])
    assert list(picks["track"]) == list(before["track"])
    dates = "|".join((day - pd.Timedelta(days=170)).date().isoformat() for day in days)
    why = report(picks, "listenbrainz")["why"]
    assert re.search(f"answers kept from ({dates}) were used", why), why


def test_suggest_R03_no_key_is_said_once_with_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LASTFM_API_KEY", raising=False)
    said = report(discover(recommend.LastFm()), "lastfm")
    assert said["status"] == "skipped"
    assert said["why"] == "needs LASTFM_API_KEY: free at https://www.last.fm/api/account/create"


def test_suggest_R04_a_key_that_is_refused_ends_the_run(world: World, tmp_path: Path) -> None:
    wrong = recommend.LastFm(api_key="f" * 32, cache_dir=tmp_path, lastfm=world.service("Last.fm"))
    said = report(discover(wrong), "lastfm")
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"] == "Last.fm answered 403: Invalid API key"


def test_suggest_R07_an_error_with_status_200_is_the_error_it_is(
    world: World, lastfm: recommend.LastFm
) -> None:
    world.faults["lastfm"] = [Answer(200, {"error": 29, "message": "Rate limit exceeded"})]
    said = report(discover(lastfm), "lastfm")
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"] == "Last.fm error 29: Rate limit exceeded"
    # and it was not kept
    world.faults.clear()
    assert len(discover(lastfm)) == 4


def test_what_lastfm_does_not_know_is_no_problem(world: World, lastfm: recommend.LastFm) -> None:
    picks = discover(lastfm, seeds=["Portishead", "Nobody At All"])
    assert report(picks, "lastfm")["status"] == "ok"
    assert set(picks["artist"]) == {"Tricky", "Lamb"}


def test_suggest_R05_a_short_wait_is_waited_and_a_long_one_is_not(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.faults["artist/?"] = [
        Answer(503, {"error": "busy"}, {"Retry-After": "0"}),
        Answer(429, {"error": "busy"}, {"X-RateLimit-Reset-In": "0"}),
        Answer(200, {"artists": [{"id": mbid("Portishead"), "name": "Portishead"}]}),
    ]
    picks = discover(listenbrainz, seeds=["Portishead"])
    assert report(picks, "listenbrainz")["status"] == "ok"
    world.faults = {"lb-radio": [Answer(429, {"error": "busy"}, {"Retry-After": "3600"})]}
    picks = discover(listenbrainz, seeds=["Can"])
    said = report(picks, "listenbrainz")
    assert "ListenBrainz refuses more requests for now (429)" in said["why"]


@pytest.mark.parametrize(
    "body",
    [
        "<html>Bad gateway</html>",
        None,
        [],
        {"artists": None},
        {"artists": [None, 1, {"name": 5, "id": []}]},
        {"artists": {"name": "Portishead"}},
    ],
    ids=["html", "null", "list", "none", "odd rows", "object"],
)
@pytest.mark.parametrize("part", ["artist/?", "lb-radio", "spotify-id", "lastfm"])
def test_odd_answers_end_in_a_report(
    world: World,
    listenbrainz: recommend.ListenBrainz,
    lastfm: recommend.LastFm,
    part: str,
    body: Any,
) -> None:
    world.faults[part] = [Answer(200, body)]
    picks = discover(listenbrainz, lastfm)
    for said in picks.attrs["providers"].values():
        assert said["status"] in ("ok", "partial", "failed")
        assert "Error" not in said["why"].replace("Last.fm error", "")
    name = "listenbrainz" if part == "lastfm" else "lastfm"
    assert report(picks, name)["status"] == "ok"
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}


@pytest.mark.parametrize(
    "body", [b'{"artist": "Portish\xe9ad"}', b"[" * 50_000], ids=["no UTF-8", "too deep"]
)
def test_suggest_R07_what_cannot_be_read_costs_that_answer_alone(
    world: World, deezer: recommend.Deezer, body: bytes
) -> None:
    world.faults["q=Portishead"] = [Answer(200, body)]
    picks = discover(deezer)
    said = report(picks, "deezer")
    assert said["status"] == "partial"
    assert said["why"] == "Deezer answered 200 with something that is no JSON"
    assert set(picks["artist"]) == {"Neu!"}


def test_no_content_is_no_error(world: World, listenbrainz: recommend.ListenBrainz) -> None:
    world.faults["lb-radio"] = [Answer(204, None)]
    world.faults["similar-recordings"] = [Answer(200, [])]
    said = report(discover(listenbrainz), "listenbrainz")
    assert said["status"] == "ok"
    assert said["why"] == "nobody who plays these was found"


def test_no_seeds_and_no_plays_is_skipped(
    world: World, listenbrainz: recommend.ListenBrainz, lastfm: recommend.LastFm
) -> None:
    picks = discover(listenbrainz, lastfm, history=None)
    assert picks.empty
    assert {one["status"] for one in picks.attrs["providers"].values()} == {"skipped"}
    assert not world.log


def test_a_family_without_anything_for_a_mode_says_so() -> None:
    picks = recommend.recommend(mode="discover", providers="own")
    assert picks.empty
    assert report(picks, "own")["status"] == "skipped"
    assert report(picks, "own")["why"] == (
        "has nothing for mode 'discover'; "
        "spotify.recommendations, listenbrainz and lastfm can be asked"
    )


def test_suggest_R06_a_renamed_algorithm_is_answered_by_the_next_name(
    world: World, listenbrainz: recommend.ListenBrainz, tmp_path: Path
) -> None:
    world.wants_token_for_radio = True
    world.algorithm = SIMILAR_RECORDINGS[1]
    picks = discover(listenbrainz)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    assert "answered 400 with something that is no JSON" in report(picks, "listenbrainz")["why"]
    world.algorithm = "another"
    world.log.clear()
    picks = discover(services_at(world, tmp_path / "new")["listenbrainz"])
    assert picks.empty
    assert report(picks, "listenbrainz")["status"] == "failed"


# ---------------------------------------------------------------- keys and permissions


def test_suggest_R03_radio_without_a_token_says_which_and_where(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.wants_token_for_radio = True
    why = report(discover(listenbrainz), "listenbrainz")["why"]
    # once, although two artists were to be asked for
    assert why.count("needs LISTENBRAINZ_TOKEN: https://listenbrainz.org/settings/") == 1


def test_suggest_R04_a_token_that_is_refused_is_not_sent_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENBRAINZ_TOKEN", "another-token")
    picks = discover(services_at(world, tmp_path)["listenbrainz"])
    said = report(picks, "listenbrainz")
    assert said["status"] == "partial"
    assert "LISTENBRAINZ_TOKEN is not accepted: https://listenbrainz.org/settings/" in said["why"]
    # recordings like the seeds' come from the labs, which want no token
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    assert sum("another-token" in str(headers) for _, _, headers, _ in world.log) == 1


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("name", OUTSIDE)
def test_suggest_R04_who_refuses_is_not_asked_again(
    world: World, tmp_path: Path, name: str, status: int
) -> None:
    world.faults["/"] = [Answer(status, "<html>Your address is blocked</html>")]
    said = report(discover(services_at(world, tmp_path)[name]), name)
    assert said["status"] == "failed"
    assert f"answered {status}" in said["why"]
    servers = Counter(path.split("/")[1] for _, path, _, _ in world.log)
    assert set(servers.values()) == {1}


@pytest.mark.parametrize("fault", ["404_empty", "403_forbidden"])
def test_suggest_R04_an_app_without_recommendations_is_asked_once_in_thirty_days(
    new_server: Server, connect: Callable[[Server], client.Client], fault: str, tmp_path: Path
) -> None:
    if fault == "403_forbidden":
        new_server.faults.add(fault, path="/v1/recommendations", times=None)
    history = plays_of([("Ärtist 0", "Known song 0", 1)])
    history["uri"] = track_uri("trackKnown 0.0")

    def ask() -> dict[str, Any]:
        picks = recommend.recommend(
            history=history, mode="discover", providers="spotify", client=connect(new_server)
        )
        return report(picks, "spotify.recommendations")

    first, second = ask(), ask()
    today = pd.Timestamp.now(tz="UTC").date().isoformat()
    assert (first["status"], first["requests"]) == ("skipped", 1)
    assert first["why"] == (
        "this app does not have it: withdrawn on 2024-11-27 "
        "(https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api)"
    )
    assert (second["status"], second["requests"], second["cached"]) == ("skipped", 0, 1)
    assert second["why"].startswith(first["why"] + "; asked on 20")
    assert second["why"] <= first["why"] + f"; asked on {today}"
    assert new_server.calls("recommendations") == 1
    with sqlite3.connect(tmp_path / "cache" / "answers.sqlite") as db:
        db.execute("UPDATE answers SET fetched_at = fetched_at - ?", (31 * 86_400,))
    db.close()
    assert ask()["requests"] == 1


# ---------------------------------------------------------------- refusals for now


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take Deezer's five seconds for too long, so that nobody waits here."""
    monkeypatch.setattr(fetch, "LONGEST_WAIT_S", 4.0)


@pytest.mark.usefixtures("impatient")
def test_suggest_R05_deezers_quota_comes_with_200(world: World, deezer: recommend.Deezer) -> None:
    world.faults["/radio"] = [Answer(200, DEEZER_QUOTA)]
    said = report(discover(deezer), "deezer")
    assert (said["status"], said["why"]) == ("failed", "Deezer error 4: Quota limit exceeded")
    assert sum("/radio" in path for _, path, _, _ in world.log) == 1


@pytest.mark.parametrize("name", OUTSIDE)
def test_suggest_R05_a_long_wait_ends_what_is_asked_of_one(
    world: World, tmp_path: Path, name: str
) -> None:
    world.faults["/"] = [Answer(429, {"error": "busy"}, {"Retry-After": "3600"})]
    said = report(discover(services_at(world, tmp_path)[name]), name)
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"].endswith("refuses more requests for now (429)")


def test_suggest_R05_what_came_before_the_refusal_is_kept(
    world: World, deezer: recommend.Deezer
) -> None:
    world.faults["q=Can"] = [Answer(503, "<html>Busy</html>", {"Retry-After": "60"})]
    picks = discover(deezer)
    assert set(picks["artist"]) == {"Tricky", "Lamb"}
    said = report(picks, "deezer")
    assert (said["status"], said["requests"]) == ("partial", 3)
    assert said["why"] == "Deezer refuses more requests for now (503)"


# ---------------------------------------------------------------- odd answers


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (DEEZER_QUOTA | {"data": []}, "Deezer error 4: Quota limit exceeded"),
        ({"error": {"type": "OAuthException", "message": "bad\x1b[2J", "code": 300}}, "bad[2J"),
        ({"error": {"type": "DataException", "message": "no data", "code": 800}}, "no artist"),
        ({"error": {"message": ["x"], "code": "4"}}, "Deezer error"),
        ({"error": "busy"}, "Deezer answered something unexpected"),
        ({"data": None}, "Deezer answered something unexpected"),
        ([], "Deezer answered something unexpected"),
        (None, "Deezer answered something unexpected"),
        ("<html>Sorry</html>", "Deezer answered 200 with something that is no JSON"),
    ],
)
def test_suggest_R07_deezer_says_its_errors_with_200(
    world: World, deezer: recommend.Deezer, body: Any, why: str
) -> None:
    world.faults["search/artist"] = [Answer(200, body)]
    said = report(discover(deezer), "deezer")
    assert said["status"] == "failed"
    assert why in said["why"]
    # and none of them was kept
    world.faults.clear()
    assert set(discover(deezer)["artist"]) == {"Tricky", "Lamb", "Neu!"}


@pytest.mark.parametrize(
    "body", [{"error": "seeds\x07"}, {"error": {"a": 1}}, {"tracks": []}, [], None, "<html></html>"]
)
def test_suggest_R07_reccobeats_answers_something_else(
    world: World, reccobeats: recommend.ReccoBeats, body: Any
) -> None:
    world.faults["recommendation"] = [Answer(200, body)]
    said = report(discover(reccobeats), "reccobeats")
    assert said["status"] == "failed"
    assert said["why"].startswith("ReccoBeats answered ")
    assert said["why"].isprintable()
    world.faults.clear()
    assert set(discover(reccobeats)["artist"]) == {"Tricky", "Lamb", "Neu!"}


def test_suggest_R08_no_model_for_an_account_yet_is_no_error(world: World, tmp_path: Path) -> None:
    provider = services_at(world, tmp_path)["listenbrainz"]
    provider._token = TOKEN
    picks = discover(provider)
    said = report(picks, "listenbrainz")
    assert (said["status"], said["why"]) == (
        "ok",
        "ListenBrainz has made no suggestions for this account yet",
    )
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}


# ---------------------------------------------------------------- the budget, the disk


def test_suggest_R09_what_is_there_when_the_time_is_up_is_fused(
    world: World, tmp_path: Path
) -> None:
    services = services_at(world, tmp_path)
    picks = recommend.recommend(
        history=plays_of(HISTORY),
        mode="on_repeat",
        providers=["own", *services.values()],
        budget=recommend.Budget(seconds=0),
    )
    assert list(picks["track"]) == ["Roads", "Vitamin C"]
    for name in OUTSIDE:
        said = report(picks, name)
        assert (said["status"], said["requests"]) == ("failed", 0)
        assert "stopped at the budget of 0 s" in said["why"]
    assert not world.log


def test_suggest_R09_requests_elsewhere_cost_no_calls_to_spotify(
    world: World,
    tmp_path: Path,
    new_server: Server,
    connect: Callable[[Server], client.Client],
) -> None:
    # five requests to ListenBrainz leave the one call to Spotify for the address that is lacking
    world.unknown_to_spotify.add("Górecki")
    picks = discover(
        services_at(world, tmp_path)["listenbrainz"],
        client=connect(new_server),
        budget=recommend.Budget(spotify_calls=1),
    )
    assert report(picks, "listenbrainz")["requests"] == 5
    assert report(picks, "spotify.search")["requests"] == new_server.calls("search") == 1


def test_suggest_R11_answers_live_as_long_as_the_page_says(
    world: World, deezer: recommend.Deezer, tmp_path: Path
) -> None:
    day = 86_400
    assert {kind: seconds / day for kind, seconds in LIFETIMES_S.items()} == {
        "mbid": 180,
        "similarity": 30,
        "spotify_ids": 30,
        "top_tracks": 7,
        "fresh_releases": 1,
        "personal": 1,
    }
    assert MAX_CACHE_BYTES <= 100 * 1024**2
    discover(deezer)
    asked = []
    for days in (6, 25, 150):
        aged(tmp_path, days)
        world.log.clear()
        discover(deezer)
        asked.append(
            sorted({path.rpartition("/")[2].partition("?")[0] for _, path, *_ in world.log})
        )
    # after 6 and 31 days; the radio asked anew on day 31 is 150 days old on day 181
    assert asked == [[], ["radio"], ["artist", "radio"]]
