"""Every store and every key, each on a real service or on a stand-in at loopback."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from google.cloud import kms_v1
from moto.server import ThreadedMotoServer

from spotify_analysis import auth, config, tokens
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.state import Clock
from spotify_analysis.demo.switches import Switches
from spotify_analysis.tokens import keyring_key
from tests.auth.conftest import person, redirected
from tests.tokens.services import google_kms, vault_server
from tests.tokens.services.postgresql import PostgreSql
from tests.tokens.services.secret_service import SecretService

APP = "0123456789abcdef0123456789abcdef"
NOW = 1_800_000_000.0
ROOT = Path(__file__).parents[2]
STORES = ["file", "memory", "sqlite", "postgresql", "vault-kv"]
# read at import: the fixture that gives each test a home of its own takes them away from no test
REAL_VAULT = (os.environ.get("VAULT_ADDR"), os.environ.get("VAULT_TOKEN"))


def token(**changes: Any) -> tokens.Token:
    """Make a login."""
    return dataclasses.replace(
        tokens.Token(
            access_token="BQ-access",
            refresh_token="AQ-refresh",
            expires_at=NOW + 3600,
            scopes=frozenset({"user-top-read", "user-library-read"}),
            authorized_at=NOW,
            client_id=APP,
            account_id="ada",
            display_name="Ada Ä. 🎧",
        ),
        **changes,
    )


class Vault:
    """A Vault to test with: the real one of VAULT_ADDR and VAULT_TOKEN, or the stand-in."""

    def __init__(self) -> None:
        import hvac

        address, root = REAL_VAULT
        self.stand_in = None if address and root else vault_server.StandIn()
        self.address = self.stand_in.url if self.stand_in else str(address)
        self.root = self.stand_in.root if self.stand_in else str(root)
        self.client = hvac.Client(url=self.address, token=self.root, timeout=10)
        # names no other run uses: a real server keeps what is there
        self.folder = f"test-{secrets.token_hex(6)}"
        if self.stand_in is None:
            mounts = self.client.sys.list_mounted_secrets_engines()["data"]
            if "transit/" not in mounts:
                self.client.sys.enable_secrets_engine("transit")
            if "secret/" not in mounts:
                self.client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
            if "approle/" not in self.client.sys.list_auth_methods()["data"]:
                self.client.sys.enable_auth_method("approle")

    def new_key(self) -> str:
        name = f"{self.folder}-{secrets.token_hex(4)}"
        self.client.secrets.transit.create_key(name)
        return name

    def new_role(self, *, allowed: bool = True) -> dict[str, str]:
        name = f"{self.folder}-{secrets.token_hex(4)}"
        policy = f"{name}-all"
        if allowed:
            rule = 'path "*" { capabilities = ["create", "read", "update", "delete", "list"] }'
            self.client.sys.create_or_update_policy(policy, rule)
        approle = self.client.auth.approle
        approle.create_or_update_approle(name, token_policies=[policy])
        return {
            "VAULT_ROLE_ID": approle.read_role_id(name)["data"]["role_id"],
            "VAULT_SECRET_ID": approle.generate_secret_id(name)["data"]["secret_id"],
        }

    def stop(self) -> None:
        if self.stand_in is not None:
            self.stand_in.stop()


@pytest.fixture(scope="session")
def running_vault() -> Iterator[Vault]:
    """Run one Vault for all tests."""
    vault = Vault()
    yield vault
    vault.stop()


@pytest.fixture
def vault(running_vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Give a Vault that the environment leads to."""
    for name in ("VAULT_ROLE_ID", "VAULT_SECRET_ID", "VAULT_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAULT_ADDR", running_vault.address)
    monkeypatch.setenv("VAULT_TOKEN", running_vault.root)
    return running_vault


@pytest.fixture
def vault_uri(vault: Vault) -> str:
    """Name a place in Vault that no other test uses."""
    return f"vault-kv://secret/{vault.folder}/{secrets.token_hex(4)}/{{user}}"


@pytest.fixture(scope="session")
def running_postgresql() -> Iterator[PostgreSql]:
    """Run one PostgreSQL for all tests."""
    server = PostgreSql()
    yield server
    server.remove()


@pytest.fixture
def postgresql(running_postgresql: PostgreSql) -> PostgreSql:
    """Give a PostgreSQL without any login in it."""
    import psycopg

    with psycopg.connect(running_postgresql.url.replace("+psycopg", "")) as connection:
        connection.execute("DROP TABLE IF EXISTS spotify_analysis_logins")
    return running_postgresql


@pytest.fixture
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., tokens.TokenStore]:
    """Give a maker of stores: called twice for a kind, it gives two stores of one place."""

    def make(kind: str, key: str = "none") -> tokens.TokenStore:
        uri = {
            "file": lambda: "file",
            "memory": lambda: "memory",
            "sqlite": lambda: f"sqlite:///{tmp_path / 'kept' / 'logins.db'}",
            "postgresql": lambda: request.getfixturevalue("postgresql").url,
            "vault-kv": lambda: request.getfixturevalue("vault_uri"),
        }[kind]()
        return tokens.store_for(uri, data_dir=tmp_path / "kept", key=key)

    return make


@pytest.fixture(params=STORES)
def store(
    request: pytest.FixtureRequest, make_store: Callable[..., tokens.TokenStore]
) -> Iterator[tokens.TokenStore]:
    """Give each kind of store, with nothing in it."""
    store = make_store(request.param)
    yield store
    if request.param == "memory":
        for owner in ("", "bob"):
            store.clear(APP, owner)
            store.clear("f" * 32, owner)


@pytest.fixture
def files(tmp_path: Path) -> tokens.FileStore:
    """Give a store of files, unsealed."""
    return tokens.FileStore(tmp_path / "kept" / "tokens")


# ---------------------------------------------------------------- keys


@pytest.fixture(scope="session")
def running_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """Run one GNOME keyring for all tests, unlocked."""
    service = SecretService(tmp_path_factory.mktemp("keyring"))
    yield service
    service.stop()


def lead_to(monkeypatch: pytest.MonkeyPatch, service: SecretService) -> None:
    """Let programs find a keyring."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


@pytest.fixture
def keyring(running_keyring: SecretService, monkeypatch: pytest.MonkeyPatch) -> SecretService:
    """Give a keyring that the environment leads to, and that is given time on a busy machine."""
    monkeypatch.setattr(keyring_key, "ANSWER_WAIT_S", 60.0)
    lead_to(monkeypatch, running_keyring)
    return running_keyring


class Aws:
    """moto's server, and a key in it."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self.kms = boto3.client(
            "kms",
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id="nobody",
            aws_secret_access_key="secret",
        )

    def new_key(self) -> str:
        return f"aws-kms://{self.kms.create_key()['KeyMetadata']['Arn']}"

    def stop(self) -> None:
        self.kms.close()
        self._server.stop()


@pytest.fixture(scope="session")
def running_aws() -> Iterator[Aws]:
    """Run one moto for all tests."""
    aws = Aws()
    yield aws
    aws.stop()


@pytest.fixture
def aws(running_aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Give an AWS that the environment leads to."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", running_aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return running_aws


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[google_kms.StandIn]:
    """Give a Cloud KMS that Google's client leads to."""
    stand_in = google_kms.StandIn()
    monkeypatch.setattr(kms_v1, "KeyManagementServiceClient", lambda: stand_in.client)
    yield stand_in
    stand_in.stop()


KEYS = ["keyring", "aws-kms", "gcp-kms", "vault"]


@pytest.fixture
def make_key(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Give a maker of keys by kind, each with its service running."""

    def make(kind: str) -> str:
        if kind == "keyring":
            request.getfixturevalue("keyring")
            return "keyring"
        if kind == "aws-kms":
            return request.getfixturevalue("aws").new_key()
        if kind == "gcp-kms":
            request.getfixturevalue("google")
            return f"gcp-kms://{google_kms.NAME}"
        return f"vault://transit/keys/{request.getfixturevalue('vault').new_key()}"

    return make


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest, make_key: Callable[[str], str]) -> str:
    """Give a new key of each kind."""
    return make_key(request.param)


# ---------------------------------------------------------------- Spotify


@pytest.fixture(scope="session")
def running_spotify() -> Iterator[Server]:
    """Run one stand-in Spotify for all tests."""
    with Server(person()) as server:
        yield server


@pytest.fixture
def spotify(running_spotify: Server) -> Server:
    """Give a stand-in Spotify as new, where Ada is signed in and agrees to everything."""
    running_spotify.switches = Switches(auto_approve=True)
    running_spotify.clock = Clock()
    running_spotify.reset()
    return running_spotify


@pytest.fixture
def settings(spotify: Server, tmp_path: Path) -> config.Settings:
    """Give settings for the stand-in."""
    return config.Settings(
        client_id=spotify.client_id,
        accounts_url=spotify.accounts_url,
        api_url=spotify.api_url,
        data_dir=tmp_path / "kept",
        cache_dir=tmp_path / "cache",
    )


@pytest.fixture
def signed_in(settings: config.Settings) -> Callable[..., tokens.Token]:
    """Give a way to sign in, with whatever of the token changed; it is saved in a store."""

    def sign_in(store: tokens.TokenStore, owner: str = "", **changes: Any) -> tokens.Token:
        attempt = auth.Attempt.start(settings, auth.DEFAULT_SCOPES)
        code = auth.parse_paste(redirected(attempt.authorize_url), attempt)
        given = auth.exchange(
            settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes
        )
        given = dataclasses.replace(given, account_id="ada-account", **changes)
        store.save(given, owner)
        return given

    return sign_in


def run(command: str, timeout_s: float = 280, **about: Any) -> dict[str, Any]:
    """Run a command of `workers` to its end and give what it found."""
    done = subprocess.run(
        worker(command, about), capture_output=True, text=True, timeout=timeout_s, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def worker(command: str, about: dict[str, Any]) -> list[str]:
    """Say how a command of `workers` is run."""
    code = "import runpy; runpy.run_module('tests.tokens.workers', run_name='__main__')"
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}",
            command, json.dumps(about)]  # fmt: skip
