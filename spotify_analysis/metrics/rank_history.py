"""Places over time: curves and races, medals and certificates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _things
from spotify_analysis.metrics._things import By, Of

__all__ = [
    "best_ranks",
    "certificates",
    "cumulative_top",
    "medals",
    "race",
    "rank_history",
    "weeks_at_number_one",
]


def rank_history(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "year",
    n: int = 10,
    by: By = "plays",
) -> pd.DataFrame:
    """Follow the places of everything that ever was among the first of a period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int
        How many places make the top.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.RANK_HISTORY`: in the order of periods, then of places. Who was among the first
        `n` once is followed through all periods with plays of it, also below. Fact ``n``.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Each period is ranked for itself, among everything played in it. Ties stand in the order of
    names, by code point. A period without plays of a thing has no row for it.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, period)
        frame = _things.placed(_things.cells(heard, place), by)
        is_top = np.zeros(heard.n, dtype=bool)
        is_top[frame["code"].to_numpy()[frame["rank"].to_numpy() <= n]] = True
        frame = frame[is_top[frame["code"].to_numpy()]]
        overall = _things.placed(_things.cells(heard), by)
        at = np.zeros(heard.n, dtype="int64")
        at[overall["code"].to_numpy()] = overall["rank"]
        code = frame["code"].to_numpy()
        frame = frame.assign(
            rank_overall=at[code],
            **_days.period_columns(heard.on, starts, period, frame["place"].to_numpy()),
            **heard.names(code),
        )
    return _plays.finish(
        frame, tables.RANK_HISTORY, heard.span, facts_of=plays, of=of, period=period, by=by, n=n
    )


def race(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "month",
    n: int = 10,
    by: By = "plays",
    window: int | None = None,
) -> pd.DataFrame:
    """Rank all plays up to the end of each period: the frames of a bar chart race.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a step; weeks begin on Monday.
    n : int
        How many of each step.
    by : {"plays", "time"}
        What to rank by.
    window : int or None
        Count only so many periods, the step's own and those before it; None counts all from the
        first play on.

    Returns
    -------
    DataFrame
        `tables.RACE`: for each period from the first play to the last at most `n` rows, in the
        order of places. Facts ``n`` and ``window``.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` or `window` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Ties stand in the order of names, by code point. With a `window` a step in which nothing was
    heard so long has no rows.
    """
    _things.check(of=of, by=by, n=n, window=window)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, period)
        counts = _things.cells(heard, place).sort_values("place")
        frame = _laps(counts, len(starts), heard.n, n, by, window)
        frame = _plays.with_time_known(frame).assign(
            **_days.period_columns(heard.on, starts, period, frame["place"].to_numpy()),
            **heard.names(frame["code"].to_numpy()),
        )
    return _plays.finish(
        frame,
        tables.RACE,
        heard.span,
        facts_of=plays,
        of=of,
        period=period,
        by=by,
        n=n,
        window=window,
    )


def cumulative_top(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "month",
    n: int = 6,
    by: By = "plays",
) -> pd.DataFrame:
    """Add up the plays of the most played of all, period by period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a step; weeks begin on Monday.
    n : int
        How many.
    by : {"plays", "time"}
        What to rank by, over all periods.

    Returns
    -------
    DataFrame
        `tables.CUMULATIVE_TOP`: one row for each of the `n` in every period from the first play
        to the last.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Plays and time are of all plays up to the end of the period. Before the first play they are 0.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, period)
        top = _things.placed(_things.cells(heard), by, n=n)["code"].to_numpy()
        line = np.full(heard.n, -1)
        line[top] = np.arange(len(top))
        here = heard.only(line[heard.code] >= 0)
        at = place[line[heard.code] >= 0] * len(top) + line[here.code]
        sums = here.summed(at, len(starts) * len(top))
        so_far = {
            name: values.reshape(-1, len(top)).cumsum(axis=0).ravel()
            for name, values in sums.items()
        }
        of_line = np.tile(np.arange(len(top)), len(starts))
        of_period = np.repeat(np.arange(len(starts)), len(top))
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    **_days.period_columns(heard.on, starts, period, of_period),
                    "rank_overall": of_line + 1,
                    **heard.names(top[of_line]),
                    **so_far,
                    "n_plays_in_period": sums["n_plays"],
                }
            )
        )
    return _plays.finish(
        frame, tables.CUMULATIVE_TOP, heard.span, facts_of=plays, of=of, period=period, by=by
    )


def medals(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "year",
    n: int | None = 20,
    by: By = "plays",
    unfinished: bool = False,
) -> pd.DataFrame:
    """Count first, second and third places, as at the Olympic Games.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Every period awards three medals.
    n : int or None
        How many rows; None is all.
    by : {"plays", "time"}
        What to rank by.
    unfinished : bool
        Let the last period award medals although the plays end before it does.

    Returns
    -------
    DataFrame
        `tables.MEDALS`: at most `n` rows, most gold first, then silver, bronze and names. Fact
        ``n_awarded``: periods that awarded medals.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    As in maloja the running period awards nothing yet: it is over when the plays reach its last
    day. The first period counts however late in it the plays begin. Of equal ones the first name
    by code point has the better medal.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    n_awarded = 0
    if len(heard):
        starts, place = _days.places(heard.on, period)
        last = heard.on.max()
        if not unfinished and bool(_days.is_partial(starts[-1:], starts[-1], last, period)[0]):
            last_place = len(starts) - 2
        else:
            last_place = len(starts) - 1
        cells = _things.cells(heard, place)
        three = _things.placed(cells[cells["place"] <= last_place], by, n=3)
        n_awarded = int(three["place"].nunique())
        won = {
            name: np.bincount(
                three["code"].to_numpy()[three["rank"].to_numpy() == rank],
                minlength=heard.n,
            )
            for rank, name in enumerate(("n_gold", "n_silver", "n_bronze"), start=1)
        }
        n_medals = sum(won.values())
        code = np.flatnonzero(n_medals)
        order = np.lexsort((code, *(-won[name][code] for name in reversed(won))))
        code = code[order][: len(code) if n is None else n]
        frame = pd.DataFrame(
            {
                "rank": np.arange(1, len(code) + 1),
                **heard.names(code),
                **{name: counts[code] for name, counts in won.items()},
                "n_medals": np.asarray(n_medals)[code],
            }
        )
    return _plays.finish(
        frame,
        tables.MEDALS,
        heard.span,
        facts_of=plays,
        of=of,
        period=period,
        by=by,
        n_awarded=n_awarded,
    )


def weeks_at_number_one(
    plays: Any, *, of: Of = "artists", n: int | None = 20, by: By = "plays"
) -> pd.DataFrame:
    """Count the weeks that each track, artist or album was number one.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    n : int or None
        How many rows; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.WEEKS_AT_NUMBER_ONE`: at most `n` rows, most weeks first, then the longer run,
        then names.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Weeks begin on Monday; the first and the last count although they may not be whole. Of equal
    ones the first name by code point is number one. A week without plays ends a run.
    """
    _things.check(of=of, by=by, n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, "week")
        ones = _things.placed(_things.cells(heard, place), by, n=1)
        code, week = ones["code"].to_numpy(), ones["place"].to_numpy()
        goes_on = np.zeros(len(ones), dtype=bool)
        goes_on[1:] = (np.diff(code) == 0) & (np.diff(week) == 1)
        run = np.cumsum(~goes_on) - 1
        longest = np.zeros(heard.n, dtype="int64")
        np.maximum.at(longest, code, np.bincount(run)[run])
        weeks = pd.DataFrame({"code": code, "week": starts[week].astype("datetime64[us]")})
        frame = (
            weeks.groupby("code")["week"]
            .agg(n_weeks="size", first_week="min", last_week="max")
            .reset_index()
        )
        frame["longest_run_weeks"] = longest[frame["code"].to_numpy()]
        frame = frame.sort_values(
            ["n_weeks", "longest_run_weeks", "code"], ascending=[False, False, True]
        ).head(len(frame) if n is None else n)
        frame["rank"] = np.arange(1, len(frame) + 1)
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(
        frame, tables.WEEKS_AT_NUMBER_ONE, heard.span, facts_of=plays, of=of, by=by
    )


def best_ranks(
    plays: Any,
    *,
    of: Of = "artists",
    period: _days.Period = "month",
    n: int | None = 20,
    by: By = "plays",
) -> pd.DataFrame:
    """Find the best place that each track, artist or album ever had, and when.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int or None
        How many rows; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.BEST_RANKS`: at most `n` rows, the best place first, then who held it in more
        periods, then who held it first.

    Raises
    ------
    ValueError
        If `of`, `period` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Each period is ranked for itself; ties stand in the order of names, by code point.
    """
    _things.check(of=of, by=by, n=n)
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if len(heard):
        starts, place = _days.places(heard.on, period)
        all_places = _things.placed(_things.cells(heard, place), by)
        code, rank = all_places["code"].to_numpy(), all_places["rank"].to_numpy()
        best = np.full(heard.n, np.iinfo("int64").max)
        np.minimum.at(best, code, rank)
        n_periods = np.bincount(code, minlength=heard.n)
        at_best = all_places[rank == best[code]]
        n_at_best = np.bincount(at_best["code"].to_numpy(), minlength=heard.n)
        frame = at_best.drop_duplicates("code")  # the rows are in the order of periods
        code = frame["code"].to_numpy()
        frame = pd.DataFrame(
            {
                "code": code,
                "place": frame["place"].to_numpy(),
                "best_rank": frame["rank"].to_numpy(),
                "n_at_best": n_at_best[code],
                "n_periods": n_periods[code],
                "best_start": starts[frame["place"].to_numpy()].astype("datetime64[us]"),
                "n_plays_at_best": frame["n_plays"].to_numpy(),
            }
        ).sort_values(
            ["best_rank", "n_at_best", "place", "code"], ascending=[True, False, True, True]
        )
        frame = frame.head(len(frame) if n is None else n)
        frame["rank"] = np.arange(1, len(frame) + 1)
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(
        frame, tables.BEST_RANKS, heard.span, facts_of=plays, of=of, period=period, by=by
    )


def certificates(
    plays: Any,
    *,
    of: Of = "tracks",
    gold: int = 250,
    platinum: int = 500,
    diamond: int = 1000,
) -> pd.DataFrame:
    """Award gold, platinum and diamond to what was played often enough.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"tracks", "artists", "albums"}
        What to award.
    gold, platinum, diamond : int
        Plays that each certificate takes.

    Returns
    -------
    DataFrame
        `tables.CERTIFICATES`: everything with at least gold, most plays first.

    Raises
    ------
    ValueError
        If `of` is none of the three, or the thresholds do not rise from 1.
    TableError
        If a column is missing.

    Notes
    -----
    The thresholds are maloja's for tracks; it takes more for albums and artists. A certificate is
    won on the local day of the play that reaches the threshold.
    """
    _things.check(of=of)
    if not 1 <= gold < platinum < diamond:
        raise ValueError(
            "`gold`, `platinum` and `diamond` must rise from 1 or more; "
            f"not {gold!r}, {platinum!r} and {diamond!r}."
        )
    takes: dict[str, Any] = {"gold": gold, "platinum": platinum, "diamond": diamond}
    heard = _things.heard(plays, of)
    frame = _things.placed(_things.cells(heard), "plays")
    frame = frame[frame["n_plays"] >= gold]
    if len(frame):
        code = frame["code"].to_numpy()
        days = heard.on[np.lexsort((heard.on, heard.code))]
        n_plays = np.bincount(heard.code, minlength=heard.n)
        first = (np.cumsum(n_plays) - n_plays)[code]
        for name, at in takes.items():
            reached = frame["n_plays"].to_numpy() >= at
            day = days[np.where(reached, first + at - 1, 0)].astype("datetime64[us]")
            frame[f"{name}_day"] = np.where(reached, day, np.datetime64("NaT", "us"))
        frame["certificate"] = np.select(
            [frame["n_plays"] >= diamond, frame["n_plays"] >= platinum],
            ["diamond", "platinum"],
            "gold",
        )
        frame = frame.assign(**heard.names(code))
    return _plays.finish(frame, tables.CERTIFICATES, heard.span, facts_of=plays, of=of, **takes)


def _laps(
    counts: pd.DataFrame, n_periods: int, n_things: int, n: int, by: str, window: int | None
) -> pd.DataFrame:
    """Return the first `n` of all plays up to each period; `counts` are in the order of periods."""
    code = counts["code"].to_numpy()
    values = {name: counts[name].to_numpy() for name in _plays.HEARD}
    begins = np.searchsorted(counts["place"].to_numpy(), np.arange(n_periods + 1))
    so_far = {name: np.zeros(n_things, dtype="int64") for name in values}
    # one number a thing: what it has, and in the same measure the earlier name before the later
    tie = np.arange(n_things)[::-1]
    laps = []
    for place in range(n_periods):
        for name, sums in so_far.items():
            if window is not None and place >= window:
                left = slice(begins[place - window], begins[place - window + 1])
                sums[code[left]] -= values[name][left]
            here = slice(begins[place], begins[place + 1])
            sums[code[here]] += values[name][here]
        order = so_far[_things.MEASURES[by]] * n_things + tie
        first = np.arange(n_things)
        if n_things > n:
            first = np.argpartition(order, n_things - n)[n_things - n :]
        first = first[np.argsort(-order[first])]
        first = first[so_far["n_plays"][first] > 0]
        laps.append(
            pd.DataFrame(
                {
                    "place": place,
                    "code": first,
                    "rank": np.arange(1, len(first) + 1),
                    **{name: sums[first] for name, sums in so_far.items()},
                }
            )
        )
    return pd.concat(laps, ignore_index=True)
