"""Time patterns, habits and context, written by hand in idiomatic pandas.

Each pair counts the same numbers from a frame of `tables.PLAYS`; the runner divides their times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import metrics

Plays = pd.DataFrame

_HEARD = {"n_plays": ("ms_played", "size"), "ms_played": ("ms_played", "sum")}
_PARTS = ["night", "morning", "afternoon", "evening"]


def _days(plays: Plays) -> pd.DataFrame:
    """Return plays and time of every day from the first to the last."""
    days = plays.dropna(subset="local_day").groupby("local_day").agg(**_HEARD)
    return days.asfreq("D", fill_value=0)


def _hours(plays: Plays) -> pd.DataFrame:
    known = plays.dropna(subset=["local_day", "local_hour"])
    return known.groupby(["local_day", "local_hour"], as_index=False).agg(**_HEARD)


def _pooled(days: pd.DataFrame, by: Any) -> pd.DataFrame:
    groups = days.groupby(by)
    table = groups.sum()
    table["n_days"] = groups.size()
    table["share"] = table["n_plays"] / table["n_plays"].sum()
    table["mean_minutes"] = table["ms_played"] / 60_000 / table["n_days"]
    return table


def days_of_month(plays: Plays) -> pd.DataFrame:
    """Count by day of the month."""
    days = _days(plays)
    return _pooled(days, days.index.day)


def months_of_year(plays: Plays) -> pd.DataFrame:
    """Count by month of the year."""
    days = _days(plays)
    return _pooled(days, days.index.month)


def seasons(plays: Plays) -> pd.DataFrame:
    """Count by season of the north."""
    days = _days(plays)
    return _pooled(days, days.index.month % 12 // 3)


def day_parts(plays: Plays) -> pd.DataFrame:
    """Count by part of the day."""
    known = plays.dropna(subset=["local_day", "local_hour"])
    parts = known.groupby(known["local_hour"] // 6).agg(**_HEARD)
    n_days = (known["local_day"].max() - known["local_day"].min()).days + 1
    return parts.assign(
        share=parts["n_plays"] / parts["n_plays"].sum(),
        share_time=parts["ms_played"] / parts["ms_played"].sum(),
        mean_minutes=parts["ms_played"] / 60_000 / n_days,
    )


def average_days(plays: Plays) -> pd.DataFrame:
    """Average the days of each month."""
    days = _days(plays)
    months = days.resample("MS")
    table = months.sum()
    table["n_days"] = months.size()
    table["n_days_active"] = (days["n_plays"] > 0).resample("MS").sum()
    table["mean_minutes"] = table["ms_played"] / 60_000 / table["n_days"]
    table["mean_minutes_active"] = table["ms_played"] / 60_000 / table["n_days_active"]
    return table


def months_by_year(plays: Plays) -> pd.DataFrame:
    """Count per month."""
    return _days(plays).resample("MS").sum()


def cumulative(plays: Plays) -> pd.DataFrame:
    """Add up plays, time and different names."""
    table = _days(plays).resample("MS").sum().cumsum()
    known = plays.sort_values("local_day", kind="stable")
    for name, keys in (
        ("n_artists", ["artist"]),
        ("n_albums", ["artist", "album"]),
        ("n_tracks", ["artist", "track"]),
    ):
        new = known.dropna(subset=keys[-1]).drop_duplicates(keys)
        count = new.set_index("local_day").resample("MS").size()
        table[name] = count.reindex(table.index, fill_value=0).cumsum()
    return table


def every_play(plays: Plays) -> pd.DataFrame:
    """Return day and minute of every play."""
    known = plays.dropna(subset=["local_day", "local_hour"])
    began = known["started_at"].fillna(known["ended_at"])
    parts = []
    for zone, of_zone in began.groupby(known["time_zone"]):
        wall = of_zone.dt.tz_convert(zone).dt.tz_localize(None)
        parts.append(wall.dt.hour * 60 + wall.dt.minute)
    minute = pd.concat(parts)
    table = known[["local_day", "ms_played", "kind"]].assign(local_minute=minute, began=began)
    return table.sort_values(["local_day", "local_minute", "began", "ms_played", "kind"])


def habits(plays: Plays) -> dict[str, Any]:
    """Say what is usual."""
    hours = _hours(plays)
    days = hours.groupby("local_day")[["n_plays", "ms_played"]].sum().asfreq("D", fill_value=0)
    minutes = days["ms_played"].astype("float64") / 60_000
    active = minutes[days["n_plays"] > 0]
    weekend = minutes.index.dayofweek > 4
    by_hour = hours.groupby("local_hour")["ms_played"].sum()
    return {
        "n_days": len(minutes),
        "n_days_active": len(active),
        "mean_minutes": minutes.mean(),
        "mean_minutes_active": active.mean(),
        "sd_minutes_active": active.std(),
        "weekend_share": minutes[weekend].sum() / minutes.sum(),
        "weekend_ratio": minutes[weekend].mean() / minutes[~weekend].mean(),
        "night_share": by_hour[by_hour.index < 6].sum() / by_hour.sum(),
        "favourite_month": minutes.groupby(minutes.index.month).mean().idxmax(),
        "favourite_weekday": minutes.groupby(minutes.index.dayofweek).mean().idxmax() + 1,
        "favourite_hour": by_hour.idxmax(),
        "busiest_day": minutes.idxmax(),
        "busiest_day_minutes": minutes.max(),
    }


def heavy_and_light_days(plays: Plays) -> pd.DataFrame:
    """Sort days by their distance from the mean."""
    days = plays.groupby("local_day").agg(**_HEARD)
    minutes = days["ms_played"].astype("float64") / 60_000
    low, high = minutes.mean() - minutes.std(), minutes.mean() + minutes.std()
    level = np.select([minutes < low, minutes > high], ["light", "heavy"], "usual")
    table = days.groupby(level).sum()
    table["n_days"] = days.groupby(level).size()
    table["share_days"] = table["n_days"] / len(days)
    table["share_time"] = table["ms_played"] / table["ms_played"].sum()
    return table


def busiest_periods(plays: Plays) -> pd.DataFrame:
    """Find the busiest period of each length."""
    days = _days(plays)
    active = (days["n_plays"] > 0).astype("int64")
    days = days.assign(n_days_active=active)
    found = []
    for rule in ("D", "W-SUN", "MS", "QS", "YS"):
        table = days.resample(rule).sum()
        found.append(table.loc[[table["ms_played"].idxmax()]])
    return pd.concat(found)


def when_played(plays: Plays) -> pd.DataFrame:
    """Say when the 20 most played artists are played."""
    known = plays.dropna(subset="artist")
    table = known.groupby("artist").agg(
        **_HEARD, first_day=("local_day", "min"), last_day=("local_day", "max")
    )
    table["share"] = table["n_plays"] / table["n_plays"].sum()
    table = table.sort_values(["n_plays", "artist"], ascending=[False, True]).head(20)
    of_top = known[known["artist"].isin(table.index)].dropna(subset=["local_hour"])
    artist = of_top["artist"]
    parts = pd.crosstab(artist, of_top["local_hour"] // 6)
    weekdays = pd.crosstab(artist, of_top["local_weekday"])
    total = parts.sum(axis=1)
    return table.assign(
        weekend_share=weekdays.reindex(columns=[6, 7], fill_value=0).sum(axis=1) / total,
        night_share=parts[0] / total if 0 in parts else 0.0,
        day_part=parts.idxmax(axis=1).map(lambda n: _PARTS[n]),
        day_part_share=parts.max(axis=1) / total,
        weekday=weekdays.idxmax(axis=1),
    )


def artists_by_hour(plays: Plays) -> pd.DataFrame:
    """Count the 12 most played artists by hour."""
    known = plays.dropna(subset="artist")
    top = known.groupby("artist").agg(
        **_HEARD, first_day=("local_day", "min"), last_day=("local_day", "max")
    )
    top = top.sort_values(["n_plays", "artist"], ascending=[False, True]).head(12)
    of_top = known[known["artist"].isin(top.index)]
    cells = of_top.groupby(["artist", "local_hour"]).agg(**_HEARD)
    every = pd.MultiIndex.from_product([top.index, range(24)], names=["artist", "local_hour"])
    cells = cells.reindex(every, fill_value=0)
    total = cells.groupby("artist")["n_plays"].transform("sum")
    return cells.assign(share=cells["n_plays"] / total)


def artist_days(plays: Plays) -> pd.DataFrame:
    """Find the 20 days with the most plays of one artist."""
    known = plays.dropna(subset=["artist", "local_day"])
    cells = known.groupby(["artist", "local_day"], as_index=False).agg(**_HEARD)
    cells["share"] = cells["n_plays"] / cells.groupby("local_day")["n_plays"].transform("sum")
    order = ["n_plays", "local_day", "artist"]
    return cells.sort_values(order, ascending=[False, True, True]).head(20)


def sparklines(plays: Plays) -> pd.DataFrame:
    """Count the 12 most played artists by month."""
    known = plays.dropna(subset=["artist", "local_day"])
    top = known.groupby("artist").agg(
        **_HEARD, first_day=("local_day", "min"), last_day=("local_day", "max")
    )
    top = top.sort_values(["n_plays", "artist"], ascending=[False, True]).head(12)
    of_top = known[known["artist"].isin(top.index)]
    month = of_top["local_day"].dt.to_period("M").dt.to_timestamp()
    cells = of_top.groupby(["artist", month]).agg(**_HEARD)
    ends = [
        day.to_period("M").to_timestamp() for day in (top["first_day"].min(), top["last_day"].max())
    ]
    months = pd.date_range(*ends, freq="MS")
    every = pd.MultiIndex.from_product([top.index, months], names=["artist", "local_day"])
    return cells.reindex(every, fill_value=0)


def _named(plays: Plays, column: str, unknown: str) -> Plays:
    known = plays.dropna(subset="local_day")[["local_day", column, "ms_played"]]
    name = known[column].fillna(unknown).replace("", unknown)
    return known.assign(**{column: name})


def _shares(plays: Plays, column: str, unknown: str) -> pd.DataFrame:
    table = (
        _named(plays, column, unknown)
        .groupby(column)
        .agg(
            **_HEARD,
            n_days_active=("local_day", "nunique"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
        )
        .sort_values(["n_plays", column], ascending=[False, True])
    )
    table["share"] = table["n_plays"] / table["n_plays"].sum()
    table["share_time"] = table["ms_played"] / table["ms_played"].sum()
    return table


def _over_time(plays: Plays, column: str, unknown: str) -> pd.DataFrame:
    known = _named(plays, column, unknown)
    days = known.groupby(["local_day", column]).agg(**_HEARD).unstack(fill_value=0)
    months = days.resample("MS").sum()
    share = months["n_plays"].div(months["n_plays"].sum(axis=1), axis=0)
    table = months.stack(future_stack=True)
    return table.assign(share=share.stack(future_stack=True))


def platforms(plays: Plays) -> pd.DataFrame:
    """Count by family of device."""
    return _shares(plays, "platform", "unknown")


def countries(plays: Plays) -> pd.DataFrame:
    """Count by country."""
    return _shares(plays, "country", "ZZ")


def platforms_over_time(plays: Plays) -> pd.DataFrame:
    """Count by family of device and month."""
    return _over_time(plays, "platform", "unknown")


def countries_over_time(plays: Plays) -> pd.DataFrame:
    """Count by country and month."""
    return _over_time(plays, "country", "ZZ")


def device_days(plays: Plays) -> pd.DataFrame:
    """Count by day and family of device."""
    known = _named(plays, "platform", "unknown")
    table = known.groupby(["local_day", "platform"]).agg(**_HEARD)
    table["share"] = table["n_plays"] / table.groupby("local_day")["n_plays"].transform("sum")
    return table


def travels(plays: Plays) -> pd.DataFrame:
    """Tell the spells in one country."""
    known = plays[plays["country"].notna() & ~plays["country"].isin(["ZZ", ""])]
    cells = known.groupby(["local_day", "country"], as_index=False).agg(**_HEARD)
    first = cells.sort_values("n_plays", ascending=False, kind="stable")
    days = first.drop_duplicates("local_day").sort_values("local_day")
    spell = (days["country"] != days["country"].shift()).fillna(value=True).astype(int).cumsum()
    home = days["country"].mode().iloc[0]
    table = days.groupby(spell).agg(
        country=("country", "first"),
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
        n_days_active=("local_day", "size"),
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
    )
    table["n_days"] = (table["last_day"] - table["first_day"]).dt.days + 1
    return table.assign(is_home=table["country"] == home)


def offline_and_private(plays: Plays) -> pd.DataFrame:
    """Count offline and private plays by month."""
    days = plays.groupby("local_day").agg(
        **_HEARD,
        n_offline=("offline", "sum"),
        known_offline=("offline", "count"),
        n_private=("incognito", "sum"),
        known_private=("incognito", "count"),
    )
    months = days.resample("MS").sum()
    return months.assign(
        share_offline=months["n_offline"] / months["known_offline"],
        share_private=months["n_private"] / months["known_private"],
    )


def listening_clock_split(plays: Plays) -> pd.DataFrame:
    """Divide the time of plays between the hours of the week in which it sounded."""
    known = plays.dropna(subset=["local_day", "local_hour", "started_at", "time_zone"])
    ms = known["ms_played"].fillna(0).astype("int64")
    parts = []
    for zone, of_zone in known["started_at"].groupby(known["time_zone"]):
        length = pd.to_timedelta(ms[of_zone.index], unit="ms")
        begin = of_zone
        end = begin + length
        while len(begin):
            edge = (begin.dt.floor("15min") + pd.Timedelta("15min")).where(
                lambda x, e=end: x < e, end
            )
            wall = begin.dt.tz_convert(zone).dt.tz_localize(None)
            parts.append(
                pd.DataFrame(
                    {
                        "local_weekday": wall.dt.dayofweek + 1,
                        "local_hour": wall.dt.hour,
                        "ms_played": (edge - begin) // pd.Timedelta("1ms"),
                    }
                )
            )
            goes_on = edge < end
            begin, end = edge[goes_on], end[goes_on]
    keys = ["local_weekday", "local_hour"]
    time = pd.concat(parts).groupby(keys)["ms_played"].sum()
    n_plays = known.groupby(keys).size()
    every = pd.MultiIndex.from_product([range(1, 8), range(24)], names=keys)
    table = pd.DataFrame({"n_plays": n_plays, "ms_played": time}).reindex(every).fillna(0)
    days = pd.date_range(known["local_day"].min(), known["local_day"].max()).dayofweek + 1
    n_days = days.value_counts().reindex(every.get_level_values(0)).to_numpy()
    return table.assign(mean_minutes=table["ms_played"] / 60_000 / n_days)


PAIRS: dict[str, tuple[Callable[[Plays], object], Callable[[Plays], object]]] = {
    "days_of_month": (metrics.days_of_month, days_of_month),
    "months_of_year": (metrics.months_of_year, months_of_year),
    "seasons": (metrics.seasons, seasons),
    "day_parts": (metrics.day_parts, day_parts),
    "average_days": (metrics.average_days, average_days),
    "months_by_year": (metrics.months_by_year, months_by_year),
    "cumulative": (metrics.cumulative, cumulative),
    "every_play": (metrics.every_play, every_play),
    "habits": (metrics.habits, habits),
    "heavy_and_light_days": (metrics.heavy_and_light_days, heavy_and_light_days),
    "busiest_periods": (metrics.busiest_periods, busiest_periods),
    "when_played": (metrics.when_played, when_played),
    "artists_by_hour": (metrics.artists_by_hour, artists_by_hour),
    "artist_days": (metrics.artist_days, artist_days),
    "sparklines": (metrics.sparklines, sparklines),
    "platforms": (metrics.platforms, platforms),
    "countries": (metrics.countries, countries),
    "platforms_over_time": (metrics.platforms_over_time, platforms_over_time),
    "countries_over_time": (metrics.countries_over_time, countries_over_time),
    "device_days": (metrics.device_days, device_days),
    "travels": (metrics.travels, travels),
    "offline_and_private": (metrics.offline_and_private, offline_and_private),
    "listening_clock, split": (
        lambda plays: metrics.listening_clock(plays, split=True),
        listening_clock_split,
    ),
}
