from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, tables

SONG: dict[str, Any] = {
    "playlist": "Mine",
    "playlist_id": "p1",
    "position": 0,
    "added_at": "2024-05-18T04:03:00Z",
    "added_by": "ann",
    "kind": "track",
    "track": "=Song",
    "artist": "A",
    "artists": "A; B",
    "album": "Album",
    "release_date": "1999-02",
    "duration_ms": 200_000,
    "explicit": False,
    "popularity": 45,
    "disc_number": 1,
    "track_number": 7,
    "isrc": "USX",
    "uri": "spotify:track:t",
    "id": "t",
    "artist_id": "a",
    "artist_ids": "a; b",
    "album_id": "al",
    "album_artist": "A",
    "image_url": "https://i.scdn.co/image/x",
}
EPISODE = {"kind": "episode", "episode": "Talk", "show": "Pod", "uri": "spotify:episode:e"}
REMOVED = {"kind": "removed"}


def items(*rows: dict[str, Any]) -> pd.DataFrame:
    of_one = {"playlist": "Mine", "playlist_id": "p1"}
    return tables.conform([{**of_one, **row} for row in rows], tables.PLAYLIST_ITEMS)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_exportify_net(tmp_path: Path) -> None:
    path = tables.write_exportify(items(SONG, EPISODE, REMOVED), tmp_path / "mine.csv")
    song, episode = read(path)
    assert list(song)[:12] == [
        "Track URI",
        "Track Name",
        "Album Name",
        "Artist Name(s)",
        "Release Date",
        "Duration (ms)",
        "Popularity",
        "Explicit",
        "Added By",
        "Added At",
        "Genres",
        "Record Label",
    ]
    assert list(song)[12:] == [
        "Danceability",
        "Energy",
        "Key",
        "Loudness",
        "Mode",
        "Speechiness",
        "Acousticness",
        "Instrumentalness",
        "Liveness",
        "Valence",
        "Tempo",
        "Time Signature",
    ]
    assert [song[name] for name in list(song)[:10]] == [
        "spotify:track:t",
        "'=Song",
        "Album",
        "A;B",
        "1999-02",
        "200000",
        "45",
        "false",
        "ann",
        "2024-05-18T04:03:00Z",
    ]
    assert (episode["Track Name"], episode["Album Name"]) == ("Talk", "Pod")
    assert not any(list(song.values())[10:])


def test_exportify_app(tmp_path: Path) -> None:
    path = tables.write_exportify(items(SONG), tmp_path / "mine.csv", layout="watsonbox")
    (song,) = read(path)
    assert song == {
        "Track URI": "spotify:track:t",
        "Track Name": "'=Song",
        "Artist URI(s)": "spotify:artist:a, spotify:artist:b",
        "Artist Name(s)": "A, B",
        "Album URI": "spotify:album:al",
        "Album Name": "Album",
        "Album Artist URI(s)": "",
        "Album Artist Name(s)": "A",
        "Album Release Date": "1999-02",
        "Album Image URL": "https://i.scdn.co/image/x",
        "Disc Number": "1",
        "Track Number": "7",
        "Track Duration (ms)": "200000",
        "Track Preview URL": "",
        "Explicit": "false",
        "Popularity": "45",
        "ISRC": "USX",
        "Added By": "ann",
        "Added At": "2024-05-18T04:03:00Z",
    }


@pytest.mark.parametrize("layout", tables.EXPORTIFY_LAYOUTS)
def test_liked_songs_and_nothing_at_all(layout: str) -> None:
    liked = tables.exportify(tables.conform([SONG], tables.SAVED_TRACKS), layout=layout)
    assert liked["Track Name"].tolist() == ["=Song"]
    assert liked["Added By"].isna().all()
    nothing = tables.exportify(tables.empty(tables.PLAYLIST_ITEMS), layout=layout)
    assert list(nothing.columns) == list(liked.columns)
    assert nothing.empty


def test_an_unknown_layout_is_named() -> None:
    with pytest.raises(ValueError, match="'pavelkomarov', 'watsonbox'; not 'csv'"):
        tables.exportify(items(SONG), layout="csv")


def test_a_file_for_each_playlist(tmp_path: Path) -> None:
    both = items(
        SONG,
        {**SONG, "playlist": "../x", "playlist_id": "p2"},
        {**SONG, "playlist": "MINE", "playlist_id": "p3"},
        {**SONG, "playlist": None, "playlist_id": "p4"},
        {**SONG, "position": 1},
    )
    files = tables.write_exportify_folder(both, tmp_path / "out")
    assert [file.name for file in files] == ["Mine.csv", "x.csv", "MINE (2).csv", "unnamed.csv"]
    assert len(read(files[0])) == 2
    assert {file.parent for file in files} == {tmp_path / "out"}


def test_playlists_of_the_account_data_have_no_ids(tmp_path: Path) -> None:
    both = items(
        {**SONG, "playlist": "A", "playlist_id": None},
        {**SONG, "playlist": "B", "playlist_id": None},
    )
    files = tables.write_exportify_folder(both, tmp_path)
    assert [file.name for file in files] == ["A.csv", "B.csv"]


def test_nothing_is_replaced_without_asking(tmp_path: Path) -> None:
    old = tmp_path / "Mine.csv"
    old.write_text("old", encoding="utf-8")
    two = items({**SONG, "playlist": "Other", "playlist_id": "p2"}, SONG)
    with pytest.raises(errors.TableError, match="exists already"):
        tables.write_exportify_folder(two, tmp_path)
    assert old.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.glob("*.csv")) == [old]
    tables.write_exportify_folder(two, tmp_path, overwrite=True)
    assert len(read(old)) == 1
