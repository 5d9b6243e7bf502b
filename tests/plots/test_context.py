from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import metrics, plots, tables


def test_shares_are_bars_the_longest_first(one_day: pd.DataFrame) -> None:
    table = metrics.platforms(one_day)
    bars = plots.platforms(table).containers[0]
    lengths = [bar.get_width() for bar in bars]
    assert lengths == pytest.approx(sorted(table["share_time"], reverse=True))


def test_countries_have_names(fifteen_years: pd.DataFrame) -> None:
    ax = plots.countries(metrics.countries(fifteen_years), n=3)
    names = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    assert names[0] == "Germany"
    assert len(names) == 3


def test_small_shares_are_told() -> None:
    shares = {"Germany": 0.95, "Japan": 0.0451, "Chile": 0.0045, "Peru": 0.0004}
    table = tables.conform(
        [
            {"country_name": name, "n_days_active": 1, "share_time": share}
            for name, share in shares.items()
        ],
        tables.COUNTRIES,
    )
    ax = plots.countries(table)
    said = [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    assert said == ["95%", "4.5%", "0.4%", "under 0.1%"]


def test_devices_over_time_fill_a_hundred_percent(fifteen_years: pd.DataFrame) -> None:
    table = metrics.platforms_over_time(fifteen_years, period="year")
    ax = plots.platforms_over_time(table)
    tops = [bar.get_y() + bar.get_height() for bar in ax.containers[-1]]
    assert tops == pytest.approx([100] * table["period_start"].nunique())
    assert len(ax.containers) == 5  # the other three of the seven are one layer


def test_device_days_are_strokes(fifteen_years: pd.DataFrame) -> None:
    table = metrics.device_days(fifteen_years)
    ax = plots.device_days(table)
    (strokes,) = (drawn for drawn in ax.collections if drawn.get_gid() == "days")
    shares = np.asarray(strokes.get_array())
    assert len(shares) == len(table)
    assert shares.sum() == pytest.approx(table["share"].sum())
    # in fifteen years a day is narrower than a dot, its stroke is not
    low, high = ax.get_xlim()
    widths = [path.get_extents().width for path in strokes.get_paths()]
    assert min(widths) >= (high - low) / 920


def test_travels_are_bars_of_days() -> None:
    day = pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-15"]).astype("datetime64[us]")
    table = tables.conform(
        pd.DataFrame(
            {
                "spell": [1, 2, 3],
                "country": ["DE", "JP", "DE"],
                "country_name": ["Germany", "Japan", "Germany"],
                "is_home": [True, False, True],
                "first_day": day,
                "last_day": day + pd.to_timedelta([59, 13, 99], unit="D"),
                "n_days": [60, 14, 100],
            }
        ),
        tables.TRAVELS,
    )
    ax = plots.travels(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [60, 100]
    assert [bar.get_width() for bar in ax.containers[1]] == [14]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Germany", "Japan"]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "days"] == ["160 d", "14 d"]
    # more days than have plays: the caption says why
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "days without plays included" in " ".join(caption.split())


def test_offline_and_private_are_percent(fifteen_years: pd.DataFrame) -> None:
    table = metrics.offline_and_private(fifteen_years, period="year")
    lines = {line.get_gid(): line for line in plots.offline_and_private(table).lines}
    for name in ("offline", "private"):
        drawn = np.asarray(lines[name].get_ydata()).tolist()
        assert drawn == pytest.approx((table[f"share_{name}"] * 100).tolist())


def test_plays_that_say_nothing_of_it(one_day: pd.DataFrame) -> None:
    silent = one_day.assign(
        offline=pd.array([None] * len(one_day), dtype="boolean"),
        incognito=pd.array([None] * len(one_day), dtype="boolean"),
    )
    ax = plots.offline_and_private(metrics.offline_and_private(silent))
    said = [text.get_text() for text in ax.texts if text.get_gid() == "empty"]
    assert said == ["No play says whether it was offline or private"]


def test_countries_over_time_are_layers_named_from_the_top_down() -> None:
    shares = {"DE": ("Germany", 0.75, 0.5), "JP": ("Japan", 0.25, 0.5)}
    table = tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{2023 + year}-01-01",
                "country": code,
                "country_name": name,
                "n_plays": int(100 * both[year]),
                "share": both[year],
            }
            for year in (0, 1)
            for code, (name, *both) in shares.items()
        ],
        tables.COUNTRIES_OVER_TIME,
    )
    ax = plots.countries_over_time(table)
    layers = [[(bar.get_y(), bar.get_height()) for bar in layer] for layer in ax.containers]
    assert layers == [[(0, 75), (0, 50)], [(75, 25), (50, 50)]]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == [
        "Japan",
        "Germany",
    ]


def test_shares_of_many_periods_are_means_of_months_with_plays(fifteen_years: pd.DataFrame) -> None:
    year = fifteen_years["local_day"].dt.year
    heard = fifteen_years[(year >= 2013) & (year != 2018)]
    ax = plots.platforms_over_time(metrics.platforms_over_time(heard))
    tops = np.sum([[bar.get_height() for bar in layer] for layer in ax.containers], axis=0)
    # two months after the last with plays and two before the next one have neighbours to go by
    assert np.flatnonzero(tops == 0).tolist() == list(range(62, 70))
    assert tops[tops > 0] == pytest.approx(100)
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "smoothed: each month the mean of 5" in caption
