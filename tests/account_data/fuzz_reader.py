"""Feed the reader with broken exports without end; only our own errors may come out.

    python tests/account_data/fuzz_reader.py FOLDER [options of libFuzzer]

FOLDER holds exports to begin with; what atheris finds worth keeping is added to it. Run by
``test_fuzzing.py`` for a minute, or by hand for a night.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["spotify_analysis.account_data", "zipfile"]):
    from spotify_analysis import account_data, errors
    from spotify_analysis.account_data import (
        decoding,
        library,
        lines,
        plays,
        scrobbles,
        side_files,
    )

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def read_json(data: bytes) -> None:
    """Read bytes as a file of an export, both by lines and by the parser."""
    kind = decoding.kind_of(decoding.first_keys(data) or set()) or "account music"
    row_type = decoding.ExtendedRow if kind == "extended" else decoding.AccountRow
    kinds, required = decoding._fields(row_type)
    columns = lines.columns_of(io.BytesIO(data).readinto, kinds, required=required)
    if columns is not None:
        rows = decoding._decoder(row_type).decode(data)
        for name, column in columns.items():
            assert column.to_pylist() == [getattr(row, name) for row in rows], name
    try:
        decoded = decoding.decode_rows(data, row_type, file="history.json")
    except errors.ExportReadError:
        decoded = None
    if decoded is not None and kind == "extended":
        plays.extended_plays(decoded)
    elif decoded is not None:
        plays.account_plays(decoded)
    # all that follows takes long, so not every input gets there
    if zlib.crc32(data) % 16 == 0:
        read_all(data, "history.json")


def read_all(data: bytes, name: str) -> None:
    """Read bytes under a name, to the end."""
    path = _FOLDER / name
    path.write_bytes(data)
    for on_error in ("raise", "skip"):
        try:
            account_data.read(path, time_zone="UTC", on_error=on_error, progress=False)
        except errors.ExportReadError:
            continue


def read_zip(data: bytes) -> None:
    """Read bytes as a zip, and as the packed content of one whose directory is sound."""
    wrapped = io.BytesIO()
    with zipfile.ZipFile(wrapped, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("history.json", data)
    read_all(data, "export.zip")
    read_all(wrapped.getvalue(), "wrapped.zip")


def read_scrobbles(data: bytes, kind: str) -> None:
    """Read bytes as scrobbles of Last.fm or ListenBrainz."""
    to_plays = scrobbles.lastfm_plays if kind == "scrobbles" else scrobbles.listenbrainz_plays
    for skips in (False, True):
        try:
            found = to_plays(data, file="scrobbles.csv", skips=skips)
        except errors.ExportReadError:
            continue
        assert not found.problems or skips
        found.made.plays.validate(full=True)
    if zlib.crc32(data) % 16 == 0:
        read_all(data, "scrobbles.csv")


def read_side_file(data: bytes, kind: str) -> None:
    """Read bytes as a library, playlists, or one of the files beside the history."""
    try:
        if kind == "library":
            library.library_tables(decoding.decode_object(data, file="side.json"))
        elif kind == "playlists":
            library.playlist_tables([decoding.decode_object(data, file="side.json")])
        else:
            side_files.side_tables([side_files.read_side_file(data, kind, file="2024.json")])
    except errors.ExportReadError:
        pass
    if zlib.crc32(data) % 16 == 0:
        read_all(data, "side.json")


def one_input(data: bytes) -> None:
    """Take one input of the fuzzer: its beginning says what it is, as in the reader."""
    if data.startswith(b"PK"):
        read_zip(data)
        return
    text = decoding.as_utf8(data, errors="ignore").lstrip()
    is_object = text.startswith(b"{")
    keys = (decoding.keys_of_object if is_object else decoding.first_keys)(text) or set()
    history = decoding.kind_of(keys)
    if kind := scrobbles.kind_of(text):
        read_scrobbles(text, kind)
    elif history in ("library", "playlists"):
        read_side_file(text, history)
    elif history is None and (kind := side_files.kind_of(keys)):
        read_side_file(text, kind)
    else:
        read_json(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
