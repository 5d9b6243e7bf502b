"""The attack table, rows 1 to 8: what others can do to kept logins. Rows 4 to 6 and 8 of each key
are in test_ciphers.py.
"""

from __future__ import annotations

import json
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
from tests.tokens.conftest import APP, token

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
