"""Suggestions from services outside: what they know, and every way in which they fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import config, errors, recommend
from spotify_analysis.recommend.outside import Fetcher, Service, TroubleError, cache_in
from spotify_analysis.recommend.outside.services import SIMILAR_RECORDINGS
from tests.recommend.conftest import NOW, plays_of
from tests.recommend.services import API_KEY, TOKEN, Answer, World, mbid, served, spotify_id

HISTORY = [("Portishead", "Roads", 1 + n / 10) for n in range(6)] + [("Can", "Vitamin C", 3)]


@pytest.fixture
def world() -> Iterator[World]:
    made = World(
        similar={
            "Portishead": ["Tricky", "Can", "Lamb"],
            "Can": ["Neu!"],
            "Lamb": [],
        },
        tracks={
            "Portishead": ["Roads"],
            "Can": ["Vitamin C"],
            "Tricky": ["Hell Is Round the Corner", "Ponderosa"],
            "Lamb": ["Górecki"],
            "Neu!": ["Hallogallo"],
        },
    )
    with served(made):
        yield made


@pytest.fixture
def listenbrainz(world: World, tmp_path: Path) -> recommend.ListenBrainz:
    return recommend.ListenBrainz(
        cache_dir=tmp_path,
        listenbrainz=world.service("ListenBrainz"),
        labs=world.service("ListenBrainz labs"),
        musicbrainz=world.service("MusicBrainz"),
    )


@pytest.fixture
def lastfm(world: World, tmp_path: Path) -> recommend.LastFm:
    return recommend.LastFm(api_key=API_KEY, cache_dir=tmp_path, lastfm=world.service("Last.fm"))


def discover(*providers: Any, **options: Any) -> pd.DataFrame:
    history = options.pop("history", plays_of(HISTORY))
    return recommend.recommend(
        history=history, mode="discover", providers=list(providers), as_of=NOW, **options
    )


def report(picks: pd.DataFrame, name: str) -> dict[str, Any]:
    found: dict[str, Any] = picks.attrs["providers"][name]
    return found


# ---------------------------------------------------------------- ListenBrainz


def test_new_artists_with_reason_address_and_seed(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    picks = discover(listenbrainz, diversity=0)
    # Tricky is nearest to the heavier seed; Can is no discovery, and a seed itself comes back
    assert list(picks["artist"]) == ["Tricky", "Tricky", "Lamb", "Neu!"]
    first = picks.iloc[0]
    assert first["track"] == "Hell Is Round the Corner"
    assert first["reason"] == "ListenBrainz: listeners of Portishead also play Tricky"
    assert first["seed"] == "Portishead"
    assert first["uri"] == f"spotify:track:{spotify_id('Hell Is Round the CornerTricky')}"
    assert first["recording_mbid"] == mbid("Hell Is Round the CornerTricky")
    assert first["album"] == "Tricky I"
    assert not picks["known"].any()
    said = report(picks, "listenbrainz")
    assert (said["status"], said["why"]) == ("ok", "")
    # two artists looked up, two radios, one batch of names
    assert (said["requests"], said["cached"]) == (5, 0)
    assert "Vitamin C" not in set(picks["track"])


def test_the_second_run_asks_nobody(world: World, listenbrainz: recommend.ListenBrainz) -> None:
    first = discover(listenbrainz)
    n_before = len(world.log)
    again = discover(listenbrainz)
    assert len(world.log) == n_before
    assert report(again, "listenbrainz")["cached"] == 5
    pd.testing.assert_frame_equal(first, again)


def test_novelty_moves_the_window_of_popularity(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    windows = []
    for novelty in (0, 0.5, 1):
        discover(listenbrainz, novelty=novelty)
        radio = next(path for _, path, _, _ in reversed(world.log) if "lb-radio" in path)
        windows.append(
            [part for part in radio.split("?")[1].split("&") if "pop" in part or "mode" in part]
        )
    assert windows == [
        ["mode=easy", "pop_begin=50", "pop_end=100"],
        ["mode=medium", "pop_begin=25", "pop_end=75"],
        ["mode=hard", "pop_begin=0", "pop_end=50"],
    ]


def test_an_artist_is_taken_only_by_its_exact_name(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    picks = discover(listenbrainz, seeds=["Portisheadd"], history=None)
    assert picks.empty
    said = report(picks, "listenbrainz")
    assert said["status"] == "failed"
    assert said["why"] == "MusicBrainz knows no artist called 'Portisheadd'"


def test_radio_that_wants_a_token_gives_way_to_recordings_like_the_seeds(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.wants_token_for_radio = True
    picks = discover(listenbrainz, diversity=0)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    assert picks["uri"].notna().all()
    said = report(picks, "listenbrainz")
    assert said["status"] == "partial"
    assert "401: You need to provide an Authorization token" in said["why"]


def test_a_token_goes_to_listenbrainz_only_and_is_not_shown(world: World, tmp_path: Path) -> None:
    world.wants_token_for_radio = True
    provider = recommend.ListenBrainz(
        token=TOKEN,
        cache_dir=tmp_path,
        listenbrainz=world.service("ListenBrainz"),
        labs=world.service("ListenBrainz labs"),
        musicbrainz=world.service("MusicBrainz"),
    )
    picks = discover(provider)
    assert report(picks, "listenbrainz")["status"] == "ok"
    with_token = {path.split("/")[1] for _, path, headers, _ in world.log if TOKEN in str(headers)}
    assert with_token == {"listenbrainz"}
    assert TOKEN not in repr(provider) + str(picks.attrs)
    assert all(TOKEN.encode() not in file.read_bytes() for file in tmp_path.glob("*.sqlite"))


def test_a_renamed_algorithm_is_answered_by_the_next_name(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.wants_token_for_radio = True
    world.algorithm = SIMILAR_RECORDINGS[1]
    picks = discover(listenbrainz)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    assert "answered 400 with something that is no JSON" in report(picks, "listenbrainz")["why"]
    world.algorithm = "another"
    world.log.clear()
    again = recommend.ListenBrainz(
        listenbrainz=world.service("ListenBrainz"),
        labs=world.service("ListenBrainz labs"),
        musicbrainz=world.service("MusicBrainz"),
        cache_dir=Path(listenbrainz._cache_dir or "") / "new",
    )
    picks = discover(again)
    assert picks.empty
    assert report(picks, "listenbrainz")["status"] == "failed"


def test_what_spotify_does_not_have_stays_without_an_address(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.unknown_to_spotify.add("Górecki")
    picks = discover(listenbrainz).set_index("track")
    assert picks["uri"].isna().to_dict() == {
        "Hell Is Round the Corner": False,
        "Ponderosa": False,
        "Górecki": True,
        "Hallogallo": False,
    }


# ---------------------------------------------------------------- Last.fm


def test_lastfm_by_artists_where_no_track_is_like_a_track(
    world: World, lastfm: recommend.LastFm
) -> None:
    picks = discover(lastfm, diversity=0)
    # the second track of Tricky is worth 1 / 1.25, the first of Lamb what Lamb is: a tie, by name
    assert list(picks["artist"]) == ["Tricky", "Lamb", "Tricky", "Neu!"]
    assert picks["reason"][0] == "Last.fm: listeners of Portishead also play Tricky"
    assert picks["uri"].isna().all()
    said = report(picks, "lastfm")
    assert said["status"] == "ok"
    assert said["why"] == "powered by AudioScrobbler, https://www.last.fm"
    # Can is known: nobody asks for its tracks
    assert not any("getTopTracks" in path and "Can" in path for _, path, _, _ in world.log)


def test_lastfm_by_tracks(world: World, lastfm: recommend.LastFm) -> None:
    like = {"track": [{"name": "Teardrop", "match": 0.9, "artist": {"name": "Massive Attack"}}]}
    world.faults["method=track.getSimilar"] = [Answer(200, {"similartracks": like})]
    picks = discover(lastfm)
    assert list(picks["track"]) == ["Teardrop"]
    assert not any("artist.getSimilar" in path for _, path, _, _ in world.log)


def test_lastfm_key_is_neither_kept_nor_shown(
    world: World, lastfm: recommend.LastFm, tmp_path: Path
) -> None:
    picks = discover(lastfm)
    assert all("api_key=" in path for _, path, _, _ in world.log)
    assert API_KEY not in repr(lastfm) + str(picks.attrs)
    assert all(API_KEY.encode() not in file.read_bytes() for file in tmp_path.glob("*.sqlite"))


def test_both_agree_and_the_agreement_rises(
    world: World, listenbrainz: recommend.ListenBrainz, lastfm: recommend.LastFm
) -> None:
    picks = discover(listenbrainz, lastfm, diversity=0)
    assert picks["sources"][0] == "listenbrainz; lastfm"
    assert picks["uri"].notna().all()  # Last.fm's rows take the address from ListenBrainz


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize("name", ["listenbrainz", "lastfm"])
def test_offline_is_found_out_once(name: str, tmp_path: Path) -> None:
    nobody = Service("Nobody", "http://127.0.0.1:9/", 0)
    provider: Any = (
        recommend.ListenBrainz(
            cache_dir=tmp_path, listenbrainz=nobody, labs=nobody, musicbrainz=nobody
        )
        if name == "listenbrainz"
        else recommend.LastFm(api_key=API_KEY, cache_dir=tmp_path, lastfm=nobody)
    )
    picks = discover(provider)
    assert picks.empty
    said = report(picks, name)
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"] == "Nobody: no connection: offline?"


def test_an_old_answer_bridges_silence_and_shows_its_date(
    world: World, listenbrainz: recommend.ListenBrainz, tmp_path: Path
) -> None:
    before = discover(listenbrainz)
    import sqlite3

    with sqlite3.connect(tmp_path / "services.sqlite") as db:
        db.execute("UPDATE answers SET fetched_at = fetched_at - ?", (170 * 86_400,))
    db.close()
    world.url = "http://127.0.0.1:9"  # where nobody answers
    offline = recommend.ListenBrainz(
        cache_dir=tmp_path,
        listenbrainz=world.service("ListenBrainz"),
        labs=world.service("ListenBrainz labs"),
        musicbrainz=world.service("MusicBrainz"),
    )
    picks = discover(offline)
    assert list(picks["track"]) == list(before["track"])
    day = (pd.Timestamp.now(tz="UTC") - pd.Timedelta(days=170)).date().isoformat()
    assert f"answers kept from {day} were used" in report(picks, "listenbrainz")["why"]


def test_no_key_is_said_once_with_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LASTFM_API_KEY", raising=False)
    said = report(discover(recommend.LastFm()), "lastfm")
    assert said["status"] == "skipped"
    assert said["why"] == "needs LASTFM_API_KEY: free at https://www.last.fm/api/account/create"


def test_a_key_that_is_refused_ends_the_run(world: World, tmp_path: Path) -> None:
    wrong = recommend.LastFm(api_key="f" * 32, cache_dir=tmp_path, lastfm=world.service("Last.fm"))
    said = report(discover(wrong), "lastfm")
    assert (said["status"], said["requests"]) == ("failed", 1)
    assert said["why"] == "Last.fm answered 403: Invalid API key"


def test_an_error_with_status_200_is_the_error_it_is(
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


def test_a_short_wait_is_waited_and_a_long_one_is_not(
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
        "has nothing for mode 'discover'; listenbrainz and lastfm can be asked"
    )


# ---------------------------------------------------------------- asking


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now, self.waits = 100.0, [0.0]

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.now += seconds


def fetcher(world: World, clock: Clock, tmp_path: Path, **options: Any) -> Fetcher:
    options = {"seconds": 30.0, "cache": cache_in(tmp_path), **options}
    return Fetcher([world.service("MusicBrainz")], now=clock, sleep=clock.sleep, **options)


def ask(one: Fetcher, service: Service, name: str) -> Any:
    return one.json(service, "artist/", {"query": f'artist:"{name}"'}, kind="mbid")


def test_one_request_a_second(world: World, tmp_path: Path) -> None:
    clock = Clock()
    one, service = fetcher(world, clock, tmp_path), world.service("MusicBrainz", gap_s=1.1)
    for name in ("Can", "Lamb", "Tricky"):
        ask(one, service, name)
    assert clock.waits == [0, 1.1, 1.1]
    ask(one, service, "Can")  # from disk, without a wait
    assert (one.requests, one.cached, len(clock.waits)) == (3, 1, 3)


def test_what_the_headers_say_is_kept_to(world: World, tmp_path: Path) -> None:
    clock = Clock()
    world.faults["artist/"] = [
        Answer(200, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "7"}),
        Answer(200, {}),
    ]
    one = fetcher(world, clock, tmp_path)
    ask(one, world.service("MusicBrainz"), "Can")
    ask(one, world.service("MusicBrainz"), "Lamb")
    assert clock.waits == [0, 7.25]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_calls": 2}, "stopped at the budget of 2 calls"),
        ({"seconds": 2.0}, "stopped at the budget of 2 s"),
    ],
)
def test_the_budget_ends_it(
    world: World, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    one = fetcher(world, Clock(), tmp_path, **options)
    service = world.service("MusicBrainz", gap_s=1.1)
    ask(one, service, "Can")
    ask(one, service, "Lamb")
    with pytest.raises(TroubleError, match=message):
        ask(one, service, "Tricky")


def test_no_other_server_is_spoken_to(world: World, tmp_path: Path) -> None:
    one = fetcher(world, Clock(), tmp_path)
    with pytest.raises(errors.UntrustedHostError):
        one.json(Service("Evil", "https://evil.example/", 0), "x", kind="mbid")


def test_keys_come_from_the_settings_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTFM_API_KEY", API_KEY)
    monkeypatch.setenv("LISTENBRAINZ_TOKEN", TOKEN)
    settings = config.load()
    assert (settings.lastfm_api_key, settings.listenbrainz_token) == (API_KEY, TOKEN)
    assert API_KEY not in repr(settings)
    assert TOKEN not in repr(settings)
    monkeypatch.setenv("LASTFM_API_KEY", "two words\r\nX: 1")
    with pytest.raises(errors.ConfigError, match=r"`lastfm_api_key` \(LASTFM_API_KEY\)") as caught:
        config.load()
    assert "two words" not in str(caught.value)
