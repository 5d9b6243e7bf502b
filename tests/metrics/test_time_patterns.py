from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

MINUTE = 60_000


def on_days(*days: str, minutes: float | None = 10, hour: int = 12) -> pd.DataFrame:
    """Return a play at an hour of some days in Berlin."""
    started = pd.DatetimeIndex([f"{day} {hour}:00" for day in days]).tz_localize("Europe/Berlin")
    frame = pd.DataFrame({"started_at": started.tz_convert("UTC"), "kind": "track"})
    frame["ended_at"] = frame["started_at"]
    frame["ms_played"] = pd.array(
        [None if minutes is None else int(minutes * MINUTE)] * len(days), dtype="Int64"
    )
    return tables.with_local_time(tables.conform(frame, tables.PLAYS), "Europe/Berlin")


def test_days_of_month(plays: pd.DataFrame) -> None:
    dates = metrics.days_of_month(plays).set_index("day_of_month")
    assert dates.index.tolist() == list(range(1, 32))
    # 31 December to 8 January
    assert dates["n_days"].tolist() == [1] * 8 + [0] * 22 + [1]
    assert dates["n_plays"].tolist() == [3, 0, 1, 0, 0, 0, 0, 1] + [0] * 22 + [2]
    assert dates.at[31, "mean_minutes"] == 10
    assert dates.at[1, "mean_minutes"] == 66
    assert dates.at[1, "share"] == pytest.approx(3 / 7)
    assert dates["mean_minutes"].isna().sum() == 1 + 22  # no length; no such date


def test_the_31st_is_rare() -> None:
    dates = metrics.days_of_month(on_days("2024-01-01", "2024-12-31")).set_index("day_of_month")
    assert dates["n_days"].tolist() == [12] * 29 + [11, 7]
    assert dates.at[31, "mean_minutes"] == pytest.approx(10 / 7)


def test_months_of_year(plays: pd.DataFrame) -> None:
    months = metrics.months_of_year(plays).set_index("month")
    assert months["n_days"].tolist() == [8] + [0] * 10 + [1]
    assert months["n_plays"].tolist() == [5] + [0] * 10 + [2]
    assert months.at[1, "mean_minutes"] == pytest.approx(71 / 8)
    assert months.at[12, "mean_minutes"] == 10


@pytest.mark.parametrize(
    ("hemisphere", "n_plays", "first_month"),
    [("north", [2, 1, 0, 3], [3, 6, 9, 12]), ("south", [0, 3, 2, 1], [9, 12, 3, 6])],
)
def test_seasons(hemisphere: str, n_plays: list[int], first_month: list[int]) -> None:
    plays = on_days(
        "2023-12-01", "2024-01-15", "2024-02-29", "2024-03-01", "2024-05-31", "2024-06-01"
    )
    table = metrics.seasons(plays, hemisphere=hemisphere)  # type: ignore[arg-type]
    assert table["season"].tolist() == ["spring", "summer", "autumn", "winter"]
    assert table["first_month"].tolist() == first_month
    assert table["n_plays"].tolist() == n_plays
    winter = table.set_index("first_month").loc[12]
    assert winter["n_days"] == 31 + 31 + 29
    assert winter["mean_minutes"] == pytest.approx(30 / 91)
    assert tables.facts(table)["hemisphere"] == hemisphere


def test_no_such_hemisphere(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`hemisphere` must be 'north' or 'south'; not 'east'"):
        metrics.seasons(plays, hemisphere="east")  # type: ignore[arg-type]


def test_day_parts(plays: pd.DataFrame) -> None:
    parts = metrics.day_parts(plays)
    assert parts["day_part"].tolist() == ["night", "morning", "afternoon", "evening"]
    assert parts["from_hour"].tolist() == [0, 6, 12, 18]
    assert parts["to_hour"].tolist() == [6, 12, 18, 24]
    assert parts["n_plays"].tolist() == [2, 3, 0, 2]
    assert parts["ms_played"].tolist() == [6 * MINUTE, 65 * MINUTE, 0, 10 * MINUTE]
    assert parts["share_time"].tolist() == pytest.approx([6 / 81, 65 / 81, 0, 10 / 81])
    assert parts["mean_minutes"].tolist() == pytest.approx([6 / 9, 65 / 9, 0, 10 / 9])


def test_parts_of_the_day_of_one_s_own(plays: pd.DataFrame) -> None:
    parts = metrics.day_parts(plays, starts={"work": 9, "night": 23})
    assert parts["to_hour"].tolist() == [23, 9]
    assert parts["n_plays"].tolist() == [3, 4]  # the night goes on past midnight
    assert metrics.day_parts(plays, starts={"day": 0})["to_hour"].tolist() == [24]


@pytest.mark.parametrize(
    "starts", [{}, {"a": 6, "b": 6}, {"a": 9, "b": 3}, {"a": 24}, {"a": -1}, 5]
)
def test_parts_that_are_none(plays: pd.DataFrame, starts: object) -> None:
    with pytest.raises(ValueError, match="`starts` must name parts of the day"):
        metrics.day_parts(plays, starts=starts)  # type: ignore[arg-type]


def test_average_days(plays: pd.DataFrame) -> None:
    months = metrics.average_days(plays)
    assert months["n_days"].tolist() == [1, 8]
    assert months["n_days_active"].tolist() == [1, 3]
    assert months["mean_minutes"].tolist() == pytest.approx([10, 71 / 8])
    assert months["mean_minutes_active"].tolist() == pytest.approx([10, 71 / 3])
    quarters = metrics.average_days(on_days("2024-01-01", "2024-12-31"), period="quarter")
    assert quarters["n_days"].tolist() == [91, 91, 92, 92]
    assert quarters["mean_minutes_active"].tolist() == [10, pd.NA, pd.NA, 10]


def test_months_by_year() -> None:
    table = metrics.months_by_year(on_days("2023-11-30", "2024-02-01", "2024-02-29"))
    assert table["year"].tolist() == [2023, 2023, 2024, 2024]
    assert table["month"].tolist() == [11, 12, 1, 2]
    assert table["n_plays"].tolist() == [1, 0, 0, 2]
    assert table["is_partial"].tolist() == [True, False, False, False]


def test_cumulative(plays: pd.DataFrame) -> None:
    months = metrics.cumulative(plays)
    assert months["n_plays"].tolist() == [2, 7]
    assert months["ms_played"].tolist() == [10 * MINUTE, 81 * MINUTE]
    assert months["n_artists"].tolist() == [1, 2]
    assert months["n_albums"].tolist() == [1, 2]
    # Ann's Alpha and Beta; Bo's Gamma and Alpha
    assert months["n_tracks"].tolist() == [2, 4]
    unknown = metrics.cumulative(on_days("2024-01-01", "2024-02-01", minutes=None))
    assert unknown["ms_played"].isna().all()
    assert unknown["n_artists"].tolist() == [0, 0]


def test_every_play(plays: pd.DataFrame) -> None:
    dots = metrics.every_play(plays)
    # minutes of Kolkata, half an hour off those of UTC
    assert dots["local_minute"].tolist() == [1430, 1434, 29, 62, 540, 550, 540]
    assert dots["local_day"].dt.day.tolist() == [31, 31, 1, 1, 1, 3, 8]
    assert dots["kind"].tolist() == ["track"] * 4 + ["episode"] + ["track"] * 2
    bare = plays.assign(time_zone=pd.array([None] * 7, dtype="string"))
    assert metrics.every_play(bare)["local_minute"].tolist() == [1380, 1380, 0, 60, 540, 540, 540]
