"""What every model is: fit, score, recommend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis.recommend import terms

__all__ = ["Model"]

# scores of so many rows and items are held at once: 64 MB
_SCORES_AT_ONCE = 8_000_000


class Model(ABC):
    """A model of which items go together."""

    n_items: int | None = None

    @abstractmethod
    def fit(self, matrix: Any, *, learn_from: str | Iterable[str] = ()) -> Self:
        """Learn from baskets.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items; a stored number is the weight of the item in the basket.
        learn_from : str or iterable of str
            ``"web_api"`` allows a table that came through Spotify's Web API.

        Returns
        -------
        Model
            Itself.

        Raises
        ------
        TermsError
            If it is a table that came through the Web API, and that was not allowed by name.
        ValueError
            If a weight is negative or no number.
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
        if n < 1:
            raise ValueError(f"`n` must be 1 or more; not {n!r}.")
        rows = self._checked(rows)
        picks = np.full((rows.shape[0], n), -1, dtype=np.int64)
        at_once = max(_SCORES_AT_ONCE // max(rows.shape[1], 1), 1)
        for first in range(0, rows.shape[0], at_once):
            part = rows[first : first + at_once]
            scores = self.score(part)
            scores[part.nonzero()] = -np.inf
            for place, of_row in enumerate(scores, start=first):
                best = _best(of_row, n)
                picks[place, : len(best)] = best
        return picks

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


def learnable(matrix: Any, learn_from: str | Iterable[str] = ()) -> Any:
    """Return a matrix of baskets x items as rows of positive weights.

    Parameters
    ----------
    matrix : sparse matrix
        What was given to ``fit``.
    learn_from : str or iterable of str
        The same.

    Returns
    -------
    csr_matrix
        A copy in float64 without stored zeros.

    Raises
    ------
    TermsError
        If it is a table that came through the Web API, and that was not allowed by name.
    ValueError
        If it is no matrix of numbers, or a weight is negative or no number.
    """
    terms.require(matrix, learn_from, what="matrix")
    try:
        x = sparse.csr_matrix(matrix, dtype=np.float64, copy=True)
    except (TypeError, ValueError) as exc:
        raise ValueError(
            f"`matrix` must hold numbers, a row per basket; not {type(matrix).__name__} ({exc}). "
            "`recommend.models.baskets(plays)` makes one of plays."
        ) from exc
    x.sum_duplicates()
    x.eliminate_zeros()
    wrong = ~(np.isfinite(x.data) & (x.data > 0))
    if wrong.any():
        raise ValueError(
            f"`matrix` must hold weights of 0 or more; not {float(x.data[wrong][0])!r}."
        )
    return x


def _best(scores: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Return the places of the `n` highest scores, ties in order, without what is ruled out."""
    n = min(n, len(scores))
    least = np.partition(scores, len(scores) - n)[len(scores) - n] if n else np.inf
    candidates = np.flatnonzero((scores >= least) & (scores > -np.inf))
    return candidates[np.argsort(-scores[candidates], kind="stable")][:n]
