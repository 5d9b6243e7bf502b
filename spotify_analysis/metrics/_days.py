"""Local days and the periods they lie in, as numpy arrays of ``datetime64[D]``."""

from __future__ import annotations

from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays, _split

Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: Final = ("day", "week", "month", "quarter", "year")
# how many of which unit of numpy a period is; weeks begin on Monday, numpy's on Thursday
_UNITS = {"day": ("D", 1), "month": ("M", 1), "quarter": ("M", 3), "year": ("Y", 1)}

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
        If it is none of the five.
    """
    if period not in PERIODS:
        raise ValueError(
            f"`period` must be 'day', 'week', 'month', 'quarter' or 'year'; not {period!r}."
        )


def span_asked(
    year: int | None, since: Any, until: Any
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return the first and last day of a period that is named by its year or by its days.

    Parameters
    ----------
    year : int or None
        A calendar year; instead of the two days.
    since, until : str, date or None
        First and last day, both included.

    Returns
    -------
    Timestamp or None
        First day, None for no bound.
    Timestamp or None
        Last day, None for no bound.

    Raises
    ------
    ValueError
        If `year` comes with a day, is no year, a day is none, or `until` lies before `since`.
    """
    if year is not None:
        if since is not None or until is not None:
            raise ValueError("give `year`, or `since` and `until`, not both.")
        if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200:
            raise ValueError(f"`year` must be a calendar year such as 2025; not {year!r}.")
        return pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    first, last = _day_asked("since", since), _day_asked("until", until)
    if first is not None and last is not None and last < first:
        raise ValueError(
            f"`until` ({last.date()}) lies before `since` ({first.date()}): swap the two."
        )
    return first, last


def _day_asked(name: str, value: Any) -> pd.Timestamp | None:
    if value is None:
        return None
    try:
        if isinstance(value, bool | int | float):
            raise TypeError
        day = pd.Timestamp(value)
        if pd.isna(day):
            raise ValueError
    except (ValueError, TypeError):
        raise ValueError(f"`{name}` must be a day such as '2025-06-01'; not {value!r}.") from None
    return day.tz_localize(None).normalize()


def by_day(plays: Any, *, split: bool = False) -> tuple[_plays.Frame, pd.DataFrame]:
    """Count plays per local day; return the plays counted and the days, in order.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    split : bool
        Count the time of a play past midnight on the next day.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The plays that were counted: those with a local day.
    DataFrame
        ``local_day`` and the columns of `_plays.HEARD`, in the order of days.
    """
    if split:
        counted, parts = _split.parts(plays)
        sums = parts.groupby("local_day")[list(_plays.HEARD)].sum()
        return counted, sums.reset_index()
    counted = _plays.narrow(plays, "local_day", "ms_played").filter(~nw.col("local_day").is_null())
    days = _plays.home(
        counted.group_by("local_day").agg(**_plays.heard()),
        {**_plays.columns_of(tables.PLAYS, "local_day"), **_plays.HEARD},
    )
    return counted, days.sort_values("local_day", ignore_index=True)


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
    unit, n = _UNITS[period]
    whole = days.astype(f"datetime64[{unit}]")
    if n > 1:
        whole = whole - whole.astype("int64") % n
    return whole.astype("datetime64[D]")


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
    unit, n = _UNITS[period]
    whole = ends.astype(f"datetime64[{unit}]")
    return np.arange(whole[0], whole[1] + 1, n).astype("datetime64[D]")


def after_period(starts: Days, period: str) -> Days:
    """Return the days on which the periods that begin on some days are over.

    Parameters
    ----------
    starts : ndarray
        First days of periods.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray
        First days of the periods that follow.
    """
    if period == "week":
        return starts + 7
    unit, n = _UNITS[period]
    return (starts.astype(f"datetime64[{unit}]") + n).astype("datetime64[D]")


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
    after = after_period(starts, period)
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
