from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, plots, tables
from tests.plots.test_runs import lengths, written

HOUR = 3_600_000


@pytest.fixture
def heard() -> pd.DataFrame:
    """Return plays of two podcasts, a track and an audiobook."""
    episodes = [(1, "Talk", "One", 2), (2, "Talk", "Two", 1), (40, "Walk", "One", 1)]
    rows: list[dict[str, object]] = [
        {
            "kind": "episode",
            "show": show,
            "episode": episode,
            "ms_played": hours * HOUR,
            "local_day": pd.Timestamp("2023-12-31") + pd.Timedelta(days=day),
            "local_hour": 8,
            "reason_end": "trackdone" if episode == "One" else "endplay",
        }
        for day, show, episode, hours in episodes
    ]
    at = {"local_day": "2024-02-01", "local_hour": 20, "reason_end": "trackdone"}
    rows.append({"kind": "track", "artist": "Ann", "track": "A", "ms_played": 3 * HOUR, **at})
    rows.append({"kind": "audiobook", "audiobook": "Book", "chapter": "1", "ms_played": HOUR, **at})
    return tables.conform(rows, tables.PLAYS)


def test_top_shows(heard: pd.DataFrame) -> None:
    ax = plots.top_shows(metrics.top_shows(heard))
    assert lengths(ax) == [3, 1]
    assert written(ax, "name") == ["Talk", "Walk"]
    assert written(ax, "beside") == ["2 episodes", "1 episode"]
    by_plays = plots.top_shows(metrics.top_shows(heard, by="plays"))
    assert written(by_plays, "value") == ["2 plays", "1 play"]


def test_top_episodes(heard: pd.DataFrame) -> None:
    ax = plots.top_episodes(metrics.top_episodes(heard))
    assert lengths(ax) == [2, 1, 1]
    assert written(ax, "beside") == ["Talk", "Walk", "Talk"]
    with pytest.raises(ValueError, match="`by` must be"):
        plots.top_episodes(metrics.top_episodes(heard), by="mood")


def test_listening_by_kind(heard: pd.DataFrame) -> None:
    table = metrics.listening_by_kind(heard)
    ax = plots.listening_by_kind(table)
    music, podcasts, books = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert (music, podcasts, books) == ([0, 3], [3, 1], [0, 1])
    assert [bar.get_y() for bar in ax.containers[2]] == [3, 4]
    shares = plots.listening_by_kind(table, share=True)
    assert [bar.get_height() for bar in shares.containers[0]] == [0, 60]
    plays = plots.listening_by_kind(table, by="plays")
    assert [bar.get_height() for bar in plays.containers[1]] == [2, 1]


def test_very_many_days_by_kind_are_smoothed() -> None:
    rows = [
        {"period": "day", "period_start": day, "kind": kind, "n_plays": n % 2 * 11 * (n_kind + 1)}
        for n, day in enumerate(pd.date_range("2020-01-01", periods=401))
        for n_kind, kind in enumerate(("track", "episode"))
    ]
    ax = plots.listening_by_kind(tables.conform(rows, tables.LISTENING_BY_KIND))
    music, podcasts = (steps.get_data() for steps in ax.patches)
    # eleven days, five or six of them with 11 songs and 22 episodes on top
    assert music.values[5:8] == pytest.approx([5, 6, 5])
    assert podcasts.values[5:8] == pytest.approx([15, 18, 15])
    assert any("smoothed: each day the mean of 11" in said for said in written(ax, "caption"))


def test_hours_by_kind(heard: pd.DataFrame) -> None:
    ax = plots.hours_by_kind(metrics.hours_by_kind(heard))
    drawn = {steps.get_gid(): steps.get_data().values for steps in ax.patches}
    assert set(drawn) == {"track", "episode", "audiobook"}
    assert drawn["episode"][8] == 100
    assert drawn["track"][20] == 100
    assert drawn["track"].sum() == 100


def test_show_loyalty(heard: pd.DataFrame) -> None:
    ax = plots.show_loyalty(metrics.show_loyalty(heard))
    assert lengths(ax) == [2, 1]
    assert [bar.get_width() for bar in ax.containers[-1]] == [1, 1]
    begun, finished = ax.containers[0], ax.containers[-1]
    assert [bar.get_y() for bar in begun] == [bar.get_y() for bar in finished]
    assert written(ax, "beside") == ["50% finished", "100% finished"]


def test_new_shows(heard: pd.DataFrame) -> None:
    later = heard.head(1).assign(local_day=pd.Timestamp("2024-03-01"))
    table = metrics.new_shows(pd.concat([heard, later]))
    ax = plots.new_shows(table)
    known, new = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert (known, new) == ([0, 0, 1], [1, 1, 0])
    assert "2 podcasts in all" in " ".join(written(ax, "caption"))
    episodes = plots.new_shows(table, of="episodes")
    assert [bar.get_height() for bar in episodes.containers[1]] == [2, 1, 0]
    with pytest.raises(ValueError, match="`of` must be 'shows' or 'episodes'; not 'hosts'"):
        plots.new_shows(table, of="hosts")  # type: ignore[arg-type]


def test_audiobook_progress(heard: pd.DataFrame) -> None:
    ax = plots.audiobook_progress(metrics.audiobook_progress(heard))
    assert lengths(ax) == [1]
    assert written(ax, "beside") == ["1 Feb 2024 · 1 of 1 chapter to the end"]
    assert written(ax, "value") == ["60 min"]
