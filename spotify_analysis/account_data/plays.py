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
_Flags = npt.NDArray[np.bool_]
_NOBODY = ("Unknown Artist", "Unknown Track")


@dataclass(slots=True)
class FilePlays:
    """The plays of one file.

    Parameters
    ----------
    plays : DataFrame
        Columns of `tables.PLAYS` that this source fills.
    rejected : list of Rejection
        Rows that are no plays.
    n_offline : int
        Rows whose end was moved back from the upload to the play.
    n_no_start, n_late_start : int
        Rows whose start is not given, or lies after their end; it was worked out.
    """

    plays: pd.DataFrame
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
    is_track = _any_valid(text("spotify_track_uri"), track)
    is_episode = _any_valid(text("spotify_episode_uri"), episode)
    is_audiobook = _any_valid(
        *(text(name) for name in ExtendedRow.__struct_fields__ if name.startswith("audiobook_"))
    )
    kind = pc.case_when(
        pc.make_struct(is_track, is_episode, is_audiobook),
        *(pa.scalar(name) for name in ("track", "episode", "audiobook", "unknown")),
    )

    offline = _flags(decoded, "offline")
    logged_at = ends.to_numpy(dtype="datetime64[us]")
    began, was_ms = _starts(decoded.column("offline_timestamp"), len(decoded))
    length = _lengths(ms_played)
    # before October 2022 an offline play was stamped when it was uploaded, up to ten days later
    estimated = began + length
    moved = was_ms & offline.to_numpy(dtype=bool, na_value=False) & (estimated < logged_at)
    ended_at = np.where(moved, estimated, logged_at)
    # a start after the end is a clock that was set wrong
    started_at = np.where(began <= ended_at, began, ended_at - length)

    reason_end = text("reason_end")
    country = text("conn_country")
    columns = {
        "ended_at": _utc(ended_at),
        "started_at": _utc(started_at),
        "logged_at": ends,
        "ms_played": ms_played,
        "kind": _column(kind),
        "track": _column(track),
        "artist": _column(text("master_metadata_album_artist_name")),
        "album": _column(text("master_metadata_album_album_name")),
        "show": _column(text("episode_show_name")),
        "episode": _column(episode),
        "audiobook": _column(text("audiobook_title")),
        "chapter": _column(text("audiobook_chapter_title")),
        "uri": _column(uri),
        "platform": _families(text("platform")),
        # ZZ: the connection's country is not known
        "country": _column(pc.if_else(pc.equal(country, "ZZ"), None, country)),
        "reason_start": _column(text("reason_start")),
        "reason_end": _column(reason_end),
        "shuffle": _flags(decoded, "shuffle"),
        "skipped": _flags(decoded, "skipped"),
        "was_skipped": _was_skipped(reason_end),
        "offline": offline,
        "incognito": _flags(decoded, "incognito_mode"),
    }
    return FilePlays(
        _frame(columns, "extended", good),
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
        "track": _known(text("trackName")),
        "artist": _known(text("artistName")),
        "show": text("podcastName"),
        "episode": text("episodeName"),
        "audiobook": text("audiobookName"),
        "chapter": text("chapterName"),
    }
    kind = pc.case_when(
        pc.make_struct(
            _any_valid(named["track"]),
            _any_valid(named["episode"], named["show"]),
            _any_valid(named["audiobook"], named["chapter"]),
        ),
        *(pa.scalar(name) for name in ("track", "episode", "audiobook", "unknown")),
    )
    columns = {
        "ended_at": ends,
        "started_at": ends - _lengths(ms_played),
        "logged_at": ends,
        "ms_played": ms_played,
        "kind": _column(kind),
        **{name: _column(values) for name, values in named.items()},
    }
    return FilePlays(_frame(columns, "account", good), rejected)


# ---------------------------------------------------------------- columns


def _frame(columns: dict[str, Any], source: str, good: _Flags) -> pd.DataFrame:
    source_column = pa.repeat(pa.scalar(source, pa.large_string()), len(good))
    plays = pd.DataFrame({**columns, "source": _column(source_column)})
    return plays if good.all() else plays[good].reset_index(drop=True)


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
            if values.null_count < len(values):
                empty = pc.equal(values, "")
                if pc.any(empty).as_py():
                    values = pc.if_else(empty, None, values)
            made[name] = values
        return made[name]

    return column


def _column(values: Any) -> Any:
    return tables.from_arrow(values, tables.STRING)


def _whole(values: Any) -> pd.Series[Any]:
    """Make whole numbers a column; what no play can last becomes -1, to be rejected."""
    try:
        numbers = pd.Series(pa.array(values, pa.int64()).to_numpy())
    except (OverflowError, pa.ArrowInvalid):
        fit = [value if abs(value) <= MAX_PLAY_MS else -1 for value in values]
        numbers = pd.Series(fit, dtype="int64")
    return numbers.where(numbers.between(0, MAX_PLAY_MS), -1).astype(tables.INT)


def _instants(texts: Any) -> pd.Series[Any]:
    """Read UTC times; what is none becomes NaT."""
    given = pa.array(texts, pa.large_string())
    try:
        read = given.cast(pa.timestamp("us", tz="UTC"))
        return _utc(read.to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:  # without a zone, or no time at all
        pass
    bare = pc.replace_substring_regex(given, r"\s*(Z|UTC)$", "")
    try:
        naive = bare.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        read = pd.to_datetime(
            pd.Series(bare.to_pylist(), dtype="object"),
            utc=True,
            format="ISO8601",
            errors="coerce",
        )
        return read.astype(tables.UTC)
    return _utc(naive.to_numpy(zero_copy_only=False))


def _utc(instants: Any) -> pd.Series[Any]:
    return pd.Series(pd.DatetimeIndex(instants, tz="UTC"))


def _lengths(ms_played: pd.Series[Any]) -> Any:
    return ms_played.to_numpy(dtype="int64").astype("timedelta64[ms]")


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
        values = pa.nulls(len(decoded), pa.bool_())
    try:
        return tables.from_arrow(pa.array(values, pa.bool_()), tables.BOOL)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        words = {"true": True, "false": False}
        mended = [words.get(v.lower()) if isinstance(v, str) else v for v in values]
        return tables.from_arrow(pa.array(mended, pa.bool_()), tables.BOOL)


def _known(values: Any) -> Any:
    """Take out the words the account data writes where it knows no name."""
    return pc.if_else(pc.is_in(values, pa.array(_NOBODY, values.type)), None, values)


def _any_valid(*columns: Any) -> Any:
    known = [column.is_valid() for column in columns]
    return functools.reduce(pc.or_, known)


def _was_skipped(reason_end: Any) -> Any:
    by_hand = pc.is_in(reason_end, pa.array(SKIPPED_BY_HAND, reason_end.type))
    silent = pc.or_(pc.is_null(reason_end), pc.fill_null(pc.equal(reason_end, "unknown"), True))
    return tables.from_arrow(pc.if_else(silent, None, by_hand), tables.BOOL)


def _families(platform: Any) -> Any:
    """Name the family of each device; each text is looked at once."""
    coded = platform.dictionary_encode()
    families = pa.array(map(platform_family, coded.dictionary.to_pylist()), pa.large_string())
    return _column(families.take(coded.indices))


def _checked(
    decoded: Decoded[Any],
    ends: pd.Series[Any],
    ms_played: pd.Series[Any],
    uri: Any,
    fields: tuple[str, str],
) -> tuple[_Flags, list[Rejection]]:
    """Find rows that cannot be plays; they are set aside with a reason, never repaired."""
    odd = None if uri is None else pc.invert(pc.match_substring_regex(uri, _URI))
    rejected = list(decoded.rejected)
    if (
        not ends.hasnans
        and (ends.empty or (ends.min() >= FIRST_INSTANT and ends.max() < LAST_INSTANT))
        and (ms_played >= 0).all()
        and not (odd is not None and pc.any(odd).as_py())
    ):
        return np.ones(len(ends), dtype=bool), rejected
    texts, lengths = map(decoded.column, fields)
    no_time = ends.isna()
    reasons: list[tuple[Any, str, Callable[[int], Any]]] = [
        (no_time, "its time is no time", lambda n: texts[n]),
        (
            ~no_time & ~ends.between(FIRST_INSTANT, LAST_INSTANT, inclusive="left"),
            "its time lies before Spotify or after 2099",
            lambda n: texts[n],
        ),
        (
            ms_played.lt(0),
            "its length is below 0 or above 7 days",
            lambda n: lengths[n],
        ),
    ]
    if odd is not None:
        is_odd = pd.Series(odd.fill_null(False).to_numpy(zero_copy_only=False))
        reasons.append((is_odd, "its URI is none", lambda n: uri[n]))
    bad = pd.Series(data=False, index=ends.index)
    for holds, reason, value in reasons:
        found = holds.astype(bool) & ~bad
        bad |= found
        for n in found[found].index:
            number = n if decoded.numbers is None else decoded.numbers[n]
            rejected.append(Rejection(int(number), reason, str(value(n))[:80]))
    return (~bad).to_numpy(), rejected
