"""How well suggestions would have done on one listener, in time order.

At every cut-off only the plays before it are seen; what was played in the time after it is what a
list should have held. A random split would let the list peek at the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis import errors, tables
from spotify_analysis.recommend import formulas, metrics, models, terms
from spotify_analysis.recommend.library import Library, Standing
from spotify_analysis.recommend.models.baskets import together

__all__ = [
    "HORIZONS",
    "MIN_DAYS",
    "MIN_PLAYS",
    "MIN_SESSIONS",
    "N_SEEDS",
    "evaluate",
    "evaluate_cuts",
]

MIN_PLAYS = 300
MIN_DAYS = 60.0
MIN_SESSIONS = 10  # of fewer, the mean says little
N_SEEDS = 3  # tracks with which a session has begun when it is to be continued
WARM_UP = 0.4  # share of the history that is only looked at
# modes that can be measured, and how long after a cut-off suits each
HORIZONS = {"on_repeat": "7D", "rediscover": "28D", "continue": "7D"}
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
    learn_from: str | Iterable[str] = (),
) -> pd.DataFrame:
    """Measure a mode on a listener's own past, beside the simplest ways to make a list.

    Parameters
    ----------
    history : DataFrame
        Plays of any source.
    mode : {"on_repeat", "rediscover", "continue"}
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
    learn_from : str or iterable of str
        ``"web_api"`` lets the model of ``continue`` learn from plays that came through Spotify's
        Web API, which Spotify's terms forbid (docs/terms.md); without it it does not.

    Returns
    -------
    DataFrame
        Columns of ``tables.EVALUATION``: the mode, then ``frequency`` (most plays),
        ``most_recent`` and ``random``; beside ``continue`` also ``on_repeat``, which knows the
        time and not the seeds. ``attrs`` tells what was measured.

    Raises
    ------
    TermsError
        If all plays came through the Web API and ``continue`` may not learn from them.
    ValueError
        If there are fewer than 300 full plays or 60 days of them, or fewer than 10 sessions to
        continue, or an argument is wrong.

    Notes
    -----
    All lists choose from the same candidates: for ``on_repeat`` every track played before, for
    ``rediscover`` those with 3 plays and 30 days of silence. Cut-offs after which none of them
    was played are passed over: no list could have been right. The plain formula is measured,
    without limits per artist or variety. This is what you would have played anyway: it shows
    that a list is plausible, not that it makes you discover anything.

    ``continue`` moves each cut-off to the next session within `horizon` that can be judged: its
    first 3 tracks are the seeds, those of its other tracks that had been played before are what
    to find, and everything played before but the seeds is a candidate. The model learns anew
    from the sessions before each one, as `recommend` would (but from no playlists, of which
    nobody knows what they held then). That is one model per cut-off, some 15 s for ten years in
    weekly steps; a longer `step` takes less.

    Examples
    --------
    >>> from spotify_analysis import recommend, tables
    >>> recommend.evaluate(tables.empty(tables.PLAYS))
    Traceback (most recent call last):
    ...
    ValueError: Too few plays to measure on: 0 of 30 s or more over 0 days; 300 over 60 are needed.
    """
    cuts = evaluate_cuts(
        history, mode, k, horizon, step, random_state=random_state, learn_from=learn_from
    )
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
    learn_from: str | Iterable[str] = (),
) -> pd.DataFrame:
    """Measure as `evaluate` does, and return every cut-off.

    Parameters
    ----------
    history : DataFrame
        Plays of any source.
    mode : {"on_repeat", "rediscover", "continue"}
        What to measure.
    k : int
        Length of the lists.
    horizon, step : str or Timedelta
        As in `evaluate`.
    random_state : int
        Seed of the random lists.
    learn_from : str or iterable of str
        As in `evaluate`.

    Returns
    -------
    DataFrame
        Columns of ``tables.EVALUATION_CUTS``, one row per cut-off and method.

    Raises
    ------
    TermsError, ValueError
        As in `evaluate`.
    """
    if mode not in HORIZONS:
        raise ValueError(
            f"`mode` must be one of {', '.join(HORIZONS)}; not {mode!r}. What was never played "
            "cannot be measured on one's own plays."
        )
    if k < 1:
        raise ValueError(f"`k` must be 1 or more; not {k!r}.")
    ahead, between = _as_days(horizon, "horizon"), _as_days(step, "step")
    library = Library.from_plays(history, learn_from=terms.allowed(learn_from))
    first, last = _span(library)
    begin = first + WARM_UP * (last - first)
    cuts = np.arange(begin, last - ahead + 1e-9, between)
    asking = _Sessions(library) if mode == "continue" else _Plays(library, mode)
    rng = np.random.default_rng(random_state)

    rows: list[dict[str, Any]] = []
    shown: dict[str, set[int]] = {}
    offered = np.zeros(library.n_items, dtype=bool)
    for cut in cuts:
        asked = asking.after(float(cut), float(cut) + ahead)
        if asked is None:
            continue
        cut_at = pd.Timestamp(round(asked.standing.when * 86_400e6), unit="us", tz="UTC")
        offered[asked.candidates] = True
        for method, score in _methods(asked, mode, rng):
            picks = _best(library, score, asked.candidates, k)
            shown.setdefault(method, set()).update(picks)
            rows.append(
                {
                    "cut_at": cut_at,
                    "method": method,
                    **_measured(picks, asked.truth.tolist(), k),
                    "n_candidates": len(asked.candidates),
                    "n_truth": len(asked.truth),
                }
            )
    n_sessions = len({row["cut_at"] for row in rows})
    if mode == "continue" and n_sessions < MIN_SESSIONS:
        raise ValueError(
            f"Too few sessions to measure 'continue' on: after {len(cuts)} cut-offs, "
            f"{n_sessions} had more than {N_SEEDS} tracks and went on with something played "
            f"before; {MIN_SESSIONS} are needed. Try a shorter `step`."
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
        "covered": {method: len(items) / offered.sum() for method, items in shown.items()},
    }
    if mode == "continue":
        table.attrs["n_seeds"] = N_SEEDS
        table.attrs["n_plays_not_learnt"] = int((~library.learnable).sum())
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


@dataclass(frozen=True, eq=False)
class _Asked:
    """One list that is asked for: how things stood, what it may hold and should hold."""

    standing: Standing
    candidates: Ints
    truth: Ints
    score: Floats  # of the mode; -inf is never listed


class _Plays:
    """Asks for what is played after a cut-off, whatever came before it.

    Parameters
    ----------
    library : Library
        Whose plays.
    mode : str
        ``on_repeat`` or ``rediscover``.
    """

    def __init__(self, library: Library, mode: str) -> None:
        self._library = library
        self._mode = mode

    def after(self, cut: float, end: float) -> _Asked | None:
        """Ask for a list at a cut-off.

        Parameters
        ----------
        cut, end : float
            From when to when what is played counts, in days since 1970.

        Returns
        -------
        _Asked or None
            None if no candidate was played: no list could have been right.
        """
        standing = self._library.at(cut, inclusive=False)
        if self._mode == "rediscover":
            score, eligible = standing.rediscover
            candidates = np.flatnonzero(eligible)
        else:
            score, candidates = standing.decayed, np.flatnonzero(standing.plays > 0)
        stop = int(np.searchsorted(self._library.when, end, side="left"))
        truth = np.intersect1d(self._library.item[standing.n : stop], candidates)
        return _Asked(standing, candidates, truth, score) if len(truth) else None


class _Sessions:
    """Asks for the rest of a session, given how it began.

    Parameters
    ----------
    library : Library
        Whose sessions.

    Raises
    ------
    TermsError
        If there is nothing a model may learn from.
    """

    def __init__(self, library: Library) -> None:
        if not library.learnable.any():
            raise errors.TermsError(
                f"All {len(library.when):,} plays came through Spotify's Web API, and "
                f"{terms.CLAUSE}. To learn from them all the same, say learn_from='web_api'."
            )
        self._library = library
        changes = np.flatnonzero(np.diff(library.session)) + 1
        self._starts = np.concatenate([[0], changes])
        self._ends = np.concatenate([changes, [len(library.session)]])
        self._next = 0  # no session is judged twice where `step` is shorter than `horizon`

    def after(self, cut: float, end: float) -> _Asked | None:
        """Ask for the rest of the next session.

        Parameters
        ----------
        cut, end : float
            From when to when it may begin, in days since 1970.

        Returns
        -------
        _Asked or None
            None if no session went on with a track that had been played before.
        """
        library = self._library
        begin, stop = np.searchsorted(library.when[self._starts], [cut, end], side="left")
        for number in range(max(int(begin), self._next), int(stop)):
            first = int(self._starts[number])
            heard = library.item[first : self._ends[number]]
            heard = heard[np.sort(np.unique(heard, return_index=True)[1])]  # as they came
            seeds, rest = heard[:N_SEEDS], heard[N_SEEDS:]
            standing = Standing(library, float(library.when[first]), first)
            known = standing.plays > 0
            truth = rest[known[rest]]
            if len(truth):
                self._next = number + 1
                known[seeds] = False
                return _Asked(standing, np.flatnonzero(known), truth, _continued(standing, seeds))
        return None


def _continued(standing: Standing, seeds: Ints) -> Floats:
    """Score as `own.neighbours` does, from the sessions before."""
    library, n = standing.library, standing.n
    learnable = library.learnable[:n]
    model = models.ItemKNN().fit(
        together(library.session[:n][learnable], library.item[:n][learnable], library.n_items)
    )
    weights = np.zeros(library.n_items)
    weights[seeds] = 1 / len(seeds)
    score = formulas.continued(model.score(sparse.csr_matrix(weights))[0], standing.decayed)
    return np.where(score > 0, score, -np.inf)


def _methods(asked: _Asked, mode: str, rng: np.random.Generator) -> Iterator[tuple[str, Floats]]:
    standing = asked.standing
    yield mode, asked.score
    if mode == "continue":
        yield "on_repeat", standing.decayed
    yield "frequency", standing.plays.astype(np.float64)
    yield "most_recent", standing.last
    yield "random", rng.random(standing.library.n_items)


def _best(library: Library, score: Floats, candidates: Ints, k: int) -> list[int]:
    """Return the first `k` candidates in order, without sorting all of them."""
    candidates = candidates[score[candidates] > -np.inf]
    if len(candidates) > k:
        of_them = score[candidates]
        candidates = candidates[of_them >= np.partition(of_them, -k)[-k]]
    picks: list[int] = library.order(score, candidates)[:k].tolist()
    return picks


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
