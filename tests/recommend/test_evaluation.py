"""Measuring on one's own past: in time order, beside the simple lists, and not on too little."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spotify_analysis import errors, recommend, tables
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


def test_continue_by_hand(evenings: pd.DataFrame) -> None:
    cuts = recommend.evaluate_cuts(evenings, "continue", k=2)
    methods = ["continue", "on_repeat", "frequency", "most_recent", "random"]
    assert cuts["method"].tolist() == methods * 10
    by_method = cuts.set_index("method")
    # three songs of the mood are the seeds, its other two are to be found among the other seven
    assert (cuts["n_candidates"] == 7).all()
    assert (cuts["n_truth"] == 2).all()
    assert (by_method.loc["continue", ["ndcg", "precision", "recall", "map"]] == 1.0).all().all()
    # yesterday was the other mood
    assert (by_method.loc[["on_repeat", "most_recent"], "hit_rate"] == 0.0).all()
    # a cut-off is where a session begins: only plays that had ended were seen
    assert cuts["cut_at"].isin(evenings.loc[::5, "ended_at"]).all()
    table = recommend.evaluate(evenings, "continue", k=2)
    assert table["method"].tolist() == methods
    assert table["n_cuts"].tolist() == [10] * 5
    assert table["ndcg_sd"][0] == 0.0
    assert dict(cuts.dtypes.astype(str)) == tables.EVALUATION_CUTS.dtypes
    assert (table.attrs["n_seeds"], table.attrs["n_plays_not_learnt"]) == (3, 0)


def test_a_session_does_not_know_its_own_rest(plays: Maker) -> None:
    # each song sounds twice: alone, and on the next day in its only session with others
    rows = []
    for day in range(0, 120, 2):
        songs = [("A", f"Song {day}.{n}") for n in range(4)]
        rows += [(*song, 120 - day - n / 5) for n, song in enumerate(songs)]
        rows += [(*song, 119 - day - n / 400) for n, song in enumerate(songs)]
    score = recommend.evaluate(plays(rows), "continue").set_index("method")
    assert score.loc["continue", "ndcg"] == 0.0
    assert score.loc["continue", "coverage"] == 0.0
    assert score.loc["most_recent", "ndcg"] == 1.0


def test_no_session_is_judged_twice(evenings: pd.DataFrame) -> None:
    cuts = recommend.evaluate_cuts(evenings, "continue", step="12h")
    assert not cuts.duplicated(["cut_at", "method"]).any()
    # the last 71 evenings, without those of the last week
    assert 60 <= cuts["cut_at"].nunique() <= 71
    assert cuts.attrs["n_cuts_passed_over"] > 0


def test_too_few_sessions_are_refused(evenings: pd.DataFrame) -> None:
    with pytest.raises(
        ValueError, match=r"Too few sessions .* after 3 cut-offs, 3 had more than 3"
    ):
        recommend.evaluate(evenings, "continue", step="30D")
    three = evenings[~evenings["track"].isin(["Song 3", "Song 4"])]
    with pytest.raises(ValueError, match=r"Too few sessions .* 0 had more than 3 tracks"):
        recommend.evaluate(three, "continue")


def test_continue_learns_and_so_needs_permission(evenings: pd.DataFrame) -> None:
    own = recommend.evaluate(evenings, "continue")
    ours = evenings.assign(source="web_api")
    with pytest.raises(errors.TermsError, match=r"All 600 plays came through .* learn_from"):
        recommend.evaluate(ours, "continue")
    allowed = recommend.evaluate(ours, "continue", learn_from="web_api")
    pd.testing.assert_frame_equal(allowed, own)
    # what it may not learn from is still what was played
    mixed = evenings.copy()
    mixed.loc[mixed["artist"] == "B", "source"] = "web_api"
    cuts = recommend.evaluate_cuts(mixed, "continue", k=2)
    assert cuts.attrs["n_plays_not_learnt"] == 300
    assert sorted(set(cuts.loc[cuts["method"] == "continue", "ndcg"])) == [0.0, 1.0]


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
