"""What all stores that keep sealed records do alike: read strictly, write wholly, set aside."""

from __future__ import annotations

import sys
import warnings
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import NoReturn

from spotify_analysis import errors
from spotify_analysis.tokens import record
from spotify_analysis.tokens.protocols import Cipher, PlainCipher
from spotify_analysis.tokens.token import Token

__all__ = ["MAX_BYTES", "RecordStore"]

MAX_BYTES = 64 * 1024


class RecordStore(ABC):
    """A place for sealed records.

    Parameters
    ----------
    cipher : Cipher, optional
        How records are sealed; plain by default.
    """

    def __init__(self, cipher: Cipher | None = None) -> None:
        self.cipher: Cipher = PlainCipher() if cipher is None else cipher

    def __reduce__(self) -> NoReturn:
        raise TypeError("a store of logins is not pickled")

    @property
    def sealing(self) -> str:
        """How records are sealed, in words."""
        return str(self.cipher)

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
            If the place cannot be read safely.
        AlteredTokenError
            If the record was changed or belongs to another app or owner; it stays where it is.
        KeyUnavailableError, KeyDeniedError
            If the key that sealed it cannot be used; it stays where it is.

        Notes
        -----
        Warns and returns None when what is kept is no record of ours; it is then set aside, the
        newest such only.
        """
        try:
            return self._opened(client_id, owner)
        except record.DamagedError:
            pass
        with self.lock(client_id, owner):
            try:
                # somebody may have mended it meanwhile
                return self._opened(client_id, owner)
            except record.DamagedError:
                where = self._set_aside(client_id, owner)
        warnings.warn(
            f"The saved login was damaged and is kept as {where}. "
            "You are signed out: sign in again.",
            UserWarning,
            stacklevel=3,
        )
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
        KeyUnavailableError, KeyDeniedError
            If it could not be sealed.
        """
        plain = record.packed(token, owner)
        with self.lock(token.client_id, owner):
            content = self.cipher.encrypt(plain, record.associated_data(token.client_id, owner))
            if not record.is_sealed(content) and getattr(self.cipher, "is_automatic", False):
                self._allow_unsealed(token.client_id, owner)
            self._put(token, owner, content)

    def rewrap(self, client_id: str, owner: str = "") -> bool:
        """Seal a login anew, under the newest version of the key.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        bool
            Whether there was one. Afterwards an older version of the key may be retired.

        Raises
        ------
        TokenStoreError
            As in `load` and `save`; what was there before is still there.
        """
        with self.lock(client_id, owner):
            token = self.load(client_id, owner)
            if token is None:
                return False
            self.save(token, owner)
            return True

    @abstractmethod
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

    @abstractmethod
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
            If somebody else held it for 30 s.
        """

    @abstractmethod
    def _get(self, client_id: str, owner: str) -> bytes | None:
        """Read the bytes of a record; at most one byte more than `MAX_BYTES`."""

    @abstractmethod
    def _put(self, token: Token, owner: str, content: bytes) -> None:
        """Write the bytes of a record; the lock is held."""

    @abstractmethod
    def _set_aside(self, client_id: str, owner: str) -> str:
        """Move what cannot be read out of the way, and say where it is; the lock is held."""

    def _opened(self, client_id: str, owner: str) -> Token | None:
        content = self._get(client_id, owner)
        if content is None:
            return None
        if len(content) > MAX_BYTES:
            raise record.DamagedError
        opened = self.cipher.decrypt(content, record.associated_data(client_id, owner))
        return record.unpacked(opened, client_id, owner)

    def _allow_unsealed(self, client_id: str, owner: str) -> None:
        """Let a record through that could not be sealed, but never in place of a sealed one."""
        before = self._get(client_id, owner)
        if before is None:
            why = str(getattr(self.cipher, "why_not", None)).partition(". ")[0]
            print(  # noqa: T201 - whoever signs in is to know; a warning could be switched off
                f"The login is kept {self} and not sealed: {why}.", file=sys.stderr
            )
        elif record.is_sealed(before):
            raise errors.KeyUnavailableError(
                "The login saved here before is sealed, and its key in the keyring cannot be "
                "used now, so the new one is not kept beside it unsealed. Unlock the keyring and "
                "sign in again; or set `key` to 'none' if you want it unsealed from now on."
            )
