"""All plays together."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.schema import DAY, FLOAT, INT, UTC, Column, Table

__all__ = ["TOTALS"]

TOTALS = Table(
    "totals",
    "All plays together, in one row.",
    {
        **HEARD,
        "hours_played": Column(FLOAT, "Time listened.", "h", "ms_played / 3,600,000"),
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "n_albums": Column(INT, "Different albums (artist and album).", "albums", "counted"),
        "n_shows": Column(INT, "Different podcasts.", "podcasts", "counted"),
        "n_episodes": Column(INT, "Different podcast episodes.", "episodes", "counted"),
        "n_audiobooks": Column(INT, "Different audiobooks.", "audiobooks", "counted"),
        "first_at": Column(UTC, "Start of the first play.", "UTC", "started_at, else ended_at"),
        "last_at": Column(UTC, "End of the last play.", "UTC", "ended_at"),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
        "n_days": Column(INT, "Days from the first to the last, both included.", "days", ""),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "share_days_active": Column(FLOAT, "Active days per day of the span.", "0-1", "computed"),
        "plays_per_active_day": Column(FLOAT, "Plays on an active day, mean.", "plays", "computed"),
        "minutes_per_active_day": Column(
            FLOAT, "Minutes on an active day, mean.", "min", "computed"
        ),
        "median_minutes_per_active_day": Column(
            FLOAT, "Minutes on an active day, median.", "min", "computed"
        ),
        "longest_streak_days": Column(
            INT, "Most days in a row with at least one play.", "days", "computed"
        ),
    },
)
