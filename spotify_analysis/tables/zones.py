"""Which time zones a country has, from the tables that come with the time zones themselves.

The ``tzdata`` package ships ``zone.tab`` (zones of each country),
``iso3166.tab`` (names of countries) and ``tzdata.zi`` (which names are aliases): public domain,
described at https://data.iana.org/time-zones/tz-link.html.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections import defaultdict
from types import MappingProxyType

import pandas as pd

__all__ = ["country_names", "one_zone_of", "same_zone", "zones_of"]

# Spotify and the European Union write XK for Kosovo, ISO 3166 has no code for it; its clocks are
# those of Belgrade (tz's file `europe`, under Serbia).
_BEYOND_ISO = {"XK": ("Kosovo", ("Europe/Belgrade",))}
# Scrobbles begin in 2002, and the rules of daylight saving are known for as long as they are made.
_FIRST, _LAST = "2002-01-01", "2038-01-01"


def zones_of(country: str) -> tuple[str, ...]:
    """Return the time zones of a country.

    Parameters
    ----------
    country : str
        ISO 3166-1 code of two letters, such as ``"DE"``.

    Returns
    -------
    tuple of str
        IANA names; none where there is no such country.
    """
    return _zones().get(country, ())


@functools.cache
def one_zone_of(country: str) -> str | None:
    """Return the time zone of a country in which all clocks show the same.

    Parameters
    ----------
    country : str
        ISO 3166-1 code of two letters.

    Returns
    -------
    str or None
        IANA name; None where clocks differ, or there is no such country.

    Notes
    -----
    Zones whose clocks have shown the same since 2002 are one: Germany's second zone (Büsingen)
    differed from Berlin's in 1980 for the last time.
    """
    first, *others = zones_of(country) or (None,)
    # days tell most zones apart; only those that then look alike are compared by the half hour
    for step in ("1D", "30min"):
        if others and not all(_clocks(first, step).equals(_clocks(zone, step)) for zone in others):
            return None
    return first


def same_zone(one: str, other: str) -> bool:
    """Tell whether two names are of one time zone.

    Parameters
    ----------
    one, other : str
        IANA names; either may be an alias, such as ``"US/Eastern"``.

    Returns
    -------
    bool
        Whether one is the other's alias, or both are aliases of a third.
    """
    return one == other or _aliases().get(one, one) == _aliases().get(other, other)


@functools.cache
def country_names() -> MappingProxyType[str, str]:
    """Return the English names of countries.

    Returns
    -------
    mapping of str to str
        Names by ISO 3166-1 codes.
    """
    names = {line[0]: line[1] for line in _lines("iso3166.tab")}
    names |= {code: name for code, (name, _) in _BEYOND_ISO.items()}
    return MappingProxyType(names)


@functools.cache
def _zones() -> dict[str, tuple[str, ...]]:
    found = defaultdict(list)
    for country, _, zone, *_ in _lines("zone.tab"):
        found[country].append(zone)
    listed = {country: tuple(zones) for country, zones in found.items()}
    return listed | {code: zones for code, (_, zones) in _BEYOND_ISO.items()}


@functools.cache
def _aliases() -> dict[str, str]:
    words = (line[0].split() for line in _lines("tzdata.zi"))
    return {link[2]: link[1] for link in words if link[0] == "L"}


def _lines(name: str) -> list[list[str]]:
    text = importlib.resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _clocks(zone: str | None, step: str) -> pd.DatetimeIndex:
    return pd.date_range(_FIRST, _LAST, freq=step, tz="UTC").tz_convert(zone).tz_localize(None)
