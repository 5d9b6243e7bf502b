"""When plays began: over the years, by hour and weekday, day by day, and days in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "calendar",
    "hours_of_day",
    "listening_clock",
    "listening_over_time",
    "streaks",
    "weekdays",
]


@_frame.draws(tables.LISTENING_OVER_TIME)
def listening_over_time(
    table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None
) -> Axes:
    """Draw time or plays per period as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LISTENING_OVER_TIME`: what `metrics.listening_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the bars measure; None is the time where it is known.

    Returns
    -------
    Axes
        The chart; paler bars are periods the plays do not fill. More than 400 have a line of
        their means before them. A single day is one bar: `hours_of_day` draws its hours.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    chosen = _frame.measure(table, by)
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(
            ax, colours, table, title="Listening over time", says="No plays to draw yet"
        )
    period = str(table["period"].iloc[0])
    heights = _frame.values(table, chosen)
    edges = _dates.edges(table)
    partial = table["is_partial"].fillna(value=False).to_numpy(dtype=bool)
    _bars.stacked(ax, edges, [(heights, colours.main)], partial, colours)
    smoothed = _layers.line_through(ax, colours, edges, heights, period)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, " h" if chosen == "time" else "")
    if np.nanmax(heights, initial=0) > 0:
        _mark_peak(ax, colours, heights, edges, period, chosen)
    what = "Hours" if chosen == "time" else "Plays"
    is_paler = partial.any() and _bars.are_apart(len(table))
    notes = (f"paler: not a whole {period}",) if is_paler else smoothed
    _frame.dress(
        ax,
        colours,
        table,
        title="Listening over time",
        unit=f"{what} per {period}",
        notes=notes,
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.HOURS_OF_DAY)
def hours_of_day(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw plays by hour of day as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.HOURS_OF_DAY`: what `metrics.hours_of_day` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: minutes on an average day, or plays where no time is known; of a single day
        its own.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Listening by hour of day"
    ax, colours = _frame.new(ax, size=(7.6, 3.4))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    heights, unit = _bars.mean_minutes(table)
    ax.bar(table["local_hour"].to_numpy(dtype="int64") + 0.5, heights, 0.84, color=colours.main)
    _bars.colour_highest(ax, colours, heights)
    ax.set_xlim(0, 24)
    ax.set_xticks([0, 6, 12, 18, 24], ["midnight", "6 h", "noon", "18 h", "midnight"])
    _bars.value_axis(ax, colours, "")
    facts = tables.facts(table)
    # one day is no average
    is_one_day = bool(facts.get("since")) and facts.get("since") == facts.get("until")
    words = unit.split()[0] if is_one_day else f"{unit} day"
    _frame.dress(ax, colours, table, title=title, unit=f"{words}, by hour of start")
    return ax


@_frame.draws(tables.WEEKDAYS)
def weekdays(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw plays by weekday as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.WEEKDAYS`: what `metrics.weekdays` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: minutes on an average such day, or plays where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Listening by weekday"
    ax, colours = _frame.new(ax, size=(6, 3.4))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    heights, unit = _bars.mean_minutes(table)
    ax.bar(table["local_weekday"].to_numpy(dtype="int64"), heights, 0.72, color=colours.main)
    _bars.colour_highest(ax, colours, heights)
    ax.set_xticks(range(1, 8), list(_frame.WEEKDAYS))
    ax.set_xlim(0.5, 7.5)
    _bars.value_axis(ax, colours, "")
    _frame.dress(ax, colours, table, title=title, unit=f"{unit} day, by weekday")
    return ax


@_frame.draws(tables.LISTENING_CLOCK)
def listening_clock(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a map of hour of day and weekday.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LISTENING_CLOCK`: what `metrics.listening_clock` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: minutes in an average week, or plays where no time is known; a cell without
        colour is a weekday the span does not hold.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Listening clock"
    ax, colours = _frame.new(ax, size=(8.4, 3.5))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    is_timed = _frame.knows_time(table)
    column = "mean_minutes" if is_timed else "n_plays"
    cells = (
        table.pivot(index="local_weekday", columns="local_hour", values=column)
        .reindex(index=range(1, 8), columns=range(24))
        .to_numpy(dtype="float64", na_value=np.nan)
    )
    most = float(np.nanmax(cells, initial=0)) or 1.0
    ax.pcolormesh(
        np.arange(25),
        np.arange(0.5, 8),
        cells,
        cmap=colours.colormap,
        vmin=0,
        vmax=most,
        edgecolors=colours.paper,
        linewidth=1.6,
    )
    ax.set(xlim=(0, 24), ylim=(7.5, 0.5))
    ax.set_xticks(np.arange(0, 24, 3) + 0.5, [f"{hour} h" for hour in range(0, 24, 3)])
    ax.set_yticks(range(1, 8), list(_frame.WEEKDAYS))
    # as the scale says it
    measure = "Seconds" if most < 1 else "Minutes"
    unit = f"{measure} in an average week" if is_timed else "Plays"
    high = _frame.duration(most) if is_timed else f"{most:,.0f}"
    _frame.scale(ax, colours, low="0", high=high)
    _frame.dress(ax, colours, table, title=title, unit=f"{unit}, by hour of start", caption_pt=24)
    return ax


@_frame.draws(tables.CALENDAR)
def calendar(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw a map of all days, one block per year.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CALENDAR`: what `metrics.calendar` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the colours measure; None is the time where it is known.

    Returns
    -------
    Axes
        The chart: weeks from left to right, Monday on top of each block. Days outside of the
        plays' span are blank. The darkest (in the dark theme, lightest) step holds the top 2 %
        of days.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    title = "Every day"
    chosen = _frame.measure(table, by)
    days = table["local_day"].to_numpy().astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype("int64") + 1970
    n_years = 1 if table.empty else int(years.max() - years.min()) + 1
    ax, colours = _frame.new(ax, size=(9, 1.15 + 1.02 * n_years))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    amount = _frame.values(table, chosen, ms_per_unit=_frame.MS_PER_MINUTE)
    heard = amount[amount > 0]
    most = float(np.quantile(heard, 0.98)) if len(heard) else 1.0
    _draw_days(ax, colours, days, amount, most)
    block = 8.6
    for year in range(int(years.min()), int(years.max()) + 1):
        top = (year - years.min()) * block
        _text.write(
            ax,
            str(year),
            (0, top + 3.5),
            offset_pt=(-32, 0),
            ha="right",
            va="center",
            size=10,
            strong=True,
            color=colours.ink,
        )
        total = np.nansum(amount[years == year])
        in_words = f"{total / 60:,.0f} h" if chosen == "time" else f"{total:,.0f}"
        _text.write(
            ax,
            in_words,
            (53.6, top + 3.5),
            va="center",
            size=8.5,
            color=colours.muted,
            gid="year total",
        )
    for month in range(12):
        _text.write(
            ax,
            _frame.MONTHS[month],
            (0.3 + month * 30.44 / 7, -0.35),
            size=8,
            color=colours.muted,
        )
    ax.set_yticks(
        [0.5 + row + n * block for n in range(n_years) for row in (0, 2, 4)],
        ["Mon", "Wed", "Fri"] * n_years,
        fontsize=6.5,
    )
    ax.set(xlim=(-0.2, 53.4), ylim=(n_years * block - 1.5, -0.2), xticks=[])
    words = f"{_frame.duration(most)} or more" if chosen == "time" else f"{most:,.0f} or more"
    _frame.scale(ax, colours, low="0", high=words, lift_pt=18)
    unit = f"{'Time' if chosen == 'time' else 'Plays'} per day"
    # above the names of the months
    _frame.dress(ax, colours, table, title=title, unit=unit, caption_pt=8, unit_pt=21)
    return ax


@_frame.draws(tables.STREAKS)
def streaks(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 10) -> Axes:
    """Draw the longest runs of days in a row as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.STREAKS`: what `metrics.streaks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many runs.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Longest runs of days with music"
    longest = table.head(n)
    ax, colours = _frame.new(ax, size=(7.2, _bars.height(len(longest))))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    names, still = [], []
    for row in longest.to_dict("records"):
        first, last = _frame.day(row["first_day"]), _frame.day(row["last_day"])
        names.append(first if first == last else f"{first} – {last}")
        still.append("still running" if row["is_current"] else "")
    lengths = longest["n_days"].to_numpy(dtype="float64")
    _bars.named(
        ax,
        colours,
        lengths,
        names=names,
        beside=still,
        shown=[_frame.many(int(length), "day") for length in lengths],
        ranks=longest["rank"].tolist(),
    )
    _frame.dress(ax, colours, table, title=title, unit="Days in a row", caption_pt=8)
    return ax


def _mark_peak(
    ax: Axes,
    colours: style.Palette,
    heights: npt.NDArray[np.float64],
    edges: npt.NDArray[np.datetime64],
    period: str,
    chosen: str,
) -> None:
    """Write at the highest bar when it was and how much."""
    peak = int(np.nanargmax(heights))
    middle = float(np.mean(_dates.numbers(edges[peak : peak + 2])))
    low, high = ax.get_xlim()
    place = (middle - low) / (high - low)
    amount = (
        _frame.duration(heights[peak] * 60) if chosen == "time" else f"{heights[peak]:,.0f} plays"
    )
    _text.write(
        ax,
        f"{_dates.label_of(edges[peak], period)}, {amount}",
        (middle, heights[peak]),
        offset_pt=(0, 5),
        ha="left" if place < 0.2 else "right" if place > 0.8 else "center",
        size=8.5,
        strong=True,
        color=colours.ink,
        gid="peak",
    )
    ax.set_ylim(0, heights[peak] * 1.16)


def _draw_days(
    ax: Axes,
    colours: style.Palette,
    days: npt.NDArray[np.datetime64],
    amount: npt.NDArray[np.float64],
    most: float,
) -> Any:
    """Draw one square per day."""
    from matplotlib.collections import PolyCollection

    new_year = days.astype("datetime64[Y]").astype("datetime64[D]")
    year = new_year.astype("datetime64[Y]").astype("int64")
    weekday = (days.astype("int64") + 3) % 7
    of_new_year = (new_year.astype("int64") + 3) % 7
    week = ((days - new_year).astype("int64") + of_new_year) // 7
    x, y = week + 0.0, weekday + (year - year.min()) * 8.6
    side = 0.86
    corners = np.array([(0, 0), (side, 0), (side, side), (0, side)])
    squares = PolyCollection(
        np.stack([x, y], axis=1)[:, None, :] + corners[None, :, :],
        array=amount,
        cmap=colours.colormap,
        linewidths=0,
    )
    squares.set_clim(0, most)
    ax.add_collection(squares)
    return squares
