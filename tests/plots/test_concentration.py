from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import StepPatch

from spotify_analysis import plots, tables


def test_hill_numbers_stand_before_different_ones() -> None:
    table = tables.conform(
        [
            {
                "period": "month",
                "period_start": "2024-01-01",
                "of": "artists",
                "n_different": 9,
                "hill_1": 5.5,
                "hill_2": 3,
            },
            {"period": "month", "period_start": "2024-02-01", "of": "artists", "n_different": 0},
        ],
        tables.DIVERSITY_OVER_TIME,
    )
    ax = plots.diversity_over_time(table)
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    assert heights == [[9, 0], [5.5, 0], [3, 0]]


def test_many_months_are_smoothed_over_those_with_plays() -> None:
    months = pd.date_range("2015-01-01", periods=72, freq="MS").astype("datetime64[us]")
    table = pd.DataFrame({"period": "month", "period_start": months, "of": "artists"})
    # months of 9 and 3 in turn; nothing in March and April 2015
    table = table.assign(n_different=[9, 3] * 36, hill_1=[5.0, 2.0] * 36, hill_2=[3.0, 1.0] * 36)
    table.loc[[2, 3], "n_different"] = 0
    table.loc[[2, 3], ["hill_1", "hill_2"]] = None
    ax = plots.diversity_over_time(tables.conform(table, tables.DIVERSITY_OVER_TIME))
    different, hill_1, hill_2 = (
        np.asarray(area.get_data().values)[:6] for area in ax.patches if isinstance(area, StepPatch)
    )
    assert different == pytest.approx([6, 6, 3, 9, 6, 7])
    assert hill_1 == pytest.approx([3.5, 3.5, 2, 5, 3.5, 4])
    assert hill_2 == pytest.approx([2, 2, 1, 3, 2, 7 / 3])
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "smoothed: each month the mean of 3" in caption


def test_shares_are_of_all_plays() -> None:
    rows = [{"top": 1, "n_different": 1, "share_plays": 0.004}]
    rows += [{"top": 100, "n_different": 40, "share_plays": 1.0}]
    ax = plots.top_shares(tables.conform(rows, tables.TOP_SHARES))
    assert [bar.get_width() for bar in ax.containers[0]] == [0.004, 1]
    assert ax.get_xlim() == (0, 1)
    said = [text.get_text() for text in ax.texts if text.get_gid() in ("name", "beside", "value")]
    assert said == ["The top artist", "0.4%", "Top 100", "all 40 there are", "100%"]


def test_the_curve_begins_at_nothing() -> None:
    table = tables.conform(
        pd.DataFrame(
            {
                "rank": range(1, 21),
                "n_plays": 1,
                "share_different": np.arange(1, 21) / 20,
                "share_plays": np.sqrt(np.arange(1, 21) / 20),
            }
        ),
        tables.CUMULATIVE_SHARE,
    )
    ax = plots.cumulative_share(tables.note(table, gini=0.25, n_for_half=5))
    (curve,) = (line for line in ax.lines if line.get_gid() == "share")
    drawn = np.asarray(curve.get_xydata())
    assert drawn[[0, 5, 20]].tolist() == [[0, 0], [25, 50], [100, 100]]
    tops = [text.get_text() for text in ax.texts if text.get_gid() == "top"]
    assert tops == ["first 10: 71%", "the first: 22%"]
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "Gini coefficient 0.25" in caption
    assert "half of the plays: 5 artists" in caption


@pytest.mark.parametrize(("first", "layers"), [(0.4, 2), (0.6, 3)])
def test_all_others_are_drawn_where_favourites_are_most(first: float, layers: int) -> None:
    table = tables.conform(
        [
            {
                "period": "year",
                "period_start": "2024-01-01",
                "rank": rank,
                "artist": name,
                "n_plays": 1,
                "share": share,
            }
            for rank, (name, share) in enumerate(
                ((("Ann"), first), ("Bo", 0.1), (None, 0.9 - first)), start=1
            )
        ],
        tables.ARTIST_STREAM,
    )
    ax = plots.artist_stream(table)
    heights = [bars[0].get_height() for bars in ax.containers]
    assert heights == pytest.approx([first * 100, 10, 90 - first * 100][:layers])
    names = [text.get_text() for text in ax.texts if text.get_gid() == "layer"]
    assert names == ["Ann", "Bo", "all others"][:layers]
