"""One small file that every kernel of a developer account reads and writes in turn.

Spotify counts calls per developer account, so what one notebook learns (stop until four o'clock)
and spends concerns all of them. The file holds no secret and no listening; it is private all the
same. Whatever is wrong with it, a load goes on with what this process knows alone.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

__all__ = ["Kept", "Ledger", "Row"]

_log = logging.getLogger("spotify_analysis")

T = TypeVar("T")
# two writes a call take turns in microseconds; who waits longer than this waits for a dead disk
LOCK_WAIT_S = 5.0
_POLL_S = 0.002
# counts wait so long, or for so many others, before they are written
_FLUSH_S = 0.25
_FLUSH_N = 100
_MAX_BYTES = 16 * 1024 * 1024
# older days are dropped from the file
KEEP_DAYS = 400


class Row(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Calls of one day and endpoint that ended with one status."""

    day: str
    endpoint: str
    status: int | None
    n_calls: int = 0
    n_cached: int = 0
    waited_s: float = 0.0
    took_s: float = 0.0
    first_at: float | None = None
    last_at: float | None = None

    @property
    def key(self) -> tuple[str, str, int | None]:
        """What tells this row from others."""
        return self.day, self.endpoint, self.status


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """What is kept of one developer account, days before today apart."""

    # Spotify's own refusal: until when, how long it was, when it came, and whether it is the quota
    go_on_at: float = 0.0
    wait_s: float = 0.0
    refused_at: float = 0.0
    is_quota: bool = False
    # times of the calls within the rolling window, and calls by hour since 1970
    sent: list[float] = msgspec.field(default_factory=list)
    hours: dict[int, int] = msgspec.field(default_factory=dict)
    # how many calls a day had made when the quota was last found used up
    quota_seen: int | None = None
    # mean seconds of an answer, the newest counting most
    answer_s: float | None = None
    rows: list[Row] = msgspec.field(default_factory=list)


_UNWRITTEN: set[Ledger] = set()


class Ledger:
    """What is kept of one developer account, for all threads and processes.

    Parameters
    ----------
    folder : Path or None
        Where the file lies; None shares nothing.
    account : tuple of str
        What separates developer accounts: server, and the name the user gave.
    """

    def __init__(self, folder: Path | None, account: tuple[str, ...]) -> None:
        name = hashlib.sha256("\n".join(account).encode()).hexdigest()[:32]
        self._file = None if folder is None else folder / f"{name}.calls"
        self._lock = threading.Lock()
        self._alone = Kept()
        self._alone_before: list[Row] = []
        self._seen: tuple[int, ...] = ()  # the file that `_alone` was read from
        self._pending: list[Callable[[Kept], object]] = []
        self._pending_day = ""
        self._flushed_at = time.monotonic()

    def __repr__(self) -> str:
        return "Ledger(this process)" if self._file is None else "Ledger(shared)"

    @property
    def is_shared(self) -> bool:
        """Whether other processes see it."""
        return self._file is not None

    @property
    def has_place(self) -> bool:
        """Whether the folder that its own lies in is still there."""
        return self._file is not None and self._file.parent.parent.is_dir()

    def change(self, change: Callable[[Kept], T], *, today: str) -> T:
        """Read, change and write what is kept, while nobody else does.

        Parameters
        ----------
        change : callable
            Changes what it is given, and returns what it found.
        today : str
            The day whose rows stay in the small file.

        Returns
        -------
        T
            What `change` returned.
        """
        with self._lock:
            return self._change(change, today)

    def _change(self, change: Callable[[Kept], T], today: str) -> T:
        def all_of(kept: Kept) -> T:
            for one in pending:
                one(kept)
            return change(kept)

        pending, self._pending = self._pending, []
        self._flushed_at = time.monotonic()
        _UNWRITTEN.discard(self)
        with self._held() as file:
            if file is not None:
                try:
                    kept = self._read(file, Kept) or Kept()
                    found = all_of(kept)
                    self._put_away(file, kept, today)
                    _write(file, kept)
                    self._alone, self._seen = kept, _signature(file)
                    return found
                except OSError as exc:
                    self._give_up(exc)
        found = all_of(self._alone)
        self._alone_before += _split(self._alone, today)
        return found

    def later(self, change: Callable[[Kept], object], *, today: str) -> None:
        """Make a change that may wait for others: a count.

        Parameters
        ----------
        change : callable
            Changes what it is given.
        today : str
            As in `change`.
        """
        with self._lock:
            self._pending.append(change)
            self._pending_day = today
            waited_s = time.monotonic() - self._flushed_at
            if waited_s > _FLUSH_S or len(self._pending) >= _FLUSH_N or self._file is None:
                self._change(_nothing, today)
            else:
                if not _UNWRITTEN:
                    atexit.unregister(_write_all)
                    atexit.register(_write_all)
                _UNWRITTEN.add(self)

    def flush(self) -> None:
        """Write the counts that wait."""
        with self._lock:
            if self._pending:
                self._change(_nothing, self._pending_day)

    def glance(self, read: Callable[[Kept], T], *, today: str) -> T:
        """Look at what is kept without holding anybody off.

        Parameters
        ----------
        read : callable
            Looks at what it is given, and changes nothing.
        today : str
            As in `change`.

        Returns
        -------
        T
            What `read` returned.
        """
        with self._lock:
            try:
                is_known = self._file is None or _signature(self._file) == self._seen
            except OSError:
                is_known = not self._seen  # nobody has written yet
            return read(self._alone) if is_known else self._change(read, today)

    def rows(self) -> list[Row]:
        """Give the rows of all days.

        Returns
        -------
        list of Row
            Oldest day first.
        """
        self.flush()
        for other in list(_UNWRITTEN):  # of another client in this process
            if other._file == self._file:
                other.flush()
        with self._lock:
            with self._held() as file:
                if file is not None:
                    try:
                        before = self._read(_days(file), list[Row]) or []
                        return [*before, *(self._read(file, Kept) or Kept()).rows]
                    except OSError as exc:
                        self._give_up(exc)
            return [*self._alone_before, *self._alone.rows]

    # ------------------------------------------------------------ the files

    @contextlib.contextmanager
    def _held(self) -> Iterator[Path | None]:
        """Hold other processes off; None where nothing is shared."""
        file = self._file
        if file is None:
            yield None
            return
        import filelock

        lock = filelock.FileLock(
            file.with_suffix(".lock"), timeout=LOCK_WAIT_S, poll_interval=_POLL_S, mode=0o600
        )
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except (filelock.Timeout, OSError) as exc:
            self._give_up(exc)
            yield None
            return
        try:
            yield file
        finally:
            lock.release()

    def _read(self, file: Path, kind: Any) -> Any:
        try:
            # no link is followed, and a pipe in its place does not hold us up
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            handle = os.open(file, flags | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
        try:
            if len(content) > _MAX_BYTES:
                raise ValueError
            return msgspec.json.decode(content, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self._set_aside(file)
            return None

    def _set_aside(self, file: Path) -> None:
        for older in file.parent.glob(f"{file.name}.unreadable-*"):
            older.unlink(missing_ok=True)
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        aside = file.with_name(f"{file.name}.unreadable-{stamp}")
        file.replace(aside)
        _log.warning(
            "The count of calls was damaged and is kept as %r; counting begins anew.", aside.name
        )

    def _put_away(self, file: Path, kept: Kept, today: str) -> None:
        """Move the rows of days before today into a file that is written once a day."""
        before = _split(kept, today)
        if not before:
            return
        days = _days(file)
        rows = {row.key: row for row in self._read(days, list[Row]) or []}
        # replaced and not added: the same rows come again if this process dies before it is done
        rows.update({row.key: row for row in before})
        first = sorted({row.day for row in rows.values()})[-KEEP_DAYS:][0]
        _write(days, sorted((row for row in rows.values() if row.day >= first), key=_order))

    def _give_up(self, exc: Exception) -> None:
        _log.warning(
            "Calls are counted and paced for this notebook alone (%s): other notebooks of the same "
            "account do not see them.",
            type(exc).__name__,
        )
        self._file = None


def _nothing(_kept: Kept) -> None:
    return


def _write_all() -> None:
    for ledger in list(_UNWRITTEN):
        # a folder that went meanwhile, as that of a demo, does not come back
        if ledger.has_place:
            ledger.flush()


def _signature(file: Path) -> tuple[int, ...]:
    about = file.stat()
    return about.st_ino, about.st_mtime_ns, about.st_size


def _split(kept: Kept, today: str) -> list[Row]:
    before = [row for row in kept.rows if row.day != today]
    if before:
        kept.rows = [row for row in kept.rows if row.day == today]
    return before


def _order(row: Row) -> tuple[str, str, int]:
    return row.day, row.endpoint, row.status or 0


def _days(file: Path) -> Path:
    return file.with_suffix(".days")


def _write(file: Path, content: Any) -> None:
    """Replace a file in one move; a power cut may cost counts, so nothing waits for the disk."""
    # mkstemp makes it 0600; open() would obey the umask
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".new")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.encode(content))
        _replace(draft, file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _replace(source: Path, target: Path) -> None:
    """Move a file over another; Windows refuses while somebody reads the target."""
    for _ in range(10):
        try:
            source.replace(target)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.05)
        else:
            return
    source.replace(target)
