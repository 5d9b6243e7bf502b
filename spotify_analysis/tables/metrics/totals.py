"""All plays together."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, UTC, Column, Table

__all__ = ["ARTIST_PAYOUTS", "AVERAGES", "TOTALS", "TOTALS_OVER_TIME"]

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
AVERAGES = Table(
    "averages",
    "Means, spreads and ratios of all plays, in one row.",
    {
        "n_plays": HEARD["n_plays"],
        "n_days": Column(INT, "Days from the first to the last, both included.", "days", ""),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "plays_per_day": Column(FLOAT, "Plays per day of the span.", "plays", "computed"),
        "hours_per_day": Column(FLOAT, "Hours per day of the span.", "h", "computed"),
        "plays_per_active_day": Column(FLOAT, "Plays on an active day, mean.", "plays", "computed"),
        "mean_minutes": Column(FLOAT, "Minutes on an active day, mean.", "min", "computed"),
        "median_minutes": Column(FLOAT, "Minutes on an active day, median.", "min", "computed"),
        "std_minutes": Column(
            FLOAT, "Minutes on an active day, standard deviation (n - 1).", "min", "computed"
        ),
        "mean_play_minutes": Column(FLOAT, "Minutes of a play, mean.", "min", "computed"),
        "tracks_per_artist": Column(FLOAT, "Different tracks per artist.", "tracks", "computed"),
        "albums_per_artist": Column(FLOAT, "Different albums per artist.", "albums", "computed"),
        "plays_per_track": Column(FLOAT, "Plays per different track.", "plays", "computed"),
        "plays_per_artist": Column(FLOAT, "Plays per different artist.", "plays", "computed"),
        "share_without_album": Column(
            FLOAT, "Plays of a track whose album is not known, of all plays of tracks.", "0-1", ""
        ),
        "share_tracks_without_album": Column(
            FLOAT, "Tracks of which no play knows the album, of all tracks.", "0-1", "computed"
        ),
    },
)
_CHANGE = "Against the period before; missing where that cannot be compared."
TOTALS_OVER_TIME = Table(
    "totals_over_time",
    "One day, week, month or year: its totals, and what changed since the one before.",
    {
        **PERIOD,
        **HEARD,
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "n_plays_before": Column(
            INT,
            "Plays of the period before; of as many of its days where this one is not over.",
            "plays",
            "counted",
        ),
        "ms_played_before": Column(INT, "Time of the period before, likewise.", "ms", "counted"),
        "change_plays": Column(FLOAT, f"Change of plays. {_CHANGE}", "%", "computed"),
        "change_time": Column(FLOAT, f"Change of time. {_CHANGE}", "%", "computed"),
    },
    key=["period_start"],
)
ARTIST_PAYOUTS = Table(
    "artist_payouts",
    "What the plays of one artist may have been worth, very roughly.",
    {
        "rank": Column(INT, "Place; ties stand in the order of their names.", "1-", "order"),
        "artist": Column(STRING, "Artist.", "", "artist"),
        "n_streams": Column(
            INT, "Plays long enough to be paid, or of unknown length.", "plays", "counted"
        ),
        "n_plays": HEARD["n_plays"],
        "payout": Column(
            FLOAT, "Streams times the rate.", "currency of the rate", "rate x n_streams"
        ),
        "share": Column(FLOAT, "Share of all that was paid.", "0-1", "computed"),
    },
    key=["rank"],
)
