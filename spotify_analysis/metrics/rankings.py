"""What was played most: tracks, artists and albums, by plays or by time."""

from __future__ import annotations

from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays

__all__ = ["top_albums", "top_artists", "top_tracks"]

By = Literal["plays", "time"]


def top_tracks(plays: Any, *, n: int | None = 20, by: By = "plays") -> pd.DataFrame:
    """Rank tracks by plays or by time.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``uri``, ``local_day`` and
        ``ms_played``.
    n : int or None
        How many; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.MOST_PLAYED_TRACKS`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    A track is an artist and a title: releases of the same name under one artist count as one,
    other spellings ("- 2011 Remaster") as others. Rows without a title (podcasts, audiobooks,
    rows whose names are gone) are not ranked. Ties stand in the order of title, then artist, by
    code point. ``share`` is of the plays (or the time) of all rows with a title.
    """
    return _ranking(plays, ("track", "artist"), tables.MOST_PLAYED_TRACKS, n=n, by=by)


def top_artists(plays: Any, *, n: int | None = 20, by: By = "plays") -> pd.DataFrame:
    """Rank artists by plays or by time.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.MOST_PLAYED_ARTISTS`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    The export names one artist per play, the album's; guests are not counted. Ties stand in the
    order of names, by code point. ``share`` is of the plays (or the time) of all rows with an
    artist.
    """
    return _ranking(plays, ("artist",), tables.MOST_PLAYED_ARTISTS, n=n, by=by)


def top_albums(plays: Any, *, n: int | None = 20, by: By = "plays") -> pd.DataFrame:
    """Rank albums by plays or by time.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``album``, ``artist``, ``track``, ``local_day`` and
        ``ms_played``.
    n : int or None
        How many; None is all.
    by : {"plays", "time"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.MOST_PLAYED_ALBUMS`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    An album is an artist and an album title; plays are of its tracks. The account-data export
    names no albums, so its rows are not ranked. Ties stand in the order of album, then artist,
    by code point.
    """
    return _ranking(plays, ("album", "artist"), tables.MOST_PLAYED_ALBUMS, n=n, by=by)


def _ranking(
    plays: Any, keys: tuple[str, ...], table: tables.Table, *, n: int | None, by: By
) -> pd.DataFrame:
    if by not in ("plays", "time"):
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    if n is not None and n < 1:
        raise ValueError(f"`n` must be 1 or more, or None for all; not {n!r}.")
    measure = {"plays": "n_plays", "time": "ms_played"}[by]
    used = dict.fromkeys((*keys, "artist", "track", "local_day", "ms_played"))
    if "uri" in table.columns:
        used["uri"] = None
    # the first key names the thing; the others only tell namesakes apart
    counted = _plays.narrow(plays, *used).filter(~nw.col(keys[0]).is_null())
    first_last = {"first_day": nw.col("local_day").min(), "last_day": nw.col("local_day").max()}
    if "n_tracks" in table.columns:
        # in two steps: counting different titles inside a group is far slower
        groups = (
            counted.group_by(*dict.fromkeys((*keys, "track")), drop_null_keys=False)
            .agg(**_plays.heard(), **first_last)
            .group_by(*keys, drop_null_keys=False)
            .agg(
                *(nw.col(name).sum() for name in _plays.HEARD),
                n_tracks=nw.col("track").count(),
                first_day=nw.col("first_day").min(),
                last_day=nw.col("last_day").max(),
            )
        )
    else:
        groups = counted.group_by(*keys, drop_null_keys=False).agg(**_plays.heard(), **first_last)
    top = groups.sort(measure, *keys, descending=[True, *(False for _ in keys)], nulls_last=True)
    if n is not None:
        top = top.head(n)
    frame = _plays.with_time_known(_plays.home(top, _with_timed(table)))
    total = int(_plays.home(counted.select(**_plays.heard()), _plays.HEARD)[measure].sum())
    frame["rank"] = np.arange(1, len(frame) + 1)
    if total:
        frame["share"] = frame[measure] / total
    if "uri" in table.columns and len(frame):
        frame["uri"] = _uris(counted, frame, keys, is_all=n is None)
    return _plays.finish(frame, table, counted, facts_of=plays, by=by)


def _with_timed(table: tables.Table) -> dict[str, tables.Column]:
    wanted = {
        name: column
        for name, column in table.columns.items()
        if name not in ("rank", "share", "uri")
    }
    return {**wanted, "n_timed": _plays.HEARD["n_timed"]}


def _uris(counted: _plays.Frame, top: pd.DataFrame, keys: tuple[str, ...], *, is_all: bool) -> Any:
    """Return for each row the smallest address it was played under: any will do, but always one."""
    known = counted.filter(~nw.col("uri").is_null())
    if not is_all:
        known = known.filter(nw.col(keys[0]).is_in(top[keys[0]].unique().tolist()))
    found = _plays.home(
        known.group_by(*keys, drop_null_keys=False).agg(uri=nw.col("uri").min()),
        _plays.columns_of(tables.PLAYS, *keys, "uri"),
    )
    return top[list(keys)].merge(found, on=list(keys), how="left", validate="1:1")["uri"]
