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
    albums = tables.conform(ranking.rename(columns={"track": "album"}), tables.MOST_PLAYED_ALBUMS)
    assert written(plots.top_albums(albums), "name") == ["Alpha", "Beta"]
    artists = tables.conform(ranking.head(1), tables.MOST_PLAYED_ARTISTS)
    assert written(plots.top_artists(artists), "name") == ["Ann"]


def test_an_unknown_measure(ranking: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'time' or 'plays'; not 'hours'"):
        plots.top_tracks(ranking, by="hours")


def test_the_one_that_was_asked_for_has_another_colour() -> None:
    table = tables.conform(
        [
            {"rank": 4, "track": "Alpha", "artist": "Ann", "n_plays": 9},
            {"rank": 5, "track": "Beta", "artist": "Bo", "n_plays": 7},
        ],
        tables.RANK_OF,
    ).assign(is_it=[False, True])
    ax = plots.rank_of(table)
    assert ax.get_title(loc="left") == "Place 5 and its neighbours"
    above, asked = ax.containers[0]
    assert above.get_facecolor() != asked.get_facecolor()
    assert written(ax, "beside") == ["Ann", "Bo"]


def test_movement_says_places_won_and_lost() -> None:
    rows = [(1, 3, 2, "up", 9), (2, 2, 0, "same", 8), (3, 1, -2, "down", 7)]
    rows += [(4, None, None, "new", 5), (None, 4, None, "gone", 0)]
    columns = ("rank", "rank_before", "move", "status", "n_plays")
    table = tables.conform(
        [dict(zip(columns, row, strict=True)) | {"artist": f"A{n}"} for n, row in enumerate(rows)],
        tables.MOVEMENT,
    )
    ax = plots.movement(tables.note(table, days=28))
    assert ax.get_title(loc="left") == "The last 28 days, and the 28 before"
    assert written(ax, "value") == ["▲ 2", "=", "▼ 2", "new"]
    assert [bar.get_width() for bar in ax.containers[0]] == [9, 8, 7, 5]
    assert any("1 gone" in line for line in written(ax, "caption"))
    assert any("new: not played in the 28 days before" in line for line in written(ax, "caption"))
    known = plots.movement(tables.note(table.head(3), days=28))
    assert not any("new:" in line for line in written(known, "caption"))


def test_climbers_go_right_and_fallers_left() -> None:
    table = tables.conform(
        [
            {"direction": "up", "rank": 2, "move": 5, "artist": "Ann"},
            {"direction": "down", "rank": 9, "move": -3, "artist": "Bo"},
        ],
        tables.CLIMBERS_AND_FALLERS,
    )
    ax = plots.climbers_and_fallers(table)
    assert [bar.get_width() for bar in ax.patches] == [5, -3]
    assert written(ax, "value") == ["+5 → 2", "−3 → 9"]


def test_hours_and_their_best() -> None:
    table = tables.conform(
        [
            {"local_hour": 0, "artist": "Ann", "share": 0.5},
            {"local_hour": 23, "artist": "Bo", "share": 0.041},
        ],
        tables.BEST_OF_HOURS,
    )
    ax = plots.best_of_hours(table)
    assert written(ax, "rank") == ["0 h", "23 h"]
    assert written(ax, "value") == ["50%", "4.1%"]


def test_deliberate_tracks_are_counted() -> None:
    row = {"rank": 1, "track": "Alpha", "artist": "Ann", "n_deliberate": 1200, "n_plays": 3000}
    ax = plots.deliberate_tracks(tables.conform([row], tables.DELIBERATE_TRACKS))
    assert written(ax, "value") == ["1,200"]
    assert [bar.get_width() for bar in ax.containers[0]] == [1200]
