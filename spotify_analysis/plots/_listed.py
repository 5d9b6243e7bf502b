"""Lists of things, the first on top, as bars with their names on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _frame, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(
    table: pd.DataFrame,
    *,
    ax: Axes | None,
    title: str,
    unit: str,
    measure: str | Any,
    shown: Callable[[float], str] | Sequence[str],
    names: str | Sequence[Any] | None = None,
    beside: Sequence[Any] | None = None,
    ranks: str | Sequence[Any] | None = "rank",
    says: str = "No plays to rank yet",
    notes: tuple[str, ...] = (),
    width: float = 7.2,
) -> Axes:
    """Draw the rows of a table as bars with their names on them.

    Parameters
    ----------
    table : DataFrame
        What is drawn, one bar a row.
    ax : Axes or None
        Where to draw; None makes a figure.
    title : str
        What the chart shows.
    unit : str
        What its bars measure.
    measure : str or ndarray
        The column they measure, or their lengths.
    shown : callable or sequence of str
        Writes a length in words, or the words of each bar.
    names : str or sequence or None
        What each bar is, or the column that says so; None is the artist, album or track.
    beside : sequence or None
        What stands in a quieter colour after the name.
    ranks : str or sequence or None
        What stands in front, or the column that says so; None is nothing.
    says : str
        What an empty chart says.
    notes : tuple of str
        Sentences for the caption.
    width : float
        Inches of a figure of its own.

    Returns
    -------
    Axes
        The chart.
    """
    ax, colours = _frame.new(ax, size=(width, _bars.height(len(table))))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=says)
    if isinstance(measure, str):
        lengths = table[measure].to_numpy(dtype="float64", na_value=np.nan)
    else:
        lengths = np.asarray(measure, dtype="float64")
    if callable(shown):
        words = ["" if np.isnan(length) else shown(length) for length in lengths]
    else:
        words = list(shown)
    if names is None:
        names, _ = _things.names(table)
    _bars.named(
        ax,
        colours,
        np.nan_to_num(lengths),
        names=table[names].tolist() if isinstance(names, str) else names,
        beside=beside,
        shown=words,
        ranks=table[ranks].tolist() if isinstance(ranks, str) else ranks,
    )
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=notes, caption_pt=8)
    return ax


def with_artists(table: pd.DataFrame, more: Sequence[str]) -> list[str]:
    """Return what stands beside names: some words, and the artist where it is not the name.

    Parameters
    ----------
    table : DataFrame
        Has some of ``artist``, ``album`` and ``track``.
    more : sequence of str
        The words, one per row; in Latin letters.

    Returns
    -------
    list of str
        One per row.
    """
    _, artists = _things.names(table)
    # the words first: after an Arabic or Hebrew name a date would be read from right to left
    return [
        f"{words} · {artist}" if artist else words
        for artist, words in zip(artists, more, strict=True)
    ]


def measured(table: pd.DataFrame) -> str:
    """Name what a table was ranked by.

    Parameters
    ----------
    table : DataFrame
        Any, with its facts.

    Returns
    -------
    str
        ``"plays"`` or ``"time"``.
    """
    return "time" if tables.facts(table).get("by") == "time" else "plays"


def number(value: float) -> str:
    """Write a whole number.

    Parameters
    ----------
    value : float
        The number.

    Returns
    -------
    str
        Such as ``1,200``.
    """
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """Write a share in percent, small ones with a decimal.

    Parameters
    ----------
    share : float
        Percent.

    Returns
    -------
    str
        Such as ``12%`` or ``4.1%``.
    """
    return f"{share:.0f}%" if share >= 9.5 or share == 0 else f"{share:.1f}%"


def whole(thing: str) -> Callable[[float], str]:
    """Return how to write a whole number of things.

    Parameters
    ----------
    thing : str
        The word for one.

    Returns
    -------
    callable
        Writes such as ``12 days``.
    """
    return lambda value: _frame.many(int(value), thing)


def span(first: Any, last: Any) -> str:
    """Write two days as a span, and one day once.

    Parameters
    ----------
    first : Timestamp
        A day.
    last : Timestamp
        A day that is not earlier.

    Returns
    -------
    str
        Such as ``3 – 9 May 2024``.
    """
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return _frame.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {_frame.day(last)}"
    if first.year == last.year:
        return f"{first.day} {_frame.MONTHS[first.month - 1]} – {_frame.day(last)}"
    return f"{_frame.day(first)} – {_frame.day(last)}"
