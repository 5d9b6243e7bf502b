"""Your own Spotify listening in a notebook: sign in, load, count, draw, suggest, take away.

>>> import spotify_analysis as sa
>>> spotify = sa.demo.connect()  # doctest: +SKIP

Nothing is loaded before it is first touched: importing this page costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_MODULES = (
    "account_data",
    "auth",
    "capabilities",
    "client",
    "config",
    "counting",
    "demo",
    "errors",
    "history",
    "loaders",
    "metrics",
    "playlists",
    "plots",
    "recommend",
    "recordings",
    "report",
    "suggestion_box",
    "tables",
    "tokens",
)
# name -> (module, attribute)
_FUNCTIONS = {
    "SuggestionBox": ("suggestion_box", "SuggestionBox"),
    "connect": ("client", "connect"),
    "login": ("auth", "login"),
    "logout": ("auth", "logout"),
    "status": ("auth", "status"),
}

__all__ = [
    "SuggestionBox",
    "__version__",
    "account_data",
    "auth",
    "capabilities",
    "client",
    "config",
    "connect",
    "counting",
    "demo",
    "errors",
    "history",
    "loaders",
    "login",
    "logout",
    "metrics",
    "playlists",
    "plots",
    "recommend",
    "recordings",
    "report",
    "status",
    "suggestion_box",
    "tables",
    "tokens",
]

if TYPE_CHECKING:
    from spotify_analysis import (
        account_data,
        auth,
        capabilities,
        client,
        config,
        counting,
        demo,
        errors,
        history,
        loaders,
        metrics,
        playlists,
        plots,
        recommend,
        recordings,
        report,
        suggestion_box,
        tables,
        tokens,
    )
    from spotify_analysis.auth import login, logout, status
    from spotify_analysis.client import connect
    from spotify_analysis.suggestion_box import SuggestionBox


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        module, attribute = _FUNCTIONS[name]
        return getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
