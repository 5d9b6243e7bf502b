from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, plots, recommend, tables
from tests.recommend.conftest import evenings, rotation  # noqa: F401 - fixtures


def written(ax: Any, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def table(*listed: tuple[str, float | None, float | None, float | None]) -> pd.DataFrame:
    """Make a table of (method, NDCG, its standard error, times the frequency)."""
    rows = tables.conform(
        [
            {"method": method, "ndcg": ndcg, "ndcg_se": error, "vs_frequency": times, "n_cuts": 31}
            for method, ndcg, error, times in listed
        ],
        tables.EVALUATION,
    )
    rows.attrs = {"mode": "rediscover", "k": 20, "horizon_days": 28.0, "n_plays": 4_000}
    return rows


def test_bars_with_one_standard_error_to_both_sides() -> None:
    ax = plots.evaluation(
        table(
            ("rediscover", 0.3, 0.05, 1.5),
            ("frequency", 0.2, 0.01, 1.0),
            ("most_recent", 0.1, None, 0.5),
            ("random", 0.02, 0.04, 0.1),
        )
    )
    lengths: list[Any] = [bar.get_width() for bar in ax.patches][:4]
    assert lengths == pytest.approx([0.3, 0.2, 0.1, 0.02])
    spread: list[Any] = [line.get_xdata() for line in ax.lines if line.get_gid() == "spread"]
    assert [list(ends) for ends in spread] == [
        pytest.approx([0.25, 0.35]),
        pytest.approx([0.19, 0.21]),
        pytest.approx([0.1, 0.1]),
        pytest.approx([0, 0.06]),
    ]
    assert written(ax, "name") == [
        "'rediscover'",
        "what was played most",
        "what was played last",
        "at random",
    ]
    assert written(ax, "value") == ["0.30 ± 0.05", "0.20 ± 0.01", "0.10", "0.02 ± 0.04"]
    assert written(ax, "beside") == [
        "1.50 × the most played",
        "0.50 × the most played",
        "0.10 × the most played",
    ]
    assert ax.get_title(loc="left") == "Would 'rediscover' have been right?"
    caption = " ".join(" ".join(written(ax, "caption")).split())
    assert "31 cut-offs · what was played in the 28 days after each" in caption


def test_the_spread_stays_within_0_and_1_and_within_the_chart() -> None:
    ax = plots.evaluation(table(("rediscover", 0.5, 0.1, 2.5), ("random", 0.2, None, 1.0)))
    assert ax.get_xlim() == pytest.approx((0, 0.6))
    ax = plots.evaluation(table(("rediscover", 0.98, 0.1, 2.5), ("random", 0.05, 0.1, 1.0)))
    spread: list[Any] = [line.get_xdata() for line in ax.lines if line.get_gid() == "spread"]
    assert [list(ends) for ends in spread] == [pytest.approx([0.88, 1]), pytest.approx([0, 0.15])]
    assert ax.get_xlim() == pytest.approx((0, 1))


def test_what_evaluate_returns_is_drawn(rotation: pd.DataFrame) -> None:  # noqa: F811
    measured = recommend.evaluate(rotation, k=5)
    ax = plots.evaluation(measured)
    lengths: list[Any] = [bar.get_width() for bar in ax.patches][:4]
    assert lengths == pytest.approx(measured["ndcg"].tolist())


def test_sessions_that_are_continued_are_named(evenings: pd.DataFrame) -> None:  # noqa: F811
    ax = plots.evaluation(recommend.evaluate(evenings, "continue", k=2))
    assert written(ax, "name") == [
        "'continue'",
        "'on_repeat', whatever the seeds",
        "what was played most",
        "what was played last",
        "at random",
    ]
    caption = " ".join(" ".join(written(ax, "caption")).split())
    assert "10 sessions · what came after the first 3 tracks of each" in caption


def test_nothing_to_draw() -> None:
    ax = plots.evaluation(tables.empty(tables.EVALUATION))
    assert written(ax, "empty") == ["No measurement yet"]


def test_another_table_is_refused() -> None:
    with pytest.raises(errors.TableError, match=r"`evaluation` draws the table of recommend"):
        plots.evaluation(tables.empty(tables.PICKS))
