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


def test_averages_by_hand(plays: pd.DataFrame) -> None:
    row = metrics.averages(plays).iloc[0]
    assert (row["n_plays"], row["n_days"], row["n_days_active"]) == (7, 9, 4)
    assert row["plays_per_day"] == pytest.approx(7 / 9)
    assert row["hours_per_day"] == pytest.approx(1.35 / 9)
    assert row["plays_per_active_day"] == pytest.approx(7 / 4)
    # 10, 66 and 5 minutes; the 8th is not known
    assert (row["mean_minutes"], row["median_minutes"]) == (27, 10)
    assert row["std_minutes"] == pytest.approx(((17**2 + 39**2 + 22**2) / 2) ** 0.5)
    assert row["mean_play_minutes"] == pytest.approx(81 / 6)
    assert row["tracks_per_artist"] == 2  # four of two artists
    assert row["albums_per_artist"] == 1
    assert row["plays_per_track"] == 1.5
    assert row["plays_per_artist"] == 3
    assert row["share_without_album"] == pytest.approx(1 / 6)
    assert row["share_tracks_without_album"] == 0.25  # Alpha of Bo
    known = plays[plays["album"].notna()]
    assert metrics.averages(known).iloc[0]["share_tracks_without_album"] == 0
    # one play that names the album is enough
    again = pd.concat([plays, plays[plays["track"] == "Beta"].assign(album=pd.NA)])
    assert metrics.averages(again).iloc[0]["share_tracks_without_album"] == 0.25


def test_without_plays_there_is_no_mean(no_plays: pd.DataFrame) -> None:
    row = metrics.averages(no_plays).iloc[0]
    assert row["n_plays"] == 0
    assert row.drop(["n_plays", "n_days", "n_days_active"]).isna().all()


def test_a_week_that_is_not_over_is_compared_with_as_many_days(plays: pd.DataFrame) -> None:
    weeks = metrics.totals_over_time(plays, period="week")
    columns = ["n_plays", "ms_played", "n_days_active", "n_tracks", "n_artists", "n_plays_before"]
    assert weeks[columns].to_numpy().tolist() == [
        [2, 10 * 60_000, 1, 2, 1, pd.NA],
        # the plays begin on the last day of the week before: no comparison
        [4, 71 * 60_000, 2, 3, 2, pd.NA],
        [1, pd.NA, 1, 1, 1, 3],  # Monday against Monday
    ]
    assert weeks["change_plays"].isna().tolist() == [True, True, False]
    assert weeks["change_plays"].iloc[2] == pytest.approx(-200 / 3)
    assert weeks["ms_played_before"].iloc[2] == 66 * 60_000
    assert weeks["change_time"].isna().all()


def test_changes_of_whole_days(plays: pd.DataFrame) -> None:
    days = metrics.totals_over_time(plays, period="day").set_index("period_start")
    assert days["n_plays"].tolist() == [2, 3, 0, 1, 0, 0, 0, 0, 1]
    assert days["change_plays"].fillna(-1).tolist() == [-1, 50, -100, -1, -100, -1, -1, -1, -1]
    assert days["change_time"].loc["2024-01-01"] == pytest.approx(560)  # 10 to 66 minutes


def test_artist_payouts(plays: pd.DataFrame) -> None:
    paid = metrics.artist_payouts(plays, rate=0.01, at_least_ms=4 * 60_000)
    columns = ["rank", "artist", "n_streams", "n_plays", "payout", "share"]
    # 4 and 6 minutes of Ann; 5 minutes and an unknown length of Bo
    assert paid[columns].to_numpy().tolist() == [
        [1, "Ann", 2, 3, 0.02, 0.5],
        [2, "Bo", 2, 3, 0.02, 0.5],
    ]
    assert paid.attrs["payout"] == pytest.approx(0.04)
    with pytest.raises(ValueError, match="`rate` must be 0 or more; not -1"):
        metrics.artist_payouts(plays, rate=-1)
