from __future__ import annotations

import numpy as np
import pandas as pd

from spotify_analysis import plots, tables


def test_shares_of_a_playlist() -> None:
    table = tables.conform(
        [
            {"playlist": "One", "n_tracks": 10, "n_played": 8, "n_stale": 3, "n_plays": 99},
            {"playlist": "Empty", "n_tracks": 0, "n_played": 0, "n_stale": 0, "n_plays": 0},
        ],
        tables.PLAYLIST_USE,
    )
    ax = plots.playlist_use(table)
    lately, _, before = ax.containers
    assert [bar.get_width() for bar in lately] == [0.5]
    assert [(bar.get_x(), round(bar.get_width(), 9)) for bar in before] == [(0.5, 0.3)]
    said = [text.get_text() for text in ax.texts if text.get_gid() in ("name", "beside", "value")]
    assert said == ["One", "99 plays", "8 of 10"]
    twice = pd.concat([table, table.assign(playlist="Two")], ignore_index=True)
    for n, says in ((1, True), (2, False)):
        drawn = plots.playlist_use(tables.conform(twice, tables.PLAYLIST_USE), n=n)
        assert any("1 more not drawn" in text.get_text() for text in drawn.texts) is says


def test_a_map_of_what_is_shared() -> None:
    table = tables.conform(
        [
            {"playlist": "A", "other": "B", "n_common": 5, "share_of_smaller": 0.5},
            {"playlist": "B", "other": "C", "n_common": 2, "share_of_smaller": 1.0},
        ],
        tables.PLAYLIST_OVERLAP,
    )
    ax = plots.playlist_overlap(table)
    cells = np.asarray(ax.collections[0].get_array()).reshape(3, 3)
    # B shares most, then A, then C
    assert cells.tolist() == [[0, 0.5, 1], [0.5, 0, 0], [1, 0, 0]]
    names = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    assert names == ["1 B", "2 A", "3 C"]
    assert not any("not drawn" in text.get_text() for text in ax.texts)
    fewer = plots.playlist_overlap(table, n=2)
    assert any("1 more not drawn" in text.get_text() for text in fewer.texts)
    assert sorted(t.get_text() for t in ax.texts if t.get_gid() == "value") == ["2", "2", "5", "5"]


def test_playlists_grow_on_top_of_each_other() -> None:
    frame = pd.DataFrame(
        {
            "period": "year",
            "period_start": ["2022-01-01", "2023-01-01"] * 3,
            "playlist": ["A", "A", "B", "B", "C", "C"],
            "n_so_far": [4, 6, 0, 3, 1, 2],
        }
    )
    ax = plots.playlist_growth(tables.conform(frame, tables.PLAYLIST_GROWTH), n=1)
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    assert heights == [[4, 6], [1, 5]]
    names = [text.get_text() for text in ax.texts if text.get_gid() == "layer"]
    assert names == ["A", "all others"]
