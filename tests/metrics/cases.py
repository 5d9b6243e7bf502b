"""Every metric of plays, under a name, with the table it ends in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from spotify_analysis import metrics, tables

OF_PLAYS: dict[str, tuple[Callable[[Any], pd.DataFrame], tables.Table]] = {
    "totals": (metrics.totals, tables.TOTALS),
    "top_tracks": (metrics.top_tracks, tables.MOST_PLAYED_TRACKS),
    "top_tracks by time": (
        lambda plays: metrics.top_tracks(plays, by="time", n=None),
        tables.MOST_PLAYED_TRACKS,
    ),
    "top_artists": (metrics.top_artists, tables.MOST_PLAYED_ARTISTS),
    "top_albums": (metrics.top_albums, tables.MOST_PLAYED_ALBUMS),
    **{
        f"listening_over_time {period}": (
            lambda plays, period=period: metrics.listening_over_time(plays, period=period),
            tables.LISTENING_OVER_TIME,
        )
        for period in metrics.PERIODS
    },
    "listening_clock": (metrics.listening_clock, tables.LISTENING_CLOCK),
    "hours_of_day": (metrics.hours_of_day, tables.HOURS_OF_DAY),
    "weekdays": (metrics.weekdays, tables.WEEKDAYS),
    "calendar": (metrics.calendar, tables.CALENDAR),
    "streaks": (metrics.streaks, tables.STREAKS),
    **{
        f"discovery {period}": (
            lambda plays, period=period: metrics.discovery(plays, period=period),
            tables.DISCOVERY,
        )
        for period in metrics.PERIODS
    },
    "sessions": (metrics.sessions, tables.SESSIONS),
    **{
        f"{name} of {of}": (lambda plays, metric=metric, of=of: metric(plays, of=of), table)
        for name, metric, table in (
            ("combined_ranking", metrics.combined_ranking, tables.COMBINED_RANKING),
            ("least_played", metrics.least_played, tables.LEAST_PLAYED),
            ("top_per_period", metrics.top_per_period, tables.TOP_PER_PERIOD),
            ("number_ones", metrics.number_ones, tables.NUMBER_ONES),
            ("best_of_hours", metrics.best_of_hours, tables.BEST_OF_HOURS),
            ("top_over_time", metrics.top_over_time, tables.TOP_OVER_TIME),
            ("movement", metrics.movement, tables.MOVEMENT),
        )
        for of in ("artists", "tracks")
    },
    "averages": (metrics.averages, tables.AVERAGES),
    **{
        f"totals_over_time {period}": (
            lambda plays, period=period: metrics.totals_over_time(plays, period=period),
            tables.TOTALS_OVER_TIME,
        )
        for period in metrics.PERIODS
    },
    "artist_payouts": (
        lambda plays: metrics.artist_payouts(plays, rate=0.004),
        tables.ARTIST_PAYOUTS,
    ),
    "milestones": (
        lambda plays: metrics.milestones(
            plays, plays_at=[1, 5, 9], hours_at=[1, 2], days_at=[2, 3], number_one_from=1
        ),
        tables.MILESTONES,
    ),
    "anniversaries": (
        lambda plays: metrics.anniversaries(plays, as_of="2025-01-02", at_least=1),
        tables.ANNIVERSARIES,
    ),
    "on_this_day": (
        lambda plays: metrics.on_this_day(plays, as_of="2025-01-01"),
        tables.ON_THIS_DAY,
    ),
    "rank_history": (metrics.rank_history, tables.RANK_HISTORY),
    "rank_history of tracks": (
        lambda plays: metrics.rank_history(plays, of="tracks", period="week", n=1),
        tables.RANK_HISTORY,
    ),
    "race": (metrics.race, tables.RACE),
    "race of weeks": (
        lambda plays: metrics.race(plays, of="tracks", period="week", n=2, window=1, by="time"),
        tables.RACE,
    ),
    "cumulative_top": (metrics.cumulative_top, tables.CUMULATIVE_TOP),
    "medals": (lambda plays: metrics.medals(plays, period="month"), tables.MEDALS),
    "weeks_at_number_one": (metrics.weeks_at_number_one, tables.WEEKS_AT_NUMBER_ONE),
    "best_ranks": (metrics.best_ranks, tables.BEST_RANKS),
    "certificates": (
        lambda plays: metrics.certificates(plays, of="artists", gold=1, platinum=2, diamond=3),
        tables.CERTIFICATES,
    ),
    "top_per_period_of_albums": (
        lambda plays: metrics.top_per_period(plays, of="albums", period="week", by="time"),
        tables.TOP_PER_PERIOD,
    ),
    "rank_of": (lambda plays: metrics.rank_of(plays, "Ann"), tables.RANK_OF),
    "top_tracks_of_artists": (metrics.top_tracks_of_artists, tables.TOP_TRACKS_OF_ARTISTS),
    "deliberate_tracks": (metrics.deliberate_tracks, tables.DELIBERATE_TRACKS),
    "climbers_and_fallers": (
        lambda plays: metrics.climbers_and_fallers(plays, days=7, by="time"),
        tables.CLIMBERS_AND_FALLERS,
    ),
}

# Rows of each answer when nothing was played; 0 where it is not named here.
N_ROWS_OF_NOTHING = {"totals": 1, "averages": 1}
# Plays counted of the seven in `conftest.plays`; all seven where it is not named here: the album of
# one play is not known, and an episode has no artist.
N_PLAYS = {
    "top_albums": 5,
    "top_artists": 6,
    "top_tracks": 6,
    "discovery": 6,
    "artist_payouts": 6,
    "anniversaries": 6,
    "certificates": 6,
    "best_ranks": 6,
    "weeks_at_number_one": 6,
    "medals": 6,
    "cumulative_top": 6,
    "race": 6,
    "rank_history": 6,
    "top_per_period_of_albums": 5,
    "climbers_and_fallers": 6,
    "deliberate_tracks": 6,
    "top_tracks_of_artists": 6,
    "rank_of": 6,
    "movement": 6,
    "top_over_time": 6,
    "best_of_hours": 6,
    "number_ones": 6,
    "top_per_period": 6,
    "least_played": 6,
    "combined_ranking": 6,
}


def n_rows_of_nothing(name: str) -> int:
    """Return how many rows a metric has without plays."""
    return N_ROWS_OF_NOTHING.get(name.split()[0], 0)


def n_plays(name: str) -> int:
    """Return how many of the seven plays a metric counts."""
    return N_PLAYS.get(name.split()[0], 7)
