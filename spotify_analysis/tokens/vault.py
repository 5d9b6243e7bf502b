"""HashiCorp Vault or OpenBao: how it is reached, and what its answers mean."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from typing import Any, ClassVar, Literal, NoReturn, TypeVar
from urllib.parse import urlsplit

from spotify_analysis import errors
from spotify_analysis.tokens import sealing

__all__ = ["Vault", "VaultKeyCipher", "why"]

_ANSWER_WAIT_S = 5.0
_KEY = re.compile(r"vault://([\w-]+(?:/[\w-]+)*/keys/[\w.-]+)", re.ASCII)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_T = TypeVar("_T")
Meaning = Literal["denied", "altered", "unavailable", "conflict"]


class Vault:
    """A connection that is made when first used.

    Notes
    -----
    Where and who, from the environment, by the names Vault's own programs use: ``VAULT_ADDR``,
    ``VAULT_NAMESPACE``, and ``VAULT_TOKEN`` (or ``~/.vault-token``) or ``VAULT_ROLE_ID`` with
    ``VAULT_SECRET_ID``. With a role, a token that has run out is replaced once.
    """

    def __init__(self) -> None:
        self._client: Any = None
        self._guard = threading.Lock()

    def __repr__(self) -> str:
        return "Vault()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a connection to Vault is not pickled")

    def ask(self, call: Callable[[Any], _T]) -> _T:
        """Call Vault, and once more after a new sign-in with the role.

        Parameters
        ----------
        call : callable
            Takes hvac's client.

        Returns
        -------
        object
            What the call returned.

        Raises
        ------
        ConfigError
            If the environment does not say where Vault is.
        """
        hvac: Any = sealing.package("hvac", extra="vault")
        with self._guard:
            is_new = self._client is None
            if is_new:
                self._client = _connected(hvac)
        try:
            return call(self._client)
        except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized):
            if is_new or not _has_role():
                raise
        _sign_in(self._client)
        return call(self._client)


class VaultKeyCipher(sealing.SealingCipher):
    """Seals with a key of Vault's transit engine.

    Parameters
    ----------
    uri : str
        ``vault://transit/keys/NAME``; ``transit`` is where the engine is mounted.

    Raises
    ------
    ConfigError
        If the address is not of that form.
    """

    kind: ClassVar[str] = "vault"

    def __init__(self, uri: str) -> None:
        match = _KEY.fullmatch(uri)
        if match is None:
            raise errors.ConfigError(
                "`key` must be of the form vault://transit/keys/NAME for a key of Vault; "
                f"not {uri[:120]!r}."
            )
        super().__init__(uri)
        self._path = match[1]

    def _open(self, *, may_make: bool) -> Any:
        return _opened(self.name, self._path)


class _Transit:
    """Tink's adapter to Vault, through a connection that can sign in again."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._vault = Vault()
        sealing.package("hvac", extra="vault")
        self._hcvault: Any = sealing.package("tink.integration.hcvault", extra="vault")

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        return self._vault.ask(
            lambda client: self._unwrapped(client, "encrypt", plaintext, associated_data)
        )

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        return self._vault.ask(
            lambda client: self._unwrapped(client, "decrypt", ciphertext, associated_data)
        )

    def _unwrapped(self, client: Any, method: str, data: bytes, associated_data: bytes) -> bytes:
        tink: Any = sealing.package("tink")
        aead = self._hcvault.new_aead(self._path, client)
        try:
            return bytes(getattr(aead, method)(data, associated_data))
        except tink.TinkError as exc:
            # it wraps whatever hvac raised
            if exc.args and isinstance(exc.args[0], Exception):
                raise exc.args[0] from None
            raise


def _opened(uri: str, path: str) -> Any:
    def translate(exc: BaseException) -> errors.TokenStoreError:
        if isinstance(exc, errors.TokenStoreError):
            return exc
        if isinstance(exc, errors.ConfigError):
            return sealing.unavailable(uri, str(exc).rstrip("."))
        meaning, text = why(exc)
        if meaning == "altered":
            return sealing.altered()
        if meaning == "denied":
            return sealing.denied(uri, text)
        return sealing.unavailable(uri, text)

    return sealing.envelope(sealing.Remote(_Transit(path), translate))


def why(exc: BaseException) -> tuple[Meaning, str]:
    """Tell what an error of Vault means.

    Parameters
    ----------
    exc : BaseException
        What hvac raised.

    Returns
    -------
    tuple of str
        ``"denied"``, ``"altered"``, ``"conflict"`` or ``"unavailable"``, and why, as the end of a
        sentence.
    """
    hvac: Any = sealing.package("hvac", extra="vault")
    said = str(exc).lower()
    if isinstance(exc, UnicodeDecodeError):
        return "altered", "it was changed"
    if isinstance(exc, hvac.exceptions.Forbidden | hvac.exceptions.Unauthorized):
        return "denied", "Vault's token has run out or its policy does not allow it"
    if isinstance(exc, hvac.exceptions.VaultDown):
        return "unavailable", "Vault is sealed"
    if isinstance(exc, hvac.exceptions.InvalidPath):
        return "unavailable", "Vault has nothing under this name"
    if isinstance(exc, hvac.exceptions.InvalidRequest):
        if "check-and-set" in said:
            return "conflict", "somebody else has written meanwhile"
        if "disallowed by policy" in said:
            return "unavailable", "the version of the key that sealed it is retired"
        if "authentication failed" in said or "invalid ciphertext" in said:
            return "altered", "it was changed"
        if "not found" in said:
            return "unavailable", "Vault has no such key"
        if "invalid role" in said or "invalid secret id" in said:
            return "denied", "Vault does not know the role or its secret id"
        return "unavailable", "Vault does not accept the request"
    if isinstance(exc, hvac.exceptions.RateLimitExceeded):
        return "unavailable", "Vault is being asked too often"
    return "unavailable", f"Vault did not answer ({type(exc).__name__})"


def _connected(hvac: Any) -> Any:
    address = os.environ.get("VAULT_ADDR", "").strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise errors.ConfigError(
            "VAULT_ADDR must be the https address of Vault, such as "
            "https://vault.example.org:8200; plain http only on this computer."
        )
    client = hvac.Client(
        url=address,
        namespace=os.environ.get("VAULT_NAMESPACE") or None,
        timeout=_ANSWER_WAIT_S,
        # a redirect could lead our token to another host
        allow_redirects=False,
    )
    if _has_role():
        _sign_in(client)
    elif not client.token:
        raise errors.ConfigError(
            "There is no token for Vault: set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID."
        )
    return client


def _has_role() -> bool:
    return bool(os.environ.get("VAULT_ROLE_ID") and not os.environ.get("VAULT_TOKEN"))


def _sign_in(client: Any) -> None:
    client.token = None
    client.auth.approle.login(
        role_id=os.environ["VAULT_ROLE_ID"], secret_id=os.environ.get("VAULT_SECRET_ID")
    )
