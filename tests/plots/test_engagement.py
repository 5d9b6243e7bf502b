from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from spotify_analysis import counting, metrics, plots, tables
from tests.plots.test_runs import lengths, written


@pytest.fixture
def ended() -> pd.DataFrame:
    """Return six plays of two tracks, with how they began and ended."""
    rows = [
        ("Alpha", 200, "clickrow", "trackdone"),
        ("Alpha", 200, "backbtn", "trackdone"),
        ("Alpha", 10, "trackdone", "fwdbtn"),
        ("Beta", 2, "trackdone", "fwdbtn"),
        ("Beta", 40, "trackdone", "new-reason"),
        ("Beta", 100, "trackdone", "trackdone"),
    ]
    return tables.conform(
        [
            {
                "local_day": "2024-01-01",
                "ended_at": f"2024-01-01T10:{n:02d}:00Z",
                "artist": "Ann",
                "track": track,
                "ms_played": seconds * 1000,
                "reason_start": start,
                "reason_end": end,
                "was_skipped": end == "fwdbtn",
                "shuffle": n < 3,
            }
            for n, (track, seconds, start, end) in enumerate(rows)
        ],
        tables.PLAYS,
    )


def caption(ax: Axes) -> str:
    """Return what a chart says below."""
    return " ".join(written(ax, "caption"))


def test_engagement_over_time(ended: pd.DataFrame) -> None:
    later = ended.head(2).assign(local_day=pd.Timestamp("2024-03-01"))
    ax = plots.engagement_over_time(metrics.engagement_over_time(pd.concat([ended, later])))
    drawn = {line.get_gid(): line.get_ydata() for line in ax.lines}
    # nothing in February: the line pauses
    assert drawn["skip_rate"] == pytest.approx([100 / 3, np.nan, 0], nan_ok=True)
    assert drawn["finished_share"] == pytest.approx([50, np.nan, 100], nan_ok=True)
    assert drawn["shuffle_share"] == pytest.approx([50, np.nan, 100], nan_ok=True)


def test_many_days_are_smoothed_by_their_plays() -> None:
    # even days: none of three plays skipped; odd days: the only one
    days = pd.date_range("2024-01-01", periods=181)
    rows = [
        {
            "period": "day",
            "period_start": day,
            "n_ended": 1 if n % 2 else 3,
            "n_skipped": n % 2,
            "skip_rate": float(n % 2),
            **dict.fromkeys(("n_finished", "n_shuffled", "n_shuffle_known"), 0),
        }
        for n, day in enumerate(days)
    ]
    table = tables.conform(rows, tables.ENGAGEMENT_OVER_TIME)

    def drawn(ax: Axes, name: str) -> list[float]:
        return next(
            np.asarray(line.get_ydata()).tolist() for line in ax.lines if line.get_gid() == name
        )

    ax = plots.engagement_over_time(table)
    # five days: two or three odd ones among them, 2 of 11 plays or 3 of 9
    assert drawn(ax, "skip_rate")[2:6] == pytest.approx([200 / 11, 300 / 9, 200 / 11, 300 / 9])
    assert np.isnan(drawn(ax, "shuffle_share")).all()
    assert "smoothed: each day the mean of 5" in caption(ax)
    fewer = plots.engagement_over_time(table.head(180))
    assert drawn(fewer, "skip_rate")[:4] == [0, 100, 0, 100]
    assert "smoothed" not in caption(fewer)


def test_skip_moments(ended: pd.DataFrame) -> None:
    ax = plots.skip_moments(metrics.skip_moments(ended, edges_s=(0, 3, 20)))
    assert [bar.get_height() for bar in ax.containers[0]] == [50, 50, 0]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0–3 s", "3–20 s", "20 s +"]
    assert "2 skips · half of them within 6 s" in " ".join(written(ax, "caption"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_rule_that_left_out_skips_is_named(ended: pd.DataFrame, theme: plots.style.Theme) -> None:
    says = "this rule leaves out skips; count every row to see them"
    # of two skips, after 2 and 10 s, none is left
    counted = counting.count(ended.assign(kind="track"), rule="spotify")
    with plots.use_style(theme):
        assert says not in caption(plots.skip_moments(metrics.skip_moments(ended)))
        # also where there is nothing to draw
        moments = plots.skip_moments(metrics.skip_moments(counted))
        assert written(moments, "empty") == ["No skips to draw"]
        assert says in caption(moments)
        assert says in caption(plots.most_skipped(metrics.most_skipped(counted)))
        assert says in caption(plots.skips_by_shuffle(metrics.skips_by_shuffle(counted)))
        assert says not in caption(plots.top_tracks(metrics.top_tracks(counted)))


def test_skip_streaks(ended: pd.DataFrame) -> None:
    ax = plots.skip_streaks(metrics.skip_streaks(ended))
    assert lengths(ax) == [2]
    assert written(ax, "name") == ["1 Jan 2024"]
    assert written(ax, "beside") == ["12 s heard"]


def test_reasons(ended: pd.DataFrame) -> None:
    table = metrics.reasons(ended)
    ax = plots.reasons(table)
    assert lengths(ax) == pytest.approx([50, 100 / 3, 100 / 6])
    assert written(ax, "name") == ["played to the end", "skipped", "new-reason"]
    assert written(ax, "beside") == ["trackdone", "fwdbtn"]
    began = plots.reasons(table, moment="start")
    assert written(began, "name")[0] == "the one before had ended"
    with pytest.raises(ValueError, match="`moment` must be 'start' or 'end'; not 'middle'"):
        plots.reasons(table, moment="middle")  # type: ignore[arg-type]


def test_most_skipped(ended: pd.DataFrame) -> None:
    table = metrics.most_skipped(ended)
    ax = plots.most_skipped(table)
    assert lengths(ax) == pytest.approx((table["skip_rate_shrunk"] * 100).tolist())
    assert written(ax, "beside") == ["1 of 3 · Ann", "1 of 3 · Ann"]
    assert "drawn towards the usual 33%" in " ".join(written(ax, "caption"))
    least = plots.most_skipped(metrics.most_skipped(ended, of="artists", least=True))
    assert least.get_title(loc="left") == "Artists skipped least"


def test_most_deliberate(ended: pd.DataFrame) -> None:
    ax = plots.most_deliberate(metrics.most_deliberate(ended))
    assert written(ax, "value") == ["1 time"]
    assert written(ax, "beside") == ["of 3 plays · Ann"]


def test_most_replayed(ended: pd.DataFrame) -> None:
    ax = plots.most_replayed(metrics.most_replayed(ended, of="artists"))
    assert lengths(ax) == [1]
    assert written(ax, "beside") == ["of 6 plays"]


def test_loved_below_zero(ended: pd.DataFrame) -> None:
    table = metrics.loved(ended).assign(love_score=[15.0, -4.0])
    ax = plots.loved(table)
    # a bar has no length below nothing
    assert lengths(ax) == [15, 0]


def test_completion(ended: pd.DataFrame) -> None:
    ax = plots.completion(metrics.completion(ended))
    bars = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in ax.patches}
    drawn = {place: height for place, height in bars.items() if height}
    # 5, 2 and 40 of 100 %, and three to the end
    assert drawn == pytest.approx({7.5: 100 / 6, 2.5: 100 / 6, 42.5: 100 / 6, 102.5: 50})


def test_skips_by_shuffle(ended: pd.DataFrame) -> None:
    ax = plots.skips_by_shuffle(metrics.skips_by_shuffle(ended))
    # off: forward, another reason, the end; on: two to the end, one skipped
    assert [[bar.get_width() for bar in part] for part in ax.containers] == [
        pytest.approx([100 / 3, 200 / 3]),
        pytest.approx([100 / 3, 0]),
        pytest.approx([100 / 3, 100 / 3]),
    ]
    assert [bar.get_x() for bar in ax.containers[2]] == pytest.approx([200 / 3, 200 / 3])
    assert written(ax, "value") == ["33%", "67%", "33%", "33%", "33%"]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["shuffle off\n3 plays", "shuffle on\n3 plays"]


def test_plays_that_do_not_know_how_they_ended(ended: pd.DataFrame) -> None:
    unknown = ended.assign(was_skipped=pd.array([None] * len(ended), dtype="boolean"))
    ax = plots.skips_by_shuffle(metrics.skips_by_shuffle(unknown))
    assert written(ax, "empty") == ["No play says how it ended"]
