"""What was asked of Spotify, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["usage"]

_TOO_MANY = 429
_FAULT = 500
# over more bars than this the waits would not fit side by side
_MOST_LABELS = 16


@_frame.draws(tables.USAGE, "client.usage()")
def usage(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw calls of Spotify per day: answered, refused as too many, failed; and the waits.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.USAGE`: what `client.usage` or `Client.usage` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart; a time over a bar is what Spotify made that day wait.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Calls to Spotify"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    table = table[table["n_calls"].fillna(0) > 0]
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No calls were made yet")
    first, last = table["day"].min(), table["day"].max()
    days = pd.date_range(first, last, freq="D")
    status = table["status"].fillna(_FAULT)
    kinds = {
        "answered": (status != _TOO_MANY) & (status < _FAULT),
        "too many (429)": status == _TOO_MANY,
        "failed": status >= _FAULT,
    }
    shown = dict(zip(kinds, (colours.main, colours.second, colours.third), strict=True))
    layers, named = [], []
    for kind, rows in kinds.items():
        heights = table[rows].groupby("day")["n_calls"].sum().reindex(days, fill_value=0)
        if kind == "answered" or heights.any():
            layers.append((heights.to_numpy(dtype="float64"), shown[kind]))
            named.append((shown[kind], kind))
    edges = np.append(days, last + pd.Timedelta(days=1)).astype("datetime64[D]")
    _bars.stacked(ax, edges, layers, np.zeros(len(days), dtype=bool), colours)
    caption_pt = _dates.axis(ax, edges, "day")
    _bars.value_axis(ax, colours, "")
    tops = np.sum([heights for heights, _ in layers], axis=0)
    ax.set_ylim(0, tops.max() * 1.12)
    waited = table.groupby("day")["waited_s"].sum().reindex(days, fill_value=0.0)
    if len(days) <= _MOST_LABELS:
        middles = (_dates.numbers(edges)[:-1] + _dates.numbers(edges)[1:]) / 2
        for place, top, wait_s in zip(middles, tops, waited, strict=True):
            if wait_s > 0:
                _text.write(
                    ax,
                    _frame.duration(wait_s / 60),
                    (place, top),
                    offset_pt=(0, 3),
                    ha="center",
                    size=8,
                    color=colours.muted,
                    gid="wait",
                )
    if len(named) > 1:
        _frame.key(ax, colours, named)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Calls per day (UTC)",
        notes=_notes(table),
        caption_pt=caption_pt,
    )
    return ax


def _notes(table: pd.DataFrame) -> tuple[str, ...]:
    said = [_frame.many(int(table["n_calls"].sum()), "call")]
    first, last = table["day"].min().date(), table["day"].max().date()
    said.append(_frame.day(first) if first == last else f"{_frame.day(first)} – {_frame.day(last)}")
    n_refused = int(table.loc[table["status"] == _TOO_MANY, "n_calls"].sum())
    if n_refused:
        said.append(f"{n_refused:,} refused as too many")
    wait_s = float(table["waited_s"].sum())
    if wait_s:
        said.append(f"{_frame.duration(wait_s / 60)} waited because Spotify asked for it")
    return tuple(said)
