"""When a made-up person listens: ten years of days, each a handful of sessions.

The person studies until autumn 2018, then takes a train to an office, works at home from March 2020
on and goes in three days a week since October 2021. They rest more in summer, travel abroad once a
year and, every third summer, spend two weeks in a hut without a network.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["HOME_COUNTRY", "HOME_ZONE", "ZONES", "Session", "Trip", "holiday", "sessions", "trip"]

HOME_COUNTRY = "DE"
HOME_ZONE = "Europe/Berlin"

# month: how much more or less the person listens
_SEASON = (1.12, 1.08, 1.02, 0.97, 0.93, 0.9, 0.8, 0.84, 0.98, 1.05, 1.14, 1.1)

# country, zone, month: one after the other, a trip a year
_PLACES = (
    ("PT", "Europe/Lisbon", 5),
    ("JP", "Asia/Tokyo", 10),
    ("NO", "Europe/Oslo", 6),
    ("US", "America/New_York", 9),
    ("IS", "Atlantic/Reykjavik", 7),
    ("BR", "America/Sao_Paulo", 3),
    ("GB", "Europe/London", 5),
    ("TR", "Europe/Istanbul", 9),
    ("MX", "America/Mexico_City", 2),
    ("JP", "Asia/Tokyo", 4),
    ("CA", "America/Vancouver", 9),
)
# where the listener ever is
ZONES = {HOME_COUNTRY: HOME_ZONE, **{country: zone for country, zone, _ in _PLACES}}


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of listening: where, on what and for how long.

    Parameters
    ----------
    starts_at_ms : int
        UTC epoch milliseconds.
    minutes : float
        Intended length.
    setting : str
        Such as "commute" or "kitchen".
    platform : str
        As in `Play`.
    country : str
        ISO 3166-1 alpha-2.
    offline : bool
        Whether there is no network.
    day : datetime.date
        Local day it belongs to.
    """

    starts_at_ms: int
    minutes: float
    setting: str
    platform: str
    country: str
    offline: bool
    day: date


@dataclass(frozen=True, slots=True)
class Trip:
    """Days abroad, the first and the last spent on a plane.

    Parameters
    ----------
    first : datetime.date
        Day out.
    last : datetime.date
        Day home.
    country : str
        ISO 3166-1 alpha-2.
    zone : str
        IANA zone.
    """

    first: date
    last: date
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class _Habit:
    """Something done on a kind of day with some probability; times are local hours."""

    setting: str
    chance: float
    hour: float
    spread: float
    minutes: tuple[float, float]


_STUDENT = (
    _Habit("walk", 0.5, 9.6, 0.8, (15, 45)),
    _Habit("work", 0.5, 13.5, 1.8, (25, 80)),
    _Habit("walk", 0.35, 17.2, 1.2, (15, 45)),
    _Habit("evening", 0.72, 20.8, 1.2, (30, 110)),
    _Habit("late", 0.22, 23.4, 0.5, (20, 60)),
)
_OFFICE = (
    _Habit("commute", 0.86, 7.5, 0.28, (24, 40)),
    _Habit("work", 0.55, 10.3, 0.7, (30, 95)),
    _Habit("work", 0.3, 14.2, 0.8, (25, 70)),
    _Habit("commute", 0.82, 17.6, 0.5, (24, 42)),
    _Habit("evening", 0.58, 20.4, 0.8, (25, 90)),
    _Habit("late", 0.05, 22.9, 0.4, (15, 35)),
)
_AT_HOME = (
    _Habit("coffee", 0.5, 8.3, 0.45, (15, 40)),
    _Habit("work", 0.66, 10.1, 0.8, (35, 110)),
    _Habit("work", 0.45, 14.4, 0.9, (30, 90)),
    _Habit("walk", 0.45, 17.7, 0.7, (20, 50)),
    _Habit("evening", 0.66, 20.3, 0.9, (25, 95)),
    _Habit("late", 0.07, 23.0, 0.4, (15, 40)),
)
_SATURDAY = (
    _Habit("kitchen", 0.72, 10.4, 0.9, (35, 110)),
    _Habit("walk", 0.42, 14.9, 1.2, (25, 70)),
    _Habit("evening", 0.5, 19.4, 1.0, (30, 100)),
    _Habit("party", 0.2, 21.9, 0.6, (80, 170)),
)
_SUNDAY = (
    _Habit("kitchen", 0.76, 10.9, 0.9, (40, 130)),
    _Habit("walk", 0.36, 15.2, 1.2, (25, 70)),
    _Habit("evening", 0.56, 19.9, 0.9, (30, 100)),
)
_ABROAD = (
    _Habit("walk", 0.35, 9.3, 0.8, (15, 45)),
    _Habit("walk", 0.5, 15.5, 1.6, (20, 70)),
    _Habit("evening", 0.45, 21.2, 0.9, (20, 60)),
)
_PLANE = (_Habit("flight", 0.95, 11.5, 1.5, (70, 190)),)


def sessions(seed: int, first: date, last: date) -> Iterator[Session]:
    """Walk through the days of a life.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    first, last : datetime.date
        Local days, both included.

    Yields
    ------
    Session
        In the order they start; neighbours may overlap a little when the first runs long.
    """
    rng = random.Random(f"{seed}/days")  # noqa: S311 - repeatable on purpose
    zones = {zone: ZoneInfo(zone) for zone in ZONES.values()}
    mood = 1.0
    year, abroad = first.year, trip(seed, first.year)
    day = first
    while day <= last:
        # A mood that wanders: some weeks are full of music, others are not.
        mood = 1 + 0.96 * (mood - 1) + rng.gauss(0, 0.045)
        if day.year != year:
            year, abroad = day.year, trip(seed, day.year)
        away = abroad.first <= day <= abroad.last
        holiday_first, holiday_last = holiday(day.year)
        if not holiday_first <= day <= holiday_last and (away or rng.random() > 0.03):
            zone = zones[abroad.zone if away else HOME_ZONE]
            country = abroad.country if away else HOME_COUNTRY
            habits = _habits(day, abroad, away=away)
            factor = _SEASON[day.month - 1] * min(1.35, max(0.6, mood))
            yield from _day(rng, day, habits, factor, zone, country)
        day += timedelta(days=1)


def trip(seed: int, year: int) -> Trip:
    """Tell where and when the person goes abroad in a year.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    year : int
        Calendar year.

    Returns
    -------
    Trip
        9 to 16 days.
    """
    country, zone, month = _PLACES[(year + seed) % len(_PLACES)]
    rng = random.Random(f"{seed}/trip/{year}")  # noqa: S311
    first = date(year, month, rng.randint(2, 14))
    return Trip(first, first + timedelta(days=rng.randint(8, 15)), country, zone)


def holiday(year: int) -> tuple[date, date]:
    """Tell when the person is in a hut without a network.

    Parameters
    ----------
    year : int
        Calendar year.

    Returns
    -------
    tuple of datetime.date
        First and last silent day; an empty stretch (last before first) in two years of three.
    """
    first = date(year, 8, 3)
    return first, first + timedelta(days=13 if year % 3 == 1 else -1)


def _habits(day: date, abroad: Trip, *, away: bool) -> tuple[_Habit, ...]:
    if away:
        return _PLANE if day in {abroad.first, abroad.last} else _ABROAD
    if day.weekday() == 5:
        return _SATURDAY
    if day.weekday() == 6 or (day.month, day.day) in {(12, 25), (12, 26), (1, 1), (5, 1), (10, 3)}:
        return _SUNDAY
    if day < date(2018, 10, 1):
        return _STUDENT
    if day < date(2020, 3, 16):
        return _OFFICE
    if day < date(2021, 10, 4):
        return _AT_HOME
    return _OFFICE if day.weekday() in {1, 2, 3} else _AT_HOME


def _day(
    rng: random.Random,
    day: date,
    habits: tuple[_Habit, ...],
    factor: float,
    zone: ZoneInfo,
    country: str,
) -> Iterator[Session]:
    planned = []
    for habit in habits:
        chance = habit.chance * factor
        if day.weekday() == 4 and habit.setting == "evening":
            chance *= 1.15
        if rng.random() < 0.78 * chance:
            minutes = rng.uniform(*habit.minutes) * (0.65 + 0.15 * factor)
            planned.append((rng.gauss(habit.hour, habit.spread), minutes, habit.setting))
    planned.sort()
    if not planned:
        return
    midnight_ms = int(datetime.combine(day, time(), zone).astimezone(UTC).timestamp()) * 1000
    for hour, minutes, setting in planned:
        yield Session(
            starts_at_ms=midnight_ms + int(hour * 3_600_000),
            minutes=minutes,
            setting=setting,
            platform=_platform(rng, day, setting),
            country=country,
            offline=setting == "flight" or (setting == "commute" and rng.random() < 0.06),
            day=day,
        )


def _platform(rng: random.Random, day: date, setting: str) -> str:
    phone = "android" if day < date(2019, 11, 8) else "ios"
    if setting == "work":
        if day < date(2018, 10, 1):
            return "web_player" if rng.random() < 0.3 else "windows"
        return "osx"
    if setting in {"kitchen", "party", "coffee"}:
        return "cast" if day >= date(2018, 12, 24) and rng.random() < 0.75 else phone
    if setting == "evening":
        chance = rng.random()
        if chance < 0.3 and day >= date(2018, 12, 24):
            return "cast"
        if chance < 0.45:
            return "windows" if day < date(2018, 10, 1) else "osx"
    return phone
