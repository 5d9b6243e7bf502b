"""What was new, on top of what was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from spotify_analysis.plots import _bars, _dates, _frame, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["discovery"]


def discovery(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    of: Literal["artists", "tracks"] = "artists",
) -> Axes:
    """Draw known and new artists or tracks per period, and how many they have become.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DISCOVERY`: what `metrics.discovery` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    of : {"artists", "tracks"}
        What to draw.

    Returns
    -------
    Axes
        The chart: stacked bars, and a line for all so far. The line has a scale of its own,
        on the right, and says at its end what it has come to.

    Raises
    ------
    ValueError
        If `of` is neither.
    """
    if of not in ("artists", "tracks"):
        raise ValueError(f"`of` must be 'artists' or 'tracks'; not {of!r}.")
    title = f"New and known {of}"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    known, new, so_far = (
        table[f"n_{name}"].to_numpy(dtype="float64")
        for name in (f"known_{of}", f"new_{of}", f"{of}_so_far")
    )
    edges = _dates.edges(table)
    whole = np.zeros(len(table), dtype=bool)
    _bars.stacked(ax, edges, [(known, colours.pale), (new, colours.main)], whole, colours)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, max(float((known + new).max()), 1) * 1.12)
    _so_far(ax, so_far, new, edges, colours.third, of)
    _frame.key(
        ax,
        colours,
        [(colours.pale, "known"), (colours.main, "new"), (colours.third, "all so far")],
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Different {of} per {period}",
        notes=("new: first play in these plays",),
        caption_pt=caption_pt,
    )
    return ax


def _so_far(ax: Axes, so_far: Any, new: Any, edges: Any, colour: str, of: str) -> None:
    """Draw the growing number as a line on an Axes of its own, with its end in words."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    above = ax.twinx()
    for spine in above.spines.values():
        spine.set_visible(False)
    above.set_ylim(0, max(so_far[-1], 1) * 1.12)
    above.grid(visible=False)
    above.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 2.5, 5, 10]))
    above.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    above.tick_params(
        length=0, labelsize=8.5, labelcolor=colour, labelfontfamily=list(_text.FAMILIES)
    )
    places = _dates.numbers(edges)
    # what a period has come to is true at its end; a table may begin in the middle of a history
    totals = np.concatenate([so_far[:1] - new[:1], so_far])
    above.plot(places, totals, color=colour, linewidth=2.2, gid="so far")
    _text.write(
        above,
        f"{totals[-1]:,.0f} {of}",
        (places[-1], totals[-1]),
        offset_pt=(-4, 6),
        ha="right",
        strong=True,
        size=9,
        color=colour,
        gid="so far",
    )
