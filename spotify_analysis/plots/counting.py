"""How many plays the same rows are, under one rule and under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["counting_rules"]


@_frame.draws(tables.COUNTING_RULES, "counting.compare(plays)")
def counting_rules(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many plays each counting rule makes of the same rows, most first.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COUNTING_RULES`: what `counting.compare` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "One history, counted by different rules"
    table = table.sort_values("n_plays", ascending=False, kind="stable", ignore_index=True)
    ax, colours = _frame.new(ax, size=(7.2, _bars.height(len(table))))
    if not (table["n_rows"] > 0).any():
        return _frame.empty(ax, colours, table, title=title, says="No rows to count yet")
    plays = table["n_plays"].to_numpy(dtype="float64")
    shares = (plays / table["n_rows"].to_numpy(dtype="float64")) * 100
    _bars.named(
        ax,
        colours,
        plays,
        names=table["rule"].tolist(),
        beside=table["about"].tolist(),
        shown=[f"{n:,.0f} · {share:.0f}%" for n, share in zip(plays, shares, strict=True)],
    )
    for bar in ax.patches[: len(plays)]:
        bar.set_facecolor(colours.main)
    ax.set_xlim(0, float(np.max(table["n_rows"].to_numpy(dtype="float64"))))
    _frame.dress(
        ax, colours, table, title=title, unit="Rows that count as plays, of all", caption_pt=8
    )
    return ax
