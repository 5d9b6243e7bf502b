"""The Delta Lake tables of a history: on a disk or in a bucket, whole commits only."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spotify_analysis import errors

if TYPE_CHECKING:
    from deltalake import DeltaTable, WriterProperties

__all__ = ["IMPORTS", "PLAYS", "ROWS", "Conflict", "DataFile", "Store"]

PLAYS, ROWS, IMPORTS = "plays", "rows", "imports"
_PARTITION = {PLAYS: ["year"], ROWS: None, IMPORTS: None}
_ASIDE = "damaged"
_MANY_FILES = 24
_GROUP = 8_192
# the log of changes is kept this long; old versions can be read back so far
_KEEP = {"delta.logRetentionDuration": "interval 30 days"}


class Conflict(Exception):  # noqa: N818 - not an error: the writer looks again and repeats
    """Another writer was first."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a table, as the log tells of it.

    Parameters
    ----------
    path : str
        Its place in the table's folder.
    size : int
        Its bytes.
    n_rows : int or None
        Its rows, where the log says.
    partition : dict of str to str
        Values of the columns that are its folder's name.
    """

    path: str
    size: int
    n_rows: int | None
    partition: dict[str, str]


class Store:
    """Three tables under one address, and the few things we do with them.

    Parameters
    ----------
    place : Path or str
        A folder, or the address of a bucket's folder: ``"s3://bucket/history"``.
    options : mapping, optional
        What the bucket's client wants to know; never shown.
    """

    def __init__(self, place: Path | str, options: Mapping[str, str] | None = None) -> None:
        self.folder = place if isinstance(place, Path) else None
        self.address = str(place).rstrip("/")
        self._options = dict(options) if options else None

    def __repr__(self) -> str:
        return f"Store({self.address!r})"

    def uri(self, name: str) -> str:
        """Return the address of a table.

        Parameters
        ----------
        name : str
            `PLAYS`, `ROWS` or `IMPORTS`.

        Returns
        -------
        str
            Its folder, or address in the bucket.
        """
        return str(self.folder / name) if self.folder is not None else f"{self.address}/{name}"

    def make_folder(self) -> None:
        """Make the folder, readable by its owner alone.

        Raises
        ------
        HistoryError
            If that cannot be done.
        """
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            raise errors.HistoryError(
                f"The folder {str(self.folder)!r} cannot be made ({exc.strerror or exc}). Choose "
                "another one."
            ) from exc

    # ------------------------------------------------------------ reading

    def open(self, name: str) -> DeltaTable | None:
        """Open a table as it is now.

        Parameters
        ----------
        name : str
            `PLAYS`, `ROWS` or `IMPORTS`.

        Returns
        -------
        DeltaTable or None
            The newest whole version; None if there is none yet.

        Raises
        ------
        HistoryError
            If it cannot be opened.
        """
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError, TableNotFoundError

        if self.folder is not None and not (self.folder / name / "_delta_log").is_dir():
            return None
        try:
            return DeltaTable(self.uri(name), storage_options=self._options)
        except TableNotFoundError:
            return None
        except (DeltaError, OSError, ValueError) as exc:
            raise errors.HistoryError(
                f"{self.uri(name)!r} cannot be opened: {_first_line(exc)}."
            ) from exc

    def dataset(self, name: str, table: DeltaTable) -> Any:
        """Return a table as an Arrow dataset.

        Parameters
        ----------
        name : str
            Which one.
        table : DeltaTable
            From `open`.

        Returns
        -------
        pyarrow.dataset.Dataset
            Its files.
        """
        from pyarrow import fs

        if self.folder is None:
            return table.to_pyarrow_dataset()
        # the local file system of Arrow is much faster than the one that goes through Rust
        near = fs.SubTreeFileSystem(str((self.folder / name).absolute()), fs.LocalFileSystem())
        return table.to_pyarrow_dataset(filesystem=near)

    def files(self, table: DeltaTable) -> list[DataFile]:
        """List the files of a table.

        Parameters
        ----------
        table : DeltaTable
            From `open`.

        Returns
        -------
        list of DataFile
            In no particular order.
        """
        told = pa.table(table.get_add_actions(flatten=True))
        few = ("path", "size_bytes", "num_records", "partition.year")
        told = told.select([name for name in few if name in told.column_names]).to_pylist()
        return [
            DataFile(
                one["path"],
                one["size_bytes"],
                one.get("num_records"),
                {
                    key.removeprefix("partition."): str(value)
                    for key, value in one.items()
                    if key.startswith("partition.")
                },
            )
            for one in told
        ]

    # ------------------------------------------------------------ writing

    def write(
        self,
        name: str,
        data: pa.Table,
        table: DeltaTable | None,
        *,
        replace: str | None = None,
        marks: Mapping[str, int] | None = None,
    ) -> None:
        """Write rows in one commit.

        Parameters
        ----------
        name : str
            Which table.
        data : pyarrow.Table
            The rows.
        table : DeltaTable or None
            The version this was worked out from; None makes the table.
        replace : str, optional
            Take out the rows this condition holds for, in the same commit.
        marks : mapping, optional
            Numbers to keep in the log under a name; two writers that set the same name at once
            conflict, and one of them repeats.

        Raises
        ------
        Conflict
            If another writer was first.
        HistoryError
            If it cannot be written, as on a full disk.
        """
        from deltalake import CommitProperties, Transaction, write_deltalake

        noted = CommitProperties(
            app_transactions=[Transaction(key, number) for key, number in (marks or {}).items()]
        )
        with self._tidy(name, data.nbytes):
            if table is not None and not len(data) and replace is None:
                table.create_write_transaction(
                    [], "append", table.schema(), _PARTITION[name], commit_properties=noted
                )
            elif table is not None and not len(data):
                table.delete(replace, commit_properties=noted)
            else:
                how: dict[str, Any] = {
                    # of two who make the table at once, one is told that it exists
                    "mode": "error" if table is None else "append",
                    "writer_properties": _how(name),
                    "commit_properties": noted,
                }
                if table is None:
                    how |= {"partition_by": _PARTITION[name], "configuration": _KEEP}
                    how["storage_options"] = self._options
                else:
                    how["schema_mode"] = "merge"
                if replace is not None:
                    how |= {"mode": "overwrite", "predicate": replace}
                write_deltalake(table or self.uri(name), _plain(data), **how)

    def set_aside(self, name: str, table: DeltaTable, files: Sequence[DataFile]) -> None:
        """Take damaged files out of a table; on a disk they are kept in a folder of their own.

        Parameters
        ----------
        name : str
            Which table.
        table : DeltaTable
            From `open`.
        files : sequence of DataFile
            The files.
        """
        from deltalake.transaction import AddAction, RemoveAction

        now = int(time.time() * 1000)
        gone: list[AddAction | RemoveAction] = [
            RemoveAction(file.path, True, now, file.size, dict(file.partition)) for file in files
        ]
        if self.folder is not None:
            for file in files:
                broken = self.folder / name / file.path
                kept = self.folder / _ASIDE / name / file.path
                if broken.exists():
                    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    broken.replace(kept)
        with self._tidy(name, 0):
            table.create_write_transaction(gone, "append", table.schema(), _PARTITION[name])

    def forget(self, rows: DeltaTable, marks: Mapping[str, int]) -> None:
        """Remove the rows of imports that were undone.

        Parameters
        ----------
        rows : DeltaTable
            The table of rows.
        marks : mapping
            For each import its new mark, which says that its rows are gone.
        """
        from deltalake import CommitProperties, Transaction

        names = ", ".join(f"'{name}'" for name in marks)
        noted = [Transaction(f"rows-{name}", mark) for name, mark in marks.items()]
        with self._tidy(ROWS, 0):
            rows.delete(
                f"import_id IN ({names})",
                commit_properties=CommitProperties(app_transactions=noted),
            )

    def is_scattered(self, table: DeltaTable | None) -> bool:
        """Tell whether a table has so many small files that reading it gets slow.

        Parameters
        ----------
        table : DeltaTable or None
            From `open`.

        Returns
        -------
        bool
            True if `compact` is worth it.
        """
        return table is not None and len(table.file_uris()) > _MANY_FILES

    def compact(self, keep_days: float) -> int:
        """Merge small files, and remove files of versions older than so many days.

        Parameters
        ----------
        keep_days : float
            Age below which files stay.

        Returns
        -------
        int
            Files that were removed.
        """
        n_removed = 0
        for name in (PLAYS, ROWS, IMPORTS):
            table = self.open(name)
            if table is None:
                continue
            with self._tidy(name, 0):
                table.optimize.compact(writer_properties=_how(name))
                table = self.open(name)
                assert table is not None  # noqa: S101 - it was there
                n_removed += len(
                    table.vacuum(
                        retention_hours=int(keep_days * 24),
                        dry_run=False,
                        enforce_retention_duration=False,
                    )
                )
                table.create_checkpoint()
            n_removed += self._remove_leftovers(name, keep_days)
        return n_removed

    def foreign(self) -> list[str]:
        """List files in the tables' folders that no version of a table knows.

        Returns
        -------
        list of str
            Their places in the history's folder; nothing in a bucket.
        """
        return sorted(
            f"{name}/{file.relative_to(self.folder / name).as_posix()}"
            for name in (PLAYS, ROWS, IMPORTS)
            if self.folder is not None
            for file in self._unknown(name)
        )

    def _unknown(self, name: str) -> set[Path]:
        """Return files that are in the folder of a table and in none of its versions."""
        table = self.open(name)
        if table is None or self.folder is None:
            return set()
        folder = self.folder / name
        known = {folder / file.path for file in self.files(table)}
        # files of older versions are known to the log until they are removed
        old = table.vacuum(retention_hours=0, dry_run=True, enforce_retention_duration=False)
        known |= {folder / path for path in old}
        return {
            file
            for file in self._on_disk(name)
            if file not in known and "_delta_log" not in file.relative_to(folder).parts
        }

    def _remove_leftovers(self, name: str, keep_days: float) -> int:
        """Remove what a writer that was killed has left; by their names they are ours."""
        old = time.time() - max(keep_days * 86_400, 3600)
        left = {
            file
            for file in self._unknown(name)
            if file.name.startswith("part-") and file.stat().st_mtime < old
        }
        self._remove(left)
        return len(left)

    @contextlib.contextmanager
    def _tidy(self, name: str, n_bytes: int) -> Iterator[None]:
        """Translate errors; leave no half files; keep what was written private and on the disk."""
        from deltalake.exceptions import CommitFailedError, DeltaError

        before = self._on_disk(name)
        try:
            yield
        except (DeltaError, OSError, ValueError) as exc:
            made = self._on_disk(name) - before
            # the commit itself is the last step; what fails after it is upkeep, and waits
            if not any(file.suffix == ".json" and file.stem.isdigit() for file in made):
                self._remove(made)
                if isinstance(exc, CommitFailedError) or "already exists" in str(exc):
                    raise Conflict(str(exc)) from exc
                raise self._failed(exc, n_bytes) from exc
        self._settle(self._on_disk(name) - before)

    def _failed(self, exc: Exception, n_bytes: int) -> errors.HistoryError:
        text = str(exc)
        if self.folder is not None and any(sign in text for sign in _FULL):
            need_mb = n_bytes // 1_000_000 + 1
            return errors.HistoryError(
                f"There is no room to write to {str(self.folder)!r}: this needs up to {need_mb} "
                "MB. Nothing of it is visible, and what was kept before is whole; make room and "
                "do the same again."
            )
        return errors.HistoryError(
            f"{self.address!r} could not be written: {_first_line(exc)}. What was kept before is "
            "whole; do the same again when the cause is gone."
        )

    def _on_disk(self, name: str) -> set[Path]:
        if self.folder is None:
            return set()
        return {
            Path(folder) / file
            for folder, _, files in os.walk(self.folder / name)
            for file in files
        }

    def _remove(self, files: set[Path]) -> None:
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink()

    def _settle(self, files: set[Path]) -> None:
        """Make new files private, and wait until the disk has them."""
        for file in files:
            with contextlib.suppress(OSError):
                handle = os.open(file, os.O_RDONLY)
                try:
                    if os.name == "posix":
                        os.fchmod(handle, 0o600)
                    os.fsync(handle)
                finally:
                    os.close(handle)


def _how(name: str) -> WriterProperties:
    from deltalake import WriterProperties

    # of the rows of an import often a few weeks are read, of the plays of a year all
    n_rows = _GROUP if name == ROWS else None
    return WriterProperties(compression="ZSTD", max_row_group_size=n_rows)


# as Linux, macOS and Windows say it: ENOSPC, EDQUOT, EFBIG
_FULL = ("No space left", "not enough space", "quota exceeded", "File too large", "os error 28")


def _first_line(exc: Exception) -> str:
    return str(exc).strip().splitlines()[0][:200].rstrip(".") if str(exc).strip() else "no reason"


def _plain(data: pa.Table) -> pa.Table:
    """Write dictionary-coded texts out, as every engine reads those; and all rows in one piece.

    Several pieces are written side by side, and come back in another order.
    """
    kinds = [
        field.with_type(pa.large_string()) if pa.types.is_dictionary(field.type) else field
        for field in data.schema
    ]
    return data.cast(pa.schema(kinds)).combine_chunks()
