"""Columns of tables whose rows are artists, albums or tracks."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column

RANK = Column(INT, "Place; ties stand in the order of their names.", "1-", "order")
# in this order in every table, so that any two of them join on them; what the caller did not ask
# for is missing
NAMES = {
    "artist": Column(STRING, "Album artist.", "", "artist"),
    "album": Column(STRING, "Album, where albums were asked for.", "", "album"),
    "track": Column(STRING, "Title, where tracks were asked for.", "", "track"),
}
FIRST_LAST = {
    "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
    "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
}
THING = {**NAMES, **HEARD, **FIRST_LAST}
OF = Column(STRING, "What was counted.", "artists | tracks | albums", "the call")


def share(of: str) -> Column:
    """Return a column of shares of the plays, or of the time, of something."""
    return Column(FLOAT, f"Share of all plays (or of the time) {of}.", "0-1", "computed")
