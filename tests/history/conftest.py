"""One person's plays as each source tells of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import tables
from spotify_analysis.history import History

FIRST = pd.Timestamp("2024-12-31T22:00:00Z")
Heard = tuple[int, str, int]  # seconds after FIRST at its end, song, milliseconds


def uri(song: str) -> str:
    """Make the address of a song."""
    return f"spotify:track:{song:0>22}"


def rows(heard: Sequence[Heard], **fields: Any) -> pd.DataFrame:
    """Make plays; what `fields` gives is the same in each, a callable is asked per play."""
    made = []
    for second, song, ms in heard:
        end = FIRST + pd.Timedelta(seconds=second)
        row: dict[str, Any] = {
            "ended_at": end,
            "started_at": end - pd.Timedelta(milliseconds=ms),
            "logged_at": end,
            "ms_played": ms,
            "kind": "track",
            "track": f"Song {song}",
            "artist": "Artist",
        }
        given = {
            name: value(end, song, ms) if callable(value) else value
            for name, value in fields.items()
        }
        made.append({**row, **given})
    return tables.conform(made, tables.PLAYS)


def newer(heard: Sequence[Heard], **fields: Any) -> pd.DataFrame:
    """Tell of plays as an extended history of 2025 does."""
    known: dict[str, Any] = {"source": "extended", "file": "new.json", "album": "Album"}
    known |= {"uri": lambda end, song, ms: uri(song), "skipped": False}
    return rows(heard, **{**known, **fields})


def older(heard: Sequence[Heard], **fields: Any) -> pd.DataFrame:
    """Tell of plays as an extended history of 2020 does: no URIs."""
    return rows(heard, source="extended", file="old.json", album="Album", **fields)


def account(heard: Sequence[Heard], **fields: Any) -> pd.DataFrame:
    """Tell of plays as the account data does: ends cut to the minute, equal rows once."""
    minute: dict[str, Any] = {
        "ended_at": lambda end, song, ms: end.floor("min"),
        "logged_at": lambda end, song, ms: end.floor("min"),
        "started_at": lambda end, song, ms: end.floor("min") - pd.Timedelta(milliseconds=ms),
    }
    known = {"source": "account", "file": "StreamingHistory.json", **minute}
    made = rows(heard, **{**known, **fields})
    return made.drop_duplicates(ignore_index=True)


def recent(heard: Sequence[Heard], *, at_start: bool = False, **fields: Any) -> pd.DataFrame:
    """Tell of plays as the Web API does: a stamp that is the begin or the end, no length."""

    def stamp(end: pd.Timestamp, song: str, ms: int) -> pd.Timestamp:
        return end - pd.Timedelta(milliseconds=ms if at_start else 321)

    known: dict[str, Any] = {
        "ended_at": stamp,
        "logged_at": stamp,
        "started_at": None,
        "ms_played": None,
        "uri": lambda end, song, ms: uri(song),
        "context_uri": "spotify:playlist:1",
    }
    return rows(list(heard)[-50:][::-1], source="web_api", **{**known, **fields})


@pytest.fixture
def keep(tmp_path: Path) -> History:
    """Give a history that is empty."""
    return History(tmp_path / "history", time_zone="Europe/Berlin")


@pytest.fixture
def told() -> Callable[[History], list[tuple[Any, ...]]]:
    """Return a function that tells plays in short: second, song, length, source."""

    def in_short(history: History) -> list[tuple[Any, ...]]:
        plays = history.plays()
        seconds = (plays["ended_at"] - FIRST) // pd.Timedelta(seconds=1)
        return [
            (second, str(track).removeprefix("Song "), ms if pd.notna(ms) else None, source)
            for second, track, ms, source in zip(
                seconds, plays["track"], plays["ms_played"], plays["source"], strict=True
            )
        ]

    return in_short
