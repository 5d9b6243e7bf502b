"""What plays say about a track, album or artist: skipped, chosen, played again, loved, finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _frame, _listed, _text, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["completion", "loved", "most_deliberate", "most_replayed", "most_skipped"]


@_frame.draws(tables.SIGNALS)
def most_skipped(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the shrunk skip rates of tracks, albums or artists as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SIGNALS`: what `metrics.most_skipped` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands how often of how often. The caption says so where a
        counting rule left out skips before.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    kind = _things.what(table).title()
    notes: tuple[str, ...] = ()
    if "prior_rate" in facts:
        notes = (
            f"drawn towards the usual {float(facts['prior_rate']):.0%}, as if it had been seen in "
            f"{float(facts['prior_plays']):,.0f} more plays",
        )
    of_each = [
        f"{skipped:,} of {ended:,}"
        for skipped, ended in zip(table["n_skipped"], table["n_ended"], strict=True)
    ]
    return _listed.draw(
        table.assign(percent=table["skip_rate_shrunk"] * 100),
        ax=ax,
        title=f"{kind} skipped {'least' if facts.get('least') else 'most'}",
        unit="Percent skipped, shrunk for few plays",
        measure="percent",
        shown=_listed.percent,
        beside=_listed.with_artists(table, of_each),
        notes=notes,
    )


@_frame.draws(tables.SIGNALS)
def most_deliberate(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often tracks, albums or artists were clicked and finished, as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SIGNALS`: what `metrics.most_deliberate` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands the number of all its plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table,
        ax=ax,
        title=f"{_things.what(table).title()} picked from a list",
        unit="Plays that were clicked in a list and played to the end",
        measure="n_deliberate",
        shown=_listed.whole("time"),
        beside=_listed.with_artists(table, _of_plays(table)),
        says="No play was clicked in a list and played to the end",
    )


@_frame.draws(tables.SIGNALS)
def most_replayed(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often the back button began tracks, albums or artists, as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.SIGNALS`: what `metrics.most_replayed` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands the number of all its plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table,
        ax=ax,
        title=f"{_things.what(table).title()} gone back to",
        unit="Plays that the back button began",
        measure="n_replayed",
        shown=_listed.whole("time"),
        beside=_listed.with_artists(table, _of_plays(table)),
        says="No play began with the back button",
    )


@_frame.draws(tables.LOVED)
def loved(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the love scores of tracks, albums or artists as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.LOVED`: what `metrics.loved` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; beside each name stands the number of all its plays.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table.assign(length=table["love_score"].clip(lower=0)),
        ax=ax,
        title=f"{_things.what(table).title()} loved most",
        unit="Love score: finished, lately finished, chosen, gone back to, less skips in a row",
        measure="length",
        shown=lambda value: f"{value:,.0f}",
        beside=_listed.with_artists(table, _of_plays(table)),
    )


@_frame.draws(tables.COMPLETION)
def completion(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how much of tracks was heard.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.COMPLETION`: what `metrics.completion` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a bar per 5 % of the length, in percent of plays; the colours are the buckets.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How much of a track is heard"
    ax, colours = _frame.new(ax, size=(7.6, 3.7))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No length of a track is known")
    edges = table["from_pct"].to_numpy(dtype="float64")
    shares = table["share"].to_numpy(dtype="float64") * 100
    bucket = table["bucket"].to_numpy(dtype=object)
    by_bucket = {
        "skipped": colours.second,
        "partial": colours.third,
        "committed": colours.main,
    }
    step = edges[1] - edges[0]
    for name, colour in by_bucket.items():
        ax.bar(
            edges[bucket == name] + step / 2,
            shares[bucket == name],
            step * 0.86,
            color=colour,
            label=f"_{name}",
        )
    ends = [int(shares.argmax()), int(np.where(edges < 95, shares, -1).argmax())]
    for place in dict.fromkeys(end for end in ends if shares[end] > 0):
        _text.write(
            ax,
            f"{shares[place]:.0f}",
            (edges[place] + step / 2, shares[place]),
            offset_pt=(0, 3),
            ha="center",
            size=8.5,
            strong=True,
            color=colours.ink,
            gid="value",
        )
    ax.set(xlim=(-1, 106), ylim=(0, shares.max() * 1.14), yticks=[])
    ax.set_xticks(
        [0, 25, 50, 75, 102.5], ["start", "a quarter", "half", "three quarters", "the end"]
    )
    ax.axhline(0, color=colours.faint, linewidth=1)
    totals = {name: shares[bucket == name].sum() for name in by_bucket}
    _frame.key(
        ax,
        colours,
        [(colour, f"{name} {totals[name]:.0f}%") for name, colour in by_bucket.items()],
    )
    facts = tables.facts(table)
    notes = []
    if facts.get("n_estimated"):
        notes.append(
            f"length estimated for {_frame.many(int(facts['n_estimated']), 'play')} by the longest "
            "that ran to its end"
        )
    if facts.get("n_unknown"):
        notes.append(f"not known for {_frame.many(int(facts['n_unknown']), 'play')}")
    _frame.dress(ax, colours, table, title=title, unit="Percent of plays", notes=tuple(notes))
    return ax


def _of_plays(table: pd.DataFrame) -> list[str]:
    return [f"of {_frame.many(int(n), 'play')}" for n in table["n_plays"]]
