from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

# day of January 2024, artist
_ROWS = [
    (1, "Ann"),
    (1, "Ann"),
    (2, "Ann"),
    (9, "Ann"),
    (16, "Ann"),
    (3, "Bo"),
    (13, "Bo"),
    (20, "Cy"),
]


@pytest.fixture
def january() -> pd.DataFrame:
    """Return plays of three artists in January."""
    return tables.conform(
        [{"local_day": f"2024-01-{day:02d}", "artist": artist} for day, artist in _ROWS],
        tables.PLAYS,
    )


def test_gaps_that_ended(january: pd.DataFrame) -> None:
    found = metrics.gaps(january, min_plays=1)
    # Cy was heard once: no gap. Ann's two gaps of seven days are one row, the first
    assert found["artist"].tolist() == ["Bo", "Ann"]
    assert found["n_days"].tolist() == [10, 7]
    assert found["from_day"].dt.day.tolist() == [3, 2]
    assert found["to_day"].dt.day.tolist() == [13, 9]
    assert found["n_plays"].tolist() == [2, 5]
    assert found["n_plays_before"].tolist() == [1, 3]
    assert found["is_running"].tolist() == [False, False]
    assert metrics.gaps(january, min_plays=3)["artist"].tolist() == ["Ann"]
    assert metrics.gaps(january).empty


def test_gaps_that_still_run(january: pd.DataFrame) -> None:
    found = metrics.gaps(january, min_plays=1, running=True)
    # until the 20th, when Cy was heard, who is therefore not missed
    assert found["artist"].tolist() == ["Bo", "Ann"]
    assert found["n_days"].tolist() == [7, 4]
    assert found["from_day"].dt.day.tolist() == [13, 16]
    assert found["to_day"].isna().all()
    assert found["n_plays_before"].tolist() == found["n_plays"].tolist() == [2, 5]
    assert found["is_running"].all()


def test_days_between_plays(january: pd.DataFrame) -> None:
    found = metrics.days_between_plays(january, min_plays=1)
    assert found["artist"].tolist() == ["Ann", "Bo"]
    # five plays in 15 days; two in 10
    assert found["mean_days"].tolist() == [3.75, 10]
    assert found["n_plays"].tolist() == [5, 2]
    assert found["n_days_active"].tolist() == [4, 2]
    assert found["longest_gap_days"].tolist() == [7, 10]
    assert found["days_since"].tolist() == [4, 7]
    assert found.attrs["min_plays"] == 2


def test_a_number_of_plays_below_one(january: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`min_plays` must be 1 or more; not 0"):
        metrics.gaps(january, min_plays=0)
    with pytest.raises(ValueError, match="`min_plays` must be 1 or more; not 0"):
        metrics.days_between_plays(january, min_plays=0)
