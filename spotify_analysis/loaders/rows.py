"""Spotify's JSON to rows of our tables: missing stays missing, and what does not fit is counted."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from spotify_analysis import tables

__all__ = ["Reader", "id_of"]

_JOIN = "; "
Row = dict[str, Any]


class Reader:
    """Reads answers field by field.

    A field that is absent or null is None. So is one of another type than Spotify promises; those
    are counted in `rejected`, so that a change at Spotify is seen and does not end a load.

    Attributes
    ----------
    rejected : Counter
        Number of values that did not fit, by field.
    """

    def __init__(self) -> None:
        self.rejected: Counter[str] = Counter()
        self._lock = threading.Lock()  # pages are read in the threads that fetch them

    # ------------------------------------------------------------ fields

    def text(self, thing: Mapping[str, Any], name: str) -> str | None:
        """Read a text.

        Parameters
        ----------
        thing : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        str or None
            The text.
        """
        value: str | None = self._typed(thing.get(name), str, name)
        return value

    def flag(self, thing: Mapping[str, Any], name: str) -> bool | None:
        """Read a truth value.

        Parameters
        ----------
        thing : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        bool or None
            The value.
        """
        value: bool | None = self._typed(thing.get(name), bool, name)
        return value

    def whole(self, thing: Mapping[str, Any], name: str) -> int | None:
        """Read a whole number; Spotify writes 45.0 for 45 now and then.

        Parameters
        ----------
        thing : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        int or None
            The number.
        """
        value = thing.get(name)
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if value is not None and (isinstance(value, bool) or not is_whole or abs(value) >= 2**63):
            self._reject(name)
            return None
        return None if value is None else int(value)

    def stamp(self, thing: Mapping[str, Any], name: str) -> str | None:
        """Read an instant.

        Parameters
        ----------
        thing : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        str or None
            The instant as ISO 8601 writes it, with its offset from UTC.
        """
        value = self.text(thing, name)
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self._reject(name)
            return None
        return value if at.tzinfo is not None else at.replace(tzinfo=UTC).isoformat()

    def thing(self, holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Read an object within an object.

        Parameters
        ----------
        holder : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        mapping
            The object; empty where there is none.
        """
        return self._typed(holder.get(name), dict, name) or {}

    def things(self, holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        """Read a list of objects; nulls in it are left out.

        Parameters
        ----------
        holder : mapping
            What holds it.
        name : str
            Name of the field.

        Returns
        -------
        list of mapping
            The objects.
        """
        listed = self._typed(holder.get(name), list, name) or []
        return [one for one in listed if isinstance(one, dict)]

    def _typed(self, value: Any, kind: type, name: str) -> Any:
        if value is None or isinstance(value, kind):
            return value
        self._reject(name)
        return None

    def _reject(self, name: str) -> None:
        with self._lock:
            self.rejected[name] += 1

    def _joined(self, values: Any, name: str) -> str | None:
        listed = self._typed(values, list, name)
        return _join(one for one in listed if isinstance(one, str)) if listed else None

    def image(self, thing: Mapping[str, Any]) -> str | None:
        """Read the address of the first picture, if it is on a server of Spotify's.

        Parameters
        ----------
        thing : mapping
            What holds it.

        Returns
        -------
        str or None
            The address.
        """
        images = self.things(thing, "images")
        url = self.text(images[0], "url") if images else None
        return self._safe(url, tables.spotify_image(url), "image_url")

    def link(self, thing: Mapping[str, Any]) -> str | None:
        """Read the link to Spotify's own page of a thing.

        Parameters
        ----------
        thing : mapping
            What holds it.

        Returns
        -------
        str or None
            The link; None where it leads elsewhere.
        """
        url = self.text(self.thing(thing, "external_urls"), "spotify")
        return self._safe(url, tables.spotify_link(url), "url")

    def _safe(self, given: str | None, safe: str | None, name: str) -> str | None:
        if given and safe is None:
            self._reject(name)
        return safe

    def _artists(self, thing: Mapping[str, Any]) -> Row:
        artists = self.things(thing, "artists")
        first = artists[0] if artists else {}
        return {
            "artist": self.text(first, "name") or None,
            "artists": _join(self.text(one, "name") for one in artists),
            "artist_id": self.text(first, "id"),
            "artist_ids": _join(self.text(one, "id") for one in artists),
        }

    def _released(self, thing: Mapping[str, Any]) -> Row:
        date = self.text(thing, "release_date") or None
        # "0000" stands for a date nobody knows
        year = re.match(r"(?!0000)\d{4}", date or "")
        return {"release_date": date, "release_year": int(year[0]) if year else None}

    # ------------------------------------------------------------ things

    def track(self, track: Mapping[str, Any]) -> Row:
        """Read a track: full, simplified, or a local file.

        Parameters
        ----------
        track : mapping
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.TRACKS`.
        """
        album = self.thing(track, "album")
        album_artists = self.things(album, "artists")
        uri = self.text(track, "uri")
        row: Row = {
            "track": self.text(track, "name"),
            **self._artists(track),
            "album": self.text(album, "name"),
            "album_type": self.text(album, "album_type"),
            **self._released(album),
            "duration_ms": self.whole(track, "duration_ms"),
            "explicit": self.flag(track, "explicit"),
            "popularity": self.whole(track, "popularity"),
            "disc_number": self.whole(track, "disc_number"),
            "track_number": self.whole(track, "track_number"),
            "isrc": self.text(self.thing(track, "external_ids"), "isrc"),
            "is_local": self.flag(track, "is_local"),
            "uri": uri,
            "id": self.text(track, "id"),
            "album_id": self.text(album, "id"),
            "album_artist": self.text(album_artists[0], "name") if album_artists else None,
            "image_url": self.image(album),
            "url": self.link(track),
        }
        if uri is not None and uri.startswith("spotify:local:"):
            row["is_local"] = True
            for name, value in _local_names(uri).items():
                row[name] = row[name] or value
        return row

    def album(self, album: Mapping[str, Any]) -> Row:
        """Read an album, full or simplified.

        Parameters
        ----------
        album : mapping
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.ALBUMS`.
        """
        return {
            "album": self.text(album, "name"),
            **self._artists(album),
            "album_type": self.text(album, "album_type"),
            **self._released(album),
            "n_tracks": self.whole(album, "total_tracks"),
            "label": self.text(album, "label"),
            "popularity": self.whole(album, "popularity"),
            "upc": self.text(self.thing(album, "external_ids"), "upc"),
            "uri": self.text(album, "uri"),
            "id": self.text(album, "id"),
            "image_url": self.image(album),
            "url": self.link(album),
        }

    def artist(self, artist: Mapping[str, Any]) -> Row:
        """Read an artist.

        Parameters
        ----------
        artist : mapping
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.ARTISTS`.
        """
        return {
            "artist": self.text(artist, "name"),
            "genres": self._joined(artist.get("genres"), "genres"),
            "popularity": self.whole(artist, "popularity"),
            "n_followers": self.whole(self.thing(artist, "followers"), "total"),
            "uri": self.text(artist, "uri"),
            "id": self.text(artist, "id"),
            "image_url": self.image(artist),
            "url": self.link(artist),
        }

    def show(self, show: Mapping[str, Any]) -> Row:
        """Read a podcast.

        Parameters
        ----------
        show : mapping
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.SAVED_SHOWS` but for ``added_at``.
        """
        return {
            "show": self.text(show, "name"),
            "publisher": self.text(show, "publisher"),
            "n_episodes": self.whole(show, "total_episodes"),
            "languages": self._joined(show.get("languages"), "languages"),
            "explicit": self.flag(show, "explicit"),
            "description": self.text(show, "description"),
            "uri": self.text(show, "uri"),
            "id": self.text(show, "id"),
            "url": self.link(show),
        }

    def episode(self, episode: Mapping[str, Any]) -> Row:
        """Read an episode of a podcast.

        Parameters
        ----------
        episode : mapping
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.SAVED_EPISODES` but for ``added_at``.
        """
        show, resume = self.thing(episode, "show"), self.thing(episode, "resume_point")
        return {
            "episode": self.text(episode, "name"),
            "show": self.text(show, "name"),
            **self._released(episode),
            "duration_ms": self.whole(episode, "duration_ms"),
            "explicit": self.flag(episode, "explicit"),
            "is_finished": self.flag(resume, "fully_played"),
            "resume_ms": self.whole(resume, "resume_position_ms"),
            "description": self.text(episode, "description"),
            "uri": self.text(episode, "uri"),
            "id": self.text(episode, "id"),
            "show_id": self.text(show, "id"),
            "url": self.link(episode),
        }

    def playlist(self, playlist: Mapping[str, Any], *, me: str, reads_all: bool) -> Row:
        """Read a playlist as it stands in the listener's library.

        Parameters
        ----------
        playlist : mapping
            As Spotify sends it.
        me : str
            User id of the listener.
        reads_all : bool
            Whether the app gets the entries of other people's playlists, too.

        Returns
        -------
        dict
            Columns of `tables.PLAYLISTS`.
        """
        owner = self.thing(playlist, "owner")
        owner_id = self.text(owner, "id")
        is_own = None if owner_id is None else owner_id == me
        collaborative = self.flag(playlist, "collaborative")
        # the newer name first: answers of early 2026 held both
        entries = self.thing(playlist, "items") or self.thing(playlist, "tracks")
        return {
            "playlist": self.text(playlist, "name"),
            "description": self.text(playlist, "description") or None,
            "owner": self.text(owner, "display_name"),
            "owner_id": owner_id,
            "is_own": is_own,
            "collaborative": collaborative,
            "public": self.flag(playlist, "public"),
            "n_items": self.whole(entries, "total"),
            "is_readable": reads_all or bool(is_own) or bool(collaborative),
            "snapshot_id": self.text(playlist, "snapshot_id"),
            "uri": self.text(playlist, "uri"),
            "id": self.text(playlist, "id"),
            "url": self.link(playlist),
        }

    def entry(self, entry: Mapping[str, Any] | None) -> Row:
        """Read an entry of a playlist, in the newer shape or the older one.

        Parameters
        ----------
        entry : mapping or None
            As Spotify sends it.

        Returns
        -------
        dict
            Columns of `tables.PLAYLIST_ITEMS` but for the playlist and the position.
        """
        entry = entry if isinstance(entry, Mapping) else {}
        # both names came in answers of early 2026; a track says nothing of its own under `track`
        item = self.thing(entry, "item") or self.thing(entry, "track")
        row: Row = {
            "added_at": self.stamp(entry, "added_at"),
            "added_by": self.text(self.thing(entry, "added_by"), "id") or None,
        }
        is_local = self.flag(entry, "is_local")
        if not item:
            return {**row, "kind": "removed", "is_local": is_local}
        if item.get("type") == "episode" or "show" in item:
            read = self.episode(item)
            shared = ("release_date", "release_year", "duration_ms", "explicit", "uri", "id", "url")
            return {
                **row,
                "kind": "episode",
                **{name: read[name] for name in (*shared, "show", "episode")},
                "is_local": False,
                "image_url": self.image(item),
            }
        read = self.track(item)
        if read["is_local"] is None:
            read["is_local"] = is_local
        return {**row, **read, "kind": "local" if read["is_local"] or is_local else "track"}


def id_of(thing: Any) -> Hashable | None:
    """Name a thing of a list, so that one which comes twice is seen.

    Parameters
    ----------
    thing : Any
        As Spotify sends it, or as a `Reader` read it.

    Returns
    -------
    str or None
        Its id; None for what has none, such as a null.
    """
    return thing.get("id") if isinstance(thing, Mapping) else None


def _join(values: Iterable[str | None]) -> str | None:
    return _JOIN.join(value for value in values if value) or None


def _local_names(uri: str) -> Row:
    """Read artist, album, title and length from the address of a local file."""
    parts = [unquote_plus(part) for part in uri.split(":")[2:]]
    artist, album, title, seconds = [*parts, "", "", "", ""][:4]
    return {
        "artist": artist or None,
        "artists": artist or None,
        "album": album or None,
        "track": title or None,
        "duration_ms": int(seconds) * 1000 if re.fullmatch(r"[0-9]{1,7}", seconds) else None,
    }
