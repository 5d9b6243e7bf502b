"""What all metrics do first and last: take the columns they need, and say what was counted."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import errors, tables

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

# Metrics that cannot run on an engine, and why; every other one gives the same table on each.
NOT_ON: Final[dict[str, dict[str, str]]] = {
    engine: {} for engine in ("pandas", "polars", "duckdb", "pyarrow", "spark")
}


def is_count(value: Any) -> bool:
    """Tell whether a value is a whole number, 1 or more.

    Parameters
    ----------
    value : object
        What the caller gave.

    Returns
    -------
    bool
        False for what is no number, has a fraction, or is a truth value.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and int(value) >= 1


def narrow(frame: Any, *columns: str, table: tables.Table = tables.PLAYS) -> Frame:
    """Wrap a frame of any engine and keep only some columns of it.

    Parameters
    ----------
    frame : DataFrame of any engine
        Rows of `table`.
    *columns : str
        Columns to keep, in this order.
    table : Table
        What the frame should be; named in the error.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The columns.

    Raises
    ------
    ValueError
        If it is no frame.
    TableError
        If a column is not there.
    """
    if isinstance(frame, pd.DataFrame):
        _check_columns(frame.columns, columns, table)
        picked: Frame = nw.from_native(frame[list(columns)])
        return picked
    wrapped: Frame = tables.wrap(frame, argument=table.name)
    _check_columns(wrapped.collect_schema().names(), columns, table)
    return wrapped.select(*columns)


def _check_columns(have: Any, wanted: tuple[str, ...], table: tables.Table) -> None:
    absent = sorted(set(wanted).difference(have), key=wanted.index)
    if absent:
        raise errors.TableError(
            f"{table.name} has no column {', '.join(map(repr, absent))}. Use a frame from a loader "
            f"or from account_data.read, or tables.conform(frame, tables.{table.name.upper()})."
        )


def rows(plays: Any, *columns: str) -> pd.DataFrame:
    """Bring some columns of all plays home to pandas.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    *columns : str
        Columns wanted, in this order.

    Returns
    -------
    DataFrame
        pandas, with a fresh index and without facts.

    Raises
    ------
    TableError
        If a column is not there.
    """
    wanted = columns_of(tables.PLAYS, *columns)
    if not isinstance(plays, pd.DataFrame):
        return home(narrow(plays, *columns), wanted)
    # Narwhals would pick the columns, too, but a pandas frame needs no wrapping for that
    _check_columns(plays.columns, columns, tables.PLAYS)
    found = tables.conform(plays, tables.Table("plays", "Some columns.", wanted))
    found.attrs = {}  # each step from here on would copy them
    return found


def columns(plays: Any, *names: str) -> dict[str, pd.Series[Any]]:
    """Bring some columns of all plays home, each for itself: cheaper than a frame of them.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    *names : str
        Columns wanted.

    Returns
    -------
    dict of str to Series
        As many values in each, with the index that came.

    Raises
    ------
    TableError
        If a column is not there.
    """
    if not isinstance(plays, pd.DataFrame):
        found = rows(plays, *names)
        return {name: found[name] for name in names}
    _check_columns(plays.columns, names, tables.PLAYS)
    dtypes = tables.PLAYS.columns
    return {
        name: tables.as_dtype(plays[name], dtypes[name].dtype, where=f"plays.{name}")
        for name in names
    }


def home(frame: Frame, like: dict[str, tables.Column]) -> pd.DataFrame:
    """Bring columns of any engine home to pandas.

    Parameters
    ----------
    frame : narwhals DataFrame or LazyFrame
        What was selected or counted.
    like : dict of str to Column
        The columns wanted, with their dtypes.

    Returns
    -------
    DataFrame
        pandas, with a fresh index.
    """
    return tables.collect(frame, tables.Table("interim", "Between two steps.", like))


def columns_of(table: tables.Table, *names: str) -> dict[str, tables.Column]:
    """Return some columns of a table, as `home` wants them.

    Parameters
    ----------
    table : Table
        A declared table.
    *names : str
        Names of its columns.

    Returns
    -------
    dict of str to Column
        The columns, in the order of the names.
    """
    return {name: table.columns[name] for name in names}


def heard() -> dict[str, Any]:
    """Return the aggregates of every count: plays, time, and how many plays know their time.

    Returns
    -------
    dict of str to narwhals Expr
        By the names of `HEARD`.
    """
    return {
        "n_plays": nw.len(),
        "ms_played": nw.col("ms_played").sum(),
        "n_timed": nw.col("ms_played").count(),
    }


HEARD = {
    "n_plays": tables.Column(tables.INT, "Plays."),
    "ms_played": tables.Column(tables.INT, "Time listened, 0 where it is not known."),
    "n_timed": tables.Column(tables.INT, "Plays that know their time."),
}


def with_time_known(frame: pd.DataFrame) -> pd.DataFrame:
    """Make ``ms_played`` missing in rows whose plays know nothing of their time.

    Parameters
    ----------
    frame : DataFrame
        Has the columns of `HEARD`.

    Returns
    -------
    DataFrame
        The same rows, ``ms_played`` as Int64.
    """
    counts = {name: frame[name].to_numpy(dtype="int64", na_value=0) for name in HEARD}
    unknown = (counts["n_timed"] == 0) & (counts["n_plays"] > 0)
    unknown |= frame["ms_played"].isna().to_numpy()
    return frame.assign(ms_played=pd.arrays.IntegerArray(counts["ms_played"], unknown))


class Span(NamedTuple):
    """How many plays were counted, and on which days.

    Parameters
    ----------
    n_plays : int
        Plays.
    since, until : Timestamp or NaT
        First and last local day.
    """

    n_plays: int
    since: Any
    until: Any


def span_of(counted: Frame | pd.DataFrame) -> Span:
    """Measure the plays that were counted.

    Parameters
    ----------
    counted : DataFrame, narwhals DataFrame or LazyFrame
        The plays, with ``local_day``.

    Returns
    -------
    Span
        Their number and days.
    """
    native: Any = counted if isinstance(counted, pd.DataFrame) else nw.to_native(counted)
    if isinstance(native, pd.DataFrame):
        days = tables.as_dtype(native["local_day"], tables.DAY, where="plays.local_day")
        return span_of_days(days.to_numpy())
    day = tables.PLAYS.columns["local_day"]
    row = home(
        nw.from_native(native).select(
            n_plays=nw.len(), since=nw.col("local_day").min(), until=nw.col("local_day").max()
        ),
        {"n_plays": HEARD["n_plays"], "since": day, "until": day},
    ).iloc[0]
    return Span(int(row["n_plays"]), row["since"], row["until"])


def span_of_days(days: npt.NDArray[np.datetime64]) -> Span:
    """Measure plays whose days are at home.

    Parameters
    ----------
    days : ndarray of datetime64
        Local day of each play, NaT where it is not known.

    Returns
    -------
    Span
        Their number and days.
    """
    if not len(days):
        return Span(0, pd.NaT, pd.NaT)
    # numpy's own minimum of dates with missing ones is missing
    return Span(len(days), pd.Timestamp(np.fmin.reduce(days)), pd.Timestamp(np.fmax.reduce(days)))


def span_of_named(days: npt.NDArray[np.datetime64], names: pd.Series[Any], n_named: int) -> Span:
    """Measure plays that have a name.

    Parameters
    ----------
    days : ndarray of datetime64
        Local day of each play, NaT where it is not known.
    names : Series of string
        Name of each play, missing where it has none.
    n_named : int
        How many have one.

    Returns
    -------
    Span
        Their number and days.
    """
    if n_named == 0:
        return Span(0, pd.NaT, pd.NaT)
    # mostly the first and the last day of all are of plays with names; a day that is not known is
    # the least of numbers
    numbers = days.view("int64")
    ends = [int(numbers.argmin()), int(numbers.argmax())]
    if not np.isnat(days[ends[0]]) and names.iloc[ends].notna().all():
        return Span(n_named, *map(pd.Timestamp, days[ends]))
    return span_of_days(days[names.notna().to_numpy()])


def finish(
    frame: pd.DataFrame,
    table: tables.Table,
    counted: Frame | pd.DataFrame | Span,
    *,
    facts_of: Any,
    about_skips: bool = False,
    **more: Any,
) -> pd.DataFrame:
    """Give a metric's rows their table and the facts of what was counted.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    table : Table
        What they are.
    counted : Span, DataFrame, narwhals DataFrame or LazyFrame
        The plays that were really counted, with ``local_day``; or what `span_of` would measure,
        where it is known already.
    facts_of : DataFrame of any engine
        The plays as they came, for the facts that came with them.
    about_skips : bool
        Whether the rows mislead where a counting rule left out skips before: then the table says
        that one did, and so does the caption of its chart.
    **more : plain JSON values
        Facts of this metric.

    Returns
    -------
    DataFrame
        Rows of `table` with facts.
    """
    span = counted if isinstance(counted, Span) else span_of(counted)
    given = tables.facts(facts_of)
    if about_skips:
        more["skips_left_out"] = given.get("skips_left_out")
    # a filter on the plays keeps their old facts, so what can be measured is measured anew
    return tables.note(
        tables.conform(frame, table),
        **{name: given.get(name) for name in ("rule", "rule_text", "time_zone", "source")},
        n_plays=span.n_plays,
        since=_iso(span.since),
        until=_iso(span.until),
        **more,
    )


def _iso(day: Any) -> str | None:
    return None if pd.isna(day) else str(day.date())
