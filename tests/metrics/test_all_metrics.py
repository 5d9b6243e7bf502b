"""What every metric keeps to, whatever it counts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, metrics, tables
from tests.metrics import cases

Engine = Callable[[pd.DataFrame], Any]

every_metric = pytest.mark.parametrize("name", cases.OF_PLAYS)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Check that two tables are equal, dtypes and facts included."""
    pd.testing.assert_frame_equal(left, right)
    assert left.attrs == right.attrs


@every_metric
def test_engines_agree(name: str, engine: Engine, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    plays.attrs = {}  # only pandas frames carry facts
    same(metric(engine(plays)), metric(plays))


@every_metric
def test_no_plays(name: str, engine: Engine, no_plays: pd.DataFrame) -> None:
    metric, table = cases.OF_PLAYS[name]
    counted = metric(engine(no_plays))
    assert counted.dtypes.astype(str).to_dict() == table.dtypes
    assert len(counted) == cases.n_rows_of_nothing(name)
    assert tables.facts(counted)["n_plays"] == 0


@every_metric
def test_nothing_known(name: str, engine: Engine, nothing_known: pd.DataFrame) -> None:
    metric, table = cases.OF_PLAYS[name]
    counted = metric(engine(nothing_known))
    assert counted.dtypes.astype(str).to_dict() == table.dtypes
    assert len(counted) == cases.n_rows_of_nothing(name)


@every_metric
def test_a_metric_leaves_its_plays_alone(name: str, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    before = plays.copy(deep=True)
    metric(plays)
    same(plays, before)


@every_metric
def test_facts_are_of_the_plays_counted(name: str, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    plays = tables.note(plays, n_plays=999, since="1999-01-01", until="1999-01-01")
    facts = tables.facts(metric(plays))
    assert (facts["rule"], facts["rule_text"], facts["time_zone"]) == (
        "every",
        "every row",
        "Asia/Kolkata",
    )
    assert facts["n_plays"] == cases.n_plays(name)
    assert (facts["since"], facts["until"]) == ("2023-12-31", "2024-01-08")


@every_metric
def test_a_missing_column_is_named(name: str, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    with pytest.raises(errors.TableError, match=r"plays has no column 'local_day'"):
        metric(plays.drop(columns="local_day"))


@every_metric
def test_the_order_of_plays_does_not_matter(name: str, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    same(metric(plays.iloc[::-1]), metric(plays))


def takes_n() -> list[str]:
    """Name the metrics of plays alone that can be asked for some rows only."""
    found = []
    for name in metrics.__all__:
        if callable(getattr(metrics, name)):
            asked = inspect.signature(getattr(metrics, name)).parameters
            needed = [one.name for one in asked.values() if one.default is one.empty]
            if needed == ["plays"] and "n" in asked:
                found.append(name)
    return found


@pytest.mark.parametrize("n", [0, 2.5, True, "3"])
@pytest.mark.parametrize("name", takes_n())
def test_a_number_of_rows_is_a_whole_number(name: str, n: Any, plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`n` must be 1 or more"):
        getattr(metrics, name)(plays, n=n)


def test_every_metric_of_periods_names_those_it_takes() -> None:
    takes = [
        getattr(metrics, name)
        for name in metrics.__all__
        if callable(getattr(metrics, name))
        and "period" in inspect.signature(getattr(metrics, name)).parameters
    ]
    assert len(takes) >= 28
    said = "period : {" + ", ".join(f'"{period}"' for period in metrics.PERIODS) + "}"
    assert [metric.__name__ for metric in takes if said not in (inspect.getdoc(metric) or "")] == []
    four = "`period` is none of the four"
    assert [metric.__name__ for metric in takes if four in (inspect.getdoc(metric) or "")] == []
