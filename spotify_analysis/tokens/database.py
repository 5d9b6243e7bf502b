"""Logins in a database: one row per app and owner, for one person or a whole hub."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from spotify_analysis import errors
from spotify_analysis.tokens import folder as folders
from spotify_analysis.tokens import protocols, record, sealing
from spotify_analysis.tokens.file import login_name
from spotify_analysis.tokens.kept import MAX_BYTES, RecordStore
from spotify_analysis.tokens.protocols import Cipher
from spotify_analysis.tokens.token import Token

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

__all__ = ["DatabaseStore"]

TABLE = "spotify_analysis_logins"
# how long a database that is being restarted is given before the one repeat
_RESTART_S = 1.0
# LockNotAvailable and QueryCanceled of PostgreSQL
_LOCKED = ("55P03", "57014")

_T = TypeVar("_T")


class DatabaseStore(RecordStore):
    """Logins in a table of SQLite or PostgreSQL, which is made when first needed.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql+psycopg://USER@HOST/DATABASE``, as SQLAlchemy reads it.
    cipher : Cipher, optional
        How records are sealed; plain by default. Sealed here, not in the database, which therefore
        never sees a key or a token.

    Raises
    ------
    ConfigError
        If the address is of no such database, or a package for it is missing.

    Notes
    -----
    PostgreSQL locks the row (``SELECT ... FOR UPDATE``), so that programs on several computers
    wait for each other; SQLite's lock is a file beside the database, which leaves the rows of
    others free. A lost connection is made anew once and the step repeated.
    """

    def __init__(self, url: str, cipher: Cipher | None = None) -> None:
        super().__init__(cipher)
        sqlalchemy: Any = sealing.package("sqlalchemy", extra="database")
        try:
            self._url = sqlalchemy.make_url(url)
        except (sqlalchemy.exc.ArgumentError, ValueError):
            raise _no_database() from None
        self.file: Path | None = None
        if self._url.drivername in ("sqlite", "sqlite+pysqlite"):
            if not self._url.database or self._url.database == ":memory:":
                raise _no_database()
            self.file = Path(self._url.database).expanduser().absolute()
            self._url = self._url.set(database=str(self.file))
        elif self._url.drivername == "postgresql+psycopg":
            sealing.package("psycopg", extra="database")
        else:
            raise _no_database()
        self._engine: Engine | None = None
        self._table: Table | None = None
        self._guard = threading.Lock()
        self._file_locks = folders.FileLocks()
        self._here = threading.local()

    def __repr__(self) -> str:
        return f"DatabaseStore({self._address()!r}, {self.cipher!r})"

    def __str__(self) -> str:
        return f"in the database {self._address()}"

    def logins(self) -> list[tuple[str, str]]:
        """List whose logins are kept, for whoever looks after the database.

        Returns
        -------
        list of tuple
            App and owner of each, for `rewrap` or `clear`.

        Raises
        ------
        TokenStoreError
            If the database cannot be used.
        """
        table = self._ready_table()
        query = table.select().where(table.c.record.is_not(None))
        query = query.order_by(table.c.client_id, table.c.owner)
        return self._in_own(
            lambda held: [(row.client_id, row.owner) for row in held.execute(query)]
        )

    def clear(self, client_id: str, owner: str = "") -> None:
        """Remove a login and what is left of older ones.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Raises
        ------
        TokenStoreError
            If it could not be removed.
        """
        if self.file is not None and not self.file.exists():
            return
        with self.lock(client_id, owner):
            self._write(client_id, owner, {"record": None, "unreadable": None})

    @contextlib.contextmanager
    def lock(self, client_id: str, owner: str = "") -> Iterator[None]:
        """Hold other threads and programs off one login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Yields
        ------
        None
            While the lock is held. It ends with the process or connection that holds it.

        Raises
        ------
        TokenStoreError
            If somebody else held it for 30 s, or the database cannot be used.
        """
        if self.file is not None:
            path = self.file.parent / f"{self.file.name}.{login_name(client_id, owner)}.lock"
            with self._file_locks.hold(path):
                yield
            return
        rows = self._rows()
        key = (client_id, owner)
        if key in rows:
            yield
            return
        row = rows[key] = _Row(self._twice(lambda: self._row_lock(client_id, owner)))
        try:
            yield
        finally:
            # what was saved stays, also when something else failed after that
            try:
                if row.saved is not None:
                    self._on_row(key, lambda held: held.commit())
            finally:
                del rows[key]
                row.close()

    # ------------------------------------------------------------ what the base class asks for

    def _get(self, client_id: str, owner: str) -> bytes | None:
        if self.file is not None and not self.file.exists():
            return None
        table = self._ready_table()
        query = table.select().where(table.c.client_id == client_id, table.c.owner == owner)

        def read(held: Connection) -> bytes | None:
            row = held.execute(query).first()
            return None if row is None or row.record is None else bytes(row.record)

        key = (client_id, owner)
        return self._on_row(key, read) if key in self._rows() else self._in_own(read)

    def _put(self, token: Token, owner: str, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise errors.TokenStoreError("This login cannot be kept: it is too large.")
        self._write(token.client_id, owner, {"record": content}, token.authorized_at)

    def _set_aside(self, client_id: str, owner: str) -> str:
        content = self._get(client_id, owner)
        self._write(client_id, owner, {"record": None, "unreadable": content})
        return f"`unreadable` in its row of {TABLE!r}"

    # ------------------------------------------------------------ rows

    def _write(
        self,
        client_id: str,
        owner: str,
        values: dict[str, bytes | None],
        authorized_at: float | None = None,
    ) -> None:
        """Write a row in the transaction that holds its lock, or in one of its own."""
        key = (client_id, owner)
        if key in self._rows():
            row = self._rows()[key]
            row.saved, row.authorized_at = values, authorized_at
            self._on_row(key, lambda held: held.execute(self._update(key, values)))
            return

        def write(held: Connection) -> None:
            if not held.execute(self._update(key, values)).rowcount:
                new = {"client_id": client_id, "owner": owner, "written_at": _now(), **values}
                held.execute(self._ready_table().insert().values(new))

        self._in_own(write)

    def _update(self, key: tuple[str, str], values: dict[str, bytes | None]) -> Any:
        table = self._ready_table()
        mine = table.update().where(table.c.client_id == key[0], table.c.owner == key[1])
        return mine.values(written_at=_now(), **values)

    def _on_row(self, key: tuple[str, str], step: Callable[[Connection], _T]) -> _T:
        """Take a step in the transaction that holds a lock, and once more in another like it."""
        import sqlalchemy

        row = self._rows()[key]
        try:
            return step(row.held)
        except sqlalchemy.exc.DBAPIError as exc:
            if not (exc.connection_invalidated or row.held.invalidated):
                with contextlib.suppress(sqlalchemy.exc.SQLAlchemyError):
                    row.held.rollback()
                raise self._said(exc) from None
        except sqlalchemy.exc.SQLAlchemyError as exc:
            raise self._said(exc) from None
        if row.is_second:
            raise self._unusable("the connection was lost twice")
        # The lock went with the connection. Spotify may have given a new refresh token that
        # nobody else has, so it is written after all, unless the person has signed in anew.
        row.close()
        row.held, row.is_second = self._twice(lambda: self._row_lock(*key)), True
        if row.saved is not None:
            try:
                other = self._opened(*key)
            except (record.DamagedError, errors.AlteredTokenError):
                other = None
            if other and row.authorized_at and other.authorized_at > row.authorized_at:
                row.saved = None
                raise errors.TokenStoreError(
                    "The connection to the database was lost, and meanwhile somebody has signed "
                    "in anew: that login stays, and this one was not saved."
                )
            with self._translated():
                row.held.execute(self._update(key, row.saved))
        with self._translated():
            return step(row.held)

    def _row_lock(self, client_id: str, owner: str) -> Connection:
        """Lock a row of PostgreSQL; the transaction that holds it goes on."""
        from sqlalchemy.dialects.postgresql import insert

        table = self._ready_table()
        held = self._open_engine().connect()
        try:
            wait_ms = round(protocols.LOCK_WAIT_S * 1000)
            held.exec_driver_sql(f"SET lock_timeout = {wait_ms}")
            # a row that is not there cannot be locked
            held.execute(
                insert(table).values(client_id=client_id, owner=owner).on_conflict_do_nothing()
            )
            held.commit()
            mine = table.select().where(table.c.client_id == client_id, table.c.owner == owner)
            held.execute(mine.with_for_update())
        except BaseException:
            held.close()
            raise
        return held

    # ------------------------------------------------------------ the database

    def _open_engine(self) -> Engine:
        import sqlalchemy

        with self._guard:
            if self._engine is None:
                # no pool: a connection never outlives its use, a fork or a restarted server
                self._engine = sqlalchemy.create_engine(
                    self._url,
                    poolclass=sqlalchemy.pool.NullPool,
                    hide_parameters=True,
                    connect_args={"timeout": protocols.LOCK_WAIT_S}
                    if self.file is not None
                    else {"connect_timeout": 5, "options": "-c statement_timeout=60000"},
                )
            return self._engine

    def _ready_table(self) -> Table:
        if self._table is not None:
            return self._table
        import sqlalchemy as sql

        table = sql.Table(
            TABLE,
            sql.MetaData(),
            sql.Column("client_id", sql.String(200), primary_key=True),
            sql.Column("owner", sql.String(1000), primary_key=True),
            sql.Column("record", sql.LargeBinary),
            sql.Column("unreadable", sql.LargeBinary),
            sql.Column("written_at", sql.DateTime),
        )
        if self.file is not None:
            self._make_private(self.file)
        if self.file is None:
            self._twice(lambda: self._make_in_postgresql(table))
        else:
            # one program makes it, the others find it
            with self._file_locks.hold(self.file.parent / f"{self.file.name}.lock"):
                self._twice(lambda: table.create(self._open_engine(), checkfirst=True))
        self._table = table
        return table

    def _make_in_postgresql(self, table: Table) -> None:
        import sqlalchemy as sql

        with self._open_engine().begin() as held:
            if held.scalar(sql.text(f"SELECT to_regclass('{TABLE}')")) is not None:
                return  # we may well be allowed to use it and not to make one
            held.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('spotify_analysis'))")
            table.create(held, checkfirst=True)

    def _make_private(self, file: Path) -> None:
        folders.ready(file.parent)
        try:
            # SQLite would obey the umask; its journals take over the mode of the file
            flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
            handle = os.open(file, flags, 0o600)
            try:
                if os.name == "posix" and os.fstat(handle).st_mode & 0o077:
                    os.fchmod(handle, 0o600)
            finally:
                os.close(handle)
        except OSError as exc:
            raise self._unusable(exc.strerror or type(exc).__name__) from exc

    def _in_own(self, step: Callable[[Connection], _T]) -> _T:
        """Take a step in a transaction of its own, and once more if the connection breaks."""

        def run() -> _T:
            with self._open_engine().begin() as held:
                return step(held)

        return self._twice(run)

    def _twice(self, step: Callable[[], _T]) -> _T:
        import sqlalchemy

        try:
            return step()
        except sqlalchemy.exc.OperationalError as exc:
            state = getattr(exc.orig, "sqlstate", None)
            # no connection, a broken one, or a server that is going down or coming up
            if self.file is not None or not (
                state is None or exc.connection_invalidated or state.startswith(("08", "57P"))
            ):
                raise self._said(exc) from None
        except sqlalchemy.exc.SQLAlchemyError as exc:
            raise self._said(exc) from None
        time.sleep(_RESTART_S)
        with self._translated():
            return step()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        import sqlalchemy

        try:
            yield
        except sqlalchemy.exc.SQLAlchemyError as exc:
            raise self._said(exc) from None

    def _said(self, exc: Exception) -> errors.TokenStoreError:
        cause = getattr(exc, "orig", None) or exc
        state = getattr(cause, "sqlstate", None)
        if state in _LOCKED or "database is locked" in str(cause):
            return protocols.locked_out()
        if state in ("28P01", "28000", "42501"):
            return self._unusable("it does not let you in, or not into the table of logins")
        return self._unusable(f"it says {type(cause).__name__}")

    def _unusable(self, why: str) -> errors.TokenStoreError:
        return errors.TokenStoreError(
            f"The database {self._address()} that keeps logins cannot be used: {why}. What was "
            "saved before is unchanged; try again when it is back."
        )

    def _address(self) -> str:
        return str(self._url.set(query={}).render_as_string(hide_password=True))

    def _rows(self) -> dict[tuple[str, str], _Row]:
        # the rows this thread holds
        if not hasattr(self._here, "rows"):
            self._here.rows = {}
        rows: dict[tuple[str, str], _Row] = self._here.rows
        return rows


@dataclass
class _Row:
    """A row that is locked, and what has been written into it since."""

    held: Connection
    saved: dict[str, bytes | None] | None = field(default=None, repr=False)
    authorized_at: float | None = None
    is_second: bool = False

    def close(self) -> None:
        with contextlib.suppress(Exception):  # it may be broken, and is given up anyway
            self.held.close()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _no_database() -> errors.ConfigError:
    # the address may hold a password
    return errors.ConfigError(
        "`store` must be 'sqlite:///FILE' or 'postgresql+psycopg://USER@HOST/DATABASE' for logins "
        "in a database."
    )
