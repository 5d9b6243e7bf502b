"""Again and again: in a row, day after day, all day long; and days of silence."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, UTC, Column, Table

__all__ = ["BINGES", "DAILY_STREAKS", "RUNS", "SILENCES"]

SILENCES = Table(
    "silences",
    "One run of days in a row without a play.",
    {
        "rank": Column(INT, "Place, longest first; ties in the order of time.", "1-", "order"),
        "first_day": Column(DAY, "First silent day.", "date", "local_day"),
        "last_day": Column(DAY, "Last silent day.", "date", "local_day"),
        "n_days": Column(INT, "Silent days in a row.", "days", "counted"),
    },
    key=["rank"],
)
RUNS = Table(
    "runs",
    "One run of plays of the same artist, album or track, one after another.",
    {
        "rank": Column(INT, "Place, most plays first; ties in the order of time.", "1-", "order"),
        **NAMES,
        "started_at": Column(UTC, "Start of the first play.", "UTC", "started_at"),
        "ended_at": Column(UTC, "End of the last play.", "UTC", "ended_at"),
        "local_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        **HEARD,
        "is_current": Column(BOOL, "Reaches the last of all plays.", "", "computed"),
    },
    key=["rank"],
)
DAILY_STREAKS = Table(
    "daily_streaks",
    "The longest run of days in a row with the same artist, album or track.",
    {
        "rank": Column(INT, "Place, most days first.", "1-", "order"),
        **NAMES,
        "first_day": Column(DAY, "First day of the run.", "date", "local_day"),
        "last_day": Column(DAY, "Last day of the run.", "date", "local_day"),
        "n_days": Column(INT, "Days in a row.", "days", "counted"),
        **HEARD,
        "is_current": Column(BOOL, "Reaches the last day of the plays.", "", "computed"),
    },
    key=["rank"],
)
BINGES = Table(
    "binges",
    "One day of one artist, album or track.",
    {
        "rank": Column(INT, "Place, most plays (or time) first.", "1-", "order"),
        "local_day": Column(DAY, "The day.", "date", "local_day"),
        **NAMES,
        **HEARD,
        "share": Column(
            FLOAT, "Share of the named plays (or their time) of that day.", "0-1", "computed"
        ),
    },
    key=["rank"],
)
