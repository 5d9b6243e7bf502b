from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from spotify_analysis import errors, tables
from spotify_analysis.tables import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

TABLE = Table(
    "every_dtype",
    "One row.",
    {
        "name": Column(STRING, "Text."),
        "n": Column(INT, "Whole number."),
        "share": Column(FLOAT, "Number."),
        "flag": Column(BOOL, "Yes or no."),
        "at": Column(UTC, "Instant."),
        "day": Column(DAY, "Day."),
    },
)
ROWS: list[dict[str, Any]] = [
    {
        "name": "x",
        "n": 2**60 + 1,
        "share": 0.1,
        "flag": True,
        "at": "2024-03-31T01:00:00.000001Z",
        "day": "2024-03-31",
    },
    {},
]


@pytest.fixture
def home() -> pd.DataFrame:
    return tables.note(tables.conform(ROWS, TABLE), rule="every")


def test_from_pandas_keeps_facts(home: pd.DataFrame) -> None:
    shuffled = home[list(reversed(home.columns))].assign(more=1)
    shuffled.attrs = home.attrs
    back = tables.collect(shuffled, TABLE)
    pd.testing.assert_frame_equal(back, home)
    assert tables.facts(back) == {"rule": "every"}


@pytest.mark.parametrize("wrap", [lambda frame: frame, nw.from_native], ids=["native", "narwhals"])
@pytest.mark.parametrize("engine", ["polars", "lazy polars", "duckdb", "arrow"])
def test_from_other_engines(home: pd.DataFrame, engine: str, wrap: Any) -> None:
    connection = duckdb.connect()
    connection.execute("set timezone = 'America/New_York'")
    connection.register("home", home)
    given = {
        "polars": lambda: pl.from_pandas(home),
        "lazy polars": lambda: pl.from_pandas(home).lazy(),
        "duckdb": lambda: connection.sql("from home"),
        "arrow": lambda: pa.Table.from_pandas(home, preserve_index=False),
    }[engine]()
    back = tables.collect(wrap(given), TABLE, facts_of=home)
    pd.testing.assert_frame_equal(back, home)
    assert tables.facts(back) == {"rule": "every"}


@pytest.mark.spark
def test_from_spark(home: pd.DataFrame, spark: Any) -> None:
    given = spark.createDataFrame(pa.Table.from_pandas(home, preserve_index=False))
    pd.testing.assert_frame_equal(tables.collect(given, TABLE), home)


def test_sums_that_came_as_decimals_are_whole_again() -> None:
    totals = duckdb.sql(
        "select sum(x)::hugeint as n, sum(x)::decimal(38,0) as share, date '2024-01-02' as day "
        "from (values (1), (2)) as t(x)"
    )
    back = tables.collect(totals, TABLE)
    assert back[["n", "share", "day"]].to_numpy().tolist() == [[3, 3.0, pd.Timestamp("2024-01-02")]]
    assert dict(back.dtypes.astype(str)) == TABLE.dtypes


def test_half_a_play_is_an_error() -> None:
    with pytest.raises(errors.TableError, match=r"every_dtype\.n wants Int64"):
        tables.collect(pl.DataFrame({"n": [1.5]}), TABLE)


def test_rows_without_any_known_column_are_still_rows() -> None:
    assert len(tables.collect(pl.DataFrame({"other": [1, 2, 3]}), TABLE)) == 3


class _Export:
    """Holds plays, as what `account_data.read` returns."""

    plays = pd.DataFrame()


@pytest.mark.parametrize("wrong", [None, "plays.csv", [1, 2], pd.Series(["a"])])
def test_what_is_no_frame_is_named(wrong: object) -> None:
    with pytest.raises(
        ValueError, match=rf"`plays` must be a DataFrame .*; not {type(wrong).__name__}\.$"
    ):
        tables.wrap(wrong)
    with pytest.raises(ValueError, match=r"`frame` must be a DataFrame \(of pandas\)"):
        tables.write_csv(wrong, "never.csv")  # type: ignore[arg-type]


def test_who_hands_over_an_export_is_told_where_its_plays_are() -> None:
    with pytest.raises(ValueError, match=r"not _Export\. Take its `\.plays`\."):
        tables.wrap(_Export())
