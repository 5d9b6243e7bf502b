"""Logins in Vault's key-value engine, version 2."""

from __future__ import annotations

import getpass
import hashlib
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from spotify_analysis import errors
from spotify_analysis.tokens import folder as folders
from spotify_analysis.tokens import record, sealing, vault
from spotify_analysis.tokens.file import login_name
from spotify_analysis.tokens.kept import RecordStore
from spotify_analysis.tokens.protocols import Cipher
from spotify_analysis.tokens.token import Token

__all__ = ["VaultStore"]

_URI = re.compile(r"vault-kv://([\w-]+)/([\w.{}/-]+)", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9_.@-]{0,99}")

_T = TypeVar("_T")


class VaultStore(RecordStore):
    """Logins as secrets of a key-value engine (version 2) of Vault.

    Parameters
    ----------
    uri : str
        ``vault-kv://MOUNT/PATH``; ``{user}`` in it stands for the user of this computer.
    lock_folder : path
        Where locks between programs of this computer are kept.
    cipher : Cipher, optional
        How records are sealed before Vault gets them; plain by default.

    Raises
    ------
    ConfigError
        If the address is not of that form, or a package for it is missing.

    Notes
    -----
    Vault has no locks. Programs of one computer wait for each other; between computers each write
    says which version it replaces (check-and-set), and one that finds another version looks at it
    first: a newer sign-in is never written over.
    """

    def __init__(self, uri: str, *, lock_folder: Path, cipher: Cipher | None = None) -> None:
        super().__init__(cipher)
        match = _URI.fullmatch(uri)
        path = "" if match is None else match[2].replace("{user}", "").strip("/")
        if match is None or ".." in match[2] or "{" in path or "}" in path or "//" in match[2]:
            raise errors.ConfigError(
                "`store` must be of the form vault-kv://secret/spotify/{user} for logins in "
                f"Vault; not {uri[:120]!r}."
            )
        sealing.package("hvac", extra="vault")
        self.uri = uri
        self._mount, self._template = match[1], match[2].strip("/")
        self._vault = vault.Vault()
        self._folder = lock_folder
        self._locks = folders.FileLocks()
        self._here = threading.local()

    def __repr__(self) -> str:
        return f"VaultStore({self.uri!r}, {self.cipher!r})"

    def __str__(self) -> str:
        return f"in Vault under {self.uri}"

    def path(self, client_id: str, owner: str = "") -> str:
        """Name the secret of a login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        str
            The path below the engine's mount.
        """
        parts = [self._template.replace("{user}", _part(getpass.getuser())), _part(client_id)]
        return "/".join([*parts, _part(owner)] if owner else parts)

    def clear(self, client_id: str, owner: str = "") -> None:
        """Remove a login with all its older versions.

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
        path = self.path(client_id, owner)
        with self.lock(client_id, owner):
            self._ask(
                lambda client: client.secrets.kv.v2.delete_metadata_and_all_versions(
                    path, mount_point=self._mount
                )
            )
            self._versions().pop(path, None)

    def lock(self, client_id: str, owner: str = "") -> AbstractContextManager[None]:
        """Hold other threads and programs of this computer off one login.

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
            If somebody else held it for 30 s.
        """
        name = login_name(f"{self.uri}\n{client_id}", owner)
        return self._locks.hold(self._folder / f"{name}.lock")

    def _get(self, client_id: str, owner: str) -> bytes | None:
        path = self.path(client_id, owner)
        hvac: Any = sealing.package("hvac", extra="vault")

        def read(client: Any) -> tuple[int, Any]:
            try:
                answer = client.secrets.kv.v2.read_secret_version(
                    path, mount_point=self._mount, raise_on_deleted_version=True
                )
            except hvac.exceptions.InvalidPath as exc:
                # a deleted version is answered like this as well, and has a number
                known = exc.json if isinstance(exc.json, dict) else {}
                about = (known.get("data") or {}).get("metadata") or {}
                return int(about.get("version", 0)), None
            data = answer["data"]
            return int(data["metadata"]["version"]), (data["data"] or {}).get("record")

        self._versions()[path], content = self._ask(read)
        if content is None or content == "":
            return None
        if not isinstance(content, str):
            raise record.DamagedError
        return content.encode()

    def _put(self, token: Token, owner: str, content: bytes) -> None:
        path = self.path(token.client_id, owner)
        if path not in self._versions():
            self._look(token.client_id, owner)
        for _ in range(3):
            try:
                self._write(path, {"record": content.decode()})
            except _ConflictError:
                # Spotify may have given a new refresh token that nobody else has, so it is written
                # after all, unless the other is of a newer sign-in.
                other = self._look(token.client_id, owner)
                if other is not None and other.authorized_at > token.authorized_at:
                    raise errors.TokenStoreError(
                        "Somebody has signed in anew on another computer: that login stays, and "
                        "this one was not saved."
                    ) from None
            else:
                return
        raise self._unusable("others keep writing to it")

    def _set_aside(self, client_id: str, owner: str) -> str:
        path = self.path(client_id, owner)
        answer = self._ask(
            lambda client: client.secrets.kv.v2.read_secret_version(
                path, mount_point=self._mount, raise_on_deleted_version=True
            )
        )
        before = (answer["data"]["data"] or {}).get("record")
        try:
            self._write(path, {"record": "", "unreadable": before})
        except _ConflictError:
            raise self._unusable("others keep writing to it") from None
        return f"'unreadable' in {self._mount}/{path}"

    def _look(self, client_id: str, owner: str) -> Token | None:
        try:
            return self._opened(client_id, owner)
        except (record.DamagedError, errors.AlteredTokenError):
            return None

    def _write(self, path: str, secret: dict[str, Any]) -> None:
        version = self._versions().get(path, 0)
        answer = self._ask(
            lambda client: client.secrets.kv.v2.create_or_update_secret(
                path, secret, cas=version, mount_point=self._mount
            )
        )
        self._versions()[path] = int(answer["data"]["version"])

    def _ask(self, call: Callable[[Any], _T]) -> _T:
        try:
            return self._vault.ask(call)
        except errors.ConfigError:
            raise
        except Exception as exc:  # noqa: BLE001 - hvac lets errors of requests through as well
            meaning, why = vault.why(exc)
        if meaning == "conflict":
            raise _ConflictError
        raise self._unusable(why)

    def _unusable(self, why: str) -> errors.TokenStoreError:
        return errors.TokenStoreError(
            f"The logins in Vault under {self.uri!r} cannot be used: {why}. What was saved before "
            "is unchanged; try again when that is mended."
        )

    def _versions(self) -> dict[str, int]:
        # what this thread saw last: the version its next write replaces
        if not hasattr(self._here, "versions"):
            self._here.versions = {}
        versions: dict[str, int] = self._here.versions
        return versions


class _ConflictError(Exception):
    """Somebody else has written since we looked."""


def _part(name: str) -> str:
    """Write a name as one part of a path; an unusual one as its SHA-256."""
    if _PLAIN.fullmatch(name):
        return name
    return f"sha256-{hashlib.sha256(name.encode()).hexdigest()}"
