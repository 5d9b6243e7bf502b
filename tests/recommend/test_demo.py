"""On the made-up listener: it is measurable, and our formulas beat the simple lists."""

from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import recommend, tables
from spotify_analysis.demo import listener as listeners


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    """Give the made-up listener's music as plays."""
    person = listeners.listener()
    tracks, albums = person.catalogue.tracks, person.catalogue.albums
    artists = person.catalogue.artists
    rows = []
    for play in person.plays:
        if play.kind != "track" or play.id is None:
            continue
        track = tracks[play.id]
        album = albums[track.album_id]
        rows.append(
            {
                "ended_at": pd.Timestamp(play.ended_at_ms, unit="ms", tz="UTC"),
                "started_at": pd.Timestamp(play.started_at_ms, unit="ms", tz="UTC"),
                "ms_played": play.ms_played,
                "kind": "track",
                "track": track.name,
                "artist": artists[album.artist_ids[0]].name,
                "album": album.name,
                "uri": f"spotify:track:{track.id}",
                "source": "extended",
            }
        )
    return tables.conform(rows, tables.PLAYS)


def test_on_repeat_beats_frequency(history: pd.DataFrame) -> None:
    table = recommend.evaluate(history).set_index("method")
    assert table.loc["on_repeat", "vs_frequency"] >= 1.3
    assert table.loc["on_repeat", "ndcg"] > table.loc["most_recent", "ndcg"]
    assert table.loc["on_repeat", "n_cuts"] > 100


def test_rediscover_beats_frequency(history: pd.DataFrame) -> None:
    table = recommend.evaluate(history, "rediscover", horizon="28D").set_index("method")
    assert table.loc["rediscover", "vs_frequency"] >= 1.15


def test_continue_beats_frequency_and_what_is_on_repeat(history: pd.DataFrame) -> None:
    # every fourth week of ten years is enough: 1.2 times what is on repeat there, 1.1 with all
    table = recommend.evaluate(history, "continue", step="28D").set_index("method")
    assert table.loc["continue", "vs_frequency"] >= 1.7
    assert table.loc["continue", "ndcg"] >= 1.05 * table.loc["on_repeat", "ndcg"]
    assert table.loc["continue", "n_cuts"] > 70


@pytest.mark.parametrize("mode", ["on_repeat", "rediscover", "continue", "mix"])
def test_every_offline_mode_gives_a_full_list(history: pd.DataFrame, mode: str) -> None:
    picks = recommend.recommend(history=history, mode=mode)
    assert len(picks) == 30
    assert picks["uri"].notna().all()
    assert picks.groupby("artist").size().max() <= 2
