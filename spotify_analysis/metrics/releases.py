"""How old the music is: when it came out."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.metrics import _days, _plays, _sums, _things

__all__ = ["release_decades", "releases_over_time"]


def release_decades(items: Any, *, plays: Any = None) -> pd.DataFrame:
    """Count tracks or albums, and their plays, by decade of release.

    Parameters
    ----------
    items : DataFrame of any engine
        Tracks or albums with ``release_year``: top tracks, saved tracks or albums, playlist
        items, an artist's albums. The same one in several lists counts once.
    plays : DataFrame of any engine, optional
        Rows of `tables.PLAYS`, to weigh the items by how often they were played.

    Returns
    -------
    DataFrame
        `tables.RELEASE_DECADES`: one row per decade from the oldest to the newest, with zeros
        between. Facts: ``n_items`` with a year, ``n_unknown_year`` without one, ``item``
        ("track" or "album"), and with plays ``n_plays_given``, of which ``n_plays`` matched.

    Raises
    ------
    TableError
        If `items` has no release years, or neither tracks nor albums.

    Notes
    -----
    The year is that of the album in Spotify's catalogue: a remaster or a best-of counts as new.
    Plays are matched by names (artist and title, or artist and album), because relinked tracks
    change their ids and half of the exports have none; where a name has several years, the
    earliest counts.
    """
    item, listed = _listed(items)
    known = listed[listed["release_year"].notna()]
    facts: dict[str, Any] = {
        "item": item,
        "n_items": len(known),
        "n_unknown_year": len(listed) - len(known),
    }
    frame = pd.DataFrame()
    if len(known):
        decade = (known["release_year"] // 10 * 10).to_numpy(dtype="int64")
        decades = np.arange(decade.min(), decade.max() + 1, 10)
        n_items = np.bincount((decade - decades[0]) // 10, minlength=len(decades))
        frame = pd.DataFrame(
            {"decade": decades, "n_items": n_items, "share_items": n_items / len(known)}
        )
    given: dict[str, Any] = {}
    if plays is not None:
        counts, given = _played(plays, item)
        facts["n_plays_given"] = int(counts["n_plays"].sum())
        matched = _matched(known, counts, item)
        facts["n_plays"] = int(matched["n_plays"].sum())
        sums = matched.groupby("decade")[list(_plays.HEARD)].sum()
        if len(frame):
            frame = frame.join(sums, on="decade").fillna(dict.fromkeys(_plays.HEARD, 0))
            frame = _plays.with_time_known(frame)
            if facts["n_plays"]:
                frame["share_plays"] = frame["n_plays"] / facts["n_plays"]
    return tables.note(
        tables.conform(frame, tables.RELEASE_DECADES), **{**tables.facts(items), **given, **facts}
    )


def releases_over_time(items: Any, plays: Any, *, period: _days.Period = "year") -> pd.DataFrame:
    """Measure per period how new the music was, and how much of it is explicit.

    Parameters
    ----------
    items : DataFrame of any engine
        Tracks with ``release_year`` and ``explicit``: saved tracks, playlist items, top tracks.
        The more of what was played is among them, the more is known.
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist`` and ``local_day``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.RELEASES_OVER_TIME`: one row per period from the first play to the last; mean and
        share are missing where nothing is known. Fact ``n_items``: tracks that tell.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If `items` are no tracks with release years, or a column of `plays` is missing.

    Notes
    -----
    The mean weighs each play alike, however long it was heard. Plays are matched by artist and
    title, as in `release_decades`: the year is that of the album in Spotify's catalogue, and where
    a name has several years the earliest counts; it is explicit where any of its versions is.
    Plays of tracks that are not among the items are counted and leave mean and share alone.
    """
    _days.check_period(period)
    item, listed = _listed(items, "explicit")
    if item != "track":
        raise errors.TableError(
            "releases_over_time wants tracks, as loaders.saved_tracks, playlist_items or "
            "top_tracks return them; an album is not what was played."
        )
    named = listed.dropna(subset=["artist"]).groupby(["track", "artist"], as_index=False)
    told = named.agg(release_year=("release_year", "min"), explicit=("explicit", "max"))
    heard = _things.heard(plays, "tracks")
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        of_track = heard.things.merge(told, on=["track", "artist"], how="left")
        frame = pd.DataFrame(
            {
                **_days.period_columns(heard.on, starts, period),
                "n_plays": np.bincount(place, minlength=len(starts)),
            }
        )
        means = {"release_year": ("n_known_year", "mean_year")}
        means["explicit"] = ("n_known_explicit", "share_explicit")
        for column, (count, mean) in means.items():
            of_play = of_track[column].to_numpy(dtype="float64", na_value=np.nan)[heard.code]
            known = ~np.isnan(of_play)
            at = place[known]
            frame[count] = np.bincount(at, minlength=len(starts))
            total = _sums.total(at, of_play[known].astype("int64"), len(starts))
            found = pd.Series(total / np.maximum(frame[count], 1), dtype=tables.FLOAT)
            frame[mean] = found.mask(frame[count] == 0)
    return _plays.finish(
        frame,
        tables.RELEASES_OVER_TIME,
        heard.span,
        facts_of=plays,
        period=period,
        n_items=len(told),
    )


def _listed(items: Any, *more: str) -> tuple[str, pd.DataFrame]:
    """Return what the items are, and each once, with names, year and other columns."""
    have = set(tables.wrap(items, argument="items").collect_schema().names())
    item = "track" if "track" in have else "album"
    if not {item, "artist", "release_year"} <= have:
        raise errors.TableError(
            "releases are of tracks or albums with `release_year`, as loaders.saved_tracks, "
            "top_tracks, playlist_items or saved_albums return them; plays do not know the year."
        )
    columns = {
        name: column
        for name, column in {**tables.TRACKS.columns, **tables.PLAYLIST_ITEMS.columns}.items()
        if name in (item, "artist", "release_year", "uri", "id", "kind", *more)
    }
    listed = _plays.home(_plays.narrow(items, *(name for name in columns if name in have)), columns)
    # an episode has a release date but belongs to no decade of music
    is_music = listed["kind"].isna() | listed["kind"].isin(["track", "local"])
    listed = listed[is_music & listed[item].notna()]
    key = listed["uri"].fillna(listed["id"]).fillna(listed[item] + "\n" + listed["artist"])
    return item, listed[~key.duplicated() | key.isna()]


def _played(plays: Any, item: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Count the plays of each artist and title (or album), and keep their facts."""
    counted = _plays.narrow(plays, item, "artist", "ms_played").filter(~nw.col(item).is_null())
    counts = _plays.home(
        counted.group_by(item, "artist", drop_null_keys=False).agg(**_plays.heard()),
        {**_plays.columns_of(tables.PLAYS, item, "artist"), **_plays.HEARD},
    )
    return counts, tables.facts(plays)


def _matched(known: pd.DataFrame, counts: pd.DataFrame, item: str) -> pd.DataFrame:
    """Return the counts of names whose year is known, with their decade."""
    years = known.dropna(subset=["artist"]).groupby([item, "artist"], as_index=False)
    earliest = years["release_year"].min()
    matched = counts.merge(earliest, on=[item, "artist"], how="inner")
    return matched.assign(decade=matched["release_year"] // 10 * 10)
