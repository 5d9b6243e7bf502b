"""The plays we keep: any export, account data and recent plays in one table, each play once."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import account_data, config, errors, loaders, recordings, tables
from spotify_analysis.history import (
    asking,
    ledger,
    mending,
    merging,
    queue,
    reading,
    state,
    window,
)
from spotify_analysis.history.report import Added, Checked, Compacted
from spotify_analysis.history.rows import Accepted, accept, row_hashes
from spotify_analysis.history.state import ACTIVE, UNDONE, State
from spotify_analysis.history.store import IMPORTS, PLAYS, ROWS, Conflict, Store
from spotify_analysis.history.wanted import Wanted
from spotify_analysis.history.window import span_of
from spotify_analysis.history.writing import write_plays

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["History"]

_T = TypeVar("_T")

_N_TRIES = 6
_REACH = 50  # plays that Spotify remembers
_KEEP_DAYS = 7.0
_UNSAFE = "aws_s3_allow_unsafe_rename"
_LOCKED = ("aws_conditional_put", "conditional_put", "aws_s3_locking_provider")


class History:
    """A listening history that is kept: on this computer, or in a bucket.

    Parameters
    ----------
    path : path or str, optional
        A folder, or the address of one in a bucket: ``"s3://bucket/history"``. By default
        ``history`` in the data folder of the settings.
    storage_options : mapping, optional
        What the bucket's client wants to know (``aws_access_key_id``, ``aws_region`` ...).
    time_zone : str, optional
        Zone of the local columns, an IANA name. By default the one the history was begun with;
        for a new one that of the settings, else of this machine.
    wait_s : float
        How long to wait for another process that writes, in seconds.

    Raises
    ------
    ValueError
        If `time_zone` is none, or `storage_options` are given for a folder or give up safety.

    Notes
    -----
    Three Delta Lake tables: ``plays`` is what there is to read, partitioned by year, one row per
    play, for any program that reads Delta Lake; ``rows`` holds each import as it came, and
    ``imports`` is the list of them. The plays are worked out of the set of all imports, so neither
    the order nor the number of times they were added matters, and any of them can be taken back.

    An import becomes visible with one commit, whole or not at all. On a disk writers queue on a
    file lock. In a bucket there is none: the last step of a commit creates a file that must not
    exist yet, which the bucket's server grants to one writer only (a conditional put); the other
    one works out its result anew from what the first has written.

    A local history is private: the folder is made 0700, its files 0600.

    Examples
    --------
    >>> keep = History("data/history", time_zone="Europe/Berlin")  # doctest: +SKIP
    >>> keep.add(account_data.read("my_spotify_data.zip").plays)  # doctest: +SKIP
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        storage_options: Mapping[str, str] | None = None,
        time_zone: str | None = None,
        wait_s: float = 30.0,
    ) -> None:
        if path is None:
            path = config.load().data_dir / "history"
        if isinstance(path, str) and "://" in path:
            self._store = Store(path, _checked_options(path, storage_options))
        elif storage_options:
            raise ValueError(
                "`storage_options` are for a bucket ('s3://bucket/history'); "
                f"{os.fspath(path)!r} is a folder."
            )
        else:
            self._store = Store(Path(path).expanduser())
        self._zone = tables.check_time_zone(time_zone) if time_zone is not None else None
        self._wait_s = wait_s

    def __repr__(self) -> str:
        return f"History({self._store.address!r})"

    # ------------------------------------------------------------ adding

    def add(self, plays: pd.DataFrame | account_data.Export) -> Added:
        """Add plays of any source; what is known already is not doubled.

        Parameters
        ----------
        plays : DataFrame or Export
            Rows of `tables.PLAYS`: from `account_data.read`, `loaders.recent_plays` or others.

        Returns
        -------
        Added
            What was new, improved, known and rejected.

        Raises
        ------
        HistoryError
            If it cannot be written, as on a full disk; nothing of it is visible then.
        HistoryBusyError
            If another process writes for longer than `wait_s`.
        TableError
            If a column holds something else than it should, or no column says when.

        Notes
        -----
        - A play of the extended history is known by the second it was logged, its length, its
          media and the how manieth such row it is in its import. The newest import's row is kept,
          and older ones fill what it does not know, such as the start before October 2022.
        - The account data fills only times that no extended history covers, and gives way when one
          is added later; recent plays likewise. Both leave what they alone know (names that
          Spotify has lost, the playlist a song was played from).
        - Scrobbles of other services are one with a play of the same song at that time, or stay.
        """
        if isinstance(plays, account_data.Export):
            plays = plays.plays
        if not isinstance(plays, pd.DataFrame):
            raise ValueError(f"`plays` must be a table of plays; not {type(plays).__name__}.")
        if not {"ended_at", "started_at", "logged_at"} & set(plays.columns):
            raise errors.TableError(
                "plays has no column 'ended_at', so it is not known when they were. Use a frame "
                "from account_data.read or loaders.recent_plays."
            )
        # kept under the names they came with: another name would be another play
        plays = recordings.split(plays)
        return self._add(plays, full=_reaches_back_in_vain(plays), only_unseen=False)

    def sync(self, spotify: Client) -> Added:
        """Add the plays that Spotify remembers, and note a gap if there were more.

        Parameters
        ----------
        spotify : Client
            From `connect`.

        Returns
        -------
        Added
            What was new; ``gap`` where plays must have been missed.

        Raises
        ------
        SpotifyError, NotLoggedInError, MissingScopeError
            If they cannot be loaded; the history is untouched.
        HistoryError, HistoryBusyError
            If they cannot be written.

        Notes
        -----
        Cost: one call. Spotify remembers 50 plays: who plays more than that between two syncs has
        a gap, which `gaps` lists and an export fills. Rows that an earlier sync brought are not
        kept a second time, so taking that one back takes them back.
        """
        recent = loaders.recent_plays(spotify, time_zone=self._zone)
        return self._add(recent, full=_reaches_back_in_vain(recent), only_unseen=True)

    def _add(self, plays: pd.DataFrame, *, full: bool, only_unseen: bool) -> Added:
        handed_over = accept(plays)
        n_rows, n_rejected = len(plays), len(handed_over.rejected)

        def work() -> Added:
            found = self._healthy()
            accepted = handed_over
            if only_unseen:
                accepted = self._unseen(found, accepted)
            told = Added(
                accepted.import_id, n_rows, n_rejected=n_rejected, rejected=accepted.rejected
            )
            is_active = accepted.import_id in found.active
            if not len(accepted.rows) or (is_active and found.is_whole(accepted.import_id)):
                told.import_id = accepted.import_id if is_active else None
                told.n_known = n_rows - n_rejected
                told.n_plays = found.plays.count() if found.plays is not None else 0
                told.note = "the same rows were added before" if is_active else ""
                return told
            self._keep_rows(found, accepted)
            return self._rebuild(state.load(self._store), told, accepted, full=full)

        if not n_rows:
            return Added(None, n_plays=self._n_plays())
        return self._change("adding plays", work)

    def _unseen(self, found: State, accepted: Accepted) -> Accepted:
        """Leave out rows that an earlier sync brought."""
        earlier = found.ledger[found.ledger["source"] == "web_api"]["import_id"]
        known = state.rows_of(
            self._store, found, set(earlier) & set(found.active), near=span_of(accepted.rows)
        )
        is_new = ~np.isin(row_hashes(accepted.rows), row_hashes(known))
        return Accepted.of(accepted.rows.filter(pa.array(is_new)), accepted.rejected)

    def _keep_rows(self, found: State, accepted: Accepted) -> None:
        mark = found.mark(accepted.import_id)
        if mark % 2 == 1:
            return  # undone once, or written by a process that was killed before it was done
        n = len(accepted.rows)
        rows = accepted.rows.append_column("import_id", pa.array([accepted.import_id] * n))
        rows = rows.append_column("position", pa.array(np.arange(n)))
        self._store.write(
            ROWS,
            rows,
            found.rows,
            replace=f"import_id = '{accepted.import_id}'" if mark else None,
            marks={f"rows-{accepted.import_id}": mark + 1},
        )

    def _rebuild(
        self,
        found: State,
        told: Added,
        accepted: Accepted | None = None,
        *,
        full: bool = False,
        dry_run: bool = False,
    ) -> Added:
        """Work out the plays of all imports with one more, or one less, and write what changed."""
        name = str(told.import_id)
        members, marks = found.members(**({"also": name} if accepted else {"without": name}))
        near = None
        if not marks:
            changed = accepted.rows if accepted else state.rows_of(self._store, found, [name])
            near = window.around(self._store, found, members, changed, name)
        years = near.years if near else None
        stored = state.stored_plays(self._store, found, years=years)
        if near:
            inside = near.holds(stored)
            before = stored.filter(pa.array(inside))
            merged = merging.merge(near.rows, last=near.last, covered=near.covered)
            plays = _put_in(stored, inside, merged.plays)
            rows = near.rows
        else:
            before, rows = stored, state.rows_of(self._store, found, members)
            merged = merging.merge(rows)
            plays = merged.plays
            marks = {**marks, "merging": merging.RULES}
        n_before = found.plays.count() if found.plays is not None else 0
        told.n_plays = n_before - len(before) + len(merged.plays)
        if accepted is None:
            told.n_removed = max(0, len(before) - len(merged.plays))
            if dry_run:
                return told
        else:
            _count(told, rows, before, merged)
            if full:
                told.gap = _gap(self._store, found, rows, merged, name)
            self._store.write(IMPORTS, ledger.entry(told, accepted.rows), found.imports)
        write_plays(
            self._store,
            found,
            stored,
            plays,
            zone=self.time_zone,
            marks={**marks, f"import-{name}": ACTIVE if accepted else UNDONE},
        )
        if self._store.is_scattered(found.rows):
            self._store.compact(_KEEP_DAYS)
        return told

    # ------------------------------------------------------------ reading

    @property
    def is_begun(self) -> bool:
        """Something was added here once; False for a folder that is not there, too."""
        return self._store.open(PLAYS) is not None

    @property
    def time_zone(self) -> str:
        """Zone of the local columns."""
        return self._zone or reading.zone_of(self._store) or _own_zone()

    def plays(
        self,
        since: str | date | None = None,
        until: str | date | None = None,
        kinds: str | Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read plays; only what is asked for leaves the disk.

        Parameters
        ----------
        since, until : str, date or datetime, optional
            From this day, month or year to the end of that one, by the end of the play:
            ``since="2024-11", until="2025"``. With a time of day, from this moment on and before
            that one. Without a zone of their own they are in that of the history.
        kinds : str or sequence of str, optional
            ``"track"``, ``"episode"``, ``"audiobook"``, ``"unknown"``.
        columns : sequence of str, optional
            Columns of `tables.PLAYS`; all by default.

        Returns
        -------
        DataFrame
            One row per play, oldest first; `tables.PLAYS`, or those columns of it.

        Raises
        ------
        ValueError
            If there is no such kind or column, a moment is none, or `until` lies before `since`.
        HistoryError
            If a newer program wrote the history, or it cannot be opened.

        Notes
        -----
        Warns and goes on where a file is damaged; `check` restores it.
        """
        names = reading.checked_columns(columns)
        zone = self.time_zone
        where = reading.condition(since, until, kinds, zone)
        table = self._store.open(PLAYS)
        if table is None:
            return tables.note(tables.empty(tables.PLAYS)[names], time_zone=zone)
        state.check_layout(self._store, table)
        return reading.frame(self._store, table, names, where, zone)

    def scan(self) -> Any:
        """Hand the plays over to other engines, which read what they need of the files.

        Returns
        -------
        pyarrow.dataset.Dataset
            Columns of `tables.PLAYS` and ``year``; no column is missing, no file is read yet.

        Raises
        ------
        HistoryError
            If a newer program wrote the history, or it cannot be opened.

        Notes
        -----
        ``polars.scan_pyarrow_dataset(keep.scan())`` and ``duckdb.from_arrow(keep.scan())`` are
        lazy frames for every metric; ``[piece.path for piece in keep.scan().get_fragments()]`` are
        the files that are in use now, for Spark and others. Rows are in no order, and the local
        columns are in the zone the history was begun with.
        """
        table = self._store.open(PLAYS)
        if table is None:
            return reading.nothing_to_scan()
        state.check_layout(self._store, table)
        return reading.scan(self._store, table)

    def sql(self, query: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Ask the plays a question in SQL, as `history.sql` does.

        Parameters
        ----------
        query : str
            One ``SELECT`` from ``plays``, in DuckDB's SQL.
        values : mapping of str to value, optional
            For ``$name`` in the question.

        Returns
        -------
        DataFrame
            The answer.

        Raises
        ------
        ValueError
            If `query` is not one ``SELECT``.
        QueryError
            If the question cannot be answered.
        ConfigError
            If DuckDB is not installed.
        """
        return asking.sql(self.plays(), query, values)

    def imports(self) -> pd.DataFrame:
        """List what was added, when, and what came of it.

        Returns
        -------
        DataFrame
            `tables.HISTORY_IMPORTS`, oldest first; those that were undone too.
        """
        found = state.load(self._store)
        return ledger.imports(found)

    def gaps(self) -> pd.DataFrame:
        """List the times in which plays were missed.

        Returns
        -------
        DataFrame
            `tables.HISTORY_GAPS`, oldest first. A gap is filled once an export covers it; nothing
            is ever filled by guess.
        """
        found = state.load(self._store)
        noted = found.ledger[
            found.ledger["gap_since"].notna() & found.ledger["import_id"].isin(found.active)
        ]
        gaps = pd.DataFrame(
            {
                "since": noted["gap_since"],
                "until": noted["gap_until"],
                "import_id": noted["import_id"],
                "is_filled": reading.is_filled(self._store, found, noted),
            }
        )
        return tables.conform(gaps.sort_values("since", kind="stable"), tables.HISTORY_GAPS)

    # ------------------------------------------------------------ taking back and tidying up

    def undo(self, import_id: str | None = None, *, dry_run: bool = False) -> Added:
        """Take an import back: the plays are as if it had never been added.

        Parameters
        ----------
        import_id : str, optional
            Its name, from `imports`; the last one that is active by default.
        dry_run : bool
            Only count what would be gone.

        Returns
        -------
        Added
            How many plays are gone; poorer ones that had given way are back.

        Raises
        ------
        ValueError
            If there is no such import, or it was undone before.
        HistoryError, HistoryBusyError
            If it cannot be written.

        Notes
        -----
        Its rows stay on the disk, unread, until `compact` removes them; adding the same files
        again brings the plays back.
        """

        def work() -> Added:
            found = self._healthy()
            name = import_id if import_id is not None else next(iter(found.active[::-1]), None)
            if name is None or name not in found.active:
                was_known = name in set(found.ledger["import_id"])
                raise ValueError(
                    "`import_id` must be an active import, see `imports()`; "
                    + (f"{name!r} was taken back before." if was_known else f"not {name!r}.")
                )
            return self._rebuild(found, Added(name), dry_run=dry_run)

        return self._change("taking an import back", work)

    def compact(self, *, keep_days: float = 7) -> Compacted:
        """Make few files of many, and remove what nothing refers to any more.

        Parameters
        ----------
        keep_days : float
            Old versions younger than this stay, for readers that are in the middle of them. With
            0 all that was undone or replaced is gone at once; do that when nothing else reads.

        Returns
        -------
        Compacted
            Files before and now.

        Raises
        ------
        ValueError
            If `keep_days` is below 0.
        HistoryError, HistoryBusyError
            If it cannot be written.
        """
        if not keep_days >= 0:
            raise ValueError(f"`keep_days` must be 0 or more; not {keep_days!r}.")

        def work() -> Compacted:
            found = self._healthy()
            n_before = _n_files(found)
            undone = sorted(set(found.ledger["import_id"]) - set(found.active))
            gone = [name for name in undone if found.is_whole(name)]
            if found.rows is not None and gone:
                self._store.forget(found.rows, {name: found.mark(name) + 1 for name in gone})
            n_removed = self._store.compact(keep_days)
            return Compacted(n_before, _n_files(state.load(self._store)), n_removed)

        return self._change("tidying up", work)

    def check(self) -> Checked:
        """Read every file, set damaged ones aside, and restore what can be restored.

        Returns
        -------
        Checked
            Files that are damaged, missing or not ours, and imports to add again.

        Raises
        ------
        HistoryError, HistoryBusyError
            If the history cannot be opened or written.

        Notes
        -----
        Plays are worked out again from the imports' own rows, which also shows what changed
        without a file looking damaged. Where rows of an import are lost, its plays stay as long as
        they can be read; adding the same files again makes it whole. Damaged files are moved to
        ``damaged`` in the history's folder; in a bucket they stay where they are, unused. Files
        that are not ours are named and left alone.
        """

        def work() -> Checked:
            found = state.load(self._store, quiet=True)
            return mending.mend(self._store, found, zone=self.time_zone, deep=True)

        return self._change("checking", work)

    # ------------------------------------------------------------ plumbing

    def _n_plays(self) -> int:
        table = self._store.open(PLAYS)
        return table.count() if table is not None else 0

    def _healthy(self) -> State:
        """Return the newest state, mended if a look at its files shows damage."""
        found = state.load(self._store, quiet=True)
        if mending.looks_damaged(self._store, found):
            mending.mend(self._store, found, zone=self.time_zone, deep=False)
            found = state.load(self._store, quiet=True)
        return found

    def _change(self, doing: str, work: Callable[[], _T]) -> _T:
        """Do something when it is our turn; again if another writer was first after all."""
        self._store.make_folder()
        with self._turn(doing):
            for n_try in range(_N_TRIES):
                try:
                    return work()
                except state.Damaged:
                    if self._store.folder is None:
                        # perhaps the network: a bucket is mended by check() alone
                        time.sleep(0.2 * 2**n_try)
                        continue
                    found = state.load(self._store, quiet=True)
                    mending.mend(self._store, found, zone=self.time_zone, deep=True)
                except Conflict:
                    time.sleep(random.uniform(0.05, 0.2) * 2**n_try)  # noqa: S311 - no secret
        raise errors.HistoryBusyError(
            f"Others wrote to {self._store.address!r} each of the {_N_TRIES} times we tried. "
            "Nothing was changed; try again in a minute."
        )

    def _turn(self, doing: str) -> contextlib.AbstractContextManager[None]:
        if self._store.folder is None:
            return contextlib.nullcontext()
        return queue.turn(self._store.folder, doing=doing, wait_s=self._wait_s)


def _own_zone() -> str:
    return config.load().time_zone or tables.local_time_zone()


def _checked_options(address: str, options: Mapping[str, str] | None) -> dict[str, str]:
    given = dict(options or {})
    names = {name.lower() for name in given}
    if _UNSAFE in names:
        raise ValueError(
            f"`storage_options` must not hold {_UNSAFE!r}: two writers would overwrite each other."
        )
    if address.startswith(("s3://", "s3a://")) and not names & set(_LOCKED):
        given["aws_conditional_put"] = "etag"
    return given


def _reaches_back_in_vain(plays: pd.DataFrame) -> bool:
    """Tell whether these are recent plays, and as many as Spotify can tell of."""
    if plays.empty or "source" not in plays or set(plays["source"]) != {"web_api"}:
        return False
    report = tables.facts(plays).get("report") or {}
    return int(report.get("n_received", len(plays))) >= _REACH


def _n_files(found: State) -> int:
    named = (found.plays, found.rows, found.imports)
    return sum(len(table.file_uris()) for table in named if table is not None)


def _count(told: Added, rows: pa.Table, before: pa.Table, merged: merging.Merged) -> None:
    """Count what the import brought."""
    mine = np.asarray(pc.equal(rows["import_id"], told.import_id).to_numpy())
    play = merged.play_of_row
    n = len(merged.plays)
    of_mine = np.bincount(play[mine & (play >= 0)], minlength=n) > 0
    of_others = np.bincount(play[~mine & (play >= 0)], minlength=n) > 0
    # another file that holds the same row makes nothing better
    was = row_hashes(before, without=["file"])
    is_new = of_mine & ~of_others
    is_better = of_mine & of_others & ~np.isin(row_hashes(merged.plays, without=["file"]), was)
    told.n_new, told.n_improved = int(is_new.sum()), int(is_better.sum())
    n_speaking = int((is_new | is_better)[play[mine & (play >= 0)]].sum())
    told.n_known = int(mine.sum()) - n_speaking
    told.n_gave_way = max(0, len(before) + told.n_new - n)


def _put_in(
    stored: pa.Table, inside: np.ndarray[Any, np.dtype[np.bool_]], plays: pa.Table
) -> pa.Table:
    """Put plays of a stretch of time in the place of those that are stored."""
    at = pc.coalesce(stored["ended_at"], stored["started_at"], stored["logged_at"])
    at = at.cast(pa.int64()).to_numpy()
    new = pc.coalesce(plays["ended_at"], plays["started_at"], plays["logged_at"])
    new = new.cast(pa.int64()).to_numpy()
    # outside of the stretch all lies before or after the whole of it
    edge = at[inside].min(initial=new.min(initial=np.iinfo(np.int64).max))
    others = stored.select(list(merging.KEPT))
    earlier, later = others.filter(pa.array(~inside & (at < edge))), ~inside & (at >= edge)
    return pa.concat_tables(
        [merging.coded(part) for part in (earlier, plays, others.filter(pa.array(later)))]
    )


def _gap(
    store: Store, found: State, rows: pa.Table, merged: merging.Merged, name: str
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Find the stretch between what was known and the first of the recent plays."""
    mine = np.asarray(pc.equal(rows["import_id"], name).to_numpy())
    play = merged.play_of_row
    known = set(play[~mine & (play >= 0)].tolist())
    if found.plays is None or any(one in known or one < 0 for one in play[mine].tolist()):
        return None  # it reaches back to something we have
    first = pc.min(rows["logged_at"].filter(pa.array(mine))).cast(pa.int64()).as_py()
    spotify = Wanted(among={"source": frozenset(merging.TIERS[:3])})
    earlier = state.read(store, PLAYS, found.plays, ["logged_at"], wanted=spotify)["logged_at"]
    earlier = earlier.cast(pa.int64())
    earlier = earlier.filter(pc.less(earlier, first))
    if not len(earlier):
        return None
    last = pc.max(earlier).as_py()
    return pd.Timestamp(last, unit="us", tz="UTC"), pd.Timestamp(first, unit="us", tz="UTC")
