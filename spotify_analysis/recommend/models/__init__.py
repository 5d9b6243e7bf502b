"""Models that learn from a matrix of baskets x items: numpy and scipy only.

One protocol for all: ``fit(matrix)`` takes a sparse matrix with one row per basket (a session, a
playlist, a person) and one column per item; ``score(rows)`` takes rows of the same width and
gives a score for every item; ``recommend(rows, n)`` gives the best items not in the row.
"""

from __future__ import annotations

from spotify_analysis.recommend.models.base import Model
from spotify_analysis.recommend.models.neighbours import ItemKNN

__all__ = ["ItemKNN", "Model"]
