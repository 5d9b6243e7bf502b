"""ItemKNN: items are alike when they share baskets."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis.recommend.models.base import Model

__all__ = ["ItemKNN"]


class ItemKNN(Model):
    """Cosine similarity between the columns of the matrix.

    ``sim(i, j) = x_i . x_j / (|x_i| |x_j| + shrink)``; of the neighbours of each target item the
    `top_k` most similar are kept, equal ones in the order of the items.

    Parameters
    ----------
    top_k : int
        Neighbours kept per target item.
    shrink : float
        Pulls down similarities that rest on few baskets. 10 was best on one person's sessions.
    """

    def __init__(self, *, top_k: int = 200, shrink: float = 10.0) -> None:
        if top_k < 1:
            raise ValueError(f"`top_k` must be 1 or more; not {top_k!r}.")
        if shrink < 0:
            raise ValueError(f"`shrink` must be 0 or more; not {shrink!r}.")
        self.top_k = top_k
        self.shrink = shrink
        # neighbours x targets: column j holds the neighbours of item j
        self.similarity: Any = None

    def __repr__(self) -> str:
        return f"ItemKNN(top_k={self.top_k}, shrink={self.shrink:g})"

    def fit(self, matrix: Any) -> Self:
        """Learn which items share baskets.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items.

        Returns
        -------
        ItemKNN
            Itself.
        """
        x = sparse.csr_matrix(matrix, dtype=np.float64)
        lengths = np.sqrt(np.asarray(x.multiply(x).sum(axis=0)).ravel())
        together = (x.T @ x).tocoo()
        off_diagonal = together.row != together.col
        row, column = together.row[off_diagonal], together.col[off_diagonal]
        value = together.data[off_diagonal]
        value = value / (lengths[row] * lengths[column] + self.shrink)
        kept = _top_per_column(row, column, value, self.top_k)
        self.n_items = x.shape[1]
        self.similarity = sparse.csc_matrix(
            (value[kept], (row[kept], column[kept])), shape=(self.n_items, self.n_items)
        )
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
        return np.asarray((self._checked(rows) @ self.similarity).toarray(), dtype=np.float64)


def _top_per_column(
    row: NDArray[Any], column: NDArray[Any], value: NDArray[np.float64], k: int
) -> NDArray[np.int64]:
    """Return the places of the `k` largest values of each column, ties by row."""
    order = np.lexsort((row, -value, column))
    sorted_column = column[order]
    first = np.searchsorted(sorted_column, sorted_column, side="left")
    return order[np.arange(len(order)) - first < k]
