"""Spotify's own top lists side by side: who rose, who fell, who is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _frame, _text, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["top_list_comparison"]

_RANGES = ("long_term", "medium_term", "short_term")
_NAMES = {"long_term": "1 year", "medium_term": "6 months", "short_term": "4 weeks"}


@_frame.draws(tables.TOP_LIST_COMPARISON, "metrics.top_list_comparison(top)")
def top_list_comparison(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw places in the three top lists as lines from the past to the present.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_LIST_COMPARISON`: what `metrics.top_list_comparison` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the longest range on the left, the shortest on the right, first place on top.
        A dotted stub leads to where the list does not reach; what is in the middle list only has a
        dot there, and its name.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    from matplotlib.patheffects import withStroke

    facts = tables.facts(table)
    ranks = {
        name: table[f"rank_{name}"].to_numpy(dtype="float64", na_value=np.nan)
        for name in _RANGES
        if table[f"rank_{name}"].notna().any()
    }
    what = _things.what(table)
    title = f"Top {what}: a year, six months, four weeks"
    n_places = _n_places(ranks, facts)
    ax, colours = _frame.new(ax, size=(8.4, 1.5 + 0.33 * max(n_places, 5)))
    if not ranks:
        return _frame.empty(ax, colours, table, title=title, says="No top lists to compare yet")
    size = float(np.clip(_frame.height_of(ax) / (n_places + 1) * 0.42, 5, 9.5))
    # a margin on both sides of the columns for names; the left one holds the places as well
    side_pt = _frame.width_of(ax) * 1.2 / (len(ranks) + 1.3) - 32
    # a name in the middle reaches to the stubs before the next column
    middle_pt = _frame.width_of(ax) / (len(ranks) + 1.3) * 0.78 - 9
    last = len(ranks) - 1
    for n, name in enumerate(_things.names(table)[0]):
        at = [float(places[n]) for places in ranks.values()]
        status = str(table["status"].iloc[n])
        colour, width = _look(status, colours)
        _line(ax, at, n_places, colour, width)
        ink = colours.muted if status == "same" else colours.ink
        for column, place in enumerate(at):
            if not place <= n_places:
                continue
            # names stand at both ends; in the middle only where neither end has it
            is_end = column in (0, last)
            if not is_end and (at[0] <= n_places or at[last] <= n_places):
                continue
            label = _text.write(
                ax,
                _text.shorten(name, side_pt if is_end else middle_pt, size=size),
                (column, place),
                offset_pt=(-12 if column == 0 and last else 12 if is_end else 9, 0),
                ha="right" if column == 0 and last else "left",
                va="center_baseline",
                size=size if is_end else size * 0.85,
                color=ink,
                zorder=4,
                gid=f"name {list(ranks)[column]}",
            )
            if not is_end:
                label.set_path_effects([withStroke(linewidth=2.5, foreground=colours.paper)])
    _columns(ax, colours, ranks, n_places, size)
    _frame.key(
        ax,
        colours,
        [
            (colours.main, "rose or new"),
            (colours.second, "fell or gone"),
            (colours.muted, "the same"),
        ],
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Place in Spotify's own lists",
        notes=("dotted: from or to below place " + str(n_places), "Spotify tells no counts"),
        caption_pt=8,
    )
    return ax


def _n_places(ranks: dict[str, Any], facts: dict[str, Any]) -> int:
    """Return how many places are drawn: as many as were asked for, or are there."""
    most = int(max((np.nanmax(at) for at in ranks.values()), default=0))
    asked = facts.get("n")
    return min(most, asked) if isinstance(asked, int) else most


def _look(status: str, colours: style.Palette) -> tuple[str, float]:
    if status in ("up", "new"):
        return colours.main, 2.0
    if status in ("down", "gone"):
        return colours.second, 2.0
    return colours.muted, 1.4


def _line(ax: Axes, at: list[float], n_places: int, colour: str, width: float) -> None:
    """Draw one line with a soft bend, a dot at each place, and a stub to where it is not known."""
    inside = [place <= n_places for place in at]
    # what stands in the middle only came from nowhere and went there: its name stands in the way
    has_stubs = inside[0] or inside[-1]
    bend = np.linspace(0, 1, 24)
    soft = bend * bend * (3 - 2 * bend)
    for n in range(len(at) - 1):
        if inside[n] and inside[n + 1]:
            rise = at[n] + (at[n + 1] - at[n]) * soft
            ax.plot(n + bend, rise, color=colour, linewidth=width, alpha=0.9, gid="line")
        elif (inside[n] or inside[n + 1]) and has_stubs:
            # to all the places below it would be a bundle of lines that nobody can follow
            start, way = (n, 1) if inside[n] else (n + 1, -1)
            place = at[start] + 0.55 * bend**2
            ax.plot(
                start + way * 0.2 * bend,
                place,
                color=colour,
                linewidth=width,
                linestyle=(0, (1, 1)),
                alpha=0.7,
                gid="stub",
            )
    known = np.flatnonzero(inside)
    ax.plot(
        known,
        np.asarray(at)[known],
        linestyle="none",
        marker="o",
        markersize=6,
        markerfacecolor=colour,
        markeredgecolor=ax.get_facecolor(),
        markeredgewidth=1.2,
        gid="places",
        zorder=3,
    )


def _columns(
    ax: Axes, colours: style.Palette, ranks: dict[str, Any], n_places: int, size: float
) -> None:
    """Name the ranges and number the places."""
    for n, name in enumerate(ranks):
        ax.plot([n, n], [1, n_places], color=colours.faint, linewidth=1, zorder=0.5)
        _text.write(
            ax,
            _NAMES[name],
            (n, 0.35),
            ha="center",
            strong=True,
            size=9,
            color=colours.muted,
            gid="range",
        )
    for place in range(1, n_places + 1):
        _text.write(
            ax,
            str(place),
            (0, place),
            coords=("axes fraction", "data"),
            va="center_baseline",
            size=size * 0.9,
            color=colours.muted,
            gid="rank",
        )
    last = len(ranks) - 1
    ax.set(xlim=(-1.2, last + 1.1), ylim=(n_places + 0.8, 0), xticks=[], yticks=[])
