"""How often things were played: frequencies, laws, Eddington numbers, days by plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _frame, _text, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cut_over", "days_by_plays", "eddington", "how_often"]


@_frame.draws(tables.HOW_OFTEN, fits=(tables.FREQUENCY_FITS, "metrics.frequency_fits(plays)"))
def how_often(
    table: pd.DataFrame, *, ax: Axes | None = None, fits: pd.DataFrame | None = None
) -> Axes:
    """Draw the share of tracks, artists or albums that were played at least so often.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.HOW_OFTEN`: what `metrics.how_often` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    fits : DataFrame or None
        Rows of `tables.FREQUENCY_FITS`, to draw the power law beside what was counted.

    Returns
    -------
    Axes
        The chart: both axes logarithmic; a power law is a straight line there.

    Raises
    ------
    TableError
        If `table` or `fits` is no such table.
    """
    what = _things.what(table) if "of" in tables.facts(table) else "tracks"
    title = f"How often {what} are played"
    ax, colours = _frame.new(ax, size=(6.8, 4.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    x = table["n_plays"].to_numpy(dtype="float64")
    y = table["share_at_least"].to_numpy(dtype="float64") * 100
    ax.scatter(x, y, s=16, color=colours.main, alpha=0.75, linewidth=0, gid="counted")
    _things.log_axis(ax.xaxis, 0.8, max(float(x.max()) * 1.4, 12))
    _things.log_axis(ax.yaxis, min(float(y.min()) * 0.6, 8), 130)
    ax.set_yticks(ax.get_yticks(), [f"{tick:,.6g}%" for tick in ax.get_yticks()])
    ax.grid(visible=True, color=colours.faint, linewidth=0.8)
    named = [(colours.main, "counted")]
    law = None if fits is None else fits[fits["law"] == "power law"]
    if law is not None and len(law):
        _draw_law(ax, colours, law.iloc[0], x, y)
        named.append((colours.second, f"power law, exponent {law['exponent'].iloc[0]:.2f}"))
        _frame.key(ax, colours, named)
    facts = tables.facts(table)
    notes = ["across: number of plays"]
    if "median" in facts:
        notes.append(f"plays of each: median {facts['median']:,.3g}, mean {facts['mean']:,.3g}")
    unit = f"Share of {what} played at least so often"
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=tuple(notes))
    return ax


@_frame.draws(tables.EDDINGTON)
def eddington(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw on how many days there were at least so many plays, and where that is as many.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.EDDINGTON`: what `metrics.eddington` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the Eddington number is where the curve meets the diagonal.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _met(
        table,
        "n_days",
        ax=ax,
        title="Eddington number",
        unit="Days with at least so many plays",
        word="day",
        to_next=tables.facts(table).get("n_days_to_next"),
    )


@_frame.draws(tables.CUT_OVER)
def cut_over(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many artists have at least so many plays, and where that is as many.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CUT_OVER`: what `metrics.cut_over` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the cut-over point is where the curve meets the diagonal.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    return _met(
        table,
        "n_different",
        ax=ax,
        title=f"Cut-over point of {what}",
        unit=f"{what.title()} with at least so many plays",
        word=what[:-1],
        to_next=tables.facts(table).get("n_to_next"),
    )


@_frame.draws(tables.DAYS_BY_PLAYS)
def days_by_plays(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many days had no, few or many plays.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DAYS_BY_PLAYS`: what `metrics.days_by_plays` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: one bar per class of days.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Quiet days and loud days"
    ax, colours = _frame.new(ax, size=(7.6, 3.7))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No days to draw yet")
    heights = table["n_days"].to_numpy(dtype="float64")
    places = np.arange(len(table))
    bars = ax.bar(places, heights, 0.84, color=colours.main)
    bars[int(heights.argmax())].set_color(colours.second)
    for place, height in zip(places, heights, strict=True):
        _text.write(
            ax,
            f"{height:,.0f}" if height else "",
            (float(place), float(height)),
            offset_pt=(0, 3),
            ha="center",
            size=8.5,
            color=colours.muted,
            gid="value",
        )
    labels = []
    for low, high in zip(table["from_plays"], table["to_plays"], strict=True):
        if pd.isna(high):
            labels.append(f"{low}+")
        else:
            labels.append(f"{low}" if low == high else f"{low}–{high}")
    ax.set_xticks(places, labels)
    # one bar alone would be a wall
    room = max(0, 6 - len(table)) / 2
    ax.set(xlim=(-0.6 - room, len(table) - 0.4 + room), ylim=(0, heights.max() * 1.14), yticks=[])
    ax.axhline(0, color=colours.faint, linewidth=1)
    _frame.dress(ax, colours, table, title=title, unit="Days, by number of plays")
    return ax


def _draw_law(ax: Axes, colours: style.Palette, law: pd.Series, x: object, y: object) -> None:
    """Draw the tail of the power law, joined to what was counted where it begins."""
    from scipy.special import zeta

    counted_x, counted_y = np.asarray(x), np.asarray(y)
    low, alpha = float(law["from_plays"]), float(law["exponent"])
    tail = np.unique(np.round(np.geomspace(low, counted_x.max(), 60)))
    start = counted_y[np.searchsorted(counted_x, low)]
    ax.plot(
        tail,
        start * zeta(alpha, tail) / zeta(alpha, low),
        color=colours.second,
        linewidth=2.2,
        gid="law",
    )


def _met(
    table: pd.DataFrame,
    column: str,
    *,
    ax: Axes | None,
    title: str,
    unit: str,
    word: str,
    to_next: object,
) -> Axes:
    """Draw a falling curve, the diagonal, and the point where they meet."""
    ax, colours = _frame.new(ax, size=(6.4, 4.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    number = table["n_plays"].to_numpy(dtype="float64")
    there = table[column].to_numpy(dtype="float64")
    reached = int(table["is_reached"].sum())
    # the days with one play are many; what matters is around the meeting point
    end = max(min(2.2 * reached, float(number.max(initial=0))), 5)
    ax.fill_between(number, there, step="mid", color=colours.pale, alpha=0.45, linewidth=0)
    ax.step(number, there, where="mid", color=colours.main, linewidth=2.2, gid="at least")
    ax.plot([0, end], [0, end], color=colours.muted, linewidth=1, linestyle=(0, (4, 3)))
    ax.scatter([reached], [reached], s=70, color=colours.second, zorder=3, gid="met")
    ax.set(xlim=(0, end), ylim=(0, end * 1.05))
    _text.write(
        ax,
        f"{reached:,}",
        (reached, reached),
        offset_pt=(12, 8),
        size=20,
        strong=True,
        color=colours.ink,
        bbox={"facecolor": colours.paper, "edgecolor": "none", "alpha": 0.85, "pad": 1},
        gid="met",
    )
    said = f"{_frame.many(reached, word)} with at least {_frame.many(reached, 'play')}"
    if isinstance(to_next, int):
        said += f"; {to_next:,} more for {reached + 1:,}"
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, end * 1.05)
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 2.5, 5, 10]))
    notes = ("across: number of plays", said)
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=notes)
    return ax
