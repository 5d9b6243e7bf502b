"""Whatever is in the files, only our own errors come out."""

from __future__ import annotations

import io
import json
import os
import string
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spotify_analysis import account_data, errors, tables
from tests.account_data.conftest import extended, music

PODCAST = {"endTime": "2024-05-18 10:05", "podcastName": "P", "episodeName": "E", "msPlayed": 1}
LISTEN = {
    "listened_at": 1720688851,
    "track_metadata": {
        "artist_name": "A",
        "track_name": "T",
        "additional_info": {"duration_ms": 1, "spotify_id": "x", "ms_played": 3},
    },
}
VALID: dict[str, bytes] = {
    "extended": json.dumps([extended(), extended("2020"), extended(ms_played=0)]).encode(),
    "music": json.dumps([music(), music(artistName="Unknown Artist")]).encode(),
    "podcast": json.dumps([PODCAST], indent=2).encode(),
    "library": json.dumps(
        {
            "tracks": [{"artist": "A", "album": "B", "track": "C", "uri": "spotify:track:x"}],
            "albums": [],
            "shows": [{"name": "A", "publisher": "P"}],
            "other": ["spotify:local:a:b:c:3"],
        }
    ).encode(),
    "playlists": json.dumps(
        {"playlists": [{"name": "N", "items": [{"track": {"trackName": "T"}, "addedDate": "x"}]}]}
    ).encode(),
    "searches": json.dumps(
        [{"searchTime": "2024-06-16T03:13:12.083Z[UTC]", "searchQuery": "x"}]
    ).encode(),
    "marquee": json.dumps([{"artistName": "A", "segment": "super"}]).encode(),
    "follow": json.dumps({"followerCount": 1, "followingArtists": ["A"]}).encode(),
    "wrapped": json.dumps(
        {
            "topTracks": {"topTracks": [{"trackUri": "x", "count": 1, "msPlayed": 2}]},
            "topArtists": ["A"],
            "yearlyMetrics": {"mostListenedDay": "2024-05-18", "mostListenedDayMinutes": 1.0},
        }
    ).encode(),
    "wrapped of 2025": json.dumps(
        {
            "topTracks": {"topTracks": [{"trackUri": "x", "count": 1, "msPlayed": 2}]},
            "topArtists": {"topArtists": [{"artistUri": "x"}], "numUniqueArtists": 9},
            "topAlbums": {"topAlbums": ["spotify:album:x"]},
            "topArtistRace": [{"month": 1, "ranks": [2, 1]}],
            "party": {},
        }
    ).encode(),
    "capsule": json.dumps(
        {
            "stats": [
                {"date": "2024-05-13", "topArtists": [{"name": "A", "secondsPlayed": 3}]},
                {"date": "2024-05", "streamCount": 4, "timeOfDayStats": {"MORNING": 60}},
                {"date": "2024-06", "timeOfDayStats": [{"timeOfDay": "NIGHT", "streamCount": 1}]},
            ],
            "highlights": [{"a": 1}],
        }
    ).encode(),
    "listens": (json.dumps(LISTEN) + "\n" + json.dumps(LISTEN) + "\n").encode(),
    "list of listens": json.dumps([LISTEN]).encode(),
    "scrobbles": b'utc_time,artist,album,track\n"11 Jul 2024, 09:07",A,B,C\n,A,B,now\n',
    "scrobbles with epochs": b'"uts","artist","track"\n"1720688851","A","T"\n',
    "scrobbles of R": b'"","artist","track","date"\n"1","A","NA","2016-12-07T20:32:00Z"\n',
    "scrobbles without header": b'A,B,"C ""live""",11 Jul 2024 09:07\nA,B,C,12 Jul 2024 09:07\n',
}
# a run of the whole suite takes a few; a number in the environment digs deeper
N_EXAMPLES = int(os.environ.get("SPOTIFY_ANALYSIS_FUZZ", "25"))
FUZZ = settings(
    max_examples=N_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def read(path: Path, on_error: str) -> account_data.Export | None:
    """Read; None where one of our own errors comes out, any other fails the test."""
    try:
        return account_data.read(path, time_zone="UTC", on_error=on_error, progress=False)
    except errors.ExportReadError:
        return None


def check(files: dict[str, bytes], folder: Path, on_error: str) -> None:
    """Read files; what comes out is whole, and can be shown."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    export = read(folder, on_error)
    if export is None:
        return
    assert dict(export.plays.dtypes.astype(str)) == tables.PLAYS.dtypes
    assert export.plays["ended_at"].notna().all()
    assert (export.plays["ms_played"].dropna() >= 0).all()
    for name, table in {**export.library, **export.tables}.items():
        assert dict(table.dtypes.astype(str)) == tables.declared()[name].dtypes
    assert repr(export)
    assert export._repr_html_()
    assert export.report.months["n_plays"].sum() == len(export.plays)


ON_ERROR = st.sampled_from(["raise", "skip"])


SIGNS = st.sampled_from([b'"', b"[", b"}", b",", b"\\u", b"\n", b"-"])


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """Change a few bytes of a valid file: replaced, taken out, put in, doubled, cut off."""
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        how = draw(st.sampled_from(("replace", "insert", "delete", "double", "cut")))
        if how == "replace" and data:
            data[at] = draw(st.integers(0, 255))
        elif how == "insert":
            data[at:at] = draw(
                st.binary(max_size=6)
                | st.sampled_from([b'"', b"[", b"}", b",", b"\\u", b"\n", b"-"])
            )
        elif how == "delete":
            del data[at : at + draw(st.integers(1, 30))]
        elif how == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 60))]
        else:
            del data[at:]
    return bytes(data)


@FUZZ
@given(data=st.data(), kind=st.sampled_from(sorted(VALID)), on_error=ON_ERROR)
def test_mutated_bytes(data: Any, kind: str, on_error: str, tmp_path: Path) -> None:
    check({"file.json": data.draw(mutated(VALID[kind]))}, tmp_path / "folder", on_error)


TEXT = st.text(max_size=12) | st.sampled_from(
    ["", "2024-05-18", "0001-01-01", "9999-12-31T23:59:59Z", "spotify:track:x", "1" * 400, "\x00"]
)
NUMBERS = (
    st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0, -1, 1, 10**10, 10**13, 2**63, 1e308])
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
ANY = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=6,
)


def filled(value: Any, draw: st.DrawFn) -> Any:
    """Put other values in some places of a JSON value, its keys as they are."""
    if draw(st.integers(0, 4)) == 0:
        return draw(ANY)
    if isinstance(value, dict):
        return {key: filled(one, draw) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, draw) for one in value]
    return value


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode(errors="replace")


JSON_KINDS = [kind for kind, data in VALID.items() if data[:1] in b"[{" and kind != "listens"]


@FUZZ
@given(data=st.data(), kind=st.sampled_from(JSON_KINDS), on_error=ON_ERROR)
def test_json_of_any_shape(data: Any, kind: str, on_error: str, tmp_path: Path) -> None:
    shape = filled(json.loads(VALID[kind]), data.draw)
    check({"file.json": as_bytes(shape)}, tmp_path / "folder", on_error)


@FUZZ
@given(data=st.data(), on_error=ON_ERROR)
def test_json_lines_of_any_shape(data: Any, on_error: str, tmp_path: Path) -> None:
    lines = [LISTEN, filled(LISTEN, data.draw), data.draw(ANY)]
    check({"file.jsonl": b"\n".join(map(as_bytes, lines))}, tmp_path / "folder", on_error)


CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", '"', '""', "11 Jul 2024, 09:07", "2024-07-11", "1720688851", "9" * 13, "a\nb"]
)
HEADERS = ["utc_time,artist,album,track", "uts,track,artist,x", ",artist,song,date"]


@FUZZ
@given(
    header=st.sampled_from(HEADERS),
    rows=st.lists(st.lists(CELLS, max_size=5), max_size=5),
    quoted=st.booleans(),
    on_error=ON_ERROR,
)
@example(header=HEADERS[0], rows=[["0001-01-01", "a", "b", "c"]], quoted=False, on_error="raise")
@example(header=HEADERS[1], rows=[["9999999999999", "a", "b", "c"]], quoted=True, on_error="raise")
def test_csv_of_any_shape(
    header: str, rows: list[list[str]], quoted: bool, on_error: str, tmp_path: Path
) -> None:
    cells = [map(json.dumps, row) if quoted else row for row in rows]
    text = "\n".join([header, *map(",".join, cells)])
    check({"file.csv": text.encode()}, tmp_path / "folder", on_error)


ANY_BYTES = st.binary(max_size=300) | st.text(string.printable, max_size=300).map(str.encode)


@FUZZ
@given(data=ANY_BYTES, on_error=ON_ERROR)
def test_bytes_of_any_kind(tmp_path: Path, data: bytes, on_error: str) -> None:
    files = {"file.json": data, "file.csv": data, "file.jsonl": data}
    check(files, tmp_path / "folder", on_error)


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in VALID.items():
            target.writestr(f"MyData/{name}.json", data)
    return packed.getvalue()


ZIPPED = _zipped()


@FUZZ
@given(data=st.data(), on_error=ON_ERROR)
def test_mutated_zips(data: Any, on_error: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data.draw(mutated(ZIPPED)))
    export = read(path, on_error)
    assert export is None or dict(export.plays.dtypes.astype(str)) == tables.PLAYS.dtypes


def test_the_files_these_start_from_are_read(tmp_path: Path) -> None:
    for kind, data in VALID.items():
        (tmp_path / f"{kind}.json").write_bytes(data)
    export = account_data.read(tmp_path, time_zone="UTC", progress=False)
    assert set(export.plays["source"]) == {"extended", "account", "lastfm", "listenbrainz"}
    assert len(export.tables) == 7
    assert len(export.library) == 7
    assert export.report.n_other_files == 0
