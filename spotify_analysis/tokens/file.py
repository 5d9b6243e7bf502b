"""Logins in files that are private from the first byte and replaced in one move."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

from spotify_analysis import errors
from spotify_analysis.tokens import folder as folders
from spotify_analysis.tokens import record
from spotify_analysis.tokens.kept import MAX_BYTES, RecordStore
from spotify_analysis.tokens.protocols import Cipher
from spotify_analysis.tokens.token import Token

__all__ = ["FileStore", "login_name"]


def login_name(client_id: str, owner: str) -> str:
    """Name a login so that neither app nor owner can be read from it.

    Parameters
    ----------
    client_id, owner : str
        The app and the person.

    Returns
    -------
    str
        64 characters that are good in any file name.
    """
    return hashlib.sha256(f"{client_id}\n{owner}".encode()).hexdigest()


class FileStore(RecordStore):
    """Logins in files that only this user can read.

    Parameters
    ----------
    folder : path
        Where; made with mode 0700 when first needed. Not the working directory, please.
    cipher : Cipher, optional
        How records are sealed; plain by default.
    """

    def __init__(self, folder: str | os.PathLike[str], cipher: Cipher | None = None) -> None:
        super().__init__(cipher)
        self.folder = Path(folder).expanduser()
        self._locks = folders.FileLocks()

    def __repr__(self) -> str:
        return f"FileStore({str(self.folder)!r}, {self.cipher!r})"

    def __str__(self) -> str:
        return f"in a private file in {self.folder}"

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
        return self.folder / f"{login_name(client_id, owner)}.token"

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
                folders.sync(self.folder)
            except OSError as exc:
                raise errors.TokenStoreError(
                    f"The saved login in {str(self.folder)!r} could not be removed "
                    f"({exc.strerror}). Remove {path.name} by hand."
                ) from exc

    def lock(self, client_id: str, owner: str = "") -> AbstractContextManager[None]:
        """Hold other threads and programs off one login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        context manager
            The lock is held inside it. It ends with the process that holds it.

        Raises
        ------
        TokenStoreError
            If somebody else held it for 30 s, or the folder is open to others.
        """
        return self._locks.hold(self.path(client_id, owner).with_suffix(".lock"))

    def _put(self, token: Token, owner: str, content: bytes) -> None:
        path = self.path(token.client_id, owner)
        try:
            # only a killed program leaves these behind, and we hold the lock
            for left in self.folder.glob(f".{path.name}.*.new"):
                left.unlink(missing_ok=True)
            # mkstemp makes it 0600; open() would obey the umask
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=f".{path.name}.", suffix=".new")
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
            folders.sync(self.folder)
        except OSError as exc:
            raise errors.TokenStoreError(
                f"The login could not be saved in {str(self.folder)!r} ({exc.strerror}). "
                "What was saved before is unchanged. Make room there, or name another folder "
                "in SPOTIFY_ANALYSIS_HOME, and sign in again."
            ) from exc

    def _get(self, client_id: str, owner: str) -> bytes | None:
        path = self.path(client_id, owner)
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
        folders.check(self.folder)
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise record.DamagedError
            if os.name == "posix" and about.st_mode & 0o077:
                os.fchmod(handle, 0o600)
            return file.read(MAX_BYTES + 1)

    def _set_aside(self, client_id: str, owner: str) -> str:
        path = self.path(client_id, owner)
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
        return f"{aside.name!r} in {str(self.folder)!r}"


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
