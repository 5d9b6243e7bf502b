"""Coming back: how long things are left alone, and how often they return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _frame, _listed, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["days_between_plays", "gaps"]


@_frame.draws(tables.GAPS)
def gaps(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest times things were not played as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.GAPS`: what `metrics.gaps` returned.
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
    running = bool(tables.facts(table).get("running", False))
    when = [
        f"since {_frame.day(first)}" if pd.isna(last) else _listed.span(first, last)
        for first, last in zip(table["from_day"], table["to_day"], strict=True)
    ]
    kind = _things.what(table)
    return _listed.draw(
        table,
        ax=ax,
        title=f"{kind.title()} not played for long"
        if running
        else f"{kind.title()} that came back",
        unit="Days since the last play" if running else "Longest time between two plays, in days",
        measure="n_days",
        shown=_listed.whole("day"),
        beside=_listed.with_artists(table, when),
        says="No gap to draw yet",
        notes=_of_at_least(table),
    )


@_frame.draws(tables.DAYS_BETWEEN_PLAYS)
def days_between_plays(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the mean time between plays of the same thing as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DAYS_BETWEEN_PLAYS`: what `metrics.days_between_plays` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands how many plays there are.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    plays = [_frame.many(int(n), "play") for n in table["n_plays"]]
    return _listed.draw(
        table,
        ax=ax,
        title=f"{_things.what(table).title()} that come back fastest",
        unit="Mean time from one play to the next",
        measure="mean_days",
        shown=_in_words,
        beside=_listed.with_artists(table, plays),
        notes=_of_at_least(table),
    )


def _in_words(days: float) -> str:
    if days == 0:
        return "same day"
    return f"{days:,.1f} days" if days >= 1 else f"{days * 24:,.1f} h"


def _of_at_least(table: pd.DataFrame) -> tuple[str, ...]:
    least = tables.facts(table).get("min_plays")
    return (f"of {least:,} plays or more",) if isinstance(least, int) and least > 2 else ()
