"""One's own questions to the plays, in SQL: DuckDB with every door but the plays closed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import errors, tables

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["sql"]

_SHOWN = 300
_DAY_US = 86_400_000_000
_LONGEST_US = 2**63 - 1
_NO_SPAN = np.timedelta64("NaT", "us")
_INSTALL = "pip install 'spotify-analysis[sql]'"
# what a question could reach besides the plays; the last one keeps it from opening a door again
_CLOSED = (
    "SET temp_directory = ''",  # what is asked is never written to a disk
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET python_scan_all_frames = false",
    "SET lock_configuration = true",
)


def sql(
    plays: pd.DataFrame | pa.Table, query: str, values: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Ask plays a question in SQL.

    Parameters
    ----------
    plays : DataFrame or pyarrow.Table
        What to ask: the table ``plays`` of the question.
    query : str
        One ``SELECT``, in DuckDB's SQL.
    values : mapping of str to value, optional
        For ``$name`` in the question: text from elsewhere belongs here, never into the question.

    Returns
    -------
    DataFrame
        The answer.

    Raises
    ------
    ValueError
        If `query` is not one ``SELECT``, or `plays` is no table.
    QueryError
        If the question cannot be answered: a name that does not exist, or something that is closed.
    ConfigError
        If DuckDB is not installed.

    Notes
    -----
    The question sees the plays and nothing else: no file, no network, no extension, no variable of
    Python, and no setting can be changed. Times are shown in UTC. What lies between two moments
    is a ``Timedelta``; a column with a month in it, such as that of ``age()``, holds
    ``pandas.DateOffset``, because months are not equally long.

    Examples
    --------
    >>> sql(  # doctest: +SKIP
    ...     keep.plays(),
    ...     "SELECT artist, sum(ms_played) / 3.6e6 AS hours FROM plays "
    ...     "WHERE local_hour < $hour GROUP BY artist ORDER BY hours DESC LIMIT 10",
    ...     {"hour": 6},
    ... )
    """
    try:
        import duckdb
    except ModuleNotFoundError as exc:
        raise errors.ConfigError(
            f"Questions in SQL need DuckDB, which is not installed: {_INSTALL}."
        ) from exc
    if not isinstance(query, str):
        raise ValueError(f"`query` must be text, one SELECT; not {type(query).__name__}.")
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("plays", _arrow(plays))
        for setting in _CLOSED:
            connection.execute(setting)
        _check(connection, query)
        try:
            found = connection.sql(query, params=dict(values or {}) or None).to_arrow_table()
        except duckdb.Error as exc:
            raise errors.QueryError(f"The question cannot be answered: {_said(exc)}") from exc
    finally:
        connection.close()
    return tables.note(_frame(found), **tables.facts(plays))


def _check(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse what is not one SELECT."""
    import duckdb

    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as exc:
        raise errors.QueryError(f"This is no SQL: {_said(exc)}") from exc
    kinds = [str(one.type).rsplit(".", 1)[-1] for one in statements]
    if kinds != ["SELECT"]:
        said = " and ".join(kinds) or "none"
        raise ValueError(f"`query` must be one SELECT statement; not {said}: {query[:80]!r}.")


def _arrow(plays: Any) -> pa.Table:
    import pyarrow as pa

    if isinstance(plays, pa.Table):
        return plays
    if not isinstance(plays, pd.DataFrame):
        raise ValueError(f"`plays` must be a table of plays; not {type(plays).__name__}.")
    return pa.Table.from_pandas(plays, preserve_index=False).replace_schema_metadata(None)


def _frame(found: pa.Table) -> pd.DataFrame:
    """Give the answer our dtypes where one fits: what is missing is <NA> in each."""
    import pyarrow as pa

    columns = {}
    for place, field in enumerate(found.schema):
        kind, values = field.type, found.column(place)
        name = field.name if field.name not in columns else f"{field.name}_{place}"
        if pa.types.is_decimal(kind):  # a sum of whole numbers is one of these
            values = _number(values)
            kind = values.type
        if pa.types.is_interval(kind):  # what lies between two moments
            columns[name] = _spans(values)
            continue
        for fits, dtype in _DTYPES:
            if getattr(pa.types, fits)(kind):
                own = pa.large_string() if dtype == tables.STRING else tables.arrow_type(dtype)
                columns[name] = tables.from_arrow(values.cast(own), dtype)
                break
        else:
            columns[name] = values.to_pandas()
    return pd.DataFrame(columns, index=pd.RangeIndex(len(found)))


_DTYPES = (
    ("is_boolean", tables.BOOL),
    ("is_signed_integer", tables.INT),
    ("is_unsigned_integer", tables.INT),
    ("is_floating", tables.FLOAT),
    ("is_string", tables.STRING),
    ("is_large_string", tables.STRING),
    ("is_date", tables.DAY),
)


def _number(values: Any) -> Any:
    import pyarrow as pa

    if values.type.scale == 0:
        with contextlib.suppress(pa.ArrowInvalid):  # too large a number
            return values.cast(pa.int64())
    return values.cast(pa.float64())


def _spans(values: Any) -> pd.Series:
    """Give spans of time as Timedelta; a month is no number of days, so those with months stay."""
    parts = values.to_pylist()
    # in microseconds, as DuckDB counts: as nanoseconds, three hundred years would be too long
    spans = [
        None if part is None else part.days * _DAY_US + part.nanoseconds // 1_000 for part in parts
    ]
    has_months = any(part is not None and part.months for part in parts)
    if has_months or any(span is not None and abs(span) > _LONGEST_US for span in spans):
        kept: pd.Series = values.to_pandas()
        return kept
    return pd.Series(pd.array(spans, dtype=tables.INT).to_numpy("m8[us]", na_value=_NO_SPAN))


def _said(exc: Exception) -> str:
    """Return what the engine says, in one line and without its hints for other programs."""
    return " ".join(str(exc).split())[:_SHOWN]
