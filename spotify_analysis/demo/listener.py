"""A made-up listener: ten years of plays with habits, a library and playlists."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from spotify_analysis.demo.catalogue import Catalogue

__all__ = [
    "Listener",
    "Play",
    "Playlist",
    "PlaylistEntry",
    "empty_listener",
    "large_listener",
    "listener",
]


@dataclass(frozen=True, slots=True)
class Play:
    """One play; `id` is None where `kind` is "unknown" (the metadata is gone)."""

    started_at_ms: int
    ended_at_ms: int
    ms_played: int
    kind: str
    id: str | None
    platform: str
    country: str
    reason_start: str
    reason_end: str
    shuffle: bool
    offline: bool
    incognito: bool
    context_uri: str | None


@dataclass(slots=True)
class PlaylistEntry:
    """One row of a playlist; `is_null` marks an entry whose item was removed."""

    uri: str
    added_at: str | None
    added_by: str | None
    is_null: bool = False


@dataclass(slots=True)
class Playlist:
    """A playlist, changed in place by the stand-in server."""

    id: str
    name: str
    description: str
    owner_id: str
    public: bool | None
    collaborative: bool
    snapshot_id: str
    entries: list[PlaylistEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Listener:
    """A person who does not exist, and everything they played and kept."""

    id: str
    account_id: str
    display_name: str
    country: str
    time_zone: str
    catalogue: Catalogue = field(repr=False)
    plays: tuple[Play, ...] = field(repr=False)
    saved_tracks: tuple[tuple[str, str], ...] = field(repr=False)
    saved_albums: tuple[tuple[str, str], ...] = field(repr=False)
    saved_shows: tuple[tuple[str, str], ...] = field(repr=False)
    saved_episodes: tuple[tuple[str, str], ...] = field(repr=False)
    followed_artist_ids: tuple[str, ...] = field(repr=False)
    playlists: tuple[Playlist, ...] = field(repr=False)

    def top_tracks(self, time_range: str) -> list[str]:
        """Track ids ranked from the plays, at most 99."""
        raise NotImplementedError

    def top_artists(self, time_range: str) -> list[str]:
        """Artist ids ranked from the plays, at most 99."""
        raise NotImplementedError

    def recently_played(self, n: int = 50) -> list[Play]:
        """Newest plays of tracks, newest first, without private sessions."""
        raise NotImplementedError


@functools.lru_cache(maxsize=4)
def listener(seed: int = 1, *, until: str = "2026-11-22T21:00:00Z", years: int = 10) -> Listener:
    """Make the listener that belongs to a seed."""
    raise NotImplementedError


def empty_listener(seed: int = 1) -> Listener:
    """Make a brand-new account: nothing played, nothing kept."""
    raise NotImplementedError


def large_listener(seed: int = 1) -> Listener:
    """Make a listener with 10,000 saved tracks and 200 own playlists of 100 tracks."""
    raise NotImplementedError
