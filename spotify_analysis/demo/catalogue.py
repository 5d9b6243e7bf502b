"""A made-up music catalogue: artists, albums, tracks, podcasts and audiobooks that do not exist."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

__all__ = [
    "Album",
    "Artist",
    "Audiobook",
    "Catalogue",
    "Chapter",
    "Episode",
    "Show",
    "Track",
    "catalogue",
]


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist of the catalogue; `popularity` is 0-100."""

    id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int


@dataclass(frozen=True, slots=True)
class Album:
    """An album; `album_type` is "album", "single" or "compilation".

    `release_date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as `release_date_precision` ("year",
    "month", "day") says.
    """

    id: str
    name: str
    album_type: str
    artist_ids: tuple[str, ...]
    track_ids: tuple[str, ...]
    release_date: str
    release_date_precision: str
    label: str
    upc: str
    popularity: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track; the first of `artist_ids` is the main artist."""

    id: str
    name: str
    artist_ids: tuple[str, ...]
    album_id: str
    duration_ms: int
    explicit: bool
    disc_number: int
    track_number: int
    isrc: str
    popularity: int


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast; `episode_ids` are newest first."""

    id: str
    name: str
    publisher: str
    description: str
    languages: tuple[str, ...]
    episode_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of a podcast; `release_date` is `YYYY-MM-DD`."""

    id: str
    name: str
    show_id: str
    duration_ms: int
    release_date: str
    description: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class Audiobook:
    """An audiobook; `chapter_ids` are in reading order."""

    id: str
    name: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    publisher: str
    chapter_ids: tuple[str, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of an audiobook; `number` starts at 1."""

    id: str
    name: str
    audiobook_id: str
    number: int
    duration_ms: int


@dataclass(frozen=True)
class Catalogue:
    """Everything there is to hear; each mapping is id to object, in a stable order."""

    seed: int
    artists: dict[str, Artist] = field(repr=False)
    albums: dict[str, Album] = field(repr=False)
    tracks: dict[str, Track] = field(repr=False)
    shows: dict[str, Show] = field(repr=False)
    episodes: dict[str, Episode] = field(repr=False)
    audiobooks: dict[str, Audiobook] = field(repr=False)
    chapters: dict[str, Chapter] = field(repr=False)

    def albums_of(self, artist_id: str) -> list[Album]:
        """Albums an artist is credited on, newest first."""
        own = [album for album in self.albums.values() if artist_id in album.artist_ids]
        return sorted(own, key=lambda album: album.release_date, reverse=True)


@functools.lru_cache(maxsize=4)
def catalogue(seed: int = 1) -> Catalogue:
    """Make the catalogue that belongs to a seed."""
    raise NotImplementedError
