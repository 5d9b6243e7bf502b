from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

# minute of 1 January 2024, track, seconds, start, end, shuffle
_ROWS = [
    (0, "Alpha", 200, "clickrow", "trackdone", False),
    (4, "Beta", 2, "trackdone", "fwdbtn", True),
    (5, "Alpha", 30, "trackdone", "fwdbtn", True),
    (6, "Beta", 120, "fwdbtn", "endplay", True),
    (9, "Alpha", 200, "backbtn", "trackdone", True),
    (13, "Beta", 50, "clickrow", "logout", None),
    (15, "Beta", 3, None, None, None),
]
SKIPS = {"fwdbtn", "backbtn", "endplay"}


def make(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return plays by Ann out of such rows."""
    return tables.conform(
        [
            {
                "started_at": f"2024-01-01T10:{minute:02d}:00Z",
                "ended_at": f"2024-01-01T10:{minute:02d}:30Z",
                "local_day": "2024-01-01",
                "artist": "Ann",
                "track": track,
                "uri": f"spotify:track:{track}",
                "ms_played": None if seconds is None else seconds * 1000,
                "reason_start": start,
                "reason_end": end,
                "was_skipped": None if end is None else end in SKIPS,
                "skipped": False,
                "shuffle": shuffle,
            }
            for minute, track, seconds, start, end, shuffle in rows
        ],
        tables.PLAYS,
    )


@pytest.fixture
def ended() -> pd.DataFrame:
    """Return seven plays of two tracks, with how they began and ended."""
    return make(_ROWS)


def test_engagement(ended: pd.DataFrame) -> None:
    # the columns in order; Spotify's own `skipped` says that nothing was skipped, and is not asked
    assert metrics.engagement(ended).iloc[0].to_dict() == pytest.approx(
        {
            "n_plays": 7,
            "n_ended": 6,
            "n_skipped": 3,
            "skip_rate": 3 / 6,
            "n_finished": 2,
            "finished_share": 2 / 6,
            "n_started": 6,
            "n_clicked": 2,
            "n_deliberate": 1,
            "n_replayed": 1,
            "clicked_share": 2 / 6,
            "deliberate_share": 1 / 6,
            "n_shuffle_known": 5,
            "n_shuffled": 4,
            "shuffle_share": 4 / 5,
        }
    )


def test_engagement_of_plays_that_know_nothing(plays: pd.DataFrame) -> None:
    row = metrics.engagement(plays).iloc[0]
    assert row["n_plays"] == 6
    assert row["n_ended"] == row["n_skipped"] == 0
    assert pd.isna(row["skip_rate"])
    assert pd.isna(row["shuffle_share"])


def test_engagement_over_time(ended: pd.DataFrame) -> None:
    later = ended.tail(2).assign(local_day=pd.Timestamp("2024-03-05"))
    found = metrics.engagement_over_time(pd.concat([ended.head(5), later]))
    assert found["period_start"].dt.month.tolist() == [1, 2, 3]
    assert found["n_plays"].tolist() == [5, 0, 2]
    assert found["skip_rate"].tolist() == [0.6, pd.NA, 0]
    assert found["finished_share"].tolist() == [0.4, pd.NA, 0]
    assert found["shuffle_share"].tolist() == [0.8, pd.NA, pd.NA]
    with pytest.raises(ValueError, match="`period` must be"):
        metrics.engagement_over_time(ended, period="decade")  # type: ignore[arg-type]


def test_skips_by_shuffle(ended: pd.DataFrame) -> None:
    found = metrics.skips_by_shuffle(ended)
    assert found["shuffle"].tolist() == [False, True]
    assert found["n_plays"].tolist() == [1, 4]
    assert found["skip_rate"].tolist() == [0, 0.75]
    assert found["finished_share"].tolist() == [1, 0.25]


def test_skip_moments(ended: pd.DataFrame) -> None:
    found = metrics.skip_moments(ended, edges_s=(0, 3, 30, 120))
    # skips after 2, 30 and 120 s; a moment on an edge belongs to the later class
    assert found["n_skips"].tolist() == [1, 0, 1, 1]
    assert found["to_s"].tolist() == [3, 30, 120, pd.NA]
    assert found["share_so_far"].tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3, 1])
    facts = tables.facts(found)
    assert facts["n_skips"] == 3
    assert facts["median_s"] == 30
    assert facts["share_within_3_s"] == pytest.approx(1 / 3)
    assert facts["share_after_30_s"] == pytest.approx(2 / 3)
    assert facts["share_after_120_s"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("edges", [(), (5, 10), (0, 10, 10)])
def test_wrong_edges(edges: tuple[int, ...], ended: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`edges_s` must begin with 0 and rise"):
        metrics.skip_moments(ended, edges_s=edges)


def test_skip_streaks(ended: pd.DataFrame) -> None:
    found = metrics.skip_streaks(ended.iloc[::-1])
    # the skips of minutes 4, 5 and 6
    assert found["n_skips"].tolist() == [3]
    assert found["ms_played"].tolist() == [152_000]
    assert found.at[0, "started_at"] == pd.Timestamp("2024-01-01 10:04", tz="UTC")
    assert found.at[0, "ended_at"] == pd.Timestamp("2024-01-01 10:06:30", tz="UTC")
    assert metrics.skip_streaks(ended.head(2)).empty  # one skip is no run
    with pytest.raises(ValueError, match="`n` must be 1 or more"):
        metrics.skip_streaks(ended, n=0)


def test_reasons(ended: pd.DataFrame) -> None:
    found = metrics.reasons(ended)
    starts, ends = (found[found["moment"] == moment] for moment in ("start", "end"))
    assert starts["reason"].tolist() == ["clickrow", "trackdone", "backbtn", "fwdbtn"]
    assert starts["n_plays"].tolist() == [2, 2, 1, 1]
    assert starts["share"].tolist() == pytest.approx([2 / 6, 2 / 6, 1 / 6, 1 / 6])
    assert ends["reason"].tolist() == ["fwdbtn", "trackdone", "endplay", "logout"]
    assert ends["ms_played"].tolist() == [32_000, 400_000, 120_000, 50_000]
    assert ends["in_words"].tolist()[:2] == ["skipped", "played to the end"]
    unheard = ended.assign(reason_end="brand-new")
    assert metrics.reasons(unheard)["in_words"].isna().sum() == 1
