"""Several providers' lists made one, and that one made varied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spotify_analysis.recommend.providers.base import Candidate

__all__ = ["RRF_K", "Fused", "fuse", "vary"]

RRF_K = 60  # the constant of the paper; also best in our simulation
SPACING = 3  # places between two tracks of one artist, where others are to be had


@dataclass(frozen=True, slots=True)
class Fused:
    """One track with all that speaks for it.

    Parameters
    ----------
    candidate : Candidate
        The track, with the reasons of all providers.
    score : float
        What it is ranked by.
    sources : tuple of str
        Providers that suggested it.
    """

    candidate: Candidate
    score: float
    sources: tuple[str, ...]


def fuse(answers: Mapping[str, Sequence[Candidate]], weights: Mapping[str, float]) -> list[Fused]:
    """Join ranked lists by weighted reciprocal rank.

    Parameters
    ----------
    answers : mapping of str to sequence of Candidate
        Each provider's candidates, best first.
    weights : mapping of str to float
        Each provider's say.

    Returns
    -------
    list of Fused
        Every track once, best first: ``sum weight / (60 + rank)``; equal ones by artist and
        title. If only one provider answered, its own order and scores stay.

    Notes
    -----
    Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009.
    """
    lists = {name: _once(candidates) for name, candidates in answers.items() if candidates}
    if len(lists) == 1:
        ((name, only),) = lists.items()
        return [Fused(candidate, candidate.score, (name,)) for candidate in only]
    joined: dict[str, Fused] = {}
    for name, candidates in lists.items():
        for rank, candidate in enumerate(candidates, start=1):
            score = weights[name] / (RRF_K + rank)
            before = joined.get(candidate.key)
            joined[candidate.key] = (
                Fused(candidate, score, (name,))
                if before is None
                else Fused(
                    _merged(before.candidate, candidate),
                    before.score + score,
                    (*before.sources, name),
                )
            )
    return sorted(joined.values(), key=lambda one: (-one.score, one.candidate.key))


def vary(
    score: NDArray[np.float64],
    artist: Sequence[str],
    n: int,
    *,
    diversity: float,
    per_artist: int | None,
    group: Sequence[str] | None = None,
    shares: Mapping[str, float] | None = None,
) -> tuple[list[int], int]:
    """Choose `n` of a ranked list so that artists vary.

    Parameters
    ----------
    score : ndarray
        Scores, best first.
    artist : sequence of str
        Artist of each.
    n : int
        How many to choose.
    diversity : float
        0 keeps the order; above, a further track of an artist loses up to half of the best
        score, and equal artists keep three places apart while there are others.
    per_artist : int or None
        Most tracks of one artist.
    group : sequence of str or None
        Group of each; None if there are none.
    shares : mapping of str to float or None
        Share of each group in the list, spread evenly; the others fill up where one runs out.

    Returns
    -------
    places : list of int
        The chosen, in order.
    n_capped : int
        How many were passed over only because their artist was full.

    Notes
    -----
    Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) with ``lambda = 1 -
    diversity / 2`` and a similarity of 1 between tracks of one artist, else 0.
    """
    codes: dict[str, int] = {}
    who = np.array([codes.setdefault(name, len(codes)) for name in artist], dtype=np.int64)
    trade = 1 - diversity / 2
    top = score.max() if len(score) else 0.0
    value = trade * (score / top if top > 0 else score)
    free = np.ones(len(score), dtype=bool)
    taken_of = np.zeros(len(codes), dtype=np.int64)
    groups = np.array(group if group is not None else [""] * len(score), dtype=object)
    chosen: list[int] = []
    while len(chosen) < n:
        allowed = free if per_artist is None else free & (taken_of[who] < per_artist)
        if not allowed.any():
            break
        for name in _most_owed(shares or {}, [groups[place] for place in chosen]):
            wanted = allowed & (groups == name)
            if wanted.any():
                allowed = wanted
                break
        if diversity > 0:
            apart = allowed & ~np.isin(who, who[chosen[-(SPACING - 1) :]])
            allowed = apart if apart.any() else allowed
        gain = np.where(allowed, value - (1 - trade) * (taken_of[who] > 0), -np.inf)
        best = int(gain.argmax())  # the first of equals: the better ranked
        chosen.append(best)
        free[best] = False
        taken_of[who[best]] += 1
    full = np.zeros(len(score), dtype=bool)
    if per_artist is not None and chosen:
        full = free & (taken_of[who] >= per_artist)
        full[max(chosen) :] = False
    return chosen, int(full.sum())


def _most_owed(shares: Mapping[str, float], so_far: Sequence[str]) -> list[str]:
    """Put the groups in the order of how far each is behind its share."""
    counts = Counter(so_far)
    owed = {name: share * (len(so_far) + 1) - counts[name] for name, share in shares.items()}
    return sorted((name for name in shares if shares[name] > 0), key=lambda name: -owed[name])


def _once(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Drop what a provider names twice, so that it cannot vote twice."""
    return list({candidate.key: candidate for candidate in reversed(candidates)}.values())[::-1]


def _merged(first: Candidate, second: Candidate) -> Candidate:
    """Fill the gaps of the first with the second, and keep both reasons."""
    gaps = {
        name: getattr(second, name)
        for name in first.__slots__
        if getattr(first, name) is None and getattr(second, name) is not None
    }
    return replace(first, **gaps, reason=f"{first.reason}; also {second.reason}")
