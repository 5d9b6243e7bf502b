"""A privacy export to plays: find the files, judge each by its keys, merge what belongs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from spotify_analysis import config, errors, tables
from spotify_analysis.account_data import decoding, library, merging, opening
from spotify_analysis.account_data import plays as rows_to_plays
from spotify_analysis.account_data.report import Report

__all__ = ["Export", "read"]


@dataclass(slots=True, repr=False)
class Export:
    """What a privacy export holds.

    Parameters
    ----------
    plays : DataFrame
        `tables.PLAYS`: every stream of every file, once, oldest first.
    report : Report
        What was read and what was left out.
    library : dict of str to DataFrame
        Tables the account data brings along, by name: ``saved_tracks``, ``saved_albums``,
        ``saved_shows``, ``saved_episodes``, ``followed_artists``, ``playlists``,
        ``playlist_items``; empty without them.
    """

    plays: pd.DataFrame
    report: Report
    library: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        return repr(self.report)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def read(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    time_zone: str | None = None,
    on_error: str = "raise",
    progress: bool = True,
) -> Export:
    """Read a privacy export: account data, extended streaming history, or both.

    Parameters
    ----------
    path : path or iterable of paths
        The zip as Spotify sent it, a folder, or single files; several for several downloads of
        one person.
    time_zone : str or None
        Zone of the local columns, an IANA name; None takes it from the settings, else from this
        machine.
    on_error : str
        ``"raise"`` stops at a file that cannot be read; ``"skip"`` reads the others and names it
        in the report.
    progress : bool
        Show a bar if it takes longer than a second.

    Returns
    -------
    Export
        The plays, the library where there is one, and a report.

    Raises
    ------
    ExportReadError
        If nothing there is listening history, or a file is damaged; names file and byte. A zip
        that is built to do harm is refused also with ``on_error="skip"``.
    ValueError
        If `on_error` or `time_zone` is something else.

    Notes
    -----
    Files are known by the keys of their objects, so names do not matter. IP address, user name,
    user agent and place are skipped while parsing; files with identity, payment or messages are
    not opened. Nothing is unpacked to disk, nothing leaves this machine.

    Offline plays of before October 2022 were stamped at their upload: ``ended_at`` is put back to
    start plus length, ``logged_at`` keeps the stamp. Rows that repeat are treated as
    `report` says; where both packages are given, the account data fills only times without
    extended history.

    Examples
    --------
    >>> export = read("my_spotify_data.zip", time_zone="Europe/Berlin")  # doctest: +SKIP
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"`on_error` must be 'raise' or 'skip'; not {on_error!r}.")
    zone = tables.check_time_zone(time_zone or config.load().time_zone or tables.local_time_zone())
    with ExitStack() as stack:
        members = opening.find_members(path, stack)
        reader = _Reader(on_error == "skip")
        for member, content in _read_ahead(_watched(members, progress)):
            reader.take(member, content)
    if reader.n_known == 0 and not reader.problems:
        raise errors.ExportReadError(
            f"No listening history was found ({len(members):,} JSON files looked at). Spotify "
            "sends it as 'StreamingHistory_music_0.json' (account data) or "
            "'Streaming_History_Audio_2024.json' (extended streaming history); a zip inside a "
            "zip has to be unpacked first."
        )
    return reader.export(zone)


def _watched(members: list[opening.Member], progress: bool) -> Iterable[opening.Member]:
    if not progress or len(members) < 2:
        return members
    from tqdm.auto import tqdm

    # tqdm otherwise leaves a monitoring thread behind
    quiet: Any = type("_Bar", (tqdm,), {"monitor_interval": 0})
    shown: Iterable[opening.Member] = quiet(
        members, desc="reading the export", unit="file", delay=1, leave=False
    )
    return shown


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file holds: the keys of its first object, and what is in them for us."""

    keys: set[str] | None
    data: bytes = b""
    made: rows_to_plays.FilePlays | None = None


# inflating, looking for values and copying them leave other cores free; four files are in memory
_WORKERS = min(4, os.cpu_count() or 1)


def _read_ahead(
    members: Iterable[opening.Member],
) -> Iterator[tuple[opening.Member, Future[_Content]]]:
    """Read the next files while the last one is taken over; they come in their order."""
    budget = opening.Budget()
    with ThreadPoolExecutor(_WORKERS) as workers:
        waiting: deque[tuple[opening.Member, Future[_Content]]] = deque()
        try:
            for member in members:
                waiting.append((member, workers.submit(_content_of, member, budget)))
                if len(waiting) > _WORKERS:
                    yield waiting.popleft()
            yield from waiting
        finally:
            for _, content in waiting:
                content.cancel()


def _content_of(member: opening.Member, budget: opening.Budget) -> _Content:
    """Read a file if its beginning says that it may hold something we know."""
    keys, data = _bytes_of(member, budget)
    kind = decoding.kind_of(keys or set())
    if kind not in _ROWS:
        return _Content(keys, data)
    row_type, to_plays, _ = _ROWS[kind]
    return _Content(keys, made=to_plays(decoding.decode_rows(data, row_type, file=member.name)))


def _bytes_of(member: opening.Member, budget: opening.Budget) -> tuple[set[str] | None, bytes]:
    if member.is_private:
        return None, b""
    start = decoding.as_utf8(member.peek(), errors="ignore").lstrip()
    keys = decoding.first_keys(start)
    if not start.startswith(b"{") and decoding.kind_of(keys or set()) is None:
        return keys, b""
    try:
        data = decoding.as_utf8(member.read(budget))
    except UnicodeDecodeError as exc:
        raise errors.ExportReadError(
            f"{member.name!r} is cut off at byte {exc.start:,}. Download the export again.",
            file=member.name,
            position=exc.start,
        ) from exc
    return keys if keys is not None else decoding.keys_of_object(data), data


@dataclass(slots=True)
class _File:
    """One file of plays, read."""

    name: str
    what: str
    n_rows: int
    age: int
    made: rows_to_plays.FilePlays


@dataclass(slots=True)
class _Reader:
    """What was read so far."""

    skips: bool
    files: dict[str, list[_File]] = field(default_factory=lambda: {"extended": [], "account": []})
    # each download has the whole library of its day; of several the last one stays
    library: dict[str, Any] | None = None
    playlists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    extra_keys: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    n_known: int = 0
    n_other_files: int = 0

    def take(self, member: opening.Member, content: Future[_Content]) -> None:
        """Take over a file if it holds something we know."""
        try:
            known = self._read(member.name, content.result())
        except opening.HarmfulZipError:
            raise
        except errors.ExportReadError as exc:
            if not self.skips:
                raise
            self.problems.append(str(exc))
            return
        self.n_known += known
        self.n_other_files += not known

    def _read(self, name: str, content: _Content) -> bool:
        keys, data = content.keys, content.data
        if not keys:
            return keys is not None  # an empty list or object: an account without plays
        kind = decoding.kind_of(keys)
        if kind == "library":
            self.library = decoding.decode_object(data, file=name)
        elif kind == "playlists":
            found = decoding.decode_object(data, file=name)
            self.playlists.setdefault(name.rpartition("/")[0], []).append(found)
        elif kind is not None and content.made is not None:
            self._take_plays(name, kind, keys, content.made)
        return kind is not None

    def _take_plays(
        self, name: str, kind: str, keys: set[str], made: rows_to_plays.FilePlays
    ) -> None:
        package = _ROWS[kind][2]
        age, what = rows_to_plays.generation_of(kind, keys)
        n_rows = len(made.plays) + len(made.rejected)
        self.files[package].append(_File(name, what, n_rows, age, made))
        self.kinds.add(kind)
        self.extra_keys |= keys - decoding.KNOWN_KEYS

    def export(self, time_zone: str) -> Export:
        """Merge what was read."""
        report = self._report()
        newest = next(reversed(self.playlists.values()), None)
        lists = library.playlist_tables(newest) if newest else {}
        kept = library.library_tables(self.library) if self.library is not None else {}
        parts = {package: self._merged(package, report) for package in self.files}
        account = merging.drop_covered(parts["account"], parts["extended"])
        dropped = parts["account"].drop(account.index)
        report.n_covered = len(dropped)
        report.ms_covered = int(dropped["ms_played"].sum())
        if "account podcasts" not in self.kinds and "saved_shows" in kept:
            account, report.n_podcast_by_name = _podcasts_by_name(account, kept["saved_shows"])
        together = pd.concat([parts["extended"], account], ignore_index=True)
        if not together["ended_at"].is_monotonic_increasing:
            together = together.sort_values(["ended_at", "started_at"], kind="stable")
        plays = tables.with_local_time(tables.conform(together, tables.PLAYS), time_zone)
        _describe(plays, report)
        report.time_zone = time_zone
        sources = plays["source"].dropna().unique()
        noted = tables.note(plays, source=str(sources[0]) if len(sources) == 1 else None)
        saved = {
            name: tables.note(table, source="account") for name, table in {**kept, **lists}.items()
        }
        report.n_saved = {name: len(table) for name, table in saved.items()}
        return Export(noted, report, saved)

    def _merged(self, package: str, report: Report) -> pd.DataFrame:
        files = self.files[package]
        frames = [file.made.plays.assign(file=file.name) for file in files if len(file.made.plays)]
        if not frames:
            return tables.empty(tables.PLAYS)
        all_rows = tables.conform(pd.concat(frames, ignore_index=True), tables.PLAYS)
        merged = merging.merge_files(
            all_rows,
            age_of_file={
                file.name: (file.age, file.made.plays["logged_at"].max())
                for file in files
                if len(file.made.plays)
            },
        )
        report.n_identical += merged.n_identical
        report.n_in_other_file += merged.n_in_other_file
        report.ms_removed += merged.ms_removed
        return merged.plays

    def _report(self) -> Report:
        files = [file for package in self.files.values() for file in package]
        told = [
            {
                "file": file.name,
                "what": file.what,
                "n_rows": file.n_rows,
                "n_rejected": len(file.made.rejected),
                "since": file.made.plays["logged_at"].min(),
                "until": file.made.plays["logged_at"].max(),
            }
            for file in files
        ]
        rejected = [
            {"file": file.name, "row": one.row, "reason": one.reason, "value": one.value or None}
            for file in files
            for one in file.made.rejected
        ]
        return Report(
            tables.conform(told, tables.EXPORT_FILES),
            tables.conform(rejected, tables.REJECTED_ROWS),
            n_offline_moved=sum(file.made.n_offline for file in files),
            n_other_files=self.n_other_files,
            extra_keys=tuple(sorted(self.extra_keys)),
            problems=tuple(self.problems),
        )


_ROWS: dict[str, Any] = {
    "extended": (decoding.ExtendedRow, rows_to_plays.extended_plays, "extended"),
    "account music": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
    "account podcasts": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
    "account audiobooks": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
}


def _podcasts_by_name(account: pd.DataFrame, shows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Tell podcasts in old music files by the names of followed shows."""
    names = set(shows["show"].dropna())
    is_show = account["artist"].isin(names)
    moved = account.copy()
    for name, given in (("show", "artist"), ("episode", "track")):
        moved[name] = moved[name].mask(is_show, account[given])
        moved[given] = moved[given].mask(is_show)
    moved["kind"] = moved["kind"].mask(is_show, "episode")
    return moved, int(is_show.sum())


def _describe(plays: pd.DataFrame, report: Report) -> None:
    counts = plays["kind"].value_counts()
    report.n_by_kind = {kind: int(counts.get(kind, 0)) for kind in tables.KINDS}
    report.ms_played = int(plays["ms_played"].sum())
    if plays.empty:
        return
    report.since, report.until = plays["ended_at"].iloc[0], plays["ended_at"].iloc[-1]
    began = plays["ended_at"] - pd.to_timedelta(plays["ms_played"].astype("int64"), unit="ms")
    early = plays["ended_at"].shift() - began
    report.n_overlapping = int((early > pd.Timedelta(minutes=1)).sum())
