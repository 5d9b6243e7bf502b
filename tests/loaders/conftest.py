"""The small listener of the stand-in's own tests, and clients for it in all three app modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from spotify_analysis import client, demo
from tests.demo.conftest import small_listener

MODES = ("new", "old", "extended")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, demo.Server]]:
    """Run one stand-in per app mode."""
    running = {mode: demo.Server(small_listener(), mode=mode).start() for mode in MODES}
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
