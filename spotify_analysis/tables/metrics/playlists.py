"""Playlists and liked songs, joined with what was played."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import FIRST_LAST, RANK
from spotify_analysis.tables.schema import DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "LIKED_SONGS",
    "PLAYLIST_ENTRIES",
    "PLAYLIST_GROWTH",
    "PLAYLIST_OVERLAP",
    "PLAYLIST_USE",
]

_PLAYLIST = {
    "playlist": Column(STRING, "Name of the playlist.", "", "playlist"),
    "playlist_id": Column(STRING, "Id; missing in exports.", "", "playlist_id"),
}
_SONG = {
    "artist": Column(STRING, "Artist.", "", "artist"),
    "track": Column(STRING, "Title.", "", "track"),
    "uri": Column(STRING, "Spotify's address of the entry.", "", "uri"),
    "added_day": Column(DAY, "Day it was added, in UTC; may be missing.", "date", "added_at"),
}

PLAYLIST_ENTRIES = Table(
    "playlist_entries",
    "One track of one playlist, and its plays since it was added.",
    {
        **_PLAYLIST,
        "position": Column(INT, "Place in the playlist.", "0-", "position"),
        **_SONG,
        "status": Column(STRING, "Since it was added.", "played | stale | never played", ""),
        **HEARD,
        "n_plays_before": Column(INT, "Plays before it was added.", "plays", "counted"),
        **FIRST_LAST,
        "silent_days": Column(
            INT, "Days from the last play to the end of all plays.", "days", "computed"
        ),
    },
)
PLAYLIST_USE = Table(
    "playlist_use",
    "One playlist: how much of it is really played.",
    {
        **_PLAYLIST,
        "n_items": Column(INT, "Entries of any kind.", "entries", "counted"),
        "n_tracks": Column(INT, "Different tracks.", "tracks", "counted"),
        "n_played": Column(INT, "Of these, played since they were added.", "tracks", "counted"),
        "share_played": Column(FLOAT, "Share of the tracks.", "0-1", "computed"),
        "n_stale": Column(INT, "Played since then, but not lately.", "tracks", "counted"),
        "n_never": Column(INT, "Not played since they were added.", "tracks", "counted"),
        **HEARD,
        "n_plays_from": Column(
            INT,
            "Plays that began from this playlist; missing where no play knows where it began.",
            "plays",
            "context_uri",
        ),
        "last_day": Column(DAY, "Last play of one of its tracks.", "date", "local_day"),
        "first_added": Column(DAY, "Day of its oldest entry.", "date", "added_at"),
        "last_added": Column(DAY, "Day of its newest entry.", "date", "added_at"),
        "age_days": Column(
            INT,
            "Days from its oldest entry to the end of all plays; 0 if it is newer.",
            "days",
            "computed",
        ),
    },
)
PLAYLIST_OVERLAP = Table(
    "playlist_overlap",
    "Two playlists that share tracks.",
    {
        "playlist": Column(STRING, "One of them.", "", "playlist"),
        "other": Column(STRING, "The other one.", "", "playlist"),
        "n_tracks": Column(INT, "Different tracks of the one.", "tracks", "counted"),
        "n_tracks_other": Column(INT, "Different tracks of the other.", "tracks", "counted"),
        "n_common": Column(INT, "Tracks in both.", "tracks", "counted"),
        "jaccard": Column(FLOAT, "Share of all tracks of the two.", "0-1", "computed"),
        "share_of_smaller": Column(FLOAT, "Share of the smaller one.", "0-1", "computed"),
    },
)
PLAYLIST_GROWTH = Table(
    "playlist_growth",
    "One playlist in one period: what was added.",
    {
        **PERIOD,
        **_PLAYLIST,
        "n_added": Column(INT, "Entries added that are still there.", "entries", "added_at"),
        "n_so_far": Column(INT, "The same, up to the end of the period.", "entries", "counted"),
    },
)
LIKED_SONGS = Table(
    "liked_songs",
    "One song that is liked, or played, or both.",
    {
        "status": Column(
            STRING, "Which.", "liked and played | liked, never played | played, not liked", ""
        ),
        "rank": RANK,
        **_SONG,
        **HEARD,
        **FIRST_LAST,
    },
    key=["status", "rank"],
)
