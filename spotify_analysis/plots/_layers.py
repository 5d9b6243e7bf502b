"""Several things in one chart: their colours, and their names at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.plots import _dates, _frame, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_COLOURS = 6
_SIZE_PT = 8.5
_LINE_PT = 13.0
# more periods than this in layers make a fence, and more bars hide how high they are
_MOST_RESTLESS = 60
MOST_BARS = 400
# what pandas calls the lengths of periods, from a first day on
_FREQUENCIES = {"day": "D", "week": "7D", "month": "MS", "quarter": "QS", "year": "YS"}


def palette(colours: style.Palette) -> list[str]:
    """Return the colours of layers: the three of the house, then the same half faded.

    Parameters
    ----------
    colours : Palette
        Colours of the theme.

    Returns
    -------
    list of str
        `N_COLOURS` colours; neighbours differ in hue, the two halves in lightness.
    """
    strong = [colours.main, colours.second, colours.third]
    return [*strong, *(faded(colour, colours) for colour in strong)]


def faded(colour: str, colours: style.Palette) -> str:
    """Return a colour half way to the paper.

    Parameters
    ----------
    colour : str
        A colour.
    colours : Palette
        Colours of the theme.

    Returns
    -------
    str
        The colour.
    """
    from matplotlib.colors import to_hex, to_rgb

    mixed = 0.5 * np.asarray(to_rgb(colour)) + 0.5 * np.asarray(to_rgb(colours.paper))
    return str(to_hex(mixed.tolist()))


def side_names(
    ax: Axes,
    colours: style.Palette,
    named: list[tuple[str, Any]],
    at: npt.NDArray[np.float64] | None = None,
) -> None:
    """Write names right of a chart, each with a patch of its colour.

    Parameters
    ----------
    ax : Axes
        The chart, with its limits set.
    colours : Palette
        Its colours.
    named : list of (str, str)
        Colours and names, from the top down.
    at : ndarray or None
        Heights on the value axis beside which the names belong; they are moved apart where they
        would meet. None is a list that begins at the top.
    """
    height_pt = _frame.height_of(ax)
    if at is None:
        places = height_pt - _LINE_PT * (np.arange(len(named)) + 0.5)
    else:
        low, high = ax.get_ylim()
        places = apart((np.asarray(at) - low) / (high - low) * height_pt, _LINE_PT, height_pt)
    room = min(130.0, 0.26 * _frame.width_of(ax))
    for place, (colour, name) in zip(places, named, strict=True):
        _text.write(
            ax,
            "■",
            (1, place / height_pt),
            coords="axes fraction",
            offset_pt=(8, 0),
            va="center_baseline",
            size=_SIZE_PT,
            color=colour,
            gid="patch",
        )
        _text.write(
            ax,
            _text.shorten(name, room, size=_SIZE_PT),
            (1, place / height_pt),
            coords="axes fraction",
            offset_pt=(19, 0),
            va="center_baseline",
            size=_SIZE_PT,
            color=colours.ink,
            gid="name",
        )


def smooth(
    cells: npt.NDArray[np.float64], period: str
) -> tuple[npt.NDArray[np.float64], tuple[str, ...]]:
    """Return what many periods hold without their unrest: means over neighbours, and a note.

    Parameters
    ----------
    cells : ndarray
        A row per period, in the order of time.
    period : str
        Length of a period.

    Returns
    -------
    ndarray
        The same, where periods are few; else each the mean of itself and its neighbours.
    tuple of str
        What the caption says about it.
    """
    n = len(cells)
    if n <= _MOST_RESTLESS:
        return cells, ()
    width = 2 * max(n // 72, 1) + 1
    means = pd.DataFrame(cells).rolling(width, center=True, min_periods=1).mean()
    return means.to_numpy(), (f"smoothed: each {period} the mean of {width}",)


def line_through(
    ax: Axes,
    colours: style.Palette,
    edges: Any,
    heights: npt.NDArray[np.float64],
    period: str,
) -> tuple[str, ...]:
    """Draw a line of their means before very many bars; return what the caption says about it.

    Parameters
    ----------
    ax : Axes
        The chart, with its bars.
    colours : Palette
        Its colours.
    edges : ndarray of datetime64
        Where each period begins, and where the last one ends.
    heights : ndarray of float
        Heights of the bars.
    period : str
        Length of a period.

    Returns
    -------
    tuple of str
        Nothing where bars are few enough to stand alone.
    """
    if len(heights) <= MOST_BARS:
        return ()
    places = _dates.numbers(edges)
    line, (said,) = smooth(heights[:, np.newaxis], period)
    ax.plot((places[:-1] + places[1:]) / 2, line[:, 0], color=colours.second, gid="smooth")
    return (f"line {said}",)


def without_holes(table: pd.DataFrame) -> pd.DataFrame:
    """Return all periods from the first row to the last, also those that have no row.

    Parameters
    ----------
    table : DataFrame
        Has ``period`` and ``period_start``, in the order of time, and at least one row.

    Returns
    -------
    DataFrame
        ``period`` and ``period_start``.
    """
    period = str(table["period"].iloc[0])
    frequency = _FREQUENCIES[period]
    first, last = table["period_start"].iloc[0], table["period_start"].iloc[-1]
    return pd.DataFrame(
        {"period": period, "period_start": pd.date_range(first, last, freq=frequency)}
    )


def lanes(
    ax: Axes,
    colours: style.Palette,
    edges: Any,
    period: str,
    named: list[tuple[Any, str, list[tuple[npt.NDArray[np.float64], str]]]],
) -> float:
    """Draw steps over time in a lane for each name, the name at the left and words at the right.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    edges : ndarray of datetime64
        Where each period begins, and where the last one ends.
    period : str
        Length of a period.
    named : list of (str, str, list of (ndarray, str))
        Name, words, and steps from 0 to 1 with their colours, of each lane from the top down.

    Returns
    -------
    float
        Points below the Axes that the labels of time need.
    """
    caption_pt = _dates.axis(ax, edges, period)
    places = _dates.numbers(edges)
    low, high = ax.get_xlim()
    left, right = 0.46 * (high - low), 0.34 * (high - low)
    name_pt = _frame.width_of(ax) * left / (high - low + left + right)
    for row, (name, words, steps) in enumerate(named):
        base = row + 0.86
        ax.hlines(base, low, high, color=colours.faint, linewidth=0.8, zorder=0.5)
        for heights, colour in steps:
            ax.stairs(base - 0.72 * heights, places, baseline=base, fill=True, color=colour, lw=0)
        for text, at, offset, side, tint, size, gid in (
            (_text.shorten(name, name_pt - 12, size=9), low, -8, "right", colours.ink, 9, "name"),
            (words, high, 8, "left", colours.muted, 8, "words"),
        ):
            _text.write(
                ax,
                text,
                (at, row + 0.55),
                offset_pt=(offset, 0),
                ha=side,
                va="center",
                size=size,
                color=tint,
                gid=gid,
            )
    between(ax, low - left, high + right)
    ax.set(ylim=(max(len(named), 4), 0), yticks=[])
    return caption_pt


def between(ax: Axes, left: float, right: float) -> None:
    """Widen the axis of time for names on both sides, and keep no more ticks than find room.

    Parameters
    ----------
    ax : Axes
        The chart, with its limits and ticks set.
    left, right : float
        The new limits.
    """
    low, high = ax.get_xlim()
    labels = {
        place: label.get_text()
        for place, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
        if low <= place <= high
    }
    ax.set_xlim(left, right)
    kept = list(labels)[:: 2 if len(labels) > 5 else 1]
    ax.set_xticks(kept, [labels[place] for place in kept])


def apart(places: npt.NDArray[np.float64], gap: float, height: float) -> npt.NDArray[np.float64]:
    """Move places apart until none is nearer to another than a gap, as little as possible.

    Parameters
    ----------
    places : ndarray
        Where names would like to stand.
    gap : float
        Least distance.
    height : float
        Upper end; the lower one is 0.

    Returns
    -------
    ndarray
        Where they stand, in the same order.
    """
    order = np.argsort(places, kind="stable")
    moved = places[order].astype("float64")
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + gap)
    ceiling = height
    for n in range(len(moved) - 1, -1, -1):
        moved[n] = min(moved[n], ceiling)
        ceiling = moved[n] - gap
    back = np.empty(len(moved))
    back[order] = moved
    return back
