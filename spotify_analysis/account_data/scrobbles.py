"""Exports of Last.fm and ListenBrainz to the same plays: one row per scrobble, known by its start.

Last.fm has no export of its own; four kinds of CSV are about, which are told apart by their header
or, where there is none, by the shape of the first line. ListenBrainz sends one JSON object a line.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa

from spotify_analysis import errors, tables
from spotify_analysis.account_data import decoding
from spotify_analysis.account_data.decoding import Rejection
from spotify_analysis.account_data.plays import LAST_INSTANT, MAX_PLAY_MS, FilePlays

__all__ = ["Scrobbles", "kind_of", "lastfm_plays", "listenbrainz_plays"]

FIRST_SCROBBLE = pd.Timestamp("2002-01-01", tz="UTC")  # Audioscrobbler, later Last.fm, began then
_LISTEN_KEYS = {"listened_at", "track_metadata"}
_MAX_PROBLEMS = 20

# What exporters call the columns; any others (ids of MusicBrainz, an index) are not wanted.
_HEADERS = {
    "uts": ("uts", "date_unix", "unixtime"),
    "time": ("utc_time", "date", "datetime", "time", "timestamp", "scrobbled_at"),
    "artist": ("artist", "artist_name"),
    "album": ("album", "album_name", "release"),
    "track": ("track", "track_name", "song", "song_title", "title"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "11 Jul 2024, 09:07" and "07 Dec 2016 20:32": English names, whatever this machine speaks
_ENGLISH = re.compile(
    r"(\d{1,2})\s+(" + "|".join(_MONTHS) + r")[a-z]*\.?\s+(\d{4}),?\s+(\d{1,2}):(\d\d)(?::(\d\d))?",
    re.IGNORECASE,
)
_NO_DATE = "it has no date: it was playing when the file was made"


@dataclass(slots=True)
class Scrobbles:
    """The scrobbles of one file.

    Parameters
    ----------
    made : FilePlays
        The plays, and rows that are none.
    what : str
        What the file is, for the report.
    problems : list of str
        Damaged lines that were passed over, where the caller asked for that.
    """

    made: FilePlays
    what: str
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand in a line of CSV."""

    delimiter: str
    n_cells: int
    has_header: bool
    place: dict[str, int]


def kind_of(start: bytes) -> str | None:
    """Tell scrobbles from the beginning of a file.

    Parameters
    ----------
    start : bytes
        The beginning, in UTF-8.

    Returns
    -------
    str or None
        ``"scrobbles"`` (Last.fm), ``"listens"`` (ListenBrainz), or None.
    """
    if start.startswith(b"["):
        return "listens" if (decoding.first_keys(start) or set()) >= _LISTEN_KEYS else None
    # the first line may be the damaged one
    if any(map(_is_listen, start.split(b"\n", 5)[:5])):
        return "listens"
    if start.startswith(b"{"):
        return None
    return "scrobbles" if _layout_of(start.decode(errors="ignore")) else None


def lastfm_plays(data: bytes, *, file: str, skips: bool) -> Scrobbles:
    """Make plays of a CSV of Last.fm scrobbles.

    Parameters
    ----------
    data : bytes
        CSV in UTF-8.
    file : str
        Name for messages.
    skips : bool
        Pass over damaged lines and say so, instead of raising.

    Returns
    -------
    Scrobbles
        The plays. They have a start and no length, so ``ended_at`` is the start and ``ms_played``
        is missing.

    Raises
    ------
    ExportReadError
        If a line is damaged; names file, line and byte.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        raise _damaged(data, exc.start, "the text is not UTF-8", file) from exc
    layout = _layout_of(text)
    if layout is None:  # only where `kind_of` was not asked
        raise _damaged(data, 0, "its columns are not those of Last.fm", file)
    collected = _Collected("lastfm")
    problems: list[str] = []
    for number, cells in enumerate(_csv_rows(text, layout, file, skips, problems)):
        given = {name: cells[place].strip() or None for name, place in layout.place.items()}
        time = given.get("uts") or given.get("time")
        at = _instant(time) if time else None
        names = {name: cells[place] or None for name, place in layout.place.items()}
        collected.add(
            number,
            at,
            time,
            track=names.get("track"),
            artist=names.get("artist"),
            album=names.get("album"),
        )
    exact = "second" if "uts" in layout.place or collected.has_seconds else "minute"
    return Scrobbles(collected.plays(), f"Last.fm, starts to the {exact}", problems)


def listenbrainz_plays(data: bytes, *, file: str, skips: bool) -> Scrobbles:
    """Make plays of ListenBrainz's listens: an object a line, or a list of them.

    Parameters
    ----------
    data : bytes
        JSON lines, or one JSON list, in UTF-8.
    file : str
        Name for messages.
    skips : bool
        Pass over damaged lines and say so, instead of raising.

    Returns
    -------
    Scrobbles
        The plays. ``ms_played`` is there where the player told it; the length of the track only
        moves ``ended_at``, because a listen is noted after half a track already.

    Raises
    ------
    ExportReadError
        If a line is damaged; names file, line and byte.
    """
    collected = _Collected("listenbrainz")
    problems: list[str] = []
    if data.lstrip().startswith(b"["):
        listens: Iterator[Any] = iter(decoding.decode_list(data, file=file))
    else:
        listens = _json_lines(data, file, skips, problems)
    for number, listen in enumerate(listens):
        if not isinstance(listen, dict) or not isinstance(listen.get("track_metadata"), dict):
            collected.reject(number, "it is no listen", str(listen))
            continue
        _add_listen(collected, number, listen.get("listened_at"), listen["track_metadata"])
    return Scrobbles(collected.plays(), "ListenBrainz", problems)


# ---------------------------------------------------------------- lines


def _is_listen(line: bytes) -> bool:
    keys = decoding.keys_of_object(line)
    if keys is None:  # cut off, then
        return re.match(rb'\s*\{\s*"listened_at"\s*:\s*\d', line) is not None
    return keys >= _LISTEN_KEYS


def _layout_of(text: str) -> _Layout | None:
    """Tell the layout: by the header, or by a date at the end of the first line that has one."""
    first_lines = text.lstrip("\r\n")[:40_000].splitlines()[:5]
    for delimiter in (",", ";", "\t"):
        for number, line in enumerate(first_lines):
            try:
                cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
            except csv.Error:
                break
            if number == 0 and (place := _header_places(cells)):
                return _Layout(delimiter, len(cells), True, place)
            if len(cells) != 4:
                break
            if _ENGLISH.fullmatch(cells[3].strip()):
                places = {"artist": 0, "album": 1, "track": 2, "time": 3}
                return _Layout(delimiter, 4, False, places)
            if cells[3].strip():  # only what is playing now has no date
                break
    return None


def _header_places(cells: list[str]) -> dict[str, int]:
    """Return where things stand under this header; empty if it is none of Last.fm's."""
    names = [re.sub(r"[\s.]+", "_", cell.strip().lower()) for cell in cells]
    place = {
        what: next(names.index(name) for name in known if name in names)
        for what, known in _HEADERS.items()
        if any(name in names for name in known)
    }
    is_known = {"artist", "track"} <= place.keys() and bool(place.keys() & {"uts", "time"})
    return place if is_known else {}


def _csv_rows(
    text: str, layout: _Layout, file: str, skips: bool, problems: list[str]
) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    is_header = layout.has_header
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            _pass_over(file, line, None, str(exc), skips, problems)
            continue
        if is_header and cells:
            is_header = False
        elif cells and len(cells) != layout.n_cells:
            what = f"it has {len(cells)} cells where {layout.n_cells} belong"
            _pass_over(file, line, None, what, skips, problems)
        elif cells:
            yield cells


def _json_lines(data: bytes, file: str, skips: bool, problems: list[str]) -> Iterator[Any]:
    decoder = msgspec.json.Decoder()
    begins = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                listen = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
                what = (
                    "objects are nested without end"
                    if isinstance(exc, RecursionError)
                    else str(exc)
                )
                _pass_over(file, number, begins, what, skips, problems)
            else:
                yield listen
        begins += len(line) + 1


def _pass_over(
    file: str, line: int, position: int | None, what: str, skips: bool, problems: list[str]
) -> None:
    """Raise for a damaged line, or note that it was passed over."""
    at = "" if position is None else f" (byte {position:,})"
    told = f"line {line:,} of {file!r}{at} is damaged: {what}"
    if not skips:
        raise errors.ExportReadError(
            f"{told}. Export it again, or pass `on_error='skip'` to read the other lines.",
            file=file,
            position=position,
        )
    if len(problems) < _MAX_PROBLEMS:
        problems.append(f"{told}; passed over.")
    elif len(problems) == _MAX_PROBLEMS:
        problems.append(f"More lines of {file!r} are damaged; passed over.")


def _damaged(data: bytes, position: int, what: str, file: str) -> errors.ExportReadError:
    line = data.count(b"\n", 0, position) + 1
    return errors.ExportReadError(
        f"line {line:,} of {file!r} (byte {position:,}) is damaged: {what}. Save the file as CSV "
        "in UTF-8, or export it again.",
        file=file,
        position=position,
    )


# ---------------------------------------------------------------- rows


class _Collected:
    """Scrobbles of one file, column by column."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        self._rejected: list[Rejection] = []
        self.has_seconds = False

    def reject(self, number: int, reason: str, value: str = "") -> None:
        self._rejected.append(Rejection(number, reason, value[:80]))

    def add(
        self,
        number: int,
        at_us: int | None,
        time: Any,
        *,
        length_ms: int | None = None,
        **values: Any,
    ) -> None:
        """Take a scrobble over, if it can be one."""
        if time is None:
            self.reject(number, _NO_DATE, values["track"] or "")
        elif at_us is None:
            self.reject(number, "its time is no time", str(time))
        elif not _FIRST_US <= at_us < _LAST_US:
            self.reject(number, "its time lies before 2002 or after 2099", str(time))
        else:
            names = any(values.get(name) for name in ("track", "episode"))
            row = {"kind": "track" if names else "unknown", "ms_played": None, **values}
            row |= {"started_at": at_us, "ended_at": at_us + 1000 * (length_ms or 0)}
            self.has_seconds |= at_us % 60_000_000 != 0
            for name, column in self._columns.items():
                column.append(row.get(name))

    def plays(self) -> FilePlays:
        """Return what was collected as plays."""
        columns = {
            name: pa.array(values, tables.arrow_type(tables.PLAYS.columns[name].dtype))
            for name, values in self._columns.items()
        }
        source = tables.repeated(self._source, len(columns["kind"]))
        plays = pa.table({**columns, "logged_at": columns["started_at"], "source": source})
        return FilePlays(plays, self._rejected)


_COLUMNS = (
    "ended_at",
    "started_at",
    "ms_played",
    "kind",
    "track",
    "artist",
    "album",
    "show",
    "episode",
    "uri",
)
_FIRST_US = int(FIRST_SCROBBLE.timestamp()) * 1_000_000
_LAST_US = int(LAST_INSTANT.timestamp()) * 1_000_000


def _add_listen(collected: _Collected, number: int, time: Any, metadata: dict[str, Any]) -> None:
    more = metadata.get("additional_info")
    info: dict[str, Any] = more if isinstance(more, dict) else {}
    length = _first((info.get("duration_ms"), 1), (info.get("duration"), 1000))
    played = _first((info.get("ms_played"), 1), (info.get("duration_played"), 1000))
    if played is not None and not 0 <= played <= MAX_PLAY_MS:
        collected.reject(number, "its length is below 0 or above 7 days", str(played))
        return
    if length is not None and not 0 <= length <= MAX_PLAY_MS:
        length = None
    at = None
    if isinstance(time, int | float) and not isinstance(time, bool) and abs(time) < 2**40:
        at = round(time * 1_000_000)
    address = _spotify_address(info)
    track, artist = _text(metadata, "track_name"), _text(metadata, "artist_name")
    names: dict[str, Any] = {
        "track": track,
        "artist": artist,
        "album": _text(metadata, "release_name"),
    }
    if address is not None and address.kind == "episode":
        names = {"track": None, "show": artist, "episode": track, "kind": "episode"}
    collected.add(
        number,
        at,
        time,
        length_ms=played if played is not None else length,
        ms_played=played,
        uri=address.uri if address is not None else None,
        **names,
    )


def _spotify_address(info: dict[str, Any]) -> tables.Address | None:
    for name in ("spotify_id", "origin_url"):
        text = _text(info, name)
        address = tables.parse_address(text, kind="track") if text else None
        if address is not None and address.kind in ("track", "episode"):
            return address
    return None


def _first(*found: tuple[Any, int]) -> int | None:
    """Return the first that is a number, in milliseconds."""
    for value, factor in found:
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
            return round(value * factor)
    return None


def _text(holder: dict[str, Any], name: str) -> str | None:
    value = holder.get(name)
    return value if isinstance(value, str) and value else None


def _instant(text: str) -> int | None:
    """Read a moment, UTC, in microseconds: an epoch, English or ISO."""
    for reading in (_epoch, _english, _iso):
        at = reading(text)
        if at is not None:
            return at
    return None


def _epoch(text: str) -> int | None:
    if not re.fullmatch(r"-?\d{1,13}", text):
        return None
    number = int(text)
    return number * 1_000_000 if abs(number) < 10**11 else number * 1_000


def _english(text: str) -> int | None:
    found = _ENGLISH.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups(default="0")
    number = _MONTHS.index(month.lower()) + 1
    clock = int(day), int(hour), int(minute), int(second)
    return _us(lambda: dt.datetime(int(year), number, *clock, tzinfo=dt.UTC))


def _iso(text: str) -> int | None:
    return _us(lambda: dt.datetime.fromisoformat(re.sub(r"\s*UTC$", "", text)))


def _us(make: Callable[[], dt.datetime]) -> int | None:
    try:
        at = make()
        at = at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None
    return round((at - _EPOCH) / dt.timedelta(microseconds=1))


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
