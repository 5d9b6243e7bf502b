from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, metrics, tables

Engine = Callable[[pd.DataFrame], Any]


@pytest.fixture
def saved() -> pd.DataFrame:
    """Five entries, four tracks: one comes twice, one has no year, one shares its names."""
    rows = [
        ("Alpha", "Ann", 1999, "1"),
        ("Alpha", "Ann", 1999, "1"),
        ("Beta", "Ann", 1970, "2"),
        ("Gamma", "Bo", None, "3"),
        ("Alpha", "Ann", 2011, "4"),
    ]
    return tables.conform(
        [
            {"track": track, "artist": artist, "release_year": year, "uri": f"spotify:track:{n}"}
            for track, artist, year, n in rows
        ],
        tables.SAVED_TRACKS,
    )


def test_items(saved: pd.DataFrame, engine: Engine) -> None:
    decades = metrics.release_decades(engine(saved))
    assert decades["decade"].tolist() == [1970, 1980, 1990, 2000, 2010]
    assert decades["n_items"].tolist() == [1, 0, 1, 0, 1]
    assert decades["share_items"].sum() == pytest.approx(1)
    assert decades["n_plays"].isna().all()
    facts = tables.facts(decades)
    assert (facts["item"], facts["n_items"], facts["n_unknown_year"]) == ("track", 3, 1)


def test_weighed_by_plays(saved: pd.DataFrame, plays: pd.DataFrame, engine: Engine) -> None:
    decades = metrics.release_decades(saved, plays=engine(plays))
    # Alpha of Ann was played twice and came out first in 1999; Beta once
    assert decades["n_plays"].tolist() == [1, 0, 2, 0, 0]
    assert decades["ms_played"].tolist() == [360_000, 0, 420_000, 0, 0]
    assert decades["share_plays"].tolist() == pytest.approx([1 / 3, 0, 2 / 3, 0, 0])
    assert (decades.attrs["n_plays"], decades.attrs["n_plays_given"]) == (3, 6)


def test_albums() -> None:
    albums = tables.conform(
        [{"album": "First", "artist": "Ann", "release_year": 1984, "uri": "spotify:album:1"}],
        tables.SAVED_ALBUMS,
    )
    decades = metrics.release_decades(albums)
    assert decades["decade"].tolist() == [1980]
    assert decades.attrs["item"] == "album"


def test_playlists_hold_other_things_too() -> None:
    items = tables.conform(
        [
            {"kind": "track", "track": "Alpha", "artist": "Ann", "release_year": 2001, "uri": "1"},
            {"kind": "episode", "track": None, "artist": None, "release_year": 2020, "uri": "2"},
            {"kind": "removed", "track": None, "artist": None, "release_year": None, "uri": None},
            {"kind": "local", "track": "Demo", "artist": None, "release_year": None, "uri": "3"},
        ],
        tables.PLAYLIST_ITEMS,
    )
    decades = metrics.release_decades(items)
    assert decades["n_items"].tolist() == [1]
    assert decades.attrs["n_unknown_year"] == 1


def test_nothing_saved(plays: pd.DataFrame) -> None:
    for given in (None, plays):
        decades = metrics.release_decades(tables.empty(tables.SAVED_TRACKS), plays=given)
        assert decades.empty
        assert decades.dtypes.astype(str).to_dict() == tables.RELEASE_DECADES.dtypes


def test_plays_know_no_year(plays: pd.DataFrame) -> None:
    with pytest.raises(errors.TableError, match="plays do not know the year"):
        metrics.release_decades(plays)
