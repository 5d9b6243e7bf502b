"""Every chart, under a name: from what it is drawn, by which metric."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots

Draw = Callable[..., Axes]

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
    "discovery_days": (metrics.discovery_days, plots.discovery_days),
    "top_discoveries": (
        lambda plays: metrics.top_discoveries(plays, of="tracks"),
        plots.top_discoveries,
    ),
    "cohorts": (metrics.cohorts, plots.cohorts),
    "cohorts by month": (
        lambda plays: metrics.cohorts(plays, of="tracks", period="month"),
        plots.cohorts,
    ),
    "lifetimes": (lambda plays: metrics.lifetimes(plays, of="tracks"), plots.lifetimes),
    "golden_oldies": (
        lambda plays: metrics.golden_oldies(plays, n=5, min_plays=1),
        plots.golden_oldies,
    ),
    "variety": (metrics.variety, plots.variety),
    "brief_obsessions": (
        lambda plays: metrics.brief_obsessions(plays, days=1, min_plays=1, min_share=0),
        plots.brief_obsessions,
    ),
    "sessions": (metrics.sessions, plots.sessions),
    "session_lengths": (
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
}
OF_LISTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_list_comparison": ("top_lists", metrics.top_list_comparison, plots.top_list_comparison),
    "release_decades": ("saved", metrics.release_decades, plots.release_decades),
}
