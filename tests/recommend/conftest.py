"""Plays one can count on one's fingers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import tables

NOW = pd.Timestamp("2026-11-22T20:00:00Z")


def plays_of(
    rows: Sequence[tuple[str, str, float]], *, source: str = "extended", **more: Any
) -> pd.DataFrame:
    """Make plays from (artist, title, days before `NOW`); each of three minutes."""
    ended = [NOW - pd.Timedelta(days=days) for _, _, days in rows]
    frame = pd.DataFrame(
        {
            "ended_at": pd.Series(ended, dtype="datetime64[us, UTC]"),
            "started_at": pd.Series(ended, dtype="datetime64[us, UTC]") - pd.Timedelta("3min"),
            "ms_played": 180_000,
            "kind": "track",
            "track": [title for _, title, _ in rows],
            "artist": [artist for artist, _, _ in rows],
            "album": [f"Album of {artist}" for artist, _, _ in rows],
            "uri": [uri_of(artist, title) for artist, title, _ in rows],
            "source": source,
            **more,
        }
    )
    return tables.conform(frame, tables.PLAYS)


def uri_of(artist: str, title: str) -> str:
    """Make an address from names."""
    letters = "".join(c for c in f"{artist}{title}" if c.isascii() and c.isalnum())
    return f"spotify:track:{letters[:22].ljust(22, 'x')}"


@pytest.fixture
def plays() -> Callable[..., pd.DataFrame]:
    """Give a maker of plays."""
    return plays_of


@pytest.fixture(scope="session")
def rotation() -> pd.DataFrame:
    """Make a year of somebody whose favourites change every month: recency beats frequency."""
    rng = np.random.default_rng(7)
    rows = []
    for day in range(365):
        month = day // 30
        for _ in range(12):
            artist = (
                int(rng.integers(5)) if rng.random() < 0.2 else month * 4 + int(rng.integers(8))
            )
            rows.append(
                (f"Artist {artist}", f"Song {int(rng.integers(3))}", 365 - day + rng.random())
            )
    return plays_of(rows)
