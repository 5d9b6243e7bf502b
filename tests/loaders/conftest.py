"""The small listener of the stand-in's own tests, and clients for it in all three app modes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from spotify_analysis import client, demo

MODES = ("new", "old", "extended")


def _demo_conftest() -> ModuleType:
    """Load the file in which every fact of the small listener can be read."""
    name = "small_listener_of_the_demo_tests"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "demo" / "conftest.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """Give `small_listener`, `small_id` and their like."""
    return _demo_conftest()


@pytest.fixture(scope="module")
def servers(small: ModuleType) -> Iterator[dict[str, demo.Server]]:
    """Run one stand-in per app mode."""
    running = {mode: demo.Server(small.small_listener(), mode=mode).start() for mode in MODES}
    yield running
    for server in running.values():
        server.stop()


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """Name the kind of app, for tests that hold for all of them."""
    return str(request.param)


@pytest.fixture
def server(servers: dict[str, demo.Server], mode: str) -> demo.Server:
    """Give the stand-in of that mode, as new."""
    one = servers[mode]
    one.reset()
    one.faults.clear()
    return one


@pytest.fixture
def connect(server: demo.Server) -> Iterator[Callable[..., client.Client]]:
    """Make clients that neither wait nor draw bars."""
    made: list[client.Client] = []

    def make(**options: Any) -> client.Client:
        options = {"sleep": lambda _: None, "progress": False, **options}
        made.append(demo.connect(server=server, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def spotify(connect: Callable[..., client.Client], server: demo.Server) -> client.Client:
    """Give a client that has made no call yet."""
    one = connect()
    one.cache.clear()  # all clients of one stand-in share a folder
    server.forget_requests()
    return one
