"""When there is listening: dates, months, seasons, parts of the day; averages and growth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _day_parts, _days, _plays

__all__ = [
    "average_days",
    "cumulative",
    "day_parts",
    "days_of_month",
    "every_play",
    "months_by_year",
    "months_of_year",
    "seasons",
]

Hemisphere = Literal["north", "south"]
Ints = npt.NDArray[np.int64]

_SEASONS: Final = ("spring", "summer", "autumn", "winter")
_MINUTES_PER_DAY = 1440


def days_of_month(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time by day of the month, all months together.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    split : bool
        Divide the time of a play past midnight between the two days.

    Returns
    -------
    DataFrame
        `tables.DAYS_OF_MONTH`: 31 rows, the 1st first; no rows without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Only seven months of a year have a 31st: ``n_days`` counts the dates from the first day of
    the plays to the last, and ``mean_minutes`` divides by it; it is missing where there is none.
    """
    return _pooled(
        plays,
        tables.DAYS_OF_MONTH,
        lambda on: (on - on.astype("datetime64[M]")).astype("int64"),
        {"day_of_month": np.arange(1, 32)},
        split=split,
    )


def months_of_year(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time by month of the year, all years together.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    split : bool
        Divide the time of a play past midnight between the two days.

    Returns
    -------
    DataFrame
        `tables.MONTHS_OF_YEAR`: 12 rows, January first; no rows without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A span rarely holds all months equally often: ``n_days`` counts their days from the first day
    of the plays to the last, and ``mean_minutes`` divides by it; it is missing where there are
    none.
    """
    return _pooled(plays, tables.MONTHS_OF_YEAR, _month, {"month": np.arange(1, 13)}, split=split)


def seasons(plays: Any, *, hemisphere: Hemisphere = "north", split: bool = False) -> pd.DataFrame:
    """Count plays and time by season, all years together.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    hemisphere : {"north", "south"}
        Where the listener lives.
    split : bool
        Divide the time of a play past midnight between the two days.

    Returns
    -------
    DataFrame
        `tables.SEASONS`: spring, summer, autumn, winter; no rows without plays.

    Raises
    ------
    ValueError
        If `hemisphere` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    The seasons of meteorology, which are whole months: spring is March to May in the north and
    September to November in the south. Plays made on a journey across the equator count by the
    hemisphere of home.
    """
    if hemisphere not in ("north", "south"):
        raise ValueError(f"`hemisphere` must be 'north' or 'south'; not {hemisphere!r}.")
    first = np.array([3, 6, 9, 12] if hemisphere == "north" else [9, 12, 3, 6])
    return _pooled(
        plays,
        tables.SEASONS,
        lambda on: (_month(on) + 1 - first[0]) % 12 // 3,
        {"season": _SEASONS, "first_month": first},
        split=split,
        hemisphere=hemisphere,
    )


def day_parts(
    plays: Any, *, starts: Mapping[str, int] = _day_parts.STARTS, split: bool = False
) -> pd.DataFrame:
    """Count plays and time by part of the day: night, morning, afternoon, evening.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour`` and ``ms_played``.
    starts : mapping of str to int
        Names of the parts and the hours in which they begin, rising. The last one lasts until the
        first begins, past midnight where that is not 0.
    split : bool
        Divide the time of a play between the hours in which it sounded.

    Returns
    -------
    DataFrame
        `tables.DAY_PARTS`: one row per part, in the order of `starts`; no rows without plays.

    Raises
    ------
    ValueError
        If `starts` is empty, does not rise, or leaves the day.
    TableError
        If a column is missing.

    Notes
    -----
    Four parts of six hours, from midnight on, if nothing else is asked for. A play belongs to the
    hour in which it began, unless `split`. ``share`` is of plays, ``share_time`` of time.
    """
    hours = _day_parts.checked(starts)
    _, cells = _days.by_hour(plays, split=split)
    frame = pd.DataFrame()
    if len(cells):
        part = _day_parts.of_hours(hours)[cells["local_hour"].to_numpy(dtype="int64")]
        ends = np.roll(hours, -1)
        frame = pd.DataFrame(
            {
                "day_part": list(starts),
                "from_hour": hours,
                "to_hour": np.where(ends == 0, 24, ends),
                **_days.sums_at(cells, part, len(hours)),
            }
        )
        n_days = _span(cells["local_day"].to_numpy().astype("datetime64[D]"))
        frame = _days.with_mean_minutes(frame, np.full(len(hours), n_days))
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
        if total := int(frame["ms_played"].sum()):
            frame["share_time"] = frame["ms_played"] / total
    return _days.finish(frame, tables.DAY_PARTS, cells, facts_of=plays)


def average_days(
    plays: Any, *, period: _days.Period = "month", split: bool = False
) -> pd.DataFrame:
    """Average the time per day over each period.

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
        `tables.AVERAGE_DAYS`: one row per period from the first play to the last; no rows without
        plays.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    ``mean_minutes`` divides by all days of the period that lie in the span from the first play to
    the last, so a month that is not whole compares with the others; ``mean_minutes_active``
    divides by days with at least one play. Means by weekday and by month of the year are in
    `weekdays` and `months_of_year`.
    """
    _days.check_period(period)
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on[0], on[-1], period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        begins = np.maximum(starts, on[0])
        ends = np.minimum(_days.after_period(starts, period), on[-1] + 1)
        active = np.bincount(place[days["n_plays"] > 0], minlength=len(starts))
        frame = pd.DataFrame(
            {
                **_period(starts, on, period),
                "n_days": (ends - begins).astype("int64"),
                "n_days_active": active,
                **_days.sums_at(days, place, len(starts)),
            }
        )
        per_active = _days.with_mean_minutes(frame, active)["mean_minutes"]
        frame = _days.with_mean_minutes(frame, frame["n_days"].to_numpy())
        frame["mean_minutes_active"] = per_active
    return _days.finish(frame, tables.AVERAGE_DAYS, days, facts_of=plays, period=period)


def months_by_year(plays: Any, *, split: bool = False) -> pd.DataFrame:
    """Count plays and time per month, to lay the years over each other.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    split : bool
        Divide the time of a play past midnight between the two days.

    Returns
    -------
    DataFrame
        `tables.MONTHS_BY_YEAR`: one row per month from the first play to the last, with zeros
        where nothing was heard; no rows without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    The months of `listening_over_time`, with year and month apart. ``is_partial`` marks the first
    and last month where the plays do not fill them.
    """
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on[0], on[-1], "month")
        place = np.searchsorted(starts, _days.period_start(on, "month"))
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    "year": starts.astype("datetime64[Y]").astype("int64") + 1970,
                    "month": _month(starts) + 1,
                    "is_partial": _days.is_partial(starts, on[0], on[-1], "month"),
                    **_days.sums_at(days, place, len(starts)),
                }
            )
        )
    return _days.finish(frame, tables.MONTHS_BY_YEAR, days, facts_of=plays)


def cumulative(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Add up what all listening has come to: plays, time, artists, albums, tracks.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``ms_played``, ``artist``, ``album`` and
        ``track``. Give the whole history.
    period : {"day", "week", "month", "quarter", "year"}
        How often the sums are taken; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.CUMULATIVE`: one row per period from the first play to the last, sums up to its
        end; no rows without plays.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    A track is an artist and a title, an album is an artist and an album. Plays and time are of all
    rows with a local day; rows without names add to nothing else.
    """
    _days.check_period(period)
    columns = ("local_day", "ms_played", "artist", "album", "track")
    counted = _plays.narrow(plays, *columns).filter(~nw.col("local_day").is_null())
    # which name comes first is an ordered question; see `discovery`
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    frame = pd.DataFrame()
    on = heard["local_day"].to_numpy().astype("datetime64[D]")
    if len(on):
        starts = _days.periods_between(on.min(), on.max(), period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        n = len(starts)
        ms = heard["ms_played"]
        artist, _ = pd.factorize(heard["artist"])
        sums = {
            "n_plays": np.bincount(place, minlength=n),
            # floats, but exact: see `_days`
            "ms_played": np.bincount(
                place, ms.to_numpy(dtype="float64", na_value=0), minlength=n
            ).astype("int64"),
            "n_timed": np.bincount(place, ms.notna().to_numpy(), minlength=n).astype("int64"),
            "n_artists": _new_at(artist, place, n),
        }
        for name, column in (("n_albums", "album"), ("n_tracks", "track")):
            title, titles = pd.factorize(heard[column])
            both = np.where(title < 0, -1, (artist + 1) * (len(titles) + 1) + title)
            code, _ = pd.factorize(both[both >= 0])
            sums[name] = _new_at(code, place[both >= 0], n)
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    **_period(starts, on, period),
                    **{name: np.cumsum(values) for name, values in sums.items()},
                }
            )
        )
    return _plays.finish(frame, tables.CUMULATIVE, heard, facts_of=plays, period=period)


def every_play(plays: Any) -> pd.DataFrame:
    """Return day and time of day of every play.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``started_at``, ``ended_at``, ``local_day``, ``local_hour``,
        ``time_zone``, ``ms_played`` and ``kind``.

    Returns
    -------
    DataFrame
        `tables.EVERY_PLAY`: one row per play, first one first.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Time is that of the start, ``started_at`` (or ``ended_at`` where that is not known), in the
    play's ``time_zone``. A play that knows only its hour stands at its beginning. Rows without
    local day or hour are not counted.
    """
    columns = ("local_day", "local_hour", "started_at", "ended_at", "time_zone", "ms_played")
    counted = _plays.narrow(plays, *columns, "kind").filter(
        ~nw.col("local_day").is_null(), ~nw.col("local_hour").is_null()
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns, "kind"))
    minute = heard["local_hour"].to_numpy(dtype="int64") * 60
    began = heard["started_at"].fillna(heard["ended_at"])
    zone_of, names = pd.factorize(heard["time_zone"])
    if len(names):
        wall = tables.wall_clock(began, [str(name) for name in names], np.maximum(zone_of, 0))
        told = (zone_of >= 0) & wall.notna().to_numpy()
        since_midnight = wall.to_numpy().astype("datetime64[m]").astype("int64")
        minute = np.where(told, since_midnight % _MINUTES_PER_DAY, minute)
    kind, _ = pd.factorize(heard["kind"], sort=True)
    ms = heard["ms_played"].to_numpy(dtype="int64", na_value=-1)
    at = began.dt.tz_localize(None).to_numpy().astype("datetime64[us]").astype("int64")
    order = np.lexsort((kind, ms, at, minute, heard["local_day"].to_numpy()))
    frame = pd.DataFrame(
        {
            "local_day": heard["local_day"],
            "local_minute": pd.array(minute, dtype=tables.INT),
            "ms_played": heard["ms_played"],
            "kind": heard["kind"],
        }
    ).iloc[order]
    return _plays.finish(frame, tables.EVERY_PLAY, heard, facts_of=plays)


def _pooled(
    plays: Any,
    table: tables.Table,
    place_of: Callable[[_days.Days], Ints],
    labels: dict[str, Any],
    *,
    split: bool,
    **facts: Any,
) -> pd.DataFrame:
    """Count by a place in the month or the year."""
    _, days = _days.by_day(plays, split=split)
    frame = pd.DataFrame(columns=list(table.columns))
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        n_places = len(next(iter(labels.values())))
        n_days = np.bincount(place_of(np.arange(on[0], on[-1] + 1)), minlength=n_places)
        frame = pd.DataFrame(
            {**labels, "n_days": n_days, **_days.sums_at(days, place_of(on), n_places)}
        )
        frame = _days.with_mean_minutes(frame, n_days)
        frame["share"] = frame["n_plays"] / frame["n_plays"].sum()
    return _days.finish(frame, table, days, facts_of=plays, **facts)


def _period(starts: _days.Days, on: _days.Days, period: str) -> dict[str, Any]:
    return {
        "period": period,
        "period_start": starts.astype("datetime64[us]"),
        "is_partial": _days.is_partial(starts, on.min(), on.max(), period),
    }


def _month(days: _days.Days) -> Ints:
    """Return months, 0 = January."""
    return days.astype("datetime64[M]").astype("int64") % 12


def _span(days: _days.Days) -> int:
    return int((days.max() - days.min()).astype("int64")) + 1


def _new_at(code: Ints, place: Ints, n_places: int) -> Ints:
    """Count the codes that come first at each place; below 0 is missing."""
    known = code >= 0
    first = np.full(int(code.max(initial=-1)) + 1, n_places)
    np.minimum.at(first, code[known], place[known])
    return np.bincount(first[first < n_places], minlength=n_places)
