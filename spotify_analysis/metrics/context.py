"""On what, where and how there was listening: devices, countries, offline, private."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

__all__ = [
    "countries",
    "countries_over_time",
    "device_days",
    "offline_and_private",
    "platforms",
    "platforms_over_time",
    "travels",
]

_UNKNOWN = {"platform": "unknown", "country": "ZZ"}
_FLAGS = {"offline": "offline", "private": "incognito"}


def platforms(plays: Any) -> pd.DataFrame:
    """Count plays and time by family of device.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``platform``, ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.PLATFORMS_HEARD`: one row per family, the most plays first, ties by name.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Families are those of `tables.PLATFORMS`; exports name devices in two vocabularies, which
    reading joins. Plays of which the device is not known (account data, Web API) are the family
    ``unknown``. Rows without a local day are not counted.
    """
    cells = _by_day_and(plays, "platform")
    return _days.finish(_shares(cells, "platform"), tables.PLATFORMS_HEARD, cells, facts_of=plays)


def platforms_over_time(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count plays and time by family of device, period by period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``platform``, ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.PLATFORMS_OVER_TIME`: for each period from the first play to the last one row per
        family there is at any time, the one with most plays first.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Families as in `platforms`. ``share`` is of the plays of the period, and missing where it has
    none.
    """
    _days.check_period(period)
    cells = _by_day_and(plays, "platform")
    frame = _over_time(cells, "platform", period)
    return _days.finish(frame, tables.PLATFORMS_OVER_TIME, cells, facts_of=plays, period=period)


def device_days(plays: Any) -> pd.DataFrame:
    """Count plays and time by day and family of device.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``platform``, ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.DEVICE_DAYS`: one row per day and family that was used on it, in the order of days,
        then names.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Families as in `platforms`. ``share`` is of the plays of the day.
    """
    cells = _by_day_and(plays, "platform")
    frame = _plays.with_time_known(cells)
    frame["share"] = frame["n_plays"] / frame.groupby("local_day")["n_plays"].transform("sum")
    return _days.finish(frame, tables.DEVICE_DAYS, cells, facts_of=plays)


def countries(plays: Any) -> pd.DataFrame:
    """Count plays and time by country.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``country``, ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.COUNTRIES`: one row per country, the most plays first, ties by code.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    The country is that of the connection, so a VPN moves it. Spotify writes ``ZZ`` where it does
    not know, mostly for speakers and televisions; plays without a country (account data, Web API)
    are with them.
    """
    cells = _by_day_and(plays, "country")
    frame = _named(_shares(cells, "country"))
    return _days.finish(frame, tables.COUNTRIES, cells, facts_of=plays)


def countries_over_time(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count plays and time by country, period by period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``country``, ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.COUNTRIES_OVER_TIME`: for each period from the first play to the last one row per
        country there is at any time, the one with most plays first.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Countries as in `countries`. ``share`` is of the plays of the period, and missing where it has
    none.
    """
    _days.check_period(period)
    cells = _by_day_and(plays, "country")
    frame = _named(_over_time(cells, "country", period))
    return _days.finish(frame, tables.COUNTRIES_OVER_TIME, cells, facts_of=plays, period=period)


def travels(plays: Any) -> pd.DataFrame:
    """Tell the spells of days spent in one country after the other.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``country``, ``local_day`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.TRAVELS`: one row per spell, in the order of time.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A day belongs to the country with most of its plays, a tie to the country of the day before,
    else to the first by code. A spell lasts until a day belongs to another country; days without
    plays, or only with plays in an unknown country, do not end it. Home is the country with most
    days, ties by code. Plays and time are those in the spell's country.
    """
    cells = _by_day_and(plays, "country")
    known = cells[cells["country"] != _UNKNOWN["country"]].reset_index(drop=True)
    frame = pd.DataFrame()
    if len(known):
        frame = _named(_spells(known))
    return _days.finish(frame, tables.TRAVELS, cells, facts_of=plays)


def offline_and_private(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count how much was played offline and in private sessions, period by period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``offline``, ``incognito``, ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.OFFLINE_AND_PRIVATE`: one row per period from the first play to the last.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Shares are of the plays that say whether they were offline (or private); older exports do not
    say it of videos, account data and the Web API of nothing. Private plays are still in the
    export, with the flag.
    """
    _days.check_period(period)
    flags = tuple(_FLAGS.values())
    counted = _plays.narrow(plays, "local_day", *flags, "ms_played").filter(
        ~nw.col("local_day").is_null()
    )
    # whole numbers: the mean of a boolean is slow or refused on most engines
    numbers = counted.with_columns(*(nw.col(flag).cast(nw.Int64) for flag in flags))
    sums = {f"n_{name}": nw.col(flag).sum() for name, flag in _FLAGS.items()}
    known = {f"known_{name}": nw.col(flag).count() for name, flag in _FLAGS.items()}
    days = _plays.home(
        numbers.group_by("local_day").agg(**_plays.heard(), **sums, **known),
        {
            **_plays.columns_of(tables.PLAYS, "local_day"),
            **_plays.HEARD,
            **dict.fromkeys((*sums, *known), tables.Column(tables.INT, "Plays.")),
        },
    ).sort_values("local_day", ignore_index=True)
    frame = pd.DataFrame()
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on[0], on[-1], period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    "period": period,
                    "period_start": starts.astype("datetime64[us]"),
                    "is_partial": _days.is_partial(starts, on[0], on[-1], period),
                    **_days.sums_at(days, place, len(starts)),
                    **{name: _sum_at(days[name], place, len(starts)) for name in (*sums, *known)},
                }
            )
        )
        for name in _FLAGS:
            said = frame[f"known_{name}"].astype(tables.INT)
            frame[f"share_{name}"] = frame[f"n_{name}"] / said.mask(said == 0)
    return _days.finish(frame, tables.OFFLINE_AND_PRIVATE, days, facts_of=plays, period=period)


def _by_day_and(plays: Any, column: str) -> pd.DataFrame:
    """Count plays by day and a text; what is not known has a name too."""
    counted = _plays.narrow(plays, "local_day", column, "ms_played").filter(
        ~nw.col("local_day").is_null()
    )
    native = nw.to_native(counted)
    if isinstance(native, pd.DataFrame):
        cells = _counted_by_numpy(native, column)
    else:
        cells = _plays.home(
            counted.group_by("local_day", column, drop_null_keys=False).agg(**_plays.heard()),
            {**_plays.columns_of(tables.PLAYS, "local_day", column), **_plays.HEARD},
        )
    named = cells[column].mask(cells[column] == "", pd.NA).fillna(_UNKNOWN[column])
    if not named.equals(cells[column]):
        # "", missing and the word itself are one
        keys = ["local_day", column]
        cells = cells.assign(**{column: named})
        cells = cells.groupby(keys, as_index=False)[list(_plays.HEARD)].sum()
    return cells.sort_values(["local_day", column], ignore_index=True)


def _counted_by_numpy(native: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count a pandas frame by numbers of days and texts: groups of missing texts are slow."""
    like = _plays.columns_of(tables.PLAYS, "local_day", "ms_played")
    days, ms = (
        tables.as_dtype(native[name], like[name].dtype, where=f"plays.{name}") for name in like
    )
    on = days.to_numpy().astype("datetime64[D]").astype("int64")
    first = int(on.min()) if len(on) else 0
    which, names = pd.factorize(native[column])
    # missing is -1, the last place
    n_places = len(names) + 1
    code = (on - first) * n_places + which % n_places
    n_plays = np.bincount(code)
    heard = np.flatnonzero(n_plays)
    texts = pd.array([*map(str, names), None], dtype=tables.STRING)
    return pd.DataFrame(
        {
            "local_day": (heard // n_places + first).astype("datetime64[D]").astype(tables.DAY),
            column: texts.take(heard % n_places),
            "n_plays": n_plays[heard],
            # floats, but exact: see `_days`
            "ms_played": np.bincount(code, ms.to_numpy(dtype="float64", na_value=0))[heard],
            "n_timed": np.bincount(code, ms.notna().to_numpy())[heard],
        }
    ).astype(dict.fromkeys(_plays.HEARD, "int64"))


def _shares(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add the days up, the most plays first."""
    sums = cells.groupby(column, as_index=False).agg(
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
        n_timed=("n_timed", "sum"),
        n_days_active=("local_day", "size"),
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
    )
    frame = _plays.with_time_known(sums).sort_values(
        ["n_plays", column], ascending=[False, True], ignore_index=True
    )
    frame["share"] = frame["n_plays"] / max(int(frame["n_plays"].sum()), 1)
    if total := int(frame["ms_played"].sum()):
        frame["share_time"] = frame["ms_played"] / total
    return frame


def _over_time(cells: pd.DataFrame, column: str, period: str) -> pd.DataFrame:
    """Add the days of each period up, for every text there is at any time."""
    if cells.empty:
        return pd.DataFrame(columns=["country"])
    order = _shares(cells, column)[column].tolist()
    on = cells["local_day"].to_numpy().astype("datetime64[D]")
    starts = _days.periods_between(on[0], on[-1], period)
    which = pd.Index(order).get_indexer(cells[column])
    place = np.searchsorted(starts, _days.period_start(on, period)) * len(order) + which
    frame = pd.DataFrame(
        {
            "period": period,
            "period_start": np.repeat(starts.astype("datetime64[us]"), len(order)),
            "is_partial": np.repeat(_days.is_partial(starts, on[0], on[-1], period), len(order)),
            column: np.tile(np.array(order, dtype=object), len(starts)),
            **_days.sums_at(cells, place, len(starts) * len(order)),
        }
    )
    of_period = np.repeat(
        frame["n_plays"].to_numpy().reshape(-1, len(order)).sum(axis=1), len(order)
    )
    total = pd.Series(of_period, dtype=tables.INT)
    frame = _plays.with_time_known(frame)
    return frame.assign(share=frame["n_plays"] / total.mask(total == 0))


def _spells(known: pd.DataFrame) -> pd.DataFrame:
    """Return spells of cells in the order of days, then countries."""
    most = known.groupby("local_day")["n_plays"].transform("max")
    first = known[known["n_plays"] == most]
    of_day: list[str] = []
    days: list[Any] = []
    for day, country in zip(first["local_day"], first["country"], strict=True):
        if not days or day != days[-1]:
            days.append(day)
            of_day.append(country)
        elif len(of_day) > 1 and country == of_day[-2]:
            of_day[-1] = country  # a tie goes to the country of the day before
    where = pd.Series(of_day, index=pd.DatetimeIndex(days), dtype=tables.STRING)
    code, _ = pd.factorize(where)
    number = pd.Series(np.cumsum(np.diff(code, prepend=-1) != 0), index=where.index)
    home = where.value_counts().rename_axis("country").reset_index(name="n")
    home_country = home.sort_values(["n", "country"], ascending=[False, True])["country"].iloc[0]
    there = known.assign(spell=known["local_day"].map(number), here=known["local_day"].map(where))
    spells = (
        there[there["country"] == there["here"]]
        .groupby("spell", as_index=False)
        .agg(
            country=("country", "first"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
            n_days_active=("local_day", "size"),
            n_plays=("n_plays", "sum"),
            ms_played=("ms_played", "sum"),
            n_timed=("n_timed", "sum"),
        )
    )
    spells["n_days"] = (spells["last_day"] - spells["first_day"]).dt.days + 1
    spells["is_home"] = spells["country"] == home_country
    return _plays.with_time_known(spells)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    names = {**tables.country_names(), _UNKNOWN["country"]: "not known"}
    # a code that is no country's stands for itself
    return frame.assign(country_name=[names.get(str(code), str(code)) for code in frame["country"]])


def _sum_at(
    values: pd.Series[Any], place: npt.NDArray[np.int64], n_places: int
) -> npt.NDArray[np.int64]:
    sums = np.zeros(n_places, dtype="int64")
    np.add.at(sums, place, values.to_numpy(dtype="int64", na_value=0))
    return sums
