"""Zips that were built to do harm, or damaged on the way."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import account_data, errors
from spotify_analysis.account_data import opening
from tests.account_data.conftest import extended

GOOD = "Spotify Extended Streaming History/Streaming_History_Audio_2024.json"


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC", **options)


def test_a_zip_a_folder_and_files_are_the_same(write: Any, zipped: Any, tmp_path: Path) -> None:
    folder = write(a=[extended()], b=[extended(ms_played=1)])
    packed = zipped({GOOD: [extended()], "b.json": [extended(ms_played=1)]})
    renamed = tmp_path / "download"
    renamed.write_bytes(packed.read_bytes())
    columns = ["ended_at", "ms_played", "track"]
    expected = read(folder).plays[columns]
    for path in (packed, renamed, str(packed), sorted(folder.iterdir())):
        assert read(path).plays[columns].equals(expected)


def test_attack_38_nothing_is_unpacked_whatever_its_name(zipped: Any, tmp_path: Path) -> None:
    names = ["../up.json", "/abs.json", "C:\\drive.json", "..\\..\\back.json", "a/../../b.json"]
    path = zipped({name: [extended(ms_played=n)] for n, name in enumerate(names)})
    before = sorted(tmp_path.rglob("*"))
    export = read(path)
    assert len(export.plays) == len(names)
    assert sorted(tmp_path.rglob("*")) == before
    assert not any(".." in name or name.startswith("/") for name in export.plays["file"])


def test_attack_38_links_in_a_zip_or_folder_are_not_followed(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr(GOOD, b"[]")
    assert read(path).report.files.empty
    folder = write(a=[extended()])
    outside = tmp_path / "outside.json"
    outside.write_text("[]", encoding="utf-8")
    (folder / "link.json").symlink_to(outside)
    assert read(folder).report.n_other_files == 0


def bomb(size: int) -> bytes:
    return b"[" + b" " * size + b"]"


def test_attack_39_a_bomb_is_stopped_as_it_swells(
    zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped({GOOD: [extended()], "bomb.json": b'[{"ts":"","ms_played":0}' + bomb(40 << 20)})
    for on_error in ("raise", "skip"):
        with pytest.raises(opening.HarmfulZipError, match="is a zip bomb"):
            read(path, on_error=on_error)
    monkeypatch.setattr(opening, "MAX_RATIO", 10_000)
    monkeypatch.setattr(opening, "MAX_MEMBER_BYTES", 8 << 20)
    with pytest.raises(opening.HarmfulZipError, match="is a zip bomb"):
        read(path)


def test_attack_39_large_files_are_too_many(zipped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_TOTAL_BYTES", 1_000)
    with pytest.raises(opening.HarmfulZipError, match="larger than"):
        read(zipped({GOOD: [extended()] * 3}))


def test_attack_39_damaged_files_are_counted_as_well(
    zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # longer than what is looked at before a file is read, and in the layout of today
    content = json.dumps([extended(ms_played=n) for n in range(200)], indent=2).encode()
    assert len(content) > opening.PEEK_BYTES
    path = zipped({f"Streaming_History_Audio_{n}.json": content for n in range(3)})
    data = path.read_bytes()
    checksum = struct.pack("<I", zlib.crc32(content))
    path.write_bytes(data.replace(checksum, bytes(4)))
    assert len(read(path, on_error="skip").report.problems) == 3
    monkeypatch.setattr(opening, "MAX_TOTAL_BYTES", 2 * len(content))
    with pytest.raises(opening.HarmfulZipError, match="larger than"):
        read(path, on_error="skip")


def test_attack_39_too_many_members(zipped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_MEMBERS", 3)
    with pytest.raises(opening.HarmfulZipError, match="holds 4 files"):
        read(zipped({f"{n}.json": [] for n in range(4)}))


def test_attack_39_members_that_share_their_bytes(zipped: Any) -> None:
    path = zipped({"a.json": [extended()], "b.json": [extended(ms_played=1)]})
    data = bytearray(path.read_bytes())
    # the second entry of the directory is pointed at the first member
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(data)
    with pytest.raises(errors.ExportReadError, match="overlap"):
        read(path)


def test_a_zip_without_files_says_so(zipped: Any) -> None:
    with pytest.raises(errors.ExportReadError, match=r"was found \(0 files"):
        read(zipped({}))


def test_a_member_without_a_name_is_passed_over(zipped: Any) -> None:
    path = zipped({"a.json": [extended()], "b.json": [extended(ms_played=1)]})
    data = path.read_bytes()
    # a name ends at its first zero
    path.write_bytes(data.replace(b"b.json", b"\0.json"))
    assert len(read(path).plays) == 1


def test_attack_41_the_same_name_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.json", b"[]")
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("a.json", b"[]")
    with pytest.raises(opening.HarmfulZipError, match=r"holds 'a\.json' twice"):
        read(path)


def test_attack_39_a_zip_in_a_zip_is_not_opened(zipped: Any) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("a.json", b"[]")
    for name in ("inner.zip", "inner.json"):
        with pytest.raises(errors.ExportReadError, match="a zip inside a zip has to be unpacked"):
            read(zipped({name: inner.getvalue()}))
        export = read(zipped({name: inner.getvalue(), GOOD: [extended()]}))
        assert len(export.plays) == 1
        told = f"'{name}' is a zip inside a zip and was not opened; unpack it and read it too."
        assert export.report.problems == (told,)


def test_zips_in_a_folder_are_read(zipped: Any, tmp_path: Path) -> None:
    for name, ms in (("one/a.zip", 1), ("one/b/c.ZIP", 2)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        zipped({GOOD: [extended(ms_played=ms)]}, name)
    (tmp_path / "one" / "._a.zip").write_bytes(b"notes of macOS")
    export = read(tmp_path / "one")
    assert export.plays["ms_played"].tolist() == [1, 2]
    assert export.report.files["file"].tolist() == [f"a.zip/{GOOD}", f"b/c.ZIP/{GOOD}"]
    (tmp_path / "one" / "cut.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(errors.ExportReadError, match=r"'cut\.zip' is cut off or no zip"):
        read(tmp_path / "one")
    export = read(tmp_path / "one", on_error="skip")
    assert len(export.plays) == 2
    assert export.report.problems[0].startswith("'cut.zip' is cut off")


def damaged(zipped: Any, what: str) -> Path:
    path: Path = zipped({GOOD: [extended()] * 50, "other.json": [extended(ms_played=1)]})
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    if what == "crc":
        data[directory + 16] ^= 0xFF
        data[14] ^= 0xFF
    elif what == "content":
        data[len(GOOD) + 60] ^= 0xFF
    elif what == "size":
        data[directory + 24 : directory + 28] = struct.pack("<I", 7)
    elif what == "encrypted":
        data[directory + 8] |= 1
        data[6] |= 1
    elif what == "deflate64":
        data[directory + 10] = 9
        data[8] = 9
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("crc", "is damaged inside the zip"),
        ("content", "is damaged inside the zip"),
        ("size", "is damaged inside the zip"),
        ("encrypted", "is encrypted"),
        ("deflate64", "packed in a way Spotify does not use"),
    ],
)
def test_attack_40_a_damaged_member(zipped: Any, what: str, message: str) -> None:
    path = damaged(zipped, what)
    with pytest.raises(errors.ExportReadError, match=message) as caught:
        read(path)
    assert caught.value.file == GOOD
    export = read(path, on_error="skip")
    assert export.plays["ms_played"].tolist() == [1]
    assert message in export.report.problems[0]
    assert message in repr(export.report)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>", "is a web page and no export"),
        (b"\xef\xbb\xbf\n<html>", "is a web page and no export"),
        (b"not a zip", "is no zip"),
        (b"PK\x03\x04 cut off", "is cut off or no zip"),
    ],
)
def test_attack_40_what_people_save_as_a_zip(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "my_spotify_data.zip"
    path.write_bytes(content)
    with pytest.raises(errors.ExportReadError, match=message):
        read(path)


def test_attack_40_a_cut_download(zipped: Any) -> None:
    path = zipped({GOOD: [extended()] * 50})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(errors.ExportReadError, match="is cut off or no zip"):
        read(path)


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(errors.ExportReadError, match="There is no file or folder"):
        read(tmp_path / "none.zip")
    with pytest.raises(errors.ExportReadError, match="No path was given"):
        read([])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(write: Any) -> None:
    folder = write(a=[extended()])
    (folder / "a.json").chmod(0)
    with pytest.raises(errors.ExportReadError, match="cannot be read: Permission denied"):
        read(folder)


def test_the_zip_is_closed_again(zipped: Any) -> None:
    path = zipped({GOOD: [extended()]})
    read(path)
    held = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert str(path) not in held
