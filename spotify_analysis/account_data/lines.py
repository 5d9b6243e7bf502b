"""Columns straight out of the bytes of a file that has one value a line, as Spotify writes it.

Since 2024 the files are indented: one ``"key": value`` a line, the same keys in the same order in
every object. Such a file needs no parser that makes an object of each value: line ends tell where
values begin and end, and what stands between two values must be the same in all objects. All of
that is checked, byte by byte; a file with anything else in it (compact, keys in another order,
a text where a number belongs, damage) is left to `decoding.decode_rows`, so this way of reading is
only ever faster, never more forgiving.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["FLAG", "INTEGER", "TEXT", "columns_of"]

TEXT, INTEGER, FLAG = "text", "integer", "flag"

_BEGINS = re.compile(rb" *\[\s*\{ *\n")
_KEY = re.compile(rb' *"([A-Za-z_]+)" ?: ?')
_NEXT = re.compile(rb" *\}, *(?:\n *)?\{ *\n")
_ENDS = re.compile(rb"\s*\}\s*\]\s*")
_QUOTE, _BACKSLASH, _NEWLINE, _SPACE = b'"\\\n '
_ZERO, _ONE, _NINE = b"019"
_WORD_NULL, _WORD_TRUE, _WORD_FALS = (
    int.from_bytes(word, "little") for word in (b"null", b"true", b"fals")
)
_CODES = _OTHER, _TEXT, _NULL, _TRUE, _FALSE, _NUMBER = range(6)
# a name has an escaped quote now and then; where it is the rule, a parser is faster
_FEW = 100
_BLOCK = 4096

_Places = npt.NDArray[np.int64]


class _OtherLayoutError(Exception):
    """The file is not laid out as this module wants it."""


@dataclass(slots=True)
class _Layout:
    """How the objects of a file are written.

    Parameters
    ----------
    begins : int
        Byte at which the line of the first key begins.
    keys : list of str
        The keys, in order.
    prefixes : list of bytes
        For each key what its line has before the value.
    between : bytes
        Lines between two objects.
    """

    begins: int
    keys: list[str]
    prefixes: list[bytes]
    between: bytes


def columns_of(
    data: bytes, wanted: dict[str, str], *, required: set[str]
) -> dict[str, pa.Array] | None:
    """Read the columns of a list of objects that has one value a line.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    wanted : dict of str to str
        The keys to read and what each holds besides null: `TEXT`, `INTEGER` or `FLAG`.
    required : set of str
        Keys that every object must have, with a value.

    Returns
    -------
    dict of str to pyarrow.Array or None
        The columns that are in the file, all of one length; None if the file is laid out in
        another way or holds anything unexpected.
    """
    try:
        return _columns(data, wanted, required)
    except (_OtherLayoutError, pa.ArrowInvalid, msgspec.MsgspecError):
        return None


def _columns(data: bytes, wanted: dict[str, str], required: set[str]) -> dict[str, pa.Array]:
    layout = _layout_of(data)
    _insist(required <= set(layout.keys) and len(data) < 2**31 - 8)
    text = np.frombuffer(data, np.uint8)
    begins, ends = _edges_of_values(data, text, layout)
    _check_between(data, begins, ends, layout)
    cells = _Cells(data, text, begins, ends)
    escaped, n_escaped_quotes = _escaped(data, text, begins, ends)
    # every quote is one of a key, one around a text, or escaped: so none stands inside of a text
    n_quotes = 2 * (begins.size + cells.n_texts) + n_escaped_quotes
    _insist(np.count_nonzero(text == _QUOTE) == n_quotes)
    if not data.isascii():
        whole = np.array([0, len(data)], dtype="int64")
        _strings(pa.large_string(), whole, data).validate(full=True)
    found = {}
    for place, key in enumerate(layout.keys):
        if key in wanted:
            _insist(not (key in required and cells.lacks(place)))
            found[key] = cells.column(place, wanted[key], escaped.get(place, {}))
        else:
            cells.check_scalar(place)
    return found


def _insist(holds: bool | np.bool_) -> None:
    if not holds:
        raise _OtherLayoutError


def _layout_of(data: bytes) -> _Layout:
    """Learn the layout from the first object and what follows it."""
    start = _BEGINS.match(data)
    if start is None:
        raise _OtherLayoutError
    keys, prefixes, at = [], [], start.end()
    while key := _KEY.match(data, at):
        keys.append(key[1].decode())
        prefixes.append(key[0])
        at = data.find(b"\n", at) + 1
        _insist(at > 0)
    between = _NEXT.match(data, at)
    if between is None or not keys or len(set(keys)) < len(keys):
        raise _OtherLayoutError
    return _Layout(start.end(), keys, prefixes, between[0])


def _edges_of_values(
    data: bytes, text: npt.NDArray[np.uint8], layout: _Layout
) -> tuple[_Places, _Places]:
    """Return where values begin and end: a row of the arrays per object, a column per key."""
    n_keys = len(layout.keys)
    n_lines = n_keys + layout.between.count(b"\n")
    line_ends = np.flatnonzero(text < _SPACE)
    _insist((text[line_ends] == _NEWLINE).all())
    line_ends = line_ends[data.count(b"\n", 0, layout.begins) - 1 :]
    n_rows = (len(line_ends) - 1 - n_keys) // n_lines + 1
    n_used = (n_rows - 1) * n_lines + n_keys + 1
    _insist(n_rows > 0 and len(line_ends) >= n_used)
    _insist(_ENDS.fullmatch(data, int(line_ends[n_used - 1])) is not None)
    # the last object lacks the lines that lead to a next one
    edges = np.zeros(n_rows * n_lines + 1, dtype="int64")
    edges[:n_used] = line_ends[:n_used]
    before = edges[:-1].reshape(n_rows, n_lines)[:, :n_keys]
    begins = before + np.array([len(prefix) + 1 for prefix in layout.prefixes])
    has_comma = np.arange(n_keys) < n_keys - 1
    ends = edges[1:].reshape(n_rows, n_lines)[:, :n_keys] - has_comma
    _insist((begins < ends).all())
    return begins, ends


def _check_between(data: bytes, begins: _Places, ends: _Places, layout: _Layout) -> None:
    """Make sure that nothing but the learned text stands between values."""
    n_rows, n_keys = begins.shape
    _insist(begins[0, 0] == layout.begins + len(layout.prefixes[0]))
    _insist((begins.ravel()[1:] > ends.ravel()[:-1]).all())
    gaps = [b",\n" + prefix for prefix in layout.prefixes[1:]]
    gaps.append(b"\n" + layout.between + layout.prefixes[0])
    # values and gaps in turn; values are left empty in what is wanted, so only gaps can be equal
    lengths = np.zeros(2 * n_keys, dtype="int32")
    lengths[1::2] = [len(gap) for gap in gaps]
    pattern = np.append(0, np.cumsum(lengths)[:-1])
    n_block = min(_BLOCK, n_rows)
    offsets = np.arange(n_block)[:, None] * lengths.sum() + pattern
    wanted = _strings(pa.binary(), offsets.ravel().astype("int32"), b"".join(gaps) * n_block)
    there = _strings(pa.binary(), _alternating(begins.ravel(), ends.ravel()), data)
    n_same = 0
    for first in range(0, len(there), 2 * n_keys * n_block):
        block = there.slice(first, len(wanted))
        n_same += pc.equal(block, wanted.slice(0, len(block))).true_count
        if len(block) == len(wanted) and first + len(wanted) < len(there):
            # the gap that leads from this block to the next one
            at = int(ends.flat[(first + len(wanted)) // 2])
            n_same += data.startswith(gaps[-1], at)
    _insist(n_same == begins.size - 1)


def _alternating(begins: _Places, ends: _Places) -> npt.NDArray[np.int32]:
    """Return offsets of spans and of what lies between them, in turn."""
    offsets = np.empty(2 * len(begins), dtype="int32")
    offsets[0::2] = begins
    offsets[1::2] = ends
    return offsets


def _strings(dtype: pa.DataType, offsets: npt.NDArray[Any], data: bytes) -> pa.Array:
    """Look at parts of the file as an Arrow array, without a copy; offsets never fall."""
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(dtype, len(offsets) - 1, buffers)


def _escaped(
    data: bytes, text: npt.NDArray[np.uint8], begins: _Places, ends: _Places
) -> tuple[dict[int, dict[int, str]], int]:
    """Read the few texts with a backslash: by place of the key and row; and count their quotes."""
    if b"\\" not in data:
        return {}, 0
    at = np.flatnonzero(text == _BACKSLASH)
    n_rows, n_keys = begins.shape
    cells = np.unique(np.searchsorted(begins.ravel(), at, side="right") - 1)
    _insist(len(cells) <= max(_FEW, n_rows))
    read: dict[int, dict[int, str]] = {}
    n_quotes = 0
    for cell in cells.tolist():
        row, place = divmod(cell, n_keys)
        value = data[begins[row, place] : ends[row, place]]
        read.setdefault(place, {})[row] = msgspec.json.decode(value, type=str)
        n_quotes += value.count(b'"') - 2
    return read, n_quotes


class _Cells:
    """The values of a file, as they stand there.

    Parameters
    ----------
    data : bytes
        The file.
    text : ndarray
        The same as numbers.
    begins, ends : ndarray
        Where values begin and end: a row per object, a column per key.
    """

    def __init__(
        self, data: bytes, text: npt.NDArray[np.uint8], begins: _Places, ends: _Places
    ) -> None:
        self._data, self._n_rows = data, len(begins)
        first, length = text[begins], ends - begins
        codes = ((first == _QUOTE) & (text[ends - 1] == _QUOTE) & (length > 1)).view(np.uint8)
        other = np.flatnonzero(codes.ravel() != _TEXT)
        codes.ravel()[other] = _codes_of(
            data, text, begins.ravel()[other], first.ravel()[other], length.ravel()[other]
        )
        # from here on key by key
        self._begins, self._ends, self._codes = (
            np.ascontiguousarray(given.T) for given in (begins, ends, codes)
        )
        counts = [np.bincount(codes, minlength=len(_CODES)) for codes in self._codes]
        self._counts = [dict(zip(_CODES, count.tolist(), strict=True)) for count in counts]
        self.n_texts = sum(count[_TEXT] for count in self._counts)
        self._all_places = pa.array(np.arange(0, 2 * self._n_rows, 2, dtype="int32"))

    def column(self, place: int, kind: str, escaped: dict[int, str]) -> pa.Array:
        """Make an array of the values of a key.

        Parameters
        ----------
        place : int
            Which key.
        kind : str
            What they are besides null.
        escaped : dict of int to str
            Rows whose text is not written as it is meant.

        Returns
        -------
        pyarrow.Array
            large_string, int64 or bool.
        """
        count = self._counts[place]
        wanted = {TEXT: (_TEXT,), INTEGER: (_NUMBER,), FLAG: (_TRUE, _FALSE)}[kind]
        _insist(sum(count[code] for code in (_NULL, *wanted)) == self._n_rows)
        if kind == FLAG:
            return pa.array(self._codes[place] == _TRUE, mask=self._mask(place))
        dtype = pa.large_string() if kind == TEXT else pa.int64()
        if count[_NULL] == self._n_rows:
            return pa.nulls(self._n_rows, dtype)
        values = self._taken(place)
        if escaped:
            rows = sorted(escaped)
            mask = np.zeros(self._n_rows, dtype=bool)
            mask[rows] = True
            meant = pa.array([escaped[row] for row in rows], pa.string())
            values = pc.replace_with_mask(values, pa.array(mask), meant)
        return values.cast(dtype)

    def check_scalar(self, place: int) -> None:
        """Make sure that the values of a key are JSON, whatever they mean.

        Parameters
        ----------
        place : int
            Which key.
        """
        count = self._counts[place]
        _insist(count[_OTHER] == 0)
        if count[_NUMBER]:
            _insist(count[_NUMBER] + count[_NULL] == self._n_rows)
            self._taken(place).cast(pa.int64())

    def lacks(self, place: int) -> bool:
        """Tell whether a key is without value in some row.

        Parameters
        ----------
        place : int
            Which key.

        Returns
        -------
        bool
            There is a null.
        """
        return bool(self._counts[place][_NULL])

    def _mask(self, place: int) -> npt.NDArray[np.bool_] | None:
        return self._codes[place] == _NULL if self.lacks(place) else None

    def _taken(self, place: int) -> pa.Array:
        """Copy the values together, texts without their quotes."""
        is_text = self._codes[place] == _TEXT
        offsets = _alternating(self._begins[place] + is_text, self._ends[place] - is_text)
        places = self._all_places
        if (mask := self._mask(place)) is not None:
            places = pa.array(np.arange(0, len(offsets), 2, dtype="int32"), mask=mask)
        return _strings(pa.string(), offsets, self._data).take(places)


def _codes_of(
    data: bytes,
    text: npt.NDArray[np.uint8],
    begins: _Places,
    first: npt.NDArray[np.uint8],
    length: _Places,
) -> npt.NDArray[np.uint8]:
    """Tell what the values are that are no texts."""
    # four bytes from each place on; behind the last value there are at least three more
    words = np.ndarray(len(data) - 3, "<u4", data, strides=(1,))[begins]
    codes = np.zeros(len(begins), dtype="uint8")
    codes[(words == _WORD_NULL) & (length == 4)] = _NULL
    rest = np.flatnonzero(codes == _OTHER)
    words, length, first = words[rest], length[rest], first[rest]
    ends_with_e = text[begins[rest] + length - 1] == ord("e")
    # Arrow also reads 007 and 0x1f
    number = ((first == _ZERO) & (length == 1)) | ((first >= _ONE) & (first <= _NINE))
    codes[rest[number]] = _NUMBER
    codes[rest[(words == _WORD_TRUE) & (length == 4)]] = _TRUE
    codes[rest[(words == _WORD_FALS) & (length == 5) & ends_with_e]] = _FALSE
    return codes
