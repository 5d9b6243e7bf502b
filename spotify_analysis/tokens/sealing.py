"""Sealing with Google Tink: a fresh key per record, which a key held elsewhere seals in turn.

No cipher is written here. Tink binds each record to its app and owner (its associated data), so
that a record moved to another owner does not open.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import importlib
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, ClassVar, NoReturn, Protocol

from spotify_analysis import errors
from spotify_analysis.tokens import record

__all__ = ["Remote", "SealingCipher", "altered", "denied", "envelope", "package", "unavailable"]


class _Aead(Protocol):
    def encrypt(self, plaintext: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, ciphertext: bytes, associated_data: bytes, /) -> bytes: ...


class SealingCipher(ABC):
    """A cipher whose key is kept elsewhere.

    Parameters
    ----------
    name : str
        The key, as messages name it.
    """

    kind: ClassVar[str]

    def __init__(self, name: str) -> None:
        self.name = name
        self._aead: _Aead | None = None
        self._guard = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __str__(self) -> str:
        return f"sealed with {self.name}"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a cipher is not pickled")

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
            The sealed record, as text.

        Raises
        ------
        KeyUnavailableError, KeyDeniedError
            If the key cannot be used.
        """
        sealed = self._primitive(may_make=True).encrypt(plaintext, associated_data)
        return record.SEALED + self.kind.encode() + b"|" + base64.b64encode(sealed)

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
            If it was changed, is not sealed at all, or belongs to another app or owner.
        KeyUnavailableError, KeyDeniedError
            If the key cannot be used.
        """
        if not record.is_sealed(ciphertext):
            raise errors.AlteredTokenError(
                f"The saved login is not sealed, but `key` says it is {self}, so it is not used: "
                "somebody may have put it there. If it is your own from before, "
                "logout() removes it; then sign in again."
            )
        kind = record.sealed_with(ciphertext)
        if kind is None:
            raise altered()
        if kind != self.kind:
            raise errors.KeyUnavailableError(
                f"The saved login is sealed with a key of {kind!r}, but `key` names {self.name}. "
                "Set `key` (SPOTIFY_ANALYSIS_KEY) as it was, or sign in again with logout() and "
                "login()."
            )
        text = ciphertext[len(record.SEALED) + len(kind) + 1 :]
        try:
            sealed = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise altered() from None
        if base64.b64encode(sealed) != text:  # bits that decoding would not notice
            raise altered()
        primitive = self._primitive(may_make=False)
        tink = package("tink")
        try:
            return bytes(primitive.decrypt(sealed, associated_data))
        except tink.TinkError:
            raise altered() from None

    def _primitive(self, *, may_make: bool) -> _Aead:
        with self._guard:
            if self._aead is None:
                package("tink.aead", extra=self._extra()).register()
                self._aead = self._open(may_make=may_make)
            return self._aead

    def _extra(self) -> str:
        return {"aws-kms": "aws", "gcp-kms": "gcp"}.get(self.kind, self.kind)

    @abstractmethod
    def _open(self, *, may_make: bool) -> _Aead:
        """Reach the key; a new one is made only for sealing."""


class Remote:
    """A key service as Tink wants it, with its errors in our words.

    Parameters
    ----------
    aead : Aead
        Tink's own adapter to the service.
    translate : callable
        Takes what the service or its library raised, and gives the error to raise.
    """

    def __init__(
        self, aead: _Aead, translate: Callable[[BaseException], errors.TokenStoreError]
    ) -> None:
        self._aead = aead
        self._translate = translate

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Seal a key.

        Parameters
        ----------
        plaintext : bytes
            The key.
        associated_data : bytes
            Empty: the record itself is bound by the key inside.

        Returns
        -------
        bytes
            The sealed key.

        Raises
        ------
        KeyUnavailableError, KeyDeniedError
            If the service did not do it.
        """
        return self._asked(self._aead.encrypt, plaintext, associated_data)

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Open a key.

        Parameters
        ----------
        ciphertext : bytes
            The sealed key.
        associated_data : bytes
            Empty.

        Returns
        -------
        bytes
            The key.

        Raises
        ------
        AlteredTokenError
            If the service says it is not what it sealed.
        KeyUnavailableError, KeyDeniedError
            If the service did not do it.
        """
        return self._asked(self._aead.decrypt, ciphertext, associated_data)

    def _asked(
        self, method: Callable[[bytes, bytes], bytes], data: bytes, associated_data: bytes
    ) -> bytes:
        tink = package("tink")
        try:
            with _unheard():
                return bytes(method(data, associated_data))
        except Exception as exc:  # noqa: BLE001 - each library has errors of its own
            cause: BaseException = exc
            if isinstance(exc, tink.TinkError) and exc.args:
                first = exc.args[0]
                cause = first if isinstance(first, BaseException) else exc
            raise self._translate(cause) from None


class _Deaf(logging.Filter):
    """Drops what a library says of its work while this thread holds a key in clear."""

    def __init__(self) -> None:
        super().__init__()
        self.here = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not getattr(self.here, "n", 0)


_DEAF = _Deaf()
# They log whole requests and answers at DEBUG: botocore as text, Google's client as fields of the
# record. Those of a key service hold the key that seals the login.
_TALKATIVE = ("botocore", "google")


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Let the libraries of key services log nothing but warnings meanwhile, in this thread."""
    # a filter holds for one logger and not for those below it
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.partition(".")[0] in _TALKATIVE and isinstance(logger, logging.Logger):
            logger.addFilter(_DEAF)  # once: the same filter is not added twice
    _DEAF.here.n = getattr(_DEAF.here, "n", 0) + 1
    try:
        yield
    finally:
        _DEAF.here.n -= 1


def envelope(remote: Remote) -> _Aead:
    """Seal each record with a fresh key of its own, and that key with a remote one.

    Parameters
    ----------
    remote : Remote
        The key service.

    Returns
    -------
    Aead
        Tink's envelope encryption, AES-256-GCM inside.
    """
    aead: Any = package("tink.aead")
    made: _Aead = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, remote)
    return made


def package(name: str, *, extra: str = "keyring") -> ModuleType:
    """Import an optional package.

    Parameters
    ----------
    name : str
        What to import.
    extra : str
        Under which name pip installs it with us.

    Returns
    -------
    module
        The module.

    Raises
    ------
    ConfigError
        If it is not installed; the message holds the line that installs it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as exc:
        raise errors.ConfigError(
            f"The package {(exc.name or name).partition('.')[0]!r} is missing, which this place "
            f"or key for logins needs: pip install 'spotify-analysis[{extra}]'"
        ) from None


def altered() -> errors.AlteredTokenError:
    """Say that a record does not open.

    Returns
    -------
    AlteredTokenError
        The error to raise.
    """
    return errors.AlteredTokenError(
        "The saved login was changed or cut since it was sealed, or belongs to another app or "
        "person; it is left where it is. logout() removes it; then sign in again."
    )


def unavailable(name: str, why: str) -> errors.KeyUnavailableError:
    """Say that a key cannot be used now.

    Parameters
    ----------
    name : str
        The key.
    why : str
        Why, as the end of a sentence.

    Returns
    -------
    KeyUnavailableError
        The error to raise.
    """
    return errors.KeyUnavailableError(
        f"The key {name!r} that seals saved logins cannot be used: {why}. The saved login is "
        "untouched; try again when the key is back."
    )


def denied(name: str, why: str) -> errors.KeyDeniedError:
    """Say that we are not let to a key.

    Parameters
    ----------
    name : str
        The key.
    why : str
        Why, as the end of a sentence.

    Returns
    -------
    KeyDeniedError
        The error to raise.
    """
    return errors.KeyDeniedError(
        f"You may not use the key {name!r} that seals saved logins: {why}. The saved login is "
        "untouched; ask whoever looks after the key."
    )
