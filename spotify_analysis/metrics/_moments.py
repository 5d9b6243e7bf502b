"""Plays in the order of time: their starts and ends as microseconds since 1970."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.metrics._sums import Ints


def in_order(
    heard: pd.DataFrame, *ties: Ints
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Put plays in the order of their start; return also their starts and ends in that order.

    Parameters
    ----------
    heard : DataFrame
        Plays that have ``started_at`` or ``ended_at``; a play with one of them is a moment.
    *ties : ndarray of int
        What decides where both times are equal.

    Returns
    -------
    ndarray of int
        Places of the rows, in order.
    ndarray of int
        Starts in microseconds, in order.
    ndarray of int
        Ends in microseconds, in order.
    """
    began = heard["started_at"].fillna(heard["ended_at"]).astype("int64").to_numpy()
    ended = heard["ended_at"].fillna(heard["started_at"]).astype("int64").to_numpy()
    order = np.lexsort((*ties[::-1], ended, began))
    return order, began[order], ended[order]


def utc(us: Ints) -> pd.DatetimeIndex:
    """Return microseconds since 1970 as the instants of our tables.

    Parameters
    ----------
    us : ndarray of int
        Microseconds.

    Returns
    -------
    DatetimeIndex
        Instants.
    """
    return pd.DatetimeIndex(us.astype("datetime64[us]"), tz="UTC")
