"""Podcasts and audiobooks, and music beside them."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, HOUR, PERIOD
from spotify_analysis.tables.plays import KINDS
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "AUDIOBOOK_PROGRESS",
    "HOURS_BY_KIND",
    "LISTENING_BY_KIND",
    "NEW_SHOWS",
    "SHOW_LOYALTY",
    "TOP_EPISODES",
    "TOP_SHOWS",
]

_KIND = Column(STRING, "What was played.", " | ".join(KINDS), "kind")
_RANK = Column(INT, "Place; ties stand in the order of names.", "1-", "order")
_SPAN = {
    "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
    "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
}
_DAYS = Column(INT, "Days with at least one play.", "days", "counted")

TOP_SHOWS = Table(
    "top_shows",
    "One podcast in the order of time or of plays.",
    {
        "rank": _RANK,
        "show": Column(STRING, "Podcast.", "", "show"),
        **HEARD,
        "share": Column(FLOAT, "Share of the time (or plays) of all podcasts.", "0-1", "computed"),
        "n_episodes": Column(INT, "Different episodes heard.", "episodes", "counted"),
        **_SPAN,
    },
    key=["rank"],
)
TOP_EPISODES = Table(
    "top_episodes",
    "One podcast episode in the order of time or of plays.",
    {
        "rank": _RANK,
        "episode": Column(STRING, "Episode.", "", "episode"),
        "show": Column(STRING, "Podcast.", "", "show"),
        **HEARD,
        "share": Column(FLOAT, "Share of the time (or plays) of all episodes.", "0-1", "computed"),
        "is_finished": Column(BOOL, "Ran to its end at least once.", "", "reason_end = trackdone"),
        **_SPAN,
    },
    key=["rank"],
)
LISTENING_BY_KIND = Table(
    "listening_by_kind",
    "Music, podcasts or audiobooks in one day, week, month or year.",
    {
        **PERIOD,
        "kind": _KIND,
        **HEARD,
        "share_plays": Column(FLOAT, "Share of the plays of the period.", "0-1", "computed"),
        "share_time": Column(FLOAT, "Share of the time of the period.", "0-1", "computed"),
    },
    key=["period_start", "kind"],
)
HOURS_BY_KIND = Table(
    "hours_by_kind",
    "Music, podcasts or audiobooks in one hour of the day; 24 rows per kind that was played.",
    {
        "kind": _KIND,
        "local_hour": HOUR,
        **HEARD,
        "share_plays": Column(FLOAT, "Share of the plays of the kind.", "0-1", "computed"),
        "share_time": Column(FLOAT, "Share of the time of the kind.", "0-1", "computed"),
    },
    key=["kind", "local_hour"],
)
SHOW_LOYALTY = Table(
    "show_loyalty",
    "One podcast: how many of its episodes were begun, and how many were heard to the end.",
    {
        "rank": Column(INT, "Place, most episodes begun first.", "1-", "order"),
        "show": Column(STRING, "Podcast.", "", "show"),
        "n_started": Column(INT, "Different episodes begun.", "episodes", "counted"),
        "n_finished": Column(
            INT, "Of these, ran to their end at least once.", "episodes", "reason_end = trackdone"
        ),
        "finished_share": Column(
            FLOAT, "Finished of begun; missing where no play knows how it ended.", "0-1", "computed"
        ),
        **HEARD,
        "plays_per_episode": Column(FLOAT, "Sittings an episode takes.", "plays", "computed"),
        "n_days_active": _DAYS,
        **_SPAN,
    },
    key=["rank"],
)
NEW_SHOWS = Table(
    "new_shows",
    "One day, week, month or year: podcasts heard for the first time, and those known.",
    {
        **PERIOD,
        **{
            name: column
            for what in ("shows", "episodes")
            for name, column in {
                f"n_{what}": Column(INT, f"Different {what} heard.", what, "counted"),
                f"n_new_{what}": Column(
                    INT, f"Of these, {what} never heard before.", what, "counted"
                ),
                f"n_known_{what}": Column(
                    INT, f"Of these, {what} heard in an earlier period.", what, "counted"
                ),
                f"n_{what}_so_far": Column(
                    INT, f"Different {what} heard up to the end of the period.", what, "counted"
                ),
            }.items()
        },
    },
    key=["period_start"],
)
AUDIOBOOK_PROGRESS = Table(
    "audiobook_progress",
    "One audiobook, and how far it was heard.",
    {
        "rank": Column(INT, "Place, begun first; ties in the order of names.", "1-", "order"),
        "audiobook": Column(STRING, "Audiobook.", "", "audiobook"),
        "n_chapters": Column(INT, "Different chapters begun.", "chapters", "counted"),
        "n_finished": Column(
            INT, "Of these, ran to their end at least once.", "chapters", "reason_end = trackdone"
        ),
        **HEARD,
        "n_sittings": Column(
            INT, "Times it was taken up, with half an hour or more between.", "", "computed"
        ),
        "n_days_active": _DAYS,
        **_SPAN,
        "n_days": Column(INT, "From the first day to the last, both included.", "days", "computed"),
    },
    key=["rank"],
)
