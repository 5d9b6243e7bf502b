"""What the models share that learn a sparse similarity between items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis.recommend.models.base import Model

__all__ = ["SimilarityModel", "products", "top_per_column", "top_per_row"]

# rows of a product that are held at once: 1,000 x 20,000 items are at most 240 MB
_NUMBERS_AT_ONCE = 20_000_000


class SimilarityModel(Model):
    """A model that adds up, for every item, its similarity to the items of a row."""

    def __init__(self) -> None:
        # neighbours x targets: column j holds the neighbours of item j
        self.similarity: Any = None

    def score(self, rows: Any) -> NDArray[np.float64]:
        """Add up, for every item, its similarity to the items of each row.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items, of the width that was fitted.

        Returns
        -------
        ndarray
            Rows x items.
        """
        return np.asarray((self._checked(rows) @ self.similarity).toarray(), dtype=np.float64)


def products(left: Any, right: Any) -> Iterator[tuple[int, Any]]:
    """Multiply two sparse matrices some rows at a time.

    The whole product of items x items may be dense, and far larger than what is kept of it.

    Parameters
    ----------
    left, right : csr_matrix
        The factors.

    Yields
    ------
    first : int
        The row with which the part begins.
    part : csr_matrix
        Rows of the product, without its diagonal.
    """
    at_once = max(_NUMBERS_AT_ONCE // max(right.shape[1], 1), 1)
    for first in range(0, left.shape[0], at_once):
        part = left[first : first + at_once] @ right
        own = np.repeat(np.arange(part.shape[0]) + first, np.diff(part.indptr)) == part.indices
        part.data[own] = 0
        part.eliminate_zeros()
        yield first, part


def top_per_row(matrix: Any, k: int) -> Any:
    """Keep the `k` largest numbers of each row, equal ones in the order of the columns.

    Parameters
    ----------
    matrix : csr_matrix
        Any sparse matrix by rows.
    k : int
        Numbers kept per row.

    Returns
    -------
    csr_matrix
        A new matrix of the same shape.
    """
    kept = np.ones(matrix.nnz, dtype=bool)
    for row in np.flatnonzero(np.diff(matrix.indptr) > k):
        its = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values = matrix.data[its]
        least = np.partition(values, len(values) - k)[len(values) - k]
        stays = values > least
        equal = np.flatnonzero(values == least)
        first = np.argsort(matrix.indices[its][equal], kind="stable")
        stays[equal[first[: k - np.count_nonzero(stays)]]] = True
        kept[its] = stays
    n_before = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_matrix(
        (matrix.data[kept], matrix.indices[kept], n_before[matrix.indptr]), shape=matrix.shape
    )


def top_per_column(matrix: Any, k: int) -> Any:
    """Keep the `k` largest numbers of each column, equal ones in the order of the rows.

    Parameters
    ----------
    matrix : sparse matrix
        Any sparse matrix.
    k : int
        Numbers kept per column.

    Returns
    -------
    csr_matrix
        A new matrix of the same shape.
    """
    return top_per_row(sparse.csr_matrix(matrix.T), k).T.tocsr()
