"""What is out of the ordinary, and what names and lengths say."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import FIRST_LAST, NAMES, RANK
from spotify_analysis.tables.schema import FLOAT, INT, STRING, Column, Table

__all__ = [
    "FEATURED_ARTISTS",
    "STARTING_LETTERS",
    "TRACKS_PER_ARTIST",
    "TRACK_LENGTHS",
    "UNLIKELY_ARTISTS",
]

UNLIKELY_ARTISTS = Table(
    "unlikely_artists",
    "One artist in a period in which nobody would have expected so many plays.",
    {
        **PERIOD,
        "rank": RANK,
        "artist": NAMES["artist"],
        "n_plays": Column(INT, "Plays in the period.", "plays", "counted"),
        "expected": Column(FLOAT, "Plays at the artist's share of all plays.", "plays", "computed"),
        "z": Column(FLOAT, "Plays above that, in standard deviations.", "", "computed"),
        "share_of_artist": Column(FLOAT, "Share of all plays of the artist.", "0-1", "computed"),
    },
    key=["period_start", "rank"],
)
TRACKS_PER_ARTIST = Table(
    "tracks_per_artist",
    "One artist: how often, and how many different tracks.",
    {
        "rank": RANK,
        "artist": NAMES["artist"],
        "n_plays": Column(INT, "Plays with a title.", "plays", "counted"),
        "n_tracks": Column(INT, "Different tracks.", "tracks", "counted"),
        "expected_tracks": Column(FLOAT, "Tracks on the trend of all artists.", "tracks", ""),
    },
    key=["rank"],
)
FEATURED_ARTISTS = Table(
    "featured_artists",
    "One guest, as titles name them.",
    {
        "rank": RANK,
        "artist": Column(STRING, "Guest, as the title spells it most often.", "", "track"),
        **HEARD,
        "n_tracks": Column(INT, "Different tracks.", "tracks", "counted"),
        "n_hosts": Column(INT, "Different artists of these tracks.", "artists", "counted"),
        **FIRST_LAST,
    },
    key=["rank"],
)
STARTING_LETTERS = Table(
    "starting_letters",
    "One first letter of names.",
    {
        "letter": Column(
            STRING, "Letter without accents; 0-9 for digits, # for other signs.", "", "the name"
        ),
        "n_different": Column(INT, "Names that begin with it.", "", "counted"),
        "share_different": Column(FLOAT, "Share of all names.", "0-1", "computed"),
        "n_plays": Column(INT, "Their plays.", "plays", "counted"),
        "share_plays": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
    },
    key=["letter"],
)
TRACK_LENGTHS = Table(
    "track_lengths",
    "One day, week, month or year: how long its tracks are, as far as finished plays tell.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays of tracks.", "plays", "counted"),
        "n_known": Column(INT, "Of these, plays of tracks whose length is estimated.", "plays", ""),
        "mean_ms": Column(FLOAT, "Mean length of what was played.", "ms", "estimated"),
        "median_ms": Column(FLOAT, "Median length of what was played.", "ms", "estimated"),
    },
    key=["period_start"],
)
