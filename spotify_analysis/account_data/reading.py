"""An export to plays: find the files, judge each by its keys, merge what belongs."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import config, errors, tables
from spotify_analysis.account_data import (
    decoding,
    findings,
    library,
    merging,
    opening,
    scrobbles,
    side_files,
)
from spotify_analysis.account_data import plays as rows_to_plays
from spotify_analysis.account_data.report import Report

__all__ = ["Export", "read"]


@dataclass(slots=True, repr=False)
class Export:
    """What an export holds.

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
    tables : dict of str to DataFrame
        Tables of the account data's other files, by name: ``search_queries``, ``marquee``,
        ``followers``, ``wrapped_tops``, ``wrapped_facts``, ``sound_capsule``,
        ``sound_capsule_highlights``; those there are files for.
    """

    plays: pd.DataFrame
    report: Report
    library: dict[str, pd.DataFrame] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        return repr(self.report)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def read(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    time_zone: str | None = None,
    by_country: bool | Mapping[str, str] = False,
    on_error: str = "raise",
    progress: bool = True,
) -> Export:
    """Read an export: account data, extended streaming history, scrobbles, or all of them.

    Parameters
    ----------
    path : path or iterable of paths
        The zip as Spotify (or ListenBrainz) sent it, a folder of files or of such zips, or single
        files, a CSV of Last.fm scrobbles too; several for several downloads of one person.
    time_zone : str or None
        Zone of the local columns, an IANA name; None takes it from the settings, else from this
        machine.
    by_country : bool or mapping of str to str
        True takes the zone of the country a play was made in, where that has one; a mapping
        names zones for countries that have several: ``{"US": "America/Chicago"}``.
    on_error : str
        ``"raise"`` stops at a file that cannot be read; ``"skip"`` reads the others and names it
        in the report (of scrobbles only the damaged line is passed over). Files that hold no
        listening, such as searches, never stop it.
    progress : bool
        Show a bar if it takes longer than a second.

    Returns
    -------
    Export
        The plays, the library and other tables where there are any, and a report.

    Raises
    ------
    ExportReadError
        If nothing there is listening history, or a file is damaged; names file and byte. A zip
        that is built to do harm is refused also with ``on_error="skip"``.
    ValueError
        If `path`, `on_error`, `time_zone` or `by_country` is something else.

    Notes
    -----
    Files are known by the keys of their objects, so names do not matter. IP address, user name,
    user agent and place are skipped while parsing; files with identity, payment or messages are
    not opened. Nothing is unpacked to disk, nothing leaves this machine.

    Offline plays of before October 2022 were stamped at their upload: ``ended_at`` is put back to
    start plus length, ``logged_at`` keeps the stamp. Rows that repeat are treated as
    `report` says; where both packages are given, the account data fills only times without
    extended history. Scrobbles of Last.fm and ListenBrainz stand beside Spotify's plays, with
    their ``source``: nobody can tell which of them are the same.

    Examples
    --------
    >>> export = read("my_spotify_data.zip", time_zone="Europe/Berlin")  # doctest: +SKIP
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"`on_error` must be 'raise' or 'skip'; not {on_error!r}.")
    zone = tables.check_time_zone(time_zone or config.load().time_zone or tables.local_time_zone())
    tables.check_by_country(by_country)
    with ExitStack() as stack:
        members = opening.find_members(path, stack)
        reader = _Reader(on_error == "skip")
        for member, content in _read_ahead(_watched(members, progress)):
            reader.take(member, content)
    if reader.n_known == 0 and not reader.problems:
        looked_at = f"{len(members):,} file{'s' * (len(members) != 1)} looked at"
        raise errors.ExportReadError(
            f"No listening history was found ({looked_at}: JSON, JSON lines, CSV). Spotify "
            "sends it as 'StreamingHistory_music_0.json' (account data) or "
            "'Streaming_History_Audio_2024.json' (extended streaming history); a zip inside a "
            "zip has to be unpacked first."
        )
    return reader.export(zone, by_country)


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
    """What a file is, and what is in it for us: its plays, else its bytes."""

    kind: str | None
    keys: set[str] = field(default_factory=set)
    data: bytes = b""
    made: rows_to_plays.FilePlays | None = None


# whatever is in them, files of these names are Spotify's
_NAMED = re.compile(r"(?:Streaming_History_|StreamingHistory|endsong).*\.json$", re.IGNORECASE)
_EMPTY = "empty"  # an empty list or object: an account without plays
_ZIP = "zip"  # inside a zip: stays closed, for it may hold another, without end


# inflating, looking for values and copying them leave other cores free; four files are in memory
_WORKERS = min(4, os.cpu_count() or 1)
_KEPT_BYTES = 2**24


def _read_ahead(
    members: Iterable[opening.Member],
) -> Iterator[tuple[opening.Member, Future[_Content]]]:
    """Read the next files while the last one is taken over; they come in their order."""
    budget = opening.Budget()
    _keep_freed_memory()
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


def _keep_freed_memory() -> None:
    """Let the C library keep what is freed, up to some megabytes.

    GNU's gives it back to the system and asks for it again a moment later, page by page, for which
    all threads wait. It stops doing so for sizes up to what a program has once freed in one piece.
    The piece here is never written to, so it costs nothing.
    """
    piece = np.empty(_KEPT_BYTES, dtype="uint8")
    del piece


def _content_of(member: opening.Member, budget: opening.Budget) -> _Content:
    """Read a file if its beginning says that it may hold something we know."""
    if member.is_private:
        return _Content(None)
    start = decoding.as_utf8(member.peek(), errors="ignore").lstrip()
    if start.startswith(b"PK\3\4"):
        return _Content(_ZIP)
    is_object = start.startswith(b"{")
    keys = decoding.first_keys(start)
    kind = scrobbles.kind_of(start) or _kind_of(keys)
    if kind in _ROWS:
        row_type, to_plays, _ = _ROWS[kind]
        decoded = _by_lines(member, row_type, budget)
        if decoded is not None:
            return _Content(kind, keys or set(), made=to_plays(decoded))
    is_named = _NAMED.match(member.name.rpartition("/")[2]) is not None
    if kind is None and not is_object and not (is_named and (keys is None or keys)):
        return _Content(None if keys is None or keys else _EMPTY)
    data = _bytes_of(member, budget)
    if kind is None and is_named:
        # what cannot be told apart is mostly not ours, but a history that is damaged at its very
        # beginning must not be passed over without a word
        decoding.check_json(data, file=member.name)
    if kind is None and is_object:
        keys = decoding.keys_of_object(data)
        if keys is None and re.match(rb'\{\s*"(playlists|tracks)"', start):
            decoding.decode_object(data, file=member.name)  # says where it is damaged
        kind = _EMPTY if keys is not None and not keys else _kind_of(keys)
    if kind not in _ROWS:
        return _Content(kind, keys or set(), data)
    row_type, to_plays, _ = _ROWS[kind]
    made = to_plays(decoding.decode_rows(data, row_type, file=member.name))
    return _Content(kind, keys or set(), made=made)


def _bytes_of(member: opening.Member, budget: opening.Budget) -> bytes:
    try:
        return decoding.as_utf8(member.read(budget))
    except UnicodeDecodeError as exc:
        raise errors.ExportReadError(
            f"{member.name!r} is cut off at byte {exc.start:,}. Download the export again.",
            file=member.name,
            position=exc.start,
        ) from exc


def _by_lines(member: opening.Member, row_type: Any, budget: opening.Budget) -> Any:
    """Read a file by lines; what a file cost that must be read again does not count."""
    trial = opening.Budget(budget.left)
    n_bytes = trial.left
    is_read_again = False
    try:
        with member.filling(trial) as fill:
            decoded = decoding.decode_lines(fill, row_type)
        is_read_again = decoded is None
    finally:
        # a damaged file costs what it cost; a zip may be full of them
        if not is_read_again:
            budget.spend(n_bytes - trial.left, member.name)
    return decoded


def _kind_of(keys: set[str] | None) -> str | None:
    return (decoding.kind_of(keys) or side_files.kind_of(keys)) if keys else None


@dataclass(slots=True)
class _File:
    """One file of plays, read."""

    name: str
    what: str
    kind: str
    keys: frozenset[str]
    age: int
    made: rows_to_plays.FilePlays

    @property
    def n_rows(self) -> int:
        return len(self.made.plays) + len(self.made.rejected)

    @property
    def facts(self) -> findings.FileFacts:
        stamps = self.made.plays["logged_at"].cast(pa.int64()).to_numpy()
        in_order = bool((stamps[1:] >= stamps[:-1]).all())
        return self.name, self.what, self.kind, self.keys, in_order

    @property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """When its first and its last play were logged; missing without plays."""
        found: dict[str, Any] = pc.min_max(self.made.plays["logged_at"]).as_py()
        since, until = (pd.Timestamp(found[end]) for end in ("min", "max"))
        return since, until


@dataclass(slots=True)
class _Reader:
    """What was read so far."""

    skips: bool
    files: dict[str, list[_File]] = field(
        default_factory=lambda: {
            "extended": [],
            "account": [],
            "lastfm": [],
            "listenbrainz": [],
        }
    )
    # each download has the whole library of its day; of several the last one stays
    library: dict[str, Any] | None = None
    playlists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    side: list[side_files.SideFile] = field(default_factory=list)
    removed: list[pd.DataFrame] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    extra_keys: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)
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
            self.problems.append(_without_advice(exc))
            return
        self.n_known += known
        self.n_other_files += not known

    def _read(self, name: str, content: _Content) -> bool:
        kind, data = content.kind, content.data
        if kind == "library":
            self.library = decoding.decode_object(data, file=name)
        elif kind == "playlists":
            found = decoding.decode_object(data, file=name)
            self.playlists.setdefault(name.rpartition("/")[0], []).append(found)
        elif kind == _ZIP:
            told = f"{name!r} is a zip inside a zip and was not opened; unpack it and read it too."
            self.unopened.append(told)
            return False
        elif kind is None or kind == _EMPTY:
            pass
        elif content.made is not None:
            self._take_plays(name, kind, content.keys, content.made)
        elif kind in _SCROBBLES:
            self._read_scrobbles(name, kind, data)
        else:
            self._read_side_file(name, kind, data)
        return kind is not None

    def _take_plays(
        self, name: str, kind: str, keys: set[str], made: rows_to_plays.FilePlays
    ) -> None:
        package = _ROWS[kind][2]
        age, what = rows_to_plays.generation_of(kind, keys)
        self.files[package].append(_File(name, what, kind, frozenset(keys), age, made))
        self.kinds.add(kind)
        self.extra_keys |= keys - decoding.KNOWN_KEYS

    def _read_scrobbles(self, name: str, kind: str, data: bytes) -> None:
        to_plays, package = _SCROBBLES[kind]
        found = to_plays(data, file=name, skips=self.skips)
        self.files[package].append(_File(name, found.what, kind, frozenset(), 0, found.made))
        self.problems += found.problems

    def _read_side_file(self, name: str, kind: str, data: bytes) -> None:
        try:
            self.side.append(side_files.read_side_file(data, kind, file=name))
        except errors.ExportReadError as exc:
            # it holds no listening, and some are no valid JSON as Spotify sends them
            self.problems.append(_without_advice(exc))

    def export(self, time_zone: str, by_country: bool | Mapping[str, str]) -> Export:
        """Merge what was read."""
        report = self._report()
        newest = next(reversed(self.playlists.values()), None)
        lists = library.playlist_tables(newest) if newest else {}
        kept = library.library_tables(self.library) if self.library is not None else {}
        followed = side_files.followed_artists(self.side)
        # up to early 2021 the library does not list them, Follow.json does
        if followed is not None and kept.get("followed_artists", followed[:0]).empty:
            kept["followed_artists"] = followed
        parts = {package: self._merged(package, report) for package in self.files}
        account = merging.drop_covered(parts["account"], parts["extended"])
        dropped = parts["account"].drop(account.index)
        report.n_covered = len(dropped)
        report.ms_covered = int(dropped["ms_played"].sum())
        self.removed.append(dropped[["file", "kind", "ms_played"]].assign(reason=merging.COVERED))
        if "account podcasts" not in self.kinds and "saved_shows" in kept:
            account, report.n_podcast_by_name = _podcasts_by_name(account, kept["saved_shows"])
        shown = [parts["extended"], account, parts["lastfm"], parts["listenbrainz"]]
        filled = [one for one in shown if len(one)] or shown[:1]
        together = filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
        if not together["ended_at"].is_monotonic_increasing:
            together = together.sort_values(["ended_at", "started_at"], kind="stable")
        plays = tables.with_local_time(
            together.reset_index(drop=True), time_zone, by_country=by_country
        )
        report.time_zone = time_zone
        report.is_by_country = by_country is not False
        report.n_zone_undecided = dict(tables.facts(plays).get("zone_undecided", {}))
        report.removed = _by_reason(self.removed)
        report.look_at(plays, [file.facts for files in self.files.values() for file in files])
        _describe(plays, report)
        sources = plays["source"].dropna().unique()
        noted = tables.note(plays, source=str(sources[0]) if len(sources) == 1 else None)
        saved = {
            name: tables.note(table, source="account") for name, table in {**kept, **lists}.items()
        }
        report.n_saved = {name: len(table) for name, table in saved.items()}
        if "saved_tracks" in saved:
            report.n_local_files = int(saved["saved_tracks"]["is_local"].sum())
        side = {
            name: tables.note(table, source="account")
            for name, table in side_files.side_tables(self.side).items()
        }
        report.n_side = {name: len(table) for name, table in side.items()}
        report.checks = findings.checks(plays, side)
        return Export(noted, report, saved, side)

    def _merged(self, package: str, report: Report) -> pd.DataFrame:
        files = [file for file in self.files[package] if len(file.made.plays)]
        if not files:
            return tables.empty(tables.PLAYS)
        merged = merging.merge_files(
            _together(files),
            age_of_file={file.name: (file.age, file.span[1]) for file in files},
        )
        report.n_identical += merged.n_identical
        report.n_in_other_file += merged.n_in_other_file
        report.ms_removed += merged.ms_removed
        self.removed.append(merged.removed)
        return merged.plays

    def _report(self) -> Report:
        files = [file for package in self.files.values() for file in package]
        told = [
            {
                "file": file.name,
                "what": file.what,
                "n_rows": file.n_rows,
                "n_rejected": len(file.made.rejected),
                "since": since,
                "until": until,
            }
            for file in files
            for since, until in [file.span]
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
            n_no_start=sum(file.made.n_no_start for file in files),
            n_late_start=sum(file.made.n_late_start for file in files),
            n_other_files=self.n_other_files,
            extra_keys=tuple(sorted(self.extra_keys)),
            problems=(*self.problems, *self.unopened),
        )


def _without_advice(exc: errors.ExportReadError) -> str:
    """Return what is told of a file that was passed over: nobody need be told how to."""
    return str(exc).replace(decoding.SKIP_ADVICE, "")


_ROWS: dict[str, Any] = {
    "extended": (decoding.ExtendedRow, rows_to_plays.extended_plays, "extended"),
    "account music": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
    "account podcasts": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
    "account audiobooks": (decoding.AccountRow, rows_to_plays.account_plays, "account"),
}


_SCROBBLES: dict[str, Any] = {
    "scrobbles": (scrobbles.lastfm_plays, "lastfm"),
    "listens": (scrobbles.listenbrainz_plays, "listenbrainz"),
}


def _together(files: list[_File]) -> pd.DataFrame:
    """Put the plays of files one after the other; only here they leave Arrow."""
    parts = []
    for file in files:
        name = tables.repeated(file.name, len(file.made.plays))
        parts.append(file.made.plays.append_column("file", name))
    together = pa.concat_tables(parts)

    def column(name: str, dtype: str) -> Any:
        if name in together.column_names:
            return tables.from_arrow(together[name], dtype)
        return tables.missing(len(together), dtype)

    dtypes = tables.PLAYS.dtypes
    with ThreadPoolExecutor(_WORKERS) as workers:
        columns = list(workers.map(column, dtypes.keys(), dtypes.values()))
    return pd.DataFrame(dict(zip(dtypes, columns, strict=True)), copy=False)


def _by_reason(removed: list[pd.DataFrame]) -> pd.DataFrame:
    together = pd.concat(removed, ignore_index=True) if removed else pd.DataFrame()
    if together.empty:
        return tables.empty(tables.EXPORT_REMOVED)
    counted = together.groupby(["file", "kind", "reason"], as_index=False).agg(
        n_rows=("ms_played", "size"), ms_played=("ms_played", "sum")
    )
    return tables.conform(counted, tables.EXPORT_REMOVED)


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
