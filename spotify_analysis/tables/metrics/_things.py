"""Columns of tables that are about artists, albums or tracks, whichever was asked for."""

from __future__ import annotations

from spotify_analysis.tables.schema import STRING, Column

NAMED = {
    "of": Column(STRING, "What the row is about.", "artist | album | track", "the call"),
    "name": Column(STRING, "Artist, album or title.", "", "artist | album | track"),
    "artist": Column(STRING, "Album artist.", "", "artist"),
}
