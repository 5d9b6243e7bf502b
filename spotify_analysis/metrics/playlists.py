"""Playlists and liked songs, joined with what was played."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _sums, _things

__all__ = [
    "liked_songs",
    "playlist_entries",
    "playlist_growth",
    "playlist_overlap",
    "playlist_use",
]

_LISTED = (
    "playlist",
    "playlist_id",
    "position",
    "kind",
    "track",
    "artist",
    "uri",
    "added_at",
)
_STATUS = ("liked and played", "liked, never played", "played, not liked")


class _Songs:
    """Plays by song, sorted by day, so that plays since any day are a difference of two places.

    Plays of songs that are not on the lists need neither numbers nor order: they are counted, and
    left behind.
    """

    def __init__(self, rows: pd.DataFrame, listed: pd.DataFrame | None) -> None:
        day = rows["local_day"].to_numpy()
        named = self.named = rows["track"].notna().to_numpy() & ~np.isnat(day)
        self.counted = _plays.span_of_days(day[named])
        self.now = int(_days.numbers(pd.Series(day[named])).max(initial=0))
        self.width = self.now + 2
        heard = self.heard = _heard(rows, named, listed)
        key = heard.code * self.width + heard.day
        order = np.argsort(key, kind="stable")
        self.key = key[order]
        ms = heard.ms[order]
        known = heard.is_timed[order]
        self.ms = np.append(0, np.cumsum(ms))
        self.n_timed = np.append(0, np.cumsum(known))
        self.end = np.searchsorted(self.key, (np.arange(heard.n) + 1) * self.width)

    def code_of(self, listed: pd.DataFrame) -> _sums.Ints:
        """Return which song each entry is: by artist and title, else by address; -1 is none."""
        code = _by_name(self.heard, listed)
        if code.isna().any():
            code = code.fillna(self._by_uri(listed["uri"].where(code.isna())))
        return np.asarray(code.fillna(-1), dtype="int64")

    def _by_uri(self, wanted: pd.Series[Any]) -> pd.Series[Any]:
        """Return the song that was played most under each address, whatever the order of plays."""
        uri = self.heard.rows["uri"]
        inside = uri.isin(wanted.dropna().unique()).to_numpy(dtype=bool)
        found = pd.DataFrame({"uri": uri[inside], "code": self.heard.code[inside]})
        often = found.groupby(["uri", "code"]).size().reset_index(name="n")
        names = self.heard.things.iloc[often["code"]].reset_index(drop=True)
        often = often.join(names).sort_values(
            ["uri", "n", "track", "artist"], ascending=[True, False, True, True]
        )
        by_uri = often.drop_duplicates("uri").set_index("uri")["code"]
        return wanted.map(by_uri).astype(tables.INT)

    def since(self, code: _sums.Ints, day: _sums.Ints) -> pd.DataFrame:
        """Count plays of songs from a day on, and before it."""
        frame = pd.DataFrame(index=range(len(code)))
        zeros = np.zeros(len(code), dtype="int64")
        known = code >= 0
        start, end, low = zeros.copy(), zeros.copy(), zeros.copy()
        if known.any():
            of, on = code[known], np.clip(day[known], 0, self.width - 1)
            start[known] = np.searchsorted(self.key, of * self.width + on)
            end[known] = self.end[of]
            low[known] = np.append(0, self.end)[of]
        n = end - start
        frame["n_plays"] = n
        frame["ms_played"] = self.ms[end] - self.ms[start]
        frame["n_timed"] = self.n_timed[end] - self.n_timed[start]
        frame["n_plays_before"] = start - low
        some = n > 0
        for name, at in (("first_day", start), ("last_day", end - 1)):
            days = np.full(len(code), np.datetime64("NaT", "us"))
            days[some] = _days.dates(self.key[at[some]] % self.width)
            frame[name] = days
        silent = pd.Series(zeros, dtype=tables.INT)
        silent[some] = self.now - self.key[(end - 1)[some]] % self.width
        frame["silent_days"] = silent.where(some)
        return _plays.with_time_known(frame)


def playlist_entries(items: Any, plays: Any, *, stale_days: int = 365) -> pd.DataFrame:
    """Tell of each track of each playlist how often it was played since it was added.

    Parameters
    ----------
    items : DataFrame of any engine
        Rows of `tables.PLAYLIST_ITEMS`: from `loaders.playlist_items`, or ``playlist_items`` of
        an export's library.
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``uri``, ``local_day`` and
        ``ms_played``.
    stale_days : int
        Days without a play that make an entry stale.

    Returns
    -------
    DataFrame
        `tables.PLAYLIST_ENTRIES`: one row per entry that is a track, in the order of playlists
        and positions.

    Raises
    ------
    ValueError
        If `stale_days` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A play belongs to an entry if artist and title are the same, or, where nothing was played
    under these names, the address: relinked tracks change theirs, and a compilation has another
    artist in plays. It need not have been started from the playlist: exports do not say. Plays
    count from the day of adding (in UTC, the day included), from the first one where that day is
    not known. Stale: played since then, but not in the last `stale_days` before the last play of
    all. Episodes and places that fell empty are left out.
    """
    _things.check_least("stale_days", stale_days, 1)
    every = _listed(items)
    songs = _Songs(_rows(plays), every)
    frame = _entries(every, songs, stale_days)
    return _plays.finish(
        frame, tables.PLAYLIST_ENTRIES, songs.counted, facts_of=plays, stale_days=stale_days
    )


def playlist_use(items: Any, plays: Any, *, stale_days: int = 365) -> pd.DataFrame:
    """Tell of each playlist how much of it is really played.

    Parameters
    ----------
    items : DataFrame of any engine
        Rows of `tables.PLAYLIST_ITEMS`, from a loader or an export.
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; as for `playlist_entries`, and ``context_uri``.
    stale_days : int
        Days without a play that make an entry stale.

    Returns
    -------
    DataFrame
        `tables.PLAYLIST_USE`: one row per playlist that has entries, the one with most plays
        first.

    Raises
    ------
    ValueError
        If `stale_days` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    As `playlist_entries`; a track that stands twice counts once, from its first adding. A play of
    a track that is in three playlists counts for each of them: only ``n_plays_from`` knows where
    a play began, and only plays from the Web API know that. Playlists are told apart by id, and
    by name where there is none (exports). Ties stand in the order of names, by code point.
    """
    _things.check_least("stale_days", stale_days, 1)
    every = _listed(items)
    rows = _rows(plays, "context_uri")
    songs = _Songs(rows, every)
    entries = _entries(every, songs, stale_days)
    frame = pd.DataFrame()
    if len(every):
        frame = every.groupby("at").agg(
            playlist=("playlist", "first"),
            playlist_id=("playlist_id", "first"),
            n_items=("at", "size"),
            first_added=("added_day", "min"),
            last_added=("added_day", "max"),
        )
        # entries stand in the order of lists, then places
        once = entries.iloc[np.lexsort((entries["added_day"], entries["at"]))]
        once = once.drop_duplicates(["at", "song"])
        is_status = {
            f"n_{name}": (once["status"] == status).astype("int64")
            for name, status in (("stale", "stale"), ("never", "never played"))
        }
        counts = once.assign(**is_status, n_tracks=1).groupby("at")
        summed = ["n_tracks", "n_stale", "n_never", "n_plays", "ms_played", "n_timed"]
        sums = counts[summed].sum().reindex(frame.index, fill_value=0)
        frame = frame.join(sums).join(counts["last_day"].max())
        frame["n_played"] = frame["n_tracks"] - frame["n_never"]
        some = frame["n_tracks"].mask(frame["n_tracks"] == 0)
        frame["share_played"] = (frame["n_played"] / some).astype(tables.FLOAT)
        if songs.counted.n_plays:
            end = pd.Timestamp(np.datetime64(songs.now, "D"))
            days = (end - frame["first_added"]).dt.days
            frame["age_days"] = days.clip(lower=0).astype(tables.INT)
        context = rows["context_uri"]
        context = context[songs.named & context.notna().to_numpy()]
        if len(context):
            of_list = "spotify:playlist:" + frame["playlist_id"].astype(tables.STRING)
            started = of_list.map(context.value_counts()).astype(tables.INT)
            frame["n_plays_from"] = started.fillna(0).where(frame["playlist_id"].notna())
        frame = _plays.with_time_known(frame).sort_values(
            ["n_plays", "playlist", "playlist_id"], ascending=[False, True, True]
        )
    return _plays.finish(
        frame, tables.PLAYLIST_USE, songs.counted, facts_of=plays, stale_days=stale_days
    )


def playlist_overlap(items: Any) -> pd.DataFrame:
    """Count the tracks that any two playlists have in common.

    Parameters
    ----------
    items : DataFrame of any engine
        Rows of `tables.PLAYLIST_ITEMS`, from a loader or an export.

    Returns
    -------
    DataFrame
        `tables.PLAYLIST_OVERLAP`: one row per pair that shares a track, those with most in common
        first.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    A track is an artist and a title, or an address where these are not known; one that stands
    twice in a playlist counts once. ``jaccard`` is the number in both per number in either. Ties
    stand in the order of names, by code point.
    """
    every = _listed(items)
    tracks = every[every["is_track"]].drop_duplicates(["list", "song"])
    frame = pd.DataFrame()
    if len(tracks):
        from scipy.sparse import coo_array, triu

        # lists in the order of their names: the first of a pair is the one
        names = tracks.drop_duplicates("list").sort_values(["playlist", "list"])
        place = pd.Series(range(len(names)), index=names["list"])
        at = place.loc[tracks["list"]].to_numpy()
        song, _ = pd.factorize(tracks["song"])
        ones = np.ones(len(tracks), dtype="int64")
        holds = coo_array((ones, (at, song)), shape=(len(names), int(song.max()) + 1)).tocsr()
        common = triu(holds @ holds.T, k=1).tocoo()
        left, right = common.coords
        size = np.bincount(at, minlength=len(names))
        label = names["playlist"].reset_index(drop=True)
        frame = pd.DataFrame(
            {
                "playlist": label.take(left).array,
                "other": label.take(right).array,
                "n_tracks": size[left],
                "n_tracks_other": size[right],
                "n_common": common.data,
                "jaccard": common.data / (size[left] + size[right] - common.data),
                "share_of_smaller": common.data / np.minimum(size[left], size[right]),
            }
        ).sort_values(
            ["n_common", "jaccard", "playlist", "other"], ascending=[False, False, True, True]
        )
    facts = {**tables.facts(items), "n_items": len(every)}
    return tables.note(tables.conform(frame, tables.PLAYLIST_OVERLAP), **facts)


def playlist_growth(items: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count what was added to each playlist per period.

    Parameters
    ----------
    items : DataFrame of any engine
        Rows of `tables.PLAYLIST_ITEMS`, from a loader or an export.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.PLAYLIST_GROWTH`: for each playlist, the greatest first, one row per period from
        the first adding to any playlist to the last.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    Only entries that are still there can be counted, so a playlist that is emptied and filled
    anew looks young. Days are those of UTC; entries without a day are not counted. Playlists of
    one size stand in the order of names, by code point.
    """
    _days.check_period(period)
    every = _listed(items)
    dated = every[every["added_day"].notna()]
    frame = pd.DataFrame()
    if len(dated):
        on = dated["added_day"].to_numpy().astype("datetime64[D]")
        starts, place = _days.places(on, period)
        sizes = dated.groupby("list").agg(
            n=("list", "size"), playlist=("playlist", "first"), playlist_id=("playlist_id", "first")
        )
        sizes = sizes.sort_values(["n", "playlist", "playlist_id"], ascending=[False, True, True])
        row = pd.Series(range(len(sizes)), index=sizes.index).loc[dated["list"]].to_numpy()
        n_periods = len(starts)
        added = np.bincount(row * n_periods + place, minlength=len(sizes) * n_periods)
        added = added.reshape(len(sizes), n_periods)
        columns = pd.DataFrame(_days.period_columns(on, starts, period))
        frame = columns.loc[np.tile(np.arange(n_periods), len(sizes))].reset_index(drop=True)
        for name in ("playlist", "playlist_id"):
            frame[name] = sizes[name].repeat(n_periods).array
        frame["n_added"] = added.ravel()
        frame["n_so_far"] = added.cumsum(axis=1).ravel()
    facts = {**tables.facts(items), "n_items": len(every), "n_undated": len(every) - len(dated)}
    return tables.note(tables.conform(frame, tables.PLAYLIST_GROWTH), **facts, period=period)


def liked_songs(saved: Any, plays: Any, *, n: int | None = 20) -> pd.DataFrame:
    """Set liked songs against plays: liked and never played, played much and not liked.

    Parameters
    ----------
    saved : DataFrame of any engine
        Rows of `tables.SAVED_TRACKS`, from a loader or an export.
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; as for `playlist_entries`.
    n : int or None
        How many of each status; None is all.

    Returns
    -------
    DataFrame
        `tables.LIKED_SONGS`: liked and played, then liked and never played, then played and not
        liked; each with most plays first. Facts ``n_liked`` and ``n_liked_never_played``.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Songs are matched as in `playlist_entries`. All plays count, also those before the song was
    liked. Ties stand in the order of title, then artist, by code point.
    """
    _things.check(n=n)
    songs = _Songs(_rows(plays), None)
    columns = ("track", "artist", "uri", "added_at")
    liked = _plays.home(
        _plays.narrow(saved, *columns, table=tables.SAVED_TRACKS),
        _plays.columns_of(tables.SAVED_TRACKS, *columns),
    )
    liked = liked[liked["track"].notna() | liked["uri"].notna()].reset_index(drop=True)
    code = songs.code_of(liked)
    counts = songs.since(code, np.zeros(len(code), dtype="int64"))
    liked = liked.assign(added_day=_day_of(liked["added_at"]), place=np.where(code < 0, 1, 0))
    liked = liked.join(counts)
    # two releases of a song are one like
    same = pd.Series(code).where(code >= 0).duplicated() & (code >= 0)
    liked = liked[~same.to_numpy()]
    others = np.setdiff1d(np.arange(songs.heard.n), code)
    rest = songs.heard.table(others).drop(columns="code").assign(place=2)
    frame = pd.concat([found for found in (liked, rest) if len(found)] or [liked])
    if len(frame):
        frame = _ranks.ranked_in(frame.reset_index(drop=True), "place", "n_plays", n=n)
        frame["status"] = [_STATUS[place] for place in frame["place"]]
    return _plays.finish(
        frame,
        tables.LIKED_SONGS,
        songs.counted,
        facts_of=plays,
        n_liked=len(liked),
        n_liked_never_played=int((liked["place"] == 1).sum()),
    )


def _listed(items: Any) -> pd.DataFrame:
    """Bring entries home, with which playlist, which song and which day each is."""
    every = _plays.home(
        _plays.narrow(items, *_LISTED, table=tables.PLAYLIST_ITEMS),
        _plays.columns_of(tables.PLAYLIST_ITEMS, *_LISTED),
    )
    names = every["artist"].fillna("") + "\n" + every["track"]
    is_music = every["kind"].isna() | every["kind"].isin(["track", "local"])
    # an id and a name must not be taken for each other
    playlist = ("id " + every["playlist_id"]).fillna("name " + every["playlist"].fillna(""))
    at, _ = _things.in_order(playlist)
    name, _ = _things.in_order(every["playlist"])
    position = every["position"].to_numpy(dtype="float64", na_value=np.inf)
    # a list without a name stands behind the others
    order = np.lexsort((position, at, np.where(name < 0, len(every), name)))
    return (
        every.assign(
            list=playlist,
            at=at,
            song=names.fillna(every["uri"]),
            is_track=is_music & (every["track"].notna() | every["uri"].notna()),
            added_day=_day_of(every["added_at"]),
        )
        .iloc[order]
        .reset_index(drop=True)
    )


def _rows(plays: Any, *more: str) -> pd.DataFrame:
    return _plays.rows(plays, "track", "artist", "uri", "local_day", "ms_played", *more)


def _heard(rows: pd.DataFrame, named: Any, listed: pd.DataFrame | None) -> _things.Heard:
    """Return the plays of songs that are on a list, by name or by address; of all without one."""
    if listed is None:
        return _things.among(rows, "tracks", "uri")
    near = named & _is_one_of(rows["track"], listed["track"])
    heard = _things.among(rows[near], "tracks", "uri")
    lost = listed["uri"][_by_name(heard, listed).isna()]
    under = rows["track"][named & _is_one_of(rows["uri"], lost)]
    if under.empty:
        return heard
    near |= named & _is_one_of(rows["track"], under)
    return _things.among(rows[near], "tracks", "uri")


def _is_one_of(values: pd.Series[Any], wanted: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Tell which texts are among others; what is missing is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    few = wanted.dropna().unique()
    if not len(few):
        return np.zeros(len(values), dtype=bool)
    # pandas 3.1 has isin, and takes six times as long for strings
    found = pc.is_in(pa.array(values), value_set=pa.array(few))
    return np.asarray(found, dtype=bool)


def _by_name(heard: _things.Heard, listed: pd.DataFrame) -> pd.Series[Any]:
    """Return the number of the song of each entry, missing where it was not played by that name."""
    names = heard.things.assign(code=np.arange(heard.n))
    code = listed[["track", "artist"]].merge(names, on=["track", "artist"], how="left")["code"]
    return code.where(listed["track"].notna().to_numpy()).astype(tables.INT)


def _entries(every: pd.DataFrame, songs: _Songs, stale_days: int) -> pd.DataFrame:
    """Return the tracks of playlists with their plays."""
    tracks = every[every["is_track"]].reset_index(drop=True)
    added = tracks["added_day"].fillna(pd.Timestamp(0))
    counts = songs.since(songs.code_of(tracks), _days.numbers(added))
    status = np.where(
        counts["n_plays"] == 0,
        "never played",
        np.where((counts["silent_days"] > stale_days).fillna(value=False), "stale", "played"),
    )
    timed = counts["ms_played"].notna().astype("int64")
    return tracks.join(counts).assign(status=status, n_timed=timed)


def _day_of(instants: pd.Series[Any]) -> pd.Series[Any]:
    """Return the day of instants, in UTC."""
    days: pd.Series[Any] = instants.dt.tz_localize(None).dt.floor("D")
    return days
