"""What stayed: how long, how steadily and how deep artists, tracks and albums are played."""

from __future__ import annotations

from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _sums, _things

__all__ = [
    "artist_loyalty",
    "evergreens",
    "golden_oldies",
    "lifetimes",
    "one_and_done",
    "one_hit_wonders",
    "variety",
]


def lifetimes(plays: Any, *, of: _things.Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """Tell of the most played artists, tracks or albums when they came, stayed and were best.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to tell of.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.LIFETIMES`: at most `n` rows, the most played first.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Days, weeks (from Monday), months and years are those of the local calendar in which at least
    one play began. ``mean_day`` is the mean of the days of all plays, each play with the same
    weight. Of months with equally many plays the earlier is the better one. Ties stand in the
    order of names, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        chosen = _most_played(heard, n)
        frame = heard.table(chosen).reset_index(drop=True)
        new_code = np.full(heard.n, -1)
        new_code[chosen] = np.arange(len(chosen))
        code = new_code[heard.code]
        is_chosen = code >= 0
        code, day = code[is_chosen], heard.day[is_chosen]
        size = len(chosen)
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype("int64")
        frame["n_days"] = _sums.different(code, day, size)
        # day 0 was a Thursday
        frame["n_weeks"] = _sums.different(code, (day + 3) // 7, size)
        frame["n_months"] = _sums.different(code, month, size)
        frame["n_years"] = _sums.different(code, month // 12, size)
        frame["mean_day"] = _mean_day(code, day, size)
        frame = frame.join(_best_months(code, month))
        frame = _ranks.ranked(frame, {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.LIFETIMES, heard.span, facts_of=plays, of=of)


def golden_oldies(
    plays: Any, *, of: _things.Of = "artists", n: int | None = 10, min_plays: int = 10
) -> pd.DataFrame:
    """Find what was played long ago on average, and what was played lately.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to find.
    n : int or None
        How many of each end; None is all, the older half and the newer half.
    min_plays : int
        What was played less is left out.

    Returns
    -------
    DataFrame
        `tables.GOLDEN_OLDIES`: golden oldies, the oldest first, then the latest discoveries, the
        newest first.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The order is that of the mean day of all plays, each play with the same weight (as
    lastfm-stats-web has it); ties stand in the order of names, by code point. Nothing is in both
    groups: the older half can only be golden oldies, the newer half (smaller by one where the
    number is odd) only discoveries.
    """
    _things.check(n=n)
    _things.check_least("min_plays", min_plays, 1)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    chosen = np.flatnonzero(heard.n_plays >= min_plays)
    if len(chosen):
        means = _mean_day(heard.code, heard.day, heard.n)
        # not by the rounded day: what differs by hours is no tie
        exact = _sums.total(heard.code, heard.day, heard.n) / heard.n_plays
        every = heard.table(chosen).assign(mean_day=means[chosen], exact=exact[chosen])
        every = _ranks.ranked(every, {"exact": True})
        older = -(-len(every) // 2)
        newest = _ranks.ranked(every.iloc[older:], {"exact": False})
        frame = pd.concat(
            [
                every.head(older if n is None else min(n, older)).assign(group="golden oldie"),
                newest.head(len(newest) if n is None else n).assign(group="latest discovery"),
            ]
        )
    return _plays.finish(
        frame, tables.GOLDEN_OLDIES, heard.span, facts_of=plays, of=of, min_plays=min_plays
    )


def evergreens(plays: Any, *, of: _things.Of = "artists", n: int | None = 20) -> pd.DataFrame:
    """Find the artists, tracks or albums that were heard in every completed year.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to find.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.EVERGREENS`: at most `n` rows, the most played first; none where no year is
        completed.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Years run from that of the first play to that of the last; the last is completed only if there
    is a play on its 31 December. The first one counts as it is. Of years with equally few plays
    ``least_year`` is the earliest. Ties stand in the order of names, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        year = heard.day.astype("datetime64[D]").astype("datetime64[Y]").astype("int64")
        first, last = int(year.min()), int(year.max())
        after = np.datetime64(last + 1, "Y").astype("datetime64[D]").astype("int64")
        n_years = last - first + int(heard.day.max() == after - 1)
        done = year - first < n_years
        # who misses a year needs no count of years
        n_heard = _sums.different(heard.code[done], year[done], heard.n)
        chosen = np.flatnonzero((n_heard == n_years) & (n_years > 0))
        row = np.full(heard.n, -1)
        row[chosen] = np.arange(len(chosen))
        is_chosen = row[heard.code] >= 0
        at, in_year = row[heard.code[is_chosen]], year[is_chosen] - first
        width = last - first + 1
        counts = np.bincount(at * width + in_year, minlength=len(chosen) * width)
        counts = counts.reshape(-1, width)
        if len(chosen):
            whole = counts[:, :n_years]
            frame = heard.table(chosen).assign(
                n_years=n_years,
                least_plays=whole.min(axis=1),
                least_year=whole.argmin(axis=1) + first + 1970,
            )
            if n_years < width:
                frame["is_in_last_year"] = counts[:, -1] > 0
            frame = _ranks.ranked(frame, {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.EVERGREENS, heard.span, facts_of=plays, of=of)


def one_hit_wonders(plays: Any, *, n: int | None = 20) -> pd.DataFrame:
    """Find the artists of whom a single track was ever played, the most played first.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.ONE_HIT_WONDERS`: at most `n` rows.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Tracks are told apart by title, as it is spelled: with a live version an artist has two. Ties
    stand in the order of title, then artist, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, "tracks")
    frame = pd.DataFrame()
    if heard.n:
        artist, _ = pd.factorize(heard.things["artist"])
        n_tracks = np.bincount(artist[artist >= 0])
        # the last place of the counts is never asked: a track without artist is left out
        single = (artist >= 0) & (np.append(n_tracks, 0)[artist] == 1)
        frame = _ranks.ranked(heard.table(np.flatnonzero(single)), {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.ONE_HIT_WONDERS, heard.span, facts_of=plays)


def one_and_done(plays: Any) -> pd.DataFrame:
    """Count the artists, tracks and albums that were heard once and never again.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``album`` and ``local_day``.

    Returns
    -------
    DataFrame
        `tables.ONE_AND_DONE`: three rows, artists first; none without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Once is one play; one day is any number of plays on a single local day. ``share_plays`` is of
    the plays whose artist (title, album) is known.
    """
    columns = ("artist", "track", "album", "local_day")
    counted = _plays.narrow(plays, *columns).filter(
        ~nw.col("local_day").is_null(),
        ~(nw.col("artist").is_null() & nw.col("track").is_null() & nw.col("album").is_null()),
    )
    rows = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    found = []
    for of, keys in _things.KEYS.items() if len(rows) else ():
        named = rows[rows[keys[0]].notna()]
        code, things = _things.numbered(named, keys)
        n_plays = np.bincount(code, minlength=len(things))
        day = _days.numbers(named["local_day"])
        first = _sums.least(code, day, len(things))
        one_day = first == _sums.greatest(code, day, len(things))
        n, n_once, n_one_day = len(things), int((n_plays == 1).sum()), int(one_day.sum())
        found.append(
            {
                "of": of,
                "n": n,
                "n_once": n_once,
                "share_once": n_once / n if n else None,
                "n_one_day": n_one_day,
                "share_one_day": n_one_day / n if n else None,
                "share_plays": n_once / len(named) if n else None,
            }
        )
    return _plays.finish(
        tables.conform(found, tables.ONE_AND_DONE), tables.ONE_AND_DONE, counted, facts_of=plays
    )


def artist_loyalty(
    plays: Any,
    *,
    n: int | None = 20,
    by: Literal["loyalty", "replay_value", "n_tracks"] = "loyalty",
    min_plays: int = 10,
) -> pd.DataFrame:
    """Rank artists by how steadily, how often again, or how deep they were played.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.
    by : {"loyalty", "replay_value", "n_tracks"}
        What to rank by.
    min_plays : int
        Artists played less are left out.

    Returns
    -------
    DataFrame
        `tables.ARTIST_LOYALTY`: at most `n` rows, first place first.

    Raises
    ------
    ValueError
        If `by` is none of the three, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    ``loyalty`` is the number of months with a play, divided by the months from that of the first
    play to that of the last play of all, both included. ``replay_value`` is plays with a title
    per different title, ``n_tracks`` the catalogue depth: the listener's part of the catalogue,
    as an export does not know how much there is. Equal ones stand in the order of plays, then of
    names, by code point.
    """
    if by not in ("loyalty", "replay_value", "n_tracks"):
        raise ValueError(f"`by` must be 'loyalty', 'replay_value' or 'n_tracks'; not {by!r}.")
    _things.check(n=n)
    _things.check_least("min_plays", min_plays, 1)
    heard = _things.heard(plays, "artists", "track")
    frame = pd.DataFrame()
    chosen = np.flatnonzero(heard.n_plays >= min_plays)
    if len(chosen):
        month = heard.day.astype("datetime64[D]").astype("datetime64[M]").astype("int64")
        first = _sums.least(heard.code, month, heard.n)
        title, _ = pd.factorize(heard.rows["track"])
        named = title >= 0
        n_tracks = _sums.different(heard.code[named], title[named], heard.n)
        n_titled = np.bincount(heard.code[named], minlength=heard.n)
        since = int(month.max()) - first + 1
        n_months = _sums.different(heard.code, month, heard.n)
        frame = heard.table(chosen).assign(
            n_tracks=n_tracks[chosen],
            n_months=n_months[chosen],
            n_months_since=since[chosen],
            loyalty=(n_months / since)[chosen],
        )
        per_track = pd.Series(n_titled[chosen] / np.maximum(n_tracks[chosen], 1))
        frame["replay_value"] = per_track.astype(tables.FLOAT).mask(frame["n_tracks"] == 0)
        frame = _ranks.ranked(frame, {by: False, "n_plays": False}, n=n)
    return _plays.finish(
        frame, tables.ARTIST_LOYALTY, heard.span, facts_of=plays, by=by, min_plays=min_plays
    )


def variety(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Measure per period how varied the listening was, and how much of it was known already.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track`` and ``local_day``. Give the whole
        history.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.VARIETY`: one row per period from the first play to the last; shares and ratios
        are missing where nothing was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Of plays whose artist and title are known. ``variety`` is different tracks per play (1: none
    twice), ``plays_per_track`` its inverse: the mean plays per song of a year, say.
    ``share_replays`` are plays of tracks played before, in this period or earlier: all but the
    first play of each track. ``share_known_artists`` are plays of artists first heard in an
    earlier period. Long periods are less varied than short ones; compare periods of one length.
    """
    _days.check_period(period)
    heard = _things.heard(plays, "tracks")
    artist_of, _ = pd.factorize(heard.things["artist"])
    heard = heard.only(artist_of[heard.code] >= 0)
    frame = pd.DataFrame()
    if len(heard):
        code, artist = heard.code, artist_of[heard.code]
        starts, place = _days.places(heard.on, period)
        size = len(starts)
        n_plays = np.bincount(place, minlength=size)
        n_tracks = _sums.different(place, code, size)
        n_artists = _sums.different(place, artist, size)
        born = np.full(heard.n, size)
        np.minimum.at(born, code, place)
        n_new = np.bincount(born[born < size], minlength=size)
        met = _sums.least(artist, place, int(artist.max()) + 1)
        n_known = np.bincount(place[met[artist] < place], minlength=size)
        frame = pd.DataFrame(
            {
                **_days.period_columns(heard.on, starts, period),
                "n_plays": n_plays,
                "n_artists": n_artists,
                "n_tracks": n_tracks,
                "variety": _ratio(n_tracks, n_plays),
                "plays_per_track": _ratio(n_plays, n_tracks),
                "tracks_per_artist": _ratio(n_tracks, n_artists),
                "share_replays": _ratio(n_plays - n_new, n_plays),
                "share_known_artists": _ratio(n_known, n_plays),
            }
        )
    return _plays.finish(frame, tables.VARIETY, heard.span, facts_of=plays, period=period)


def _most_played(heard: _things.Heard, n: int | None) -> _sums.Ints:
    """Return the things that may be among the first `n`: ties at the end are all there."""
    n_plays = heard.n_plays
    if n is None or n >= heard.n:
        return np.arange(heard.n)
    return np.flatnonzero(n_plays >= np.partition(n_plays, -n)[-n])


def _mean_day(code: _sums.Ints, day: _sums.Ints, n: int) -> npt.NDArray[np.datetime64]:
    """Return the mean day of each code, rounded to a whole day."""
    n_plays = np.bincount(code, minlength=n)
    return _days.dates(np.rint(_sums.total(code, day, n) / n_plays))


def _best_months(code: _sums.Ints, month: _sums.Ints) -> pd.DataFrame:
    """Return the two months with most plays of each code, the earlier one of equals first."""
    low = int(month.min())
    width = int(month.max()) - low + 1
    pairs, counts = np.unique(code * width + month - low, return_counts=True)
    order = np.lexsort((pairs, -counts, pairs // width))
    owner = (pairs // width)[order]
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    found = {}
    for n, name in enumerate(("best", "second")):
        at = order[place == n]
        start = ((pairs % width)[at] + low).astype("datetime64[M]").astype("datetime64[us]")
        index = owner[place == n]
        found[f"{name}_month"] = pd.Series(start, index=index)
        found[f"{name}_month_plays"] = pd.Series(counts[at], index=index, dtype=tables.INT)
    return pd.DataFrame(found)


def _ratio(above: _sums.Ints, below: _sums.Ints) -> Any:
    """Divide; missing where there is nothing below."""
    ratio = pd.Series(above / np.maximum(below, 1)).astype(tables.FLOAT)
    return ratio.mask(below == 0)
