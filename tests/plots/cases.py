"""Every chart, under a name: from what it is drawn, by which metric."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots

Draw = Callable[..., Axes]


def first_and_rest(plays: pd.DataFrame) -> pd.DataFrame:
    """Move the first play of each artist to a day, all others to the day after."""
    last = plays["local_day"].max()
    is_first = ~plays["artist"].duplicated()
    days = plays["local_day"].where(is_first, last).mask(is_first, last - pd.Timedelta(days=1))
    return plays.assign(local_day=days)


OF_PLAYS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_tracks": (lambda plays: metrics.top_tracks(plays, n=12, by="time"), plots.top_tracks),
    "top_artists": (lambda plays: metrics.top_artists(plays, n=12), plots.top_artists),
    "top_albums": (lambda plays: metrics.top_albums(plays, n=12), plots.top_albums),
    **{
        f"listening_over_time {period}": (
            lambda plays, period=period: metrics.listening_over_time(plays, period=period),
            plots.listening_over_time,
        )
        for period in metrics.PERIODS
    },
    "listening_clock": (metrics.listening_clock, plots.listening_clock),
    "hours_of_day": (metrics.hours_of_day, plots.hours_of_day),
    "weekdays": (metrics.weekdays, plots.weekdays),
    "calendar": (metrics.calendar, plots.calendar),
    "streaks": (metrics.streaks, plots.streaks),
    "discovery": (metrics.discovery, plots.discovery),
    "discovery by year": (
        lambda plays: metrics.discovery(plays, period="year"),
        plots.discovery,
    ),
    "sessions": (metrics.sessions, plots.sessions),
    "session_lengths": (
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
    "rank_of": (
        lambda plays: (
            metrics.rank_of(plays, plays["artist"].min())
            if len(plays)
            else metrics.rank_of(plays, "Ann")
        ),
        plots.rank_of,
    ),
    "deliberate_tracks": (
        lambda plays: metrics.deliberate_tracks(
            plays.assign(reason_start="clickrow", reason_end="trackdone"), n=12
        ),
        plots.deliberate_tracks,
    ),
    "best_of_hours": (metrics.best_of_hours, plots.best_of_hours),
    "best_of_hours of tracks": (
        lambda plays: metrics.best_of_hours(plays, of="tracks", by="time"),
        plots.best_of_hours,
    ),
    "movement": (lambda plays: metrics.movement(plays, days=9_000), plots.movement),
    "climbers_and_fallers": (
        lambda plays: metrics.climbers_and_fallers(first_and_rest(plays), days=1),
        plots.climbers_and_fallers,
    ),
    "number_ones": (metrics.number_ones, plots.number_ones),
    "number_ones by week": (
        lambda plays: metrics.number_ones(plays, of="tracks", period="week", by="time"),
        plots.number_ones,
    ),
    "top_over_time": (metrics.top_over_time, plots.top_over_time),
    "top_over_time and others": (
        lambda plays: metrics.top_over_time(plays, period="year"),
        lambda table, **how: plots.top_over_time(table, others=True, **how),
    ),
    "comparison": (
        lambda plays: metrics.comparison(plays.iloc[::2], plays.iloc[1::2]),
        plots.comparison,
    ),
    "hour_comparison": (
        lambda plays: metrics.hour_comparison(plays.iloc[::2], plays.iloc[1::2]),
        plots.hour_comparison,
    ),
    "totals_over_time": (metrics.totals_over_time, plots.totals_over_time),
    "totals_over_time by month": (
        lambda plays: metrics.totals_over_time(plays, period="month"),
        plots.totals_over_time,
    ),
    "milestones": (
        lambda plays: metrics.milestones(plays, plays_at=[5, 10, 2000, 5000], number_one_from=2),
        plots.milestones,
    ),
    "artist_payouts": (
        lambda plays: metrics.artist_payouts(plays, rate=0.004, n=12),
        lambda table, **how: plots.artist_payouts(table, currency="$", **how),
    ),
    "rank_history": (lambda plays: metrics.rank_history(plays, n=6), plots.rank_history),
    "rank_history by month": (
        lambda plays: metrics.rank_history(plays, of="tracks", period="month"),
        plots.rank_history,
    ),
    "race": (metrics.race, plots.race),
    "race over a window": (
        lambda plays: metrics.race(plays, of="tracks", period="week", window=12, by="time"),
        plots.race,
    ),
    "cumulative_top": (metrics.cumulative_top, plots.cumulative_top),
    "cumulative_top by time": (
        lambda plays: metrics.cumulative_top(plays, of="tracks", period="day", n=8, by="time"),
        plots.cumulative_top,
    ),
    "medals": (
        lambda plays: metrics.medals(plays, period="month", unfinished=True),
        plots.medals,
    ),
    "weeks_at_number_one": (metrics.weeks_at_number_one, plots.weeks_at_number_one),
    "top_over_time by week": (
        lambda plays: metrics.top_over_time(plays, of="tracks", period="week", n=8, by="time"),
        plots.top_over_time,
    ),
}
OF_LISTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_list_comparison": ("top_lists", metrics.top_list_comparison, plots.top_list_comparison),
    "release_decades": ("saved", metrics.release_decades, plots.release_decades),
}
