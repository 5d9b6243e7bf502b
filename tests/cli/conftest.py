"""Small exports for the commands to work on."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest


@pytest.fixture
def small_export(tmp_path: Path) -> Path:
    """Write an export of three plays."""
    rows = [
        {
            "ts": f"2025-03-0{day}T20:15:00Z",
            "ms_played": 60_000 * day,
            "conn_country": "DE",
            "master_metadata_track_name": "<b>Song</b> $x_1$",
            "master_metadata_album_artist_name": "=Artist",
            "master_metadata_album_album_name": "Album",
            "spotify_track_uri": "spotify:track:0000000000000000000001",
            "reason_start": "clickrow",
            "reason_end": "trackdone",
        }
        for day in (1, 2, 3)
    ]
    path = tmp_path / "my_spotify_data.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Streaming_History_Audio_2025.json", json.dumps(rows))
    return path


@pytest.fixture
def travels(tmp_path: Path) -> Path:
    """Write an export of three plays in three countries, each at a quarter past three in UTC."""
    rows = [
        {
            "ts": f"2025-03-0{day}T03:15:00Z",
            "ms_played": 60_000 * day,
            "conn_country": country,
            "master_metadata_track_name": "Song",
            "master_metadata_album_artist_name": "Artist",
            "spotify_track_uri": "spotify:track:0000000000000000000001",
        }
        for day, country in enumerate(("DE", "US", "JP"), start=1)
    ]
    path = tmp_path / "Streaming_History_Audio_2025.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


@pytest.fixture
def many_plays(tmp_path: Path) -> Path:
    """Write an export of nine songs, each heard on five days."""
    rows = [
        {
            "ts": f"2025-0{3 + song % 2}-{1 + day + 5 * (song // 2):02d}T1{day}:15:00Z",
            "ms_played": 200_000,
            "conn_country": "DE",
            "master_metadata_track_name": f"Song {song}",
            "master_metadata_album_artist_name": f"Artist {song}",
            "master_metadata_album_album_name": "Album",
            "spotify_track_uri": f"spotify:track:{song:022d}",
            "reason_start": "clickrow",
            "reason_end": "trackdone",
        }
        for song in range(9)
        for day in range(5)
    ]
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Streaming_History_Audio_2025.json", json.dumps(rows))
    return path
