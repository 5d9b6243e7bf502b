"""Odd statistics: the unlikely, tracks per artist, guests and letters of names, lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _dots, _frame, _listed, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "featured_artists",
    "starting_letters",
    "track_lengths",
    "tracks_per_artist",
    "unlikely_artists",
]


@_frame.draws(tables.UNLIKELY_ARTISTS)
def unlikely_artists(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw the most unlikely artists of all periods as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.UNLIKELY_ARTISTS`: what `metrics.unlikely_artists` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many.

    Returns
    -------
    Axes
        The chart: standard deviations above what was to be expected, the greatest first.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Nobody would have expected"
    # a single period is what is usual in it
    odd = table[table["z"].fillna(0) > 0]
    drawn = odd.sort_values(["z", "period_start"], ascending=[False, True]).head(n)
    period = str(drawn["period"].iloc[0]) if len(drawn) else "period"
    return _listed.draw(
        drawn,
        ax=ax,
        title=title,
        unit=f"Standard deviations above the artist's usual share, per {period}",
        measure="z",
        shown=[
            f"{plays:,} plays, not {expected:,.{0 if expected >= 3 else 1}f}"
            for plays, expected in zip(drawn["n_plays"], drawn["expected"], strict=True)
        ],
        names="artist",
        beside=[_dates.label_of(np.datetime64(start), period) for start in drawn["period_start"]],
        ranks=None,
        says="No surprises to draw yet",
        width=7.6,
    )


@_frame.draws(tables.TRACKS_PER_ARTIST)
def tracks_per_artist(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each artist as a dot: plays across, different tracks up, with the trend.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TRACKS_PER_ARTIST`: what `metrics.tracks_per_artist` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: both axes logarithmic; the artists furthest from the trend are named, as far as
        there is room.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Many tracks, or one over and over"
    ax, colours = _frame.new(ax, size=(8.4, 5.2))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No artists to draw yet")
    x = table["n_plays"].to_numpy(dtype="float64")
    y = table["n_tracks"].to_numpy(dtype="float64")
    trend = table["expected_tracks"].to_numpy(dtype="float64", na_value=np.nan)
    ax.scatter(x, y, s=20, color=colours.main, alpha=0.6, linewidth=0, gid="artists")
    _things.log_axis(ax.xaxis, 0.8, max(float(x.max()) * 1.6, 12))
    _things.log_axis(ax.yaxis, 0.75, max(float(y.max()) * 1.6, 12))
    ax.grid(visible=True, color=colours.faint, linewidth=0.8)
    if not np.isnan(trend).any():
        order = np.argsort(x)
        ax.plot(x[order], trend[order], color=colours.second, linewidth=2, gid="trend")
        _frame.key(ax, colours, [(colours.second, "trend")])
        odd = np.argsort(-np.abs(np.log(y / trend)) * np.log1p(x), kind="stable")
    else:
        odd = np.arange(len(table))
    _dots.name(ax, colours, table["artist"].tolist(), x, y, odd[:30], most=9)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Different tracks of each artist",
        notes=("across: plays",),
    )
    return ax


@_frame.draws(tables.FEATURED_ARTISTS)
def featured_artists(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the most played guests as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.FEATURED_ARTISTS`: what `metrics.featured_artists` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: plays of tracks whose titles name them.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Most played guests"
    return _listed.draw(
        table,
        ax=ax,
        title=title,
        unit="Plays of tracks that feature them",
        measure="n_plays",
        shown=_listed.number,
        names="artist",
        beside=[_frame.many(int(tracks), "track") for tracks in table["n_tracks"]],
        says="No guests named in the titles",
    )


@_frame.draws(tables.STARTING_LETTERS)
def starting_letters(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many names begin with which letter.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.STARTING_LETTERS`: what `metrics.starting_letters` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: beside each other the share of names and the share of plays; letters beyond
        A to Z are one pair of bars, "other".

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    what = _things.what(table)
    title = f"First letters of {what}"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No names to draw yet")
    latin = table["letter"].str.fullmatch("[A-Z]").fillna(value=False)
    signs = table["letter"].isin(["0-9", "#"])
    shares = ["share_different", "share_plays"]
    drawn = table.loc[latin, ["letter", *shares]]
    other = table.loc[~latin & ~signs, shares].sum()
    drawn = pd.concat(
        [
            drawn,
            pd.DataFrame([{"letter": "other", **other}]),
            table.loc[signs, ["letter", *shares]],
        ]
    )
    places = np.arange(len(drawn))
    for n, (column, colour) in enumerate(zip(shares, (colours.main, colours.second), strict=True)):
        heights = drawn[column].to_numpy(dtype="float64") * 100
        ax.bar(places + (n - 0.5) * 0.4, heights, 0.38, color=colour)
    # a word among letters needs a line of its own
    names = [name if len(name) < 4 else f"\n{name}" for name in drawn["letter"]]
    ax.set_xticks(places, names)
    ax.set_xlim(-0.7, len(drawn) - 0.3)
    _bars.value_axis(ax, colours, "%")
    _frame.key(ax, colours, [(colours.main, f"of {what}"), (colours.second, "of plays")])
    _frame.dress(ax, colours, table, title=title, unit="Percent", caption_pt=34)
    return ax


@_frame.draws(tables.TRACK_LENGTHS)
def track_lengths(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the estimated mean length of tracks per period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TRACK_LENGTHS`: what `metrics.track_lengths` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: the mean as a line, the median as a thinner one.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How long the songs are"
    ax, colours = _frame.new(ax, size=(8.4, 3.6))
    if table.empty or not table["mean_ms"].notna().any():
        return _frame.empty(ax, colours, table, title=title, says="No lengths are known")
    period = str(table["period"].iloc[0])
    edges = _dates.edges(table)
    places = _dates.numbers(edges)
    middles = (places[:-1] + places[1:]) / 2
    named = [(colours.main, "mean_ms", "mean", 2.2), (colours.second, "median_ms", "median", 1.4)]
    highest = 0.0
    for colour, column, _, width in named:
        minutes = table[column].to_numpy(dtype="float64", na_value=np.nan) / _frame.MS_PER_MINUTE
        highest = max(highest, float(np.nanmax(minutes)))
        _dates.line(ax, middles, minutes, colour, width=width)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, " min")
    ax.set_ylim(0, highest * 1.15)
    _frame.key(ax, colours, [(colour, words) for colour, _, words, _ in named])
    share = table["n_known"].sum() / table["n_plays"].sum()
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Minutes per track played, by {period}",
        notes=(f"estimated from finished plays, known for {share:.0%} of plays",),
        caption_pt=caption_pt,
    )
    return ax
