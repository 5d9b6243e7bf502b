"""Again and again: the same thing in a row, day after day, all day long; and days of silence."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _moments, _plays, _ranks, _sums, _things

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
    days = _plays.rows(plays, "local_day")["local_day"].to_numpy().astype("datetime64[D]")
    days = days[~np.isnat(days)]
    on = np.sort(pd.unique(days.view("int64")))
    before = np.flatnonzero(np.diff(on) > 1)
    frame = pd.DataFrame(
        {
            "first_day": _days.dates(on[before] + 1),
            "last_day": _days.dates(on[before + 1] - 1),
            "n_days": np.diff(on)[before] - 1,
        }
    )
    ranking = _ranks.ranked(frame, {"n_days": False, "first_day": True}, n=None)
    return _plays.finish(ranking, tables.SILENCES, _plays.span_of_days(days), facts_of=plays)


def runs(plays: Any, *, of: _things.Of = "artists", n: int | None = 20) -> pd.DataFrame:
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
    _things.check(of=of, n=n)
    keys = _things.KEYS[of]
    heard = _plays.rows(plays, *keys, "started_at", "ended_at", "local_day", "ms_played")
    heard = heard[heard["started_at"].notna() | heard["ended_at"].notna()]
    counted = _plays.span_of(heard)
    frame = pd.DataFrame()
    if len(heard):
        code, things = _things.numbered(heard, keys)
        order, began, ended = _moments.in_order(heard, code)
        code, heard = code[order], heard.iloc[order]
        firsts = np.flatnonzero(np.append(True, np.diff(code) != 0))
        lasts = np.append(firsts[1:], len(code)) - 1
        place = np.repeat(np.arange(len(firsts)), lasts - firsts + 1)
        found = pd.DataFrame(
            {
                "code": code[firsts],
                "started_at": _moments.utc(began[firsts]),
                "ended_at": _moments.utc(np.maximum.reduceat(ended, firsts)),
                "local_day": heard["local_day"].to_numpy()[firsts],
                **_sums.summed(heard["ms_played"], place, len(firsts)),
                "is_current": lasts == len(code) - 1,
            }
        )
        found = found[(found["code"] >= 0) & (found["n_plays"] > 1)]
        best = _ranks.ranked(found, {"n_plays": False, "started_at": True}, n=n)
        frame = _plays.with_time_known(
            best.assign(**_things.names(things, best["code"].to_numpy()))
        )
    return _plays.finish(frame, tables.RUNS, counted, facts_of=plays, of=of)


def daily_streaks(plays: Any, *, of: _things.Of = "artists", n: int | None = 20) -> pd.DataFrame:
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
    _things.check(of=of, n=n)
    heard = _things.heard(plays, of)
    days = _things.per_day(heard)
    frame = pd.DataFrame()
    if len(days):
        code, day = days["code"].to_numpy(), days["day"].to_numpy()
        is_first = np.append(True, (np.diff(code) != 0) | (np.diff(day) != 1))
        firsts = np.flatnonzero(is_first)
        lasts = np.append(firsts[1:], len(code)) - 1
        found = pd.DataFrame(
            {
                "code": code[firsts],
                "first_day": _days.dates(day[firsts]),
                "last_day": _days.dates(day[lasts]),
                "n_days": lasts - firsts + 1,
                **{name: np.add.reduceat(days[name].to_numpy(), firsts) for name in _plays.HEARD},
                "is_current": day[lasts] == day.max(),
            }
        )
        # rows stand in the order of things, then time: a stable sort keeps the first of equals
        longest = found.sort_values("n_days", ascending=False, kind="stable")
        longest = longest.drop_duplicates("code")
        best = _ranks.ranked(longest, {"n_days": False, "n_plays": False}, n=n)
        frame = _plays.with_time_known(best.assign(**heard.names(best["code"].to_numpy())))
    return _plays.finish(frame, tables.DAILY_STREAKS, heard.span, facts_of=plays, of=of)


def binges(
    plays: Any,
    *,
    of: _things.Of = "artists",
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
    _things.check(of=of, n=n)
    if by not in ("plays", "time"):
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    measure = {"plays": "n_plays", "time": "ms_played"}[by]
    heard = _things.heard(plays, of)
    days = _things.per_day(heard)
    frame = pd.DataFrame()
    if len(days):
        best = _ranks.ranked(days, {measure: False, "day": True}, n=n)
        day = days["day"].to_numpy()
        total = _sums.total(day - day.min(), days[measure].to_numpy(), int(np.ptp(day)) + 1)
        whole = total[best["day"].to_numpy() - day.min()]
        frame = _plays.with_time_known(best.assign(**heard.names(best["code"].to_numpy()))).assign(
            local_day=_days.dates(best["day"]),
            share=best[measure] / pd.Series(whole).mask(whole == 0),
        )
    return _plays.finish(frame, tables.BINGES, heard.span, facts_of=plays, of=of, by=by)
