"""Where a login is kept: stores say where, ciphers say how.

A store keeps one `Token` per app and owner. `FileStore` is private from the first byte, is
replaced in one move, and sets aside what it cannot read. Not promised: protection from programs
of the same user, or from an administrator.
"""

from __future__ import annotations

from spotify_analysis.tokens.choosing import cipher_for, store_for
from spotify_analysis.tokens.file import FileStore
from spotify_analysis.tokens.kept import RecordStore
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
    "RecordStore",
    "Token",
    "TokenStore",
    "cipher_for",
    "store_for",
]
