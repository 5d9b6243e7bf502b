"""Listening in one go: sessions, how long they last, and the longest single plays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _moments, _plays, _ranks, _things

__all__ = [
    "longest_plays",
    "longest_sessions",
    "session_lengths",
    "session_starts",
    "session_statistics",
    "sessions",
]

_US_PER_MINUTE = 60_000_000
_EDGES_MIN = (0, 5, 15, 30, 60, 120, 180, 240, 360)


def sessions(plays: Any, *, gap_min: float = 30) -> pd.DataFrame:
    """Group plays into sessions: a session ends when nothing sounds for a while.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, in any order; uses ``started_at``, ``ended_at``, ``ms_played``,
        ``artist``, ``track``, ``local_day``, ``local_hour`` and ``time_zone``.
    gap_min : float
        Minutes of silence that end a session.

    Returns
    -------
    DataFrame
        `tables.SESSIONS`: one row per session, first one first.

    Raises
    ------
    ValueError
        If `gap_min` is not above 0.
    TableError
        If a column is missing.

    Notes
    -----
    Plays stand in the order of their start. A session goes on while the next play starts less
    than `gap_min` after the latest end so far: the silence is measured from the end of a play,
    not from its start, and a play that overlaps a longer one (two devices) does not shorten it.
    A play without ``started_at`` is taken as a moment at ``ended_at``, one without ``ended_at`` as
    a moment at ``started_at``; rows with neither are not counted. Half an hour is the gap web
    analytics settled on; other tools use 10 minutes.
    """
    if not gap_min > 0:
        raise ValueError(f"`gap_min` must be above 0 minutes; not {gap_min!r}.")
    columns = (
        "started_at",
        "ended_at",
        "ms_played",
        "artist",
        "track",
        "local_day",
        "local_hour",
        "time_zone",
    )
    counted = _plays.narrow(plays, *columns).filter(
        ~(nw.col("started_at").is_null() & nw.col("ended_at").is_null())
    )
    # An ordered window over all rows: slow through Narwhals on pandas (18 s for 20 M plays, 0.4 s
    # this way), slow in DuckDB, and one listener's times fit in memory. So all engines hand over.
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    frame = pd.DataFrame()
    if len(heard):
        frame = _plays.with_time_known(_grouped(heard, gap_min))
    return _plays.finish(frame, tables.SESSIONS, counted, facts_of=plays, gap_min=gap_min)


def session_lengths(sessions: Any, *, edges_min: Sequence[int] = _EDGES_MIN) -> pd.DataFrame:
    """Count sessions by how long they took.

    Parameters
    ----------
    sessions : DataFrame of any engine
        Rows of `tables.SESSIONS`: what `metrics.sessions` returned.
    edges_min : sequence of int
        Where a class of lengths begins, in minutes, rising; the last class has no end.

    Returns
    -------
    DataFrame
        `tables.SESSION_LENGTHS`: one row per class, shortest first, with zeros where there is no
        such session; no rows without sessions. Facts ``median_min`` and ``longest_min``.

    Raises
    ------
    ValueError
        If `edges_min` does not begin with 0 or does not rise.
    TableError
        If a column is missing.

    Notes
    -----
    The length is from the start of the first play to the end of the last, silences included. A
    length on an edge belongs to the longer class.
    """
    edges = np.asarray(edges_min, dtype="int64")
    if not len(edges) or edges[0] != 0 or (np.diff(edges) <= 0).any():
        raise ValueError(f"`edges_min` must begin with 0 and rise; not {list(edges_min)!r}.")
    columns = ("span_ms", "n_plays", "ms_played")
    known = _plays.home(
        _plays.narrow(sessions, *columns, table=tables.SESSIONS).filter(
            ~nw.col("span_ms").is_null()
        ),
        _plays.columns_of(tables.SESSIONS, *columns),
    )
    frame = pd.DataFrame()
    facts = dict(tables.facts(sessions))
    if len(known):
        minutes = known["span_ms"].to_numpy(dtype="float64") / 60_000
        place = np.searchsorted(edges, minutes, side="right") - 1
        # missing time stays missing where no session of a class knows any
        sums = known.groupby(place)[["n_plays", "ms_played"]].sum(min_count=1)
        sums = sums.reindex(range(len(edges)))
        n_sessions = np.bincount(place, minlength=len(edges))
        empty = n_sessions == 0
        frame = pd.DataFrame(
            {
                "from_min": edges,
                "to_min": pd.array([*edges[1:].tolist(), None], dtype=tables.INT),
                "n_sessions": n_sessions,
                "share_sessions": n_sessions / len(known),
                "n_plays": sums["n_plays"].mask(empty, 0),
                "ms_played": sums["ms_played"].mask(empty, 0),
            }
        )
        total = frame["ms_played"].sum()
        frame["share_time"] = frame["ms_played"] / total if total else pd.NA
        facts |= {
            "n_sessions": len(known),
            "median_min": float(np.median(minutes)),
            "longest_min": float(minutes.max()),
        }
    return tables.note(tables.conform(frame, tables.SESSION_LENGTHS), **facts)


def longest_sessions(sessions: Any, *, n: int | None = 10) -> pd.DataFrame:
    """List the sessions that took longest.

    Parameters
    ----------
    sessions : DataFrame of any engine
        Rows of `tables.SESSIONS`: what `metrics.sessions` returned.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.LONGEST_SESSIONS`: at most `n` rows, longest first.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The length is from the start of the first play to the end of the last, silences included; ties
    stand in the order of time. How much of it was listened is in ``ms_played``.
    """
    _things.check(n=n)
    columns = dict(tables.SESSIONS.columns)
    known = _plays.home(_plays.narrow(sessions, *columns, table=tables.SESSIONS), columns)
    longest = known.dropna(subset=["span_ms"])
    frame = _ranks.ranked(longest, {"span_ms": False, "session": True}, n=n)
    return tables.note(
        tables.conform(frame, tables.LONGEST_SESSIONS), **dict(tables.facts(sessions))
    )


def session_statistics(sessions: Any) -> pd.DataFrame:
    """Describe all sessions in one row: how many, how long, how full.

    Parameters
    ----------
    sessions : DataFrame of any engine
        Rows of `tables.SESSIONS`: what `metrics.sessions` returned.

    Returns
    -------
    DataFrame
        `tables.SESSION_STATISTICS`: one row, always; zeros, and missing where there is nothing to
        say, without sessions.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Lengths are from the start of the first play to the end of the last, silences included. A
    session belongs to the local day on which it began; means per day are over days with a
    session. Percentiles are interpolated. Other tools give the mean alone, which a few long
    nights pull up: the median says more.
    """
    columns = ("span_ms", "local_day", "n_plays", "ms_played")
    known = _plays.home(
        _plays.narrow(sessions, *columns, table=tables.SESSIONS),
        _plays.columns_of(tables.SESSIONS, *columns),
    ).dropna(subset=["span_ms"])
    n_days = int(known["local_day"].nunique())
    row: dict[str, Any] = {"n_sessions": len(known), "n_days_active": n_days}
    if len(known):
        minutes = known["span_ms"].to_numpy(dtype="float64") / 60_000
        row |= {
            "mean_min": float(minutes.mean()),
            "median_min": float(np.median(minutes)),
            "p90_min": float(np.quantile(minutes, 0.9)),
            "longest_min": float(minutes.max()),
            "plays_per_session": float(known["n_plays"].mean()),
            "median_plays_per_session": float(known["n_plays"].median()),
            "minutes_heard_per_session": known["ms_played"].mean() / 60_000,
        }
    if n_days:
        row["sessions_per_active_day"] = len(known.dropna(subset=["local_day"])) / n_days
    return tables.note(
        tables.conform([row], tables.SESSION_STATISTICS), **dict(tables.facts(sessions))
    )


def session_starts(sessions: Any) -> pd.DataFrame:
    """Count sessions by the hour in which they begin, and say how long these last.

    Parameters
    ----------
    sessions : DataFrame of any engine
        Rows of `tables.SESSIONS`: what `metrics.sessions` returned.

    Returns
    -------
    DataFrame
        `tables.SESSION_STARTS`: 24 rows, midnight first, with zeros where no session begins; no
        rows without sessions.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    The hour is the local one of the first play. Sessions without it are not counted.
    """
    columns = ("span_ms", "local_minute")
    known = _plays.home(
        _plays.narrow(sessions, *columns, table=tables.SESSIONS),
        _plays.columns_of(tables.SESSIONS, *columns),
    ).dropna()
    frame = pd.DataFrame()
    if len(known):
        minutes = known["span_ms"] / 60_000
        by_hour = minutes.groupby(known["local_minute"] // 60)
        hours = range(24)
        n_sessions = by_hour.size().reindex(hours, fill_value=0).to_numpy()
        frame = pd.DataFrame(
            {
                "local_hour": hours,
                "n_sessions": n_sessions,
                "share": n_sessions / len(known),
                "mean_min": by_hour.mean().reindex(hours).to_numpy(),
                "median_min": by_hour.median().reindex(hours).to_numpy(),
            }
        )
    return tables.note(tables.conform(frame, tables.SESSION_STARTS), **dict(tables.facts(sessions)))


def longest_plays(plays: Any, *, n: int = 20) -> pd.DataFrame:
    """List the longest single plays: one track, episode or chapter without a change.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    n : int
        How many.

    Returns
    -------
    DataFrame
        `tables.LONGEST_PLAYS`: at most `n` rows, longest first; ties in the order of time.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    ``ms_played`` is what sounded, so it may exceed the length of a track that was wound back.
    Podcasts and mixes come first in most histories: filter ``kind`` for tracks alone. Plays that
    do not know their time are not listed.
    """
    if not _plays.is_count(n):
        raise ValueError(f"`n` must be 1 or more; not {n!r}.")
    columns = [name for name in tables.LONGEST_PLAYS.columns if name != "rank"]
    frame = _plays.narrow(plays, *columns)
    times = _plays.home(
        frame.select("ms_played").filter(~nw.col("ms_played").is_null()),
        _plays.columns_of(tables.PLAYS, "ms_played"),
    )["ms_played"].to_numpy(dtype="int64")
    # the n-th longest first: sorting whole plays to keep twenty of them takes far longer
    floor = np.partition(times, -n)[-n] if len(times) > n else times.min(initial=0)
    longest = _plays.home(
        frame.filter(nw.col("ms_played") >= int(floor)),
        _plays.columns_of(tables.PLAYS, *columns),
    )
    ties = ("started_at", "ended_at", "track", "episode", "chapter", "artist", "show")
    top = _ranks.ranked(longest, {"ms_played": False, **dict.fromkeys(ties, True)}, n=n)
    return _plays.finish(top, tables.LONGEST_PLAYS, frame, facts_of=plays)


def _grouped(heard: pd.DataFrame, gap_min: float) -> pd.DataFrame:
    """Return sessions of plays that each have at least one of their two times."""
    order, began, ended = _moments.in_order(heard)
    latest_end = np.maximum.accumulate(ended)
    is_first = np.ones(len(began), dtype=bool)
    is_first[1:] = began[1:] - latest_end[:-1] >= gap_min * _US_PER_MINUTE
    session = np.cumsum(is_first) - 1
    firsts = np.flatnonzero(is_first)
    lasts = np.append(firsts[1:], len(began)) - 1
    first_rows = order[firsts]
    # a session's own latest end is the latest of all: earlier sessions ended before it began
    end_us = latest_end[lasts]
    ms = heard["ms_played"].to_numpy(dtype="int64", na_value=0)[order]
    is_timed = heard["ms_played"].notna().to_numpy()[order]
    artist, _ = pd.factorize(heard["artist"])
    title, titles = pd.factorize(heard["track"])
    track = np.where(title < 0, -1, (artist + 1) * (len(titles) + 1) + title)
    return pd.DataFrame(
        {
            "session": np.arange(1, len(firsts) + 1),
            "started_at": _moments.utc(began[firsts]),
            "ended_at": _moments.utc(end_us),
            "local_day": heard["local_day"].to_numpy()[first_rows],
            "local_minute": _local_minute(heard.iloc[first_rows].reset_index(drop=True)),
            "span_ms": (end_us - began[firsts]) // 1000,
            "n_plays": lasts - firsts + 1,
            "ms_played": np.add.reduceat(ms, firsts),
            "n_timed": np.add.reduceat(is_timed.astype("int64"), firsts),
            "n_tracks": _n_different(track[order], session, len(firsts)),
            "n_artists": _n_different(artist[order], session, len(firsts)),
        }
    )


def _n_different(
    code: npt.NDArray[np.int64], session: npt.NDArray[np.int64], n_sessions: int
) -> npt.NDArray[np.int64]:
    """Count the different codes of each session; below 0 is missing."""
    known = code >= 0
    pairs = pd.unique(code[known] * n_sessions + session[known])
    return np.bincount(pairs % n_sessions, minlength=n_sessions)


def _local_minute(firsts: pd.DataFrame) -> pd.Series[Any]:
    """Return the local time of plays in minutes since midnight.

    The stored hour has no minutes, and those of UTC are wrong in India or Nepal: the few rows
    that begin a session are converted once more, each in its own zone.
    """
    minute = firsts["local_hour"] * 60
    began = firsts["started_at"].fillna(firsts["ended_at"])
    for zone in firsts["time_zone"].dropna().unique():
        here = (firsts["time_zone"] == zone).fillna(value=False)
        wall = began[here].dt.tz_convert(str(zone))
        minute[here] = (wall.dt.hour * 60 + wall.dt.minute).astype(tables.INT)
    return minute
