"""Spotify's answers to tables: every loader gives a plain, tidy DataFrame of a declared shape.

All of them read both shapes of Spotify's answers, those of newer and of older apps; a field that
an app does not get is missing (``<NA>``), and a list comes whole or as an error.
"""

from __future__ import annotations

from spotify_analysis.loaders.bundle import everything, plan
from spotify_analysis.loaders.catalogue import (
    album,
    album_tracks,
    albums,
    artist,
    artist_albums,
    artists,
    search,
    track,
    tracks,
)
from spotify_analysis.loaders.library import (
    followed_artists,
    saved_albums,
    saved_episodes,
    saved_shows,
    saved_tracks,
)
from spotify_analysis.loaders.person import profile, recent_plays, top_artists, top_tracks
from spotify_analysis.loaders.playlist import playlist_items, playlists

__all__ = [
    "album",
    "album_tracks",
    "albums",
    "artist",
    "artist_albums",
    "artists",
    "everything",
    "followed_artists",
    "plan",
    "playlist_items",
    "playlists",
    "profile",
    "recent_plays",
    "saved_albums",
    "saved_episodes",
    "saved_shows",
    "saved_tracks",
    "search",
    "top_artists",
    "top_tracks",
    "track",
    "tracks",
]
