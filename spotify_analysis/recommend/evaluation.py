"""How well suggestions would have done on one listener, in time order.

At every cut-off only the plays before it are seen; what was played in the time after it is what a
list should have held. A random split would let the list peek at the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spotify_analysis import tables
from spotify_analysis.recommend import metrics
from spotify_analysis.recommend.library import Library, Standing

__all__ = ["MIN_DAYS", "MIN_PLAYS", "evaluate", "evaluate_cuts"]

MIN_PLAYS = 300
MIN_DAYS = 60.0
WARM_UP = 0.4  # share of the history that is only looked at
_MODES = ("on_repeat", "rediscover")
_MEASURES = ("ndcg", "precision", "recall", "map", "hit_rate")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def evaluate(
    history: pd.DataFrame,
    mode: str = "on_repeat",
    k: int = 20,
    horizon: Any = "7D",
    step: Any = "7D",
    *,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure a mode on a listener's own past, beside the simplest ways to make a list.

    Parameters
    ----------
    history : DataFrame
        Plays of any source.
    mode : {"on_repeat", "rediscover"}
        What to measure.
    k : int
        Length of the lists.
    horizon : str or Timedelta
        How long after a cut-off what is played counts. Forgotten favourites come back slowly:
        ``"28D"`` suits ``rediscover`` better.
    step : str or Timedelta
        Time from one cut-off to the next; the first lies at 40 % of the history.
    random_state : int
        Seed of the random lists.

    Returns
    -------
    DataFrame
        Columns of ``tables.EVALUATION``: the mode, then ``frequency`` (most plays),
        ``most_recent`` and ``random``. ``attrs`` tells what was measured.

    Raises
    ------
    ValueError
        If there are fewer than 300 full plays or 60 days of them, or an argument is wrong.

    Notes
    -----
    All lists choose from the same candidates: for ``on_repeat`` every track played before, for
    ``rediscover`` those with 3 plays and 30 days of silence. Cut-offs after which none of them
    was played are passed over: no list could have been right. The plain formula is measured,
    without limits per artist or variety. This is what you would have played anyway: it shows
    that a list is plausible, not that it makes you discover anything.

    Examples
    --------
    >>> from spotify_analysis import recommend, tables
    >>> recommend.evaluate(tables.empty(tables.PLAYS))
    Traceback (most recent call last):
    ...
    ValueError: Too few plays to measure on: 0 of 30 s or more over 0 days; 300 over 60 are needed.
    """
    cuts = evaluate_cuts(history, mode, k, horizon, step, random_state=random_state)
    covered = cuts.attrs.pop("covered")
    rows = []
    frequency = cuts.loc[cuts["method"] == "frequency", "ndcg"].mean()
    for method, part in cuts.groupby("method", sort=False):
        ndcg = part["ndcg"]
        spread = ndcg.std() if len(part) > 1 else pd.NA
        rows.append(
            {
                "method": method,
                **{name: part[name].mean() for name in _MEASURES},
                "coverage": covered[method],
                "ndcg_sd": spread,
                "ndcg_se": spread / np.sqrt(len(part)) if len(part) > 1 else pd.NA,
                "vs_frequency": ndcg.mean() / frequency if frequency else pd.NA,
                "n_cuts": len(part),
                "n_candidates": part["n_candidates"].mean(),
                "n_truth": part["n_truth"].mean(),
            }
        )
    table = tables.conform(rows, tables.EVALUATION)
    table.attrs = dict(cuts.attrs)
    return table


def evaluate_cuts(
    history: pd.DataFrame,
    mode: str = "on_repeat",
    k: int = 20,
    horizon: Any = "7D",
    step: Any = "7D",
    *,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure as `evaluate` does, and return every cut-off.

    Parameters
    ----------
    history : DataFrame
        Plays of any source.
    mode : {"on_repeat", "rediscover"}
        What to measure.
    k : int
        Length of the lists.
    horizon, step : str or Timedelta
        As in `evaluate`.
    random_state : int
        Seed of the random lists.

    Returns
    -------
    DataFrame
        Columns of ``tables.EVALUATION_CUTS``, one row per cut-off and method.

    Raises
    ------
    ValueError
        As in `evaluate`.
    """
    if mode not in _MODES:
        raise ValueError(
            f"`mode` must be one of {', '.join(_MODES)}; not {mode!r}. What was never played "
            "cannot be measured on one's own plays."
        )
    if k < 1:
        raise ValueError(f"`k` must be 1 or more; not {k!r}.")
    ahead, between = _as_days(horizon, "horizon"), _as_days(step, "step")
    library = Library.from_plays(history)
    first, last = _span(library)
    begin = first + WARM_UP * (last - first)
    cuts = np.arange(begin, last - ahead + 1e-9, between)
    rng = np.random.default_rng(random_state)

    rows: list[dict[str, Any]] = []
    shown: dict[str, set[int]] = {}
    offered: set[int] = set()
    for cut in cuts:
        standing = library.at(float(cut), inclusive=False)
        candidates = _candidates(standing, mode)
        truth = np.intersect1d(_played_within(library, standing, float(cut) + ahead), candidates)
        if not len(truth):
            continue
        offered.update(candidates.tolist())
        for method, score in _methods(standing, mode, rng):
            picks = library.order(score, candidates)[:k].tolist()
            shown.setdefault(method, set()).update(picks)
            rows.append(
                {
                    "cut_at": pd.Timestamp(round(cut * 86_400e6), unit="us", tz="UTC"),
                    "method": method,
                    **_measured(picks, truth.tolist(), k),
                    "n_candidates": len(candidates),
                    "n_truth": len(truth),
                }
            )
    if not rows:
        raise ValueError(
            f"Nothing to measure {mode!r} on: after none of {len(cuts)} cut-offs was any of its "
            f"candidates played within {ahead:g} days. Try a longer `horizon`."
        )
    table = tables.conform(rows, tables.EVALUATION_CUTS)
    table.attrs = {
        "mode": mode,
        "k": k,
        "horizon_days": ahead,
        "step_days": between,
        "n_plays": len(library.when),
        "n_cuts": int(table["cut_at"].nunique()),
        "n_cuts_passed_over": len(cuts) - int(table["cut_at"].nunique()),
        "covered": {method: len(items) / len(offered) for method, items in shown.items()},
    }
    return table


def _span(library: Library) -> tuple[float, float]:
    n = len(library.when)
    first, last = (float(library.when[0]), float(library.when[-1])) if n else (0.0, 0.0)
    if n < MIN_PLAYS or last - first < MIN_DAYS:
        raise ValueError(
            f"Too few plays to measure on: {n:,} of 30 s or more over {last - first:.0f} days; "
            f"{MIN_PLAYS} over {MIN_DAYS:.0f} are needed."
        )
    return first, last


def _candidates(standing: Standing, mode: str) -> Ints:
    if mode == "rediscover":
        return np.flatnonzero(standing.rediscover[1])
    return np.flatnonzero(standing.plays > 0)


def _played_within(library: Library, standing: Standing, end: float) -> Ints:
    stop = int(np.searchsorted(library.when, end, side="left"))
    return np.unique(library.item[standing.n : stop])


def _methods(
    standing: Standing, mode: str, rng: np.random.Generator
) -> Iterator[tuple[str, Floats]]:
    yield mode, standing.rediscover[0] if mode == "rediscover" else standing.decayed
    yield "frequency", standing.plays.astype(np.float64)
    yield "most_recent", standing.last
    yield "random", rng.random(standing.library.n_items)


def _measured(picks: list[int], truth: list[int], k: int) -> dict[str, float]:
    return {
        "ndcg": metrics.ndcg(picks, truth, k=k),
        "precision": metrics.precision(picks, truth, k=k),
        "recall": metrics.recall(picks, truth, k=k),
        "map": metrics.mean_average_precision(picks, truth, k=k),
        "hit_rate": metrics.hit_rate(picks, truth, k=k),
    }


def _as_days(value: Any, name: str) -> float:
    try:
        days = pd.Timedelta(value) / pd.Timedelta(days=1)
    except (ValueError, TypeError):
        days = float("nan")
    if not days > 0:
        raise ValueError(f"`{name}` must be a span of time such as '7D'; not {value!r}.")
    return float(days)
