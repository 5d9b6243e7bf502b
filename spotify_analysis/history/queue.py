"""Writers of one history queue on a file lock; readers never wait."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from spotify_analysis import errors

__all__ = ["turn"]

_LOCK, _WRITER = ".lock", ".writer.json"


@contextlib.contextmanager
def turn(folder: Path, *, doing: str, wait_s: float) -> Iterator[None]:
    """Wait until nobody else writes to a folder, and keep others out meanwhile.

    Parameters
    ----------
    folder : Path
        The history's folder; it exists.
    doing : str
        What is about to be done, for the message others may see.
    wait_s : float
        The longest wait, in seconds.

    Yields
    ------
    None
        While it is our turn. The operating system ends it if this process is killed.

    Raises
    ------
    HistoryBusyError
        If another process does not finish in time; names it.
    """
    import filelock

    lock = filelock.FileLock(folder / _LOCK, timeout=wait_s, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise errors.HistoryBusyError(
            f"{_who(folder)} has been writing to {str(folder)!r} for more than {wait_s:g} s. "
            "Nothing was changed; try again when it is done, or end that process."
        ) from None
    try:
        _sign(folder / _WRITER, doing)
        yield
    finally:
        (folder / _WRITER).unlink(missing_ok=True)
        lock.release()


def _sign(path: Path, doing: str) -> None:
    told = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "doing": doing,
    }
    with contextlib.suppress(OSError):  # a full disk must not keep compact() from making room
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(told, out)


def _who(folder: Path) -> str:
    try:
        told = json.loads((folder / _WRITER).read_text(encoding="utf-8"))
        return f"Process {told['pid']} on {told['host']} ({told['doing']}, since {told['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another process"
