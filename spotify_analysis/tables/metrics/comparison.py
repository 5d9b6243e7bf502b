"""Two periods, or two people."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HOUR
from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import FLOAT, INT, STRING, Column, Table

__all__ = ["AFFINITY", "COMPARISON", "HOUR_COMPARISON", "TASTE_MATCH"]

_SHARES = {
    "share_first": Column(FLOAT, "Share of all plays (or time) of the first.", "0-1", "computed"),
    "share_second": Column(FLOAT, "Share of all plays (or time) of the second.", "0-1", "computed"),
}
_BOTH = {
    "n_plays_first": Column(INT, "Plays of the first.", "plays", "counted"),
    "n_plays_second": Column(INT, "Plays of the second.", "plays", "counted"),
}
COMPARISON = Table(
    "comparison",
    "One track, artist or album that is in the top of either of two frames of plays.",
    {
        **NAMES,
        "in_top": Column(STRING, "In whose top it is.", "both | first | second", "computed"),
        "trend": Column(
            STRING, "What became of its share.", "gained | lost | steady", "difference"
        ),
        "rank_first": Column(INT, "Place in the first; missing if not played.", "1-", "order"),
        "rank_second": Column(INT, "Place in the second; missing if not played.", "1-", "order"),
        **_BOTH,
        **_SHARES,
        "difference": Column(FLOAT, "Second share less the first.", "-1 to 1", "computed"),
    },
    key=["artist", "album", "track"],
)
AFFINITY = Table(
    "affinity",
    "One track, artist or album that both played, in the order of how much both like it.",
    {
        "rank": Column(INT, "Place; ties stand in the order of their names.", "1-", "order"),
        **NAMES,
        **_BOTH,
        **_SHARES,
        "mean_share": Column(FLOAT, "Mean of the shares.", "0-1", "computed"),
        "minimum_share": Column(FLOAT, "The smaller of the shares.", "0-1", "computed"),
    },
    key=["rank"],
)
TASTE_MATCH = Table(
    "taste_match",
    "How far two top lists of one kind agree, or all kinds together.",
    {
        "kind": Column(STRING, "What is compared.", "artist | album | track | all", "the call"),
        "weight": Column(FLOAT, "Weight in the whole.", "0-1", "the call"),
        "n_shared": Column(INT, "In both top lists.", "", "counted"),
        "score": Column(FLOAT, "1 is the same list in the same order.", "0-1", "computed"),
    },
    key=["kind"],
)
HOUR_COMPARISON = Table(
    "hour_comparison",
    "One hour of the day: which share of the plays of each began in it.",
    {
        "local_hour": HOUR,
        **_BOTH,
        **_SHARES,
        "difference": Column(FLOAT, "Second share less the first.", "-1 to 1", "computed"),
    },
    key=["local_hour"],
)
