"""Podcasts and audiobooks: what was heard, to the end or not, when, and beside how much music.

Exports know no lengths of episodes and chapters. Finished means here that a play ended with
``reason_end`` trackdone: it ran to the end, wherever it began. An episode heard in three parts is
finished by the third.
"""

from __future__ import annotations

from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _moments, _plays, _ranks, _signs, _sums, _things

__all__ = [
    "audiobook_progress",
    "hours_by_kind",
    "listening_by_kind",
    "new_shows",
    "show_loyalty",
    "top_episodes",
    "top_shows",
]

By = Literal["plays", "time"]

_SITTING_US = 30 * 60_000_000


def top_shows(plays: Any, *, n: int | None = 20, by: By = "time") -> pd.DataFrame:
    """Rank podcasts by time or by plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``show``, ``episode``, ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.
    by : {"time", "plays"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.TOP_SHOWS`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    Time says more than plays here: an episode heard in three parts is three plays. Rows without a
    show (music, audiobooks, episodes whose show is gone) are not ranked. Ties stand in the order
    of names. ``share`` is of the time (or plays) of all rows with a show.
    """
    measure = _measure(n, by)
    counted = _plays.narrow(plays, "show", "episode", "local_day", "ms_played").filter(
        ~nw.col("show").is_null()
    )
    found = _plays.home(
        # in two steps: counting different episodes inside a group is far slower
        counted.group_by("show", "episode", drop_null_keys=False)
        .agg(**_plays.heard(), **_span())
        .group_by("show")
        .agg(
            *(nw.col(name).sum() for name in _plays.HEARD),
            n_episodes=nw.col("episode").count(),
            first_day=nw.col("first_day").min(),
            last_day=nw.col("last_day").max(),
        ),
        {
            **_with_timed(tables.TOP_SHOWS, "show", "n_plays", "ms_played"),
            **_plays.columns_of(tables.TOP_SHOWS, "n_episodes", "first_day", "last_day"),
        },
    )
    return _plays.finish(
        _ranking(found, measure, ["show"], n), tables.TOP_SHOWS, counted, facts_of=plays, by=by
    )


def top_episodes(plays: Any, *, n: int | None = 20, by: By = "time") -> pd.DataFrame:
    """Rank podcast episodes by time or by plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``episode``, ``show``, ``local_day``, ``ms_played`` and
        ``reason_end``.
    n : int or None
        How many; None is all.
    by : {"time", "plays"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.TOP_EPISODES`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    An episode is a show and a title. ``is_finished``: one of its plays ran to the end; missing
    where no play knows how it ended. Ties stand in the order of episode, then show.
    """
    measure = _measure(n, by)
    used = ("episode", "show", "local_day", "ms_played", "reason_end")
    counted = _plays.narrow(plays, *used).filter(~nw.col("episode").is_null())
    found = _plays.home(
        _with_ends(counted)
        .group_by("episode", "show", drop_null_keys=False)
        .agg(
            **_plays.heard(),
            **_span(),
            n_finished=nw.col("finished").sum(),
            n_ended=nw.col("ended").sum(),
        ),
        {
            **_with_timed(tables.TOP_EPISODES, "episode", "show", "n_plays", "ms_played"),
            **_plays.columns_of(tables.TOP_EPISODES, "first_day", "last_day"),
            "n_finished": _plays.HEARD["n_plays"],
            "n_ended": _plays.HEARD["n_plays"],
        },
    )
    finished = (found["n_finished"] > 0).astype(tables.BOOL).mask(found["n_ended"] == 0)
    ranking = _ranking(found.assign(is_finished=finished), measure, ["episode", "show"], n)
    return _plays.finish(ranking, tables.TOP_EPISODES, counted, facts_of=plays, by=by)


def listening_by_kind(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Split the listening of each day, week, month or year into music, podcasts and audiobooks.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``kind``, ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.LISTENING_BY_KIND`: for each period from the first play to the last one row per
        kind that was ever played, in the order of `tables.KINDS`; zeros where there was none.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local day on which it began. ``unknown`` are plays whose names are
    gone; they are nearly always music. Shares are of the period, missing where it has no plays
    (or no time). Rows without kind or local day are not counted.
    """
    _days.check_period(period)
    counted = _plays.narrow(plays, "kind", "local_day", "ms_played").filter(
        ~nw.col("kind").is_null(), ~nw.col("local_day").is_null()
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, "kind", "local_day", "ms_played"))
    frame = pd.DataFrame()
    if len(heard):
        on = heard["local_day"].to_numpy().astype("datetime64[D]")
        every = np.arange(on.min(), on.max() + 1)
        kinds, cells = _by_kind(heard, (on - every[0]).astype("int64"), len(every))
        starts = _days.periods_between(every[0], every[-1], period)
        place = np.searchsorted(starts, _days.period_start(every, period))
        # cells stand by kind, then day; the answer by period, then kind
        kind = np.repeat(np.arange(len(kinds)), len(every))
        sums = cells.groupby(np.tile(place, len(kinds)) * len(kinds) + kind).sum()
        at = np.repeat(np.arange(len(starts)), len(kinds))
        frame = _with_shares(sums, at).assign(
            period=period,
            period_start=starts[at].astype("datetime64[us]"),
            is_partial=_days.is_partial(starts, every[0], every[-1], period)[at],
            kind=kinds * len(starts),
        )
    return _plays.finish(frame, tables.LISTENING_BY_KIND, counted, facts_of=plays, period=period)


def hours_by_kind(plays: Any) -> pd.DataFrame:
    """Count plays and time by hour of day, for music, podcasts and audiobooks apart.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``kind``, ``local_hour``, ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.HOURS_BY_KIND`: 24 rows for each kind that was played, in the order of
        `tables.KINDS`, midnight first.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs whole to the local hour in which it began. Shares are of the kind, so that a
    few podcasts can be compared with much music. Rows without kind or local hour are not counted.
    """
    counted = _plays.narrow(plays, "kind", "local_hour", "local_day", "ms_played").filter(
        ~nw.col("kind").is_null(), ~nw.col("local_hour").is_null()
    )
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, "kind", "local_hour", "ms_played"))
    frame = pd.DataFrame()
    if len(heard):
        kinds, cells = _by_kind(heard, heard["local_hour"].to_numpy(dtype="int64"), 24)
        at = np.repeat(np.arange(len(kinds)), 24)
        frame = _with_shares(cells, at).assign(
            kind=np.asarray(kinds, dtype=object)[at], local_hour=np.tile(np.arange(24), len(kinds))
        )
    return _plays.finish(frame, tables.HOURS_BY_KIND, counted, facts_of=plays)


def show_loyalty(plays: Any, *, n: int | None = 20) -> pd.DataFrame:
    """Say for each podcast how many episodes were begun, and how many were heard to the end.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``show``, ``episode``, ``local_day``, ``ms_played`` and
        ``reason_end``.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.SHOW_LOYALTY`: one row per show, at most `n`; most episodes begun first, then most
        finished, then in the order of names.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Exports know no lengths of episodes. An episode is finished if one of its plays ended with
    ``reason_end`` trackdone, that is, ran to the end, wherever it began. Rows without show or
    episode are not counted.
    """
    _things.check(n=n)
    used = ("show", "episode", "local_day", "ms_played", "reason_end")
    counted = _plays.narrow(plays, *used).filter(
        ~nw.col("show").is_null(), ~nw.col("episode").is_null()
    )
    # an episode on a day: the few rows from which all the rest follows
    cells = _plays.home(
        _with_ends(counted)
        .group_by("show", "episode", "local_day", drop_null_keys=False)
        .agg(**_plays.heard(), finished=nw.col("finished").sum(), ended=nw.col("ended").sum()),
        {
            **_plays.columns_of(tables.PLAYS, "show", "episode", "local_day"),
            **_plays.HEARD,
            "finished": _plays.HEARD["n_plays"],
            "ended": _plays.HEARD["n_plays"],
        },
    )
    frame = pd.DataFrame()
    if len(cells):
        episodes = cells.groupby(["show", "episode"])["finished"].sum() > 0
        by_show = cells.groupby("show")
        frame = (
            by_show[[*_plays.HEARD, "ended"]]
            .sum()
            .assign(
                n_started=episodes.groupby("show").size(),
                n_finished=episodes.groupby("show").sum(),
                n_days_active=by_show["local_day"].nunique(),
                first_day=by_show["local_day"].min(),
                last_day=by_show["local_day"].max(),
            )
        )
        frame["finished_share"] = (frame["n_finished"] / frame["n_started"]).mask(
            frame["ended"] == 0
        )
        frame["plays_per_episode"] = frame["n_plays"] / frame["n_started"]
        order = {"n_started": False, "n_finished": False, "show": True}
        frame = _plays.with_time_known(_ranks.ranked(frame.reset_index(), order, n=n))
    return _plays.finish(frame, tables.SHOW_LOYALTY, counted, facts_of=plays)


def new_shows(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count the podcasts and episodes of each period: new ones, known ones, and all so far.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``show``, ``episode`` and ``local_day``. Give the whole
        history: a show is new where these plays first name it.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.NEW_SHOWS`: one row per period from the first episode to the last, with zeros
        where none was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    New means: the first play lies in this period; known: it lies in an earlier one. An episode is
    a show and a title. Rows without show or local day are not counted.
    """
    _days.check_period(period)
    counted = _plays.narrow(plays, "show", "episode", "local_day").filter(
        ~nw.col("show").is_null(), ~nw.col("local_day").is_null()
    )
    heard = _plays.home(
        counted.unique(), _plays.columns_of(tables.PLAYS, "show", "episode", "local_day")
    )
    frame = pd.DataFrame()
    if len(heard):
        on = heard["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on.min(), on.max(), period)
        place = pd.Series(np.searchsorted(starts, _days.period_start(on, period)), name="place")
        frame = pd.DataFrame(
            {
                "period": period,
                "period_start": starts.astype("datetime64[us]"),
                "is_partial": _days.is_partial(starts, on.min(), on.max(), period),
                **_new_and_known("shows", heard[["show"]], place, len(starts)),
                **_new_and_known(
                    "episodes", heard[["show", "episode"]].dropna(), place, len(starts)
                ),
            }
        )
    return _plays.finish(frame, tables.NEW_SHOWS, counted, facts_of=plays, period=period)


def audiobook_progress(plays: Any) -> pd.DataFrame:
    """Say for each audiobook how far, how long and in how many sittings it was heard.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``audiobook``, ``chapter``, ``started_at``, ``ended_at``,
        ``local_day``, ``ms_played`` and ``reason_end``.

    Returns
    -------
    DataFrame
        `tables.AUDIOBOOK_PROGRESS`: one row per audiobook, in the order of their first days.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Exports know neither how many chapters a book has nor how long they are: a chapter is finished
    if one of its plays ended with ``reason_end`` trackdone. A sitting ends when the book is silent
    for half an hour, whatever else is played meanwhile. Rows without audiobook are not counted.
    """
    used = (
        "audiobook",
        "chapter",
        "started_at",
        "ended_at",
        "local_day",
        "ms_played",
        "reason_end",
    )
    counted = _plays.narrow(plays, *used).filter(~nw.col("audiobook").is_null())
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *used))
    frame = pd.DataFrame()
    if len(heard):
        heard["done"] = (heard["reason_end"] == "trackdone").fillna(value=False).astype("int64")
        chapters = heard.groupby(["audiobook", "chapter"])["done"].sum() > 0
        by_book = heard.groupby("audiobook")
        n_days = (by_book["local_day"].max() - by_book["local_day"].min()).dt.days + 1
        frame = pd.DataFrame(
            {
                "n_plays": by_book.size(),
                "ms_played": by_book["ms_played"].sum(),
                "n_timed": by_book["ms_played"].count(),
                "n_sittings": _sittings(heard),
                "n_days_active": by_book["local_day"].nunique(),
                "first_day": by_book["local_day"].min(),
                "last_day": by_book["local_day"].max(),
                "n_days": n_days,
            }
        )
        by_chapter = chapters.groupby("audiobook")
        frame["n_sittings"] = frame["n_sittings"].fillna(0)
        frame["n_chapters"] = by_chapter.size().reindex(frame.index, fill_value=0)
        frame["n_finished"] = by_chapter.sum().reindex(frame.index, fill_value=0)
        frame = _ranks.ranked(
            frame.reset_index(names="audiobook"), {"first_day": True, "audiobook": True}, n=None
        )
        frame = _plays.with_time_known(frame)
    return _plays.finish(frame, tables.AUDIOBOOK_PROGRESS, counted, facts_of=plays)


def _measure(n: int | None, by: str) -> str:
    if by not in ("plays", "time"):
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    _things.check(n=n)
    return {"plays": "n_plays", "time": "ms_played"}[by]


def _span() -> dict[str, Any]:
    return {"first_day": nw.col("local_day").min(), "last_day": nw.col("local_day").max()}


def _with_timed(table: tables.Table, *names: str) -> dict[str, tables.Column]:
    return {**_plays.columns_of(table, *names), "n_timed": _plays.HEARD["n_timed"]}


def _with_ends(frame: _plays.Frame) -> _plays.Frame:
    """Add a 1 where a play ran to the end, and where it knows how it ended."""
    ended = nw.col("reason_end")
    return frame.with_columns(
        finished=(ended == "trackdone").fill_null(value=False).cast(nw.Int64),
        ended=(~ended.is_null()).cast(nw.Int64),
    )


def _ranking(found: pd.DataFrame, measure: str, names: list[str], n: int | None) -> pd.DataFrame:
    total = int(found[measure].sum())
    known = _plays.with_time_known(found)
    ranking = _ranks.ranked(known, {measure: False, **dict.fromkeys(names, True)}, n=n)
    return ranking.assign(share=ranking[measure] / total) if total else ranking


def _by_kind(
    heard: pd.DataFrame, at: npt.NDArray[np.int64], n_places: int
) -> tuple[list[str], pd.DataFrame]:
    """Count the plays of each kind at each of some places; zeros where there are none.

    Few kinds at few places: numbering them is faster than grouping by names, on every engine.
    """
    code, names = pd.factorize(heard["kind"])
    order = {kind: place for place, kind in enumerate(tables.KINDS)}
    kinds = sorted(names, key=lambda kind: (order.get(kind, len(order)), kind))
    place = np.array([kinds.index(name) for name in names])[code]
    n_cells = len(kinds) * n_places
    return kinds, pd.DataFrame(_sums.summed(heard["ms_played"], place * n_places + at, n_cells))


def _with_shares(cells: pd.DataFrame, group: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Add what part of its group each cell is, in plays and in time."""
    whole = cells.groupby(group)[["n_plays", "ms_played"]].transform("sum")
    timed = _plays.with_time_known(cells)
    return timed.assign(
        share_plays=_signs.share(cells["n_plays"], whole["n_plays"]),
        share_time=_signs.share(timed["ms_played"], whole["ms_played"]),
    )


def _new_and_known(
    what: str, names: pd.DataFrame, place: pd.Series[int], n_places: int
) -> dict[str, Any]:
    """Count different names per place, and those whose first place it is."""
    keys = list(names.columns)
    heard = names.join(place)
    different = heard.drop_duplicates()["place"]
    first = heard.groupby(keys)["place"].min()
    n_different = np.bincount(different, minlength=n_places)
    n_new = np.bincount(first, minlength=n_places)
    return {
        f"n_{what}": n_different,
        f"n_new_{what}": n_new,
        f"n_known_{what}": n_different - n_new,
        f"n_{what}_so_far": np.cumsum(n_new),
    }


def _sittings(heard: pd.DataFrame) -> pd.Series[Any]:
    """Count how often each audiobook was taken up; plays without a time are in none."""
    timed = heard.dropna(subset=["started_at", "ended_at"], how="all")
    order, began, ended = _moments.in_order(timed)
    plays = pd.DataFrame(
        {"audiobook": timed["audiobook"].to_numpy()[order], "began": began, "ended": ended}
    )
    by_book = plays.groupby("audiobook")
    latest = by_book["ended"].cummax().groupby(plays["audiobook"]).shift()
    is_new = latest.isna() | (plays["began"] - latest >= _SITTING_US)
    return is_new.astype("int64").groupby(plays["audiobook"]).sum()
