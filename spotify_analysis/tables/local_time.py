"""The calendar of a play, worked out once: local day, hour and weekday of its start."""

from __future__ import annotations

import warnings
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import errors
from spotify_analysis.tables import schema, zones
from spotify_analysis.tables.attrs import note

__all__ = [
    "LOCAL_TIME_OF_EACH_COUNTRY",
    "check_by_country",
    "check_time_zone",
    "local_time_zone",
    "shared_time_zone",
    "wall_clock",
    "with_local_time",
]

# what machines and containers call UTC; one zone must not have two names in a table
_UTC_NAMES = frozenset(
    {"Etc/UCT", "Etc/UTC", "Etc/Universal", "Etc/Zulu", "UCT", "UTC", "Universal", "Zulu"}
)
# the fact `time_zone` of plays whose rows have different zones
LOCAL_TIME_OF_EACH_COUNTRY: Final = "local time of each country"
# how Spotify writes that it does not know the country
_NOWHERE = ("", "ZZ")


def check_time_zone(name: str, *, argument: str = "time_zone") -> str:
    """Return the name of a time zone, if there is such a zone.

    Parameters
    ----------
    name : str
        IANA name, such as ``"Europe/Berlin"``.
    argument : str
        What the caller calls it; named in the error.

    Returns
    -------
    str
        The same name; ``"UTC"`` for all names of UTC, such as ``"Etc/UTC"``.

    Raises
    ------
    ValueError
        If no such zone is known.
    """
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError) as exc:
        # OSError: "Europe" is a folder of the zone files, not a zone
        raise ValueError(
            f"`{argument}` must be an IANA name such as 'Europe/Berlin', 'America/New_York' or "
            f"'UTC'; not {name!r}."
        ) from exc
    return _one_name(name)


def local_time_zone() -> str:
    """Name the time zone this machine is set to.

    Returns
    -------
    str
        IANA name; ``"UTC"`` where the machine does not say.
    """
    import tzlocal

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # tzlocal warns when it guesses from an offset alone
            return check_time_zone(tzlocal.get_localzone_name() or "UTC")
    except (ValueError, LookupError, OSError, Warning):
        return "UTC"


def with_local_time(
    plays: pd.DataFrame,
    time_zone: str | None = None,
    *,
    by_country: bool | Mapping[str, str] = False,
) -> pd.DataFrame:
    """Fill the local calendar columns of plays, or fill them anew for another zone.

    A play belongs to the hour in which it began, in the listener's own time: rows take
    ``started_at``, or ``ended_at`` where the start is not known.

    Parameters
    ----------
    plays : DataFrame
        Rows with ``ended_at`` and, if known, ``started_at``, in UTC, and ``country`` where it is
        to decide. Local columns they already have are replaced.
    time_zone : str or None
        IANA name; None is the zone this machine is set to.
    by_country : bool or mapping of str to str
        True takes the zone of each play's ``country`` where that has one; a mapping does so too
        and names the zone of countries that have several: ``{"US": "America/Chicago"}``.

    Returns
    -------
    DataFrame
        The plays with ``local_day``, ``local_hour`` (0-23), ``local_weekday`` (1 = Monday) and
        ``time_zone``; missing where a row has no time at all. The fact ``time_zone`` is the zone,
        or `LOCAL_TIME_OF_EACH_COUNTRY` where rows have several; ``zone_undecided`` counts plays
        by country where `time_zone` had to stand in.

    Raises
    ------
    ValueError
        If no such zone or country is known, or `plays` is no frame.
    TableError
        If there is no column ``ended_at``.

    Notes
    -----
    Daylight saving follows each zone's own rules, so a day has 23, 24 or 25 hours and on the long
    day one local hour comes twice. On the day of a journey the clock jumps with the listener.

    By country: the mapping decides first; then a country whose clocks all show the same has one
    zone (`zones.one_zone_of`); `time_zone` is taken for plays without a country, and in a country
    with several zones of which it is one. In any other country with several zones it is taken
    too, for want of better, and those plays are counted in ``zone_undecided``.

    Examples
    --------
    >>> travelled = with_local_time(  # doctest: +SKIP
    ...     plays, "Europe/Berlin", by_country={"US": "America/Chicago"}
    ... )
    """
    zone = check_time_zone(time_zone if time_zone is not None else local_time_zone())
    chosen = check_by_country(by_country)
    if "ended_at" not in schema.check_frame(plays, argument="plays"):
        raise errors.TableError(
            "plays has no column 'ended_at', so it is not known when they were. Use a frame from a "
            "loader or from account_data.read, or tables.conform(frame, tables.PLAYS)."
        )
    began: pd.Series[Any] = schema.as_dtype(plays["ended_at"], schema.UTC, where="plays.ended_at")
    if "started_at" in plays:
        started = schema.as_dtype(plays["started_at"], schema.UTC, where="plays.started_at")
        began = started.fillna(began)
    names, place = [zone], np.zeros(len(plays), dtype=np.intp)
    undecided: dict[str, int] = {}
    if by_country is not False and "country" in plays:
        known = began.notna().to_numpy()
        names, place, undecided = _by_country(plays["country"], known, zone, chosen)
    wall = wall_clock(began, names, place)
    filled = plays.assign(
        local_day=wall.dt.floor("D").astype(schema.DAY),
        local_hour=wall.dt.hour.astype(schema.INT),
        local_weekday=(wall.dt.day_of_week + 1).astype(schema.INT),
        time_zone=_names(names, place, wall.notna()),
    )
    filled.attrs = dict(plays.attrs)
    said = LOCAL_TIME_OF_EACH_COUNTRY if len(names) > 1 else names[0]
    return note(filled, time_zone=said, zone_undecided=undecided or None)


def shared_time_zone(plays: pd.DataFrame) -> str | None:
    """Say in which zone the local columns of plays are.

    Parameters
    ----------
    plays : DataFrame
        Rows with ``time_zone``.

    Returns
    -------
    str or None
        The zone if all rows share it, `LOCAL_TIME_OF_EACH_COUNTRY` if they do not, None if no
        row has one.
    """
    if "time_zone" not in plays:
        return None
    named = list(
        dict.fromkeys(_one_name(str(name)) for name in plays["time_zone"].dropna().unique())
    )
    if len(named) > 1:
        return LOCAL_TIME_OF_EACH_COUNTRY
    return named.pop() if named else None


def _one_name(zone: str) -> str:
    return "UTC" if zone in _UTC_NAMES else zone


def wall_clock(
    moments: pd.Series[Any], names: Sequence[str], place: npt.NDArray[np.intp]
) -> pd.Series[Any]:
    """Return what the clock on the wall shows at moments, each in its own zone.

    Parameters
    ----------
    moments : Series
        Instants in UTC.
    names : sequence of str
        IANA names.
    place : ndarray of int
        Which of the names is the zone of each moment.

    Returns
    -------
    Series
        Naive times, with the index of `moments`.
    """
    # to wall-clock time first: rounding an aware time to its day stumbles over midnights that
    # daylight saving skips (Beirut, Havana)
    if len(names) == 1:
        there: pd.Series[Any] = moments.dt.tz_convert(names[0]).dt.tz_localize(None)
        return there
    wall = np.empty(len(moments), dtype="datetime64[us]")
    bare = moments.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    # once per zone, not per row
    for n, name in enumerate(names):
        here = place == n
        local = pd.DatetimeIndex(bare[here], tz="UTC").tz_convert(name).tz_localize(None)
        wall[here] = local.to_numpy()
    return pd.Series(wall, index=moments.index)


def check_by_country(by_country: bool | Mapping[str, str]) -> dict[str, str]:
    """Return the zones that are chosen for countries, if there are such.

    Parameters
    ----------
    by_country : bool or Mapping of str to str
        As for `with_local_time`.

    Returns
    -------
    dict of str to str
        Zone by code of a country; empty where none was chosen.

    Raises
    ------
    ValueError
        If it is something else, a code is of no country, or no such zone is known.
    """
    if isinstance(by_country, bool):
        return {}
    if not isinstance(by_country, Mapping):
        raise ValueError(
            "`by_country` must be True, False or a mapping such as {'US': 'America/New_York'}; "
            f"not {by_country!r}."
        )
    for country, zone in by_country.items():
        if not zones.zones_of(country):
            raise ValueError(
                "`by_country` must name countries by their ISO 3166-1 codes, such as 'US' or "
                f"'BR'; not {country!r}."
            )
        check_time_zone(zone, argument=f"by_country[{country!r}]")
    return dict(by_country)


def _by_country(
    country: pd.Series[Any], known: npt.NDArray[np.bool_], home: str, chosen: dict[str, str]
) -> tuple[list[str], npt.NDArray[np.intp], dict[str, int]]:
    """Return the zones there are, which one each row has, and the undecided rows by country."""
    codes, found = pd.factorize(country)
    counts = np.bincount(codes[known & (codes >= 0)], minlength=len(found))
    names: list[str] = [home]
    of_country: list[int] = []
    undecided: dict[str, int] = {}
    for code, n in zip(map(str, found), counts.tolist(), strict=True):
        zone = chosen.get(code) or zones.one_zone_of(code)
        lies_here = (zones.same_zone(home, one) for one in zones.zones_of(code))
        if zone is None and n and code not in _NOWHERE and not any(lies_here):
            undecided[code] = n
        if n and zone is not None and zone not in names:
            names.append(zone)
        of_country.append(names.index(zone or home) if n else 0)
    # a missing country has code -1, the last place: home
    place = np.array([*of_country, 0], dtype=np.intp)[codes]
    used = np.unique(place[known])
    if len(used) and 0 not in used:
        names, place = names[1:], np.maximum(place - 1, 0)
    return names, place, dict(sorted(undecided.items()))


def _names(
    names: Sequence[str], place: npt.NDArray[np.intp], known: pd.Series[bool]
) -> pd.Series[Any]:
    if len(names) == 1:
        same = schema.repeated(names[0], len(known))
        named = schema.from_arrow(same, schema.STRING).set_axis(known.index)
    else:
        found = pd.array(list(names), dtype=schema.STRING).take(place)
        named = pd.Series(found, index=known.index)
    there: pd.Series[Any] = named if known.all() else named.where(known)
    return there
