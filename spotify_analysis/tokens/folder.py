"""Folders only this user can change, and locks in them that end with the program."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import filelock

from spotify_analysis import errors
from spotify_analysis.tokens import protocols

__all__ = ["FileLocks", "check", "ready", "sync"]


class FileLocks:
    """Locks beside files, for threads and programs of this computer."""

    def __init__(self) -> None:
        self._locks: dict[Path, filelock.BaseFileLock] = {}
        self._guard = threading.Lock()
        self._pid = os.getpid()
        self._inherited: list[object] = []

    @contextlib.contextmanager
    def hold(self, path: Path) -> Iterator[None]:
        """Hold other threads and programs off.

        Parameters
        ----------
        path : Path
            The file of the lock. Its folder is made private when first needed.

        Yields
        ------
        None
            While the lock is held. It ends with the process that holds it.

        Raises
        ------
        TokenStoreError
            If somebody else held it for 30 s, or the folder is open to others.
        """
        ready(path.parent)
        if self._pid != os.getpid():
            # filelock refuses locks from before a fork. They are not thrown away here: that could
            # open a lock which the other process holds.
            self._inherited.append(self._locks)
            self._locks, self._guard, self._pid = {}, threading.Lock(), os.getpid()
        with self._guard:
            # one object per file, so that the same thread can take it twice
            lock = self._locks.setdefault(path, filelock.FileLock(path, mode=0o600))
        try:
            lock.acquire(timeout=protocols.LOCK_WAIT_S)
        except filelock.Timeout:
            raise protocols.locked_out() from None
        except OSError as exc:
            raise errors.TokenStoreError(
                f"The folder of saved logins {str(path.parent)!r} cannot be used "
                f"({exc.strerror}). Name another in SPOTIFY_ANALYSIS_HOME."
            ) from exc
        try:
            yield
        finally:
            lock.release()


def ready(folder: Path) -> None:
    """Make a folder with mode 0700 if there is none, and refuse one that others can change.

    Parameters
    ----------
    folder : Path
        The folder.

    Raises
    ------
    TokenStoreError
        If it cannot be made, belongs to somebody else or is open to others.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as exc:
        raise errors.TokenStoreError(
            f"The folder {str(folder)!r} for saved logins cannot be made "
            f"({exc.strerror}). Name another in SPOTIFY_ANALYSIS_HOME."
        ) from exc
    check(folder)


def check(folder: Path) -> None:
    """Refuse a folder in which other users could swap a file.

    Parameters
    ----------
    folder : Path
        The folder, which exists.

    Raises
    ------
    TokenStoreError
        If it belongs to somebody else or is open to others.
    """
    if os.name != "posix":
        return
    about = folder.stat()
    if about.st_uid != os.getuid():
        raise errors.TokenStoreError(
            f"The folder {str(folder)!r} belongs to another user, who could swap the "
            "login in it. Name another in SPOTIFY_ANALYSIS_HOME."
        )
    if about.st_mode & 0o022:
        raise errors.TokenStoreError(
            f"Other users may write into {str(folder)!r}, so no login is kept there. "
            f"Close it first: chmod 700 '{folder}'"
        )


def sync(folder: Path) -> None:
    """Make sure that a change of names in a folder outlives a power cut.

    Parameters
    ----------
    folder : Path
        The folder.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
