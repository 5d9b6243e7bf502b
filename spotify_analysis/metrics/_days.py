"""Local days and the periods they lie in, as numpy arrays of ``datetime64[D]``."""

from __future__ import annotations

from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays, _split, _sums

Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: Final = ("day", "week", "month", "quarter", "year")
# how many of which unit of numpy a period is; weeks begin on Monday, numpy's on Thursday
_UNITS = {"day": ("D", 1), "month": ("M", 1), "quarter": ("M", 3), "year": ("Y", 1)}

Days = npt.NDArray[np.datetime64]

_MS_PER_MINUTE = 60_000


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
        return counted, _summed(parts, ["local_day"])
    return _counted(plays, "local_day")


def by_hour(plays: Any, *, split: bool = False) -> tuple[_plays.Frame, pd.DataFrame]:
    """Count plays per local day and hour; return the plays counted and the hours, in order.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    split : bool
        Count the time of a play in the hours in which it sounded.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The plays that were counted: those with a local day and hour.
    DataFrame
        ``local_day``, ``local_hour`` and the columns of `_plays.HEARD`, in the order of time.
    """
    if split:
        counted, parts = _split.parts(plays)
        return counted, _summed(parts, ["local_day", "local_hour"])
    return _counted(plays, "local_day", "local_hour")


def finish(
    frame: pd.DataFrame, table: tables.Table, days: pd.DataFrame, *, facts_of: Any, **more: Any
) -> pd.DataFrame:
    """Give rows their table and facts, from counts per day.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    table : Table
        What they are.
    days : DataFrame
        All that was counted: has ``local_day`` and ``n_plays``.
    facts_of : DataFrame of any engine
        The plays as they came.
    **more : plain JSON values
        Facts of this metric.

    Returns
    -------
    DataFrame
        Rows of `table` with facts.
    """
    began = days.loc[days["n_plays"].to_numpy() > 0, "local_day"]
    span = _plays.Span(int(days["n_plays"].sum()), began.min(), began.max())
    return _plays.finish(frame, table, span, facts_of=facts_of, **more)


def sums_at(
    counts: pd.DataFrame, place: npt.NDArray[np.int64], n_places: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Add counts up at their places; places without counts are 0.

    Parameters
    ----------
    counts : DataFrame
        Has the columns of `_plays.HEARD`.
    place : ndarray of int
        Where each row belongs.
    n_places : int
        How many places there are.

    Returns
    -------
    dict of str to ndarray of int
        Sums by the names of `_plays.HEARD`.
    """
    return {
        name: _sums.total(place, counts[name].to_numpy(dtype="int64"), n_places)
        for name in _plays.HEARD
    }


def with_mean_minutes(frame: pd.DataFrame, n_days: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Add the mean over days; missing where there are no such days or no time is known.

    Parameters
    ----------
    frame : DataFrame
        Has the columns of `_plays.HEARD`.
    n_days : ndarray of int
        Days to divide the time of each row by.

    Returns
    -------
    DataFrame
        The rows with ``mean_minutes``, and ``ms_played`` missing where it is not known.
    """
    timed = _plays.with_time_known(frame)
    days = pd.Series(n_days, index=frame.index, dtype=tables.INT)
    return timed.assign(mean_minutes=timed["ms_played"] / _MS_PER_MINUTE / days.mask(days == 0))


def _counted(plays: Any, *keys: str) -> tuple[_plays.Frame, pd.DataFrame]:
    """Count plays by day, or by day and hour."""
    frame = _plays.narrow(plays, *keys, "ms_played")
    native = nw.to_native(frame)
    if isinstance(native, pd.DataFrame):
        return _counted_by_numpy(frame, native, keys)
    counted = frame.filter(_has(keys))
    sums = _plays.home(
        counted.group_by(*keys).agg(**_plays.heard()),
        {**_plays.columns_of(tables.PLAYS, *keys), **_plays.HEARD},
    )
    return counted, sums.sort_values(list(keys), ignore_index=True)


def _has(keys: tuple[str, ...]) -> Any:
    return ~nw.any_horizontal(*(nw.col(name).is_null() for name in keys), ignore_nulls=False)


def _counted_by_numpy(
    frame: _plays.Frame, native: pd.DataFrame, keys: tuple[str, ...]
) -> tuple[_plays.Frame, pd.DataFrame]:
    """Count a pandas frame by numbers of days and hours, several times as fast as groups."""
    columns = {
        name: tables.as_dtype(native[name], tables.PLAYS.columns[name].dtype, where=f"plays.{name}")
        for name in (*keys, "ms_played")
    }
    known = np.logical_and.reduce([columns[name].notna().to_numpy() for name in keys])
    if not known.all():
        frame = frame.filter(_has(keys))
        columns = {name: column[known] for name, column in columns.items()}
    on = columns["local_day"].to_numpy().astype("datetime64[D]").astype("int64")
    first = int(on.min()) if len(on) else 0
    n_hours = 24 if len(keys) > 1 else 1
    code = (on - first) * n_hours
    if len(keys) > 1:
        code += columns["local_hour"].to_numpy(dtype="int64")
    sums = _sums.summed(columns["ms_played"], code, int(code.max(initial=-1)) + 1)
    heard = np.flatnonzero(sums["n_plays"])
    days = (heard // n_hours + first).astype("datetime64[D]").astype("datetime64[us]")
    counts = {"local_day": days, "local_hour": heard % n_hours}
    return frame, pd.DataFrame(
        {name: counts[name] for name in keys}
        | {name: values[heard] for name, values in sums.items()}
    )


def _summed(parts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return parts.groupby(keys, as_index=False)[list(_plays.HEARD)].sum()


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


def places(on: Days, period: str) -> tuple[Days, npt.NDArray[np.int64]]:
    """Return the periods from the first day to the last, and the one of each day.

    Parameters
    ----------
    on : ndarray
        At least one local day, in any order.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray
        First days of all periods.
    ndarray of int
        Place of the period of each day among them.
    """
    first, last = on.min(), on.max()
    starts = periods_between(first, last, period)
    # a table of all days is far shorter than the plays
    place = np.searchsorted(starts, np.arange(first, last + 1), side="right") - 1
    return starts, place[(on - first).view("int64")]


def period_columns(
    on: Days, starts: Days, period: str, place: npt.NDArray[np.int64] | None = None
) -> dict[str, Any]:
    """Return the columns that say which period each row is of.

    Parameters
    ----------
    on : ndarray
        Local days of all plays; they say which periods are whole.
    starts : ndarray
        First days of periods.
    period : str
        One of `PERIODS`.
    place : ndarray of int or None
        The period of each row; None is a row for each period.

    Returns
    -------
    dict of str to ndarray
        ``period``, ``period_start`` and ``is_partial``.
    """
    chosen = np.arange(len(starts)) if place is None else place
    return {
        "period": np.full(len(chosen), period, dtype="object"),
        "period_start": starts[chosen].astype("datetime64[us]"),
        "is_partial": is_partial(starts, on.min(), on.max(), period)[chosen],
    }


def numbers(days: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """Return days as numbers since 1970.

    Parameters
    ----------
    days : Series
        Local days, none missing.

    Returns
    -------
    ndarray of int
        As many numbers.
    """
    return days.to_numpy().astype("datetime64[D]").astype("int64")


def dates(numbers: Any) -> Days:
    """Return numbers of days since 1970 as the dates of our tables.

    Parameters
    ----------
    numbers : array-like
        Days since 1 January 1970, as numbers or dates.

    Returns
    -------
    ndarray of datetime64
        As many dates, in microseconds.
    """
    whole: Days = (
        np.asarray(numbers).astype("int64").astype("datetime64[D]").astype("datetime64[us]")
    )
    return whole


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
