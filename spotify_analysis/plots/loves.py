"""Turns of love: what was played much for a few weeks, and what was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _dates, _frame, _listed, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["brief_obsessions", "forgotten", "love_stories"]


@_frame.draws(tables.BRIEF_OBSESSIONS)
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

    Raises
    ------
    TableError
        If `table` is no such table.
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


@_frame.draws(tables.FORGOTTEN)
def forgotten(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 16) -> Axes:
    """Draw what was forgotten as lives that ended, with the silence since.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.FORGOTTEN`: what `metrics.forgotten` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many rows.

    Returns
    -------
    Axes
        The chart: each from its first play to its last; at the right its plays, and since when it
        has been silent.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"Forgotten {_things.what(table)}"
    drawn = tables.note(table.head(n), **tables.facts(table))
    ax, colours = _frame.new(ax, size=(8.4, 1.6 + 0.4 * max(len(drawn), 4)))
    if table.empty:
        return _frame.empty(
            ax, colours, table, title=title, says="No favourite left alone for so long"
        )
    last = [_dates.label_of(np.datetime64(day), "month") for day in drawn["last_day"]]
    shown = [
        f"{_frame.many(int(plays), 'play')}, not since {month}"
        for plays, month in zip(drawn["n_plays"], last, strict=True)
    ]
    tints = [colours.main] * len(drawn)
    caption_pt = _things.lifelines(ax, colours, drawn, tints, shown)
    years = tables.facts(table).get("years")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="From first to last play",
        notes=(f"not played for {_frame.many(years, 'year')} or more",)
        if isinstance(years, int)
        else (),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.LOVE_STORIES)
def love_stories(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw obsessions, fresh finds, rediscoveries and forgotten favourites as lives.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LOVE_STORIES`: what `metrics.love_stories` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: each from its first play to its last, in the colour of its story; at the right
        the plays lately, or how long it has been silent.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Turns of love"
    ax, colours = _frame.new(ax, size=(8.4, 1.5 + 0.4 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No turns of love just now")
    palette = dict(
        zip(
            ("obsession", "fresh find", "rediscovery", "forgotten favourite"),
            (colours.second, colours.main, colours.third, colours.muted),
            strict=True,
        )
    )
    shown = [
        f"silent {_frame.many(int(silent), 'day')}"
        if story == "forgotten favourite"
        else f"{lately:,} lately, after {_frame.many(int(silent), 'day')}"
        if story == "rediscovery"
        else f"{lately:,} lately"
        for story, lately, silent in zip(
            table["story"], table["n_plays_lately"], table["silent_days"], strict=True
        )
    ]
    tints = [palette[story] for story in table["story"]]
    caption_pt = _things.lifelines(ax, colours, table, tints, shown)
    there = [name for name in palette if (table["story"] == name).any()]
    _frame.key(ax, colours, [(palette[name], name) for name in there])
    days = tables.facts(table).get("lately_days")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="From first to last play",
        notes=(f"lately: the last {_frame.many(days, 'day')}",) if isinstance(days, int) else (),
        caption_pt=caption_pt,
    )
    return ax
