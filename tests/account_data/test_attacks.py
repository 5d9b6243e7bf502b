"""Hostile exports, by the numbers of the project's attack table.

Here are those that no other file of this folder holds: `test_opening.py` has zips (38 to 41),
`test_decoding.py` JSON and rows (42, 43), `test_scrobbles.py` both for CSV and JSON lines. Rows 46
and 47 are about SQL, of which there is none in this room.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import account_data, errors, tables
from spotify_analysis.account_data import opening
from tests.account_data.conftest import extended, music

SQL = "x'); DROP TABLE plays; --"
PRIVATE = (
    "Userdata.json",
    "UserAttributes.json",
    "Identity.json",
    "Identifiers.json",
    "Payments.json",
    "UserAddress.json",
    "MessageData.json",
    "Inferences.json",
    "user.json",
)


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC", **{"progress": False, **options})


@pytest.mark.parametrize("number", range(38, 46))
def test_every_attack_that_applies_here_has_a_test(number: int) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    assert re.search(rf"def test_attack_{number}_", tests)


@pytest.mark.parametrize("name", ["link.csv", "link.jsonl"])
def test_attack_38_links_to_scrobbles_are_not_followed(
    write: Any, tmp_path: Path, name: str
) -> None:
    folder = write(a=[extended()])
    outside = tmp_path / "outside"
    outside.write_text('utc_time,artist,track\n"11 Jul 2024, 09:07",A,B\n', encoding="utf-8")
    (folder / name).symlink_to(outside)
    export = read(folder)
    assert set(export.plays["source"]) == {"extended"}
    assert export.report.n_other_files == 0


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.csv", b'utc_time,artist,track\n"11 Jul 2024, 09:07",A,B\n'),
        ("a.jsonl", b'{"listened_at": 1720688851, "track_metadata": {}}\n'),
        ("SearchQueries.json", b'[{"searchTime": ""}'),
        ("Wrapped2024.json", b'{"topTracks": []'),
    ],
)
@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_attack_39_a_bomb_in_any_kind_of_file(
    zipped: Any, name: str, start: bytes, on_error: str
) -> None:
    path = zipped({"good.json": [extended()], name: start + b" " * (40 << 20)})
    with pytest.raises(opening.HarmfulZipError, match="is a zip bomb"):
        read(path, on_error=on_error)


def test_attack_39_a_hundred_thousand_entries(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(opening.MAX_MEMBERS + 1):
            packed.writestr(f"{number}.json", b"[]")
    with pytest.raises(opening.HarmfulZipError, match="holds 2,001 files; no export has more"):
        read(path)


def test_attack_40_what_is_private_may_be_damaged_because_nobody_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "my_spotify_data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("MyData/history.json", json.dumps([extended()]))
        for name in PRIVATE:
            packed.writestr(f"MyData/{name}", b"POISON " * 20)
    # whoever opened one would see a checksum that does not hold
    path.write_bytes(path.read_bytes().replace(b"POISON", b"poison"))
    export = read(path)
    assert len(export.plays) == 1
    assert export.report.problems == ()
    assert export.report.n_other_files == len(PRIVATE)
    shown = repr(export) + export._repr_html_() + export.report.files.to_csv()
    assert not [name for name in (*PRIVATE, "poison") if name in shown]


def test_attack_40_what_is_private_in_a_folder_cannot_be_read_and_is_not(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(history=[extended()])
    for name in PRIVATE:
        (folder / name).write_bytes(b"[" * 1_000)
    plain_open = Path.open

    def poisoned(self: Path, *args: Any, **kwargs: Any) -> Any:
        assert self.name not in PRIVATE, f"{self.name} was opened"
        return plain_open(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", poisoned)
    for path in (folder, sorted(folder.iterdir())):
        export = read(path)
        assert len(export.plays) == 1
        assert export.report.n_other_files == len(PRIVATE)


@pytest.mark.parametrize(
    "content",
    [
        b'{"playlists": ' + b"[" * 100_000,
        b'{"tracks": [], "albums": NaN}',
        b'{"playlists": [{"name": "\\ud800"}]}',
    ],
    ids=["deep", "NaN", "half a character"],
)
def test_attack_42_a_library_that_is_no_json(write: Any, content: bytes) -> None:
    folder = write(a=[extended()], lib=content)
    with pytest.raises(errors.ExportReadError, match=r"'lib\.json' is no valid JSON"):
        read(folder)
    assert len(read(folder, on_error="skip").plays) == 1


def test_attack_44_sql_in_names_is_text(write: Any) -> None:
    names = {"artistName": SQL, "trackName": SQL}
    plays = read(write(a=[music(**names)])).plays
    assert plays[["artist", "track"]].iloc[0].tolist() == [SQL, SQL]


def test_attack_45_no_column_is_named_by_a_file(write: Any) -> None:
    rows = [{**extended(), SQL: 1, "__class__": 2}]
    side = [{"searchTime": "2024-01-01T00:00:00Z[UTC]", SQL: 1}]
    wrapped = {"topTracks": [], "topArtists": [], SQL: {SQL: SQL}}
    export = read(write(a=rows, b=side, c=wrapped))
    assert list(export.plays.columns) == list(tables.PLAYS.columns)
    assert export.report.extra_keys == ("__class__", SQL)
    for name, table in export.tables.items():
        assert list(table.columns) == list(tables.declared()[name].columns)
    facts = export.tables["wrapped_facts"]
    assert facts[["section", "fact", "value"]].values.tolist() == [[SQL, SQL, SQL]]
    assert "<script>" not in read(write("x", a=[{**extended(), "<script>": 1}]))._repr_html_()
