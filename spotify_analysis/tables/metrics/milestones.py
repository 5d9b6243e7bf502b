"""Days to celebrate: milestones, anniversaries, this day in other years."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column, Table

__all__ = ["ANNIVERSARIES", "MILESTONES", "ON_THIS_DAY"]

MILESTONES = Table(
    "milestones",
    "A round number that was reached, or the next one; or an artist who became number one.",
    {
        "what": Column(
            STRING, "What was counted.", "plays | hours | days_in_a_row | number_one", "the call"
        ),
        "value": Column(INT, "The round number; plays of the new number one.", "", "the call"),
        "artist": Column(STRING, "The new number one; missing elsewhere.", "", "artist"),
        "is_reached": Column(BOOL, "Reached; otherwise it is the next.", "", "computed"),
        "local_day": Column(
            DAY,
            "Local day on which it was reached, or will be at the recent pace.",
            "date",
            "local_day",
        ),
        "missing": Column(
            FLOAT, "Plays, hours or days that are missing to it; 0 once reached.", "", "computed"
        ),
    },
    key=["what", "value", "artist"],
)
ANNIVERSARIES = Table(
    "anniversaries",
    "One track, artist or album whose first play has its anniversary.",
    {
        **NAMES,
        "anniversary": Column(DAY, "Day of the anniversary.", "date", "computed"),
        "days_until": Column(
            INT, "Days until then; 0 is the day itself, negative is past.", "days", "computed"
        ),
        "n_years": Column(INT, "Years since the first play, on that day.", "years", "computed"),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        **HEARD,
    },
    key=["artist", "album", "track"],
)
ON_THIS_DAY = Table(
    "on_this_day",
    "The same day of the calendar in one earlier year.",
    {
        "local_day": Column(DAY, "The day.", "date", "local_day"),
        "years_ago": Column(INT, "How many years before.", "years", "computed"),
        **HEARD,
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "track": Column(STRING, "The track played most.", "", "track"),
        "track_artist": Column(STRING, "Its artist.", "", "artist"),
        "artist": Column(STRING, "The artist played most.", "", "artist"),
    },
    key=["local_day"],
)
