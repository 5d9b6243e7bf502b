"""Turns of love: what came, went, and came back."""

from __future__ import annotations

from spotify_analysis.tables.metrics._things import FIRST_LAST, NAMES, RANK, THING
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "BRIEF_OBSESSIONS",
    "FORGOTTEN",
    "LEAST_PLAYED_OF_LOVED",
    "LOVE_STORIES",
    "NEVER_FINISHED",
]

_SILENT = Column(INT, "Days from the last play to the end of all plays.", "days", "computed")

LOVE_STORIES = Table(
    "love_stories",
    "One artist, track or album at a turn of its life with the listener.",
    {
        "story": Column(
            STRING,
            "Which turn.",
            "obsession | fresh find | rediscovery | forgotten favourite",
            "the thresholds of the call",
        ),
        "rank": RANK,
        **THING,
        "n_plays_lately": Column(INT, "Plays in the last days.", "plays", "counted"),
        "silent_days": Column(
            INT, "Longest silence: before it came back, or until now.", "days", "computed"
        ),
    },
    key=["story", "rank"],
)
BRIEF_OBSESSIONS = Table(
    "brief_obsessions",
    "One artist, track or album most of whose plays lie in a few days.",
    {
        "rank": RANK,
        **THING,
        "peak_first_day": Column(DAY, "First day of the best window.", "date", "computed"),
        "peak_last_day": Column(DAY, "Last day with a play in it.", "date", "computed"),
        "n_plays_peak": Column(INT, "Plays in the window.", "plays", "counted"),
        "share_peak": Column(FLOAT, "Share of all its plays.", "0-1", "computed"),
    },
    key=["rank"],
)
FORGOTTEN = Table(
    "forgotten",
    "One artist, track or album that was played often once and not for years.",
    {"rank": RANK, **THING, "silent_days": _SILENT},
    key=["rank"],
)
NEVER_FINISHED = Table(
    "never_finished",
    "One track that was often begun and never played to its end.",
    {
        "rank": RANK,
        **{name: NAMES[name] for name in ("artist", "track")},
        "n_starts": Column(INT, "Times it was begun.", "plays", "counted"),
        "mean_ms": Column(FLOAT, "Mean time it was heard.", "ms", "ms_played"),
        "longest_ms": Column(INT, "Longest it was heard.", "ms", "ms_played"),
        **FIRST_LAST,
    },
    key=["rank"],
)
LEAST_PLAYED_OF_LOVED = Table(
    "least_played_of_loved",
    "One much played album, with the track of it that was played least.",
    {
        "rank": RANK,
        **{name: NAMES[name] for name in ("artist", "album")},
        "n_plays": Column(INT, "Plays of the album.", "plays", "counted"),
        "n_tracks": Column(INT, "Different tracks of it heard.", "tracks", "counted"),
        "least_played": Column(STRING, "The track played least.", "", "track"),
        "n_plays_least": Column(INT, "Its plays from this album.", "plays", "counted"),
        "most_played": Column(STRING, "The track played most.", "", "track"),
        "n_plays_most": Column(INT, "Its plays from this album.", "plays", "counted"),
    },
    key=["rank"],
)
