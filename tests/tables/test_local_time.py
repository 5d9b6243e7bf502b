from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify_analysis import errors, tables


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


def travelled(*rows: tuple[str, str | None]) -> pd.DataFrame:
    """Return plays that began at some moments in some countries."""
    return plays(*({"started_at": at, "ended_at": at, "country": code} for at, code in rows))


def test_each_play_in_the_time_of_its_country() -> None:
    noon = "2024-07-01T12:00:00Z"
    local = tables.with_local_time(
        travelled((noon, "JP"), (noon, None), (noon, "IN"), (noon, "DE"), (noon, "ZZ")),
        "Europe/Berlin",
        by_country=True,
    )
    assert local.local_hour.tolist() == [21, 14, 17, 14, 14]
    berlin = "Europe/Berlin"
    assert local.time_zone.tolist() == ["Asia/Tokyo", berlin, "Asia/Kolkata", berlin, berlin]
    facts = tables.facts(local)
    assert facts["time_zone"] == "local time of each country"
    assert "zone_undecided" not in facts
    assert dict(local.dtypes.astype(str)) == tables.PLAYS.dtypes


def test_a_journey_past_midnight_and_the_date_line() -> None:
    local = tables.with_local_time(
        travelled(
            ("2024-05-17T22:30:00Z", "GB"),  # 23:30 on Friday
            ("2024-05-17T22:40:00Z", "DE"),  # 0:40 on Saturday
            ("2024-05-18T08:00:00Z", "FJ"),  # 20:00 on Saturday
            ("2024-05-18T09:00:00Z", "WS"),  # 22:00: Samoa crossed the date line in 2011
            ("2011-12-29T12:00:00Z", "WS"),  # and was a day behind before
        ),
        "UTC",
        by_country=True,
    )
    assert local.local_day.dt.day.tolist() == [17, 18, 18, 18, 29]
    assert local.local_hour.tolist() == [23, 0, 20, 22, 2]
    assert local.local_weekday.tolist() == [5, 6, 6, 6, 4]


def test_countries_with_several_zones_ask_for_a_choice() -> None:
    noon = "2024-07-01T12:00:00Z"
    many = travelled((noon, "US"), (noon, "US"), (noon, "BR"), (noon, "FR"), (noon, "QQ"))
    undecided = tables.with_local_time(many, "Europe/Berlin", by_country=True)
    assert undecided.local_hour.tolist() == [14] * 5
    assert tables.facts(undecided)["zone_undecided"] == {"BR": 1, "QQ": 1, "US": 2}

    chosen = tables.with_local_time(
        many, "Europe/Berlin", by_country={"US": "America/Chicago", "FR": "Indian/Reunion"}
    )
    assert chosen.local_hour.tolist() == [7, 7, 14, 16, 14]
    assert tables.facts(chosen)["zone_undecided"] == {"BR": 1, "QQ": 1}


@pytest.mark.parametrize("home", ["America/Denver", "US/Mountain", "Navajo"])
def test_a_home_in_a_country_with_several_zones_is_a_choice(home: str) -> None:
    local = tables.with_local_time(travelled(("2024-07-01T12:00:00Z", "US")), home, by_country=True)
    assert (local.local_hour[0], local.time_zone[0]) == (6, home)
    assert tables.facts(local) == {"time_zone": home}


def test_one_zone_of_all_rows_is_named() -> None:
    local = tables.with_local_time(
        travelled(("2024-07-01T12:00:00Z", "JP")), "Europe/Berlin", by_country=True
    )
    assert tables.facts(local)["time_zone"] == "Asia/Tokyo"
    assert tables.shared_time_zone(local) == "Asia/Tokyo"
    assert tables.shared_time_zone(local.iloc[:0]) is None


def test_plays_can_be_told_in_another_time_again() -> None:
    there = travelled(("2024-07-01T12:00:00Z", "US"), ("2024-07-01T13:00:00Z", "JP"))
    first = tables.with_local_time(there, "Europe/Berlin", by_country=True)
    again = tables.with_local_time(first, "Europe/Berlin")
    pd.testing.assert_frame_equal(again, tables.with_local_time(there, "Europe/Berlin"))
    assert tables.facts(again) == {"time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # half an hour, at 2:00 in each direction: 10:30 and 11 hours ahead of UTC
        ("Australia/Lord_Howe", ("2024-10-05T15:29Z", 1), ("2024-10-05T15:30Z", 2)),
        ("Australia/Lord_Howe", ("2024-04-06T14:59Z", 1), ("2024-04-06T15:00Z", 1)),
        ("Australia/Lord_Howe", ("2024-04-06T15:29Z", 1), ("2024-04-06T15:30Z", 2)),
        ("Europe/Berlin", ("2024-03-31T00:59Z", 1), ("2024-03-31T01:00Z", 3)),
        ("Europe/Berlin", ("2024-10-27T00:59Z", 2), ("2024-10-27T01:00Z", 2)),
        ("America/New_York", ("2024-03-10T06:59Z", 1), ("2024-03-10T07:00Z", 3)),
        # midnight does not exist on the day the clocks go forward
        ("Africa/Cairo", ("2024-04-25T21:59Z", 23), ("2024-04-25T22:00Z", 1)),
        ("America/Asuncion", ("2023-10-01T03:59Z", 23), ("2023-10-01T04:00Z", 1)),
    ],
)
def test_when_the_clocks_change(zone: str, before: tuple[str, int], after: tuple[str, int]) -> None:
    local = tables.with_local_time(plays({"ended_at": before[0]}, {"ended_at": after[0]}), zone)
    assert local.local_hour.tolist() == [before[1], after[1]]


def test_a_day_without_midnight_is_its_own_day() -> None:
    local = tables.with_local_time(
        travelled(("2024-04-25T21:59:00Z", "EG"), ("2024-04-25T22:00:00Z", "EG")),
        "UTC",
        by_country=True,
    )
    assert local.local_day.dt.day.tolist() == [25, 26]
    assert local.local_weekday.tolist() == [4, 5]


@pytest.mark.parametrize("choice", [{"USA": "America/Chicago"}, {"us": "America/Chicago"}, "US", 1])
def test_a_choice_that_is_none(choice: object) -> None:
    with pytest.raises(ValueError, match="`by_country` must"):
        tables.with_local_time(plays(), "UTC", by_country=choice)  # type: ignore[arg-type]


def test_a_chosen_zone_that_is_none() -> None:
    with pytest.raises(ValueError, match=r"`by_country\['US'\]` must be an IANA name"):
        tables.with_local_time(plays(), "UTC", by_country={"US": "Chicago"})


def test_rows_without_a_country_or_a_time() -> None:
    local = tables.with_local_time(plays({"country": "JP"}), "UTC", by_country=True)
    assert local.time_zone.isna().all()
    assert tables.facts(local)["time_zone"] == "UTC"
    bare = pd.DataFrame({"ended_at": pd.to_datetime(["2024-01-01T00:00Z"])})
    assert tables.with_local_time(bare, "Asia/Tokyo", by_country=True).local_hour[0] == 9


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(*map(dt.datetime.fromisoformat, ["1960-01-01", "2090-01-01"])),
            st.sampled_from(["DE", "JP", "IN", "NP", "EG", "US", "CL", None, "ZZ"]),
        ),
        min_size=1,
    )
)
def test_countries_as_the_standard_library_says(rows: list[tuple[dt.datetime, str | None]]) -> None:
    zones = {"US": "America/St_Johns", "CL": "Pacific/Easter"}
    expected_zone = {
        "DE": "Europe/Berlin",
        "JP": "Asia/Tokyo",
        "IN": "Asia/Kolkata",
        "NP": "Asia/Kathmandu",
        "EG": "Africa/Cairo",
        None: "Pacific/Apia",
        **zones,
        "ZZ": "Pacific/Apia",
    }
    utc = [(moment.replace(tzinfo=dt.UTC), country) for moment, country in rows]
    local = tables.with_local_time(
        plays(*({"ended_at": at, "country": country} for at, country in utc)),
        "Pacific/Apia",
        by_country=zones,
    )
    expected = [at.astimezone(ZoneInfo(expected_zone[country])) for at, country in utc]
    assert local.time_zone.tolist() == [expected_zone[country] for _, country in utc]
    assert local.local_hour.tolist() == [at.hour for at in expected]
    assert local.local_day.dt.date.tolist() == [at.date() for at in expected]


def test_without_any_time_there_is_no_local_time() -> None:
    with pytest.raises(errors.TableError, match="no column 'ended_at'"):
        tables.with_local_time(pd.DataFrame({"track": ["a"]}), "UTC")


@pytest.mark.parametrize("name", ["Etc/UTC", "Etc/UCT", "Zulu", "Universal"])
def test_utc_has_one_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import tzlocal

    assert tables.check_time_zone(name) == "UTC"
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: name)
    assert tables.local_time_zone() == "UTC"
    # rows that an earlier version kept under another name are of the same zone
    kept = pd.DataFrame({"time_zone": pd.Series(["UTC", name], dtype="string")})
    assert tables.shared_time_zone(kept) == "UTC"
