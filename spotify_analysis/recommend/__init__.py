"""Suggestions: one's own arithmetic first, a reason in every row, and proof on one's own past.

>>> from spotify_analysis import recommend
>>> sorted(recommend.MODES)
['continue', 'deep_cuts', 'discover', 'mix', 'new_releases', 'on_repeat', 'rediscover']
"""

from __future__ import annotations

from spotify_analysis.recommend import formulas, metrics, models
from spotify_analysis.recommend.evaluation import HORIZONS, evaluate, evaluate_cuts
from spotify_analysis.recommend.notes import notes
from spotify_analysis.recommend.pipeline import MODES, recommend
from spotify_analysis.recommend.providers import (
    PROVIDERS,
    Answer,
    Budget,
    Candidate,
    Catalogue,
    Context,
    Deezer,
    LastFm,
    ListenBrainz,
    Provider,
    ReccoBeats,
    Recommendations,
)
from spotify_analysis.recommend.where import where

__all__ = [
    "HORIZONS",
    "MODES",
    "PROVIDERS",
    "Answer",
    "Budget",
    "Candidate",
    "Catalogue",
    "Context",
    "Deezer",
    "LastFm",
    "ListenBrainz",
    "Provider",
    "ReccoBeats",
    "Recommendations",
    "evaluate",
    "evaluate_cuts",
    "formulas",
    "metrics",
    "models",
    "notes",
    "recommend",
    "where",
]
