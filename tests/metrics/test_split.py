"""Plays that cross an hour, midnight or a change of the clocks, cut where it counts time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify_analysis import metrics, tables

MINUTE = 60_000
BERLIN = "Europe/Berlin"


def heard(*rows: tuple[str, float | None], zone: str = BERLIN) -> pd.DataFrame:
    """Return plays that began at some local times and sounded for some minutes."""
    started = pd.DatetimeIndex(
        [pd.Timestamp(at).tz_localize(zone, ambiguous=True) for at, _ in rows]
    ).tz_convert("UTC")
    ms = pd.array([None if minutes is None else minutes * MINUTE for _, minutes in rows])
    frame = pd.DataFrame({"started_at": started, "ms_played": ms.astype("Int64")})
    frame["ended_at"] = started + pd.to_timedelta(frame["ms_played"].fillna(0), unit="ms")
    return tables.with_local_time(tables.conform(frame, tables.PLAYS), zone)


def minutes_by_hour(plays: pd.DataFrame) -> dict[tuple[int, int], float]:
    """Return minutes by weekday and hour, where there are any."""
    clock = metrics.listening_clock(plays, split=True)
    known = clock[clock["ms_played"].fillna(0) > 0]
    cells = zip(known["local_weekday"], known["local_hour"], strict=True)
    return dict(zip(cells, (known["ms_played"] / MINUTE).tolist(), strict=True))


def test_a_play_past_midnight() -> None:
    plays = heard(("2024-05-17 23:50", 30), ("2024-05-17 21:10", 5))
    assert minutes_by_hour(plays) == {(5, 21): 5, (5, 23): 10, (6, 0): 20}
    clock = metrics.listening_clock(plays, split=True).set_index(["local_weekday", "local_hour"])
    assert clock.loc[(5, 23), "n_plays"] == 1
    assert clock.loc[(6, 0), "n_plays"] == 0
    days = metrics.calendar(plays, split=True)
    assert days["local_day"].dt.day.tolist() == [17, 18]
    assert days["n_plays"].tolist() == [2, 0]
    assert days["ms_played"].tolist() == [15 * MINUTE, 20 * MINUTE]
    assert metrics.calendar(plays)["ms_played"].tolist() == [35 * MINUTE]
    week = metrics.weekdays(plays, split=True)
    assert week["ms_played"].tolist() == [0, 0, 0, 0, 15 * MINUTE, 20 * MINUTE, 0]
    hours = metrics.hours_of_day(plays, split=True)
    assert hours.loc[[0, 21, 23], "ms_played"].tolist() == [20 * MINUTE, 5 * MINUTE, 10 * MINUTE]


def test_a_play_into_the_new_year() -> None:
    plays = heard(("2023-12-31 23:59", 3))
    years = metrics.listening_over_time(plays, period="year", split=True)
    assert years["period_start"].dt.year.tolist() == [2023, 2024]
    assert years["ms_played"].tolist() == [MINUTE, 2 * MINUTE]
    assert years["n_plays"].tolist() == [1, 0]
    assert years["n_days_active"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "expected"),
    [
        # from 2:00 to 3:00 in no time
        (BERLIN, "2024-03-31 01:50", 20, {1: 10, 3: 10}),
        # the hour from 2:00 comes twice
        (BERLIN, "2024-10-27 01:50", 150, {1: 10, 2: 120, 3: 20}),
        # half an hour: from 2:00 to 2:30, and from 2:00 back to 1:30
        ("Australia/Lord_Howe", "2024-10-06 01:50", 50, {1: 10, 2: 30, 3: 10}),
        ("Australia/Lord_Howe", "2024-04-07 01:20", 90, {1: 70, 2: 20}),
        # no midnight
        ("Africa/Cairo", "2024-04-25 23:45", 30, {23: 15, 1: 15}),
        # until 2011 the clocks of St. John's changed at 0:01
        ("America/St_Johns", "2010-03-13 23:56", 10, {23: 4, 0: 1, 1: 5}),
        # a quarter of an hour off
        ("Asia/Kathmandu", "2024-05-17 09:40", 30, {9: 20, 10: 10}),
    ],
)
def test_when_the_clocks_change(
    zone: str, start: str, minutes: int, expected: dict[int, float]
) -> None:
    hours = metrics.hours_of_day(heard((start, minutes), zone=zone), split=True)
    found = hours[hours["ms_played"] > 0].set_index("local_hour")["ms_played"] / MINUTE
    assert found.to_dict() == expected


def test_a_pause_is_not_listening() -> None:
    plays = heard(("2024-05-17 23:50", 20))
    paused = plays.assign(ended_at=plays["ended_at"] + pd.Timedelta("3D"))
    assert minutes_by_hour(paused) == {(5, 23): 10, (6, 0): 10}


def test_an_unknown_start_lies_before_the_end() -> None:
    plays = heard(("2024-05-17 23:50", 20)).assign(started_at=pd.NaT)
    local = tables.with_local_time(tables.conform(plays, tables.PLAYS), BERLIN)
    assert local["local_hour"].tolist() == [0]  # that of the end
    assert minutes_by_hour(local) == {(5, 23): 10, (6, 0): 10}
    days = metrics.calendar(local, split=True)
    assert days["n_plays"].tolist() == [0, 1]


def test_time_that_cannot_be_cut_stays_whole() -> None:
    plays = heard(("2024-05-17 23:50", 20), ("2024-05-18 00:05", None))
    lost = plays.assign(time_zone=pd.array([None, None], dtype="string"))
    assert minutes_by_hour(lost) == {(5, 23): 20}
    days = metrics.calendar(lost, split=True)
    # the second day has a play of unknown length, and nothing else
    assert days["ms_played"].tolist() == [20 * MINUTE, pd.NA]
    assert metrics.calendar(plays, split=True)["ms_played"].tolist() == [10 * MINUTE, 10 * MINUTE]


def test_plays_of_several_zones() -> None:
    together = pd.concat(
        [heard(("2024-05-17 23:50", 20)), heard(("2024-05-17 23:50", 20), zone="Asia/Tokyo")],
        ignore_index=True,
    )
    assert minutes_by_hour(together) == {(5, 23): 20, (6, 0): 20}


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.datetimes(*map(dt.datetime.fromisoformat, ["2005-01-01", "2026-01-01"])),
            st.integers(0, 2 * 3_600),
            st.sampled_from([BERLIN, "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_as_counted_second_by_second(rows: list[tuple[dt.datetime, int, str]]) -> None:
    expected: Counter[tuple[dt.date, int]] = Counter()
    frames = []
    for moment, seconds, zone in rows:
        start = moment.replace(microsecond=0, tzinfo=dt.UTC)
        frame = tables.conform(
            [{"started_at": start, "ended_at": start, "ms_played": seconds * 1000}], tables.PLAYS
        )
        frames.append(tables.with_local_time(frame, zone))
        for second in range(seconds):
            wall = (start + dt.timedelta(seconds=second)).astimezone(ZoneInfo(zone))
            expected[wall.date(), wall.hour] += 1000
    plays = pd.concat(frames, ignore_index=True)
    days: Counter[dt.date] = Counter()
    hours: Counter[int] = Counter()
    for (day, hour), ms in expected.items():
        days[day] += ms
        hours[hour] += ms
    by_day = metrics.calendar(plays, split=True)
    found = by_day[by_day["ms_played"] > 0]
    assert dict(zip(found["local_day"].dt.date, found["ms_played"], strict=True)) == dict(days)
    by_hour = metrics.hours_of_day(plays, split=True)
    assert by_hour["ms_played"].tolist() == [hours[hour] for hour in range(24)]
    assert by_hour["ms_played"].sum() == plays["ms_played"].sum()
