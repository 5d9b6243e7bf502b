"""Listening in one go."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, HOUR
from spotify_analysis.tables.plays import PLAYS
from spotify_analysis.tables.schema import DAY, FLOAT, INT, UTC, Column, Table

__all__ = [
    "LONGEST_PLAYS",
    "LONGEST_SESSIONS",
    "SESSIONS",
    "SESSION_LENGTHS",
    "SESSION_STARTS",
    "SESSION_STATISTICS",
]

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
LONGEST_SESSIONS = Table(
    "longest_sessions",
    "One of the longest sessions.",
    {
        "rank": Column(INT, "Place; ties in the order of time.", "1-", "order"),
        **SESSIONS.columns,
    },
    key=["rank"],
)
SESSION_STATISTICS = Table(
    "session_statistics",
    "All sessions in one row.",
    {
        "n_sessions": Column(INT, "Sessions.", "sessions", "counted"),
        "n_days_active": Column(INT, "Days on which one began.", "days", "counted"),
        "sessions_per_active_day": Column(FLOAT, "Mean over these days.", "sessions", "computed"),
        "mean_min": Column(FLOAT, "Mean length, silences included.", "min", "span_ms"),
        "median_min": Column(FLOAT, "Half of the sessions are shorter.", "min", "span_ms"),
        "p90_min": Column(FLOAT, "Nine of ten sessions are shorter.", "min", "span_ms"),
        "longest_min": Column(FLOAT, "Longest.", "min", "span_ms"),
        "plays_per_session": Column(FLOAT, "Mean.", "plays", "n_plays"),
        "median_plays_per_session": Column(FLOAT, "Median.", "plays", "n_plays"),
        "minutes_heard_per_session": Column(
            FLOAT, "Mean time listened, over sessions that know it.", "min", "ms_played"
        ),
    },
)
SESSION_STARTS = Table(
    "session_starts",
    "Sessions that begin in one hour of the day; 24 rows, also where none does.",
    {
        "local_hour": HOUR,
        "n_sessions": Column(INT, "Sessions that begin in it.", "sessions", "counted"),
        "share": Column(FLOAT, "Share of all sessions.", "0-1", "computed"),
        "mean_min": Column(FLOAT, "Their mean length.", "min", "span_ms"),
        "median_min": Column(FLOAT, "Their median length.", "min", "span_ms"),
    },
    key=["local_hour"],
)
LONGEST_PLAYS = Table(
    "longest_plays",
    "One of the longest single plays.",
    {
        "rank": Column(INT, "Place; ties in the order of time.", "1-", "order"),
        **{
            name: PLAYS.columns[name]
            for name in (
                "ms_played",
                "kind",
                "track",
                "artist",
                "show",
                "episode",
                "audiobook",
                "chapter",
                "started_at",
                "ended_at",
                "local_day",
            )
        },
    },
    key=["rank"],
)
