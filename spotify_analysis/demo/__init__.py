"""A made-up listener and a stand-in Spotify on 127.0.0.1, for trying things out and for tests.

>>> from spotify_analysis import demo
>>> spotify = demo.connect()  # doctest: +SKIP

Nobody and nothing in it exists: artists, listeners and plays are made from a seed, and the same
seed always makes the same. No call leaves this computer.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

LOADED_AT = time.time()  # code on disk that is younger is not the code that runs here

# name -> module; loaded when first touched, because a web server is not free to import
_FRONT_PAGE = {
    "Catalogue": "catalogue",
    "Fault": "faults",
    "Listener": "listener",
    "Server": "server",
    "account_zip": "running",
    "connect": "running",
    "empty_listener": "listener",
    "export_zip": "running",
    "large_listener": "listener",
    "login": "running",
    "serve": "running",
    "status": "running",
    "stop": "running",
}

__all__ = [
    "Catalogue",
    "Fault",
    "Listener",
    "Server",
    "account_zip",
    "connect",
    "empty_listener",
    "export_zip",
    "large_listener",
    "login",
    "serve",
    "status",
    "stop",
]

if TYPE_CHECKING:
    from spotify_analysis.demo.catalogue import Catalogue
    from spotify_analysis.demo.faults import Fault
    from spotify_analysis.demo.listener import Listener, empty_listener, large_listener
    from spotify_analysis.demo.running import (
        account_zip,
        connect,
        export_zip,
        login,
        serve,
        status,
        stop,
    )
    from spotify_analysis.demo.server import Server


def __getattr__(name: str) -> Any:
    if name not in _FRONT_PAGE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_FRONT_PAGE[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
