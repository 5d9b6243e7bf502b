"""What stayed: lives of artists, tracks and albums, and how varied the listening was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _dates, _dots, _frame, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["artist_loyalty", "golden_oldies", "lifetimes", "variety"]


@_frame.draws(tables.LIFETIMES)
def lifetimes(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 16) -> Axes:
    """Draw the life of each artist, track or album as a line through the years.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LIFETIMES`: what `metrics.lifetimes` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many rows.

    Returns
    -------
    Axes
        The chart: from first to last play, with a dot at the mean day of all plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"Lives of the most played {_things.what(table)}"
    drawn = table.head(n)
    ax, colours = _frame.new(ax, size=(8.4, 1.6 + 0.4 * max(len(drawn), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    drawn = tables.note(drawn, **tables.facts(table))
    shown = [f"{count:,}" for count in drawn["n_plays"]]
    tints = [colours.main] * len(drawn)
    caption_pt = _things.lifelines(ax, colours, drawn, tints, shown)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="From first to last play, and number of plays",
        notes=("dot: mean day of all plays",),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.GOLDEN_OLDIES)
def golden_oldies(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw golden oldies and latest discoveries as lines through the years.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.GOLDEN_OLDIES`: what `metrics.golden_oldies` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: from first to last play, with a dot at the mean day of all plays; the two
        groups in two colours.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Golden oldies and latest discoveries"
    ax, colours = _frame.new(ax, size=(8.4, 1.6 + 0.4 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No names played often enough")
    is_old = (table["group"] == "golden oldie").tolist()
    tints = [colours.main if old else colours.second for old in is_old]
    shown = [f"{count:,}" for count in table["n_plays"]]
    caption_pt = _things.lifelines(ax, colours, table, tints, shown)
    named = [(colours.main, "golden oldies"), (colours.second, "latest discoveries")]
    _frame.key(ax, colours, named if not all(is_old) else named[:1])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="From first to last play, and plays",
        notes=("in the order of the dot: mean day of all plays",),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.ARTIST_LOYALTY)
def artist_loyalty(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw artists by how steadily, how often again, and how deep they were played.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ARTIST_LOYALTY`: what `metrics.artist_loyalty` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a dot for each artist. Across is the share of months with a play, up are plays
        per different track, and the more different tracks, the larger the dot. The first places
        are named, as far as there is room.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Loyal to whom"
    ax, colours = _frame.new(ax, size=(8.4, 5.0))
    drawn = table[table["replay_value"].notna()]
    if drawn.empty:
        says = "No artist was played often enough" if table.empty else "No titles known"
        return _frame.empty(ax, colours, table, title=title, says=says)
    x, y, n_tracks = (
        drawn[name].to_numpy(dtype="float64") for name in ("loyalty", "replay_value", "n_tracks")
    )
    x = x * 100
    # an area is what eyes compare
    areas = 24 + 260 * n_tracks / n_tracks.max()
    ax.scatter(x, y, s=areas, color=colours.main, alpha=0.6, linewidth=0, gid="artists")
    low, high = min(float(x.min()), 80.0), max(float(x.max()), 20.0)
    margin = (high - low) * 0.12
    ax.set_xlim(low - margin, high + margin)
    ax.set_xticks([tick for tick in range(0, 101, 10) if low - margin <= tick <= high + margin])
    _things.log_axis(ax.yaxis, max(float(y.min()) * 0.8, 0.8), max(float(y.max()) * 1.35, 4))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}%")
    ax.grid(visible=True, color=colours.faint, linewidth=0.8)
    order = np.arange(len(drawn))
    names = drawn["artist"].tolist()
    _dots.name(ax, colours, names, x, y, order, most=len(drawn), gap_pt=np.sqrt(areas) / 2)
    least = tables.facts(table).get("min_plays")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Plays per different track",
        notes=(
            "across: share of the months since the first play that have one",
            f"large dot: up to {_frame.many(int(n_tracks.max()), 'track')}",
            *((f"artists of {_frame.many(least, 'play')} or more",) if least else ()),
        ),
    )
    return ax


@_frame.draws(tables.VARIETY)
def variety(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how varied and how well known the listening was, period by period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.VARIETY`: what `metrics.variety` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: three lines in percent; periods without plays are gaps.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "New songs, old songs, old friends"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty or not table["n_plays"].sum():
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    named = [
        (colours.main, "share_known_artists", "of artists known before"),
        (colours.third, "share_replays", "of songs played before"),
        (colours.second, "variety", "different songs"),
    ]
    for colour, column, _ in named:
        heights = table[column].to_numpy(dtype="float64", na_value=np.nan) * 100
        _dates.line(ax, middles, heights, colour, width=2 if len(table) < 100 else 1.3)
    caption_pt = _dates.axis(ax, edges, period)
    ax.set(ylim=(0, 103), yticks=[0, 25, 50, 75, 100])
    ax.set_yticklabels([f"{tick}%" for tick in (0, 25, 50, 75, 100)])
    ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)
    _frame.key(ax, colours, [(colour, words) for colour, _, words in named])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of plays per {period}",
        notes=("known: first heard in an earlier " + period,),
        caption_pt=caption_pt,
    )
    return ax
