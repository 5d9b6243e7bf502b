"""Listening in one go: when sessions were, how long they lasted, and the longest plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _listed, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["longest_plays", "longest_sessions", "session_lengths", "session_starts", "sessions"]

_DAY_MIN = 24 * 60


@_frame.draws(tables.SESSIONS)
def sessions(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw every session as a stroke from its start to its end, over the days.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SESSIONS`: what `metrics.sessions` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: days from left to right, midnight on top. A session past midnight goes on at
        the top of the next day; the longest one has another colour and is named.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    from matplotlib.collections import LineCollection

    title = "Listening sessions"
    ax, colours = _frame.new(ax, size=(8.4, 4.3))
    known = table.dropna(subset=["local_day", "local_minute", "span_ms"])
    if known.empty:
        return _frame.empty(ax, colours, table, title=title, says="No sessions to draw yet")
    days = known["local_day"].to_numpy().astype("datetime64[D]")
    begins = known["local_minute"].to_numpy(dtype="float64")
    spans = known["span_ms"].to_numpy(dtype="float64") / _frame.MS_PER_MINUTE
    first, after = days.min(), days.max() + 1
    n_days = int((after - first).astype("int64"))
    longest = int(spans.argmax())
    # a stroke as wide as its day, but not too fine to be seen
    width_pt = float(np.clip(0.72 * _frame.width_of(ax) / max(n_days, 6), 0.7, 26))
    opacity = float(np.clip(1.5 * width_pt, 0.3, 0.9)) if n_days > 120 else 0.9
    for chosen, colour, alpha in (
        (np.arange(len(spans)) != longest, colours.main, opacity),
        (np.arange(len(spans)) == longest, colours.second, 1.0),
    ):
        strokes = _strokes(_dates.numbers(days[chosen]) + 0.5, begins[chosen], spans[chosen])
        lines = LineCollection(
            strokes,
            colors=colour,
            alpha=alpha,
            linewidths=width_pt if alpha < 1 else max(width_pt, 1.6),
            capstyle="butt",
            gid="sessions" if alpha < 1 else "longest",
        )
        ax.add_collection(lines)
    caption_pt = _dates.axis(ax, np.arange(first, after + 1), "day")
    ax.set_ylim(24, 0)
    ax.set_yticks(range(0, 25, 6), ["midnight", "6 h", "noon", "18 h", "midnight"])
    ax.grid(visible=True, axis="y", color=colours.faint, linewidth=0.8)
    ends = "silence" if "gap_min" not in table.attrs else f"{table.attrs['gap_min']:g} min silence"
    _frame.key(
        ax,
        colours,
        [
            (
                colours.second,
                f"longest: {_frame.duration(spans[longest])} from "
                f"{_frame.day(days[longest].astype(object))}",
            )
        ],
    )
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Time of day, from start to end",
        notes=(_frame.many(len(table), "session"), f"a session ends after {ends}"),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.SESSION_LENGTHS, "metrics.session_lengths(sessions)")
def session_lengths(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many sessions took how long.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SESSION_LENGTHS`: what `metrics.session_lengths` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: beside each other the share of sessions and the share of all time listened.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How long sessions last"
    ax, colours = _frame.new(ax, size=(7.6, 3.7))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No sessions to draw yet")
    places = np.arange(len(table))
    named = [(colours.main, "of sessions")]
    drawn = [("share_sessions", colours.main)]
    if table["share_time"].notna().any():
        named.append((colours.second, "of time listened"))
        drawn.append(("share_time", colours.second))
    width = 0.8 / len(drawn)
    for n, (column, colour) in enumerate(drawn):
        shares = table[column].to_numpy(dtype="float64", na_value=0) * 100
        at = places + (n - (len(drawn) - 1) / 2) * width
        ax.bar(at, shares, width * 0.92, color=colour)
        for place, share in zip(at, shares, strict=True):
            _text.write(
                ax,
                "<1" if 0 < share < 0.5 else f"{share:.0f}" if share else "",
                (place, share),
                offset_pt=(0, 3),
                ha="center",
                size=8,
                color=colours.muted,
                gid="value",
            )
    highest = table[[column for column, _ in drawn]].max().max() * 100
    ax.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, highest * 1.14), yticks=[])
    ax.set_xticks(
        places,
        [_class_name(*ends) for ends in zip(table["from_min"], table["to_min"], strict=True)],
    )
    ax.axhline(0, color=colours.faint, linewidth=1)
    _frame.key(ax, colours, named)
    facts = tables.facts(table)
    notes = []
    if isinstance(facts.get("n_sessions"), int):
        notes.append(_frame.many(facts["n_sessions"], "session"))
    if "median_min" in facts:
        notes.append(f"half of them shorter than {_frame.duration(float(facts['median_min']))}")
    if "gap_min" in facts:
        notes.append(f"a session ends after {float(facts['gap_min']):g} min of silence")
    _frame.dress(ax, colours, table, title=title, unit="Percent", notes=tuple(notes))
    return ax


@_frame.draws(tables.LONGEST_SESSIONS, "metrics.longest_sessions(sessions)")
def longest_sessions(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest sessions as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LONGEST_SESSIONS`: what `metrics.longest_sessions` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; each bar is named by its day and hour, with the number of plays beside.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    minutes = table.assign(minutes=table["span_ms"] / _frame.MS_PER_MINUTE)
    names = []
    for day, minute in zip(table["local_day"], table["local_minute"], strict=True):
        when = "day not known" if pd.isna(day) else _frame.day(day)
        names.append(when if pd.isna(minute) else f"{when}, {minute // 60}:{minute % 60:02d}")
    gap = tables.facts(table).get("gap_min")
    return _listed.draw(
        minutes,
        ax=ax,
        title="Longest sessions",
        unit="From the first play to the end of the last",
        measure="minutes",
        shown=_frame.duration,
        names=names,
        beside=[_frame.many(int(n), "play") for n in table["n_plays"]],
        says="No sessions to draw yet",
        notes=() if gap is None else (f"a session ends after {float(gap):g} min of silence",),
    )


@_frame.draws(tables.SESSION_STARTS, "metrics.session_starts(sessions)")
def session_starts(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many sessions begin at which hour, and how long these last.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SESSION_STARTS`: what `metrics.session_starts` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: sessions as bars; the hour after which a session typically lasts longest is
        named.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "When sessions begin"
    ax, colours = _frame.new(ax, size=(7.6, 3.4))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No sessions to draw yet")
    heights = table["n_sessions"].to_numpy(dtype="float64")
    ax.bar(table["local_hour"].to_numpy(dtype="int64") + 0.5, heights, 0.84, color=colours.main)
    ax.patches[int(heights.argmax())].set_color(colours.second)
    ax.set_xlim(0, 24)
    ax.set_xticks([0, 6, 12, 18, 24], ["midnight", "6 h", "noon", "18 h", "midnight"])
    _bars.value_axis(ax, colours, "")
    # an hour with a session or two has no typical length
    usual = table[table["n_sessions"] >= max(5, heights.sum() / 100)]
    notes: tuple[str, ...] = ()
    if len(usual):
        row = usual.loc[usual["median_min"].astype("float64").idxmax()]
        notes = (
            f"longest when begun at {int(row['local_hour'])} h: half of these are over "
            f"{_frame.duration(row['median_min'])}",
        )
    _frame.dress(ax, colours, table, title=title, unit="Sessions by hour of start", notes=notes)
    return ax


@_frame.draws(tables.LONGEST_PLAYS)
def longest_plays(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest single plays as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LONGEST_PLAYS`: what `metrics.longest_plays` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; each bar is named by its track, episode or chapter.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    minutes = table.assign(minutes=table["ms_played"] / _frame.MS_PER_MINUTE)
    names = table["track"].fillna(table["episode"]).fillna(table["chapter"])
    by = table["artist"].fillna(table["show"]).fillna(table["audiobook"])
    return _listed.draw(
        minutes,
        ax=ax,
        title="Longest single plays",
        unit="Time listened without a change",
        measure="minutes",
        shown=_frame.duration,
        names=names.fillna("name not known").tolist(),
        beside=by.tolist(),
    )


def _strokes(
    places: np.ndarray, begins: np.ndarray, spans: np.ndarray
) -> list[list[tuple[float, float]]]:
    """Return strokes in hours; one that passes midnight is several."""
    strokes = []
    for place, begin, span in zip(places, begins, spans, strict=True):
        end = begin + max(span, 2.0)  # a moment must still be seen
        day = 0
        while end > day * _DAY_MIN:
            top = max(begin - day * _DAY_MIN, 0.0)
            bottom = min(end - day * _DAY_MIN, _DAY_MIN)
            strokes.append([(place + day, top / 60), (place + day, bottom / 60)])
            day += 1
    return strokes


def _class_name(low: int, high: int) -> str:
    if pd.isna(high):
        return f"{low // 60} h +" if low % 60 == 0 and low else f"{low} min +"
    if low and low % 60 == 0 and high % 60 == 0:
        return f"{low // 60}–{high // 60} h"
    return f"{low}–{high} min"
