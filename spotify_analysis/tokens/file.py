"""Logins in files that are private from the first byte and replaced in one move."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import filelock

from spotify_analysis import errors
from spotify_analysis.tokens import record
from spotify_analysis.tokens.protocols import LOCK_WAIT_S, Cipher, PlainCipher, locked_out
from spotify_analysis.tokens.token import Token

__all__ = ["MAX_BYTES", "FileStore"]

MAX_BYTES = 64 * 1024


class FileStore:
    """Logins in files that only this user can read.

    Parameters
    ----------
    folder : path
        Where; made with mode 0700 when first needed. Not the working directory, please.
    cipher : Cipher, optional
        How records are sealed; plain by default.
    """

    def __init__(self, folder: str | os.PathLike[str], cipher: Cipher | None = None) -> None:
        self.folder = Path(folder).expanduser()
        self.cipher: Cipher = PlainCipher() if cipher is None else cipher
        self._locks: dict[Path, filelock.BaseFileLock] = {}
        self._guard = threading.Lock()

    def __repr__(self) -> str:
        return f"FileStore({str(self.folder)!r}, {self.cipher!r})"

    def __str__(self) -> str:
        return f"in a private file in {self.folder}"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a store of logins is not pickled")

    def path(self, client_id: str, owner: str = "") -> Path:
        """Name the file of a login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        Path
            The file, which need not exist.
        """
        name = hashlib.sha256(f"{client_id}\n{owner}".encode()).hexdigest()
        return self.folder / f"{name}.token"

    def load(self, client_id: str, owner: str = "") -> Token | None:
        """Read a login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        Token or None
            The login, or None if there is none.

        Raises
        ------
        TokenStoreError
            If the file cannot be read or the folder is open to others.
        AlteredTokenError
            If the record was changed or belongs to another app or owner; it stays where it is.

        Notes
        -----
        Warns and returns None when the file holds no record of ours; it is then kept beside as
        ``NAME.unreadable-TIME``, the newest such only.
        """
        path = self.path(client_id, owner)
        try:
            return self._read(path, client_id, owner)
        except record.DamagedError:
            pass
        with self.lock(client_id, owner):
            try:
                return self._read(path, client_id, owner)  # somebody may have mended it meanwhile
            except record.DamagedError:
                self._set_aside(path)
        return None

    def save(self, token: Token, owner: str = "") -> None:
        """Write a login, wholly or not at all.

        Parameters
        ----------
        token : Token
            The login.
        owner : str
            Whose login.

        Raises
        ------
        TokenStoreError
            If it could not be written; what was there before is still there.
        """
        path = self.path(token.client_id, owner)
        content = self.cipher.encrypt(
            record.packed(token, owner), record.associated_data(token.client_id, owner)
        )
        with self.lock(token.client_id, owner):
            try:
                # only a killed program leaves these behind, and we hold the lock
                for left in self.folder.glob(f".{path.name}.*.new"):
                    left.unlink(missing_ok=True)
                # mkstemp makes it 0600; open() would obey the umask
                handle, name = tempfile.mkstemp(
                    dir=self.folder, prefix=f".{path.name}.", suffix=".new"
                )
                temporary = Path(name)
                try:
                    with os.fdopen(handle, "wb") as file:
                        file.write(content)
                        file.flush()
                        os.fsync(file.fileno())
                    _replace(temporary, path)
                except BaseException:
                    temporary.unlink(missing_ok=True)
                    raise
                _sync_folder(self.folder)
            except OSError as exc:
                raise errors.TokenStoreError(
                    f"The login could not be saved in {str(self.folder)!r} ({exc.strerror}). "
                    "What was saved before is unchanged. Make room there, or name another folder "
                    "in SPOTIFY_ANALYSIS_HOME, and sign in again."
                ) from exc

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
        if not self.folder.is_dir():
            return
        path = self.path(client_id, owner)
        with self.lock(client_id, owner):
            try:
                for one in (
                    path,
                    *self.folder.glob(f".{path.name}.*.new"),
                    *self.folder.glob(f"{path.name}.unreadable-*"),
                ):
                    one.unlink(missing_ok=True)
                _sync_folder(self.folder)
            except OSError as exc:
                raise errors.TokenStoreError(
                    f"The saved login in {str(self.folder)!r} could not be removed "
                    f"({exc.strerror}). Remove {path.name} by hand."
                ) from exc

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
            While the lock is held. It ends with the process that holds it.

        Raises
        ------
        TokenStoreError
            If somebody else held it for 30 s, or the folder is open to others.
        """
        self._ready_folder()
        path = self.path(client_id, owner).with_suffix(".lock")
        with self._guard:
            # one object per file, so that the same thread can take it twice
            lock = self._locks.setdefault(path, filelock.FileLock(path, mode=0o600))
        try:
            lock.acquire(timeout=LOCK_WAIT_S)
        except filelock.Timeout:
            raise locked_out() from None
        except OSError as exc:
            raise errors.TokenStoreError(
                f"The folder of saved logins {str(self.folder)!r} cannot be used ({exc.strerror}). "
                "Name another in SPOTIFY_ANALYSIS_HOME."
            ) from exc
        try:
            yield
        finally:
            lock.release()

    def _read(self, path: Path, client_id: str, owner: str) -> Token | None:
        # no link is followed, and a pipe in its place does not hold us up
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return None
        except OSError as exc:
            if exc.errno == errno.ELOOP:
                raise record.DamagedError from None
            raise errors.TokenStoreError(
                f"The saved login in {str(self.folder)!r} cannot be read ({exc.strerror}). "
                f"Make {path.name} readable for yourself alone, or remove it and sign in again."
            ) from exc
        self._check_folder()
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise record.DamagedError
            if os.name == "posix" and about.st_mode & 0o077:
                os.fchmod(handle, 0o600)
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise record.DamagedError
        opened = self.cipher.decrypt(content, record.associated_data(client_id, owner))
        return record.unpacked(opened, client_id, owner)

    def _set_aside(self, path: Path) -> None:
        older = list(self.folder.glob(f"{path.name}.unreadable-*"))
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        aside = path.with_name(f"{path.name}.unreadable-{stamp}")
        try:
            _replace(path, aside)
            for one in older:
                if one != aside:
                    one.unlink(missing_ok=True)
        except OSError as exc:
            raise errors.TokenStoreError(
                f"The saved login in {str(self.folder)!r} is damaged and cannot be moved aside "
                f"({exc.strerror}). Remove {path.name} by hand, then sign in again."
            ) from exc
        warnings.warn(
            f"The saved login was damaged and is kept as {aside.name!r} in "
            f"{str(self.folder)!r}. You are signed out: sign in again.",
            UserWarning,
            stacklevel=4,
        )

    def _ready_folder(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as exc:
            raise errors.TokenStoreError(
                f"The folder {str(self.folder)!r} for saved logins cannot be made "
                f"({exc.strerror}). Name another in SPOTIFY_ANALYSIS_HOME."
            ) from exc
        self._check_folder()

    def _check_folder(self) -> None:
        if os.name != "posix":
            return
        about = self.folder.stat()
        if about.st_uid != os.getuid():
            raise errors.TokenStoreError(
                f"The folder {str(self.folder)!r} belongs to another user, who could swap the "
                "login in it. Name another in SPOTIFY_ANALYSIS_HOME."
            )
        if about.st_mode & 0o022:
            raise errors.TokenStoreError(
                f"Other users may write into {str(self.folder)!r}, so no login is kept there. "
                f"Close it first: chmod 700 '{self.folder}'"
            )


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


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
