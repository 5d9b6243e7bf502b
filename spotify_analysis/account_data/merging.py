"""Plays of several files to one listening history: nothing twice, no repeat lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["COVERED", "IDENTICAL", "IN_OTHER_FILE", "Merged", "drop_covered", "merge_files"]

# Media and moment of a play; two exports of one person write everything else differently.
_NAMES = ("track", "artist", "episode", "show", "audiobook", "chapter")
_TIMES = ("started_at", "ended_at")

IDENTICAL = "its own file repeats it in every field"
IN_OTHER_FILE = "another download holds it as well"
COVERED = "the extended history covers its time"
_COVERED_GAP = pd.Timedelta(days=30)


@dataclass(slots=True)
class Merged:
    """Plays of one package, and what was left out.

    Parameters
    ----------
    plays : DataFrame
        The plays, in no particular order.
    n_identical : int
        Rows that were the same as another row of their own file in every field.
    n_in_other_file : int
        Rows that another file holds as well.
    ms_removed : int
        Time listened in the rows that were left out.
    removed : DataFrame
        ``file``, ``kind`` and ``ms_played`` of the rows that were left out, and the ``reason``.
    """

    plays: pd.DataFrame
    n_identical: int
    n_in_other_file: int
    ms_removed: int
    removed: pd.DataFrame


def merge_files(plays: pd.DataFrame, *, age_of_file: dict[str, tuple[int, pd.Timestamp]]) -> Merged:
    """Merge the files of one package, from one or several downloads.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`, of all files.
    age_of_file : dict of str to tuple
        For each file something that is larger for newer downloads.

    Returns
    -------
    Merged
        Each play once.

    Notes
    -----
    Rows of one file that agree in every field are one play: exporters write such rows now and
    then. Across files, a play is known by the moment in the file, its media and how long it
    sounded; of each, as many are kept as the file that has most of them holds, because a person
    does hear the same thing twice. The media is the URI, or the names where one of the files has
    no URIs (2020). Where several files have a play, the newest download's row stays, with the
    times of an older one where only that still knows the start.
    """
    # few rows share their moment, so only those few are compared in full
    rows = np.flatnonzero(_is_shared(plays))
    if not len(rows):
        return Merged(
            plays, 0, 0, 0, plays.head(0)[["file", "kind", "ms_played"]].assign(reason="")
        )
    shared = plays.iloc[rows]
    identical = shared.index[shared.duplicated(keep="first")]
    shared = shared.drop(identical)
    doubled, times = (
        _in_other_files(shared, age_of_file)
        if shared["file"].nunique() > 1
        else ([], shared.loc[[], list(_TIMES)])
    )
    out = [*identical, *doubled]
    kept = plays.drop(out) if out else plays
    if len(times):
        kept.loc[times.index, list(_TIMES)] = times
    removed = plays.loc[out, ["file", "kind", "ms_played"]].assign(
        reason=[IDENTICAL] * len(identical) + [IN_OTHER_FILE] * len(doubled)
    )
    ms_removed = int(removed["ms_played"].sum())
    return Merged(kept, len(identical), len(doubled), ms_removed, removed)


def _is_shared(plays: pd.DataFrame) -> pd.Series[bool]:
    """Find rows that share their moment and length with another one."""
    # both in one number: no play lasts 2**30 ms
    seconds = plays["logged_at"].astype("int64") // 1_000_000
    moment = seconds * 2**30 + _length(plays)
    # sorting numbers is several times faster than looking each of them up in a table
    ordered = np.sort(moment.to_numpy())
    return moment.isin(ordered[1:][ordered[1:] == ordered[:-1]])


def _length(plays: pd.DataFrame) -> pd.Series[int]:
    """Return how long plays sounded; scrobbles do not say, and -1 stands for that."""
    return plays["ms_played"].fillna(-1).astype("int64")


def _in_other_files(
    shared: pd.DataFrame, age_of_file: dict[str, tuple[int, pd.Timestamp]]
) -> tuple[list[int], pd.DataFrame]:
    """Return the rows that a newer file, or a fuller one, holds as well, and what they know better.

    That is the start of plays from before October 2022, which newer downloads no longer give.
    """
    same_moment = shared.groupby(["logged_at", _length(shared)], sort=False)
    n_files = same_moment["file"].transform("nunique")
    shared = shared[n_files > 1]
    if shared.empty:
        return [], shared[list(_TIMES)]
    named = shared[list(_NAMES)].notna().any(axis=1)
    lacks_uri = (shared["uri"].isna() & named).groupby(
        [shared["logged_at"], _length(shared)], sort=False
    )
    by_name = lacks_uri.transform("any")
    media = shared["uri"].fillna("")
    if by_name.any():
        names = shared[list(_NAMES)].fillna("")
        media = media.mask(by_name, names["track"].str.cat(names.drop(columns="track"), sep="\x1f"))
    key = pd.DataFrame(
        {
            "at": shared["logged_at"],
            "ms": _length(shared),
            "media": media,
            "file": shared["file"],
        }
    )
    key["repeat"] = key.groupby(["at", "ms", "media", "file"], sort=False).cumcount()
    ages = sorted(set(age_of_file.values()))
    key["age"] = shared["file"].map({file: ages.index(age) for file, age in age_of_file.items()})
    length = pd.to_timedelta(_length(shared), unit="ms")
    # elsewhere the start was worked out from the end, and the end is what was logged
    key["has_start"] = (shared["started_at"] + length != shared["ended_at"]) | (
        shared["ended_at"] != shared["logged_at"]
    )
    newest_first = key.sort_values("age", ascending=False, kind="stable")
    play = ["at", "ms", "media", "repeat"]
    is_older = newest_first.duplicated(play)
    wanting = newest_first[~is_older & ~newest_first["has_start"]].reset_index(names="kept")
    knowing = newest_first[newest_first["has_start"]].drop_duplicates(play)
    pairs = wanting.merge(knowing.reset_index(names="knows"), on=play)
    times = shared.loc[pairs["knows"], list(_TIMES)].set_axis(pairs["kept"], axis=0)
    return newest_first.index[is_older].tolist(), times


def drop_covered(account: pd.DataFrame, extended: pd.DataFrame) -> pd.DataFrame:
    """Take from the account data only what the extended history does not cover.

    Parameters
    ----------
    account : DataFrame
        Plays of the account data.
    extended : DataFrame
        Plays of the extended streaming history of the same person.

    Returns
    -------
    DataFrame
        Plays of the account data from times without extended history.

    Notes
    -----
    Row by row the two do not match (the account data collapses repeats and lacks some rows), so
    the line is drawn in time: the extended history covers from its first to its last row, but for
    silences of more than 30 days, which may be a file that was not given.
    """
    if account.empty or extended.empty:
        return account
    ends = extended["logged_at"].sort_values(ignore_index=True)
    new_run = ends.diff().gt(_COVERED_GAP).cumsum()
    runs = ends.groupby(new_run).agg(["min", "max"])
    # the account data cuts the seconds off
    first = pd.DatetimeIndex(runs["min"].dt.floor("min"))
    last = pd.DatetimeIndex(runs["max"])
    place = first.searchsorted(account["logged_at"], side="right") - 1
    covered = (place >= 0) & (account["logged_at"].to_numpy() <= last.to_numpy()[place.clip(0)])
    kept: pd.DataFrame = account.loc[~covered]
    return kept
