from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from tests.metrics.test_time_patterns import on_days

MINUTE = 60_000


def test_habits(plays: pd.DataFrame) -> None:
    row = metrics.habits(plays).iloc[0]
    assert (row["n_days"], row["n_days_active"]) == (9, 4)
    assert row["mean_minutes"] == pytest.approx(81 / 9)
    # the 8th was active, of unknown length
    assert row["mean_minutes_active"] == pytest.approx(81 / 4)
    # squares of the distances of 10, 66, 5 and 0 from 20.25, by 3
    assert row["sd_minutes_active"] == pytest.approx((2_840.75 / 3) ** 0.5)
    # Sundays and the Saturday: 10 of 81 minutes; 3 such days, 6 others
    assert row["weekend_share"] == pytest.approx(10 / 81)
    assert row["weekend_ratio"] == pytest.approx((10 / 3) / (71 / 6))
    assert row["night_share"] == pytest.approx(6 / 81)
    assert row["favourite_month"] == 12  # 10 minutes a day, and January 71 / 8
    assert row["favourite_weekday"] == 1  # 66 minutes on two Mondays
    assert row["favourite_hour"] == 9
    assert row["busiest_day"] == pd.Timestamp("2024-01-01")
    assert row["busiest_day_minutes"] == 66


def test_habits_of_plays_without_time() -> None:
    row = metrics.habits(on_days("2024-01-05", "2024-01-06", minutes=None, hour=3)).iloc[0]
    assert row["weekend_share"] == 0.5
    assert row["weekend_ratio"] == 1
    assert row["night_share"] == 1
    assert pd.isna(row["mean_minutes"])
    assert pd.isna(row["busiest_day_minutes"])
    assert row["busiest_day"] == pd.Timestamp("2024-01-05")


def test_a_weekend_alone_has_no_ratio() -> None:
    row = metrics.habits(on_days("2024-01-06")).iloc[0]
    assert row["weekend_share"] == 1
    assert pd.isna(row["weekend_ratio"])
    assert pd.isna(row["sd_minutes_active"])


def test_heavy_and_light_days() -> None:
    # 10, 10, 10, 10 and 60 minutes: mean 20, deviation 10 * sqrt(5)
    plays = pd.concat(
        [
            on_days(*(f"2024-01-0{n}" for n in range(1, 5))),
            on_days("2024-01-05", minutes=60),
            on_days("2024-01-06", minutes=None),
        ],
        ignore_index=True,
    )
    levels = metrics.heavy_and_light_days(plays)
    sd = 500**0.5
    assert levels["level"].tolist() == ["light", "usual", "heavy"]
    assert levels["from_min"].tolist() == pytest.approx([0, 0, 20 + sd])
    assert levels["to_min"].tolist()[:2] == pytest.approx([0, 20 + sd])
    assert pd.isna(levels["to_min"].iloc[2])
    assert levels["n_days"].tolist() == [0, 4, 1]
    assert levels["share_days"].tolist() == pytest.approx([0, 0.8, 0.2])
    assert levels["share_time"].tolist() == pytest.approx([0, 0.4, 0.6])
    facts = tables.facts(levels)
    assert (facts["mean_min"], facts["n_plays"]) == (20, 6)
    half = metrics.heavy_and_light_days(plays, deviations=0.4)
    assert half["n_days"].tolist() == [4, 0, 1]
    with pytest.raises(ValueError, match="`deviations` must be above 0; not 0"):
        metrics.heavy_and_light_days(plays, deviations=0)


def test_busiest_periods(plays: pd.DataFrame) -> None:
    busiest = metrics.busiest_periods(plays, n=2)
    assert busiest["period"].tolist() == [p for p in metrics.PERIODS for _ in range(2)]
    starts = busiest.set_index(["period", "rank"])["period_start"].dt.strftime("%F")
    assert starts["day"].tolist() == ["2024-01-01", "2023-12-31"]
    assert starts["week"].tolist() == ["2024-01-01", "2023-12-25"]
    assert starts["quarter"].tolist() == ["2024-01-01", "2023-10-01"]
    assert busiest["ms_played"].tolist()[:2] == [66 * MINUTE, 10 * MINUTE]
    assert busiest["n_days_active"].tolist()[2:4] == [2, 1]
    assert busiest["is_partial"].tolist()[2:4] == [False, True]
    by_plays = metrics.busiest_periods(plays, by="plays")
    assert by_plays["n_plays"].tolist() == [3, 4, 5, 5, 5]


@pytest.mark.parametrize(("name", "value"), [("n", 0), ("by", "hours")])
def test_bad_arguments_of_the_busiest(plays: pd.DataFrame, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        metrics.busiest_periods(plays, **{name: value})  # type: ignore[arg-type]


def test_when_played(plays: pd.DataFrame) -> None:
    when = metrics.when_played(plays)
    assert when["artist"].tolist() == ["Ann", "Bo"]
    assert when["weekend_share"].tolist() == pytest.approx([2 / 3, 0])
    assert when["night_share"].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert when["day_part"].tolist() == ["evening", "morning"]
    assert when["day_part_share"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert when["weekday"].tolist() == [7, 1]
    tracks = metrics.when_played(plays, of="tracks", n=2)
    # both Alphas are of two titles: Ann's has two plays, as has Bo's Gamma
    assert tracks[["track", "artist"]].to_numpy().tolist() == [["Alpha", "Ann"], ["Gamma", "Bo"]]
    assert tracks["weekend_share"].tolist() == [0.5, 0]
    albums = metrics.when_played(plays, of="albums")
    assert albums["album"].tolist() == ["First", "Second"]
    with pytest.raises(
        ValueError, match="`of` must be 'artists', 'tracks' or 'albums'; not 'genre'"
    ):
        metrics.when_played(plays, of="genre")  # type: ignore[arg-type]


def test_when_played_without_a_calendar(plays: pd.DataFrame) -> None:
    lost = plays.assign(local_hour=pd.array([None] * 7, dtype="Int64"))
    when = metrics.when_played(lost)
    assert when["n_plays"].tolist() == [3, 3]
    assert when[["weekend_share", "day_part", "weekday"]].isna().all(axis=None)


def test_artists_by_hour(plays: pd.DataFrame) -> None:
    hours = metrics.artists_by_hour(plays)
    assert len(hours) == 48
    ann = hours[hours["artist"] == "Ann"].set_index("local_hour")
    assert ann.loc[[0, 9, 23], "n_plays"].tolist() == [1, 0, 2]
    assert ann.loc[[0, 9, 23], "share"].tolist() == pytest.approx([1 / 3, 0, 2 / 3])
    bo = hours[hours["artist"] == "Bo"].set_index("local_hour")
    assert bo.at[9, "n_plays"] == 2
    assert bo.at[9, "ms_played"] == 5 * MINUTE


def test_artist_days(plays: pd.DataFrame) -> None:
    days = metrics.artist_days(plays)
    assert days["artist"].tolist() == ["Ann", "Ann", "Bo", "Bo", "Bo"]
    assert days["local_day"].dt.day.tolist() == [31, 1, 1, 3, 8]
    assert days["n_plays"].tolist() == [2, 1, 1, 1, 1]
    assert days["share"].tolist() == [1, 0.5, 0.5, 1, 1]
    assert days["ms_played"].tolist()[-1] is pd.NA
    assert metrics.artist_days(plays, n=1)["rank"].tolist() == [1]
    with pytest.raises(ValueError, match="`n` must be 1 or more; not 0"):
        metrics.artist_days(plays, n=0)


def test_sparklines(plays: pd.DataFrame) -> None:
    lines = metrics.sparklines(plays)
    assert lines["artist"].tolist() == ["Ann", "Ann", "Bo", "Bo"]
    assert lines["period_start"].dt.month.tolist() == [12, 1, 12, 1]
    assert lines["n_plays"].tolist() == [2, 1, 0, 3]
    assert lines["ms_played"].tolist() == [10 * MINUTE, 3 * MINUTE, 0, 8 * MINUTE]
    days = metrics.sparklines(plays, of="tracks", n=1, period="day")
    assert days["track"].unique().tolist() == ["Alpha"]
    assert days["n_plays"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0]
