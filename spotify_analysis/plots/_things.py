"""Names of artists, tracks and albums in a chart, and the lines of their lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# more periods than this are areas: layers of narrow bars make a fence
_MOST_BARS = 24


def what(table: pd.DataFrame) -> str:
    """Return what the rows are, as far as the table knows.

    Parameters
    ----------
    table : DataFrame
        Has some of ``artist``, ``album`` and ``track``.

    Returns
    -------
    str
        ``"artists"``, ``"tracks"`` or ``"albums"``.
    """
    of = tables.facts(table).get("of")
    if of in ("artists", "tracks", "albums"):
        return str(of)
    for name in ("track", "album"):
        if name in table and table[name].notna().any():
            return f"{name}s"
    return "artists"


def names(table: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    """Return the name of each row, and the artist beside it.

    Parameters
    ----------
    table : DataFrame
        Has some of ``artist``, ``album`` and ``track``.

    Returns
    -------
    list
        Names.
    list
        Artists; empty texts where the name is one.
    """
    of = what(table)
    if of == "artists":
        return table["artist"].tolist(), [""] * len(table)
    beside = [name if isinstance(name, str) else "" for name in table["artist"]]
    return table[of[:-1]].tolist(), beside


def keys(table: pd.DataFrame) -> pd.Series[Any]:
    """Return what tells the rows apart: the name, and the artist on a second line.

    Parameters
    ----------
    table : DataFrame
        Has some of ``artist``, ``album`` and ``track``.

    Returns
    -------
    Series of string
        One per row; missing where the name is.
    """
    first, second = (pd.Series(one, table.index, tables.STRING) for one in names(table))
    return first + "\n" + second


def lifelines(
    ax: Axes, colours: style.Palette, table: pd.DataFrame, tints: list[str], shown: list[str]
) -> float:
    """Draw each row as a line from its first play to its last, with a dot at the mean.

    Parameters
    ----------
    ax : Axes
        Where.
    colours : Palette
        Its colours.
    table : DataFrame
        Has names, ``first_day``, ``last_day`` and perhaps ``mean_day``; at least one row.
    tints : list of str
        A colour per row.
    shown : list of str
        What stands at the right end of each row.

    Returns
    -------
    float
        Points below the Axes that the labels of time need.
    """
    n_rows = max(len(table), 4)
    row_pt = _frame.height_of(ax) / n_rows
    size = float(np.clip(row_pt * 0.36, 4.5, 10))
    facts = tables.facts(table)
    ends = [
        np.datetime64(str(facts.get(fact) or day.date()), "D")
        for fact, day in (("since", table["first_day"].min()), ("until", table["last_day"].max()))
    ]
    edges = np.arange(ends[0], ends[1] + 2)
    caption_pt = _dates.axis(ax, edges, "day")
    low, high = ax.get_xlim()
    first, last = (_dates.numbers(table[name].to_numpy()) for name in ("first_day", "last_day"))
    at = np.arange(len(table)) + 0.28
    thick = min(5.0, row_pt * 0.2)
    ax.hlines(at, low, high, color=colours.faint, linewidth=thick, zorder=0.5)
    # a single day must still be seen
    least = (high - low) / 200
    ax.hlines(at, first, np.maximum(last + 1, first + least), color=tints, linewidth=thick)
    if "mean_day" in table:
        ax.scatter(
            _dates.numbers(table["mean_day"].to_numpy()) + 0.5,
            at,
            s=(thick * 2) ** 2,
            color=tints,
            edgecolor=colours.paper,
            linewidth=1.4,
            zorder=3,
            clip_on=False,
            gid="mean",
        )
    width_pt = _frame.width_of(ax)
    value_pt = max(_text.width_of(text, size=size, strong=True) for text in shown) + 14
    for n, (name, beside) in enumerate(zip(*names(table), strict=True)):
        baseline = n + 0.04
        room = width_pt - value_pt
        first_words = _text.shorten(name, room * (0.64 if beside else 1), size=size, strong=True)
        text = _text.write(
            ax,
            first_words,
            (0, baseline),
            coords=("axes fraction", "data"),
            strong=True,
            size=size,
            color=colours.ink,
            gid="name",
        )
        if beside:
            room -= _text.width_of(first_words, size=size, strong=True) + 7
            _text.write(
                ax,
                _text.shorten(beside, room, size=size),
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
    ax.set(ylim=(n_rows - 0.35, -0.5), yticks=[])
    return caption_pt


def layers(ax: Axes, colours: style.Palette, edges: Any, layers: list[tuple[Any, str]]) -> None:
    """Draw layers on top of each other: bars parted by paper, or areas where they are many.

    Parameters
    ----------
    ax : Axes
        Where.
    colours : Palette
        Its colours.
    edges : ndarray of datetime64
        Where each period begins, and where the last one ends.
    layers : list of (ndarray, str)
        Heights and colour of each layer, the lowest first.
    """
    n_periods = len(edges) - 1
    if n_periods <= _MOST_BARS:
        _bars.stacked(ax, edges, layers, np.zeros(n_periods, dtype=bool), colours)
        for bar in ax.patches:
            bar.set(edgecolor=colours.paper, linewidth=0.7)
        return
    floor = np.zeros(n_periods)
    for heights, colour in layers:
        top = floor + np.nan_to_num(heights)
        area = ax.stairs(top, _dates.numbers(edges), baseline=floor, fill=True, color=colour)
        area.set_linewidth(0)
        floor = top


def percent_axis(ax: Axes, colours: style.Palette | None = None) -> None:
    """Set the ticks of a value axis from 0 to 100 percent.

    Parameters
    ----------
    ax : Axes
        Where.
    colours : Palette or None
        Its colours, for a quiet grid; None is no grid.
    """
    ticks = (0, 25, 50, 75, 100)
    ax.set(ylim=(0, 100), yticks=ticks)
    ax.set_yticklabels([f"{tick}%" for tick in ticks])
    if colours is not None:
        ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)


def log_axis(axis: Any, low: float, high: float) -> None:
    """Make an axis of whole numbers logarithmic, with few ticks in plain numbers.

    Parameters
    ----------
    axis : Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    low : float
        Where it begins, above 0.
    high : float
        Where it ends.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    (axis.axes.set_xscale if axis.axis_name == "x" else axis.axes.set_yscale)("log")
    decades = [10.0**n for n in range(int(np.floor(np.log10(low))), int(np.log10(high)) + 2)]
    ticks = [tick for tick in decades if low <= tick <= high]
    if len(ticks) < 3:
        steps = [decade * step for decade in decades for step in (1, 2, 5)]
        ticks = [tick for tick in steps if low <= tick <= high]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    (axis.axes.set_xlim if axis.axis_name == "x" else axis.axes.set_ylim)(low, high)


def tints(colours: style.Palette, n: int) -> list[str]:
    """Return colours of layers: three, then the same paler, then steps of the ramp.

    Parameters
    ----------
    colours : Palette
        Those of the chart.
    n : int
        How many.

    Returns
    -------
    list of str
        As many colours.
    """
    from matplotlib.colors import to_hex, to_rgb

    strong = [colours.main, colours.second, colours.third]
    paper = np.array(to_rgb(colours.paper))
    mixed = [0.5 * np.array(to_rgb(colour)) + 0.5 * paper for colour in strong]
    pale = [to_hex((float(r), float(g), float(b))) for r, g, b in mixed]
    ramp = [to_hex(colours.colormap(step)) for step in np.linspace(0.3, 0.9, max(n - 6, 1))]
    return [*strong, *pale, *ramp][:n]


def name_layers(
    ax: Axes, colours: style.Palette, names: list[Any], tints: list[str], cells: Any
) -> None:
    """Write names of layers beside the last period, pushed apart where they would touch.

    Parameters
    ----------
    ax : Axes
        Where; its limits are set.
    colours : Palette
        Its colours.
    names : list
        What each layer is, the lowest first.
    tints : list of str
        Its colour.
    cells : ndarray
        Heights: a row per period, a column per layer.
    """
    middles = np.cumsum(cells[-1]) - cells[-1] / 2
    high = ax.get_ylim()[1]
    room = high * 13 / _frame.height_of(ax)
    for n in range(1, len(middles)):
        middles[n] = max(middles[n], middles[n - 1] + room)
    over = middles[-1] - (high - room / 2)
    if over > 0:
        middles[-1] -= over
        for n in range(len(middles) - 2, -1, -1):
            middles[n] = min(middles[n], middles[n + 1] - room)
    for name, tint, middle in zip(names, tints, middles, strict=True):
        _text.write(
            ax,
            "■",
            (1, middle),
            coords=("axes fraction", "data"),
            offset_pt=(7, 0),
            va="center",
            size=9,
            color=tint,
            gid="swatch",
        )
        _text.write(
            ax,
            _text.shorten(name, 118, size=8.5),
            (1, middle),
            coords=("axes fraction", "data"),
            offset_pt=(19, 0),
            va="center",
            size=8.5,
            color=colours.ink,
            gid="layer",
        )
