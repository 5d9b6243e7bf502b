"""How often things were played: frequencies of frequencies, laws they follow, Eddington numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays, _sums, _things

__all__ = ["cut_over", "days_by_plays", "eddington", "frequency_fits", "how_often"]

_EDGES = (0, 1, 5, 10, 20, 30, 50, 75, 100, 150, 200)
# a tail of fewer says nothing about a law
_LEAST_TAIL = 10
_MOST_TAILS = 60
_US_PER_DAY = 86_400_000_000


def how_often(plays: Any, *, of: _things.Of = "tracks") -> pd.DataFrame:
    """Count how many tracks, artists or albums were played once, twice, three times, and so on.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to count.

    Returns
    -------
    DataFrame
        `tables.HOW_OFTEN`: one row per number of plays that occurs, 1 first. Facts ``median``
        and ``mean``: plays of each.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    This is the frequency of frequencies, by which exportify's notebook judges how eclectic a
    library is. ``share_at_least`` is 1 in the first row.
    """
    each, span = _things.frequencies(plays, of)
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    if len(each):
        often, many = np.unique(each, return_counts=True)
        frame = pd.DataFrame(
            {
                "n_plays": often,
                "n_different": many,
                "share_different": many / len(each),
                "share_at_least": many[::-1].cumsum()[::-1] / len(each),
                "share_plays": often * many / each.sum(),
            }
        )
        facts = {"median": float(np.median(each)), "mean": float(each.mean())}
    return _plays.finish(frame, tables.HOW_OFTEN, span, facts_of=plays, of=of, **facts)


def frequency_fits(plays: Any, *, of: _things.Of = "tracks") -> pd.DataFrame:
    """Fit a power law, a lognormal and a gamma law to the numbers of plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to count.

    Returns
    -------
    DataFrame
        `tables.FREQUENCY_FITS`: three rows, the power law first; without the power law where no
        tail of ten remains, and none where all have equally many plays.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    Power law: p(x) proportional to x^-exponent for whole x from ``from_plays`` on, normalised
    with Hurwitz's zeta function; the exponent by maximum likelihood, ``from_plays`` where the
    Kolmogorov-Smirnov distance of the tail is least, the error from the curvature of the
    likelihood (Clauset, Shalizi and Newman 2009, https://arxiv.org/abs/0706.1062). At most 60
    beginnings of tails are tried, each with ten names or more. Lognormal and gamma law are
    continuous and are fitted to all plays by maximum likelihood; their distance compares whole
    numbers x with the law up to x + 1/2. A small distance does not prove a law.
    """
    each, span = _things.frequencies(plays, of)
    rows = []
    if len(each) > 1 and each.min() < each.max():
        often, many = np.unique(each, return_counts=True)
        tail = _power_law(often, many)
        rows = [*([tail] if tail else []), *_continuous(often, many)]
    frame = tables.conform([{"of": of, **row} for row in rows], tables.FREQUENCY_FITS)
    return _plays.finish(frame, tables.FREQUENCY_FITS, span, facts_of=plays, of=of)


def eddington(plays: Any) -> pd.DataFrame:
    """Count on how many days there were at least 1, 2, 3, ... plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``.

    Returns
    -------
    DataFrame
        `tables.EDDINGTON`: one row per number of plays, up to one more than the most on a day.
        Facts ``eddington``, the number, and ``n_days_to_next``.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    The Eddington number E is the greatest for which there are E days with at least E plays each.
    To E + 1 it takes ``n_days_missing`` more days with E + 1 plays.
    """
    days, span = _by_day(plays)
    frame = pd.DataFrame()
    facts: dict[str, Any] = {"eddington": 0, "n_days_to_next": 1}
    if len(days):
        number, at_least = _at_least(days[days > 0])
        missing = np.maximum(number - at_least, 0)
        frame = pd.DataFrame(
            {
                "n_plays": number,
                "n_days": at_least,
                "n_days_missing": missing,
                "is_reached": missing == 0,
            }
        )
        reached = int((missing == 0).sum())
        facts = {"eddington": reached, "n_days_to_next": int(missing[reached])}
    return _plays.finish(frame, tables.EDDINGTON, span, facts_of=plays, **facts)


def cut_over(plays: Any, *, of: _things.Of = "artists") -> pd.DataFrame:
    """Count how many artists, tracks or albums have at least 1, 2, 3, ... plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        What to count.

    Returns
    -------
    DataFrame
        `tables.CUT_OVER`: one row per number of plays, up to one more than the most, but never
        past twice the cut-over point. Facts ``cut_over``, the point, and ``n_to_next``.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    The cut-over point h is the greatest for which there are h artists with at least h plays
    each: what is called an h-index elsewhere.
    """
    each, span = _things.frequencies(plays, of)
    frame = pd.DataFrame()
    facts: dict[str, Any] = {"cut_over": 0, "n_to_next": 1}
    if len(each):
        number, at_least = _at_least(each)
        missing = np.maximum(number - at_least, 0)
        reached = int((missing == 0).sum())
        facts = {"cut_over": reached, "n_to_next": int(missing[reached])}
        frame = pd.DataFrame(
            {
                "n_plays": number,
                "n_different": at_least,
                "n_missing": missing,
                "is_reached": missing == 0,
            }
        ).head(2 * max(reached, 1))
    return _plays.finish(frame, tables.CUT_OVER, span, facts_of=plays, of=of, **facts)


def days_by_plays(plays: Any, *, edges: Sequence[int] = _EDGES) -> pd.DataFrame:
    """Count the days with no plays, few plays, many plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``.
    edges : sequence of int
        Where a class begins, in plays per day, rising from 0.

    Returns
    -------
    DataFrame
        `tables.DAYS_BY_PLAYS`: one row per class up to that of the busiest day, with zeros where
        there is no such day; no rows without plays.

    Raises
    ------
    ValueError
        If `edges` does not rise from 0.
    TableError
        If a column is missing.

    Notes
    -----
    Days are all local days from the first play to the last, silent ones included. ``to_plays`` is
    missing only if the last class asked for has such days: it is open.
    """
    begin = np.asarray(edges, dtype="int64")
    if not len(begin) or begin[0] != 0 or (np.diff(begin) <= 0).any():
        raise ValueError(f"`edges` must rise from 0; not {list(edges)!r}.")
    days, span = _by_day(plays)
    frame = pd.DataFrame()
    if len(days):
        place = np.searchsorted(begin, days, side="right") - 1
        size = int(place.max()) + 1
        per_class = np.bincount(place, minlength=size)
        sums = _sums.total(place, days, size)
        ends = [int(edge) - 1 for edge in begin[1:]]
        frame = pd.DataFrame(
            {
                "from_plays": begin[:size],
                "to_plays": pd.array([*ends, None][:size], dtype=tables.INT),
                "n_days": per_class,
                "share_days": per_class / len(days),
                "n_plays": sums,
                "share_plays": sums / days.sum(),
            }
        )
    return _plays.finish(frame, tables.DAYS_BY_PLAYS, span, facts_of=plays)


def _by_day(plays: Any) -> tuple[_sums.Ints, _plays.Span]:
    """Count the plays of each day from the first to the last, silent ones included."""
    days = _plays.columns(plays, "local_day")["local_day"].to_numpy()
    if np.isnat(days).any():
        days = days[~np.isnat(days)]
    numbers = days.view("int64") // _US_PER_DAY
    if not len(days):
        return numbers, _plays.span_of_days(days)
    first, last = int(numbers.min()), int(numbers.max())
    numbers -= first
    since, until = (pd.Timestamp(np.datetime64(day, "D")) for day in (first, last))
    return np.bincount(numbers), _plays.Span(len(days), since, until)


def _at_least(counts: _sums.Ints) -> tuple[_sums.Ints, _sums.Ints]:
    """Return 1, 2, ... up to one more than the greatest count, and how many counts reach each."""
    per_count = np.bincount(counts, minlength=1)
    return np.arange(1, len(per_count) + 1), np.append(per_count[::-1].cumsum()[::-1][1:], 0)


def _power_law(often: _sums.Ints, many: _sums.Ints) -> dict[str, Any] | None:
    """Fit a discrete power law to the tail that it fits best."""
    from scipy.optimize import minimize_scalar
    from scipy.special import zeta

    in_tail = many[::-1].cumsum()[::-1]
    starts = np.flatnonzero(in_tail >= _LEAST_TAIL)
    # the last value alone is no tail
    starts = starts[starts < len(often) - 1][:_MOST_TAILS]
    best: dict[str, Any] | None = None
    for start in starts:
        x, weight, n = often[start:], many[start:], int(in_tail[start])
        log_sum = float((weight * np.log(x)).sum())
        low = float(x[0])

        def unlikely(alpha: float, low: float = low, n: int = n, log_sum: float = log_sum) -> float:
            return n * float(np.log(zeta(alpha, low))) + alpha * log_sum

        alpha = float(minimize_scalar(unlikely, bounds=(1.01, 8), method="bounded").x)
        expected = 1 - zeta(alpha, x + 1.0) / zeta(alpha, low)
        distance = float(np.abs(np.cumsum(weight) / n - expected).max())
        if best is None or distance < best["distance"]:
            step = 1e-4
            curve = unlikely(alpha + step) - 2 * unlikely(alpha) + unlikely(alpha - step)
            best = {
                "law": "power law",
                "estimator": "discrete maximum likelihood, tail of least KS distance",
                "from_plays": int(x[0]),
                "n_different": n,
                "exponent": alpha,
                "exponent_error": step / float(np.sqrt(curve)) if curve > 0 else None,
                "distance": distance,
            }
    return best


def _continuous(often: _sums.Ints, many: _sums.Ints) -> list[dict[str, Any]]:
    """Fit a lognormal and a gamma law to all numbers of plays."""
    from scipy.optimize import brentq
    from scipy.special import digamma, gammainc, ndtr

    n = int(many.sum())
    share = many / n
    logs = np.log(often)
    log_mean = float((share * logs).sum())
    sigma = float(np.sqrt((share * (logs - log_mean) ** 2).sum()))
    mean = float((share * often).sum())
    gap = float(np.log(mean)) - log_mean
    shape = float(brentq(lambda k: np.log(k) - digamma(k) - gap, 1e-3, 1e9))
    upper = often + 0.5
    laws: tuple[tuple[str, float, float, npt.NDArray[np.float64]], ...] = (
        ("lognormal", sigma, float(np.exp(log_mean)), ndtr((np.log(upper) - log_mean) / sigma)),
        ("gamma", shape, mean / shape, gammainc(shape, upper * shape / mean)),
    )
    return [
        {
            "law": law,
            "estimator": "maximum likelihood",
            "from_plays": 1,
            "n_different": n,
            "shape": k,
            "scale": scale,
            "distance": float(np.abs(np.cumsum(share) - expected).max()),
        }
        for law, k, scale, expected in laws
    ]
