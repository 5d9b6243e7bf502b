"""From plays to the matrix that models learn from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from spotify_analysis.recommend import terms
from spotify_analysis.recommend.library import Library

__all__ = ["baskets"]


def baskets(
    plays: pd.DataFrame, *, learn_from: str | Iterable[str] = ()
) -> tuple[Any, pd.DataFrame]:
    """Put the plays of each session into one row of a matrix.

    Parameters
    ----------
    plays : DataFrame
        Plays of any source but the Web API.
    learn_from : str or iterable of str
        ``"web_api"`` allows those too, which Spotify's terms forbid (docs/terms.md).

    Returns
    -------
    matrix : csr_matrix
        Sessions x recordings: 1 where a recording was played in full. A session ends with 30
        minutes of silence; those of one recording are left out.
    items : DataFrame
        ``track``, ``artist`` and ``uri`` of each column.

    Raises
    ------
    TermsError
        If plays came through the Web API and that was not allowed by name.
    ValueError
        If it is no table, or a needed column is missing.

    Examples
    --------
    >>> from spotify_analysis import recommend, tables
    >>> matrix, items = recommend.models.baskets(tables.empty(tables.PLAYS))
    >>> matrix.shape, list(items.columns)
    ((0, 0), ['track', 'artist', 'uri'])
    """
    terms.require(plays, learn_from, what="plays")
    library = Library.from_plays(plays, learn_from=terms.allowed(learn_from), what="plays")
    return together(library.session, library.item, library.n_items), library.items[
        ["track", "artist", "uri"]
    ].copy()


def together(row: Any, item: Any, n_items: int) -> Any:
    """Make a matrix of what lies in the same basket.

    Parameters
    ----------
    row, item : ndarray of int
        Basket and item of each entry.
    n_items : int
        Number of items.

    Returns
    -------
    csr_matrix
        Baskets x items, 1 where a basket holds an item; baskets of one item are left out.
    """
    n_rows = int(row.max()) + 1 if len(row) else 0
    matrix = sparse.csr_matrix(
        (np.ones(len(row)), (row, item)), shape=(n_rows, n_items), dtype=np.float64
    )
    matrix.data[:] = 1.0  # csr_matrix added repeats up; a basket holds an item or does not
    return matrix[np.diff(matrix.indptr) > 1]
