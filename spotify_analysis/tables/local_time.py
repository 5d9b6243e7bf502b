"""The calendar of a play, worked out once: local day, hour and weekday of its start."""

from __future__ import annotations

import warnings
import zoneinfo
from typing import Any

import pandas as pd

from spotify_analysis.tables import schema
from spotify_analysis.tables.attrs import note

__all__ = ["check_time_zone", "local_time_zone", "with_local_time"]


def check_time_zone(name: str) -> str:
    """Return the name of a time zone, if there is such a zone.

    Parameters
    ----------
    name : str
        IANA name, such as ``"Europe/Berlin"``.

    Returns
    -------
    str
        The same name.

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
            "`time_zone` must be an IANA name such as 'Europe/Berlin', 'America/New_York' or "
            f"'UTC'; not {name!r}."
        ) from exc
    return name


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


def with_local_time(plays: pd.DataFrame, time_zone: str | None = None) -> pd.DataFrame:
    """Fill the local calendar columns of plays.

    A play belongs to the hour in which it began, in the listener's own time: rows take
    ``started_at``, or ``ended_at`` where the start is not known.

    Parameters
    ----------
    plays : DataFrame
        Rows with ``ended_at`` and, if known, ``started_at``, in UTC.
    time_zone : str or None
        IANA name; None is the zone this machine is set to.

    Returns
    -------
    DataFrame
        The plays with ``local_day``, ``local_hour`` (0-23), ``local_weekday`` (1 = Monday) and
        ``time_zone``; missing where a row has no time at all.

    Raises
    ------
    ValueError
        If no such zone is known.

    Notes
    -----
    Daylight saving follows the zone's own rules, so a day has 23, 24 or 25 hours and on the long
    day one local hour comes twice.
    """
    zone = check_time_zone(time_zone if time_zone is not None else local_time_zone())
    began: pd.Series[Any] = schema.as_dtype(plays["ended_at"], schema.UTC, where="plays.ended_at")
    if "started_at" in plays:
        started = schema.as_dtype(plays["started_at"], schema.UTC, where="plays.started_at")
        began = started.fillna(began)
    # to wall-clock time first: rounding an aware time to its day stumbles over midnights that
    # daylight saving skips (Beirut, Havana)
    wall = began.dt.tz_convert(zone).dt.tz_localize(None)
    filled = plays.assign(
        local_day=wall.dt.floor("D").astype(schema.DAY),
        local_hour=wall.dt.hour.astype(schema.INT),
        local_weekday=(wall.dt.day_of_week + 1).astype(schema.INT),
        time_zone=pd.Series(zone, index=plays.index, dtype=schema.STRING).where(wall.notna()),
    )
    filled.attrs = dict(plays.attrs)
    return note(filled, time_zone=zone)
