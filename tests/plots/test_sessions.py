from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.dates import date2num

from spotify_analysis import metrics, plots, tables


@pytest.fixture
def table() -> pd.DataFrame:
    """Return a short session in the morning, and a long one past midnight."""
    return tables.conform(
        pd.DataFrame(
            {
                "session": [1, 2],
                "local_day": pd.to_datetime(["2024-05-01", "2024-05-02"]).astype("datetime64[us]"),
                "local_minute": [8 * 60, 23 * 60],
                "span_ms": [30 * 60_000, 120 * 60_000],
                "n_plays": [3, 30],
                "ms_played": [29 * 60_000, 110 * 60_000],
            }
        ),
        tables.SESSIONS,
    )


def test_strokes_from_start_to_end(table: pd.DataFrame) -> None:
    ax = plots.sessions(table)
    drawn = {
        lines.get_gid(): [segment.tolist() for segment in lines.get_segments()]
        for lines in ax.collections
        if isinstance(lines, LineCollection)
    }
    noon = date2num(pd.Timestamp("2024-05-01 12:00"))
    assert drawn["sessions"] == [[[noon, 8], [noon, 8.5]]]
    # the longest goes on at the top of the next day
    assert drawn["longest"] == [[[noon + 1, 23], [noon + 1, 24]], [[noon + 2, 0], [noon + 2, 1]]]
    assert ax.get_ylim() == (24, 0)


def test_a_session_whose_time_of_day_is_not_known_is_left_out(table: pd.DataFrame) -> None:
    table["local_minute"] = pd.array([480, None], dtype="Int64")
    ax = plots.sessions(table)
    assert sum(len(lines.get_segments()) for lines in ax.collections) == 1


def test_lengths(table: pd.DataFrame) -> None:
    ax = plots.session_lengths(metrics.session_lengths(table, edges_min=(0, 60, 120)))
    sessions, time = ax.containers
    assert [bar.get_height() for bar in sessions] == [50, 0, 50]
    assert [bar.get_height() for bar in time] == pytest.approx([2900 / 139, 0, 11000 / 139])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0–60 min", "1–2 h", "2 h +"]


def test_lengths_without_time(table: pd.DataFrame) -> None:
    table["ms_played"] = pd.array([None, None], dtype="Int64")
    ax = plots.session_lengths(metrics.session_lengths(table))
    assert len(ax.containers) == 1


def written(ax: Axes, gid: str) -> list[str]:
    """Return what stands on a chart in one role."""
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def test_longest_sessions(table: pd.DataFrame) -> None:
    ax = plots.longest_sessions(metrics.longest_sessions(table))
    assert [bar.get_width() for bar in ax.containers[0]] == [120, 30]
    assert written(ax, "name") == ["2 May 2024, 23:00", "1 May 2024, 8:00"]
    assert written(ax, "beside") == ["30 plays", "3 plays"]


def test_session_starts(table: pd.DataFrame) -> None:
    ax = plots.session_starts(metrics.session_starts(table))
    heights = [bar.get_height() for bar in ax.containers[0]]
    assert {hour for hour, height in enumerate(heights) if height} == {8, 23}
    many = pd.concat([table] * 5)
    ax = plots.session_starts(metrics.session_starts(many))
    assert any(
        "begun at 23 h: half of these are over 2.0 h" in text.get_text() for text in ax.texts
    )


def test_longest_plays_of_every_kind() -> None:
    plays = tables.conform(
        [
            {"ms_played": 3_600_000, "show": "Talk", "episode": "One"},
            {"ms_played": 1_800_000, "audiobook": "Book", "chapter": "Chapter 1"},
            {"ms_played": 600_000, "artist": "Ann", "track": "Alpha"},
            {"ms_played": 60_000},
        ],
        tables.PLAYS,
    )
    ax = plots.longest_plays(metrics.longest_plays(plays))
    assert written(ax, "name") == ["One", "Chapter 1", "Alpha", "name not known"]
    assert written(ax, "beside") == ["Talk", "Book", "Ann"]
    assert written(ax, "value") == ["60 min", "30 min", "10 min", "1 min"]
