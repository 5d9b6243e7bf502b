"""Playlists: how much of them is played, what they share, how they grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _text, _things

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["playlist_growth", "playlist_overlap", "playlist_use"]

_AT_SPOTIFY = "entries that are in the playlists at Spotify now"


@_frame.draws(tables.PLAYLIST_USE, "metrics.playlist_use(items, plays)")
def playlist_use(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw how much of each playlist is really played.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.PLAYLIST_USE`: what `metrics.playlist_use` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many playlists, those with most plays first.

    Returns
    -------
    Axes
        The chart: shares of the tracks that were played lately, played but not lately, never.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How much of your playlists you play"
    drawn = table[table["n_tracks"] > 0]
    n_more = max(len(drawn) - n, 0)
    drawn = drawn.head(n)
    ax, colours = _frame.new(ax, size=(7.6, _bars.height(len(drawn))))
    if drawn.empty:
        return _frame.empty(ax, colours, table, title=title, says="No playlists to draw yet")
    size = drawn["n_tracks"].to_numpy(dtype="float64")
    played = drawn["n_played"].to_numpy(dtype="float64")
    stale = drawn["n_stale"].to_numpy(dtype="float64")
    _bars.named(
        ax,
        colours,
        (played - stale) / size,
        names=drawn["playlist"].tolist(),
        beside=[_frame.many(int(plays), "play") for plays in drawn["n_plays"]],
        shown=[f"{some:,.0f} of {every:,.0f}" for some, every in zip(played, size, strict=True)],
    )
    lately, ground = ax.containers
    for bar, whole in zip(lately, ground, strict=True):
        bar.set_color(colours.main)
        whole.set_width(1)
    height = float(lately[0].get_height())
    ax.barh(
        np.arange(len(drawn)) + 0.28,
        stale / size,
        left=(played - stale) / size,
        height=height,
        color=colours.pale,
        linewidth=0,
    )
    ax.set_xlim(0, 1)
    days = tables.facts(table).get("stale_days")
    lately_words = "played lately" if days is None else f"played in the last {days} days"
    _frame.key(ax, colours, [(colours.main, lately_words), (colours.pale, "played before")])
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Tracks played since added",
        notes=(
            "plays of a track count for each playlist that holds it",
            *((f"{n_more:,} more not drawn",) if n_more else ()),
        ),
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.PLAYLIST_OVERLAP, "metrics.playlist_overlap(items)")
def playlist_overlap(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 12) -> Axes:
    """Draw a map of what playlists share.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.PLAYLIST_OVERLAP`: what `metrics.playlist_overlap` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many playlists: those that share most.

    Returns
    -------
    Axes
        The chart: tracks in common, the darker the greater a share of the smaller playlist.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "What playlists share"
    both = pd.concat(
        [table, table.rename(columns={"playlist": "other", "other": "playlist"})]
    ).dropna(subset=["playlist", "other"])
    names = both.groupby("playlist")["n_common"].sum().sort_values(ascending=False, kind="stable")
    n_more = max(len(names) - n, 0)
    names = names.head(n)
    ax, colours = _frame.new(ax, size=(8, 1.5 + 0.36 * max(len(names), 4)))
    if names.empty:
        return _frame.empty(ax, colours, table, title=title, says="No tracks in common")
    common, share = (
        both.pivot_table(index="playlist", columns="other", values=column, aggfunc="max")
        .reindex(index=names.index, columns=names.index)
        .to_numpy(dtype="float64", na_value=np.nan)
        for column in ("n_common", "share_of_smaller")
    )
    size = len(names)
    edges = np.arange(size + 1) - 0.5
    ax.pcolormesh(
        edges,
        edges,
        np.nan_to_num(share),
        cmap=colours.colormap,
        vmin=0,
        vmax=1,
        edgecolors=colours.paper,
        linewidth=1.6,
    )
    for row, column in np.argwhere(common > 0):
        # the ramp is dark at its end in the light theme, and light in the dark one
        is_deep = share[row, column] > 0.45
        _text.write(
            ax,
            f"{common[row, column]:.0f}",
            (float(column), float(row)),
            ha="center",
            va="center",
            size=8,
            color=colours.paper if is_deep else colours.ink,
            gid="value",
        )
    ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), yticks=[])
    ax.set_xticks(range(size), [str(number) for number in range(1, size + 1)])
    for row, name in enumerate(names.index):
        words = f"{row + 1} {_text.shorten(name, 150, size=8.5)}"
        _text.write(
            ax,
            words,
            (0, row),
            coords=("axes fraction", "data"),
            offset_pt=(-7, 0),
            ha="right",
            va="center",
            size=8.5,
            color=colours.ink,
            gid="name",
        )
    _frame.scale(ax, colours, low="0", high="all of the smaller one")
    notes = (_AT_SPOTIFY, *((f"{n_more:,} more not drawn",) if n_more else ()))
    _frame.dress(ax, colours, table, title=title, unit="Tracks in common", notes=notes)
    return ax


@_frame.draws(tables.PLAYLIST_GROWTH, "metrics.playlist_growth(items)")
def playlist_growth(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 6) -> Axes:
    """Draw how playlists grew, on top of each other.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.PLAYLIST_GROWTH`: what `metrics.playlist_growth` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many playlists by name, the greatest first; the others are one layer.

    Returns
    -------
    Axes
        The chart: entries that are still there, by the day they were added.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "How your playlists grew"
    ax, colours = _frame.new(ax, size=(8.8, 4.4))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No dated entries to draw yet")
    period = str(table["period"].iloc[0])
    n_periods = table["period_start"].nunique()
    cells = table["n_so_far"].to_numpy(dtype="float64").reshape(-1, n_periods).T
    names = table["playlist"].tolist()[::n_periods]
    if cells.shape[1] > n:
        cells = np.column_stack([cells[:, :n], cells[:, n:].sum(axis=1)])
        names = [*names[:n], "all others"]
    tints = _things.tints(colours, min(cells.shape[1], n))
    tints += [colours.faint] * (cells.shape[1] - len(tints))
    edges = _dates.edges(table.head(n_periods))
    _things.layers(ax, colours, edges, [(cells[:, k], tints[k]) for k in range(len(tints))])
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, "")
    ax.set_ylim(0, float(cells.sum(axis=1).max()) * 1.06)
    _things.name_layers(ax, colours, names, tints, cells)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Entries, by {period} of adding",
        notes=(_AT_SPOTIFY,),
        caption_pt=caption_pt,
    )
    return ax
