"""ItemKNN: items are alike when they share baskets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis.recommend.models.base import learnable
from spotify_analysis.recommend.models.similarity import SimilarityModel, products, top_per_row

__all__ = ["ItemKNN"]

_WEIGHTINGS = ("none", "tf_idf")


class ItemKNN(SimilarityModel):
    """Cosine similarity between the columns of the matrix.

    ``sim(i, j) = x_i . x_j / (|x_i| |x_j| + shrink)``; of the neighbours of each target item the
    `top_k` most similar are kept, equal ones in the order of the items.

    Parameters
    ----------
    top_k : int
        Neighbours kept per target item.
    shrink : float
        Pulls down similarities that rest on few baskets. 10 was best on one person's sessions.
    weighting : {"none", "tf_idf"}
        ``"tf_idf"`` makes a weight its square root times ``ln(n_items / (1 + items in the
        basket))``, before similarities are taken and in the rows that are scored: a basket that
        holds nearly everything says little.

    Notes
    -----
    As in Ferrari Dacrema et al., "A Troubling Analysis of Reproducibility and Progress in
    Recommender Systems Research", TOIS 2021.
    """

    def __init__(self, *, top_k: int = 200, shrink: float = 10.0, weighting: str = "none") -> None:
        super().__init__()
        if top_k < 1:
            raise ValueError(f"`top_k` must be 1 or more; not {top_k!r}.")
        if shrink < 0:
            raise ValueError(f"`shrink` must be 0 or more; not {shrink!r}.")
        if weighting not in _WEIGHTINGS:
            raise ValueError(
                f"`weighting` must be one of {', '.join(_WEIGHTINGS)}; not {weighting!r}."
            )
        self.top_k = top_k
        self.shrink = shrink
        self.weighting = weighting

    def __repr__(self) -> str:
        weighting = "" if self.weighting == "none" else f", weighting={self.weighting!r}"
        return f"ItemKNN(top_k={self.top_k}, shrink={self.shrink:g}{weighting})"

    def fit(self, matrix: Any, *, learn_from: str | Iterable[str] = ()) -> Self:
        """Learn which items share baskets.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items.
        learn_from : str or iterable of str
            ``"web_api"`` allows a table that came through Spotify's Web API.

        Returns
        -------
        ItemKNN
            Itself.
        """
        x = self._weighted(learnable(matrix, learn_from))
        lengths = np.sqrt(np.asarray(x.multiply(x).sum(axis=0)).ravel())
        of_targets = sparse.csr_matrix(x.T)
        parts = []
        for first, part in products(of_targets, x):
            target = np.repeat(np.arange(part.shape[0]) + first, np.diff(part.indptr))
            part.data /= lengths[target] * lengths[part.indices] + self.shrink
            parts.append(top_per_row(part, self.top_k))
        self.n_items = x.shape[1]
        self.similarity = sparse.csr_matrix(sparse.vstack(parts).T)
        return self

    def score(self, rows: Any) -> NDArray[np.float64]:
        """Add up, for every item, its similarity to the items of each row.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items.

        Returns
        -------
        ndarray
            Rows x items.
        """
        return super().score(self._weighted(self._checked(rows)))

    def _weighted(self, rows: Any) -> Any:
        if self.weighting == "none":
            return rows
        n_held = np.diff(rows.indptr)
        rarity = np.log(rows.shape[1] / (1 + n_held))
        weighted = rows.copy()
        weighted.data = np.sqrt(rows.data) * np.repeat(rarity, n_held)
        return weighted
