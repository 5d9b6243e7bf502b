"""Plays off the disk: the years, rows and columns that were asked for, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from spotify_analysis import tables
from spotify_analysis.history import merging, state
from spotify_analysis.history.store import PLAYS, Store

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["checked_columns", "condition", "frame", "is_filled", "zone_of"]

_LOCAL = ("local_day", "local_hour", "local_weekday", "time_zone")
_DAY = pd.Timedelta(days=1)


def checked_columns(columns: Sequence[str] | None) -> list[str]:
    """Return the columns that were asked for.

    Parameters
    ----------
    columns : sequence of str or None
        Names; None for all.

    Returns
    -------
    list of str
        The names.

    Raises
    ------
    ValueError
        If there is no such column.
    """
    names = list(tables.PLAYS.columns) if columns is None else list(columns)
    if isinstance(columns, str) or not set(names) <= set(tables.PLAYS.columns):
        known = ", ".join(tables.PLAYS.columns)
        raise ValueError(f"`columns` must be columns of plays ({known}); not {columns!r}.")
    return list(dict.fromkeys(names))


def condition(
    since: str | date | None,
    until: str | date | None,
    kinds: str | Sequence[str] | None,
    zone: str,
) -> Any:
    """Say which rows are wanted, so that files and parts of files can be passed over.

    Parameters
    ----------
    since, until : str, date or None
        First moment, and the first that is no longer wanted.
    kinds : str, sequence of str or None
        Kinds of plays.
    zone : str
        Zone of moments without one.

    Returns
    -------
    Expression or None
        The condition.

    Raises
    ------
    ValueError
        If a moment or a kind is none.
    """
    wanted = []
    for name, given in (("since", since), ("until", until)):
        if given is None:
            continue
        at = _moment(given, zone, name)
        instant, year = pa.scalar(at, pa.timestamp("us", tz="UTC")), at.tz_convert("UTC").year
        ended, began = ds.field("ended_at"), ds.field("started_at")
        ends, begins = (
            (ended >= instant, began >= instant)
            if name == "since"
            else (ended < instant, began < instant)
        )
        wanted.append(ds.field("year") >= year if name == "since" else ds.field("year") <= year)
        # few sources know no end: then the begin counts
        wanted.append(ends | (ended.is_null() & begins))
    if kinds is not None:
        listed = [kinds] if isinstance(kinds, str) else list(kinds)
        if not set(listed) <= set(tables.KINDS):
            known = ", ".join(map(repr, tables.KINDS))
            raise ValueError(f"`kinds` must be among {known}; not {kinds!r}.")
        wanted.append(ds.field("kind").isin(listed))
    where = None
    for one in wanted:
        where = one if where is None else where & one
    return where


def _moment(given: str | date, zone: str, name: str) -> pd.Timestamp:
    try:
        at = pd.Timestamp(given)
        if at.tzinfo is None:
            at = at.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    except (ValueError, TypeError) as exc:
        raise ValueError(f"`{name}` must be a moment such as '2025-03-01'; not {given!r}.") from exc
    if pd.isna(at):
        raise ValueError(f"`{name}` must be a moment such as '2025-03-01'; not {given!r}.")
    return at


def frame(store: Store, table: DeltaTable, names: list[str], where: Any, zone: str) -> pd.DataFrame:
    """Read plays.

    Parameters
    ----------
    store : Store
        The tables.
    table : DeltaTable
        The plays.
    names : list of str
        Columns.
    where : Expression or None
        From `condition`.
    zone : str
        Zone of the local columns.

    Returns
    -------
    DataFrame
        Columns of `tables.PLAYS`, oldest play first.
    """
    order = ["ended_at", "started_at", "logged_at"]
    needed = dict.fromkeys([*names, *order])
    if set(names) & set(_LOCAL):
        needed["time_zone"] = None
    found = state.read(store, PLAYS, table, list(needed), where=where)
    at = pc.coalesce(*(found[name] for name in order)).cast(pa.int64()).to_numpy()
    if (np.diff(at) < 0).any():
        found = found.take(pa.array(np.argsort(at, kind="stable")))
    columns = {
        name: tables.from_arrow(_fitting(found[name], name), tables.PLAYS.columns[name].dtype)
        for name in needed
    }
    plays = pd.DataFrame(columns, index=pd.RangeIndex(len(found)))
    if set(names) & set(_LOCAL) and pc.any(pc.not_equal(found["time_zone"], zone)).as_py():
        plays = tables.with_local_time(plays, zone)
    return tables.note(plays[names], time_zone=zone)


def _fitting(column: Any, name: str) -> Any:
    kind = tables.arrow_type(tables.PLAYS.columns[name].dtype)
    return column if pa.types.is_large_string(column.type) else column.cast(kind)


def zone_of(store: Store) -> str | None:
    """Name the zone the history was begun with.

    Parameters
    ----------
    store : Store
        The tables.

    Returns
    -------
    str or None
        Zone of the stored local columns; None without plays.
    """
    table = store.open(PLAYS)
    if table is None:
        return None
    for piece in store.dataset(PLAYS, table).get_fragments():
        try:
            found = piece.head(1, columns=["time_zone"])["time_zone"].to_pylist()
        except (pa.ArrowInvalid, OSError):
            continue
        if found and found[0]:
            return str(found[0])
    return None


def is_filled(store: Store, found: state.State, gaps: pd.DataFrame) -> list[bool]:
    """Tell which gaps an export has covered since.

    Parameters
    ----------
    store : Store
        The tables.
    found : State
        What there is.
    gaps : DataFrame
        Columns ``gap_since`` and ``gap_until``.

    Returns
    -------
    list of bool
        True where it has.
    """
    if gaps.empty or found.plays is None:
        return [False] * len(gaps)
    first = gaps["gap_since"].min() - 31 * _DAY
    where = (ds.field("year") >= first.year) & ds.field("source").isin(["extended", "account"])
    plays = state.read(store, PLAYS, found.plays, ["source", "logged_at"], where=where)
    filled = np.zeros(len(gaps), dtype=bool)
    ends = [
        gaps[name].astype(tables.UTC).astype("int64").to_numpy()
        for name in ("gap_since", "gap_until")
    ]
    for source in ("extended", "account"):
        own = plays.filter(pc.equal(plays["source"], source))
        starts, lasts = merging.coverage(own["logged_at"].cast(pa.int64()).to_numpy())
        for since, until in zip(starts, lasts, strict=True):
            filled |= (since <= ends[0]) & (ends[1] <= until)
    return filled.tolist()
