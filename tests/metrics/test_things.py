"""What is ranked is named alike in all tables."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from spotify_analysis.tables import metrics as declarations
from tests.metrics import cases

NAMES = ["artist", "album", "track"]
# one of their rows is a play or a day, and names what was heard in it
OF_OTHERS = {"longest_plays", "on_this_day"}


def tables_of_metrics() -> dict[str, tables.Table]:
    modules = [
        importlib.import_module(f"{declarations.__name__}.{found.name}")
        for found in pkgutil.iter_modules(declarations.__path__)
    ]
    declared = [
        getattr(module, name) for module in modules for name in getattr(module, "__all__", ())
    ]
    return {table.name: table for table in declared}


def test_columns_of_names_are_the_same_in_every_table() -> None:
    found = tables_of_metrics()
    assert len(found) > 60
    assert found.keys() >= OF_OTHERS
    for table in found.values():
        columns = list(table.columns)
        assert not {"kind", "name"} <= set(columns), table.name
        named = [name for name in columns if name in NAMES]
        if table.name not in OF_OTHERS:
            assert named == [name for name in NAMES if name in columns], table.name
        # a title or an album alone may be anybody's
        assert not named or "artist" in named, table.name


def test_metrics_that_rank_anything_name_it_in_all_three_columns() -> None:
    ranked = {
        table.name: table
        for name, (metric, table) in cases.OF_PLAYS.items()
        if "of" in inspect.signature(getattr(metrics, name.split()[0], metric)).parameters
        and {"rank", "artist"} <= set(table.columns)
    }
    assert len(ranked) > 20
    for table in ranked.values():
        assert [name for name in table.columns if name in NAMES] == NAMES, table.name


@pytest.mark.parametrize(
    ("of", "on", "names"),
    [
        (
            "tracks",
            ["artist", "track"],
            [["Ann", "Alpha"], ["Bo", "Gamma"], ["Bo", "Alpha"], ["Ann", "Beta"]],
        ),
        ("albums", ["artist", "album"], [["Ann", "First"], ["Bo", "Second"]]),
        ("artists", ["artist"], [["Ann"], ["Bo"]]),
    ],
)
def test_two_tables_join_on_names(
    of: str, on: list[str], names: list[list[str]], plays: pd.DataFrame
) -> None:
    top = getattr(metrics, f"top_{of}")(plays)
    low = metrics.least_played(plays, of=of)  # type: ignore[arg-type]
    both = top.merge(low, on=on, suffixes=("", "_from_below"))
    assert both[on].to_numpy().tolist() == top[on].to_numpy().tolist() == names
    assert both["n_plays"].tolist() == both["n_plays_from_below"].tolist()
    assert low[[name for name in NAMES if name not in on]].isna().all(axis=None)
