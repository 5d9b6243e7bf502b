"""Coming back: how long things are left alone, and how often they return."""

from __future__ import annotations

from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, Column, Table

__all__ = ["DAYS_BETWEEN_PLAYS", "GAPS"]

GAPS = Table(
    "gaps",
    "The longest time one artist, album or track was not played.",
    {
        "rank": Column(INT, "Place, most days first; ties in the order of names.", "1-", "order"),
        **NAMES,
        "n_days": Column(INT, "Days from one play to the next.", "days", "computed"),
        "from_day": Column(DAY, "Local day of the play before.", "date", "local_day"),
        "to_day": Column(
            DAY, "Local day of the play after; missing where the gap runs.", "date", "local_day"
        ),
        "n_plays": Column(INT, "Plays in all.", "plays", "counted"),
        "n_plays_before": Column(INT, "Of these, before the gap.", "plays", "counted"),
        "is_running": Column(BOOL, "No play has ended it.", "", "computed"),
    },
    key=["rank"],
)
DAYS_BETWEEN_PLAYS = Table(
    "days_between_plays",
    "How long one artist, album or track takes to come back.",
    {
        "rank": Column(INT, "Place, the shortest mean first.", "1-", "order"),
        **NAMES,
        "n_plays": Column(INT, "Plays.", "plays", "counted"),
        "n_days_active": Column(INT, "Days with at least one.", "days", "counted"),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
        "mean_days": Column(
            FLOAT, "Mean distance of plays.", "days", "(last - first) / (plays - 1)"
        ),
        "longest_gap_days": Column(
            INT, "Longest distance of two days with plays.", "days", "computed"
        ),
        "days_since": Column(
            INT, "From the last play to the last day of all plays.", "days", "computed"
        ),
    },
    key=["rank"],
)
