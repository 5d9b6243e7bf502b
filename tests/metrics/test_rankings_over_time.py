from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

MINUTE = 60_000


def days_of(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return plays of a minute each: day, artist, how many."""
    return tables.conform(
        [
            {"local_day": day, "artist": artist, "track": "T", "ms_played": MINUTE}
            for day, artist, n in rows
            for _ in range(n)
        ],
        tables.PLAYS,
    )


def test_top_per_year(plays: pd.DataFrame) -> None:
    top = metrics.top_per_period(plays, of="tracks")
    columns = ["rank", "track", "artist", "n_plays", "share"]
    assert top["period_start"].dt.year.tolist() == [2023, 2023, 2024, 2024, 2024]
    assert top[columns].to_numpy().tolist() == [
        [1, "Alpha", "Ann", 1, 0.5],
        [2, "Beta", "Ann", 1, 0.5],
        [1, "Gamma", "Bo", 2, 0.5],
        [2, "Alpha", "Ann", 1, 0.25],
        [3, "Alpha", "Bo", 1, 0.25],
    ]
    assert top["is_partial"].all()
    assert len(metrics.top_per_period(plays, of="tracks", n=1)) == 2


def test_top_by_time_in_a_month_without_time(plays: pd.DataFrame) -> None:
    top = metrics.top_per_period(plays, period="week", by="time")
    # the week of 25 December, of 1 January, of 8 January
    columns = ["rank", "artist", "ms_played", "share"]
    assert top[columns].to_numpy().tolist() == [
        [1, "Ann", 10 * MINUTE, 1.0],
        [1, "Bo", 8 * MINUTE, 8 / 11],
        [2, "Ann", 3 * MINUTE, 3 / 11],
        [1, "Bo", pd.NA, pd.NA],
    ]


def test_number_ones() -> None:
    plays = days_of(
        ("2024-01-05", "Ann", 2),
        ("2024-02-05", "Ann", 1),
        ("2024-02-06", "Bo", 1),  # a tie: the first name
        ("2024-03-05", "Bo", 3),
        ("2024-03-06", "Ann", 1),
        ("2024-05-05", "Bo", 1),  # nothing in April
        ("2024-06-05", "Ann", 1),
    )
    ones = metrics.number_ones(plays)
    columns = ["artist", "n_plays", "share", "is_new", "n_in_a_row"]
    assert ones["period_start"].dt.month.tolist() == [1, 2, 3, 5, 6]
    assert ones[columns].to_numpy().tolist() == [
        ["Ann", 2, 1.0, True, 1],
        ["Ann", 1, 0.5, False, 2],
        ["Bo", 3, 0.75, True, 1],
        ["Bo", 1, 1.0, False, 1],
        ["Ann", 1, 1.0, False, 1],
    ]


def test_best_of_hours(plays: pd.DataFrame) -> None:
    best = metrics.best_of_hours(plays, of="tracks")
    assert best[["local_hour", "track", "artist", "n_plays"]].to_numpy().tolist() == [
        [0, "Alpha", "Ann", 1],
        [1, "Gamma", "Bo", 1],
        [9, "Alpha", "Bo", 1],
        [23, "Alpha", "Ann", 1],
    ]
    assert best["share"].tolist() == [1, 1, 0.5, 0.5]


def test_top_over_time_adds_up_to_all(plays: pd.DataFrame) -> None:
    layers = metrics.top_over_time(plays, of="tracks", n=1, period="week")
    columns = ["rank", "track", "artist", "n_plays", "ms_played", "share"]
    assert layers[columns].to_numpy().tolist() == [
        [1, "Alpha", "Ann", 1, 4 * MINUTE, 0.5],
        [pd.NA, pd.NA, pd.NA, 1, 6 * MINUTE, 0.5],
        [1, "Alpha", "Ann", 1, 3 * MINUTE, pytest.approx(1 / 3)],
        [pd.NA, pd.NA, pd.NA, 2, 8 * MINUTE, pytest.approx(2 / 3)],
        [1, "Alpha", "Ann", 0, 0, 0.0],
        [pd.NA, pd.NA, pd.NA, 1, pd.NA, 1.0],
    ]
    assert layers["n_plays"].sum() == 6


def test_movement() -> None:
    plays = days_of(
        ("2024-01-01", "Old", 9),  # before both windows
        ("2024-01-02", "Cy", 4),
        ("2024-01-03", "Ann", 3),
        ("2024-01-03", "Bo", 2),
        ("2024-01-04", "Di", 1),
        ("2024-01-05", "Bo", 5),
        ("2024-01-06", "Ann", 4),
        ("2024-01-07", "Di", 3),
        ("2024-01-07", "Old", 2),
    )
    moved = metrics.movement(plays, days=3)
    columns = ["rank", "rank_before", "move", "status", "artist", "n_plays", "n_plays_before"]
    assert moved[columns].to_numpy().tolist() == [
        [1, 3, 2, "up", "Bo", 5, 2],
        [2, 2, 0, "same", "Ann", 4, 3],
        [3, 4, 1, "up", "Di", 3, 1],
        [4, pd.NA, pd.NA, "new", "Old", 2, 0],
        [pd.NA, 1, pd.NA, "gone", "Cy", 0, 4],
    ]
    assert moved["ms_played_before"].tolist()[-2:] == [0, 4 * MINUTE]
    assert (moved.attrs["n_plays"], moved.attrs["since"]) == (24, "2024-01-02")
    earlier = metrics.movement(plays, days=1, until="2024-01-03", n=1)
    assert earlier["artist"].tolist() == ["Ann", "Cy"]
    assert earlier["status"].tolist() == ["new", "gone"]


def test_movement_wants_a_day_and_a_length(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`until` must be a day such as '2026-11-24'; not 'soon'"):
        metrics.movement(plays, until="soon")
    with pytest.raises(ValueError, match="`days` must be 1 or more"):
        metrics.movement(plays, days=0)


def test_climbers_and_fallers() -> None:
    plays = days_of(
        ("2024-01-01", "Ann", 5),
        ("2024-01-01", "Bo", 4),
        ("2024-01-01", "Cy", 3),
        ("2024-01-02", "Cy", 3),
        ("2024-01-02", "Di", 9),  # not heard before: no climber
    )
    moved = metrics.climbers_and_fallers(plays, days=1)
    columns = ["direction", "rank", "rank_before", "move", "artist", "n_plays", "n_plays_since"]
    assert moved[columns].to_numpy().tolist() == [
        ["up", 2, 3, 1, "Cy", 6, 3],
        ["down", 3, 1, -2, "Ann", 5, 0],
        ["down", 4, 2, -2, "Bo", 4, 0],
    ]
    assert metrics.climbers_and_fallers(plays, days=1, within=1)["artist"].tolist() == ["Ann"]
    assert metrics.climbers_and_fallers(plays, days=1, n=1)["artist"].tolist() == ["Cy", "Ann"]
