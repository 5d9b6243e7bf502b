"""Which rows are asked for: told to Arrow's datasets, and to the files on a disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis.history.pieces import Piece, Span

__all__ = ["Wanted"]

_EARLIEST, _LATEST = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows that are asked for; all of them where nothing is said.

    Parameters
    ----------
    since, until : int or None
        From this moment on, and before that one, by the end of a play; in microseconds.
    among : mapping of str to set of str
        For columns of text the values they may have.
    years : tuple of int or None
        First and last year of the table of plays.
    near : Span or None
        Rows that cannot reach into this stretch may be left out.
    """

    since: int | None = None
    until: int | None = None
    among: Mapping[str, frozenset[str]] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    near: Span | None = None

    @property
    def needs(self) -> list[str]:
        """Columns that tell which rows these are."""
        times = ["ended_at", "started_at"] if self._has_ends else []
        return [*times, *self.among]

    @property
    def _has_ends(self) -> bool:
        return self.since is not None or self.until is not None

    def expression(self) -> Any:
        """Return the condition as Arrow's datasets take it.

        Returns
        -------
        Expression or None
            The condition, `near` aside; None if there is none.
        """
        import pyarrow.dataset as ds

        said = []
        if self.years is not None:
            said += [ds.field("year") >= self.years[0], ds.field("year") <= self.years[1]]
        # few sources know no end: then the begin counts
        ended, began = ds.field("ended_at"), ds.field("started_at")
        if self.since is not None:
            at = pa.scalar(self.since, pa.timestamp("us", tz="UTC"))
            said.append((ended >= at) | (ended.is_null() & (began >= at)))
        if self.until is not None:
            at = pa.scalar(self.until, pa.timestamp("us", tz="UTC"))
            said.append((ended < at) | (ended.is_null() & (began < at)))
        said += [ds.field(name).isin(sorted(values)) for name, values in self.among.items()]
        together = None
        for one in said:
            together = one if together is None else together & one
        return together

    def holds(self, partition: Mapping[str, str]) -> bool:
        """Tell whether a file may hold such rows, by the name of its folder.

        Parameters
        ----------
        partition : mapping of str to str
            What the folder's name says.

        Returns
        -------
        bool
            False if it holds none.
        """
        year = partition.get("year", "")
        if self.years is None or not year.isdigit():
            return True
        return self.years[0] <= int(year) <= self.years[1]

    def of(self, piece: Piece, columns: list[str]) -> pa.Table:
        """Read these rows of a file.

        Parameters
        ----------
        piece : Piece
            The file.
        columns : list of str
            What to read.

        Returns
        -------
        pyarrow.Table
            The rows, perhaps with the columns that were needed to tell.
        """
        if self._has_ends:
            since = _EARLIEST if self.since is None else self.since
            piece.keep(Span(since, _LATEST if self.until is None else self.until))
        if self.near is not None:
            piece.keep(self.near)
        asked = {}
        for name, values in self.among.items():
            only = piece.only_value(name)
            if only is None:
                asked[name] = values
            elif only not in values:
                piece.groups = []
        needs = [*(["ended_at", "started_at"] if self._has_ends else []), *asked]
        found = piece.table(list(dict.fromkeys([*columns, *needs])))
        mask = None
        for one in self._masks(found, asked):
            mask = one if mask is None else pc.and_(mask, one)
        return found if mask is None or pc.all(mask).as_py() else found.filter(mask)

    def _masks(self, found: pa.Table, among: Mapping[str, frozenset[str]]) -> list[Any]:
        masks = [
            pc.is_in(found[name], pa.array(sorted(values), pa.large_string()))
            for name, values in among.items()
        ]
        if self._has_ends:
            at = pc.coalesce(found["ended_at"], found["started_at"]).cast(pa.int64())
            if self.since is not None:
                masks.append(pc.fill_null(pc.greater_equal(at, self.since), fill_value=False))
            if self.until is not None:
                masks.append(pc.fill_null(pc.less(at, self.until), fill_value=False))
        return masks
