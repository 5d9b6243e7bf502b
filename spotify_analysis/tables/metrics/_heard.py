"""Columns of tables whose rows are artists, tracks or albums, as the caller chose."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD
from spotify_analysis.tables.schema import DAY, INT, STRING, Column

RANK = {"rank": Column(INT, "Place; ties stand in the order of their names.", "1-", "order")}
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
