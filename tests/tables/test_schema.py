from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, tables
from spotify_analysis.tables import BOOL, DAY, DTYPES, FLOAT, INT, STRING, UTC, Column, Table

TABLE = Table(
    "songs",
    "One song.",
    {
        "name": Column(STRING, "Name."),
        "n": Column(INT, "Number."),
        "share": Column(FLOAT, "Share."),
        "flag": Column(BOOL, "Flag."),
        "at": Column(UTC, "Instant."),
        "day": Column(DAY, "Day."),
    },
    key=["name"],
)


def test_no_rows_have_every_dtype() -> None:
    none = tables.empty(TABLE)
    assert dict(none.dtypes.astype(str)) == TABLE.dtypes
    assert len(none) == 0


def test_rows_get_columns_dtypes_and_order() -> None:
    rows: list[dict[str, Any]] = [
        {"n": 1.0, "name": "a", "more": 3, "flag": 1, "share": 2},
        {"at": "2024-05-18T10:00:00.123Z", "day": "2024-05-18", "n": None},
    ]
    frame = tables.conform(rows, TABLE)
    assert list(frame.columns) == list(TABLE.columns)
    assert dict(frame.dtypes.astype(str)) == TABLE.dtypes
    assert frame["n"].tolist() == [1, pd.NA]
    assert frame["at"][1] == pd.Timestamp("2024-05-18T10:00:00.123Z")
    assert frame["day"][1] == pd.Timestamp("2024-05-18")


def test_a_frame_is_copied_with_its_attrs_and_a_fresh_index() -> None:
    given = pd.DataFrame({"name": ["a", "b"]}, index=[7, 7])
    given.attrs["rule"] = "every"
    frame = tables.conform(given, TABLE)
    assert frame.index.equals(pd.RangeIndex(2))
    assert frame.attrs == {"rule": "every"}
    frame.loc[0, "name"] = "changed"
    assert given["name"].tolist() == ["a", "b"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_but_missing_values(dtype: str) -> None:
    for nothing in ([], [None, None], [pd.NA, None], [float("nan"), None]):
        made = tables.as_dtype(nothing, dtype, where="x")
        assert str(made.dtype) == dtype
        assert made.isna().all()


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([2**60 + 1, None], INT, [2**60 + 1, pd.NA]),
        (["12", None], INT, [12, pd.NA]),
        ([45.0, None], INT, [45, pd.NA]),
        (pd.Categorical(["a", "b"]), STRING, ["a", "b"]),
        ([True, None, False], BOOL, [True, pd.NA, False]),
        ([1, 2.5], FLOAT, [1.0, 2.5]),
        (["2024-05-18T12:00:00+02:00"], UTC, [pd.Timestamp("2024-05-18T10:00Z")]),
        (["2024-05-18"], DAY, [pd.Timestamp("2024-05-18")]),
    ],
)
def test_values_that_fit(values: Any, dtype: str, expected: list[Any]) -> None:
    given = pd.Series(values) if isinstance(values, pd.Categorical) else values
    assert tables.as_dtype(given, dtype, where="x").tolist() == expected


@pytest.mark.parametrize(
    ("values", "dtype", "shown"),
    [
        ([1, 45.5], INT, "45.5"),
        ([1, "many"], INT, "many"),
        ([None, "x", 5], STRING, "5"),
        (["x"] * 5_000 + [5], STRING, "5"),
        (["yes"], BOOL, "yes"),
        (["soon"], UTC, "soon"),
        ([1716019200], UTC, "1716019200"),
        (["half"], FLOAT, "half"),
        (["x" * 200], INT, "x" * 60),
    ],
)
def test_values_that_do_not_fit_are_named(values: list[Any], dtype: str, shown: str) -> None:
    with pytest.raises(errors.TableError, match=r"^songs\.n wants ") as caught:
        tables.as_dtype(values, dtype, where="songs.n")
    assert repr(shown) in str(caught.value)


def test_a_table_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="`dtype` must be one of"):
        Column("int64", "No.")
    with pytest.raises(ValueError, match="names no column"):
        Table("x", "x", {}, key=["id"])


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1.0, float("nan")]),
        pd.Series([1.0, None], dtype="Float64"),
        pd.Series([1, None, 1.0], dtype="object").iloc[:2],
        pd.Series([1, float("nan"), 1.5], dtype="object").iloc[:2],
    ],
    ids=["numpy", "nullable", "objects", "objects with NaN"],
)
@pytest.mark.parametrize("dtype", [tables.INT, tables.FLOAT])
def test_a_nan_among_numbers_is_missing(values: pd.Series, dtype: str) -> None:
    converted = tables.as_dtype(values, dtype, where="x")
    assert converted.dtype == dtype
    assert list(converted.isna()) == [False, True]
    assert converted[0] == 1


def test_an_infinite_number_is_no_whole_number() -> None:
    with pytest.raises(errors.TableError, match="inf"):
        tables.as_dtype(pd.Series([1.0, float("inf")]), tables.INT, where="x")


@pytest.mark.parametrize("n_rows", [0, 1, 4_096, 10_000])
def test_a_text_in_every_row(n_rows: int) -> None:
    same = tables.repeated("žluťoučký", n_rows)
    assert same.to_pylist() == ["žluťoučký"] * n_rows
    assert str(same.type) == "large_string"


def test_what_is_done_to_an_empty_table_stays_there() -> None:
    first = tables.empty(TABLE)
    first.attrs["unit"] = "plays"
    first.columns.name = "mine"
    first["more"] = 1
    second = tables.empty(TABLE)
    assert dict(second.dtypes.astype(str)) == TABLE.dtypes
    assert (len(second), second.attrs, second.columns.name) == (0, {}, None)


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_is_known(dtype: str) -> None:
    column = tables.missing(3, dtype)
    assert (str(column.dtype), column.isna().tolist()) == (dtype, [True] * 3)
    column.iloc[1] = column.iloc[0]  # may be written to
    assert len(tables.missing(0, dtype)) == 0
