"""Names that are one recording."""

from __future__ import annotations

from spotify_analysis.tables.schema import INT, STRING, Column, Table

__all__ = ["RECORDINGS"]

RECORDINGS = Table(
    "recordings",
    "One name under which a recording was released and played.",
    {
        "recording_artist": Column(STRING, "Artist that its plays get when they are merged."),
        "recording": Column(STRING, "Title that its plays get when they are merged; edit it."),
        "artist": Column(STRING, "Artist, as played."),
        "track": Column(STRING, "Title, as played."),
        "matched": Column(
            STRING,
            "What made it part of the recording.",
            "itself | isrc | address | name | name and length",
        ),
        "why": Column(STRING, "The same in words."),
        "n_plays": Column(INT, "Rows of plays with this name.", "plays"),
        "ms_played": Column(INT, "Time listened in them.", "ms"),
        "length_ms": Column(
            INT,
            "Length of the track.",
            "ms",
            "duration_ms, else the middle of plays that reached the end",
        ),
        "isrcs": Column(STRING, "Codes of the recording.", "joined by '; '", "isrc of tracks"),
        "uris": Column(STRING, "Addresses, most played first.", "joined by '; '", "uri"),
    },
    key=["artist", "track"],
)
