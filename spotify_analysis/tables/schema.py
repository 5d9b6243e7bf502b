"""What a table is: columns with dtypes, units and sources, and how rows become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from spotify_analysis import errors

if TYPE_CHECKING:
    import pyarrow as pa

# The dtypes a column may have. Each can say "missing", survives CSV and Parquet, and means the
# same on pandas, polars, DuckDB and Spark. UTC instants and naive local days are in microseconds,
# the finest unit that all four engines share.
STRING: Final = "string"
INT: Final = "Int64"
FLOAT: Final = "Float64"
BOOL: Final = "boolean"
UTC: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"
DTYPES = (STRING, INT, FLOAT, BOOL, UTC, DAY)
_CHUNK_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    dtype : str
        One of the dtypes of this module.
    about : str
        What the value means, in a sentence.
    unit : str
        Unit or set of values, ``""`` where neither applies.
    source : str
        Where the value comes from, in the source's own words.
    """

    dtype: str
    about: str
    unit: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ValueError(f"`dtype` must be one of {DTYPES}; not {self.dtype!r}.")


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A named set of columns; every loader and every metric ends in one.

    Parameters
    ----------
    name : str
        Name of the table, as in ``tables.describe()`` and as the stem of its CSV file.
    about : str
        What one row is.
    columns : Mapping of str to Column
        The columns, in order.
    key : sequence of str
        Columns that together name a row; empty where rows may repeat.
    """

    name: str
    about: str
    columns: Mapping[str, Column]
    key: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "key", tuple(self.key))
        unknown = [name for name in self.key if name not in self.columns]
        if unknown:
            raise ValueError(f"`key` of table {self.name!r} names no column: {unknown}.")

    def __repr__(self) -> str:
        return f"<table {self.name!r}: {len(self.columns)} columns; {self.about}>"

    def _repr_html_(self) -> str:
        # a table shown in a notebook is its own dictionary
        head = ("column", "dtype", "unit", "about", "source")
        lines = [
            (name, column.dtype, column.unit, column.about, column.source)
            for name, column in self.columns.items()
        ]
        rows = "".join(f"<tr>{_html_cells('td', line)}</tr>" for line in lines)
        return (
            f"<p><b>{escape(self.name)}</b>: {escape(self.about)}</p>"
            f"<table><thead><tr>{_html_cells('th', head)}</tr></thead><tbody>{rows}</tbody></table>"
        )

    @property
    def dtypes(self) -> dict[str, str]:
        """The dtype of each column."""
        return {name: column.dtype for name, column in self.columns.items()}


def _html_cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} style="text-align:left">{escape(text)}</{tag}>' for text in texts)


def empty(table: Table) -> pd.DataFrame:
    """Return the table with all its columns and no rows.

    Parameters
    ----------
    table : Table
        A declared table.

    Returns
    -------
    DataFrame
        No rows; the table's columns and dtypes.
    """
    # made once, as pandas needs milliseconds for it; a copy shares nothing that can be written to
    return _nothing(tuple(table.dtypes.items())).copy(deep=False)


@cache
def _nothing(dtypes: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    columns = {name: _no_values(dtype) for name, dtype in dtypes}
    return pd.DataFrame(columns, index=pd.RangeIndex(0), columns=list(columns))


@cache
def _no_values(dtype: str) -> Any:
    return missing(0, dtype).array


def conform(rows: pd.DataFrame | Iterable[Mapping[str, Any]], table: Table) -> pd.DataFrame:
    """Give rows the columns, dtypes and order of a table.

    Columns that are absent become missing values; columns the table does not know are dropped.

    Parameters
    ----------
    rows : DataFrame or iterable of mappings
        What was loaded or counted.
    table : Table
        What it should be.

    Returns
    -------
    DataFrame
        A new frame with exactly the table's columns, a fresh ``RangeIndex``, and the ``attrs`` of
        the frame that came in.

    Raises
    ------
    TableError
        If values do not fit a column's dtype; names table, column and the first such value.
    """
    if isinstance(rows, pd.DataFrame):
        given: Any = rows
        n_rows, attrs = len(rows), dict(rows.attrs)
    else:
        listed = list(rows)
        given = {name: [row.get(name) for row in listed] for name in table.columns}
        n_rows, attrs = len(listed), {}
    index = pd.RangeIndex(n_rows)
    columns = {
        name: as_dtype(given[name], column.dtype, where=f"{table.name}.{name}").set_axis(index)
        if name in given
        else missing(n_rows, column.dtype)
        for name, column in table.columns.items()
    }
    # no copies: pandas makes them when either frame is written to
    frame = pd.DataFrame(columns, index=index, copy=False)
    frame.attrs = attrs
    return frame


def check_frame(frame: Any, *, argument: str) -> pd.DataFrame:
    """Refuse what is no pandas frame.

    Parameters
    ----------
    frame : DataFrame
        What a caller was given.
    argument : str
        What the caller calls it; named in the error.

    Returns
    -------
    DataFrame
        The same frame.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if not isinstance(frame, pd.DataFrame):
        raise no_frame(frame, argument, "of pandas")
    return frame


def no_frame(given: Any, argument: str, of: str) -> ValueError:
    """Word the error about something that is no frame.

    Parameters
    ----------
    given : object
        What came.
    argument : str
        What the caller calls it.
    of : str
        Whose frames it takes.

    Returns
    -------
    ValueError
        The error.
    """
    # what account_data.read returns holds them
    hint = " Take its `.plays`." if isinstance(getattr(given, "plays", None), pd.DataFrame) else ""
    return ValueError(f"`{argument}` must be a DataFrame ({of}); not {type(given).__name__}.{hint}")


def missing(n_rows: int, dtype: str) -> Any:
    """Make a column in which nothing is known.

    Parameters
    ----------
    n_rows : int
        How long.
    dtype : str
        One of the dtypes of this module.

    Returns
    -------
    Series
        All values missing.
    """
    # a list of missing values would be looked at one by one
    if dtype == STRING:
        import pyarrow as pa

        return from_arrow(pa.nulls(n_rows, pa.large_string()), dtype)
    if dtype in (DAY, UTC):
        never: pd.Series[Any] = pd.Series(np.full(n_rows, np.datetime64("NaT", "us")), copy=False)
        return never if dtype == DAY else never.dt.tz_localize("UTC")
    kind: Any = pd.api.types.pandas_dtype(dtype)
    whatever = np.ones(n_rows, dtype=kind.numpy_dtype)
    array = kind.construct_array_type()(whatever, np.ones(n_rows, dtype=bool))
    return pd.Series(array, copy=False)


def repeated(text: str, n_rows: int) -> pa.ChunkedArray:
    """Make an Arrow column that holds the same text in every row, without writing it so often.

    Parameters
    ----------
    text : str
        The text.
    n_rows : int
        How long.

    Returns
    -------
    pyarrow.ChunkedArray
        The column, of type ``large_string``. Its chunks are one and the same, so it costs neither
        time nor memory: names of files are long.
    """
    import pyarrow as pa

    chunk = pa.repeat(pa.scalar(text, pa.large_string()), min(n_rows, _CHUNK_ROWS))
    n_chunks, n_left = divmod(n_rows, _CHUNK_ROWS)
    chunks = [chunk] * n_chunks + [chunk.slice(0, n_left)] * (n_left > 0)
    return pa.chunked_array(chunks, pa.large_string())


def from_arrow(values: Any, dtype: str) -> Any:
    """Make a pandas column of an Arrow column that already has the right type.

    Parameters
    ----------
    values : pyarrow.Array or pyarrow.ChunkedArray
        The values, of the Arrow type that belongs to `dtype`.
    dtype : str
        One of the dtypes of this module.

    Returns
    -------
    Series
        The values, missing ones as ``<NA>`` (``NaT`` in columns of instants and days).
    """
    if dtype == DAY:
        return pd.Series(values.to_pandas().to_numpy(copy=True), copy=False).astype(DAY)
    array = pd.api.types.pandas_dtype(dtype).__from_arrow__(values)  # type: ignore[union-attr]
    # instants and days may be memory that Arrow still owns, which pandas refuses to write to
    return pd.Series(array, copy=dtype == UTC)


def as_dtype(values: Any, dtype: str, *, where: str) -> Any:
    """Convert values to one of our dtypes, or say which value does not fit.

    Parameters
    ----------
    values : Series or sequence
        What came.
    dtype : str
        One of the dtypes of this module.
    where : str
        Name for the error message: ``"plays.ms_played"``.

    Returns
    -------
    Series
        The values, missing ones as ``<NA>`` (``NaT`` in columns of instants and days).

    Raises
    ------
    TableError
        If a value does not fit.
    """
    series = (
        values
        if isinstance(values, pd.Series)
        else pd.Series(list(values), dtype="object" if dtype != STRING else None)
    )
    if str(series.dtype) == dtype:
        return series
    try:
        return _converted(series, dtype)
    except (ValueError, TypeError, OverflowError, pd.errors.ParserError) as exc:
        bad = next((value for value in series if not _fits(value, dtype)), None)
        raise errors.TableError(
            f"{where} wants {dtype}, and {str(bad)[:60]!r} is not. "
            "If this value came from Spotify, please report it; nothing was changed."
        ) from exc


_NUMBERS = ("integer", "floating", "mixed-integer-float", "mixed-integer", "boolean", "decimal")


def _converted(series: Any, dtype: str) -> Any:
    # counts and marks of numpy, as metrics make them: in a third of the time of astype
    if dtype == INT and series.dtype == "int64":
        whole = pd.arrays.IntegerArray(series.to_numpy(copy=True), np.zeros(len(series), "bool"))
        return pd.Series(whole, index=series.index)
    if dtype in (UTC, DAY):
        if pd.api.types.infer_dtype(series, skipna=True) in _NUMBERS and series.notna().any():
            raise TypeError("a bare number is no date")
        stamps = pd.to_datetime(series, utc=True, format="ISO8601")
        return (stamps if dtype == UTC else stamps.dt.tz_localize(None)).astype(dtype)
    if dtype == INT and not pd.api.types.is_integer_dtype(series.dtype):
        numbers = pd.to_numeric(series, dtype_backend="numpy_nullable")
        # Spotify sends whole numbers as floats now and then; 45.5 must not become 45
        if pd.api.types.is_float_dtype(numbers.dtype):
            values = numbers.to_numpy(dtype="float64", na_value=np.nan)
            is_missing = np.isnan(values)
            values = np.where(is_missing, 0.0, values)
            if np.isinf(values).any() or (values % 1 != 0).any():
                raise ValueError("not a whole number")
            # not astype: in pandas 3.1 it makes the smallest integer there is out of a NaN
            whole = pd.arrays.IntegerArray(values.astype("int64"), is_missing)
            return pd.Series(whole, index=series.index)
        return numbers.astype(INT)
    if dtype == FLOAT and not pd.api.types.is_float_dtype(series.dtype):
        return pd.to_numeric(series).astype(FLOAT)
    if dtype == STRING:
        names = series.cat.categories if hasattr(series, "cat") else series
        kind = pd.api.types.infer_dtype(names, skipna=True)
        if kind not in ("string", "empty") and series.notna().any():
            raise TypeError("not text")
    return series.astype(dtype)


def _fits(value: Any, dtype: str) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    try:
        _converted(pd.Series([value], dtype="object"), dtype)
    except (ValueError, TypeError, OverflowError):
        return False
    return True
