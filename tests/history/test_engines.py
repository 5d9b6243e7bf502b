"""Other engines read the kept plays themselves, and every number is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from spotify_analysis import metrics, tables
from spotify_analysis.history import History
from tests.history.conftest import newer, recent

YEAR = 366 * 86_400
COUNTED = {
    "totals": metrics.totals,
    "top_artists": metrics.top_artists,
    "listening_clock": metrics.listening_clock,
    "streaks": metrics.streaks,
    "sessions": metrics.sessions,
}


@pytest.fixture
def kept(keep: History) -> History:
    """Give a history of two years, in files of several versions."""
    heard = [
        (YEAR * n + 7_000 * m, "ABC"[m % 3], 40_000 + 1_000 * m)
        for n in range(2)
        for m in range(40)
    ]
    keep.add(newer(heard[:60], artist=lambda end, song, ms: f"Artist {song}"))
    keep.add(newer(heard[30:], artist=lambda end, song, ms: f"Artist {song}", country="DE"))
    keep.add(recent([(YEAR * 2, "D", 60_000)], ms_played=60_000))
    return keep


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Compare two answers: what their plays were, and in which order they came, aside."""
    order = list(expected.columns)
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
    )


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("engine", ["polars", "duckdb", "arrow"])
def test_metrics_are_the_same_without_pandas(kept: History, engine: str, name: str) -> None:
    whole = kept.scan()
    frame: Any = {
        "polars": lambda: pl.scan_pyarrow_dataset(whole),
        "duckdb": lambda: duckdb.from_arrow(whole),
        "arrow": lambda: whole.to_table(),
    }[engine]()
    count = COUNTED[name]
    same(count(frame), count(kept.plays()))


def test_a_scan_of_nothing_has_all_columns(keep: History) -> None:
    assert keep.scan().schema.names == [*tables.PLAYS.columns, "year"]
    assert keep.scan().count_rows() == 0


def test_a_scan_reads_the_years_it_is_asked_for(kept: History) -> None:
    import pyarrow.dataset as ds

    pieces = list(kept.scan().get_fragments(filter=ds.field("year") == 2026))
    assert [Path(piece.path).parent.name for piece in pieces] == ["year=2026"]


@pytest.mark.spark
def test_metrics_are_the_same_on_spark(kept: History, spark: Any, tmp_path: Path) -> None:
    place = tmp_path / "history" / "plays"
    files = [str(place / piece.path) for piece in kept.scan().get_fragments()]
    frame = spark.read.option("basePath", str(place)).parquet(*files)
    for name in ("totals", "top_artists", "listening_clock"):
        same(COUNTED[name](frame), COUNTED[name](kept.plays()))
