"""One listener's plays as arrays: what the formulas count on.

A `Library` is built once from a table of plays. `Library.at` then says how things stood at any
moment, counting only what had happened by then.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spotify_analysis.recommend import formulas, names, terms

if TYPE_CHECKING:
    from spotify_analysis.recommend.seeds import Taste

__all__ = ["SESSION_GAP_MIN", "Library", "Standing"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SESSION_GAP_MIN = 30.0
_US_PER_DAY = 86_400e6


@dataclass(frozen=True, eq=False)
class Library:
    """The tracks of one listener and when they were played.

    Parameters
    ----------
    items : DataFrame
        One row per recording, in the order of its first play: ``key`` (artist and title for
        comparing), ``song`` (the same for all versions), ``artist_key``, ``track``, ``artist``,
        ``album``, ``uri`` (the last seen of each) and ``by_name`` (its place in alphabet order,
        which settles ties).
    uris : DataFrame
        Every address that was played (``uri``) and its ``item``.
    artist_of : ndarray of int
        Number of each item's artist.
    artists : list of str
        Names of the artists, as last seen.
    last_at : float or None
        End of the last play of any length, in days since 1970.
    when : ndarray
        End of each full play, in days since 1970, ascending.
    item : ndarray of int
        Item of each full play.
    new_day : ndarray of bool
        The play is the first of its item on its local day.
    session : ndarray of int
        Session of each full play: a new one begins after 30 minutes of silence.
    learnable : ndarray of bool
        Models may learn from the play: it did not come through the Web API.
    """

    items: pd.DataFrame
    uris: pd.DataFrame
    artist_of: Ints
    artists: list[str]
    last_at: float | None
    when: Floats
    item: Ints
    new_day: NDArray[np.bool_]
    session: Ints
    learnable: NDArray[np.bool_]

    @classmethod
    def from_plays(
        cls,
        plays: pd.DataFrame,
        *,
        counted: pd.Series[Any] | None = None,
        until: pd.Timestamp | None = None,
        learn_from: frozenset[str] = frozenset(),
        what: str = "history",
    ) -> Library:
        """Build the library of a table of plays.

        Parameters
        ----------
        plays : DataFrame
            Plays of any source; ``track``, ``artist`` and ``ended_at`` (or ``played_at``) are
            needed, the other columns of ``tables.PLAYS`` are used where present.
        counted : Series of bool or None
            Plays to count; the others only make their track known.
        until : Timestamp or None
            Later plays have not happened.
        learn_from : frozenset of str
            Sources that models may learn from besides those that are always allowed.
        what : str
            Name of the argument, for messages.

        Returns
        -------
        Library
            Its library; podcasts, audiobooks and rows without a title or time are left out.

        Raises
        ------
        ValueError
            If it is no table, or a needed column is missing.
        """
        require_plays(plays, what)
        plays = _music(plays.assign(_counted=True if counted is None else counted), until, what)
        stamp = plays["ended_at"].to_numpy(dtype="datetime64[us]").astype(np.int64) / _US_PER_DAY
        began = plays["started_at"].to_numpy(dtype="datetime64[us]")
        start = np.where(np.isnat(began), stamp, began.astype(np.int64) / _US_PER_DAY)

        item, items = _items(plays)
        full = _is_full(plays["ms_played"]) & plays["_counted"].fillna(False).to_numpy(dtype=bool)
        gap = start[1:] - np.maximum.accumulate(stamp)[:-1] > SESSION_GAP_MIN / 1440
        session = np.concatenate([[0], np.cumsum(gap)]) if len(plays) else np.zeros(0)
        day = _local_day(plays, start)
        # the first full play of each item on each day
        pairs = pd.DataFrame({"item": item[full], "day": day[full]})
        artist_of, artist_keys = pd.factorize(items["artist_key"])
        last_name = dict(zip(items["artist_key"], items["artist"], strict=True))
        return cls(
            items=items,
            uris=_uris(plays, item),
            artist_of=artist_of.astype(np.int64),
            artists=[last_name[key] for key in artist_keys],
            last_at=float(stamp[-1]) if len(stamp) else None,
            when=stamp[full],
            item=item[full],
            new_day=~pairs.duplicated().to_numpy(),
            session=session[full].astype(np.int64),
            learnable=terms.may_learn(plays["source"], learn_from, unnamed=True).to_numpy()[full],
        )

    @property
    def n_items(self) -> int:
        """Number of recordings."""
        return len(self.items)

    @functools.cached_property
    def columns(self) -> dict[str, list[Any]]:
        """The columns of `items` as lists, for picking single values quickly."""
        return {
            name: self.items[name].astype(object).where(self.items[name].notna(), None).tolist()
            for name in ("track", "artist", "album", "uri")
        }

    @functools.cached_property
    def songs(self) -> frozenset[str]:
        """Every song that was played, whatever its version and for however long."""
        return frozenset(self.items["song"])

    @functools.cached_property
    def by_name(self) -> Ints:
        """Place of each item in alphabet order; settles ties."""
        return self.items["by_name"].to_numpy(dtype=np.int64)

    @functools.cached_property
    def item_of_key(self) -> dict[str, int]:
        """Number of each item, by its key."""
        return {key: number for number, key in enumerate(self.items["key"])}

    @functools.cached_property
    def artist_of_key(self) -> dict[str, int]:
        """Number of each artist, by its key."""
        return dict(zip(self.items["artist_key"], self.artist_of.tolist(), strict=True))

    @functools.cached_property
    def item_of_uri(self) -> dict[str, int]:
        """Number of each item, by every address it was played under."""
        return dict(zip(self.uris["uri"], self.uris["item"].tolist(), strict=True))

    @functools.cached_property
    def item_of_title(self) -> dict[str, int]:
        """Number of the most played item of each title, whoever the artist is."""
        plays = np.bincount(self.item, minlength=self.n_items)
        order = self.order(plays.astype(np.float64), np.arange(self.n_items))
        titles = [key.partition("\t")[2] for key in self.items["key"]]
        # the last one to be written stays, so the most played comes last
        return {titles[item]: int(item) for item in order[::-1]}

    def ignoring(self, taste: Taste) -> Library:
        """Return the library with some plays not counted; their tracks stay known.

        Parameters
        ----------
        taste : Taste
            Tracks and artists whose plays shall not count.

        Returns
        -------
        Library
            A new one.
        """
        uris = self.uris.loc[self.uris["uri"].isin(taste.uris), "item"]
        out = (
            self.items["song"].isin(taste.songs) | self.items["artist_key"].isin(taste.artists)
        ).to_numpy(dtype=bool, copy=True)
        out[uris.to_numpy(dtype=np.int64)] = True
        keep = ~out[self.item]
        return dataclasses.replace(
            self,
            **{
                name: getattr(self, name)[keep]
                for name in ("when", "item", "new_day", "session", "learnable")
            },
        )

    def at(self, when: float, *, inclusive: bool = True) -> Standing:
        """Say how things stood at a moment.

        Parameters
        ----------
        when : float
            The moment, in days since 1970.
        inclusive : bool
            Whether a play that ended at the very moment had happened.

        Returns
        -------
        Standing
            The counts of that moment.
        """
        n = np.searchsorted(self.when, when, side="right" if inclusive else "left")
        return Standing(self, when, int(n))

    def order(self, score: Floats, candidates: Ints) -> Ints:
        """Put candidates in order, best first.

        Parameters
        ----------
        score : ndarray
            Score of every item.
        candidates : ndarray of int
            Items to order.

        Returns
        -------
        ndarray of int
            The candidates; equal scores in alphabet order of artist and title.
        """
        return candidates[np.lexsort((self.by_name[candidates], -score[candidates]))]


@dataclass(frozen=True, eq=False)
class Standing:
    """How often, how recently and on how many days everything had been played by a moment.

    Parameters
    ----------
    library : Library
        Whose plays.
    when : float
        The moment, in days since 1970.
    n : int
        Number of full plays that had happened.
    """

    library: Library
    when: float
    n: int

    @functools.cached_property
    def _item(self) -> Ints:
        return self.library.item[: self.n]

    @functools.cached_property
    def _age(self) -> Floats:
        return self.when - self.library.when[: self.n]

    @functools.cached_property
    def plays(self) -> Ints:
        """Full plays of each item."""
        return np.bincount(self._item, minlength=self.library.n_items)

    @functools.cached_property
    def days(self) -> Ints:
        """Distinct local days on which each item was played."""
        first_of_day = self._item[self.library.new_day[: self.n]]
        return np.bincount(first_of_day, minlength=self.library.n_items)

    @functools.cached_property
    def last(self) -> Floats:
        """End of each item's last full play, in days since 1970; -inf where there is none."""
        last = np.full(self.library.n_items, -np.inf)
        last[self._item] = self.library.when[: self.n]  # ascending, so the last one stays
        return last

    @functools.cached_property
    def artist_plays(self) -> Ints:
        """Full plays of each artist."""
        return np.bincount(
            self.library.artist_of, weights=self.plays, minlength=len(self.library.artists)
        ).astype(np.int64)

    @functools.cached_property
    def decayed(self) -> Floats:
        """Decayed plays of each item: the score of `on_repeat`."""
        return formulas.decayed(self._age, self._item, self.library.n_items)

    @functools.cached_property
    def artist_decayed(self) -> Floats:
        """Decayed plays of each artist."""
        return np.bincount(
            self.library.artist_of, weights=self.decayed, minlength=len(self.library.artists)
        ).astype(np.float64)

    @functools.cached_property
    def rediscover(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Score and candidates of `rediscover`."""
        return formulas.rediscover(
            self.plays,
            self.days,
            self.when - self.last,
            self.artist_decayed[self.library.artist_of],
        )

    def recent(self, days: float) -> Ints:
        """Count each item's full plays of the last days.

        Parameters
        ----------
        days : float
            How far back to look.

        Returns
        -------
        ndarray of int
            One count per item.
        """
        return np.bincount(self._item[self._age <= days], minlength=self.library.n_items)


def require_plays(plays: Any, what: str) -> None:
    """Refuse what is no table at all.

    Parameters
    ----------
    plays : object
        What was given.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If it is no DataFrame.
    """
    if not isinstance(plays, pd.DataFrame):
        raise ValueError(f"`{what}` must be a DataFrame of plays; not {type(plays).__name__}.")


def _music(plays: pd.DataFrame, until: pd.Timestamp | None, what: str) -> pd.DataFrame:
    """Return the plays of music with the columns used here, oldest first."""
    time = "ended_at" if "ended_at" in plays or "played_at" not in plays else "played_at"
    missing = [name for name in (time, "track", "artist") if name not in plays]
    if missing:
        raise ValueError(
            f"`{what}` must be a table of plays; it lacks {missing}. Take `.plays` of "
            "`account_data.read(...)`, or `loaders.recent_plays(...)`."
        )
    optional = {
        name: plays[name] if name in plays else pd.Series(pd.NA, index=plays.index, dtype=dtype)
        for name, dtype in _OPTIONAL.items()
    }
    frame = pd.DataFrame(
        {
            "ended_at": _utc(plays[time]),
            "track": plays["track"].astype("string"),
            "artist": plays["artist"].astype("string"),
            "_counted": plays["_counted"],
            **optional,
        }
    )
    frame["started_at"] = _utc(frame["started_at"])
    of_music = frame["kind"].fillna("track") == "track"
    if until is not None:
        of_music &= frame["ended_at"] <= until
    frame = frame[of_music & frame[["ended_at", "track", "artist"]].notna().all(axis=1)]
    return frame.sort_values("ended_at", kind="stable", ignore_index=True)


_OPTIONAL = {
    "started_at": "datetime64[us, UTC]",
    "ms_played": "Int64",
    "kind": "string",
    "album": "string",
    "uri": "string",
    "local_day": "datetime64[us]",
    "source": "string",
}


def _utc(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(values, utc=True, format="ISO8601").astype("datetime64[us, UTC]")


def _is_full(ms_played: pd.Series[Any]) -> NDArray[np.bool_]:
    # Sources that name no duration (recently played, scrobbles) list full plays only.
    return (ms_played.isna() | (ms_played >= formulas.FULL_PLAY_MS).fillna(False)).to_numpy(
        dtype=bool
    )


def _local_day(plays: pd.DataFrame, start: Floats) -> Ints:
    """Number the day of each play: the local one where it is known, else that in UTC."""
    local = plays["local_day"].to_numpy(dtype="datetime64[us]")
    days = np.floor(local.astype(np.int64) / _US_PER_DAY)
    return np.where(np.isnat(local), np.floor(start), days).astype(np.int64)


def _items(plays: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Number the recordings, and say of each what it was last called."""
    written = plays.groupby(["artist", "track"], sort=False).ngroup().to_numpy(dtype=np.int64)
    _, first = np.unique(written, return_index=True)
    spelling = plays.loc[first, ["artist", "track"]]
    artist_key = {name: names.artist(name) for name in spelling["artist"].unique()}
    who = [artist_key[name] for name in spelling["artist"]]
    key = [
        f"{by}\t{names.recording(title)}" for by, title in zip(who, spelling["track"], strict=True)
    ]
    number_of_spelling, keys = pd.factorize(np.array(key, dtype=object))
    item = number_of_spelling[written].astype(np.int64)

    items = pd.DataFrame({"key": keys})
    last = _last_row(item, len(keys), np.ones(len(plays), dtype=bool))
    for name in ("track", "artist"):
        items[name] = plays[name].to_numpy(dtype=object)[last]
    for name in ("album", "uri"):
        values = plays[name].astype(object).tolist()
        known = plays[name].notna().to_numpy(dtype=bool)
        last = _last_row(item, len(keys), known)
        items[name] = [values[row] if row >= 0 else None for row in last]
    items["artist_key"] = [key.partition("\t")[0] for key in items["key"]]
    items["song"] = [
        f"{by}\t{names.song(title)}"
        for by, title in zip(items["artist_key"], items["track"], strict=True)
    ]
    items["by_name"] = np.argsort(np.argsort(items["key"].to_numpy(dtype=object), kind="stable"))
    return item, items


def _uris(plays: pd.DataFrame, item: Ints) -> pd.DataFrame:
    frame = pd.DataFrame({"uri": plays["uri"], "item": item})
    return frame.dropna(subset="uri").drop_duplicates("uri", keep="last", ignore_index=True)


def _last_row(item: Ints, n_items: int, known: NDArray[np.bool_]) -> Ints:
    """Return the last row of each item among the known ones; -1 where there is none."""
    last = np.full(n_items, -1, dtype=np.int64)
    rows = np.flatnonzero(known)
    last[item[rows]] = rows
    return last
