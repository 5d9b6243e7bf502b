"""Two periods or two people: what grew and shrank, and at which hours they listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _diverging, _frame, _listed, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["affinity", "comparison", "hour_comparison"]


@_frame.draws(tables.COMPARISON, "metrics.comparison(first, second)")
def comparison(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    names: tuple[str, str] = ("first", "second"),
    n: int = 20,
) -> Axes:
    """Draw what has a larger share in the second, to the right, and in the first, to the left.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COMPARISON`: what `metrics.comparison` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    names : tuple of str
        What the two are: ``("2024", "2025")``.
    n : int
        How many rows at most: those with the largest differences.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If `table` is no such table.
    """
    title = f"From {names[0]} to {names[1]}: what grew, what shrank"
    known = table[table["difference"].notna()]
    known = known.loc[known["difference"].abs().nlargest(n).index.sort_values()]
    ax, colours = _frame.new(ax, size=(7.2, 1.35 + 0.27 * max(len(known), 4)))
    if known.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to compare yet")
    points = known["difference"].to_numpy(dtype="float64") * 100
    digits = 1 if np.abs(points).max() >= 1 else 2
    shown = [f"{point:+.{digits}f}".replace("-", "−") for point in points]
    _diverging.bars(ax, colours, points, names=_things.names(known)[0], shown=shown)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of all {_listed.measured(table)}, difference in percentage points",
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.AFFINITY, "metrics.affinity(first, second)")
def affinity(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    names: tuple[str, str] = ("first", "second"),
) -> Axes:
    """Draw what two both like, with the share it has of the listening of each.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.AFFINITY`: what `metrics.affinity` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    names : tuple of str
        What the two are.

    Returns
    -------
    Axes
        The chart: two bars for each, on one scale.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"What {names[0]} and {names[1]} share"
    shares = [
        table[f"share_{end}"].to_numpy(dtype="float64", na_value=0) * 100
        for end in ("first", "second")
    ]
    ax = _listed.draw(
        table,
        ax=ax,
        title=title,
        unit=f"Share of all {_listed.measured(table)} of each",
        measure=shares[0],
        shown=[
            f"{_listed.percent(one)} · {_listed.percent(other)}"
            for one, other in zip(*shares, strict=True)
        ],
        beside=_things.names(table)[1],
        says="No plays that both share",
    )
    if len(table):
        _, colours = style.palette_of(ax)
        first, rails = ax.containers
        longest = float(np.max(shares)) or 1.0
        half = float(first[0].get_height()) / 2
        for bar, rail in zip(first, rails, strict=True):
            bar.set(height=half, color=colours.main)
            rail.set_width(longest)
        ax.barh(
            [bar.get_y() + 1.5 * half for bar in first],
            shares[1],
            height=half,
            color=colours.second,
            linewidth=0,
        )
        ax.set_xlim(0, longest)
        _frame.key(ax, colours, [(colours.main, names[0]), (colours.second, names[1])])
    return ax


@_frame.draws(tables.HOUR_COMPARISON, "metrics.hour_comparison(first, second)")
def hour_comparison(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    names: tuple[str, str] = ("first", "second"),
) -> Axes:
    """Draw the shares of the hours of the day of two as steps.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.HOUR_COMPARISON`: what `metrics.hour_comparison` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    names : tuple of str
        What the two are.

    Returns
    -------
    Axes
        The chart: the first as an area, the second as a line.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "At which hours"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to compare yet")
    edges = np.arange(25)
    heights = [
        np.nan_to_num(table[f"share_{end}"].to_numpy(dtype="float64", na_value=np.nan)) * 100
        for end in ("first", "second")
    ]
    area = ax.stairs(heights[0], edges, fill=True, color=colours.pale, gid="first")
    area.set_linewidth(0)
    ax.stairs(heights[1], edges, color=colours.second, linewidth=2.2, baseline=None, gid="second")
    ax.set(xlim=(0, 24), ylim=(0, max(float(np.max(heights)), 1) * 1.1))
    ax.set_xticks(range(0, 25, 3), [f"{hour} h" for hour in range(0, 25, 3)])
    ticks = [tick for tick in ax.get_yticks() if tick <= ax.get_ylim()[1]]
    ax.set_yticks(ticks, [f"{tick:g}%" for tick in ticks])
    ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)
    _frame.key(ax, colours, [(colours.pale, names[0]), (colours.second, names[1])])
    _frame.dress(ax, colours, table, title=title, unit="Share of plays that began in the hour")
    return ax
