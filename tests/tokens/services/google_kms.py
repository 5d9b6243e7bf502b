"""A stand-in for Google Cloud KMS: gRPC on loopback, from the messages of Google's own client."""

from __future__ import annotations

import secrets
from concurrent import futures
from typing import Any

import google_crc32c
import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.cloud import kms_v1
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceGrpcTransport,
)

NAME = "projects/p/locations/global/keyRings/r/cryptoKeys/k"
_SERVICE = "google.cloud.kms.v1.KeyManagementService"


class StandIn:
    """One key with numbered versions, any of which can be disabled."""

    def __init__(self) -> None:
        self.versions = [secrets.token_bytes(32)]
        self.disabled: set[int] = set()
        self.fails: grpc.StatusCode | None = None
        self.damages = False
        self.hangs_s = 0.0
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        handlers = {
            "Encrypt": grpc.unary_unary_rpc_method_handler(
                self._encrypt,
                request_deserializer=kms_v1.EncryptRequest.deserialize,
                response_serializer=kms_v1.EncryptResponse.serialize,
            ),
            "Decrypt": grpc.unary_unary_rpc_method_handler(
                self._decrypt,
                request_deserializer=kms_v1.DecryptRequest.deserialize,
                response_serializer=kms_v1.DecryptResponse.serialize,
            ),
        }
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(_SERVICE, handlers),)
        )
        port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.client = kms_v1.KeyManagementServiceClient(
            transport=KeyManagementServiceGrpcTransport(channel=self._channel)
        )

    def stop(self) -> None:
        self._channel.close()
        self._server.stop(None).wait()

    def _checked(self, request: Any, context: grpc.ServicerContext, field: str) -> None:
        if self.fails is not None:
            context.abort(self.fails, "as the test wants")
        if request.name != NAME:
            context.abort(grpc.StatusCode.NOT_FOUND, f"CryptoKey {request.name} not found.")
        for name in (field, "additional_authenticated_data"):
            if getattr(request, f"{name}_crc32c") != google_crc32c.value(getattr(request, name)):
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{name}_crc32c did not match")

    def _encrypt(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._checked(request, context, "plaintext")
        version = len(self.versions)
        if version in self.disabled:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "is not enabled")
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.versions[-1]).encrypt(
            nonce, request.plaintext, request.additional_authenticated_data
        )
        text = bytes([version]) + nonce + sealed
        return kms_v1.EncryptResponse(
            name=f"{NAME}/cryptoKeyVersions/{version}",
            ciphertext=text[:-1] if self.damages else text,
            ciphertext_crc32c=google_crc32c.value(text),
            verified_plaintext_crc32c=True,
            verified_additional_authenticated_data_crc32c=True,
        )

    def _decrypt(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._checked(request, context, "ciphertext")
        text = request.ciphertext
        if not text or not 1 <= text[0] <= len(self.versions):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Decryption failed")
        if text[0] in self.disabled:
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION, "is not enabled, current state is: DISABLED."
            )
        try:
            plain = AESGCM(self.versions[text[0] - 1]).decrypt(
                text[1:13], text[13:], request.additional_authenticated_data
            )
        except InvalidTag:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                "Decryption failed: verify that 'name' refers to the correct CryptoKey.",
            )
        return kms_v1.DecryptResponse(
            plaintext=plain[:-1] if self.damages else plain,
            plaintext_crc32c=google_crc32c.value(plain),
            used_primary=text[0] == len(self.versions),
        )
