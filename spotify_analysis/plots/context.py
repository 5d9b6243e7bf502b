"""On what, where and how there was listening: devices, countries, offline, private."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, _text, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "countries",
    "countries_over_time",
    "device_days",
    "offline_and_private",
    "platforms",
    "platforms_over_time",
    "travels",
]

_NOTHING = "No plays to draw yet"
_NAMES = {
    "ios": "iPhone, iPad",
    "android": "Android",
    "windows": "Windows",
    "macos": "Mac",
    "linux": "Linux",
    "web": "Web player",
    "tv": "TV",
    "speaker": "Speaker",
    "console": "Games console",
    "car": "Car",
    "other": "Other",
    "unknown": "Not known",
}


@_frame.draws(tables.PLATFORMS_HEARD)
def platforms(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of each family of devices as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.PLATFORMS_HEARD`: what `metrics.platforms` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: shares of the time, or of plays where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    names = table["platform"].map(lambda name: _NAMES.get(str(name), str(name)))
    return _shares(table.assign(name=names), ax, "Devices")


@_frame.draws(tables.COUNTRIES)
def countries(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the share of each country as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COUNTRIES`: what `metrics.countries` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many countries.

    Returns
    -------
    Axes
        The chart: shares of the time, or of plays where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _shares(table.head(n).assign(name=table["country_name"]), ax, "Countries")


@_frame.draws(tables.COUNTRIES_OVER_TIME)
def countries_over_time(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how the share of each country changed.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COUNTRIES_OVER_TIME`: what `metrics.countries_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: shares of the plays of each period, stacked; the four countries with most plays,
        and the others together. Where one was home all the time, `travels` shows the others better.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    names = dict(zip(table["country"], table["country_name"], strict=True))
    return _shares_over_time(table, ax, "Countries over time", "country", names)


@_frame.draws(tables.PLATFORMS_OVER_TIME)
def platforms_over_time(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how the share of each family of devices changed.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.PLATFORMS_OVER_TIME`: what `metrics.platforms_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: shares of the plays of each period, stacked; the four families with most plays,
        and the others together.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _shares_over_time(table, ax, "Devices over time", "platform", _NAMES)


@_frame.draws(tables.DEVICE_DAYS)
def device_days(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw on which days each family of devices was used.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DEVICE_DAYS`: what `metrics.device_days` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: one row per family in the order of their first days, a stroke per day; the
        darker (in the dark theme, the lighter), the larger its share of the day.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    from matplotlib.collections import PolyCollection

    title = "Which device on which day"
    n_rows = max(table["platform"].nunique(), 3)
    ax, colours = _frame.new(ax, size=(8.4, 1.35 + 0.4 * n_rows))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    days = table["local_day"].to_numpy().astype("datetime64[D]")
    first, after = days.min(), days.max() + 1
    firsts = table.groupby("platform")["local_day"].agg(["min", "size"]).reset_index()
    order = firsts.sort_values(["min", "platform"])["platform"].tolist()
    edges = np.arange(first, after + 1)
    caption_pt = _dates.axis(ax, edges, "day")
    # cells of a mesh that are narrower than a dot of the screen vanish
    table = table.sort_values("local_day", kind="stable")
    left = _dates.numbers(table["local_day"].to_numpy().astype("datetime64[D]"))
    right = left + max(1.0, len(edges) / 900)
    top = pd.Index(order).get_indexer(table["platform"]) + 0.12
    corners = [(left, top), (left, top + 0.76), (right, top + 0.76), (right, top)]
    strokes = PolyCollection(
        list(np.stack([np.column_stack(corner) for corner in corners], axis=1)),
        array=table["share"].to_numpy(dtype="float64"),
        cmap=colours.colormap,
        linewidth=0,
        rasterized=True,
        gid="days",
    )
    # the palest step would not be seen
    strokes.set_clim(-0.35, 1)
    ax.add_collection(strokes, autolim=False)
    ax.set_ylim(n_rows, 0)
    ax.set_yticks(np.arange(len(order)) + 0.5, [_NAMES.get(name, name) for name in order])
    _frame.scale(ax, colours, low="few", high="all plays of the day")
    _frame.dress(ax, colours, table, title=title, unit="A stroke per day", caption_pt=caption_pt)
    return ax


@_frame.draws(tables.TRAVELS)
def travels(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the spells in each country on a line of time.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TRAVELS`: what `metrics.travels` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many countries, those with most days first.

    Returns
    -------
    Axes
        The chart: home on top, then countries in the order of the first journey there. On the
        right the days between the first and the last play of each spell, added up.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Where you listened"
    of_country = (
        table.groupby("country")["n_days"].sum().sort_values(ascending=False, kind="stable")
    )
    chosen = table[table["country"].isin(of_country.index[:n])]
    n_rows = max(chosen["country"].nunique(), 3)
    ax, colours = _frame.new(ax, size=(8.4, 1.35 + 0.36 * n_rows))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No countries to draw yet")
    first = chosen["first_day"].to_numpy().astype("datetime64[D]")
    last = chosen["last_day"].to_numpy().astype("datetime64[D]")
    home = chosen.sort_values(["is_home", "spell"], ascending=[False, True])
    order = home["country"].drop_duplicates().tolist()
    row = pd.Index(order).get_indexer(chosen["country"])
    edges = np.arange(first.min(), last.max() + 2)
    begins, ends = _dates.numbers(first), _dates.numbers(last + 1)
    caption_pt = _dates.axis(ax, edges, "day")
    low, high = ax.get_xlim()
    # a weekend in fifteen years must still be seen
    least = (high - low) / 220
    for is_home, colour in ((True, colours.pale), (False, colours.second)):
        here = chosen["is_home"].to_numpy(dtype=bool) == is_home
        widths = np.maximum(ends - begins, least)[here]
        ax.barh(row[here] + 0.5, widths, 0.56, left=begins[here], color=colour, linewidth=0)
    for n_row, country in enumerate(order):
        ax.axhline(n_row + 0.5, color=colours.faint, linewidth=0.8, zorder=0.8)
        _text.write(
            ax,
            f"{of_country[country]:,} d",
            (1, n_row + 0.5),
            coords=("axes fraction", "data"),
            offset_pt=(6, 0),
            va="center",
            size=8.5,
            color=colours.muted,
            gid="days",
        )
    names = chosen.drop_duplicates("country").set_index("country")["country_name"]
    ax.set_ylim(n_rows, 0)
    ax.set_yticks(
        np.arange(len(order)) + 0.5, [_text.shorten(names[code], 130, size=8.5) for code in order]
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Days by the country of most plays",
        notes=("from the first play of a stay to its last, days without plays included",),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.OFFLINE_AND_PRIVATE)
def offline_and_private(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the shares of offline plays and of private sessions.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.OFFLINE_AND_PRIVATE`: what `metrics.offline_and_private` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a line each; gaps are periods of which it is not known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Offline and in private"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    shares = {
        name: table[f"share_{name}"].to_numpy(dtype="float64", na_value=np.nan) * 100
        for name in ("offline", "private")
    }
    if all(np.isnan(values).all() for values in shares.values()):
        says = _NOTHING if table.empty else "No play says whether it was offline or private"
        return _frame.empty(ax, colours, table, title=title, says=says)
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    named = []
    for (name, values), colour in zip(shares.items(), (colours.main, colours.second), strict=True):
        dot = "o" if len(table) < 3 else ""
        ax.plot(middles, values, marker=dot, color=colour, linewidth=1.8, gid=name)
        named.append((colour, name))
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "%")
    highest = max(float(np.nanmax(values, initial=0)) for values in shares.values())
    ax.set_ylim(0, max(highest * 1.12, 1))
    _frame.key(ax, colours, named)
    _frame.dress(
        ax, colours, table, title=title, unit=f"Percent of plays by {period}", caption_pt=caption_pt
    )
    return ax


def _shares(table: pd.DataFrame, ax: Axes | None, title: str) -> Axes:
    """Draw shares as bars with names."""
    ax, colours = _frame.new(ax, size=(7.2, _bars.height(len(table))))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    is_timed = bool(table["share_time"].notna().any())
    column = "share_time" if is_timed else "share"
    largest = table.sort_values(column, ascending=False, kind="stable")
    shares = largest[column].to_numpy(dtype="float64", na_value=0)
    days = largest["n_days_active"].tolist()
    _bars.named(
        ax,
        colours,
        shares,
        names=largest["name"].tolist(),
        beside=[_frame.many(int(n), "day") for n in days],
        shown=[
            "under 0.1%" if 0 < share < 0.0005 else _listed.percent(share * 100) for share in shares
        ],
    )
    what = "the time listened" if is_timed else "plays"
    _frame.dress(ax, colours, table, title=title, unit=f"Share of {what}", caption_pt=8)
    return ax


def _shares_over_time(
    table: pd.DataFrame, ax: Axes | None, title: str, column: str, names: dict[str, str]
) -> Axes:
    """Draw the shares of four in layers, the others on top, and their names at the side."""
    ax, colours = _frame.new(ax, size=(8.4, 4.1))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    period = str(table["period"].iloc[0])
    order = table.groupby(column, sort=False)["n_plays"].sum().index.tolist()
    wide = table.pivot(index="period_start", columns=column, values="share")[order]
    # where nothing was played there is no share, and nothing that would pull a mean down
    cells, notes = _layers.smooth(wide.to_numpy(dtype="float64", na_value=np.nan), period)
    shares = np.nan_to_num(cells).T * 100
    layers = list(zip(shares[:4], _palette(colours), strict=False))
    named = [
        (colour, names.get(name, name)) for (_, colour), name in zip(layers, order, strict=False)
    ]
    if len(order) > 4:
        layers.append((shares[4:].sum(axis=0), colours.faint))
        last = names.get(order[4], order[4]) if len(order) == 5 else f"{len(order) - 4} others"
        named.append((colours.faint, last))
    edges = _dates.edges(table.drop_duplicates("period_start"))
    whole = np.zeros(len(edges) - 1, dtype=bool)
    _bars.stacked(ax, edges, layers, whole, colours)
    caption_pt = _dates.axis(ax, edges, period)
    _things.percent_axis(ax)
    # from the top down, as the layers lie
    _layers.side_names(ax, colours, named[::-1])
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


def _palette(colours: style.Palette) -> tuple[str, ...]:
    return colours.main, colours.second, colours.third, colours.pale
