"""How plays began and ended: skips, finished plays, clicks, the back button, shuffle."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import NAMES
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

__all__ = [
    "COMPLETION",
    "ENGAGEMENT",
    "ENGAGEMENT_OVER_TIME",
    "LOVED",
    "REASONS",
    "SIGNALS",
    "SKIPS_BY_SHUFFLE",
    "SKIP_MOMENTS",
    "SKIP_STREAKS",
]

_ENDED = {
    "n_plays": Column(INT, "Plays of tracks.", "plays", "counted"),
    "n_ended": Column(INT, "Of these, plays that know how they ended.", "plays", "was_skipped"),
    "n_skipped": Column(INT, "Skipped.", "plays", "was_skipped"),
    "skip_rate": Column(FLOAT, "Skipped, of those that know.", "0-1", "computed"),
    "n_finished": Column(INT, "Played to the end.", "plays", "reason_end = trackdone"),
    "finished_share": Column(FLOAT, "Played to the end, of those that know.", "0-1", "computed"),
}
_BEGUN = {
    "n_clicked": Column(INT, "Clicked in a list.", "plays", "reason_start = clickrow"),
    "n_deliberate": Column(
        INT, "Clicked and played to the end.", "plays", "reason_start, reason_end"
    ),
    "n_replayed": Column(INT, "Begun with the back button.", "plays", "reason_start = backbtn"),
}
_ALL = {
    **_ENDED,
    "n_started": Column(INT, "Plays that know how they began.", "plays", "reason_start"),
    **_BEGUN,
    "clicked_share": Column(FLOAT, "Clicked, of those that know.", "0-1", "computed"),
    "deliberate_share": Column(
        FLOAT, "Clicked and played to the end, of those that know how they began.", "0-1", ""
    ),
    "n_shuffle_known": Column(INT, "Plays that know whether shuffle was on.", "plays", "shuffle"),
    "n_shuffled": Column(INT, "Of these, with shuffle on.", "plays", "shuffle"),
    "shuffle_share": Column(FLOAT, "With shuffle on, of those that know.", "0-1", "computed"),
}

ENGAGEMENT = Table("engagement", "How all plays of tracks began and ended.", _ALL)
ENGAGEMENT_OVER_TIME = Table(
    "engagement_over_time",
    "How the plays of one day, week, month or year began and ended.",
    {**PERIOD, **_ALL},
    key=["period_start"],
)
SKIPS_BY_SHUFFLE = Table(
    "skips_by_shuffle",
    "Plays with shuffle on, or off.",
    {"shuffle": Column(BOOL, "Shuffle was on.", "", "shuffle"), **_ENDED},
    key=["shuffle"],
)
SKIP_MOMENTS = Table(
    "skip_moments",
    "Skips after about the same time.",
    {
        "from_s": Column(INT, "Shortest, included.", "s", "the call"),
        "to_s": Column(INT, "Longest, excluded; missing in the last row.", "s", "the call"),
        "n_skips": Column(INT, "Skips after so long.", "plays", "counted"),
        "share": Column(FLOAT, "Share of all skips.", "0-1", "computed"),
        "share_so_far": Column(FLOAT, "Share of all skips up to here.", "0-1", "computed"),
    },
    key=["from_s"],
)
SKIP_STREAKS = Table(
    "skip_streaks",
    "One run of skips, one after another.",
    {
        "rank": Column(INT, "Place, most skips first; ties in the order of time.", "1-", "order"),
        "started_at": Column(UTC, "Start of the first.", "UTC", "started_at"),
        "ended_at": Column(UTC, "End of the last.", "UTC", "ended_at"),
        "local_day": Column(DAY, "Local day of the first.", "date", "local_day"),
        "n_skips": Column(INT, "Skips in a row.", "plays", "counted"),
        "ms_played": Column(INT, "Time listened in between.", "ms", "sum of ms_played"),
    },
    key=["rank"],
)
SIGNALS = Table(
    "signals",
    "One artist, album or track: how its plays began and ended.",
    {
        "rank": Column(INT, "Place, by what the metric ranks by.", "1-", "order"),
        **NAMES,
        **_ENDED,
        "skip_rate_shrunk": Column(
            FLOAT, "Skip rate, drawn towards the usual one where plays are few.", "0-1", "computed"
        ),
        **_BEGUN,
    },
    key=["rank"],
)
LOVED = Table(
    "loved",
    "One artist, album or track by signs of love.",
    {
        "rank": Column(INT, "Place, highest score first.", "1-", "order"),
        **NAMES,
        "love_score": Column(FLOAT, "Weighted sum of the columns that follow.", "", "computed"),
        "n_plays": _ENDED["n_plays"],
        "n_finished_lately": Column(
            INT, "Played to the end in the last days.", "plays", "reason_end, local_day"
        ),
        "n_finished": _ENDED["n_finished"],
        "n_deliberate": _BEGUN["n_deliberate"],
        "n_replayed": _BEGUN["n_replayed"],
        "skip_streak": Column(
            INT, "Longest run of skips among its last ten plays.", "plays", "was_skipped"
        ),
    },
    key=["rank"],
)
COMPLETION = Table(
    "completion",
    "Plays that got about as far into their track.",
    {
        "from_pct": Column(INT, "Least, included.", "%", ""),
        "to_pct": Column(INT, "Most, excluded; missing in the last row.", "%", ""),
        "bucket": Column(STRING, "How far that is.", "skipped | partial | committed", "from_pct"),
        "n_plays": Column(INT, "Plays that got so far.", "plays", "counted"),
        "share": Column(FLOAT, "Share of the plays whose length is known.", "0-1", "computed"),
    },
    key=["from_pct"],
)
REASONS = Table(
    "reasons",
    "One reason why plays began, or ended.",
    {
        "moment": Column(STRING, "Of the play.", "start | end", ""),
        "rank": Column(INT, "Place within the moment, most plays first.", "1-", "order"),
        "reason": Column(STRING, "As Spotify says.", "", "reason_start | reason_end"),
        "in_words": Column(STRING, "The same in plain words.", "", "our reading"),
        **HEARD,
        "share": Column(FLOAT, "Share of the plays that know theirs.", "0-1", "computed"),
    },
    key=["moment", "rank"],
)
