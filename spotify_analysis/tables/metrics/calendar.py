"""When there was listening: periods, days, hours."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, HOUR, PERIOD, WEEKDAY
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, Column, Table

__all__ = [
    "CALENDAR",
    "HOURS_OF_DAY",
    "LISTENING_CLOCK",
    "LISTENING_OVER_TIME",
    "STREAKS",
    "WEEKDAYS",
]

LISTENING_OVER_TIME = Table(
    "listening_over_time",
    "One day, week, month or year, also where nothing was heard.",
    {
        **PERIOD,
        **HEARD,
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
    },
    key=["period_start"],
)
LISTENING_CLOCK = Table(
    "listening_clock",
    "One hour of one weekday; 168 rows, also where nothing was heard.",
    {
        "local_weekday": WEEKDAY,
        "local_hour": HOUR,
        **HEARD,
        "mean_minutes": Column(
            FLOAT,
            "Minutes of plays begun in this hour, mean over all such weekdays of the span.",
            "min",
            "computed",
        ),
    },
    key=["local_weekday", "local_hour"],
)
HOURS_OF_DAY = Table(
    "hours_of_day",
    "One hour of the day; 24 rows, also where nothing was heard.",
    {
        "local_hour": HOUR,
        **HEARD,
        "share": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
        "mean_minutes": Column(
            FLOAT,
            "Minutes of plays begun in this hour, mean over all days of the span.",
            "min",
            "computed",
        ),
    },
    key=["local_hour"],
)
WEEKDAYS = Table(
    "weekdays",
    "One weekday; 7 rows, also where nothing was heard.",
    {
        "local_weekday": WEEKDAY,
        "n_days": Column(INT, "Such weekdays in the span.", "days", "calendar"),
        **HEARD,
        "share": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
        "mean_minutes": Column(
            FLOAT, "Minutes, mean over all such weekdays of the span.", "min", "computed"
        ),
    },
    key=["local_weekday"],
)
CALENDAR = Table(
    "calendar",
    "One local day, also where nothing was heard.",
    {
        "local_day": Column(DAY, "Local day.", "date", "local_day"),
        "local_weekday": WEEKDAY,
        **HEARD,
    },
    key=["local_day"],
)
STREAKS = Table(
    "streaks",
    "One run of days in a row with at least one play each.",
    {
        "rank": Column(INT, "Place, longest first; ties in the order of time.", "1-", "order"),
        "first_day": Column(DAY, "First day of the run.", "date", "local_day"),
        "last_day": Column(DAY, "Last day of the run.", "date", "local_day"),
        "n_days": Column(INT, "Days in a row.", "days", "counted"),
        **HEARD,
        "is_current": Column(BOOL, "Reaches the last day of the plays.", "", "computed"),
    },
    key=["rank"],
)
