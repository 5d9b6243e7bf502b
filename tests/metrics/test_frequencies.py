from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from spotify_analysis import metrics, tables
from tests.metrics.test_loyalty import make


def test_how_often() -> None:
    plays = make(
        [("2024-01-01", "Ann", track, n) for track, n in (("A", 1), ("B", 1), ("C", 2), ("D", 4))]
    )
    found = metrics.how_often(plays)
    assert found["n_plays"].tolist() == [1, 2, 4]
    assert found["n_different"].tolist() == [2, 1, 1]
    assert found["share_different"].tolist() == [0.5, 0.25, 0.25]
    assert found["share_at_least"].tolist() == [1, 0.5, 0.25]
    assert found["share_plays"].tolist() == [0.25, 0.25, 0.5]
    assert (tables.facts(found)["median"], tables.facts(found)["mean"]) == (1.5, 2)


def test_eddington() -> None:
    plays = make(
        [(f"2024-01-0{day}", "Ann", "A", n) for day, n in enumerate((5, 3, 3, 1, 2), start=1)]
    )
    found = metrics.eddington(plays)
    assert found["n_plays"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found["n_days"].tolist() == [5, 4, 3, 1, 1, 0]
    assert found["n_days_missing"].tolist() == [0, 0, 0, 3, 4, 6]
    assert found["is_reached"].tolist() == [True, True, True, False, False, False]
    assert tables.facts(found)["eddington"] == 3
    assert tables.facts(found)["n_days_to_next"] == 3


def test_nothing_played_has_the_number_0(no_plays: pd.DataFrame) -> None:
    facts = tables.facts(metrics.eddington(no_plays))
    assert (facts["eddington"], facts["n_days_to_next"]) == (0, 1)


def test_cut_over() -> None:
    plays = make(
        [("2024-01-01", name, "A", n) for name, n in (("a", 9), ("b", 3), ("c", 3), ("d", 1))]
    )
    found = metrics.cut_over(plays)
    # three artists with three plays; the rows end at twice that
    assert found["n_plays"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found["n_different"].tolist() == [4, 3, 3, 1, 1, 1]
    assert found["n_missing"].tolist() == [0, 0, 0, 3, 4, 5]
    assert tables.facts(found)["cut_over"] == 3
    assert tables.facts(found)["n_to_next"] == 3


def test_days_by_plays() -> None:
    plays = make([("2024-01-01", "Ann", "A", 1), ("2024-01-03", "Ann", "A", 6)])
    found = metrics.days_by_plays(plays)
    assert found["from_plays"].tolist() == [0, 1, 5]
    assert found["to_plays"].tolist() == [0, 4, 9]
    assert found["n_days"].tolist() == [1, 1, 1]
    assert found["share_days"].tolist() == pytest.approx([1 / 3] * 3)
    assert found["n_plays"].tolist() == [0, 1, 6]
    assert found["share_plays"].tolist() == pytest.approx([0, 1 / 7, 6 / 7])
    open_ended = metrics.days_by_plays(plays, edges=(0, 2))
    assert open_ended["to_plays"].tolist() == [1, pd.NA]
    assert open_ended["n_days"].tolist() == [2, 1]
    with pytest.raises(ValueError, match="`edges` must rise from 0"):
        metrics.days_by_plays(plays, edges=(1, 2))


def played_so_often(counts: np.ndarray) -> pd.DataFrame:
    """Return plays of as many tracks as there are counts."""
    frame = pd.DataFrame(
        {
            "track": np.repeat([f"T{n}" for n in range(len(counts))], counts),
            "artist": "Ann",
            "local_day": pd.Timestamp("2024-01-01"),
        }
    )
    return tables.conform(frame, tables.PLAYS)


def test_a_power_law_is_found() -> None:
    drawn = stats.zipf.rvs(2.5, size=3000, random_state=1)
    fits = metrics.frequency_fits(played_so_often(drawn)).set_index("law")
    law = fits.loc["power law"]
    # two standard errors, as those are of 95 of 100 samples
    assert abs(law["exponent"] - 2.5) < 2 * law["exponent_error"]
    assert 0.01 < law["exponent_error"] < 0.1
    assert law["n_different"] == (drawn >= law["from_plays"]).sum()
    assert law["distance"] < 0.02
    assert fits.index.tolist() == ["power law", "lognormal", "gamma"]
    assert fits.loc["gamma", "distance"] > 0.1


def test_the_exponent_is_the_likeliest() -> None:
    counts = np.repeat([1, 2, 3, 4], [40, 10, 5, 1])
    law = metrics.frequency_fits(played_so_often(counts)).iloc[0]
    low = law["from_plays"]
    tail = counts[counts >= low]

    def likelihood(alpha: float) -> float:
        return float(-alpha * np.log(tail).sum() - len(tail) * np.log(special.zeta(alpha, low)))

    best = likelihood(law["exponent"])
    assert best > likelihood(law["exponent"] + 0.01)
    assert best > likelihood(law["exponent"] - 0.01)
    assert law["n_different"] == len(tail)


def test_continuous_laws_agree_with_scipy() -> None:
    counts = np.array([1, 1, 2, 2, 3, 5, 8, 13, 21, 40])
    fits = metrics.frequency_fits(played_so_often(counts)).set_index("law")
    shape, _, scale = stats.lognorm.fit(counts, floc=0)
    assert fits.loc["lognormal", ["shape", "scale"]].tolist() == pytest.approx([shape, scale])
    shape, _, scale = stats.gamma.fit(counts, floc=0)
    found = fits.loc["gamma", ["shape", "scale"]].tolist()
    assert found == pytest.approx([shape, scale], rel=1e-3)


def test_equal_counts_follow_no_law() -> None:
    assert metrics.frequency_fits(played_so_often(np.array([3, 3, 3]))).empty
