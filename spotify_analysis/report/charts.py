"""The charts of the page: which table each draws, and from what it is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import metrics, plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spotify_analysis.plots.style import Theme

__all__ = ["CHARTS", "Chart", "chart_tables", "draw"]


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture of the page: which table, which chart, and whether it takes the whole width.

    Parameters
    ----------
    name : str
        Stem of the picture's file and of the table's CSV file.
    alt : str
        What the picture shows, for those who do not see it.
    table : callable
        From what it is drawn from to its table.
    plot : callable
        From the table to the chart.
    wide : bool
        Takes the whole width of the page.
    source : str
        What it is drawn from: ``"plays"``, or the name of a table of the account.
    """

    name: str
    alt: str
    table: Callable[[pd.DataFrame], pd.DataFrame]
    plot: Callable[[pd.DataFrame], Axes]
    wide: bool = False
    source: str = "plays"


CHARTS: tuple[Chart, ...] = (
    Chart(
        "listening_over_time",
        "Hours listened per month",
        lambda plays: metrics.listening_over_time(plays, period="month"),
        plots.listening_over_time,
        wide=True,
    ),
    Chart(
        "most_played_artists",
        "Artists with the most plays",
        lambda plays: metrics.top_artists(plays, n=15),
        plots.top_artists,
    ),
    Chart(
        "most_played_tracks",
        "Tracks with the most plays",
        lambda plays: metrics.top_tracks(plays, n=15),
        plots.top_tracks,
    ),
    Chart(
        "listening_clock",
        "Listening by hour of day and weekday",
        metrics.listening_clock,
        plots.listening_clock,
    ),
    Chart(
        "discovery",
        "New artists per month",
        metrics.discovery,
        plots.discovery,
    ),
    Chart(
        "sessions",
        "Length of listening sessions",
        metrics.sessions,
        plots.sessions,
    ),
    Chart(
        "session_lengths",
        "How long listening sessions last",
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
    Chart(
        "top_list_comparison",
        "Spotify's top artists of a year, six months and four weeks",
        lambda artists: metrics.top_list_comparison(artists, n=12),
        plots.top_list_comparison,
        source="top_artists",
    ),
    Chart(
        "release_decades",
        "Liked tracks by decade of release",
        metrics.release_decades,
        plots.release_decades,
        source="saved_tracks",
    ),
    Chart(
        "calendar",
        "Listening on each day of the years",
        metrics.calendar,
        plots.calendar,
        wide=True,
    ),
)


def draw(chart: Chart, table: pd.DataFrame, *, theme: Theme = "light") -> Figure:
    """Draw one chart of the page in a theme.

    Parameters
    ----------
    chart : Chart
        Which one.
    table : DataFrame
        Its metric's table.
    theme : {"light", "dark"}
        House style.

    Returns
    -------
    Figure
        The picture; the caller closes it.
    """
    with plots.use_style(theme=theme):
        figure = chart.plot(table).get_figure()
    if figure is None:  # an Axes of ours always has one
        raise RuntimeError(f"the chart {chart.name!r} was drawn without a figure")
    return figure  # type: ignore[return-value]


def chart_tables(
    plays: pd.DataFrame, account: Mapping[str, pd.DataFrame] | None = None
) -> dict[str, pd.DataFrame]:
    """Work out the tables that the page's charts draw.

    Parameters
    ----------
    plays : DataFrame
        Plays that count: ``counting.count(...)``.
    account : Mapping of str to DataFrame, optional
        Tables of the account: ``loaders.everything(...)``.

    Returns
    -------
    dict of str to DataFrame
        The table of each chart that can be drawn, by its name.
    """
    given = {**(account or {}), "plays": plays}
    return {
        chart.name: chart.table(given[chart.source])
        for chart in CHARTS
        if chart.source == "plays" or len(given.get(chart.source, ()))
    }
