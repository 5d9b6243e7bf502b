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
    "average_days": (metrics.average_days, plots.average_days),
    "cumulative": (metrics.cumulative, plots.cumulative),
    "day_parts": (metrics.day_parts, plots.day_parts),
    "days_of_month": (metrics.days_of_month, plots.days_of_month),
    "every_play": (metrics.every_play, plots.every_play),
    "months_by_year": (metrics.months_by_year, plots.months_by_year),
    "months_of_year": (metrics.months_of_year, plots.months_of_year),
    "seasons": (metrics.seasons, plots.seasons),
    "average_days by week": (
        lambda plays: metrics.average_days(plays, period="week"),
        plots.average_days,
    ),
    "artist_days": (metrics.artist_days, plots.artist_days),
    "artists_by_hour": (metrics.artists_by_hour, plots.artists_by_hour),
    "sparklines": (metrics.sparklines, plots.sparklines),
    "countries": (metrics.countries, plots.countries),
    "device_days": (metrics.device_days, plots.device_days),
    "offline_and_private": (metrics.offline_and_private, plots.offline_and_private),
    "platforms": (metrics.platforms, plots.platforms),
    "platforms_over_time": (metrics.platforms_over_time, plots.platforms_over_time),
    "travels": (metrics.travels, plots.travels),
    "sparklines by track": (
        lambda plays: metrics.sparklines(plays, of="track", n=5, period="year"),
        plots.sparklines,
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
