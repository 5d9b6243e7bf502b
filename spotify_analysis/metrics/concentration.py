"""How much of the listening goes to how few: diversity, attachment, shares of favourites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _sums, _things

__all__ = [
    "artist_stream",
    "cumulative_share",
    "diversity",
    "diversity_over_time",
    "top_shares",
]

_ORDERS = (
    ("0", "how many different ones"),
    ("1", "e to the Shannon entropy"),
    ("2", "inverse Simpson index"),
    ("inf", "inverse share of the favourite"),
)


def diversity(plays: Any, *, of: _things.Of = "artists") -> pd.DataFrame:
    """Measure how diverse the listening was: Hill numbers, Rényi entropies, attachment.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.

    Returns
    -------
    DataFrame
        `tables.DIVERSITY`: four rows, order 0 first; none without plays. Fact ``attachment``:
        that of order 2.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    With p the share of each in the plays, the Hill number of order q is (sum of p^q)^(1/(1-q)):
    for 0 how many different ones, for 1 (the limit) e to the Shannon entropy, for 2 the inverse
    Simpson index, for infinity 1 / the greatest share. The Rényi entropy of the same order is its
    logarithm to base 2. Attachment is 1 less entropy per entropy of order 0: 0 where all are
    played equally often, near 1 where nearly all plays are of one; a listener of a single artist
    is wholly attached, 1. memory.fm has an index of that name built on Rényi entropies; its
    formula is its own, and this one stands here.
    """
    n_plays, span = _things.frequencies(plays, of)
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    if len(n_plays):
        share = n_plays / n_plays.sum()
        hill = np.array(
            [
                len(share),
                np.exp(-(share * np.log(share)).sum()),
                1 / (share**2).sum(),
                1 / share.max(),
            ]
        )
        entropy = np.log2(hill)
        # one alone is as even as can be, and as attached
        evenness = np.clip(entropy / entropy[0], 0, 1) if len(share) > 1 else np.zeros(4)
        frame = pd.DataFrame(
            {
                "order": [order for order, _ in _ORDERS],
                "about": [about for _, about in _ORDERS],
                "hill": hill,
                "entropy": entropy,
                "evenness": pd.array(evenness, dtype=tables.FLOAT),
                "attachment": pd.array([None, *(1 - evenness[1:])], dtype=tables.FLOAT),
            }
        )
        if len(share) == 1:
            frame["evenness"] = pd.NA
        facts["attachment"] = float(1 - evenness[2])
    return _plays.finish(frame, tables.DIVERSITY, span, facts_of=plays, of=of, **facts)


def diversity_over_time(
    plays: Any, *, of: _things.Of = "artists", period: _days.Period = "month"
) -> pd.DataFrame:
    """Measure per period how many different ones there were, and how attached the listening was.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.DIVERSITY_OVER_TIME`: one row per period from the first play to the last; where
        nothing was heard the numbers are missing.

    Raises
    ------
    ValueError
        If `of` or `period` is none of those.
    TableError
        If a column is missing.

    Notes
    -----
    As `diversity`, each period for itself. The favourite of a period is the one with most plays,
    of equals the first by name and code point.
    """
    _days.check_period(period)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        pairs, found = np.unique(place * heard.n + heard.code, return_counts=True)
        at, code = pairs // heard.n, pairs % heard.n
        size = len(starts)
        n_plays = np.bincount(place, minlength=size)
        different = np.bincount(at, minlength=size)
        count = found.astype("float64")
        total = np.maximum(n_plays, 1).astype("float64")
        logs = np.bincount(at, weights=count * np.log(count), minlength=size)
        squares = np.bincount(at, weights=count**2, minlength=size)
        hill_1 = np.exp(np.log(total) - logs / total)
        hill_2 = total**2 / np.maximum(squares, 1)
        spread = np.log(np.maximum(different, 2))
        attachment = np.where(different > 1, 1 - np.clip(np.log(hill_2) / spread, 0, 1), 1.0)
        most = _sums.greatest(at, found, size)
        is_top = found == most[at]
        top = heard.things.iloc[code[is_top]].assign(place=at[is_top], n_plays_top=found[is_top])
        top = _ranks.ranked_in(top.reset_index(drop=True), "place", "n_plays_top", n=1)
        frame = pd.DataFrame(
            {
                **_days.period_columns(heard.on, starts, period),
                "of": of,
                "n_plays": n_plays,
                "n_different": different,
                "hill_1": pd.array(hill_1, dtype=tables.FLOAT),
                "hill_2": pd.array(hill_2, dtype=tables.FLOAT),
                "attachment": pd.array(attachment, dtype=tables.FLOAT),
            }
        )
        silent = ["hill_1", "hill_2", "attachment"]
        frame[silent] = frame[silent].mask(frame["n_plays"] == 0)
        frame = frame.join(top.drop(columns="rank").set_index("place"))
        frame["share_top"] = frame["n_plays_top"] / frame["n_plays"].mask(frame["n_plays"] == 0)
    return _plays.finish(
        frame, tables.DIVERSITY_OVER_TIME, heard.span, facts_of=plays, of=of, period=period
    )


def top_shares(
    plays: Any, *, of: _things.Of = "artists", tops: Sequence[int] = (1, 10, 100, 500)
) -> pd.DataFrame:
    """Measure which share of plays and of time goes to the favourites.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    tops : sequence of int
        How many favourites, rising.

    Returns
    -------
    DataFrame
        `tables.TOP_SHARES`: one row per number; none without plays.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `tops` does not rise from 1 or more.
    TableError
        If a column is missing.

    Notes
    -----
    Favourites are those with most plays; ``share_time`` is of those with most time, who may be
    others. Where fewer were heard than asked for, the share is 1.
    """
    asked = np.asarray(tops, dtype="int64")
    if not len(asked) or asked[0] < 1 or (np.diff(asked) <= 0).any():
        raise ValueError(f"`tops` must rise from 1 or more; not {list(tops)!r}.")
    counts, span = _things.counts(plays, of, timed=True)
    frame = pd.DataFrame()
    if len(counts):
        there = np.minimum(asked, len(counts))
        # of equally many plays the one that is longer known to be heard comes first
        order = counts.sort_values(["n_plays", "ms_played"], ascending=False)
        sums = order[list(_plays.HEARD)].cumsum().iloc[there - 1].reset_index(drop=True)
        time = np.sort(counts["ms_played"].to_numpy(dtype="int64"))[::-1].cumsum()
        frame = _plays.with_time_known(
            sums.assign(top=asked, n_different=there, share_plays=0.0)
        ).assign(share_plays=sums["n_plays"] / counts["n_plays"].sum())
        if time[-1]:
            frame["share_time"] = time[there - 1] / time[-1]
    return _plays.finish(frame, tables.TOP_SHARES, span, facts_of=plays, of=of)


def cumulative_share(plays: Any, *, of: _things.Of = "artists") -> pd.DataFrame:
    """Add up the shares of favourites, from the first to the last: the Lorenz curve, turned.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.

    Returns
    -------
    DataFrame
        `tables.CUMULATIVE_SHARE`: one row per different one, the most played first. Facts
        ``gini`` and ``n_for_half``: how many favourites make up half of the plays.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    The Gini coefficient is twice the area between the curve and the diagonal, without the
    correction for small numbers: 0 where all have equally many plays, near 1 where nearly all
    plays are of one.
    """
    n_plays, span = _things.frequencies(plays, of)
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    if len(n_plays):
        size, total = len(n_plays), int(n_plays.sum())
        rank = np.arange(1, size + 1)
        so_far = np.cumsum(n_plays)
        frame = pd.DataFrame(
            {
                "rank": rank,
                "n_plays": n_plays,
                "share_different": rank / size,
                "share_plays": so_far / total,
            }
        )
        facts = {
            "gini": float((size + 1 - 2 * (rank * n_plays).sum() / total) / size),
            "n_for_half": int(np.searchsorted(so_far * 2, total)) + 1,
        }
    return _plays.finish(frame, tables.CUMULATIVE_SHARE, span, facts_of=plays, of=of, **facts)


def artist_stream(
    plays: Any,
    *,
    of: _things.Of = "artists",
    period: _days.Period = "month",
    n: int = 6,
) -> pd.DataFrame:
    """Follow the shares of the favourites through the periods.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to follow.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int
        How many favourites, over all periods.

    Returns
    -------
    DataFrame
        `tables.ARTIST_STREAM`: for each period from the first play to the last one row per
        favourite, with zeros where it was not heard, and one for all others, without a name.

    Raises
    ------
    ValueError
        If `of` or `period` is none of those, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Favourites are those with most plays in all; ties stand in the order of names, by code point.
    ``share`` is missing in a period without plays.
    """
    _days.check_period(period)
    _things.check(n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        n_plays = heard.n_plays
        few = min(n, heard.n)
        chosen = np.flatnonzero(n_plays >= np.partition(n_plays, -few)[-few])
        top = heard.things.iloc[chosen].assign(code=chosen, n_plays=n_plays[chosen])
        top = _ranks.ranked(top, {"n_plays": False}, n=few)
        row = np.full(heard.n, few)
        row[top["code"]] = np.arange(few)
        starts, place = _days.places(heard.on, period)
        width = few + 1
        cell = place * width + row[heard.code]
        size = len(starts) * width
        counts = np.bincount(cell, minlength=size)
        ms = heard.ms
        known = heard.is_timed
        in_period = np.repeat(counts.reshape(-1, width).sum(axis=1), width)
        columns = pd.DataFrame(_days.period_columns(heard.on, starts, period))
        frame = columns.loc[np.repeat(np.arange(len(starts)), width)].reset_index(drop=True)
        frame["rank"] = np.tile(np.arange(1, width + 1), len(starts))
        frame = frame.join(top.set_index("rank")[list(_things.KEYS[of])], on="rank")
        frame = frame.assign(
            n_plays=counts,
            ms_played=_sums.total(cell, ms, size),
            n_timed=np.bincount(cell[known], minlength=size),
        )
        share = pd.Series(counts / np.maximum(in_period, 1)).astype(tables.FLOAT)
        frame["share"] = share.mask(in_period == 0)
        frame = _plays.with_time_known(frame)
    return _plays.finish(
        frame, tables.ARTIST_STREAM, heard.span, facts_of=plays, of=of, period=period
    )
