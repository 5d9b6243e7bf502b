from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots, tables


@pytest.fixture
def moves() -> pd.DataFrame:
    """Return a riser, a new one and a gone one."""
    rows = [
        ("A", 3, 2, 1),
        ("B", None, None, 2),
        ("C", 1, None, None),
        ("D", 2, 1, 3),
        ("Mid", None, 3, None),
    ]
    listed = [
        {"time_range": name, "rank": rank, "artist": artist, "id": artist}
        for artist, *ranks in rows
        for name, rank in zip(("long_term", "medium_term", "short_term"), ranks, strict=True)
        if rank is not None
    ]
    return metrics.top_list_comparison(tables.conform(listed, tables.TOP_ARTISTS), n=3)


def lines(ax: Axes, gid: str) -> list[list[list[float]]]:
    """Return the ends of the lines of one kind."""
    drawn = [line.get_xydata() for line in ax.lines if line.get_gid() == gid]
    return [np.asarray([line[0], line[-1]]).round(2).tolist() for line in drawn]


def test_lines_lead_from_place_to_place(moves: pd.DataFrame) -> None:
    ax = plots.top_list_comparison(moves)
    assert lines(ax, "line") == [
        [[0, 3], [1, 2]],
        [[1, 2], [2, 1]],
        [[0, 2], [1, 1]],
        [[1, 1], [2, 3]],
    ]
    # B comes from below, C goes; the one in the middle has its name where stubs would be
    assert lines(ax, "stub") == [[[2, 2], [1.8, 2.55]], [[0, 1], [0.2, 1.55]]]
    assert ax.yaxis_inverted()


def test_names_stand_at_both_ends(moves: pd.DataFrame) -> None:
    ax = plots.top_list_comparison(moves)
    named = {
        name: {text.get_text(): text.xy[1] for text in ax.texts if text.get_gid() == f"name {name}"}
        for name in ("long_term", "medium_term", "short_term")
    }
    assert named == {
        "long_term": {"C": 1, "D": 2, "A": 3},
        "medium_term": {"Mid": 3},
        "short_term": {"A": 1, "B": 2, "D": 3},
    }


def test_one_range_alone() -> None:
    top = tables.conform(
        [{"time_range": "short_term", "rank": 1, "track": "T", "artist": "A", "id": "1"}],
        tables.TOP_TRACKS,
    )
    ax = plots.top_list_comparison(metrics.top_list_comparison(top))
    assert "tracks" in ax.get_title(loc="left")
    assert "T" in [text.get_text() for text in ax.texts]
