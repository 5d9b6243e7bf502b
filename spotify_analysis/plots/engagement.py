"""How plays began and ended: skips, finished plays, shuffle, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "engagement_over_time",
    "reasons",
    "skip_moments",
    "skip_streaks",
    "skips_by_shuffle",
]

# so many lines of a day each are a wall
_MOST_SHARES = 180


@_frame.draws(tables.ENGAGEMENT_OVER_TIME)
def engagement_over_time(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the shares of plays that were finished, skipped and shuffled, per period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ENGAGEMENT_OVER_TIME`: what `metrics.engagement_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: three lines on one scale; a line pauses where no play knows. More than 180
        periods are smoothed: each has the share of all plays in it and its neighbours, and the
        caption says in how many.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Finished, skipped, shuffled"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    lines = (
        ("finished_share", ["n_finished", "n_ended"], colours.main, "played to the end"),
        ("shuffle_share", ["n_shuffled", "n_shuffle_known"], colours.third, "with shuffle on"),
        ("skip_rate", ["n_skipped", "n_ended"], colours.second, "skipped"),
    )
    few, many = len(table) <= 24, len(table) > _MOST_SHARES
    smoothed: tuple[str, ...] = ()
    for column, counts, colour, _ in lines:
        shares = table[column].to_numpy(dtype="float64", na_value=np.nan) * 100
        if many:
            # a mean of shares would give a day of one play the weight of a day of fifty
            means, smoothed = _layers.smooth(table[counts].to_numpy(dtype="float64"), period)
            part, whole = means.T
            shares = np.divide(part * 100, whole, out=np.full(len(part), np.nan), where=whole > 0)
        ax.plot(
            middles,
            shares,
            color=colour,
            linewidth=2.2,
            marker="o" if few else "",
            markersize=4.5,
            # half a dot at 0 would be none
            clip_on=not few,
            gid=column,
        )
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "%")
    ax.set_ylim(0, 102)
    _frame.key(ax, colours, [(colour, name) for _, _, colour, name in lines])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Percent of plays per {period}",
        notes=("skipped: ended by forward, back or another choice", *smoothed),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.SKIP_MOMENTS)
def skip_moments(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw after how long tracks are skipped.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SKIP_MOMENTS`: what `metrics.skip_moments` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a bar per class of seconds, in percent of all skips. The caption says so where
        a counting rule left out skips before.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How fast tracks are skipped"
    ax, colours = _frame.new(ax, size=(7.6, 3.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No skips to draw")
    places = np.arange(len(table), dtype="float64")
    shares = table["share"].to_numpy(dtype="float64") * 100
    ax.bar(places, shares, 0.86, color=colours.main)
    ax.patches[int(shares.argmax())].set_color(colours.second)
    for place, share in zip(places, shares, strict=True):
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
    ax.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, shares.max() * 1.14), yticks=[])
    ax.set_xticks(
        places,
        [_seconds(*ends) for ends in zip(table["from_s"], table["to_s"], strict=True)],
        fontsize=7.5,
    )
    ax.axhline(0, color=colours.faint, linewidth=1)
    facts = tables.facts(table)
    notes = []
    if isinstance(facts.get("n_skips"), int):
        notes.append(_frame.many(facts["n_skips"], "skip"))
    if "median_s" in facts:
        notes.append(f"half of them within {float(facts['median_s']):.0f} s")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Percent of skips, by seconds heard",
        notes=tuple(notes),
    )
    return ax


@_frame.draws(tables.SKIPS_BY_SHUFFLE)
def skips_by_shuffle(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how plays ended with shuffle off and on.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SKIPS_BY_SHUFFLE`: what `metrics.skips_by_shuffle` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a bar each, parted into played to the end, ended otherwise, and skipped. The
        caption says so where a counting rule left out skips before.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Skips, with shuffle off and on"
    ax, colours = _frame.new(ax, size=(7.6, 2.7))
    known = table[table["n_ended"].fillna(0) > 0]
    if known.empty:
        says = "No plays to draw yet" if table.empty else "No play says how it ended"
        return _frame.empty(ax, colours, table, title=title, says=says)
    ended = known["n_ended"].to_numpy(dtype="float64")
    finished, skipped = (
        known[name].to_numpy(dtype="float64", na_value=0) / ended * 100
        for name in ("n_finished", "n_skipped")
    )
    # a play may run to its end and count as skipped: an old export says so of some
    otherwise = np.maximum(100 - finished - skipped, 0)
    rows = np.arange(len(known))
    left = np.zeros(len(known))
    parts = (
        (finished, colours.main, colours.paper, "played to the end"),
        (otherwise, colours.faint, colours.ink, "ended otherwise"),
        # the orange is light on either paper
        (skipped, colours.second, "#1D2327", "skipped"),
    )
    for shares, colour, ink, name in parts:
        ax.barh(rows, shares, 0.56, left=left, color=colour, linewidth=0, gid=name)
        for row, share in enumerate(shares):
            if share >= 5:
                _text.write(
                    ax,
                    f"{share:.0f}%",
                    (float(left[row] + share / 2), row),
                    ha="center",
                    va="center_baseline",
                    strong=True,
                    size=9,
                    color=ink,
                    gid="value",
                )
        left = left + shares
    ax.set(xlim=(0, max(float(left.max()), 100)), ylim=(max(len(rows), 2) - 0.5, -0.5), xticks=[])
    named = [
        f"shuffle {'on' if on else 'off'}\n{_frame.many(int(n), 'play')}"
        for on, n in zip(known["shuffle"], known["n_ended"], strict=True)
    ]
    ax.set_yticks(rows, named)
    _frame.key(ax, colours, [(colour, name) for _, colour, _, name in parts])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Percent of plays that know how they ended",
        notes=("skipped: ended by forward, back or another choice",),
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.SKIP_STREAKS)
def skip_streaks(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the longest runs of skips as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SKIP_STREAKS`: what `metrics.skip_streaks` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; each bar is named by its day, with the time listened in between beside.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table,
        ax=ax,
        title="Nothing pleased: most skips in a row",
        unit="Skips, one after another",
        measure="n_skips",
        shown=_listed.whole("skip"),
        names=[_frame.day(day) if pd.notna(day) else "day not known" for day in table["local_day"]],
        beside=[
            "" if pd.isna(ms) else f"{_frame.duration(ms / _frame.MS_PER_MINUTE)} heard"
            for ms in table["ms_played"]
        ],
        says="No two skips in a row",
    )


@_frame.draws(tables.REASONS)
def reasons(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    moment: Literal["start", "end"] = "end",
) -> Axes:
    """Draw why plays began, or why they ended.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.REASONS`: what `metrics.reasons` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    moment : {"start", "end"}
        Which of the two.

    Returns
    -------
    Axes
        The chart: a bar per reason, in our words, with Spotify's beside.

    Raises
    ------
    ValueError
        If `moment` is neither.
    TableError
        If `table` is no such table.
    """
    if moment not in ("start", "end"):
        raise ValueError(f"`moment` must be 'start' or 'end'; not {moment!r}.")
    chosen = table[table["moment"] == moment]
    percent = chosen.assign(percent=chosen["share"] * 100)
    known = chosen["in_words"].notna()
    return _listed.draw(
        percent,
        ax=ax,
        title=f"Why plays {'began' if moment == 'start' else 'ended'}",
        unit="Percent of plays that have a reason",
        measure="percent",
        shown=_listed.percent,
        names=chosen["in_words"].fillna(chosen["reason"]).tolist(),
        beside=chosen["reason"].where(known, "").tolist(),
        says="No play has a reason",
    )


def _seconds(low: int, high: int) -> str:
    if pd.isna(high):
        return f"{low} s +"
    return f"{low}–{high} s"
