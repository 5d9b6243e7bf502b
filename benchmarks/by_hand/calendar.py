"""Periods, days, hours and weekdays, written by hand in idiomatic pandas.

Each pair counts the same numbers from a frame of `tables.PLAYS`; the runner divides their times.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spotify_analysis import metrics

Plays = pd.DataFrame

_HEARD = {"n_plays": ("ms_played", "size"), "ms_played": ("ms_played", "sum")}


def calendar(plays: Plays) -> pd.DataFrame:
    """Count every day from the first to the last."""
    days = plays.dropna(subset="local_day").groupby("local_day").agg(**_HEARD)
    days = days.asfreq("D", fill_value=0)
    return days.assign(local_weekday=days.index.dayofweek + 1)


def listening_over_time(plays: Plays) -> pd.DataFrame:
    """Count every month."""
    days = plays.dropna(subset="local_day").groupby("local_day").agg(**_HEARD)
    months = days.resample("MS")
    return months.sum().assign(n_days_active=months.size())


def weekdays(plays: Plays) -> pd.DataFrame:
    """Count weekdays."""
    days = calendar(plays)
    table = days.groupby("local_weekday").sum()
    table["n_days"] = days.groupby("local_weekday").size()
    table["share"] = table["n_plays"] / table["n_plays"].sum()
    return table.assign(mean_minutes=table["ms_played"] / 60_000 / table["n_days"])


def listening_clock(plays: Plays) -> pd.DataFrame:
    """Count hours of the week."""
    keys = ["local_weekday", "local_hour"]
    known = plays.dropna(subset=["local_day", *keys])
    every = pd.MultiIndex.from_product([range(1, 8), range(24)], names=keys)
    table = known.groupby(keys).agg(**_HEARD).reindex(every, fill_value=0)
    days = pd.date_range(known["local_day"].min(), known["local_day"].max()).dayofweek + 1
    n_days = days.value_counts().reindex(every.get_level_values(0)).to_numpy()
    return table.assign(mean_minutes=table["ms_played"] / 60_000 / n_days)


def hours_of_day(plays: Plays) -> pd.DataFrame:
    """Count hours of the day."""
    known = plays.dropna(subset=["local_day", "local_hour"])
    table = known.groupby("local_hour").agg(**_HEARD).reindex(range(24), fill_value=0)
    n_days = (known["local_day"].max() - known["local_day"].min()).days + 1
    table["share"] = table["n_plays"] / table["n_plays"].sum()
    return table.assign(mean_minutes=table["ms_played"] / 60_000 / n_days)


def streaks(plays: Plays) -> pd.DataFrame:
    """Find the runs of days in a row."""
    days = plays.dropna(subset="local_day").groupby("local_day", as_index=False).agg(**_HEARD)
    run = (days["local_day"].diff() != np.timedelta64(1, "D")).cumsum()
    table = days.groupby(run).agg(
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
        n_days=("local_day", "size"),
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
    )
    return table.sort_values(["n_days", "first_day"], ascending=[False, True])


PAIRS: dict[str, tuple[Callable[[Plays], object], Callable[[Plays], object]]] = {
    "calendar": (metrics.calendar, calendar),
    "listening_over_time": (metrics.listening_over_time, listening_over_time),
    "weekdays": (metrics.weekdays, weekdays),
    "listening_clock": (metrics.listening_clock, listening_clock),
    "hours_of_day": (metrics.hours_of_day, hours_of_day),
    "streaks": (metrics.streaks, streaks),
}
