"""What every model is: fit, score, recommend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Model"]


class Model(ABC):
    """A model of which items go together."""

    n_items: int | None = None

    @abstractmethod
    def fit(self, matrix: Any) -> Self:
        """Learn from baskets.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items; a stored number is the weight of the item in the basket.

        Returns
        -------
        Model
            Itself.
        """

    @abstractmethod
    def score(self, rows: Any) -> NDArray[np.float64]:
        """Score every item for each row.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items, of the width that was fitted.

        Returns
        -------
        ndarray
            Rows x items; higher is better, 0 where nothing speaks for an item.
        """

    def recommend(self, rows: Any, n: int = 20) -> NDArray[np.int64]:
        """Return the best items of each row that the row does not hold.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items, of the width that was fitted.
        n : int
            Items per row.

        Returns
        -------
        ndarray of int
            Rows x `n`, best first, equal scores in the order of the items; -1 where a row has
            fewer items to offer.
        """
        rows = self._checked(rows)
        scores = self.score(rows)
        scores[rows.nonzero()] = -np.inf
        order = np.argsort(-scores, axis=1, kind="stable")[:, :n]
        best = np.take_along_axis(scores, order, axis=1)
        picks = np.where(best == -np.inf, -1, order)
        if picks.shape[1] < n:
            picks = np.pad(picks, ((0, 0), (0, n - picks.shape[1])), constant_values=-1)
        return picks.astype(np.int64)

    def _checked(self, rows: Any) -> Any:
        if self.n_items is None:
            raise ValueError(f"{type(self).__name__} has learnt nothing yet: call `fit` first.")
        rows = sparse.csr_matrix(rows, dtype=np.float64)
        if rows.shape[1] != self.n_items:
            raise ValueError(
                f"`rows` must have {self.n_items} columns, one per fitted item; "
                f"not {rows.shape[1]}."
            )
        return rows
