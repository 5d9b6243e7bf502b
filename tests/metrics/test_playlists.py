from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, metrics, tables
from spotify_analysis.account_data import library
from tests.metrics.test_loyalty import days, make

Engine = Callable[[pd.DataFrame], Any]


@pytest.fixture
def heard() -> pd.DataFrame:
    """Plays of three songs over two years."""
    plays = make(
        [
            ("2022-01-01", "Ann", "A", 3),
            ("2022-06-01", "Bo", "B", 2),
            ("2023-12-31", "Ann", "A", 1),
            ("2023-12-31", "Various Artists", "Mix", 4),
        ]
    )
    plays["uri"] = [*["u:a"] * 3, *["u:b"] * 2, "u:a2", *["u:mix"] * 4]
    return tables.note(plays, rule="every")


@pytest.fixture
def items() -> pd.DataFrame:
    """Two playlists with an episode, a song twice, one never played, one of another artist."""
    rows = [
        ("Both", "1", "track", "A", "Ann", "u:a", "2022-01-01"),
        ("Both", "1", "track", "B", "Bo", "u:b", "2022-05-01"),
        ("Both", "1", "track", "A", "Ann", "u:a", "2023-01-01"),
        ("Both", "1", "episode", None, None, "u:e", "2023-02-01"),
        ("Other", "2", "track", "Mix", "Cy", "u:mix", None),
        ("Other", "2", "track", "Silent", "Di", "u:s", "2022-01-01"),
        ("Other", "2", "track", "B", "Bo", "u:other", "2022-06-02"),
    ]
    names = ("playlist", "playlist_id", "kind", "track", "artist", "uri", "added_at")
    frame = pd.DataFrame(rows, columns=list(names))
    frame["position"] = frame.groupby("playlist").cumcount()
    return tables.conform(frame, tables.PLAYLIST_ITEMS)


def test_entries(items: pd.DataFrame, heard: pd.DataFrame) -> None:
    found = metrics.playlist_entries(items, heard)
    assert found["track"].tolist() == ["A", "B", "A", "Mix", "Silent", "B"]
    assert found["position"].tolist() == [0, 1, 2, 0, 1, 2]
    # the day of adding counts; under "Cy" nothing was played, but under the address
    assert found["n_plays"].tolist() == [4, 2, 1, 4, 0, 0]
    assert found["n_plays_before"].tolist() == [0, 0, 3, 0, 0, 2]
    assert found["ms_played"].tolist() == [240_000, 120_000, 60_000, 240_000, 0, 0]
    assert found["status"].tolist() == [
        "played",
        "stale",
        "played",
        "played",
        "never played",
        "never played",
    ]
    assert found["silent_days"].tolist() == [0, 578, 0, 0, pd.NA, pd.NA]
    assert days(found["last_day"])[:2] == ["2023-12-31", "2022-06-01"]
    facts = tables.facts(found)
    assert (facts["n_plays"], facts["rule"], facts["until"]) == (10, "every", "2023-12-31")
    later = metrics.playlist_entries(items, heard, stale_days=578)
    assert "stale" not in later["status"].tolist()


def test_a_playlist_that_is_newer_than_all_plays_has_no_age(
    items: pd.DataFrame, heard: pd.DataFrame
) -> None:
    items["added_at"] += pd.Timedelta(days=365)  # the second one begins after the last play, then
    items.loc[items["playlist_id"] == "2", "added_at"] += pd.Timedelta(days=730)
    used = metrics.playlist_use(items, heard).set_index("playlist")["age_days"]
    assert used.to_dict() == {"Both": 364, "Other": 0}


def test_a_song_found_by_its_address_counts_with_all_its_plays(
    items: pd.DataFrame, heard: pd.DataFrame
) -> None:
    # listed under one title, played under another, and once under a second address
    heard.loc[heard["track"] == "Mix", "track"] = "Mix (Live)"
    heard.loc[9, "uri"] = "u:mix2"
    found = metrics.playlist_entries(items, heard)
    assert found["n_plays"].tolist() == [4, 2, 1, 4, 0, 0]
    assert metrics.playlist_use(items, heard)["n_plays"].tolist() == [6, 4]


def test_use(items: pd.DataFrame, heard: pd.DataFrame) -> None:
    used = metrics.playlist_use(items, heard)
    assert used["playlist"].tolist() == ["Both", "Other"]
    assert used["n_items"].tolist() == [4, 3]
    # the song that stands twice counts from its first adding
    assert used["n_tracks"].tolist() == [2, 3]
    assert used["n_played"].tolist() == [2, 1]
    assert used["share_played"].tolist() == [1, pytest.approx(1 / 3)]
    assert used["n_stale"].tolist() == [1, 0]
    assert used["n_never"].tolist() == [0, 2]
    assert used["n_plays"].tolist() == [6, 4]
    assert used["n_plays_from"].isna().all()
    assert days(used["first_added"]) == ["2022-01-01", "2022-01-01"]
    assert days(used["last_added"]) == ["2023-02-01", "2022-06-02"]
    assert used["age_days"].tolist() == [729, 729]


def test_plays_that_know_their_playlist(items: pd.DataFrame, heard: pd.DataFrame) -> None:
    heard.loc[:2, "context_uri"] = "spotify:playlist:2"
    used = metrics.playlist_use(items, heard)
    assert used["n_plays_from"].tolist() == [0, 3]


def test_engines_agree(items: pd.DataFrame, heard: pd.DataFrame, engine: Engine) -> None:
    heard.attrs = {}
    for metric in (metrics.playlist_entries, metrics.playlist_use):
        pd.testing.assert_frame_equal(
            metric(engine(items), engine(heard)), metric(items.iloc[::-1], heard.iloc[::-1])
        )
    pd.testing.assert_frame_equal(
        metrics.playlist_overlap(engine(items)), metrics.playlist_overlap(items)
    )
    pd.testing.assert_frame_equal(
        metrics.playlist_growth(engine(items)), metrics.playlist_growth(items)
    )


def test_nothing(no_plays: pd.DataFrame, items: pd.DataFrame) -> None:
    none = tables.empty(tables.PLAYLIST_ITEMS)
    for found, table in (
        (metrics.playlist_entries(none, no_plays), tables.PLAYLIST_ENTRIES),
        (metrics.playlist_use(none, no_plays), tables.PLAYLIST_USE),
        (metrics.playlist_overlap(none), tables.PLAYLIST_OVERLAP),
        (metrics.playlist_growth(none), tables.PLAYLIST_GROWTH),
        (
            metrics.liked_songs(tables.empty(tables.SAVED_TRACKS), no_plays),
            tables.LIKED_SONGS,
        ),
    ):
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == table.dtypes
    unheard = metrics.playlist_use(items, no_plays)
    assert unheard["n_never"].tolist() == [2, 3]
    assert unheard["age_days"].isna().all()


def test_playlists_of_an_export(heard: pd.DataFrame) -> None:
    def entry(track: str, artist: str) -> dict[str, Any]:
        return {"track": {"trackName": track, "artistName": artist}, "addedDate": "2022-01-02"}

    file = {
        "playlists": [
            {"name": "Own", "items": [entry("A", "Ann"), entry("B", "Bo")]},
            {"name": "Own too", "items": [entry("B", "Bo"), entry("Gone", "Di")]},
        ]
    }
    items = library.playlist_tables([file])["playlist_items"]
    used = metrics.playlist_use(items, heard)
    assert used["playlist"].tolist() == ["Own", "Own too"]
    assert used["n_plays"].tolist() == [3, 2]
    assert used["playlist_id"].isna().all()
    assert metrics.playlist_overlap(items)["n_common"].tolist() == [1]


def test_overlap(items: pd.DataFrame) -> None:
    shared = metrics.playlist_overlap(items)
    assert shared[["playlist", "other"]].to_numpy().tolist() == [["Both", "Other"]]
    row = shared.iloc[0]
    assert (row["n_tracks"], row["n_tracks_other"], row["n_common"]) == (2, 3, 1)
    assert (row["jaccard"], row["share_of_smaller"]) == (0.25, 0.5)


def test_growth(items: pd.DataFrame) -> None:
    grown = metrics.playlist_growth(items, period="year")
    assert grown["playlist"].tolist() == ["Both", "Both", "Other", "Other"]
    assert grown["n_added"].tolist() == [2, 2, 2, 0]
    assert grown["n_so_far"].tolist() == [2, 4, 2, 2]
    assert tables.facts(grown)["n_undated"] == 1


def test_liked_songs(heard: pd.DataFrame) -> None:
    saved = tables.conform(
        [
            {"track": "A", "artist": "Ann", "uri": "u:a", "added_at": "2023-01-01"},
            {"track": "A", "artist": "Ann", "uri": "u:a2", "added_at": "2023-01-01"},
            {"track": "Silent", "artist": "Di", "uri": "u:s"},
        ],
        tables.SAVED_TRACKS,
    )
    found = metrics.liked_songs(saved, heard)
    assert found[["status", "rank", "track", "n_plays"]].to_numpy().tolist() == [
        ["liked and played", 1, "A", 4],
        ["liked, never played", 1, "Silent", 0],
        ["played, not liked", 1, "Mix", 4],
        ["played, not liked", 2, "B", 2],
    ]
    facts = tables.facts(found)
    assert (facts["n_liked"], facts["n_liked_never_played"]) == (2, 1)
    assert len(metrics.liked_songs(saved, heard, n=1)) == 3


def test_wrong_arguments(items: pd.DataFrame, heard: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`stale_days` must be 1 or more; not 0"):
        metrics.playlist_use(items, heard, stale_days=0)
    with pytest.raises(ValueError, match="not 'decade'"):
        metrics.playlist_growth(items, period="decade")  # type: ignore[arg-type]
    with pytest.raises(errors.TableError, match="playlist_items has no column 'playlist_id'"):
        metrics.playlist_use(items.drop(columns="playlist_id"), heard)
