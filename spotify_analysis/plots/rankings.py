"""What was played most, as bars with their names on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["top_albums", "top_artists", "top_tracks"]


def top_tracks(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played tracks as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_TRACKS`: what `metrics.top_tracks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    """
    return _ranking(table, "track", "artist", "Most played tracks", ax=ax, by=by)


def top_artists(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played artists as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_ARTISTS`: what `metrics.top_artists` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    """
    return _ranking(table, "artist", None, "Most played artists", ax=ax, by=by)


def top_albums(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played albums as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_ALBUMS`: what `metrics.top_albums` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    """
    return _ranking(table, "album", "artist", "Most played albums", ax=ax, by=by)


def _ranking(
    table: pd.DataFrame,
    name: str,
    beside: str | None,
    title: str,
    *,
    ax: Axes | None,
    by: str | None,
) -> Axes:
    chosen = _frame.measure(table, by or str(tables.facts(table).get("by", "plays")))
    ax, colours = _frame.new(ax, size=(7.2, 1.25 + 0.4 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    heights = _frame.values(table, chosen)
    if chosen == "time":
        shown = ["" if np.isnan(h) else _frame.duration(h * 60) for h in heights]
    else:
        shown = [f"{height:,.0f}" for height in heights]
    _bars.named(
        ax,
        colours,
        np.nan_to_num(heights),
        names=table[name].tolist(),
        beside=None if beside is None else table[beside].tolist(),
        shown=shown,
        ranks=table["rank"].tolist(),
    )
    unit = "Time listened" if chosen == "time" else "Plays"
    _frame.dress(ax, colours, table, title=title, unit=unit, caption_pt=8)
    return ax
