"""Our tables: columns, dtypes, units and sources; conform; CSV and Parquet, there and back."""

from __future__ import annotations

from spotify_analysis.tables.addresses import Address, parse_address
from spotify_analysis.tables.attrs import facts, note
from spotify_analysis.tables.counts import COUNTING_RULES, LEDGER
from spotify_analysis.tables.csv import read_csv, write_csv
from spotify_analysis.tables.dictionary import DICTIONARY, declared, describe
from spotify_analysis.tables.engines import arrow_type, collect
from spotify_analysis.tables.exportify_layouts import (
    EXPORTIFY_LAYOUTS,
    exportify,
    write_exportify,
    write_exportify_folder,
)
from spotify_analysis.tables.exports import EXPORT_FILES, REJECTED_ROWS
from spotify_analysis.tables.local_time import check_time_zone, local_time_zone, with_local_time
from spotify_analysis.tables.metrics.calendar import (
    CALENDAR,
    HOURS_OF_DAY,
    LISTENING_CLOCK,
    LISTENING_OVER_TIME,
    STREAKS,
    WEEKDAYS,
)
from spotify_analysis.tables.metrics.discovery import (
    COHORTS,
    DISCOVERY,
    DISCOVERY_DAYS,
    FIRST_LISTENS,
    TOP_DISCOVERIES,
)
from spotify_analysis.tables.metrics.loves import (
    BRIEF_OBSESSIONS,
    FORGOTTEN,
    LEAST_PLAYED_OF_LOVED,
    LOVE_STORIES,
    NEVER_FINISHED,
)
from spotify_analysis.tables.metrics.loyalty import (
    ARTIST_LOYALTY,
    EVERGREENS,
    GOLDEN_OLDIES,
    LIFETIMES,
    ONE_AND_DONE,
    ONE_HIT_WONDERS,
    VARIETY,
)
from spotify_analysis.tables.metrics.rankings import (
    MOST_PLAYED_ALBUMS,
    MOST_PLAYED_ARTISTS,
    MOST_PLAYED_TRACKS,
)
from spotify_analysis.tables.metrics.releases import RELEASE_DECADES
from spotify_analysis.tables.metrics.sessions import SESSION_LENGTHS, SESSIONS
from spotify_analysis.tables.metrics.top_lists import TOP_LIST_COMPARISON
from spotify_analysis.tables.metrics.totals import TOTALS
from spotify_analysis.tables.parquet import read_parquet, write_parquet
from spotify_analysis.tables.picks import EVALUATION, EVALUATION_CUTS, PICKS
from spotify_analysis.tables.plays import KINDS, PLATFORMS, PLAYS, SOURCES
from spotify_analysis.tables.schema import (
    BOOL,
    DAY,
    DTYPES,
    FLOAT,
    INT,
    STRING,
    UTC,
    Column,
    Table,
    as_dtype,
    conform,
    empty,
    from_arrow,
)
from spotify_analysis.tables.spotify import (
    ALBUM_TRACKS,
    ALBUMS,
    ARTIST_ALBUMS,
    ARTISTS,
    FOLLOWED_ARTISTS,
    PLAYLIST_ITEMS,
    PLAYLISTS,
    PROFILE,
    SAVED_ALBUMS,
    SAVED_EPISODES,
    SAVED_SHOWS,
    SAVED_TRACKS,
    SEARCH,
    TIME_RANGES,
    TOP_ARTISTS,
    TOP_TRACKS,
    TRACKS,
    USAGE,
)
from spotify_analysis.tables.writing import file_name, replace_file

__all__ = [
    "ALBUMS",
    "ALBUM_TRACKS",
    "ARTISTS",
    "ARTIST_ALBUMS",
    "ARTIST_LOYALTY",
    "BOOL",
    "BRIEF_OBSESSIONS",
    "CALENDAR",
    "COHORTS",
    "COUNTING_RULES",
    "DAY",
    "DICTIONARY",
    "DISCOVERY",
    "DISCOVERY_DAYS",
    "DTYPES",
    "EVALUATION",
    "EVALUATION_CUTS",
    "EVERGREENS",
    "EXPORTIFY_LAYOUTS",
    "EXPORT_FILES",
    "FIRST_LISTENS",
    "FLOAT",
    "FOLLOWED_ARTISTS",
    "FORGOTTEN",
    "GOLDEN_OLDIES",
    "HOURS_OF_DAY",
    "INT",
    "KINDS",
    "LEAST_PLAYED_OF_LOVED",
    "LEDGER",
    "LIFETIMES",
    "LISTENING_CLOCK",
    "LISTENING_OVER_TIME",
    "LOVE_STORIES",
    "MOST_PLAYED_ALBUMS",
    "MOST_PLAYED_ARTISTS",
    "MOST_PLAYED_TRACKS",
    "NEVER_FINISHED",
    "ONE_AND_DONE",
    "ONE_HIT_WONDERS",
    "PICKS",
    "PLATFORMS",
    "PLAYLISTS",
    "PLAYLIST_ITEMS",
    "PLAYS",
    "PROFILE",
    "REJECTED_ROWS",
    "RELEASE_DECADES",
    "SAVED_ALBUMS",
    "SAVED_EPISODES",
    "SAVED_SHOWS",
    "SAVED_TRACKS",
    "SEARCH",
    "SESSIONS",
    "SESSION_LENGTHS",
    "SOURCES",
    "STREAKS",
    "STRING",
    "TIME_RANGES",
    "TOP_ARTISTS",
    "TOP_DISCOVERIES",
    "TOP_LIST_COMPARISON",
    "TOP_TRACKS",
    "TOTALS",
    "TRACKS",
    "USAGE",
    "UTC",
    "VARIETY",
    "WEEKDAYS",
    "Address",
    "Column",
    "Table",
    "arrow_type",
    "as_dtype",
    "check_time_zone",
    "collect",
    "conform",
    "declared",
    "describe",
    "empty",
    "exportify",
    "facts",
    "file_name",
    "from_arrow",
    "local_time_zone",
    "note",
    "parse_address",
    "read_csv",
    "read_parquet",
    "replace_file",
    "with_local_time",
    "write_csv",
    "write_exportify",
    "write_exportify_folder",
    "write_parquet",
]
