"""The stretch of time in which plays can change when few rows come or go.

Rows matter to each other only where they are near in time: a play is known by the second it was
logged, stamps are matched within two minutes of a play's begin and end, minutes are cut off. So
rows fall into groups with silences between them, and each group can be merged by itself. Two
things reach further, and are handed to `merging.merge`: how new an import is, and which times the
extended history covers, for which a row of it counts 30 days before and after.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis.history import merging, state
from spotify_analysis.history.pieces import Span
from spotify_analysis.history.state import SALVAGED, State
from spotify_analysis.history.store import ROWS, Store
from spotify_analysis.history.wanted import Wanted

__all__ = ["Window", "around", "span_of"]

_S = 1_000_000
_MINUTE, _DAY = 60 * _S, 86_400 * _S
# more than the two minutes that stamps are matched within, and the minute that is cut off
_APART = 5 * _MINUTE
_COVERED = 30 * _DAY + 2 * _MINUTE
_PADS = (2 * _DAY, 20 * _DAY, 200 * _DAY)
# from so many rows on, and such a part of all, it is no quicker than all of it
_MANY, _PART = 1_000, 8


@dataclass(slots=True)
class Window:
    """Rows that make the plays of a stretch of time, and what they need to know of the others.

    Parameters
    ----------
    span : Span
        The stretch: what lies before and after it is as it was.
    rows : pyarrow.Table
        All rows in it, as `state.rows_of` gives them.
    last : dict of str to int
        From `merging.last_of`.
    covered : tuple of ndarray
        From `merging.coverage`, right for this stretch.
    """

    span: Span
    rows: pa.Table
    last: dict[str, int]
    covered: tuple[merging.Ints, merging.Ints]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year it touches."""
        first, last = np.array([self.span.first, self.span.last]).astype("datetime64[us]")
        return first.item().year, last.item().year

    def holds(self, plays: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell which plays lie in it.

        Parameters
        ----------
        plays : pyarrow.Table
            Columns of `merging.KEPT`.

        Returns
        -------
        ndarray of bool
            True for those.
        """
        at = pc.coalesce(plays["ended_at"], plays["started_at"], plays["logged_at"])
        at = at.cast(pa.int64()).to_numpy()
        inside: np.ndarray[Any, np.dtype[np.bool_]] = (at >= self.span.first) & (
            at <= self.span.last
        )
        return inside


def around(
    store: Store, found: State, members: AbstractSet[str], changed: pa.Table, name: str
) -> Window | None:
    """Find the stretch around rows that come or go.

    Parameters
    ----------
    store : Store
        The tables.
    found : State
        What there is; the rows of an import that is about to come are stored.
    members : set of str
        Imports whose rows make the plays from now on.
    changed : pyarrow.Table
        The rows that come or go, columns `merging.KEPT`.
    name : str
        The import they are of.

    Returns
    -------
    Window or None
        None where it is better, or needed, to work out all plays anew.
    """
    if found.plays is None or found.rows is None or not len(changed):
        return None
    if found.plays.transaction_version("merging") != merging.RULES or SALVAGED in found.active:
        return None
    if not all(map(found.is_whole, found.active)):
        return None
    if len(changed) > max(_MANY, found.rows.count() // _PART):
        return None
    span = span_of(changed)
    if pc.any(pc.equal(changed["source"], merging.TIERS[0])).as_py():
        span = span.wider(_COVERED)
    for pad in _PADS:
        near = span.wider(pad)
        rows = state.rows_of(store, found, {*members, name}, near=near.wider(_APART))
        first, last = _reach(rows)
        whole = _closed(span, first, last)
        if near.holds(whole):
            inside = (first <= whole.last) & (last >= whole.first)
            of_members = pc.is_in(
                rows["import_id"], pa.array(sorted(members), pa.large_string())
            ).to_numpy()
            until = found.ledger.set_index("import_id")["until"]
            ends = {one: until[one].value // 1000 for one in found.active}
            named = changed.select(["ended_at", "started_at", "logged_at"])
            own = pa.array([name] * len(changed), pa.large_string())
            return Window(
                whole,
                rows.filter(pa.array(inside & of_members)),
                {**ends, **merging.last_of(named.append_column("import_id", own))},
                _coverage(store, found, members, whole),
            )
    return None


def span_of(rows: pa.Table) -> Span:
    """Return the stretch of time in which rows can matter to others.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns `merging.KEPT`; at least one row.

    Returns
    -------
    Span
        From the first to the last instant.
    """
    first, last = _reach(rows)
    return Span(int(first.min()), int(last.max()))


def _reach(rows: pa.Table) -> tuple[merging.Ints, merging.Ints]:
    """Return the first and the last instant at which each row can matter to others."""
    times = [
        pc.coalesce(rows[name], *(rows[other] for other in ("ended_at", "started_at", "logged_at")))
        .cast(pa.int64())
        .to_numpy()
        for name in ("ended_at", "started_at", "logged_at")
    ]
    length = pc.fill_null(rows["ms_played"], 0).to_numpy().clip(min=0) * 1000
    return np.minimum.reduce(times) - length - _APART, np.maximum.reduce(times) + _APART


def _closed(span: Span, first: merging.Ints, last: merging.Ints) -> Span:
    """Widen a stretch to groups of rows it touches, which lie apart from each other."""
    order = np.argsort(first, kind="stable")
    begin, end = first[order], np.maximum.accumulate(last[order])
    starts = np.flatnonzero(np.r_[True, begin[1:] > end[:-1]]) if len(order) else order
    begins, ends = begin[starts], end[np.r_[starts[1:] - 1, len(order) - 1]] if len(order) else end
    touched = (begins <= span.last) & (ends >= span.first)
    return Span(
        min([span.first, *begins[touched].tolist()]), max([span.last, *ends[touched].tolist()])
    )


def _coverage(
    store: Store, found: State, members: AbstractSet[str], span: Span
) -> tuple[merging.Ints, merging.Ints]:
    """Return what the extended history covers of a stretch."""
    assert found.rows is not None  # noqa: S101 - the caller has looked
    asked = Wanted(
        among={
            "source": frozenset([merging.TIERS[0]]),
            "import_id": frozenset(members),
        },
        near=span.wider(_COVERED),
    )
    columns = ["logged_at", "ended_at", "started_at"]
    told = state.read(store, ROWS, found.rows, columns, wanted=asked, strict=True)
    logged = pc.coalesce(*(told[name] for name in columns)).cast(pa.int64()).to_numpy()
    return merging.coverage(logged)
