"""Columns of tables that rank tracks, artists or albums alike."""

from __future__ import annotations

from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column

THING = {
    "kind": Column(STRING, "What is ranked.", "track | artist | album", "the call"),
    "name": Column(STRING, "Title, artist or album.", "", "track / artist / album"),
    "artist": Column(STRING, "Album artist.", "", "artist"),
}
RANK = Column(INT, "Place; ties stand in the order of their names.", "1-", "order")
FIRST_LAST = {
    "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
    "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
}


def share(of: str) -> Column:
    """Return a column of shares of the plays, or of the time, of something."""
    return Column(FLOAT, f"Share of all plays (or of the time) {of}.", "0-1", "computed")
