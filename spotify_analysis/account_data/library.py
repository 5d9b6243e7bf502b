"""YourLibrary and Playlist files to the tables the loaders fill from the Web API.

What only the Web API knows is missing; user names of collaborators are not taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

import pandas as pd

from spotify_analysis import tables

__all__ = ["library_tables", "playlist_tables"]


def library_tables(library: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Make tables of YourLibrary.

    Parameters
    ----------
    library : Mapping
        The object in the file.

    Returns
    -------
    dict of str to DataFrame
        ``saved_tracks``, ``saved_albums``, ``saved_shows``, ``saved_episodes`` and
        ``followed_artists``; URIs and followed artists are missing up to early 2021, and dates
        always. Files of one's own are among the tracks, named as their address names them.
    """
    songs: list[dict[str, Any]] = [
        {**_address(row), "track": _text(row, "track"), **_by(row), "is_local": False}
        for row in _rows(library, "tracks")
    ]
    songs += [
        {"uri": uri, **_local_file(uri), "is_local": True}
        for uri in library.get("other") or []
        if isinstance(uri, str) and uri.startswith("spotify:local:")
    ]
    albums = [{**_address(row), **_by(row)} for row in _rows(library, "albums")]
    shows = [
        {**_address(row), "show": _text(row, "name"), "publisher": _text(row, "publisher")}
        for row in _rows(library, "shows")
    ]
    episodes = [
        {**_address(row), "episode": _text(row, "name"), "show": _text(row, "show")}
        for row in _rows(library, "episodes")
    ]
    artists = [{**_address(row), "artist": _text(row, "name")} for row in _rows(library, "artists")]
    return {
        "saved_tracks": tables.conform(songs, tables.SAVED_TRACKS),
        "saved_albums": tables.conform(albums, tables.SAVED_ALBUMS),
        "saved_shows": tables.conform(shows, tables.SAVED_SHOWS),
        "saved_episodes": tables.conform(episodes, tables.SAVED_EPISODES),
        "followed_artists": tables.conform(artists, tables.FOLLOWED_ARTISTS),
    }


def playlist_tables(files: Iterable[Mapping[str, Any]]) -> dict[str, pd.DataFrame]:
    """Make tables of the Playlist files.

    Parameters
    ----------
    files : iterable of Mapping
        The objects in the files.

    Returns
    -------
    dict of str to DataFrame
        ``playlists`` and ``playlist_items``. The export has no ids of playlists; entries carry
        the day they were added, as midnight UTC.
    """
    playlists: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for file in files:
        for playlist in _rows(file, "playlists"):
            entries = _rows(playlist, "items")
            name = _text(playlist, "name")
            playlists.append(
                {
                    "playlist": name,
                    "description": _text(playlist, "description"),
                    "is_own": True,
                    "n_items": len(entries),
                    "is_readable": True,
                }
            )
            items += [
                {"playlist": name, "position": position, **_entry(entry)}
                for position, entry in enumerate(entries)
            ]
    return {
        "playlists": tables.conform(playlists, tables.PLAYLISTS),
        "playlist_items": tables.conform(items, tables.PLAYLIST_ITEMS),
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    added = {"added_at": _day(entry)}
    if track := _object(entry, "track"):
        return {
            **added,
            **_address(track, "trackUri"),
            "kind": "track",
            "track": _text(track, "trackName"),
            "artist": _text(track, "artistName"),
            "album": _text(track, "albumName"),
            "is_local": False,
        }
    if episode := _object(entry, "episode"):
        return {
            **added,
            **_address(episode, "episodeUri"),
            "kind": "episode",
            "episode": _text(episode, "episodeName"),
            "show": _text(episode, "showName"),
        }
    if local := _object(entry, "localTrack"):
        uri = _text(local, "uri")
        named = _local_file(uri) if uri else {}
        return {**added, **named, "kind": "local", "uri": uri, "is_local": True}
    if book := _object(entry, "audiobook"):
        return {**added, **_book(book), "kind": "audiobook"}
    return {**added, "kind": "removed"}


def _book(book: Mapping[str, Any]) -> dict[str, str | None]:
    """Take the address and the title of an audiobook; no one has told the names of its fields."""
    texts = [value for value in book.values() if isinstance(value, str) and value]
    uri = next((text for text in texts if text.startswith("spotify:")), None)
    title = next((text for text in texts if not text.startswith("spotify:")), None)
    return {"show": title, **_address({"uri": uri})}


def _rows(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = holder.get(name)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = holder.get(name)
    return value if isinstance(value, dict) else None


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def _by(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {"artist": _text(row, "artist"), "album": _text(row, "album")}


def _address(row: Mapping[str, Any], name: str = "uri") -> dict[str, str | None]:
    uri = _text(row, name)
    address = tables.parse_address(uri) if uri else None
    if address is None:
        return {"uri": None}
    return {"uri": uri} if address.kind == "local" else {"uri": uri, "id": address.id}


def _local_file(uri: str) -> dict[str, str | None]:
    """Read artist, album and title out of the address of a file of one's own."""
    parts = [unquote_plus(part) or None for part in uri.split(":")[2:]]
    if len(parts) != 4:  # with the length in seconds; nothing else has been seen
        return {}
    return dict(zip(("artist", "album", "track"), parts, strict=False))


def _day(entry: Mapping[str, Any]) -> str | None:
    day = _text(entry, "addedDate")
    try:
        return day and dt.date.fromisoformat(day).isoformat()
    except ValueError:
        return None
