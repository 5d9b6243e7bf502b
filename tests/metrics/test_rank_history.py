from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics
from tests.metrics.test_rankings_over_time import MINUTE, days_of


@pytest.fixture
def four_months() -> pd.DataFrame:
    """Return plays of January, February and April 2024, up to its last day."""
    return days_of(
        ("2024-01-01", "Ann", 3),
        ("2024-01-08", "Bo", 2),
        ("2024-01-09", "Cy", 1),
        ("2024-02-05", "Bo", 4),
        ("2024-02-06", "Cy", 2),
        ("2024-04-01", "Bo", 1),
        ("2024-04-08", "Cy", 5),
        ("2024-04-30", "Ann", 1),
    )


def test_who_was_on_top_once_is_followed(four_months: pd.DataFrame) -> None:
    places = metrics.rank_history(four_months, period="month", n=1)
    columns = ["rank", "artist", "n_plays", "rank_overall"]
    # of all: Cy 8, Bo 7, Ann 4
    assert places["period_start"].dt.month.tolist() == [1, 1, 1, 2, 2, 4, 4, 4]
    assert places[columns].to_numpy().tolist() == [
        [1, "Ann", 3, 3],
        [2, "Bo", 2, 2],
        [3, "Cy", 1, 1],
        [1, "Bo", 4, 2],
        [2, "Cy", 2, 1],
        [1, "Cy", 5, 1],
        [2, "Ann", 1, 3],
        [3, "Bo", 1, 2],
    ]
    assert not places["is_partial"].any()


def test_who_never_was_on_top_is_left_out() -> None:
    plays = days_of(("2024-01-01", "Ann", 3), ("2024-01-02", "Bo", 2), ("2025-01-01", "Ann", 1))
    assert metrics.rank_history(plays, n=1)["artist"].tolist() == ["Ann", "Ann"]


def test_a_race_adds_up(four_months: pd.DataFrame) -> None:
    laps = metrics.race(four_months, n=2)
    assert laps["period_start"].dt.month.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert laps[["rank", "artist", "n_plays", "ms_played"]].to_numpy().tolist() == [
        [1, "Ann", 3, 3 * MINUTE],
        [2, "Bo", 2, 2 * MINUTE],
        [1, "Bo", 6, 6 * MINUTE],
        [2, "Ann", 3, 3 * MINUTE],  # as many as Cy
        [1, "Bo", 6, 6 * MINUTE],
        [2, "Ann", 3, 3 * MINUTE],
        [1, "Cy", 8, 8 * MINUTE],
        [2, "Bo", 7, 7 * MINUTE],
    ]


def test_a_race_over_a_window(four_months: pd.DataFrame) -> None:
    laps = metrics.race(four_months, window=2)
    found = laps.groupby(laps["period_start"].dt.month)[["artist", "n_plays"]].apply(
        lambda lap: lap.to_numpy().tolist()
    )
    assert found.to_dict() == {
        1: [["Ann", 3], ["Bo", 2], ["Cy", 1]],
        2: [["Bo", 6], ["Ann", 3], ["Cy", 3]],
        3: [["Bo", 4], ["Cy", 2]],
        4: [["Cy", 5], ["Ann", 1], ["Bo", 1]],
    }
    one = metrics.race(four_months, window=1)
    assert one["period_start"].dt.month.unique().tolist() == [1, 2, 4]


def test_curves_of_the_most_played(four_months: pd.DataFrame) -> None:
    curves = metrics.cumulative_top(four_months, n=2)
    assert curves["period_start"].dt.month.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    columns = ["rank_overall", "artist", "n_plays", "ms_played", "n_plays_in_period"]
    assert curves[columns].to_numpy().tolist() == [
        [1, "Cy", 1, MINUTE, 1],
        [2, "Bo", 2, 2 * MINUTE, 2],
        [1, "Cy", 3, 3 * MINUTE, 2],
        [2, "Bo", 6, 6 * MINUTE, 4],
        [1, "Cy", 3, 3 * MINUTE, 0],
        [2, "Bo", 6, 6 * MINUTE, 0],
        [1, "Cy", 8, 8 * MINUTE, 5],
        [2, "Bo", 7, 7 * MINUTE, 1],
    ]
    assert curves.attrs["n_plays"] == 19


def test_medals(four_months: pd.DataFrame) -> None:
    columns = ["rank", "artist", "n_gold", "n_silver", "n_bronze", "n_medals"]
    won = metrics.medals(four_months, period="month")
    assert won[columns].to_numpy().tolist() == [
        [1, "Bo", 1, 1, 1, 3],
        [2, "Cy", 1, 1, 1, 3],
        [3, "Ann", 1, 1, 0, 2],
    ]
    assert won.attrs["n_awarded"] == 3
    # one day less, and April is not over
    running = four_months[four_months["local_day"] < "2024-04-30"]
    columns = ["artist", "n_gold", "n_silver", "n_bronze"]
    assert metrics.medals(running, period="month")[columns].to_numpy().tolist() == [
        ["Bo", 1, 1, 0],
        ["Ann", 1, 0, 0],
        ["Cy", 0, 1, 1],
    ]
    assert metrics.medals(running, period="month", unfinished=True)["n_medals"].sum() == 7
    assert metrics.medals(running).empty


def test_weeks_at_number_one() -> None:
    plays = days_of(
        ("2024-01-01", "Ann", 1),
        ("2024-01-08", "Ann", 1),
        ("2024-01-15", "Bo", 1),
        ("2024-01-29", "Bo", 1),  # a week of nothing in between
        ("2024-02-05", "Ann", 1),
        ("2024-02-11", "Bo", 1),  # Sunday of the same week: a tie
    )
    weeks = metrics.weeks_at_number_one(plays)
    columns = ["rank", "artist", "n_weeks", "longest_run_weeks"]
    assert weeks[columns].to_numpy().tolist() == [[1, "Ann", 3, 2], [2, "Bo", 2, 1]]
    assert weeks["first_week"].dt.strftime("%F").tolist() == ["2024-01-01", "2024-01-15"]
    assert weeks["last_week"].dt.strftime("%F").tolist() == ["2024-02-05", "2024-01-29"]


def test_best_ranks(four_months: pd.DataFrame) -> None:
    plays = pd.concat([four_months, days_of(("2024-02-07", "Di", 1), ("2024-02-07", "Cy", 2))])
    best = metrics.best_ranks(plays)
    columns = ["rank", "artist", "best_rank", "n_at_best", "n_periods", "n_plays_at_best"]
    assert best[columns].to_numpy().tolist() == [
        [1, "Ann", 1, 1, 2, 3],  # January
        [2, "Bo", 1, 1, 3, 4],  # February, before Cy, who has as many
        [3, "Cy", 1, 1, 3, 5],
        [4, "Di", 3, 1, 1, 1],
    ]
    assert best["best_start"].dt.month.tolist() == [1, 2, 4, 2]


def test_certificates(four_months: pd.DataFrame) -> None:
    won = metrics.certificates(four_months, of="artists", gold=4, platinum=7, diamond=8)
    columns = ["rank", "artist", "certificate", "n_plays"]
    assert won[columns].to_numpy().tolist() == [
        [1, "Cy", "diamond", 8],
        [2, "Bo", "platinum", 7],
        [3, "Ann", "gold", 4],
    ]
    days = won[["gold_day", "platinum_day", "diamond_day"]].apply(lambda day: day.dt.strftime("%F"))
    assert days.iloc[0].tolist() == ["2024-04-08"] * 3  # the 4th, 7th and 8th of Cy
    assert days.iloc[1].tolist()[:2] == ["2024-02-05", "2024-04-01"]
    assert won["diamond_day"].isna().tolist() == [False, True, True]
    assert won["platinum_day"].isna().tolist() == [False, False, True]
    assert metrics.certificates(four_months).empty
    with pytest.raises(ValueError, match="must rise from 1 or more; not 5, 5 and 9"):
        metrics.certificates(four_months, gold=5, platinum=5, diamond=9)
