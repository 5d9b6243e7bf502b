"""Answers kept on disk by id, so that what does not change is asked for once.

One SQLite file in the user's cache folder. It is a convenience: whatever is wrong with it, a load
goes on without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["LIFETIMES_S", "Cache"]

_log = logging.getLogger(__name__)

_DAY_S = 86_400.0
# What changes seldom is asked for again after this long: popularity and followers move slowly,
# addresses of pictures die, and an episode's resume point is where the listener stopped just now.
LIFETIMES_S: Mapping[str, float] = {
    "tracks": 30 * _DAY_S,
    "albums": 30 * _DAY_S,
    "artists": 7 * _DAY_S,
    "shows": 7 * _DAY_S,
    "episodes": _DAY_S / 24,
    "album_tracks": 30 * _DAY_S,
    # only of loads of many artists that broke off, to go on from
    "artist_albums": _DAY_S,
    # only of searches that broke off
    "search": _DAY_S,
    # held by snapshot_id: these end early only to follow renamed tracks and albums
    "playlist_items": 30 * _DAY_S,
    # calls that this app does not get
    "refused": 30 * _DAY_S,
    # pages of lists that broke off; later the list will have changed
    "unfinished": _DAY_S,
}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    space TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL,
    fetched_at REAL NOT NULL, body BLOB NOT NULL, PRIMARY KEY (space, kind, id)
) WITHOUT ROWID
"""
_SELECT = (
    "SELECT id, version, body FROM answers "
    "WHERE space = ? AND kind = ? AND fetched_at >= ? AND id IN ({})"
)
_MANY = 500  # SQLite allows 999 parameters in its older builds


class Cache:
    """Answers by kind and id, for one app and account at one server.

    Parameters
    ----------
    folder : Path or None
        Where the file lies; None keeps nothing.
    space : tuple of str
        What separates answers that may differ: server, app, account.
    now : callable
        Gives seconds since 1970.
    lifetimes_s : mapping of str to float
        Kinds of answers, and for how long one is good.
    name : str
        Name of the file, without its ending.
    max_bytes : int or None
        When the file is larger at the beginning, the older half of it is forgotten.
    """

    def __init__(
        self,
        folder: Path | None,
        space: tuple[str, ...],
        *,
        now: Callable[[], float] = time.time,
        lifetimes_s: Mapping[str, float] = LIFETIMES_S,
        name: str = "answers",
        max_bytes: int | None = None,
    ) -> None:
        self._file = None if folder is None else folder / f"{name}.sqlite"
        self._lifetimes_s = lifetimes_s
        self._max_bytes = max_bytes
        self._space = hashlib.sha256("\n".join(space).encode()).hexdigest()[:32]
        self._now = now
        self._is_ready = False
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "Cache(on)" if self.is_on else "Cache(off)"

    @property
    def is_on(self) -> bool:
        """Whether anything is kept; it is not where the file could not be used, either."""
        return self._file is not None

    def get(self, kind: str, ids: Iterable[str], *, version: str = "") -> dict[str, Any]:
        """Read answers that are kept and still young enough.

        Parameters
        ----------
        kind : str
            Kind of the answers: a key of `LIFETIMES_S`.
        ids : iterable of str
            Spotify's ids.
        version : str
            For things that change all at once: the version wanted.

        Returns
        -------
        dict of str to Any
            The answers that are there, by id.
        """
        return self.get_versions(kind, dict.fromkeys(ids, version))

    def get_versions(self, kind: str, versions: Mapping[str, str]) -> dict[str, Any]:
        """Read answers of which a certain version is wanted.

        Parameters
        ----------
        kind : str
            Kind of the answers: a key of `LIFETIMES_S`.
        versions : mapping of str to str
            The version wanted of each id.

        Returns
        -------
        dict of str to Any
            The answers that are there in that version, by id.
        """
        wanted = list(versions)
        found: dict[str, Any] = {}
        oldest = self._now() - self._lifetimes_s[kind]
        with self._connection() as db:
            if db is None:
                return found
            for start in range(0, len(wanted), _MANY):
                part = wanted[start : start + _MANY]
                marks = ",".join("?" * len(part))
                rows = db.execute(_SELECT.format(marks), (self._space, kind, oldest, *part))
                for id_, version, body in rows:
                    if version == versions[id_]:
                        found[id_] = msgspec.json.decode(zlib.decompress(body))
        return found

    def whenever(self, kind: str, id_: str) -> tuple[float, Any] | None:
        """Read an answer however old it is, for when it cannot be had anew.

        Parameters
        ----------
        kind : str
            Kind of the answer.
        id_ : str
            What it is kept under.

        Returns
        -------
        tuple of float and Any, or None
            When it was kept, in seconds since 1970, and the answer; None if it is not there.
        """
        with self._connection() as db:
            if db is None:
                return None
            row = db.execute(
                "SELECT fetched_at, body FROM answers WHERE space = ? AND kind = ? AND id = ?",
                (self._space, kind, id_),
            ).fetchone()
            return None if row is None else (row[0], msgspec.json.decode(zlib.decompress(row[1])))
        return None

    def put(self, kind: str, answers: Mapping[str, Any], *, version: str = "") -> None:
        """Keep answers; older versions of the same things are replaced.

        Parameters
        ----------
        kind : str
            Kind of the answers: a key of `LIFETIMES_S`.
        answers : mapping of str to Any
            JSON values by id.
        version : str
            For things that change all at once: the version these are.
        """
        if not answers:
            return
        now = self._now()
        rows = [
            (self._space, kind, id_, version, now, zlib.compress(msgspec.json.encode(body), 1))
            for id_, body in answers.items()
        ]
        # threads of one client take turns here instead of polling for SQLite's own lock
        with self._lock, self._connection() as db:
            if db is not None:
                db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows)

    def drop(self, kind: str, ids: Iterable[str]) -> None:
        """Forget some answers.

        Parameters
        ----------
        kind : str
            One of `LIFETIMES_S`.
        ids : iterable of str
            Which.
        """
        with self._lock, self._connection() as db:
            if db is not None:
                db.executemany(
                    "DELETE FROM answers WHERE space = ? AND kind = ? AND id = ?",
                    [(self._space, kind, id_) for id_ in ids],
                )

    def clear(self) -> None:
        """Forget everything kept for this app and account."""
        with self._connection() as db:
            if db is not None:
                db.execute("DELETE FROM answers WHERE space = ?", (self._space,))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file for one piece of work; None where that is not possible.

        A connection per piece of work costs a tenth of a millisecond and leaves nothing open
        across threads, forks and interrupts.
        """
        db = self._open()
        if db is None:
            yield None
            return
        try:
            with contextlib.closing(db), db:
                yield db
        except (sqlite3.Error, OSError, zlib.error, ValueError, msgspec.DecodeError) as exc:
            self._give_up(exc)

    def _open(self) -> sqlite3.Connection | None:
        if self._file is None:
            return None
        try:
            self._prepare(self._file)
            db = sqlite3.connect(self._file, timeout=5)
            db.execute("PRAGMA synchronous = OFF")  # a lost cache costs calls, not data
        except (sqlite3.Error, OSError) as exc:
            self._give_up(exc)
            return None
        return db

    def _prepare(self, file: Path) -> None:
        if self._is_ready:
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # private from birth: sqlite3 alone would obey the umask
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        with contextlib.closing(sqlite3.connect(file, timeout=5)) as db, db:
            db.execute(_SCHEMA)
            longest = max(self._lifetimes_s.values())
            db.execute("DELETE FROM answers WHERE fetched_at < ?", (self._now() - longest,))
            too_large = self._max_bytes is not None and file.stat().st_size > self._max_bytes
            if too_large:
                db.execute(
                    "DELETE FROM answers WHERE fetched_at <= (SELECT fetched_at FROM answers "
                    "ORDER BY fetched_at LIMIT 1 OFFSET (SELECT count(*) / 2 FROM answers))"
                )
        if too_large:
            with contextlib.closing(sqlite3.connect(file, timeout=5)) as db:
                db.execute("VACUUM")
        self._is_ready = True

    def _give_up(self, exc: Exception) -> None:
        """Go on without the file; a damaged one is removed, so that the next client starts anew."""
        damaged = isinstance(exc, zlib.error | ValueError | msgspec.DecodeError) or (
            isinstance(exc, sqlite3.DatabaseError) and not isinstance(exc, sqlite3.OperationalError)
        )
        if damaged and self._file is not None:
            with contextlib.suppress(OSError):
                self._file.unlink()
        _log.warning(
            "The cache of Spotify's answers is not used (%s); everything is asked for again.",
            type(exc).__name__,
        )
        self._file = None
