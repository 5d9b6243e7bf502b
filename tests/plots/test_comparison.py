from __future__ import annotations

import pytest

from spotify_analysis import plots, tables
from tests.plots.test_rankings import written


def test_what_grew_goes_right() -> None:
    table = tables.conform(
        [
            {"artist": "Ann", "difference": 0.2},
            {"artist": "Bo", "difference": 0.01},
            {"artist": "Cy", "difference": -0.05},
        ],
        tables.COMPARISON,
    )
    ax = plots.comparison(table, names=("2024", "2025"), n=2)
    assert written(ax, "name") == ["Ann", "Cy"]
    assert written(ax, "value") == ["+20.0", "−5.0"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([20, -5])
    assert ax.get_title(loc="left") == "From 2024 to 2025: what grew, what shrank"
    with pytest.raises(ValueError, match="`n` must be 1 or more; not 0"):
        plots.comparison(table, n=0)


def test_hours_of_two() -> None:
    table = tables.conform(
        [
            {"local_hour": hour, "share_first": hour == 3, "share_second": 0.5 * (hour in (4, 5))}
            for hour in range(24)
        ],
        tables.HOUR_COMPARISON,
    )
    ax = plots.hour_comparison(table)
    first, second = (steps.get_data().values for steps in ax.patches)
    assert (first[3], first.sum()) == (100, 100)
    assert (second[4], second[5], second.sum()) == (50, 50, 100)


def test_both_shares_of_what_two_like() -> None:
    table = tables.conform(
        [
            {"rank": 1, "artist": "Ann", "share_first": 0.2, "share_second": 0.1},
            {"rank": 2, "artist": "Bo", "share_first": 0.05, "share_second": 0.4},
        ],
        tables.AFFINITY,
    )
    ax = plots.affinity(table, names=("2024", "2025"))
    first, rails, second = ax.containers
    assert [bar.get_width() for bar in first] == pytest.approx([20, 5])
    assert [bar.get_width() for bar in second] == pytest.approx([10, 40])
    assert [bar.get_width() for bar in rails] == [40, 40]
    # one below the other, and none over the other
    for upper, lower in zip(first, second, strict=True):
        assert upper.get_y() + upper.get_height() == pytest.approx(lower.get_y())
    assert written(ax, "name") == ["Ann", "Bo"]
    assert written(ax, "value") == ["20% · 10%", "5.0% · 40%"]
    assert ax.get_title(loc="left") == "What 2024 and 2025 share"
