"""Local days and the periods they lie in, as numpy arrays of ``datetime64[D]``."""

from __future__ import annotations

from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays

Period = Literal["day", "week", "month", "year"]
PERIODS: Final = ("day", "week", "month", "year")

Days = npt.NDArray[np.datetime64]


def check_period(period: str) -> None:
    """Refuse a period that is none of `PERIODS`.

    Parameters
    ----------
    period : str
        What the caller asked for.

    Raises
    ------
    ValueError
        If it is none of the four.
    """
    if period not in PERIODS:
        raise ValueError(f"`period` must be 'day', 'week', 'month' or 'year'; not {period!r}.")


def by_day(plays: Any) -> tuple[_plays.Frame, pd.DataFrame]:
    """Count plays per local day; return the plays counted and the days, in order.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The plays that were counted: those with a local day.
    DataFrame
        ``local_day`` and the columns of `_plays.HEARD`, in the order of days.
    """
    counted = _plays.narrow(plays, "local_day", "ms_played").filter(~nw.col("local_day").is_null())
    days = _plays.home(
        counted.group_by("local_day").agg(**_plays.heard()),
        {**_plays.columns_of(tables.PLAYS, "local_day"), **_plays.HEARD},
    )
    return counted, days.sort_values("local_day", ignore_index=True)


def span_of(days: pd.DataFrame) -> _plays.Span:
    """Measure the plays of days.

    Parameters
    ----------
    days : DataFrame
        What `by_day` counted.

    Returns
    -------
    Span
        Their number and days.
    """
    on = days["local_day"]
    return _plays.Span(int(days["n_plays"].sum()), on.min(), on.max())


def period_start(days: Days, period: str) -> Days:
    """Return the first day of the period each day lies in.

    Parameters
    ----------
    days : ndarray
        Local days.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray
        First days, as many as `days`.
    """
    if period == "week":
        # day 0, 1 January 1970, was a Thursday: three days after a Monday
        numbers = days.astype("int64")
        mondays: Days = (numbers - (numbers + 3) % 7).astype("datetime64[D]")
        return mondays
    unit = {"day": "D", "month": "M", "year": "Y"}[period]
    return days.astype(f"datetime64[{unit}]").astype("datetime64[D]")


def periods_between(first: np.datetime64, last: np.datetime64, period: str) -> Days:
    """Return the first days of all periods from the one of `first` to the one of `last`.

    Parameters
    ----------
    first : datetime64
        A day.
    last : datetime64
        A day that is not earlier.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray
        First days, rising; never empty.
    """
    ends = period_start(np.array([first, last], dtype="datetime64[D]"), period)
    if period == "week":
        return np.arange(ends[0], ends[1] + 1, 7)
    unit = {"day": "D", "month": "M", "year": "Y"}[period]
    whole = ends.astype(f"datetime64[{unit}]")
    return np.arange(whole[0], whole[1] + 1).astype("datetime64[D]")


def is_partial(
    starts: Days, first: np.datetime64, last: np.datetime64, period: str
) -> npt.NDArray[np.bool_]:
    """Tell which periods the span from `first` to `last` does not fill.

    Parameters
    ----------
    starts : ndarray
        First days of periods.
    first : datetime64
        First day with plays.
    last : datetime64
        Last day with plays.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray of bool
        True where days of the period lie outside of the span.
    """
    if period == "week":
        after = starts + 7
    else:
        unit = {"day": "D", "month": "M", "year": "Y"}[period]
        after = (starts.astype(f"datetime64[{unit}]") + 1).astype("datetime64[D]")
    return (starts < first) | (after - 1 > last)


def runs_of(days: Days) -> npt.NDArray[np.int64]:
    """Number the runs of consecutive days, 0 first; `days` are sorted and differ.

    Parameters
    ----------
    days : ndarray
        At least one local day; sorted, all different.

    Returns
    -------
    ndarray of int
        Number of the run each day belongs to.
    """
    return np.cumsum(np.diff(days.astype("int64"), prepend=days[0].astype("int64") - 1) != 1)


def weekday(days: Days) -> npt.NDArray[np.int64]:
    """Return weekdays, 1 = Monday.

    Parameters
    ----------
    days : ndarray
        Local days.

    Returns
    -------
    ndarray of int
        1 to 7.
    """
    return (days.astype("int64") + 3) % 7 + 1


def weekdays_between(first: np.datetime64, last: np.datetime64) -> npt.NDArray[np.int64]:
    """Count Mondays, Tuesdays, ... from one day to another, both included.

    Parameters
    ----------
    first : datetime64
        A day.
    last : datetime64
        A day that is not earlier.

    Returns
    -------
    ndarray of int
        Seven counts, Mondays first.
    """
    return np.bincount(weekday(np.arange(first, last + 1)), minlength=8)[1:]
