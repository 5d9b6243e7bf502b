"""What stayed: how long, how steadily, how deep."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import FIRST_LAST, NAMES, OF, RANK, THING
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "ARTIST_LOYALTY",
    "EVERGREENS",
    "GOLDEN_OLDIES",
    "LIFETIMES",
    "ONE_AND_DONE",
    "ONE_HIT_WONDERS",
    "VARIETY",
]

_MEAN_DAY = Column(
    DAY, "Mean day of all plays: the middle of its life with the listener.", "date", "computed"
)
LIFETIMES = Table(
    "lifetimes",
    "One artist, track or album: when it came, when it went, and its best months.",
    {
        "rank": RANK,
        **THING,
        "n_days": Column(INT, "Days with a play.", "days", "counted"),
        "n_weeks": Column(INT, "Weeks with a play.", "weeks", "counted"),
        "n_months": Column(INT, "Months with a play.", "months", "counted"),
        "n_years": Column(INT, "Years with a play.", "years", "counted"),
        "mean_day": _MEAN_DAY,
        "best_month": Column(DAY, "First day of its month with most plays.", "date", "counted"),
        "best_month_plays": Column(INT, "Plays in it.", "plays", "counted"),
        "second_month": Column(DAY, "First day of its second best month.", "date", "counted"),
        "second_month_plays": Column(INT, "Plays in it.", "plays", "counted"),
    },
    key=["rank"],
)
GOLDEN_OLDIES = Table(
    "golden_oldies",
    "One artist, track or album whose plays lie long ago, or lately, on average.",
    {
        "group": Column(STRING, "Which end of the list.", "golden oldie | latest discovery", ""),
        "rank": RANK,
        **THING,
        "mean_day": _MEAN_DAY,
    },
    key=["group", "rank"],
)
EVERGREENS = Table(
    "evergreens",
    "One artist, track or album that was heard in every completed year.",
    {
        "rank": RANK,
        **THING,
        "n_years": Column(INT, "Completed years.", "years", "counted"),
        "least_plays": Column(INT, "Plays in its leanest completed year.", "plays", "counted"),
        "least_year": Column(INT, "That year.", "year", "counted"),
        "is_in_last_year": Column(BOOL, "Heard in the year that is not completed, too.", ""),
    },
    key=["rank"],
)
ONE_HIT_WONDERS = Table(
    "one_hit_wonders",
    "One artist of whom a single track was ever played.",
    {"rank": RANK, **{name: NAMES[name] for name in ("artist", "track")}, **HEARD, **FIRST_LAST},
    key=["rank"],
)
ONE_AND_DONE = Table(
    "one_and_done",
    "How many artists, tracks or albums were heard once and never again.",
    {
        "of": OF,
        "n": Column(INT, "Different ones heard.", "", "counted"),
        "n_once": Column(INT, "Of these, played exactly once.", "", "counted"),
        "share_once": Column(FLOAT, "Share of all.", "0-1", "computed"),
        "n_one_day": Column(INT, "Of all, played on one day only, however often.", "", "counted"),
        "share_one_day": Column(FLOAT, "Share of all.", "0-1", "computed"),
        "share_plays": Column(FLOAT, "Share of all plays that were such single ones.", "0-1"),
    },
    key=["of"],
)
ARTIST_LOYALTY = Table(
    "artist_loyalty",
    "One artist: how often, how deep and how steadily.",
    {
        "rank": RANK,
        "artist": NAMES["artist"],
        **HEARD,
        "n_tracks": Column(INT, "Catalogue depth: different tracks heard.", "tracks", "counted"),
        "replay_value": Column(FLOAT, "Plays per different track.", "plays", "computed"),
        "n_months": Column(INT, "Months with a play.", "months", "counted"),
        "n_months_since": Column(
            INT, "Months from that of the first play to the end of all plays.", "months", "computed"
        ),
        "loyalty": Column(FLOAT, "Share of those months with a play.", "0-1", "computed"),
        **FIRST_LAST,
    },
    key=["rank"],
)
VARIETY = Table(
    "variety",
    "One day, week, month or year: how varied, and how much of it was known.",
    {
        **PERIOD,
        "n_plays": Column(INT, "Plays with artist and title.", "plays", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "n_tracks": Column(INT, "Different tracks.", "tracks", "counted"),
        "variety": Column(FLOAT, "Different tracks per play.", "0-1", "computed"),
        "plays_per_track": Column(FLOAT, "Replay value: plays per track.", "plays", "computed"),
        "tracks_per_artist": Column(
            FLOAT, "Catalogue depth: tracks per artist.", "tracks", "computed"
        ),
        "share_replays": Column(
            FLOAT, "Share of plays of a track that had been played before.", "0-1", "computed"
        ),
        "share_known_artists": Column(
            FLOAT, "Loyalty: share of plays of artists known from an earlier period.", "0-1", ""
        ),
    },
    key=["period_start"],
)
