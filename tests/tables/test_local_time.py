from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify_analysis import tables


def plays(*rows: dict[str, object]) -> pd.DataFrame:
    return tables.conform(rows, tables.PLAYS)


def test_the_hour_is_that_of_the_start() -> None:
    local = tables.with_local_time(
        plays({"started_at": "2024-05-17T21:59:00Z", "ended_at": "2024-05-17T22:03:00Z"}),
        "Europe/Berlin",
    )
    row = local.iloc[0]
    assert (row.local_day, row.local_hour, row.local_weekday) == (pd.Timestamp("2024-05-17"), 23, 5)
    assert row.time_zone == "Europe/Berlin"
    assert tables.facts(local)["time_zone"] == "Europe/Berlin"
    assert dict(local.dtypes.astype(str)) == tables.PLAYS.dtypes


def test_the_end_stands_in_for_an_unknown_start() -> None:
    local = tables.with_local_time(plays({"ended_at": "2024-05-17T22:03:00Z"}), "Europe/Berlin")
    assert local.local_day[0] == pd.Timestamp("2024-05-18")


def test_a_row_without_time_has_no_calendar() -> None:
    local = tables.with_local_time(plays({"track": "A"}), "UTC")
    columns = ["local_day", "local_hour", "local_weekday", "time_zone"]
    assert local[columns].isna().all(axis=None)


@pytest.mark.parametrize(
    ("zone", "n_hours"),
    [("Europe/Berlin", {"2024-03-31": 23, "2024-10-27": 25}), ("Asia/Beirut", {"2024-03-31": 23})],
)
def test_days_of_daylight_saving(zone: str, n_hours: dict[str, int]) -> None:
    for day, hours in n_hours.items():
        around = pd.date_range(f"{day}T00:30Z", periods=72, freq="h") - pd.Timedelta("1D")
        local = tables.with_local_time(pd.DataFrame({"ended_at": around}), zone)
        assert (local.local_day == day).sum() == hours


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.datetimes(*map(dt.datetime.fromisoformat, ["1960-01-01", "2090-01-01"])),
        min_size=1,
    ),
    st.sampled_from(["Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
def test_as_the_standard_library_says(moments: list[dt.datetime], zone: str) -> None:
    utc = [moment.replace(tzinfo=dt.UTC) for moment in moments]
    local = tables.with_local_time(plays(*({"ended_at": at} for at in utc)), zone)
    expected = [at.astimezone(ZoneInfo(zone)) for at in utc]
    assert local.local_hour.tolist() == [at.hour for at in expected]
    assert local.local_day.dt.date.tolist() == [at.date() for at in expected]
    assert local.local_weekday.tolist() == [at.isoweekday() for at in expected]


@pytest.mark.parametrize("name", ["Berlin", "Europe", "../etc/passwd", "", "Europe/Berlin\0", 1])
def test_an_unknown_zone_is_named(name: object) -> None:
    with pytest.raises(ValueError, match="`time_zone` must be an IANA name"):
        tables.with_local_time(plays(), name)  # type: ignore[arg-type]


def test_the_machine_s_own_zone_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    import tzlocal

    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: "Asia/Tokyo")
    local = tables.with_local_time(plays({"ended_at": "2024-01-01T00:00:00Z"}))
    assert local.local_hour[0] == 9
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: None)
    assert tables.local_time_zone() == "UTC"
