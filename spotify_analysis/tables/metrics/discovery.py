"""What was heard for the first time."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import NAMES, RANK, THING
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column, Table

__all__ = ["COHORTS", "DISCOVERY", "DISCOVERY_DAYS", "FIRST_LISTENS", "TOP_DISCOVERIES"]

DISCOVERY = Table(
    "discovery",
    "One day, week, month or year: what was heard for the first time, and what was known.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays of a track whose artist is known.", "plays", "counted"),
        **{
            name: column
            for what in ("artists", "tracks", "albums")
            for name, column in {
                f"n_{what}": Column(INT, f"Different {what} heard.", what, "counted"),
                f"n_new_{what}": Column(
                    INT, f"Of these, {what} never heard before.", what, "counted"
                ),
                f"n_known_{what}": Column(
                    INT, f"Of these, {what} heard in an earlier period.", what, "counted"
                ),
                f"n_{what}_so_far": Column(
                    INT, f"Different {what} heard up to the end of the period.", what, "counted"
                ),
            }.items()
        },
    },
    key=["period_start"],
)
FIRST_LISTENS = Table(
    "first_listens",
    "One artist, track or album, in the order of first plays, the latest first.",
    {
        "rank": RANK,
        **THING,
        "began_with": Column(STRING, "Title that was played first.", "", "track"),
    },
    key=["rank"],
)
DISCOVERY_DAYS = Table(
    "discovery_days",
    "One day on which something was heard for the first time, the richest first.",
    {
        "rank": RANK,
        "local_day": Column(DAY, "The day.", "date", "local_day"),
        "n_new": Column(INT, "Heard for the first time.", "", "counted"),
        "n_kept": Column(INT, "Of these, heard again on another day.", "", "counted"),
        "names": Column(STRING, "What was new, the most played since first.", "joined by '; '", ""),
    },
    key=["rank"],
)
TOP_DISCOVERIES = Table(
    "top_discoveries",
    "One artist, track or album first heard in a period, by its plays in that period.",
    {
        **PERIOD,
        "rank": RANK,
        **NAMES,
        **HEARD,
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "n_plays_since": Column(
            INT, "Plays from then to the end, those of the period among them.", "plays", "counted"
        ),
    },
    key=["period_start", "rank"],
)
COHORTS = Table(
    "cohorts",
    "Listening of one period to what was first heard in one year.",
    {
        **PERIOD,
        "first_year": Column(INT, "Year of the first play.", "year", "local_day"),
        **HEARD,
        "share": Column(FLOAT, "Share of the plays of the period.", "0-1", "computed"),
    },
    key=["period_start", "first_year"],
)
