"""The metrics of totals and milestones as one would write them by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spotify_analysis import metrics


def averages(plays: pd.DataFrame) -> dict[str, float]:
    """Return means, spreads and ratios."""
    days = plays.groupby("local_day")["ms_played"].sum() / 60_000
    tracks = plays.dropna(subset=["track", "artist"])
    n_artists = tracks["artist"].nunique()
    span = (days.index.max() - days.index.min()).days + 1
    n_tracks = len(tracks[["artist", "track"]].drop_duplicates())
    return {
        "plays_per_day": len(plays) / span,
        "hours_per_day": days.sum() / 60 / span,
        "mean": days.mean(),
        "median": days.median(),
        "std": days.std(),
        "tracks_per_artist": n_tracks / n_artists,
        "albums_per_artist": len(tracks[["artist", "album"]].drop_duplicates()) / n_artists,
        "plays_per_track": len(tracks) / n_tracks,
        "share_without_album": tracks["album"].isna().mean(),
    }


def totals_over_time(plays: pd.DataFrame) -> pd.DataFrame:
    """Sum up years."""
    year = plays["local_day"].dt.year.rename("year")
    sums = plays.groupby(year).agg(
        n_plays=("local_day", "size"),
        ms_played=("ms_played", "sum"),
        n_days_active=("local_day", "nunique"),
        n_artists=("artist", "nunique"),
    )
    pairs = plays.assign(year=year)[["year", "artist", "track"]].dropna().drop_duplicates()
    sums["n_tracks"] = pairs.groupby("year").size()
    return sums.join(sums[["n_plays", "ms_played"]].pct_change() * 100, rsuffix="_change")


def artist_payouts(plays: pd.DataFrame) -> pd.DataFrame:
    """Multiply streams by a rate."""
    paid = plays[plays["ms_played"].isna() | (plays["ms_played"] >= 30_000)]
    n_streams = paid.groupby("artist", observed=True).size()
    n_plays = plays.groupby("artist", observed=True).size()
    table = pd.DataFrame({"n_streams": n_streams, "n_plays": n_plays})
    table["payout"] = table["n_streams"] * 0.004
    return table.sort_values("n_streams", ascending=False).head(20)


def milestones(plays: pd.DataFrame) -> pd.DataFrame:
    """Find the days of round numbers and of new number ones."""
    days = plays.groupby("local_day").agg(n=("local_day", "size"), ms=("ms_played", "sum"))
    so_far = days.cumsum()
    reached = {n: (so_far["n"] >= n).idxmax() for n in range(10_000, 200_000, 10_000)}
    counts = plays.groupby(["local_day", "artist"], observed=True).size().reset_index(name="n")
    counts["so_far"] = counts.groupby("artist")["n"].cumsum()
    best = counts.sort_values(["local_day", "so_far"]).drop_duplicates("local_day", keep="last")
    best = best[best["so_far"].cummax() == best["so_far"]]
    changed = best["artist"].ne(best["artist"].shift()).fillna(value=True).to_numpy(bool)
    return pd.DataFrame({"reached": reached}), best[changed]  # type: ignore[return-value]


def anniversaries(plays: pd.DataFrame) -> pd.DataFrame:
    """Find first plays with an anniversary within 30 days."""
    found = plays.groupby("artist", observed=True).agg(
        first_day=("local_day", "min"), n_plays=("local_day", "size"), ms=("ms_played", "sum")
    )
    today = plays["local_day"].max()
    away = (found["first_day"].dt.dayofyear - today.dayofyear).astype("int64")
    return found[(np.abs(away) <= 30) & (found["n_plays"] >= 10)].assign(days_until=away)


def on_this_day(plays: pd.DataFrame) -> pd.DataFrame:
    """Sum up the same day of earlier years."""
    today = plays["local_day"].max()
    day = plays["local_day"]
    here = plays[(day.dt.month == today.month) & (day.dt.day == today.day) & (day < today)]
    return here.groupby("local_day").agg(
        n_plays=("local_day", "size"),
        ms_played=("ms_played", "sum"),
        n_artists=("artist", "nunique"),
        track=("track", lambda names: names.mode().iloc[0]),
        artist=("artist", lambda names: names.mode().iloc[0]),
    )


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "averages": (metrics.averages, averages),
    "totals_over_time": (metrics.totals_over_time, totals_over_time),
    "artist_payouts": (lambda plays: metrics.artist_payouts(plays, rate=0.004), artist_payouts),
    "milestones": (metrics.milestones, milestones),
    "anniversaries": (metrics.anniversaries, anniversaries),
    "on_this_day": (metrics.on_this_day, on_this_day),
}
