from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from tests.metrics.test_time_patterns import on_days

MINUTE = 60_000


@pytest.fixture
def journey() -> pd.DataFrame:
    """Ten plays: home, a trip to Japan with a day of both, home again, and a moment in France."""
    days = [1, 1, 2, 3, 3, 4, 6, 7, 7, 8]
    plays = on_days(*(f"2024-05-0{day}" for day in days))
    plays["country"] = pd.array(
        ["DE", "DE", "DE", "JP", "DE", "JP", "JP", "ZZ", None, "DE"], dtype="string"
    )
    plays["platform"] = pd.array(
        ["ios", "tv", "ios", "ios", "ios", "ios", "ios", None, "", "tv"], dtype="string"
    )
    known: Any = [False, False, None, True, None, True, True, None, None, False]
    plays["offline"] = pd.array(known, dtype="boolean")
    plays["incognito"] = pd.array([True] + [False] * 9, dtype="boolean")
    return plays


def test_platforms(journey: pd.DataFrame) -> None:
    table = metrics.platforms(journey)
    assert table["platform"].tolist() == ["ios", "tv", "unknown"]
    assert table["n_plays"].tolist() == [6, 2, 2]
    assert table["share"].tolist() == pytest.approx([0.6, 0.2, 0.2])
    assert table["share_time"].tolist() == pytest.approx([0.6, 0.2, 0.2])
    assert table["n_days_active"].tolist() == [5, 2, 1]
    assert table["first_day"].dt.day.tolist() == [1, 1, 7]
    assert table["last_day"].dt.day.tolist() == [6, 8, 7]


def test_platforms_over_time(journey: pd.DataFrame) -> None:
    weeks = metrics.platforms_over_time(journey, period="week")
    assert weeks["platform"].tolist() == ["ios", "tv", "unknown"] * 2
    assert weeks["n_plays"].tolist() == [5, 1, 0, 1, 1, 2]
    assert weeks["share"].tolist() == pytest.approx([5 / 6, 1 / 6, 0, 0.25, 0.25, 0.5])
    days = metrics.platforms_over_time(journey, period="day")
    silent = days[days["period_start"].dt.day == 5]
    assert silent["n_plays"].tolist() == [0, 0, 0]
    assert silent["share"].isna().all()


def test_device_days(journey: pd.DataFrame) -> None:
    table = metrics.device_days(journey)
    assert table["local_day"].dt.day.tolist() == [1, 1, 2, 3, 4, 6, 7, 8]
    assert table["platform"].tolist()[:2] == ["ios", "tv"]
    assert table["share"].tolist() == [0.5, 0.5, 1, 1, 1, 1, 1, 1]


def test_countries(journey: pd.DataFrame) -> None:
    table = metrics.countries(journey)
    assert table["country"].tolist() == ["DE", "JP", "ZZ"]
    assert table["country_name"].tolist() == ["Germany", "Japan", "not known"]
    assert table["n_plays"].tolist() == [5, 3, 2]
    assert table["ms_played"].tolist() == [50 * MINUTE, 30 * MINUTE, 20 * MINUTE]


def test_countries_over_time(journey: pd.DataFrame) -> None:
    weeks = metrics.countries_over_time(journey, period="week")
    assert weeks["country_name"].tolist() == ["Germany", "Japan", "not known"] * 2
    assert weeks["n_plays"].tolist() == [4, 2, 0, 1, 1, 2]


def test_travels(journey: pd.DataFrame) -> None:
    spells = metrics.travels(journey)
    # the 3rd is a tie, and stays with the day before; the 7th is nowhere and ends nothing
    assert spells["country"].tolist() == ["DE", "JP", "DE"]
    assert spells["first_day"].dt.day.tolist() == [1, 4, 8]
    assert spells["last_day"].dt.day.tolist() == [3, 6, 8]
    assert spells["n_days"].tolist() == [3, 3, 1]
    assert spells["n_days_active"].tolist() == [3, 2, 1]
    assert spells["n_plays"].tolist() == [4, 2, 1]
    assert spells["is_home"].tolist() == [True, False, True]
    assert spells["country_name"].tolist() == ["Germany", "Japan", "Germany"]
    assert tables.facts(spells)["n_plays"] == 10


def test_a_code_that_is_no_country_s_stands_for_itself() -> None:
    plays = on_days("2024-05-01").assign(country=pd.array(["QQ"], dtype="string"))
    assert metrics.countries(plays)["country_name"].tolist() == ["QQ"]


def test_offline_and_private(journey: pd.DataFrame) -> None:
    weeks = metrics.offline_and_private(journey, period="week")
    assert weeks["n_plays"].tolist() == [6, 4]
    assert weeks["n_offline"].tolist() == [2, 1]
    assert weeks["share_offline"].tolist() == pytest.approx([2 / 4, 1 / 2])
    assert weeks["n_private"].tolist() == [1, 0]
    assert weeks["share_private"].tolist() == pytest.approx([1 / 6, 0])
    silent = metrics.offline_and_private(on_days("2024-05-01"))
    assert silent["share_offline"].isna().all()
    assert silent["n_offline"].tolist() == [0]


@pytest.mark.parametrize(
    "metric",
    [metrics.platforms_over_time, metrics.countries_over_time, metrics.offline_and_private],
)
def test_no_such_period(metric: Any, journey: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`period` must be"):
        metric(journey, period="decade")
