from __future__ import annotations

import pandas as pd

from spotify_analysis import metrics, plots


def test_the_poster_draws_the_tables_it_is_given(fifteen_years: pd.DataFrame) -> None:
    summary = metrics.recap(fifteen_years, year=2025)
    inside = fifteen_years[fifteen_years["local_day"].dt.year == 2025]
    artists = metrics.top_artists(inside, n=8)
    figure = plots.recap(
        summary, title="Mine", parts={"top_artists": artists}, numbers=[("12", "hours")]
    )
    page, chart = figure.axes
    # five bars and their five grounds
    lengths = sorted({patch.get_width() for patch in chart.patches if patch.get_width()})
    assert lengths == sorted(set(artists["n_plays"].head(5)))
    said = [text.get_text() for text in page.texts]
    assert said[0] == "Mine"
    assert {"12", "hours", "1 Jan 2025 – 31 Dec 2025"} <= set(said)
    assert any("counted: every row" in text for text in said)


def test_a_long_title_is_smaller_and_then_cut(fifteen_years: pd.DataFrame) -> None:
    summary = metrics.recap(fifteen_years, year=2025)
    sizes = []
    for title in ("Your 2025", "1 January 2025 to 15 June 2025", "방탄소년단 " * 40):
        heading = plots.recap(summary, title=title, parts={}).axes[0].texts[0]
        sizes.append(heading.get_fontsize())
    assert sizes == [30, 24, 15]
    assert heading.get_text().endswith("…")
