"""The bytes of a kept login, and their strict shape."""

from __future__ import annotations

import contextlib
from typing import Annotated, Literal

import msgspec

from spotify_analysis import errors
from spotify_analysis.tokens.token import Token

__all__ = [
    "KINDS",
    "SEALED",
    "DamagedError",
    "associated_data",
    "is_sealed",
    "packed",
    "sealed_with",
    "unpacked",
]

# what a sealed record begins with; the kind of key follows, then base64
SEALED = b"sealed|1|"
KINDS = ("keyring", "aws-kms", "gcp-kms", "vault")

_Secret = Annotated[str, msgspec.Meta(pattern=r"^[!-~]+$", min_length=1, max_length=8192)]
_Scope = Annotated[str, msgspec.Meta(pattern=r"^[a-z-]+$", max_length=100)]
_Text = Annotated[str, msgspec.Meta(max_length=1000)]
# up to the year 5138: what lies beyond is damage, and would be a token that never ends
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e11)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal[1]
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    owner: _Text
    access_token: _Secret
    refresh_token: _Secret
    expires_at: _Seconds
    scopes: list[_Scope]
    authorized_at: _Seconds
    account_id: _Text | None
    display_name: _Text | None
    ended_at: _Seconds | None

    def __repr__(self) -> str:
        return "_Record(***)"


class _Format(msgspec.Struct):
    format: int


def packed(token: Token, owner: str) -> bytes:
    """Write a login as the bytes of a record.

    Parameters
    ----------
    token : Token
        The login.
    owner : str
        Whose it is.

    Returns
    -------
    bytes
        JSON.

    Raises
    ------
    TokenStoreError
        If it could not be read back.
    """
    record = {
        "format": 1,
        "client_id": token.client_id,
        "owner": owner,
        "access_token": str(token.access_token),
        "refresh_token": str(token.refresh_token),
        "expires_at": token.expires_at,
        "scopes": sorted(token.scopes),
        "authorized_at": token.authorized_at,
        "account_id": token.account_id,
        "display_name": token.display_name,
        "ended_at": token.ended_at,
    }
    try:
        # checked before it is written: what cannot be read back is no login
        msgspec.convert(record, _Record)
    except msgspec.ValidationError as exc:
        raise errors.TokenStoreError(f"This login cannot be kept: {exc}.") from None
    return msgspec.json.encode(record)


class DamagedError(Exception):
    """The record is not of the shape we write."""


def unpacked(content: bytes, client_id: str, owner: str) -> Token:
    """Read a login from the bytes of a record, strictly.

    Parameters
    ----------
    content : bytes
        What was kept.
    client_id, owner : str
        Whose login it should be.

    Returns
    -------
    Token
        The login.

    Raises
    ------
    DamagedError
        If it is not a record of ours.
    AlteredTokenError
        If it is somebody else's.
    TokenStoreError
        If a newer version of this package wrote it.
    """
    try:
        record = msgspec.json.decode(content, type=_Record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            if msgspec.json.decode(content, type=_Format).format > 1:
                raise errors.TokenStoreError(
                    "The saved login was written by a newer version of spotify-analysis: "
                    "update this one, or sign in again with logout() and login()."
                ) from None
        raise DamagedError from None
    if (record.client_id, record.owner) != (client_id, owner):
        raise errors.AlteredTokenError(
            "The saved login belongs to another app or person: its file was copied or renamed. "
            "logout() removes it; then sign in again."
        )
    return Token(
        access_token=record.access_token,
        refresh_token=record.refresh_token,
        expires_at=record.expires_at,
        scopes=frozenset(record.scopes),
        authorized_at=record.authorized_at,
        client_id=record.client_id,
        account_id=record.account_id,
        display_name=record.display_name,
        ended_at=record.ended_at,
    )


def associated_data(client_id: str, owner: str) -> bytes:
    """Name what a sealed record is bound to.

    Parameters
    ----------
    client_id, owner : str
        The app and the person.

    Returns
    -------
    bytes
        The same for the same app and person, different for others.
    """
    return f"spotify_analysis|token|1|{client_id}|{owner}".encode()


def is_sealed(content: bytes) -> bool:
    """Tell whether a record is a sealed one.

    Parameters
    ----------
    content : bytes
        What is kept.

    Returns
    -------
    bool
        Whether it begins like one.
    """
    return content.startswith(SEALED)


def sealed_with(content: bytes) -> str | None:
    """Name the kind of key a record is sealed with.

    Parameters
    ----------
    content : bytes
        What is kept.

    Returns
    -------
    str or None
        ``"keyring"``, ``"aws-kms"``, ``"gcp-kms"`` or ``"vault"``, or None if it names none of
        them.
    """
    if not is_sealed(content):
        return None
    kind = content[len(SEALED) :].partition(b"|")[0].decode("ascii", "replace")
    return kind if kind in KINDS else None
