"""A stand-in that runs by itself: in the background of a notebook, or in the foreground."""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING, Any

from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.switches import Mode

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["connect", "serve", "stop"]

_RUNNING: dict[Any, Server] = {}
_LOCK = threading.Lock()


def connect(*, mode: Mode = "new", seed: int = 1, **settings: Any) -> Client:
    """Sign the made-up listener in at a stand-in Spotify and give a client for it."""
    raise NotImplementedError


def serve(port: int = 9090, *, mode: Mode = "new", seed: int = 1, **settings: Any) -> None:
    """Run a stand-in Spotify in the foreground, until Ctrl+C.

    Parameters
    ----------
    port : int
        Where to listen on 127.0.0.1; 0 takes a free port.
    mode : {"new", "old", "extended"}
        The kind of app that calls.
    seed : int
        Which made-up listener.
    **settings : Any
        Further settings of `Server`.

    Raises
    ------
    OSError
        If the port is taken.
    """
    with Server(listeners.listener(seed), mode=mode, port=port, **settings) as server:
        try:
            server.wait()
        except KeyboardInterrupt:
            return


def stop() -> None:
    """Stop every stand-in that `connect` started in this process."""
    with _LOCK:
        for server in _RUNNING.values():
            server.stop()
        _RUNNING.clear()


atexit.register(stop)
