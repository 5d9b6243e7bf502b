"""JSON that is broken, odd or hostile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spotify_analysis import account_data, errors
from spotify_analysis.account_data import decoding
from tests.account_data.conftest import extended, music

ROW = json.dumps(extended())
# a pair that is whole, and what is none because of the backslash before it
WHOLE = r'"\ud83d\ude00":"\\ud800"'


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC", **options)


@pytest.mark.parametrize(
    ("content", "position", "what"),
    [
        (f"[{ROW},", len(f"[{ROW},"), "the file is cut off"),
        (f"[{ROW}", len(f"[{ROW}"), "the file is cut off"),
        (f"[{ROW[:300]}", 301, "the file is cut off"),
        (f"[{ROW}]x", len(ROW) + 2, "Extra data"),
        (f"[{ROW}][{ROW}]", len(ROW) + 2, "Extra data"),
        (f"[{ROW}, nonsense]", len(ROW) + 3, "Expecting value"),
        (f"[{ROW.replace('60000', 'NaN')}]", ROW.index("60000") + 1, "invalid character"),
        (f"[{ROW.replace('Song', 'a' + chr(0) + 'b')}]", ROW.index("Song") + 2, "Invalid control"),
        (f"[{ROW.replace('Song', chr(92) + 'ud800')}]", None, "surrogate"),
        (f'[{ROW[:-1]},{WHOLE},"{chr(92)}ud800":1}}]', len(ROW) + len(WHOLE) + 3, "half a surrog"),
        (f'[{ROW[:-1]}, "deep": {"[" * 100_000}', len(ROW) + 508, "nested without end"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_attack_42_broken_files(write: Any, content: str, position: int | None, what: str) -> None:
    folder = write(good=[extended(ms_played=1)], bad=content.encode())
    with pytest.raises(errors.ExportReadError, match=r"'bad\.json' is no valid JSON") as caught:
        read(folder)
    assert caught.value.file == "bad.json"
    assert what in str(caught.value)
    if position is not None:
        assert caught.value.position == position
        assert f"byte {position:,}" in str(caught.value)
    export = read(folder, on_error="skip")
    assert export.plays["ms_played"].tolist() == [1]
    assert "bad.json" in export.report.problems[0]
    assert "on_error" not in export.report.problems[0]


def test_attack_42_text_that_is_not_utf8(write: Any) -> None:
    data = f"[{ROW}]".encode().replace(b"Song", b"So\xff\xfeng")
    with pytest.raises(errors.ExportReadError, match="the text is not UTF-8") as caught:
        read(write(a=data))
    assert caught.value.position == data.index(b"\xff")


def test_text_that_is_not_utf8_in_a_row_that_is_no_play(write: Any) -> None:
    # the parser looks at the name of a field only where it wants the field; found by fuzzing
    data = b'[{"endTime": "", "artistName": "", "trackName": "", "\x97": 1}]'
    with pytest.raises(errors.ExportReadError, match="the text is not UTF-8") as caught:
        read(write(a=data))
    assert caught.value.position == data.index(b"\x97")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_attack_42_files_that_were_saved_again(write: Any, encoding: str) -> None:
    text = json.dumps([extended(master_metadata_track_name="Größe")], ensure_ascii=False)
    mark = "" if encoding in ("utf-8-sig", "utf-16") else "\ufeff"
    export = read(write(a=(mark + text).encode(encoding)))
    assert export.plays["track"].tolist() == ["Größe"]


@pytest.mark.parametrize("layout", ["compact", "indented", "space before the colon"])
def test_every_layout(write: Any, layout: str) -> None:
    rows = [extended(), extended(ms_played=1)]
    text = {
        "compact": json.dumps(rows, separators=(",", ":")),
        "indented": json.dumps(rows, indent=2),
        "space before the colon": json.dumps(rows, indent=2, separators=(",", " : ")).replace(
            "[\n  {", "[ {"
        ),
    }[layout]
    assert len(read(write(a=text.encode())).plays) == 2


@pytest.mark.parametrize("content", [b"[]", b"{}", b" [ ] \n"])
def test_an_account_without_plays(write: Any, content: bytes) -> None:
    export = read(write(a=content))
    assert export.plays.empty
    assert export.report.n_plays == 0
    assert "no plays" in repr(export)


def test_attack_42_one_play_where_a_list_should_be(write: Any) -> None:
    with pytest.raises(errors.ExportReadError, match=r"'a\.json' holds one object where a list"):
        read(write(a=extended()))


@pytest.mark.parametrize("doubled", ['"ms_played": 5,', '"ts": "2020-01-01T00:00:00Z",'])
def test_attack_42_a_field_twice_in_one_row(write: Any, doubled: str) -> None:
    text = f"[{ROW}, {{{doubled}{ROW[1:]}]"
    with pytest.raises(errors.ExportReadError, match="twice in one object") as caught:
        read(write(a=text.encode()))
    assert caught.value.position == len(ROW) + 4


def test_a_track_that_is_called_like_a_field(write: Any) -> None:
    rows = [
        extended(master_metadata_track_name='"ts"'),
        extended(master_metadata_album_album_name="ts"),
    ]
    assert len(read(write(a=rows)).plays) == 2


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("ms_played", -1, "its length is below 0 or above 7 days"),
        ("ms_played", 10**18, "its length is below 0 or above 7 days"),
        ("ms_played", 10**30, "its length is below 0 or above 7 days"),
        ("ms_played", "60000", "Expected `int`, got `str` in `ms_played`"),
        ("ms_played", 0.5, "Expected `int`, got `float` in `ms_played`"),
        ("ms_played", None, "Expected `int`, got `null` in `ms_played`"),
        ("ts", "yesterday", "its time is no time"),
        ("ts", "", "its time is no time"),
        ("ts", "1900-01-01T00:00:00Z", "its time lies before Spotify or after 2099"),
        ("ts", "2100-01-01T00:00:00Z", "its time lies before Spotify or after 2099"),
        ("ts", None, "Expected `str`, got `null` in `ts`"),
        ("spotify_track_uri", "https://evil.example/", "its URI is none"),
        ("spotify_track_uri", "spotify:track:../../x", "its URI is none"),
        ("master_metadata_track_name", ["x"], "Expected `str | null`, got `array`"),
        ("shuffle", {"a": 1}, "got `object` in `shuffle`"),
    ],
)
def test_attack_43_rows_that_are_no_plays(write: Any, field: str, value: Any, reason: str) -> None:
    rows = [extended(ms_played=1), extended(**{field: value}), extended(ms_played=2)]
    export = read(write(a=rows))
    assert export.plays["ms_played"].tolist() == [1, 2]
    (rejected,) = export.report.rejected.itertuples()
    assert (rejected.file, rejected.row) == ("a.json", 1)
    assert reason in rejected.reason
    assert "1 rows, see `rejected`" in repr(export)
    assert export.report.files["n_rows"].tolist() == [3]


@pytest.mark.parametrize("row", [None, 5, "text", [1], {}])
def test_elements_that_are_no_rows(write: Any, row: Any) -> None:
    export = read(write(a=[extended(), row, extended(ms_played=2)]))
    assert len(export.plays) == 2
    assert export.report.rejected["row"].tolist() == [1]


def test_what_means_the_same_in_another_type(write: Any) -> None:
    row = extended(ms_played=60_000.0, shuffle=1, skipped="true", offline="FALSE", incognito_mode=0)
    play = read(write(a=[row])).plays.iloc[0]
    assert play["ms_played"] == 60_000
    assert play[["shuffle", "skipped", "offline", "incognito"]].tolist() == [
        True,
        True,
        False,
        False,
    ]


def test_attack_42_a_number_of_thousands_of_digits(write: Any) -> None:
    text = f"[{ROW}, {ROW.replace('60000', '9' * 5_000)}]"
    export = read(write(a=text.encode()))
    assert len(export.plays) == 1
    assert len(export.report.rejected) == 1


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (set(extended("2020")), "extended"),
        (set(extended("2025")), "extended"),
        (set(music()), "account music"),
        ({"endTime", "podcastName", "episodeName", "msPlayed"}, "account podcasts"),
        (
            {"endTime", "audiobookName", "chapterName", "authorName", "msPlayed"},
            "account audiobooks",
        ),
        ({"artistName", "segment"}, None),
        ({"searchTime", "searchQuery"}, None),
        ({"playlists"}, "playlists"),
        ({"tracks", "albums", "shows"}, "library"),
        (set(), None),
    ],
)
def test_kinds_by_keys(keys: set[str], kind: str | None) -> None:
    assert decoding.kind_of(keys) == kind


def test_the_first_object_may_be_cut_or_late() -> None:
    assert decoding.first_keys(b'[{"ts": "x", "ms_played": 1, "a": "cut') == {
        "ts",
        "ms_played",
        "a",
    }
    assert decoding.first_keys(b'[null, 3, "x", {"ts": 1}]') == {"ts"}
    assert decoding.first_keys(b"[]") == set()
    assert decoding.first_keys(b"[1, 2]") is None
    assert decoding.first_keys(b"{}") is None
    assert decoding.first_keys(b"\x89PNG") is None


def test_a_doubled_key_is_seen_beside_a_skipped_field_that_is_no_text() -> None:
    row = b'{"ts": "2024-01-01T10:00:00Z", "ms_played": 1, "ip_addr": "\xa8", "ts": "2024"}'
    with pytest.raises(errors.ExportReadError, match="names 'ts' twice in one object"):
        decoding.decode_rows(b"[" + row + b"]", decoding.ExtendedRow, file="history.json")


def test_a_skipped_number_of_thousands_of_digits_is_an_error_of_ours() -> None:
    row = b'{"ts": "2024-01-01T10:00:00Z", "ms_played": 1, "x": %s, "y": {"ts": 1}}' % (
        b"9" * 5_000
    )
    with pytest.raises(errors.ExportReadError, match="is no valid JSON"):
        decoding.decode_rows(b"[" + row + b"]", decoding.ExtendedRow, file="history.json")
