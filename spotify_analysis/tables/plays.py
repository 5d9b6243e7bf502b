"""The central table: one row per stream, whatever the source."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, INT, STRING, UTC, Column, Table

KINDS = ("track", "episode", "audiobook", "unknown")
PLATFORMS = (
    "ios",
    "android",
    "windows",
    "macos",
    "linux",
    "web",
    "tv",
    "speaker",
    "console",
    "car",
    "other",
)
SOURCES = ("extended", "account", "web_api", "lastfm", "listenbrainz")

PLAYS = Table(
    "plays",
    "One stream: a track, episode or audiobook chapter that was started and later ended.",
    {
        "ended_at": Column(UTC, "When the play ended.", "UTC", "ts / endTime / played_at"),
        "started_at": Column(
            UTC, "When the play began.", "UTC", "offline_timestamp, else computed"
        ),
        "logged_at": Column(
            UTC,
            "What the source wrote, untouched; later than `ended_at` for old offline plays.",
            "UTC",
            "ts / endTime / played_at",
        ),
        "ms_played": Column(INT, "How long it sounded.", "ms", "ms_played / msPlayed"),
        "kind": Column(STRING, "What was played.", " | ".join(KINDS), "which fields are filled"),
        "track": Column(STRING, "Title of the track.", "", "master_metadata_track_name"),
        "artist": Column(
            STRING, "Album artist of the track.", "", "master_metadata_album_artist_name"
        ),
        "album": Column(STRING, "Album of the track.", "", "master_metadata_album_album_name"),
        "show": Column(STRING, "Podcast.", "", "episode_show_name"),
        "episode": Column(STRING, "Podcast episode.", "", "episode_name"),
        "audiobook": Column(STRING, "Audiobook.", "", "audiobook_title"),
        "chapter": Column(STRING, "Audiobook chapter.", "", "audiobook_chapter_title"),
        "uri": Column(STRING, "Spotify's address of what was played.", "", "spotify_track_uri"),
        "context_uri": Column(
            STRING, "Playlist, album or artist it was played from.", "", "context.uri"
        ),
        "platform": Column(STRING, "Family of device.", " | ".join(PLATFORMS), "platform"),
        "country": Column(STRING, "Country of the connection.", "ISO 3166-1", "conn_country"),
        "reason_start": Column(STRING, "Why the play began.", "", "reason_start"),
        "reason_end": Column(STRING, "Why the play ended.", "", "reason_end"),
        "shuffle": Column(BOOL, "Shuffle was on.", "", "shuffle"),
        "skipped": Column(BOOL, "As Spotify says; changed its meaning in 2022.", "", "skipped"),
        "was_skipped": Column(
            BOOL,
            "Ended by forward, back or another choice; comparable over the years.",
            "",
            "reason_end in fwdbtn, backbtn, endplay",
        ),
        "offline": Column(BOOL, "Played without a connection.", "", "offline"),
        "incognito": Column(BOOL, "Private session.", "", "incognito_mode"),
        "local_day": Column(DAY, "Local date of the start.", "date", "started_at in time_zone"),
        "local_hour": Column(INT, "Local hour of the start.", "0-23", "started_at in time_zone"),
        "local_weekday": Column(
            INT, "Local weekday of the start, 1 = Monday.", "1-7", "started_at in time_zone"
        ),
        "time_zone": Column(
            STRING, "Zone of the local columns.", "IANA name", "the user, or country"
        ),
        "source": Column(STRING, "Where the row came from.", " | ".join(SOURCES), ""),
        "file": Column(STRING, "File it came from.", "", ""),
    },
)
