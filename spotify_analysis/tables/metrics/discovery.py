"""What was heard for the first time."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import PERIOD
from spotify_analysis.tables.schema import INT, Column, Table

__all__ = ["DISCOVERY"]

DISCOVERY = Table(
    "discovery",
    "One day, week, month or year: what was heard for the first time, and what was known.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays of a track whose artist is known.", "plays", "counted"),
        **{
            name: column
            for what in ("artists", "tracks")
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
