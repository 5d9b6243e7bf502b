"""When there was listening: days of the month, months, seasons, parts of the day, and growth."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "AVERAGE_DAYS",
    "CUMULATIVE",
    "DAYS_OF_MONTH",
    "DAY_PARTS",
    "EVERY_PLAY",
    "MONTHS_BY_YEAR",
    "MONTHS_OF_YEAR",
    "SEASONS",
]

_SHARE = Column(FLOAT, "Share of all plays.", "0-1", "computed")


def _pooled(what: str) -> dict[str, Column]:
    return {
        "n_days": Column(INT, f"Days of {what} in the span.", "days", "calendar"),
        **HEARD,
        "share": _SHARE,
        "mean_minutes": Column(FLOAT, f"Minutes, mean over those days of {what}.", "min"),
    }


DAYS_OF_MONTH = Table(
    "days_of_month",
    "One day of the month, all months together; 31 rows.",
    {"day_of_month": Column(INT, "Day of the month.", "1-31", "local_day"), **_pooled("this date")},
    key=["day_of_month"],
)
MONTHS_OF_YEAR = Table(
    "months_of_year",
    "One month of the year, all years together; 12 rows.",
    {"month": Column(INT, "Month, 1 = January.", "1-12", "local_day"), **_pooled("this month")},
    key=["month"],
)
SEASONS = Table(
    "seasons",
    "One season, all years together; 4 rows.",
    {
        "season": Column(STRING, "Season.", "spring | summer | autumn | winter", "local_day"),
        "first_month": Column(INT, "Month in which it begins.", "1-12", "the call"),
        **_pooled("this season"),
    },
    key=["season"],
)
DAY_PARTS = Table(
    "day_parts",
    "One part of the day, all days together.",
    {
        "day_part": Column(STRING, "Name of the part.", "", "the call"),
        "from_hour": Column(INT, "First hour.", "0-23", "the call"),
        "to_hour": Column(INT, "Hour after the last one.", "1-24", "the call"),
        **HEARD,
        "share": _SHARE,
        "share_time": Column(FLOAT, "Share of all time listened.", "0-1", "computed"),
        "mean_minutes": Column(FLOAT, "Minutes, mean over all days of the span.", "min"),
    },
    key=["day_part"],
)
AVERAGE_DAYS = Table(
    "average_days",
    "The average day of one period.",
    {
        **PERIOD,
        "n_days": Column(INT, "Days of the period in the span.", "days", "calendar"),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        **HEARD,
        "mean_minutes": Column(FLOAT, "Minutes, mean over all days of the span.", "min"),
        "mean_minutes_active": Column(FLOAT, "Minutes, mean over days with plays.", "min"),
    },
    key=["period_start"],
)
MONTHS_BY_YEAR = Table(
    "months_by_year",
    "One month of one year, from the first to the last.",
    {
        "year": Column(INT, "Year.", "", "local_day"),
        "month": Column(INT, "Month, 1 = January.", "1-12", "local_day"),
        "is_partial": Column(BOOL, "The plays begin or end inside this month.", "", "computed"),
        **HEARD,
    },
    key=["year", "month"],
)
CUMULATIVE = Table(
    "cumulative",
    "What all listening has come to by the end of one period.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays so far.", "plays", "counted"),
        "ms_played": Column(
            INT, "Time so far; missing while no play knows its length.", "ms", "sum of ms_played"
        ),
        "n_artists": Column(INT, "Different artists so far.", "artists", "counted"),
        "n_albums": Column(INT, "Different albums so far (artist and title).", "albums", "counted"),
        "n_tracks": Column(INT, "Different tracks so far (artist and title).", "tracks", "counted"),
    },
    key=["period_start"],
)
EVERY_PLAY = Table(
    "every_play",
    "One play: its day and its time of day.",
    {
        "local_day": Column(DAY, "Local day of the start.", "date", "local_day"),
        "local_minute": Column(
            INT, "Local time of the start, since midnight.", "0-1439 min", "started_at in time_zone"
        ),
        "ms_played": Column(INT, "How long it sounded.", "ms", "ms_played"),
        "kind": Column(STRING, "What was played.", "", "kind"),
    },
)
