from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes

from spotify_analysis import plots, tables

DAY = pd.Timestamp(2026, 11, 24)


def rows(*listed: tuple[int, int | None, int, float]) -> pd.DataFrame:
    """Make a table of (day after the first, status, calls, seconds waited)."""
    return tables.conform(
        [
            {
                "day": DAY + pd.Timedelta(days=day),
                "endpoint": "GET /me/tracks",
                "status": status,
                "n_calls": n_calls,
                "waited_s": waited_s,
            }
            for day, status, n_calls, waited_s in listed
        ],
        tables.USAGE,
    )


TABLE = rows(
    (0, 200, 40, 0.0),
    (0, 404, 2, 0.0),
    (2, 200, 100, 0.0),
    (2, 429, 5, 150.0),
    (2, None, 1, 0.0),
    (2, 503, 2, 0.0),
)


def texts(ax: Axes, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def test_bars_of_days_stacked_by_how_calls_ended() -> None:
    ax = plots.usage(TABLE)
    heights: list[Any] = [bar.get_height() for bar in ax.patches]
    # three days each: answered (a 404 is an answer), too many, failed or lost
    assert heights == [42, 0, 100, 0, 0, 5, 0, 0, 3]
    assert [bar.get_y() for bar in ax.patches][5::3] == [100, 105]
    assert texts(ax, "wait") == ["2 min"]
    assert " ".join(" ".join(texts(ax, "caption")).split()) == (
        "150 calls · 24 Nov 2026 – 26 Nov 2026 · 5 refused as too many · "
        "2 min waited because Spotify asked for it"
    )


def test_a_quiet_day_has_one_colour_and_no_key() -> None:
    ax = plots.usage(rows((0, 200, 7, 0.0)))
    assert [bar.get_height() for bar in ax.patches] == [7]
    assert not [artist for artist in ax.artists if artist.get_gid() == "key"]


def test_nothing_to_draw() -> None:
    assert texts(plots.usage(tables.empty(tables.USAGE)), "empty") == ["No calls were made yet"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("n_days", [1, 3, 16, 60, 400])
def test_words_do_not_meet(theme: plots.style.Theme, n_days: int) -> None:
    listed = [(day, 200 if day % 3 else 429, 3 + day % 7, 4_000.0) for day in range(n_days)]
    with plots.use_style(theme=theme):
        ax = plots.usage(rows(*listed))
        ax.figure.canvas.draw()
    words = [t for t in [*ax.texts, *ax.get_xticklabels()] if t.get_text().strip()]
    boxes = [text.get_window_extent().expanded(0.98, 0.7) for text in words]
    for left, right in itertools.combinations(range(len(words)), 2):
        said = words[left].get_text(), words[right].get_text()
        assert not boxes[left].overlaps(boxes[right]), said
