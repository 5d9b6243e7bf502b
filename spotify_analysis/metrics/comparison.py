"""Two periods or two people: what they share, what is one's own, what grew and what shrank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays, _things
from spotify_analysis.metrics._things import By, Of

__all__ = ["affinity", "comparison", "hour_comparison", "taste_match"]

# SpotifyStatsTracker's, without genres, which plays do not know
_WEIGHTS = {"artists": 0.7, "albums": 0.2, "tracks": 0.1}
_ENDS = ("first", "second")


def comparison(
    first: Any, second: Any, *, of: Of = "artists", n: int = 20, by: By = "plays"
) -> pd.DataFrame:
    """Put the tops of two frames of plays side by side: two periods, or two people.

    Parameters
    ----------
    first, second : DataFrame of any engine
        Rows of `tables.PLAYS`; of each the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to compare.
    n : int
        Take what is among the first `n` of either.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.COMPARISON`: what gained most first, what lost most last.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Shares are of all plays (or time) that could be ranked, so frames of different size compare.
    ``steady`` means that the smaller share is at least nine tenths of the larger. A name that one
    does not have has a share of 0 there.
    """
    _things.check(of=of, by=by, n=n)
    both, counted = _joined(first, second, of, by)
    top = {end: both[f"rank_{end}"] <= n for end in _ENDS}
    in_first, in_second = (top[end].fillna(value=False).to_numpy(dtype=bool) for end in _ENDS)
    shares = both[["share_first", "share_second"]]
    both = both.assign(
        in_top=np.select([in_first & in_second, in_first], ["both", "first"], "second"),
        difference=both["share_second"] - both["share_first"],
    )
    steady = (shares.min(axis=1) >= 0.9 * shares.max(axis=1)).fillna(value=True)
    grew = (both["difference"] > 0).fillna(value=False)
    both["trend"] = np.select([steady, grew], ["steady", "gained"], "lost")
    both = both[in_first | in_second].sort_values(["difference", "code"], ascending=[False, True])
    return _of_two(both, tables.COMPARISON, counted, first, second, of=of, by=by)


def affinity(
    first: Any,
    second: Any,
    *,
    of: Of = "artists",
    how: Literal["mean", "minimum"] = "minimum",
    n: int | None = 20,
    by: By = "plays",
) -> pd.DataFrame:
    """Rank what both played by how much both like it.

    Parameters
    ----------
    first, second : DataFrame of any engine
        Rows of `tables.PLAYS`; of each the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    how : {"mean", "minimum"}
        Rank by the mean of the two shares, or by the smaller one: the mean also finds what one
        loves and the other hardly knows.
    n : int or None
        How many; None is all.
    by : {"plays", "time"}
        What shares are of.

    Returns
    -------
    DataFrame
        `tables.AFFINITY`: at most `n` rows, the most shared first.

    Raises
    ------
    ValueError
        If `of`, `how` or `by` is none of theirs, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    As in your_spotify, both ways. A share is of all plays (or time) of one that could be ranked.
    """
    _things.check(of=of, by=by, n=n)
    if how not in ("mean", "minimum"):
        raise ValueError(f"`how` must be 'mean' or 'minimum'; not {how!r}.")
    both, counted = _joined(first, second, of, by)
    both = both[(both["n_plays_first"] > 0) & (both["n_plays_second"] > 0)]
    shares = both[["share_first", "share_second"]]
    both = both.assign(mean_share=shares.mean(axis=1), minimum_share=shares.min(axis=1))
    both = both.sort_values([f"{how}_share", "code"], ascending=[False, True])
    both = both.head(len(both) if n is None else n)
    both["rank"] = np.arange(1, len(both) + 1)
    return _of_two(both, tables.AFFINITY, counted, first, second, of=of, by=by, how=how)


def taste_match(
    first: Any,
    second: Any,
    *,
    n: int = 50,
    by: By = "plays",
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Say in one number how far two tastes agree.

    Parameters
    ----------
    first, second : DataFrame of any engine
        Rows of `tables.PLAYS`; of each the names, ``local_day`` and ``ms_played``.
    n : int
        Length of the top lists that are compared.
    by : {"plays", "time"}
        What to rank by.
    weights : mapping of str to float, or None
        Weights of ``artists``, ``albums`` and ``tracks``, divided by their sum; None is 0.7, 0.2
        and 0.1.

    Returns
    -------
    DataFrame
        `tables.TASTE_MATCH`: one row per kind with a weight, and a last row for all together; no
        rows where one has no plays.

    Raises
    ------
    ValueError
        If `by` is neither, `n` is below 1, or `weights` are of other kinds, negative or all 0.
    TableError
        If a column is missing.

    Notes
    -----
    In a list of m, place r weighs (m + 1 - r) / (1 + 2 + ... + m). The score of a kind is the sum,
    over what is in both lists, of the smaller of its two weights: 1 for the same list in the same
    order, 0 where nothing is shared. The whole is the weighted mean of the kinds. The weights are
    SpotifyStatsTracker's without genres; its formula of ranks is another.
    """
    _things.check(by=by, n=n)
    given = dict(_WEIGHTS if weights is None else weights)
    if (
        not set(given) <= set(_WEIGHTS)
        or any(w < 0 for w in given.values())
        or not sum(given.values())
    ):
        raise ValueError(
            f"`weights` must be of 'artists', 'albums' or 'tracks', 0 or more; not {given!r}."
        )
    rows = []
    days = None
    for of, weight in given.items():
        both, counted = _joined(first, second, of, by)
        days = counted if days is None else days
        ranks = [both[f"rank_{end}"] for end in _ENDS]
        if any(rank.notna().sum() == 0 for rank in ranks):
            continue
        placed = [_place_weights(rank, n) for rank in ranks]
        smaller = np.minimum(*placed)
        rows.append(
            {
                "kind": of.removesuffix("s"),
                "weight": weight / sum(given.values()),
                "n_shared": int((smaller > 0).sum()),
                "score": float(smaller.sum()),
            }
        )
    if rows:
        known = sum(float(str(row["weight"])) for row in rows)
        whole = sum(float(str(row["weight"])) * float(str(row["score"])) for row in rows)
        shared = sum(int(str(row["n_shared"])) for row in rows)
        score = whole / known if known else None
        rows.append({"kind": "all", "weight": known, "n_shared": shared, "score": score})
    frame = tables.conform(rows, tables.TASTE_MATCH)
    return _of_two(frame, tables.TASTE_MATCH, days, first, second, by=by, n=n)


def hour_comparison(first: Any, second: Any) -> pd.DataFrame:
    """Compare at which hours of the day two listen.

    Parameters
    ----------
    first, second : DataFrame of any engine
        Rows of `tables.PLAYS`; of each ``local_hour`` and ``local_day``.

    Returns
    -------
    DataFrame
        `tables.HOUR_COMPARISON`: 24 rows, midnight first; no rows where neither has plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Shares are of plays, each in the local hour in which it began. Rows without hour or day are not
    counted; where one has no plays its shares are missing.
    """
    counts, days = [], []
    for plays in (first, second):
        rows = _plays.rows(plays, "local_hour", "local_day")
        on = rows["local_day"].to_numpy()
        hour = rows["local_hour"].to_numpy(dtype="int64", na_value=24)
        known = (hour < 24) & ~np.isnat(on)
        if not known.all():
            hour, on = hour[known], on[known]
        counts.append(np.bincount(hour, minlength=24))
        days.append(on)
    counted = _plays.span_of_days(np.concatenate(days))
    frame = pd.DataFrame()
    if np.sum(counts):
        shares = [count / count.sum() if count.sum() else np.full(24, np.nan) for count in counts]
        columns: dict[str, Any] = {"local_hour": np.arange(24)}
        for end, count, share in zip(_ENDS, counts, shares, strict=True):
            columns[f"n_plays_{end}"] = count
            columns[f"share_{end}"] = share
        frame = pd.DataFrame({**columns, "difference": shares[1] - shares[0]})
    return _of_two(frame, tables.HOUR_COMPARISON, counted, first, second)


def _joined(first: Any, second: Any, of: str, by: str) -> tuple[pd.DataFrame, _plays.Span]:
    """Return what either played with the ranks and shares of both, and what was counted."""
    heard = [_things.heard(plays, of) for plays in (first, second)]
    every = pd.concat([one.things for one in heard], ignore_index=True)
    code, things = _things.numbered(every, _things.KEYS[of])
    both: dict[str, Any] = {"code": np.arange(len(things))}
    for end, one, own in zip(_ENDS, heard, np.split(code, [heard[0].n]), strict=True):
        placed = _things.placed(_things.cells(one), by)
        at = own[placed["code"].to_numpy()]
        rank, n_plays = np.zeros((2, len(things)), dtype="int64")
        rank[at], n_plays[at] = placed["rank"], placed["n_plays"]
        # nothing at all has no shares, not shares of 0
        share = np.full(len(things), 0.0 if len(placed) else np.nan)
        share[at] = placed["share"].to_numpy(dtype="float64", na_value=np.nan)
        both[f"rank_{end}"] = pd.arrays.IntegerArray(rank, rank == 0)
        both[f"n_plays_{end}"] = n_plays
        both[f"share_{end}"] = pd.arrays.FloatingArray(share, np.isnan(share))
    days = np.concatenate([one.on for one in heard])
    named = _things.names(things, both["code"])
    return pd.DataFrame({**both, **named}), _plays.span_of_days(days)


def _place_weights(rank: pd.Series[Any], n: int) -> Any:
    """Return the weights of places; what is not on the list weighs nothing."""
    length = min(n, int(rank.notna().sum()))
    place = rank.fillna(length + 1).clip(upper=length + 1).to_numpy(dtype="float64")
    return (length + 1 - place) / (length * (length + 1) / 2)


def _of_two(
    frame: pd.DataFrame, table: tables.Table, counted: Any, first: Any, second: Any, **more: Any
) -> pd.DataFrame:
    """End in a table whose facts are of both; of two rules the caption says both."""
    done = _plays.finish(frame, table, counted, facts_of=first, **more)
    ours, theirs = tables.facts(first), tables.facts(second)
    same = ("rule", "rule_text", "time_zone", "source")
    told: dict[str, str | None] = {
        name: None for name in same if ours.get(name) != theirs.get(name)
    }
    rules = [facts.get("rule_text") or facts.get("rule") for facts in (ours, theirs)]
    if rules[0] != rules[1]:
        pairs = zip(_ENDS, rules, strict=True)
        told["rule_text"] = "; ".join(f"{end}: {rule or 'not said'}" for end, rule in pairs)
    return tables.note(done, **told)
