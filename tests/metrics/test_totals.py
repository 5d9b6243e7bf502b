from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics


def test_totals_by_hand(plays: pd.DataFrame) -> None:
    row = metrics.totals(plays).iloc[0]
    assert row["n_plays"] == 7
    assert row["ms_played"] == 81 * 60_000  # 4 + 6 + 3 + 3 + 60 + 5
    assert row["hours_played"] == pytest.approx(1.35)
    # Alpha and Beta of Ann, Gamma and another Alpha of Bo
    assert (row["n_tracks"], row["n_artists"], row["n_albums"]) == (4, 2, 2)
    assert (row["n_shows"], row["n_episodes"], row["n_audiobooks"]) == (1, 1, 0)
    assert row["first_at"] == pd.Timestamp("2023-12-31 23:50", tz="Asia/Kolkata")
    assert row["last_at"] == pd.Timestamp("2024-01-08 09:00", tz="Asia/Kolkata")
    assert (row["first_day"], row["last_day"]) == (
        pd.Timestamp("2023-12-31"),
        pd.Timestamp("2024-01-08"),
    )
    assert (row["n_days"], row["n_days_active"]) == (9, 4)
    assert row["share_days_active"] == pytest.approx(4 / 9)
    assert row["plays_per_active_day"] == pytest.approx(7 / 4)
    # the 8th has no known time, so three days: 10, 66 and 5 minutes
    assert row["minutes_per_active_day"] == pytest.approx(27)
    assert row["median_minutes_per_active_day"] == pytest.approx(10)
    assert row["longest_streak_days"] == 2


def test_without_plays_nothing_is_claimed(no_plays: pd.DataFrame) -> None:
    row = metrics.totals(no_plays).iloc[0]
    assert (row["n_plays"], row["n_tracks"], row["n_days"], row["longest_streak_days"]) == (
        0,
        0,
        0,
        0,
    )
    assert row["ms_played"] == 0
    assert pd.isna(row["first_day"])
    assert pd.isna(row["minutes_per_active_day"])


def test_time_that_no_play_knows_is_missing(plays: pd.DataFrame) -> None:
    row = metrics.totals(plays[plays["ms_played"].isna()]).iloc[0]
    assert row["n_plays"] == 1
    assert pd.isna(row["ms_played"])
    assert pd.isna(row["hours_played"])


def test_a_start_may_be_unknown(plays: pd.DataFrame) -> None:
    plays["started_at"] = plays["started_at"].mask(plays["started_at"].notna())
    row = metrics.totals(plays).iloc[0]
    assert row["first_at"] == pd.Timestamp("2023-12-31 23:54", tz="Asia/Kolkata")
