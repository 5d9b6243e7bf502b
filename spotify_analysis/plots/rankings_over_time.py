"""Who was on top, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["number_ones", "top_over_time"]

# more periods than this get a lane for each name
_MOST_BARS = 60
_MOST_LANES = 10


@_frame.draws(tables.NUMBER_ONES)
def number_ones(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share that the number one of each period had of all that was heard in it.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.NUMBER_ONES`: what `metrics.number_ones` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; those who were on top most often have colours, and their names stand at the
        side with the number of their periods. Where periods are many, each of the ten who were on
        top most often has a lane of its own.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    period = str(table["period"].iloc[0]) if len(table) else str(facts.get("period", "period"))
    what = str(facts.get("of", "artists")).removesuffix("s")
    title = f"The {what} of each {period}"
    if table["period_start"].nunique() > _MOST_BARS:
        return _reigns(table, period, title, ax=ax)
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    names = _things.keys(table)
    often = names.value_counts(sort=True)
    # of equal ones the one that came first
    order = sorted(often.index, key=lambda name: (-often[name], names.tolist().index(name)))
    chosen = order[: _layers.N_COLOURS]
    shares = table["share"].to_numpy(dtype="float64", na_value=np.nan) * 100
    edges = _dates.edges(_layers.without_holes(table))
    begins = table["period_start"].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(edges[:-1], begins)
    no_partial = np.zeros(len(edges) - 1, dtype=bool)
    rest = _layers.faded(colours.muted, colours)
    layers = []
    for name, colour in [
        *zip(chosen, _layers.palette(colours), strict=False),
        *([(None, rest)] if len(order) > len(chosen) else []),
    ]:
        is_mine = (names == name).to_numpy() if name else ~names.isin(chosen).to_numpy()
        heights = np.zeros(len(edges) - 1)
        heights[place[is_mine]] = np.nan_to_num(shares[is_mine])
        layers.append((heights, colour))
    _bars.stacked(ax, edges, layers, no_partial, colours)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "%")
    ax.set_ylim(0, max(float(np.nanmax(shares, initial=0)), 1) * 1.06)
    named = [
        (colour, f"{often[name]} × {name.partition(chr(10))[0]}")
        for (_, colour), name in zip(layers, chosen, strict=False)
    ]
    if len(order) > len(chosen):
        named.append((rest, _frame.many(len(order) - len(chosen), "other")))
    _layers.side_names(ax, colours, named)
    measured = "time" if facts.get("by") == "time" else "plays"
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of all {measured} of the {period}",
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.TOP_OVER_TIME)
def top_over_time(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str | None = None,
    others: bool = False,
) -> Axes:
    """Draw the most played of all in layers on top of each other.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_OVER_TIME`: what `metrics.top_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the layers measure; None is what the table was ranked by.
    others : bool
        Draw all the others above them; often they are far more than the top.

    Returns
    -------
    Axes
        The chart; more than six have no colours of their own and belong to the others.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    chosen = _frame.measure(table, by or str(facts.get("by", "plays")))
    what = str(facts.get("of", "artists"))
    title = f"Top {what} over time"
    ax, colours = _frame.new(ax, size=(8.4, 4.1))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    rank = table["rank"].fillna(_layers.N_COLOURS + 1).clip(upper=_layers.N_COLOURS + 1)
    values = np.nan_to_num(_frame.values(table, chosen))
    starts = table["period_start"].drop_duplicates(ignore_index=True)
    place = np.searchsorted(starts.to_numpy(), table["period_start"].to_numpy())
    layers: list[tuple[np.ndarray, str]] = []
    named: list[tuple[str, object]] = []
    names, _ = _things.names(table)
    for number in sorted(set(rank)):
        is_mine = (rank == number).to_numpy(dtype=bool)
        is_rest = number > _layers.N_COLOURS
        colour = colours.faint if is_rest else _layers.palette(colours)[int(number) - 1]
        heights = np.zeros(len(starts))
        np.add.at(heights, place[is_mine], values[is_mine])
        layers.append((heights, colour))
        named.append((colour, f"all other {what}" if is_rest else names[is_mine.argmax()]))
    whole = max(float(np.sum([heights for heights, _ in layers])), 1e-9)
    if len(layers) > 1 and layers[-1][1] == colours.faint and not others:
        layers, named = layers[:-1], named[:-1]
    share = float(np.sum([heights for heights, _ in layers])) / whole
    edges = _dates.edges(pd.DataFrame({"period": period, "period_start": starts}))
    cells, notes = _layers.smooth(np.column_stack([heights for heights, _ in layers]), period)
    layers = [(cells[:, n], colour) for n, (_, colour) in enumerate(layers)]
    _bars.stacked(ax, edges, layers, np.zeros(len(starts), dtype=bool), colours)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, " h" if chosen == "time" else "")
    ax.set_ylim(0, (float(cells.sum(axis=1).max()) or 1) * 1.04)
    _layers.side_names(ax, colours, named[::-1])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"{'Hours' if chosen == 'time' else 'Plays'} per {period}",
        notes=notes if others else (f"together {share:.0%} of all {chosen}", *notes),
        caption_pt=caption_pt,
    )
    return ax


def _reigns(table: pd.DataFrame, period: str, title: str, *, ax: Axes | None) -> Axes:
    """Draw a lane for each of those who were number one most often, and one for all others."""
    names = _things.keys(table)
    often = names.value_counts(sort=True)
    order = sorted(often.index, key=lambda name: (-often[name], names.tolist().index(name)))
    chosen = order[:_MOST_LANES]
    shares = np.nan_to_num(table["share"].to_numpy(dtype="float64", na_value=np.nan))
    highest = float(shares.max(initial=0)) or 1.0
    edges = _dates.edges(_layers.without_holes(table))
    begins = table["period_start"].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(edges[:-1], begins)
    lanes = []
    others = len(order) - len(chosen)
    ax, colours = _frame.new(ax, size=(8.4, 1.4 + 0.42 * (len(chosen) + (others > 0))))
    for name in [*chosen, None] if others else chosen:
        is_mine = (names == name).to_numpy() if name else ~names.isin(chosen).to_numpy()
        heights = np.zeros(len(edges) - 1)
        heights[place[is_mine]] = shares[is_mine] / highest
        most = _listed.percent(100 * float(shares[is_mine].max()))
        said = f"{_frame.many(int(is_mine.sum()), period)}, up to {most}"
        colour = colours.main if name else _layers.faded(colours.muted, colours)
        named = name.partition("\n")[0] if name else _frame.many(others, "other")
        lanes.append((named, said, [(heights, colour)]))
    caption_pt = _layers.lanes(ax, colours, edges, period, lanes)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of all {_listed.measured(table)} of the {period}, all on one scale",
        caption_pt=caption_pt,
    )
    return ax
