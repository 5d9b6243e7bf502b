"""Your own Spotify listening in a notebook: sign in, load, count, draw, suggest, take away.

>>> import spotify_analysis as sa
>>> spotify = sa.demo.connect()  # doctest: +SKIP

Nothing is loaded before it is first touched: importing this page costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# name -> (module, attribute or None for the module itself)
_FRONT_PAGE: dict[str, tuple[str, str | None]] = {
    "connect": ("client", "connect"),
    "login": ("auth", "login"),
    "logout": ("auth", "logout"),
    **{
        name: (name, None)
        for name in (
            "account_data",
            "auth",
            "capabilities",
            "client",
            "config",
            "counting",
            "demo",
            "errors",
            "loaders",
            "metrics",
            "playlists",
            "plots",
            "recommend",
            "tables",
            "tokens",
        )
    },
}

__all__ = ["__version__", *sorted(_FRONT_PAGE)]  # noqa: PLE0604

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
        loaders,
        metrics,
        playlists,
        plots,
        recommend,
        tables,
        tokens,
    )
    from spotify_analysis.auth import login, logout
    from spotify_analysis.client import connect


def __getattr__(name: str) -> Any:
    try:
        module, attribute = _FRONT_PAGE[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    found = importlib.import_module(f"{__name__}.{module}")
    return found if attribute is None else getattr(found, attribute)


def __dir__() -> list[str]:
    return list(__all__)
