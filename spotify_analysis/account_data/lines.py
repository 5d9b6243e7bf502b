"""Columns straight out of the bytes of a file that has one value a line, as Spotify writes it.

Since 2024 the files are indented: one ``"key": value`` a line, the same keys in the same order in
every object. Such a file needs no parser that makes an object of each value: line ends tell where
values begin and end, and what stands between two values must be the same in all objects. All of
that is checked, byte by byte; a file with anything else in it (compact, keys in another order,
a text where a number belongs, damage) is left to `decoding.decode_rows`, so this way of reading is
only ever faster, never more forgiving.

A file is read into one buffer, part by part, and what is in it is done with before more is read.
So it stays in the processor's cache; and as hardly any memory is asked for and given back, threads
that read different files do not wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["FLAG", "INTEGER", "TEXT", "Fill", "columns_of"]

# puts the next bytes of a file at the beginning of a buffer and says how many; 0 at the end
Fill = Callable[[memoryview], int]

TEXT, INTEGER, FLAG = "text", "integer", "flag"

_BEGINS = re.compile(rb" *\[[ \n]*\{ *\n")
_KEY = re.compile(rb' *"([A-Za-z_]+)" ?: ?')
_NEXT = re.compile(rb" *\}, *(?:\n *)?\{ *\n")
_ENDS = re.compile(rb"[ \n]*\}[ \n]*\][ \n]*")
_QUOTE, _BACKSLASH, _SPACE = b'"\\ '
_NOT_ASCII = 128
_ZERO, _NINE = b"09"
_WORD_NULL, _WORD_TRUE, _WORD_FALS = (
    int.from_bytes(word, "little") for word in (b"null", b"true", b"fals")
)
_OTHER, _TEXT, _NULL, _TRUE, _FALSE, _NUMBER, _WORD = [1 << bit for bit in range(7)]
_OF_KIND: dict[str | None, int] = {
    TEXT: _TEXT,
    INTEGER: _NUMBER,
    FLAG: _TRUE | _FALSE,
    None: _TEXT | _NUMBER | _TRUE | _FALSE,
}
# what a value is by its first byte
_BY_FIRST = np.full(256, _OTHER, dtype="uint8")
_BY_FIRST[_QUOTE] = _TEXT
_BY_FIRST[_ZERO : _NINE + 1] = _NUMBER
_BY_FIRST[list(b"ntf")] = _WORD
# a name has an escaped quote now and then; where it is the rule, a parser is faster
_FEW = 100
# large enough that threads seldom meet, small enough for the processor's cache
_BUFFER_BYTES = 2**21
_ROWS_AT_ONCE = 32
# an object has a kilobyte; what is longer than this without an end of one is no list of plays
_LONGEST = 2**23  # and places are numbers of 32 bits

_Places = npt.NDArray[np.int32]
_Codes = npt.NDArray[np.uint8]


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
    lines : list of tuple of int and int
        Where values of the first object begin, and where their lines end.
    """

    begins: int
    keys: list[str]
    prefixes: list[bytes]
    between: bytes
    lines: list[tuple[int, int]]


@dataclass(slots=True)
class _Piece:
    """The values of some objects that follow each other.

    Parameters
    ----------
    codes : ndarray
        What each value is: a row per object, a column per key.
    seen : ndarray
        What the values of each key are, all together.
    texts : dict of int to pyarrow.Array
        By the place of a wanted key: texts without their quotes, and numbers. A key without a
        value in any of the objects is not there.
    """

    codes: _Codes
    seen: _Codes
    texts: dict[int, pa.Array]


def columns_of(
    fill: Fill, wanted: dict[str, str], *, required: set[str], n_bytes: int = _BUFFER_BYTES
) -> dict[str, pa.Array] | None:
    """Read the columns of a list of objects that has one value a line.

    Parameters
    ----------
    fill : callable
        Reads on in JSON in UTF-8, as `io.RawIOBase.readinto` does.
    wanted : dict of str to str
        The keys to read and what each holds besides null: `TEXT`, `INTEGER` or `FLAG`.
    required : set of str
        Keys that every object must have, with a value.
    n_bytes : int
        How much to read at once; the first object must fit in.

    Returns
    -------
    dict of str to pyarrow.Array or None
        The columns that are in the file, all of one length; None if the file is laid out in
        another way or holds anything unexpected.
    """
    try:
        return _columns(_Source(fill, n_bytes), wanted, required)
    except (_OtherLayoutError, pa.ArrowInvalid, msgspec.MsgspecError):
        return None


def _columns(source: _Source, wanted: dict[str, str], required: set[str]) -> dict[str, pa.Array]:
    source.read_on()
    layout = _layout_of(source.data, source.n_bytes)
    _insist(required <= set(layout.keys))
    kinds = [wanted.get(key) for key in layout.keys]
    reader = _Reader(source.data, layout, [kind in (TEXT, INTEGER) for kind in kinds])
    pieces = [reader.piece(source.data, end) for end in source.pieces(layout)]
    seen = np.bitwise_or.reduce([piece.seen for piece in pieces])
    n_rows = sum(len(piece.codes) for piece in pieces)
    found = {}
    nothing = {dtype: pa.nulls(n_rows, dtype) for dtype in (pa.large_string(), pa.int64())}
    for place, (key, kind) in enumerate(zip(layout.keys, kinds, strict=True)):
        allowed = _OF_KIND[kind] | (0 if key in required else _NULL)
        _insist(not int(seen[place]) & ~allowed)
        if kind == FLAG:
            codes = np.concatenate([piece.codes[:, place] for piece in pieces])
            found[key] = pa.array(codes == _TRUE, mask=codes == _NULL)
        elif kind is not None:
            dtype = pa.large_string() if kind == TEXT else pa.int64()
            if seen[place] == _NULL:
                found[key] = nothing[dtype]
                continue
            texts = [
                piece.texts.get(place, pa.nulls(len(piece.codes), pa.string())) for piece in pieces
            ]
            found[key] = pa.concat_arrays(texts).cast(dtype)
    return found


def _insist(holds: bool | np.bool_) -> None:
    if not holds:
        raise _OtherLayoutError


def _layout_of(data: bytearray, n_bytes: int) -> _Layout:
    """Learn the layout from the first object and what follows it."""
    start = _BEGINS.match(data, 0, n_bytes)
    if start is None:
        raise _OtherLayoutError
    keys, prefixes, lines, at = [], [], [], start.end()
    while key := _KEY.match(data, at, n_bytes):
        keys.append(key[1].decode())
        prefixes.append(bytes(key[0]))
        at = data.find(b"\n", at, n_bytes) + 1
        _insist(at > 0)
        lines.append((key.end(), at - 1))
    between = _NEXT.match(data, at, n_bytes)
    if between is None or not keys or len(set(keys)) < len(keys):
        raise _OtherLayoutError
    return _Layout(start.end(), keys, prefixes, bytes(between[0]), lines)


class _Source:
    """A file in a buffer, which holds one part of it after the other.

    Parameters
    ----------
    fill : callable
        Reads on in the file.
    n_bytes : int
        Size of the buffer.
    """

    def __init__(self, fill: Fill, n_bytes: int) -> None:
        self._fill = fill
        self._is_at_end = False
        self.data = bytearray(n_bytes)
        self.n_bytes = 0
        """How much of the buffer is filled."""

    def read_on(self) -> None:
        """Fill the buffer."""
        if self.n_bytes == len(self.data):
            _insist(self.n_bytes < _LONGEST)
            self.data = self.data + bytes(self.n_bytes)
        with memoryview(self.data) as room:
            while self.n_bytes < len(room) and not self._is_at_end:
                n_more = self._fill(room[self.n_bytes :])
                self.n_bytes += n_more
                self._is_at_end = n_more == 0

    def pieces(self, layout: _Layout) -> Iterator[int]:
        """Cut between objects.

        Parameters
        ----------
        layout : _Layout
            How the objects are written.

        Yields
        ------
        int
            Where in the buffer the line of a last value ends; at its beginning is always the
            line of a first key.
        """
        between = b"\n" + layout.between
        self._drop(layout.begins)
        while not self._is_at_end:
            end = self.data.rfind(between + layout.prefixes[0], 0, self.n_bytes)
            if end >= 0:
                yield end + 1
                self._drop(end + len(between))
            self.read_on()
        last = self.data.rfind(b"\n", 0, max(self.data.rfind(b"}", 0, self.n_bytes), 0))
        _insist(last > 0 and _ENDS.fullmatch(self.data, last, self.n_bytes) is not None)
        yield last + 1

    def _drop(self, n_bytes: int) -> None:
        """Move to the beginning what comes after so many bytes."""
        rest = self.data[n_bytes : self.n_bytes]
        self.data[: len(rest)] = rest
        self.n_bytes = len(rest)


class _Reader:
    """Reads pieces of a file.

    Parameters
    ----------
    first : bytearray
        The beginning of the file, with its first object.
    layout : _Layout
        How it is written.
    taken : list of bool
        By key: whether its values are wanted as text.
    """

    def __init__(self, first: bytearray, layout: _Layout, taken: list[bool]) -> None:
        self._taken = np.array(taken)
        self._n_between = layout.between.count(b"\n")
        self._lengths = np.array([len(prefix) for prefix in layout.prefixes], dtype="int32")
        self._has_comma = (np.arange(len(layout.keys)) < len(layout.keys) - 1).astype("int32")
        gaps = [b",\n" + prefix for prefix in layout.prefixes[1:]]
        gaps.append(b"\n" + layout.between + layout.prefixes[0])
        begins = np.array([begin for begin, _ in layout.lines], dtype="int32")
        ends = np.array([end for _, end in layout.lines], dtype="int32") - self._has_comma
        _insist((begins < ends).all())
        self._data = bytearray()
        self._rooms: dict[str, _Places] = {}
        self._look_at(first)
        self._codes_of_first = self._codes_of(begins, ends)
        edges = zip(begins.tolist(), ends.tolist(), gaps, strict=True)
        # how the first object is written, value and gap in turn; and the same for many objects
        self._parts = [part for begin, end, gap in edges for part in (bytes(first[begin:end]), gap)]
        self._firsts = _repeated(self._parts, 1)

    def _look_at(self, data: bytearray) -> None:
        """Turn to another buffer."""
        if data is self._data:
            return
        self._data, self._text = data, np.frombuffer(data, np.uint8)
        self._is_sign = np.empty(len(data), dtype=bool)
        # four bytes from each place on
        self._words = np.ndarray(max(len(data) - 3, 0), "<u4", data, strides=(1,))

    def piece(self, data: bytearray, end: int) -> _Piece:
        """Read one piece.

        Parameters
        ----------
        data : bytearray
            Begins with the line of a first key.
        end : int
            Where the line of a last value ends.

        Returns
        -------
        _Piece
            Its values.
        """
        self._look_at(data)
        if self._text[:end].max() >= _NOT_ASCII:
            _strings(pa.string(), np.array([0, end], dtype="int32"), data).validate(full=True)
        edges, n_quotes = self._edges_of_values(end)
        codes, seen = self._codes_of_values(edges)
        escaped, n_escaped_quotes = self._escaped(edges)
        # every quote is one of a key, one around a text, or escaped: so none stands inside a text
        is_text = codes == _TEXT
        n_texts = int(np.count_nonzero(is_text))
        _insist(n_quotes == 2 * (codes.size + n_texts) + n_escaped_quotes)
        self._check_numbers(edges, codes)
        taken = np.flatnonzero(self._taken & (seen != _NULL))
        edges[0::2] += is_text.ravel()
        edges[1::2] -= is_text.ravel()
        places = 2 * (np.arange(len(codes), dtype="int32") * codes.shape[1])
        places = places + 2 * taken[:, None].astype("int32")
        is_null = (codes.T[taken] == _NULL).ravel() if (seen[taken] & _NULL).any() else None
        together = _strings(pa.string(), edges, data).take(pa.array(places.ravel(), mask=is_null))
        n_rows = len(codes)
        texts = {
            place: together.slice(n * n_rows, n_rows) for n, place in enumerate(taken.tolist())
        }
        for place in escaped.keys() & texts.keys():
            texts[place] = _with_meant(texts[place], escaped[place])
        return _Piece(codes, seen, texts)

    def _edges_of_values(self, end: int) -> tuple[_Places, int]:
        """Return where each value begins and ends, object by object; and count quotes.

        The places stay until the next piece is read.
        """
        part, is_sign = self._text[:end], self._is_sign[:end]
        # whatever is no line end is found out where the text between values is compared
        line_ends = np.flatnonzero(np.less(part, _SPACE, out=is_sign))
        n_keys, n_lines = len(self._lengths), len(self._lengths) + self._n_between
        n_rows, n_over = divmod(len(line_ends) + self._n_between, n_lines)
        _insist(n_rows > 0 and n_over == 0)
        lines = self._room("lines", n_rows * n_lines + 1)
        lines[0] = -1
        # the last object lacks the lines that lead to a next one
        lines[1 : len(line_ends) + 1] = line_ends
        lines[len(line_ends) + 1 :] = -1
        edges = self._room("edges", 2 * n_rows * n_keys)
        begins, ends = (edges[n::2].reshape(n_rows, n_keys) for n in (0, 1))
        np.add(lines[:-1].reshape(n_rows, n_lines)[:, :n_keys], self._lengths + 1, out=begins)
        np.subtract(lines[1:].reshape(n_rows, n_lines)[:, :n_keys], self._has_comma, out=ends)
        _insist((begins < ends).all())
        return edges, int(np.count_nonzero(np.equal(part, _QUOTE, out=is_sign)))

    def _room(self, name: str, length: int) -> _Places:
        """Return the same memory for every piece."""
        room = self._rooms.get(name)
        if room is None or len(room) < length:
            room = self._rooms[name] = np.empty(length + length // 4, dtype="int32")
        return room[:length]

    def _codes_of_values(self, edges: _Places) -> tuple[_Codes, _Codes]:
        """Tell what values are, and what those of each key are, all together.

        Makes sure that only the learned text stands between values: all of the piece is compared
        with the first object. That is what must be the same between values, and it spares a look
        at many values: null, false, the country of the first.
        """
        n_keys = len(self._lengths)
        n_rows = len(edges) // (2 * n_keys)
        there = _strings(pa.binary(), edges, self._data)
        if len(self._firsts) < len(there):
            self._firsts = _repeated(self._parts, n_rows)
        first = self._firsts.slice(0, len(there))
        bits = pc.equal(there, first).buffers()[1]
        same = np.unpackbits(np.frombuffer(bits, np.uint8), count=len(there), bitorder="little")
        _insist(same[1::2].all())
        codes = np.empty((n_rows, n_keys), dtype="uint8")
        codes[:] = self._codes_of_first
        other = np.flatnonzero(same[::2] == 0)
        codes.ravel()[other] = self._codes_of(edges[0::2][other], edges[1::2][other])
        return codes, _together(codes)

    def _codes_of(self, begins: _Places, ends: _Places) -> _Codes:
        """Tell what values are."""
        at, length = begins.astype(np.intp), ends - begins  # numpy's own size is found faster
        first, last = self._text[at], self._text[at + (length - 1)]
        codes = _BY_FIRST[first]
        codes[(first == _QUOTE) & ((last != _QUOTE) | (length < 2))] = _OTHER
        # Arrow also reads 007 and 0x1f
        codes[(first == _ZERO) & (length > 1)] = _OTHER
        at = np.flatnonzero(codes == _WORD)
        words, last, length = self._words[begins[at]], last[at], length[at]
        found = np.full(len(at), _OTHER, dtype="uint8")
        found[(words == _WORD_NULL) & (length == 4)] = _NULL
        found[(words == _WORD_TRUE) & (length == 4)] = _TRUE
        found[(words == _WORD_FALS) & (length == 5) & (last == ord("e"))] = _FALSE
        codes[at] = found
        return codes

    def _check_numbers(self, edges: _Places, codes: _Codes) -> None:
        """Make sure that the numbers of a key that is not wanted are numbers."""
        is_number = codes == _NUMBER
        is_number[:, self._taken] = False
        if is_number.any():
            offsets = edges.reshape(-1, 2)[is_number.ravel()].ravel()
            places = pa.array(np.arange(0, len(offsets), 2, dtype="int32"))
            _strings(pa.string(), offsets, self._data).take(places).cast(pa.int64())

    def _escaped(self, edges: _Places) -> tuple[dict[int, dict[int, str]], int]:
        """Read the few texts with a backslash, by place of the key and row; count their quotes."""
        first, last = int(edges[0]), int(edges[-1])
        if self._data.find(b"\\", first, last) < 0:
            return {}, 0
        at = np.flatnonzero(self._text[first:last] == _BACKSLASH) + first
        n_keys = len(self._lengths)
        # between values there is none
        cells = np.unique((np.searchsorted(edges, at, side="right") - 1) // 2)
        _insist(len(cells) <= max(_FEW, len(edges) // (2 * n_keys)))
        read: dict[int, dict[int, str]] = {}
        n_quotes = 0
        for cell in cells.tolist():
            row, place = divmod(cell, n_keys)
            value = self._data[edges[2 * cell] : edges[2 * cell + 1]]
            read.setdefault(place, {})[row] = msgspec.json.decode(value, type=str)
            n_quotes += value.count(b'"') - 2
        return read, n_quotes


def _with_meant(texts: pa.Array, meant: dict[int, str]) -> pa.Array:
    """Put in what texts with a backslash mean."""
    rows = sorted(meant)
    mask = np.zeros(len(texts), dtype=bool)
    mask[rows] = True
    values = pa.array([meant[row] for row in rows], pa.string())
    return pc.replace_with_mask(texts, pa.array(mask), values)


def _together(codes: _Codes) -> _Codes:
    """Return the bits of each column, all together."""
    n_rows, n_keys = codes.shape
    # many rows side by side: numpy is slow where rows are short
    n_blocks, n_left = divmod(n_rows, _ROWS_AT_ONCE)
    blocks = codes[: n_rows - n_left].reshape(n_blocks, _ROWS_AT_ONCE * n_keys)
    by_place = np.bitwise_or.reduce(blocks).reshape(_ROWS_AT_ONCE, n_keys)
    rest = np.bitwise_or.reduce(codes[n_rows - n_left :])
    found: _Codes = np.bitwise_or.reduce(by_place) | rest
    return found


def _repeated(parts: list[bytes], n_times: int) -> pa.Array:
    """Return an array that holds the parts in turn, many times."""
    lengths = np.tile([len(part) for part in parts], n_times)
    offsets = np.append(0, np.cumsum(lengths)).astype("int32")
    return _strings(pa.binary(), offsets, b"".join(parts) * n_times)


def _strings(dtype: pa.DataType, offsets: npt.NDArray[Any], data: bytes | bytearray) -> pa.Array:
    """Look at parts of bytes as an Arrow array, without a copy; offsets never fall."""
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(dtype, len(offsets) - 1, buffers)
