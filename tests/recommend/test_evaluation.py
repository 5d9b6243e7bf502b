"""Measuring on one's own past: in time order, beside the simple lists, and not on too little."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spotify_analysis import recommend, tables
from tests.recommend.conftest import NOW

Maker = Callable[..., pd.DataFrame]


def test_recency_beats_frequency_where_favourites_change(rotation: pd.DataFrame) -> None:
    table = recommend.evaluate(rotation)
    assert list(table["method"]) == ["on_repeat", "frequency", "most_recent", "random"]
    assert dict(table.dtypes.astype(str)) == tables.EVALUATION.dtypes
    score = table.set_index("method")
    assert score.loc["on_repeat", "ndcg"] >= 1.3 * score.loc["frequency", "ndcg"]
    assert score.loc["on_repeat", "vs_frequency"] == pytest.approx(
        score.loc["on_repeat", "ndcg"] / score.loc["frequency", "ndcg"]
    )
    assert (table["n_cuts"] == table.attrs["n_cuts"]).all()
    assert table.attrs["horizon_days"] == 7.0


def test_by_hand(plays: Maker) -> None:
    # every day the same three songs, so that any list of three is right
    rows = [("A", f"Song {n}", day + n / 10) for day in range(120) for n in range(3)]
    cuts = recommend.evaluate_cuts(plays(rows), k=3)
    assert (cuts[["ndcg", "precision", "recall", "map", "hit_rate"]] == 1.0).all().all()
    assert (cuts["n_candidates"] == 3).all()
    # 40 % of 119.2 days, then weekly as long as a week lies ahead
    assert cuts["cut_at"].nunique() == 10
    assert cuts["cut_at"].max() <= NOW - pd.Timedelta(days=7)


def test_only_what_was_played_before_the_cut_can_be_found(plays: Maker) -> None:
    rows = [("A", f"Song {day}", float(day)) for day in range(400)]
    # each song sounds once: nothing that comes was ever played before
    with pytest.raises(ValueError, match="Nothing to measure"):
        recommend.evaluate(plays(rows))


def test_rediscover_chooses_among_what_fell_silent(rotation: pd.DataFrame) -> None:
    table = recommend.evaluate(rotation, "rediscover", horizon="28D")
    assert table["method"][0] == "rediscover"
    assert table["n_candidates"][0] < recommend.evaluate(rotation)["n_candidates"][0]


def test_it_is_the_same_twice(rotation: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(recommend.evaluate(rotation), recommend.evaluate(rotation))


def test_too_little_is_refused(plays: Maker) -> None:
    short = plays([("A", f"S{n % 5}", n / 10) for n in range(500)])
    few = plays([("A", f"S{n % 5}", float(n)) for n in range(299)])
    skipped = plays([("A", f"S{n % 5}", float(n)) for n in range(400)])
    skipped["ms_played"] = 10_000
    for history in (short, few, skipped, few.iloc[:0]):
        with pytest.raises(ValueError, match="Too few plays"):
            recommend.evaluate(history)


def test_wrong_arguments_are_named(rotation: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="never played"):
        recommend.evaluate(rotation, "deep_cuts")
    with pytest.raises(ValueError, match="`k`"):
        recommend.evaluate(rotation, k=0)
    with pytest.raises(ValueError, match="`history` must be a DataFrame of plays; not str"):
        recommend.evaluate("plays.csv")
    for wrong in ("soon", "-7D", 0, None):
        with pytest.raises(ValueError, match="`horizon`"):
            recommend.evaluate(rotation, horizon=wrong)
        with pytest.raises(ValueError, match="`step`"):
            recommend.evaluate(rotation, step=wrong)
