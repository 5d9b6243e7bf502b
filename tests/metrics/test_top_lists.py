from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, metrics, tables

LISTS = {
    "short_term": ["New", "Up", "Same", "Down"],
    "medium_term": ["Between", "Same"],
    "long_term": ["Down", "Gone", "Same", "Up"],
}


@pytest.fixture
def artists() -> pd.DataFrame:
    """Return the three lists of artists."""
    return tables.conform(
        [
            {"time_range": name, "rank": rank, "artist": artist, "id": artist.lower()}
            for name, listed in LISTS.items()
            for rank, artist in enumerate(listed, start=1)
        ],
        tables.TOP_ARTISTS,
    )


def test_artists(artists: pd.DataFrame, engine: Callable[[pd.DataFrame], Any]) -> None:
    moves = metrics.top_list_comparison(engine(artists.drop(columns="genres")))
    columns = ["artist", "rank_long_term", "rank_medium_term", "rank_short_term", "move", "status"]
    assert moves[columns].to_numpy().tolist() == [
        ["New", pd.NA, pd.NA, 1, pd.NA, "new"],
        ["Up", 4, pd.NA, 2, 2, "up"],
        ["Same", 3, 2, 3, 0, "same"],
        ["Down", 1, pd.NA, 4, -3, "down"],
        ["Between", pd.NA, 1, pd.NA, pd.NA, "between"],
        ["Gone", 2, pd.NA, pd.NA, pd.NA, "gone"],
    ]
    assert moves["track"].isna().all()
    assert moves.attrs["n_listed"] == {"long_term": 4, "medium_term": 2, "short_term": 4}


def test_n_chooses_but_keeps_what_is_known_below(artists: pd.DataFrame) -> None:
    moves = metrics.top_list_comparison(artists, n=1)
    assert moves["artist"].tolist() == ["New", "Down", "Between"]
    assert moves["rank_short_term"].tolist() == [1, 4, pd.NA]


def test_namesakes_are_told_apart_by_id() -> None:
    tracks = tables.conform(
        [
            {"time_range": "short_term", "rank": 1, "track": "Home", "artist": "A", "id": "1"},
            {"time_range": "short_term", "rank": 2, "track": "Home", "artist": "B", "id": "2"},
            {"time_range": "long_term", "rank": 1, "track": "Home", "artist": "B", "id": "2"},
        ],
        tables.TOP_TRACKS,
    )
    moves = metrics.top_list_comparison(tracks)
    assert moves["artist"].tolist() == ["A", "B"]
    assert moves["status"].tolist() == ["new", "down"]
    assert moves["track"].tolist() == ["Home", "Home"]


def test_two_ranges_are_compared_as_they_are(artists: pd.DataFrame) -> None:
    moves = metrics.top_list_comparison(artists[artists["time_range"] != "long_term"])
    assert moves.set_index("artist").at["Between", "status"] == "gone"


def test_an_empty_account() -> None:
    moves = metrics.top_list_comparison(tables.empty(tables.TOP_TRACKS))
    assert moves.empty
    assert moves.dtypes.astype(str).to_dict() == tables.TOP_LIST_COMPARISON.dtypes


def test_wrong_arguments(artists: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        metrics.top_list_comparison(artists, n=0)
    with pytest.raises(errors.TableError, match=r"this one has no rank, time_range"):
        metrics.top_list_comparison(tables.empty(tables.PLAYS))
