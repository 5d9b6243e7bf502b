"""Stores keep logins private, whole, and apart from each other."""

from __future__ import annotations

import copy
import errno
import json
import os
import pickle
import re
import signal
import stat
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import config, errors, tokens
from spotify_analysis.tokens import protocols
from tests.tokens.conftest import APP, NOW, ROOT, token


class TestToken:
    def test_shows_no_secret(self) -> None:
        for text in (repr(token()), str(token()), f"{token()}"):
            assert "BQ-access" not in text
            assert "AQ-refresh" not in text
            assert APP not in text

    def test_is_not_pickled_but_can_be_copied(self) -> None:
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(token())
        one = token()
        assert copy.copy(one) is one
        assert copy.deepcopy([one])[0] is one
        with pytest.raises(TypeError):
            vars(one)

    def test_counts_what_is_left(self) -> None:
        assert token().seconds_left(NOW + 100) == 3500
        assert token().days_left(NOW) == 180
        assert token().days_left(NOW + 86_400 * 30) == 150
        assert token().days_left(NOW + 86_400 * 179.5) == 1
        assert token().days_left(NOW + 86_400 * 400) == 0
        assert token(ended_at=NOW).days_left(NOW) == 0


class TestEveryStore:
    def test_is_a_store(self, store: tokens.TokenStore) -> None:
        assert isinstance(store, tokens.TokenStore)

    def test_gives_back_what_it_got(self, store: tokens.TokenStore) -> None:
        assert store.load(APP) is None
        for one in (token(), token(account_id=None, display_name=None, ended_at=NOW + 1)):
            store.save(one)
            assert store.load(APP) == one

    def test_keeps_apps_and_owners_apart(self, store: tokens.TokenStore) -> None:
        store.save(token())
        store.save(token(access_token="BQ-bob"), "bob")
        store.save(token(client_id="f" * 32, access_token="BQ-other"))
        loaded = [store.load(APP), store.load(APP, "bob"), store.load("f" * 32)]
        assert [one and one.access_token for one in loaded] == ["BQ-access", "BQ-bob", "BQ-other"]
        store.clear(APP, "bob")
        store.clear(APP, "nobody")
        assert store.load(APP, "bob") is None
        assert store.load(APP) == token()

    def test_the_lock_may_be_taken_twice_by_one_thread(self, store: tokens.TokenStore) -> None:
        with store.lock(APP), store.lock(APP):
            store.save(token())
        assert store.load(APP) == token()

    def test_the_lock_holds_off_other_threads(
        self, store: tokens.TokenStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocols, "LOCK_WAIT_S", 0.1)
        said: list[str] = []

        def other() -> None:
            try:
                with store.lock(APP):
                    said.append("got it")
            except errors.TokenStoreError as exc:
                said.append(str(exc))

        with store.lock(APP):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            with store.lock("f" * 32):  # another app's login is free
                pass
        other()
        assert said[0].startswith("Another program has been using the saved login for 0.1 s")
        assert said[1] == "got it"

    def test_is_not_pickled_and_shows_no_secret(self, store: tokens.TokenStore) -> None:
        store.save(token())
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(store)
        assert "BQ-access" not in repr(store) + str(store)


class TestFileStore:
    def test_is_private_from_the_first_byte(
        self, files: tokens.FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        modes: list[int] = []
        fsync = os.fsync

        def looking(handle: int) -> None:
            modes.append(stat.S_IMODE(os.fstat(handle).st_mode))
            fsync(handle)

        monkeypatch.setattr(os, "fsync", looking)
        before = os.umask(0)
        try:
            files.save(token())
        finally:
            os.umask(before)
        assert modes == [0o600, 0o700]  # the file before it has its name, then the folder
        found = {path: stat.S_IMODE(path.stat().st_mode) for path in files.folder.iterdir()}
        assert set(found.values()) == {0o600}
        assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700

    def test_never_names_app_or_owner_in_a_file_name(self, files: tokens.FileStore) -> None:
        files.save(token(), "../../bob@example.org")
        assert [path.suffix for path in sorted(files.folder.iterdir())] == [".lock", ".token"]
        assert all(len(path.stem) == 64 for path in files.folder.iterdir())

    def test_fault_T03_a_full_disk_keeps_the_old_login(
        self, files: tokens.FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files.save(token())

        def full(_handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(errors.TokenStoreError, match="No space left on device"):
                files.save(token(access_token="BQ-new"))
        assert files.load(APP) == token()
        assert not list(files.folder.glob(".*.new"))

    def test_what_a_killed_program_left_is_removed(self, files: tokens.FileStore) -> None:
        files.save(token())
        left = files.folder / f".{files.path(APP).name}.abc.new"
        left.write_text("half")
        files.save(token())
        assert not left.exists()

    def test_a_link_in_its_place_is_replaced_and_its_target_untouched(
        self, files: tokens.FileStore, tmp_path: Path
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

    def test_a_link_is_not_read(self, files: tokens.FileStore, tmp_path: Path) -> None:
        files.save(token())
        moved = tmp_path / "elsewhere"
        files.path(APP).rename(moved)
        files.path(APP).symlink_to(moved)
        with pytest.warns(UserWarning, match="damaged"):
            assert files.load(APP) is None

    def test_a_folder_open_to_others_is_refused(self, files: tokens.FileStore) -> None:
        files.save(token())
        files.folder.chmod(0o770)
        for use in (lambda: files.load(APP), lambda: files.save(token())):
            with pytest.raises(errors.TokenStoreError, match=f"chmod 700 '{files.folder}'"):
                use()

    def test_a_file_open_to_others_is_closed(self, files: tokens.FileStore) -> None:
        files.save(token())
        files.path(APP).chmod(0o644)
        assert files.load(APP) == token()
        assert stat.S_IMODE(files.path(APP).stat().st_mode) == 0o600

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        store = tokens.FileStore(tmp_path / "file" / "tokens")
        with pytest.raises(errors.TokenStoreError, match="SPOTIFY_ANALYSIS_HOME"):
            store.save(token())
        store.clear(APP)

    def test_a_copied_record_does_not_open(self, files: tokens.FileStore) -> None:
        files.save(token())
        content = files.path(APP).read_bytes()
        files.path(APP, "bob").write_bytes(content)
        with pytest.raises(errors.AlteredTokenError, match="another app or person"):
            files.load(APP, "bob")
        assert files.path(APP, "bob").read_bytes() == content

    def test_a_newer_format_is_left_alone(self, files: tokens.FileStore) -> None:
        files.save(token())
        files.path(APP).write_text('{"format": 2, "sealed": "..."}')
        with pytest.raises(errors.TokenStoreError, match="newer version"):
            files.load(APP)
        assert files.path(APP).exists()

    def test_the_cipher_sees_every_byte(self, tmp_path: Path) -> None:
        class Upside:
            def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
                return plaintext[::-1] + associated_data

            def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
                if not ciphertext.endswith(associated_data):
                    raise errors.AlteredTokenError("sealed for somebody else")
                return ciphertext.removesuffix(associated_data)[::-1]

        assert isinstance(Upside(), tokens.Cipher)
        store = tokens.FileStore(tmp_path / "tokens", Upside())
        store.save(token())
        assert b"BQ-access" not in store.path(APP).read_bytes()
        assert store.load(APP) == token()
        store.path(APP).rename(store.path(APP, "bob"))
        with pytest.raises(errors.AlteredTokenError):
            store.load(APP, "bob")
        assert store.path(APP, "bob").exists(), "a failed decryption moves nothing"

    def test_what_cannot_be_read_back_is_not_written(self, files: tokens.FileStore) -> None:
        with pytest.raises(errors.TokenStoreError, match="cannot be kept") as caught:
            files.save(token(access_token="BQ with a blank"))
        assert "BQ with" not in str(caught.value)
        assert files.load(APP) is None


def changed(**changes: Any) -> Callable[[dict[str, Any]], str]:
    return lambda record: json.dumps({**record, **changes})


def without(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda record: json.dumps({key: record[key] for key in record if key != name})


DAMAGE: dict[str, Callable[[dict[str, Any]], str | bytes]] = {
    "empty": lambda _: "",
    "random bytes": lambda _: bytes(range(256)),
    "cut in half": lambda record: json.dumps(record)[:100],
    "a list": lambda record: json.dumps([record]),
    "a number": lambda _: "1",
    "null": lambda _: "null",
    "very deep": lambda _: "[" * 30_000,
    "1 MB": lambda record: json.dumps(record) + " " * 1_000_000,
    "no refresh token": without("refresh_token"),
    "refresh token null": changed(refresh_token=None),
    "refresh token empty": changed(refresh_token=""),
    "access token a number": changed(access_token=12),
    "access token with a line break": changed(access_token="BQ\r\nHost: evil"),
    "never expires": without("expires_at"),
    "expires_at null": changed(expires_at=None),
    "expires_at text": changed(expires_at="1800000000"),
    "expires_at true": changed(expires_at=True),
    "expires_at 1e400": lambda r: json.dumps(r).replace(str(NOW + 3600), "1e400"),
    "expires_at NaN": lambda r: json.dumps(r).replace(str(NOW + 3600), "NaN"),
    "expires_at in the year 300,000": changed(expires_at=1e13),
    "scopes a number": changed(scopes=7),
    "scopes text": changed(scopes="user-top-read"),
    "scopes of numbers": changed(scopes=[7]),
    "an unknown field": changed(token_type="Bearer"),
    "no format": without("format"),
    "spotipy's own": lambda _: json.dumps({"access_token": "x", "expires_at": 1, "scope": ""}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_fault_T06_a_damaged_record_is_set_aside(
    files: tokens.FileStore, damage: Callable[[dict[str, Any]], str | bytes]
) -> None:
    files.save(token())
    path = files.path(APP)
    content = damage(json.loads(path.read_text()))
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.warns(UserWarning, match="You are signed out: sign in again") as warned:
        assert files.load(APP) is None
    assert "BQ" not in str(warned[0].message)
    assert files.load(APP) is None
    aside = list(files.folder.glob("*.unreadable-*"))
    assert len(aside) == 1
    assert stat.S_IMODE(aside[0].stat().st_mode) == 0o600
    files.save(token())
    assert files.load(APP) == token()
    files.clear(APP)
    assert [one.suffix for one in files.folder.iterdir()] == [".lock"]


def test_only_the_newest_damaged_record_is_kept(files: tokens.FileStore) -> None:
    files.save(token())
    path = files.path(APP)
    older = path.with_name(f"{path.name}.unreadable-20200101T000000Z")
    older.write_text("old")
    path.write_text("damaged")
    with pytest.warns(UserWarning, match="damaged"):
        files.load(APP)
    assert [one.read_text() for one in files.folder.glob("*.unreadable-*")] == ["damaged"]


SAVING = """
import sys
from spotify_analysis import tokens
store = tokens.FileStore(sys.argv[1])
print("ready", flush=True)
n = 0
while True:
    n += 1
    store.save(tokens.Token("BQ" + str(n) * 500, "AQ", 1.0, frozenset(), 1.0, sys.argv[2]))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX")
def test_fault_T01_a_program_killed_while_saving_leaves_a_whole_record(
    files: tokens.FileStore,
) -> None:
    for n in range(3):
        saving = subprocess.Popen(
            [sys.executable, "-c", SAVING, str(files.folder), APP], stdout=subprocess.PIPE
        )
        assert saving.stdout is not None
        assert saving.stdout.readline() == b"ready\n"
        while files.load(APP) is None:
            time.sleep(0.001)
        time.sleep(0.002 * n)
        saving.send_signal(signal.SIGKILL)
        saving.wait()
        saving.stdout.close()
        kept = files.load(APP)
        assert kept is not None
        assert kept.access_token.startswith("BQ")
        # the dead program's lock is free at once
        files.save(token())


class TestStoreFor:
    def test_places(self, tmp_path: Path) -> None:
        memory = tokens.store_for("memory", data_dir=tmp_path, key=None)
        assert memory is tokens.store_for("memory", data_dir=tmp_path / "other", key="keyring")
        kept = tokens.store_for("file", data_dir=tmp_path, key=None)
        assert isinstance(kept, tokens.FileStore)
        assert kept.folder == tmp_path / "tokens"
        named = tokens.store_for(f"file:{tmp_path}/x", data_dir=tmp_path, key="none")
        assert isinstance(named, tokens.FileStore)
        assert named.folder == tmp_path / "x"
        assert named.sealing == "not sealed"
        rows = tokens.store_for(f"sqlite:///{tmp_path}/y.db", data_dir=tmp_path, key="none")
        assert str(rows) == f"in the database sqlite:///{tmp_path}/y.db"
        hub = "postgresql+psycopg://me:secret@db.example.org/hub?sslmode=require"
        shown = repr(tokens.store_for(hub, data_dir=tmp_path, key="none"))
        assert shown == (
            "DatabaseStore('postgresql+psycopg://me:***@db.example.org/hub', PlainCipher())"
        )
        vault = tokens.store_for("vault-kv://secret/spotify/{user}", data_dir=tmp_path, key=None)
        assert str(vault) == "in Vault under vault-kv://secret/spotify/{user}"
        assert [one.name for one in tmp_path.iterdir()] == ["home"], (
            "naming a store touches nothing"
        )

    @pytest.mark.parametrize("uri", ["", "file:", "keyring", "mysql://me:secret@host/db"])
    def test_a_place_we_do_not_have(self, uri: str, tmp_path: Path) -> None:
        with pytest.raises(errors.ConfigError, match="'file', 'file:FOLDER', 'memory'") as caught:
            tokens.store_for(uri, data_dir=tmp_path, key=None)
        assert "secret" not in str(caught.value).replace("vault-kv://secret", "")

    @pytest.mark.parametrize(
        "uri",
        [
            "sqlite://",
            "sqlite:///:memory:",
            "postgresql://me:pass@host/db",
            "postgresql+psycopg2://me:pass@host/db",
            "postgresql+psycopg://me:pass@host:port/db",
        ],
    )
    def test_a_database_we_do_not_know(self, uri: str, tmp_path: Path) -> None:
        with pytest.raises(errors.ConfigError, match="sqlite:///FILE") as caught:
            tokens.store_for(uri, data_dir=tmp_path, key="none")
        assert "pass" not in str(caught.value)

    @pytest.mark.parametrize(
        "uri", ["vault-kv://", "vault-kv://secret", "vault-kv://a/../b", "vault-kv://a/{owner}"]
    )
    def test_no_place_in_vault(self, uri: str, tmp_path: Path) -> None:
        with pytest.raises(errors.ConfigError, match="vault-kv://secret/spotify/"):
            tokens.store_for(uri, data_dir=tmp_path, key=None)

    def test_place_and_key_come_from_arguments_environment_or_a_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert (config.load().store, config.load().key) == ("file", None)
        hub = tmp_path / "hub.ini"
        hub.write_text("[spotify_analysis]\nstore = sqlite:///a.db\nkey = keyring\n")
        assert (config.load(file=hub).store, config.load(file=hub).key) == (
            "sqlite:///a.db",
            "keyring",
        )
        monkeypatch.setenv("SPOTIFY_ANALYSIS_STORE", "memory")
        monkeypatch.setenv("SPOTIFY_ANALYSIS_KEY", "none")
        assert (config.load().store, config.load().key) == ("memory", "none")
        assert config.load(key="vault://transit/keys/k").key == "vault://transit/keys/k"

    def test_a_settings_file_with_the_address_of_a_database_is_private(
        self, tmp_path: Path
    ) -> None:
        hub = tmp_path / "hub.ini"
        hub.write_text("[spotify_analysis]\nstore = postgresql+psycopg://me:secret@host/db\n")
        hub.chmod(0o644)
        with pytest.warns(UserWarning, match="holds the address of a database and can be read"):
            settings = config.load(file=hub)
        assert "secret" not in repr(settings)

    def test_a_database_wants_to_be_told_how_to_seal(self, tmp_path: Path) -> None:
        with pytest.raises(errors.ConfigError, match="want a `key` to seal them with"):
            tokens.store_for(f"sqlite:///{tmp_path}/y.db", data_dir=tmp_path, key=None)

    @pytest.mark.parametrize(
        ("store", "key", "missing", "extra"),
        [
            ("sqlite:////nowhere/y.db", "none", "sqlalchemy", "database"),
            ("postgresql+psycopg://host/db", "none", "psycopg", "database"),
            ("vault-kv://secret/{user}", "none", "hvac", "vault"),
            ("file", "keyring", "tink", "keyring"),
            ("file", "keyring", "keyring", "keyring"),
            ("file", "aws-kms://arn:aws:kms:eu-west-1:111122223333:key/a", "boto3", "aws"),
            ("file", "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k", "google", "gcp"),
            ("file", "vault://transit/keys/k", "hvac", "vault"),
        ],
    )
    def test_a_missing_package_is_named_with_the_line_that_installs_it(
        self,
        store: str,
        key: str,
        missing: str,
        extra: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
            monkeypatch.delitem(sys.modules, name)
        if extra not in ("database", "keyring"):
            for name in [one for one in sys.modules if one.startswith("tink.integration.")]:
                monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, missing, None)
        line = rf"pip install 'spotify-analysis\[{extra}\]'"
        with pytest.raises(errors.ConfigError, match=line) as caught:
            tokens.store_for(store, data_dir=tmp_path, key=key).save(token())
        assert f"package {missing!r}" in str(caught.value)


def test_the_page_on_logins_names_every_place_and_key() -> None:
    page = (ROOT / "docs" / "logins.md").read_text(encoding="utf-8")
    with pytest.raises(errors.ConfigError) as place:
        tokens.store_for("nowhere", data_dir=Path(), key=None)
    with pytest.raises(errors.ConfigError) as key:
        tokens.cipher_for("nothing")
    named = re.findall("'([^']+)'", f"{place.value} {key.value}")[1:]
    named.remove("nothing")
    assert len(named) == 11
    for name in named:
        assert f"`{name.removesuffix('...')}" in page, name
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extra in extras["optional-dependencies"].keys() - {"test", "lint", "sql"}:
        assert f"pip install 'spotify-analysis[{extra}]'" in page
