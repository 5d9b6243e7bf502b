"""Every chart, under a name: from what it is drawn, by which metric."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots

Draw = Callable[..., Axes]


def apart(plays: pd.DataFrame) -> pd.DataFrame:
    """Return plays of which every third lies forty days earlier, so that one day is two."""
    day = plays["local_day"].mask(plays.index % 3 == 0, plays["local_day"] - pd.Timedelta(days=40))
    return plays.assign(local_day=day)


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
    "longest_sessions": (
        lambda plays: metrics.longest_sessions(metrics.sessions(plays)),
        plots.longest_sessions,
    ),
    "session_starts": (
        lambda plays: metrics.session_starts(metrics.sessions(plays)),
        plots.session_starts,
    ),
    "longest_plays": (lambda plays: metrics.longest_plays(plays, n=12), plots.longest_plays),
    "silences": (lambda plays: metrics.silences(apart(plays)), plots.silences),
    "runs": (lambda plays: metrics.runs(plays, n=12), plots.runs),
    "run_timeline": (lambda plays: metrics.runs(plays, of="artist", n=200), plots.run_timeline),
    "daily_streaks": (
        lambda plays: metrics.daily_streaks(plays, of="track", n=12),
        plots.daily_streaks,
    ),
    "binges": (lambda plays: metrics.binges(plays, of="album", n=12), plots.binges),
    "gaps": (
        lambda plays: metrics.gaps(apart(plays), of="track", n=12, min_plays=1),
        plots.gaps,
    ),
    "gaps still running": (
        lambda plays: metrics.gaps(apart(plays), of="track", n=12, min_plays=1, running=True),
        plots.gaps,
    ),
    "days_between_plays": (
        lambda plays: metrics.days_between_plays(plays, n=12, min_plays=2),
        plots.days_between_plays,
    ),
}
OF_LISTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_list_comparison": ("top_lists", metrics.top_list_comparison, plots.top_list_comparison),
    "release_decades": ("saved", metrics.release_decades, plots.release_decades),
}
