from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.dates import date2num

from spotify_analysis import plots, tables
from spotify_analysis.plots import _dots, _frame


@pytest.fixture
def lives() -> pd.DataFrame:
    """Return two lives."""
    rows = [
        ("golden oldie", "Ann", "2020-01-01", "2021-01-01", "2020-03-01", 30),
        ("latest discovery", "Bo", "2023-01-01", "2024-01-01", "2023-12-01", 9),
    ]
    columns = ("group", "artist", "first_day", "last_day", "mean_day", "n_plays")
    return tables.conform(
        pd.DataFrame(rows, columns=columns).assign(rank=[1, 2]), tables.GOLDEN_OLDIES
    )


def test_a_life_goes_from_the_first_play_to_the_last(lives: pd.DataFrame) -> None:
    palette = plots.PALETTES["light"]
    ax = plots.golden_oldies(lives)
    ground, lines = (found for found in ax.collections if isinstance(found, LineCollection))
    ends = [(line.vertices[0, 0], line.vertices[1, 0]) for line in lines.get_paths()]
    assert ends == [
        (date2num(np.datetime64("2020-01-01")), date2num(np.datetime64("2021-01-02"))),
        (date2num(np.datetime64("2023-01-01")), date2num(np.datetime64("2024-01-02"))),
    ]
    assert len(ground.get_paths()) == 2
    (dots,) = (found for found in ax.collections if found.get_gid() == "mean")
    means = date2num(np.array(["2020-03-01", "2023-12-01"], dtype="datetime64[D]")) + 0.5
    assert np.asarray(dots.get_offsets())[:, 0].tolist() == means.tolist()
    from matplotlib.colors import to_hex

    drawn = [to_hex(colour).upper() for colour in lines.get_colors()]
    assert drawn == [palette.main, palette.second]


def test_lifetimes_draws_only_so_many(lives: pd.DataFrame) -> None:
    ax = plots.lifetimes(tables.conform(lives, tables.LIFETIMES), n=1)
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == ["Ann"]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "value"] == ["30"]


def test_variety_has_a_line_for_each_share() -> None:
    table = tables.conform(
        pd.DataFrame(
            {
                "period": "month",
                "period_start": pd.date_range("2024-01-01", periods=4, freq="MS"),
                "n_plays": [4, 4, 0, 4],
                "variety": [1, 0.5, None, 0.25],
                "share_replays": [0, 0.5, None, 0.75],
                "share_known_artists": [0, 1, None, 1],
            }
        ),
        tables.VARIETY,
    )
    ax = plots.variety(table)
    drawn = [np.asarray(line.get_ydata()).tolist()[:2] for line in ax.lines]
    assert drawn == [[0, 100], [0, 50], [100, 50]]
    # the month between a silent one and the end is a dot: a line needs two
    dots = [np.asarray(found.get_offsets())[:, 1].tolist() for found in ax.collections]
    assert dots == [[100], [75], [25]]


def test_artist_loyalty_is_steadiness_and_replay_value() -> None:
    rows = [("Ann", 0.9, 30.0, 4), ("Bo", 0.5, 2.5, 16), ("Cy", 0.1, None, 0)]
    table = tables.conform(
        [
            {"rank": n, "artist": artist, "loyalty": loyalty, "replay_value": replay}
            | {"n_tracks": n_tracks}
            for n, (artist, loyalty, replay, n_tracks) in enumerate(rows, 1)
        ],
        tables.ARTIST_LOYALTY,
    )
    ax = plots.artist_loyalty(tables.note(table, min_plays=10))
    (dots,) = (found for found in ax.collections if found.get_gid() == "artists")
    # of Cy no title is known
    assert np.asarray(dots.get_offsets()).tolist() == [[90, 30], [50, 2.5]]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == ["Ann", "Bo"]
    # areas: a quarter of the tracks is a quarter of the area above the smallest dot
    assert dots.get_sizes().tolist() == [24 + 260 / 4, 24 + 260]
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "artists of 10 plays or more" in " ".join(caption.split())
    lost = plots.artist_loyalty(table.tail(1))
    assert [text.get_text() for text in lost.texts if text.get_gid() == "empty"] == [
        "No titles known"
    ]


def test_names_cover_no_dot_where_there_is_a_better_place() -> None:
    ax, colours = _frame.new(None, size=(6, 4))
    ax.set(xlim=(0, 100), ylim=(0, 100))
    x, y = np.array([50.0, 54.0]), np.array([50.0, 52.0])
    # the second lies where the name of the first would stand, right above it
    _dots.name(ax, colours, ["Ann", "Bo"], x, y, np.array([0]), most=1)
    (name,) = ax.texts
    assert (name.get_ha(), name.xyann) == ("left", (6, -11))


def test_a_name_that_would_cover_a_dot_wherever_it_stands_is_left_out_after_the_first() -> None:
    ax, colours = _frame.new(None, size=(6, 4))
    ax.set(xlim=(0, 100), ylim=(0, 100))
    around = np.array([[a, b] for a in (-6.0, -3, 0, 3, 6) for b in (-6.0, -3, 0, 3, 6)])
    x, y = np.concatenate([around + np.array([20, 20]), around + np.array([70, 20])]).T
    middles = np.array([12, 37])
    names = [f"Name {n}" for n in range(len(x))]
    _dots.name(ax, colours, names, x, y, middles, most=5)
    assert [text.get_text() for text in ax.texts] == ["Name 12"]
