"""Sessions and streaks, as one would write them by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spotify_analysis import metrics


def sessions(plays: pd.DataFrame) -> pd.DataFrame:
    """Group plays that begin within half an hour of the end of the one before."""
    heard = plays.sort_values(["started_at", "ended_at"])
    silence = heard["started_at"] - heard["ended_at"].cummax().shift()
    number = (silence.isna() | (silence >= pd.Timedelta(minutes=30))).cumsum()
    found = heard.groupby(number).agg(
        started_at=("started_at", "first"),
        ended_at=("ended_at", "max"),
        local_day=("local_day", "first"),
        local_hour=("local_hour", "first"),
        n_plays=("started_at", "size"),
        ms_played=("ms_played", "sum"),
        n_tracks=("track", "nunique"),
        n_artists=("artist", "nunique"),
    )
    return found.assign(span=found["ended_at"] - found["started_at"])


def longest_sessions(plays: pd.DataFrame) -> pd.DataFrame:
    """Keep the ten longest."""
    return sessions(plays).nlargest(10, "span")


def session_statistics(plays: pd.DataFrame) -> pd.Series:
    """Describe their lengths."""
    found = sessions(plays)
    return found["span"].dt.total_seconds().describe(percentiles=[0.5, 0.9])


def session_starts(plays: pd.DataFrame) -> pd.DataFrame:
    """Count them by hour, with their lengths."""
    found = sessions(plays)
    seconds = found["span"].dt.total_seconds()
    return seconds.groupby(found["local_hour"]).agg(["size", "mean", "median"])


def longest_plays(plays: pd.DataFrame) -> pd.DataFrame:
    """Sort by time and keep twenty."""
    return plays.sort_values("ms_played", ascending=False).head(20)


def silences(plays: pd.DataFrame) -> pd.DataFrame:
    """Look at the distances of days with plays."""
    days = plays["local_day"].drop_duplicates().sort_values()
    gap = days.diff().dt.days - 1
    found = pd.DataFrame({"last_day": days - pd.Timedelta(days=1), "n_days": gap})
    return found[found["n_days"] > 0].sort_values("n_days", ascending=False)


def runs(plays: pd.DataFrame) -> pd.DataFrame:
    """Number the changes of artist."""
    heard = plays.sort_values(["started_at", "ended_at"])
    artist = heard["artist"].fillna("")
    number = artist.ne(artist.shift()).fillna(True).astype("int64").cumsum()
    found = heard.groupby(number).agg(
        artist=("artist", "first"),
        started_at=("started_at", "first"),
        ended_at=("ended_at", "max"),
        local_day=("local_day", "first"),
        n_plays=("artist", "size"),
        ms_played=("ms_played", "sum"),
    )
    return found.dropna(subset=["artist"]).nlargest(20, "n_plays")


def _artist_days(plays: pd.DataFrame) -> pd.DataFrame:
    return (
        plays.groupby(["artist", "local_day"])
        .agg(n_plays=("ms_played", "size"), ms_played=("ms_played", "sum"))
        .reset_index()
    )


def daily_streaks(plays: pd.DataFrame) -> pd.DataFrame:
    """Number the runs of days of each artist."""
    days = _artist_days(plays)
    is_first = days.groupby("artist")["local_day"].diff() != pd.Timedelta(days=1)
    found = days.groupby(["artist", is_first.cumsum().rename("run")]).agg(
        first_day=("local_day", "first"),
        last_day=("local_day", "last"),
        n_days=("local_day", "size"),
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
    )
    longest = found.sort_values("n_days", ascending=False).reset_index()
    return longest.drop_duplicates("artist").head(20)


def binges(plays: pd.DataFrame) -> pd.DataFrame:
    """Find the days with most plays of an artist."""
    days = _artist_days(plays)
    share = days["n_plays"] / days.groupby("local_day")["n_plays"].transform("sum")
    return days.assign(share=share).nlargest(20, "n_plays")


def gaps(plays: pd.DataFrame) -> pd.DataFrame:
    """Find the longest distance of two days of each artist."""
    days = _artist_days(plays)
    by_artist = days.groupby("artist")
    days["n_days"] = by_artist["local_day"].diff().dt.days
    days["total"] = by_artist["n_plays"].transform("sum")
    days["before"] = by_artist["n_plays"].cumsum() - days["n_plays"]
    known = days[days["total"] >= 10].sort_values("n_days", ascending=False)
    return known.drop_duplicates("artist").head(20)


def days_between_plays(plays: pd.DataFrame) -> pd.DataFrame:
    """Divide the span of each artist by its plays."""
    days = _artist_days(plays)
    days["gap"] = days.groupby("artist")["local_day"].diff().dt.days
    found = days.groupby("artist").agg(
        n_plays=("n_plays", "sum"),
        n_days=("local_day", "size"),
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
        longest=("gap", "max"),
    )
    found = found[found["n_plays"] >= 10]
    span = (found["last_day"] - found["first_day"]).dt.days
    return found.assign(mean_days=span / (found["n_plays"] - 1)).nsmallest(20, "mean_days")


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "longest_sessions": (
        lambda plays: metrics.longest_sessions(metrics.sessions(plays)),
        longest_sessions,
    ),
    "session_statistics": (
        lambda plays: metrics.session_statistics(metrics.sessions(plays)),
        session_statistics,
    ),
    "session_starts": (
        lambda plays: metrics.session_starts(metrics.sessions(plays)),
        session_starts,
    ),
    "longest_plays": (metrics.longest_plays, longest_plays),
    "silences": (metrics.silences, silences),
    "runs": (metrics.runs, runs),
    "daily_streaks": (metrics.daily_streaks, daily_streaks),
    "binges": (metrics.binges, binges),
    "gaps": (metrics.gaps, gaps),
    "days_between_plays": (metrics.days_between_plays, days_between_plays),
}
