"""From a thing of the catalogue to the JSON Spotify sends, in each app mode.

What a development app of 2026 no longer gets is left out, not null. Each dict is made once and
shared by all answers: copy before changing one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_plus

from spotify_analysis.demo import pictures
from spotify_analysis.demo.catalogue import Album, Catalogue
from spotify_analysis.demo.switches import Mode

__all__ = ["MARKETS", "Json", "Shapes"]

Json = dict[str, Any]

MARKETS = ["AU", "BR", "CA", "DE", "ES", "FR", "GB", "IE", "IN", "IT", "JP", "KE", "MX", "SE", "US"]

# Chapters and books travel as episodes and shows: their URIs say so.
URI_KIND = {"audiobook": "show", "chapter": "episode"}
_PATHS = {
    "track": "tracks",
    "album": "albums",
    "artist": "artists",
    "show": "shows",
    "episode": "episodes",
    "audiobook": "audiobooks",
    "chapter": "chapters",
    "playlist": "playlists",
    "user": "users",
}


class Shapes:
    """The JSON of a catalogue's things for one app mode.

    Parameters
    ----------
    catalogue : Catalogue
        Everything there is to hear.
    base_url : str
        The stand-in's address, for `href` and pictures.
    mode : {"new", "old", "extended"}
        The kind of app.
    """

    def __init__(self, catalogue: Catalogue, *, base_url: str, mode: Mode) -> None:
        self.catalogue = catalogue
        self.mode = mode
        self._base_url = base_url
        self._made: dict[tuple[str, str], Json] = {}
        self._albums_of: dict[str, list[tuple[str, str]]] | None = None

    @property
    def full(self) -> bool:
        """Whether the fields withdrawn in February 2026 are still there."""
        return self.mode != "new"

    # ------------------------------------------------------------------ the common part

    def identity(self, kind: str, id_: str) -> Json:
        """Give the five fields everything with an id has.

        Parameters
        ----------
        kind : str
            ``"track"``, ``"album"``, ``"user"``, ...
        id_ : str
            The id.

        Returns
        -------
        dict
            `external_urls`, `href`, `id`, `type` and `uri`.
        """
        uri_kind = URI_KIND.get(kind, kind)
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{uri_kind}/{quote(id_)}"},
            "href": self.href(kind, id_),
            "id": id_,
            "type": "episode" if kind == "chapter" else kind,
            "uri": f"spotify:{uri_kind}:{id_}",
        }

    def href(self, kind: str, id_: str, tail: str = "") -> str:
        """Give the address of a thing.

        Parameters
        ----------
        kind : str
            ``"track"``, ``"album"``, ``"user"``, ...
        id_ : str
            The id.
        tail : str
            What follows, like ``"/tracks"``.

        Returns
        -------
        str
            An address on our own host.
        """
        return f"{self._base_url}/v1/{_PATHS[kind]}/{quote(id_)}{tail}"

    def images(self, key: str) -> list[Json]:
        """List the pictures of a thing.

        Parameters
        ----------
        key : str
            Its id.

        Returns
        -------
        list of dict
            Largest first.
        """
        return pictures.images(self._base_url, key)

    def _once(self, shape: str, id_: str, make: Callable[[str], Json]) -> Json:
        made = self._made.get((shape, id_))
        if made is None:
            made = self._made[shape, id_] = make(id_)
        return made

    def _only_full(self, fields: Json) -> Json:
        return fields if self.full else {}

    # ------------------------------------------------------------------ music

    def artist(self, id_: str) -> Json:
        """Give an artist.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Artist object.
        """
        return self._once("artist", id_, self._artist)

    def _artist(self, id_: str) -> Json:
        artist = self.catalogue.artists[id_]
        return {
            **self.identity("artist", id_),
            "images": self.images(id_),
            "name": artist.name,
            **self._only_full(
                {
                    "followers": {"href": None, "total": artist.followers},
                    "genres": list(artist.genres),
                    "popularity": artist.popularity,
                }
            ),
        }

    def simple_artist(self, id_: str) -> Json:
        """Give an artist as named in tracks and albums.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified artist object.
        """
        return self._once(
            "simple artist",
            id_,
            lambda id_: {
                **self.identity("artist", id_),
                "name": self.catalogue.artists[id_].name,
            },
        )

    def simple_album(self, id_: str) -> Json:
        """Give an album as named in tracks and lists.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified album object.
        """
        return self._once("simple album", id_, self._simple_album)

    def _simple_album(self, id_: str) -> Json:
        album = self.catalogue.albums[id_]
        return {
            **self.identity("album", id_),
            "album_type": album.album_type,
            "artists": [self.simple_artist(artist) for artist in album.artist_ids],
            "images": self.images(id_),
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": album.release_date_precision,
            "total_tracks": len(album.track_ids),
            **self._only_full({"available_markets": MARKETS}),
        }

    def album(self, id_: str) -> Json:
        """Give an album with its first tracks.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Album object.
        """
        return self._once("album", id_, self._album)

    def _album(self, id_: str) -> Json:
        album = self.catalogue.albums[id_]
        tracks = [self.simple_track(track) for track in album.track_ids]
        return {
            **self.simple_album(id_),
            "copyrights": [
                {"text": f"{album.release_date[:4]} {album.label}", "type": letter}
                for letter in ("C", "P")
            ],
            "external_ids": {"upc": album.upc},
            "genres": [],
            "tracks": self.first_page(tracks, self.href("album", id_, "/tracks")),
            **self._only_full({"label": album.label, "popularity": album.popularity}),
        }

    def simple_track(self, id_: str) -> Json:
        """Give a track as listed in its album.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified track object.
        """
        return self._once("simple track", id_, self._simple_track)

    def _simple_track(self, id_: str) -> Json:
        track = self.catalogue.tracks[id_]
        return {
            **self.identity("track", id_),
            "artists": [self.simple_artist(artist) for artist in track.artist_ids],
            "disc_number": track.disc_number,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "is_local": False,
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
            **self._only_full({"available_markets": MARKETS}),
        }

    def track(self, id_: str) -> Json:
        """Give a track.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Track object.
        """
        return self._once("track", id_, self._track)

    def _track(self, id_: str) -> Json:
        track = self.catalogue.tracks[id_]
        return {
            **self.simple_track(id_),
            "album": self.simple_album(track.album_id),
            "external_ids": {"isrc": track.isrc},
            **self._only_full({"popularity": track.popularity}),
        }

    def local_track(self, uri: str) -> Json:
        """Give a file of the listener's own, which Spotify knows by name only.

        Parameters
        ----------
        uri : str
            ``spotify:local:Artist:Album:Title:seconds``, its parts percent-encoded.

        Returns
        -------
        dict
            Track object without id.
        """
        artist, album, title, seconds = [
            unquote_plus(part) for part in (*uri.split(":")[2:], "", "", "", "")[:4]
        ]
        nobody: Json = {"external_urls": {}, "href": None, "id": None, "uri": None}
        return {
            "album": {
                **nobody,
                "album_type": None,
                "artists": [],
                "images": [],
                "name": album,
                "release_date": None,
                "release_date_precision": None,
                "type": "album",
                **self._only_full({"available_markets": []}),
            },
            "artists": [{**nobody, "name": artist, "type": "artist"}],
            "disc_number": 0,
            "duration_ms": int(seconds) * 1000 if seconds.isdigit() else 0,
            "explicit": False,
            "external_ids": {},
            "external_urls": {},
            "href": None,
            "id": None,
            "is_local": True,
            "name": title,
            "preview_url": None,
            "track_number": 0,
            "type": "track",
            "uri": uri,
            **self._only_full({"available_markets": [], "popularity": 0}),
        }

    def discography(self, artist_id: str) -> list[tuple[str, str]]:
        """List the albums an artist made or appears on.

        Parameters
        ----------
        artist_id : str
            The artist.

        Returns
        -------
        list of tuple
            (group, album id): albums, singles, compilations and then appearances, each newest
            first.
        """
        if self._albums_of is None:
            self._albums_of = _discographies(self.catalogue)
        return self._albums_of.get(artist_id, [])

    # ------------------------------------------------------------------ speech

    def show(self, id_: str) -> Json:
        """Give a podcast, without its episodes.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified show object.
        """
        return self._once("show", id_, self._show)

    def _show(self, id_: str) -> Json:
        show = self.catalogue.shows[id_]
        return {
            **self.identity("show", id_),
            "copyrights": [],
            "description": show.description,
            "explicit": False,
            "html_description": show.description,
            "images": self.images(id_),
            "is_externally_hosted": False,
            "languages": list(show.languages),
            "media_type": "audio",
            "name": show.name,
            "total_episodes": len(show.episode_ids),
            **self._only_full({"available_markets": MARKETS, "publisher": show.publisher}),
        }

    def simple_episode(self, id_: str) -> Json:
        """Give an episode as listed in its podcast.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified episode object.
        """
        return self._once("simple episode", id_, self._simple_episode)

    def _simple_episode(self, id_: str) -> Json:
        episode = self.catalogue.episodes[id_]
        languages = list(self.catalogue.shows[episode.show_id].languages)
        return {
            **self.identity("episode", id_),
            "audio_preview_url": None,
            "description": episode.description,
            "duration_ms": episode.duration_ms,
            "explicit": episode.explicit,
            "html_description": episode.description,
            "images": self.images(episode.show_id),
            "is_externally_hosted": False,
            "is_playable": True,
            "language": languages[0] if languages else "",
            "languages": languages,
            "name": episode.name,
            "release_date": episode.release_date,
            "release_date_precision": "day",
        }

    def episode(self, id_: str) -> Json:
        """Give an episode.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Episode object.
        """
        return self._once(
            "episode",
            id_,
            lambda id_: {
                **self.simple_episode(id_),
                "show": self.show(self.catalogue.episodes[id_].show_id),
            },
        )

    def audiobook(self, id_: str) -> Json:
        """Give an audiobook, without its chapters.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified audiobook object.
        """
        return self._once("audiobook", id_, self._audiobook)

    def _audiobook(self, id_: str) -> Json:
        book = self.catalogue.audiobooks[id_]
        return {
            **self.identity("audiobook", id_),
            "authors": [{"name": name} for name in book.authors],
            "copyrights": [],
            "description": book.name,
            "edition": book.edition,
            "explicit": False,
            "html_description": book.name,
            "images": self.images(id_),
            "languages": ["en"],
            "media_type": "audio",
            "name": book.name,
            "narrators": [{"name": name} for name in book.narrators],
            "total_chapters": len(book.chapter_ids),
            **self._only_full({"available_markets": MARKETS, "publisher": book.publisher}),
        }

    def simple_chapter(self, id_: str) -> Json:
        """Give a chapter as listed in its book.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Simplified chapter object.
        """
        return self._once("simple chapter", id_, self._simple_chapter)

    def _simple_chapter(self, id_: str) -> Json:
        chapter = self.catalogue.chapters[id_]
        return {
            **self.identity("chapter", id_),
            "audio_preview_url": None,
            "chapter_number": chapter.number,
            "description": chapter.name,
            "duration_ms": chapter.duration_ms,
            "explicit": False,
            "html_description": chapter.name,
            "images": self.images(chapter.audiobook_id),
            "is_playable": True,
            "languages": ["en"],
            "name": chapter.name,
            "release_date": "2020-01-01",
            "release_date_precision": "day",
            **self._only_full({"available_markets": MARKETS}),
        }

    def chapter(self, id_: str) -> Json:
        """Give a chapter.

        Parameters
        ----------
        id_ : str
            The id.

        Returns
        -------
        dict
            Chapter object.
        """
        return self._once(
            "chapter",
            id_,
            lambda id_: {
                **self.simple_chapter(id_),
                "audiobook": self.audiobook(self.catalogue.chapters[id_].audiobook_id),
            },
        )

    # ------------------------------------------------------------------ pages inside objects

    def first_page(self, items: list[Any], href: str, *, limit: int = 50) -> Json:
        """Wrap the first items of a list that stands inside another object.

        Parameters
        ----------
        items : list
            All items.
        href : str
            Where the list has its own address.
        limit : int
            Items on the page.

        Returns
        -------
        dict
            The paging object.
        """
        return {
            "href": f"{href}?offset=0&limit={limit}",
            "items": items[:limit],
            "limit": limit,
            "next": f"{href}?offset={limit}&limit={limit}" if len(items) > limit else None,
            "offset": 0,
            "previous": None,
            "total": len(items),
        }


def _discographies(catalogue: Catalogue) -> dict[str, list[tuple[str, str]]]:
    order = ("album", "single", "compilation", "appears_on")
    found: dict[str, list[tuple[str, Album]]] = {}
    for album in catalogue.albums.values():
        own = dict.fromkeys(album.artist_ids)
        guests = dict.fromkeys(
            artist
            for track in album.track_ids
            for artist in catalogue.tracks[track].artist_ids
            if artist not in own
        )
        for artist in own:
            found.setdefault(artist, []).append((album.album_type, album))
        for artist in guests:
            found.setdefault(artist, []).append(("appears_on", album))
    for albums in found.values():
        albums.sort(key=lambda pair: (pair[1].release_date, pair[1].id), reverse=True)
        albums.sort(key=lambda pair: order.index(pair[0]))
    return {
        artist: [(group, album.id) for group, album in albums] for artist, albums in found.items()
    }
