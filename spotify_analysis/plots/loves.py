"""Turns of love: what was played much for a few weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _dates, _frame, _listed, _things

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
    names, artists = _things.names(table)
    when = [_dates.label_of(np.datetime64(day), "month") for day in table["peak_first_day"]]
    days = tables.facts(table).get("days")
    span = _frame.many(days, "day") if isinstance(days, int) else "a few days"
    return _listed.draw(
        table,
        ax=ax,
        title=title,
        unit=f"Plays within {span}, of all",
        measure="n_plays_peak",
        names=names,
        beside=[f"{at}, {a}" if a else at for a, at in zip(artists, when, strict=True)],
        shown=[
            f"{peak:,} of {total:,}"
            for peak, total in zip(table["n_plays_peak"], table["n_plays"], strict=True)
        ],
        says="No brief obsessions found",
        width=7.6,
    )
