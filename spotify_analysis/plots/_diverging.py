"""Bars to both sides of a middle: what grew and what shrank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from spotify_analysis.plots import _frame, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def bars(
    ax: Axes,
    colours: style.Palette,
    lengths: npt.NDArray[np.float64],
    *,
    names: Sequence[Any],
    shown: Sequence[str],
) -> None:
    """Draw bars to the right (more) and to the left (less), the first on top.

    A name stands on the side to which its bar does not go.

    Parameters
    ----------
    ax : Axes
        Where.
    colours : Palette
        Its colours.
    lengths : ndarray
        Lengths of the bars; negative goes left.
    names : sequence
        What each bar is; shortened to fit.
    shown : sequence of str
        The value of each bar in words, at its end.
    """
    n_rows = max(len(lengths), 4)
    size = float(np.clip(_frame.height_of(ax) / n_rows * 0.5, 4.5, 9.5))
    value_pt = max(_text.width_of(text, size=size, strong=True) for text in shown) + 8
    half_pt = _frame.width_of(ax) / 2
    longest = float(np.abs(lengths).max()) or 1.0
    # the longest bar and its value fill one half
    reach = longest * half_pt / max(half_pt - value_pt, 20)
    ax.barh(
        np.arange(len(lengths)),
        lengths,
        height=0.62,
        color=[colours.main if length >= 0 else colours.second for length in lengths],
        linewidth=0,
    )
    ax.axvline(0, color=colours.muted, linewidth=0.8)
    for n, length in enumerate(lengths):
        way = 1 if length >= 0 else -1
        _text.write(
            ax,
            _text.shorten(names[n], half_pt - 12, size=size),
            (0, n),
            offset_pt=(-6 * way, 0),
            ha="right" if way > 0 else "left",
            va="center_baseline",
            size=size,
            color=colours.ink,
            gid="name",
        )
        _text.write(
            ax,
            shown[n],
            (length, n),
            offset_pt=(4 * way, 0),
            ha="left" if way > 0 else "right",
            va="center_baseline",
            strong=True,
            size=size,
            color=colours.ink,
            gid="value",
        )
    ax.set(xlim=(-reach, reach), ylim=(n_rows - 0.4, -0.6), xticks=[], yticks=[])
