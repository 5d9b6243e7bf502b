"""What the answers have taught us about the app that asks; never guessed from dates."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from spotify_analysis import capabilities

__all__ = ["Facts"]

# fields that Spotify sends to older and extended apps only, by what holds them
_OLDER_FIELDS = {
    "track": ("popularity", "available_markets"),
    "album": ("popularity", "label", "available_markets", "album_group"),
    "artist": ("popularity", "followers"),
}
# where an object of that kind stands in an answer: path of keys, "*" for the first of a list
_WHERE: dict[str, tuple[tuple[str, str], ...]] = {
    "tracks/{id}": (("track", ""),),
    "albums/{id}": (("album", ""),),
    "artists/{id}": (("artist", ""),),
    "me/top/tracks": (("track", "items.*"),),
    "me/top/artists": (("artist", "items.*"),),
    "me/tracks": (("track", "items.*.track"),),
    "me/albums": (("album", "items.*.album"),),
    "me/following": (("artist", "artists.items.*"),),
    "me/player/recently-played": (("track", "items.*.track"),),
    "artists/{id}/albums": (("album", "items.*"),),
    "search": (("track", "tracks.items.*"), ("artist", "artists.items.*")),
}


class Facts:
    """What is known about the app, for the life of one client; safe between threads.

    Attributes
    ----------
    reduced : bool or None
        True for an app whose answers lack the fields dropped in February 2026, False for one
        that still gets them, None as long as no answer has shown it.
    playlist_key : str or None
        Where playlists keep their entries: ``"items"``, or ``"tracks"`` in the older shape.
    refused : set of str
        Endpoints that Spotify has refused this app as withdrawn.
    """

    def __init__(self) -> None:
        self.reduced: bool | None = None
        self.playlist_key: str | None = None
        self.refused: set[str] = set()
        self._limits: dict[str, int] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return (
            f"Facts(reduced={self.reduced}, playlist_key={self.playlist_key!r}, "
            f"refused={sorted(self.refused)})"
        )

    def learn(self, path: str, answer: Any) -> None:
        """Look at an answer for what it shows about the app.

        Parameters
        ----------
        path : str
            Path of the call, ids as ``{id}``.
        answer : Any
            The parsed JSON.
        """
        if not isinstance(answer, dict):
            return
        if path == "me/playlists":
            self._learn_playlist_key(_first(answer.get("items")))
        elif path == "playlists/{id}":
            self._learn_playlist_key(answer)
        if self.reduced is not None:
            return
        if path == "me":
            # whether these are there depends on scopes too, so only their presence says something
            if not answer.keys().isdisjoint(("followers", "product", "country")):
                self.reduced = False
            return
        for kind, where in _WHERE.get(path, ()):
            thing = _at(answer, where)
            if isinstance(thing, Mapping) and thing.get("id"):
                self.reduced = thing.keys().isdisjoint(_OLDER_FIELDS[kind])
                return

    def _learn_playlist_key(self, playlist: Any) -> None:
        if not isinstance(playlist, Mapping):
            return
        # answers of February 2026 held both names, so the newer one wins
        for key in ("items", "tracks"):
            if isinstance(playlist.get(key), Mapping):
                self.playlist_key = key
                return

    def refuse(self, method: str, path: str) -> None:
        """Remember that this app does not get an endpoint.

        Parameters
        ----------
        method, path : str
            The call.
        """
        with self._lock:
            self.refused.add(f"{method} /{capabilities.template(path)}")

    def gets(self, method: str, path: str) -> bool:
        """Tell whether a call is worth trying.

        Parameters
        ----------
        method, path : str
            The call.

        Returns
        -------
        bool
            False if Spotify has refused it before, or withdrew it from apps like this one.
        """
        endpoint = capabilities.find(method, path)
        if endpoint is None:
            return True
        withdrawn = endpoint.withdrawn is not None and self.reduced is True
        return not withdrawn and endpoint.name not in self.refused

    def limit(self, method: str, path: str) -> int:
        """Give the largest page this app may ask for.

        Parameters
        ----------
        method, path : str
            The call.

        Returns
        -------
        int
            Entries per answer. The smaller of two documented limits, until an answer has shown
            that the app is one of the older kind.
        """
        endpoint = capabilities.find(method, path)
        if endpoint is None:
            return 20
        if endpoint.name in self._limits:
            return self._limits[endpoint.name]
        small, large = endpoint.limit, endpoint.limit_older
        if large is not None and (small is None or self.reduced is False):
            return large
        return small or 20

    def note_limit(self, method: str, path: str) -> int | None:
        """Remember that the larger limit was refused.

        Parameters
        ----------
        method, path : str
            The call.

        Returns
        -------
        int or None
            The limit to use from now on; None if there is no smaller one to try.
        """
        endpoint = capabilities.find(method, path)
        if endpoint is None or endpoint.limit is None:
            return None
        if self.limit(method, path) <= endpoint.limit:
            return None
        with self._lock:
            self._limits[endpoint.name] = endpoint.limit
        return endpoint.limit


def _first(items: Any) -> Any:
    return next((one for one in items if one), None) if isinstance(items, list) else None


def _at(answer: Any, where: str) -> Any:
    for key in where.split(".") if where else ():
        if key == "*":
            answer = _first(answer)
        else:
            answer = answer.get(key) if isinstance(answer, Mapping) else None
    return answer
