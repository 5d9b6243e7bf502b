"""What was played most: tracks, artists and albums, by plays or by time."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _things
from spotify_analysis.metrics._things import By, Of

__all__ = [
    "combined_ranking",
    "deliberate_tracks",
    "least_played",
    "rank_of",
    "top_albums",
    "top_artists",
    "top_tracks",
    "top_tracks_of_artists",
]


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


def combined_ranking(plays: Any, *, of: Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """Rank by plays and by time together, so that neither short nor long tracks win by length.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.COMBINED_RANKING`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The mean of the place by plays and the place by time; lower is better. Ties stand in the order
    of the place by plays. Where no play knows its length, the place by plays decides alone.
    """
    _things.check(of=of, n=n)
    heard = _things.heard(plays, of)
    counts = _things.cells(heard)
    by_plays, by_time = (_things.placed(counts, by) for by in ("plays", "time"))
    at = np.empty(heard.n, dtype="int64")
    at[by_time["code"].to_numpy()] = by_time["rank"]
    frame = by_plays.rename(columns={"rank": "rank_by_plays"})
    timed = pd.Series(at[frame["code"].to_numpy()], dtype=tables.INT)
    frame["rank_by_time"] = timed.mask(frame["ms_played"].isna())
    frame["mean_rank"] = frame[["rank_by_plays", "rank_by_time"]].astype(tables.FLOAT).mean(axis=1)
    frame = frame.sort_values(["mean_rank", "rank_by_plays"]).head(len(frame) if n is None else n)
    frame["rank"] = np.arange(1, len(frame) + 1)
    frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(frame, tables.COMBINED_RANKING, heard.span, facts_of=plays, of=of)


def least_played(
    plays: Any,
    *,
    of: Of = "tracks",
    n: int | None = 20,
    by: By = "plays",
    at_least: int = 1,
) -> pd.DataFrame:
    """Rank from the bottom: what was played least.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"tracks", "artists", "albums"}
        What to rank.
    n : int or None
        How many; None is all.
    by : {"plays", "time"}
        What to rank by.
    at_least : int
        Only what has so many plays: 1 is everything, 5 leaves out what was hardly tried.

    Returns
    -------
    DataFrame
        `tables.LEAST_PLAYED`: at most `n` rows, the least first.

    Raises
    ------
    ValueError
        If `of` or `by` is none of theirs, or `n` or `at_least` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The bottom of a list is full of ties: what was not heard for the longest time stands first,
    then the order of names. By time, what knows no length comes last.
    """
    _things.check(of=of, by=by, n=n, at_least=at_least)
    heard = _things.heard(plays, of)
    frame = _plays.with_time_known(_things.cells(heard))
    frame = frame[frame["n_plays"] >= at_least]
    code = frame["code"].to_numpy()
    frame = frame.assign(
        first_day=_days.dates(heard.first[code]), last_day=_days.dates(heard.last[code])
    )
    frame = frame.sort_values([_things.MEASURES[by], "last_day", "code"], na_position="last")
    frame = frame.head(len(frame) if n is None else n)
    frame["rank"] = np.arange(1, len(frame) + 1)
    frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(frame, tables.LEAST_PLAYED, heard.span, facts_of=plays, of=of, by=by)


def rank_of(
    plays: Any,
    name: str,
    *,
    artist: str | None = None,
    of: Of = "artists",
    by: By = "plays",
    neighbours: int = 3,
) -> pd.DataFrame:
    """Find the place of one track, artist or album, and who stands around it.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    name : str
        Title, artist or album, as it is spelled in the plays.
    artist : str or None
        Artist of the track or album; None takes the first place among namesakes.
    of : {"tracks", "artists", "albums"}
        What is ranked.
    by : {"plays", "time"}
        What to rank by.
    neighbours : int
        How many places above and below to show.

    Returns
    -------
    DataFrame
        `tables.RANK_OF`: at most 2 x `neighbours` + 1 rows in the order of places; no rows
        without plays.

    Raises
    ------
    ValueError
        If nothing of that name was played (the message names what is spelled alike), `of` or
        `by` is none of theirs, or `neighbours` is negative.
    TableError
        If a column is missing.

    Notes
    -----
    Places are those of `top_tracks`, `top_artists` and `top_albums`. ``behind`` is what is missing
    to draw level with the place above.
    """
    _things.check(of=of, by=by)
    if neighbours < 0:
        raise ValueError(f"`neighbours` must be 0 or more; not {neighbours!r}.")
    heard = _things.heard(plays, of)
    frame = _things.placed(_things.cells(heard), by)
    if len(frame):
        is_named = (heard.things[_things.KEYS[of][0]] == name).fillna(value=False)
        if artist is not None:
            is_named &= (heard.things["artist"] == artist).fillna(value=False)
        places = np.flatnonzero(is_named.to_numpy(dtype=bool)[frame["code"].to_numpy()])
        if not len(places):
            raise ValueError(_nobody(heard, name, artist, of))
        measure = frame[_things.MEASURES[by]]
        frame["behind"] = measure.shift(1) - measure
        frame["is_it"] = np.arange(len(frame)) == places[0]
        frame = frame.iloc[max(places[0] - neighbours, 0) : places[0] + neighbours + 1]
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(frame, tables.RANK_OF, heard.span, facts_of=plays, of=of, by=by)


def _nobody(heard: _things.Heard, name: str, artist: str | None, of: str) -> str:
    """Say that nothing of a name was played, and what is spelled alike."""
    names = heard.things[_things.KEYS[of][0]].unique().tolist()
    folded = {str(other).casefold(): other for other in names}
    alike = [folded[key] for key in difflib.get_close_matches(str(name).casefold(), folded, n=3)]
    by_whom = "" if artist is None else f" by {artist!r}"
    hint = f" Spelled alike: {', '.join(map(repr, alike))}." if alike else ""
    return f"`name` must be one of the {of} played; {name!r}{by_whom} is not.{hint}"


def top_tracks_of_artists(
    plays: Any, *, n: int | None = 10, n_tracks: int | None = 3, by: By = "plays"
) -> pd.DataFrame:
    """Rank the tracks of each of the most played artists.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``local_day`` and ``ms_played``.
    n : int or None
        How many artists; None is all.
    n_tracks : int or None
        How many tracks of each; None is all.
    by : {"plays", "time"}
        What to rank artists and tracks by.

    Returns
    -------
    DataFrame
        `tables.TOP_TRACKS_OF_ARTISTS`: in the order of artists, then of their tracks.

    Raises
    ------
    ValueError
        If `n` or `n_tracks` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    Counts plays that know both title and artist. ``share`` is of the artist's plays (or time).
    """
    _things.check(by=by, n=n, n_tracks=n_tracks)
    heard = _things.heard(plays, "tracks")
    with_artist = heard.things["artist"].notna().to_numpy()
    heard = heard.only(with_artist[heard.code])
    tracks = _things.cells(heard)
    # the artist is the place at which tracks are ranked
    place, _ = pd.factorize(heard.things["artist"], sort=True)
    tracks["place"] = place[tracks["code"].to_numpy()]
    measure = _things.MEASURES[by]
    sums = tracks.groupby("place")[measure].sum().sort_values(ascending=False, kind="stable")
    rank = pd.Series(np.arange(1, len(sums) + 1), index=sums.index)
    frame = _things.placed(tracks, by, n=n_tracks)
    frame["artist_rank"] = frame["place"].map(rank)
    frame = frame[frame["artist_rank"] <= (len(rank) if n is None else n)]
    frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    frame = frame.sort_values(["artist_rank", "rank"])
    return _plays.finish(frame, tables.TOP_TRACKS_OF_ARTISTS, heard.span, facts_of=plays, by=by)


def deliberate_tracks(
    plays: Any,
    *,
    n: int | None = 20,
    chosen: Sequence[str] = ("clickrow", "playbtn", "clickside", "uriopen"),
) -> pd.DataFrame:
    """Rank tracks by how often they were chosen by hand and heard to their end.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``reason_start``, ``reason_end``,
        ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.
    chosen : sequence of str
        Reasons of a start that count as a choice.

    Returns
    -------
    DataFrame
        `tables.DELIBERATE_TRACKS`: at most `n` rows, the most deliberate first; tracks that never
        were are left out.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Chosen means that the play began with a click on the track or on the button to play it, and
    not because another track was over, the app was opened or a speaker was told to; finished
    means that ``reason_end`` is ``trackdone``. Only the extended export knows reasons: plays of
    other sources are never deliberate. Ties stand in the order of plays, then of names. Count
    with a rule that does not drop short plays if short tracks matter to you.
    """
    _things.check(n=n)
    heard = _things.heard(plays, "tracks", "reason_start", "reason_end")
    is_chosen = heard.rows["reason_start"].isin(list(chosen)).to_numpy(dtype=bool)
    is_finished = (heard.rows["reason_end"] == "trackdone").to_numpy(dtype=bool, na_value=False)
    frame = _things.placed(_things.cells(heard), "plays")
    code = frame["code"].to_numpy()
    for name, which in (("n_chosen", is_chosen), ("n_deliberate", is_chosen & is_finished)):
        frame[name] = np.bincount(heard.code[which], minlength=heard.n)[code]
    frame = frame[frame["n_deliberate"] > 0]
    frame = frame.sort_values("n_deliberate", ascending=False, kind="stable")
    frame = frame.head(len(frame) if n is None else n)
    frame["rank"] = np.arange(1, len(frame) + 1)
    frame["share_deliberate"] = frame["n_deliberate"] / frame["n_plays"]
    frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(frame, tables.DELIBERATE_TRACKS, heard.span, facts_of=plays)


def _ranking(
    plays: Any, keys: tuple[str, ...], table: tables.Table, *, n: int | None, by: By
) -> pd.DataFrame:
    if by not in ("plays", "time"):
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    if n is not None and not _plays.is_count(n):
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
