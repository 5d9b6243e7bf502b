"""What came through Spotify's Web API is counted, and learnt from only where that is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import errors, recommend, tables
from spotify_analysis.recommend import models, terms
from tests.recommend.conftest import plays_of

# two evenings: x and y, then y and z; w alone on a third
EVENINGS = [
    ("A", "x", 3.0),
    ("A", "y", 2.999),
    ("B", "y", 2.998),
    ("B", "z", 1.0),
    ("A", "y", 0.999),
]
EVENINGS += [("B", "w", 0.5)]
CLAUSE = (
    r"machine learning or AI model.*https://developer\.spotify\.com/terms.*learn_from='web_api'"
)
EVERY_MODEL: dict[str, Callable[[], models.Model]] = {
    "EASE": lambda: models.EASE(l2=1.0),
    "ItemKNN": models.ItemKNN,
    "P3alpha": models.P3alpha,
    "RP3beta": models.RP3beta,
    "TopPopular": models.TopPopular,
}


def test_every_model_is_here() -> None:
    made = {name for name, thing in vars(models).items() if isinstance(thing, type)} - {"Model"}
    assert made == set(EVERY_MODEL)


@pytest.mark.parametrize("name", EVERY_MODEL)
def test_a_model_refuses_a_table_from_the_web_api(name: str) -> None:
    table = tables.note(pd.DataFrame(np.eye(3) + 1), source="web_api")
    with pytest.raises(errors.TermsError, match=f"3 rows of `matrix` .*{CLAUSE}"):
        EVERY_MODEL[name]().fit(table)
    with pytest.raises(ValueError, match="`learn_from` may name 'web_api'"):
        EVERY_MODEL[name]().fit(table, learn_from="all")
    allowed = EVERY_MODEL[name]().fit(table, learn_from="web_api")
    plain = EVERY_MODEL[name]().fit(np.eye(3) + 1)
    np.testing.assert_array_equal(allowed.score([[1, 0, 0]]), plain.score([[1, 0, 0]]))


def test_baskets_by_hand() -> None:
    matrix, items = models.baskets(plays_of(EVENINGS))
    assert items["track"].tolist() == ["x", "y", "y", "z", "w"]
    assert items["artist"].tolist() == ["A", "A", "B", "B", "B"]
    # the evening with one track is no basket
    assert matrix.toarray().tolist() == [[1, 1, 1, 0, 0], [0, 1, 0, 1, 0]]


def test_baskets_of_the_web_api_are_refused_unless_named() -> None:
    plays = plays_of(EVENINGS)
    plays.loc[[0, 1], "source"] = "web_api"
    with pytest.raises(errors.TermsError, match=f"2 rows of `plays` .*{CLAUSE}"):
        models.baskets(plays)
    matrix, items = models.baskets(plays, learn_from=["web_api"])
    assert (matrix.shape, len(items)) == ((2, 5), 5)
    rest, _ = models.baskets(plays[plays["source"] != "web_api"])
    assert rest.shape == (1, 4)


@pytest.mark.parametrize("wrong", ["spotify", ["web_api", "extended"], 5, [None]])
def test_only_the_web_api_can_be_named(wrong: Any) -> None:
    for call in (
        lambda: recommend.recommend(learn_from=wrong),
        lambda: models.baskets(plays_of(EVENINGS), learn_from=wrong),
        lambda: terms.allowed(wrong),
    ):
        with pytest.raises(ValueError, match="`learn_from` may name 'web_api'"):
            call()


def test_recommend_learns_from_the_web_api_only_where_it_is_named() -> None:
    rows = [("A", title, day + place / 500) for day in range(9) for place, title in enumerate("xy")]
    plays = plays_of(rows, source="web_api")
    entries = tables.note(
        pd.DataFrame({"playlist_id": "p", "track": ["x", "y"], "artist": "A"}), source="web_api"
    )

    def run(**options: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
        picks = recommend.recommend(
            "A - x", plays, playlists=entries, mode="continue", exclude_known=False, **options
        )
        return picks, picks.attrs["providers"]["own.neighbours"]

    picks, said = run()
    assert picks.empty
    assert said["status"] == "skipped"
    assert said["why"] == f"20 rows of the Web API left out: {terms.CLAUSE}"
    picks, said = run(learn_from="web_api")
    assert list(picks["track"]) == ["y"]
    assert (said["status"], said["why"]) == ("ok", "")
    assert picks["reason"][0] == "in 10 of your sessions and playlists with x"


def test_counting_runs_on_every_row() -> None:
    plays = plays_of(EVENINGS, source="web_api")
    for mode in ("on_repeat", "rediscover", "mix"):
        picks = recommend.recommend(history=plays, mode=mode)
        assert all(one["status"] != "failed" for one in picks.attrs["providers"].values())
    assert len(recommend.recommend(history=plays, mode="on_repeat", per_artist=None)) == 5


def test_evaluation_counts_and_so_needs_no_permission(rotation: pd.DataFrame) -> None:
    own = recommend.evaluate(rotation)
    same = recommend.evaluate(rotation.assign(source="web_api"))
    pd.testing.assert_frame_equal(own, same)


def test_the_page_says_it_too() -> None:
    page = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
    assert 'learn_from="web_api"' in page
    for address in ("https://developer.spotify.com/terms", "https://developer.spotify.com/policy"):
        assert address in page
        assert address in terms.CLAUSE
