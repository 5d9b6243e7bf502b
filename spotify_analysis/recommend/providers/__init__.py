"""Who suggests: each provider turns seeds and plays into candidates with reasons."""

from __future__ import annotations

from spotify_analysis.recommend.providers.base import (
    Answer,
    Budget,
    Candidate,
    Context,
    Provider,
)
from spotify_analysis.recommend.providers.catalogue import Catalogue
from spotify_analysis.recommend.providers.deezer import Deezer
from spotify_analysis.recommend.providers.lastfm import LastFm
from spotify_analysis.recommend.providers.listenbrainz import ListenBrainz
from spotify_analysis.recommend.providers.own import Neighbours, OnRepeat, Rediscover
from spotify_analysis.recommend.providers.reccobeats import ReccoBeats
from spotify_analysis.recommend.providers.recommendations import Recommendations

__all__ = [
    "PROVIDERS",
    "Answer",
    "Budget",
    "Candidate",
    "Catalogue",
    "Context",
    "Deezer",
    "LastFm",
    "ListenBrainz",
    "Neighbours",
    "OnRepeat",
    "Provider",
    "ReccoBeats",
    "Recommendations",
    "Rediscover",
]

# In the order in which they are asked and reported.
PROVIDERS: tuple[Provider, ...] = (
    OnRepeat(),
    Rediscover(),
    Neighbours(),
    Catalogue(),
    Recommendations(),
    ListenBrainz(),
    LastFm(),
    Deezer(),
    ReccoBeats(),
)
