from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import plots, tables


@pytest.fixture
def decades() -> pd.DataFrame:
    """Return three decades, the middle one empty."""
    return tables.conform(
        pd.DataFrame(
            {"decade": [1990, 2000, 2010], "n_items": [1, 0, 3], "share_items": [0.25, 0.0, 0.75]}
        ),
        tables.RELEASE_DECADES,
    )


def test_items(decades: pd.DataFrame) -> None:
    ax = plots.release_decades(decades)
    assert [bar.get_height() for bar in ax.patches] == [25, 0, 75]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1990s", "2000s", "2010s"]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "value"] == ["1", "", "3"]


def test_plays_beside_items(decades: pd.DataFrame) -> None:
    weighed = decades.assign(
        n_plays=pd.array([9, 0, 1], dtype="Int64"),
        share_plays=pd.array([0.9, 0, 0.1], dtype="Float64"),
    )
    ax = plots.release_decades(weighed)
    items, plays = ax.containers
    assert [bar.get_height() for bar in items] == [25, 0, 75]
    assert [bar.get_height() for bar in plays] == [90, 0, 10]


def test_the_caption_counts_what_has_no_year(decades: pd.DataFrame) -> None:
    ax = plots.release_decades(tables.note(decades, item="track", n_items=4, n_unknown_year=2))
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "4 tracks" in caption
    assert "2 more without a year" in caption


def test_years_are_a_line_that_does_not_begin_at_nothing() -> None:
    table = tables.conform(
        [
            {"period": "year", "period_start": f"{year}-01-01", "n_plays": 4, "n_known_year": n}
            | ({"mean_year": mean} if n else {})
            for year, n, mean in ((2023, 4, 1999.5), (2024, 0, None), (2025, 2, 2011.25))
        ],
        tables.RELEASES_OVER_TIME,
    )
    ax = plots.releases_over_time(table)
    (line,) = ax.lines
    assert line.get_ydata()[[0, 2]].tolist() == [1999.5, 2011.25]
    assert ax.get_ylim() == (1998, 2013)
    # neither has a neighbour to be joined with
    (dots,) = ax.collections
    assert dots.get_offsets()[:, 1].tolist() == [1999.5, 2011.25]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels
    assert all(label.isdigit() and len(label) == 4 for label in labels)
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "known for 50% of plays" in caption
