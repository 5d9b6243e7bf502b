from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics
from tests.metrics.test_rankings_over_time import days_of


def test_milestones_by_hand(plays: pd.DataFrame) -> None:
    # 2, 3, 1 and 1 plays; 10, 76 and 81 minutes so far; 31 Dec and 1 Jan are days in a row
    found = metrics.milestones(
        plays, plays_at=[1, 5, 9], hours_at=[1, 2], days_at=[2, 3], number_one_from=2
    )
    found["day"] = found["local_day"].dt.strftime("%F")
    columns = ["what", "value", "artist", "is_reached", "day", "missing"]
    assert found[columns].to_numpy().tolist() == [
        ["plays", 1, pd.NA, True, "2023-12-31", 0],
        ["number_one", 2, "Ann", True, "2023-12-31", 0],
        ["plays", 5, pd.NA, True, "2024-01-01", 0],
        ["hours", 1, pd.NA, True, "2024-01-01", 0],
        ["days_in_a_row", 2, pd.NA, True, "2024-01-01", 0],
        # the run of 8 January is one day long
        ["days_in_a_row", 3, pd.NA, False, "2024-01-10", 2],
        ["plays", 9, pd.NA, False, "2024-01-11", 2],  # 7 in 9 days
        ["hours", 2, pd.NA, False, "2024-01-13", pytest.approx(0.65)],  # 0.15 a day
    ]


def test_number_one_is_who_has_more_than_all_others() -> None:
    plays = days_of(
        ("2024-01-01", "Bo", 3),
        ("2024-01-02", "Ann", 3),  # level, not ahead
        ("2024-01-03", "Ann", 2),
        ("2024-01-03", "Bo", 2),
        ("2024-01-04", "Ann", 1),
        ("2024-01-05", "Ann", 9),
        ("2024-01-06", "Bo", 11),
    )
    ones = metrics.milestones(plays, number_one_from=1).query("what == 'number_one'")
    assert ones["artist"].tolist() == ["Bo", "Ann", "Bo"]
    assert ones["local_day"].dt.day.tolist() == [1, 4, 6]
    assert ones["value"].tolist() == [3, 6, 16]
    later = metrics.milestones(plays, number_one_from=4).query("what == 'number_one'")
    assert later["artist"].tolist() == ["Ann", "Bo"]


def test_milestones_are_numbers_from_one(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`hours_at` must be 1 or more each; not 0"):
        metrics.milestones(plays, hours_at=[0, 5])


def test_anniversaries() -> None:
    plays = days_of(
        ("2020-02-29", "Leap", 2),
        ("2022-03-01", "Ann", 3),
        ("2022-03-20", "Bo", 1),
        ("2022-12-31", "Cy", 1),
        ("2024-02-27", "Di", 9),  # this year: no anniversary yet
    )
    columns = ["artist", "days_until", "n_years", "n_plays"]
    found = metrics.anniversaries(plays, as_of="2025-02-28", at_least=1)
    assert found[columns].to_numpy().tolist() == [
        ["Di", -1, 1, 9],
        ["Leap", 0, 5, 2],
        ["Ann", 1, 3, 3],
        ["Bo", 20, 3, 1],
    ]
    assert found["anniversary"].dt.strftime("%F").tolist()[1] == "2025-02-28"
    # over the turn of the year
    new_year = metrics.anniversaries(plays, as_of="2024-01-02", days=5, at_least=1)
    assert new_year[columns].to_numpy().tolist() == [["Cy", -2, 1, 1]]
    leap = metrics.anniversaries(plays, as_of="2024-02-29", days=1, at_least=2)
    assert leap[columns].to_numpy().tolist() == [["Leap", 0, 4, 2], ["Ann", 1, 2, 3]]
    assert metrics.anniversaries(plays).attrs["as_of"] == "2024-02-27"
    with pytest.raises(ValueError, match="`days` must be 1 to 182; not 200"):
        metrics.anniversaries(plays, days=200)


def test_on_this_day(plays: pd.DataFrame) -> None:
    here = metrics.on_this_day(plays, as_of="2026-01-01")
    columns = ["years_ago", "n_plays", "n_tracks", "n_artists", "track", "track_artist", "artist"]
    assert here["local_day"].dt.strftime("%F").tolist() == ["2025-01-01", "2024-01-01"]
    assert here[columns].to_numpy().tolist() == [
        [1, 0, 0, 0, pd.NA, pd.NA, pd.NA],
        [2, 3, 2, 2, "Alpha", "Ann", "Ann"],  # the episode has no track
    ]
    assert here["ms_played"].tolist() == [0, 66 * 60_000]
    # a day whose only play has no length
    assert pd.isna(metrics.on_this_day(plays, as_of="2025-01-08")["ms_played"].iloc[0])
    assert metrics.on_this_day(plays).empty  # the plays begin on 31 December
    assert metrics.on_this_day(plays, as_of="2028-02-29")["years_ago"].tolist() == [4]
