"""Rankings of single periods and hours, and who rose and fell between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _things
from spotify_analysis.metrics._things import By, Of

__all__ = [
    "best_of_hours",
    "climbers_and_fallers",
    "movement",
    "number_ones",
    "top_over_time",
    "top_per_period",
]


def top_per_period(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "year",
    n: int | None = 5,
    by: By = "plays",
) -> pd.DataFrame:
    """Rank tracks, artists or albums in each period for itself.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int or None
        How many of each period; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.TOP_PER_PERIOD`: in the order of periods, then of places. A period without plays
        has no rows.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Ties stand in the order of names, by code point. ``share`` is of the plays (or the time) of all
    rows of the period that could be ranked. A play belongs to the local day on which it began.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = _per_period(heard, period, by, n)
    return _plays.finish(
        frame, tables.TOP_PER_PERIOD, heard.span, facts_of=plays, of=of, period=period, by=by
    )


def number_ones(
    plays: Any, *, of: Of = "artists", period: _days.Period = "month", by: By = "plays"
) -> pd.DataFrame:
    """Name the number one of each period, with its share of all that was heard in it.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.NUMBER_ONES`: one row per period with plays, in the order of time.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs.
    TableError
        If a column is missing.

    Notes
    -----
    Of equal ones the first name by code point is number one. ``n_in_a_row`` counts periods that
    follow each other; ``is_new`` marks the first time ever at the top.
    """
    _things.check(of=of, by=by)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = _per_period(heard, period, by, 1)
    if len(frame):
        code, place = frame["code"].to_numpy(), frame["place"].to_numpy()
        goes_on = np.zeros(len(frame), dtype=bool)
        goes_on[1:] = (np.diff(code) == 0) & (np.diff(place) == 1)
        at = np.arange(len(frame))
        frame["n_in_a_row"] = at - np.maximum.accumulate(np.where(goes_on, 0, at)) + 1
        frame["is_new"] = ~frame["code"].duplicated()
    return _plays.finish(
        frame, tables.NUMBER_ONES, heard.span, facts_of=plays, of=of, period=period, by=by
    )


def best_of_hours(plays: Any, *, of: Of = "artists", by: By = "plays") -> pd.DataFrame:
    """Name what was played most in each hour of the day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day``, ``local_hour`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.BEST_OF_HOURS`: one row per hour with plays, midnight first.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local hour in which it began. Of equal ones the first name by code
    point is the best. ``share`` is of all plays (or time) of the hour. Rows without a local hour
    are not counted.
    """
    _things.check(of=of, by=by)
    heard = _things.heard(plays, of, "local_hour")
    heard = heard.only(heard.rows["local_hour"].notna().to_numpy())
    hour = heard.rows["local_hour"].to_numpy(dtype="int64")
    frame = _things.placed(_things.cells(heard, hour), by, n=1)
    frame = frame.assign(local_hour=frame["place"], **heard.names(frame["code"].to_numpy()))
    return _plays.finish(frame, tables.BEST_OF_HOURS, heard.span, facts_of=plays, of=of, by=by)


def top_over_time(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "month",
    n: int = 5,
    by: By = "plays",
) -> pd.DataFrame:
    """Count the most played of all in each period, and all the others together.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int
        How many stand for themselves.
    by : {"plays", "time"}
        What to rank by, over all periods.

    Returns
    -------
    DataFrame
        `tables.TOP_OVER_TIME`: for every period from the first play to the last, also for those
        without plays, one row for each of the `n` and one for the others (its ``rank`` and names
        are missing), the first place first.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The rows of a period add up to all its plays that could be ranked.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, period)
        top = _things.placed(_things.cells(heard), by, n=n)["code"].to_numpy()
        n_layers = len(top) + 1
        layer = np.full(heard.n, len(top))
        layer[top] = np.arange(len(top))
        at = place * n_layers + layer[heard.code]
        sums = heard.summed(at, len(starts) * n_layers)
        of_layer = np.tile(np.arange(n_layers), len(starts))
        of_period = np.repeat(np.arange(len(starts)), n_layers)
        frame = pd.DataFrame({**_days.period_columns(heard.on, starts, period, of_period), **sums})
        measure = sums[_things.MEASURES[by]]
        total = np.repeat(measure.reshape(-1, n_layers).sum(axis=1), n_layers)
        frame["share"] = pd.array(
            np.divide(measure, total, out=np.full(len(total), np.nan), where=total > 0),
            dtype=tables.FLOAT,
        )
        frame = _plays.with_time_known(frame)
        is_rest = of_layer == len(top)
        frame["rank"] = pd.Series(of_layer + 1, dtype=tables.INT).mask(is_rest)
        for name, values in heard.names(np.append(top, top[0])[of_layer]).items():
            frame[name] = pd.Series(values).mask(is_rest)
    return _plays.finish(
        frame, tables.TOP_OVER_TIME, heard.span, facts_of=plays, of=of, period=period, by=by
    )


def movement(
    plays: Any,
    *,
    days: int = 28,
    until: Any = None,
    of: Of = "artists",
    n: int | None = 20,
    by: By = "plays",
) -> pd.DataFrame:
    """Compare places in the last days with those in as many days before.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    days : int
        Length of each of the two windows.
    until : date, str or None
        Last day of the later window; None is the last day of the plays.
    of : {"tracks", "artists", "albums"}
        What to rank.
    n : int or None
        Take what stands among the first `n` of either window; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.MOVEMENT`: in the order of places now; what is gone comes last, in the order of
        its places before. Facts ``days`` and ``until_day``.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs, `n` or `days` is below 1, or `until` is no day.
    TableError
        If a column is missing.

    Notes
    -----
    The windows follow each other and hold whole local days: with `days` 28 the later one is
    `until` and the 27 days before it. ``new`` was not played in the window before, whether or not
    it was known from earlier. Only plays in the two windows are counted.
    """
    _things.check(of=of, by=by, n=n, days=days)
    heard = _things.heard(plays, of)
    last = _things.as_day(until, "until", heard.on)
    frame = pd.DataFrame()
    if last is not None:
        ago = (last - heard.on).astype("int64")
        heard = heard.only((ago >= 0) & (ago < 2 * days))
        is_now = (last - heard.on).astype("int64") < days
        now = _things.placed(_things.cells(heard.only(is_now)), by)
        before = _things.placed(_things.cells(heard.only(~is_now)), by)
        frame = now.merge(before, on="code", how="outer", suffixes=("", "_before"))
        frame[["rank", "rank_before"]] = frame[["rank", "rank_before"]].astype(tables.INT)
        for name in ("n_plays", "n_plays_before"):
            frame[name] = frame[name].astype(tables.INT).fillna(0)
        # not played at all is no time; played without a length is not known
        for end in ("", "_before"):
            silent = frame[f"n_plays{end}"] == 0
            frame[f"ms_played{end}"] = frame[f"ms_played{end}"].astype(tables.INT).mask(silent, 0)
        if n is not None:
            within = (frame["rank"] <= n) | (frame["rank_before"] <= n)
            frame = frame[within.fillna(value=False)]
        frame["move"] = frame["rank_before"] - frame["rank"]
        frame["status"] = np.select(
            [
                frame["rank_before"].isna(),
                frame["rank"].isna(),
                (frame["move"] > 0).fillna(value=False),
                (frame["move"] < 0).fillna(value=False),
            ],
            ["new", "gone", "up", "down"],
            "same",
        )
        frame = frame.sort_values(["rank", "rank_before"], na_position="last")
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(
        frame,
        tables.MOVEMENT,
        heard.span,
        facts_of=plays,
        of=of,
        by=by,
        days=days,
        until_day=None if last is None else str(last),
    )


def climbers_and_fallers(
    plays: Any,
    *,
    days: int = 90,
    of: Of = "artists",
    n: int = 10,
    within: int | None = 100,
    by: By = "plays",
) -> pd.DataFrame:
    """Find who won and who lost places in the list of all time over the last days.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    days : int
        How many days back to compare with, counted from the last day of the plays.
    of : {"tracks", "artists", "albums"}
        What to rank.
    n : int
        How many climbers, and how many fallers.
    within : int or None
        Only what stands among the first so many, now or before; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.CLIMBERS_AND_FALLERS`: climbers, the highest climb first, then fallers, the
        deepest fall first. Fact ``days``.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs, or `days`, `n` or `within` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Both places are of all plays from the first on: one list ends today, the other `days` ago. In
    a list of all time one falls only because others rise. What was not heard yet has no place
    before, so it did not climb. Equal moves stand in the order of places.
    """
    _things.check(of=of, by=by, days=days, n=n, within=within)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        is_before = heard.on <= heard.on.max() - days
        now = _things.placed(_things.cells(heard), by)
        before = _things.placed(_things.cells(heard.only(is_before)), by)
        both = now.merge(before[["code", "rank", "n_plays"]], on="code", suffixes=("", "_before"))
        both["move"] = both["rank_before"] - both["rank"]
        both["n_plays_since"] = both["n_plays"] - both["n_plays_before"]
        if within is not None:
            both = both[both[["rank", "rank_before"]].min(axis=1) <= within]
        up = both[both["move"] > 0].sort_values(["move", "rank"], ascending=[False, True]).head(n)
        down = both[both["move"] < 0].sort_values(["move", "rank"]).head(n)
        frame = pd.concat([up.assign(direction="up"), down.assign(direction="down")])
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(
        frame,
        tables.CLIMBERS_AND_FALLERS,
        heard.span,
        facts_of=plays,
        of=of,
        by=by,
        days=days,
    )


def _per_period(heard: _things.Heard, period: str, by: str, n: int | None) -> pd.DataFrame:
    """Return the first `n` of each period, with names and the columns of the period."""
    if not len(heard):
        return pd.DataFrame(columns=["place", "code", "rank"])
    starts, place = _days.places(heard.on, period)
    frame = _things.placed(_things.cells(heard, place), by, n=n)
    at = frame["place"].to_numpy()
    return frame.assign(
        **_days.period_columns(heard.on, starts, period, at),
        **heard.names(frame["code"].to_numpy()),
    )
