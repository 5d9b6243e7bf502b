"""Random walks of three steps: from an item to its baskets, to their items, to what is near."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from scipy import sparse

from spotify_analysis.recommend.models.base import learnable
from spotify_analysis.recommend.models.similarity import (
    SimilarityModel,
    products,
    top_per_column,
    top_per_row,
)

__all__ = ["P3alpha", "RP3beta"]


class RP3beta(SimilarityModel):
    """How often a walk from one item ends at another, popular ones held back.

    ``sim(i, j) = sum_b (p_ib ^ alpha) (p_bj ^ alpha) / degree(j) ^ beta``, where ``p_ib`` is 1 over
    the number of baskets with item i, ``p_bj`` the share of item j in basket b, and ``degree(j)``
    the number of baskets with item j; 0 from an item to itself.

    Parameters
    ----------
    alpha : float
        Below 1, rare ways count for more.
    beta : float
        How far popular items are held back: 0 not at all, .6 shows few that many know.
    top_k : int, optional
        Of the ways from each item the best `top_k` are kept, and then of the ways to each item;
        all, if None.
    normalize : bool
        Whether what is kept from each item is scaled to add up to 1.

    Notes
    -----
    Paudel, Christoffel, Newell and Bernstein, "Updatable, Accurate, Diverse, and Scalable
    Recommendations for Interactive Applications", TiiS 2017; cut off and normalised as in Ferrari
    Dacrema et al., TOIS 2021. Of equal similarities those of the first items are kept.
    """

    def __init__(
        self,
        *,
        alpha: float = 0.6,
        beta: float = 0.2,
        top_k: int | None = 200,
        normalize: bool = False,
    ) -> None:
        super().__init__()
        for name, value in (("alpha", alpha), ("beta", beta)):
            if not value >= 0:
                raise ValueError(f"`{name}` must be 0 or more; not {value!r}.")
        if top_k is not None and top_k < 1:
            raise ValueError(f"`top_k` must be 1 or more, or None; not {top_k!r}.")
        self.alpha = alpha
        self.beta = beta
        self.top_k = top_k
        self.normalize = normalize

    def __repr__(self) -> str:
        return (
            f"RP3beta(alpha={self.alpha:g}, beta={self.beta:g}, top_k={self.top_k}, "
            f"normalize={self.normalize})"
        )

    def fit(self, matrix: Any, *, learn_from: str | Iterable[str] = ()) -> Self:
        """Learn where walks end.

        Parameters
        ----------
        matrix : sparse matrix
            Baskets x items.
        learn_from : str or iterable of str
            ``"web_api"`` allows a table that came through Spotify's Web API.

        Returns
        -------
        RP3beta
            Itself.
        """
        x = learnable(matrix, learn_from)
        to_items = _shares(x)
        there = x.copy()
        there.data[:] = 1.0
        degree = np.asarray(there.sum(axis=0)).ravel()
        to_baskets = _shares(sparse.csr_matrix(there.T))
        for steps in (to_items, to_baskets):
            steps.data **= self.alpha
        held_back = np.zeros(len(degree))
        held_back[degree > 0] = degree[degree > 0] ** -self.beta
        parts = []
        for _, part in products(to_baskets, to_items):
            part.data *= held_back[part.indices]
            parts.append(part if self.top_k is None else top_per_row(part, self.top_k))
        ways = sparse.csr_matrix(sparse.vstack(parts))
        if self.normalize:
            ways = _shares(ways)
        self.n_items = x.shape[1]
        self.similarity = ways if self.top_k is None else top_per_column(ways, self.top_k)
        return self


class P3alpha(RP3beta):
    """How often a walk from one item ends at another.

    `RP3beta` with a beta of 0: nothing holds popular items back.

    Parameters
    ----------
    alpha : float
        Below 1, rare ways count for more.
    top_k : int, optional
        As in `RP3beta`.
    normalize : bool
        As in `RP3beta`.

    Notes
    -----
    Cooper, Lee, Radzik and Siantos, "Random Walks in Recommender Systems: Exact Computation and
    Simulations", WWW 2014; cut off and normalised as `RP3beta`.
    """

    def __init__(
        self, *, alpha: float = 0.6, top_k: int | None = 200, normalize: bool = False
    ) -> None:
        super().__init__(alpha=alpha, beta=0.0, top_k=top_k, normalize=normalize)

    def __repr__(self) -> str:
        return f"P3alpha(alpha={self.alpha:g}, top_k={self.top_k}, normalize={self.normalize})"


def _shares(matrix: Any) -> Any:
    """Scale each row to add up to 1; empty rows stay empty."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    shares = matrix.copy()
    shares.data = matrix.data / np.repeat(total, np.diff(matrix.indptr))
    return shares
