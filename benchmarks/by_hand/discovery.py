"""Discovery, loyalty and loves by hand, in plain pandas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spotify_analysis import metrics

TRACK = ["track", "artist"]


def _named(plays: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return plays[plays[keys[0]].notna() & plays["local_day"].notna()]


def _months(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M")


def discovery(plays: pd.DataFrame) -> object:
    """New and known artists, tracks and albums per month."""
    plays = plays[plays["artist"].notna() & plays["local_day"].notna()]
    month = _months(plays["local_day"])
    counts = {}
    for what, keys in {
        "artists": ["artist"],
        "tracks": TRACK,
        "albums": ["album", "artist"],
    }.items():
        named = plays[plays[keys[0]].notna()].assign(month=month)
        first = named.groupby(keys)["month"].min()
        counts[f"new_{what}"] = first.value_counts().sort_index()
        counts[what] = named.drop_duplicates([*keys, "month"]).groupby("month").size()
    return pd.DataFrame(counts).fillna(0)


def first_listens(plays: pd.DataFrame) -> object:
    """The latest new artists."""
    ordered = _named(plays, ["artist"]).sort_values("started_at")
    first = ordered.drop_duplicates("artist")[["artist", "track", "local_day", "started_at"]]
    sums = ordered.groupby("artist").agg(
        n=("local_day", "size"), ms=("ms_played", "sum"), last=("local_day", "max")
    )
    return first.merge(sums, on="artist").nlargest(20, "started_at")


def discovery_days(plays: pd.DataFrame) -> object:
    """Days with most new artists."""
    by = _named(plays, ["artist"]).groupby("artist")["local_day"]
    first = by.agg(["min", "max", "size"]).reset_index()
    first["kept"] = first["max"] > first["min"]
    days = first.sort_values("size", ascending=False).groupby("min")
    found = days.agg(n=("artist", "size"), kept=("kept", "sum"), names=("artist", "; ".join))
    return found.nlargest(10, "n")


def top_discoveries(plays: pd.DataFrame) -> object:
    """Most played new artists of each year."""
    named = _named(plays, ["artist"])
    year = named["local_day"].dt.year
    born = year.groupby(named["artist"]).transform("min")
    new = (
        named[year == born]
        .groupby("artist")
        .agg(n=("local_day", "size"), ms=("ms_played", "sum"), first=("local_day", "min"))
    )
    new["since"] = named["artist"].value_counts()
    new["year"] = new["first"].dt.year
    return new.sort_values(["year", "n"], ascending=[True, False]).groupby("year").head(5)


def cohorts(plays: pd.DataFrame) -> object:
    """Plays of each year by year of first hearing."""
    named = _named(plays, ["artist"])
    year = named["local_day"].dt.year
    born = year.groupby(named["artist"]).transform("min")
    cells = named.groupby([year.rename("year"), born.rename("born")])["ms_played"]
    sums = cells.agg(["size", "sum"])
    sums["share"] = sums["size"] / sums.groupby("year")["size"].transform("sum")
    return sums


def lifetimes(plays: pd.DataFrame) -> object:
    """First and last days, days, weeks, months and best months of twenty artists."""
    named = _named(plays, ["artist"])
    top = named["artist"].value_counts().head(20)
    named = named[named["artist"].isin(top.index)]
    day = named["local_day"]
    named = named.assign(
        week=day.dt.to_period("W"), month=_months(day), year=day.dt.year, number=day.astype("int64")
    )
    lives = named.groupby("artist").agg(
        n=("local_day", "size"),
        ms=("ms_played", "sum"),
        first=("local_day", "min"),
        last=("local_day", "max"),
        mean=("number", "mean"),
        days=("local_day", "nunique"),
        weeks=("week", "nunique"),
        months=("month", "nunique"),
        years=("year", "nunique"),
    )
    best = named.groupby(["artist", "month"]).size().sort_values(ascending=False)
    return lives, best.groupby("artist").head(2)


def golden_oldies(plays: pd.DataFrame) -> object:
    """Artists by mean day."""
    named = _named(plays, ["artist"])
    lives = (
        named.assign(number=named["local_day"].astype("int64"))
        .groupby("artist")
        .agg(
            n=("number", "size"),
            ms=("ms_played", "sum"),
            first=("local_day", "min"),
            last=("local_day", "max"),
            mean=("number", "mean"),
        )
    )
    lives = lives[lives["n"] >= 10]
    return lives.nsmallest(10, "mean"), lives.nlargest(10, "mean")


def evergreens(plays: pd.DataFrame) -> object:
    """Artists of every year."""
    named = _named(plays, ["artist"])
    cells = named.groupby(["artist", named["local_day"].dt.year.rename("year")]).size()
    counts = cells.unstack(fill_value=0).iloc[:, :-1]
    kept = counts[(counts > 0).all(axis=1)]
    sums = named.groupby("artist").agg(
        n=("local_day", "size"),
        ms=("ms_played", "sum"),
        first=("local_day", "min"),
        last=("local_day", "max"),
    )
    return kept.min(axis=1), kept.idxmin(axis=1), sums.loc[kept.index].nlargest(20, "n")


def one_hit_wonders(plays: pd.DataFrame) -> object:
    """Artists of one track."""
    sums = (
        _named(plays, TRACK)
        .groupby(TRACK)
        .agg(
            n=("local_day", "size"),
            ms=("ms_played", "sum"),
            first=("local_day", "min"),
            last=("local_day", "max"),
        )
        .reset_index()
    )
    return sums[~sums["artist"].duplicated(keep=False)].nlargest(20, "n")


def one_and_done(plays: pd.DataFrame) -> object:
    """Shares of what was played once."""
    shares = {}
    for keys in (["artist"], TRACK, ["album", "artist"]):
        days = _named(plays, keys).groupby(keys)["local_day"].agg(["size", "min", "max"])
        once, one_day = (days["size"] == 1), (days["min"] == days["max"])
        shares[keys[0]] = once.mean(), one_day.mean(), once.sum() / days["size"].sum()
    return shares


def artist_loyalty(plays: pd.DataFrame) -> object:
    """Months, tracks and replays of artists."""
    named = _named(plays, ["artist"])
    day = named["local_day"]
    named = named.assign(month=day.dt.year * 12 + day.dt.month)
    found = named.groupby("artist").agg(
        n=("local_day", "size"),
        ms=("ms_played", "sum"),
        tracks=("track", "nunique"),
        months=("month", "nunique"),
        born=("month", "min"),
        first=("local_day", "min"),
        last=("local_day", "max"),
    )
    found = found[found["n"] >= 10]
    found["loyalty"] = found["months"] / (named["month"].max() - found["born"] + 1)
    found["replay"] = found["n"] / found["tracks"]
    return found.nlargest(20, ["loyalty", "n"])


def variety(plays: pd.DataFrame) -> object:
    """Variety of months."""
    named = _named(plays, TRACK).dropna(subset=["artist"])
    named = named.assign(month=_months(named["local_day"]))
    by = named.groupby("month")
    found = pd.DataFrame({"n": by.size(), "artists": by["artist"].nunique()})
    found["tracks"] = named.drop_duplicates([*TRACK, "month"]).groupby("month").size()
    new = named.groupby(TRACK)["month"].min().value_counts()
    met = named.groupby("artist")["month"].transform("min")
    found["known"] = named[met < named["month"]].groupby("month").size()
    found["replays"] = found["n"] - new
    return found.div(found["n"], axis=0)


def love_stories(plays: pd.DataFrame) -> object:
    """Obsessions, finds, rediscoveries and forgotten favourites."""
    named = _named(plays, ["artist"])
    now = named["local_day"].max()
    start = now - pd.Timedelta(days=29)
    lately = named["local_day"] >= start
    every = named.groupby("artist")["local_day"].agg(["size", "min", "max"])
    every["ms"] = named.groupby("artist")["ms_played"].sum()
    every["lately"] = named[lately].groupby("artist").size()
    every["back"] = named[lately].groupby("artist")["local_day"].min()
    every["left"] = named[~lately].groupby("artist")["local_day"].max()
    every["lately"] = every["lately"].fillna(0)
    before = every["size"] - every["lately"]
    silent = (every["back"] - every["left"]).dt.days
    pace = before / (start - every["min"]).dt.days
    return [
        every[(every["lately"] >= 5) & (silent >= 180)].nlargest(5, "lately"),
        every[(every["lately"] >= 5) & (before == 0)].nlargest(5, "lately"),
        every[(every["lately"] >= 10) & (every["lately"] / 30 >= 3 * pace)].nlargest(5, "lately"),
        every[(every["size"] >= 25) & ((now - every["max"]).dt.days >= 365)].nlargest(5, "size"),
    ]


def brief_obsessions(plays: pd.DataFrame) -> object:
    """Tracks most of whose plays lie within a month."""
    named = _named(plays, TRACK)
    sizes = named.groupby(TRACK)["local_day"].transform("size")
    often = named[sizes >= 15].sort_values([*TRACK, "local_day"])
    code = often.groupby(TRACK).ngroup().to_numpy()
    day = often["local_day"].to_numpy().astype("datetime64[D]").astype("int64")
    key = code * 100_000 + day
    inside = np.searchsorted(key, key + 30) - np.arange(len(key))
    found = often.assign(inside=inside).sort_values("inside", ascending=False)
    best = found.drop_duplicates(TRACK).merge(
        often.groupby(TRACK).agg(n=("local_day", "size"), ms=("ms_played", "sum")), on=TRACK
    )
    return best[best["inside"] / best["n"] >= 0.6].head(10)


def forgotten(plays: pd.DataFrame) -> object:
    """Tracks not played for three years."""
    named = _named(plays, TRACK)
    sums = named.groupby(TRACK).agg(
        n=("local_day", "size"),
        ms=("ms_played", "sum"),
        first=("local_day", "min"),
        last=("local_day", "max"),
    )
    limit = named["local_day"].max() - pd.DateOffset(years=3)
    return sums[(sums["n"] >= 10) & (sums["last"] <= limit)].nlargest(20, "n")


def never_finished(plays: pd.DataFrame) -> object:
    """Tracks begun and not finished."""
    named = _named(plays, TRACK)
    done = named["reason_end"].isna() | (named["reason_end"] == "trackdone").fillna(False)
    sums = (
        named.assign(done=done)
        .groupby(TRACK)
        .agg(
            n=("local_day", "size"),
            mean=("ms_played", "mean"),
            longest=("ms_played", "max"),
            first=("local_day", "min"),
            last=("local_day", "max"),
            done=("done", "any"),
        )
    )
    return sums[~sums["done"] & (sums["n"] >= 5)].nlargest(20, "n")


def least_played_of_loved(plays: pd.DataFrame) -> object:
    """The least played song of albums."""
    album = ["album", "artist"]
    songs = _named(plays, album).groupby([*album, "track"]).size().rename("n").reset_index()
    sums = songs.groupby(album)["n"].agg(["sum", "size"])
    top = sums[sums["size"] >= 4].nlargest(20, "sum")
    inside = songs.merge(top.reset_index()[album], on=album).sort_values("n")
    return top, inside.drop_duplicates(album), inside.drop_duplicates(album, keep="last")


_Metric = Callable[[pd.DataFrame], object]
PAIRS: dict[str, tuple[_Metric, _Metric]] = {
    by_hand.__name__: (getattr(metrics, by_hand.__name__), by_hand)
    for by_hand in (
        discovery,
        first_listens,
        discovery_days,
        top_discoveries,
        cohorts,
        lifetimes,
        golden_oldies,
        evergreens,
        one_hit_wonders,
        one_and_done,
        artist_loyalty,
        variety,
        love_stories,
        brief_obsessions,
        forgotten,
        never_finished,
        least_played_of_loved,
    )
}
