"""Coming back: how long things are left alone, and how often they return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _things

__all__ = ["days_between_plays", "gaps"]


def gaps(
    plays: Any,
    *,
    of: _things.Of = "artists",
    n: int | None = 20,
    min_plays: int = 10,
    running: bool = False,
) -> pd.DataFrame:
    """Find for each artist, album or track the longest time it was not played.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``album`` or ``track``, ``local_day`` and
        ``ms_played``.
    of : {"artists", "albums", "tracks"}
        What was left alone.
    n : int or None
        How many; None is all.
    min_plays : int
        Things with fewer plays in all are left out: what was heard once has not been missed.
    running : bool
        False: gaps that ended with another play. True: those that still run at the last day of
        the plays.

    Returns
    -------
    DataFrame
        `tables.GAPS`: one row per thing, at most `n`; most days first, ties in the order of
        names.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Days are from the local day of one play to that of the next, so plays on two days in a row
    leave a gap of 1, and a thing played on one day only has none that ended. Of equally long gaps
    of one thing the first is kept. A running gap ends with the last day on which anything with a
    name was played: the metric does not know today's date.
    """
    _things.check(of=of, n=n, min_plays=min_plays)
    heard = _things.heard(plays, of)
    days = _things.per_day(heard)
    frame = pd.DataFrame()
    if len(days):
        code, day = days["code"].to_numpy(), days["day"].to_numpy()
        total = np.bincount(code, weights=days["n_plays"]).astype("int64")
        so_far = np.cumsum(days["n_plays"].to_numpy())
        is_last = np.append(np.diff(code) != 0, True)
        before = np.flatnonzero(is_last if running else ~is_last)
        # plays of all earlier things are no plays of this one
        earlier = np.append(0, np.cumsum(total))
        found = pd.DataFrame(
            {
                "code": code[before],
                "n_days": (day.max() if running else day[np.minimum(before + 1, len(day) - 1)])
                - day[before],
                "from_day": _days.dates(day[before]),
                "n_plays": total[code[before]],
                "n_plays_before": so_far[before] - earlier[code[before]],
                "is_running": running,
            }
        )
        found = found[(found["n_plays"] >= min_plays) & (found["n_days"] > 0)]
        if not running:
            longest = found.sort_values("n_days", ascending=False, kind="stable")
            found = longest.drop_duplicates("code")
        best = _ranks.ranked(found, {"n_days": False}, n=n)
        frame = best.assign(**heard.names(best["code"].to_numpy()))
        if not running:
            frame["to_day"] = frame["from_day"] + pd.to_timedelta(frame["n_days"], unit="D")
    return _plays.finish(
        frame,
        tables.GAPS,
        heard.span,
        facts_of=plays,
        of=of,
        min_plays=min_plays,
        running=running,
    )


def days_between_plays(
    plays: Any, *, of: _things.Of = "artists", n: int | None = 20, min_plays: int = 10
) -> pd.DataFrame:
    """Say for each artist, album or track how many days lie between its plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``album`` or ``track``, ``local_day`` and
        ``ms_played``.
    of : {"artists", "albums", "tracks"}
        What came back.
    n : int or None
        How many; None is all.
    min_plays : int
        Things with fewer plays are left out; 2 at least, as one play lies between nothing.

    Returns
    -------
    DataFrame
        `tables.DAYS_BETWEEN_PLAYS`: one row per thing, at most `n`; what comes back fastest
        first, then most plays, then in the order of names.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    ``mean_days`` is (last day - first day) / (plays - 1): the mean distance of plays that follow
    each other, 0 within a day. It is over the time between first and last play, so a short love
    comes back faster than an old one; ``n_days_active`` and ``first_day`` tell the two apart.
    ``longest_gap_days`` is the longest distance of two days with plays, not known where all were
    on one day, ``days_since`` that of the last one to the last day of all named plays.
    """
    _things.check(of=of, n=n, min_plays=min_plays)
    heard = _things.heard(plays, of)
    days = _things.per_day(heard)
    frame = pd.DataFrame()
    if len(days):
        code, day = days["code"].to_numpy(), days["day"].to_numpy()
        firsts = np.flatnonzero(np.append(True, np.diff(code) != 0))
        lasts = np.append(firsts[1:], len(code)) - 1
        distance = np.diff(day, prepend=day[0])
        distance[firsts] = 0
        n_plays = np.add.reduceat(days["n_plays"].to_numpy(), firsts)
        found = pd.DataFrame(
            {
                "code": code[firsts],
                "n_plays": n_plays,
                "n_days_active": lasts - firsts + 1,
                "first_day": _days.dates(day[firsts]),
                "last_day": _days.dates(day[lasts]),
                "mean_days": (day[lasts] - day[firsts]) / np.maximum(n_plays - 1, 1),
                "longest_gap_days": pd.Series(
                    np.maximum.reduceat(distance, firsts), dtype="Int64"
                ).where(lasts > firsts),
                "days_since": day.max() - day[lasts],
            }
        )
        found = found[n_plays >= max(min_plays, 2)]
        best = _ranks.ranked(found, {"mean_days": True, "n_plays": False}, n=n)
        frame = best.assign(**heard.names(best["code"].to_numpy()))
    return _plays.finish(
        frame,
        tables.DAYS_BETWEEN_PLAYS,
        heard.span,
        facts_of=plays,
        of=of,
        min_plays=max(min_plays, 2),
    )
