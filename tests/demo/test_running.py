"""Connecting to a stand-in that runs by itself, and serving one for other programs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from spotify_analysis import account_data, auth, demo
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo import running


@pytest.fixture(autouse=True)
def _stopped_afterwards() -> Iterator[None]:
    yield
    demo.stop()


@pytest.fixture
def quick(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the background have a small listener."""
    monkeypatch.setattr(listeners, "listener", lambda seed: small(f"ada{seed}"))


def test_connect_signs_in_over_http(server: Any) -> None:
    with demo.connect(server=server) as spotify:
        assert spotify.me()["id"] == "ada"
        assert spotify.login.account_id == "ada-account"
        assert spotify.login.display_name == "Ada Example"
        assert spotify.granted_scopes >= auth.scopes_for()
    asked = [request.path for request in server.requests]
    assert asked[:2] == ["/authorize", "/api/token"]


def test_both_packages_of_the_made_up_listener(tmp_path: Path) -> None:
    zips = [demo.export_zip(tmp_path), demo.account_zip(tmp_path, generation="2026")]
    assert [path.name for path in zips] == ["my_spotify_data.zip", "my_spotify_account_data.zip"]
    # from what is kept by now
    assert demo.export_zip(tmp_path / "again").read_bytes() == zips[0].read_bytes()
    export = account_data.read(zips, time_zone="UTC", progress=False)
    assert len(export.plays) > 70_000
    assert export.report.n_covered > 0
    assert set(export.tables["wrapped_tops"]["year"]) == {2025}


def test_settings_and_options_are_told_apart(server: Any) -> None:
    with demo.connect(server=server, delay_s=0.001, workers=2, max_wait_s=7.0) as spotify:
        assert (spotify.workers, spotify.max_wait_s) == (2, 7.0)
    assert server.switches.delay_s == 0.001


@pytest.mark.usefixtures("quick")
def test_the_same_question_gives_the_same_stand_in() -> None:
    first, again = demo.connect(), demo.connect()
    old, other = demo.connect(mode="old"), demo.connect(seed=2)
    assert first.prefix == again.prefix
    assert len({first.prefix, old.prefix, other.prefix}) == 3
    assert old.me()["followers"] is not None
    assert other.me()["id"] == "ada2"
    made = first.current_user_playlist_create("Made")
    assert again.playlist(made["id"])["name"] == "Made"
    for spotify in (first, again, old, other):
        spotify.close()


@pytest.mark.usefixtures("quick")
def test_what_clients_keep_goes_with_the_stand_in() -> None:
    spotify = demo.connect()
    folder = spotify.settings.cache_dir
    assert folder.is_dir()
    spotify.close()
    demo.stop()
    assert not folder.exists()
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(spotify.prefix, timeout=5)


@pytest.mark.usefixtures("quick")
def test_a_wrong_setting_starts_nothing() -> None:
    with pytest.raises(ValueError, match="`mode` must be one of"):
        demo.connect(mode="newest")  # type: ignore[arg-type]
    assert not running._RUNNING


def test_a_forgotten_stand_in_ends_quietly_with_the_program() -> None:
    code = (
        "from spotify_analysis import demo\n"
        "from spotify_analysis.demo import listener\n"
        "listener.listener = listener.empty_listener\n"
        "print(demo.connect().settings.cache_dir)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).exists()


def test_serving_in_the_foreground_until_interrupted() -> None:
    code = (
        "from spotify_analysis import demo\n"
        "from spotify_analysis.demo import listener\n"
        "listener.listener = listener.empty_listener\n"
        "demo.serve(0, announce=lambda server: print(server.url, flush=True))\n"
        "print('ended')"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert requests.get(f"{url}/_demo", timeout=5).json()["client_id"]
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().strip() == "ended"
    assert process.returncode == 0


def test_serve_uses_the_port_it_is_told(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def interrupted(self: Any) -> None:
        seen["about"] = requests.get(f"{self.url}/_demo", timeout=5).json()
        raise KeyboardInterrupt

    monkeypatch.setattr(listeners, "listener", lambda seed: small(f"ada{seed}"))
    monkeypatch.setattr(demo.Server, "wait", interrupted)
    demo.serve(0, mode="old", seed=3)
    assert seen["about"]["user_id"] == "ada3"
    assert seen["about"]["settings"]["mode"] == "old"
