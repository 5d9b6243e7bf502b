"""Parquet files on a disk: the columns and groups of rows that are asked for, and no others.

Arrow's own dataset reads every column it is asked for, also where the foot of the file says that
nothing is in it, or one text only. Of the plays of one listener half the columns are like that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spotify_analysis import tables

__all__ = ["Piece", "Span", "opened"]

_TIMES = ("ended_at", "started_at", "logged_at")
_LENGTH = "ms_played"


def opened(path: Path) -> Any:
    """Open a file for reading parts of it.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    file
        What Arrow reads from.
    """
    return pa.OSFile(str(path))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time.

    Parameters
    ----------
    first, last : int
        Its ends, both of it, in microseconds since 1970.
    """

    first: int
    last: int

    def touches(self, other: Span) -> bool:
        """Tell whether two stretches share an instant.

        Parameters
        ----------
        other : Span
            Another one.

        Returns
        -------
        bool
            True if they do.
        """
        return self.first <= other.last and other.first <= self.last

    def holds(self, other: Span) -> bool:
        """Tell whether another stretch lies within this one.

        Parameters
        ----------
        other : Span
            Another one.

        Returns
        -------
        bool
            True if it does.
        """
        return self.first <= other.first and other.last <= self.last

    def wider(self, by: int) -> Span:
        """Return this stretch with something before and after it.

        Parameters
        ----------
        by : int
            How much, in microseconds.

        Returns
        -------
        Span
            The wider one.
        """
        return Span(self.first - by, self.last + by)


class Piece:
    """One Parquet file of a table.

    Parameters
    ----------
    path : Path
        The file.
    schema : pyarrow.Schema
        Columns of the table it belongs to.
    coded : bool
        Leave texts dictionary-coded, as they are stored.
    alone : bool
        Read its columns side by side, as no other file is read meanwhile.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, *, coded: bool = False, alone: bool = True
    ) -> None:
        texts = {field.name for field in schema if _is_text(field.type)}
        self._schema = schema
        self._coded = coded
        self._alone = alone
        self._source = opened(path)
        try:
            meta = pq.read_metadata(self._source)
            # an older program may not have written all of them
            known = [name for name in meta.schema.names if name in texts]
            self._file = pq.ParquetFile(
                self._source,
                metadata=meta,
                read_dictionary=known if coded else None,
                pre_buffer=False,
            )
        except BaseException:
            self._source.close()
            raise
        self._meta = self._file.metadata
        self._place = {name: n for n, name in enumerate(self._file.schema_arrow.names)}
        self.groups = list(range(self._meta.num_row_groups))

    def __enter__(self) -> Piece:
        return self

    def __exit__(self, *about: object) -> None:
        self._source.close()

    def keep(self, span: Span) -> None:
        """Pass over groups of rows that have nothing to do with a stretch of time.

        Parameters
        ----------
        span : Span
            The stretch; a group stays if one of its plays may reach into it.
        """
        self.groups = [group for group in self.groups if self._may_touch(group, span)]

    def table(self, columns: Sequence[str]) -> pa.Table:
        """Read columns.

        Parameters
        ----------
        columns : sequence of str
            Which; those this file does not have are missing values.

        Returns
        -------
        pyarrow.Table
            The rows of the groups that are left.
        """
        n_rows = sum(self._meta.row_group(group).num_rows for group in self.groups)
        made: dict[str, Any] = {}
        for name in columns:
            kind = self._schema.field(name).type
            is_known, value = self._only_value(name, kind)
            if is_known:
                made[name] = self._repeated(value, kind, n_rows)
        rest = [name for name in columns if name not in made]
        if rest and self.groups:
            read = self._file.read_row_groups(self.groups, columns=rest, use_threads=self._alone)
            made |= {name: read[name] for name in rest}
        for name in rest:
            kind = self._kind(self._schema.field(name).type)
            given = made.get(name, pa.array([], kind))
            made[name] = given if given.type == kind else given.cast(kind)
        return pa.table({name: made[name] for name in columns})

    def only_value(self, name: str) -> Any:
        """Return the value that all rows of a column share, if the foot of the file says so.

        Parameters
        ----------
        name : str
            The column.

        Returns
        -------
        value or None
            The value.
        """
        return self._only_value(name, self._schema.field(name).type)[1]

    def _kind(self, kind: Any) -> Any:
        return pa.dictionary(pa.int32(), kind) if self._coded and _is_text(kind) else kind

    def _repeated(self, value: Any, kind: Any, n_rows: int) -> Any:
        if self._coded and _is_text(kind):
            place = pa.repeat(pa.scalar(None if value is None else 0, pa.int32()), n_rows)
            return pa.DictionaryArray.from_arrays(
                place, pa.array([] if value is None else [value], kind)
            )
        if value is None:
            return pa.nulls(n_rows, kind)
        if _is_text(kind):
            return tables.repeated(value, n_rows).cast(kind)
        return pa.repeat(pa.scalar(value, kind), n_rows)

    def _only_value(self, name: str, kind: Any) -> tuple[bool, Any]:
        place = self._place.get(name)
        if place is None:
            return True, None  # an older program wrote the file
        found: set[Any] = set()
        for group in self.groups:
            told = self._meta.row_group(group).column(place).statistics
            if told is None or not told.has_null_count:
                return False, None
            if told.null_count == self._meta.row_group(group).num_rows:
                found.add(None)
            elif (
                (_is_text(kind) or pa.types.is_boolean(kind))
                and not told.null_count
                and told.has_min_max
                and told.min == told.max
                and isinstance(told.min, str | bool)
            ):
                found.add(told.min)
            else:
                return False, None
            if len(found) > 1:
                return False, None
        return len(found) == 1, next(iter(found), None)

    def _may_touch(self, group: int, span: Span) -> bool:
        first: list[int] = []
        last: list[int] = []
        for name in _TIMES:
            told = self._told(group, name)
            if told is None or not told.has_null_count:
                return True
            if told.null_count == self._meta.row_group(group).num_rows:
                continue
            if not told.has_min_max:
                return True
            first.append(_micros(told.min))
            last.append(_micros(told.max))
        length = self._told(group, _LENGTH)
        longest = 0
        if length is not None and length.has_null_count:
            n_known = self._meta.row_group(group).num_rows - length.null_count
            if n_known and not length.has_min_max:
                return True
            longest = max(0, length.max) * 1000 if n_known else 0
        elif _LENGTH in self._place:
            return True
        return not first or Span(min(first) - longest, max(last)).touches(span)

    def _told(self, group: int, name: str) -> Any:
        place = self._place.get(name)
        return None if place is None else self._meta.row_group(group).column(place).statistics


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _micros(at: datetime) -> int:
    return int(pa.scalar(at, pa.timestamp("us", tz="UTC")).value)
