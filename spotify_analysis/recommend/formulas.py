"""The counting formulas: plain arithmetic on arrays of one listener's plays.

Both were chosen on 28 people's listening logs and then tried, unchanged, on five others. They
count; they learn nothing, so they may run on plays of any source.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ARTIST_EXPONENT",
    "ARTIST_FLOOR",
    "FULL_PLAY_MS",
    "HALF_LIFE_DAYS",
    "MIN_PLAYS",
    "RECENCY_FLOOR",
    "SILENT_DAYS",
    "continued",
    "decayed",
    "rediscover",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FULL_PLAY_MS = 30_000  # what Spotify itself counts as a stream
HALF_LIFE_DAYS = 14.0  # 10-14 days is a plateau in the measurements
MIN_PLAYS = 3
SILENT_DAYS = 30.0
ARTIST_FLOOR = 0.1  # an artist not played lately damps the score and does not erase it
ARTIST_EXPONENT = 0.25
RECENCY_FLOOR = 0.05  # keeps what has rested for long in the running, far behind the rotation


def decayed(
    age_days: Floats, group: Ints, n_groups: int, *, half_life_days: float = HALF_LIFE_DAYS
) -> Floats:
    """Count plays per group, each worth half as much every `half_life_days`.

    The score of `on_repeat` where the groups are tracks: ``sum 0.5 ^ (age_days / 14)``.

    Parameters
    ----------
    age_days : ndarray
        Age of each play, in days.
    group : ndarray of int
        Group of each play (its track, or its artist), from 0.
    n_groups : int
        Number of groups.
    half_life_days : float
        Age at which a play counts half.

    Returns
    -------
    ndarray
        One sum per group; 0 where a group has no play.
    """
    worth = np.exp2(-age_days / half_life_days)
    return np.bincount(group, weights=worth, minlength=n_groups).astype(np.float64)


def rediscover(
    n_plays: Ints, n_days: Ints, silent_days: Floats, artist_decayed: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Score forgotten favourites.

    ``distinct days / days since last * (the artist's decayed plays + 0.1) ^ 0.25``, for tracks
    with at least 3 plays and none for at least 30 days.

    Parameters
    ----------
    n_plays : ndarray of int
        Plays of each track.
    n_days : ndarray of int
        Distinct days on which each track was played.
    silent_days : ndarray
        Days since each track's last play; infinite where there is none.
    artist_decayed : ndarray
        `decayed` plays of each track's artist.

    Returns
    -------
    score : ndarray
        One score per track; 0 where the track is no candidate.
    candidate : ndarray of bool
        Tracks with enough plays and silent for long enough.
    """
    candidate = (n_plays >= MIN_PLAYS) & (silent_days >= SILENT_DAYS) & np.isfinite(silent_days)
    score = np.zeros(len(n_plays), dtype=np.float64)
    score[candidate] = (
        n_days[candidate]
        / silent_days[candidate]
        * (artist_decayed[candidate] + ARTIST_FLOOR) ** ARTIST_EXPONENT
    )
    return score, candidate


def continued(alike: Floats, decayed: Floats) -> Floats:
    """Score what goes with the seeds: similar to them, and in rotation.

    Parameters
    ----------
    alike : ndarray
        Similarity of each track to the seeds.
    decayed : ndarray
        `decayed` plays of each track.

    Returns
    -------
    ndarray
        ``alike * sqrt(decayed + 0.05)`` per track.
    """
    return np.asarray(alike * np.sqrt(decayed + RECENCY_FLOOR), dtype=np.float64)
