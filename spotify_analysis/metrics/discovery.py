"""What was new: artists, tracks and albums heard for the first time, and those already known."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _sums, _things

__all__ = ["cohorts", "discovery", "discovery_days", "first_listens", "top_discoveries"]


def discovery(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count the artists, tracks and albums of each period: new, known, and all so far.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``album`` and ``local_day``. Give the
        whole history: an artist is new where these plays first name it.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.DISCOVERY`: one row per period from the first play to the last, with zeros where
        nothing was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    New means: the first play lies in this period; known: it lies in an earlier one. A track is an
    artist and a title, an album an artist and an album; plays without title or album count for
    their artist alone. Rows without artist or local day (podcasts, audiobooks, lost names) are
    not counted. In the first periods nearly everything is new, because the plays begin there.
    """
    _days.check_period(period)
    columns = ("artist", "track", "album", "local_day")
    counted = _plays.narrow(plays, *columns).filter(
        ~nw.col("artist").is_null(), ~nw.col("local_day").is_null()
    )
    # The first time of a name is an ordered question, which engines answer at very different
    # speed; four columns of one listener are few, so it is answered here for all of them.
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    frame = pd.DataFrame()
    if len(heard):
        on = heard["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on.min(), on.max(), period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        artist, _ = pd.factorize(heard["artist"])
        frame = pd.DataFrame(
            {
                "period": period,
                "period_start": starts.astype("datetime64[us]"),
                "is_partial": _days.is_partial(starts, on.min(), on.max(), period),
                "n_plays": np.bincount(place, minlength=len(starts)),
                **_new_and_known("artists", artist, place, len(starts)),
                **_named("tracks", artist, heard["track"], place, len(starts)),
                **_named("albums", artist, heard["album"], place, len(starts)),
            }
        )
    return _plays.finish(frame, tables.DISCOVERY, counted, facts_of=plays, period=period)


def first_listens(plays: Any, *, of: _things.Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """List artists, tracks or albums by their first play, the latest discovery first.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``started_at``, ``ended_at``, ``local_day`` and
        ``ms_played``. Give the whole history.
    of : {"artists", "tracks", "albums"}
        What to list.
    n : int or None
        How many; None is all, back to the very first play.

    Returns
    -------
    DataFrame
        `tables.FIRST_LISTENS`: at most `n` rows, the latest new one first.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The first play is the one that began first (``started_at``, or ``ended_at`` where the start is
    not known); plays of one moment stand in the order of their titles. ``began_with`` is its
    title. First plays of one moment stand in the order of names, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, of, "track", "started_at", "ended_at")
    frame = pd.DataFrame()
    if heard.n:
        title, titles = _things.numbered(heard.rows, ["track"])
        began = heard.rows["started_at"].fillna(heard.rows["ended_at"])
        # a play of no known moment is taken as the last of its day
        end_of_day = (heard.day + 1) * 86_400_000_000 - 1
        at = np.where(began.isna(), end_of_day, began.astype("int64"))
        order = np.lexsort((title, at, heard.day))[::-1]
        first = np.empty(heard.n, dtype="int64")
        # where a code comes several times the last one written stays: its first play
        first[heard.code[order]] = order
        chosen = np.arange(heard.n)
        when = at[first]
        if n is not None and n < heard.n:
            chosen = np.flatnonzero(when >= np.partition(when, -n)[-n])
        frame = heard.table(chosen).assign(at=when[chosen])
        frame["began_with"] = titles["track"].reindex(title[first[chosen]]).array
        frame = _ranks.ranked(frame, {"at": False}, n=n)
    return _plays.finish(frame, tables.FIRST_LISTENS, heard.span, facts_of=plays, of=of)


def discovery_days(plays: Any, *, of: _things.Of = "artists", n: int | None = 10) -> pd.DataFrame:
    """Find the days on which most was heard for the first time, with what it was.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``. Give the whole history: on its
        first days nearly everything is new.
    of : {"artists", "tracks", "albums"}
        What to count.
    n : int or None
        How many days; None is every day with something new.

    Returns
    -------
    DataFrame
        `tables.DISCOVERY_DAYS`: at most `n` rows, the richest day first.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Ties stand in the order of days. ``names`` is in the order of plays from that day to the end,
    ties by code point. ``n_kept`` counts those that were heard again on a later day.
    """
    _things.check(n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        first = heard.first
        start = int(first.min())
        new = np.bincount(first - start)
        frame = pd.DataFrame({"day": np.flatnonzero(new) + start, "n_new": new[new > 0]})
        frame = _ranks.ranked(frame, {"n_new": False, "day": True}, n=n)
        chosen = np.flatnonzero(np.isin(first, frame["day"]))
        found = heard.things.iloc[chosen].assign(
            day=first[chosen],
            n_plays=heard.n_plays[chosen],
            kept=heard.last[chosen] > first[chosen],
        )
        by_day = _ranks.ranked(found, {"n_plays": False}).groupby("day")
        told = by_day.agg(n_kept=("kept", "sum"), names=(_things.KEYS[of][0], "; ".join))
        frame = frame.join(told, on="day")
        frame["local_day"] = _days.dates(frame["day"])
    return _plays.finish(frame, tables.DISCOVERY_DAYS, heard.span, facts_of=plays, of=of)


def top_discoveries(
    plays: Any,
    *,
    of: _things.Of = "artists",
    period: _days.Period = "year",
    n: int | None = 5,
) -> pd.DataFrame:
    """Rank what was first heard in each period by its plays in that period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``. Give the whole
        history.
    of : {"artists", "tracks", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int or None
        How many of each period; 1 is the most played new one, None is all.

    Returns
    -------
    DataFrame
        `tables.TOP_DISCOVERIES`: at most `n` rows of each period that has something new, the
        first period first.

    Raises
    ------
    ValueError
        If `of` or `period` is none of those, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Plays after the period do not count for the place (``n_plays_since`` has them all), so an old
    discovery is measured as it was when it was new. Ties stand in the order of names, by code
    point.
    """
    _days.check_period(period)
    _things.check(n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        born = _sums.least(heard.code, place, heard.n)
        is_new = place == born[heard.code]
        code = heard.code[is_new]
        ms = heard.ms
        known = heard.is_timed
        frame = heard.things.assign(
            place=born,
            n_plays=np.bincount(code, minlength=heard.n),
            ms_played=_sums.total(code, ms[is_new], heard.n),
            n_timed=np.bincount(heard.code[is_new & known], minlength=heard.n),
            first_day=_days.dates(heard.first),
            n_plays_since=heard.n_plays,
        )
        frame = _plays.with_time_known(_ranks.ranked_in(frame, "place", "n_plays", n=n))
        columns = pd.DataFrame(_days.period_columns(heard.on, starts, period))
        frame = frame.join(columns, on="place")
    return _plays.finish(
        frame, tables.TOP_DISCOVERIES, heard.span, facts_of=plays, of=of, period=period
    )


def cohorts(
    plays: Any, *, of: _things.Of = "artists", period: _days.Period = "year"
) -> pd.DataFrame:
    """Split the listening of each period by the year in which each thing was first heard.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``. Give the whole
        history.
    of : {"artists", "tracks", "albums"}
        What is first heard.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.COHORTS`: for each period from the first play to the last one row per year up to
        it, with zeros where nothing of that year was heard.

    Raises
    ------
    ValueError
        If `of` or `period` is none of those.
    TableError
        If a column is missing.

    Notes
    -----
    All plays of an artist (track, album) belong to the year of its first play in these plays; the
    first year therefore holds everything that was known before they begin. ``share`` is of the
    plays of the period; missing where there are none.
    """
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        born = heard.first.astype("datetime64[D]").astype("datetime64[Y]").astype("int64") + 1970
        first_year = int(born.min())
        last_day = np.datetime64(int(heard.day.max()), "D")
        n_years = int(last_day.astype("datetime64[Y]").astype("int64")) + 1970 - first_year + 1
        cell = place * n_years + (born - first_year)[heard.code]
        n_cells = len(starts) * n_years
        ms = heard.ms
        known = heard.is_timed
        n_plays = np.bincount(cell, minlength=n_cells)
        in_period = np.repeat(n_plays.reshape(-1, n_years).sum(axis=1), n_years)
        columns = pd.DataFrame(_days.period_columns(heard.on, starts, period))
        frame = columns.loc[np.repeat(np.arange(len(starts)), n_years)].assign(
            first_year=np.tile(np.arange(first_year, first_year + n_years), len(starts)),
            n_plays=n_plays,
            ms_played=_sums.total(cell, ms, n_cells),
            n_timed=np.bincount(cell[known], minlength=n_cells),
            share=pd.array(n_plays / np.maximum(in_period, 1), dtype=tables.FLOAT),
        )
        frame["share"] = frame["share"].mask(in_period == 0)
        # a week may end in the next year
        last_year = np.append(starts[1:], starts[-1] + 7) - 1 if period == "week" else starts
        until = last_year.astype("datetime64[Y]").astype("int64") + 1970
        frame = _plays.with_time_known(frame[frame["first_year"] <= np.repeat(until, n_years)])
    return _plays.finish(frame, tables.COHORTS, heard.span, facts_of=plays, of=of, period=period)


def _named(
    what: str,
    artist: npt.NDArray[np.int64],
    names: pd.Series[Any],
    place: npt.NDArray[np.int64],
    n_places: int,
) -> dict[str, npt.NDArray[np.int64]]:
    """Count tracks or albums: an artist and a name; plays without a name do not count."""
    name, different = pd.factorize(names)
    is_named = name >= 0
    code, _ = pd.factorize(artist[is_named] * len(different) + name[is_named])
    return _new_and_known(what, code, place[is_named], n_places)


def _new_and_known(
    what: str, code: npt.NDArray[np.int64], place: npt.NDArray[np.int64], n_places: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Count different codes per place, and those whose first place it is."""
    first = np.full(int(code.max(initial=-1)) + 1, n_places)
    np.minimum.at(first, code, place)
    new = np.bincount(first[first < n_places], minlength=n_places)
    pairs = pd.unique(code * n_places + place)
    different = np.bincount(pairs % n_places, minlength=n_places)
    return {
        f"n_{what}": different,
        f"n_new_{what}": new,
        f"n_known_{what}": different - new,
        f"n_{what}_so_far": np.cumsum(new),
    }
