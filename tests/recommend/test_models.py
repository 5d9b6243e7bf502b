"""Models on matrices one can compute by hand, and the algebra they promise."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from spotify_analysis import tables
from spotify_analysis.recommend import models
from spotify_analysis.recommend.models import similarity

#            items 0, 1, 2
BASKETS = np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]])
# item 0 is in every basket, the others in one each
POPULAR = np.array([[1, 1, 0], [1, 0, 1], [1, 0, 0]])

ALL: dict[str, Any] = {
    "EASE": lambda: models.EASE(l2=20),
    "ItemKNN": models.ItemKNN,
    "ItemKNN tf_idf": lambda: models.ItemKNN(weighting="tf_idf"),
    "P3alpha": models.P3alpha,
    "RP3beta": models.RP3beta,
    "RP3beta whole": lambda: models.RP3beta(top_k=None, normalize=True),
    "TopPopular": models.TopPopular,
}
ALIKE = [name for name in ALL if name != "TopPopular"]


def planted(n_clusters: int = 4, size: int = 10, n_baskets: int = 800) -> Any:
    """Baskets that hold three to eight items of one cluster each."""
    rng = np.random.default_rng(1)
    rows = np.zeros((n_baskets, n_clusters * size))
    for basket in range(n_baskets):
        first = basket % n_clusters * size
        rows[basket, first + rng.choice(size, size=rng.integers(3, 9), replace=False)] = 1
    return sparse.csr_matrix(rows)


# ---------------------------------------------------------------- by hand


def test_cosine_by_hand() -> None:
    model = models.ItemKNN(shrink=0).fit(sparse.csr_matrix(BASKETS))
    half = 1 / (np.sqrt(2) * np.sqrt(2))
    assert model.similarity.toarray() == pytest.approx(
        np.array([[0, 1, half], [1, 0, half], [half, half, 0]])
    )
    shrunk = models.ItemKNN(shrink=10).fit(sparse.csr_matrix(BASKETS))
    assert shrunk.similarity[0, 1] == pytest.approx(2 / 12)


def test_tf_idf_by_hand() -> None:
    # ln(3 / (1 + n)) of baskets that hold 2, 3 and 1 items: the first says nothing
    one, two = np.log(3 / 4), np.log(3 / 2)
    model = models.ItemKNN(shrink=0, weighting="tf_idf").fit(BASKETS)
    far = one * one / (abs(one) * np.hypot(one, two))
    assert model.similarity.toarray() == pytest.approx(
        np.array([[0, 1, far], [1, 0, far], [far, far, 0]])
    )
    # a row is weighted as a basket is: the square root of 4, and it holds one item
    assert model.score([[4, 0, 0]])[0] == pytest.approx([0, 2 * two, 2 * two * far])


def test_p3alpha_by_hand() -> None:
    # from item 0 to baskets 0 and 1 by 1/2 each; on to item 1 by 1/2 and 1/3, to item 2 by 1/3
    model = models.P3alpha(alpha=1).fit(BASKETS)
    assert model.similarity.toarray() == pytest.approx(
        np.array([[0, 5 / 12, 1 / 6], [5 / 12, 0, 1 / 6], [1 / 6, 1 / 6, 0]])
    )


def test_rp3beta_by_hand() -> None:
    plain = models.RP3beta(alpha=1, beta=0).fit(POPULAR).similarity.toarray()
    assert plain == pytest.approx(np.array([[0, 1 / 6, 1 / 6], [1 / 2, 0, 0], [1 / 2, 0, 0]]))
    # beta 1 divides what leads to item 0 by its three baskets
    fair = models.RP3beta(alpha=1, beta=1).fit(POPULAR).similarity.toarray()
    assert fair == pytest.approx(np.array([[0, 1 / 6, 1 / 6], [1 / 6, 0, 0], [1 / 6, 0, 0]]))
    root = models.RP3beta(alpha=0.5, beta=0).fit(POPULAR).similarity
    assert root[0, 1] == pytest.approx(np.sqrt(1 / 3 * 1 / 2))
    assert models.RP3beta(alpha=0, beta=0).fit(POPULAR).similarity[0, 1] == 1


def test_rp3beta_cuts_rows_scales_them_and_cuts_columns() -> None:
    scaled = models.RP3beta(alpha=1, beta=1, normalize=True).fit(POPULAR).similarity.toarray()
    assert scaled == pytest.approx(np.array([[0, 1 / 2, 1 / 2], [1, 0, 0], [1, 0, 0]]))
    cut = models.RP3beta(alpha=1, beta=1, top_k=1, normalize=True).fit(POPULAR)
    # of the equal ways from item 0 the first, of the equal ways to item 0 the first
    assert cut.similarity.toarray() == pytest.approx(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))


def test_ease_by_hand() -> None:
    # X'X + I = [[3, 2, 1], [2, 3, 1], [1, 1, 3]]
    # its inverse is [[8, -5, -1], [-5, 8, -1], [-1, -1, 5]] / 13
    model = models.EASE(l2=1).fit(BASKETS)
    assert model.weights == pytest.approx(
        np.array([[0, 5 / 8, 1 / 5], [5 / 8, 0, 1 / 5], [1 / 8, 1 / 8, 0]])
    )
    assert model.score([[1, 0, 2]])[0] == pytest.approx([2 / 8, 5 / 8 + 2 / 8, 1 / 5])


def test_top_popular_by_hand() -> None:
    model = models.TopPopular().fit(np.array([[9, 0, 1], [1, 0, 1], [1, 0, 0]]))
    assert model.score(np.zeros((2, 3))).tolist() == [[3, 0, 2], [3, 0, 2]]
    assert model.recommend([[1, 0, 0]], n=3).tolist() == [[2, 1, -1]]


def test_neighbours_are_kept_per_target_ties_in_the_order_of_the_items() -> None:
    kept = models.ItemKNN(top_k=1, shrink=0).fit(sparse.csr_matrix(BASKETS)).similarity.toarray()
    # item 2 has two neighbours alike: the first is kept, in its own column
    assert kept == pytest.approx(np.array([[0, 1, 0.5], [1, 0, 0], [0, 0, 0]]))


def test_score_adds_up_over_the_row() -> None:
    model = models.ItemKNN(shrink=0).fit(sparse.csr_matrix(BASKETS))
    scores = model.score(sparse.csr_matrix([[2.0, 0.0, 1.0]]))
    assert scores[0] == pytest.approx([0.5, 2.5, 1.0])


# ---------------------------------------------------------------- the algebra of EASE


@pytest.mark.parametrize("seed", range(3))
def test_ease_is_the_inverse_form_with_a_zero_diagonal(seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 3, size=(60, 25)).astype(float)
    b = models.EASE(l2=7.5).fit(sparse.csr_matrix(x)).weights
    assert b is not None
    assert (b.diagonal() == 0).all()
    p = np.linalg.inv(x.T @ x + 7.5 * np.eye(25))
    assert np.abs(b - (np.eye(25) - p / p.diagonal())).max() < 1e-8


def test_each_column_of_ease_is_a_ridge_regression_on_the_others() -> None:
    x = np.random.default_rng(5).integers(0, 2, size=(40, 12)).astype(float)
    b = models.EASE(l2=3).fit(x).weights
    assert b is not None
    for item in range(12):
        others = np.delete(x, item, axis=1)
        ridge = np.linalg.solve(others.T @ others + 3 * np.eye(11), others.T @ x[:, item])
        assert np.delete(b[:, item], item) == pytest.approx(ridge, abs=1e-10)


def test_ease_in_blocks_and_in_single_precision_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from spotify_analysis.recommend.models import ease

    x = planted()
    whole = models.EASE(l2=5).fit(x).weights
    monkeypatch.setattr(ease, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(ease, "_MAX_ITEMS_IN_DOUBLE", 0)
    blocks = models.EASE(l2=5).fit(x).weights
    assert whole is not None
    assert blocks is not None
    assert (whole.dtype, blocks.dtype) == (np.float64, np.float32)
    assert blocks == pytest.approx(whole, abs=1e-5)


def test_ease_refuses_what_it_cannot_hold_before_it_takes_memory() -> None:
    wide = sparse.csr_matrix((2, 40_981))
    with pytest.raises(ValueError, match=r"at most 15,000 items; not 40,981.*6\.7 GB.*RP3beta"):
        models.EASE().fit(wide)


# ---------------------------------------------------------------- what all promise


@pytest.mark.parametrize("name", ALIKE)
def test_planted_clusters_are_found(name: str) -> None:
    model = ALL[name]().fit(planted())
    for cluster in range(4):
        seed = sparse.csr_matrix(np.eye(40)[[cluster * 10]])
        assert set(model.recommend(seed, n=9)[0] // 10) == {cluster}


@pytest.mark.parametrize("name", ALL)
def test_recommend_leaves_out_what_the_row_holds(name: str) -> None:
    model = ALL[name]().fit(sparse.csr_matrix(BASKETS))
    assert model.recommend(sparse.csr_matrix([[1, 0, 0]]), n=3).tolist() == [[1, 2, -1]]
    assert model.recommend(sparse.csr_matrix([[1, 1, 1]]), n=4).tolist() == [[-1, -1, -1, -1]]


@pytest.mark.parametrize("name", ALL)
def test_nothing_and_items_in_no_basket(name: str) -> None:
    model = ALL[name]().fit(sparse.csr_matrix((0, 3)))
    assert model.score(np.ones((1, 3))).tolist() == [[0, 0, 0]]
    # equal scores come in the order of the items
    assert model.recommend([[0, 1, 0]], n=2).tolist() == [[0, 2]]
    lonely = np.hstack([BASKETS, [[0], [0], [0]]])
    scores = ALL[name]().fit(lonely).score([[1, 0, 0, 1]])
    assert np.isfinite(scores).all()
    assert scores[0, 3] == 0


@pytest.mark.parametrize("name", ALL)
def test_parts_make_the_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from spotify_analysis.recommend.models import base

    x = planted()
    whole = ALL[name]().fit(x)
    picks = whole.recommend(x, n=5)
    monkeypatch.setattr(similarity, "_NUMBERS_AT_ONCE", 90)
    monkeypatch.setattr(base, "_SCORES_AT_ONCE", 130)
    parts = ALL[name]().fit(x)
    assert parts.score(x[:7]) == pytest.approx(whole.score(x[:7]))
    assert (parts.recommend(x, n=5) == picks).all()


@pytest.mark.parametrize("name", ALL)
def test_what_was_given_is_not_changed(name: str) -> None:
    x = sparse.csr_matrix(BASKETS.astype(float))
    rows = sparse.csr_matrix([[2.0, 0.0, 0.0]])
    ALL[name]().fit(x).recommend(rows, n=2)
    assert (x.toarray() == BASKETS).all()
    assert rows.toarray().tolist() == [[2, 0, 0]]


def test_two_processes_agree_to_the_last_bit() -> None:
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "import hashlib, numpy as np, test_models as t\n"
        "x = t.planted()\n"
        "print(json.dumps({n: hashlib.sha256(np.ascontiguousarray(m().fit(x).score(x)).tobytes())"
        ".hexdigest() for n, m in t.ALL.items()}))"
    )
    run = [sys.executable, "-c", code, str(__file__).rsplit("/", 1)[0]]
    first, second = (
        json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
        for _ in range(2)
    )
    assert first == second
    assert set(first) == set(ALL)


def test_the_largest_of_a_row_with_ties_in_order() -> None:
    rng = np.random.default_rng(3)
    dense = rng.integers(0, 4, size=(30, 50)).astype(float)
    for k in (1, 3, 49, 50):
        kept = similarity.top_per_row(sparse.csr_matrix(dense), k).toarray()
        for row, of_row in zip(dense, kept, strict=True):
            best = sorted(np.flatnonzero(row), key=lambda place: (-row[place], place))[:k]
            assert np.flatnonzero(of_row).tolist() == sorted(best)
    by_column = similarity.top_per_column(sparse.csr_matrix(dense.T), 3).toarray()
    assert (similarity.top_per_row(sparse.csr_matrix(dense), 3).toarray() == by_column.T).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: models.ItemKNN(top_k=0), "`top_k` must be 1 or more; not 0"),
        (lambda: models.ItemKNN(shrink=-1), "`shrink` must be 0 or more; not -1"),
        (lambda: models.ItemKNN(weighting="bm25"), "`weighting` must be one of none, tf_idf"),
        (lambda: models.RP3beta(alpha=-1), "`alpha` must be 0 or more; not -1"),
        (lambda: models.RP3beta(beta=float("nan")), "`beta` must be 0 or more; not nan"),
        (lambda: models.P3alpha(top_k=0), "`top_k` must be 1 or more, or None; not 0"),
        (lambda: models.EASE(l2=0), "`l2` must be more than 0; not 0"),
        (lambda: models.EASE(max_items=50_000), "`max_items` must be from 1 to 30,000"),
        (lambda: models.EASE().fit([[-1.0]]), "weights of 0 or more; not -1.0"),
        (lambda: models.RP3beta().fit([[np.nan]]), "weights of 0 or more; not nan"),
        (
            lambda: models.ItemKNN().fit(tables.conform([{"track": "a"}], tables.PLAYS)),
            r"`matrix` must hold numbers, a row per basket; not DataFrame .*`recommend\.models\.b",
        ),
        (lambda: models.baskets("plays.csv"), "`plays` must be a DataFrame of plays; not str"),
        (lambda: models.baskets(pd.DataFrame({"track": ["a"]})), "`plays` .* lacks"),
        (lambda: models.ItemKNN().score(sparse.csr_matrix([[1]])), "learnt nothing"),
        (lambda: models.ItemKNN().fit(BASKETS).score([[1]]), "3 columns"),
        (lambda: models.TopPopular().fit(BASKETS).recommend(BASKETS, n=0), "`n` must be 1"),
    ],
)
def test_wrong_arguments_are_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("name", ALL)
def test_a_model_tells_how_it_was_made(name: str) -> None:
    model = ALL[name]()
    again = eval(repr(model), {}, vars(models))
    assert repr(again) == repr(model)
    assert type(again) is type(model)
