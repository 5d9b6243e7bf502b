"""Logins in memory."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import NoReturn

from spotify_analysis.tokens import protocols
from spotify_analysis.tokens.token import Token

__all__ = ["MemoryStore"]


class MemoryStore:
    """Logins that last as long as the process."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], Token] = {}
        self._locks: dict[tuple[str, str], threading.RLock] = {}
        self._guard = threading.Lock()

    def __repr__(self) -> str:
        return f"MemoryStore({len(self._tokens)} kept)"

    def __str__(self) -> str:
        return "in memory, until this program ends"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a store of logins is not pickled")

    @property
    def sealing(self) -> str:
        """How logins are sealed, in words."""
        return "not written down anywhere"

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
        """
        return self._tokens.get((client_id, owner))

    def save(self, token: Token, owner: str = "") -> None:
        """Keep a login.

        Parameters
        ----------
        token : Token
            The login.
        owner : str
            Whose login.
        """
        self._tokens[token.client_id, owner] = token

    def clear(self, client_id: str, owner: str = "") -> None:
        """Remove a login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.
        """
        self._tokens.pop((client_id, owner), None)

    def rewrap(self, client_id: str, owner: str = "") -> bool:
        """Do nothing: what is not written down is not sealed.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Returns
        -------
        bool
            Whether there is a login.
        """
        return (client_id, owner) in self._tokens

    @contextlib.contextmanager
    def lock(self, client_id: str, owner: str = "") -> Iterator[None]:
        """Hold other threads off one login.

        Parameters
        ----------
        client_id : str
            The app.
        owner : str
            Whose login.

        Yields
        ------
        None
            While the lock is held.

        Raises
        ------
        TokenStoreError
            If another thread held it for 30 s.
        """
        with self._guard:
            lock = self._locks.setdefault((client_id, owner), threading.RLock())
        if not lock.acquire(timeout=protocols.LOCK_WAIT_S):
            raise protocols.locked_out()
        try:
            yield
        finally:
            lock.release()
