"""The made-up listener: a person's habits, visible in the numbers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.listener import buttons, days, life
from spotify_analysis.demo.listener.model import Play

DAY_MS = 86_400_000
HOME = ZoneInfo("Europe/Berlin")
SKIPS = {"fwdbtn", "backbtn", "endplay"}
LISTENER = listeners.listener(1)
PLAYS = LISTENER.plays
TRACK_PLAYS = [play for play in PLAYS if play.kind == "track"]
LOCAL = [datetime.fromtimestamp(play.started_at_ms / 1000, HOME) for play in PLAYS]
AT_HOME = [
    (at, play) for at, play in zip(LOCAL, PLAYS, strict=True) if play.country in {"DE", "ZZ"}
]


# ---------------------------------------------------------------- the shape of the log


def test_ten_years_hold_a_heavy_listeners_plays() -> None:
    assert 60_000 <= len(PLAYS) <= 100_000
    assert PLAYS[0].started_at_ms < datetime(2016, 12, 1, tzinfo=UTC).timestamp() * 1000
    last_ms = datetime(2026, 11, 22, 21, tzinfo=UTC).timestamp() * 1000
    assert last_ms - 3 * DAY_MS < PLAYS[-1].ended_at_ms <= last_ms


def test_plays_ascend_and_do_not_overlap() -> None:
    assert all(before.ended_at_ms <= after.started_at_ms for before, after in pairwise(PLAYS))


def test_a_play_is_no_longer_than_its_time_and_its_track() -> None:
    for play in TRACK_PLAYS:
        track = LISTENER.catalogue.tracks[play.id or ""]
        assert 0 <= play.ms_played <= track.duration_ms
        assert play.ended_at_ms - play.started_at_ms >= play.ms_played
    paused = sum(play.ended_at_ms - play.started_at_ms > play.ms_played for play in PLAYS)
    assert 0.01 < paused / len(PLAYS) < 0.04


def test_nothing_is_played_before_it_is_released() -> None:
    catalogue = LISTENER.catalogue
    for play in TRACK_PLAYS:
        released = catalogue.albums[catalogue.tracks[play.id or ""].album_id].release_date
        played = datetime.fromtimestamp(play.started_at_ms / 1000, UTC) + timedelta(hours=15)
        assert released <= played.date().isoformat()


@pytest.mark.parametrize(
    "code",
    [
        "print(len(x.plays), hashlib.md5(repr(x.plays).encode()).hexdigest())",
        "print(hashlib.md5(repr((x.playlists, x.saved_tracks, x.catalogue.tracks)).encode()))",
    ],
)
def test_the_same_seed_is_the_same_person_in_every_process(code: str) -> None:
    start = "import hashlib; from spotify_analysis.demo import listener;"
    make = "x = listener.listener(3, years=1);"
    code = code.replace(".encode()))", ".encode()).hexdigest())")
    printed = {
        subprocess.run(
            [sys.executable, "-c", start + make + code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(printed) == 1
    assert re.search(r"[0-9a-f]{32}", printed.pop())


def test_other_seeds_are_other_people() -> None:
    one, two = (listeners.listener(seed, years=1) for seed in (3, 4))
    assert one.id != two.id
    assert one.display_name != two.display_name


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"until": "2026-11-22T21:00:00"}, "time zone"), ({"years": 0}, "`years`")],
)
def test_wrong_settings_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        listeners.listener(1, **settings)  # type: ignore[arg-type]


# ---------------------------------------------------------------- habits


def hours(weekdays: set[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Add up the hours listened at home by local hour."""
    found = np.zeros(24)
    for at, play in AT_HOME:
        if at.weekday() in weekdays:
            found[at.hour] += play.ms_played / 3_600_000
    return found


def test_mornings_and_evenings_stand_out() -> None:
    week = hours({0, 1, 2, 3, 4})
    assert week[7] > 1.3 * week[8] or week[10] > 1.3 * week[12]
    assert week[20] > 1.5 * week[15]
    assert week[17] > 1.5 * week[16]
    assert week[2:6].sum() < 0.01 * week.sum()


def test_weekends_are_not_weekdays() -> None:
    week, weekend = hours({0, 1, 2, 3, 4}), hours({5, 6})
    assert week[7] / week.sum() > 10 * weekend[7] / weekend.sum()
    assert weekend.argmax() in {10, 11}


def test_winter_is_for_listening() -> None:
    by_month: Counter[int] = Counter()
    for at, play in AT_HOME:
        by_month[at.month] += play.ms_played
    assert by_month[1] + by_month[12] > 1.2 * (by_month[7] + by_month[8])


def test_plays_come_in_sessions() -> None:
    gaps = [after.started_at_ms - before.ended_at_ms for before, after in pairwise(PLAYS)]
    assert np.median(gaps) < 1_000
    n_sessions = 1 + sum(gap > 30 * 60_000 for gap in gaps)
    assert 7 < len(PLAYS) / n_sessions < 18


def test_skips_are_short_and_called_so() -> None:
    ended = Counter(play.reason_end for play in TRACK_PLAYS)
    # in real exports 7 to 25 % of the rows end in the forward button
    assert 0.15 < ended["fwdbtn"] / len(TRACK_PLAYS) < 0.25
    assert 0.6 < ended["trackdone"] / len(TRACK_PLAYS) < 0.75
    assert 0.03 < ended["endplay"] / len(TRACK_PLAYS) < 0.16
    assert 0.003 < ended["backbtn"] / len(TRACK_PLAYS) < 0.01
    skipped = np.array([play.ms_played for play in TRACK_PLAYS if play.reason_end == "fwdbtn"])
    # half of the skips of a real listener come within 2 s, an eighth after 30 s
    assert 1_200 < np.median(skipped) < 4_000
    assert 0.08 < (skipped >= 30_000).mean() < 0.2
    assert 0 in skipped


def skip_rate(plays: list[Play]) -> float:
    """Tell how many plays of a list, which may not be short, were ended by a hand."""
    assert len(plays) > 1_000
    return sum(play.reason_end in SKIPS for play in plays) / len(plays)


def test_skips_depend_on_shuffle_hour_and_how_well_a_track_is_known() -> None:
    on, off = (
        [play for play in TRACK_PLAYS if play.shuffle is shuffle] for shuffle in (True, False)
    )
    assert skip_rate(on) > 1.4 * skip_rate(off)
    tracks = [(at.hour, play) for at, play in AT_HOME if play.kind == "track"]
    morning = [play for hour, play in tracks if hour in {7, 8}]
    night = [play for hour, play in tracks if hour in {22, 23}]
    assert skip_rate(morning) > 1.25 * skip_rate(night)
    heard: Counter[str | None] = Counter()
    fresh, known = [], []
    for play in TRACK_PLAYS:
        (fresh if heard[play.id] < 3 else known if heard[play.id] < 40 else []).append(play)
        heard[play.id] += 1
    assert skip_rate(fresh) > 1.05 * skip_rate(known)
    by_year = Counter(at.year for at in LOCAL)
    skips = Counter(
        at.year for at, play in zip(LOCAL, PLAYS, strict=True) if play.reason_end in SKIPS
    )
    rates = [skips[year] / by_year[year] for year in range(2017, 2027)]
    assert max(rates) > 1.2 * min(rates)


def test_some_days_nothing_pleases() -> None:
    runs, run = Counter[int](), 0
    for play in PLAYS:
        if play.reason_end in SKIPS:
            run += 1
            continue
        runs[run] += 1
        run = 0
    assert max(runs) >= 15
    assert sum(n for length, n in runs.items() if length >= 3) > 500


def test_reasons_follow_on_from_each_other() -> None:
    follow = {"trackdone": {"trackdone"}, "fwdbtn": {"fwdbtn"}, "backbtn": {"backbtn"}}
    follow["endplay"] = {"clickrow", "playbtn"}
    seen = Counter[str]()
    for before, after in pairwise(PLAYS):
        at_once = after.started_at_ms - before.ended_at_ms < 1_000
        if at_once and before.kind == after.kind == "track" and before.reason_end in follow:
            assert after.reason_start in follow[before.reason_end]
            seen[before.reason_end] += 1
    assert min(seen[reason] for reason in follow) > 100


def test_back_is_once_more_from_the_beginning() -> None:
    pairs = [
        (play, after)
        for play, after in pairwise(PLAYS)
        if play.reason_end == "backbtn" and play.kind == "track"
    ]
    assert len(pairs) > 100
    assert all(play.id == after.id and play.ms_played >= 3_000 for play, after in pairs)
    assert {after.reason_start for _, after in pairs} == {"backbtn"}


def test_buttons_leave_what_counts_as_it_was() -> None:
    catalogue, until = LISTENER.catalogue, datetime(2020, 3, 1, tzinfo=UTC)
    until_ms = int(until.timestamp() * 1000)
    places = dict.fromkeys(("collection", "calm", "lively"), "spotify:user:me:collection")
    diary, _ = life.live(1, catalogue, date(2019, 9, 1), until_ms, places)
    pressed = buttons.press(1, catalogue, diary.plays, until_ms)
    before, after = (
        [(play.kind, play.id) for play in plays if play.ms_played >= 30_000]
        for plays in (diary.plays, pressed)
    )
    assert before == after
    assert len(before) > 2_000
    assert len(pressed) > 1.04 * len(diary.plays)
    assert all(one.ended_at_ms <= two.started_at_ms for one, two in pairwise(pressed))
    assert pressed[-1].ended_at_ms < until_ms


def test_a_hand_keeps_still_where_there_is_no_time() -> None:
    track_id = next(iter(LISTENER.catalogue.tracks))
    rest = (1, "track", track_id, "ios", "DE", "clickrow", "fwdbtn", True, False, False, None)
    plays = [Play(n * 2_000, n * 2_000 + 1, *rest) for n in range(300)]
    pressed = buttons.press(1, LISTENER.catalogue, plays, 600_000)
    assert [play.started_at_ms for play in pressed] == [play.started_at_ms for play in plays]
    assert all(one.ended_at_ms < two.started_at_ms for one, two in pairwise(pressed))
    # some skips take less than the 2 s there are; the others stay what they were
    assert 10 < sum(play.ms_played == 1 for play in pressed) < 290
    assert buttons.press(1, LISTENER.catalogue, [], 0) == []


def test_discoveries_never_stop() -> None:
    first: dict[str, int] = {}
    for play in TRACK_PLAYS:
        artist_id = LISTENER.catalogue.tracks[play.id or ""].artist_ids[0]
        first.setdefault(artist_id, datetime.fromtimestamp(play.started_at_ms / 1000, UTC).year)
    by_year = Counter(first.values())
    assert all(by_year[year] >= 12 for year in range(2017, 2027))
    assert len(first) < len(LISTENER.catalogue.artists)


def test_much_is_left_to_suggest() -> None:
    heard = {play.id for play in TRACK_PLAYS}
    catalogue = LISTENER.catalogue
    known = {catalogue.tracks[track_id].artist_ids[0] for track_id in heard if track_id}
    unheard = [
        album
        for album in catalogue.albums.values()
        if album.artist_ids[0] in known and not heard & set(album.track_ids)
    ]
    assert 3_000 < len(heard) < 0.8 * len(catalogue.tracks)
    assert len(unheard) > 100


def test_some_evenings_are_one_track_over_and_over() -> None:
    longest = run = 0
    n_binges = 0
    for before, after in pairwise(TRACK_PLAYS):
        run = run + 1 if before.id == after.id else 0
        longest = max(longest, run)
        n_binges += run == 4
    assert n_binges > 50
    assert longest >= 9


def test_a_trip_a_year_leads_abroad() -> None:
    countries = Counter(play.country for play in PLAYS)
    assert set(countries) >= {"DE", "ZZ", "JP", "PT"}
    for year in range(2017, 2027):
        abroad = days.trip(1, year)
        zone = ZoneInfo(abroad.zone)
        there = [
            play
            for play in PLAYS
            if abroad.first
            <= datetime.fromtimestamp(play.started_at_ms / 1000, zone).date()
            <= abroad.last
            and play.country == abroad.country
        ]
        assert there
        assert 9 <= (abroad.last - abroad.first).days + 1 <= 16


def test_planes_have_no_network() -> None:
    offline = [play for play in PLAYS if play.offline]
    assert len(offline) > 200
    assert any(play.country not in {"DE", "ZZ"} for play in offline)


@pytest.mark.parametrize("year", [2017, 2020, 2023, 2026])
def test_two_weeks_in_the_hut_are_silent(year: int) -> None:
    first, last = days.holiday(year)
    assert last - first == timedelta(days=13)
    assert not [at for at in LOCAL if first < at.date() <= last]


def test_other_summers_are_not_silent() -> None:
    first, last = days.holiday(2025)
    assert last < first
    assert [at for at in LOCAL if date(2025, 8, 3) <= at.date() <= date(2025, 8, 16)]


def test_podcasts_are_for_the_way() -> None:
    episodes = [
        (at, play) for at, play in AT_HOME if play.kind == "episode" and at.year in {2023, 2024}
    ]
    assert len(episodes) > 60
    on_the_way = sum(at.hour in {7, 8, 16, 17, 18} and at.weekday() < 5 for at, _ in episodes)
    assert on_the_way / len(episodes) > 0.5


def test_one_book_is_read_to_the_end() -> None:
    chapters = [play.id for play in PLAYS if play.kind == "chapter"]
    (book,) = {LISTENER.catalogue.chapters[chapter or ""].audiobook_id for chapter in chapters}
    assert set(LISTENER.catalogue.audiobooks[book].chapter_ids) == set(chapters)


def test_private_sessions_and_shuffle_are_used() -> None:
    assert 0.001 < sum(play.incognito for play in PLAYS) / len(PLAYS) < 0.02
    assert 0.2 < sum(play.shuffle for play in TRACK_PLAYS) / len(TRACK_PLAYS) < 0.7


def test_only_old_years_have_lost_their_names() -> None:
    lost = [play for play in PLAYS if play.kind == "unknown"]
    assert len(lost) > 200
    assert all(play.id is None for play in lost)
    assert (
        max(play.ended_at_ms for play in lost) < datetime(2019, 1, 2, tzinfo=UTC).timestamp() * 1e3
    )


# ---------------------------------------------------------------- a taste one can predict


def ndcg_at_20(
    score: np.ndarray[tuple[int], np.dtype[np.float64]],
    truth: np.ndarray[tuple[int], np.dtype[np.bool_]],
    candidates: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> float:
    """Grade a ranking of the candidates by which of them came true."""
    gain = 1 / np.log2(np.arange(2, 22))
    numbers = np.flatnonzero(candidates)
    best = numbers[np.argsort(-score[numbers], kind="stable")][:20]
    ideal = gain[: min(20, int(truth[candidates].sum()))].sum()
    return float((truth[best] * gain[: len(best)]).sum() / ideal) if ideal else float("nan")


@pytest.fixture(scope="module", params=[1, 2])
def forecasts(request: pytest.FixtureRequest) -> dict[str, float]:
    """Grade four scores at cut-offs through the later 60 % of a listener's years."""
    made = listeners.listener(request.param)
    numbers: dict[str, int] = {}
    at_list, what_list = [], []
    for play in made.plays:
        if play.kind == "track" and play.id and play.ms_played >= 30_000 and not play.incognito:
            at_list.append(play.ended_at_ms / DAY_MS)
            what_list.append(numbers.setdefault(play.id, len(numbers)))
    at, what, n = np.array(at_list), np.array(what_list), len(numbers)
    grades: dict[str, list[float]] = {}
    for cut in np.arange(at[0] + 0.4 * (at[-1] - at[0]), at[-1] - 28, 56):
        i, week, month = (int(np.searchsorted(at, cut + later)) for later in (0, 7, 28))
        n_plays = np.bincount(what[:i], minlength=n).astype(float)
        known = n_plays > 0
        decayed = np.bincount(what[:i], weights=0.5 ** ((cut - at[:i]) / 14), minlength=n)
        truth = np.isin(np.arange(n), what[i:week])
        grades.setdefault("decay", []).append(ndcg_at_20(decayed, truth, known))
        grades.setdefault("plays", []).append(ndcg_at_20(n_plays, truth, known))
        last = np.full(n, -1e9)
        last[what[:i]] = at[:i]
        pairs = np.unique(what[:i] * 100_000 + at[:i].astype(int))
        n_days = np.bincount(pairs // 100_000, minlength=n)
        silent = (n_plays >= 3) & (cut - last >= 30)
        truth = np.isin(np.arange(n), what[i:month])
        memory = ndcg_at_20(n_days / (cut - last), truth, silent)
        grades.setdefault("days / since", []).append(memory)
        grades.setdefault("silent plays", []).append(ndcg_at_20(n_plays, truth, silent))
    return {name: float(np.nanmean(found)) for name, found in grades.items()}


def test_recent_plays_predict_next_week_better_than_all_plays(forecasts: dict[str, float]) -> None:
    assert forecasts["decay"] >= 1.5 * forecasts["plays"]
    assert 0.3 < forecasts["decay"] < 0.8


def test_forgotten_favourites_return_as_memory_has_it(forecasts: dict[str, float]) -> None:
    assert forecasts["days / since"] >= 1.2 * forecasts["silent plays"]
    assert 0.2 < forecasts["days / since"] < 0.7


# ---------------------------------------------------------------- what the API shows of it


@pytest.mark.parametrize("time_range", ["short_term", "medium_term", "long_term"])
def test_top_lists_are_ranked_from_the_plays(time_range: str) -> None:
    top = LISTENER.top_tracks(time_range)
    assert 50 < len(top) <= 99
    n_days = {"short_term": 28, "medium_term": 182, "long_term": 365}[time_range]
    since_ms = PLAYS[-1].ended_at_ms - n_days * DAY_MS
    n_plays = Counter(
        play.id
        for play in TRACK_PLAYS
        if play.ended_at_ms >= since_ms and play.ms_played >= 30_000 and not play.incognito
    )
    counts = [n_plays[track_id] for track_id in top]
    assert counts == sorted(n_plays.values(), reverse=True)[: len(top)]
    assert LISTENER.top_artists(time_range)[0] in LISTENER.catalogue.artists


def test_the_three_ranges_tell_different_stories() -> None:
    short, long = LISTENER.top_tracks("short_term"), LISTENER.top_tracks("long_term")
    assert len(set(short[:20]) & set(long[:20])) < 15


def test_an_unknown_range_is_refused() -> None:
    with pytest.raises(ValueError, match="not 'year'"):
        LISTENER.top_tracks("year")


def test_recently_played_leaves_out_what_spotify_leaves_out() -> None:
    recent = LISTENER.recently_played()
    assert len(recent) == 50
    ended = [play.ended_at_ms for play in recent]
    assert ended == sorted(ended, reverse=True)
    assert all(play.kind == "track" and not play.incognito for play in recent)
    assert all(play.ms_played >= 30_000 for play in recent)


@pytest.mark.parametrize("kept", ["saved_tracks", "saved_albums", "saved_shows", "saved_episodes"])
def test_saved_things_are_newest_first_and_distinct(kept: str) -> None:
    pairs = getattr(LISTENER, kept)
    dates = [added_at for added_at, _ in pairs]
    assert len(pairs) >= 5
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", added_at) for added_at in dates)
    assert dates == sorted(dates, reverse=True)
    assert len({thing_id for _, thing_id in pairs}) == len(pairs)


def test_playlists_show_every_kind_of_owner() -> None:
    mine = [playlist for playlist in LISTENER.playlists if playlist.owner_id == LISTENER.id]
    others = [playlist for playlist in LISTENER.playlists if playlist.owner_id != LISTENER.id]
    assert {playlist.public for playlist in mine} == {True, False, None}
    assert any(playlist.collaborative for playlist in mine)
    assert any(playlist.collaborative for playlist in others)
    assert any(not playlist.collaborative for playlist in others)
    assert any(playlist.owner_id == "spotify" for playlist in others)
    assert any(not playlist.entries for playlist in mine)
    assert any(len(playlist.entries) > 100 for playlist in mine)
    assert len({playlist.id for playlist in LISTENER.playlists}) == len(LISTENER.playlists)


def test_one_playlist_has_every_kind_of_row() -> None:
    odd = next(p for p in LISTENER.playlists if any(entry.is_null for entry in p.entries))
    uris = [entry.uri for entry in odd.entries]
    assert any(uri.startswith("spotify:episode:") for uri in uris)
    local = [uri for uri in uris if uri.startswith("spotify:local:")]
    assert local
    assert all(uri.count(":") == 5 and uri.rpartition(":")[2].isdigit() for uri in local)
    assert max(Counter(uris).values()) == 3
    assert odd.entries[0].added_at is None
    assert odd.entries[0].added_by is None


def test_every_playlist_entry_leads_somewhere() -> None:
    catalogue = LISTENER.catalogue
    for playlist in LISTENER.playlists:
        for entry in playlist.entries:
            _, kind, rest = entry.uri.split(":", 2)
            known = {"track": catalogue.tracks, "episode": catalogue.episodes, "local": {rest}}
            assert rest in known[kind]


def test_contexts_lead_somewhere() -> None:
    catalogue = LISTENER.catalogue
    places = {
        "album": catalogue.albums,
        "artist": catalogue.artists,
        "show": {**catalogue.shows, **catalogue.audiobooks},
        "playlist": {playlist.id: playlist for playlist in LISTENER.playlists},
        "user": {f"{LISTENER.id}:collection": None},
    }
    for play in PLAYS:
        if play.context_uri is not None:
            _, kind, rest = play.context_uri.split(":", 2)
            assert rest in places[kind]


# ---------------------------------------------------------------- the other two


def test_a_new_account_has_nothing() -> None:
    new = listeners.empty_listener()
    assert new.top_tracks("long_term") == []
    assert new.top_artists("short_term") == []
    assert new.recently_played() == []
    kept = (new.plays, new.saved_tracks, new.saved_albums, new.saved_shows, new.saved_episodes)
    assert not any((*kept, new.followed_artist_ids, new.playlists))


def test_a_large_library_is_as_large_as_asked() -> None:
    large = listeners.large_listener()
    assert len({track_id for _, track_id in large.saved_tracks}) == 10_000
    assert {len(playlist.entries) for playlist in large.playlists} == {100}
    assert len(large.playlists) == 200
    assert all(track_id in large.catalogue.tracks for _, track_id in large.saved_tracks)
