"""A year, or any other period, in one row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays
from spotify_analysis.metrics.calendar import calendar, hours_of_day, weekdays
from spotify_analysis.metrics.rankings import top_albums, top_artists, top_tracks
from spotify_analysis.metrics.sessions import sessions
from spotify_analysis.metrics.totals import totals

__all__ = ["recap"]

Day = str | dt.date | pd.Timestamp

_USED = (
    "started_at",
    "ended_at",
    "ms_played",
    "artist",
    "track",
    "album",
    "show",
    "episode",
    "audiobook",
    "uri",
    "local_day",
    "local_hour",
    "local_weekday",
    "time_zone",
)
_FROM_TOTALS = (
    "n_plays",
    "ms_played",
    "hours_played",
    "n_tracks",
    "n_artists",
    "n_albums",
    "n_shows",
    "n_days_active",
    "minutes_per_active_day",
    "longest_streak_days",
)


def recap(
    plays: Any, *, year: int | None = None, since: Day | None = None, until: Day | None = None
) -> pd.DataFrame:
    """Say in one row what a period was: totals, tops, what was new, what was longest.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`. Give the whole history, also of before the period: only so can it
        be told what was new in it.
    year : int or None
        A calendar year; instead of `since` and `until`.
    since, until : str, date or None
        First and last local day of the period, both included, ``"2025-06-01"``; None is the first
        or last day of the plays.

    Returns
    -------
    DataFrame
        `tables.RECAP`: one row, always; zeros, and missing where there is nothing to say.

    Raises
    ------
    ValueError
        If `year` comes with a day, a day is none, or `until` lies before `since`.
    TableError
        If a column is missing.

    Notes
    -----
    Each number is that of the metric of its name (`totals`, `top_artists`, `calendar`,
    `sessions`, ...) on the plays that began in the period; ties are broken as there, days and
    hours that tie by the earlier one. New: the first play in all plays given lies in the period,
    so in the first months of a history nearly everything is new. Spotify's own yearly recap ends
    in November and leaves out private sessions: ``counting.count(plays, "wrapped")`` beforehand.
    """
    frame = _plays.narrow(plays, *_USED).filter(~nw.col("local_day").is_null())
    first, last = _days.span_asked(year, since, until)
    inside = frame
    if first is not None:
        inside = inside.filter(nw.col("local_day") >= first)
    if last is not None:
        inside = inside.filter(nw.col("local_day") <= last)
    native = nw.to_native(inside)

    summed = totals(native)
    row: dict[str, Any] = {name: summed.at[0, name] for name in _FROM_TOTALS}
    days = calendar(native)
    row["since"] = first if first is not None else days["local_day"].min()
    row["until"] = last if last is not None else days["local_day"].max()
    if pd.notna(row["since"]) and pd.notna(row["until"]):
        row["n_days"] = (row["until"] - row["since"]).days + 1
    row |= _tops(native)
    row |= _new(frame, native, row["since"])
    row |= _most(native, days)
    return _plays.finish(tables.conform([row], tables.RECAP), tables.RECAP, inside, facts_of=plays)


def _tops(plays: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for what, metric in (("artist", top_artists), ("track", top_tracks), ("album", top_albums)):
        top = metric(plays, n=1)
        if top.empty:
            continue
        found[f"top_{what}"] = top.at[0, what]
        found[f"top_{what}_plays"] = top.at[0, "n_plays"]
        if what == "artist":
            found["top_artist_share"] = top.at[0, "share"]
        else:
            found[f"top_{what}_artist"] = top.at[0, "artist"]
    return found


def _new(frame: _plays.Frame, inside: Any, since: Any) -> dict[str, Any]:
    """Count what was heard for the first time, and find the new artist heard most."""
    found: dict[str, Any] = {"n_new_artists": 0, "n_new_tracks": 0}
    if pd.isna(since):
        return found
    artists = top_artists(inside, n=None)
    if len(artists):
        known = _known_before(frame, ("artist",), since)
        new = artists[~artists["artist"].isin(known["artist"])]
        found["n_new_artists"] = len(new)
        if len(new):
            found["top_new_artist"] = new["artist"].iloc[0]
            found["top_new_artist_plays"] = new["n_plays"].iloc[0]
    tracks = top_tracks(inside, n=None)
    if len(tracks):
        known = _known_before(frame, ("track", "artist"), since)
        marked = tracks[["track", "artist"]].merge(known.assign(known=True), how="left")
        found["n_new_tracks"] = int(marked["known"].isna().sum())
    return found


def _known_before(frame: _plays.Frame, keys: tuple[str, ...], since: Any) -> pd.DataFrame:
    before = frame.filter(nw.col("local_day") < since, ~nw.col(keys[0]).is_null())
    distinct = before.group_by(*keys, drop_null_keys=False).agg(nw.len().alias("n_plays"))
    return _plays.home(distinct.select(*keys), _plays.columns_of(tables.PLAYS, *keys))


def _most(plays: Any, days: pd.DataFrame) -> dict[str, Any]:
    """Find the busiest day, weekday and hour, and the longest session."""
    found: dict[str, Any] = {}
    if days.empty:
        return found
    best = _highest(days)
    found["busiest_day"] = days["local_day"].iloc[best]
    found["busiest_day_ms"] = days["ms_played"].iloc[best]
    for name, metric, column in (
        ("busiest_weekday", weekdays, "local_weekday"),
        ("busiest_hour", hours_of_day, "local_hour"),
    ):
        table = metric(plays)
        if len(table):
            found[name] = table[column].iloc[_highest(table)]
    known = sessions(plays)
    spans = known["span_ms"].dropna()
    if len(spans):
        longest = int(np.argmax(spans.to_numpy(dtype="int64")))
        found["longest_session_ms"] = spans.iloc[longest]
        found["longest_session_day"] = known["local_day"].loc[spans.index[longest]]
    return found


def _highest(table: pd.DataFrame) -> int:
    """Return the place of the row with the most time; with the most plays where none is known."""
    by = "ms_played" if (table["ms_played"].fillna(0) > 0).any() else "n_plays"
    return int(np.argmax(table[by].fillna(0).to_numpy(dtype="int64")))
