from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import metrics, plots
from tests.plots.cases import apart


@pytest.mark.parametrize("name", ["days_of_month", "months_of_year", "seasons"])
def test_bars_are_average_minutes(name: str, fifteen_years: pd.DataFrame) -> None:
    table = getattr(metrics, name)(fifteen_years)
    ax = getattr(plots, name)(table)
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(table["mean_minutes"].tolist())


def test_seasons_name_their_months(one_day: pd.DataFrame) -> None:
    ax = plots.seasons(metrics.seasons(one_day, hemisphere="south"))
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert ticks == ["spring\nSep–Nov", "summer\nDec–Feb", "autumn\nMar–May", "winter\nJun–Aug"]


def test_day_parts_are_shares(one_day: pd.DataFrame) -> None:
    table = metrics.day_parts(one_day)
    ax = plots.day_parts(table)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx((table["share_time"] * 100).tolist())
    untimed = table.assign(share_time=pd.array([None] * 4, dtype="Float64"))
    heights = [bar.get_height() for bar in plots.day_parts(untimed).patches]
    assert heights == pytest.approx((table["share"] * 100).tolist())


def test_average_days_of_plays_without_time(fifteen_years: pd.DataFrame) -> None:
    plays = fifteen_years.assign(ms_played=pd.array([None] * len(fifteen_years), dtype="Int64"))
    table = metrics.average_days(plays, period="year")
    ax = plots.average_days(table)
    per_day = (table["n_plays"] / table["n_days"]).tolist()
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(per_day)
    (dots,) = (line for line in ax.lines if line.get_gid() == "active days")
    assert (np.asarray(dots.get_ydata()) >= per_day).all()


def test_one_line_per_year(fifteen_years: pd.DataFrame) -> None:
    table = metrics.months_by_year(fifteen_years)
    ax = plots.months_by_year(table, by="plays")
    lines = {line.get_gid(): line for line in ax.lines}
    assert [gid for gid in lines if gid and gid.isdigit()] == [str(n) for n in range(2011, 2027)]
    of_2025 = table[table["year"] == 2025]["n_plays"].tolist()
    assert np.asarray(lines["2025"].get_ydata()).tolist() == of_2025
    # the plays end in the middle of November
    assert np.isnan(np.asarray(lines["2026"].get_ydata())[10:]).all()
    assert any("hollow: not a whole month" in text.get_text() for text in ax.texts)
    hollow = [
        (int(month), int(height))
        for line in ax.lines
        if line.get_gid() == "part"
        for month, height in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]
    part = table[table["is_partial"]]
    assert hollow == list(zip(part["month"], part["n_plays"], strict=True))


def test_cumulative_lines_begin_with_nothing(fifteen_years: pd.DataFrame) -> None:
    table = metrics.cumulative(fifteen_years, period="year")
    ax = plots.cumulative(table, of=["plays", "hours"])
    drawn = [np.asarray(line.get_ydata()) for line in ax.lines if len(line.get_xdata()) > 1]
    assert [values[0] for values in drawn] == [0, 0]
    assert drawn[0][1:].tolist() == table["n_plays"].tolist()
    assert drawn[1][-1] == pytest.approx(table["ms_played"].iloc[-1] / 3_600_000)
    assert ax.get_title(loc="left") == "All plays and hours so far"
    # plays of account data have no albums: no line at nought
    nameless = plots.cumulative(table.assign(n_albums=0))
    assert nameless.get_title(loc="left") == "All tracks and artists so far"
    assert sum(len(line.get_xdata()) > 1 for line in nameless.lines) == 2


@pytest.mark.parametrize("of", [(), "plays", ("genres",), ("plays", "hours", "tracks", "albums")])
def test_what_cannot_be_added_up(one_day: pd.DataFrame, of: object) -> None:
    with pytest.raises(ValueError, match="`of` must be one to three of plays, hours"):
        plots.cumulative(metrics.cumulative(one_day), of=of)  # type: ignore[arg-type]


def test_every_play_is_a_dot(one_day: pd.DataFrame) -> None:
    plays = one_day.assign(kind=["episode"] + ["track"] * (len(one_day) - 1))
    table = metrics.every_play(plays)
    ax = plots.every_play(table)
    dots = {drawn.get_gid(): drawn.get_offsets() for drawn in ax.collections}
    assert {name: len(places) for name, places in dots.items()} == {
        "music": len(plays) - 1,
        "podcasts and audiobooks": 1,
    }
    hours = sorted(np.concatenate([places[:, 1] for places in dots.values()]))
    assert hours == pytest.approx(sorted(table["local_minute"] / 60))
    assert ax.yaxis_inverted()  # midnight on top


def test_plays_of_few_days_are_strokes(one_day: pd.DataFrame) -> None:
    def width_pt(plays: pd.DataFrame) -> float:
        (dots,) = plots.every_play(metrics.every_play(plays)).collections
        (width,) = np.ptp(dots.get_paths()[0].vertices[:, :1], axis=0) * np.sqrt(dots.get_sizes())
        return float(width)

    # a sixth of 0.92 x 8.4 inches for the day, and 0.62 of it for the stroke
    assert width_pt(one_day) == pytest.approx(0.92 * 8.4 * 72 / 6 * 0.62)
    assert width_pt(apart(one_day)) == pytest.approx(0.92 * 8.4 * 72 / 41 * 0.62)
    # where a day has less than 12 points, it keeps its dots
    longer = pd.concat(
        [one_day, one_day.assign(local_day=one_day["local_day"] + pd.Timedelta("50D"))]
    )
    assert width_pt(longer) < 6
