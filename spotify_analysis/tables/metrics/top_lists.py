"""Spotify's own top lists side by side."""

from __future__ import annotations

from spotify_analysis.tables.schema import INT, STRING, Column, Table

__all__ = ["TOP_LIST_COMPARISON"]

TOP_LIST_COMPARISON = Table(
    "top_list_comparison",
    "One artist or track in Spotify's top lists of the three time ranges.",
    {
        "artist": Column(STRING, "Artist.", "", "artist"),
        "track": Column(STRING, "Title; missing where artists are compared.", "", "track"),
        "rank_long_term": Column(INT, "Place over about 1 year.", "1-", "rank"),
        "rank_medium_term": Column(INT, "Place over about 6 months.", "1-", "rank"),
        "rank_short_term": Column(INT, "Place over about 4 weeks.", "1-", "rank"),
        "move": Column(
            INT,
            "Places won from the longest range loaded to the shortest; negative = lost.",
            "places",
            "computed",
        ),
        "status": Column(
            STRING,
            "What became of it from the longest range loaded to the shortest.",
            "new | up | same | down | gone | between",
            "computed",
        ),
        "uri": Column(STRING, "Spotify's address.", "", "uri"),
    },
    key=["uri"],
)
