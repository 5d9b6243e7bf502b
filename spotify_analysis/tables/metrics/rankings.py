"""What was played most."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import ranking
from spotify_analysis.tables.schema import INT, STRING, Column, Table

__all__ = ["MOST_PLAYED_ALBUMS", "MOST_PLAYED_ARTISTS", "MOST_PLAYED_TRACKS"]

MOST_PLAYED_TRACKS = Table(
    "most_played_tracks",
    "One track (artist and title) in the order of plays or of time.",
    ranking(
        "track",
        "artist",
        more={
            "uri": Column(
                STRING,
                "One address under which it was played; missing where the source has none.",
                "",
                "uri",
            )
        },
    ),
    key=["rank"],
)
MOST_PLAYED_ARTISTS = Table(
    "most_played_artists",
    "One artist in the order of plays or of time.",
    ranking(
        "artist",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)
MOST_PLAYED_ALBUMS = Table(
    "most_played_albums",
    "One album (artist and album) in the order of plays or of time.",
    ranking(
        "album",
        "artist",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)
