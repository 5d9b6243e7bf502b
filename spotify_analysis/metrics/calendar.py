"""When plays began: over the years, by hour and weekday, day by day, and days in a row."""

from __future__ import annotations

from typing import Any

import numpy as np
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


def listening_over_time(
    plays: Any, *, period: _days.Period = "month", split: bool = False
) -> pd.DataFrame:
    """Count plays and time per day, week, month, quarter or year.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    split : bool
        Divide the time of a play past midnight between the two days.

    Returns
    -------
    DataFrame
        `tables.LISTENING_OVER_TIME`: one row per period from the first play to the last, with
        zeros where nothing was heard; no rows without plays.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local day on which it began, unless `split`: see
    `listening_clock`. Rows without a local day are not counted. ``is_partial`` marks the first
    and last period where the plays begin after its first day or end before its last: their sums
    are not comparable with the others.

    Examples
    --------
    >>> from spotify_analysis import metrics
    >>> months = metrics.listening_over_time(plays, period="month")  # doctest: +SKIP
    """
    _days.check_period(period)
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on[0], on[-1], period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        frame = pd.DataFrame(
            {
                "period": period,
                "period_start": starts.astype("datetime64[us]"),
                "is_partial": _days.is_partial(starts, on[0], on[-1], period),
                **_days.sums_at(days, place, len(starts)),
                "n_days_active": np.bincount(place[days["n_plays"] > 0], minlength=len(starts)),
            }
        )
        frame = _plays.with_time_known(frame)
    return _days.finish(frame, tables.LISTENING_OVER_TIME, days, facts_of=plays, period=period)


def calendar(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time of every day from the first to the last.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    split : bool
        Divide the time of a play past midnight between the two days.

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
    A play belongs whole to the local day on which it began, also past midnight, unless `split`:
    see `listening_clock`.
    """
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        every = np.arange(on[0], on[-1] + 1)
        frame = pd.DataFrame(
            {
                "local_day": every.astype("datetime64[us]"),
                "local_weekday": _days.weekday(every),
                **_days.sums_at(days, np.searchsorted(every, on), len(every)),
            }
        )
        frame = _plays.with_time_known(frame)
    return _days.finish(frame, tables.CALENDAR, days, facts_of=plays)


def listening_clock(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time by hour of day and weekday.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour`` and ``ms_played``.
    split : bool
        Divide the time of a play between the hours in which it sounded.

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
    60 minutes: then plays and time of a row are of the same plays, and the answer does not depend
    on pauses, of which exports say nothing. With `split` the time lies in the hours in which it
    sounded, to the millisecond; ``n_plays`` stays with the start. A play is then taken to sound
    in one go from ``started_at`` for ``ms_played``, in the clock of its ``time_zone``; these and
    ``ended_at`` are used too.

    ``mean_minutes`` divides the time by the number of such weekdays from the first day of the
    plays to the last; it is missing where the time is, or where the span holds no such weekday.
    Rows without local day or hour are not counted.
    """
    _, cells = _days.by_hour(plays, split=split)
    frame = pd.DataFrame()
    if len(cells):
        on = cells["local_day"].to_numpy().astype("datetime64[D]")
        hour = cells["local_hour"].to_numpy(dtype="int64")
        place = (_days.weekday(on) - 1) * 24 + hour
        frame = pd.DataFrame(
            {
                "local_weekday": np.repeat(np.arange(1, 8), 24),
                "local_hour": np.tile(np.arange(24), 7),
                **_days.sums_at(cells, place, 168),
            }
        )
        frame = _days.with_mean_minutes(frame, np.repeat(_days.weekdays_between(on[0], on[-1]), 24))
    return _days.finish(frame, tables.LISTENING_CLOCK, cells, facts_of=plays)


def hours_of_day(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time by hour of day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour`` and ``ms_played``.
    split : bool
        Divide the time of a play between the hours in which it sounded.

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
    _, cells = _days.by_hour(plays, split=split)
    frame = pd.DataFrame()
    if len(cells):
        on = cells["local_day"].to_numpy().astype("datetime64[D]")
        n_days = int((on[-1] - on[0]).astype("int64")) + 1
        frame = pd.DataFrame(
            {
                "local_hour": np.arange(24),
                **_days.sums_at(cells, cells["local_hour"].to_numpy(dtype="int64"), 24),
            }
        )
        frame = _days.with_mean_minutes(frame, np.full(24, n_days))
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
    return _days.finish(frame, tables.HOURS_OF_DAY, cells, facts_of=plays)


def weekdays(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time by weekday.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    split : bool
        Divide the time of a play past midnight between the two days.

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
    A play belongs whole to the day on which it began, unless `split`: see `listening_clock`. A
    span rarely holds as many Mondays as Sundays: ``n_days`` counts them from the first day of
    the plays to the last, and ``mean_minutes`` divides by it.
    """
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        n_days = _days.weekdays_between(on[0], on[-1])
        frame = pd.DataFrame(
            {
                "local_weekday": np.arange(1, 8),
                "n_days": n_days,
                **_days.sums_at(days, _days.weekday(on) - 1, 7),
            }
        )
        frame = _days.with_mean_minutes(frame, n_days)
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
    return _days.finish(frame, tables.WEEKDAYS, days, facts_of=plays)


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
    _, days = _days.by_day(plays)
    frame = pd.DataFrame()
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
                    **_days.sums_at(days, run, n_runs),
                    "is_current": last == len(on) - 1,
                }
            )
        ).sort_values(["n_days", "first_day"], ascending=[False, True])
        frame["rank"] = np.arange(1, n_runs + 1)
    return _days.finish(frame, tables.STREAKS, days, facts_of=plays)
