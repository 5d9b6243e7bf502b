"""Rows of every source to one listening history: a pure function of the set of rows.

What comes out depends on what was added, never on its order: each import is a set of rows, and
all of them are merged anew. Rows of better sources lead, poorer ones fill what those do not know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables

__all__ = ["KEPT", "RULES", "TIERS", "Merged", "coverage", "is_covered", "last_of", "merge"]

# grows when the same rows make other plays than before: then all are worked out anew once
RULES = 1

# What is kept of a play; the local calendar is worked out of it again.
KEPT = tuple(
    name for name in tables.PLAYS.columns if not name.startswith("local_") and name != "time_zone"
)
# Best first. What is none of these ranks last.
TIERS = ("extended", "account", "web_api", "listenbrainz", "lastfm")
_EXTENDED, _ACCOUNT, _WEB = 0, 1, 2

_NAMES = ("track", "artist", "show", "episode", "audiobook", "chapter")
_TIMES = ("ended_at", "started_at", "logged_at")
_TITLE, _BY = ("track", "episode", "chapter"), ("artist", "show", "audiobook")

_S = 1_000_000  # times are microseconds
_DAY = 86_400 * _S
# a silence of more than this may be a file that was not given; as account_data.merging has it
_COVERED_GAP = 30 * _DAY
# the account data cuts its minute off, and is off by one now and then
_ACCOUNT_EARLY, _ACCOUNT_LATE = 120 * _S, 60 * _S
# recent plays are stamped at their begin or at their end, scrobbles at their begin or its minute
_STAMP_EARLY, _STAMP_LATE = 60 * _S, 65 * _S
# the same recent play may be stamped a little otherwise in the next answer
_SAME_STAMP = 2 * _S

Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(slots=True)
class Merged:
    """The plays, and which rows speak of each.

    Parameters
    ----------
    plays : pyarrow.Table
        Columns `KEPT`, in the order of their time.
    play_of_row : ndarray of int
        For each row that came in the play it speaks of; -1 for rows that gave way.
    """

    plays: pa.Table
    play_of_row: Ints


def merge(
    rows: pa.Table,
    *,
    last: Mapping[str, int] | None = None,
    covered: tuple[Ints, Ints] | None = None,
) -> Merged:
    """Merge rows of all imports.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns `KEPT`, ``import_id`` (which import's rows they are) and ``position`` (their place
        among those).
    last : mapping of str to int, optional
        From `last_of` for each import, where these are not all its rows.
    covered : tuple of ndarray, optional
        From `coverage` of the extended history, where these are not all rows of it.

    Returns
    -------
    Merged
        Each play once.

    Notes
    -----
    - Extended history: a play is the second it was logged, its length, its media (URI, or names
      where one of the exports has no URIs) and a number for repeats; of each, as many are kept as
      the import that has most of them holds. The newest import's row leads, and the times of one
      that still knows the start.
    - Account data: the same with its minute; only times that the extended history does not cover.
    - Recent plays: stamps of one song within 2 s are one play. They too give way to the extended
      history, and join a play of the same song whose time holds their stamp.
    - Scrobbles of other services join such a play or stay: those services heard other players too.
    - But for `last` and `covered` a row matters only to rows near it in time, see `window`: no
      choice among equals may depend on how things are numbered.
    """
    rows = coded(rows)
    order = _canonical_order(rows)
    if (np.diff(order) != 1).any():
        rows = rows.take(pa.array(order))
    seen = _Seen(rows, last, covered)
    play = np.full(len(seen), -1, dtype=np.int64)
    n_plays = 0
    for tier in range(len(TIERS) + 1):
        index = np.flatnonzero(seen.tier == tier)
        if not len(index):
            continue
        key = seen.same_moment(index) if tier <= _ACCOUNT else seen.same_stamp(index)
        leads, own = seen.first_of(index, key)
        joined = seen.joined(leads, tier, play, n_plays)
        # the next free numbers for plays that only this tier knows
        is_new = joined == _NEW
        joined[is_new] = n_plays + np.arange(int(is_new.sum()))
        n_plays += int(is_new.sum())
        play[index] = joined[own]
    plays, play = seen.resolved(play, n_plays)
    back = np.empty(len(play), dtype=np.int64)
    back[order] = play
    return Merged(plays, back)


_NEW = -2


def last_of(rows: pa.Table) -> dict[str, int]:
    """Tell when the last row of each import was.

    Parameters
    ----------
    rows : pyarrow.Table
        All rows of the imports: ``import_id`` and their times.

    Returns
    -------
    dict of str to int
        The instant in microseconds, by the name of the import.
    """
    at = first_known(*(_instants(rows[name]) for name in _TIMES))
    names = _array(coded(rows.select(["import_id"]))["import_id"])
    last = np.full(len(names.dictionary), _NONE)
    np.maximum.at(last, _numbers(names.indices, 0), at)
    return dict(zip(names.dictionary.to_pylist(), last.tolist(), strict=True))


def coverage(logged_at: Ints) -> tuple[Ints, Ints]:
    """Tell which times a history covers.

    Parameters
    ----------
    logged_at : ndarray of int
        Its stamps, in microseconds.

    Returns
    -------
    tuple of ndarray
        Begin and end of each stretch without a silence of more than 30 days.
    """
    stamps = np.sort(logged_at)
    if not len(stamps):
        return stamps, stamps
    breaks = np.flatnonzero(np.diff(stamps) > _COVERED_GAP)
    first = stamps[np.r_[0, breaks + 1]]
    # the account data cuts the seconds off
    return first - first % (60 * _S), stamps[np.r_[breaks, len(stamps) - 1]]


def is_covered(at: Ints, covered: tuple[Ints, Ints]) -> Flags:
    """Tell which instants lie in a stretch.

    Parameters
    ----------
    at : ndarray of int
        Instants, in microseconds.
    covered : tuple of ndarray
        From `coverage`.

    Returns
    -------
    ndarray of bool
        True where covered.
    """
    first, last = covered
    if not len(first):
        return np.zeros(len(at), dtype=bool)
    place = np.searchsorted(first, at, side="right") - 1
    inside: Flags = (place >= 0) & (at <= last[place.clip(0)])
    return inside


# ---------------------------------------------------------------- rows as numbers


class _Seen:
    """The rows, as numbers that are quick to compare."""

    def __init__(
        self, rows: pa.Table, last: Mapping[str, int] | None, covered: tuple[Ints, Ints] | None
    ) -> None:
        self.rows = rows
        # numbers in the order of the rows: how texts were coded depends on how files were read
        self.content = _in_order(codes(rows["import_id"]))
        self.position = rows["position"].to_numpy()
        self.tier = _ranked(rows["source"])
        self.ms = _numbers(rows["ms_played"], -1)
        self.ended, self.started, self.logged = (_instants(rows[name]) for name in _TIMES)
        self.at = first_known(self.ended, self.started, self.logged)
        self.logged = first_known(self.logged, self.at)
        self.uri = _in_order(codes(rows["uri"]))
        title, by = (_in_order(_folded(rows, names)) for names in (_TITLE, _BY))
        self.names = np.where((title < 0) & (by < 0), -1, codes_of(pair(title, by)))
        self.is_named = self.names >= 0
        # two rows in one number: what to know them by, the URI before the names
        n_uris = int(self.uri.max(initial=-1)) + 1
        self.media = np.where(
            self.uri >= 0, self.uri, np.where(self.is_named, n_uris + self.names, -1)
        )
        self.n_uris = n_uris
        # the later its last row, the later an import was made; the newest comes first
        last = last_of(rows) if last is None else last
        ages = [-last.get(name, 0) for name in _array(rows["import_id"]).dictionary.to_pylist()]
        self.age = np.array([*ages, 0], dtype=np.int64)[codes(rows["import_id"])]
        self.covered = covered
        self.n_missing = np.zeros(len(rows), dtype=np.int64)
        for name in KEPT:
            if rows[name].null_count:
                self.n_missing += _array(pc.is_null(rows[name])).to_numpy(zero_copy_only=False)
        length = np.where(self.ms >= 0, self.ms, 0) * 1000
        self.begin = np.where(self.started == _NONE, self.at - length, self.started)
        self.end = np.maximum(self.at, self.begin)
        # elsewhere the start was worked out from the end, and the end is what was logged
        self.has_start = (self.started != _NONE) & (
            (self.started + length != self.ended) | (self.ended != self.logged)
        )

    def __len__(self) -> int:
        return len(self.position)

    def same_moment(self, index: Ints) -> Ints:
        """Name plays of exports: moment, length, media, and the how manieth in its import."""
        # no play lasts 2**30 ms
        moment = codes_of((self.logged[index] // _S) * 2**30 + self.ms[index] + 1)
        media = self.media[index]
        content = self.content[index]
        if (content != content[0]).any():
            media = self._known_media(index, moment, media)
        return self._numbered(index, pair(moment, codes_of(media)))

    def _known_media(self, index: Ints, moment: Ints, media: Ints) -> Ints:
        """Give rows without URI, or without anything, the media their moment has elsewhere."""
        lacking = self.uri[index] < 0
        in_question = np.zeros(int(moment.max()) + 1, dtype=bool)
        in_question[moment[lacking]] = True
        few = np.flatnonzero(in_question[moment])
        if not len(few):
            return media
        frame = pd.DataFrame(
            {
                "moment": moment[few],
                "names": self.names[index][few],
                "uri": self.uri[index][few],
                "media": media[few],
                "ms": self.ms[index][few],
            }
        )
        both = frame[(frame["uri"] >= 0) & (frame["names"] >= 0)]
        by_names = both.groupby(["moment", "names"])["uri"].first().rename("known").reset_index()
        found = frame.merge(by_names, on=["moment", "names"], how="left")["known"].to_numpy()
        is_found = (
            (frame["uri"] < 0).to_numpy() & (frame["names"] >= 0).to_numpy() & ~np.isnan(found)
        )
        frame.loc[is_found, "media"] = found[is_found].astype("int64")
        # one URI and one name in the same second, of the same length: renamed since
        has_uri = frame["media"].between(0, self.n_uris - 1)
        only_uri = _only(frame[has_uri], "media", frame)
        only_name = _only(frame[~has_uri & (frame["media"] >= 0)], "media", frame)
        renamed = (
            ~has_uri
            & (frame["media"] >= 0)
            & (frame["ms"] > 0)
            & only_uri.notna()
            & only_name.notna()
        )
        frame.loc[renamed, "media"] = only_uri[renamed].astype("int64")
        only = _only(frame[frame["media"] >= 0], "media", frame)
        nameless = (frame["media"] < 0) & only.notna()
        frame.loc[nameless, "media"] = only[nameless].astype("int64")
        mended = media.copy()
        mended[few] = frame["media"].to_numpy()
        return mended

    def same_stamp(self, index: Ints) -> Ints:
        """Name plays that are known by a stamp: one song within two seconds."""
        media, at = codes_of(self.media[index]), self.at[index]
        order = np.lexsort((at, media))
        apart = (np.diff(media[order], prepend=-1) != 0) | (
            np.diff(at[order], prepend=at[order][:1]) > _SAME_STAMP
        )
        key = np.empty(len(index), dtype=np.int64)
        key[order] = np.cumsum(apart) - 1
        return self._numbered(index, key)

    def _numbered(self, index: Ints, key: Ints) -> Ints:
        """Tell repeats within one import apart, the fuller row first."""
        within = pair(codes_of(key), self.content[index])
        if codes_of(within).max() == len(within) - 1:
            return codes_of(key)
        lacks = (self.uri[index] < 0).astype("int64") + (~self.is_named[index]).astype("int64")
        order = np.lexsort((self.position[index], lacks, within))
        begins = np.diff(within[order], prepend=-1) != 0
        place = np.arange(len(order))
        repeat = np.empty(len(order), dtype=np.int64)
        repeat[order] = place - np.maximum.accumulate(np.where(begins, place, 0))
        return codes_of(pair(codes_of(key), repeat))

    def _best_first(self, index: Ints, key: Ints) -> Ints:
        """Order rows by a key, those of one key from the best to the poorest."""
        return np.lexsort(
            (
                self.position[index],
                self.content[index],
                self.n_missing[index],
                self.age[index],
                self.tier[index],
                key,
            )
        )

    def first_of(self, index: Ints, key: Ints) -> tuple[Ints, Ints]:
        """Return the leading row of each key, in order of time, and each row's place among them."""
        order = self._best_first(index, key)
        begins = np.diff(key[order], prepend=-1) != 0
        leads = index[order[begins]]
        by_time = np.lexsort((leads, self.logged[leads]))
        rank = np.empty(len(leads), dtype=np.int64)
        rank[by_time] = np.arange(len(leads))
        own = np.empty(len(index), dtype=np.int64)
        own[order] = rank[np.cumsum(begins) - 1]
        return leads[by_time], own

    def joined(self, leads: Ints, tier: int, play: Ints, n_plays: int) -> Ints:
        """Find the play that each leading row joins: a number, `_NEW`, or -1 for none."""
        joined = np.full(len(leads), _NEW, dtype=np.int64)
        if tier == _EXTENDED:
            return joined
        base = self._base(play, n_plays)
        covered = np.zeros(len(leads), dtype=bool)
        if tier in (_ACCOUNT, _WEB):
            if self.covered is None:
                self.covered = coverage(self.logged[self.tier == _EXTENDED])
            covered = is_covered(self.logged[leads], self.covered)
        if tier == _ACCOUNT:
            joined[covered] = self._nameless(leads[covered], base)
            row = leads[~covered]
            found = _matched(
                self.at[row],
                _with_length(self.names[row], self.ms[row]),
                base.logged,
                base.logged,
                _with_length(base.names, base.ms),
                _ACCOUNT_EARLY,
                _ACCOUNT_LATE,
            )
            joined[~covered] = np.where(found >= 0, found, _NEW)
            return joined
        found = np.full(len(leads), -1, dtype=np.int64)
        free = np.ones(n_plays, dtype=bool)
        for mine, theirs in ((self.uri, base.uri), (self.names, base.names)):
            rest = np.flatnonzero((found < 0) & (mine[leads] >= 0))
            open_plays = np.flatnonzero(free & (theirs >= 0))
            row = leads[rest]
            hit = _matched(
                self.at[row],
                mine[row],
                base.begin[open_plays],
                base.end[open_plays],
                theirs[open_plays],
                _STAMP_EARLY,
                _STAMP_LATE,
            )
            found[rest[hit >= 0]] = open_plays[hit[hit >= 0]]
            free[found[found >= 0]] = False
        return np.where(found >= 0, found, np.where(covered, -1, _NEW))

    def _base(self, play: Ints, n_plays: int) -> _Base:
        """Say what is known so far of each play, from its leading row."""
        rows = np.flatnonzero(play >= 0)
        order = rows[self._best_first(rows, play[rows])]
        lead = order[np.diff(play[order], prepend=-1) != 0]
        names, uri = self.names[lead], self.uri[lead]
        # a name or URI that another row of the play brought, the best that has one
        for known, of_row in ((names, self.names), (uri, self.uri)):
            having = order[of_row[order] >= 0]
            first = having[np.diff(play[having], prepend=-1) != 0]
            lacking = first[known[play[first]] < 0]
            known[play[lacking]] = of_row[lacking]
        return _Base(self.logged[lead], self.begin[lead], self.end[lead], self.ms[lead], names, uri)

    def _nameless(self, leads: Ints, base: _Base) -> Ints:
        """Find plays whose names Spotify has lost and the account data still has."""
        joined = np.full(len(leads), -1, dtype=np.int64)
        moments = _with_length(base.logged // (60 * _S), base.ms)
        known, place, n = np.unique(moments, return_index=True, return_counts=True)
        alone = (n == 1) & (base.names[place] < 0) & (base.ms[place] > 0)
        known, place = known[alone], place[alone]
        if not len(known):
            return joined
        asked = _with_length(self.logged[leads] // (60 * _S), self.ms[leads])
        _, which, n_asked = np.unique(asked, return_inverse=True, return_counts=True)
        at = np.searchsorted(known, asked).clip(max=len(known) - 1)
        hit = (known[at] == asked) & (n_asked[which] == 1) & self.is_named[leads]
        joined[hit] = place[at[hit]]
        return joined

    def resolved(self, play: Ints, n_plays: int) -> tuple[pa.Table, Ints]:
        """Make one row of the rows of each play: the best one leads, others fill."""
        rows = np.flatnonzero(play >= 0)
        order = rows[self._best_first(rows, play[rows])]
        of_play = play[order]
        lead: Ints = order[np.diff(of_play, prepend=-1) != 0]

        def first(is_good: Flags) -> Ints:
            """Return the first good row of each play, else its leading one."""
            index: Ints = lead.copy()
            good = is_good[order]
            plays, rows = of_play[good], order[good]
            begins = np.diff(plays, prepend=-1) != 0
            index[plays[begins]] = rows[begins]
            return index

        is_extended = self.tier == _EXTENDED
        knows_start = first(is_extended & self.has_start)
        times = np.where(is_extended[lead], knows_start, lead)
        at = first_known(self.ended[times], self.started[times], self.logged[times])
        by_time = np.lexsort(
            (self.position[lead], self.content[lead], self.logged[times], self.started[times], at)
        )
        named = first(self.is_named)
        columns = {}
        for name in KEPT:
            column = self.rows[name]
            if name in _TIMES:
                index = times
            elif name in _NAMES:
                index = named
            elif name in ("source", "file") or (not column.null_count and name != "kind"):
                index = lead
            else:
                known = _array(pc.is_valid(column)).to_numpy(zero_copy_only=False)
                if name == "kind":
                    known &= codes(column) != _code_of(column, "unknown")
                index = first(known)
            columns[name] = column.take(pa.array(index[by_time]))
        rank = np.empty(n_plays, dtype=np.int64)
        rank[by_time] = np.arange(n_plays)
        numbered = play.copy()
        numbered[rows] = rank[play[rows]]
        return pa.table(columns), numbered


@dataclass(slots=True)
class _Base:
    """What is known of the plays so far, as numbers."""

    logged: Ints
    begin: Ints
    end: Ints
    ms: Ints
    names: Ints
    uri: Ints


def _matched(
    at: Ints, media: Ints, begin: Ints, end: Ints, theirs: Ints, early: int, late: int
) -> Ints:
    """Give each row a play of the same media whose time holds its stamp; each play once.

    Both in the order of time, the earliest play that fits: so that of a song on repeat no row is
    left over that another choice could have placed.
    """
    found = np.full(len(at), -1, dtype=np.int64)
    if not len(at):
        return found
    near = (end + late >= at.min()) & (begin - early <= at.max()) & (theirs >= 0)
    plays = np.flatnonzero(near)
    plays = plays[np.isin(theirs[plays], media)]
    rows = np.flatnonzero(np.isin(media, theirs[plays]))
    if not len(rows):
        return found
    rows = rows[np.lexsort((at[rows], media[rows]))]
    plays = plays[np.lexsort((end[plays], theirs[plays]))]
    firsts = np.searchsorted(theirs[plays], media[rows])
    first_at, last_at = (begin[plays] - early).tolist(), (end[plays] + late).tolist()
    media_of = theirs[plays].tolist()
    free = [True] * len(plays)
    place, song = 0, -1
    for row, first, stamp, wanted in zip(
        rows.tolist(), firsts.tolist(), at[rows].tolist(), media[rows].tolist(), strict=True
    ):
        if wanted != song:
            place, song = first, wanted
        while place < len(free) and media_of[place] == song and last_at[place] < stamp:
            place += 1
        other = place
        while other < len(free) and media_of[other] == song and first_at[other] <= stamp:
            if free[other] and stamp <= last_at[other]:
                free[other] = False
                found[row] = plays[other]
                break
            other += 1
    return found


# ---------------------------------------------------------------- columns to numbers

_NONE = np.iinfo(np.int64).min


def coded(rows: pa.Table) -> pa.Table:
    """Write each text once, and numbers in its place: cheap to compare and to pick from.

    Parameters
    ----------
    rows : pyarrow.Table
        Any table.

    Returns
    -------
    pyarrow.Table
        The same, its columns of text dictionary-coded, each in one piece.
    """
    columns = {}
    for name in rows.column_names:
        column = rows[name]
        if not pa.types.is_dictionary(column.type) and _is_text(column.type):
            column = pc.dictionary_encode(column)
        columns[name] = _in_one(column)
    return pa.table(columns)


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _in_one(column: Any) -> Any:
    """Make one array of the pieces of a column."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _canonical_order(rows: pa.Table) -> Ints:
    """Order rows so that it does not matter how they came."""
    content = _array(rows["import_id"])
    names = content.dictionary.to_pylist()
    rank = np.argsort(np.argsort(np.array(names, dtype=object))) if names else np.zeros(0, int)
    return np.lexsort((rows["position"].to_numpy(), rank[_numbers(content.indices, 0)]))


def _array(column: Any) -> Any:
    return _in_one(column) if isinstance(column, pa.ChunkedArray) else column


def _numbers(column: Any, missing: int) -> Ints:
    values: Ints = pc.fill_null(column, missing).to_numpy().astype("int64", copy=False)
    return values


def _instants(column: Any) -> Ints:
    return _numbers(column.cast(pa.int64()), _NONE)


def first_known(*instants: Ints) -> Ints:
    """Return the first of several instants that is known.

    Parameters
    ----------
    *instants : ndarray of int
        Microseconds; the smallest integer where not known.

    Returns
    -------
    ndarray of int
        The first known of each row.
    """
    known = instants[0].copy()
    for other in instants[1:]:
        missing = known == _NONE
        known[missing] = other[missing]
    return known


def codes(column: Any) -> Ints:
    """Number the different texts of a column.

    Parameters
    ----------
    column : pyarrow.Array or ChunkedArray
        Texts, dictionary-coded.

    Returns
    -------
    ndarray of int
        The same number for the same text; -1 where missing.
    """
    return _numbers(_array(column).indices.cast(pa.int64()), -1)


def codes_of(values: Ints) -> Ints:
    """Number the different values of an array.

    Parameters
    ----------
    values : ndarray of int
        Any numbers.

    Returns
    -------
    ndarray of int
        0, 1, 2, ... in the order they come.
    """
    return pd.factorize(values)[0].astype("int64", copy=False)


def pair(first: Ints, second: Ints) -> Ints:
    """Make one number of two small ones.

    Parameters
    ----------
    first, second : ndarray of int
        Numbers from -1 on, as `codes` gives them.

    Returns
    -------
    ndarray of int
        The same number for the same pair.
    """
    return (first + 1) * (int(second.max(initial=-1)) + 2) + second + 1


def _in_order(values: Ints) -> Ints:
    """Number codes anew in the order they come; -1 stays."""
    numbered = np.full(len(values), -1, dtype=np.int64)
    known = values >= 0
    numbered[known] = codes_of(values[known])
    return numbered


def _with_length(values: Ints, ms: Ints) -> Ints:
    """Make one number of a code and a length, -1 where there is no code."""
    # no play lasts 2**30 ms
    return np.where(values >= 0, values * 2**30 + ms + 1, -1)


def _only(found: pd.DataFrame, name: str, frame: pd.DataFrame) -> pd.Series[Any]:
    """Return the only value there is in the moment of each row, missing where there are several."""
    by_moment = found.groupby("moment")[name].agg(["min", "max"])
    only = by_moment["min"].where(by_moment["min"] == by_moment["max"])
    return frame["moment"].map(only)


def _code_of(column: Any, text: str) -> int:
    """Return the number `codes` gives a text."""
    texts = _array(column).dictionary.to_pylist()
    return texts.index(text) if text in texts else -2


def _ranked(source: Any) -> Ints:
    """Return the tier of each row."""
    tier = {name: rank for rank, name in enumerate(TIERS)}
    ranks = [tier.get(name, len(TIERS)) for name in _array(source).dictionary.to_pylist()]
    ranked: Ints = np.array([*ranks, len(TIERS)], dtype=np.int64)[codes(source)]
    return ranked


def _folded(rows: pa.Table, names: tuple[str, ...]) -> Ints:
    """Number the first name there is, the same for names that only differ in how they are written.

    Only for comparing: what is stored stays as it came.
    """
    number = {"": -1}
    first = np.full(len(rows), -1, dtype=np.int64)
    for name in names:
        column = _array(rows[name])
        folded = [
            number.setdefault(unicodedata.normalize("NFC", text).strip().casefold(), len(number))
            for text in column.dictionary.to_pylist()
        ]
        found = np.array([*folded, -1], dtype=np.int64)[codes(column)]
        first = np.where(first >= 0, first, found)
    return first
