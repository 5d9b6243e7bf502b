"""Reading by lines gives what the parser gives, or nothing at all."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify_analysis import account_data
from spotify_analysis.account_data import decoding, lines
from spotify_analysis.demo import exports, listener
from tests.account_data.conftest import extended, music

NAMES = ["Song", "Ünïcode", "夜に駆ける", '"Quoted" \\ name', "tab\tand\nline", "", "😀", "a: b, c"]


def rows_of(generation: str = "2025", n: int = 8) -> list[dict[str, Any]]:
    """Make rows with names that are hard to read and with every value a column may have."""
    return [
        extended(
            generation,
            master_metadata_track_name=NAMES[place % len(NAMES)] if place % 5 else None,
            ms_played=place * 1_000,
            offline=bool(place % 2) if place % 3 else None,
            offline_timestamp=1_700_000_000 + place if place % 2 else None,
        )
        for place in range(n)
    ]


def jackson(rows: list[dict[str, Any]]) -> str:
    """Write rows as the exports of 2026 are: brackets in one line, a space before the colon."""
    objects = [
        "{\n"
        + ",\n".join(
            f'  "{key}" : {json.dumps(value, ensure_ascii=False)}' for key, value in row.items()
        )
        + "\n}"
        for row in rows
    ]
    return f"[ {', '.join(objects)} ]"


def indented(rows: list[dict[str, Any]], indent: int = 2) -> str:
    """Write rows as the exports of 2024 and 2025 are."""
    return json.dumps(rows, indent=indent, ensure_ascii=False)


def by_lines(
    data: bytes, row_type: Any = decoding.ExtendedRow, *, n_bytes: int = 2**20
) -> dict[str, list[Any]] | None:
    """Read the columns by lines, so many bytes more at a time than the first two objects have."""
    kinds, required = decoding._fields(row_type)
    ends = [end.end() for end in re.finditer(rb"\}", data)][:2]
    found = lines.columns_of(
        io.BytesIO(data).readinto, kinds, required=required, n_bytes=max([0, *ends]) + n_bytes
    )
    return None if found is None else {name: found[name].to_pylist() for name in found}


def by_parser(data: bytes, row_type: Any = decoding.ExtendedRow) -> list[Any]:
    """Read the rows with the parser."""
    return msgspec.json.decode(data, type=list[row_type])


def check(data: bytes, row_type: Any = decoding.ExtendedRow, *, n_bytes: int = 2**20) -> None:
    """Check that the file is read by lines, and as the parser reads it."""
    found, rows = by_lines(data, row_type, n_bytes=n_bytes), by_parser(data, row_type)
    assert found is not None
    absent = [None] * len(rows)
    for name in row_type.__struct_fields__:
        assert found.get(name, absent) == [getattr(row, name) for row in rows], name


@pytest.mark.parametrize("write", [indented, lambda rows: indented(rows, 4), jackson])
@pytest.mark.parametrize("generation", ["2020", "2021", "2024", "2025"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_value_a_line(write: Callable[[Any], str], generation: str, end: str) -> None:
    check((write(rows_of(generation)) + end).encode())


@pytest.mark.parametrize("write", [indented, jackson])
@pytest.mark.parametrize("n_bytes", [1, 13, 2_500, 100_000])
def test_parts_are_cut_anywhere(write: Callable[[Any], str], n_bytes: int) -> None:
    check(write(rows_of(n=40)).encode(), n_bytes=n_bytes)


def test_a_column_has_values_in_some_parts_only() -> None:
    rows = rows_of(n=40)
    for place, row in enumerate(rows):
        if place not in (30, 31):
            row |= dict.fromkeys(["episode_name", "spotify_episode_uri", "offline_timestamp"])
        else:
            row |= {"episode_name": f"Episode {place}", "offline_timestamp": place}
    check(indented(rows).encode(), n_bytes=2_500)


def test_damage_in_a_later_part() -> None:
    whole = indented(rows_of(n=40))
    check(whole.encode(), n_bytes=2_500)
    for damage in (
        whole.replace('"ms_played": 39000', '"ms_played": "39000"'),
        whole.replace('    "ms_played": 20000,\n', ""),
        whole.replace("\n  },\n  {\n", "\n  },\n   {\n").replace("   {\n", "  {\n", 20),
    ):
        assert damage != whole
        assert by_lines(damage.encode(), n_bytes=2_500) is None


def test_bytes_without_end_are_given_up() -> None:
    class Endless(io.BytesIO):
        n_read = 0

        def readinto(self, room: Any) -> int:
            n_bytes = super().readinto(room) or len(room)
            self.n_read += n_bytes
            return n_bytes

    file = Endless(indented(rows_of(n=3)).encode()[:-9])
    kinds, required = decoding._fields(decoding.ExtendedRow)
    assert lines.columns_of(file.readinto, kinds, required=required) is None
    assert 2**20 < file.n_read < 2**24


def test_account_data() -> None:
    rows = [music(trackName=name, msPlayed=n) for n, name in enumerate(NAMES)]
    check(jackson(rows).encode(), decoding.AccountRow)


def test_texts_with_escapes_stand_in_their_rows() -> None:
    rows = [extended(master_metadata_track_name=f'"{n}" \\u') for n in range(90)]
    check(indented(rows).encode())
    # escapes in one value after another: the parser is faster
    for row in rows:
        row["platform"] = '"'
    assert by_lines(indented(rows).encode()) is None


HONEST = indented(rows_of())
TRACK = '"master_metadata_track_name": "Ünïcode"'
ODD = {
    "compact": json.dumps(rows_of()),
    "one row": indented(rows_of(n=1)),
    "an empty list": "[]",
    "nothing": "",
    "cut off": HONEST[:-3],
    "cut off in a row": HONEST[: len(HONEST) // 2],
    "something behind it": HONEST + "[]",
    "a comma too many": HONEST.replace("\n  }\n]", ",\n  }\n]"),
    "a comma too few": HONEST.replace('"ms_played": 3000,', '"ms_played": 3000'),
    "no brace": HONEST.replace("\n  }\n]", "\n]"),
    "no bracket": HONEST[1:],
    "Windows line ends": HONEST.replace("\n", "\r\n"),
    "tabs": HONEST.replace("    ", "\t"),
    "other keys in one row": HONEST.replace('"ms_played": 3000', '"msPlayed": 3000'),
    "a key less in one row": HONEST.replace('    "ms_played": 3000,\n', ""),
    "a key twice in one row": HONEST.replace(
        '    "ms_played": 3000,\n', '    "ms_played": 3000,\n    "ms_played": 4000,\n'
    ),
    "a key twice": HONEST.replace('"platform"', '"ms_played"'),
    "keys swapped in one row": HONEST.replace(
        '    "platform": "ios",\n    "ms_played": 3000,\n',
        '    "ms_played": 3000,\n    "platform": "ios",\n',
    ),
    "two values a line": HONEST.replace(
        '"ios",\n    "ms_played": 3000', '"ios", "ms_played": 3000'
    ),
    "a number as text": HONEST.replace('"ms_played": 3000', '"ms_played": "3000"'),
    "a text as number": HONEST.replace(TRACK, '"master_metadata_track_name": 22'),
    "a list": HONEST.replace(TRACK, '"master_metadata_track_name": [1]'),
    "an object": HONEST.replace(TRACK, '"master_metadata_track_name": {}'),
    "a truth value as text": HONEST.replace('"shuffle": false', '"shuffle": ""', 1),
    "a start as text": HONEST.replace('"offline_timestamp": null', '"offline_timestamp": ""', 1),
    "no length": HONEST.replace('"ms_played": 3000', '"ms_played": null'),
    "a length of no field": HONEST.replace('"ms_played"', '"ms"'),
    "a fraction": HONEST.replace('"ms_played": 3000', '"ms_played": 3000.5'),
    "below 0": HONEST.replace('"ms_played": 3000', '"ms_played": -3000'),
    "in octal": HONEST.replace('"ms_played": 3000', '"ms_played": 03000'),
    "in hex": HONEST.replace('"ms_played": 3000', '"ms_played": 0x1f'),
    "beyond 64 bits": HONEST.replace('"ms_played": 3000', f'"ms_played": {2**64}'),
    "no value": HONEST.replace('"ms_played": 3000', '"ms_played": '),
    "a space behind a value": HONEST.replace('"ms_played": 3000', '"ms_played": 3000 '),
    "a word": HONEST.replace('"shuffle": false', '"shuffle": fals3', 1),
    "another word": HONEST.replace('"offline": null', '"offline": nul', 1),
    "a word in what is dropped": HONEST.replace('"198.51.100.7"', "198.51.100.7", 1),
    "a quote in a text": HONEST.replace("Ünïcode", 'Ünï"code'),
    "a quote for a quote": HONEST.replace("Ünïcode", 'Ünï"code').replace('"a: b, c"', '"a: b, c'),
    "a text without end": HONEST.replace('"Ünïcode"', '"Ünïcode'),
    "a text that ends in a backslash": HONEST.replace("Ünïcode", "Ünïcode\\"),
    "half a character": HONEST.replace("Ünïcode", "\\ud83d"),
    "an escape that is none": HONEST.replace("Ünïcode", "\\x41"),
    "a backslash between values": HONEST.replace('    "ms_played": 3000', '   \\"ms_played": 3000'),
    "a backslash in a number": HONEST.replace('"ms_played": 3000', '"ms_played": 30\\00'),
    "a control character": HONEST.replace("Ünïcode", "Ün\x01code"),
}


@pytest.mark.parametrize("what", ODD)
def test_anything_else_is_left_to_the_parser(what: str) -> None:
    assert ODD[what] != HONEST
    assert by_lines(ODD[what].encode()) is None


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"\xc3"])
@pytest.mark.parametrize("where", ["Ünïcode", "198.51.100.7"])
def test_bytes_that_are_no_text(bad: bytes, where: str) -> None:
    assert by_lines(HONEST.encode().replace(where.encode(), bad)) is None


@given(
    st.integers(0, len(HONEST) - 1),
    st.integers(0, 12),
    st.text(st.sampled_from('"\\,:{}[]\n 0123ntf-.eE\x00é'), max_size=8),
)
def test_whatever_is_read_by_lines_is_what_the_parser_reads(at: int, n: int, text: str) -> None:
    data = (HONEST[:at] + text + HONEST[at + n :]).encode()
    if by_lines(data) is not None:
        check(data)
        decoding._refuse_double_keys(data, len(by_parser(data)), decoding.ExtendedRow, file="x")


@pytest.fixture
def only_the_parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], account_data.Export]:
    """Return a function that reads an export without reading by lines."""

    def read(path: Any) -> account_data.Export:
        with monkeypatch.context() as patch:
            patch.setattr(lines, "columns_of", lambda *_, **__: None)
            return account_data.read(path, time_zone="Europe/Berlin", progress=False)

    return read


def same(one: account_data.Export, other: account_data.Export) -> None:
    """Check that two exports are the same in plays and in all that is said about them."""
    pd.testing.assert_frame_equal(one.plays, other.plays)
    assert one.plays.attrs == other.plays.attrs
    assert repr(one.report) == repr(other.report)
    pd.testing.assert_frame_equal(one.report.files, other.report.files)
    pd.testing.assert_frame_equal(one.report.rejected, other.report.rejected)


@pytest.mark.parametrize("generation", ["G1a", "G1b", "G2a", "G2b", "G2c", "G2d"])
def test_both_ways_say_the_same_of_made_up_exports(
    generation: str, tmp_path: Path, only_the_parser: Callable[[Any], account_data.Export]
) -> None:
    path = tmp_path / "export.zip"
    year = 2019 if generation == "G1a" else 2022
    span = {"since": f"{year}-09-15", "until": f"{year}-11-01"}
    exports.write_extended(listener.listener(1), path, generation=generation, **span)
    read = account_data.read(path, time_zone="Europe/Berlin", progress=False)
    assert len(read.plays) > 100
    same(read, only_the_parser(path))


def test_both_ways_say_the_same_of_real_exports(
    real_export: Path, only_the_parser: Callable[[Any], account_data.Export]
) -> None:
    for folder in sorted(real_export.glob("listener-*")):
        read = account_data.read(folder, time_zone="Europe/Berlin", progress=False)
        same(read, only_the_parser(folder))


@pytest.mark.parametrize("generation", ["G2b", "G2c", "G2d"])
def test_the_layouts_of_today_are_read_by_lines(generation: str, tmp_path: Path) -> None:
    span = {"since": "2024-01-01", "until": "2024-03-01"}
    written = exports.write_extended(listener.listener(1), tmp_path, generation=generation, **span)
    plays = [path for path in written if "Audio" in path.name]
    assert plays
    for path in plays:
        check(path.read_bytes())
