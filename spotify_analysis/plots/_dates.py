"""An axis of days, weeks, months or years that reads well at one day and at fifteen years."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.plots import _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Days = npt.NDArray[np.datetime64]

# so many periods can have their names under them; fewer than `_FEW` are kept from spreading
_NAMED = {"day": 8, "week": 8, "month": 6, "quarter": 6, "year": 16}
_FEW = 6


def edges(table: pd.DataFrame) -> _Days:
    """Return where each period begins, and where the last one ends.

    Parameters
    ----------
    table : DataFrame
        Has ``period`` and ``period_start``, and at least one row.

    Returns
    -------
    ndarray
        One day more than there are rows.
    """
    starts = table["period_start"].to_numpy().astype("datetime64[D]")
    period = str(table["period"].iloc[0])
    if period in ("day", "week"):
        last = starts[-1] + {"day": 1, "week": 7}[period]
    else:
        unit, n = {"month": ("M", 1), "quarter": ("M", 3), "year": ("Y", 1)}[period]
        last = (starts[-1].astype(f"datetime64[{unit}]") + n).astype("datetime64[D]")
    return np.append(starts, last)


def numbers(days: Any) -> npt.NDArray[np.float64]:
    """Return days as the numbers matplotlib draws them by.

    Parameters
    ----------
    days : array-like of datetime64
        Days.

    Returns
    -------
    ndarray
        Floats.
    """
    from matplotlib.dates import date2num

    return np.asarray(date2num(np.asarray(days)), dtype="float64")  # type: ignore[no-untyped-call]


def axis(ax: Axes, edges: _Days, period: str) -> float:
    """Set limits and ticks of a time axis; return how many points below it a caption has room.

    Few periods have their names under their middles, many have ticks where years, months or days
    begin.

    Parameters
    ----------
    ax : Axes
        The chart.
    edges : ndarray
        Where each period begins, and where the last one ends.
    period : str
        Length of a period.

    Returns
    -------
    float
        Points that the labels need.
    """
    n_periods = len(edges) - 1
    if n_periods <= _NAMED[period]:
        places = numbers(edges)
        # one bar alone would be a wall
        margin = (places[-1] - places[0]) / n_periods * max(0, _FEW - n_periods) / 2
        ax.set_xlim(places[0] - margin, places[-1] + margin)
        labels = [_short_label(start, period) for start in edges[:-1]]
        ax.set_xticks((places[:-1] + places[1:]) / 2, labels)
    else:
        ax.set_xlim(*numbers(edges[[0, -1]]))
        room = max(2, int(_frame.width_of(ax) // 44))
        ticks, labels = _ticks(edges[0], edges[-1], room)
        ax.set_xticks(numbers(ticks), labels)
    ax.tick_params(axis="x", pad=5)
    return 36 if any("\n" in label for label in labels) else 25


def line(
    ax: Axes, places: Any, values: npt.NDArray[np.float64], colour: str, *, width: float = 2.2
) -> None:
    """Draw a value per period as a line, and as a dot where a period stands alone.

    Parameters
    ----------
    ax : Axes
        Where.
    places : array
        Middles of the periods.
    values : ndarray of float
        NaN where nothing is known.
    colour : str
        Colour of both.
    width : float
        Of the line, in points.
    """
    ax.plot(places, values, color=colour, linewidth=width)
    alone = np.isnan(np.r_[np.nan, values[:-1]]) & np.isnan(np.r_[values[1:], np.nan])
    ax.scatter(places[alone], values[alone], s=22, color=colour, zorder=3, clip_on=False)


def label_of(start: Any, period: str) -> str:
    """Name a period: the day, the month, the year it begins.

    Parameters
    ----------
    start : datetime64
        First day of the period.
    period : str
        Length of the period.

    Returns
    -------
    str
        The name, in English.
    """
    date: dt.date = np.datetime64(start, "D").astype(object)
    if period == "year":
        return str(date.year)
    if period == "quarter":
        return f"Q{(date.month + 2) // 3} {date.year}"
    if period == "month":
        return f"{_frame.MONTHS[date.month - 1]} {date.year}"
    return f"week of {_frame.day(date)}" if period == "week" else _frame.day(date)


def _short_label(start: Any, period: str) -> str:
    """Name a period under its bar."""
    date: dt.date = np.datetime64(start, "D").astype(object)
    if period in ("month", "quarter", "year"):
        return label_of(start, period)
    return f"{date.day} {_frame.MONTHS[date.month - 1]}\n{date.year}"


def _ticks(first: np.datetime64, after: np.datetime64, room: int) -> tuple[_Days, list[str]]:
    """Return at most `room` ticks on beginnings of years, months or days, and their labels."""
    n_days = int((after - first).astype("int64"))
    years = _between(first, after, "Y")
    if len(years) >= 3:
        step = math.ceil(len(years) / room)
        # labels count back from the newest year, which must not be missing
        chosen = years[(len(years) - 1) % step :: step]
        return chosen, [str(date.astype("datetime64[Y]")) for date in chosen]
    months = _between(first, after, "M")
    if len(months) >= 3:
        step = next(n for n in (1, 2, 3, 4, 6, 12) if len(months) / n <= room or n == 12)
        chosen = months[(months.astype("datetime64[M]").astype("int64") % step) == 0]
        labels = [_month_label(date.astype(object)) for date in chosen]
        if labels and "\n" not in labels[0]:
            labels[0] += f"\n{chosen[0].astype(object).year}"
        return chosen, labels
    step = math.ceil(n_days / min(room, 10))
    chosen = np.arange(first, after, step)
    labels = []
    for n, date in enumerate(chosen.astype(object)):
        label = f"{date.day} {_frame.MONTHS[date.month - 1]}"
        labels.append(f"{label}\n{date.year}" if n == 0 else label)
    return chosen, labels


def _month_label(date: dt.date) -> str:
    name = _frame.MONTHS[date.month - 1]
    return f"{name}\n{date.year}" if date.month == 1 else name


def _between(first: np.datetime64, after: np.datetime64, unit: str) -> _Days:
    """Return the first days of the years or months that begin inside a span."""
    begun = np.arange(
        first.astype(f"datetime64[{unit}]"), after.astype(f"datetime64[{unit}]") + 1
    ).astype("datetime64[D]")
    return begun[(begun >= first) & (begun < after)]
