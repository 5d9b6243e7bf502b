"""When there is listening: dates, months, seasons, parts of the day; averages and growth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _lines, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "average_days",
    "cumulative",
    "day_parts",
    "days_of_month",
    "every_play",
    "months_by_year",
    "months_of_year",
    "seasons",
]

_NOTHING = "No plays to draw yet"
# points that a day must have for its plays to be strokes
_STROKES_PT = 12.0
# more dots than this are a cloud before the bars
_MOST_DOTS = 60


@_frame.draws(tables.DAYS_OF_MONTH)
def days_of_month(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw plays by day of the month as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DAYS_OF_MONTH`: what `metrics.days_of_month` returned.
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
    shown = [str(n) if n % 5 == 0 or n == 1 else "" for n in range(1, 32)]
    return _cycle(table, ax, "Listening by day of the month", shown, size=(8.4, 3.4))


@_frame.draws(tables.MONTHS_OF_YEAR)
def months_of_year(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw plays by month of the year as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MONTHS_OF_YEAR`: what `metrics.months_of_year` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: minutes on an average day of the month, or plays where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _cycle(table, ax, "Listening by month of the year", _frame.MONTHS, size=(7.6, 3.4))


@_frame.draws(tables.SEASONS)
def seasons(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw plays by season as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SEASONS`: what `metrics.seasons` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: minutes on an average day of the season, or plays where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    names = []
    for row in table.to_dict("records"):
        first = int(row["first_month"]) - 1
        last = _frame.MONTHS[(first + 2) % 12]
        names.append(f"{row['season']}\n{_frame.MONTHS[first]}–{last}")
    return _cycle(table, ax, "Listening by season", names, size=(5.6, 3.6))


@_frame.draws(tables.DAY_PARTS)
def day_parts(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of each part of the day as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DAY_PARTS`: what `metrics.day_parts` returned.
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
    title = "Listening by part of the day"
    ax, colours = _frame.new(ax, size=(6.4, 3.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    is_timed = bool(table["share_time"].notna().any())
    column = "share_time" if is_timed else "share"
    shares = table[column].to_numpy(dtype="float64", na_value=0) * 100
    places = np.arange(len(table))
    ax.bar(places, shares, 0.72, color=colours.main)
    _bars.colour_highest(ax, colours, shares)
    for place, share in zip(places, shares, strict=True):
        _text.write(
            ax,
            f"{share:.0f}%",
            (float(place), share),
            offset_pt=(0, 4),
            ha="center",
            size=9,
            strong=True,
            color=colours.ink,
            gid="value",
        )
    room = 0.9 * _frame.width_of(ax) / len(table)
    names = [
        f"{_text.shorten(row['day_part'], room, size=8.5)}\n{row['from_hour']}–{row['to_hour']} h"
        for row in table.to_dict("records")
    ]
    ax.set_xticks(places, names)
    ax.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, max(shares.max(), 1) * 1.16), yticks=[])
    ax.axhline(0, color=colours.faint, linewidth=1)
    unit = f"Percent of {'the time listened' if is_timed else 'plays'}, by hour of start"
    _frame.dress(ax, colours, table, title=title, unit=unit, caption_pt=38)
    return ax


@_frame.draws(tables.AVERAGE_DAYS)
def average_days(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the minutes of an average day, period by period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.AVERAGE_DAYS`: what `metrics.average_days` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: bars are means over all days, dots over days with plays (pale bars behind them
        where periods are many); plays per day where no time is known.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "The average day"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    period = str(table["period"].iloc[0])
    is_timed = _frame.knows_time(table)
    n_days, n_active = (
        table[name].to_numpy(dtype="float64") for name in ("n_days", "n_days_active")
    )
    per_day, per_active = (
        table[name].to_numpy(dtype="float64", na_value=np.nan)
        for name in ("mean_minutes", "mean_minutes_active")
    )
    if not is_timed:
        n_plays = table["n_plays"].to_numpy(dtype="float64")
        per_day = n_plays / n_days
        per_active = np.where(n_active > 0, n_plays / np.maximum(n_active, 1), np.nan)
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    active = colours.second
    if len(table) > _MOST_DOTS:
        active = colours.pale
        ax.stairs(np.nan_to_num(per_active), places, fill=True, color=active, gid="active days")
    whole = np.zeros(len(table), dtype=bool)
    _bars.stacked(ax, edges, [(per_day, colours.main)], whole, colours)
    if len(table) <= _MOST_DOTS:
        dots = float(np.clip(160 / len(table), 2, 6))
        ax.plot(middles, per_active, "o", color=active, markersize=dots, gid="active days")
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, max(float(np.nanmax(per_active, initial=0)), 1) * 1.12)
    _frame.key(ax, colours, [(colours.main, "all days"), (active, "only days with plays")])
    unit = f"{'Minutes' if is_timed else 'Plays'} per day, by {period}"
    _frame.dress(ax, colours, table, title=title, unit=unit, caption_pt=caption_pt)
    return ax


@_frame.draws(tables.MONTHS_BY_YEAR)
def months_by_year(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw one line per year over the months.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MONTHS_BY_YEAR`: what `metrics.months_by_year` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the lines measure; None is the time where it is known.

    Returns
    -------
    Axes
        The chart: the last year and the one before it stand out, with their names; years before
        them are pale. Months the plays do not fill are hollow dots beside the lines, except where
        nothing else is left.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    title = "Year over year"
    chosen = _frame.measure(table, by)
    ax, colours = _frame.new(ax, size=(7.6, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    whole = table[~table["is_partial"].fillna(value=False).to_numpy(dtype=bool)]
    known = whole if len(whole) else table
    values = pd.Series(_frame.values(known, chosen), index=known.index)
    grid = (
        known.assign(value=values)
        .pivot(index="month", columns="year", values="value")
        .reindex(index=range(1, 13), columns=sorted(table["year"].unique()))
    )
    years = [int(year) for year in grid.columns]
    looks = {years[-1]: (colours.second, 2.6)}
    if len(years) > 1:
        looks[years[-2]] = (colours.main, 2.0)
    for year in years:
        colour, width = looks.get(year, (colours.pale, 1.2))
        heights = grid[year].to_numpy(dtype="float64", na_value=np.nan)
        months = np.arange(1, 13)
        ax.plot(months, heights, color=colour, linewidth=width, gid=str(year))
        alone = np.flatnonzero(~np.isnan(heights))
        if len(alone) == 1:
            ax.plot(months[alone], heights[alone], "o", color=colour, gid=str(year))
    part = table.drop(known.index)
    reached = _frame.values(part, chosen)
    for month, year, height in zip(part["month"], part["year"], reached, strict=True):
        colour, _ = looks.get(int(year), (colours.pale, 0))
        ax.plot(month, height, "o", color=colour, markerfacecolor=colours.paper, gid="part")
    ax.set_xlim(0.7, 12.3)
    ax.set_xticks(range(1, 13), list(_frame.MONTHS))
    _bars.value_axis(ax, colours, " h" if chosen == "time" else "")
    every = np.concatenate([grid.to_numpy(dtype="float64").ravel(), reached])
    ax.set_ylim(0, max(float(np.nanmax(every, initial=0)), 1e-9) * 1.1)
    named = [(colour, str(year)) for year, (colour, _) in sorted(looks.items())]
    if len(years) == 3:
        named = [(colours.pale, str(years[0])), *named]
    elif len(years) > 3:
        named = [(colours.pale, f"{years[0]}–{years[-3]}"), *named]
    _frame.key(ax, colours, named)
    unit = f"{'Hours' if chosen == 'time' else 'Plays'} per month"
    notes = ("hollow: not a whole month",) if len(part) else ()
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=notes)
    return ax


@_frame.draws(tables.CUMULATIVE)
def cumulative(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    of: Sequence[str] = ("tracks", "albums", "artists"),
) -> Axes:
    """Draw what all listening has come to as growing lines.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CUMULATIVE`: what `metrics.cumulative` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    of : sequence of {"plays", "hours", "tracks", "albums", "artists"}
        What to draw, at most three that are counted on one scale.

    Returns
    -------
    Axes
        The chart; what these plays never name is left out.

    Raises
    ------
    ValueError
        If `of` holds anything else, nothing, or more than three.
    TableError
        If `table` is no such table.
    """
    columns = {
        "plays": "n_plays",
        "hours": "ms_played",
        "tracks": "n_tracks",
        "albums": "n_albums",
        "artists": "n_artists",
    }
    if isinstance(of, str) or not 1 <= len(of) <= 3 or not set(of) <= set(columns):
        raise ValueError(f"`of` must be one to three of {', '.join(columns)}; not {of!r}.")
    # account data, for one, has no albums: they are not nought
    known = [name for name in of if (table[columns[name]].fillna(0) > 0).any()] or list(of)
    title = " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
    title = f"All {title} so far"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    palette = (colours.main, colours.second, colours.third)
    lines = []
    for name, colour in zip(of, palette, strict=False):
        if name not in known:
            continue
        values = table[columns[name]].to_numpy(dtype="float64", na_value=np.nan)
        if name == "hours":
            values = values / _frame.MS_PER_HOUR
        last = values[~np.isnan(values)][-1:]
        words = f"{last[0]:,.0f} {name}" if len(last) else name
        lines.append((np.concatenate([[0], values]), colour, words))
    _lines.growing(ax, _dates.numbers(edges), lines)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    highest = max(float(np.nanmax(values, initial=0)) for values, _, _ in lines)
    ax.set_ylim(0, max(highest, 1) * 1.08)
    _frame.key(ax, colours, [(colour, words) for _, colour, words in lines])
    _frame.dress(
        ax, colours, table, title=title, unit=f"By the end of each {period}", caption_pt=caption_pt
    )
    return ax


@_frame.draws(tables.EVERY_PLAY)
def every_play(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw every play as a dot: its day and its time of day.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.EVERY_PLAY`: what `metrics.every_play` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: days from left to right, midnight on top; podcasts and audiobooks have another
        colour. Where days are few, the dots are strokes as wide as a day has room.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Every play"
    ax, colours = _frame.new(ax, size=(8.4, 4.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    days = table["local_day"].to_numpy().astype("datetime64[D]")
    first, after = days.min(), days.max() + 1
    minutes = table["local_minute"].to_numpy(dtype="float64")
    is_spoken = table["kind"].isin(["episode", "audiobook"]).to_numpy()
    # inside its day, so that the dots of one day make a stripe and not a hairline
    places = _dates.numbers(days) + 0.5
    share_of_day = _frame.width_of(ax) / max(int((after - first).astype("int64")), 6)
    area = float(np.clip(share_of_day**2, 2, 26)) * float(np.clip(4_000 / len(table), 0.35, 1))
    opacity = float(np.clip(9_000 / len(table), 0.16, 0.85))
    # dots of few days would pile up in hairlines, with all the room beside them empty
    stroke_pt = 0.62 * share_of_day if share_of_day >= _STROKES_PT else 0
    named = []
    for chosen, colour, name in (
        (~is_spoken, colours.main, "music"),
        (is_spoken, colours.second, "podcasts and audiobooks"),
    ):
        if not chosen.any():
            continue
        ax.scatter(
            places[chosen],
            minutes[chosen] / 60,
            # few among many must still be found
            s=stroke_pt**2 or (area if name == "music" else max(area, 3)),
            marker="_" if stroke_pt else "o",
            color=colour,
            alpha=opacity if name == "music" else max(opacity, 0.7),
            linewidths=1 if stroke_pt else 0,
            rasterized=True,
            gid=name,
        )
        named.append((colour, name))
    caption_pt = _dates.axis(ax, np.arange(first, after + 1), "day")
    ax.set_ylim(24, 0)
    ax.set_yticks(range(0, 25, 6), ["midnight", "6 h", "noon", "18 h", "midnight"])
    ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)
    if len(named) > 1:
        _frame.key(ax, colours, named)
    _frame.dress(
        ax, colours, table, title=title, unit="Time of day of the start", caption_pt=caption_pt
    )
    return ax


def _cycle(
    table: pd.DataFrame,
    ax: Axes | None,
    title: str,
    names: Sequence[str],
    *,
    size: tuple[float, float],
) -> Axes:
    """Draw the average day of each part of a month or year."""
    ax, colours = _frame.new(ax, size=size)
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    heights: npt.NDArray[Any]
    heights, unit = _bars.mean_minutes(table)
    places = np.arange(len(table))
    ax.bar(places, heights, 0.76, color=colours.main)
    _bars.colour_highest(ax, colours, heights)
    ax.set_xticks(places, list(names))
    ax.set_xlim(-0.6, len(table) - 0.4)
    _bars.value_axis(ax, colours, "")
    lines = 38 if any("\n" in name for name in names) else 24
    if unit == "Plays per":
        unit = "Plays in all years together, by such"
    _frame.dress(ax, colours, table, title=title, unit=f"{unit} day", caption_pt=lines)
    return ax
