"""EASE: each item from all others by ridge regression, in closed form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from spotify_analysis.recommend.models.base import Model, learnable

__all__ = ["EASE"]

# up to here in double precision: 128 MB
_MAX_ITEMS_IN_DOUBLE = 4_000
_ROWS_AT_ONCE = 512


class EASE(Model):
    """The linear model with a zero diagonal that best gives baskets back.

    ``B = I - P diag(1 / P)`` with ``P = (X'X + l2 I)^-1``: column j holds the ridge regression of
    item j on all other items.

    Parameters
    ----------
    l2 : float
        Weight of the penalty: larger is smoother. 100 suited artists, some 300 to 500 films.
    max_items : int
        Most items it takes on. The matrix is dense: 15,000 items want 0.9 GB and half a minute,
        and at 41,000 a LAPACK with 32-bit integers kills the interpreter.

    Notes
    -----
    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. In double precision up
    to 4,000 items, above that in single. Memory is one items x items matrix; it is inverted in
    place.
    """

    def __init__(self, *, l2: float = 100.0, max_items: int = 15_000) -> None:
        if not (l2 > 0 and np.isfinite(l2)):
            raise ValueError(f"`l2` must be more than 0; not {l2!r}.")
        if not 1 <= max_items <= 30_000:
            raise ValueError(f"`max_items` must be from 1 to 30,000; not {max_items!r}.")
        self.l2 = l2
        self.max_items = max_items
        # neighbours x targets, as in the other models
        self.weights: NDArray[Any] | None = None

    def __repr__(self) -> str:
        return f"EASE(l2={self.l2:g})"

    def fit(self, matrix: Any, *, learn_from: str | Iterable[str] = ()) -> Self:
        """Learn the weights between items.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items.
        learn_from : str or iterable of str
            ``"web_api"`` allows a table that came through Spotify's Web API.

        Returns
        -------
        EASE
            Itself.

        Raises
        ------
        ValueError
            If there are more than `max_items` items, or a weight is negative or no number.
        """
        x = learnable(matrix, learn_from)
        n = x.shape[1]
        if n > self.max_items:
            raise ValueError(
                f"EASE takes at most {self.max_items:,} items; not {n:,}. It would want "
                f"{4 * n * n / 1e9:.1f} GB for one dense matrix: use RP3beta, or keep the items "
                "that occur most."
            )
        dtype = np.float64 if n <= _MAX_ITEMS_IN_DOUBLE else np.float32
        x = x.astype(dtype)
        # by columns, as LAPACK wants it, so that it works in place
        gram = np.zeros((n, n), dtype=dtype, order="F")
        items = sparse.csr_matrix(x.T)
        for first in range(0, n, _ROWS_AT_ONCE):
            part = items[first : first + _ROWS_AT_ONCE] @ x
            gram[:, first : first + _ROWS_AT_ONCE] = part.toarray().T
        np.fill_diagonal(gram, gram.diagonal() + dtype(self.l2))
        self.weights = _weights(gram)
        self.n_items = n
        return self

    def score(self, rows: Any) -> NDArray[np.float64]:
        """Add up, for every item, its weights from the items of each row.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items, of the width that was fitted.

        Returns
        -------
        ndarray
            Rows x items.
        """
        rows = self._checked(rows)
        weights = np.asarray(self.weights)
        return np.asarray(rows.astype(weights.dtype) @ weights, dtype=np.float64)


def _weights(gram: NDArray[Any]) -> Any:
    """Invert a positive definite matrix in place and divide its columns by the diagonal."""
    potrf, potri = lapack.get_lapack_funcs(("potrf", "potri"), (gram,))
    factor, failed = potrf(gram, lower=True, clean=False, overwrite_a=True)
    if not failed:
        inverse, failed = potri(factor, lower=True, overwrite_c=True)
    if failed:
        raise ValueError("EASE could not be solved: `l2` is too small for these weights.")
    # LAPACK fills one half
    n = len(inverse)
    for first in range(0, n, _ROWS_AT_ONCE):
        its = slice(first, first + _ROWS_AT_ONCE)
        square = inverse[its, its]
        square[...] = np.tril(square) + np.tril(square, -1).T
        inverse[its, first + _ROWS_AT_ONCE :] = inverse[first + _ROWS_AT_ONCE :, its].T
    inverse /= -inverse.diagonal().copy()
    np.fill_diagonal(inverse, 0)
    return inverse
