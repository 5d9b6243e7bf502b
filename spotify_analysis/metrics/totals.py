"""How much in all: plays, hours, uniques, span and active days."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

__all__ = ["totals"]

_MS_PER_HOUR = 3_600_000
_MS_PER_MINUTE = 60_000
_NAMES = ("artist", "track", "album", "show", "episode", "audiobook")
# what tells one from another; the last one must be known
_UNIQUES = {
    "n_tracks": ("artist", "track"),
    "n_artists": ("artist",),
    "n_albums": ("artist", "album"),
    "n_shows": ("show",),
    "n_episodes": ("show", "episode"),
    "n_audiobooks": ("audiobook",),
}


def totals(plays: Any) -> pd.DataFrame:
    """Sum up all plays in one row: plays, hours, uniques, span and active days.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.

    Returns
    -------
    DataFrame
        `tables.TOTALS`: one row, always; zeros, and missing where there is nothing to say,
        without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Plays and time are of all rows. A track is an artist and a title, an album is an artist and
    an album, so the same title on two albums is one track. Days are local days on which a play
    began; the span runs from the first to the last of them, both included. Means are over active
    days, not over all days of the span.

    Examples
    --------
    >>> from spotify_analysis import metrics
    >>> metrics.totals(plays).at[0, "hours_played"]  # doctest: +SKIP
    """
    frame = _plays.narrow(plays, "started_at", "ended_at", "local_day", "ms_played", *_NAMES)
    row: dict[str, Any] = dict(
        _plays.with_time_known(
            _plays.home(
                frame.select(
                    **_plays.heard(),
                    first_started=nw.col("started_at").min(),
                    first_ended=nw.col("ended_at").min(),
                    last_at=nw.col("ended_at").max(),
                ),
                {
                    **_plays.HEARD,
                    "first_started": tables.PLAYS.columns["started_at"],
                    "first_ended": tables.PLAYS.columns["ended_at"],
                    "last_at": tables.PLAYS.columns["ended_at"],
                },
            )
        ).iloc[0]
    )
    starts = [at for at in (row["first_started"], row["first_ended"]) if pd.notna(at)]
    row["first_at"] = min(starts, default=pd.NaT)
    row["hours_played"] = row["ms_played"] / _MS_PER_HOUR
    row |= {name: _n_different(frame, keys) for name, keys in _UNIQUES.items()}
    row |= _of_days(plays)
    span = _plays.Span(
        int(row["n_plays"]), row.get("first_day", pd.NaT), row.get("last_day", pd.NaT)
    )
    table = tables.conform([row], tables.TOTALS)
    return _plays.finish(table, tables.TOTALS, frame, facts_of=plays, span=span)


def _n_different(frame: _plays.Frame, keys: tuple[str, ...]) -> int:
    """Count different values of `keys`; rows without the last key do not count."""
    known = frame.select(*keys).filter(~nw.col(keys[-1]).is_null())
    counted = _plays.home(
        known.unique().select(n_plays=nw.len()), {"n_plays": _plays.HEARD["n_plays"]}
    )
    return int(counted["n_plays"].sum())


def _of_days(plays: Any) -> dict[str, Any]:
    """Return what the days of the plays say."""
    _, days = _days.by_day(plays)
    if days.empty:
        return {"n_days": 0, "n_days_active": 0, "longest_streak_days": 0}
    on = days["local_day"].to_numpy().astype("datetime64[D]")
    minutes = _plays.with_time_known(days)["ms_played"] / _MS_PER_MINUTE
    n_days = int((on[-1] - on[0]).astype("int64")) + 1
    return {
        "first_day": days["local_day"].iloc[0],
        "last_day": days["local_day"].iloc[-1],
        "n_days": n_days,
        "n_days_active": len(days),
        "share_days_active": len(days) / n_days,
        "plays_per_active_day": float(days["n_plays"].mean()),
        "minutes_per_active_day": minutes.mean(),
        "median_minutes_per_active_day": minutes.median(),
        "longest_streak_days": int(np.bincount(_days.runs_of(on)).max()),
    }
