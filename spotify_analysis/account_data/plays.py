"""Rows of the two packages to plays: times, kinds, devices, and the break of October 2022.

`listening-exports` in short: ``ts`` and ``endTime`` are UTC and the end of a play, but for plays
made offline before October 2022 ``ts`` is when they were uploaded; ``offline_timestamp`` is really
the start, in milliseconds before and in seconds after; ``skipped`` means something since then only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables
from spotify_analysis.account_data.decoding import AccountRow, Decoded, ExtendedRow, Rejection
from spotify_analysis.account_data.platforms import platform_family

__all__ = ["FilePlays", "account_plays", "extended_plays", "generation_of"]

SKIPPED_BY_HAND = ("fwdbtn", "backbtn", "endplay")
MAX_PLAY_MS = 7 * 24 * 3600 * 1000  # the longest measured is 4.4 h
FIRST_INSTANT = pd.Timestamp("2006-01-01", tz="UTC")  # Spotify was founded in 2006
LAST_INSTANT = pd.Timestamp("2100-01-01", tz="UTC")
# 13 digits are milliseconds, 10 are seconds; 0 and 1 stand for "not known"
_FIRST_MS = 10**11
_URI = (
    r"^spotify:(track|episode|show|audiobook|chapter|video):[0-9A-Za-z]{22}$"
    r"|^spotify:local:[^\s<>]*$"
)
_TRACK_URI = b"spotify:track:"
_URI_BYTES = 36
_Flags = npt.NDArray[np.bool_]
_NOBODY = ("Unknown Artist", "Unknown Track")
_UTC = pa.timestamp("us", tz="UTC")


@dataclass(slots=True)
class FilePlays:
    """The plays of one file.

    Parameters
    ----------
    plays : pyarrow.Table
        Columns of `tables.PLAYS` that this source fills.
    rejected : list of Rejection
        Rows that are no plays.
    n_offline : int
        Rows whose end was moved back from the upload to the play.
    n_no_start, n_late_start : int
        Rows whose start is not given, or lies after their end; it was worked out.
    """

    plays: pa.Table
    rejected: list[Rejection]
    n_offline: int = 0
    n_no_start: int = 0
    n_late_start: int = 0


def generation_of(kind: str, keys: set[str]) -> tuple[int, str]:
    """Tell when a file was written from the keys of its objects.

    Parameters
    ----------
    kind : str
        Kind of the file, as `decoding.kind_of` names it.
    keys : set of str
        Keys of its first object.

    Returns
    -------
    tuple of int and str
        A number that grows with time, and words for the report.
    """
    if kind != "extended":
        return 0, kind
    if not keys & {"spotify_track_uri", "spotify_episode_uri"}:
        return 0, "extended, to 2020"
    if keys & {"username", "user_agent_decrypted"}:
        return 1, "extended, 2021 to 2023"
    if any(key.startswith("audiobook_") for key in keys):
        return 3, "extended, layout of late 2024 on"
    return 2, "extended, 2024"


def extended_plays(decoded: Decoded[ExtendedRow]) -> FilePlays:
    """Make plays of the extended streaming history.

    Parameters
    ----------
    decoded : Decoded
        The rows of one file.

    Returns
    -------
    FilePlays
        The plays, with their times in UTC, and rows that cannot be.
    """
    text = _texts(decoded)
    ends = _instants(decoded.column("ts"))
    ms_played = _whole(decoded.column("ms_played"))
    uri = pc.coalesce(
        text("spotify_track_uri"),
        text("spotify_episode_uri"),
        text("audiobook_chapter_uri"),
        text("audiobook_uri"),
    )
    good, rejected = _checked(decoded, ends, ms_played, uri, ("ts", "ms_played"))

    track, episode = text("master_metadata_track_name"), text("episode_name")
    kind = _kinds(
        _any_valid(text("spotify_track_uri"), track),
        _any_valid(text("spotify_episode_uri"), episode),
        _any_valid(
            *(text(name) for name in ExtendedRow.__struct_fields__ if name.startswith("audiobook_"))
        ),
    )

    offline = _flags(decoded, "offline")
    logged_at = ends.to_numpy(zero_copy_only=False)
    began, was_ms = _starts(decoded.column("offline_timestamp"), len(decoded))
    length = _lengths(ms_played)
    # before October 2022 an offline play was stamped when it was uploaded, up to ten days later
    estimated = began + length
    moved = (
        was_ms
        & offline.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
        & (estimated < logged_at)
    )
    ended_at = np.where(moved, estimated, logged_at)
    # a start after the end is a clock that was set wrong
    started_at = np.where(began <= ended_at, began, ended_at - length)

    reason_end = text("reason_end")
    columns = {
        "ended_at": _utc(ended_at),
        "started_at": _utc(started_at),
        "logged_at": ends,
        "ms_played": ms_played,
        "kind": kind,
        "track": track,
        "artist": text("master_metadata_album_artist_name"),
        "album": text("master_metadata_album_album_name"),
        "show": text("episode_show_name"),
        "episode": episode,
        "audiobook": text("audiobook_title"),
        "chapter": text("audiobook_chapter_title"),
        "uri": uri,
        "platform": _each(text("platform"), platform_family, pa.large_string()),
        # ZZ: the connection's country is not known
        "country": _without(text("conn_country"), "ZZ"),
        "reason_start": text("reason_start"),
        "reason_end": reason_end,
        "shuffle": _flags(decoded, "shuffle"),
        "skipped": _flags(decoded, "skipped"),
        "was_skipped": _each(reason_end, _is_by_hand, pa.bool_()),
        "offline": offline,
        "incognito": _flags(decoded, "incognito_mode"),
    }
    return FilePlays(
        _table(columns, "extended", good),
        rejected,
        n_offline=int((moved & good).sum()),
        n_no_start=int((np.isnat(began) & good).sum()),
        n_late_start=int(((began > ended_at) & good).sum()),
    )


def account_plays(decoded: Decoded[AccountRow]) -> FilePlays:
    """Make plays of the account data's streaming history.

    Parameters
    ----------
    decoded : Decoded
        The rows of one file: music, podcasts or audiobooks.

    Returns
    -------
    FilePlays
        The plays, their ends to the minute, and rows that cannot be.
    """
    text = _texts(decoded)
    ends = _instants(decoded.column("endTime"))
    ms_played = _whole(decoded.column("msPlayed"))
    good, rejected = _checked(decoded, ends, ms_played, None, ("endTime", "msPlayed"))

    named = {
        "track": _without(text("trackName"), *_NOBODY),
        "artist": _without(text("artistName"), *_NOBODY),
        "show": text("podcastName"),
        "episode": text("episodeName"),
        "audiobook": text("audiobookName"),
        "chapter": text("chapterName"),
    }
    kind = _kinds(
        _any_valid(named["track"]),
        _any_valid(named["episode"], named["show"]),
        _any_valid(named["audiobook"], named["chapter"]),
    )
    columns = {
        "ended_at": ends,
        "started_at": _utc(ends.to_numpy(zero_copy_only=False) - _lengths(ms_played)),
        "logged_at": ends,
        "ms_played": ms_played,
        "kind": kind,
        **named,
    }
    return FilePlays(_table(columns, "account", good), rejected)


# ---------------------------------------------------------------- columns


def _table(columns: dict[str, Any], source: str, good: _Flags) -> pa.Table:
    plays = pa.table({**columns, "source": tables.repeated(source, len(good))})
    return plays if good.all() else plays.filter(pa.array(good))


def _texts(decoded: Decoded[Any]) -> Callable[[str], Any]:
    """Return a function that makes a column of a field, empty texts as missing."""
    made: dict[str, Any] = {}

    def column(name: str) -> Any:
        if name not in made:
            values = decoded.column(name)
            if values is None:
                values = pa.nulls(len(decoded), pa.large_string())
            elif isinstance(values, list):
                values = pa.array(values, pa.large_string())
            made[name] = _without(values, "")
        return made[name]

    return column


def _without(values: Any, *words: str) -> Any:
    """Take words out that stand for a missing value."""
    if values.null_count == len(values):
        return values
    for word in words:
        is_word = pc.equal(values, word)
        if pc.any(is_word).as_py():
            values = pc.if_else(is_word, None, values)
    return values


def _each(texts: Any, make: Callable[[str], Any], dtype: pa.DataType) -> Any:
    """Make a value of each different text, and a column of these."""
    coded = texts.dictionary_encode()
    return pa.array(map(make, coded.dictionary.to_pylist()), dtype).take(coded.indices)


def _kinds(is_track: Any, is_episode: Any, is_audiobook: Any) -> Any:
    """Tell what was played; a track goes first."""
    if pc.all(is_track).as_py():
        return tables.repeated("track", len(is_track))
    named = [pa.scalar(name) for name in ("track", "episode", "audiobook", "unknown")]
    tests = pc.make_struct(is_track, is_episode, is_audiobook)
    return pc.case_when(tests, *named).cast(pa.large_string())


def _whole(values: Any) -> Any:
    """Make whole numbers a column; what no play can last becomes -1, to be rejected."""
    try:
        numbers = pa.array(values, pa.int64()).to_numpy(zero_copy_only=False)
    except (OverflowError, pa.ArrowInvalid):
        fit = [value if abs(value) <= MAX_PLAY_MS else -1 for value in values]
        numbers = np.array(fit, dtype="int64")
    return pa.array(np.where((numbers >= 0) & (numbers <= MAX_PLAY_MS), numbers, -1))


def _instants(texts: Any) -> Any:
    """Read UTC times; what is none is missing."""
    given = pa.array(texts, pa.large_string())
    try:
        return given.cast(_UTC)
    except pa.ArrowInvalid:  # without a zone, or no time at all
        pass
    bare = pc.replace_substring_regex(given, r"\s*(Z|UTC)$", "")
    try:
        return bare.cast(pa.timestamp("us")).cast(_UTC)
    except pa.ArrowInvalid:
        read = pd.to_datetime(
            pd.Series(bare.to_pylist(), dtype="object"),
            utc=True,
            format="ISO8601",
            errors="coerce",
        )
        return pa.array(read.astype(tables.UTC), _UTC)


def _utc(instants: Any) -> Any:
    return pa.array(instants, pa.timestamp("us")).cast(_UTC)


def _lengths(ms_played: Any) -> Any:
    return ms_played.to_numpy().astype("timedelta64[ms]")


def _starts(values: Any, n_rows: int) -> tuple[Any, _Flags]:
    """Read `offline_timestamp`: the start of the play, its unit judged value by value.

    Returns the instants, and where the value was in milliseconds.
    """
    if values is None:
        given = np.full(n_rows, np.nan)
    elif isinstance(values, list):
        given = pd.to_numeric(pd.Series(values, dtype="object"), errors="coerce").to_numpy()
    else:
        given = values.to_numpy(zero_copy_only=False)
    numbers = given.astype("float64")  # exact to 2**53, which in ms is the year 287396
    is_ms = numbers >= _FIRST_MS
    seconds = np.where(is_ms, numbers / 1000, numbers)
    sane = (seconds >= FIRST_INSTANT.timestamp()) & (seconds <= LAST_INSTANT.timestamp())
    instants = np.full(n_rows, np.datetime64("NaT"), dtype="datetime64[us]")
    instants[sane] = (seconds[sane] * 1000).round().astype("datetime64[ms]")
    return instants, is_ms & sane


def _flags(decoded: Decoded[Any], name: str) -> Any:
    """Make truth values a column; texts that owners left in their place are missing."""
    values = decoded.column(name)
    if values is None:
        return pa.nulls(len(decoded), pa.bool_())
    try:
        return pa.array(values, pa.bool_())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        words = {"true": True, "false": False}
        mended = [words.get(v.lower()) if isinstance(v, str) else v for v in values]
        return pa.array(mended, pa.bool_())


def _any_valid(*columns: Any) -> Any:
    known = [column.is_valid() for column in columns]
    return functools.reduce(pc.or_, known)


def _is_by_hand(reason_end: str) -> bool | None:
    return None if reason_end == "unknown" else reason_end in SKIPPED_BY_HAND


def _checked(
    decoded: Decoded[Any], ends: Any, ms_played: Any, uri: Any, fields: tuple[str, str]
) -> tuple[_Flags, list[Rejection]]:
    """Find rows that cannot be plays; they are set aside with a reason, never repaired."""
    rejected = list(decoded.rejected)
    odd = (
        None if uri is None or _are_tracks(uri) else pc.invert(pc.match_substring_regex(uri, _URI))
    )
    span: Any = pc.min_max(ends).as_py()
    shortest = pc.min(ms_played).as_py()
    if not len(ends) or (
        not ends.null_count
        and span["min"] >= FIRST_INSTANT
        and span["max"] < LAST_INSTANT
        and shortest >= 0
        and not (odd is not None and pc.any(odd).as_py())
    ):
        return np.ones(len(ends), dtype=bool), rejected
    texts, lengths = map(decoded.column, fields)
    at = tables.from_arrow(ends, tables.UTC)
    no_time = at.isna()
    reasons: list[tuple[Any, str, Callable[[int], Any]]] = [
        (no_time, "its time is no time", lambda n: texts[n]),
        (
            ~no_time & ~at.between(FIRST_INSTANT, LAST_INSTANT, inclusive="left"),
            "its time lies before Spotify or after 2099",
            lambda n: texts[n],
        ),
        (
            pd.Series(ms_played.to_numpy() < 0),
            "its length is below 0 or above 7 days",
            lambda n: lengths[n],
        ),
    ]
    if odd is not None:
        is_odd = pd.Series(odd.fill_null(fill_value=False).to_numpy(zero_copy_only=False))
        reasons.append((is_odd, "its URI is none", lambda n: uri[n]))
    bad = pd.Series(data=False, index=at.index)
    for holds, reason, value in reasons:
        found = holds.astype(bool) & ~bad
        bad |= found
        for n in found[found].index:
            number = n if decoded.numbers is None else decoded.numbers[n]
            rejected.append(Rejection(int(number), reason, str(value(n))[:80]))
    return (~bad).to_numpy(), rejected


def _are_tracks(uri: Any) -> bool:
    """Tell whether all URIs are those of tracks; six times faster than the pattern of all kinds."""
    known = uri.drop_null() if uri.null_count else uri
    _, offsets, values = known.buffers()
    ends = np.frombuffer(offsets, "int64")[known.offset :][: len(known) + 1]
    if values is None or (np.diff(ends) != _URI_BYTES).any():
        return False
    text = np.frombuffer(values, np.uint8)[ends[0] : ends[-1]]
    begins = text.reshape(-1, _URI_BYTES)[:, : len(_TRACK_URI)]
    # small and capital letters differ in one bit; below the first of a range wraps around
    is_sign = ((text | 0x20) - ord("a") < 26) | (text - ord("0") < 10)
    n_signs = _URI_BYTES - _TRACK_URI.count(b":")
    return bool(
        (begins == np.frombuffer(_TRACK_URI, np.uint8)).all()
        and np.count_nonzero(is_sign) == n_signs * len(known)
    )
