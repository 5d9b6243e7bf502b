"""Rows of the export as Spotify writes them, in every generation."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]
TRACK_URI = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
EPISODE_URI = "spotify:episode:512ojhOuo1ktJprKbVcKyQ"


def extended(generation: str = "2025", **fields: Any) -> Row:
    """Make a row of the extended history with the keys of a generation."""
    row: Row = {
        "ts": "2024-05-18T10:00:00Z",
        "username": "somebody",
        "platform": "ios",
        "ms_played": 60_000,
        "conn_country": "DE",
        "ip_addr_decrypted": "198.51.100.7",
        "user_agent_decrypted": "agent%2F1.0",
        "city": "Testville",
        "region": "TV",
        "metro_code": 0,
        "longitude": "13.4050",
        "latitude": "52.5200",
        "master_metadata_track_name": "Song",
        "master_metadata_album_artist_name": "Artist",
        "master_metadata_album_album_name": "Album",
        "spotify_track_uri": TRACK_URI,
        "episode_name": None,
        "episode_show_name": None,
        "spotify_episode_uri": None,
        "audiobook_title": None,
        "audiobook_uri": None,
        "audiobook_chapter_uri": None,
        "audiobook_chapter_title": None,
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "offline": False,
        "offline_timestamp": None,
        "incognito_mode": False,
    }
    place = {"city", "region", "metro_code", "longitude", "latitude"}
    books = {key for key in row if key.startswith("audiobook_")}
    old = {"username", "user_agent_decrypted"}
    dropped = {
        "2020": {"spotify_track_uri", "spotify_episode_uri"} | books,
        "2021": place | books,
        "2024": place | books | old,
        "2025": place | old,
    }[generation]
    kept = {key: value for key, value in row.items() if key not in dropped}
    if generation in ("2024", "2025"):
        kept["ip_addr"] = kept.pop("ip_addr_decrypted")
    return {
        **kept,
        **{key: value for key, value in fields.items() if key in kept or key == "extra"},
    }


def music(**fields: Any) -> Row:
    """Make a row of the account data's music history."""
    row = {"endTime": "2024-05-18 10:00", "artistName": "Artist", "trackName": "Song"}
    return {**row, "msPlayed": 60_000, **fields}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the files of an export into a folder."""

    def write_files(folder: str = "export", /, **files: Any) -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            path = place / f"{name}.json"
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        return place

    return write_files


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a zip, its members given by name."""

    def write_zip(members: dict[str, Any], name: str = "my_spotify_data.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for member, content in members.items():
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                packed.writestr(member, data)
        return path

    return write_zip
