"""ItemKNN on matrices one can compute by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from spotify_analysis.recommend import models

#            items 0, 1, 2
BASKETS = np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]])


def test_similarity_by_hand() -> None:
    model = models.ItemKNN(shrink=0).fit(sparse.csr_matrix(BASKETS))
    half = 1 / (np.sqrt(2) * np.sqrt(2))
    assert model.similarity.toarray() == pytest.approx(
        np.array([[0, 1, half], [1, 0, half], [half, half, 0]])
    )
    shrunk = models.ItemKNN(shrink=10).fit(sparse.csr_matrix(BASKETS))
    assert shrunk.similarity[0, 1] == pytest.approx(2 / 12)


def test_neighbours_are_kept_per_target_ties_in_the_order_of_the_items() -> None:
    kept = models.ItemKNN(top_k=1, shrink=0).fit(sparse.csr_matrix(BASKETS)).similarity.toarray()
    # item 2 has two neighbours alike: the first is kept, in its own column
    assert kept == pytest.approx(np.array([[0, 1, 0.5], [1, 0, 0], [0, 0, 0]]))


def test_score_adds_up_over_the_row() -> None:
    model = models.ItemKNN(shrink=0).fit(sparse.csr_matrix(BASKETS))
    scores = model.score(sparse.csr_matrix([[2.0, 0.0, 1.0]]))
    assert scores[0] == pytest.approx([0.5, 2.5, 1.0])


def test_recommend_leaves_out_what_the_row_holds() -> None:
    model = models.ItemKNN(shrink=0).fit(sparse.csr_matrix(BASKETS))
    assert model.recommend(sparse.csr_matrix([[1, 0, 0]]), n=3).tolist() == [[1, 2, -1]]
    assert model.recommend(sparse.csr_matrix([[1, 1, 1]]), n=4).tolist() == [[-1, -1, -1, -1]]


def test_planted_clusters_are_found() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for basket in range(200):
        row = np.zeros(40)
        cluster = basket % 4
        row[cluster * 10 + rng.choice(10, size=5, replace=False)] = 1
        rows.append(row)
    model = models.ItemKNN().fit(sparse.csr_matrix(np.array(rows)))
    for cluster in range(4):
        seed = sparse.csr_matrix(np.eye(40)[[cluster * 10]])
        assert set(model.recommend(seed, n=9)[0] // 10) == {cluster}


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="`top_k`"):
        models.ItemKNN(top_k=0)
    with pytest.raises(ValueError, match="`shrink`"):
        models.ItemKNN(shrink=-1)
    with pytest.raises(ValueError, match="learnt nothing"):
        models.ItemKNN().score(sparse.csr_matrix([[1]]))
    with pytest.raises(ValueError, match="3 columns"):
        models.ItemKNN().fit(sparse.csr_matrix(BASKETS)).score(sparse.csr_matrix([[1]]))
