"""What all metrics do first and last: take the columns they need, and say what was counted."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import narwhals as nw
import pandas as pd

from spotify_analysis import errors, tables

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

# Metrics that cannot run on an engine, and why; every other one gives the same table on each.
NOT_ON: Final[dict[str, dict[str, str]]] = {
    engine: {} for engine in ("pandas", "polars", "duckdb", "pyarrow", "spark")
}


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
    wrapped: Frame = tables.wrap(frame, argument=table.name)
    have = set(wrapped.collect_schema().names())
    absent = [name for name in columns if name not in have]
    if absent:
        raise errors.TableError(
            f"{table.name} has no column {', '.join(map(repr, absent))}. Use a frame from a loader "
            f"or from account_data.read, or tables.conform(frame, tables.{table.name.upper()})."
        )
    return wrapped.select(*columns)


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
    unknown = (frame["n_timed"] == 0) & (frame["n_plays"] > 0)
    # a mask makes floats of plain integers
    return frame.assign(ms_played=frame["ms_played"].astype(tables.INT).mask(unknown))


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


def span_of(counted: Frame) -> Span:
    """Measure the plays that were counted.

    Parameters
    ----------
    counted : narwhals DataFrame or LazyFrame
        The plays, with ``local_day``.

    Returns
    -------
    Span
        Their number and days.
    """
    day = tables.PLAYS.columns["local_day"]
    row = home(
        counted.select(
            n_plays=nw.len(), since=nw.col("local_day").min(), until=nw.col("local_day").max()
        ),
        {"n_plays": HEARD["n_plays"], "since": day, "until": day},
    ).iloc[0]
    return Span(int(row["n_plays"]), row["since"], row["until"])


def finish(
    frame: pd.DataFrame,
    table: tables.Table,
    counted: Frame,
    *,
    facts_of: Any,
    span: Span | None = None,
    **more: Any,
) -> pd.DataFrame:
    """Give a metric's rows their table and the facts of what was counted.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    table : Table
        What they are.
    counted : narwhals DataFrame or LazyFrame
        The plays that were really counted, with ``local_day``.
    facts_of : DataFrame of any engine
        The plays as they came, for the facts that came with them.
    span : Span or None
        What `span_of` would measure, where it is known already.
    **more : plain JSON values
        Facts of this metric.

    Returns
    -------
    DataFrame
        Rows of `table` with facts.
    """
    measured = span or span_of(counted)
    return finish_counted(
        frame,
        table,
        n_plays=measured.n_plays,
        since=measured.since,
        until=measured.until,
        facts_of=facts_of,
        **more,
    )


def finish_counted(
    frame: pd.DataFrame,
    table: tables.Table,
    *,
    n_plays: int,
    since: Any,
    until: Any,
    facts_of: Any,
    **more: Any,
) -> pd.DataFrame:
    """Do as `finish`, where it is known already what was counted.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    table : Table
        What they are.
    n_plays : int
        How many plays were counted.
    since, until : Timestamp or NaT
        First and last local day of them.
    facts_of : DataFrame of any engine
        The plays as they came, for the facts that came with them.
    **more : plain JSON values
        Facts of this metric.

    Returns
    -------
    DataFrame
        Rows of `table` with facts.
    """
    given = tables.facts(facts_of)
    # a filter on the plays keeps their old facts, so what can be measured is measured anew
    return tables.note(
        tables.conform(frame, table),
        **{name: given.get(name) for name in ("rule", "rule_text", "time_zone", "source")},
        n_plays=n_plays,
        since=_iso(since),
        until=_iso(until),
        **more,
    )


def _iso(day: Any) -> str | None:
    return None if pd.isna(day) else str(day.date())
