"""How good a ranked list was, given what was then played.

One list at a time: `picks` in order, best first, and `truth`, the things that turned out right.
Average over lists yourself; only `coverage` looks at many lists. A pick that occurs twice counts
at its first place. An empty `truth` gives ``nan``: there was nothing to find.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Literal

__all__ = ["coverage", "hit_rate", "mean_average_precision", "ndcg", "precision", "recall"]


def precision(picks: Sequence[Hashable], truth: Collection[Hashable], *, k: int = 20) -> float:
    """Return the share of the first `k` places that are right.

    Parameters
    ----------
    picks : sequence
        The list, best first.
    truth : collection
        What was right.
    k : int
        Places looked at.

    Returns
    -------
    float
        Right ones among the first `k`, over `k`, also where the list is shorter.

    Notes
    -----
    As in Ferrari Dacrema et al., TOIS 2021.
    """
    return _per_list(sum(_hits(picks, truth, k)) / k, truth)


def recall(picks: Sequence[Hashable], truth: Collection[Hashable], *, k: int = 20) -> float:
    """Return the share of what was right that is among the first `k` places.

    Parameters
    ----------
    picks : sequence
        The list, best first.
    truth : collection
        What was right.
    k : int
        Places looked at.

    Returns
    -------
    float
        Right ones among the first `k`, over the number of right ones.

    Notes
    -----
    As in Ferrari Dacrema et al., TOIS 2021. Some papers divide by ``min(k, len(truth))``; this
    does not.
    """
    return _per_list(sum(_hits(picks, truth, k)) / max(len(set(truth)), 1), truth)


def ndcg(
    picks: Sequence[Hashable],
    truth: Collection[Hashable],
    *,
    k: int = 20,
    ideal: Literal["k", "all"] = "k",
) -> float:
    """Return the normalised discounted cumulative gain at `k`.

    Parameters
    ----------
    picks : sequence
        The list, best first.
    truth : collection
        What was right; each of worth 1.
    k : int
        Places looked at.
    ideal : {"k", "all"}
        What the gain is divided by: that of the best possible list of `k` places, or of the best
        possible list of any length.

    Returns
    -------
    float
        ``sum 1 / log2(place + 1)`` over the right places, over the same for the ideal list.

    Notes
    -----
    ``"k"`` is the usual definition (Järvelin and Kekäläinen, TOIS 2002; He et al., LightGCN,
    SIGIR 2020). ``"all"`` is that of the tables on MovieLens-100K in Ferrari Dacrema et al.,
    TOIS 2021, which divide by the ideal over all test items.
    """
    if ideal not in ("k", "all"):
        raise ValueError(f"`ideal` must be 'k' or 'all'; not {ideal!r}.")
    n_truth = len(set(truth))
    places = n_truth if ideal == "all" else min(k, n_truth)
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(_hits(picks, truth, k)) if hit)
    best = sum(1 / math.log2(place + 2) for place in range(places))
    return _per_list(gain / best if best else 0.0, truth)


def mean_average_precision(
    picks: Sequence[Hashable], truth: Collection[Hashable], *, k: int = 20
) -> float:
    """Return the average precision of one list, the MAP of the papers once averaged over lists.

    Parameters
    ----------
    picks : sequence
        The list, best first.
    truth : collection
        What was right.
    k : int
        Places looked at.

    Returns
    -------
    float
        Sum of the precision at each right place, over ``min(k, number of right ones)``.

    Notes
    -----
    As in Ferrari Dacrema et al., TOIS 2021.
    """
    n_right, total = 0, 0.0
    for place, hit in enumerate(_hits(picks, truth, k), start=1):
        if hit:
            n_right += 1
            total += n_right / place
    return _per_list(total / max(min(k, len(set(truth))), 1), truth)


def hit_rate(picks: Sequence[Hashable], truth: Collection[Hashable], *, k: int = 20) -> float:
    """Return 1 if anything among the first `k` places is right, else 0.

    Parameters
    ----------
    picks : sequence
        The list, best first.
    truth : collection
        What was right.
    k : int
        Places looked at.

    Returns
    -------
    float
        1.0 or 0.0.
    """
    return _per_list(float(any(_hits(picks, truth, k))), truth)


def coverage(lists: Iterable[Sequence[Hashable]], n_items: int, *, k: int = 20) -> float:
    """Return the share of all items that at least one of the lists holds.

    Parameters
    ----------
    lists : iterable of sequences
        The lists, each best first.
    n_items : int
        Number of items there were to choose from.
    k : int
        Places looked at in each list.

    Returns
    -------
    float
        Distinct items among the first `k` of all lists, over `n_items`.

    Notes
    -----
    "Item coverage" in Ferrari Dacrema et al., TOIS 2021.
    """
    if n_items < 1:
        raise ValueError(f"`n_items` must be 1 or more; not {n_items!r}.")
    return len({pick for picks in lists for pick in picks[:k]}) / n_items


def _hits(picks: Sequence[Hashable], truth: Collection[Hashable], k: int) -> list[bool]:
    if k < 1:
        raise ValueError(f"`k` must be 1 or more; not {k!r}.")
    wanted, hits = set(truth), []
    for pick in picks[:k]:
        hits.append(pick in wanted)
        wanted.discard(pick)
    return hits


def _per_list(value: float, truth: Collection[Hashable]) -> float:
    return value if len(truth) else math.nan
