"""Podcasts and audiobooks, and music beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "audiobook_progress",
    "hours_by_kind",
    "listening_by_kind",
    "new_shows",
    "show_loyalty",
    "top_episodes",
    "top_shows",
]

_WORDS = {
    "track": "music",
    "episode": "podcasts",
    "audiobook": "audiobooks",
    "unknown": "names gone",
}


@_frame.draws(tables.TOP_SHOWS)
def top_shows(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most heard podcasts as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_SHOWS`: what `metrics.top_shows` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart; beside each show stands how many episodes of it were heard.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    beside = [_frame.many(int(n), "episode") for n in table["n_episodes"]]
    return _ranking(table, "Podcasts heard most", table["show"].tolist(), beside, ax=ax, by=by)


@_frame.draws(tables.TOP_EPISODES)
def top_episodes(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the most heard podcast episodes as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOP_EPISODES`: what `metrics.top_episodes` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the bars measure; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart; beside each episode stands its show.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    names, shows = table["episode"].tolist(), table["show"].tolist()
    return _ranking(table, "Episodes heard most", names, shows, ax=ax, by=by)


@_frame.draws(tables.LISTENING_BY_KIND)
def listening_by_kind(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    by: str | None = None,
    share: bool = False,
) -> Axes:
    """Draw music, podcasts and audiobooks per period on top of each other.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LISTENING_BY_KIND`: what `metrics.listening_by_kind` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What the bars measure; None is the time where it is known.
    share : bool
        Draw the share of each kind in the period instead of its amount.

    Returns
    -------
    Axes
        The chart; paler bars are periods the plays do not fill. More than 400 periods are smoothed
        to means over neighbours, and the caption says over how many.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    title = "Music, podcasts and audiobooks"
    chosen = _frame.measure(table, by)
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    kinds = table["kind"].unique().tolist()
    first = table[table["kind"] == kinds[0]]
    edges = _dates.edges(first)
    partial = first["is_partial"].fillna(value=False).to_numpy(dtype=bool) & (not share)
    layers = []
    smoothed: tuple[str, ...] = ()
    for kind in kinds:
        rows = table[table["kind"] == kind]
        if share:
            column = "share_time" if chosen == "time" else "share_plays"
            heights = rows[column].to_numpy(dtype="float64", na_value=np.nan) * 100
        else:
            heights = _frame.values(rows, chosen)
        if len(heights) > _layers.MOST_BARS:
            means, smoothed = _layers.smooth(heights[:, np.newaxis], period)
            heights = means[:, 0]
        layers.append((heights, _colour(colours, kind)))
    _bars.stacked(ax, edges, layers, partial, colours)
    caption_pt = _dates.axis(ax, edges, period)
    what = "time" if chosen == "time" else "plays"
    if share:
        unit = f"Percent of {what} per {period}"
        _bars.value_axis(ax, colours, "%")
        ax.set_ylim(0, 102)
    else:
        unit = f"{'Hours' if chosen == 'time' else 'Plays'} per {period}"
        _bars.value_axis(ax, colours, " h" if chosen == "time" else "")
    _frame.key(ax, colours, [(_colour(colours, kind), _WORDS.get(kind, kind)) for kind in kinds])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=unit,
        notes=("paler: not a whole " + period,)
        if partial.any() and _bars.are_apart(len(partial))
        else smoothed,
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.HOURS_BY_KIND)
def hours_by_kind(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw at which hours of the day music, podcasts and audiobooks are heard.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.HOURS_BY_KIND`: what `metrics.hours_by_kind` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a line per kind, in percent of its own time (or plays, where no time is known),
        so that all are comparable. Plays whose names are gone are left out.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Hours of music, podcasts and audiobooks"
    ax, colours = _frame.new(ax, size=(7.6, 3.6))
    named = table[table["kind"] != "unknown"]
    if named.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    column = "share_time" if named["share_time"].notna().any() else "share_plays"
    kinds = named["kind"].unique().tolist()
    for kind in kinds:
        rows = named[named["kind"] == kind]
        shares = rows[column].to_numpy(dtype="float64", na_value=np.nan) * 100
        ax.stairs(
            np.nan_to_num(shares),
            np.arange(25),
            color=_colour(colours, kind),
            linewidth=2.2,
            baseline=None,
            gid=kind,
        )
    ax.set_xlim(0, 24)
    ax.set_xticks([0, 6, 12, 18, 24], ["midnight", "6 h", "noon", "18 h", "midnight"])
    _bars.value_axis(ax, colours, "%")
    _frame.key(ax, colours, [(_colour(colours, kind), _WORDS.get(kind, kind)) for kind in kinds])
    what = "time" if column == "share_time" else "plays"
    _frame.dress(
        ax, colours, table, title=title, unit=f"Percent of each kind's {what}, by hour of start"
    )
    return ax


@_frame.draws(tables.SHOW_LOYALTY)
def show_loyalty(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many episodes of each podcast were begun, and how many of them finished.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SHOW_LOYALTY`: what `metrics.show_loyalty` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: begun is pale, finished lies on top of it.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    ax = _listed.draw(
        table,
        ax=ax,
        title="Podcasts, begun and finished",
        unit="Different episodes",
        measure="n_started",
        shown=_listed.number,
        names=table["show"].tolist(),
        beside=[
            "" if pd.isna(share) else f"{share:.0%} finished" for share in table["finished_share"]
        ],
        says="No podcasts yet",
        notes=("finished: ran to the end at least once",),
    )
    if len(table):
        _, colours = style.palette_of(ax)
        # what lies below 1 are the empty rails behind the bars
        begun: list[Any] = [bar for bar in ax.patches if bar.get_zorder() >= 1]
        for bar in begun:
            bar.set_color(colours.pale)
        ax.barh(
            [bar.get_y() + bar.get_height() / 2 for bar in begun],
            table["n_finished"].to_numpy(dtype="float64", na_value=0),
            height=begun[0].get_height(),
            color=colours.main,
            linewidth=0,
        )
        _frame.key(ax, colours, [(colours.pale, "begun"), (colours.main, "finished")])
    return ax


@_frame.draws(tables.NEW_SHOWS)
def new_shows(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    of: Literal["shows", "episodes"] = "shows",
) -> Axes:
    """Draw known and new podcasts or episodes per period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.NEW_SHOWS`: what `metrics.new_shows` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    of : {"shows", "episodes"}
        What to draw.

    Returns
    -------
    Axes
        The chart: known is pale, new stands on top of it.

    Raises
    ------
    ValueError
        If `of` is neither.
    TableError
        If `table` is no such table.
    """
    if of not in ("shows", "episodes"):
        raise ValueError(f"`of` must be 'shows' or 'episodes'; not {of!r}.")
    word = "podcasts" if of == "shows" else "episodes"
    title = f"New and known {word}"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No podcasts yet")
    period = str(table["period"].iloc[0])
    known, new = (table[f"n_{name}_{of}"].to_numpy(dtype="float64") for name in ("known", "new"))
    edges = _dates.edges(table)
    whole = np.zeros(len(table), dtype=bool)
    _bars.stacked(ax, edges, [(known, colours.pale), (new, colours.main)], whole, colours)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, max(float((known + new).max()), 1) * 1.08)
    _frame.key(ax, colours, [(colours.pale, "known"), (colours.main, "new")])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Different {word} per {period}",
        notes=(
            "new: first play in these plays",
            f"{_frame.many(int(new.sum()), word[:-1])} in all",
        ),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.AUDIOBOOK_PROGRESS)
def audiobook_progress(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how long each audiobook was heard.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.AUDIOBOOK_PROGRESS`: what `metrics.audiobook_progress` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: hours, or plays where no time is known; beside each book stand its days,
        chapters and sittings.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    chosen = _frame.measure(table, None)
    beside = [
        f"{_listed.span(row['first_day'], row['last_day'])} · "
        f"{row['n_finished']:,} of {_frame.many(row['n_chapters'], 'chapter')} to the end"
        if pd.notna(row["first_day"])
        else ""
        for row in table.to_dict("records")
    ]
    by_time = chosen == "time"
    ax = _listed.draw(
        table.assign(hours=table["ms_played"] / _frame.MS_PER_HOUR),
        ax=ax,
        title="Audiobooks",
        unit="Time listened" if by_time else "Plays",
        measure="hours" if by_time else "n_plays",
        shown=(lambda value: _frame.duration(value * 60)) if by_time else _listed.whole("play"),
        names=table["audiobook"].tolist(),
        beside=beside,
        says="No audiobooks yet",
    )
    if len(table):
        # they stand in the order of time, in which the first is nothing special
        _, colours = style.palette_of(ax)
        ax.patches[0].set_color(colours.main)
    return ax


def _ranking(
    table: pd.DataFrame,
    title: str,
    names: list[str],
    beside: list[str],
    *,
    ax: Axes | None,
    by: str | None,
) -> Axes:
    chosen = _frame.measure(table, by or str(tables.facts(table).get("by", "time")))
    by_time = chosen == "time"
    return _listed.draw(
        table.assign(hours=table["ms_played"] / _frame.MS_PER_HOUR),
        ax=ax,
        title=title,
        unit="Time listened" if by_time else "Plays",
        measure="hours" if by_time else "n_plays",
        shown=(lambda value: _frame.duration(value * 60)) if by_time else _listed.whole("play"),
        names=names,
        beside=beside,
        says="No podcasts yet",
    )


def _colour(colours: style.Palette, kind: str) -> str:
    return {
        "track": colours.main,
        "episode": colours.second,
        "audiobook": colours.third,
        # pale is music in a period that is not whole
    }.get(kind, colours.muted)
