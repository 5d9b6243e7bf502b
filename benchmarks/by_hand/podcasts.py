"""Podcasts and audiobooks, as one would write them by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spotify_analysis import metrics


def _summed(groups: object) -> pd.DataFrame:
    return groups.agg(  # type: ignore[attr-defined]
        n_plays=("local_day", "size"),
        ms_played=("ms_played", "sum"),
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
    )


def top_shows(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by show."""
    podcasts = plays[plays["show"].notna()]
    by_show = podcasts.groupby("show")
    found = _summed(by_show).assign(n_episodes=by_show["episode"].nunique())
    return found.assign(share=found["ms_played"] / found["ms_played"].sum()).nlargest(
        20, "ms_played"
    )


def top_episodes(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by episode and show."""
    podcasts = plays[plays["episode"].notna()]
    done = podcasts["reason_end"] == "trackdone"
    by_episode = podcasts.assign(done=done).groupby(["episode", "show"], dropna=False)
    found = _summed(by_episode).assign(is_finished=by_episode["done"].max())
    return found.assign(share=found["ms_played"] / found["ms_played"].sum()).nlargest(
        20, "ms_played"
    )


def listening_by_kind(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by month and kind."""
    month = plays["local_day"].dt.to_period("M")
    found = plays.groupby([month, "kind"])["ms_played"].agg(["size", "sum"])
    months = pd.period_range(month.min(), month.max())
    kinds = plays["kind"].unique()
    whole = pd.MultiIndex.from_product([months, kinds], names=["local_day", "kind"])
    found = found.reindex(whole, fill_value=0)
    return found / found.groupby("local_day").transform("sum")


def hours_by_kind(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by kind and hour."""
    found = plays.groupby(["kind", "local_hour"])["ms_played"].agg(["size", "sum"])
    whole = pd.MultiIndex.from_product([plays["kind"].unique(), range(24)])
    found = found.reindex(whole.set_names(["kind", "local_hour"]), fill_value=0)
    return found / found.groupby("kind").transform("sum")


def show_loyalty(plays: pd.DataFrame) -> pd.DataFrame:
    """Ask of each episode whether it was finished."""
    podcasts = plays[plays["show"].notna() & plays["episode"].notna()]
    podcasts = podcasts.assign(done=podcasts["reason_end"] == "trackdone")
    finished = podcasts.groupby(["show", "episode"])["done"].max().groupby("show")
    by_show = podcasts.groupby("show")
    found = _summed(by_show).assign(
        n_started=finished.size(),
        n_finished=finished.sum(),
        n_days=by_show["local_day"].nunique(),
    )
    return found.assign(share=found["n_finished"] / found["n_started"]).nlargest(20, "n_started")


def new_shows(plays: pd.DataFrame) -> pd.DataFrame:
    """Look for the first month of each show and episode."""
    podcasts = plays[plays["show"].notna()]
    month = podcasts["local_day"].dt.to_period("M")
    months = pd.period_range(month.min(), month.max())
    columns = {}
    for name, keys in (("shows", ["show"]), ("episodes", ["show", "episode"])):
        heard = podcasts[keys].assign(month=month).drop_duplicates()
        different = heard.groupby("month").size().reindex(months, fill_value=0)
        new = heard.groupby(keys)["month"].min().value_counts().reindex(months, fill_value=0)
        columns |= {name: different, f"new_{name}": new, f"{name}_so_far": new.cumsum()}
    return pd.DataFrame(columns)


def audiobook_progress(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by audiobook; half an hour of silence begins a new sitting."""
    books = plays[plays["audiobook"].notna()].sort_values("started_at")
    books = books.assign(done=books["reason_end"] == "trackdone")
    silence = books["started_at"] - books.groupby("audiobook")["ended_at"].shift()
    is_new = silence.isna() | (silence >= pd.Timedelta(minutes=30))
    chapters = books.groupby(["audiobook", "chapter"])["done"].max().groupby("audiobook")
    by_book = books.assign(is_new=is_new).groupby("audiobook")
    return _summed(by_book).assign(
        n_sittings=by_book["is_new"].sum(),
        n_days=by_book["local_day"].nunique(),
        n_chapters=chapters.size(),
        n_finished=chapters.sum(),
    )


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "top_shows": (metrics.top_shows, top_shows),
    "top_episodes": (metrics.top_episodes, top_episodes),
    "listening_by_kind": (metrics.listening_by_kind, listening_by_kind),
    "hours_by_kind": (metrics.hours_by_kind, hours_by_kind),
    "show_loyalty": (metrics.show_loyalty, show_loyalty),
    "new_shows": (metrics.new_shows, new_shows),
    "audiobook_progress": (metrics.audiobook_progress, audiobook_progress),
}
