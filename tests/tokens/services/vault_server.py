"""A stand-in for Vault: sign-in, transit and key-value over HTTP, with OpenBao's words.

Only what our tests ask of a real one. Transit seals with AES-GCM under numbered versions; there is
no storage and no unsealing with key shares.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class RefusedError(Exception):
    def __init__(self, status: int, *said: str, **more: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = {"errors": list(said), **more}


@dataclass
class Key:
    versions: list[bytes] = field(default_factory=lambda: [secrets.token_bytes(32)])
    oldest: int = 1
    may_be_deleted: bool = False


@dataclass
class Secret:
    versions: list[dict[str, Any] | None] = field(default_factory=list)


class StandIn:
    """A Vault that is unsealed, with `transit`, `secret` and `approle` mounted."""

    def __init__(self) -> None:
        self.root = "hvs." + secrets.token_hex(12)
        self.sealed = False
        self.requests: list[str] = []
        self._guard = threading.RLock()
        self.tokens: dict[str, bool] = {self.root: True}
        self.policies: set[str] = set()
        self.roles: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, Key] = {}
        self.secrets: dict[str, Secret] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                given = json.loads(body) if body else {}
                token = self.headers.get("X-Vault-Token", "")
                path = self.path.partition("?")[0].removeprefix("/v1/")
                with outer._guard:
                    outer.requests.append(f"{self.command} {path}")
                    try:
                        status, said = 200, outer.answer(self.command, path, token, given)
                    except RefusedError as exc:
                        status, said = exc.status, exc.body
                content = b"" if said is None else json.dumps(said).encode()
                self.send_response(204 if said is None else status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_LIST = _answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    # ------------------------------------------------------------ answers

    def answer(self, method: str, path: str, token: str, given: dict[str, Any]) -> Any:
        if self.sealed:
            raise RefusedError(503, "Vault is sealed")
        if path == "auth/approle/login":
            return self._login(given)
        if token not in self.tokens:
            raise RefusedError(403, "permission denied", "invalid token")
        if path == "auth/token/revoke-self":
            del self.tokens[token]
            return None
        if not self.tokens[token]:
            raise RefusedError(403, "1 error occurred:\n\t* permission denied\n\n")
        for pattern, handler in self._routes().items():
            if match := re.fullmatch(pattern, path):
                return handler(method, given, *match.groups())
        raise RefusedError(404)

    def _routes(self) -> dict[str, Callable[..., Any]]:
        return {
            r"sys/auth/approle": lambda *_: None,
            r"sys/polic(?:y|ies/acl)/([\w-]+)": self._policy,
            r"auth/approle/role/([\w-]+)": self._role,
            r"auth/approle/role/([\w-]+)/(role-id|secret-id)": self._role_part,
            r"transit/keys/([\w-]+)": self._key,
            r"transit/keys/([\w-]+)/rotate": self._rotate,
            r"transit/keys/([\w-]+)/config": self._configure,
            r"transit/(encrypt|decrypt|rewrap)/([\w-]+)": self._transit,
            r"secret/(data|metadata)/(.+)": self._secret,
        }

    def _policy(self, _method: str, _given: dict[str, Any], name: str) -> None:
        self.policies.add(name)

    def _role(self, _method: str, given: dict[str, Any], name: str) -> None:
        policies = given.get("token_policies") or []
        policies = policies.split(",") if isinstance(policies, str) else policies
        self.roles[name] = {
            "role_id": secrets.token_hex(16),
            "secret_ids": set(),
            "allowed": bool(self.policies & set(policies)),
        }

    def _role_part(self, _method: str, _given: dict[str, Any], name: str, part: str) -> Any:
        if part == "role-id":
            return {"data": {"role_id": self.roles[name]["role_id"]}}
        made = secrets.token_hex(16)
        self.roles[name]["secret_ids"].add(made)
        return {"data": {"secret_id": made, "secret_id_accessor": secrets.token_hex(8)}}

    def _login(self, given: dict[str, Any]) -> Any:
        for role in self.roles.values():
            if (
                role["role_id"] == given.get("role_id")
                and given.get("secret_id") in role["secret_ids"]
            ):
                token = "hvs." + secrets.token_hex(12)
                self.tokens[token] = role["allowed"]
                return {"auth": {"client_token": token, "lease_duration": 60, "renewable": True}}
        raise RefusedError(400, "invalid role or secret ID")

    def _key(self, method: str, _given: dict[str, Any], name: str) -> Any:
        if method == "DELETE":
            if not self.keys[name].may_be_deleted:
                raise RefusedError(400, "deletion is not allowed for this key")
            del self.keys[name]
            return None
        if method == "GET":
            if name not in self.keys:
                raise RefusedError(404)
            return {"data": {"name": name, "latest_version": len(self.keys[name].versions)}}
        self.keys.setdefault(name, Key())
        return {"data": {"name": name}}

    def _rotate(self, _method: str, _given: dict[str, Any], name: str) -> Any:
        self.keys[name].versions.append(secrets.token_bytes(32))
        return {"data": {"name": name}}

    def _configure(self, _method: str, given: dict[str, Any], name: str) -> Any:
        self.keys[name].oldest = given.get("min_decryption_version") or self.keys[name].oldest
        if "deletion_allowed" in given:
            self.keys[name].may_be_deleted = bool(given["deletion_allowed"])
        return {"data": {"name": name}}

    def _transit(self, _method: str, given: dict[str, Any], action: str, name: str) -> Any:
        if name not in self.keys:
            # OpenBao makes a key that is not there only for those who may make one
            if action != "encrypt":
                raise RefusedError(400, "encryption key not found")
            self.keys[name] = Key()
        key = self.keys[name]
        if action == "encrypt":
            return {"data": {"ciphertext": self._sealed(key, base64.b64decode(given["plaintext"]))}}
        plain = self._opened(key, given["ciphertext"])
        if action == "decrypt":
            return {"data": {"plaintext": base64.b64encode(plain).decode()}}
        return {"data": {"ciphertext": self._sealed(key, plain)}}

    def _sealed(self, key: Key, plain: bytes) -> str:
        nonce = secrets.token_bytes(12)
        sealed = nonce + AESGCM(key.versions[-1]).encrypt(nonce, plain, None)
        return f"vault:v{len(key.versions)}:{base64.b64encode(sealed).decode()}"

    def _opened(self, key: Key, text: str) -> bytes:
        match = re.fullmatch(r"vault:v(\d+):(.+)", text)
        if match is None:
            raise RefusedError(400, "invalid ciphertext: no prefix")
        version = int(match[1])
        if version > len(key.versions):
            raise RefusedError(400, "invalid ciphertext: version is too new")
        if version < key.oldest:
            raise RefusedError(
                400, "ciphertext or signature version is disallowed by policy (too old)"
            )
        try:
            sealed = base64.b64decode(match[2], validate=True)
            return AESGCM(key.versions[version - 1]).decrypt(sealed[:12], sealed[12:], None)
        except ValueError:
            raise RefusedError(400, "invalid ciphertext: could not decode base64") from None
        except InvalidTag:
            raise RefusedError(400, "cipher: message authentication failed") from None

    def _secret(self, method: str, given: dict[str, Any], kind: str, path: str) -> Any:
        if kind == "metadata":
            if method == "DELETE":
                self.secrets.pop(path, None)
                return None
            if path not in self.secrets:
                raise RefusedError(404)
            return {"data": {"current_version": len(self.secrets[path].versions)}}
        kept = self.secrets.get(path, Secret())
        version = len(kept.versions)
        if method == "GET":
            if not version:
                raise RefusedError(404)
            about = {"version": version, "created_time": "2026-01-01T00:00:00Z"}
            if kept.versions[-1] is None:
                about["deletion_time"] = "2026-01-01T00:00:00Z"
                raise RefusedError(404, data={"data": None, "metadata": about})
            return {"data": {"data": kept.versions[-1], "metadata": {**about, "destroyed": False}}}
        if method == "DELETE":
            if version:
                kept.versions.append(None)
            return None
        wanted = (given.get("options") or {}).get("cas")
        if wanted is not None and wanted != version:
            raise RefusedError(400, "check-and-set parameter did not match the current version")
        kept.versions.append(given["data"])
        self.secrets[path] = kept
        return {"data": {"version": version + 1}}
