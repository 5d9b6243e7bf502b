from __future__ import annotations

import numpy as np
import pandas as pd

from spotify_analysis import plots, tables


def test_the_greatest_surprise_is_first() -> None:
    rows = [("2024-01-01", "Ann", 9, 6.2, 1.1), ("2024-02-01", "Bo", 8, 0.4, 12.0)]
    table = tables.conform(
        [
            {
                "period": "month",
                "period_start": start,
                "rank": 1,
                "artist": artist,
                "n_plays": plays,
                "expected": expected,
                "z": z,
            }
            for start, artist, plays, expected, z in rows
        ],
        tables.UNLIKELY_ARTISTS,
    )
    ax = plots.unlikely_artists(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [12, 1.1]
    said = [text.get_text() for text in ax.texts if text.get_gid() in ("name", "beside", "value")]
    assert said[:3] == ["Bo", "Feb 2024", "8 plays, not 0.4"]
    assert said[-1] == "9 plays, not 6"
    assert len(plots.unlikely_artists(table, n=1).containers[0]) == 1


def test_artists_are_dots_about_a_trend() -> None:
    table = tables.conform(
        pd.DataFrame(
            {
                "artist": ["Ann", "Bo"],
                "n_plays": [100, 10],
                "n_tracks": [5, 10],
                "expected_tracks": [20, 8],
            }
        ),
        tables.TRACKS_PER_ARTIST,
    )
    ax = plots.tracks_per_artist(table)
    (dots,) = (found for found in ax.collections if found.get_gid() == "artists")
    assert np.asarray(dots.get_offsets()).tolist() == [[100, 5], [10, 10]]
    (trend,) = (line for line in ax.lines if line.get_gid() == "trend")
    assert np.asarray(trend.get_xydata()).tolist() == [[10, 8], [100, 20]]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == ["Ann", "Bo"]


def test_guests() -> None:
    table = tables.conform(
        [{"rank": 1, "artist": "Bo", "n_plays": 7, "n_tracks": 1}], tables.FEATURED_ARTISTS
    )
    ax = plots.featured_artists(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [7]
    assert "1 track" in [text.get_text() for text in ax.texts]


def test_letters_beyond_z_are_other() -> None:
    shares = {"A": 0.5, "Б": 0.1, "東": 0.2, "0-9": 0.2, "#": 0.0}
    table = tables.conform(
        pd.DataFrame({"letter": list(shares), "share_different": list(shares.values())}).assign(
            share_plays=0.2
        ),
        tables.STARTING_LETTERS,
    )
    ax = plots.starting_letters(table)
    heights = [round(bar.get_height()) for bar in ax.containers[0]]
    assert heights == [50, 30, 20, 0]
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ["A", "\nother", "0-9", "#"]  # on a line of its own


def test_lengths_in_minutes() -> None:
    table = tables.conform(
        pd.DataFrame(
            {
                "period": "month",
                "period_start": pd.date_range("2024-01-01", periods=3, freq="MS"),
                "n_plays": [1, 0, 3],
                "n_known": [1, 0, 1],
                "mean_ms": [180_000, None, 240_000],
                "median_ms": [120_000, None, 180_000],
            }
        ),
        tables.TRACK_LENGTHS,
    )
    ax = plots.track_lengths(table)
    mean, median = (np.asarray(line.get_ydata()) for line in ax.lines)
    assert mean[[0, 2]].tolist() == [3, 4]
    assert median[[0, 2]].tolist() == [2, 3]
    assert np.isnan(mean[1])
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "known for 50% of plays" in caption
