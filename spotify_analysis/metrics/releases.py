"""How old the music is: the decades in which it came out."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.metrics import _plays

__all__ = ["release_decades"]


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


def _listed(items: Any) -> tuple[str, pd.DataFrame]:
    """Return what the items are, and each once, with names and year."""
    have = set(tables.wrap(items, argument="items").collect_schema().names())
    item = "track" if "track" in have else "album"
    if not {item, "artist", "release_year"} <= have:
        raise errors.TableError(
            "release_decades wants tracks or albums with `release_year`, as loaders.saved_tracks, "
            "top_tracks, playlist_items or saved_albums return them; plays do not know the year."
        )
    columns = {
        name: column
        for name, column in {**tables.TRACKS.columns, **tables.PLAYLIST_ITEMS.columns}.items()
        if name in (item, "artist", "release_year", "uri", "id", "kind")
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
