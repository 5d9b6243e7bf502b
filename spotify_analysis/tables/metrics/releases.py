"""When the music came out."""

from __future__ import annotations

from spotify_analysis.tables.schema import FLOAT, INT, Column, Table

__all__ = ["RELEASE_DECADES"]

RELEASE_DECADES = Table(
    "release_decades",
    "One decade of release, also where nothing came out of it.",
    {
        "decade": Column(INT, "First year of the decade.", "year", "release_year"),
        "n_items": Column(INT, "Different tracks or albums released in it.", "", "counted"),
        "share_items": Column(FLOAT, "Share of those whose year is known.", "0-1", "computed"),
        "n_plays": Column(
            INT, "Plays of these; missing where no plays were given.", "plays", "counted"
        ),
        "ms_played": Column(INT, "Time listened to these.", "ms", "sum of ms_played"),
        "share_plays": Column(FLOAT, "Share of the plays whose year is known.", "0-1", "computed"),
    },
    key=["decade"],
)
