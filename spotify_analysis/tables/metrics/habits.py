"""What is usual and what stands out: habits, busy days, and when each artist is played."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, HOUR, PERIOD
from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "ARTISTS_BY_HOUR",
    "ARTIST_DAYS",
    "BUSIEST_PERIODS",
    "HABITS",
    "HEAVY_AND_LIGHT_DAYS",
    "SPARKLINES",
    "WHEN_PLAYED",
]

_RANK = Column(INT, "Place by plays; ties in the order of names.", "1-", "order")

HABITS = Table(
    "habits",
    "All plays together: what is usual, and when most was heard. One row.",
    {
        "n_days": Column(INT, "Days from the first play to the last.", "days", "calendar"),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "mean_minutes": Column(FLOAT, "Minutes per day, mean over all days.", "min", "computed"),
        "mean_minutes_active": Column(FLOAT, "Mean over days with plays.", "min", "computed"),
        "sd_minutes_active": Column(
            FLOAT, "Standard deviation over days with plays.", "min", "computed"
        ),
        "weekend_share": Column(FLOAT, "Share on Saturdays and Sundays.", "0-1", "computed"),
        "weekend_ratio": Column(
            FLOAT, "A day of the weekend by a day of the week; 1 is no difference.", "", "computed"
        ),
        "night_share": Column(FLOAT, "Share from midnight to 6 h.", "0-1", "computed"),
        "favourite_month": Column(INT, "Month with the fullest days.", "1-12", "computed"),
        "favourite_weekday": Column(INT, "Weekday with the fullest days.", "1-7", "computed"),
        "favourite_hour": Column(INT, "Hour with the most.", "0-23", "computed"),
        "busiest_day": Column(DAY, "Day with the most.", "date", "computed"),
        "busiest_day_minutes": Column(FLOAT, "Minutes on that day.", "min", "computed"),
    },
)
HEAVY_AND_LIGHT_DAYS = Table(
    "heavy_and_light_days",
    "Light, usual or heavy days, by their distance from the mean; 3 rows.",
    {
        "level": Column(STRING, "Which days.", "light | usual | heavy", "computed"),
        "from_min": Column(FLOAT, "Shortest, included.", "min", "mean and deviation"),
        "to_min": Column(FLOAT, "Longest; missing for heavy days.", "min", "mean and deviation"),
        "n_days": Column(INT, "Such days.", "days", "counted"),
        "share_days": Column(FLOAT, "Share of all days with plays.", "0-1", "computed"),
        **HEARD,
        "share_time": Column(FLOAT, "Share of all time listened.", "0-1", "computed"),
    },
    key=["level"],
)
BUSIEST_PERIODS = Table(
    "busiest_periods",
    "One of the days, weeks, months, quarters or years with the most.",
    {
        "period": PERIOD["period"],
        "rank": Column(INT, "Place among periods of this length.", "1-", "order"),
        "period_start": PERIOD["period_start"],
        "is_partial": PERIOD["is_partial"],
        **HEARD,
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
    },
    key=["period", "rank"],
)
WHEN_PLAYED = Table(
    "when_played",
    "When one artist, track or album is played.",
    {
        "rank": _RANK,
        **NAMES,
        **HEARD,
        "weekend_share": Column(FLOAT, "Share of its plays on a weekend.", "0-1", "computed"),
        "night_share": Column(FLOAT, "Share of its plays from 0 to 6 h.", "0-1", "computed"),
        "day_part": Column(STRING, "Part of the day with most of its plays.", "", "computed"),
        "day_part_share": Column(FLOAT, "Share of its plays in that part.", "0-1", "computed"),
        "weekday": Column(INT, "Weekday with most of its plays.", "1-7", "computed"),
    },
    key=["rank"],
)
ARTISTS_BY_HOUR = Table(
    "artists_by_hour",
    "One hour of the day of one of the most played artists; 24 rows each.",
    {
        "rank": _RANK,
        "artist": NAMES["artist"],
        "local_hour": HOUR,
        **HEARD,
        "share": Column(FLOAT, "Share of the artist's plays.", "0-1", "computed"),
    },
    key=["rank", "local_hour"],
)
ARTIST_DAYS = Table(
    "artist_days",
    "One day with very many plays of one artist.",
    {
        "rank": Column(INT, "Place by plays; ties in the order of time.", "1-", "order"),
        "artist": NAMES["artist"],
        "local_day": Column(DAY, "Local day.", "date", "local_day"),
        **HEARD,
        "share": Column(FLOAT, "Share of that day's plays.", "0-1", "computed"),
    },
    key=["rank"],
)
SPARKLINES = Table(
    "sparklines",
    "One period of one of the most played artists, tracks or albums, also without plays.",
    {"rank": _RANK, **NAMES, **PERIOD, **HEARD},
    key=["rank", "period_start"],
)
