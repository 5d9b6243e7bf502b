from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

MINUTE = 60_000


def test_sessions_by_hand(plays: pd.DataFrame) -> None:
    found = metrics.sessions(plays)
    assert found["session"].tolist() == [1, 2, 3, 4, 5]
    assert found["n_plays"].tolist() == [3, 1, 1, 1, 1]
    # 29 minutes of silence go on, 30 end it
    assert found["span_ms"].tolist() == [42 * MINUTE, 3 * MINUTE, 60 * MINUTE, 5 * MINUTE, 0]
    assert found["ms_played"].tolist() == [
        13 * MINUTE,
        3 * MINUTE,
        60 * MINUTE,
        5 * MINUTE,
        pd.NA,
    ]
    assert found["n_tracks"].tolist() == [2, 1, 0, 1, 1]
    assert found["n_artists"].tolist() == [1, 1, 0, 1, 1]
    assert found["local_day"].dt.day.tolist() == [31, 1, 1, 3, 8]
    assert found["local_minute"].tolist() == [23 * 60 + 50, 62, 540, 550, 540]
    assert found.at[0, "started_at"] == pd.Timestamp("2023-12-31 23:50", tz="Asia/Kolkata")
    assert found.at[0, "ended_at"] == pd.Timestamp("2024-01-01 00:32", tz="Asia/Kolkata")
    assert found.attrs["gap_min"] == 30


def test_another_gap(plays: pd.DataFrame) -> None:
    assert metrics.sessions(plays, gap_min=29)["n_plays"].tolist() == [2, 1, 1, 1, 1, 1]
    assert metrics.sessions(plays, gap_min=30.1)["n_plays"].tolist() == [4, 1, 1, 1]
    with pytest.raises(ValueError, match="above 0 minutes; not 0"):
        metrics.sessions(plays, gap_min=0)


def play(start: str | None, end: str | None) -> dict[str, object]:
    """Return a play with the two times."""
    return {"started_at": start, "ended_at": end, "ms_played": 1}


def test_a_play_inside_a_longer_one_does_not_shorten_it() -> None:
    plays = tables.conform(
        [
            play("2024-01-01T10:00:00Z", "2024-01-01T12:00:00Z"),
            play("2024-01-01T10:05:00Z", "2024-01-01T10:06:00Z"),
            play("2024-01-01T12:29:00Z", "2024-01-01T12:30:00Z"),
        ],
        tables.PLAYS,
    )
    found = metrics.sessions(plays)
    assert found["n_plays"].tolist() == [3]
    assert found["span_ms"].tolist() == [150 * MINUTE]


def test_half_known_times_are_moments() -> None:
    plays = tables.conform(
        [
            play(None, "2024-01-01T10:00:00Z"),
            play("2024-01-01T10:29:00Z", None),
            play(None, None),
        ],
        tables.PLAYS,
    )
    found = metrics.sessions(plays)
    assert found["n_plays"].tolist() == [2]
    assert found["span_ms"].tolist() == [29 * MINUTE]
    assert found["local_minute"].isna().all()


def test_session_lengths(plays: pd.DataFrame) -> None:
    lengths = metrics.session_lengths(metrics.sessions(plays), edges_min=(0, 5, 60, 120))
    assert lengths["from_min"].tolist() == [0, 5, 60, 120]
    assert lengths["to_min"].tolist() == [5, 60, 120, pd.NA]
    # 5 and 60 minutes lie on edges: they belong to the longer class
    assert lengths["n_sessions"].tolist() == [2, 2, 1, 0]
    assert lengths["share_sessions"].tolist() == pytest.approx([0.4, 0.4, 0.2, 0])
    assert lengths["n_plays"].tolist() == [2, 4, 1, 0]
    assert lengths["ms_played"].tolist() == [3 * MINUTE, 18 * MINUTE, 60 * MINUTE, 0]
    assert lengths["share_time"].sum() == pytest.approx(1)
    assert lengths.attrs["median_min"] == 5
    assert lengths.attrs["longest_min"] == 60
    assert lengths.attrs["n_plays"] == 7


def test_session_lengths_of_nothing(no_plays: pd.DataFrame) -> None:
    lengths = metrics.session_lengths(metrics.sessions(no_plays))
    assert lengths.empty
    assert lengths.dtypes.astype(str).to_dict() == tables.SESSION_LENGTHS.dtypes


@pytest.mark.parametrize("edges", [(), (5, 10), (0, 10, 10)])
def test_wrong_edges(edges: tuple[int, ...], plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="must begin with 0 and rise"):
        metrics.session_lengths(metrics.sessions(plays), edges_min=edges)


def test_longest_sessions(plays: pd.DataFrame) -> None:
    found = metrics.longest_sessions(metrics.sessions(plays), n=3)
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["session"].tolist() == [3, 1, 4]
    assert found["span_ms"].tolist() == [60 * MINUTE, 42 * MINUTE, 5 * MINUTE]
    assert found.attrs["gap_min"] == 30
    with pytest.raises(ValueError, match="`n` must be 1 or more"):
        metrics.longest_sessions(metrics.sessions(plays), n=0)


def test_session_statistics(plays: pd.DataFrame) -> None:
    row = metrics.session_statistics(metrics.sessions(plays)).iloc[0]
    # sessions of 42, 3, 60, 5 and 0 minutes, on four days
    assert row["n_sessions"] == 5
    assert row["n_days_active"] == 4
    assert row["sessions_per_active_day"] == 1.25
    assert row["mean_min"] == 22
    assert row["median_min"] == 5
    assert row["p90_min"] == pytest.approx(42 + 0.6 * 18)
    assert row["longest_min"] == 60
    assert row["plays_per_session"] == 1.4
    assert row["median_plays_per_session"] == 1
    # 13, 3, 60 and 5 minutes heard; the last session does not know
    assert row["minutes_heard_per_session"] == 81 / 4


def test_session_statistics_of_nothing(no_plays: pd.DataFrame) -> None:
    row = metrics.session_statistics(metrics.sessions(no_plays)).iloc[0]
    assert row["n_sessions"] == 0
    assert row.drop(["n_sessions", "n_days_active"]).isna().all()


def test_session_starts(plays: pd.DataFrame) -> None:
    found = metrics.session_starts(metrics.sessions(plays)).set_index("local_hour")
    assert len(found) == 24
    # at 23:50, 1:02, 9:00, 9:10 and 9:00
    assert found["n_sessions"][found["n_sessions"] > 0].to_dict() == {1: 1, 9: 3, 23: 1}
    assert found.at[9, "share"] == 0.6
    assert found.at[9, "mean_min"] == pytest.approx(65 / 3)
    assert found.at[9, "median_min"] == 5
    assert pd.isna(found.at[0, "mean_min"])


def test_longest_plays(plays: pd.DataFrame) -> None:
    found = metrics.longest_plays(plays, n=4)
    assert found["ms_played"].tolist() == [60 * MINUTE, 6 * MINUTE, 5 * MINUTE, 4 * MINUTE]
    assert found["kind"].tolist() == ["episode", "track", "track", "track"]
    assert found.at[0, "episode"] == "One"
    assert found["track"].tolist()[1:] == ["Beta", "Alpha", "Alpha"]
    # two plays of three minutes: the earlier one first; the one without a length never
    assert metrics.longest_plays(plays, n=7)["track"].tolist()[4:] == ["Alpha", "Gamma"]
    assert metrics.longest_plays(plays, n=5)["track"].tolist()[4:] == ["Alpha"]
    with pytest.raises(ValueError, match="`n` must be 1 or more; not 0"):
        metrics.longest_plays(plays, n=0)
