"""How old the music is: when it came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["release_decades", "releases_over_time"]


@_frame.draws(tables.RELEASE_DECADES, "metrics.release_decades(items)")
def release_decades(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw tracks or albums by decade of release, and their plays where these are known.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RELEASE_DECADES`: what `metrics.release_decades` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: share of items, and beside it the share of plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    item = str(facts.get("item", "item"))
    title = "Decades of release"
    ax, colours = _frame.new(ax, size=(7.2, 3.6))
    if table.empty or not table["n_items"].sum():
        return _frame.empty(ax, colours, table, title=title, says="No release years to draw")
    drawn = [("share_items", "n_items", colours.main)]
    if table["share_plays"].notna().any():
        drawn.append(("share_plays", "n_plays", colours.second))
        _frame.key(ax, colours, [(colours.main, f"of {item}s"), (colours.second, "of plays")])
    places = np.arange(len(table))
    width = 0.78 / len(drawn)
    for n, (share, count, colour) in enumerate(drawn):
        shares = table[share].to_numpy(dtype="float64", na_value=0) * 100
        at = places + (n - (len(drawn) - 1) / 2) * width
        ax.bar(at, shares, width * 0.94, color=colour)
        for place, height, number in zip(at, shares, table[count], strict=True):
            words = f"{number:,}" if len(drawn) == 1 else f"{height:.0f}"
            _text.write(
                ax,
                words if number else "",
                (place, height),
                offset_pt=(0, 3),
                ha="center",
                size=8.5,
                strong=len(drawn) == 1,
                color=colours.ink if len(drawn) == 1 else colours.muted,
                gid="value",
            )
    highest = float(table[[share for share, _, _ in drawn]].max().max()) * 100
    ax.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, highest * 1.15), yticks=[])
    step = -(-len(table) // 14)
    ax.set_xticks(places[::step], [f"{decade}s" for decade in table["decade"][::step]])
    ax.axhline(0, color=colours.faint, linewidth=1)
    notes = [_frame.many(int(facts.get("n_items", table["n_items"].sum())), item)]
    if facts.get("n_unknown_year"):
        notes.append(f"{facts['n_unknown_year']:,} more without a year")
    notes.append("year of the album in Spotify's catalogue")
    unit = f"{item.title()}s" if len(drawn) == 1 else "Percent"
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=tuple(notes))
    return ax


@_frame.draws(tables.RELEASES_OVER_TIME, "metrics.releases_over_time(items, plays)")
def releases_over_time(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the mean year of release of what was played, per period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RELEASES_OVER_TIME`: what `metrics.releases_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a line, with a dot where a period stands alone.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How new the music is"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    years = table["mean_year"].to_numpy(dtype="float64", na_value=np.nan)
    if np.isnan(years).all():
        return _frame.empty(ax, colours, table, title=title, says="No release years to draw")
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    _dates.line(ax, middles, years, colours.main)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    # a year is no quantity: the axis does not begin at nothing, and years have no separator
    ax.set_ylim(np.floor(np.nanmin(years)) - 1, np.ceil(np.nanmax(years)) + 1)
    ax.yaxis.set_major_formatter(lambda year, _: f"{year:.0f}")
    share = table["n_known_year"].sum() / table["n_plays"].sum()
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Mean year of release of what was played, by {period}",
        notes=(f"known for {share:.0%} of plays", "year of the album in Spotify's catalogue"),
        caption_pt=caption_pt,
    )
    return ax
