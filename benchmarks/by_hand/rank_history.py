"""The metrics of rank history as one would write them by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spotify_analysis import metrics


def _per_period(plays: pd.DataFrame, keys: list[str], unit: str) -> pd.DataFrame:
    sums = (
        plays.assign(period=plays["local_day"].dt.to_period(unit))
        .groupby(["period", *keys], observed=True)
        .agg(n_plays=("local_day", "size"), ms_played=("ms_played", "sum"))
        .reset_index()
        .sort_values(["period", "n_plays", *keys], ascending=[True, False, *(True for _ in keys)])
    )
    sums["rank"] = sums.groupby("period").cumcount() + 1
    return sums


def rank_history(plays: pd.DataFrame) -> pd.DataFrame:
    """Follow who was among the first ten of a year."""
    sums = _per_period(plays, ["artist"], "Y")
    top = sums.loc[sums["rank"] <= 10, "artist"].unique()
    overall = plays.groupby("artist").size().rank(ascending=False, method="first")
    return sums[sums["artist"].isin(top)].assign(overall=sums["artist"].map(overall))


def race(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank all plays up to the end of each month."""
    month = plays["local_day"].dt.to_period("M").rename("period")
    both = {}
    for name in ("n_plays", "ms_played"):
        values = plays.assign(n_plays=1).groupby([month, "artist"], observed=True)[name].sum()
        both[name] = values.unstack(fill_value=0).cumsum()
    long = both["n_plays"].stack().rename("n_plays").reset_index()
    long["ms_played"] = both["ms_played"].stack().to_numpy()
    long = long.sort_values(["period", "n_plays", "artist"], ascending=[True, False, True])
    return long.groupby("period").head(10)


def cumulative_top(plays: pd.DataFrame) -> pd.DataFrame:
    """Add up the plays of the top six."""
    top = plays["artist"].value_counts().head(6).index
    chosen = plays[plays["artist"].isin(top)]
    month = chosen["local_day"].dt.to_period("M").rename("period")
    sums = chosen.groupby([month, "artist"], observed=True).agg(
        n_plays=("local_day", "size"), ms_played=("ms_played", "sum")
    )
    return sums.unstack(fill_value=0).cumsum().stack().reset_index()


def medals(plays: pd.DataFrame) -> pd.DataFrame:
    """Count first, second and third places of years."""
    sums = _per_period(plays, ["artist"], "Y")
    three = sums[(sums["rank"] <= 3) & (sums["period"] < sums["period"].max())]
    won = pd.crosstab(three["artist"], three["rank"])
    return won.sort_values(list(won.columns), ascending=False).head(20)


def weeks_at_number_one(plays: pd.DataFrame) -> pd.DataFrame:
    """Count weeks on top and their runs."""
    ones = _per_period(plays, ["artist"], "W").groupby("period").head(1)
    changed = ones["artist"].ne(ones["artist"].shift()).fillna(value=True).to_numpy(bool)
    ones = ones.assign(run=changed.cumsum())
    longest = ones.groupby(["artist", "run"]).size().groupby("artist").max()
    found = ones.groupby("artist")["period"].agg(["size", "min", "max"])
    return found.assign(longest=longest).sort_values("size", ascending=False).head(20)


def best_ranks(plays: pd.DataFrame) -> pd.DataFrame:
    """Find the best place of each artist."""
    sums = _per_period(plays, ["artist"], "M")
    best = sums.groupby("artist")["rank"].transform("min")
    at_best = sums[sums["rank"] == best]
    found = at_best.groupby("artist").agg(
        best=("rank", "first"), n=("rank", "size"), start=("period", "first")
    )
    found["n_periods"] = sums.groupby("artist").size()
    return found.sort_values(["best", "n"], ascending=[True, False]).head(20)


def certificates(plays: pd.DataFrame) -> pd.DataFrame:
    """Find the days on which tracks reached 50, 100 and 200 plays."""
    ordered = plays.sort_values("local_day")
    nth = ordered.groupby(["track", "artist"], observed=True).cumcount() + 1
    reached = ordered.assign(nth=nth)[nth.isin([50, 100, 200])]
    days = reached.pivot(index=["track", "artist"], columns="nth", values="local_day")
    days = days.reindex(columns=[50, 100, 200])  # nobody may have come so far
    n_plays = plays.groupby(["track", "artist"], observed=True).size()
    return days.assign(
        n_plays=n_plays.reindex(days.index),
        certificate=np.select(
            [days[200].notna(), days[100].notna()], ["diamond", "platinum"], "gold"
        ),
    )


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "rank_history": (metrics.rank_history, rank_history),
    "race": (metrics.race, race),
    "cumulative_top": (metrics.cumulative_top, cumulative_top),
    "medals": (metrics.medals, medals),
    "weeks_at_number_one": (metrics.weeks_at_number_one, weeks_at_number_one),
    "best_ranks": (metrics.best_ranks, best_ranks),
    "certificates": (
        lambda plays: metrics.certificates(plays, gold=50, platinum=100, diamond=200),
        certificates,
    ),
}
