"""One period in one row: what a year in review says."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column, Table

__all__ = ["RECAP"]

RECAP = Table(
    "recap",
    "One period of listening, in one row.",
    {
        "since": Column(DAY, "First local day of the period.", "date", "the call"),
        "until": Column(DAY, "Last local day of the period.", "date", "the call"),
        **HEARD,
        "hours_played": Column(FLOAT, "Time listened.", "h", "ms_played / 3,600,000"),
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "n_albums": Column(INT, "Different albums (artist and album).", "albums", "counted"),
        "n_shows": Column(INT, "Different podcasts.", "podcasts", "counted"),
        "n_new_artists": Column(
            INT, "Artists whose first play in all plays given lies here.", "artists", "counted"
        ),
        "n_new_tracks": Column(
            INT, "Tracks whose first play in all plays given lies here.", "tracks", "counted"
        ),
        "n_days": Column(INT, "Days of the period.", "days", "calendar"),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "minutes_per_active_day": Column(
            FLOAT, "Minutes on an active day, mean.", "min", "computed"
        ),
        "longest_streak_days": Column(
            INT, "Most days in a row with at least one play.", "days", "computed"
        ),
        "top_artist": Column(STRING, "Artist with the most plays.", "", "artist"),
        "top_artist_plays": Column(INT, "Their plays.", "plays", "counted"),
        "top_artist_share": Column(
            FLOAT, "Their share of the plays that name an artist.", "0-1", "computed"
        ),
        "top_track": Column(STRING, "Track with the most plays.", "", "track"),
        "top_track_artist": Column(STRING, "Its artist.", "", "artist"),
        "top_track_plays": Column(INT, "Its plays.", "plays", "counted"),
        "top_album": Column(STRING, "Album with the most plays.", "", "album"),
        "top_album_artist": Column(STRING, "Its artist.", "", "artist"),
        "top_album_plays": Column(INT, "Its plays.", "plays", "counted"),
        "top_new_artist": Column(STRING, "New artist with the most plays.", "", "artist"),
        "top_new_artist_plays": Column(INT, "Their plays.", "plays", "counted"),
        "busiest_day": Column(
            DAY, "Day with the most time listened (plays, where no time is known).", "date", ""
        ),
        "busiest_day_ms": Column(INT, "Time listened on it.", "ms", "sum of ms_played"),
        "busiest_weekday": Column(INT, "Weekday with the most time, 1 = Monday.", "1-7", ""),
        "busiest_hour": Column(INT, "Hour of the day with the most time.", "0-23", ""),
        "longest_session_day": Column(DAY, "Local day of the longest session.", "date", ""),
        "longest_session_ms": Column(
            INT, "From its first start to its last end, silences included.", "ms", "computed"
        ),
    },
)
