from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from tests.metrics.test_loyalty import make


@pytest.fixture
def shares() -> pd.DataFrame:
    """Eight plays: half of them Ann's, a quarter Bo's, an eighth each of Cy and Di."""
    return make(
        [
            ("2024-01-10", "Ann", "A", 4),
            ("2024-01-20", "Bo", "B", 2),
            ("2024-02-01", "Cy", "C", 1),
            ("2024-02-02", "Di", "D", 1),
        ]
    )


def test_diversity(shares: pd.DataFrame) -> None:
    found = metrics.diversity(shares)
    assert found["order"].tolist() == ["0", "1", "2", "inf"]
    # entropy: 1/2 x 1 + 1/4 x 2 + 2 x 1/8 x 3 = 1.75 bit; sum of squares 11/32
    assert found["hill"].tolist() == pytest.approx([4, 2**1.75, 32 / 11, 2])
    assert found["entropy"].tolist() == pytest.approx([2, 1.75, np.log2(32 / 11), 1])
    assert found["evenness"].tolist() == pytest.approx([1, 0.875, np.log2(32 / 11) / 2, 0.5])
    assert found["attachment"].tolist()[1:] == pytest.approx([0.125, 1 - np.log2(32 / 11) / 2, 0.5])
    assert found["attachment"].isna().tolist() == [True, False, False, False]
    assert tables.facts(found)["attachment"] == pytest.approx(1 - np.log2(32 / 11) / 2)


def test_who_hears_one_artist_is_wholly_attached() -> None:
    found = metrics.diversity(make([("2024-01-01", "Ann", "A", 3)]))
    assert found["hill"].tolist() == [1, 1, 1, 1]
    assert found["entropy"].tolist() == [0, 0, 0, 0]
    assert found["evenness"].isna().all()
    assert found["attachment"].tolist()[1:] == [1, 1, 1]


def test_diversity_over_time(shares: pd.DataFrame) -> None:
    later = make([("2024-04-01", "Ann", "A", 2)])
    months = metrics.diversity_over_time(tables.conform(pd.concat([shares, later]), tables.PLAYS))
    assert months["n_plays"].tolist() == [6, 2, 0, 2]
    assert months["n_different"].tolist() == [2, 2, 0, 1]
    # two thirds and one third; halves; nothing; one alone
    hill_1 = np.exp(-(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)))
    assert months["hill_1"].tolist() == [pytest.approx(hill_1), pytest.approx(2), pd.NA, 1]
    assert months["hill_2"].tolist() == [pytest.approx(9 / 5), pytest.approx(2), pd.NA, 1]
    attachment = 1 - np.log(9 / 5) / np.log(2)
    assert months["attachment"].tolist() == [pytest.approx(attachment), pytest.approx(0), pd.NA, 1]
    # of equals the first by name
    assert months["artist"].tolist() == ["Ann", "Cy", pd.NA, "Ann"]
    assert months["n_plays_top"].tolist() == [4, 1, pd.NA, 2]
    assert months["share_top"].tolist() == [pytest.approx(2 / 3), 0.5, pd.NA, 1]


def test_top_shares(shares: pd.DataFrame) -> None:
    shares["ms_played"] = pd.array([1, 1, 1, 1, 2, 2, 12, None], dtype="Int64")
    found = metrics.top_shares(shares, tops=(1, 3, 10))
    assert found["top"].tolist() == [1, 3, 10]
    assert found["n_different"].tolist() == [1, 3, 4]
    assert found["share_plays"].tolist() == [0.5, 0.875, 1]
    # Cy has most time, then Ann and Bo
    assert found["share_time"].tolist() == [0.6, 1, 1]
    assert found["ms_played"].tolist() == [4, 20, 20]


def test_top_shares_without_times(shares: pd.DataFrame) -> None:
    shares["ms_played"] = pd.array([None] * 8, dtype="Int64")
    found = metrics.top_shares(shares)
    assert found["share_time"].isna().all()
    assert found["ms_played"].isna().all()


@pytest.mark.parametrize("tops", [(), (0, 1), (10, 10)])
def test_tops_rise(tops: tuple[int, ...], shares: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`tops` must rise from 1 or more"):
        metrics.top_shares(shares, tops=tops)


def test_cumulative_share(shares: pd.DataFrame) -> None:
    found = metrics.cumulative_share(shares)
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found["n_plays"].tolist() == [4, 2, 1, 1]
    assert found["share_different"].tolist() == [0.25, 0.5, 0.75, 1]
    assert found["share_plays"].tolist() == [0.5, 0.75, 0.875, 1]
    facts = tables.facts(found)
    # area under the curve: (0 + .5 + .5 + .75 + .75 + .875 + .875 + 1) / 8 = 0.65625
    assert facts["gini"] == pytest.approx(2 * 0.65625 - 1)
    assert facts["n_for_half"] == 1


def test_gini_of_equals_is_0() -> None:
    even = metrics.cumulative_share(make([("2024-01-01", name, "A", 3) for name in "abcd"]))
    assert tables.facts(even)["gini"] == pytest.approx(0)
    assert tables.facts(even)["n_for_half"] == 2


def test_artist_stream(shares: pd.DataFrame) -> None:
    stream = metrics.artist_stream(shares, n=2)
    assert stream["period_start"].dt.month.tolist() == [1, 1, 1, 2, 2, 2]
    assert stream["rank"].tolist() == [1, 2, 3] * 2
    assert stream["artist"].tolist() == ["Ann", "Bo", pd.NA] * 2
    assert stream["n_plays"].tolist() == [4, 2, 0, 0, 0, 2]
    assert stream["ms_played"].tolist() == [240_000, 120_000, 0, 0, 0, 120_000]
    assert stream["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0, 0, 1])
    # of Cy and Di, equally often played, the first by name
    assert metrics.artist_stream(shares, n=3)["artist"].tolist()[2] == "Cy"


def test_a_silent_month_has_no_shares(shares: pd.DataFrame) -> None:
    later = make([("2024-04-01", "Ann", "A", 2)])
    stream = metrics.artist_stream(tables.conform(pd.concat([shares, later]), tables.PLAYS), n=1)
    assert stream["share"].isna().tolist() == [False] * 4 + [True] * 2 + [False] * 2
