from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import plots, tables
from tests.plots.test_rankings import written


def test_each_period_has_the_share_of_its_number_one() -> None:
    table = tables.conform(
        [
            {"period": "year", "period_start": f"{year}-01-01", "artist": name, "share": share}
            for year, name, share in ((2020, "Ann", 0.5), (2021, "Bo", 0.25), (2023, "Ann", 0.125))
        ],
        tables.NUMBER_ONES,
    )
    ax = plots.number_ones(table)
    ann, bo = (
        [bar.get_height() for bar in bars] for bars in ax.containers if len(bars.patches) == 4
    )
    assert ann == [50, 0, 0, 12.5]  # nobody in 2022
    assert bo == [0, 25, 0, 0]
    assert written(ax, "name") == ["2 × Ann", "1 × Bo"]


def test_more_than_six_share_a_colour() -> None:
    table = tables.conform(
        [
            {"period": "day", "period_start": f"2024-01-0{n + 1}", "artist": f"A{n}", "share": 0.1}
            for n in range(8)
        ],
        tables.NUMBER_ONES,
    )
    assert written(plots.number_ones(table), "name")[-1] == "2 others"


@pytest.fixture
def layers() -> pd.DataFrame:
    """Return two years of one artist and all others."""
    return tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{year}-01-01",
                "rank": rank,
                "artist": None if rank is None else "Ann",
                "n_plays": n,
                "ms_played": n * 3_600_000,
            }
            for year, rank, n in ((2020, 1, 3), (2020, None, 7), (2021, 1, 2), (2021, None, 8))
        ],
        tables.TOP_OVER_TIME,
    )


def test_layers_stand_on_each_other(layers: pd.DataFrame) -> None:
    ax = plots.top_over_time(layers, others=True)
    ann, rest = ax.containers
    assert [bar.get_height() for bar in ann] == [3, 2]
    assert [(bar.get_y(), bar.get_height()) for bar in rest] == [(3, 7), (2, 8)]
    assert written(ax, "name") == ["all other artists", "Ann"]


def test_the_others_are_left_out_and_told(layers: pd.DataFrame) -> None:
    ax = plots.top_over_time(layers, by="time")
    assert len(ax.containers) == 1
    assert written(ax, "name") == ["Ann"]
    assert any("together 25%" in line for line in written(ax, "caption"))


def test_names_at_the_side_keep_apart() -> None:
    from spotify_analysis.plots import _layers

    moved = _layers.apart(np.array([50.0, 49, 10, 99]), 12, 100)
    assert moved.tolist() == [61, 49, 10, 99]
    assert _layers.apart(np.array([95.0, 96]), 12, 100).tolist() == [88, 100]


def test_many_number_ones_have_lanes() -> None:
    weeks = pd.date_range("2020-01-06", periods=90, freq="7D")
    table = tables.conform(
        [
            {
                "period": "week",
                "period_start": week,
                "artist": "Ann" if n % 3 else f"Once {n}",
                "share": 0.5 if n else 0.25,
                "n_plays": 5,
            }
            for n, week in enumerate(weeks)
        ],
        tables.NUMBER_ONES,
    )
    ax = plots.number_ones(tables.note(table, of="artists"))
    assert written(ax, "name") == ["Ann", *(f"Once {3 * n}" for n in range(9)), "21 others"]
    assert written(ax, "words")[:2] == ["60 weeks, up to 50%", "1 week, up to 25%"]
    ann, first = ax.patches[:2]
    # the highest share of all fills a lane
    assert (0.86 - ann.get_data().values).round(2).tolist() == [0, 0.72, 0.72] * 30
    assert (1.86 - first.get_data().values).round(2).tolist() == [0.36, *[0] * 89]
