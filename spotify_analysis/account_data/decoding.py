"""Bytes of a JSON file to typed rows, and what kind of file it is: by its keys, never its name.

Fields that are not wanted (IP address, user name, user agent, place) have no slot in the rows, so
the parser skips over them and no Python object ever holds them.
"""

from __future__ import annotations

import codecs
import functools
import json
import re
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec

from spotify_analysis import errors
from spotify_analysis.account_data import lines

__all__ = [
    "AccountRow",
    "Decoded",
    "ExtendedRow",
    "Rejection",
    "as_utf8",
    "decode_lines",
    "decode_list",
    "decode_object",
    "decode_rows",
    "first_keys",
    "keys_of_object",
    "kind_of",
]

SKIP_ADVICE = ", or pass `on_error='skip'` to read the other files"

# Some people's own exports hold "" or 0 where a truth value belongs.
Flag = bool | str | None


class ExtendedRow(msgspec.Struct, gc=False):
    """One object of the extended streaming history; fields as Spotify names them.

    Parameters
    ----------
    ts : str
        When the play ended, or when it was uploaded; UTC.
    ms_played : int
        How long it sounded.
    platform, conn_country : str or None
        Device and country.
    master_metadata_track_name, master_metadata_album_artist_name : str or None
        Names of a track and of its album's artist.
    master_metadata_album_album_name, spotify_track_uri : str or None
        Its album and address.
    episode_name, episode_show_name, spotify_episode_uri : str or None
        A podcast episode.
    audiobook_title, audiobook_uri, audiobook_chapter_uri, audiobook_chapter_title : str or None
        An audiobook.
    reason_start, reason_end : str or None
        Why the play began and ended.
    shuffle, skipped, offline : bool, str or None
        Truth values; in some exports an empty text.
    offline_timestamp : int, float, str or None
        When the play began, in milliseconds or seconds.
    incognito_mode : bool, str or None
        Private session.
    """

    ts: str
    ms_played: int
    platform: str | None = None
    conn_country: str | None = None
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    spotify_track_uri: str | None = None
    episode_name: str | None = None
    episode_show_name: str | None = None
    spotify_episode_uri: str | None = None
    audiobook_title: str | None = None
    audiobook_uri: str | None = None
    audiobook_chapter_uri: str | None = None
    audiobook_chapter_title: str | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    shuffle: Flag = None
    skipped: Flag = None
    offline: Flag = None
    offline_timestamp: int | float | str | None = None
    incognito_mode: Flag = None


class AccountRow(msgspec.Struct, gc=False):
    """One object of the account data's streaming history: music, podcast or audiobook.

    Parameters
    ----------
    endTime : str
        Minute in which the play ended, UTC.
    msPlayed : int
        How long it sounded.
    artistName, trackName : str or None
        A track; before 2024 also a podcast and its episode.
    podcastName, episodeName : str or None
        A podcast episode.
    audiobookName, chapterName, authorName : str or None
        An audiobook.
    """

    endTime: str  # noqa: N815 - Spotify's name
    msPlayed: int  # noqa: N815
    artistName: str | None = None  # noqa: N815
    trackName: str | None = None  # noqa: N815
    podcastName: str | None = None  # noqa: N815
    episodeName: str | None = None  # noqa: N815
    audiobookName: str | None = None  # noqa: N815
    chapterName: str | None = None  # noqa: N815
    authorName: str | None = None  # noqa: N815


Row = TypeVar("Row", ExtendedRow, AccountRow)

_INTEGERS = {"ms_played", "msPlayed", "offline_timestamp"}
_FLAGS = {"shuffle", "skipped", "offline", "incognito_mode"}
_DROPPED = {
    "username",
    "ip_addr",
    "ip_addr_decrypted",
    "user_agent_decrypted",
    "city",
    "region",
    "metro_code",
    "longitude",
    "latitude",
}
KNOWN_KEYS = {*ExtendedRow.__struct_fields__, *AccountRow.__struct_fields__, *_DROPPED}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is no play, and why.

    Parameters
    ----------
    row : int
        Its place in the file, from 0.
    reason : str
        What is wrong with it.
    value : str
        The value in question, shortened.
    """

    row: int
    reason: str
    value: str = ""


@dataclass(slots=True)
class Decoded(Generic[Row]):
    """The rows of a file that could be understood, and those that could not.

    Parameters
    ----------
    rows : list
        The rows; empty where the columns are there instead.
    numbers : list of int or None
        Place of each row in the file; None where all rows of the file are there.
    rejected : list of Rejection
        The other rows.
    columns : dict of str to pyarrow.Array or None
        The same rows as columns, where the file could be read that way.
    """

    rows: list[Row]
    numbers: list[int] | None = None
    rejected: list[Rejection] = field(default_factory=list)
    columns: dict[str, Any] | None = None

    def column(self, name: str) -> Any:
        """Return all values of a field.

        Parameters
        ----------
        name : str
            Name of the field.

        Returns
        -------
        list or pyarrow.Array or None
            The values, as far as a file tells them; None for a field that no row of it has.
        """
        if self.columns is not None:
            return self.columns.get(name)
        return list(map(attrgetter(name), self.rows))

    def __len__(self) -> int:
        if self.columns is not None:
            return len(next(iter(self.columns.values())))
        return len(self.rows)


def as_utf8(data: bytes, *, errors: str = "strict") -> bytes:
    """Return the text of a file as UTF-8 without byte order mark.

    Parameters
    ----------
    data : bytes
        What the file holds; UTF-8 or, with its mark, UTF-16.
    errors : str
        ``"ignore"`` where only the beginning of UTF-16 is there.

    Returns
    -------
    bytes
        The same text.

    Raises
    ------
    UnicodeDecodeError
        If UTF-16 is cut off.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data[3:]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors).encode()
    return data


def first_keys(start: bytes) -> set[str] | None:
    """Return the keys of the first object of a JSON list.

    Parameters
    ----------
    start : bytes
        The beginning of a file, or all of it.

    Returns
    -------
    set of str or None
        The keys, empty for an empty list; None if it is no list of objects, as far as one can
        see.
    """
    text = start.decode("utf-8", errors="ignore").lstrip()
    if not text.startswith("["):
        return None
    begins = re.match(r"\[\s*(?:(?:null|-?[\d.]+|\"[^\"]*\"|true|false)\s*,\s*)*\{", text)
    if begins is None:
        return set() if re.fullmatch(r"\[\s*\]\s*", text) else None
    try:
        found, _ = json.JSONDecoder().raw_decode(text, begins.end() - 1)
    except (ValueError, RecursionError):
        # cut in the middle of the first object: its first keys are still to be seen
        return set(re.findall(r'"(\w+)"\s*:', text[begins.end() : begins.end() + 4_000]))
    return set(found)


def keys_of_object(data: bytes) -> set[str] | None:
    """Return the keys of a file that is one object, without reading what they hold.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.

    Returns
    -------
    set of str or None
        The keys; None if it is no object in valid JSON: some side files are not, and they must
        not stop an import.
    """
    try:
        return set(msgspec.json.decode(data, type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def kind_of(keys: set[str]) -> str | None:
    """Tell what a file is from the keys of its first object.

    Parameters
    ----------
    keys : set of str
        The keys.

    Returns
    -------
    str or None
        ``"extended"``, ``"account music"``, ``"account podcasts"``, ``"account audiobooks"``,
        ``"playlists"``, ``"library"``, or None for what is not read.
    """
    kinds = {
        "extended": {"ts", "ms_played"},
        "account music": {"endTime", "artistName", "trackName"},
        "account podcasts": {"endTime", "podcastName", "episodeName"},
        "account audiobooks": {"endTime", "audiobookName", "chapterName"},
        "playlists": {"playlists"},
        "library": {"tracks", "albums"},
    }
    return next((kind for kind, needed in kinds.items() if needed <= keys), None)


def check_json(data: bytes, *, file: str) -> None:
    """Refuse what is no JSON at all.

    Parameters
    ----------
    data : bytes
        A whole file in UTF-8.
    file : str
        Name for messages.

    Raises
    ------
    ExportReadError
        If it is empty or no valid JSON; names file and byte.
    """
    if not data.strip(b"\0 \t\r\n"):
        what = "holds nothing but zeros" if data.strip() else "is empty"
        raise errors.ExportReadError(
            f"{file!r} {what}, as a full disk or a broken download leaves a file. Download the "
            f"export again{SKIP_ADVICE}.",
            file=file,
            position=0,
        )
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None


def decode_lines(fill: lines.Fill, row_type: type[Row]) -> Decoded[Row] | None:
    """Read a list of plays by columns, if it is in the layout of today.

    Parameters
    ----------
    fill : callable
        Reads on in JSON in UTF-8.
    row_type : type
        What its objects are.

    Returns
    -------
    Decoded or None
        The rows; None if `decode_rows` has to look at the file.
    """
    kinds, required = _fields(row_type)
    columns = lines.columns_of(fill, kinds, required=required)
    return None if columns is None else Decoded([], columns=columns)


def decode_rows(data: bytes, row_type: type[Row], *, file: str) -> Decoded[Row]:
    """Read a list of plays.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    row_type : type
        What its objects are.
    file : str
        Name for messages.

    Returns
    -------
    Decoded
        The rows, and those that are no plays.

    Raises
    ------
    ExportReadError
        If it is not a list in valid JSON; names file and byte.

    Notes
    -----
    One call of a typed parser; a file it refuses is read again row by row, so that one odd row
    does not cost the others. Files in the layout of today are read faster by `decode_lines`.
    """
    try:
        rows: list[Row] = _decoder(row_type).decode(data)
    except msgspec.ValidationError:
        return _row_by_row(data, row_type, file=file)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None
    _refuse_double_keys(data, len(rows), row_type, file=file)
    return Decoded(rows)


def decode_object(data: bytes, *, file: str) -> dict[str, Any]:
    """Read one JSON object as plain Python values.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    file : str
        Name for messages.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    ExportReadError
        If it is not an object in valid JSON.
    """
    try:
        found: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None
    return found


def decode_list(data: bytes, *, file: str) -> list[Any]:
    """Read one JSON list as plain Python values.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    file : str
        Name for messages.

    Returns
    -------
    list
        The list.

    Raises
    ------
    ExportReadError
        If it is not a list in valid JSON.
    """
    try:
        found: list[Any] = msgspec.json.decode(data, type=list[Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None
    return found


@functools.cache
def _fields(row_type: Any) -> tuple[dict[str, str], set[str]]:
    """Return what each field holds, and which fields a row must have."""
    kinds = dict.fromkeys(row_type.__struct_fields__, lines.TEXT)
    kinds |= dict.fromkeys(_INTEGERS & kinds.keys(), lines.INTEGER)
    kinds |= dict.fromkeys(_FLAGS & kinds.keys(), lines.FLAG)
    return kinds, {info.name for info in msgspec.structs.fields(row_type) if info.required}


@functools.cache
def _decoder(row_type: Any) -> Any:
    return msgspec.json.Decoder(list[row_type])


def _row_by_row(data: bytes, row_type: type[Row], *, file: str) -> Decoded[Row]:
    try:
        raws = msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        raise errors.ExportReadError(
            f"{file!r} holds one object where a list of plays should be. If it was edited, "
            "download the export again.",
            file=file,
            position=0,
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None
    _refuse_double_keys(data, len(raws), row_type, file=file)
    fields = row_type.__struct_fields__
    rows: list[Row] = []
    numbers: list[int] = []
    rejected: list[Rejection] = []
    for number, raw in enumerate(raws):
        try:
            given = msgspec.json.decode(raw)
        except msgspec.DecodeError:  # a number of thousands of digits
            rejected.append(Rejection(number, "a value is out of all range"))
            continue
        except UnicodeDecodeError as exc:  # until here the row was only skipped over
            raise _unreadable(data, exc, file=file) from None
        if not isinstance(given, dict):
            rejected.append(Rejection(number, "is no object", _short(given)))
            continue
        values = {name: _mended(name, given[name]) for name in fields if name in given}
        try:
            rows.append(msgspec.convert(values, row_type))
            numbers.append(number)
        except msgspec.ValidationError as exc:
            named = re.search(r"`\$\.(\w+)`", str(exc))
            value = _short(given.get(named[1])) if named else ""
            rejected.append(Rejection(number, str(exc).replace(" - at `$.", " in `"), value))
    return Decoded(rows, numbers, rejected)


def _mended(name: str, value: Any) -> Any:
    """Take what means the same in another type: 1 for true, 30000.0 for 30000."""
    if name in _FLAGS and value in (0, 1):
        return bool(value)
    if isinstance(value, float) and value.is_integer() and name in ("ms_played", "msPlayed"):
        return int(value)
    return value


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _refuse_double_keys(data: bytes, n_rows: int, row_type: type[Row], *, file: str) -> None:
    """Refuse objects that say the same thing twice: which of the two is meant?

    The two fields that every total hangs on are counted, which costs next to nothing; only a file
    with more of them than rows is looked at closely.
    """
    needed = [
        name
        for name in ("ts", "ms_played", "endTime", "msPlayed")
        if name in row_type.__struct_fields__
    ]
    if all(data.count(b'"%b"' % name.encode()) <= n_rows for name in needed):
        return

    def refuse(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            doubled = next(key for key in keys if keys.count(key) > 1)
            at = re.search(rb'"%b"[^{}]*"%b"\s*:' % ((re.escape(doubled).encode(),) * 2), data)
            position = at.start() if at else None
            raise errors.ExportReadError(
                f"{file!r} names {doubled!r} twice in one object"
                f"{'' if position is None else f' (byte {position:,})'}, so nobody can say which "
                "value is meant. If it was edited, download the export again.",
                file=file,
                position=position,
            )

    try:
        # a field that is skipped may hold what is no text; the keys are to be seen all the same
        json.loads(data.decode(errors="replace"), object_pairs_hook=refuse)
    except errors.ExportReadError:
        raise
    except (ValueError, RecursionError) as exc:
        raise _unreadable(data, exc, file=file) from None


def _unreadable(data: bytes, exc: Exception, *, file: str) -> errors.ExportReadError:
    """Make the error for a file that is no valid JSON: which file, which byte."""
    position, what = _fault(data, exc)
    at = "" if position is None else f" at byte {position:,} of {len(data):,}"
    return errors.ExportReadError(
        f"{file!r} is no valid JSON{at}: {what}. Download the export again{SKIP_ADVICE}.",
        file=file,
        position=position,
    )


# a backslash of its own, a whole pair, or a half that stands alone
_HALVES = re.compile(rb"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)")


def _fault(data: bytes, exc: Exception) -> tuple[int | None, str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as bad:
        return bad.start, "the text is not UTF-8"
    if isinstance(exc, RecursionError):
        return _too_deep(data), "objects are nested without end"
    try:
        json.loads(text)
    except json.JSONDecodeError as bad:
        if "truncated" in str(exc):
            return len(data), "the file is cut off"
        return len(text[: bad.pos].encode()), bad.msg
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        pass
    # what Python's parser lets pass: NaN, half a character
    at = re.search(r"(.*) \(byte (\d+)\)", str(exc))
    if at:
        return int(at[2]), at[1].removeprefix("JSON is malformed: ")
    # close to the end of a file msgspec takes half a character for a cut
    half = next((found for found in _HALVES.finditer(data) if found[1]), None)
    return (half.start(), "half a surrogate pair") if half else (None, str(exc))


def _too_deep(data: bytes, limit: int = 500) -> int | None:
    """Return where brackets are open to a depth no export has."""
    depth = 0
    for found in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', data):
        if found[0] in (b"[", b"{"):
            depth += 1
            if depth > limit:
                return found.start()
        elif found[0] in (b"]", b"}"):
            depth -= 1
    return None
