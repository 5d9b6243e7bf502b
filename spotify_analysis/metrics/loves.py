"""Turns of love: obsessions, finds, favourites forgotten and found again, songs never finished."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _signs, _sums, _things

__all__ = [
    "brief_obsessions",
    "forgotten",
    "least_played_of_loved",
    "love_stories",
    "never_finished",
]

_STORIES = ("rediscovery", "fresh find", "obsession", "forgotten favourite")


def love_stories(
    plays: Any,
    *,
    of: _things.Of = "artists",
    n: int | None = 5,
    lately_days: int = 30,
    few: int = 5,
    many: int = 10,
    times: float = 3,
    silence_days: int = 180,
    favourite: int = 25,
    forgotten_days: int = 365,
) -> pd.DataFrame:
    """Tell what is a fresh find, an obsession, a rediscovery or a forgotten favourite just now.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``. Give the whole
        history up to the day that is meant.
    of : {"artists", "tracks", "albums"}
        What to tell of.
    n : int or None
        How many of each story; None is all.
    lately_days : int
        Days up to the last play of all that are "lately".
    few : int
        Plays lately that make a fresh find or a rediscovery.
    many : int
        Plays lately that may make an obsession.
    times : float
        So many times faster than before is an obsession.
    silence_days : int
        Days without a play before a rediscovery.
    favourite : int
        Plays in all that make a favourite.
    forgotten_days : int
        Days without a play until now that make it forgotten.

    Returns
    -------
    DataFrame
        `tables.LOVE_STORIES`: at most `n` rows of each story, each story by plays lately, the
        forgotten by plays in all.

    Raises
    ------
    ValueError
        If `of` is none of the three or a number is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Each thing has one story at most, the first that fits. *Rediscovery*: at least `few` plays
    lately, the first of them at least `silence_days` after the play before. *Fresh find*: first
    heard lately, at least `few` plays. *Obsession*: at least `many` plays lately, at least
    `times` as many per day as from its first play until then. *Forgotten favourite*: at least
    `favourite` plays, none for `forgotten_days`. "Now" is the last day of these plays, not
    today. Other tools use the same words with other numbers. Ties stand in the order of names,
    by code point.
    """
    _things.check(n=n)
    for name, value in {
        "lately_days": lately_days,
        "few": few,
        "many": many,
        "times": times,
        "silence_days": silence_days,
        "favourite": favourite,
        "forgotten_days": forgotten_days,
    }.items():
        _things.check_least(name, value, 1)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        now = int(heard.day.max())
        window = now - lately_days + 1
        is_lately = heard.day >= window
        n_lately = np.bincount(heard.code[is_lately], minlength=heard.n)
        n_before = heard.n_plays - n_lately
        first, last = heard.first, heard.last
        back = np.full(heard.n, now)
        np.minimum.at(back, heard.code[is_lately], heard.day[is_lately])
        left = np.full(heard.n, np.iinfo("int32").min)
        np.maximum.at(left, heard.code[~is_lately], heard.day[~is_lately])
        silent = np.where(n_lately > 0, np.where(n_before > 0, back - left, 0), now - last)
        pace_before = n_before / np.maximum(window - first, 1)
        told = np.select(
            [
                (n_lately >= few) & (n_before > 0) & (silent >= silence_days),
                (n_lately >= few) & (n_before == 0),
                (n_lately >= many) & (n_lately / lately_days >= times * pace_before),
                (heard.n_plays >= favourite) & (now - last >= forgotten_days),
            ],
            list(range(4)),
            -1,
        )
        chosen = np.flatnonzero(told >= 0)
        frame = heard.table(chosen).assign(
            place=told[chosen], n_plays_lately=n_lately[chosen], silent_days=silent[chosen]
        )
        frame["measure"] = frame["n_plays_lately"].where(frame["place"] < 3, frame["n_plays"])
        frame = _ranks.ranked_in(frame, "place", "measure", n=n)
        frame["story"] = [_STORIES[place] for place in frame["place"]]
    return _plays.finish(
        frame, tables.LOVE_STORIES, heard.span, facts_of=plays, of=of, lately_days=lately_days
    )


def brief_obsessions(
    plays: Any,
    *,
    of: _things.Of = "tracks",
    n: int | None = 10,
    days: int = 30,
    min_plays: int = 15,
    min_share: float = 0.6,
) -> pd.DataFrame:
    """Find what was played much for a few weeks and hardly ever before or after.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to find.
    n : int or None
        How many; None is all.
    days : int
        Length of the window.
    min_plays : int
        Plays in all, below which nothing is an obsession.
    min_share : float
        Share of all plays that must lie in one window.

    Returns
    -------
    DataFrame
        `tables.BRIEF_OBSESSIONS`: at most `n` rows, those with most plays in the window first.

    Raises
    ------
    ValueError
        If `of` is none of the three, `n`, `days` or `min_plays` is below 1, or `min_share` is not
        between 0 and 1.
    TableError
        If a column is missing.

    Notes
    -----
    The window is that of `days` local days in a row with most plays, the earliest of equals; it
    begins with a play. What has not been known for `days` days at the last play of all is left
    out: nobody can say yet whether it was brief. Ties stand in the order of names, by code
    point.
    """
    _things.check(n=n)
    _things.check_least("days", days, 1)
    _things.check_least("min_plays", min_plays, 1)
    if not 0 <= min_share <= 1:
        raise ValueError(f"`min_share` must be between 0 and 1; not {min_share!r}.")
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        n_plays, first = heard.n_plays, heard.first
        now = int(heard.day.max())
        enough = (n_plays >= min_plays) & (now - first + 1 >= days)
        inside = np.flatnonzero(enough[heard.code])
        # one number for thing and day, so that no window reaches into the next thing
        start = int(heard.day.min())
        width = now - start + days + 1
        key = np.sort(heard.code[inside] * width + heard.day[inside] - start)
        code = key // width
        n_window = np.searchsorted(key, key + days) - np.arange(len(key))
        # sorted by plays in the window, the earliest of equals first: a thing's first row is best
        order = np.lexsort((key, -n_window, code))
        best = order[np.flatnonzero(np.diff(code[order], prepend=-1))]
        share = n_window[best] / n_plays[code[best]]
        best, share = best[share >= min_share], share[share >= min_share]
        ends = key[best + n_window[best] - 1] if len(best) else best
        frame = heard.table(code[best]).assign(
            peak_first_day=_days.dates(key[best] % width + start),
            peak_last_day=_days.dates(ends % width + start),
            n_plays_peak=n_window[best],
            share_peak=share,
        )
        frame = _ranks.ranked(frame, {"n_plays_peak": False}, n=n)
    return _plays.finish(
        frame, tables.BRIEF_OBSESSIONS, heard.span, facts_of=plays, of=of, days=days
    )


def forgotten(
    plays: Any,
    *,
    of: _things.Of = "tracks",
    n: int | None = 20,
    years: int = 3,
    min_plays: int = 10,
) -> pd.DataFrame:
    """Find what was played often once and has not been played for years.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``.
    of : {"artists", "tracks", "albums"}
        What to find.
    n : int or None
        How many; None is all.
    years : int
        Years without a play.
    min_plays : int
        Plays that make it worth remembering.

    Returns
    -------
    DataFrame
        `tables.FORGOTTEN`: at most `n` rows, the most played first.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n`, `years` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The years are counted back from the last day of all plays, not from today: the last play lies
    on the same date so many years earlier, or before. Ties stand in the order of names, by code
    point.
    """
    _things.check(n=n)
    _things.check_least("years", years, 1)
    _things.check_least("min_plays", min_plays, 1)
    heard = _things.heard(plays, of)
    frame = pd.DataFrame()
    if heard.n:
        now = int(heard.day.max())
        before = pd.Timestamp(np.datetime64(now, "D")) - pd.DateOffset(years=years)
        limit = int(np.datetime64(before, "D").astype("int64"))
        last = heard.last
        chosen = np.flatnonzero((heard.n_plays >= min_plays) & (last <= limit))
        frame = heard.table(chosen).assign(silent_days=now - last[chosen])
        frame = _ranks.ranked(frame, {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.FORGOTTEN, heard.span, facts_of=plays, of=of, years=years)


def never_finished(plays: Any, *, n: int | None = 20, min_starts: int = 5) -> pd.DataFrame:
    """Find the tracks that were often begun and never once played to their end.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``reason_end``, ``local_day`` and
        ``ms_played``. Give every row: a counting rule drops the plays this is about.
    n : int or None
        How many; None is all.
    min_starts : int
        How often it must have been begun.

    Returns
    -------
    DataFrame
        `tables.NEVER_FINISHED`: at most `n` rows, the most often begun first.

    Raises
    ------
    ValueError
        If `n` or `min_starts` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A play is finished where Spotify says ``reason_end`` is ``trackdone``. A track with a play
    whose end is not known (account data, the Web API) is left out: it may have been finished.
    Ties stand in the order of title, then artist, by code point.
    """
    _things.check(n=n)
    _things.check_least("min_starts", min_starts, 1)
    heard = _things.heard(plays, "tracks", "reason_end")
    frame = pd.DataFrame()
    if heard.n:
        ended = heard.rows["reason_end"]
        may_be = ended.isna().to_numpy() | _signs.is_word(ended, "trackdone")
        n_done = np.bincount(heard.code[may_be], minlength=heard.n)
        chosen = np.flatnonzero((n_done == 0) & (heard.n_plays >= min_starts))
        sums = heard.summed(heard.code, heard.n)
        ms, n_timed = sums["ms_played"], sums["n_timed"]
        longest = _sums.greatest(heard.code, heard.ms, heard.n)
        frame = heard.table(chosen)
        frame["n_starts"] = frame["n_plays"]
        is_timed = n_timed[chosen] > 0
        frame["mean_ms"] = pd.Series(ms[chosen] / np.maximum(n_timed[chosen], 1)).where(is_timed)
        frame["longest_ms"] = pd.Series(longest[chosen], dtype=tables.INT).where(is_timed)
        frame = _ranks.ranked(frame, {"n_starts": False}, n=n)
    return _plays.finish(
        frame,
        tables.NEVER_FINISHED,
        heard.span,
        facts_of=plays,
        about_skips=True,
        min_starts=min_starts,
    )


def least_played_of_loved(plays: Any, *, n: int | None = 20, min_tracks: int = 4) -> pd.DataFrame:
    """Find the least played song of each much played album.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``album``, ``artist``, ``track`` and ``local_day``.
    n : int or None
        How many albums; None is all.
    min_tracks : int
        Different tracks of an album that must have been heard; singles have one.

    Returns
    -------
    DataFrame
        `tables.LEAST_PLAYED_OF_LOVED`: at most `n` albums, the most played first.

    Raises
    ------
    ValueError
        If `n` or `min_tracks` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Plays are those from that album, so a song that is also on a best-of is counted twice, here
    and there. Songs of the album that were never played are not known to an export. Ties stand
    in the order of titles, and albums in that of album, then artist, by code point.
    """
    _things.check(n=n)
    _things.check_least("min_tracks", min_tracks, 1)
    heard = _things.heard(plays, "albums", "track")
    heard = heard.only(heard.rows["track"].notna().to_numpy())
    frame = pd.DataFrame()
    title, titles = pd.factorize(heard.rows["track"])
    if len(heard):
        code = heard.code
        n_plays = np.bincount(code, minlength=heard.n)
        n_tracks = _sums.different(code, title, heard.n)
        chosen = np.flatnonzero(n_tracks >= min_tracks)
        albums = heard.things.iloc[chosen].assign(
            code=chosen, n_plays=n_plays[chosen], n_tracks=n_tracks[chosen]
        )
        albums = _ranks.ranked(albums, {"n_plays": False}, n=n)
        inside = np.isin(code, albums["code"])
        pairs, counts = np.unique(code[inside] * len(titles) + title[inside], return_counts=True)
        songs = pd.DataFrame(
            {
                "code": pairs // len(titles),
                "track": pd.Series(titles).take(pairs % len(titles)).array,
                "n": counts,
            }
        )
        for which, rising in (("least", True), ("most", False)):
            ends = songs.sort_values(["code", "n", "track"], ascending=[True, rising, True])
            one = ends.drop_duplicates("code").set_index("code")
            one = one.rename(columns={"track": f"{which}_played", "n": f"n_plays_{which}"})
            albums = albums.join(one, on="code")
        frame = albums
    return _plays.finish(frame, tables.LEAST_PLAYED_OF_LOVED, heard.span, facts_of=plays)
