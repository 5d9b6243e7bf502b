"""Measures of a ranked list, against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from spotify_analysis.recommend import metrics

PICKS = ["a", "x", "b", "y"]
TRUTH = {"a", "b", "c"}


def test_by_hand() -> None:
    assert metrics.precision(PICKS, TRUTH, k=4) == pytest.approx(2 / 4)
    assert metrics.recall(PICKS, TRUTH, k=4) == pytest.approx(2 / 3)
    assert metrics.mean_average_precision(PICKS, TRUTH, k=4) == pytest.approx((1 + 2 / 3) / 3)
    assert metrics.hit_rate(PICKS, TRUTH, k=4) == 1.0
    gain, ideal = 1 + 1 / 2, 1 + 1 / math.log2(3) + 1 / 2
    assert metrics.ndcg(PICKS, TRUTH, k=4) == pytest.approx(gain / ideal)


def test_only_the_first_k_are_looked_at() -> None:
    assert metrics.precision(PICKS, TRUTH, k=2) == 0.5
    assert metrics.recall(PICKS, TRUTH, k=2) == pytest.approx(1 / 3)
    assert metrics.mean_average_precision(PICKS, TRUTH, k=2) == 0.5
    assert metrics.hit_rate(["x", "a"], TRUTH, k=1) == 0.0


def test_the_two_ideals_differ_where_there_is_more_to_find_than_places() -> None:
    assert metrics.ndcg(["a"], TRUTH, k=1) == 1.0
    assert metrics.ndcg(["a"], TRUTH, k=1, ideal="all") == pytest.approx(
        1 / (1 + 1 / math.log2(3) + 1 / 2)
    )


def test_a_short_list_is_measured_over_all_places() -> None:
    assert metrics.precision(["a"], TRUTH, k=20) == pytest.approx(1 / 20)


def test_a_pick_counts_once() -> None:
    assert metrics.precision(["a", "a"], TRUTH, k=2) == 0.5
    assert metrics.ndcg(["a", "a", "b", "c"], TRUTH, k=4) < 1.0


def test_the_best_list_scores_one_and_the_worst_zero() -> None:
    for measure in (metrics.recall, metrics.ndcg, metrics.mean_average_precision):
        assert measure(["a", "b", "c"], TRUTH, k=3) == pytest.approx(1.0)
        assert measure(["x", "y", "z"], TRUTH, k=3) == 0.0


def test_nothing_to_find_is_no_number() -> None:
    for measure in (metrics.precision, metrics.recall, metrics.ndcg, metrics.hit_rate):
        assert math.isnan(measure(PICKS, set(), k=3))


def test_coverage_counts_what_any_list_holds() -> None:
    assert metrics.coverage([["a", "b", "c"], ["a", "d", "e"]], 10, k=2) == pytest.approx(3 / 10)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="`k`"):
        metrics.precision(PICKS, TRUTH, k=0)
    with pytest.raises(ValueError, match="`ideal`"):
        metrics.ndcg(PICKS, TRUTH, ideal="best")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`n_items`"):
        metrics.coverage([], 0)
