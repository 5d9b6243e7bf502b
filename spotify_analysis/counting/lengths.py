"""How long a track is: told by a table of tracks, or estimated from plays that reached the end."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spotify_analysis import errors, tables

__all__ = ["ESTIMATE", "NEEDED", "check", "of_rows"]

ESTIMATE = "estimate"
NEEDED = ("uri", "artist", "track", "ms_played", "reason_end")


def check(lengths: Any) -> None:
    """Say so if something is no source of lengths.

    Parameters
    ----------
    lengths : DataFrame, "estimate" or None
        What the user gave.

    Raises
    ------
    ValueError
        If it is none of the three.
    TableError
        If a table has no column ``duration_ms``, or nothing to find a track by.
    """
    if lengths is None or (isinstance(lengths, str) and lengths == ESTIMATE):
        return
    if not isinstance(lengths, pd.DataFrame):
        raise ValueError(
            f"`lengths` must be a table of tracks with duration_ms, {ESTIMATE!r} or None; "
            f"not {lengths!r}."
        )
    if "duration_ms" not in lengths or not (
        "uri" in lengths or {"artist", "track"} <= set(lengths.columns)
    ):
        raise errors.TableError(
            "`lengths` needs a column 'duration_ms', and 'uri' or both 'artist' and 'track' to "
            f"find a track by; it has {', '.join(map(repr, lengths.columns[:12]))}. Use a frame "
            "from loaders.saved_tracks, loaders.playlist_items or another loader of tracks."
        )


def of_rows(rows: pd.DataFrame, lengths: Any) -> Any:
    """Return the length of the track of each row.

    Parameters
    ----------
    rows : DataFrame
        Columns `NEEDED` of plays.
    lengths : DataFrame or "estimate"
        A table of tracks with ``duration_ms``; ``"estimate"`` takes the longest play of the track
        that reached its end.

    Returns
    -------
    Series
        Milliseconds as Int64, missing where the length is not known. A track is found by its
        address, else by artist and title; where releases of one name differ, the longest.
    """
    if isinstance(lengths, str):
        known = rows.loc[(rows["reason_end"] == "trackdone").fillna(value=False)]
        known = known.rename(columns={"ms_played": "duration_ms"})
    else:
        known = lengths
    known = known.loc[(known["duration_ms"] > 0).fillna(value=False)]
    found = pd.Series(pd.NA, index=rows.index, dtype=tables.INT)
    for by in (["uri"], ["artist", "track"]):
        if not set(by) <= set(known.columns):
            continue
        told = known.dropna(subset=by)
        longest = told.groupby(by, sort=False)["duration_ms"].max().astype(tables.INT)
        missing = found.isna() & rows[by].notna().all(axis=1)
        if longest.empty or not missing.any():
            continue
        keys = rows.loc[missing, by]
        here = keys.merge(longest.rename("found").reset_index(), on=by, how="left")["found"]
        found = found.copy()
        found.loc[missing] = here.to_numpy()
    return found
