"""The first metrics, as one writes them in a notebook in plain pandas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spotify_analysis import metrics

_SUMS = {"n_plays": ("ms_played", "size"), "ms_played": ("ms_played", "sum")}
_DAYS = {"first_day": ("local_day", "min"), "last_day": ("local_day", "max")}


def totals(plays: pd.DataFrame) -> pd.Series:
    """Sum up everything, as a summary cell does."""
    days = plays.groupby("local_day")["ms_played"].agg(["size", "sum"])
    named = plays.dropna(subset="track")
    on = days.index.to_series()
    runs = on.diff().ne(pd.Timedelta(days=1)).cumsum()
    return pd.Series(
        {
            "n_plays": len(plays),
            "hours_played": plays["ms_played"].sum() / 3_600_000,
            "first_at": min(plays["started_at"].min(), plays["ended_at"].min()),
            "last_at": plays["ended_at"].max(),
            "n_tracks": len(named[["artist", "track"]].drop_duplicates()),
            "n_artists": plays["artist"].nunique(),
            "n_albums": len(plays.dropna(subset="album")[["artist", "album"]].drop_duplicates()),
            "n_shows": plays["show"].nunique(),
            "n_episodes": len(
                plays.dropna(subset="episode")[["show", "episode"]].drop_duplicates()
            ),
            "n_audiobooks": plays["audiobook"].nunique(),
            "n_days": (on.iloc[-1] - on.iloc[0]).days + 1,
            "n_days_active": len(days),
            "plays_per_active_day": days["size"].mean(),
            "minutes_per_active_day": days["sum"].mean() / 60_000,
            "median_minutes_per_active_day": days["sum"].median() / 60_000,
            "longest_streak_days": runs.value_counts().max(),
        }
    )


def top_tracks(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank tracks by plays, with an address."""
    named = plays.dropna(subset="track")
    by_track = named.groupby(["track", "artist"], dropna=False).agg(
        **_SUMS, **_DAYS, uri=("uri", "min")
    )
    top = by_track.reset_index().sort_values(
        ["n_plays", "ms_played", "track", "artist"], ascending=[False, False, True, True]
    )
    return top.head(20).assign(share=lambda frame: frame["n_plays"] / len(named))


def top_artists(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank artists by plays, with their number of tracks."""
    named = plays.dropna(subset="artist")
    by_artist = named.groupby("artist").agg(**_SUMS, **_DAYS, n_tracks=("track", "nunique"))
    top = by_artist.reset_index().sort_values(
        ["n_plays", "ms_played", "artist"], ascending=[False, False, True]
    )
    return top.head(20).assign(share=lambda frame: frame["n_plays"] / len(named))


def top_albums(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank albums by plays, with their number of tracks."""
    named = plays.dropna(subset="album")
    by_album = named.groupby(["album", "artist"], dropna=False).agg(
        **_SUMS, **_DAYS, n_tracks=("track", "nunique")
    )
    top = by_album.reset_index().sort_values(
        ["n_plays", "ms_played", "album", "artist"], ascending=[False, False, True, True]
    )
    return top.head(20).assign(share=lambda frame: frame["n_plays"] / len(named))


def listening_over_time(plays: pd.DataFrame) -> pd.DataFrame:
    """Count months, silent ones too."""
    by_day = plays.groupby("local_day").agg(**_SUMS)
    months = by_day.resample("MS").sum()
    return months.assign(n_days_active=by_day["n_plays"].resample("MS").size())


def calendar(plays: pd.DataFrame) -> pd.DataFrame:
    """Count days, silent ones too."""
    by_day = plays.groupby("local_day").agg(**_SUMS).resample("D").sum()
    return by_day.assign(local_weekday=by_day.index.day_of_week + 1)


def listening_clock(plays: pd.DataFrame) -> pd.DataFrame:
    """Count hours of the week, and average over the weekdays of the span."""
    cells = plays.groupby(["local_weekday", "local_hour"]).agg(**_SUMS)
    week = pd.MultiIndex.from_product([range(1, 8), range(24)], names=cells.index.names)
    span = pd.date_range(plays["local_day"].min(), plays["local_day"].max())
    n_days = (span.day_of_week + 1).value_counts()
    full = cells.reindex(week, fill_value=0).reset_index()
    minutes = full["ms_played"] / 60_000 / full["local_weekday"].map(n_days)
    return full.assign(mean_minutes=minutes)


def hours_of_day(plays: pd.DataFrame) -> pd.DataFrame:
    """Count hours of the day, and average over all days."""
    hours = plays.groupby("local_hour").agg(**_SUMS).reindex(range(24), fill_value=0)
    n_days = (plays["local_day"].max() - plays["local_day"].min()).days + 1
    return hours.assign(
        mean_minutes=hours["ms_played"] / 60_000 / n_days,
        share=hours["n_plays"] / hours["n_plays"].sum(),
    )


def weekdays(plays: pd.DataFrame) -> pd.DataFrame:
    """Count weekdays, and average over those of the span."""
    days = plays.groupby("local_weekday").agg(**_SUMS).reindex(range(1, 8), fill_value=0)
    span = pd.date_range(plays["local_day"].min(), plays["local_day"].max())
    n_days = (span.day_of_week + 1).value_counts().reindex(range(1, 8), fill_value=0)
    return days.assign(
        n_days=n_days,
        mean_minutes=days["ms_played"] / 60_000 / n_days,
        share=days["n_plays"] / days["n_plays"].sum(),
    )


def streaks(plays: pd.DataFrame) -> pd.DataFrame:
    """Find runs of days in a row."""
    days = plays.groupby("local_day").agg(**_SUMS).reset_index()
    days["run"] = days["local_day"].diff().ne(pd.Timedelta(days=1)).cumsum()
    runs = days.groupby("run").agg(
        first_day=("local_day", "min"),
        last_day=("local_day", "max"),
        n_days=("local_day", "size"),
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
    )
    runs["is_current"] = runs["last_day"] == days["local_day"].max()
    return runs.sort_values(["n_days", "first_day"], ascending=[False, True])


def discovery(plays: pd.DataFrame) -> pd.DataFrame:
    """Count new and known artists and tracks of each month."""
    named = plays.dropna(subset="artist")
    named = named.assign(month=named["local_day"].dt.to_period("M"))
    parts = {"n_plays": named.groupby("month").size()}
    for what, keys in (("artists", ["artist"]), ("tracks", ["artist", "track"])):
        known = named.dropna(subset=keys)
        different = known[["month", *keys]].drop_duplicates()
        new = known.groupby(keys)["month"].min().value_counts()
        parts[f"n_{what}"] = different["month"].value_counts()
        parts[f"n_new_{what}"] = new
    table = pd.DataFrame(parts).sort_index()
    table = table.reindex(pd.period_range(table.index[0], table.index[-1]), fill_value=0).fillna(0)
    for what in ("artists", "tracks"):
        table[f"n_known_{what}"] = table[f"n_{what}"] - table[f"n_new_{what}"]
        table[f"n_{what}_so_far"] = table[f"n_new_{what}"].cumsum()
    return table


def sessions(plays: pd.DataFrame) -> pd.DataFrame:
    """Group plays into sessions with half an hour of silence between them."""
    ordered = plays.sort_values(["started_at", "ended_at"])
    silence = ordered["started_at"] - ordered["ended_at"].cummax().shift()
    session = silence.ge(pd.Timedelta(minutes=30)).cumsum().rename("session")
    track = ordered["artist"].str.cat(ordered["track"], sep="\x1f")
    table = (
        ordered.assign(name=track)
        .groupby(session)
        .agg(
            started_at=("started_at", "first"),
            ended_at=("ended_at", "max"),
            local_day=("local_day", "first"),
            n_plays=("ms_played", "size"),
            ms_played=("ms_played", "sum"),
            n_tracks=("name", "nunique"),
            n_artists=("artist", "nunique"),
        )
    )
    span = (table["ended_at"] - table["started_at"]).dt.total_seconds() * 1000
    wall = table["started_at"].dt.tz_convert(plays["time_zone"].iloc[0])
    return table.assign(span_ms=span, local_minute=wall.dt.hour * 60 + wall.dt.minute)


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "totals": (metrics.totals, totals),
    "top_tracks": (metrics.top_tracks, top_tracks),
    "top_artists": (metrics.top_artists, top_artists),
    "top_albums": (metrics.top_albums, top_albums),
    "listening_over_time": (metrics.listening_over_time, listening_over_time),
    "calendar": (metrics.calendar, calendar),
    "listening_clock": (metrics.listening_clock, listening_clock),
    "hours_of_day": (metrics.hours_of_day, hours_of_day),
    "weekdays": (metrics.weekdays, weekdays),
    "streaks": (metrics.streaks, streaks),
    "discovery": (metrics.discovery, discovery),
    "sessions": (metrics.sessions, sessions),
}
