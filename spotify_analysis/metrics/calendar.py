"""When plays began: over the years, by hour and weekday, day by day, and days in a row."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

__all__ = [
    "calendar",
    "hours_of_day",
    "listening_clock",
    "listening_over_time",
    "streaks",
    "weekdays",
]


_MS_PER_MINUTE = 60_000


def listening_over_time(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count plays and time per day, week, month or year.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.LISTENING_OVER_TIME`: one row per period from the first play to the last, with
        zeros where nothing was heard; no rows without plays.

    Raises
    ------
    ValueError
        If `period` is none of the four.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local day on which it began. Rows without a local day are not
    counted. ``is_partial`` marks the first and last period where the plays begin after its first
    day or end before its last: their sums are not comparable with the others.

    Examples
    --------
    >>> from spotify_analysis import metrics
    >>> months = metrics.listening_over_time(plays, period="month")  # doctest: +SKIP
    """
    _days.check_period(period)
    counted, days = _days.by_day(plays)
    frame = pd.DataFrame(columns=list(tables.LISTENING_OVER_TIME.columns))
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on[0], on[-1], period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        frame = pd.DataFrame(
            {
                "period": period,
                "period_start": starts.astype("datetime64[us]"),
                "is_partial": _days.is_partial(starts, on[0], on[-1], period),
                **_summed(days, place, len(starts)),
                "n_days_active": np.bincount(place, minlength=len(starts)),
            }
        )
        frame = _plays.with_time_known(frame)
    return _plays.finish(
        frame,
        tables.LISTENING_OVER_TIME,
        counted,
        facts_of=plays,
        span=_days.span_of(days),
        period=period,
    )


def calendar(plays: Any) -> pd.DataFrame:
    """Count plays and time of every day from the first to the last.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.CALENDAR`: one row per local day, with zeros where nothing was heard.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local day on which it began, also past midnight.
    """
    counted, days = _days.by_day(plays)
    frame = pd.DataFrame(columns=list(tables.CALENDAR.columns))
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        every = np.arange(on[0], on[-1] + 1)
        frame = pd.DataFrame(
            {
                "local_day": every.astype("datetime64[us]"),
                "local_weekday": _days.weekday(every),
                **_summed(days, np.searchsorted(every, on), len(every)),
            }
        )
        frame = _plays.with_time_known(frame)
    return _plays.finish(frame, tables.CALENDAR, counted, facts_of=plays, span=_days.span_of(days))


def listening_clock(plays: Any) -> pd.DataFrame:
    """Count plays and time by hour of day and weekday.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour``, ``local_weekday`` and
        ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.LISTENING_CLOCK`: 168 rows, Monday 0 h first, with zeros where nothing was heard;
        no rows without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local hour in which it began, so an hour can hold more than
    60 minutes. ``mean_minutes`` divides the time by the number of such weekdays from the first
    day of the plays to the last; it is missing where the time is, or where the span holds no such
    weekday. Rows without local hour, weekday or day are not counted.
    """
    counted, cells, span = _by_hour(plays, "local_weekday", "local_hour")
    frame = pd.DataFrame(columns=list(tables.LISTENING_CLOCK.columns))
    if len(cells):
        place = (cells["local_weekday"] - 1) * 24 + cells["local_hour"]
        frame = pd.DataFrame(
            {
                "local_weekday": np.repeat(np.arange(1, 8), 24),
                "local_hour": np.tile(np.arange(24), 7),
                **_summed(cells, place.to_numpy(dtype="int64"), 168),
            }
        )
        n_weekdays = _days.weekdays_between(*_first_last(span))
        frame = _with_mean_minutes(frame, np.repeat(n_weekdays, 24))
    return _plays.finish(frame, tables.LISTENING_CLOCK, counted, facts_of=plays, span=span)


def hours_of_day(plays: Any) -> pd.DataFrame:
    """Count plays and time by hour of day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour``, ``local_weekday`` and
        ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.HOURS_OF_DAY`: 24 rows, midnight first, with zeros where nothing was heard; no
        rows without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    As `listening_clock`, added up over the weekdays; ``mean_minutes`` divides by all days from
    the first to the last.
    """
    counted, cells, span = _by_hour(plays, "local_hour")
    frame = pd.DataFrame(columns=list(tables.HOURS_OF_DAY.columns))
    if len(cells):
        frame = pd.DataFrame(
            {
                "local_hour": np.arange(24),
                **_summed(cells, cells["local_hour"].to_numpy(dtype="int64"), 24),
            }
        )
        first, last = _first_last(span)
        frame = _with_mean_minutes(frame, np.full(24, (last - first).astype("int64") + 1))
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
    return _plays.finish(frame, tables.HOURS_OF_DAY, counted, facts_of=plays, span=span)


def weekdays(plays: Any) -> pd.DataFrame:
    """Count plays and time by weekday.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.WEEKDAYS`: 7 rows, Monday first, with zeros where nothing was heard; no rows
        without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A span rarely holds as many Mondays as Sundays: ``n_days`` counts them from the first day of
    the plays to the last, and ``mean_minutes`` divides by it.
    """
    counted, days = _days.by_day(plays)
    frame = pd.DataFrame(columns=list(tables.WEEKDAYS.columns))
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        n_days = _days.weekdays_between(on[0], on[-1])
        frame = pd.DataFrame(
            {
                "local_weekday": np.arange(1, 8),
                "n_days": n_days,
                **_summed(days, _days.weekday(on) - 1, 7),
            }
        )
        frame = _with_mean_minutes(frame, n_days)
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
    return _plays.finish(frame, tables.WEEKDAYS, counted, facts_of=plays, span=_days.span_of(days))


def streaks(plays: Any) -> pd.DataFrame:
    """Find the runs of days in a row with at least one play each.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.STREAKS`: one row per run, also of a single day; longest first, ties in the order
        of time.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    ``is_current`` marks the run that reaches the last day of the plays, wherever that lies; the
    metric does not know today's date.
    """
    counted, days = _days.by_day(plays)
    frame = pd.DataFrame(columns=list(tables.STREAKS.columns))
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        run = _days.runs_of(on)
        n_runs = int(run[-1]) + 1
        first = np.searchsorted(run, np.arange(n_runs))
        last = np.append(first[1:], len(on)) - 1
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    "first_day": on[first].astype("datetime64[us]"),
                    "last_day": on[last].astype("datetime64[us]"),
                    "n_days": last - first + 1,
                    **_summed(days, run, n_runs),
                    "is_current": last == len(on) - 1,
                }
            )
        ).sort_values(["n_days", "first_day"], ascending=[False, True])
        frame["rank"] = np.arange(1, n_runs + 1)
    return _plays.finish(frame, tables.STREAKS, counted, facts_of=plays, span=_days.span_of(days))


def _by_hour(plays: Any, *by: str) -> tuple[_plays.Frame, pd.DataFrame, _plays.Span]:
    """Count the plays that know their hour, weekday and day, by one or two of these."""
    known = ("local_day", "local_hour", "local_weekday")
    counted = _plays.narrow(plays, *known, "ms_played").filter(
        ~nw.any_horizontal(*(nw.col(name).is_null() for name in known), ignore_nulls=False)
    )
    cells = _plays.home(
        counted.group_by(*by).agg(**_plays.heard()),
        {**_plays.columns_of(tables.PLAYS, *by), **_plays.HEARD},
    )
    return counted, cells, _plays.span_of(counted)


def _first_last(span: _plays.Span) -> tuple[np.datetime64, np.datetime64]:
    first, last = (np.datetime64(day, "D") for day in (span.since, span.until))
    return first, last


def _summed(counts: pd.DataFrame, place: npt.NDArray[np.int64], n_places: int) -> dict[str, Any]:
    """Add counts up at their places; places without counts are 0."""
    sums: dict[str, Any] = {}
    for name in _plays.HEARD:
        sums[name] = np.zeros(n_places, dtype="int64")
        # not np.bincount(weights=...), which adds in floats
        np.add.at(sums[name], place, counts[name].to_numpy(dtype="int64"))
    return sums


def _with_mean_minutes(frame: pd.DataFrame, n_days: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Add the mean over days; missing where there are no such days or no time is known."""
    timed = _plays.with_time_known(frame)
    days = pd.Series(n_days, index=frame.index, dtype=tables.INT)
    return timed.assign(mean_minutes=timed["ms_played"] / _MS_PER_MINUTE / days.mask(days == 0))
