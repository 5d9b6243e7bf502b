from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection, QuadMesh

from spotify_analysis import metrics, plots, tables

HOUR = 3_600_000


def months(n: int) -> pd.DataFrame:
    """Return months of 1, 2, 3, ... hours and ten times as many plays; the last is partial."""
    starts = pd.date_range("2020-01-01", periods=n, freq="MS").astype("datetime64[us]")
    hours = np.arange(1, n + 1)
    return tables.conform(
        pd.DataFrame(
            {
                "period": "month",
                "period_start": starts,
                "is_partial": hours == n,
                "n_plays": hours * 10,
                "ms_played": hours * HOUR,
            }
        ),
        tables.LISTENING_OVER_TIME,
    )


def test_bars_are_hours_or_plays() -> None:
    ax = plots.listening_over_time(months(14))
    assert [bar.get_height() for bar in ax.patches] == list(range(1, 15))
    assert [bar.get_alpha() for bar in ax.patches] == [1] * 13 + [0.45]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "peak"] == ["Feb 2021, 14 h"]
    plays = plots.listening_over_time(months(14), by="plays")
    assert [bar.get_height() for bar in plays.patches] == list(range(10, 150, 10))


def test_many_bars_are_an_area() -> None:
    ax = plots.listening_over_time(months(200))
    (area,) = ax.patches
    values, edges, _ = area.get_data()
    assert values.tolist() == list(range(1, 201))
    assert len(edges) == 201


def test_time_that_is_not_known_is_not_drawn_as_none() -> None:
    table = months(3)
    table["ms_played"] = table["ms_played"].mask(table["ms_played"] > 0)
    # a month in which nothing was heard knows its time: none
    table.loc[1, ["n_plays", "ms_played"]] = 0
    ax = plots.listening_over_time(table)
    assert [bar.get_height() for bar in ax.patches] == [10, 0, 30]


@pytest.mark.parametrize(
    ("n", "labels"),
    [
        (1, ["Jan 2020"]),
        (3, ["Jan 2020", "Feb 2020", "Mar 2020"]),
        (12, ["Jan\n2020", "Feb", "Mar", "Apr", "May", "Jun"]),
        (60, ["2020", "2021", "2022", "2023", "2024"]),
    ],
)
def test_the_axis_of_time(n: int, labels: list[str]) -> None:
    ax = plots.listening_over_time(months(n))
    ticks = [tick.get_text() for tick in ax.get_xticklabels()]
    assert ticks[: len(labels)] == labels


def test_clock() -> None:
    cells = pd.DataFrame(
        {
            "local_weekday": np.repeat(range(1, 8), 24),
            "local_hour": np.tile(range(24), 7),
            "n_plays": 1,
            "ms_played": 0,
            "mean_minutes": pd.array([0.0] * 168, dtype="Float64"),
        }
    )
    cells.loc[(cells["local_weekday"] == 6) & (cells["local_hour"] == 21), "mean_minutes"] = 3.0
    ax = plots.listening_clock(tables.conform(cells, tables.LISTENING_CLOCK))
    (mesh,) = (drawn for drawn in ax.collections if isinstance(drawn, QuadMesh))
    drawn = mesh.get_array()
    assert drawn.shape == (7, 24)
    assert drawn[5, 21] == 3.0  # Saturday, 21 h
    assert drawn.sum() == 3.0
    assert ax.yaxis_inverted()  # Monday on top


@pytest.mark.parametrize(("minutes", "word"), [(0.5, "Seconds"), (2.0, "Minutes")])
def test_the_clock_is_named_after_the_unit_of_its_scale(minutes: float, word: str) -> None:
    cell = {"local_weekday": 1, "local_hour": 7, "n_plays": 1, "ms_played": 1}
    table = tables.conform([cell | {"mean_minutes": minutes}], tables.LISTENING_CLOCK)
    ax = plots.listening_clock(table)
    assert any(text.get_text().startswith(f"{word} in an average week") for text in ax.texts)


def test_clock_of_plays_without_time(one_day: pd.DataFrame) -> None:
    plays = one_day.assign(ms_played=pd.array([None] * len(one_day), dtype="Int64"))
    ax = plots.listening_clock(metrics.listening_clock(plays))
    (mesh,) = (drawn for drawn in ax.collections if isinstance(drawn, QuadMesh))
    assert mesh.get_array().sum() == len(one_day)


def test_calendar_has_a_square_for_each_day() -> None:
    days = pd.date_range("2023-12-31", "2024-01-02").astype("datetime64[us]")
    table = tables.conform(
        pd.DataFrame(
            {
                "local_day": days,
                "n_plays": [1, 0, 3],
                "ms_played": pd.array([60_000, 0, 180_000], dtype="Int64"),
            }
        ),
        tables.CALENDAR,
    )
    ax = plots.calendar(table)
    (squares,) = (drawn for drawn in ax.collections if isinstance(drawn, PolyCollection))
    assert squares.get_array().tolist() == [1, 0, 3]
    corners = [path.vertices[0].tolist() for path in squares.get_paths()]
    # Sunday in the last week of 2023; Monday and Tuesday in the first of 2024, one block lower
    assert corners == [[52, 6], [0, pytest.approx(8.6)], [0, pytest.approx(9.6)]]
    totals = [text.get_text() for text in ax.texts if text.get_gid() == "year total"]
    assert totals == ["0 h", "0 h"]


def test_hours_and_weekdays(one_day: pd.DataFrame) -> None:
    for metric, chart in (
        (metrics.hours_of_day, plots.hours_of_day),
        (metrics.weekdays, plots.weekdays),
    ):
        table = metric(one_day)
        drawn = [bar.get_height() for bar in chart(table).patches]
        assert drawn == pytest.approx(table["mean_minutes"].fillna(0).tolist())


def test_streaks() -> None:
    day = pd.to_datetime(["2024-01-01", "2024-03-01"]).astype("datetime64[us]")
    table = tables.conform(
        pd.DataFrame(
            {
                "rank": [1, 2],
                "first_day": day,
                "last_day": day + pd.to_timedelta([4, 0], unit="D"),
                "n_days": [5, 1],
                "is_current": [False, True],
            }
        ),
        tables.STREAKS,
    )
    ax = plots.streaks(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [5, 1]
    written = [text.get_text() for text in ax.texts]
    assert "1 Jan 2024 – 5 Jan 2024" in written
    assert "1 day" in written
    assert "still running" in written
    assert len(plots.streaks(table, n=1).containers[0]) == 1


def test_the_caption_of_plays_in_several_zones(one_day: pd.DataFrame) -> None:
    travelled = tables.note(one_day, time_zone=tables.LOCAL_TIME_OF_EACH_COUNTRY)
    ax = plots.weekdays(metrics.weekdays(travelled))
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "local time of each country" in caption
    assert "country time" not in caption


def test_one_day_is_no_average(one_day: pd.DataFrame) -> None:
    def unit(plays: pd.DataFrame) -> str:
        return plots.hours_of_day(metrics.hours_of_day(plays)).texts[0].get_text()

    assert unit(one_day) == "Minutes, by hour of start"
    unknown = pd.array([None] * len(one_day), dtype=tables.INT)
    assert unit(one_day.assign(ms_played=unknown)) == "Plays, by hour of start"
    next_day = one_day.assign(local_day=one_day["local_day"] + pd.Timedelta(days=1))
    assert unit(pd.concat([one_day, next_day])) == "Minutes on an average day, by hour of start"


def test_a_line_goes_through_very_many_days() -> None:
    days = pd.date_range("2020-01-01", periods=401)
    table = tables.conform(
        [
            {"period": "day", "period_start": day, "ms_played": 3_600_000 * (n % 2), "n_plays": 1}
            for n, day in enumerate(days)
        ],
        tables.LISTENING_OVER_TIME,
    )
    ax = plots.listening_over_time(table)
    (line,) = (line for line in ax.lines if line.get_gid() == "smooth")
    # a day is the mean of itself and five on either side: five or six of these have an hour
    assert sorted({round(float(mean) * 11, 6) for mean in line.get_ydata()[5:-5]}) == [5, 6]
    assert "line smoothed: each day the mean of 11" in " ".join(t.get_text() for t in ax.texts)
    shorter = plots.listening_over_time(table.head(400))
    assert not [line for line in shorter.lines if line.get_gid() == "smooth"]
