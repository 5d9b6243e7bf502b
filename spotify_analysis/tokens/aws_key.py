"""A key at AWS KMS."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from spotify_analysis import errors
from spotify_analysis.tokens import sealing

__all__ = ["AwsKeyCipher"]

_ARN = re.compile(r"aws-kms://arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)/[\w/-]+", re.ASCII)
# two tries of these end within the five seconds a key may take
_CONNECT_S, _READ_S = 2.0, 2.0
_DENIED = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_ALTERED = {"IncorrectKeyException", "InvalidCiphertextException"}
_WHY = {
    "DisabledException": "it is disabled",
    "KMSInvalidStateException": "it is disabled or about to be deleted",
    "NotFoundException": "there is no such key in this account and region",
    "ThrottlingException": "AWS KMS is being asked too often",
    "LimitExceededException": "AWS KMS is being asked too often",
}


class AwsKeyCipher(sealing.SealingCipher):
    """Seals with a key at AWS KMS.

    Parameters
    ----------
    uri : str
        ``aws-kms://arn:aws:kms:REGION:ACCOUNT:key/ID``.
    client : boto3 client, optional
        By default one made with the credentials that boto3 finds by itself.

    Raises
    ------
    ConfigError
        If the address is not of that form.
    """

    kind: ClassVar[str] = "aws-kms"

    def __init__(self, uri: str, *, client: Any = None) -> None:
        match = _ARN.fullmatch(uri)
        if match is None:
            raise errors.ConfigError(
                "`key` must be of the form aws-kms://arn:aws:kms:REGION:ACCOUNT:key/ID for a key "
                f"at AWS KMS; not {uri[:120]!r}."
            )
        super().__init__(uri)
        self._region = match[1]
        self._client = client

    def _open(self, *, may_make: bool) -> Any:
        return _opened(self.name, self._region, self._client)


def _opened(uri: str, region: str, client: Any) -> Any:
    boto3: Any = sealing.package("boto3", extra="aws")
    botocore: Any = sealing.package("botocore.exceptions", extra="aws")
    awskms: Any = sealing.package("tink.integration.awskms", extra="aws")

    def translate(exc: BaseException) -> errors.TokenStoreError:
        if isinstance(exc, botocore.ClientError):
            code = str(exc.response.get("Error", {}).get("Code", ""))
            if code in _ALTERED:
                return sealing.altered()
            if code in _DENIED:
                return sealing.denied(uri, f"AWS says {code}")
            return sealing.unavailable(uri, _WHY.get(code, f"AWS says {code[:60]}"))
        if isinstance(exc, botocore.NoCredentialsError | botocore.PartialCredentialsError):
            return sealing.denied(uri, "no AWS credentials were found (AWS_PROFILE, ~/.aws)")
        return sealing.unavailable(uri, f"AWS KMS did not answer ({type(exc).__name__})")

    if client is None:
        config: Any = sealing.package("botocore.config", extra="aws")
        limits = config.Config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        try:
            client = boto3.session.Session(region_name=region).client("kms", config=limits)
        except botocore.BotoCoreError as exc:
            raise translate(exc) from None
    remote = awskms.new_client(boto3_client=client, key_uri=uri).get_aead(uri)
    return sealing.envelope(sealing.Remote(remote, translate))
