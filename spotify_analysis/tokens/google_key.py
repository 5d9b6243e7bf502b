"""A key at Google Cloud KMS."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from spotify_analysis import errors
from spotify_analysis.tokens import sealing

__all__ = ["GoogleKeyCipher"]

_NAME = re.compile(
    r"gcp-kms://projects/[\w.:-]+/locations/[\w-]+/keyRings/[\w-]+/cryptoKeys/[\w-]+", re.ASCII
)
_ANSWER_WAIT_S = 5.0


class GoogleKeyCipher(sealing.SealingCipher):
    """Seals with a key at Google Cloud KMS.

    Parameters
    ----------
    uri : str
        ``gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K``.
    client : KeyManagementServiceClient, optional
        By default one made with the credentials that Google's library finds by itself.

    Raises
    ------
    ConfigError
        If the address is not of that form.
    """

    kind: ClassVar[str] = "gcp-kms"

    def __init__(self, uri: str, *, client: Any = None) -> None:
        if _NAME.fullmatch(uri) is None:
            raise errors.ConfigError(
                "`key` must be of the form gcp-kms://projects/P/locations/L/keyRings/R/"
                f"cryptoKeys/K for a key at Google Cloud KMS; not {uri[:120]!r}."
            )
        super().__init__(uri)
        self._client = client

    def _open(self, *, may_make: bool) -> Any:
        return _opened(self.name, self._client)


class _DamagedError(Exception):
    """What arrived is not what was sent."""


class _Patience:
    """Google's client with an end to its patience, and with its checksums checked.

    Bare, it goes on trying for a minute.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        crc: Any = sealing.package("google_crc32c", extra="gcp")
        self._checksum = crc.value

    def encrypt(self, *, request: dict[str, Any]) -> Any:
        answer = self._client.encrypt(
            request={
                **request,
                "plaintext_crc32c": self._checksum(request["plaintext"]),
                "additional_authenticated_data_crc32c": self._checksum(
                    request["additional_authenticated_data"]
                ),
            },
            timeout=_ANSWER_WAIT_S,
            retry=None,
        )
        if not answer.verified_plaintext_crc32c or answer.ciphertext_crc32c != self._checksum(
            answer.ciphertext
        ):
            raise _DamagedError
        return answer

    def decrypt(self, *, request: dict[str, Any]) -> Any:
        answer = self._client.decrypt(
            request={
                **request,
                "ciphertext_crc32c": self._checksum(request["ciphertext"]),
                "additional_authenticated_data_crc32c": self._checksum(
                    request["additional_authenticated_data"]
                ),
            },
            timeout=_ANSWER_WAIT_S,
            retry=None,
        )
        if answer.plaintext_crc32c != self._checksum(answer.plaintext):
            raise _DamagedError
        return answer


def _opened(uri: str, client: Any) -> Any:
    said: Any = sealing.package("google.api_core.exceptions", extra="gcp")
    auth: Any = sealing.package("google.auth.exceptions", extra="gcp")
    gcpkms: Any = sealing.package("tink.integration.gcpkms", extra="gcp")

    def translate(exc: BaseException) -> errors.TokenStoreError:
        if isinstance(exc, said.InvalidArgument):
            return sealing.altered()
        if isinstance(exc, said.Forbidden | said.Unauthorized):
            return sealing.denied(uri, f"Google says {type(exc).__name__}")
        if isinstance(exc, auth.GoogleAuthError):
            return sealing.denied(
                uri, "no Google credentials that work were found (GOOGLE_APPLICATION_CREDENTIALS)"
            )
        if isinstance(exc, said.FailedPrecondition):
            return sealing.unavailable(uri, "it, or the version that sealed, is not enabled")
        if isinstance(exc, said.NotFound):
            return sealing.unavailable(uri, "there is no such key")
        if isinstance(exc, said.ResourceExhausted):
            return sealing.unavailable(uri, "Cloud KMS is being asked too often")
        if isinstance(exc, _DamagedError):
            return sealing.unavailable(uri, "the answer of Cloud KMS was damaged on its way")
        return sealing.unavailable(uri, f"Cloud KMS did not answer ({type(exc).__name__})")

    if client is None:
        kms: Any = sealing.package("google.cloud.kms_v1", extra="gcp")
        try:
            client = kms.KeyManagementServiceClient()
        except auth.GoogleAuthError as exc:
            raise translate(exc) from None
    remote = gcpkms.new_client(kms_v1_client=_Patience(client), key_uri=uri).get_aead(uri)
    return sealing.envelope(sealing.Remote(remote, translate))
