from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from spotify_analysis import plots, tables


@pytest.fixture
def ranking() -> pd.DataFrame:
    """Return two tracks; the second has no artist and no known time."""
    return tables.conform(
        [
            {"rank": 1, "track": "Alpha", "artist": "Ann", "n_plays": 1200, "ms_played": 5_400_000},
            {"rank": 2, "track": "Beta", "artist": None, "n_plays": 300, "ms_played": None},
        ],
        tables.MOST_PLAYED_TRACKS,
    )


def written(ax: Axes, gid: str) -> list[str]:
    """Return the words of one kind, in the order they were written."""
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def test_bars_are_plays(ranking: pd.DataFrame) -> None:
    ax = plots.top_tracks(ranking)
    assert [bar.get_width() for bar in ax.containers[0]] == [1200, 300]
    assert written(ax, "name") == ["Alpha", "Beta"]
    assert written(ax, "beside") == ["Ann"]
    assert written(ax, "value") == ["1,200", "300"]
    assert written(ax, "rank") == ["1", "2"]
    assert ax.yaxis_inverted()


def test_bars_are_hours(ranking: pd.DataFrame) -> None:
    for ax in (
        plots.top_tracks(ranking, by="time"),
        plots.top_tracks(tables.note(ranking, by="time")),
    ):
        assert [bar.get_width() for bar in ax.containers[0]] == [1.5, 0]
        assert written(ax, "value") == ["90 min", ""]


def test_artists_and_albums(ranking: pd.DataFrame) -> None:
    albums = ranking.rename(columns={"track": "album"})
    assert written(plots.top_albums(albums), "name") == ["Alpha", "Beta"]
    assert written(plots.top_artists(ranking.head(1)), "name") == ["Ann"]


def test_an_unknown_measure(ranking: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'time' or 'plays'; not 'hours'"):
        plots.top_tracks(ranking, by="hours")
