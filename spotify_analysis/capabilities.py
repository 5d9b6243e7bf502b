"""What Spotify allows: dated rows with their source, asked before a call is spent.

Three kinds of apps get different answers today: development apps made since 11 February 2026,
older development apps, and apps with extended quota. Nothing here says which kind an app is: that
is learnt from answers (`client.Facts`). When Spotify changes its mind, a row changes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from spotify_analysis import errors

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENDPOINTS", "Endpoint", "explain", "find", "require", "table", "template"]

_REFERENCE = "https://developer.spotify.com/documentation/web-api"
_CHANGES_2024 = "https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api"
_CHANGES_2026 = (
    "https://developer.spotify.com/documentation/web-api/references/changes/february-2026"
)
_FEB_2026 = "2026-02-11"
_NOV_2024 = "2024-11-27"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that can be asked of Spotify.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Path below the API's address, ids as ``{id}``: ``"playlists/{id}/items"``.
    scopes : tuple of str
        Permissions a call needs; of two scopes joined by ``|`` one is enough.
    limit : int or None
        Most entries in one answer that every kind of app gets.
    limit_older : int or None
        The same for older and extended apps, where it is larger.
    withdrawn : str or None
        Day from which development apps made since then do not get it, ``YYYY-MM-DD``.
    instead : str or None
        What to use where it is withdrawn.
    source : str
        Address of Spotify's own page about it.
    """

    method: str
    path: str
    scopes: tuple[str, ...] = ()
    limit: int | None = None
    limit_older: int | None = None
    withdrawn: str | None = None
    instead: str | None = None
    source: str = _REFERENCE

    @property
    def name(self) -> str:
        """Method and path, as in `usage`: ``"GET /me/tracks"``."""
        return f"{self.method} /{self.path}"


def _gone(method: str, path: str, instead: str | None, *, source: str = _CHANGES_2026) -> Endpoint:
    since = _NOV_2024 if source == _CHANGES_2024 else _FEB_2026
    return Endpoint(method, path, withdrawn=since, instead=instead, source=source)


_LIBRARY_WRITE = ("user-library-modify",)
_PLAYLIST_WRITE = ("playlist-modify-public|playlist-modify-private",)
_ONE_BY_ONE = "one call per id: loaders.{0}(spotify, ids) does that and keeps the answers"
_OWN_ARITHMETIC = "recommend.recommend(), which works on your own plays"

ENDPOINTS: tuple[Endpoint, ...] = (
    # the person
    Endpoint("GET", "me"),
    Endpoint("GET", "me/top/tracks", ("user-top-read",), 50),
    Endpoint("GET", "me/top/artists", ("user-top-read",), 50),
    Endpoint("GET", "me/player/recently-played", ("user-read-recently-played",), 50),
    Endpoint("GET", "me/following", ("user-follow-read",), 50),
    # the library
    Endpoint("GET", "me/tracks", ("user-library-read",), 50),
    Endpoint("GET", "me/albums", ("user-library-read",), 50),
    Endpoint("GET", "me/shows", ("user-library-read",), 50),
    Endpoint("GET", "me/episodes", ("user-library-read", "user-read-playback-position"), 50),
    Endpoint("PUT", "me/library", _LIBRARY_WRITE, 40),
    Endpoint("DELETE", "me/library", _LIBRARY_WRITE, 40),
    Endpoint("GET", "me/library/contains", ("user-library-read",), 40),
    # playlists
    Endpoint("GET", "me/playlists", ("playlist-read-private",), 50),
    Endpoint("POST", "me/playlists", _PLAYLIST_WRITE),
    Endpoint("GET", "playlists/{id}"),
    Endpoint("PUT", "playlists/{id}", _PLAYLIST_WRITE),
    Endpoint("GET", "playlists/{id}/items", ("playlist-read-private",), 50),
    Endpoint("POST", "playlists/{id}/items", _PLAYLIST_WRITE, 100),
    Endpoint("PUT", "playlists/{id}/items", _PLAYLIST_WRITE, 100),
    Endpoint("DELETE", "playlists/{id}/items", _PLAYLIST_WRITE, 100),
    # the catalogue
    Endpoint("GET", "tracks/{id}"),
    Endpoint("GET", "albums/{id}"),
    Endpoint("GET", "albums/{id}/tracks", (), 50),
    Endpoint("GET", "artists/{id}"),
    Endpoint("GET", "artists/{id}/albums", (), 10, 50, source=_CHANGES_2026),
    Endpoint("GET", "shows/{id}", ("user-read-playback-position",)),
    Endpoint("GET", "shows/{id}/episodes", ("user-read-playback-position",), 50),
    Endpoint("GET", "episodes/{id}", ("user-read-playback-position",)),
    Endpoint("GET", "audiobooks/{id}"),
    Endpoint("GET", "chapters/{id}"),
    Endpoint("GET", "search", (), 10, 50, source=_CHANGES_2026),
    # withdrawn in February 2026; older and extended apps may still get them
    Endpoint(
        "GET",
        "playlists/{id}/tracks",
        ("playlist-read-private",),
        limit_older=100,
        withdrawn=_FEB_2026,
        instead="GET /playlists/{id}/items",
        source=_CHANGES_2026,
    ),
    _gone("POST", "playlists/{id}/tracks", "POST /playlists/{id}/items"),
    _gone("PUT", "playlists/{id}/tracks", "PUT /playlists/{id}/items"),
    _gone("DELETE", "playlists/{id}/tracks", "DELETE /playlists/{id}/items"),
    Endpoint(
        "GET",
        "tracks",
        limit_older=50,
        withdrawn=_FEB_2026,
        instead=_ONE_BY_ONE.format("tracks"),
        source=_CHANGES_2026,
    ),
    Endpoint(
        "GET",
        "albums",
        limit_older=20,
        withdrawn=_FEB_2026,
        instead=_ONE_BY_ONE.format("albums"),
        source=_CHANGES_2026,
    ),
    Endpoint(
        "GET",
        "artists",
        limit_older=50,
        withdrawn=_FEB_2026,
        instead=_ONE_BY_ONE.format("artists"),
        source=_CHANGES_2026,
    ),
    *(
        _gone("GET", path, "one call per id")
        for path in ("episodes", "shows", "audiobooks", "chapters")
    ),
    _gone("GET", "artists/{id}/top-tracks", None),
    *(
        _gone("GET", path, None)
        for path in ("browse/new-releases", "browse/categories", "browse/categories/{id}")
    ),
    _gone("GET", "markets", None),
    _gone("GET", "users/{id}", "GET /me, for yourself"),
    _gone("GET", "users/{id}/playlists", "GET /me/playlists, for yourself"),
    _gone("POST", "users/{id}/playlists", "POST /me/playlists"),
    *(
        _gone(method, f"me/{kind}", f"{method} /me/library")
        for method in ("PUT", "DELETE")
        for kind in ("tracks", "albums", "episodes", "shows", "audiobooks", "following")
    ),
    *(
        _gone("GET", f"me/{kind}/contains", "GET /me/library/contains")
        for kind in ("tracks", "albums", "episodes", "shows", "audiobooks", "following")
    ),
    _gone("PUT", "playlists/{id}/followers", "PUT /me/library"),
    _gone("DELETE", "playlists/{id}/followers", "DELETE /me/library"),
    _gone("GET", "playlists/{id}/followers/contains", "GET /me/library/contains"),
    # withdrawn in November 2024
    *(
        _gone("GET", path, _OWN_ARITHMETIC, source=_CHANGES_2024)
        for path in (
            "recommendations",
            "recommendations/available-genre-seeds",
            "artists/{id}/related-artists",
        )
    ),
    *(
        _gone("GET", path, None, source=_CHANGES_2024)
        for path in (
            "audio-features",
            "audio-features/{id}",
            "audio-analysis/{id}",
            "browse/featured-playlists",
            "browse/categories/{id}/playlists",
        )
    ),
)

_BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}
# what follows one of these is an id, whatever it looks like (user ids may hold any sign)
_COLLECTIONS = frozenset(
    endpoint.path.split("/{id}")[0].rpartition("/")[2]
    for endpoint in ENDPOINTS
    if "/{id}" in endpoint.path
)
_ID = re.compile(r"[0-9A-Za-z]{22}")


@lru_cache(maxsize=4096)
def template(path: str) -> str:
    """Write a path with its ids as ``{id}``.

    Parameters
    ----------
    path : str
        Path below the API's address; a query and slashes around it are ignored.

    Returns
    -------
    str
        Like ``"playlists/{id}/items"``.

    Examples
    --------
    >>> template("playlists/37i9dQZF1DXcBWIGoYBM5M/items?limit=50")
    'playlists/{id}/items'
    """
    segments = path.partition("?")[0].strip("/").split("/")
    written = segments[:1]
    for before, segment in itertools.pairwise(segments):
        is_id = bool(_ID.fullmatch(segment)) or (segments[0] != "me" and before in _COLLECTIONS)
        written.append("{id}" if is_id else segment)
    return "/".join(written)


def find(method: str, path: str) -> Endpoint | None:
    """Look up what is known about a call.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Path below the API's address, with ids or ``{id}``.

    Returns
    -------
    Endpoint or None
        The row, or None where there is none.
    """
    return _BY_NAME.get(f"{method} /{template(path)}")


def explain(method: str, path: str, *, status: int | None = None) -> errors.WithdrawnError | None:
    """Say why Spotify refused a call, if the reason is that it was withdrawn.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Path below the API's address.
    status : int, optional
        HTTP status of the refusal.

    Returns
    -------
    WithdrawnError or None
        The error to raise, with date, address and what to use instead; None where the call is
        not on the list of withdrawn ones.
    """
    endpoint = find(method, path)
    if endpoint is None or endpoint.withdrawn is None:
        return None
    instead = (
        f"Use {endpoint.instead}." if endpoint.instead else "Spotify offers nothing in its place."
    )
    return errors.WithdrawnError(
        f"Spotify has withdrawn {endpoint.name!r} from apps like yours since "
        f"{endpoint.withdrawn} ({endpoint.source}). {instead}",
        since=endpoint.withdrawn,
        instead=endpoint.instead,
        source=endpoint.source,
        status=status,
        endpoint=endpoint.name,
    )


def require(method: str, path: str, *, refused: Iterable[str] = ()) -> None:
    """Raise before a call is spent on what this app is known not to get.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Path below the API's address.
    refused : iterable of str
        Names of endpoints that Spotify has refused this app before (`client.Facts.refused`).

    Raises
    ------
    WithdrawnError
        If the endpoint was refused and is on the list of withdrawn ones.
    """
    if f"{method} /{template(path)}" in refused:
        error = explain(method, path)
        if error is not None:
            raise error


def table() -> pd.DataFrame:
    """List what Spotify allows, one row per endpoint.

    Returns
    -------
    DataFrame
        Columns ``endpoint``, ``scopes`` (joined by '; '), ``limit`` and ``limit_older`` (entries
        per answer), ``withdrawn`` (date or missing), ``instead``, ``source``.
    """
    import pandas as pd

    rows = [
        (e.name, "; ".join(e.scopes), e.limit, e.limit_older, e.withdrawn, e.instead, e.source)
        for e in ENDPOINTS
    ]
    names = ["endpoint", "scopes", "limit", "limit_older", "withdrawn", "instead", "source"]
    frame = pd.DataFrame(rows, columns=names)
    texts = [name for name in names if not name.startswith("limit")]
    return frame.astype(
        {**dict.fromkeys(texts, "string"), "limit": "Int64", "limit_older": "Int64"}
    )
