"""The metrics of rankings as one would write them by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spotify_analysis import metrics

_TRACK = ["track", "artist"]


def _sums(plays: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return (
        plays.groupby(keys, observed=True)
        .agg(n_plays=("local_day", "size"), ms_played=("ms_played", "sum"))
        .reset_index()
    )


def _monthly(plays: pd.DataFrame, keys: list[str], unit: str = "M") -> pd.DataFrame:
    period = plays["local_day"].dt.to_period(unit).rename("period_start")
    sums = _sums(plays.assign(period_start=period), ["period_start", *keys])
    sums["share"] = sums["n_plays"] / sums.groupby("period_start")["n_plays"].transform("sum")
    return sums.sort_values(
        ["period_start", "n_plays", *keys], ascending=[True, False, *(True for _ in keys)]
    )


def _most(plays: pd.DataFrame, name: str) -> pd.DataFrame:
    sums = (
        plays.groupby(name, observed=True)
        .agg(
            n_plays=("local_day", "size"),
            ms_played=("ms_played", "sum"),
            n_tracks=("track", "nunique"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
        )
        .reset_index()
        .sort_values(["n_plays", name], ascending=[False, True])
    )
    sums["share"] = sums["n_plays"] / sums["n_plays"].sum()
    return sums.head(20)


def top_artists(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank artists."""
    return _most(plays, "artist")


def top_tracks(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank tracks."""
    sums = (
        plays.groupby(_TRACK, observed=True)
        .agg(
            n_plays=("local_day", "size"),
            ms_played=("ms_played", "sum"),
            uri=("uri", "min"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
        )
        .reset_index()
    )
    sums["share"] = sums["n_plays"] / sums["n_plays"].sum()
    return sums.sort_values(["n_plays", *_TRACK], ascending=[False, True, True]).head(20)


def top_albums(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank albums."""
    sums = (
        plays.groupby(["album", "artist"], observed=True)
        .agg(
            n_plays=("local_day", "size"),
            ms_played=("ms_played", "sum"),
            n_tracks=("track", "nunique"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
        )
        .reset_index()
    )
    return sums.sort_values("n_plays", ascending=False).head(20)


def combined_ranking(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank artists by the mean of two places."""
    sums = _sums(plays, ["artist"])
    by_plays = sums["n_plays"].rank(ascending=False, method="first")
    by_time = sums["ms_played"].rank(ascending=False, method="first")
    return sums.assign(mean_rank=(by_plays + by_time) / 2).sort_values("mean_rank").head(20)


def least_played(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank tracks from the bottom."""
    sums = (
        plays.groupby(_TRACK, observed=True)
        .agg(
            n_plays=("local_day", "size"),
            ms_played=("ms_played", "sum"),
            first_day=("local_day", "min"),
            last_day=("local_day", "max"),
        )
        .reset_index()
    )
    return sums.sort_values(["n_plays", "last_day", *_TRACK]).head(20)


def rank_of(plays: pd.DataFrame) -> pd.DataFrame:
    """Find an artist and the neighbours."""
    sums = _sums(plays, ["artist"]).sort_values(["n_plays", "artist"], ascending=[False, True])
    sums = sums.assign(share=sums["n_plays"] / sums["n_plays"].sum()).reset_index(drop=True)
    place = sums.index[sums["artist"] == _some_artist(plays)][0]
    return sums.iloc[max(place - 3, 0) : place + 4]


def _some_artist(plays: pd.DataFrame) -> str:
    return str(plays["artist"].dropna().iloc[0])


def top_tracks_of_artists(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank the tracks of each top artist."""
    sums = _sums(plays, _TRACK)
    top = sums.groupby("artist")["n_plays"].sum().nlargest(10)
    chosen = sums[sums["artist"].isin(top.index)].sort_values("n_plays", ascending=False)
    return chosen.groupby("artist").head(3)


def deliberate_tracks(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank tracks by chosen and finished plays."""
    chosen = plays["reason_start"].isin(["clickrow", "playbtn", "clickside", "uriopen"])
    done = plays["reason_end"] == "trackdone"
    sums = (
        plays.assign(chosen=chosen, deliberate=(chosen & done).fillna(value=False))
        .groupby(_TRACK, observed=True)
        .agg(
            n_deliberate=("deliberate", "sum"),
            n_chosen=("chosen", "sum"),
            n_plays=("local_day", "size"),
            ms_played=("ms_played", "sum"),
        )
        .reset_index()
    )
    return sums.sort_values(
        ["n_deliberate", "n_plays", *_TRACK], ascending=[False, False, True, True]
    ).head(20)


def top_per_period(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank artists per year."""
    return _monthly(plays, ["artist"], "Y").groupby("period_start").head(5)


def number_ones(plays: pd.DataFrame) -> pd.DataFrame:
    """Name the first of each month."""
    ones = _monthly(plays, ["artist"]).groupby("period_start").head(1)
    run = ones["artist"].ne(ones["artist"].shift()).fillna(value=True).to_numpy(bool).cumsum()
    return ones.assign(
        n_in_a_row=ones.groupby(run).cumcount() + 1, is_new=~ones["artist"].duplicated()
    )


def best_of_hours(plays: pd.DataFrame) -> pd.DataFrame:
    """Name the first of each hour."""
    sums = _sums(plays, ["local_hour", "artist"])
    sums["share"] = sums["n_plays"] / sums.groupby("local_hour")["n_plays"].transform("sum")
    ordered = sums.sort_values(["local_hour", "n_plays"], ascending=[True, False])
    return ordered.groupby("local_hour").head(1)


def top_over_time(plays: pd.DataFrame) -> pd.DataFrame:
    """Count the top five and the others per month."""
    top = plays["artist"].value_counts().head(5).index
    known = plays[plays["artist"].notna()]
    layer = known["artist"].where(known["artist"].isin(top), "")
    sums = _sums(
        known.assign(artist=layer, period_start=known["local_day"].dt.to_period("M")),
        ["period_start", "artist"],
    )
    return sums.assign(
        share=sums["n_plays"] / sums.groupby("period_start")["n_plays"].transform("sum")
    )


def movement(plays: pd.DataFrame) -> pd.DataFrame:
    """Compare the last 28 days with those before."""
    days = pd.Timedelta(days=28)
    last = plays["local_day"].max()
    now = _sums(plays[plays["local_day"] > last - days], ["artist"])
    before = _sums(
        plays[plays["local_day"].between(last - 2 * days, last - days, inclusive="right")],
        ["artist"],
    )
    both = now.merge(before, on="artist", how="outer", suffixes=("", "_before"))
    for end in ("", "_before"):
        both[f"rank{end}"] = both[f"n_plays{end}"].rank(ascending=False, method="first")
    both["move"] = both["rank_before"] - both["rank"]
    return both[(both["rank"] <= 20) | (both["rank_before"] <= 20)].sort_values("rank")


def climbers_and_fallers(plays: pd.DataFrame) -> pd.DataFrame:
    """Compare the list of all time with that of 90 days ago."""
    is_before = plays["local_day"] <= plays["local_day"].max() - pd.Timedelta(days=90)
    both = _sums(plays, ["artist"]).merge(
        _sums(plays[is_before], ["artist"]), on="artist", suffixes=("", "_before")
    )
    for end in ("", "_before"):
        both[f"rank{end}"] = both[f"n_plays{end}"].rank(ascending=False, method="first")
    both["move"] = both["rank_before"] - both["rank"]
    both = both[(both["rank"] <= 100) | (both["rank_before"] <= 100)]
    return pd.concat([both.nlargest(10, "move"), both.nsmallest(10, "move")])


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "top_artists": (metrics.top_artists, top_artists),
    "top_tracks": (metrics.top_tracks, top_tracks),
    "top_albums": (metrics.top_albums, top_albums),
    "combined_ranking": (metrics.combined_ranking, combined_ranking),
    "least_played": (metrics.least_played, least_played),
    "rank_of": (lambda plays: metrics.rank_of(plays, _some_artist(plays)), rank_of),
    "top_tracks_of_artists": (metrics.top_tracks_of_artists, top_tracks_of_artists),
    "deliberate_tracks": (metrics.deliberate_tracks, deliberate_tracks),
    "top_per_period": (metrics.top_per_period, top_per_period),
    "number_ones": (metrics.number_ones, number_ones),
    "best_of_hours": (metrics.best_of_hours, best_of_hours),
    "top_over_time": (metrics.top_over_time, top_over_time),
    "movement": (metrics.movement, movement),
    "climbers_and_fallers": (metrics.climbers_and_fallers, climbers_and_fallers),
}
