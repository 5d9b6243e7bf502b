"""Plays off the disk: the years, rows and columns that were asked for, and no others."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables
from spotify_analysis.history import merging, state
from spotify_analysis.history.store import PLAYS, Store
from spotify_analysis.history.wanted import Wanted

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["checked_columns", "condition", "frame", "is_filled", "zone_of"]

_LOCAL = ("local_day", "local_hour", "local_weekday", "time_zone")
_ORDER = ("ended_at", "started_at", "logged_at")
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


_NAMED = re.compile(r"\d{4}(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def condition(
    since: str | date | None,
    until: str | date | None,
    kinds: str | Sequence[str] | None,
    zone: str,
) -> Wanted:
    """Say which rows are wanted, so that files and parts of files can be passed over.

    Parameters
    ----------
    since, until : str, date or None
        From that day, month or year to the end of that one; a moment with a time of day is the
        first that is wanted, and the first that is no longer.
    kinds : str, sequence of str or None
        Kinds of plays.
    zone : str
        Zone of moments without one.

    Returns
    -------
    Wanted
        The condition.

    Raises
    ------
    ValueError
        If a moment or a kind is none, or `until` lies before `since`.
    """
    first, last = (
        None if given is None else _moment(given, zone, name).tz_convert("UTC")
        for name, given in (("since", since), ("until", until))
    )
    if first is not None and until is not None and _moment(until, zone, "its start") < first:
        raise ValueError(f"`until` ({until}) lies before `since` ({since}): swap the two.")
    among = {}
    if kinds is not None:
        listed = [kinds] if isinstance(kinds, str) else list(kinds)
        if not listed or not set(listed) <= set(tables.KINDS):
            known = ", ".join(map(repr, tables.KINDS))
            raise ValueError(f"`kinds` must be among {known}; not {kinds!r}.")
        among["kind"] = frozenset(listed)
    return Wanted(
        since=None if first is None else _micros(first),
        until=None if last is None else _micros(last),
        years=(0 if first is None else first.year, 9999 if last is None else last.year),
        among=among,
    )


def _micros(at: pd.Timestamp) -> int:
    # rounded up, as what is finer than a microsecond lies after all that is stored before it
    return -(-at.as_unit("ns").value // 1000)


def _moment(given: str | date, zone: str, name: str) -> pd.Timestamp:
    try:
        if isinstance(given, bool | int | float):
            raise TypeError("a number counts nanoseconds there")
        at = pd.Timestamp(given)
        if name == "until":
            at = _end(given, at)
        if at.tzinfo is None:
            at = at.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    except (ValueError, TypeError) as exc:
        raise ValueError(f"`{name}` must be a moment such as '2025-03-01'; not {given!r}.") from exc
    if pd.isna(at):
        raise ValueError(f"`{name}` must be a moment such as '2025-03-01'; not {given!r}.")
    return at


def _end(given: str | date, at: pd.Timestamp) -> pd.Timestamp:
    """Return the end of a day, month or year; a moment as it is."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return at + pd.DateOffset(days=1)
    named = _NAMED.fullmatch(given.strip()) if isinstance(given, str) else None
    if named is None:
        return at
    month, day = named.groups()
    if day:
        return at + pd.DateOffset(days=1)
    return at + (pd.DateOffset(months=1) if month else pd.DateOffset(years=1))


def frame(
    store: Store, table: DeltaTable, names: list[str], wanted: Wanted, zone: str
) -> pd.DataFrame:
    """Read plays.

    Parameters
    ----------
    store : Store
        The tables.
    table : DeltaTable
        The plays.
    names : list of str
        Columns.
    wanted : Wanted
        From `condition`.
    zone : str
        Zone of the local columns.

    Returns
    -------
    DataFrame
        Columns of `tables.PLAYS`, oldest play first.
    """
    is_local = bool(set(names) & set(_LOCAL))
    needed = dict.fromkeys([*names, *_ORDER, *(["time_zone"] if is_local else [])])
    found = state.read(store, PLAYS, table, list(needed), wanted=wanted)
    found = _in_order(found)
    is_elsewhere = is_local and pc.any(pc.not_equal(found["time_zone"], zone)).as_py()
    kept = list(needed) if is_elsewhere else names
    dtypes = [tables.PLAYS.columns[name].dtype for name in kept]
    with ThreadPoolExecutor(state.WORKERS) as workers:
        columns = list(workers.map(_column, (found[name] for name in kept), dtypes))
    # the columns are ours alone: pandas need not copy them
    plays = pd.DataFrame(
        dict(zip(kept, columns, strict=True)), index=pd.RangeIndex(len(found)), copy=False
    )
    if is_elsewhere:
        plays = tables.with_local_time(plays, zone)[names]
    return tables.note(plays, time_zone=zone)


def _in_order(found: pa.Table) -> pa.Table:
    """Order plays by time; years come in order, and so do the plays in each."""
    at = pc.coalesce(*(found[name] for name in _ORDER)).cast(pa.int64()).to_numpy()
    if (np.diff(at) < 0).any():
        return found.take(pa.array(np.argsort(at, kind="stable")))
    return found


def _column(values: Any, dtype: str) -> Any:
    kind = pa.large_string() if dtype == tables.STRING else tables.arrow_type(dtype)
    return tables.from_arrow(values if values.type == kind else values.cast(kind), dtype)


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of damaged files: the reader warns
        for file in sorted(store.files(table), key=lambda file: file.path):
            year = file.partition.get("year", "")
            asked = Wanted(years=(int(year), int(year)) if year.isdigit() else None)
            found = state.read(store, PLAYS, table, ["time_zone"], wanted=asked)["time_zone"]
            if len(found) and found[0].as_py():
                return str(found[0])
    return None


def scan(store: Store, table: DeltaTable) -> Any:
    """Return plays as an Arrow dataset, in the types every engine knows.

    Parameters
    ----------
    store : Store
        The tables.
    table : DeltaTable
        The plays.

    Returns
    -------
    pyarrow.dataset.Dataset
        Its files, none of them read.
    """
    whole = store.dataset(PLAYS, table)
    known = {field.name: field for field in whole.schema}
    fields = [known.get(field.name, field) for field in nothing_to_scan().schema]
    return whole.replace_schema(pa.schema(fields))


def nothing_to_scan() -> Any:
    """Return an Arrow dataset of plays without any.

    Returns
    -------
    pyarrow.dataset.Dataset
        Columns of `tables.PLAYS` and ``year``.
    """
    import pyarrow.dataset as ds

    kinds = {name: tables.arrow_type(column.dtype) for name, column in tables.PLAYS.columns.items()}
    kinds |= {
        name: pa.large_string()
        for name, column in tables.PLAYS.columns.items()
        if column.dtype == tables.STRING
    }
    kinds |= {"local_day": pa.date32(), "year": pa.int32()}
    return ds.dataset(pa.schema(list(kinds.items())).empty_table())


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
    asked = Wanted(years=(first.year, 9999), among={"source": frozenset(["extended", "account"])})
    plays = state.read(store, PLAYS, found.plays, ["source", "logged_at"], wanted=asked)
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
