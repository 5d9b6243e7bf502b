from __future__ import annotations

import zoneinfo

import pytest

from spotify_analysis import tables
from spotify_analysis.tables import zones


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),  # Büsingen's clocks show the same
        ("DK", "Europe/Copenhagen"),
        ("MY", "Asia/Kuala_Lumpur"),
        ("XK", "Europe/Belgrade"),
        ("ES", None),  # the Canary Islands
        ("US", None),
        ("CN", None),
        ("ZZ", None),
        ("", None),
        ("de", None),
    ],
)
def test_the_one_zone_of_a_country(country: str, zone: str | None) -> None:
    assert tables.one_zone_of(country) == zone


def test_each_country_has_zones_that_exist_and_a_name() -> None:
    names = tables.country_names()
    assert len(names) > 240
    for country in names:
        if country not in ("BV", "HM"):  # nobody lives there, so tz lists no zone
            assert zones.zones_of(country)
        for zone in zones.zones_of(country):
            zoneinfo.ZoneInfo(zone)
    assert (names["JP"], names["XK"]) == ("Japan", "Kosovo")


def test_aliases() -> None:
    assert zones.same_zone("US/Eastern", "America/New_York")
    assert zones.same_zone("Asia/Calcutta", "Asia/Kolkata")
    assert not zones.same_zone("America/Chicago", "America/New_York")
