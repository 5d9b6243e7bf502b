from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import counting, metrics, plots, tables
from tests.plots.test_rankings import written


def test_bars_say_what_changed() -> None:
    table = tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{year}-01-01",
                "is_partial": year == 2023,
                "n_plays": n,
                "ms_played": n * 3_600_000,
                "change_plays": change,
                "change_time": change,
            }
            for year, n, change in ((2020, 4, None), (2021, 6, 50.0), (2022, 3, -50), (2023, 3, 0))
        ],
        tables.TOTALS_OVER_TIME,
    )
    ax = plots.totals_over_time(table)
    assert [bar.get_height() for bar in ax.patches] == [4, 6, 3, 3]
    assert [bar.get_alpha() for bar in ax.patches] == [1, 1, 1, 0.45]
    assert written(ax, "change") == ["", "+50%", "−50%", "±0%"]
    assert any("against as many days" in line for line in written(ax, "caption"))


def test_a_line_goes_through_very_many_days() -> None:
    rows = [
        {"period": "day", "period_start": day, "n_plays": n % 2 * 11, "is_partial": False}
        for n, day in enumerate(pd.date_range("2020-01-01", periods=401))
    ]
    table = tables.conform(rows, tables.TOTALS_OVER_TIME)
    ax = plots.totals_over_time(table)
    (line,) = (line for line in ax.lines if line.get_gid() == "smooth")
    # eleven days, five or six of them with eleven plays
    assert line.get_ydata()[5:9] == pytest.approx([5, 6, 5, 6])
    assert any("line smoothed: each day the mean of 11" in said for said in written(ax, "caption"))
    shorter = plots.totals_over_time(table.head(400))
    assert not [line for line in shorter.lines if line.get_gid() == "smooth"]


def test_milestones_reached_and_next() -> None:
    table = tables.conform(
        [
            {"what": "plays", "value": 100, "is_reached": True, "local_day": "2020-01-05"},
            {"what": "plays", "value": 1000, "is_reached": True, "local_day": "2024-01-05"},
            {"what": "plays", "value": 2500, "is_reached": False, "local_day": "2027-05-01"},
            {
                "what": "number_one",
                "value": 100,
                "artist": "Ann",
                "is_reached": True,
                "local_day": "2022-01-05",
            },
        ],
        tables.MILESTONES,
    )
    ax = plots.milestones(table)
    assert {line.get_gid(): len(line.get_xdata()) for line in ax.lines if line.get_gid()} == {
        "plays": 2,
        "number_one": 1,
    }
    assert sorted(written(ax, "name")) == ["1,000", "100", "Ann"]
    assert written(ax, "next") == ["next: 2,500", "about 1 May 2027"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["plays", "number one"]


def test_payouts_say_what_was_assumed() -> None:
    row = {"rank": 1, "artist": "Ann", "n_streams": 1000, "n_plays": 1200, "payout": 4.0}
    table = tables.note(
        tables.conform(pd.DataFrame([row]), tables.ARTIST_PAYOUTS), rate=0.004, payout=4.0
    )
    ax = plots.artist_payouts(table, currency="$")
    assert written(ax, "value") == ["$4.00"]
    assert any("$0.004 a stream" in line for line in written(ax, "caption"))


def test_the_caption_names_the_rule_or_says_that_there_was_none(one_day: pd.DataFrame) -> None:
    bare = tables.note(one_day.copy(), rule=None, rule_text=None)
    for plays, says in ((bare, "every row given"), (counting.count(bare), "30 s or longer")):
        ax = plots.weekdays(metrics.weekdays(plays))
        (caption,) = [text.get_text() for text in ax.texts if text.get_gid() == "caption"]
        assert f"counted: {says}" in " ".join(caption.split())
