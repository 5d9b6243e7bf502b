"""TopPopular: what is in most baskets, the same for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from spotify_analysis.recommend.models.base import Model, learnable

__all__ = ["TopPopular"]


class TopPopular(Model):
    """The number of baskets an item is in: what every other model has to beat."""

    def __init__(self) -> None:
        self.n_baskets: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        return "TopPopular()"

    def fit(self, matrix: Any, *, learn_from: str | Iterable[str] = ()) -> Self:
        """Count the baskets of each item.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items; only whether an item is in a basket counts, not its weight.
        learn_from : str or iterable of str
            ``"web_api"`` allows a table that came through Spotify's Web API.

        Returns
        -------
        TopPopular
            Itself.
        """
        x = learnable(matrix, learn_from)
        self.n_items = x.shape[1]
        self.n_baskets = np.bincount(x.indices, minlength=x.shape[1]).astype(np.float64)
        return self

    def score(self, rows: Any) -> NDArray[np.float64]:
        """Return the same counts for each row.

        Parameters
        ----------
        rows : sparse matrix
            Rows x items, of the width that was fitted.

        Returns
        -------
        ndarray
            Rows x items.
        """
        n_rows = self._checked(rows).shape[0]
        return np.tile(np.asarray(self.n_baskets), (n_rows, 1))
