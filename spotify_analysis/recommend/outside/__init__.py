"""Services outside Spotify and outside this computer: where they are, and how they are asked."""

from __future__ import annotations

from spotify_analysis.recommend.outside.fetch import Fetcher, TroubleError, cache_in
from spotify_analysis.recommend.outside.services import (
    LABS,
    LASTFM,
    LISTENBRAINZ,
    MUSICBRAINZ,
    Service,
)

__all__ = [
    "LABS",
    "LASTFM",
    "LISTENBRAINZ",
    "MUSICBRAINZ",
    "Fetcher",
    "Service",
    "TroubleError",
    "cache_in",
]
