"""Parts of the day: names, and the hours in which they begin."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

# four parts of six hours, as the day has them in most of the world
STARTS: Final[Mapping[str, int]] = MappingProxyType(
    {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}
)


def checked(starts: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Return the hours in which parts begin, if they make up a day.

    Parameters
    ----------
    starts : mapping of str to int
        Names and hours.

    Returns
    -------
    ndarray of int
        The hours.

    Raises
    ------
    ValueError
        If there are none, they do not rise, or one lies outside of the day.
    """
    hours = np.array(list(starts.values()) if isinstance(starts, Mapping) else [], dtype="int64")
    if not len(hours) or (np.diff(hours) <= 0).any() or hours[0] < 0 or hours[-1] > 23:
        raise ValueError(
            "`starts` must name parts of the day with their first hours, rising from 0 to 23; "
            f"not {starts!r}."
        )
    return hours


def of_hours(hours: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Tell for each hour of the day in which part it lies.

    Parameters
    ----------
    hours : ndarray of int
        First hours of the parts.

    Returns
    -------
    ndarray of int
        24 numbers of parts, 0 first.
    """
    part = np.searchsorted(hours, np.arange(24), side="right") - 1
    return np.where(part < 0, len(hours) - 1, part)
