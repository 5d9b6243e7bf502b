"""Services outside Spotify and outside this computer: where they are, and how they are asked."""

from __future__ import annotations

from spotify_analysis.recommend.outside.fetch import Fetcher, TroubleError
from spotify_analysis.recommend.outside.services import (
    LABS,
    LASTFM,
    LIFETIMES_S,
    LISTENBRAINZ,
    MUSICBRAINZ,
    Service,
)

__all__ = [
    "LABS",
    "LASTFM",
    "LIFETIMES_S",
    "LISTENBRAINZ",
    "MUSICBRAINZ",
    "Fetcher",
    "Service",
    "TroubleError",
]
