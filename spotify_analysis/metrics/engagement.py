"""How plays began and ended: skips, finished plays, clicks, the back button, shuffle.

Skips are those of ``was_skipped``, never of Spotify's ``skipped``: that one changed its meaning in
October 2022. Before, it is missing or filled with false, so that a history seems to have been free
of skips until then; since, it is exactly ``reason_end`` in forward, back or another choice, which
``was_skipped`` is in every year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _moments, _plays, _ranks, _signs, _sums, _things

__all__ = [
    "engagement",
    "engagement_over_time",
    "reasons",
    "skip_moments",
    "skip_streaks",
    "skips_by_shuffle",
]

_MOMENTS_S = (0, 1, 3, 5, 10, 20, 30, 60, 120, 180, 240)
_STARTS = {
    "trackdone": "the one before had ended",
    "fwdbtn": "the one before was skipped",
    "backbtn": "back button",
    "clickrow": "clicked in a list",
    "playbtn": "play button",
    "appload": "app was opened",
    "remote": "from another device",
    "trackerror": "the one before failed",
    "switched-to-video": "went over to video",
}
_ENDS = {
    "trackdone": "played to the end",
    "fwdbtn": "skipped",
    "backbtn": "back button",
    "endplay": "something else was chosen",
    "logout": "logged out or closed",
    "remote": "from another device",
    "trackerror": "failed",
    "clickrow": "another was clicked",
    "playbtn": "play button",
    "unexpected-exit": "app ended unexpectedly",
    "unexpected-exit-while-paused": "app ended while paused",
}


def engagement(plays: Any) -> pd.DataFrame:
    """Say in one row how plays began and ended: skipped, finished, clicked, shuffled.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``local_day``, ``reason_start``, ``reason_end``,
        ``was_skipped`` and ``shuffle``. Give every row, not only those that count as plays: a rule
        that asks for 30 s leaves out most skips, and the table says so (``skips_left_out``).

    Returns
    -------
    DataFrame
        `tables.ENGAGEMENT`: one row, always; zeros, and missing shares, without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Only plays of tracks with a title count. Skipped is ``was_skipped`` (ended by forward, back or
    another choice), never Spotify's ``skipped``, which meant something else before October 2022.
    Finished is ``reason_end`` trackdone. The two do not add up to 1: a play also ends when the app
    is closed. Clicked is ``reason_start`` clickrow; deliberate is clicked and finished, as in
    music-data. Each share is of the plays that know: the account-data export knows no reasons.
    """
    heard = _signs.of_tracks(plays)
    sums = _signs.summed(heard, np.zeros(len(heard), dtype="int64"), 1)
    frame = _with_shares(pd.DataFrame(sums))
    return _plays.finish(frame, tables.ENGAGEMENT, heard, facts_of=plays, about_skips=True)


def engagement_over_time(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Say per day, week, month or year how plays began and ended.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, as for `engagement`: every row.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.ENGAGEMENT_OVER_TIME`: one row per period from the first play to the last, with
        zeros and missing shares where nothing was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Definitions are those of `engagement`; rows without a local day are not counted. A break in
    the skip rate in October 2022 is the mark of a tool that reads Spotify's ``skipped``: here it
    is not, because ``was_skipped`` says the same in all years.
    """
    _days.check_period(period)
    heard = _signs.of_tracks(plays)
    on = heard["local_day"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(on)
    heard, on = heard[known], on[known]
    frame = pd.DataFrame()
    if len(on):
        starts, place = _days.places(on, period)
        sums = _signs.summed(heard, place, len(starts))
        frame = _with_shares(pd.DataFrame({**_days.period_columns(on, starts, period), **sums}))
    return _plays.finish(
        frame,
        tables.ENGAGEMENT_OVER_TIME,
        heard,
        facts_of=plays,
        about_skips=True,
        period=period,
    )


def skips_by_shuffle(plays: Any) -> pd.DataFrame:
    """Compare skips with shuffle on and off.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, as for `engagement`: every row.

    Returns
    -------
    DataFrame
        `tables.SKIPS_BY_SHUFFLE`: off first, then on; no row for what never was.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Definitions are those of `engagement`. Plays that do not know whether shuffle was on are in
    neither row.
    """
    heard = _signs.of_tracks(plays)
    # the plays that do not know come last, and are left out
    place = heard["shuffle"].to_numpy(dtype="int64", na_value=2)
    frame = pd.DataFrame({"shuffle": [False, True, None], **_signs.summed(heard, place, 3)})
    frame = frame[frame["n_plays"] > 0].dropna(subset="shuffle")
    return _plays.finish(
        _with_shares(frame), tables.SKIPS_BY_SHUFFLE, heard, facts_of=plays, about_skips=True
    )


def skip_moments(plays: Any, *, edges_s: Sequence[int] = _MOMENTS_S) -> pd.DataFrame:
    """Count skips by how long the track had sounded.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``local_day``, ``was_skipped`` and ``ms_played``.
        Give every row: a rule that asks for 30 s leaves out most skips, and those that remain
        come late; the table says so (``skips_left_out``).
    edges_s : sequence of int
        Where a class begins, in seconds, rising; the last class has no end.

    Returns
    -------
    DataFrame
        `tables.SKIP_MOMENTS`: one row per class, with zeros where there is none; no rows without
        skips. Facts ``n_skips``, ``median_s``, ``share_within_3_s``, ``share_after_30_s`` and
        ``share_after_120_s``.

    Raises
    ------
    ValueError
        If `edges_s` does not begin with 0 or does not rise.
    TableError
        If a column is missing.

    Notes
    -----
    Skips are those of ``was_skipped`` whose time is known, of tracks with a title. A moment on an
    edge belongs to the later class: within 3 s means less than 3 s, after 30 s means 30 s or more.
    """
    edges = np.asarray(edges_s, dtype="int64")
    if not len(edges) or edges[0] != 0 or (np.diff(edges) <= 0).any():
        raise ValueError(f"`edges_s` must begin with 0 and rise; not {list(edges_s)!r}.")
    counted = _plays.narrow(plays, "track", "local_day", "was_skipped", "ms_played").filter(
        ~nw.col("track").is_null()
    )
    skips = _plays.home(
        counted.filter(
            nw.col("was_skipped").fill_null(value=False), ~nw.col("ms_played").is_null()
        ),
        _plays.columns_of(tables.PLAYS, "ms_played"),
    )
    ms = skips["ms_played"].to_numpy(dtype="int64")
    frame = pd.DataFrame()
    facts: dict[str, Any] = {"n_skips": len(ms)}
    if len(ms):
        place = np.searchsorted(edges * 1000, ms, side="right") - 1
        n_skips = np.bincount(place, minlength=len(edges))
        frame = pd.DataFrame(
            {
                "from_s": edges,
                "to_s": pd.array([*edges[1:].tolist(), None], dtype=tables.INT),
                "n_skips": n_skips,
                "share": n_skips / len(ms),
                "share_so_far": np.cumsum(n_skips) / len(ms),
            }
        )
        facts |= {
            "median_s": float(np.median(ms)) / 1000,
            "share_within_3_s": float((ms < 3_000).mean()),
            "share_after_30_s": float((ms >= 30_000).mean()),
            "share_after_120_s": float((ms >= 120_000).mean()),
        }
    return _plays.finish(
        frame, tables.SKIP_MOMENTS, counted, facts_of=plays, about_skips=True, **facts
    )


def skip_streaks(plays: Any, *, n: int | None = 10) -> pd.DataFrame:
    """Find the longest runs of skips, one after another.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, in any order; uses ``started_at``, ``ended_at``, ``local_day``,
        ``was_skipped`` and ``ms_played``. Give every row, as for `engagement`.
    n : int or None
        How many; None is all runs of two skips or more.

    Returns
    -------
    DataFrame
        `tables.SKIP_STREAKS`: at most `n` rows, most skips first, ties in the order of time.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Plays of any kind stand in the order of their start. A play that was not skipped, or does not
    know, ends a run; silence does not. A single skip is no run.
    """
    _things.check(n=n)
    columns = ("started_at", "ended_at", "local_day", "was_skipped", "ms_played")
    counted = _plays.narrow(plays, *columns).filter(
        ~(nw.col("started_at").is_null() & nw.col("ended_at").is_null())
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    frame = pd.DataFrame()
    skipped = heard["was_skipped"].fillna(value=False).to_numpy(dtype=bool)
    if skipped.any():
        order, began, ended = _moments.in_order(heard, skipped.astype("int64"))
        skipped = skipped[order]
        firsts = np.flatnonzero(np.append(True, skipped[1:] != skipped[:-1]))
        lasts = np.append(firsts[1:], len(skipped)) - 1
        place = np.repeat(np.arange(len(firsts)), lasts - firsts + 1)
        found = pd.DataFrame(
            {
                "started_at": _moments.utc(began[firsts]),
                "ended_at": _moments.utc(np.maximum.reduceat(ended, firsts)),
                "local_day": heard["local_day"].to_numpy()[order[firsts]],
                **_sums.summed(heard.iloc[order]["ms_played"], place, len(firsts)),
            }
        )
        found = _plays.with_time_known(found[skipped[firsts] & (found["n_plays"] > 1)])
        frame = _ranks.ranked(
            found.rename(columns={"n_plays": "n_skips"}),
            {"n_skips": False, "started_at": True},
            n=n,
        )
    return _plays.finish(frame, tables.SKIP_STREAKS, counted, facts_of=plays, about_skips=True)


def reasons(plays: Any) -> pd.DataFrame:
    """Count why plays began and why they ended.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``reason_start``, ``reason_end``, ``local_day`` and
        ``ms_played``. Give every row, as for `engagement`.

    Returns
    -------
    DataFrame
        `tables.REASONS`: starts first, each moment with most plays first, ties in the order of
        the reason.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Plays of every kind count. The reasons are Spotify's words, which it does not explain;
    ``in_words`` is our reading of those that are common, missing for others. ``share`` is of the
    plays that have a reason.
    """
    columns = ("reason_start", "reason_end", "local_day", "ms_played")
    # few words and two groupings: numbering them at home takes half as long as grouping twice
    heard = _plays.rows(plays, *columns)
    parts = []
    for moment in ("start", "end"):
        place, names = pd.factorize(heard[f"reason_{moment}"])
        # the plays without a reason are numbered -1, and stand first here
        counts = _sums.summed(heard["ms_played"], place.astype("int64") + 1, len(names) + 1)
        counted_here = pd.DataFrame(counts).iloc[1:].assign(reason=list(names), moment=moment)
        parts.append(counted_here.sort_values(["n_plays", "reason"], ascending=[False, True]))
    frame = pd.concat(parts, ignore_index=True)
    by_moment = frame.groupby("moment")
    words = {"start": _STARTS, "end": _ENDS}
    in_words: list[Any] = [
        words[moment].get(reason)
        for moment, reason in zip(frame["moment"], frame["reason"], strict=True)
    ]
    frame = _plays.with_time_known(frame).assign(
        rank=by_moment.cumcount() + 1,
        in_words=in_words,
        share=frame["n_plays"] / by_moment["n_plays"].transform("sum"),
    )
    return _plays.finish(frame, tables.REASONS, heard, facts_of=plays, about_skips=True)


def _with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the shares whose parts and wholes are there."""
    shares: dict[str, tuple[str, str]] = {
        "skip_rate": ("n_skipped", "n_ended"),
        "finished_share": ("n_finished", "n_ended"),
        "clicked_share": ("n_clicked", "n_started"),
        "deliberate_share": ("n_deliberate", "n_started"),
        "shuffle_share": ("n_shuffled", "n_shuffle_known"),
    }
    return frame.assign(
        **{
            name: _signs.share(frame[part], frame[whole])
            for name, (part, whole) in shares.items()
            if part in frame and whole in frame
        }
    )
