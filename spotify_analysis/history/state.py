"""What a history holds at one moment: its imports, their rows, and the plays made of them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import errors, tables
from spotify_analysis.history import merging
from spotify_analysis.history.pieces import Piece, Span
from spotify_analysis.history.store import IMPORTS, PLAYS, ROWS, DataFile, Store
from spotify_analysis.history.wanted import Wanted

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = [
    "ACTIVE",
    "LEDGER",
    "SALVAGED",
    "SCHEMA",
    "UNDONE",
    "WORKERS",
    "Damaged",
    "State",
    "check_layout",
    "damage",
    "load",
    "no_rows",
    "read",
    "rows_of",
    "stored_plays",
    "years_of",
]

SCHEMA = 1  # grows when older programs could not read what newer ones write
ACTIVE, UNDONE = 1, 2
WORKERS = min(4, os.cpu_count() or 1)  # files, then columns, side by side
# an import of plays whose own rows are lost; it goes when those are added again
SALVAGED = "salvaged"

_TEXT = pa.large_string()
_AT = pa.timestamp("us", tz="UTC")
# the ledger of imports as it is stored
LEDGER = pa.schema(
    [
        *(
            (name, {tables.STRING: _TEXT, tables.UTC: _AT}.get(column.dtype, pa.int64()))
            for name, column in tables.HISTORY_IMPORTS.columns.items()
            if name != "is_active"
        ),
        ("n_kept", pa.int64()),
        ("gap_since", _AT),
        ("gap_until", _AT),
    ]
)


class Damaged(Exception):  # noqa: N818 - not an error: the writer mends it and repeats
    """A file of the history cannot be read."""


@dataclass(slots=True)
class State:
    """The tables at one version.

    Parameters
    ----------
    plays, rows, imports : DeltaTable or None
        The tables, as far as there are any.
    ledger : DataFrame
        Columns of `LEDGER`: the last entry of each import, oldest first.
    active : list of str
        Imports that are in the plays.
    number : int
        Grows by one with each change of the plays.
    """

    plays: DeltaTable | None
    rows: DeltaTable | None
    imports: DeltaTable | None
    ledger: pd.DataFrame
    active: list[str]
    number: int
    _marks: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def mark(self, import_id: str) -> int:
        """Return how often the rows of an import were written and lost; odd if they are whole.

        Parameters
        ----------
        import_id : str
            Name of the import.

        Returns
        -------
        int
            0 if they were never written.
        """
        if self.rows is None:
            return 0
        if import_id not in self._marks:
            # reads the log, so it is asked once
            self._marks[import_id] = self.rows.transaction_version(f"rows-{import_id}") or 0
        return self._marks[import_id]

    def members(
        self, *, also: str | None = None, without: str | None = None
    ) -> tuple[set[str], dict[str, int]]:
        """Name the imports whose rows make the plays.

        Parameters
        ----------
        also : str, optional
            An import that is about to be one of them.
        without : str, optional
            An import that is about to be taken back.

        Returns
        -------
        set of str
            Active imports of which all rows are there.
        dict of str to int
            Marks to write with the plays: salvaged plays go when every import is whole again.
        """
        named = {*self.active, *([also] if also else [])} - {without}
        whole = {name for name in named if self.is_whole(name)}
        if SALVAGED in named and whole == named:
            return whole - {SALVAGED}, {f"import-{SALVAGED}": UNDONE}
        return whole, {}

    def is_whole(self, import_id: str) -> bool:
        """Tell whether all rows of an import are there.

        Parameters
        ----------
        import_id : str
            Name of the import.

        Returns
        -------
        bool
            False if a file of them was lost, or they were never written.
        """
        return self.mark(import_id) % 2 == 1


def load(store: Store, *, quiet: bool = False) -> State:
    """Read the newest whole version.

    Parameters
    ----------
    store : Store
        The tables.
    quiet : bool
        Do not warn of a damaged list of imports: it is about to be mended.

    Returns
    -------
    State
        What is there.

    Raises
    ------
    HistoryError
        If a newer program wrote it, or a table cannot be opened.
    """
    plays = store.open(PLAYS)
    if plays is not None:
        check_layout(store, plays)
    imports = store.open(IMPORTS)
    entries = LEDGER.empty_table()
    if imports is not None:
        with warnings.catch_warnings():
            if quiet:
                warnings.simplefilter("ignore", UserWarning)
            entries = read(store, IMPORTS, imports, list(LEDGER.names))
    ledger = entries.to_pandas()
    ledger = ledger.sort_values(["imported_at", "import_id"], kind="stable")
    ledger = ledger.drop_duplicates("import_id", keep="last", ignore_index=True)
    active = [
        str(name)
        for name in ledger["import_id"]
        if plays is not None and plays.transaction_version(f"import-{name}") == ACTIVE
    ]
    number = (plays.transaction_version("history") or 0) if plays is not None else 0
    return State(plays, store.open(ROWS), imports, ledger, active, number)


def check_layout(store: Store, plays: DeltaTable) -> None:
    """Refuse what a newer program wrote.

    Parameters
    ----------
    store : Store
        The tables.
    plays : DeltaTable
        The plays.

    Raises
    ------
    HistoryError
        If its layout is newer than the one we know.
    """
    written = plays.transaction_version("schema") or 0
    if written > SCHEMA:
        raise errors.HistoryError(
            f"{store.address!r} was written by a newer spotify_analysis (layout {written}; "
            f"this one knows {SCHEMA}). Nothing was changed; update the package: "
            "pip install -U spotify-analysis."
        )


def rows_of(
    store: Store,
    state: State,
    import_ids: Iterable[str],
    *,
    near: Span | None = None,
    strict: bool = True,
) -> pa.Table:
    """Read the rows of imports.

    Parameters
    ----------
    store : Store
        The tables.
    state : State
        From `load`.
    import_ids : iterable of str
        Names of the imports.
    near : Span, optional
        Rows that cannot reach into this stretch of time may be left out.
    strict : bool
        Raise at a damaged file.

    Returns
    -------
    pyarrow.Table
        Columns `merging.KEPT`, ``import_id`` and ``position``.
    """
    names = [*merging.KEPT, "import_id", "position"]
    asked = Wanted(among={"import_id": frozenset(import_ids)}, near=near)
    if state.rows is None or not asked.among["import_id"]:
        return no_rows()
    return read(store, ROWS, state.rows, names, wanted=asked, strict=strict, coded=True)


def no_rows() -> pa.Table:
    """Return the columns of rows, without any.

    Returns
    -------
    pyarrow.Table
        Columns `merging.KEPT`, ``import_id`` and ``position``.
    """
    fields = [(name, _kind(name)) for name in merging.KEPT]
    return pa.schema([*fields, ("import_id", _TEXT), ("position", pa.int64())]).empty_table()


def _kind(name: str) -> Any:
    dtype = tables.PLAYS.columns[name].dtype
    return _TEXT if dtype == tables.STRING else tables.arrow_type(dtype)


def stored_plays(
    store: Store, state: State, *, years: tuple[int, int] | None = None, strict: bool = True
) -> pa.Table:
    """Read the plays as they are stored, in their order.

    Parameters
    ----------
    store : Store
        The tables.
    state : State
        From `load`.
    years : tuple of int, optional
        First and last year; all by default.
    strict : bool
        Raise at a damaged file.

    Returns
    -------
    pyarrow.Table
        Columns `merging.KEPT` and ``year``.
    """
    if state.plays is None:
        return no_rows().select(list(merging.KEPT)).append_column("year", pa.array([], pa.int32()))
    return read(
        store,
        PLAYS,
        state.plays,
        [*merging.KEPT, "year"],
        wanted=Wanted(years=years),
        strict=strict,
        coded=True,
    )


def read(
    store: Store,
    name: str,
    table: DeltaTable,
    columns: Sequence[str],
    *,
    wanted: Wanted | None = None,
    strict: bool = False,
    coded: bool = False,
) -> pa.Table:
    """Read columns of a table; a damaged file is named, and the others are read.

    Parameters
    ----------
    store : Store
        The tables.
    name : str
        Which one.
    table : DeltaTable
        Its version.
    columns : sequence of str
        What to read; columns an older program did not write are missing values.
    wanted : Wanted, optional
        Which rows.
    strict : bool
        Raise at a damaged file instead.
    coded : bool
        Leave texts dictionary-coded where files have them so.

    Returns
    -------
    pyarrow.Table
        The rows, file by file in the order of their names.

    Raises
    ------
    Damaged
        With `strict`, if a file cannot be read.
    """
    asked = wanted or Wanted()
    if store.folder is None:
        return _from_afar(store, name, table, columns, asked, strict=strict)
    schema = _schema(table, columns)
    partition = [field for field in ("year",) if field in columns]
    stored = [column for column in columns if column not in partition]
    folder = store.folder / name
    files = [
        file
        for file in sorted(store.files(table), key=lambda file: file.path)
        if asked.holds(file.partition)
    ]

    def opened(path: str) -> pa.Table | Exception:
        try:
            with Piece(folder / path, schema, coded=coded, alone=len(files) == 1) as piece:
                return asked.of(piece, stored)
        except (pa.ArrowInvalid, OSError) as exc:
            return exc

    parts: list[pa.Table] = []
    # files side by side: cheaper than the columns of one after the other
    with ThreadPoolExecutor(WORKERS) as workers:
        read_files = list(workers.map(opened, [file.path for file in files]))
    for file, found in zip(files, read_files, strict=True):
        if isinstance(found, Exception):
            if strict:
                raise Damaged(name) from found
            _warn_of(store, name, file.path)
            continue
        for column in partition:
            value = pa.scalar(int(file.partition[column]), schema.field(column).type)
            found = found.append_column(column, pa.repeat(value, len(found)))
        parts.append(found.select(list(columns)))
    if parts:
        return pa.concat_tables(parts)
    return pa.table({column: pa.array([], schema.field(column).type) for column in columns})


def _schema(table: DeltaTable, columns: Sequence[str]) -> pa.Schema:
    """Name the types columns are read as; an older program may not have written all of them."""
    known = {field.name: _wide(field) for field in pa.schema(table.schema())}
    for column in columns:
        if column not in known:
            known[column] = pa.field(column, _kind(column))
    return pa.schema(list(known.values()))


def _from_afar(
    store: Store,
    name: str,
    table: DeltaTable,
    columns: Sequence[str],
    wanted: Wanted,
    *,
    strict: bool,
) -> pa.Table:
    """Read from a bucket, where Arrow knows best how to ask for parts of files."""
    import pyarrow.dataset as ds

    whole = store.dataset(name, table)
    pieces = sorted(whole.get_fragments(), key=lambda piece: str(piece.path))
    known = [column for column in columns if column in whole.schema.names]
    schema, where = whole.schema, wanted.expression()
    ordered = ds.FileSystemDataset(pieces, schema, whole.format, whole.filesystem)
    try:
        found = ordered.to_table(columns=known, filter=where)
    except (pa.ArrowInvalid, OSError) as exc:
        if strict:
            raise Damaged(name) from exc
        parts = []
        for piece in pieces:
            try:
                parts.append(piece.to_table(schema=schema, columns=known, filter=where))
            except (pa.ArrowInvalid, OSError):
                _warn_of(store, name, piece.path)
        found = pa.concat_tables(parts) if parts else ordered.schema.empty_table().select(known)
    for column in columns:
        if column not in known:
            found = found.append_column(column, pa.nulls(len(found), _kind(column)))
    return found.cast(pa.schema([_wide(field) for field in found.schema])).select(list(columns))


def _warn_of(store: Store, name: str, path: str) -> None:
    warnings.warn(
        f"{store.uri(name)}/{path} is damaged, and what it held is left out. "
        "`check()` sets it aside and restores what can be restored.",
        UserWarning,
        stacklevel=4,
    )


def _wide(field: Any) -> Any:
    kind = field.type
    if pa.types.is_string(kind):
        return field.with_type(_TEXT)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return field.with_type(_AT)
    return field


def damage(store: Store, name: str, table: DeltaTable, *, deep: bool) -> list[tuple[DataFile, str]]:
    """Find files that are missing, cut, or something else.

    Parameters
    ----------
    store : Store
        The tables.
    name : str
        Which one.
    table : DeltaTable
        Its version.
    deep : bool
        Read every file to its end, instead of looking at its size and its last bytes.

    Returns
    -------
    list of tuple of DataFile and str
        The files and what is wrong.
    """
    import pyarrow.parquet as pq

    pieces: dict[str, Any] = {}
    schema = pa.schema(table.schema())
    if deep:
        pieces = {str(piece.path): piece for piece in store.dataset(name, table).get_fragments()}
    found = []
    for file in store.files(table):
        if store.folder is not None:
            path = store.folder / name / file.path
            wrong = _wrong(path, file, pq)
            if wrong:
                found.append((file, wrong))
                continue
        if deep:
            try:
                n_rows = len(pieces[file.path].to_table(schema=schema))
            except FileNotFoundError:
                found.append((file, "it is not there"))
            except (pa.ArrowInvalid, OSError, KeyError) as exc:
                found.append((file, f"it cannot be read ({str(exc).splitlines()[0][:80]})"))
            else:
                if file.n_rows is not None and n_rows != file.n_rows:
                    found.append((file, f"it holds {n_rows:,} rows instead of {file.n_rows:,}"))
    return found


def _wrong(path: Path, file: DataFile, pq: Any) -> str:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return "it is not there"
    if size != file.size:
        return f"it has {size:,} bytes instead of {file.size:,}"
    try:
        n_rows = pq.read_metadata(path).num_rows
    except (pa.ArrowInvalid, OSError):
        return "it is no Parquet file"
    if file.n_rows is not None and n_rows != file.n_rows:
        return f"it holds {n_rows:,} rows instead of {file.n_rows:,}"
    return ""


def years_of(plays: pa.Table) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return the UTC year of each play.

    Parameters
    ----------
    plays : pyarrow.Table
        Columns `merging.KEPT`.

    Returns
    -------
    ndarray of int
        The year.
    """
    at = pc.coalesce(plays["ended_at"], plays["started_at"], plays["logged_at"])
    micros = at.cast(pa.int64()).to_numpy().astype("datetime64[us]")
    years: np.ndarray[Any, np.dtype[np.int32]] = (
        micros.astype("datetime64[Y]").astype("int64") + 1970
    ).astype("int32")
    return years
