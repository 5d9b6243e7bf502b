from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from spotify_analysis import metrics, plots, tables


def test_artists_by_hour_is_a_map_of_shares(one_day: pd.DataFrame) -> None:
    table = metrics.artists_by_hour(one_day)
    ax = plots.artists_by_hour(table)
    (mesh,) = (drawn for drawn in ax.collections if isinstance(drawn, QuadMesh))
    cells = mesh.get_array()
    assert cells.shape == (table["rank"].nunique(), 24)
    assert np.asarray(cells).ravel().tolist() == pytest.approx(table["share"].tolist())
    assert cells.sum(axis=1).tolist() == pytest.approx([1] * len(cells))


def test_artist_days_are_bars_of_plays(fifteen_years: pd.DataFrame) -> None:
    table = metrics.artist_days(fifteen_years)
    ax = plots.artist_days(table, n=5)
    assert [bar.get_width() for bar in ax.containers[0]] == table["n_plays"].tolist()[:5]
    written = [text.get_text() for text in ax.texts]
    day = table["local_day"].iloc[0]
    assert any(f"{day.day} " in text and str(day.year) in text for text in written)


def test_sparklines_tell_their_highest_period(fifteen_years: pd.DataFrame) -> None:
    table = metrics.sparklines(fifteen_years, n=3, period="year")
    ax = plots.sparklines(table)
    lines = [patch for patch in ax.patches if patch.get_gid() == "line"]
    assert len(lines) == 3
    for number, line in enumerate(lines, start=1):
        n_plays = table[table["rank"] == number]["n_plays"].to_numpy(dtype="float64")
        base = number - 1 + 0.86
        heights = (base - np.asarray(line.get_data().values)) / 0.72
        assert heights.tolist() == pytest.approx((n_plays / n_plays.max()).tolist())
    told = [text.get_text() for text in ax.texts if text.get_gid() == "peak"]
    first = table[table["rank"] == 1]
    best = first.iloc[first["n_plays"].to_numpy(dtype="int64").argmax()]
    assert told[0] == f"{best['n_plays']} in {best['period_start'].year}"


def test_habits_are_a_card_of_numbers() -> None:
    row = {
        "n_days": 10,
        "n_days_active": 5,
        "mean_minutes": 30.0,
        "weekend_share": 0.25,
        "favourite_month": 12,
        "favourite_weekday": 1,
        "favourite_hour": 23,
        "busiest_day": "2024-12-24",
        "busiest_day_minutes": 150.0,
    }
    ax = plots.habits(tables.conform([row], tables.HABITS))
    numbers = [text.get_text() for text in ax.texts if text.get_gid() == "number"]
    # the night is not known and left out
    assert numbers == ["30 min", "50%", "23–24 h", "Mon", "Dec", "25%", "2.5 h"]
    words = [text.get_text() for text in ax.texts if text.get_gid() == "words"]
    assert words[-1] == "on the busiest day, 24 Dec 2024"


def test_when_played_has_a_dot_for_the_weekend_and_one_for_the_night() -> None:
    rows = [
        {
            "artist": "Ann",
            "weekend_share": 0.5,
            "night_share": 0.125,
            "day_part": "evening",
            "day_part_share": 0.625,
            "weekday": 6,
        },
        # nothing is known of it but its plays
        {"artist": "Bo"},
    ]
    table = tables.conform(
        [{"rank": n, "n_plays": 9 - n} | row for n, row in enumerate(rows, 1)], tables.WHEN_PLAYED
    )
    ax = plots.when_played(table)
    drawn = {dots.get_gid(): np.ma.filled(dots.get_offsets(), np.nan) for dots in ax.collections}
    assert drawn["weekend"][0].tolist() == [50, 0.5]
    assert drawn["night"][0].tolist() == [12.5, 0.5]
    assert np.isnan([drawn["weekend"][1][0], drawn["night"][1][0]]).all()
    assert [t.get_text() for t in ax.texts if t.get_gid() == "name"] == ["Ann", "Bo"]
    assert [t.get_text() for t in ax.texts if t.get_gid() == "words"] == ["evening 62%, Sat", ""]
    lost = plots.when_played(table.tail(1))
    assert [t.get_text() for t in lost.texts if t.get_gid() == "empty"] == [
        "No play knows its hour"
    ]
