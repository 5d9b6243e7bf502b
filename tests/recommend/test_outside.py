"""Suggestions from services outside: what they know, and how they are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import config, errors, recommend
from spotify_analysis.recommend.outside import Fetcher, Service, TroubleError, cache_in
from tests.recommend.conftest import discover, report
from tests.recommend.services import API_KEY, TOKEN, Answer, World, mbid, spotify_id

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


def test_suggest_R11_a_token_goes_to_listenbrainz_only_and_is_not_kept(
    world: World, tmp_path: Path
) -> None:
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


def test_odd_rows_of_recordings_are_passed_over(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.wants_token_for_radio = True
    good = {
        "recording_mbid": mbid("PonderosaTricky"),
        "recording_name": "Ponderosa",
        "artist_credit_name": "Tricky",
        "score": 5,
        "reference_mbid": mbid("RoadsPortishead"),
    }
    odd = [{**good, name: value} for name in good for value in ([], {"a": 1}, None)]
    world.faults["similar-recordings"] = [Answer(200, [None, *odd, good])]
    assert list(discover(listenbrainz)["track"]) == ["Ponderosa"]


def with_token(listenbrainz: recommend.ListenBrainz) -> recommend.ListenBrainz:
    """Give the provider a token."""
    listenbrainz._token = TOKEN
    return listenbrainz


def test_with_a_token_names_are_looked_up_at_once(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.for_user = []
    picks = discover(with_token(listenbrainz), diversity=0)
    assert list(picks["artist"]) == ["Tricky", "Tricky", "Lamb", "Neu!"]
    assert not any(path.startswith("/musicbrainz/") for path in world.calls())
    _, _, _, body = next(entry for entry in world.log if "metadata/lookup" in entry[1])
    assert body == {
        "recordings": [
            {"artist_name": "Portishead", "recording_name": "Roads"},
            {"artist_name": "Can", "recording_name": "Vitamin C"},
        ]
    }
    # the lookup, two radios, whose token it is, what is suggested to them, one batch of names
    assert report(picks, "listenbrainz")["requests"] == 6


def test_what_is_not_found_at_once_is_asked_of_musicbrainz(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    seeds = pd.DataFrame({"artist": ["Portishead", "Can"], "track": ["Undenied", "Vitamin C"]})
    picks = discover(with_token(listenbrainz), seeds=seeds)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    asked = [path for _, path, _, _ in world.log if "/musicbrainz/" in path]
    assert len(asked) == 1
    assert "Portishead" in asked[0]
    # seeds were given, so nothing is asked about the person
    assert not any("validate" in path or "/cf/" in path for path in world.calls())


def test_what_listenbrainz_suggests_to_the_listener(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.tracks["Broadcast"] = ["Tears in the Typing Pool"]
    # what was played already is among them
    world.for_user = [("Portishead", "Roads"), ("Broadcast", "Tears in the Typing Pool")]
    picks = discover(with_token(listenbrainz)).set_index("track")
    assert "Roads" not in picks.index
    mine = picks.loc["Tears in the Typing Pool"]
    assert mine["artist"] == "Broadcast"
    assert mine["reason"] == "ListenBrainz: suggested to you from your listens there"
    assert pd.isna(mine["seed"])
    assert mine["uri"] == f"spotify:track:{spotify_id('Tears in the Typing PoolBroadcast')}"


def test_a_token_nobody_knows_is_said(world: World, listenbrainz: recommend.ListenBrainz) -> None:
    world.faults["lookup"] = [Answer(200, [])]
    listenbrainz._token = "another-token"
    said = report(discover(listenbrainz), "listenbrainz")
    assert said["status"] == "partial"
    assert said["why"] == (
        "ListenBrainz does not know LISTENBRAINZ_TOKEN: https://listenbrainz.org/settings/"
    )


def test_a_recording_is_found_by_its_code(
    world: World, listenbrainz: recommend.ListenBrainz
) -> None:
    world.wants_token_for_radio = True
    world.isrcs["GBAAA9400001"] = ("Portishead", "Roads")
    seeds = pd.DataFrame(
        {
            "artist": ["Portishead", "Can"],
            "track": ["Roads (live at Roseland)", "Vitamin C"],
            "isrc": ["GBAAA9400001", "GBAAA9400002"],
        }
    )
    picks = discover(listenbrainz, seeds=seeds)
    assert set(picks["artist"]) == {"Tricky", "Lamb", "Neu!"}
    asked = [path for path in world.calls() if path.startswith("/musicbrainz/")]
    # the second code is not known there: then by names
    assert asked[-3:] == [
        "/musicbrainz/isrc/GBAAA9400001",
        "/musicbrainz/isrc/GBAAA9400002",
        "/musicbrainz/recording/",
    ]


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


def test_suggest_R11_lastfm_key_is_neither_kept_nor_shown(
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


def test_suggest_R05_an_answer_that_asks_to_wait_is_asked_for_again(
    world: World, tmp_path: Path
) -> None:
    def check(answer: Any) -> None:
        if "error" in answer:
            raise TroubleError("quota", status=200, is_over=True, wait_s=answer["error"])

    clock = Clock()
    one, service = fetcher(world, clock, tmp_path), world.service("MusicBrainz")

    def asked(name: str) -> Any:
        return one.json(service, "artist/", {"query": name}, kind="mbid", check=check)

    world.faults["artist/"] = [Answer(200, {"error": 5.0}), Answer(200, {"ok": 1})]
    assert asked("Can") == {"ok": 1}
    assert clock.waits == [0, 5]
    # twice at most, not for long, and not beyond the budget of 30 s
    world.faults["artist/"] = [Answer(200, {"error": 4.0})]
    with pytest.raises(TroubleError, match="quota"):
        asked("Lamb")
    assert (clock.waits, one.requests) == ([0, 5, 4, 4], 5)
    with pytest.raises(TroubleError, match="quota"):
        asked("Tricky")  # what refused for now is not asked again
    assert one.requests == 5
    for seconds, before in ((11.0, 30.0), (9.0, 8.0)):
        clock = Clock()
        one = fetcher(world, clock, tmp_path, seconds=before)
        world.faults["artist/"] = [Answer(200, {"error": seconds})]
        with pytest.raises(TroubleError, match="quota"):
            asked("Neu!")
        assert (clock.waits, one.requests) == ([0], 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_calls": 2}, "stopped at the budget of 2 calls"),
        ({"seconds": 2.0}, "stopped at the budget of 2 s"),
    ],
)
def test_suggest_R09_the_budget_ends_it(
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
