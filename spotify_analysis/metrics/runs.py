"""Again and again: the same thing in a row, day after day, all day long; and days of silence."""

from __future__ import annotations

from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _named, _plays

__all__ = ["binges", "daily_streaks", "runs", "silences"]


def silences(plays: Any) -> pd.DataFrame:
    """Find the runs of days without any play.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``.

    Returns
    -------
    DataFrame
        `tables.SILENCES`: one row per run, also of a single day; longest first, ties in the order
        of time.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Only days between the first and the last play count: the metric does not know today's date. A
    silence can also be a hole in the data, such as a month whose file is missing.
    """
    counted = _plays.narrow(plays, "local_day").filter(~nw.col("local_day").is_null())
    days = _plays.home(counted.unique(), _plays.columns_of(tables.PLAYS, "local_day"))
    on = np.sort(days["local_day"].to_numpy().astype("datetime64[D]").astype("int64"))
    before = np.flatnonzero(np.diff(on) > 1)
    frame = pd.DataFrame(
        {
            "first_day": _named.as_days(on[before] + 1),
            "last_day": _named.as_days(on[before + 1] - 1),
            "n_days": np.diff(on)[before] - 1,
        }
    )
    ranking = _named.ranked(frame, {"n_days": False, "first_day": True}, n=None)
    return _plays.finish(ranking, tables.SILENCES, counted, facts_of=plays)


def runs(plays: Any, *, of: _named.Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """Find the longest runs of plays of the same artist, album or track, one after another.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, in any order; uses ``artist``, ``album`` or ``track``,
        ``started_at``, ``ended_at``, ``local_day`` and ``ms_played``.
    of : {"artists", "albums", "tracks"}
        What stays the same.
    n : int or None
        How many; None is all runs of two plays or more.

    Returns
    -------
    DataFrame
        `tables.RUNS`: at most `n` rows, most plays first, ties in the order of time.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Plays stand in the order of their start. Any other play ends a run, also a podcast or a play
    whose names are gone; silence and midnight do not. A single play is no run. ``is_current``
    marks the run that reaches the last play.
    """
    _named.check(of, n)
    wanted = _named.columns(of, "started_at", "ended_at", "local_day", "ms_played")
    counted = _plays.narrow(plays, *wanted).filter(
        ~(nw.col("started_at").is_null() & nw.col("ended_at").is_null())
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *wanted))
    frame = pd.DataFrame(columns=list(tables.RUNS.columns))
    if len(heard):
        code, names = _named.coded(heard, of)
        order, began, ended = _named.in_order(heard, code)
        code, heard = code[order], heard.iloc[order]
        firsts = np.flatnonzero(np.append(True, np.diff(code) != 0))
        lasts = np.append(firsts[1:], len(code)) - 1
        place = np.repeat(np.arange(len(firsts)), lasts - firsts + 1)
        found = pd.DataFrame(
            {
                "code": code[firsts],
                "started_at": _named.utc(began[firsts]),
                "ended_at": _named.utc(np.maximum.reduceat(ended, firsts)),
                "local_day": heard["local_day"].to_numpy()[firsts],
                **_named.summed(heard, place, len(firsts)),
                "is_current": lasts == len(code) - 1,
            }
        )
        found = found[(found["code"] >= 0) & (found["n_plays"] > 1)]
        best = _named.ranked(found, {"n_plays": False, "started_at": True}, n=n, of=of)
        frame = _plays.with_time_known(_named.named(best, names))
    return _plays.finish(frame, tables.RUNS, counted, facts_of=plays, of=of)


def daily_streaks(plays: Any, *, of: _named.Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """Find for each artist, album or track its longest run of days in a row.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``album`` or ``track``, ``local_day`` and
        ``ms_played``.
    of : {"artists", "albums", "tracks"}
        What was heard day after day.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.DAILY_STREAKS`: one row per thing, at most `n`; most days first, then most plays,
        then in the order of names.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A day counts if at least one play of the thing began on it. Of equally long runs of one thing
    the first is kept. ``is_current`` marks a run that reaches the last day of the plays.
    """
    _named.check(of, n)
    counted, names, days = _named.per_day(plays, of)
    frame = pd.DataFrame(columns=list(tables.DAILY_STREAKS.columns))
    if len(days):
        code, day = days["code"].to_numpy(), days["day"].to_numpy()
        is_first = np.append(True, (np.diff(code) != 0) | (np.diff(day) != 1))
        firsts = np.flatnonzero(is_first)
        lasts = np.append(firsts[1:], len(code)) - 1
        found = pd.DataFrame(
            {
                "code": code[firsts],
                "first_day": _named.as_days(day[firsts]),
                "last_day": _named.as_days(day[lasts]),
                "n_days": lasts - firsts + 1,
                **{name: np.add.reduceat(days[name].to_numpy(), firsts) for name in _plays.HEARD},
                "is_current": day[lasts] == day.max(),
            }
        )
        # rows stand in the order of things, then time: a stable sort keeps the first of equals
        longest = found.sort_values("n_days", ascending=False, kind="stable")
        longest = longest.drop_duplicates("code")
        best = _named.ranked(longest, {"n_days": False, "n_plays": False, "code": True}, n=n, of=of)
        frame = _plays.with_time_known(_named.named(best, names))
    return _plays.finish(frame, tables.DAILY_STREAKS, counted, facts_of=plays, of=of)


def binges(
    plays: Any,
    *,
    of: _named.Of = "artists",
    n: int | None = 20,
    by: Literal["plays", "time"] = "plays",
) -> pd.DataFrame:
    """Find the days with most plays of one artist, album or track.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``album`` or ``track``, ``local_day`` and
        ``ms_played``.
    of : {"artists", "albums", "tracks"}
        What was heard all day.
    n : int or None
        How many; None is every day of everything.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.BINGES`: one row per thing and day, at most `n`; ties in the order of time, then
        of names.

    Raises
    ------
    ValueError
        If `of` or `by` is none of these, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs to the local day on which it began, so a night through is two days. ``share``
    is of all named plays (or their time) of that day.
    """
    _named.check(of, n)
    if by not in ("plays", "time"):
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    measure = {"plays": "n_plays", "time": "ms_played"}[by]
    counted, names, days = _named.per_day(plays, of)
    frame = pd.DataFrame(columns=list(tables.BINGES.columns))
    if len(days):
        best = _named.ranked(days, {measure: False, "day": True, "code": True}, n=n, of=of)
        day = days["day"].to_numpy()
        total = np.zeros(int(np.ptp(day)) + 1)
        np.add.at(total, day - day.min(), days[measure].to_numpy())
        whole = total[best["day"].to_numpy() - day.min()]
        frame = _plays.with_time_known(_named.named(best, names)).assign(
            local_day=_named.as_days(best["day"]),
            share=best[measure] / pd.Series(whole).mask(whole == 0),
        )
    return _plays.finish(frame, tables.BINGES, counted, facts_of=plays, of=of, by=by)
