"""The fault matrix, rows T1 to T11 and H9: what can go wrong while a login is kept or renewed.

K1 to K4 are in test_ciphers.py. REFRESH_ROUNDS and KILLED_SAVES make the loops longer.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.server
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import (
    account_data,
    auth,
    client,
    config,
    errors,
    history,
    tokens,
    transport,
)
from spotify_analysis.demo.server import Server
from spotify_analysis.tokens import protocols
from tests.tokens.conftest import APP, NOW, run, token, worker
from tests.tokens.services.postgresql import PostgreSql

MakeStore = Callable[..., tokens.TokenStore]
SignedIn = Callable[..., tokens.Token]
ROUNDS = int(os.environ.get("REFRESH_ROUNDS", "15"))
KILLS = int(os.environ.get("KILLED_SAVES", "1000"))


def n_refreshes(spotify: Server) -> int:
    """Count what the token endpoint was asked."""
    return sum(request.path == "/api/token" for request in spotify.requests)


def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Say where a store is, for another program."""
    uri = {
        "file": lambda: "file",
        "sqlite": lambda: f"sqlite:///{tmp_path / 'kept' / 'logins.db'}",
        "postgresql": lambda: request.getfixturevalue("postgresql").url,
        "vault-kv": lambda: request.getfixturevalue("vault_uri"),
    }[kind]()
    return {"store": uri, "data_dir": str(tmp_path / "kept"), "key": "none"}


# ---------------------------------------------------------------- T1, T2, T3, T5: killed and full


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX")
@pytest.mark.parametrize(("kind", "n"), [("file", KILLS), ("sqlite", max(KILLS // 25, 20))])
def test_fault_T01_killed_at_any_moment_of_a_save(
    kind: str, n: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = run("killed_savings", **place(kind, tmp_path, request), app=APP, n=n, seed=7)
    assert found["kills"] == n
    assert found["neither"] == 0
    assert found["old"] + found["new"] == n
    assert found["old"] > 0
    assert found["left"] == 0, "what a killed program leaves goes with the next save"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is for POSIX")
@pytest.mark.parametrize("rotate", [True, False])
def test_fault_T02_killed_between_spotifys_answer_and_the_save(
    rotate: bool, files: tokens.FileStore, spotify: Server, settings: config.Settings,
    signed_in: SignedIn,
) -> None:  # fmt: skip
    spotify.set(rotate_refresh_tokens=rotate)
    before = signed_in(files, expires_at=1.0)
    about = {
        "store": f"file:{files.folder}", "data_dir": str(settings.data_dir), "key": "none",
        "app": spotify.client_id, "accounts_url": spotify.accounts_url, "api_url": spotify.api_url,
    }  # fmt: skip
    asked = n_refreshes(spotify)
    killed = subprocess.run(worker("refresh_without_saving", about), check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert n_refreshes(spotify) == asked + 1
    assert files.load(spotify.client_id) == before
    login = auth.Login(settings, files)
    if not rotate:
        assert login.token().access_token != before.access_token
        return
    with pytest.raises(errors.NotLoggedInError, match="Spotify ended this sign-in"):
        login.token()
    signed_in(files)
    assert auth.Login(settings, files).token().ended_at is None


@pytest.mark.skipif(os.name != "posix", reason="a limit for files is for POSIX")
def test_fault_T03_no_room_for_a_file_keeps_the_old_record(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn
) -> None:
    before = signed_in(files, expires_at=1.0)
    login = auth.Login(settings, files)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        # the operating system itself cuts each file off, as a quota does
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, usual[1]))
        with pytest.raises(errors.TokenStoreError, match="What was saved before is unchanged"):
            login.token()
        renewed = login.token()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, ignored)
    assert files.load(spotify.client_id) == before
    assert renewed.access_token != before.access_token, "it goes on in memory"
    assert not list(files.folder.glob(".*.new"))


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only root mounts a tmpfs"
)
@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_fault_T03_a_full_disk_keeps_the_old_record(kind: str, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir(mode=0o700)
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mount.returncode:
        pytest.skip("this container does not let us mount a small tmpfs")
    try:
        uri = f"file:{small}/tokens" if kind == "file" else f"sqlite:///{small}/logins.db"
        store = tokens.store_for(uri, data_dir=small, key="none")
        store.save(token())
        with (small / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        with pytest.raises(errors.TokenStoreError, match="is unchanged"):
            store.save(token(access_token="BQ-" + "n" * 8000))
        assert store.load(APP) == token()
        (small / "filler").unlink()
        store.save(token(access_token="BQ-" + "n" * 8000))
        kept = store.load(APP)
        assert kept is not None
        assert len(kept.access_token) == 8003
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.mark.parametrize("kind", ["file", "sqlite", "postgresql", "vault-kv"])
def test_fault_T05_a_lock_whose_holder_is_killed_or_hangs(
    kind: str, make_store: MakeStore, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store = make_store(kind)
    store.save(token())
    about = {**place(kind, tmp_path, request), "app": APP}
    if kind == "vault-kv":
        about["store"] = store.uri  # type: ignore[attr-defined]
    holder = subprocess.Popen(
        worker("holding", about), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGSTOP)
        with monkeypatch.context() as patch:
            patch.setattr(protocols, "LOCK_WAIT_S", 0.3)
            with pytest.raises(errors.TokenStoreError, match="has been using the saved login for"):
                make_store(kind).save(token(access_token="BQ-new"))
        holder.send_signal(signal.SIGKILL)
        holder.wait(60)
        make_store(kind).save(token(access_token="BQ-new"))
    finally:
        holder.kill()
        holder.communicate()
    assert store.load(APP) == token(access_token="BQ-new")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("kind", ["file", "sqlite"])
def test_fault_T05_a_store_goes_on_in_a_forked_process(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = run("forking", **place(kind, tmp_path, request), app=APP)
    assert found == {"codes": [0, 0], "early": False, "kept": [True] * 4}


# ---------------------------------------------------------------- T4: all at once


@pytest.mark.skipif(os.name != "posix", reason="the processes are forked")
@pytest.mark.parametrize("rotate", [True, False], ids=["rotating", "fixed"])
@pytest.mark.parametrize(
    ("kind", "processes"),
    [("file", 8), ("file", 2), ("sqlite", 4), ("postgresql", 4), ("vault-kv", 4)],
)
def test_fault_T04_processes_that_refresh_at_once_send_one_request(
    kind: str, processes: int, rotate: bool, tmp_path: Path, spotify: Server,
    settings: config.Settings, signed_in: SignedIn, request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    spotify.set(rotate_refresh_tokens=rotate)
    about = place(kind, tmp_path, request)
    store = tokens.store_for(about["store"], data_dir=Path(about["data_dir"]), key="none")
    signed_in(store)
    rounds = ROUNDS if (kind, processes) == ("file", 8) else max(ROUNDS // 5, 3)
    found = run(
        "refreshing", **about, app=spotify.client_id, accounts_url=spotify.accounts_url,
        api_url=spotify.api_url, processes=processes, rounds=rounds, timeout_s=1500,
    )  # fmt: skip
    if "REFRESH_ROUNDS" in os.environ:
        with capsys.disabled():
            sys.stdout.write(f"\n{kind}, {processes} processes, rotating {rotate}: {found}\n")
    assert found["first"] == []
    assert found["failures"] == 0
    assert found["requests"] == [1], "each round one request"
    assert found["tokens"] == [1], "each round all have the same token"
    assert (found["rounds"], found["codes"]) == (rounds, [0])


# ---------------------------------------------------------------- T6: damage, in every store


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "vault-kv"])
@pytest.mark.parametrize(
    "damage",
    [b"[]", b"7", b'{"format": 1}', b"[" * 30_000, b"x" * 70_000],
    ids=["list", "number", "parts", "deep", "large"],
)
def test_fault_T06_a_damaged_row_is_set_aside(
    kind: str, damage: bytes, make_store: MakeStore
) -> None:
    store = make_store(kind)
    assert isinstance(store, tokens.RecordStore)
    store.save(token())
    store.save(token(), "bob")
    with store.lock(APP):
        if kind == "vault-kv":
            path = store.path(APP)  # type: ignore[attr-defined]
            store._write(path, {"record": damage.decode()})  # type: ignore[attr-defined]
        else:
            store._write(APP, "", {"record": damage})  # type: ignore[attr-defined]
    with pytest.warns(UserWarning, match="You are signed out: sign in again"):
        assert store.load(APP) is None
    assert store.load(APP) is None
    assert store.load(APP, "bob") == token()
    store.save(token())
    assert store.load(APP) == token()


# ---------------------------------------------------------------- T7 to T11: what Spotify says


ENDED = {
    # what the person did, and what the message says of it
    "access removed": "the access was removed, or the password changed",
    "six months over": "a sign-in lasts six months",
}


@pytest.mark.parametrize("how", ENDED)
def test_fault_T07_a_login_that_spotify_has_ended_says_so_once(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn,
    tmp_path: Path, how: str,
) -> None:  # fmt: skip
    kept = history.History(tmp_path / "history")
    kept.add(exported(tmp_path))
    plays = kept.plays()
    if how == "access removed":
        # a changed password ends a login in the same words
        signed_in(files, expires_at=1.0)
        spotify.state.revoke()
    else:
        signed_in(files, expires_at=1.0, authorized_at=time.time() - 190 * 86_400)
        spotify.advance(days=190)
    asked = n_refreshes(spotify)
    for login in (auth.Login(settings, files), auth.Login(settings, files)):
        for _ in range(2):
            with pytest.raises(errors.NotLoggedInError, match="sign in with") as caught:
                login.token()
            assert ENDED[how] in str(caught.value)
        with client.Client(login, progress=False) as one, pytest.raises(errors.NotLoggedInError):
            kept.sync(one)
    assert n_refreshes(spotify) == asked + 1, "never asked again, by whoever"
    record = files.load(spotify.client_id)
    assert record is not None
    assert record.ended_at is not None
    assert len(plays) == 1
    assert kept.plays().equals(plays), "the history is untouched"


def exported(folder: Path) -> account_data.AccountData:
    """Give an export with one play in it."""
    path = folder / "StreamingHistory_music_0.json"
    path.write_text(
        '[{"endTime": "2024-05-18 10:00", "artistName": "a", "trackName": "b", "msPlayed": 1}]'
    )
    return account_data.read(path, time_zone="UTC", progress=False)


DOWN: dict[str, tuple[dict[str, Any], type[errors.SpotifyError], str]] = {
    "5xx": ({"status": 503}, errors.ServerError, "down for now"),
    "rate_429_json": ({"retry_after": 3600}, errors.RateLimitedError, "try again after"),
    "html_200": ({}, errors.BadAnswerError, "not with what it promises"),
    "list_200": ({}, errors.BadAnswerError, "not with what it promises"),
    "null_200": ({}, errors.BadAnswerError, "not with what it promises"),
    "slow": ({"delay_s": 60}, errors.TooSlowError, "silent"),
    "no expires_in": (
        {"body": b'{"access_token": "BQ-x", "token_type": "Bearer"}'},
        errors.BadAnswerError,
        "not with what it promises",
    ),
    "a number as text": (
        {"body": b'{"access_token": "BQ-x", "token_type": "Bearer", "expires_in": "3600"}'},
        errors.BadAnswerError,
        "not with what it promises",
    ),
}


@contextlib.contextmanager
def saying(body: bytes) -> Iterator[str]:
    """Run a sign-in server with one answer to everything, and give its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("kind", DOWN)
def test_fault_T08_while_sign_in_is_down_the_old_token_is_used(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn,
    kind: str,
) -> None:  # fmt: skip
    facts, error, says = DOWN[kind]
    soon = signed_in(files)
    content = files.path(spotify.client_id).read_bytes()

    with contextlib.ExitStack() as stack:
        if "body" in facts:
            url = stack.enter_context(saying(facts["body"]))
            settings = dataclasses.replace(settings, accounts_url=url)
        else:
            for _ in range(2):
                spotify.faults.add(kind, path="/api/token", **facts)
        # only silence is waited for; a busy machine may take its time with an answer
        limits = transport.Limits(silence_s=1.0 if kind == "slow" else 10.0)
        servers = [settings.accounts_url, settings.api_url]
        hasty = transport.session(servers, limits=limits)
        stack.callback(hasty.close)
        login = auth.Login(settings, files, session=hasty, clock=lambda: soon.expires_at - 30)
        assert login.token() == soon
        late = auth.Login(settings, files, session=hasty, clock=lambda: soon.expires_at + 30)
        with pytest.raises(error, match=says):
            late.token()
    assert files.path(spotify.client_id).read_bytes() == content


def test_fault_T09_a_clock_that_runs_fast_renews_once_in_a_while(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn
) -> None:
    signed_in(files)
    asked = n_refreshes(spotify)
    login = auth.Login(settings, files, clock=lambda: 4e9)
    for _ in range(5):
        login.token()
    assert n_refreshes(spotify) == asked + 1


@pytest.mark.parametrize("hours", [[-2.0], [2.0], [0.0, -2.0]], ids=["slow", "fast", "jumps back"])
def test_fault_T09_a_wrong_clock_costs_one_renewal(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn,
    hours: list[float],
) -> None:  # fmt: skip
    signed_in(files)
    ahead = hours[0]
    login = auth.Login(settings, files, clock=lambda: time.time() + ahead * 3600)
    asked = n_refreshes(spotify)
    with client.Client(login, progress=False, sleep=lambda _: None) as one:
        if len(hours) > 1:
            assert one.call("GET", "me")["id"]
        ahead = hours[-1]
        # by Spotify's clock the token is over, whatever ours says
        spotify.state.expire_access_tokens()
        for _ in range(3):
            assert one.call("GET", "me")["id"]
    assert n_refreshes(spotify) == asked + 1


def test_fault_T10_accounts_and_apps_in_one_place_are_kept_apart(store: tokens.TokenStore) -> None:
    logins = {
        (app, owner): token(client_id=app, access_token=f"BQ-{app[0]}{owner}")
        for app in (APP, "f" * 32)
        for owner in ("", "bob")
    }
    for (_, owner), one in logins.items():
        store.save(one, owner)
    store.clear(APP, "bob")
    del logins[APP, "bob"]
    assert store.load(APP, "bob") is None
    assert {key: store.load(*key) for key in logins} == logins


def test_fault_T10_one_folder_serves_two_logins_at_once(
    files: tokens.FileStore, settings: config.Settings, signed_in: SignedIn
) -> None:
    ada, bob = signed_in(files, expires_at=1.0), signed_in(files, "bob", expires_at=1.0)
    mine, his = auth.Login(settings, files), auth.Login(settings, files, owner="bob")
    renewed = mine.token()
    assert files.load(str(settings.client_id), "bob") == bob, "only one's own is written"
    assert his.token().access_token not in (renewed.access_token, ada.access_token)
    assert files.load(str(settings.client_id)) == renewed


def test_fault_T11_an_app_that_is_gone_names_the_setting_and_keeps_the_login(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    signed_in(files, expires_at=1.0)
    content = files.path(spotify.client_id).read_bytes()
    monkeypatch.setattr(spotify, "client_id", "f" * 32)
    with pytest.raises(errors.LoginError, match="SPOTIPY_CLIENT_ID") as caught:
        auth.Login(settings, files).token()
    assert "developer.spotify.com/dashboard" in str(caught.value)
    assert files.path(str(settings.client_id)).read_bytes() == content


def test_fault_T11_a_wrong_secret_names_the_setting_and_keeps_the_login(
    files: tokens.FileStore, spotify: Server, settings: config.Settings, signed_in: SignedIn
) -> None:
    signed_in(files, expires_at=1.0)
    content = files.path(spotify.client_id).read_bytes()
    wrong = dataclasses.replace(settings, client_secret="0" * 32)
    with pytest.raises(errors.LoginError, match="SPOTIPY_CLIENT_SECRET") as caught:
        auth.Login(wrong, files).token()
    assert "developer.spotify.com/dashboard" in str(caught.value)
    assert files.path(spotify.client_id).read_bytes() == content


def test_fault_K01_a_token_in_memory_goes_on_without_the_key(
    make_store: MakeStore, make_key: Callable[[str], str], spotify: Server,
    settings: config.Settings, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store = make_store("file", make_key("gcp-kms"))
    signed_in(store)
    login = auth.Login(settings, store)
    before = login.token()
    assert isinstance(store, tokens.FileStore)
    content = store.path(spotify.client_id).read_bytes()
    monkeypatch.setattr(store, "cipher", tokens.cipher_for("keyring"))  # switched off in tests
    assert login.token() == before
    with pytest.raises(errors.KeyUnavailableError):
        auth.Login(settings, store).token()
    assert store.path(spotify.client_id).read_bytes() == content


# ---------------------------------------------------------------- H9: the database goes away


def test_fault_H09_postgresql_restarted(postgresql: PostgreSql, tmp_path: Path) -> None:
    store = tokens.store_for(postgresql.url, data_dir=tmp_path, key="none")
    store.save(token())
    postgresql.halt()
    try:
        with pytest.raises(errors.TokenStoreError, match="What was saved before is unchanged"):
            store.load(APP)
    finally:
        postgresql.start()
    assert store.load(APP) == token()
    # in the middle of a refresh: the lock goes with the connection, the new token does not
    with store.lock(APP):
        assert store.load(APP) == token()
        postgresql.halt()
        postgresql.start()
        store.save(token(access_token="BQ-renewed"))
        assert store.load(APP) == token(access_token="BQ-renewed")
    assert store.load(APP) == token(access_token="BQ-renewed")


@pytest.mark.parametrize("when", ["before the save", "after the save"])
def test_fault_H09_the_connection_is_dropped_while_the_row_is_held(
    when: str, postgresql: PostgreSql, tmp_path: Path
) -> None:
    store = tokens.store_for(postgresql.url, data_dir=tmp_path, key="none")
    other = tokens.store_for(postgresql.url, data_dir=tmp_path, key="none")
    store.save(token())
    with store.lock(APP):
        assert store.load(APP) == token()
        if when == "before the save":
            drop_connections(postgresql)
        store.save(token(access_token="BQ-renewed"))
        if when == "after the save":
            drop_connections(postgresql)
    assert other.load(APP) == token(access_token="BQ-renewed")
    # somebody else has signed in anew meanwhile: that stays
    with store.lock(APP):
        store.load(APP)
        drop_connections(postgresql)
        other.save(token(authorized_at=NOW + 60))
        with pytest.raises(errors.TokenStoreError, match="signed in anew"):
            store.save(token(access_token="BQ-late"))
    assert other.load(APP) == token(authorized_at=NOW + 60)


def drop_connections(server: PostgreSql) -> None:
    """End all connections but the one that says so."""
    import psycopg

    with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND usename = 'me' AND backend_type = 'client backend'"
        )


def test_fault_H09_a_row_held_by_another_says_so(
    postgresql: PostgreSql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tokens.store_for(postgresql.url, data_dir=tmp_path, key="none")
    store.save(token())
    said: list[str] = []

    def other() -> None:
        try:
            store.save(token(access_token="BQ-other"))
        except errors.TokenStoreError as exc:
            said.append(str(exc))

    with store.lock(APP), monkeypatch.context() as patch:
        patch.setattr(protocols, "LOCK_WAIT_S", 0.3)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(said) == 1
    assert said[0].startswith("Another program has been using the saved login for 0.3 s")
    assert store.load(APP) == token()


def test_the_server_log_of_postgresql_holds_no_token(
    postgresql: PostgreSql, tmp_path: Path
) -> None:
    store = tokens.store_for(postgresql.url, data_dir=tmp_path, key="none")
    store.save(token())
    assert "BQ-access" not in postgresql.log()


def test_a_database_lists_whose_logins_it_keeps(make_store: MakeStore) -> None:
    for kind in ("sqlite", "postgresql"):
        store: Any = make_store(kind)
        assert store.logins() == []
        store.save(token(), "bob")
        store.save(token())
        store.clear(APP, "")
        assert store.logins() == [(APP, "bob")]
        assert json.dumps(store.logins())
