from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots, tables


def written(ax: Axes, gid: str) -> list[str]:
    """Return what stands on a chart in one role."""
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def lengths(ax: Axes) -> list[float]:
    """Return how long the bars of a list are."""
    return [bar.get_width() for bar in ax.containers[0]]


@pytest.fixture
def january() -> pd.DataFrame:
    """Return plays on four days: Ann three times in a row, an Arabic name, and Ann again."""
    rows = [(1, "Ann"), (2, "Ann"), (2, "Ann"), (5, "فيروز"), (9, "Ann")]
    return tables.conform(
        [
            {
                "local_day": f"2024-01-{day:02d}",
                "ended_at": f"2024-01-{day:02d}T10:{n:02d}:00Z",
                "artist": artist,
                "track": "Alpha",
                "ms_played": 1_800_000,
            }
            for n, (day, artist) in enumerate(rows)
        ],
        tables.PLAYS,
    )


def test_silences(january: pd.DataFrame) -> None:
    ax = plots.silences(metrics.silences(january))
    assert lengths(ax) == [3, 2]
    assert written(ax, "name") == ["6 – 8 Jan 2024", "3 – 4 Jan 2024"]
    assert written(ax, "value") == ["3 days", "2 days"]


def test_runs(january: pd.DataFrame) -> None:
    ax = plots.runs(metrics.runs(january))
    assert lengths(ax) == [3]
    assert written(ax, "name") == ["Ann"]
    assert written(ax, "beside") == ["1 Jan 2024"]
    assert ax.get_title(loc="left") == "Same artist, again and again"


def test_run_timeline(january: pd.DataFrame) -> None:
    table = metrics.runs(january)
    ax = plots.run_timeline(table)
    stems = {stem.get_gid(): stem for stem in ax.collections if stem.get_gid()}
    assert len(stems["runs"].get_paths()) == 0
    (stem,) = stems["longest"].get_segments()
    assert stem[:, 1].tolist() == [0, 3]
    assert written(ax, "longest") == ["Ann, 3 times"]
    # the axis is as long as the plays, not as the runs
    assert ax.get_xlim()[1] - ax.get_xlim()[0] == 9


def test_daily_streaks(january: pd.DataFrame) -> None:
    ax = plots.daily_streaks(metrics.daily_streaks(january, of="tracks"))
    assert lengths(ax) == [2, 1]
    # words before the artist: after an Arabic name a date would read from right to left
    assert written(ax, "beside") == ["1 – 2 Jan 2024 · Ann", "5 Jan 2024 · فيروز"]


def test_a_streak_that_goes_on(january: pd.DataFrame) -> None:
    ax = plots.daily_streaks(metrics.daily_streaks(january.head(3)))
    assert written(ax, "beside") == ["still running"]


def test_binges(january: pd.DataFrame) -> None:
    by_plays = plots.binges(metrics.binges(january, n=2))
    assert lengths(by_plays) == [2, 1]
    assert written(by_plays, "value") == ["2 plays", "1 play"]
    by_time = plots.binges(metrics.binges(january, n=2, by="time"))
    assert lengths(by_time) == [1, 0.5]
    assert written(by_time, "value") == ["60 min", "30 min"]


def test_gaps(january: pd.DataFrame) -> None:
    ended = plots.gaps(metrics.gaps(january, min_plays=1))
    assert lengths(ended) == [7]
    assert written(ended, "beside") == ["2 – 9 Jan 2024"]
    running = plots.gaps(metrics.gaps(january, min_plays=1, running=True))
    assert lengths(running) == [4]
    assert written(running, "beside") == ["since 5 Jan 2024"]


def test_days_between_plays(january: pd.DataFrame) -> None:
    ax = plots.days_between_plays(metrics.days_between_plays(january, min_plays=2))
    assert lengths(ax) == [pytest.approx(8 / 3)]
    assert written(ax, "value") == ["2.7 days"]
    within = plots.days_between_plays(metrics.days_between_plays(january.iloc[1:3], min_plays=2))
    assert written(within, "value") == ["same day"]
