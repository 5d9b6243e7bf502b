"""What a place for logins and a way to seal them must offer."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from spotify_analysis import errors
from spotify_analysis.tokens import record
from spotify_analysis.tokens.token import Token

__all__ = ["LOCK_WAIT_S", "Cipher", "PlainCipher", "TokenStore", "locked_out"]

LOCK_WAIT_S = 30.0


@runtime_checkable
class TokenStore(Protocol):
    """A place for logins. Other places are classes with these four methods."""

    def load(self, client_id: str, owner: str = "") -> Token | None:
        """Read a login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login, where one store serves several people.

        Returns
        -------
        Token or None
            The login, or None if there is none that can be used.

        Raises
        ------
        TokenStoreError
            If the place cannot be read safely.
        """
        ...

    def save(self, token: Token, owner: str = "") -> None:
        """Write a login, wholly or not at all.

        Parameters
        ----------
        token : Token
            The login.
        owner : str
            As in `load`.

        Raises
        ------
        TokenStoreError
            If it could not be written; what was there before is still there.
        """
        ...

    def clear(self, client_id: str, owner: str = "") -> None:
        """Remove a login; nothing happens if there is none.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            As in `load`.

        Raises
        ------
        TokenStoreError
            If it could not be removed.
        """
        ...

    def lock(self, client_id: str, owner: str = "") -> AbstractContextManager[None]:
        """Hold everybody else off one login, from reading to writing.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            As in `load`.

        Returns
        -------
        context manager
            The lock is held inside it. The same thread may take it again.

        Raises
        ------
        TokenStoreError
            If somebody else held it for 30 s.
        """
        ...


@runtime_checkable
class Cipher(Protocol):
    """How a login is sealed. Associated data binds a record to its app and owner."""

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Seal a record.

        Parameters
        ----------
        plaintext : bytes
            The record.
        associated_data : bytes
            What must be the same when it is opened.

        Returns
        -------
        bytes
            The sealed record.
        """
        ...

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Open a record.

        Parameters
        ----------
        ciphertext : bytes
            The sealed record.
        associated_data : bytes
            What was given when it was sealed.

        Returns
        -------
        bytes
            The record.

        Raises
        ------
        AlteredTokenError
            If it was changed or belongs elsewhere.
        """
        ...


class PlainCipher:
    """No cipher: the record is protected by the file's permissions alone."""

    def __repr__(self) -> str:
        return "PlainCipher()"

    def __str__(self) -> str:
        return "not sealed"

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Return the record as it is.

        Parameters
        ----------
        plaintext : bytes
            The record.
        associated_data : bytes
            Not used.

        Returns
        -------
        bytes
            The record.
        """
        return plaintext

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Return the record as it is.

        Parameters
        ----------
        ciphertext : bytes
            The record.
        associated_data : bytes
            Not used.

        Returns
        -------
        bytes
            The record.

        Raises
        ------
        KeyUnavailableError
            If it is sealed.
        """
        if record.is_sealed(ciphertext):
            kind = record.sealed_with(ciphertext) or "another kind"
            raise errors.KeyUnavailableError(
                f"The saved login is sealed with a key of {kind!r}, and no key is set. Set `key` "
                "(SPOTIFY_ANALYSIS_KEY) as it was, or sign in again with logout() and login()."
            )
        return ciphertext


def locked_out() -> errors.TokenStoreError:
    """Say that a lock was not to be had in time.

    Returns
    -------
    TokenStoreError
        The error to raise.
    """
    return errors.TokenStoreError(
        f"Another program has been using the saved login for {LOCK_WAIT_S:g} s. "
        "Try again, or end the notebook that hangs."
    )
