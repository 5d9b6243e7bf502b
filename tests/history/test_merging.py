"""What is one play and what are two, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis.history import History
from tests.history.conftest import FIRST, account, newer, older, recent, rows, uri

Told = Callable[[History], list[tuple[Any, ...]]]
A, B = (600, "A", 200_000), (900, "B", 180_000)


def test_two_exports_of_different_generations(keep: History, told: Told) -> None:
    keep.add(older([A, B], started_at=FIRST))
    done = keep.add(newer([A, B, (1200, "A", 5_000)]))
    assert (done.n_new, done.n_improved, done.n_known) == (1, 2, 0)
    assert told(keep) == [
        (600, "A", 200_000, "extended"),
        (900, "B", 180_000, "extended"),
        (1200, "A", 5_000, "extended"),
    ]
    plays = keep.plays()
    assert list(plays["uri"]) == [uri("A"), uri("B"), uri("A")]
    assert list(plays["started_at"][:2]) == [FIRST, FIRST]  # only the old export knew it
    assert list(plays["skipped"]) == [False, False, False]
    assert list(plays["file"]) == ["new.json"] * 3


def test_the_newest_export_leads_and_older_ones_fill(keep: History) -> None:
    keep.add(newer([A], country="DE", shuffle=True))
    keep.add(newer([A, B], country="AT", file="newest.json"))
    play = keep.plays().iloc[0]
    assert (play["country"], play["shuffle"], play["file"]) == ("AT", True, "newest.json")


def test_a_true_repeat_is_kept_and_a_second_download_does_not_double_it(
    keep: History, told: Told
) -> None:
    skip = (600, "A", 0)
    keep.add(newer([skip, skip]))
    assert keep.add(newer([skip, skip, skip], file="newest.json")).n_new == 1
    assert keep.add(older([skip])).n_new == 0
    assert told(keep) == [(600, "A", 0, "extended")] * 3


def test_same_second_and_song_of_another_length_is_another_play(keep: History, told: Told) -> None:
    keep.add(newer([(600, "A", 0)]))
    keep.add(newer([(600, "A", 1_500)], file="newest.json"))
    assert [ms for _, _, ms, _ in told(keep)] == [1_500, 0]  # the longer began first


def test_a_song_renamed_between_two_exports_is_one_play(keep: History) -> None:
    keep.add(older([A], track="Song A (Remastered)"))
    keep.add(newer([A]))
    keep.add(newer([A], file="newest.json", track=None, artist=None, album=None))
    plays = keep.plays()
    assert list(plays["track"]) == ["Song A"]
    assert list(plays["album"]) == ["Album"]


@pytest.mark.parametrize("export_first", [True, False])
def test_the_account_data_gives_way_to_the_extended_history(
    keep: History, told: Told, export_first: bool
) -> None:
    late = (50_000, "B", 100_000)
    pieces = [newer([A, B, (1200, "A", 9)]), account([A, (1000, "B", 1), late])]
    first, second = (keep.add(piece) for piece in (pieces if export_first else pieces[::-1]))
    assert told(keep) == [
        (600, "A", 200_000, "extended"),
        (900, "B", 180_000, "extended"),
        (1200, "A", 9, "extended"),
        (49_980, "B", 100_000, "account"),  # cut to its minute
    ]
    assert (first.n_gave_way, second.n_gave_way) == ((0, 0) if export_first else (0, 2))


def test_a_row_of_the_account_data_a_minute_off_at_the_end_of_the_export(
    keep: History, told: Told
) -> None:
    keep.add(newer([(658, "A", 200_000)]))
    done = keep.add(account([(661, "A", 200_000)]))
    assert (done.n_new, done.n_known) == (0, 1)
    assert len(told(keep)) == 1


def test_the_account_data_gives_back_names_spotify_has_lost(keep: History) -> None:
    keep.add(newer([A, B], kind="unknown", track=None, artist=None, album=None, uri=None))
    done = keep.add(account([A]))
    assert (done.n_new, done.n_improved) == (0, 1)
    plays = keep.plays()
    assert [str(track) for track in plays["track"]] == ["Song A", "<NA>"]
    assert list(plays["kind"]) == ["track", "unknown"]


@pytest.mark.parametrize("at_start", [True, False])
@pytest.mark.parametrize("recent_first", [True, False])
def test_recent_plays_and_an_export(
    keep: History, told: Told, at_start: bool, recent_first: bool
) -> None:
    on_repeat = [A, (800, "A", 200_000), (1000, "A", 200_000), (1200, "B", 100_000)]
    pieces = [recent(on_repeat, at_start=at_start), newer(on_repeat[:3])]
    for piece in pieces if recent_first else pieces[::-1]:
        keep.add(piece)
    plays = keep.plays()
    assert list(plays["source"]) == ["extended"] * 3 + ["web_api"]
    assert list(plays["context_uri"]) == ["spotify:playlist:1"] * 4
    assert plays["ms_played"].isna().tolist() == [False] * 3 + [True]


@pytest.mark.parametrize("at_start", [True, False])
def test_recent_plays_and_the_account_data(keep: History, at_start: bool) -> None:
    keep.add(recent([A, B], at_start=at_start))
    keep.add(account([A, B]))
    plays = keep.plays()
    assert list(plays["source"]) == ["account"] * 2
    assert list(plays["ms_played"]) == [200_000, 180_000]
    assert list(plays["uri"]) == [uri("A"), uri("B")]


def test_scrobbles_join_a_play_or_stay(keep: History, told: Told) -> None:
    keep.add(newer([A, B]))
    start = {"ended_at": lambda end, song, ms: end - pd.Timedelta(milliseconds=ms)}
    other = rows(
        [A, (700, "C", 60_000)],
        source="listenbrainz",
        ms_played=None,
        started_at=start["ended_at"],
        logged_at=start["ended_at"],
        **start,
    )
    assert keep.add(other).n_new == 1
    assert [(song, source) for _, song, _, source in told(keep)] == [
        ("A", "extended"),
        ("C", "listenbrainz"),
        ("B", "extended"),
    ]


def test_podcasts_among_the_music_of_an_old_download(keep: History) -> None:
    keep.add(account([A], track="Part 1", artist="The Show"))
    podcast = {"track": None, "artist": None, "show": "The Show", "episode": "Part 1"}
    keep.add(account([A, B], kind="episode", file="StreamingHistory_podcast_0.json", **podcast))
    assert len(keep.plays()) == 2


def test_names_are_compared_as_they_are_read(keep: History) -> None:
    keep.add(older([A], track="Cafe\u0301 ", artist="ARTIST"))
    keep.add(newer([A], track="Caf\u00e9", artist="Artist"))
    assert list(keep.plays()["track"]) == ["Caf\u00e9"]


def test_fault_H8_two_plays_in_one_second_keep_their_order(keep: History) -> None:
    given = rows([(600, song, 0) for song in "CABBA"], source="extended", file="a")
    keep.add(given)
    assert list(keep.plays()["track"]) == [f"Song {song}" for song in "CABBA"]


def test_fault_H8_utc_is_kept_to_the_millisecond_over_a_clock_change(keep: History) -> None:
    ends = pd.to_datetime(
        ["2024-10-27T00:30:00.123Z", "2024-10-27T01:30:00.456Z", "2024-10-26T23:59:59.999Z"],
        format="ISO8601",
    )
    given = recent([A, A, A]).assign(ended_at=ends, logged_at=ends)
    keep.add(given)
    plays = keep.plays()
    assert list(plays["ended_at"]) == sorted(ends)
    assert list(plays["local_hour"]) == [1, 2, 2]  # Berlin has that hour twice
