"""Dots on two axes, named where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from spotify_analysis.plots import _frame, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE_PT = 8.5
# how much of a name lies left of where it is set
_LEFT_OF = {"left": 0.0, "center": 0.5, "right": 1.0}


def name(
    ax: Axes,
    colours: style.Palette,
    names: list[Any],
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    *,
    most: int,
    gap_pt: float | npt.NDArray[np.float64] = 3.0,
) -> None:
    """Name dots in an order, each where it meets no name and stays inside; others stay unnamed.

    The first is always named; another only where its name covers no dot but its own.

    Parameters
    ----------
    ax : Axes
        The chart, with its scales and limits set.
    colours : Palette
        Its colours.
    names : list
        What each dot is; shortened.
    x, y : ndarray
        Where the dots lie.
    order : ndarray of int
        Which dots to name, those that matter most first.
    most : int
        So many names are enough.
    gap_pt : float or ndarray
        Radius of the dots: names keep away from the dot that is theirs.
    """
    size = np.array([_frame.width_of(ax) * 0.92, _frame.height_of(ax)])
    at = (ax.transScale + ax.transLimits).transform(np.column_stack([x, y])) * size
    gaps = np.broadcast_to(gap_pt, len(at))
    taken: list[tuple[float, float, float, float]] = []
    for n in order:
        words = _text.shorten(names[n], 130, size=_SIZE_PT)
        wide = _text.width_of(words, size=_SIZE_PT)
        away = float(gaps[n]) + 3
        chosen = None
        fewest = 1 if taken else len(at)
        for ha, dx, dy in (
            ("left", away, 4.0),
            ("left", away, -11.0),
            ("right", -away, 4.0),
            ("right", -away, -11.0),
            ("left", away, -3.5),
            ("right", -away, -3.5),
            ("center", 0.0, away + 1),
            ("center", 0.0, -away - 9),
        ):
            left = at[n][0] + dx - wide * _LEFT_OF[ha]
            bottom = at[n][1] + dy - 2
            box = (left - 4, bottom - 2, left + wide + 4, bottom + _SIZE_PT + 5)
            inside = box[0] > 0 and box[2] < size[0] and box[1] > 0 and box[3] < size[1]
            free = all(
                box[2] < other[0] or box[0] > other[2] or box[3] < other[1] or box[1] > other[3]
                for other in taken
            )
            covers = (at + gaps[:, None] > box[:2]) & (at - gaps[:, None] < box[2:])
            covers[n] = False
            n_covered = int(covers.all(axis=1).sum())
            if inside and free and n_covered < fewest:
                chosen, fewest = (box, ha, dx, dy), n_covered
        if chosen is None:
            continue
        box, ha, dx, dy = chosen
        taken.append(box)
        _text.write(
            ax,
            words,
            (float(x[n]), float(y[n])),
            offset_pt=(dx, dy),
            ha=ha,
            size=_SIZE_PT,
            color=colours.ink,
            bbox={"facecolor": colours.paper, "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
            gid="name",
        )
        if len(taken) >= most:
            break
