"""Again and again: the same thing in a row, day after day, all day long; and days of silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _listed, _text, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["binges", "daily_streaks", "run_timeline", "runs", "silences"]


@_frame.draws(tables.SILENCES)
def silences(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 10) -> Axes:
    """Draw the longest runs of days without listening as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SILENCES`: what `metrics.silences` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many runs.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    longest = table.head(n)
    return _listed.draw(
        longest,
        ax=ax,
        title="Longest silences",
        unit="Days in a row without listening",
        measure="n_days",
        shown=_listed.whole("day"),
        names=[
            _listed.span(first, last)
            for first, last in zip(longest["first_day"], longest["last_day"], strict=True)
        ],
        says="No day without listening",
    )


@_frame.draws(tables.RUNS)
def runs(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest runs of the same thing as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RUNS`: what `metrics.runs` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands the day on which the run began.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    begun = [_frame.day(day) if pd.notna(day) else "" for day in table["local_day"]]
    return _listed.draw(
        table,
        ax=ax,
        title=f"Same {_things.what(table)[:-1]}, again and again",
        unit="Plays in a row",
        measure="n_plays",
        shown=_listed.whole("play"),
        beside=_listed.with_artists(table, begun),
        says="No run of two plays yet",
        notes=("any other play ends a run",),
    )


@_frame.draws(tables.RUNS, "metrics.runs(plays)")
def run_timeline(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw when the runs of the same thing were, and how long.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RUNS`: what `metrics.runs` returned, for example with ``n=200``.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a stem per run, as high as it has plays; the longest one has another colour and
        is named.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"Same {_things.what(table)[:-1]}, again and again"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    known = table.dropna(subset=["local_day"])
    if known.empty:
        return _frame.empty(ax, colours, table, title=title, says="No run of two plays yet")
    days = known["local_day"].to_numpy().astype("datetime64[D]")
    heights = known["n_plays"].to_numpy(dtype="float64")
    places = _dates.numbers(days) + 0.5
    longest = int(heights.argmax())
    is_longest = np.arange(len(heights)) == longest
    for chosen, colour, gid in (
        (~is_longest, colours.main, "runs"),
        (is_longest, colours.second, "longest"),
    ):
        # a run of the last day ends at the edge of the chart
        at, high = places[chosen], heights[chosen]
        ax.vlines(at, 0, high, color=colour, linewidth=1.4, gid=gid, clip_on=False)
        ax.scatter(at, high, s=16, color=colour, linewidths=0, clip_on=False)
    facts = tables.facts(table)
    ends = [days.min(), days.max()]
    if facts.get("since") and facts.get("until"):
        ends = [np.datetime64(str(facts[name]), "D") for name in ("since", "until")]
    every = np.arange(min(ends[0], days.min()), max(ends[1], days.max()) + 2)
    caption_pt = _dates.axis(ax, every, "day")
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, heights.max() * 1.18)
    low, high = ax.get_xlim()
    side = "left" if (places[longest] - low) / (high - low) < 0.5 else "right"
    room = _frame.width_of(ax) * 0.48
    name = _text.shorten(
        f"{_things.names(known)[0][longest]}, {heights[longest]:,.0f} times",
        room,
        size=9,
        strong=True,
    )
    _text.write(
        ax,
        name,
        (places[longest], heights[longest]),
        offset_pt=(0, 7),
        ha=side,
        size=9,
        strong=True,
        color=colours.ink,
        gid="longest",
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Plays in a row, by day",
        notes=(_frame.many(len(known), "run"), "any other play ends a run"),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.DAILY_STREAKS)
def daily_streaks(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest runs of days with the same thing as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DAILY_STREAKS`: what `metrics.daily_streaks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands from when to when.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    when = [
        "still running" if current else _listed.span(first, last)
        for first, last, current in zip(
            table["first_day"], table["last_day"], table["is_current"], strict=True
        )
    ]
    return _listed.draw(
        table,
        ax=ax,
        title=f"{_things.what(table).title()} heard day after day",
        unit="Days in a row",
        measure="n_days",
        shown=_listed.whole("day"),
        beside=_listed.with_artists(table, when),
    )


@_frame.draws(tables.BINGES)
def binges(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the days with most plays of one thing as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.BINGES`: what `metrics.binges` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: plays, or time where the table was ranked by it.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    by_time = tables.facts(table).get("by") == "time"
    hours = table.assign(hours=table["ms_played"] / _frame.MS_PER_HOUR)
    return _listed.draw(
        hours,
        ax=ax,
        title=f"Most of one {_things.what(table)[:-1]} in a day",
        unit="Time listened in one day" if by_time else "Plays in one day",
        measure="hours" if by_time else "n_plays",
        shown=(lambda value: _frame.duration(value * 60)) if by_time else _listed.whole("play"),
        beside=_listed.with_artists(table, [_frame.day(day) for day in table["local_day"]]),
    )
