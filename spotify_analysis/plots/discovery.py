"""What was new, on top of what was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _listed, _text, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cohorts", "discovery", "discovery_days", "top_discoveries"]


@_frame.draws(tables.DISCOVERY)
def discovery(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    of: Literal["artists", "tracks", "albums"] = "artists",
) -> Axes:
    """Draw known and new artists, tracks or albums per period, and how many they have become.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DISCOVERY`: what `metrics.discovery` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    of : {"artists", "tracks", "albums"}
        What to draw.

    Returns
    -------
    Axes
        The chart: stacked bars, and a line for all so far. The line has a scale of its own,
        on the right, and says at its end what it has come to. Paler bars are periods the plays do
        not fill.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If `table` is no such table.
    """
    if of not in ("artists", "tracks", "albums"):
        raise ValueError(f"`of` must be 'artists', 'tracks' or 'albums'; not {of!r}.")
    title = f"New and known {of}"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    known, new, so_far = (
        table[f"n_{name}"].to_numpy(dtype="float64")
        for name in (f"known_{of}", f"new_{of}", f"{of}_so_far")
    )
    if not np.nanmax(so_far, initial=0):
        # account data, for one, has no albums
        return _frame.empty(ax, colours, table, title=title, says=f"These plays name no {of}")
    edges = _dates.edges(table)
    partial = table["is_partial"].fillna(value=False).to_numpy(dtype=bool)
    _bars.stacked(ax, edges, [(known, colours.pale), (new, colours.main)], partial, colours)
    is_paler = partial.any() and _bars.are_apart(len(table))
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, max(float((known + new).max()), 1) * 1.12)
    _so_far(ax, so_far, new, edges, colours.third, of)
    _frame.key(
        ax,
        colours,
        [(colours.pale, "known"), (colours.main, "new"), (colours.third, "all so far")],
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Different {of} per {period}",
        notes=(
            "new: first play in these plays",
            *((f"paler: not a whole {period}",) if is_paler else ()),
        ),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.DISCOVERY_DAYS)
def discovery_days(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the days with most discoveries as bars, each with what was new.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DISCOVERY_DAYS`: what `metrics.discovery_days` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: beside each day the most played of what was new.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = "Days of discovery"
    return _listed.draw(
        table,
        ax=ax,
        title=title,
        unit=f"New {what} on one day",
        measure="n_new",
        shown=_listed.number,
        names=[_frame.day(day) for day in table["local_day"]],
        beside=[str(names).replace("; ", ", ") for names in table["names"]],
        says="No discoveries to draw yet",
        width=8.4,
    )


@_frame.draws(tables.TOP_DISCOVERIES)
def top_discoveries(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the most played discovery of each period as a bar.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_DISCOVERIES`: what `metrics.top_discoveries` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the first place of each period, the last period first, 16 of them at most.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    of = str(table["period"].iloc[0]) if len(table) else "period"
    title = f"{what.title()[:-1]} discovery of each {of}"
    first = table[table["rank"] == 1].iloc[::-1].head(16)
    ax, colours = _frame.new(ax, size=(8.4, _bars.height(len(first))))
    if first.empty:
        return _frame.empty(ax, colours, table, title=title, says="No discoveries to draw yet")
    names, artists = _things.names(first)
    period = str(first["period"].iloc[0])
    when = [_dates.label_of(np.datetime64(start), period) for start in first["period_start"]]
    counts = first["n_plays"].to_numpy(dtype="float64")
    _bars.named(
        ax,
        colours,
        counts,
        names=names,
        beside=[
            f"{at}, {artist}" if artist else at for artist, at in zip(artists, when, strict=True)
        ],
        shown=[f"{count:,.0f}" for count in counts],
    )
    # they stand in the order of time, in which the first is nothing special
    ax.patches[0].set_color(colours.main)
    _bars.colour_highest(ax, colours, counts)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Plays in the {period} it was new",
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.COHORTS)
def cohorts(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the listening of each period as layers: one per year in which it was first heard.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COHORTS`: what `metrics.cohorts` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: shares of plays, the oldest love at the bottom, what was new in the very year
        on top, in another colour.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = f"When the {what} you play were new to you"
    ax, colours = _frame.new(ax, size=(8.4, 4.6))
    if table.empty or not table["n_plays"].sum():
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    shares = table.pivot(index="period_start", columns="first_year", values="share") * 100
    cells = shares.to_numpy(dtype="float64", na_value=0)
    years = shares.columns.to_numpy(dtype="int64")
    edges = _dates.edges(shares.reset_index()[["period_start"]].assign(period=period))
    # a week may end in the next year, and what is new then is as new
    of_period = (edges[1:] - 1).astype("datetime64[Y]").astype("int64") + 1970
    is_new = (years == of_period[:, None]) & (of_period > years[0])[:, None]
    new = np.where(is_new, cells, 0).sum(axis=1)
    old = np.where(is_new, 0, cells)
    steps = np.linspace(0.92, 0.22, len(years)) if len(years) > 1 else np.array([0.7])
    from matplotlib.colors import to_hex

    tints = [to_hex(colours.colormap(step)) for step in steps]
    layers = [(old[:, n], tints[n]) for n in range(len(years))]
    layers.append((new, colours.second))
    _things.layers(ax, colours, edges, layers)
    caption_pt = _dates.axis(ax, edges, period)
    _things.percent_axis(ax)
    _name_layers(ax, colours, years, cells)
    if new.any():
        _frame.key(ax, colours, [(colours.second, "first heard in the same year")])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Share of the plays of each {period}, by year of first play",
        notes=(f"{years[0]}: known when these plays begin, or new in that year",),
        caption_pt=caption_pt,
    )
    return ax


def _name_layers(ax: Axes, colours: style.Palette, years: Any, cells: Any) -> None:
    """Write the years beside the layers of the last period, where there is room."""
    heard = np.flatnonzero(cells.sum(axis=1) > 0)[-1]
    tops = np.cumsum(cells[heard])
    least = 100 * 11 / _frame.height_of(ax)
    below = -least
    for year, top, share in zip(years, tops, cells[heard], strict=True):
        middle = top - share / 2
        if share >= least * 0.6 and middle - below >= least:
            _text.write(
                ax,
                str(year),
                (1, middle),
                coords=("axes fraction", "data"),
                offset_pt=(6, 0),
                va="center",
                size=8.5,
                color=colours.muted,
                gid="layer",
            )
            below = middle


def _so_far(ax: Axes, so_far: Any, new: Any, edges: Any, colour: str, of: str) -> None:
    """Draw the growing number as a line on an Axes of its own, with its end in words."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    above = ax.twinx()
    for spine in above.spines.values():
        spine.set_visible(False)
    above.set_ylim(0, max(so_far[-1], 1) * 1.12)
    above.grid(visible=False)
    above.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 2.5, 5, 10]))
    above.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    above.tick_params(
        length=0, labelsize=8.5, labelcolor=colour, labelfontfamily=list(_text.FAMILIES)
    )
    places = _dates.numbers(edges)
    # what a period has come to is true at its end; a table may begin in the middle of a history
    totals = np.concatenate([so_far[:1] - new[:1], so_far])
    if len(so_far) > 1:
        above.plot(places, totals, color=colour, linewidth=2.2, gid="so far")
    else:
        # a line through a single bar says nothing
        above.plot(places[1:], totals[1:], "o", color=colour, markersize=5, gid="so far")
    _text.write(
        above,
        f"{totals[-1]:,.0f} {of}",
        (places[-1], totals[-1]),
        offset_pt=(-4, 6),
        ha="right",
        strong=True,
        size=9,
        color=colour,
        gid="so far",
    )
