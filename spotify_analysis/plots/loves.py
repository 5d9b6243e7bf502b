"""Turns of love: what was played much for a few weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["brief_obsessions"]


def brief_obsessions(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw brief obsessions as bars, each with its month.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.BRIEF_OBSESSIONS`: what `metrics.brief_obsessions` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: plays in the best days, of all plays there ever were.
    """
    title = "Brief obsessions"
    ax, colours = _frame.new(ax, size=(7.6, 1.25 + 0.4 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No brief obsessions found")
    names, artists = _things.names(table)
    when = [_dates.label_of(np.datetime64(day), "month") for day in table["peak_first_day"]]
    _bars.named(
        ax,
        colours,
        table["n_plays_peak"].to_numpy(dtype="float64"),
        names=names,
        beside=[f"{at}, {a}" if a else at for a, at in zip(artists, when, strict=True)],
        shown=[
            f"{peak:,} of {total:,}"
            for peak, total in zip(table["n_plays_peak"], table["n_plays"], strict=True)
        ],
        ranks=table["rank"].tolist(),
    )
    days = tables.facts(table).get("days")
    span = _frame.many(days, "day") if isinstance(days, int) else "a few days"
    _frame.dress(ax, colours, table, title=title, unit=f"Plays within {span}, of all", caption_pt=8)
    return ax
