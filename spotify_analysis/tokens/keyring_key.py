"""A key in the keyring of the operating system; the login itself does not go in there.

Windows keeps 1,280 characters at most, so the keyring holds a Tink keyset and the sealed login
stays in its store.
"""

from __future__ import annotations

import os
import queue
import secrets
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from spotify_analysis import errors
from spotify_analysis.tokens import folder, record, sealing

__all__ = ["ANSWER_WAIT_S", "KeyringCipher", "KeyringIfAnyCipher"]

ANSWER_WAIT_S = 3.0
SERVICE = "spotify-analysis"
ENTRY = "key for saved logins"
INSTALL = "pip install 'spotify-analysis[keyring]'"

# never `keyring.get_keyring()`: with keyrings.alt it picks a file that asks for a password on stdin
_BACKENDS = {
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
}
_OTHER_BACKENDS = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)
_SWITCHED_OFF = ("keyring.backends.null.Keyring", "keyring.backends.fail.Keyring")

_T = TypeVar("_T")


class KeyringCipher(sealing.SealingCipher):
    """Seals with a key that is kept in the keyring of the operating system.

    Parameters
    ----------
    backend : object, optional
        A keyring with `get_password`, `set_password` and `delete_password`; by default that of
        the system: Secret Service, KWallet, macOS or Windows, no other.

    Notes
    -----
    The first use tries whether the keyring keeps what it is given; after 3 s without an answer it
    counts as not there.
    """

    kind: ClassVar[str] = "keyring"

    def __init__(self, backend: Any = None) -> None:
        super().__init__("keyring")
        self._backend = backend

    def __str__(self) -> str:
        return "sealed with a key in the keyring of this computer"

    def _open(self, *, may_make: bool) -> Any:
        ask = _imported() if self._backend is None else lambda: self._backend
        if not may_make:
            return _aead(_in_time(lambda: _kept(ask())))
        # one place for all: two programs that both make a key would lose one of the two
        with folder.FileLocks().hold(_lock_path()):
            return _aead(_in_time(lambda: _kept_or_made(ask())))


class KeyringIfAnyCipher:
    """Seals with a key in the keyring if there is one, and else does not seal.

    Parameters
    ----------
    keyring : KeyringCipher, optional
        The keyring to use.

    Notes
    -----
    What has been sealed is never replaced by a record that is not: see `RecordStore.save`.
    """

    is_automatic = True

    def __init__(self, keyring: KeyringCipher | None = None) -> None:
        self._keyring = KeyringCipher() if keyring is None else keyring
        self.why_not: str | None = None

    def __repr__(self) -> str:
        return "KeyringIfAnyCipher()"

    def __str__(self) -> str:
        if self.why_not is not None:
            return "not sealed, because there is no keyring"
        return "sealed with a key in the keyring of this computer, if there is one"

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Seal a record if there is a keyring.

        Parameters
        ----------
        plaintext : bytes
            The record.
        associated_data : bytes
            What must be the same when it is opened.

        Returns
        -------
        bytes
            The sealed record, or the record as it is; `why_not` then says why.
        """
        if self.why_not is None:
            try:
                return self._keyring.encrypt(plaintext, associated_data)
            except (errors.KeyUnavailableError, errors.ConfigError) as exc:
                self.why_not = str(exc)
        return plaintext

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Open a record, sealed or not.

        Parameters
        ----------
        ciphertext : bytes
            The record.
        associated_data : bytes
            What was given when it was sealed.

        Returns
        -------
        bytes
            The record.

        Raises
        ------
        AlteredTokenError
            If it was changed or belongs to another app or owner.
        KeyUnavailableError
            If it is sealed and the keyring cannot be used.
        """
        if record.is_sealed(ciphertext):
            return self._keyring.decrypt(ciphertext, associated_data)
        return ciphertext


class _ReasonError(Exception):
    """Why a keyring cannot be used, in our words."""


def _kept(backend: Any) -> str:
    kept = backend.get_password(SERVICE, ENTRY)
    if kept is None:
        raise _ReasonError(
            "it no longer holds the key; if it is gone for good, logout() and sign in again"
        )
    return str(kept)


def _kept_or_made(backend: Any) -> str:
    trial, value = f"trial {secrets.token_hex(8)}", secrets.token_hex(16)
    backend.set_password(SERVICE, trial, value)
    if backend.get_password(SERVICE, trial) != value:
        raise _ReasonError("it does not give back what it was given")
    backend.delete_password(SERVICE, trial)
    if backend.get_password(SERVICE, ENTRY) is None:
        backend.set_password(SERVICE, ENTRY, _new_keyset())
    return _kept(backend)


def _in_time(ask: Callable[[], _T]) -> _T:
    """Ask in a thread of its own: a keyring may wait for a person who is not there."""
    answers: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, ask()))
        except Exception as exc:  # noqa: BLE001 - carried over to the thread that asked
            answers.put((False, exc))

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        fine, answer = answers.get(timeout=ANSWER_WAIT_S)
    except queue.Empty:
        why = f"the keyring did not answer within {ANSWER_WAIT_S:g} s and may be locked"
        raise sealing.unavailable("keyring", why) from None
    if fine:
        return answer  # type: ignore[no-any-return]
    if isinstance(answer, errors.SpotifyAnalysisError):
        raise answer
    raise sealing.unavailable("keyring", _why(answer)) from None


def _why(exc: BaseException) -> str:
    if isinstance(exc, _ReasonError):
        return str(exc)
    # by name: the classes live in packages that need not be installed
    name = type(exc).__name__
    return {
        "InitError": "the keyring could not be opened and may be locked",
        "KeyringLocked": "the keyring is locked and was not unlocked",
        "LockedException": "the keyring is locked and was not unlocked",
        "PromptDismissedException": "the question for the keyring's password was dismissed",
    }.get(name, f"the keyring says {name}")


def _imported() -> Callable[[], Any]:
    """Import what a keyring needs, and give the function that finds it.

    Importing may take its time; the keyring may not.
    """
    chosen = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    if chosen in _SWITCHED_OFF:
        why = f"it is switched off by PYTHON_KEYRING_BACKEND={chosen}"
        raise sealing.unavailable("keyring", why)
    candidates = [
        (module.rpartition(".")[2], getattr(sealing.package(module, extra="keyring"), name))
        for module, name in _BACKENDS.get(sys.platform, _OTHER_BACKENDS)
    ]

    def find() -> Any:
        reasons = []
        for name, backend in candidates:
            try:
                _ = backend.priority
            except Exception as exc:  # noqa: BLE001 - any reason means: not this one
                reasons.append(f"{name}: {exc}".rstrip("."))
            else:
                return backend()
        raise _ReasonError(f"no keyring is running here ({'; '.join(reasons)})")

    return find


def _lock_path() -> Path:
    import platformdirs

    base = Path(platformdirs.user_data_dir("spotify-analysis", appauthor=False))
    return base / "keyring" / "keyring.lock"


def _new_keyset() -> str:
    tink: Any = sealing.package("tink")
    aead: Any = sealing.package("tink.aead")
    access: Any = sealing.package("tink.secret_key_access")
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return str(tink.json_proto_keyset_format.serialize(handle, access.TOKEN))


def _aead(keyset: str) -> Any:
    tink: Any = sealing.package("tink")
    aead: Any = sealing.package("tink.aead")
    access: Any = sealing.package("tink.secret_key_access")
    try:
        handle = tink.json_proto_keyset_format.parse(keyset, access.TOKEN)
        return handle.primitive(aead.Aead)
    except tink.TinkError:
        raise sealing.unavailable("keyring", "the key in it is damaged") from None
