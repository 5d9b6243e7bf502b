"""How much of the listening goes to how few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _text, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["artist_stream", "cumulative_share", "diversity_over_time", "top_shares"]

_MOST_BARS = 60
# percent that favourites must reach for all plays to be drawn
_WHOLE = 55


@_frame.draws(tables.DIVERSITY_OVER_TIME)
def diversity_over_time(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many different ones there were per period, and to how many it amounts.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DIVERSITY_OVER_TIME`: what `metrics.diversity_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: pale bars for different ones, and before them the Hill numbers of order 1 and
        2, which rarely played ones hardly lift.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = str(table["of"].iloc[0]) if len(table) else "artists"
    title = f"Different {what}, and how many it feels like"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    drawn = (("n_different", colours.pale), ("hill_1", colours.main), ("hill_2", colours.second))
    # a silent period has no diversity, and takes none from its neighbours
    heard = table[[column for column, _ in drawn]].mask(table["n_different"] == 0)
    cells, smoothed = _layers.smooth(heard.to_numpy(dtype="float64", na_value=np.nan), period)
    for n, (_, colour) in enumerate(drawn):
        heights = np.nan_to_num(cells[:, n])
        if len(heights) > _MOST_BARS:
            ax.stairs(heights, places, fill=True, color=colour, linewidth=0)
        else:
            widths = np.diff(places)
            ax.bar(places[:-1] + widths / 2, heights, widths * 0.86, color=colour)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, max(float(np.nanmax(cells, initial=0)), 1) * 1.08)
    _frame.key(
        ax,
        colours,
        [
            (colours.pale, "different"),
            (colours.main, "Hill number 1"),
            (colours.second, "Hill number 2"),
        ],
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"{what.title()} per {period}",
        notes=("Hill number: so many, played equally often, would be as diverse", *smoothed),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.TOP_SHARES)
def top_shares(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the shares of the favourites as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_SHARES`: what `metrics.top_shares` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: how much of all plays goes to the first, the ten, the hundred most played.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = "What goes to the favourites"
    ax, colours = _frame.new(ax, size=(7.2, 1.25 + 0.46 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    shares = table["share_plays"].to_numpy(dtype="float64")
    names = [f"Top {top:,}" if top > 1 else f"The top {what[:-1]}" for top in table["top"]]
    fewer = [
        "" if there == top else f"all {there:,} there are"
        for top, there in zip(table["top"], table["n_different"], strict=True)
    ]
    _bars.named(
        ax,
        colours,
        shares,
        names=names,
        beside=fewer,
        shown=[f"{share:.0%}" if share >= 0.01 else f"{share:.1%}" for share in shares],
    )
    for ground in ax.containers[1]:
        ground.set_width(1)
    ax.set_xlim(0, 1)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of all plays that goes to the {what} played most",
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.CUMULATIVE_SHARE)
def cumulative_share(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of all plays that the favourites make up, from the first to the last.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CUMULATIVE_SHARE`: what `metrics.cumulative_share` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the further the curve bends from the diagonal, the fewer the favourites; dots
        at the first 10, 100 and 500.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    from matplotlib.patheffects import withStroke

    what = _things.what(table)
    title = f"How few {what} are most of the listening"
    ax, colours = _frame.new(ax, size=(6.4, 5))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    x = np.append(0, table["share_different"].to_numpy(dtype="float64")) * 100
    y = np.append(0, table["share_plays"].to_numpy(dtype="float64")) * 100
    ax.fill_between(x, x, y, color=colours.pale, alpha=0.45, linewidth=0)
    ax.plot([0, 100], [0, 100], color=colours.muted, linewidth=1, linestyle=(0, (4, 3)))
    ax.plot(x, y, color=colours.main, linewidth=2.4, gid="share")
    below = 200.0
    for top in (500, 100, 10, 1):
        # a dot needs room for its words
        if top >= len(x) - 1 or below - y[top] < 7:
            continue
        below = float(y[top])
        ax.scatter(x[top], y[top], s=34, color=colours.second, zorder=3, clip_on=False, gid="top")
        name = f"first {top}" if top > 1 else "the first"
        words = _text.write(
            ax,
            f"{name}: {y[top]:.0f}%",
            (x[top], y[top]),
            offset_pt=(8, -8),
            size=9,
            strong=True,
            color=colours.ink,
            gid="top",
        )
        words.set_path_effects([withStroke(linewidth=2.5, foreground=colours.paper)])
    ticks = (0, 25, 50, 75, 100)
    ax.set(xlim=(0, 100), xticks=ticks)
    ax.set_xticklabels([f"{tick}%" for tick in ticks])
    _things.percent_axis(ax, colours)
    facts = tables.facts(table)
    notes = [f"across: share of {len(table):,} different {what}, favourites first"]
    if "gini" in facts:
        notes.append(f"Gini coefficient {facts['gini']:.2f}")
    if "n_for_half" in facts:
        notes.append(f"half of the plays: {facts['n_for_half']:,} {what}")
    _frame.dress(ax, colours, table, title=title, unit="Share of all plays", notes=tuple(notes))
    return ax


@_frame.draws(tables.ARTIST_STREAM)
def artist_stream(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the shares of the favourites through the periods as a stream.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ARTIST_STREAM`: what `metrics.artist_stream` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: shares of plays, the first favourite at the bottom, names on the right; all
        others pale on top, unless favourites never come to much more than half.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = f"The stream of your favourite {what}"
    ax, colours = _frame.new(ax, size=(8.8, 4.6))
    if table.empty or not table["n_plays"].sum():
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    shares = table.pivot(index="period_start", columns="rank", values="share") * 100
    cells = shares.to_numpy(dtype="float64", na_value=0)
    edges = _dates.edges(shares.reset_index()[["period_start"]].assign(period=period))
    first = table.drop_duplicates("rank").sort_values("rank")
    names = ["all others" if pd.isna(name) else name for name in _things.names(first)[0]]
    tints = [*_things.tints(colours, cells.shape[1] - 1), colours.faint]
    most = float(cells[:, :-1].sum(axis=1).max())
    if most < _WHOLE:
        # favourites of whom there would be little to see keep the room to themselves
        cells, names, tints = cells[:, :-1], names[:-1], tints[:-1]
    cells, notes = _layers.smooth(cells, period)
    most = float(cells.sum(axis=1).max()) if most < _WHOLE else most
    _things.layers(ax, colours, edges, [(cells[:, n], tints[n]) for n in range(len(tints))])
    caption_pt = _dates.axis(ax, edges, period)
    if most < _WHOLE:
        _bars.value_axis(ax, colours, "%")
        ax.set_ylim(0, max(most, 1e-9) * 1.08)
    else:
        _things.percent_axis(ax)
    _things.name_layers(ax, colours, names, tints, cells)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of the plays of each {period}",
        notes=notes,
        caption_pt=caption_pt,
    )
    return ax
