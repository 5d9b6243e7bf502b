"""Listening in one go."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.schema import DAY, FLOAT, INT, UTC, Column, Table

__all__ = ["SESSIONS", "SESSION_LENGTHS"]

SESSIONS = Table(
    "sessions",
    "One session: plays that follow each other without a long silence.",
    {
        "session": Column(INT, "Number, in the order of time.", "1-", "order"),
        "started_at": Column(UTC, "Start of the first play.", "UTC", "started_at"),
        "ended_at": Column(UTC, "End of the last play.", "UTC", "ended_at"),
        "local_day": Column(DAY, "Local day of the start.", "date", "local_day"),
        "local_minute": Column(
            INT, "Local time of the start, since midnight.", "0-1439 min", "started_at in time_zone"
        ),
        "span_ms": Column(INT, "From start to end, silences included.", "ms", "computed"),
        **HEARD,
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
    },
    key=["session"],
)
SESSION_LENGTHS = Table(
    "session_lengths",
    "Sessions of about one length.",
    {
        "from_min": Column(INT, "Shortest, included.", "min", "the call"),
        "to_min": Column(INT, "Longest, excluded; missing in the last row.", "min", "the call"),
        "n_sessions": Column(INT, "Sessions that took so long, silences included.", "sessions"),
        "share_sessions": Column(FLOAT, "Share of all sessions.", "0-1", "computed"),
        "n_plays": Column(INT, "Plays in them.", "plays", "counted"),
        "ms_played": Column(INT, "Time listened in them.", "ms", "sum of ms_played"),
        "share_time": Column(FLOAT, "Share of all time listened.", "0-1", "computed"),
    },
    key=["from_min"],
)
