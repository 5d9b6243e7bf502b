from __future__ import annotations

import pandas as pd

from spotify_analysis import metrics, tables
from tests.metrics.test_loyalty import days, make


def test_love_stories() -> None:
    plays = make(
        [
            # heard first in the last 30 days
            ("2024-06-20", "Fresh", "F", 5),
            # four in four weeks (0.14 a day), then 13 in 30 days (0.43)
            *[(f"2024-05-{day:02}", "Mania", "M", 1) for day in (4, 11, 18, 25)],
            ("2024-06-10", "Mania", "M", 13),
            # half a year of silence, then back
            ("2023-12-01", "Back", "B", 9),
            ("2024-06-30", "Back", "B", 5),
            ("2023-06-01", "Gone", "G", 25),
            # played on and on, neither more nor less
            *[(f"2024-0{month}-15", "Steady", "S", 10) for month in range(1, 7)],
            # forgotten, but no favourite
            ("2023-06-01", "Faint", "x", 24),
        ]
    )
    told = metrics.love_stories(plays)
    assert told[["story", "rank", "artist", "n_plays_lately"]].to_numpy().tolist() == [
        ["rediscovery", 1, "Back", 5],
        ["fresh find", 1, "Fresh", 5],
        ["obsession", 1, "Mania", 13],
        ["forgotten favourite", 1, "Gone", 0],
    ]
    # 1 December to 30 June; 1 June of the year before to 30 June
    assert told["silent_days"].tolist() == [212, 0, 16, 395]
    assert metrics.love_stories(plays, favourite=26, few=6, many=14).empty


def test_brief_obsessions() -> None:
    plays = make(
        [
            ("2024-01-01", "A", "Brief", 2),
            ("2024-03-01", "A", "Brief", 10),
            ("2024-03-30", "A", "Brief", 4),
            # a day too late for the window that begins on 1 March
            ("2024-03-31", "A", "Brief", 3),
            ("2024-01-10", "B", "Slow", 8),
            ("2024-05-10", "B", "Slow", 8),
            # first heard too late to say
            ("2024-06-20", "C", "Young", 30),
            ("2024-07-01", "B", "Slow", 1),
        ]
    )
    brief = metrics.brief_obsessions(plays, min_plays=15, days=30)
    assert brief["track"].tolist() == ["Brief"]
    row = brief.iloc[0]
    assert (row["n_plays"], row["n_plays_peak"]) == (19, 14)
    assert row["share_peak"] == 14 / 19
    assert days(brief["peak_first_day"]) == ["2024-03-01"]
    assert days(brief["peak_last_day"]) == ["2024-03-30"]
    both = metrics.brief_obsessions(plays, min_plays=15, days=30, min_share=0.4)
    assert both["track"].tolist() == ["Brief", "Slow"]
    # 8 plays twice: the earlier window
    assert days(both["peak_first_day"])[1] == "2024-01-10"


def test_forgotten() -> None:
    plays = make(
        [
            ("2020-02-28", "A", "Old", 10),
            ("2021-02-28", "A", "Just", 12),
            ("2021-03-01", "A", "Not yet", 30),
            ("2018-01-01", "A", "Rare", 9),
            ("2024-02-29", "B", "New", 1),
        ]
    )
    # three years before 29 February 2024 is 28 February 2021
    gone = metrics.forgotten(plays, years=3)
    assert gone[["rank", "track", "n_plays"]].to_numpy().tolist() == [
        [1, "Just", 12],
        [2, "Old", 10],
    ]
    assert gone["silent_days"].tolist() == [1096, 1462]


def test_never_finished() -> None:
    rows = [
        ("2024-01-01", "A", "Cut", 3),
        ("2024-01-02", "A", "Done", 3),
        ("2024-01-03", "B", "?", 3),
    ]
    plays = make(rows)
    plays["reason_end"] = [
        *("fwdbtn", "endplay", "fwdbtn"),
        *("fwdbtn", "trackdone", "fwdbtn"),
        *("fwdbtn", None, "fwdbtn"),
    ]
    plays["ms_played"] = pd.array([1000, None, 4000, *[1] * 6], dtype="Int64")
    left = metrics.never_finished(plays, min_starts=3)
    assert left["track"].tolist() == ["Cut"]
    assert left[["n_starts", "mean_ms", "longest_ms"]].to_numpy().tolist() == [[3, 2500, 4000]]
    assert metrics.never_finished(plays, min_starts=4).empty


def test_never_finished_without_times() -> None:
    plays = make([("2024-01-01", "A", "Cut", 5)], ms_played=None, reason_end="fwdbtn")
    assert metrics.never_finished(plays)[["mean_ms", "longest_ms"]].isna().all(axis=None)


def test_least_played_of_loved() -> None:
    rows = [("2024-01-01", "A", title, n) for title, n in (("x", 5), ("y", 2), ("z", 2), ("w", 5))]
    plays = make(rows)
    plays["album"] = "Long"
    single = make([("2024-01-01", "A", "x", 20)])
    single["album"] = "Single"
    both = tables.conform(pd.concat([plays, single]), tables.PLAYS)
    loved = metrics.least_played_of_loved(both)
    assert loved["album"].tolist() == ["Long"]
    row = loved.iloc[0]
    assert (row["n_plays"], row["n_tracks"]) == (14, 4)
    assert (row["least_played"], row["n_plays_least"]) == ("y", 2)
    assert (row["most_played"], row["n_plays_most"]) == ("w", 5)
    every = metrics.least_played_of_loved(both, min_tracks=1)
    assert every["album"].tolist() == ["Single", "Long"]
