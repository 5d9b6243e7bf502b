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


def test_the_mean_year_of_what_was_played(plays: pd.DataFrame, engine: Engine) -> None:
    items = tables.conform(
        [
            {"track": "Alpha", "artist": "Ann", "release_year": 2011, "uri": "1", "explicit": True},
            {"track": "Alpha", "artist": "Ann", "release_year": 1999, "uri": "2"},
            {"track": "Beta", "artist": "Ann", "release_year": 1970, "explicit": False},
            {"track": "Gamma", "artist": "Bo", "release_year": None, "explicit": False},
        ],
        tables.SAVED_TRACKS,
    )
    weeks = metrics.releases_over_time(engine(items), engine(plays), period="week")
    columns = ["n_plays", "n_known_year", "mean_year", "n_known_explicit", "share_explicit"]
    assert weeks[columns].to_numpy().tolist() == [
        [2, 2, (1999 + 1970) / 2, 2, 0.5],
        # of Alpha and Gamma twice, the second by another artist of whom nothing is known
        [3, 1, 1999, 2, 0.5],
        [1, 0, pd.NA, 1, 0],
    ]
    assert weeks["is_partial"].tolist() == [True, False, True]
    facts = tables.facts(weeks)
    assert (facts["n_plays"], facts["n_items"], facts["until"]) == (6, 3, "2024-01-08")


def test_without_plays_or_items_no_year_is_claimed(
    plays: pd.DataFrame, no_plays: pd.DataFrame
) -> None:
    nothing = tables.empty(tables.SAVED_TRACKS)
    years = metrics.releases_over_time(nothing, plays)
    assert years["n_plays"].tolist() == [2, 4]
    assert years["n_known_year"].tolist() == [0, 0]
    assert years[["mean_year", "share_explicit"]].isna().all(axis=None)
    of_none = metrics.releases_over_time(nothing, no_plays)
    assert of_none.empty
    assert of_none.dtypes.astype(str).to_dict() == tables.RELEASES_OVER_TIME.dtypes


def test_albums_were_not_played(plays: pd.DataFrame) -> None:
    with pytest.raises(errors.TableError, match="an album is not what was played"):
        metrics.releases_over_time(tables.empty(tables.SAVED_ALBUMS), plays)
    with pytest.raises(ValueError, match="'quarter' or 'year'; not 'decade'"):
        metrics.releases_over_time(
            tables.empty(tables.SAVED_TRACKS),
            plays,
            period="decade",  # type: ignore[arg-type]
        )
