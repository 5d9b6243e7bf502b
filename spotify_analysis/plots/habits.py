"""What stands out: artists by time of day, days full of one artist, and lines in small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _dates, _frame, _layers, _listed, _text, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["artist_days", "artists_by_hour", "habits", "sparklines", "when_played"]

_NOTHING = "No plays to draw yet"


@_frame.draws(tables.ARTISTS_BY_HOUR)
def artists_by_hour(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a map of artists and hours of the day.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ARTISTS_BY_HOUR`: what `metrics.artists_by_hour` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: one row per artist, the most played on top; colours are shares of the artist's
        own plays. The darkest (in the dark theme, lightest) step holds the top 2 % of cells.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Artists by time of day"
    n_artists = max(table["rank"].nunique(), 4)
    ax, colours = _frame.new(ax, size=(8.4, 1.5 + 0.3 * n_artists))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    cells = (
        table.pivot(index="rank", columns="local_hour", values="share")
        .reindex(columns=range(24))
        .to_numpy(dtype="float64", na_value=0)
    )
    heard = cells[cells > 0]
    most = float(np.quantile(heard, 0.98)) if len(heard) else 1.0
    ax.pcolormesh(
        np.arange(25),
        np.arange(len(cells) + 1),
        cells,
        cmap=colours.colormap,
        vmin=0,
        vmax=most,
        edgecolors=colours.paper,
        linewidth=1.6,
    )
    # names stand in the picture, left of the hours
    room = 8.0
    width_pt = _frame.width_of(ax) * room / (24 + room)
    names = table.drop_duplicates("rank")["artist"]
    for row, name in enumerate(names):
        _text.write(
            ax,
            _text.shorten(name, width_pt - 10, size=8.5),
            (0, row + 0.5),
            offset_pt=(-6, 0),
            ha="right",
            va="center",
            size=8.5,
            color=colours.ink,
            gid="name",
        )
    ax.set(xlim=(-room, 24), ylim=(max(len(cells), 4), 0), yticks=[])
    ax.set_xticks(np.arange(0, 24, 3) + 0.5, [f"{hour} h" for hour in range(0, 24, 3)])
    more = " or more" if float(cells.max()) > most else ""
    _frame.scale(ax, colours, low="0", high=f"{most:.0%}{more}")
    _frame.dress(
        ax, colours, table, title=title, unit="Share of the artist's plays, by hour of start"
    )
    return ax


@_frame.draws(tables.ARTIST_DAYS)
def artist_days(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the days with the most plays of one artist as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ARTIST_DAYS`: what `metrics.artist_days` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many days.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Days full of one artist"
    chosen = table.head(n)
    return _listed.draw(
        chosen,
        ax=ax,
        title=title,
        unit="Plays of the artist on that day",
        measure="n_plays",
        shown=_listed.whole("play"),
        names="artist",
        beside=[_frame.day(day) for day in chosen["local_day"]],
        says=_NOTHING,
    )


@_frame.draws(tables.HABITS)
def habits(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what is usual as a card of numbers.

    Parameters
    ----------
    table : DataFrame
        The row of `tables.HABITS`: what `metrics.habits` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: eight numbers with a line of words below each; what is not known is left out.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Habits"
    ax, colours = _frame.new(ax, size=(8.4, 3.5))
    if table.empty or not int(table["n_days_active"].fillna(0).iloc[0]):
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    row = table.iloc[0]
    cells = [
        (said, words)
        for value, said, words in _in_words(row)
        if value is not None and not pd.isna(value)
    ]
    ax.set(xlim=(0, 4), ylim=(2, 0), xticks=[], yticks=[])
    room = _frame.width_of(ax) / 4 - 10
    for n, (said, words) in enumerate(cells):
        down, across = divmod(n, 4)
        for text, y, size, strong, colour, gid in (
            (said, 0.42, 19.0, True, colours.second if n == 0 else colours.main, "number"),
            (words, 0.66, 8.5, False, colours.muted, "words"),
        ):
            while size > 7 and _text.width_of(text, size=size, strong=strong) > room:
                size -= 0.5
            _text.write(
                ax,
                _text.shorten(text, room, size=size, strong=strong),
                (across, down + y),
                size=size,
                strong=strong,
                color=colour,
                gid=gid,
            )
    _frame.dress(ax, colours, table, title=title, unit="What is usual", caption_pt=8)
    return ax


@_frame.draws(tables.SPARKLINES)
def sparklines(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a small line for each artist, track or album: its plays over the years.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SPARKLINES`: what `metrics.sparklines` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: one row each, the most played on top. Every row has a scale of its own, which
        ends at its highest period; that is marked and told on the right.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"Your {table.attrs.get('of', 'artists')} over time"
    n_rows = max(table["rank"].nunique(), 4)
    ax, colours = _frame.new(ax, size=(8.4, 1.4 + 0.42 * n_rows))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=_NOTHING)
    of = next((name for name in ("track", "album") if table[name].notna().any()), "artist")
    first = table[table["rank"] == table["rank"].iloc[0]]
    period = str(table["period"].iloc[0])
    edges = _dates.edges(first)
    places = _dates.numbers(edges)
    caption_pt = _dates.axis(ax, edges, period)
    low, high = ax.get_xlim()
    # a third of the width for names, a sixth for the highest value
    left, right = 0.52 * (high - low), 0.3 * (high - low)
    name_pt = _frame.width_of(ax) * left / (high - low + left + right)
    for row, (_, lines) in enumerate(table.groupby("rank", sort=True)):
        n_plays = lines["n_plays"].to_numpy(dtype="float64")
        peak = int(n_plays.argmax())
        base = row + 0.86
        heights = base - 0.72 * n_plays / max(n_plays.max(), 1)
        ax.fill_between(
            places, np.append(heights, heights[-1]), base, step="post", color=colours.pale, lw=0
        )
        ax.stairs(heights, places, color=colours.main, linewidth=1.1, baseline=None, gid="line")
        middle = float(places[peak : peak + 2].mean())
        ax.plot([middle], [heights[peak]], "o", color=colours.second, markersize=4)
        for text, at, offset, side, colour in (
            (_text.shorten(lines[of].iloc[0], name_pt - 12, size=9), low, -8, "right", colours.ink),
            (
                f"{n_plays[peak]:,.0f} in {_dates.label_of(edges[peak], period)}",
                high,
                8,
                "left",
                colours.muted,
            ),
        ):
            _text.write(
                ax,
                text,
                (at, row + 0.55),
                offset_pt=(offset, 0),
                ha=side,
                va="center",
                size=9 if side == "right" else 8,
                color=colour,
                gid="name" if side == "right" else "peak",
            )
    _layers.between(ax, low - left, high + right)
    ax.set(ylim=(n_rows, 0), yticks=[])
    unit = f"Plays per {period}, each on its own scale"
    _frame.dress(
        ax, colours, table, title=f"Your {of}s over time", unit=unit, caption_pt=caption_pt
    )
    return ax


@_frame.draws(tables.WHEN_PLAYED)
def when_played(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw for each artist, track or album how much is played on weekends, and how much at night.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.WHEN_PLAYED`: what `metrics.when_played` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: one row each, the most played on top, with a dot for the weekend and a square
        for the night. The line is what two days of seven would have. On the right stand the part
        of the day and the weekday with most plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = f"When your {what} are played"
    n_rows = max(len(table), 4)
    ax, colours = _frame.new(ax, size=(8.4, 1.5 + 0.3 * n_rows))
    weekend, night = (
        table[name].to_numpy(dtype="float64", na_value=np.nan) * 100
        for name in ("weekend_share", "night_share")
    )
    if np.isnan(weekend).all():
        says = _NOTHING if table.empty else "No play knows its hour"
        return _frame.empty(ax, colours, table, title=title, says=says)
    places = np.arange(len(table)) + 0.5
    # most keep to the left: the scale ends at the quarter above all of them
    highest = float(np.nanmax([weekend, night]))
    end = float(np.clip(np.ceil(highest / 25) * 25, 50, 100))
    ax.hlines(places, 0, end, color=colours.faint, linewidth=0.8, zorder=0.5)
    ax.vlines(200 / 7, 0, len(table), color=colours.muted, linewidth=1, linestyle=":", gid="even")
    for shares, colour, mark, name in (
        (weekend, colours.second, "o", "weekend"),
        (night, colours.third, "s", "night"),
    ):
        ax.scatter(
            shares, places, s=38, marker=mark, color=colour, linewidth=0, clip_on=False, gid=name
        )
    # names left of the shares, words right of them
    left, right = 0.62 * end, 0.48 * end
    name_pt = _frame.width_of(ax) * left / (left + end + right)
    names, _ = _things.names(table)
    for row, (name, words) in enumerate(zip(names, _usually(table), strict=True)):
        for text, at, offset, side, tint, gid in (
            (_text.shorten(name, name_pt - 14, size=8.5), 0, -10, "right", colours.ink, "name"),
            (words, end, 10, "left", colours.muted, "words"),
        ):
            _text.write(
                ax,
                text,
                (at, row + 0.5),
                offset_pt=(offset, 0),
                ha=side,
                va="center",
                size=8.5,
                color=tint,
                gid=gid,
            )
    ax.set(xlim=(-left, end + right), ylim=(n_rows, 0), yticks=[])
    ticks = np.arange(0, end + 1, 25)
    ax.set_xticks(ticks, [f"{tick:.0f}%" for tick in ticks])
    _frame.key(ax, colours, [(colours.second, "on weekends"), (colours.third, "from 0 to 6 h")])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Share of the plays of each",
        notes=("dotted: a weekend like all other days",),
    )
    return ax


def _usually(table: pd.DataFrame) -> list[str]:
    """Say in which part of the day, and on which weekday, most plays began."""
    return [
        ""
        if pd.isna(part) or pd.isna(share) or pd.isna(weekday)
        else f"{part} {share:.0%}, {_frame.WEEKDAYS[int(weekday) - 1]}"
        for part, share, weekday in zip(
            table["day_part"], table["day_part_share"], table["weekday"], strict=True
        )
    ]


def _in_words(row: pd.Series[Any]) -> list[tuple[Any, str, str]]:
    """Return each habit as a value, the same in words, and what it is."""

    def hour(value: Any) -> str:
        return "" if pd.isna(value) else f"{int(value)}–{int(value) + 1} h"

    def named(value: Any, names: tuple[str, ...]) -> str:
        return "" if pd.isna(value) else names[int(value) - 1]

    def minutes(value: Any) -> str:
        return "" if pd.isna(value) else _frame.duration(float(value))

    def share(value: Any) -> str:
        return "" if pd.isna(value) else f"{float(value):.0%}"

    busiest = row["busiest_day"]
    on = "" if pd.isna(busiest) else _frame.day(busiest)
    active, days = int(row["n_days_active"]), int(row["n_days"])
    return [
        (row["mean_minutes"], minutes(row["mean_minutes"]), "on an average day"),
        (active, share(active / max(days, 1)), "of days with plays"),
        (row["favourite_hour"], hour(row["favourite_hour"]), "hour with most"),
        (
            row["favourite_weekday"],
            named(row["favourite_weekday"], _frame.WEEKDAYS),
            "weekday with the fullest days",
        ),
        (
            row["favourite_month"],
            named(row["favourite_month"], _frame.MONTHS),
            "month with the fullest days",
        ),
        (row["weekend_share"], share(row["weekend_share"]), "on weekends"),
        (row["night_share"], share(row["night_share"]), "at night, from 0 to 6 h"),
        (
            busiest,
            minutes(row["busiest_day_minutes"]) if pd.notna(row["busiest_day_minutes"]) else on,
            f"on the busiest day, {on}" if pd.notna(row["busiest_day_minutes"]) else "busiest day",
        ),
    ]
