"""Time of plays where it sounded: a play that crosses an hour or midnight, cut in its parts."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays

Ints = npt.NDArray[np.int64]

_MS_PER_HOUR = 3_600_000
_MS_PER_MINUTE = 60_000
# Clocks differ by whole quarters of an hour since 1972, so an hour begins with one everywhere.
_MS_PER_QUARTER = 15 * _MS_PER_MINUTE


def parts(plays: Any) -> tuple[_plays.Frame, pd.DataFrame]:
    """Cut plays at the beginnings of local hours; return the plays counted and their parts.

    A play is taken to sound in one go from its start, ``started_at`` (or ``ended_at`` less
    ``ms_played`` where no start is known), for ``ms_played``: exports do not say when a play
    was paused. So parts are whole milliseconds, and their sum is the play's own time.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The plays that were counted: those with a local day and hour.
    DataFrame
        ``local_day``, ``local_hour`` and the columns of `_plays.HEARD`. Each play is counted once,
        in the hour of its start; the time of a play without zone or moment stays there too.
    """
    columns = ("local_day", "local_hour", "started_at", "ended_at", "ms_played", "time_zone")
    counted = _plays.narrow(plays, *columns).filter(
        ~nw.col("local_day").is_null(), ~nw.col("local_hour").is_null()
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    day = heard["local_day"].to_numpy().astype("datetime64[D]").astype("int64")
    start_hour = day * 24 + heard["local_hour"].to_numpy(dtype="int64")
    ms = heard["ms_played"].to_numpy(dtype="int64", na_value=0)
    is_timed = heard["ms_played"].notna().to_numpy()
    begin, zone_of, names = _begins(heard, ms)
    moves = np.flatnonzero(is_timed & (ms > 0) & (zone_of >= 0))
    begin, zone_of, end = begin[moves], zone_of[moves], begin[moves] + ms[moves]
    at_start, at_end = (_wall(at, names, zone_of) for at in (begin, end - 1))
    clock_changes = at_end - at_start != end - 1 - begin
    crosses = (
        (at_start // _MS_PER_HOUR != at_end // _MS_PER_HOUR)
        | (at_start // _MS_PER_HOUR != start_hour[moves])
        | clock_changes
    )
    # a clock may change within an hour (St. John's at 0:01 until 2011): cut finer there
    step = np.where(clock_changes, _MS_PER_MINUTE, _MS_PER_QUARTER)[crosses]
    whose, part_begin, part_ms = _cut(begin[crosses], end[crosses], step)
    part_hour = _wall(part_begin, names, zone_of[crosses][whose]) // _MS_PER_HOUR
    is_moved = np.zeros(len(heard), dtype=bool)
    is_moved[moves[crosses]] = True
    hour = np.concatenate([start_hour, part_hour])
    none = np.zeros(len(part_hour), dtype="int64")
    return counted, pd.DataFrame(
        {
            "local_day": (hour // 24).astype("datetime64[D]").astype("datetime64[us]"),
            "local_hour": hour % 24,
            "n_plays": np.concatenate([np.ones(len(heard), dtype="int64"), none]),
            "ms_played": np.concatenate([np.where(is_moved, 0, ms), part_ms]),
            "n_timed": np.concatenate([is_timed.astype("int64"), none + 1]),
        }
    )


def _begins(heard: pd.DataFrame, ms: Ints) -> tuple[Ints, Ints, list[str]]:
    """Return when plays begin, in ms, the number of their zone (-1: not known), and the zones."""
    zone_of, found = pd.factorize(heard["time_zone"])
    started, ended = (heard[name] for name in ("started_at", "ended_at"))
    begin = np.where(started.notna(), _ms(started), _ms(ended) - ms)
    zone_of = np.where(started.isna() & ended.isna(), -1, zone_of)
    return begin, zone_of, [str(name) for name in found]


def _ms(moments: pd.Series[Any]) -> Ints:
    bare: Ints = moments.dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype("int64")
    return bare


def _wall(at_ms: Ints, names: list[str], zone_of: Ints) -> Ints:
    """Return what the clock on the wall shows, in ms since its own 1970."""
    if not len(at_ms):
        return at_ms
    moments = pd.Series(pd.DatetimeIndex(at_ms.astype("datetime64[ms]"), tz="UTC"))
    wall = tables.wall_clock(moments, names, zone_of.astype(np.intp))
    return wall.to_numpy().astype("datetime64[ms]").astype("int64")


def _cut(begin: Ints, end: Ints, step: Ints) -> tuple[Ints, Ints, Ints]:
    """Cut spans at the multiples of a step; return whose each part is, its begin and length."""
    first = begin // step
    n_parts = (end - 1) // step - first + 1
    whose = np.repeat(np.arange(len(begin)), n_parts)
    nth = np.arange(len(whose)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    edge = (first[whose] + nth) * step[whose]
    part_begin = np.maximum(begin[whose], edge)
    part_end = np.minimum(end[whose], edge + step[whose])
    return whose, part_begin, part_end - part_begin
