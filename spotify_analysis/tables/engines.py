"""Frames of other engines to declared tables: pandas, polars, DuckDB, Spark, Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis import errors
from spotify_analysis.tables import schema
from spotify_analysis.tables.attrs import facts, note

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

__all__ = ["arrow_type", "collect", "wrap"]


def collect(frame: Any, table: schema.Table, *, facts_of: Any = None) -> pd.DataFrame:
    """Bring a frame of any engine home as a declared table.

    Parameters
    ----------
    frame : DataFrame of any engine
        pandas, polars (eager or lazy), a DuckDB relation, a Spark DataFrame, a pyarrow table, or
        one of these wrapped by Narwhals. A lazy one is computed here.
    table : Table
        What it should be.
    facts_of : DataFrame or None
        Where to take facts from, besides `frame`: the plays a metric was counted from.

    Returns
    -------
    DataFrame
        A new pandas frame with exactly the table's columns and dtypes, in the order of rows that
        came, and the facts.

    Raises
    ------
    TableError
        If values do not fit a column's dtype.
    """
    import narwhals as nw

    if isinstance(frame, nw.DataFrame | nw.LazyFrame):
        frame = nw.to_native(frame)
    if isinstance(frame, pd.DataFrame):
        home = schema.conform(frame, table)
    else:
        wrapped = wrap(frame, argument=table.name)
        eager = wrapped.collect(backend="pyarrow") if isinstance(wrapped, nw.LazyFrame) else wrapped
        home = schema.conform(_fitted(eager.to_arrow(), table), table)
    return note(home, **{**facts(facts_of), **facts(frame)})


def wrap(frame: Any, *, argument: str = "plays") -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Wrap a frame of any engine, so that it can be worked with wherever it lives.

    Parameters
    ----------
    frame : DataFrame of any engine
        What a caller was given.
    argument : str
        What the caller calls it; named in the error.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The same rows.

    Raises
    ------
    ValueError
        If it is no frame.
    """
    import narwhals as nw

    try:
        wrapped: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(frame)
    except TypeError as exc:
        raise schema.no_frame(frame, argument, "of pandas, polars, DuckDB, Spark or Arrow") from exc
    return wrapped


def arrow_type(dtype: str) -> pa.DataType:
    """Return what Arrow calls one of our dtypes.

    Parameters
    ----------
    dtype : str
        One of `DTYPES`.

    Returns
    -------
    pyarrow.DataType
        The same in Arrow.
    """
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        schema.STRING: pa.string(),
        schema.INT: pa.int64(),
        schema.FLOAT: pa.float64(),
        schema.BOOL: pa.bool_(),
        schema.UTC: pa.timestamp("us", tz="UTC"),
        schema.DAY: pa.timestamp("us"),
    }
    return types[dtype]


def _fitted(arrow: pa.Table, table: schema.Table) -> pd.DataFrame:
    """Cast what an engine returned (sums as floats or decimals, days as dates) to our dtypes."""
    import pyarrow as pa

    columns = {}
    for name, column in table.columns.items():
        if name not in arrow.column_names:
            continue
        given = arrow.column(name)
        try:
            cast = given.cast(arrow_type(column.dtype))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as exc:
            raise errors.TableError(
                f"{table.name}.{name} wants {column.dtype}, and the engine returned "
                f"{given.type}: {str(exc)[:120]}. Cast the column before it is collected."
            ) from exc
        columns[name] = schema.from_arrow(cast, column.dtype)
    # an engine may return rows and none of our columns; their number must not be lost
    return pd.DataFrame(columns, index=pd.RangeIndex(arrow.num_rows))
