"""Concentration, frequencies and odd statistics by hand, in plain pandas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from spotify_analysis import metrics

TRACK = ["track", "artist"]
_WITH_GUESTS: dict[int, pd.DataFrame] = {}


def _counts(plays: pd.DataFrame, keys: list[str]) -> pd.Series:
    return plays[plays[keys[0]].notna()].groupby(keys)["ms_played"].agg(["size", "sum"])


def _by_month(plays: pd.DataFrame) -> pd.DataFrame:
    named = plays[plays["artist"].notna() & plays["local_day"].notna()]
    day = named["local_day"]
    return named.assign(month=day.dt.year * 12 + day.dt.month)


def diversity(plays: pd.DataFrame) -> object:
    """Hill numbers of artists."""
    share = plays["artist"].value_counts(normalize=True)
    hill = len(share), np.exp(stats.entropy(share)), 1 / (share**2).sum(), 1 / share.max()
    return hill, np.log2(hill)


def diversity_over_time(plays: pd.DataFrame) -> object:
    """Hill numbers of each month."""
    cells = _by_month(plays).groupby(["month", "artist"]).size().rename("n").reset_index()
    cells["p"] = cells["n"] / cells.groupby("month")["n"].transform("sum")
    cells["log"], cells["square"] = -cells["p"] * np.log(cells["p"]), cells["p"] ** 2
    found = cells.groupby("month")[["log", "square"]].sum()
    found["hill_1"], found["hill_2"] = np.exp(found["log"]), 1 / found["square"]
    return found, cells.sort_values("n", ascending=False).drop_duplicates("month")


def top_shares(plays: pd.DataFrame) -> object:
    """Shares of the first artists."""
    counts = _counts(plays, ["artist"])
    sizes = counts["size"].sort_values(ascending=False)
    times = counts["sum"].sort_values(ascending=False)
    return [(s.head(n).sum() / s.sum()) for n in (1, 10, 100, 500) for s in (sizes, times)]


def cumulative_share(plays: pd.DataFrame) -> object:
    """Lorenz curve and Gini coefficient."""
    counts = plays["artist"].value_counts()
    rank = np.arange(1, len(counts) + 1)
    gini = (len(counts) + 1 - 2 * (rank * counts).sum() / counts.sum()) / len(counts)
    return counts.cumsum() / counts.sum(), gini


def artist_stream(plays: pd.DataFrame) -> object:
    """Monthly shares of six artists."""
    named = _by_month(plays)
    top = named["artist"].value_counts().head(6).index
    who = named["artist"].where(named["artist"].isin(top), "others")
    cells = named.groupby(["month", who])["ms_played"].agg(["size", "sum"]).unstack(fill_value=0)
    return cells, cells["size"].div(cells["size"].sum(axis=1), axis=0)


def how_often(plays: pd.DataFrame) -> object:
    """Frequencies of frequencies."""
    often = _counts(plays, TRACK)["size"].value_counts().sort_index()
    return often, often[::-1].cumsum()[::-1] / often.sum()


def frequency_fits(plays: pd.DataFrame) -> object:
    """Power law, lognormal and gamma fits."""
    counts = _counts(plays, TRACK)["size"].to_numpy()
    best = None
    for low in np.unique(counts)[:-1][:60]:
        tail = counts[counts >= low]
        if len(tail) < 10:
            break
        log_sum = np.log(tail).sum()
        alpha = optimize.minimize_scalar(
            lambda a, x=tail, s=log_sum, low=low: len(x) * np.log(special.zeta(a, low)) + a * s,
            bounds=(1.01, 8),
            method="bounded",
        ).x
        x, n = np.unique(tail, return_counts=True)
        model = 1 - special.zeta(alpha, x + 1) / special.zeta(alpha, low)
        distance = np.abs(n.cumsum() / len(tail) - model).max()
        if best is None or distance < best[0]:
            best = distance, low, alpha
    return best, stats.lognorm.fit(counts, floc=0), stats.gamma.fit(counts, floc=0)


def eddington(plays: pd.DataFrame) -> object:
    """Days with so many plays."""
    days = plays["local_day"].value_counts().to_numpy()
    return [(days >= n).sum() for n in range(1, days.max() + 2)]


def cut_over(plays: pd.DataFrame) -> object:
    """Artists with so many plays."""
    counts = plays["artist"].value_counts().to_numpy()
    point = (counts >= np.arange(1, len(counts) + 1)).sum()
    return [(counts >= n).sum() for n in range(1, 2 * point + 1)]


def days_by_plays(plays: pd.DataFrame) -> object:
    """Classes of days."""
    days = plays.groupby("local_day").size()
    days = days.reindex(pd.date_range(days.index.min(), days.index.max()), fill_value=0)
    edges = [0, 1, 5, 10, 20, 30, 50, 75, 100, 150, 200, np.inf]
    return days.groupby(pd.cut(days, edges, right=False), observed=False).agg(["size", "sum"])


def unlikely_artists(plays: pd.DataFrame) -> object:
    """Scores of artists in months."""
    cells = _by_month(plays).groupby(["month", "artist"]).size().rename("n").reset_index()
    rate = cells.groupby("artist")["n"].transform("sum") / cells["n"].sum()
    expected = cells.groupby("month")["n"].transform("sum") * rate
    cells["z"] = (cells["n"] - expected) / np.sqrt(expected * (1 - rate))
    return cells[cells["n"] >= 5].sort_values("z", ascending=False).drop_duplicates("month")


def tracks_per_artist(plays: pd.DataFrame) -> object:
    """Plays and tracks of artists, with a trend."""
    found = plays[plays["track"].notna()].groupby("artist")["track"].agg(["size", "nunique"])
    return found.sort_values("size"), np.polyfit(np.log(found["size"]), np.log(found["nunique"]), 1)


def _with_guests(plays: pd.DataFrame) -> pd.DataFrame:
    """Give one title in ten one guest or two, once for each frame of plays."""
    if id(plays) not in _WITH_GUESTS:
        number = plays["track"].str.extract(r"(\d+)$")[0].astype("Int64")
        guests = (
            " (feat. Guest "
            + (number % 97).astype("string")
            + (" & Guest " + (number % 89).astype("string")).where(number % 3 == 0, "")
            + ")"
        )
        named = plays["track"] + guests.where(number % 10 == 0, "")
        _WITH_GUESTS[id(plays)] = plays.assign(track=named)
    return _WITH_GUESTS[id(plays)]


def featured_artists(plays: pd.DataFrame) -> object:
    """Guests in titles."""
    plays = _with_guests(plays)
    sums = (
        plays[plays["track"].notna()]
        .groupby(TRACK)
        .agg(
            n=("track", "size"),
            ms=("ms_played", "sum"),
            first=("local_day", "min"),
            last=("local_day", "max"),
        )
        .reset_index()
    )
    names = sums["track"].str.extract(r"[(\[](?:feat\.?|ft\.?|with) ([^)\]]+)", re.IGNORECASE)[0]
    guests = sums.assign(guest=names.str.split(r", | & | and ", regex=True)).dropna(subset="guest")
    guests = guests.explode("guest").groupby("guest")
    return guests.agg(n=("n", "sum"), ms=("ms", "sum"), hosts=("artist", "nunique")).nlargest(
        20, "n"
    )


def starting_letters(plays: pd.DataFrame) -> object:
    """First letters of artists."""
    counts = plays["artist"].value_counts()
    letter = [unicodedata.normalize("NFKD", str(name))[:1].upper() for name in counts.index]
    return counts.groupby(letter).agg(["size", "sum"])


def track_lengths(plays: pd.DataFrame) -> object:
    """Lengths of tracks from finished plays."""
    named = plays[plays["track"].notna()]
    done = named[named["reason_end"] == "trackdone"]
    length = done.groupby(TRACK)["ms_played"].median().rename("length")
    day = named["local_day"]
    merged = named.assign(month=day.dt.year * 12 + day.dt.month).join(length, on=TRACK)
    return merged.groupby("month")["length"].agg(["mean", "median", "count"])


_Metric = Callable[[pd.DataFrame], object]
PAIRS: dict[str, tuple[_Metric, _Metric]] = {
    by_hand.__name__: (getattr(metrics, by_hand.__name__), by_hand)
    for by_hand in (
        diversity,
        diversity_over_time,
        top_shares,
        cumulative_share,
        artist_stream,
        how_often,
        frequency_fits,
        eddington,
        cut_over,
        days_by_plays,
        unlikely_artists,
        tracks_per_artist,
        starting_letters,
        track_lengths,
    )
} | {
    "featured_artists": (
        lambda plays: metrics.featured_artists(_with_guests(plays)),
        featured_artists,
    ),
}
