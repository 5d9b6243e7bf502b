"""What was played most, as bars with their names on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _diverging, _frame, _listed, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "best_of_hours",
    "climbers_and_fallers",
    "deliberate_tracks",
    "movement",
    "rank_of",
    "top_albums",
    "top_artists",
    "top_tracks",
]


@_frame.draws(tables.MOST_PLAYED_TRACKS)
def top_tracks(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played tracks as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_TRACKS`: what `metrics.top_tracks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    return _ranking(table, "Most played tracks", ax=ax, by=by)


@_frame.draws(tables.MOST_PLAYED_ARTISTS)
def top_artists(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played artists as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_ARTISTS`: what `metrics.top_artists` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    return _ranking(table, "Most played artists", ax=ax, by=by)


@_frame.draws(tables.MOST_PLAYED_ALBUMS)
def top_albums(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most played albums as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOST_PLAYED_ALBUMS`: what `metrics.top_albums` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    return _ranking(table, "Most played albums", ax=ax, by=by)


@_frame.draws(tables.RANK_OF, "metrics.rank_of(plays, name)")
def rank_of(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw one of a ranking and its neighbours as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RANK_OF`: what `metrics.rank_of` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; the one that was asked for has another colour.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    chosen = str(tables.facts(table).get("by", "plays"))
    title = "Place and neighbours"
    asked = table[table["is_it"].fillna(value=False)]
    if len(asked):
        title = f"Place {asked['rank'].iloc[0]:,} and its neighbours"
    drawn = _ranking(table, title, ax=ax, by=chosen)
    if len(asked):
        _, colours = _frame.new(drawn, size=(1, 1))
        for bar, is_it in zip(drawn.containers[0], table["is_it"], strict=True):
            bar.set_color(colours.second if is_it else colours.main)
    return drawn


@_frame.draws(tables.DELIBERATE_TRACKS)
def deliberate_tracks(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the tracks that were chosen by hand and heard to their end as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.DELIBERATE_TRACKS`: what `metrics.deliberate_tracks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table,
        ax=ax,
        title="Tracks chosen on purpose",
        unit="Plays begun by a click, in a list or on play, and heard to the end",
        measure="n_deliberate",
        shown=_listed.number,
        names="track",
        beside=table["artist"].tolist(),
        says="No reasons of plays known",
    )


@_frame.draws(tables.BEST_OF_HOURS)
def best_of_hours(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the most played of each hour, with its share of the hour.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.BEST_OF_HOURS`: what `metrics.best_of_hours` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: hours from top to bottom.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    ax = _listed.draw(
        table,
        ax=ax,
        title=f"The {_things.what(table)[:-1]} of each hour",
        unit=f"Share of the {_listed.measured(table)} that began in the hour",
        measure=table["share"].to_numpy(dtype="float64", na_value=0) * 100,
        shown=_listed.percent,
        beside=_things.names(table)[1],
        ranks=[f"{hour} h" for hour in table["local_hour"]],
    )
    if len(table):
        # they stand in the order of the day, in which the first is nothing special
        ax.patches[0].set_color(style.palette_of(ax)[1].main)
    return ax


@_frame.draws(tables.MOVEMENT)
def movement(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the ranking of the last days, with the places won and lost.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MOVEMENT`: what `metrics.movement` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; what was not played in the last days is left to the caption.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    days = facts.get("days")
    here = table[table["rank"].notna()]
    gone = len(table) - len(here)
    by = str(facts.get("by", "plays"))
    signs = {"new": "new", "same": "="}
    shown = [
        signs.get(str(status), f"{'▲' if status == 'up' else '▼'} {abs(int(move or 0))}")
        for status, move in zip(here["status"], here["move"].fillna(0), strict=True)
    ]
    window = "The last days" if not isinstance(days, int) else f"The last {days} days"
    before = "days" if days is None else f"{days} days"
    return _listed.draw(
        here,
        ax=ax,
        title=f"{window}, and the {'days' if days is None else days} before",
        unit=f"Bars: {_listed.measured(table)}  ·  at the right: places won or lost",
        measure=_frame.values(here, by),
        shown=shown,
        beside=_things.names(here)[1],
        notes=(
            *(
                (f"new: not played in the {before} before",)
                if (here["status"] == "new").any()
                else ()
            ),
            *((f"{gone} gone from the top",) if gone else ()),
        ),
        says="No plays to compare yet",
    )


@_frame.draws(tables.CLIMBERS_AND_FALLERS)
def climbers_and_fallers(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the places that were won and lost in the list of all time.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CLIMBERS_AND_FALLERS`: what `metrics.climbers_and_fallers` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: climbers to the right, fallers to the left.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    days = facts.get("days")
    title = "Climbers and fallers" + (
        f" of {_frame.many(days, 'day')}" if isinstance(days, int) else ""
    )
    ax, colours = _frame.new(ax, size=(7.2, 1.25 + 0.27 * max(len(table), 4)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No places won or lost")
    moves = table["move"].to_numpy(dtype="float64")
    shown = [
        f"{move:+d} → {rank}".replace("-", "−")
        for move, rank in zip(table["move"].astype(int), table["rank"], strict=True)
    ]
    _diverging.bars(ax, colours, moves, names=_things.names(table)[0], shown=shown)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Places won or lost in the list of all time → place now",
        caption_pt=8,
    )
    return ax


def _ranking(table: pd.DataFrame, title: str, *, ax: Axes | None, by: str | None) -> Axes:
    chosen = _frame.measure(table, by or str(tables.facts(table).get("by", "plays")))
    by_time = chosen == "time"
    return _listed.draw(
        table,
        ax=ax,
        title=title,
        unit="Time listened" if by_time else "Plays",
        measure=_frame.values(table, chosen),
        shown=(lambda hours: _frame.duration(hours * 60)) if by_time else _listed.number,
        beside=_things.names(table)[1],
    )
