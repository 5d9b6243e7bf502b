"""What goes wrong for a listener, through the functions and commands a listener uses.

Each case is one error of ours that names the next step, and leaves nothing half-written. Elsewhere:
what is pasted into the login box (`auth/test_paste.py`), what Spotify's page says to a client id or
a redirect it does not know (`browser/test_login_box.py`), damaged zips
(`account_data/test_opening.py`), faults of Spotify (`client/test_calls.py`).
"""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
from click.testing import CliRunner

import spotify_analysis as sa
from spotify_analysis import cli, config, demo, errors, loaders, tables
from spotify_analysis.auth.sign_in import SignIn
from tests.demo.conftest import small_listener

SignInAs = Callable[..., None]


@pytest.fixture(scope="module")
def running() -> Iterator[demo.Server]:
    """Start one stand-in for all tests here."""
    with demo.Server(small_listener()) as server:
        yield server


@pytest.fixture
def server(running: demo.Server, monkeypatch: pytest.MonkeyPatch) -> demo.Server:
    """Give the stand-in as new, where the environment leads to it as to Spotify."""
    running.switches = type(running.switches)(auto_approve=True)
    running.clock = type(running.clock)()
    running.reset()
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", running.client_id)
    monkeypatch.setenv("SPOTIFY_ANALYSIS_ACCOUNTS_URL", running.accounts_url)
    monkeypatch.setenv("SPOTIFY_ANALYSIS_API_URL", running.api_url)
    return running


def sign_in() -> SignIn:
    """Press *Agree* and paste the address, as in the box."""
    one = SignIn(config.load(), sa.auth.DEFAULT_SCOPES, listen=False)
    one.start()
    assert one.attempt is not None
    page = requests.get(one.attempt.authorize_url, allow_redirects=False, timeout=5)
    one.paste(page.headers["Location"])
    one.stop()
    return one


@pytest.fixture
def signed_in(server: demo.Server) -> demo.Server:
    """Give a stand-in at which somebody has signed in."""
    assert sign_in().stage == "connected"
    return server


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what fills the disk: no byte written from then on reaches it."""

    def no_room(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(os, "fsync", no_room)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SPOTIPY_CLIENT_ID", "f" * 31, "31 characters, .* https://developer.spotify.com/dashb"),
        ("SPOTIPY_REDIRECT_URI", "http://localhost:8888/x", r"Register http://127\.0\.0\.1:8888/x"),
        ("SPOTIPY_REDIRECT_URI", "http://10.0.0.1/x", r"Register http://127\.0\.0\.1/callback"),
    ],
)
@pytest.mark.parametrize("do", [sa.connect, sa.login])
def test_a_wrong_client_id_or_redirect(
    server: demo.Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    do: Callable[[], Any],
    name: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(name, value)
    before = files(tmp_path)
    with pytest.raises(errors.ConfigError, match=says):
        do()
    assert not server.requests
    assert files(tmp_path) == before


def test_the_client_id_of_another_app(server: demo.Server, signed_in: demo.Server) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPOTIPY_CLIENT_ID", "0" * 32)
        with pytest.raises(errors.NotLoggedInError, match=r"login\(\).*spotify-analysis login"):
            sa.connect()
    with sa.connect() as spotify:
        assert len(loaders.profile(spotify)) == 1


def test_a_missing_scope(server: demo.Server) -> None:
    server.set(granted_scopes=["user-top-read"])
    sign_in()
    with sa.connect() as spotify:
        with pytest.raises(errors.MissingScopeError, match=r"user-library-read.*login\(\)"):
            loaders.saved_tracks(spotify)
        assert server.calls("me/tracks") == 0
        assert len(loaders.top_tracks(spotify))


def test_an_expired_login(signed_in: demo.Server, tmp_path: Path) -> None:
    signed_in.advance(days=200)
    with (
        sa.connect() as spotify,
        pytest.raises(errors.NotLoggedInError, match="spotify-analysis lo"),
    ):
        loaders.profile(spotify)
    assert not sa.status().signed_in
    done = CliRunner().invoke(cli.main, ["export", str(tmp_path / "out"), "--yes"])
    assert done.exit_code == 1
    assert "NotLoggedInError" in done.output
    assert not (tmp_path / "out").exists()


def test_no_network(signed_in: demo.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with monkeypatch.context() as patch:
        patch.setenv("SPOTIFY_ANALYSIS_API_URL", f"http://127.0.0.1:{port}/v1/")
        with (
            sa.connect(sleep=lambda _: None) as spotify,
            pytest.raises(errors.NetworkError, match="check the network and try again"),
        ):
            loaders.everything(spotify)
    with sa.connect() as spotify:  # the login has not suffered
        assert len(loaders.profile(spotify)) == 1


def test_a_full_disk_at_the_login(
    server: demo.Server, full_disk: Callable[[], None], tmp_path: Path
) -> None:
    full_disk()
    one = sign_in()
    assert one.stage == "over"
    assert isinstance(one.error, errors.TokenStoreError)
    assert re.search(r"No space left on device.*SPOTIFY_ANALYSIS_HOME", one.message)
    assert not {name for name in files(tmp_path) if name.endswith((".token", ".new"))}
    with pytest.raises(errors.NotLoggedInError):
        sa.connect()


@pytest.mark.parametrize(
    ("write", "suffix"), [(tables.write_csv, "csv"), (tables.write_parquet, "parquet")]
)
def test_a_full_disk_at_a_table(
    full_disk: Callable[[], None], tmp_path: Path, write: Callable[..., Any], suffix: str
) -> None:
    path = tmp_path / f"mine.{suffix}"
    write(pd.DataFrame({"n_plays": [1]}), path)
    before = path.read_bytes()
    full_disk()
    with pytest.raises(errors.TableError, match=r"No space left on device.*make room or choose"):
        write(pd.DataFrame({"n_plays": [2]}), path)
    assert path.read_bytes() == before
    assert files(tmp_path) == {path.name}


def test_a_full_disk_at_the_export(
    signed_in: demo.Server, full_disk: Callable[[], None], tmp_path: Path
) -> None:
    full_disk()
    done = CliRunner().invoke(cli.main, ["export", str(tmp_path / "out"), "--yes"])
    assert done.exit_code == 1
    assert "TableError" in done.output
    assert "make room or choose another folder" in done.output
    assert files(tmp_path / "out") == set()


@pytest.mark.parametrize("load", [loaders.top_tracks, loaders.top_artists])
def test_a_wrong_time_range(signed_in: demo.Server, load: Callable[..., Any]) -> None:
    with sa.connect() as spotify:
        signed_in.forget_requests()
        with pytest.raises(ValueError, match="'short_term', 'medium_term', 'long_term' or 'all'"):
            load(spotify, time_range="year")
    assert not signed_in.requests


@pytest.mark.parametrize(
    "load", [loaders.track, loaders.album, loaders.artist, loaders.playlist_items]
)
def test_an_unknown_id(signed_in: demo.Server, load: Callable[..., Any]) -> None:
    with sa.connect() as spotify:
        with pytest.raises(errors.NotFoundError, match=r"9{22}.*Check the id"):
            load(spotify, "9" * 22)
        signed_in.forget_requests()
        with pytest.raises(ValueError, match="an id of 22 letters and digits"):
            load(spotify, "not an id")
        assert not signed_in.requests
