"""When the music came out."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import PERIOD
from spotify_analysis.tables.schema import FLOAT, INT, Column, Table

__all__ = ["RELEASES_OVER_TIME", "RELEASE_DECADES"]

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
RELEASES_OVER_TIME = Table(
    "releases_over_time",
    "One day, week, month, quarter or year: how new and how explicit its tracks are.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays of tracks.", "plays", "counted"),
        "n_known_year": Column(
            INT, "Of these, plays of tracks whose year of release is known.", "plays", "counted"
        ),
        "mean_year": Column(FLOAT, "Mean year of release of these.", "year", "release_year"),
        "n_known_explicit": Column(
            INT, "Plays of tracks of which is known whether they are explicit.", "plays", "counted"
        ),
        "share_explicit": Column(FLOAT, "Share of these that is explicit.", "0-1", "explicit"),
    },
    key=["period_start"],
)
