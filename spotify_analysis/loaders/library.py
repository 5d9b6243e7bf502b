"""What the listener has saved and whom they follow."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spotify_analysis import client as clients
from spotify_analysis import tables
from spotify_analysis.loaders.frames import table
from spotify_analysis.loaders.rows import Reader, id_of

__all__ = [
    "LISTS",
    "SavedList",
    "followed_artists",
    "followed_listing",
    "saved_albums",
    "saved_episodes",
    "saved_shows",
    "saved_tracks",
]


@dataclass(frozen=True)
class SavedList:
    """One of the four lists of saved things.

    Parameters
    ----------
    kind : str
        Where the thing stands in a row of the answer: ``"track"``.
    declared : Table
        The table it becomes.
    """

    kind: str
    declared: tables.Table

    def listing(self, reader: Reader) -> clients.Listing:
        """Describe the list to load.

        Parameters
        ----------
        reader : Reader
            Reads its rows.

        Returns
        -------
        Listing
            What `Client.pages_of` loads.
        """
        return clients.Listing(
            f"me/{self.kind}s", key=id_of, read=functools.partial(self._row, reader)
        )

    def _row(self, reader: Reader, item: Any) -> dict[str, Any] | None:
        thing = reader.thing(item, self.kind) if isinstance(item, Mapping) else {}
        if not thing:
            return None
        read: Callable[[Mapping[str, Any]], dict[str, Any]] = getattr(reader, self.kind)
        return {"added_at": reader.stamp(item, "added_at"), **read(thing)}


LISTS = {
    "saved_tracks": SavedList("track", tables.SAVED_TRACKS),
    "saved_albums": SavedList("album", tables.SAVED_ALBUMS),
    "saved_shows": SavedList("show", tables.SAVED_SHOWS),
    "saved_episodes": SavedList("episode", tables.SAVED_EPISODES),
}


def saved_tracks(client: clients.Client) -> pd.DataFrame:
    """Load the liked tracks, newest first.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per track; columns of `tables.SAVED_TRACKS`.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-library-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded to its end; says how far it came, and the same call goes on there.

    Notes
    -----
    Source: GET /me/tracks, scope user-library-read. Cost: one call per 50 tracks. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.saved_tracks(demo.connect())  # doctest: +SKIP
    """
    return _saved(client, "saved_tracks")


def saved_albums(client: clients.Client) -> pd.DataFrame:
    """Load the saved albums, newest first.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per album; columns of `tables.SAVED_ALBUMS`.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-library-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded to its end.

    Notes
    -----
    Source: GET /me/albums, scope user-library-read. Cost: one call per 50 albums. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.saved_albums(demo.connect())  # doctest: +SKIP
    """
    return _saved(client, "saved_albums")


def saved_shows(client: clients.Client) -> pd.DataFrame:
    """Load the followed podcasts, newest first.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per podcast; columns of `tables.SAVED_SHOWS`.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-library-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded to its end.

    Notes
    -----
    Source: GET /me/shows, scope user-library-read. Cost: one call per 50 podcasts. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.saved_shows(demo.connect())  # doctest: +SKIP
    """
    return _saved(client, "saved_shows")


def saved_episodes(client: clients.Client) -> pd.DataFrame:
    """Load the saved podcast episodes, newest first.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per episode; columns of `tables.SAVED_EPISODES`.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-library-read`` or ``user-read-playback-position``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded to its end.

    Notes
    -----
    Source: GET /me/episodes, scopes user-library-read and user-read-playback-position. Cost: one
    call per 50 episodes. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.saved_episodes(demo.connect())  # doctest: +SKIP
    """
    return _saved(client, "saved_episodes")


def _saved(client: clients.Client, name: str) -> pd.DataFrame:
    saved, reader = LISTS[name], Reader()
    client.require_scopes_of(f"loaders.{name}")
    listing = saved.listing(reader)
    items = client.pages_of([listing], label=name.replace("_", " "))[0]
    rows = [row for row in items if row is not None]
    report = {**items.report, "n_skipped": len(items) - len(rows)}
    return table(rows, saved.declared, call=f"GET /{listing.path}", reader=reader, report=report)


def followed_listing() -> clients.Listing:
    """Describe the list of followed artists.

    Returns
    -------
    Listing
        What `Client.cursor_pages` loads.
    """
    return clients.Listing("me/following", {"type": "artist"}, "artists", key=id_of)


def followed_artists(client: clients.Client) -> pd.DataFrame:
    """Load the artists the listener follows.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per artist; columns of `tables.FOLLOWED_ARTISTS`.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-follow-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded to its end.

    Notes
    -----
    Source: GET /me/following, scope user-follow-read. Cost: one call per 50 artists, one after
    another, because each page names the next. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.followed_artists(demo.connect())  # doctest: +SKIP
    """
    client.require_scopes_of("loaders.followed_artists")
    listing, reader = followed_listing(), Reader()
    items = client.cursor_pages(
        listing.path,
        params=listing.params,
        item_key=listing.item_key,
        key=listing.key,
        label="followed artists",
    )
    rows = [reader.artist(item) for item in items if isinstance(item, Mapping)]
    report = {**items.report, "n_skipped": len(items) - len(rows)}
    return table(
        rows, tables.FOLLOWED_ARTISTS, call="GET /me/following", reader=reader, report=report
    )
