from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics

MINUTE = 60_000


def dates(column: pd.Series) -> list[str]:
    """Return days as text."""
    return column.dt.strftime("%F").tolist()


def test_months(plays: pd.DataFrame) -> None:
    months = metrics.listening_over_time(plays)
    assert dates(months["period_start"]) == ["2023-12-01", "2024-01-01"]
    assert months["n_plays"].tolist() == [2, 5]
    assert months["ms_played"].tolist() == [10 * MINUTE, 71 * MINUTE]
    assert months["n_days_active"].tolist() == [1, 3]
    assert months["is_partial"].tolist() == [True, True]
    assert months["period"].tolist() == ["month", "month"]


def test_weeks_begin_on_monday(plays: pd.DataFrame) -> None:
    weeks = metrics.listening_over_time(plays, period="week")
    assert dates(weeks["period_start"]) == ["2023-12-25", "2024-01-01", "2024-01-08"]
    assert weeks["n_plays"].tolist() == [2, 4, 1]
    assert weeks["ms_played"].tolist() == [10 * MINUTE, 71 * MINUTE, pd.NA]
    assert weeks["is_partial"].tolist() == [True, False, True]


def test_days_without_plays_are_there(plays: pd.DataFrame) -> None:
    days = metrics.listening_over_time(plays, period="day")
    assert len(days) == 9
    assert days["n_plays"].tolist() == [2, 4 - 1, 0, 1, 0, 0, 0, 0, 1]
    assert days["ms_played"].tolist()[2] == 0
    assert not days["is_partial"].any()


def test_quarters(plays: pd.DataFrame) -> None:
    quarters = metrics.listening_over_time(plays, period="quarter")
    assert dates(quarters["period_start"]) == ["2023-10-01", "2024-01-01"]
    assert quarters["n_plays"].tolist() == [2, 5]
    assert quarters["is_partial"].tolist() == [True, True]
    whole = plays.iloc[:2].assign(
        local_day=pd.to_datetime(["2024-04-01", "2025-03-31"]).astype("datetime64[us]")
    )
    year = metrics.listening_over_time(whole, period="quarter")
    assert dates(year["period_start"]) == ["2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01"]
    assert not year["is_partial"].any()


def test_years(plays: pd.DataFrame) -> None:
    years = metrics.listening_over_time(plays, period="year")
    assert dates(years["period_start"]) == ["2023-01-01", "2024-01-01"]
    assert years["n_plays"].tolist() == [2, 5]


def test_a_whole_month_is_not_partial(plays: pd.DataFrame) -> None:
    ends = plays.iloc[:2].assign(
        local_day=pd.to_datetime(["2024-02-01", "2024-02-29"]).astype("datetime64[us]")
    )
    assert metrics.listening_over_time(ends)["is_partial"].tolist() == [False]


def test_an_unknown_period(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'month', 'quarter' or 'year'; not 'hour'"):
        metrics.listening_over_time(plays, period="hour")  # type: ignore[arg-type]


def test_calendar(plays: pd.DataFrame) -> None:
    days = metrics.calendar(plays)
    assert dates(days["local_day"]) == [
        "2023-12-31",
        *(f"2024-01-0{day}" for day in range(1, 9)),
    ]
    assert days["local_weekday"].tolist() == [7, 1, 2, 3, 4, 5, 6, 7, 1]
    assert days["n_plays"].tolist() == [2, 3, 0, 1, 0, 0, 0, 0, 1]
    minutes = [10 * MINUTE, 66 * MINUTE, 0, 5 * MINUTE, 0, 0, 0, 0, pd.NA]
    assert days["ms_played"].tolist() == minutes


def test_clock(plays: pd.DataFrame) -> None:
    clock = metrics.listening_clock(plays).set_index(["local_weekday", "local_hour"])
    assert len(clock) == 168
    assert clock["n_plays"].sum() == 7
    # two Mondays in the span: the 60 minutes of the 1st; the length of the 8th is not known
    assert clock.loc[(1, 9), ["n_plays", "ms_played"]].tolist() == [2, 60 * MINUTE]
    assert clock.at[(1, 9), "mean_minutes"] == 30
    assert clock.at[(7, 23), "mean_minutes"] == 5  # 10 minutes, two Sundays
    assert clock.at[(3, 9), "mean_minutes"] == 5  # one Wednesday
    assert clock.at[(2, 9), "mean_minutes"] == 0


def test_clock_of_one_day_knows_no_other_weekday(plays: pd.DataFrame) -> None:
    clock = metrics.listening_clock(plays[plays["local_day"] == "2024-01-03"])
    assert len(clock) == 168
    assert clock["mean_minutes"].notna().sum() == 24
    assert clock["mean_minutes"].sum() == 5


def test_hours_of_day(plays: pd.DataFrame) -> None:
    hours = metrics.hours_of_day(plays)
    assert hours["local_hour"].tolist() == list(range(24))
    assert hours.loc[hours["n_plays"] > 0, ["local_hour", "n_plays"]].to_numpy().tolist() == [
        [0, 1],
        [1, 1],
        [9, 3],
        [23, 2],
    ]
    assert hours.at[9, "share"] == pytest.approx(3 / 7)
    assert hours.at[9, "mean_minutes"] == pytest.approx(65 / 9)


def test_weekdays(plays: pd.DataFrame) -> None:
    week = metrics.weekdays(plays)
    assert week["local_weekday"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert week["n_days"].tolist() == [2, 1, 1, 1, 1, 1, 2]
    assert week["n_plays"].tolist() == [4, 0, 1, 0, 0, 0, 2]
    assert week["mean_minutes"].tolist() == [33, 0, 5, 0, 0, 0, 5]
    assert week["share"].sum() == pytest.approx(1)


def test_streaks(plays: pd.DataFrame) -> None:
    runs = metrics.streaks(plays)
    assert runs["rank"].tolist() == [1, 2, 3]
    assert dates(runs["first_day"]) == ["2023-12-31", "2024-01-03", "2024-01-08"]
    assert dates(runs["last_day"]) == ["2024-01-01", "2024-01-03", "2024-01-08"]
    assert runs["n_days"].tolist() == [2, 1, 1]
    assert runs["n_plays"].tolist() == [5, 1, 1]
    assert runs["ms_played"].tolist() == [76 * MINUTE, 5 * MINUTE, pd.NA]
    assert runs["is_current"].tolist() == [False, False, True]
