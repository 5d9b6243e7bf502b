"""The attack table, rows 1 to 8: what others can do to kept logins. Rows 4 to 6 and 8 of each key
are in test_ciphers.py.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import auth, config, errors, tokens
from spotify_analysis.demo.server import Server
from spotify_analysis.tokens import sealing
from tests.tokens.conftest import APP, token

# what signs requests to AWS; only this test looks for it
AWS_SECRET = "aws-secret-that-nobody-may-log"

# Looks at every file of the folder as fast as it can until the first program is done.
POLLING = """
import json, os, sys
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
seen = {"looks": 0, "names": 0, "bytes": 0}
folder = sys.argv[1]
print("ready", flush=True)
os.set_blocking(0, False)
done = False
while not done:
    seen["looks"] += 1
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    seen["names"] += len(names)
    for name in names + sys.argv[2:]:
        try:
            with open(os.path.join(folder, name), "rb") as file:
                seen["bytes"] += len(file.read())
        except OSError:
            pass
    try:
        done = os.read(0, 1) == b""
    except BlockingIOError:
        pass
print(json.dumps(seen))
"""


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """Make a folder that every user may look into."""
    folder = Path(tempfile.mkdtemp(prefix="spotify-analysis-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def poll(folder: Path, saves: Callable[[], None], names: list[str]) -> dict[str, int]:
    """Let another user look into a folder while something is saved there."""
    poller = subprocess.Popen(
        [sys.executable, "-I", "-c", POLLING, str(folder), *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd="/",
    )
    assert poller.stdout is not None
    assert poller.stdin is not None
    assert poller.stdout.readline() == b"ready\n"
    saves()
    said, _ = poller.communicate()
    assert poller.returncode == 0
    seen: dict[str, int] = json.loads(said)
    return seen


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can be a second user as well"
)
@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_attack_01_another_user_polls_the_folder(
    kind: str, common_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # who can read has nothing to do with power cuts, and the disk takes most of the time
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    (common_folder / "open").mkdir(mode=0o755)
    (common_folder / "open" / "file").write_text("open")
    assert poll(common_folder / "open", lambda: None, [])["bytes"] >= len("open"), "it can read"

    kept = common_folder / "kept"
    kept.mkdir(mode=0o755)
    uri = "file" if kind == "file" else f"sqlite:///{kept}/logins.db"
    store = tokens.store_for(uri, data_dir=kept, key="none")

    def saves() -> None:
        for number in range(2000 if kind == "file" else 60):
            if number % 20 == 0:
                store.clear(APP)  # so that it is made anew as well
            store.save(token(access_token=f"BQ-{number}"))

    place = kept / "tokens" if kind == "file" else kept
    name = tokens.FileStore(place).path(APP).name
    seen = poll(place, saves, [name, "logins.db", "logins.db-journal"])
    assert seen["looks"] > 10
    assert seen["bytes"] == 0


@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_attack_01_files_are_closed_whatever_the_umask(
    kind: str, make_store: Callable[..., tokens.TokenStore], tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        store = make_store(kind)
        store.save(token())
        store.load(APP)
    finally:
        os.umask(before)
    made = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert made
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


def test_attack_02_a_link_in_its_place_is_replaced_and_its_target_untouched(
    files: tokens.FileStore, tmp_path: Path
) -> None:
    files.save(token())
    target = tmp_path / "precious"
    target.write_text("precious")
    files.path(APP).unlink()
    files.path(APP).symlink_to(target)
    files.save(token())
    assert target.read_text() == "precious"
    assert not files.path(APP).is_symlink()
    assert files.load(APP) == token()


def test_attack_02_a_link_in_place_of_the_database_is_refused(
    make_store: Callable[..., tokens.TokenStore], tmp_path: Path
) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "kept").mkdir(mode=0o700)
    (tmp_path / "kept" / "logins.db").symlink_to(target)
    with pytest.raises(errors.TokenStoreError, match="cannot be used"):
        make_store("sqlite").save(token())
    assert target.read_text() == "precious"


@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_attack_03_a_folder_open_to_others_is_refused(
    kind: str, make_store: Callable[..., tokens.TokenStore], tmp_path: Path
) -> None:
    make_store(kind).save(token())
    folder = tmp_path / "kept" / ("tokens" if kind == "file" else "")
    folder.chmod(0o770)
    for use in (lambda store: store.load(APP), lambda store: store.save(token())):
        with pytest.raises(errors.TokenStoreError, match=f"chmod 700 '{folder}'"):
            use(make_store(kind))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "vault-kv"])
def test_attack_04_a_row_copied_to_another_owner_does_not_open(
    kind: str, make_store: Callable[..., tokens.TokenStore]
) -> None:
    from spotify_analysis.tokens import keyring_key

    class Keyring:
        kept: dict[str, str] = {}  # noqa: RUF012 - one for the test

        def get_password(self, _: str, name: str) -> str | None:
            return self.kept.get(name)

        def set_password(self, _: str, name: str, value: str) -> None:
            self.kept[name] = value

        def delete_password(self, _: str, name: str) -> None:
            del self.kept[name]

    for cipher in (tokens.PlainCipher(), keyring_key.KeyringCipher(Keyring())):
        store = make_store(kind)
        assert isinstance(store, tokens.RecordStore)
        store.cipher = cipher
        store.save(token())
        content = store._get(APP, "")
        assert content is not None
        with store.lock(APP, "bob"):
            store._put(token(), "bob", content)
        with pytest.raises(errors.AlteredTokenError, match="another app or person"):
            store.load(APP, "bob")
        assert store._get(APP, "bob") == content, "nothing is moved"
        assert store.load(APP) == token()
        store.clear(APP, "bob")


@pytest.mark.parametrize("rotate", [True, False])
def test_attack_07_an_old_backup_put_back_opens_and_the_refresh_says_sign_in_again(
    rotate: bool, files: tokens.FileStore, spotify: Server, settings: config.Settings,
    signed_in: Callable[..., tokens.Token],
) -> None:  # fmt: skip
    spotify.set(rotate_refresh_tokens=True)
    signed_in(files, expires_at=1.0)
    backup = files.path(spotify.client_id).read_bytes()
    auth.Login(settings, files).token()
    if not rotate:
        # signed in anew since then: the old refresh token is not ended by that
        spotify.state.revoke()
    files.path(spotify.client_id).write_bytes(backup)
    before = n_refreshes(spotify)
    with pytest.raises(errors.NotLoggedInError, match="sign in"):
        auth.Login(settings, files).token()
    assert n_refreshes(spotify) == before + 1, "asked once, and not again"


def n_refreshes(spotify: Server) -> int:
    """Count what the token endpoint was asked."""
    return sum(request.path == "/api/token" for request in spotify.requests)


def test_nothing_of_a_database_is_shown(tmp_path: Path) -> None:
    uri = "postgresql+psycopg://me:hunter2@127.0.0.1:1/logins?password=hunter3"
    store: Any = tokens.store_for(uri, data_dir=tmp_path, key="none")
    with pytest.raises(errors.TokenStoreError, match="cannot be used") as caught:
        store.load(APP)
    assert "hunter" not in f"{store!r} {store} {caught.value} {caught.value.__context__!r:.0}"
    settings = config.Settings(store=uri)
    assert "hunter" not in repr(settings)


# ---------------------------------------------------------------- 10: logs of stores and keys


LOGGERS = (
    *("botocore", "boto3", "urllib3", "requests", "hvac", "google", "grpc", "sqlalchemy"),
    *("psycopg", "keyring", "jeepney", "secretstorage", "filelock", "tink", "asyncio"),
    *("spotify_analysis", "spotipy"),
)
# what the library of each store or key says at DEBUG, so that we know it was heard
HEARD = {
    ("file", "keyring"): "filelock",  # keyring itself says nothing
    ("sqlite", "aws-kms"): "botocore",
    ("postgresql", "gcp-kms"): "sqlalchemy.engine",
    ("vault-kv", "vault"): "urllib3",
    ("sqlite", "none"): "sqlalchemy.engine",
    ("postgresql", "none"): "sqlalchemy.engine",
    ("vault-kv", "none"): "urllib3",
}


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """Collect whatever the libraries below us log, at their most talkative."""
    records: list[logging.LogRecord] = []

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # the services run in this process, too, and would log what they are sent
            if record.name.partition(".")[0] in LOGGERS:
                records.append(record)

    children = [n for n in logging.root.manager.loggerDict if n.partition(".")[0] in LOGGERS]
    names = ["", *LOGGERS, *children]
    before = {name: logging.getLogger(name).level for name in names}
    # Google's client keeps its words to itself if it is imported before anybody sets a level
    silent = [name for name in names if not logging.getLogger(name).propagate]
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True
    handler = Collecting(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield records
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = name not in silent


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> set[bytes]:
    """Collect the keys that key services are given to seal: with one, a record opens."""
    given: set[bytes] = set()
    encrypt = sealing.Remote.encrypt

    def noted(self: sealing.Remote, plaintext: bytes, associated_data: bytes) -> bytes:
        given.add(plaintext)
        return encrypt(self, plaintext, associated_data)

    monkeypatch.setattr(sealing.Remote, "encrypt", noted)
    return given


def said_of(keys: set[bytes], logged: list[logging.LogRecord]) -> set[str]:
    """Name the libraries that logged one of the keys, as bytes or as KMS and Vault are sent it."""
    forms = {base64.b64encode(one).decode() for one in keys} | {repr(one)[2:-1] for one in keys}
    return {
        record.name.partition(".")[0]
        for record in logged
        if any(form in f"{record.getMessage()} {vars(record)!r}" for form in forms)
    }


@pytest.mark.parametrize(("kind", "cipher"), HEARD)
def test_attack_10_the_libraries_of_stores_and_keys_log_no_secret(
    kind: str, cipher: str, make_store: Callable[..., tokens.TokenStore],
    make_key: Callable[[str], str], spotify: Server, settings: config.Settings,
    signed_in: Callable[..., tokens.Token], logged: list[logging.LogRecord],
    keys: set[bytes], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    key = "none" if cipher == "none" else make_key(cipher)
    if cipher == "aws-kms":
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", AWS_SECRET)
    store = make_store(kind, key)
    signed_in(store, expires_at=1.0)
    first = store.load(spotify.client_id)
    assert first is not None
    renewed = auth.Login(settings, make_store(kind, key)).token()
    assert renewed.access_token != first.access_token
    store.save(renewed, "bob")
    store.clear(spotify.client_id, "bob")
    heard = {record.name for record in logged}
    assert any(name.startswith(HEARD[kind, cipher]) for name in heard), heard
    # with what Google's libraries hang on a record, beside its text
    text = "\n".join(f"{one.name} {one.getMessage()} {vars(one)!r}" for one in logged)
    secrets = {str(one) for one in (*spotify.state.access_tokens, *spotify.state.refresh_tokens)}
    secrets |= {AWS_SECRET, os.environ.get("VAULT_TOKEN", AWS_SECRET)}
    assert len(secrets) >= 4
    assert [one[:2] for one in secrets if one in text] == []
    # as bytes of a record, as a value in JSON, and as Vault and KMS are sent it
    encoded = {base64.b64encode(one.encode()).decode().rstrip("=")[4:-4] for one in secrets}
    assert not [one for one in encoded if one in text]
    # the key that seals a record, on its way to the service: with both, a log opens the record
    assert bool(keys) == (cipher in ("aws-kms", "gcp-kms", "vault"))
    assert said_of(keys, logged) == set()


@pytest.mark.parametrize("cipher", ["aws-kms", "gcp-kms"])
def test_attack_10_the_search_sees_what_these_libraries_alone_would_log(
    cipher: str, make_store: Callable[..., tokens.TokenStore], make_key: Callable[[str], str],
    logged: list[logging.LogRecord], keys: set[bytes], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # if this fails they have changed their minds, and sealing may be simpler
    monkeypatch.setattr(sealing, "_unheard", contextlib.nullcontext)
    make_store("sqlite", make_key(cipher)).save(token())
    family = {"aws-kms": "botocore", "gcp-kms": "google"}[cipher]
    assert said_of(keys, logged) == {family}
