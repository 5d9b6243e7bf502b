"""Models that learn from a matrix of baskets x items: numpy and scipy only.

One protocol for all: ``fit(matrix)`` takes a sparse matrix with one row per basket (a session, a
playlist, a person) and one column per item; ``score(rows)`` takes rows of the same width and
gives a score for every item; ``recommend(rows, n)`` gives the best items not in the row.
`baskets` makes such a matrix of plays. What came through Spotify's Web API is refused unless
``learn_from="web_api"`` allows it by name.

>>> import numpy as np
>>> from spotify_analysis.recommend import models
>>> baskets = np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]])
>>> models.EASE(l2=1).fit(baskets).recommend([[1, 0, 0]], n=2).tolist()
[[1, 2]]
"""

from __future__ import annotations

from spotify_analysis.recommend.models.base import Model
from spotify_analysis.recommend.models.baskets import baskets
from spotify_analysis.recommend.models.ease import EASE
from spotify_analysis.recommend.models.neighbours import ItemKNN
from spotify_analysis.recommend.models.popular import TopPopular
from spotify_analysis.recommend.models.walks import P3alpha, RP3beta

__all__ = ["EASE", "ItemKNN", "Model", "P3alpha", "RP3beta", "TopPopular", "baskets"]
