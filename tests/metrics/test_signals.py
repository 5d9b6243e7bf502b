from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import counting, errors, metrics, tables
from tests.metrics.test_engagement import _ROWS, make


@pytest.fixture
def ended() -> pd.DataFrame:
    """Return seven plays of two tracks, with how they began and ended."""
    return make(_ROWS)


def outcomes(**of_each: str) -> pd.DataFrame:
    """Return plays out of words such as ``Alpha="sf"``: skipped, then finished."""
    rows = []
    for track, word in of_each.items():
        for letter in word:
            end = {"s": "fwdbtn", "f": "trackdone"}[letter]
            rows.append((len(rows), track, 60, "trackdone", end, False))
    return make(rows)


def test_most_skipped_counts(ended: pd.DataFrame) -> None:
    found = metrics.most_skipped(ended)
    assert found["track"].tolist() == ["Beta", "Alpha"]
    assert found["n_plays"].tolist() == [4, 3]
    assert found["n_ended"].tolist() == [3, 3]
    assert found["n_skipped"].tolist() == [2, 1]
    assert found["skip_rate"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found["n_finished"].tolist() == [0, 2]
    assert found["n_clicked"].tolist() == [1, 1]
    assert metrics.most_skipped(ended, least=True)["track"].tolist() == ["Alpha", "Beta"]
    assert metrics.most_skipped(ended, min_plays=4).empty


def test_rates_are_shrunk_by_hand() -> None:
    # Alpha 9 of 10, Beta 1 of 10, Gamma 1 of 1: m = 11/21
    plays = outcomes(Alpha="s" * 9 + "f", Beta="f" * 9 + "s", Gamma="s")
    m = 11 / 21
    spread = 10 * (0.9 - m) ** 2 + 10 * (0.1 - m) ** 2 + (1 - m) ** 2
    r = (spread - 2 * m * (1 - m)) / (m * (1 - m) * (21 - 201 / 21 - 2))
    assert r > 1  # as different as can be: the least prior, worth one play
    found = metrics.most_skipped(plays)
    assert tables.facts(found)["prior_rate"] == pytest.approx(m)
    assert tables.facts(found)["prior_plays"] == 1
    # one skip of one is no longer the first place
    assert found["track"].tolist() == ["Alpha", "Gamma", "Beta"]
    assert found["skip_rate_shrunk"].tolist() == pytest.approx(
        [(9 + m) / 11, (1 + m) / 2, (1 + m) / 11]
    )


def test_the_prior_follows_how_much_rates_differ() -> None:
    plays = outcomes(Alpha="ssssssffff", Beta="ssffffffff", Gamma="sssfffffff")
    m = 11 / 30
    spread = 10 * ((0.6 - m) ** 2 + (0.2 - m) ** 2 + (0.3 - m) ** 2)
    r = (spread - 2 * m * (1 - m)) / (m * (1 - m) * (30 - 10 - 2))
    assert tables.facts(metrics.most_skipped(plays))["prior_plays"] == pytest.approx(1 / r - 1)


def test_rates_that_differ_by_chance_alone_are_all_the_usual_one() -> None:
    found = metrics.most_skipped(outcomes(Alpha="sf", Beta="fs"))
    assert tables.facts(found)["prior_plays"] == 1000
    assert found["skip_rate_shrunk"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "metric",
    [
        metrics.engagement,
        metrics.engagement_over_time,
        metrics.skips_by_shuffle,
        metrics.skip_moments,
        metrics.skip_streaks,
        metrics.reasons,
        metrics.most_skipped,
        metrics.loved,
        metrics.completion,
        metrics.never_finished,
    ],
)
def test_what_is_about_skips_says_that_a_rule_left_them_out(metric: object) -> None:
    assert callable(metric)
    # 60 s each; one skipped
    plays = outcomes(Alpha="sff")
    assert "skips_left_out" not in tables.facts(metric(counting.count(plays)))
    strict = counting.count(plays, counting.rule("strict", min_ms=60_001))
    assert tables.facts(metric(strict))["skips_left_out"] is True
    assert "skips_left_out" not in tables.facts(metrics.top_tracks(strict))


def test_most_deliberate(ended: pd.DataFrame) -> None:
    # Beta was clicked too, but not finished
    found = metrics.most_deliberate(ended)
    assert found[["track", "n_deliberate"]].to_numpy().tolist() == [["Alpha", 1]]
    by_artist = metrics.most_deliberate(ended, of="artists")
    assert by_artist[["artist", "n_deliberate", "n_plays"]].to_numpy().tolist() == [["Ann", 1, 7]]


def test_most_replayed(ended: pd.DataFrame) -> None:
    found = metrics.most_replayed(ended)
    assert found[["track", "n_replayed"]].to_numpy().tolist() == [["Alpha", 1]]


def test_loved(ended: pd.DataFrame) -> None:
    found = metrics.loved(ended).set_index("track")
    # 3 x 2 lately + 5 x 1 back + 2 x 1 deliberate + 2 finished
    assert found.at["Alpha", "love_score"] == 15
    assert found.at["Alpha", "skip_streak"] == 1
    # two skips in a row cost nothing
    assert found.at["Beta", "skip_streak"] == 2
    assert found.at["Beta", "love_score"] == 0
    assert found["rank"].to_dict() == {"Alpha": 1, "Beta": 2}


def test_love_forgets_old_skips_and_older_ends() -> None:
    plays = outcomes(Alpha="sssss" + "f" * 8, Beta="fffff" + "s" * 5 + "f")
    found = metrics.loved(plays).set_index("track")
    # of Alpha's five skips the last ten plays hold two
    assert found["skip_streak"].to_dict() == {"Alpha": 2, "Beta": 5}
    assert found["love_score"].to_dict() == {"Alpha": 4 * 8, "Beta": 4 * 6 - 2 * 3}
    old = plays.assign(local_day=pd.Timestamp("2023-01-01"))
    later = metrics.loved(pd.concat([old, plays.tail(1)])).set_index("track")
    assert later["n_finished_lately"].to_dict() == {"Alpha": 0, "Beta": 1}
    with pytest.raises(ValueError, match="`recent_days` must be 1 or more; not 0"):
        metrics.loved(plays, recent_days=0)


def test_completion_with_estimated_lengths(ended: pd.DataFrame) -> None:
    found = metrics.completion(ended)
    facts = tables.facts(found)
    # Alpha is 200 s long: heard 200, 30 and 200; Beta never ran to its end
    assert (facts["n_measured"], facts["n_estimated"], facts["n_unknown"]) == (0, 3, 4)
    assert found["n_plays"][found["n_plays"] > 0].to_dict() == {3: 1, 20: 2}
    assert found.at[3, "from_pct"] == 15
    assert found.at[3, "bucket"] == "skipped"
    assert facts["share_committed"] == pytest.approx(2 / 3)
    assert facts["share_partial"] == 0


def test_completion_with_known_lengths(ended: pd.DataFrame) -> None:
    tracks = pd.DataFrame(
        {"uri": ["spotify:track:Beta", "spotify:track:Beta", None], "duration_ms": [240_000, 1, 5]}
    )
    found = metrics.completion(ended, tracks=tracks)
    facts = tables.facts(found)
    assert (facts["n_measured"], facts["n_estimated"], facts["n_unknown"]) == (4, 3, 0)
    # Beta: 2, 120, 50 and 3 of 240 s
    assert found["n_plays"][found["n_plays"] > 0].to_dict() == {0: 2, 3: 1, 4: 1, 10: 1, 20: 2}
    assert found.at[10, "bucket"] == "partial"
    with pytest.raises(errors.TableError, match="tracks has no column 'duration_ms'"):
        metrics.completion(ended, tracks=tracks[["uri"]])


@pytest.mark.parametrize(
    "metric",
    [metrics.most_skipped, metrics.most_deliberate, metrics.most_replayed, metrics.loved],
)
def test_wrong_questions(metric: object, ended: pd.DataFrame) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="`of` must be 'artists', 'tracks' or 'albums'"):
        metric(ended, of="song")
    with pytest.raises(ValueError, match="`n` must be 1 or more, or None for all; not 0"):
        metric(ended, n=0)
