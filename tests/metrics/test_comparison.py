from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from tests.metrics.test_rankings_over_time import days_of


@pytest.fixture
def first() -> pd.DataFrame:
    """Return ten plays: Ann 5, Bo 4, Cy 1."""
    return days_of(("2024-01-01", "Ann", 5), ("2024-01-02", "Bo", 4), ("2024-01-03", "Cy", 1))


@pytest.fixture
def second() -> pd.DataFrame:
    """Return twenty plays: Bo 12, Ann 6, Di 2."""
    return days_of(("2025-01-01", "Bo", 12), ("2025-01-02", "Ann", 6), ("2025-01-03", "Di", 2))


def test_comparison(first: pd.DataFrame, second: pd.DataFrame) -> None:
    found = metrics.comparison(first, second, n=2)
    columns = ["artist", "in_top", "trend", "rank_first", "rank_second", "n_plays_second"]
    assert found[columns].to_numpy().tolist() == [
        ["Bo", "both", "gained", 2, 1, 12],
        ["Ann", "both", "lost", 1, 2, 6],
    ]
    assert found["difference"].tolist() == pytest.approx([0.2, -0.2])
    wide = metrics.comparison(first, second).set_index("artist")
    assert wide["in_top"].to_dict() == {"Bo": "both", "Di": "second", "Cy": "first", "Ann": "both"}
    assert wide.loc["Di", ["share_first", "share_second"]].tolist() == [0, 0.1]
    assert pd.isna(wide.at["Di", "rank_first"])
    assert (found.attrs["n_plays"], found.attrs["since"], found.attrs["until"]) == (
        30,
        "2024-01-01",
        "2025-01-03",
    )


def test_the_same_plays_are_steady(first: pd.DataFrame) -> None:
    assert metrics.comparison(first, first)["trend"].tolist() == ["steady"] * 3


def test_facts_that_differ_are_left_out(first: pd.DataFrame, second: pd.DataFrame) -> None:
    ours = tables.note(first, rule="every", time_zone="UTC")
    theirs = tables.note(second, rule="spotify", time_zone="UTC")
    facts = tables.facts(metrics.comparison(ours, theirs))
    assert "rule" not in facts
    assert facts["time_zone"] == "UTC"


def test_two_rules_are_both_told(first: pd.DataFrame, second: pd.DataFrame) -> None:
    ours = tables.note(first, rule="spotify", rule_text="30 s or longer")
    theirs = tables.note(second, rule="every", rule_text="every row")
    for metric in (metrics.comparison, metrics.affinity, metrics.hour_comparison):
        told = tables.facts(metric(ours, theirs))["rule_text"]
        assert told == "first: 30 s or longer; second: every row"
    assert tables.facts(metrics.taste_match(ours, ours))["rule_text"] == "30 s or longer"
    unsaid = tables.facts(metrics.comparison(ours, second))["rule_text"]
    assert unsaid == "first: 30 s or longer; second: not said"
    assert "rule_text" not in tables.facts(metrics.comparison(first, second))


def test_affinity(first: pd.DataFrame, second: pd.DataFrame) -> None:
    both = metrics.affinity(first, second)
    columns = ["rank", "artist", "n_plays_first", "n_plays_second"]
    assert both[columns].to_numpy().tolist() == [[1, "Bo", 4, 12], [2, "Ann", 5, 6]]
    assert both["mean_share"].tolist() == pytest.approx([0.5, 0.4])
    assert both["minimum_share"].tolist() == pytest.approx([0.4, 0.3])
    assert metrics.affinity(first, second, how="mean", n=1)["artist"].tolist() == ["Bo"]
    with pytest.raises(ValueError, match="'mean' or 'minimum'; not 'max'"):
        metrics.affinity(first, second, how="max")  # type: ignore[arg-type]


def test_taste_match(first: pd.DataFrame, second: pd.DataFrame) -> None:
    match = metrics.taste_match(first, second, weights={"artists": 3, "tracks": 1})
    # places weigh 3/6, 2/6, 1/6: Ann min(3, 2), Bo min(2, 3)
    assert match["kind"].tolist() == ["artist", "track", "all"]
    assert match["weight"].tolist() == [0.75, 0.25, 1]
    assert match["n_shared"].tolist() == [2, 2, 4]
    assert match["score"].tolist() == pytest.approx([4 / 6] * 3)
    assert metrics.taste_match(first, first)["score"].tolist() == pytest.approx([1, 1, 1])
    nothing = metrics.taste_match(first, days_of(("2024-01-01", "Ed", 1)))
    assert nothing["score"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="`weights` must be of"):
        metrics.taste_match(first, second, weights={"genres": 1})


def test_hours(plays: pd.DataFrame) -> None:
    hours = metrics.hour_comparison(plays, plays[plays["local_hour"] == 9])
    at = hours.set_index("local_hour")
    assert len(hours) == 24
    assert at.loc[9, ["n_plays_first", "n_plays_second"]].tolist() == [3, 3]
    assert at.at[9, "difference"] == pytest.approx(1 - 3 / 7)
    assert at.at[23, "difference"] == pytest.approx(-2 / 7)


@pytest.mark.parametrize(
    "metric",
    [metrics.comparison, metrics.affinity, metrics.taste_match, metrics.hour_comparison],
)
def test_engines_agree_and_nothing_is_something(
    metric: Callable[..., pd.DataFrame],
    engine: Callable[[pd.DataFrame], Any],
    plays: pd.DataFrame,
    no_plays: pd.DataFrame,
) -> None:
    plays.attrs = {}
    left, right = plays.iloc[:4], plays.iloc[4:]
    pd.testing.assert_frame_equal(metric(engine(left), engine(right)), metric(left, right))
    table = {
        table.name: table for table in vars(tables).values() if isinstance(table, tables.Table)
    }
    nothing = metric(no_plays, no_plays)
    assert nothing.empty
    assert nothing.dtypes.astype(str).to_dict() == table[metric.__name__].dtypes
    metric(left, no_plays)
