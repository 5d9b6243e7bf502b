"""Bars: those that carry their names on a line above, and those that stand on a time axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.plots import _dates, _frame, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# more bars than this are one area: their gaps would be thinner than a dot of the screen
_MOST_BARS = 180


def height(n_bars: int) -> float:
    """Return the inches of a figure of bars that carry their names.

    Parameters
    ----------
    n_bars : int
        How many.

    Returns
    -------
    float
        Inches in which the letters are of full size.
    """
    return 1.25 + 0.4 * max(n_bars, 2)


def named(
    ax: Axes,
    colours: style.Palette,
    lengths: npt.NDArray[np.float64],
    *,
    names: Sequence[Any],
    shown: Sequence[str],
    beside: Sequence[Any] | None = None,
    ranks: Sequence[Any] | None = None,
    reach: float = 0.0,
) -> None:
    """Draw horizontal bars, the first on top.

    Parameters
    ----------
    ax : Axes
        Where.
    colours : Palette
        Its colours.
    lengths : ndarray
        Lengths of the bars.
    names : sequence
        What each bar is; shortened to fit.
    shown : sequence of str
        The value of each bar in words, at the right end of its line.
    beside : sequence or None
        What stands in a quieter colour after the name: the artist.
    ranks : sequence or None
        Numbers in front.
    reach : float
        A length that has to fit as well, of what will be drawn at the bars.
    """
    n_bars = len(lengths)
    height_pt = _frame.height_of(ax)
    # in a high place a few bars keep together at the top
    n_rows = max(n_bars, min(4, int(height_pt // 50)))
    row_pt = height_pt / n_rows
    size = float(np.clip(row_pt * 0.36, 4.5, 10))
    width_pt = _frame.width_of(ax) - (0 if ranks is None else 24)
    # the line of text stands over its bar
    bars = ax.barh(
        np.arange(n_bars) + 0.28,
        lengths,
        height=min(0.2, 6 / row_pt),
        color=colours.main,
        linewidth=0,
    )
    bars.patches[0].set_color(colours.second)
    longest = max(float(lengths.max()), reach) or 1.0
    ax.barh(
        np.arange(n_bars) + 0.28,
        longest,
        height=min(0.2, 6 / row_pt),
        color=colours.faint,
        linewidth=0,
        zorder=0.5,
    )
    value_pt = max(_text.width_of(text, size=size, strong=True) for text in shown) + 14
    for n, name in enumerate(names):
        baseline = n + 0.06
        room = width_pt - value_pt
        second = beside[n] if beside is not None and isinstance(beside[n], str) else ""
        first = _text.shorten(name, room * (0.64 if second else 1), size=size, strong=True)
        text = _text.write(
            ax, first, (0, baseline), strong=True, size=size, color=colours.ink, gid="name"
        )
        if second:
            room -= _text.width_of(first, size=size, strong=True) + 7
            _text.write(
                ax,
                _text.shorten(second, room, size=size),
                (1, baseline),
                coords=(text, "data"),
                offset_pt=(7, 0),
                size=size,
                color=colours.muted,
                gid="beside",
            )
        _text.write(
            ax,
            shown[n],
            (1, baseline),
            coords=("axes fraction", "data"),
            ha="right",
            strong=True,
            size=size,
            color=colours.ink,
            gid="value",
        )
        if ranks is not None:
            _text.write(
                ax,
                str(ranks[n]),
                (0, baseline),
                offset_pt=(-9, 0),
                ha="right",
                size=size,
                color=colours.muted,
                gid="rank",
            )
    ax.set(xlim=(0, longest), ylim=(n_rows - 0.45, -0.5), xticks=[], yticks=[])


def stacked(
    ax: Axes,
    edges: npt.NDArray[np.datetime64],
    layers: list[tuple[npt.NDArray[np.float64], str]],
    partial: npt.NDArray[np.bool_],
    colours: style.Palette,
) -> None:
    """Draw layers on top of each other: bars where they are few, an area where they are many.

    Parameters
    ----------
    ax : Axes
        The chart.
    edges : ndarray
        Where each period begins, and where the last one ends.
    layers : list of (ndarray, str)
        Heights and colour of each layer, the lowest first.
    partial : ndarray of bool
        Periods to draw paler.
    colours : Palette
        Its colours.
    """
    places = _dates.numbers(edges)
    floor = np.zeros(len(edges) - 1)
    for heights, colour in layers:
        known = np.nan_to_num(heights)
        if len(known) > _MOST_BARS:
            area = ax.stairs(floor + known, places, baseline=floor, fill=True, color=colour)
            area.set_linewidth(0)
        else:
            widths = np.diff(places)
            # a gap of less than a dot would be a hairline between some bars, none between others
            gap = 0.14 if len(known) <= 60 else 0
            bars = ax.bar(
                places[:-1] + widths / 2, known, widths * (1 - gap), bottom=floor, color=colour
            )
            for bar, is_partial in zip(bars, partial, strict=True):
                bar.set_alpha(0.45 if is_partial else 1)
        floor = floor + known
    ax.axhline(0, color=colours.faint, linewidth=1, zorder=0.9)


def are_apart(n_bars: int) -> bool:
    """Tell whether so many bars are drawn one by one, each in a shade of its own.

    Parameters
    ----------
    n_bars : int
        How many.

    Returns
    -------
    bool
        False where `stacked` draws one area.
    """
    return n_bars <= _MOST_BARS


def value_axis(ax: Axes, colours: style.Palette, suffix: str) -> None:
    """Set few round ticks on a value axis, with a quiet grid.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    suffix : str
        Unit after each number; without one only whole numbers have ticks.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    whole = suffix == ""
    steps = [1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10]
    ax.yaxis.set_major_locator(
        MaxNLocator(5, integer=whole, steps=steps, min_n_ticks=1 if whole else 3)
    )
    # the lowest number and the first time keep apart
    ax.tick_params(axis="x", pad=5)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}{suffix}"))
    ax.set_ylim(0, None)
    ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)


def mean_minutes(table: pd.DataFrame) -> tuple[npt.NDArray[np.float64], str]:
    """Return the heights of bars of averages, and the beginning of their unit.

    Parameters
    ----------
    table : DataFrame
        Has ``mean_minutes``, ``n_plays`` and ``ms_played``.

    Returns
    -------
    ndarray
        Minutes, or plays where no time is known.
    str
        What goes before "day".
    """
    if _frame.knows_time(table):
        minutes = table["mean_minutes"].to_numpy(dtype="float64", na_value=np.nan)
        return np.nan_to_num(minutes), "Minutes on an average"
    return table["n_plays"].to_numpy(dtype="float64"), "Plays per"


def colour_highest(ax: Axes, colours: style.Palette, heights: npt.NDArray[np.float64]) -> None:
    """Give the highest bar another colour.

    Parameters
    ----------
    ax : Axes
        The chart; its first patches are the bars.
    colours : Palette
        Its colours.
    heights : ndarray
        Heights of the bars.
    """
    if heights.max(initial=0) > 0:
        ax.patches[int(heights.argmax())].set_color(colours.second)
