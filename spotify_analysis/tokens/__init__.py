"""Where a login is kept: stores say where, ciphers say how.

A store keeps one `Token` per app and owner. `FileStore` is private from the first byte, is
replaced in one move, and sets aside what it cannot read. Not promised: protection from programs
of the same user, or from an administrator.
"""

from __future__ import annotations

from pathlib import Path

from spotify_analysis import errors
from spotify_analysis.tokens.file import FileStore
from spotify_analysis.tokens.memory import MemoryStore
from spotify_analysis.tokens.protocols import Cipher, PlainCipher, TokenStore
from spotify_analysis.tokens.token import LOGIN_LIFE_DAYS, Hidden, Token

__all__ = [
    "LOGIN_LIFE_DAYS",
    "Cipher",
    "FileStore",
    "Hidden",
    "MemoryStore",
    "PlainCipher",
    "Token",
    "TokenStore",
    "store_for",
]

_IN_THIS_PROCESS = MemoryStore()


def store_for(uri: str, *, data_dir: Path) -> TokenStore:
    """Make the store an address names.

    Parameters
    ----------
    uri : str
        ``"file"``, ``"file:FOLDER"`` or ``"memory"``.
    data_dir : Path
        The folder in which ``"file"`` makes its own.

    Returns
    -------
    TokenStore
        The store; ``"memory"`` is one and the same in a process.

    Raises
    ------
    ConfigError
        If the address names no store we have.
    """
    scheme, colon, place = uri.partition(":")
    if uri == "memory":
        return _IN_THIS_PROCESS
    if uri == "file":
        return FileStore(data_dir / "tokens")
    if scheme == "file" and colon and place.strip("/"):
        return FileStore(place.removeprefix("//"))
    # what follows the colon of another address may hold a password
    raise errors.ConfigError(
        f"`store` {scheme[:30]!r} is not a place for logins; today there are "
        "'file', 'file:FOLDER' and 'memory'."
    )
