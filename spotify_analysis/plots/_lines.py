"""Lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def growing(
    ax: Axes,
    places: npt.NDArray[np.float64],
    lines: Sequence[tuple[npt.NDArray[np.float64], str, str]],
) -> None:
    """Draw lines that grow, with a dot at their ends.

    Parameters
    ----------
    ax : Axes
        The chart.
    places : ndarray
        Where the values lie on the axis of time.
    lines : sequence of (ndarray, str, str)
        Values, colour and name of each line.
    """
    for values, colour, name in lines:
        # a single period has come to something, and has not grown
        if len(places) > 2:
            ax.plot(places, values, color=colour, linewidth=2.2, gid=name)
        ax.plot(places[-1:], values[-1:], "o", color=colour, markersize=5, clip_on=False)
