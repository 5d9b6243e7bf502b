"""Playlists and liked songs by hand, in plain pandas; the lists are made of the plays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spotify_analysis import metrics, tables

TRACK = ["track", "artist"]
_MADE: dict[int, tuple[pd.DataFrame, pd.DataFrame]] = {}


def _lists_of(plays: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make forty playlists and as many liked songs, once for each frame of plays."""
    if id(plays) not in _MADE:
        songs = plays[plays["track"].notna()].drop_duplicates(TRACK).head(4000)
        random = np.random.default_rng(1)
        items = songs.assign(
            playlist=[f"List {n}" for n in random.integers(0, 40, len(songs))],
            added_at=songs["ended_at"],
            position=range(len(songs)),
            kind="track",
            release_year=random.integers(1960, 2026, len(songs)),
            explicit=random.random(len(songs)) < 0.2,
        )
        _MADE[id(plays)] = (
            tables.conform(items, tables.PLAYLIST_ITEMS),
            tables.conform(items, tables.SAVED_TRACKS),
        )
    return _MADE[id(plays)]


def playlist_entries(plays: pd.DataFrame) -> pd.DataFrame:
    """Plays of each entry since it was added."""
    items, _ = _lists_of(plays)
    items = items.assign(entry=range(len(items)), day=items["added_at"].dt.tz_localize(None))
    items["day"] = items["day"].dt.floor("D")
    named = plays.loc[plays["track"].notna(), [*TRACK, "local_day", "ms_played"]]
    both = items[["entry", "day", *TRACK]].merge(named, on=TRACK)
    since = both[both["local_day"] >= both["day"]].groupby("entry")
    found = since.agg(
        n=("local_day", "size"),
        ms=("ms_played", "sum"),
        first=("local_day", "min"),
        last=("local_day", "max"),
    )
    before = both[both["local_day"] < both["day"]].groupby("entry").size()
    return items.join(found, on="entry").join(before.rename("before"), on="entry")


def playlist_use(plays: pd.DataFrame) -> object:
    """Shares of playlists that are played."""
    entries = playlist_entries(plays)
    entries["stale"] = (plays["local_day"].max() - entries["last"]).dt.days > 365
    return entries.groupby("playlist").agg(
        items=("entry", "size"),
        played=("n", "count"),
        stale=("stale", "sum"),
        plays=("n", "sum"),
        ms=("ms", "sum"),
        first=("day", "min"),
        last=("day", "max"),
    )


def liked_songs(plays: pd.DataFrame) -> object:
    """Liked songs with their plays, and others."""
    _, saved = _lists_of(plays)
    counts = (
        plays[plays["track"].notna()]
        .groupby(TRACK)
        .agg(
            n=("local_day", "size"),
            ms=("ms_played", "sum"),
            first=("local_day", "min"),
            last=("local_day", "max"),
        )
        .reset_index()
    )
    both = saved[[*TRACK, "added_at"]].merge(counts, on=TRACK, how="outer", indicator=True)
    return both.sort_values("n", ascending=False).groupby("_merge", observed=True).head(20)


def releases_over_time(plays: pd.DataFrame) -> pd.DataFrame:
    """How new the music of each year was, and how much of it explicit, as far as is known."""
    _, saved = _lists_of(plays)
    told = saved.groupby(TRACK).agg(year=("release_year", "min"), explicit=("explicit", "max"))
    both = plays[plays["track"].notna()].merge(told, on=TRACK, how="left")
    return both.groupby(both["local_day"].dt.year).agg(
        plays=("ms_played", "size"),
        known=("year", "count"),
        year=("year", "mean"),
        explicit=("explicit", "mean"),
    )


_Metric = Callable[[pd.DataFrame], object]
PAIRS: dict[str, tuple[_Metric, _Metric]] = {
    "playlist_entries": (
        lambda plays: metrics.playlist_entries(_lists_of(plays)[0], plays),
        playlist_entries,
    ),
    "playlist_use": (
        lambda plays: metrics.playlist_use(_lists_of(plays)[0], plays),
        playlist_use,
    ),
    "releases_over_time": (
        lambda plays: metrics.releases_over_time(_lists_of(plays)[1], plays),
        releases_over_time,
    ),
    "liked_songs": (lambda plays: metrics.liked_songs(_lists_of(plays)[1], plays), liked_songs),
}
