"""The two formulas, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spotify_analysis.recommend import formulas


def test_a_play_counts_half_after_fourteen_days() -> None:
    age = np.array([0.0, 14.0, 28.0, 7.0])
    score = formulas.decayed(age, np.array([0, 0, 1, 3]), 4)
    assert score == pytest.approx([1.5, 0.25, 0.0, 2**-0.5])


def test_rediscover_by_hand() -> None:
    n_plays = np.array([3, 3, 2, 9, 0])
    n_days = np.array([3, 1, 2, 8, 0])
    silent = np.array([30.0, 60.0, 100.0, 29.9, np.inf])
    artist = np.array([0.0, 15.9, 1.0, 1.0, 1.0])
    score, candidate = formulas.rediscover(n_plays, n_days, silent, artist)
    assert candidate.tolist() == [True, True, False, False, False]
    assert score == pytest.approx([3 / 30 * 0.1**0.25, 1 / 60 * 2.0, 0, 0, 0])


def test_nothing_played_is_no_candidate() -> None:
    empty = np.zeros(0, dtype=np.int64)
    score, candidate = formulas.rediscover(empty, empty, np.zeros(0), np.zeros(0))
    assert not len(score)
    assert not candidate.any()
    assert formulas.decayed(np.zeros(0), empty, 2).tolist() == [0.0, 0.0]
