"""Plays with one name per recording, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import errors, tables

__all__ = ["AS_PLAYED", "merge", "split"]

# the names that plays came with, beside the ones they were given
AS_PLAYED = {"artist": "artist_as_played", "track": "track_as_played"}
_SAID = "releases merged"


def merge(plays: Any, table: pd.DataFrame) -> pd.DataFrame:
    """Give the plays of one recording one name.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    table : DataFrame
        Rows of `tables.RECORDINGS`: what `find` returned, as it is or edited. What counts are its
        columns ``artist`` and ``track`` (the names to change) and ``recording_artist`` and
        ``recording`` (what they become). A row taken out, or one whose ``recording`` is its
        ``track``, changes nothing.

    Returns
    -------
    DataFrame
        The plays on pandas, in their order, with ``artist`` and ``track`` of the recording and
        the names they came with in ``artist_as_played`` and ``track_as_played``. Every metric
        counts recordings then. Album and address stay those of the release that was played.

    Raises
    ------
    ValueError
        If `plays` or `table` is no frame.
    TableError
        If a column is missing, or the table gives one name two recordings.

    Notes
    -----
    Captions say ``releases merged``. Plays that were merged before are split first.
    """
    frame = plays if isinstance(plays, pd.DataFrame) else tables.collect(plays, tables.PLAYS)
    frame = split(frame)
    _check(frame, tables.check_frame(table, argument="table"))
    wanted = table.dropna(subset=["artist", "track", "recording_artist", "recording"])
    names = wanted[["artist", "track", "recording_artist", "recording"]].drop_duplicates()
    twice = names.duplicated(["artist", "track"], keep=False)
    if twice.any():
        first = names.loc[twice].iloc[0]
        raise errors.TableError(
            f"{first['track']!r} by {first['artist']!r} has two recordings in this table: "
            f"{', '.join(map(repr, names.loc[twice, 'recording'].tolist()[:2]))}. "
            "Give both rows the same one, or take one of them out."
        )
    found = frame[["artist", "track"]].merge(names, on=["artist", "track"], how="left")
    differs = (found["recording"] != found["track"]) | (
        found["recording_artist"] != found["artist"]
    )
    changed = differs.fillna(value=False).to_numpy(dtype=bool)
    merged = frame.assign(**{kept: frame[name] for name, kept in AS_PLAYED.items()})
    for name, new in (("artist", "recording_artist"), ("track", "recording")):
        values = found[new].set_axis(frame.index)
        merged[name] = frame[name].where(~changed, values).astype(tables.STRING)
    merged.attrs = dict(frame.attrs)
    facts = tables.facts(frame)
    told = f"{facts['rule_text']}; {_SAID}" if facts.get("rule_text") else _SAID
    return tables.note(merged, recordings=_SAID, n_merged=int(np.sum(changed)), rule_text=told)


def split(plays: pd.DataFrame) -> pd.DataFrame:
    """Give merged plays their own names back.

    Parameters
    ----------
    plays : DataFrame
        What `merge` returned, or a part of it.

    Returns
    -------
    DataFrame
        The plays with the names they came with. Plays that were never merged come back as they
        are.

    Raises
    ------
    ValueError
        If `plays` is no frame.

    Examples
    --------
    >>> from spotify_analysis import recordings
    >>> plays = tables.conform([{"artist": "A", "track": "Song - 2011 Remaster"}], tables.PLAYS)
    >>> table = recordings.find(plays)
    >>> recordings.split(recordings.merge(plays, table)).equals(plays)
    True
    """
    if not set(AS_PLAYED.values()) <= set(tables.check_frame(plays, argument="plays").columns):
        return plays
    own = plays.assign(**{name: plays[kept] for name, kept in AS_PLAYED.items()})
    own = own.drop(columns=list(AS_PLAYED.values()))
    own.attrs = dict(plays.attrs)
    words = str(tables.facts(plays).get("rule_text", "")).removesuffix(_SAID).removesuffix("; ")
    return tables.note(own, recordings=None, n_merged=None, rule_text=words or None)


def _check(plays: pd.DataFrame, table: pd.DataFrame) -> None:
    absent = [name for name in ("artist", "track") if name not in plays]
    if absent:
        raise errors.TableError(
            f"plays has no column {', '.join(map(repr, absent))}. Use a frame from a loader or "
            "from account_data.read, or tables.conform(frame, tables.PLAYS)."
        )
    wanted = ("artist", "track", "recording_artist", "recording")
    absent = [name for name in wanted if name not in table]
    if absent:
        raise errors.TableError(
            f"recordings has no column {', '.join(map(repr, absent))}. Use what recordings.find "
            "returned, edited if you like."
        )
