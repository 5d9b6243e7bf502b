from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.dates import date2num

from spotify_analysis import plots, tables
from spotify_analysis.plots import _frame
from tests.plots.test_rankings import written


def rows(*given: tuple[int, int, str, int, int], table: tables.Table) -> pd.DataFrame:
    """Return rows of years: year, place, name, place over all, plays."""
    return tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{year}-01-01",
                "rank": rank,
                "artist": name,
                "rank_overall": overall,
                "n_plays": n,
                "ms_played": n * 3_600_000,
            }
            for year, rank, name, overall, n in given
        ],
        table,
    )


def test_who_stays_on_the_list_is_linked() -> None:
    table = rows(
        (2020, 1, "Ann", 1, 9),
        (2020, 2, "Bo", 2, 8),
        (2021, 1, "Ann", 1, 9),
        (2021, 3, "Bo", 2, 3),
        (2022, 1, "Bo", 2, 9),
        (2022, 2, "Cy", 3, 8),
        table=tables.RANK_HISTORY,
    )
    ax = plots.rank_history(tables.note(table, n=2, of="artists"))
    names = {text.xy: text.get_text() for text in ax.texts if text.get_gid() == "name"}
    # place and year: the third place of 2021 is below the list
    assert names == {(1, 0): "Ann", (2, 0): "Bo", (1, 1): "Ann", (1, 2): "Bo", (2, 2): "Cy"}
    links = [patch.get_path().vertices for patch in ax.patches if patch.get_gid() == "link"]
    assert [(link[0].tolist(), link[-1].tolist()) for link in links] == [([1, 0], [1, 1])]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2020", "2021", "2022"]
    assert written(ax, "rank") == ["1", "2"]
    assert ax.get_title(loc="left") == "Top artists of each year"


def test_many_periods_are_curves_of_places() -> None:
    table = rows(
        *((1990 + year, 1 + year % 2, "Ann", 1, 9) for year in range(30)),
        *((1990 + year, 2 - year % 2, "Bo", 2, 8) for year in range(29)),
        table=tables.RANK_HISTORY,
    ).sort_values(["period_start", "rank"], ignore_index=True)
    ax = plots.rank_history(tables.note(table, n=2, of="artists"))
    assert written(ax, "name") == ["Ann", "Bo"]
    assert written(ax, "words") == ["30 years, 15 × 1st", "29 years, 14 × 1st"]
    ann, first, bo, _ = (patch for patch in ax.patches)
    # full height is the first place, half of it the second of two
    heights = 0.86 - ann.get_data().values
    assert heights.round(2).tolist() == [0.72, 0.36] * 15
    assert (0.86 - first.get_data().values).round(2).tolist() == [0.72, 0] * 15
    assert (1.86 - bo.get_data().values).round(2).tolist() == [*[0.36, 0.72] * 14, 0.36, 0]


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (21, "21st")]
)
def test_places_in_words(n: int, said: str) -> None:
    assert _frame.nth(n) == said


def test_moments_of_a_race() -> None:
    table = rows(
        *((2016 + n, 1, "Ann", 0, 10 * (n + 1)) for n in range(8)),
        *((2016 + n, 2, "Bo", 0, 5 * (n + 1)) for n in range(8)),
        table=tables.RACE,
    ).sort_values(["period_start", "rank"], ignore_index=True)
    ax = plots.race(table)
    assert written(ax, "lap") == ["2018", "2020", "2021", "2023"]
    assert written(ax, "name") == ["Ann", "Bo"] * 4
    assert written(ax, "value")[-2:] == ["80", "40"]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx([0.9, 0.45] * 4)


def test_lines_begin_at_nothing_and_end_at_all() -> None:
    table = rows(
        (2020, 0, "Ann", 1, 3),
        (2020, 0, "Bo", 2, 5),
        (2021, 0, "Ann", 1, 9),
        (2021, 0, "Bo", 2, 6),
        table=tables.CUMULATIVE_TOP,
    )
    ax = plots.cumulative_top(table, by="plays")
    assert [list(line.get_ydata()) for line in ax.lines] == [[0, 3, 9], [0, 5, 6]]
    assert written(ax, "name") == ["Ann", "Bo"]
    with pytest.raises(ValueError, match="'time' or 'plays'; not 'hours'"):
        plots.cumulative_top(table, by="hours")


def test_medals_that_were_not_won_are_not_drawn() -> None:
    row = {"rank": 1, "artist": "Ann", "n_gold": 3, "n_silver": 0, "n_bronze": 12}
    ax = plots.medals(
        tables.note(tables.conform([row], tables.MEDALS), period="year", n_awarded=15)
    )
    assert {dots.get_gid(): len(dots.get_offsets()) for dots in ax.collections} == {
        "n_gold": 1,
        "n_silver": 0,
        "n_bronze": 1,
    }
    assert written(ax, "value") == ["3", "12"]
    assert any("medals of 15 years" in line for line in written(ax, "caption"))


def test_weeks_at_number_one_say_the_longest_run() -> None:
    row = {"rank": 1, "artist": "Ann", "n_weeks": 7, "longest_run_weeks": 4}
    ax = plots.weeks_at_number_one(tables.conform([row], tables.WEEKS_AT_NUMBER_ONE))
    assert written(ax, "value") == ["7 (4)"]


def test_the_top_of_each_period_is_drawn_too() -> None:
    listed = ((2020, 1, "Ann", 9), (2020, 2, "Bo", 8), (2021, 1, "Bo", 9), (2021, 2, "Cy", 3))
    table = rows(
        *((year, rank, name, 0, n) for year, rank, name, n in listed), table=tables.TOP_PER_PERIOD
    )
    assert "rank_overall" not in table
    for given in (tables.note(table, of="artists", by="plays"), pl.from_pandas(table)):
        ax = plots.rank_history(given)
        names = {text.xy: text.get_text() for text in ax.texts if text.get_gid() == "name"}
        assert names == {(1, 0): "Ann", (2, 0): "Bo", (1, 1): "Bo", (2, 1): "Cy"}
        links = [patch.get_path().vertices for patch in ax.patches if patch.get_gid() == "link"]
        assert [(link[0].tolist(), link[-1].tolist()) for link in links] == [([2, 0], [1, 1])]
    nothing = plots.rank_history(table.head(0))
    assert written(nothing, "empty") == ["No plays to rank yet"]


def test_certificates_are_marks_on_their_days() -> None:
    days = ("2020-01-02", "2021-03-04", "2022-05-06")
    table = tables.conform(
        [
            {"rank": 1, "track": "Alpha", "artist": "Ann", "n_plays": 1200}
            | {"certificate": "diamond"}
            | dict(zip(("gold_day", "platinum_day", "diamond_day"), days, strict=True)),
            {"rank": 2, "track": "Beta", "artist": "Bo", "n_plays": 260}
            | {"certificate": "gold", "gold_day": "2023-01-01"},
        ],
        tables.CERTIFICATES,
    )
    facts = {"of": "tracks", "gold": 250, "platinum": 500, "diamond": 1000}
    ax = plots.certificates(tables.note(table, **facts))
    marks = {found.get_gid(): np.asarray(found.get_offsets()) for found in ax.collections}
    for name, day in zip(("gold", "platinum", "diamond"), days, strict=True):
        assert marks[name][0].tolist() == [date2num(np.datetime64(day)) + 0.5, 0.28]
    assert [len(marks[name]) for name in ("gold", "platinum", "diamond")] == [2, 1, 1]
    assert written(ax, "name") == ["Alpha", "Beta"]
    assert written(ax, "beside") == ["Ann", "Bo"]
    assert written(ax, "value") == ["1,200 plays", "260 plays"]
    assert "plays they take: gold 250, platinum 500, diamond 1,000" in " ".join(
        written(ax, "caption")
    )
    few = plots.certificates(tables.note(table, **facts), n=1)
    assert written(few, "name") == ["Alpha"]
    assert "1 more not drawn" in " ".join(written(few, "caption"))


def test_one_alone_is_followed_below_the_first_places_too() -> None:
    ranks = [48, 4, 106]
    table = tables.conform(
        [
            {"period": "year", "period_start": f"{year}-01-01", "artist": "Ann"}
            | {"rank": rank, "n_plays": 120 - rank, "is_partial": False}
            for year, rank in zip((2023, 2024, 2025), ranks, strict=True)
        ],
        tables.TOP_PER_PERIOD,
    )
    ax = plots.rank_history(table)
    assert written(ax, "name") == ["Ann"]
    places, firsts = (steps.get_data() for steps in ax.patches)
    # of 106 places: full height is the first, and the last is a step, too
    heights = (places.baseline - places.values) / 0.72
    assert heights == pytest.approx([59 / 106, 103 / 106, 1 / 106])
    assert (firsts.values == firsts.baseline).all()
