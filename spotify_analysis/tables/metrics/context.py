"""On what, where and how there was listening: devices, countries, offline, private."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column, Table

__all__ = [
    "COUNTRIES",
    "COUNTRIES_OVER_TIME",
    "DEVICE_DAYS",
    "OFFLINE_AND_PRIVATE",
    "PLATFORMS_HEARD",
    "PLATFORMS_OVER_TIME",
    "TRAVELS",
]

_PLATFORM = Column(STRING, "Family of device; 'unknown' where it is not known.", "", "platform")
_COUNTRY = {
    "country": Column(STRING, "Country; 'ZZ' where it is not known.", "ISO 3166-1", "country"),
    "country_name": Column(STRING, "Its English name.", "", "iso3166.tab"),
}
_SHARES = {
    "share": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
    "share_time": Column(FLOAT, "Share of all time listened.", "0-1", "computed"),
    "n_days_active": Column(INT, "Days with such plays.", "days", "counted"),
    "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
    "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
}
_OF_PERIOD = Column(FLOAT, "Share of the plays of the period.", "0-1", "computed")

PLATFORMS_HEARD = Table(
    "platforms",
    "One family of devices.",
    {"platform": _PLATFORM, **HEARD, **_SHARES},
    key=["platform"],
)
PLATFORMS_OVER_TIME = Table(
    "platforms_over_time",
    "One family of devices in one period, also where it was not used.",
    {**PERIOD, "platform": _PLATFORM, **HEARD, "share": _OF_PERIOD},
    key=["period_start", "platform"],
)
DEVICE_DAYS = Table(
    "device_days",
    "One family of devices on one day on which it was used.",
    {
        "local_day": Column(DAY, "Local day.", "date", "local_day"),
        "platform": _PLATFORM,
        **HEARD,
        "share": Column(FLOAT, "Share of the plays of the day.", "0-1", "computed"),
    },
    key=["local_day", "platform"],
)
COUNTRIES = Table(
    "countries",
    "One country.",
    {**_COUNTRY, **HEARD, **_SHARES},
    key=["country"],
)
COUNTRIES_OVER_TIME = Table(
    "countries_over_time",
    "One country in one period, also without plays.",
    {**PERIOD, **_COUNTRY, **HEARD, "share": _OF_PERIOD},
    key=["period_start", "country"],
)
TRAVELS = Table(
    "travels",
    "One spell: days in a row on which most was heard in one country.",
    {
        "spell": Column(INT, "Number, in the order of time.", "1-", "order"),
        **_COUNTRY,
        "is_home": Column(BOOL, "The country with the most days.", "", "computed"),
        "first_day": Column(DAY, "First day with plays.", "date", "local_day"),
        "last_day": Column(DAY, "Last day with plays.", "date", "local_day"),
        "n_days": Column(INT, "From the first to the last.", "days", "calendar"),
        "n_days_active": Column(INT, "Days with plays in a known country.", "days", "counted"),
        **HEARD,
    },
    key=["spell"],
)
OFFLINE_AND_PRIVATE = Table(
    "offline_and_private",
    "One period: how much was played offline, and in private sessions.",
    {
        **PERIOD,
        **HEARD,
        "n_offline": Column(INT, "Plays without a connection.", "plays", "offline"),
        "share_offline": Column(
            FLOAT, "Of the plays of which it is known; missing where it is of none.", "0-1"
        ),
        "n_private": Column(INT, "Plays in a private session.", "plays", "incognito"),
        "share_private": Column(
            FLOAT, "Of the plays of which it is known; missing where it is of none.", "0-1"
        ),
    },
    key=["period_start"],
)
