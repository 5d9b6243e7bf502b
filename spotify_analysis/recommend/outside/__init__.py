"""Services outside Spotify and outside this computer: where they are, and how they are asked."""

from __future__ import annotations

from spotify_analysis.recommend.outside.fetch import Fetcher, TroubleError, cache_in, in_words
from spotify_analysis.recommend.outside.services import (
    DEEZER,
    LABS,
    LASTFM,
    LISTENBRAINZ,
    MUSICBRAINZ,
    RECCOBEATS,
    Service,
)

__all__ = [
    "DEEZER",
    "LABS",
    "LASTFM",
    "LISTENBRAINZ",
    "MUSICBRAINZ",
    "RECCOBEATS",
    "Fetcher",
    "Service",
    "TroubleError",
    "cache_in",
    "in_words",
]
