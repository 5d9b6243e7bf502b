"""What every chart keeps to, whatever it draws."""

from __future__ import annotations

import inspect
import itertools
import logging
import re
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from spotify_analysis import client, counting, errors, metrics, plots, recommend, tables
from tests.plots import cases


@pytest.fixture(params=[*cases.OF_PLAYS, *cases.OF_LISTS])
def name(request: pytest.FixtureRequest) -> str:
    """Name each chart in turn."""
    return str(request.param)


_TABLES: dict[tuple[str, str], pd.DataFrame] = {}  # eight tests draw each: counted once


def table_for(name: str, request: pytest.FixtureRequest, plays: str) -> pd.DataFrame:
    """Return what a chart draws."""
    if (name, plays) not in _TABLES:
        if name in cases.OF_PLAYS:
            table = cases.OF_PLAYS[name][0](request.getfixturevalue(plays))
        else:
            fixture, metric, _ = cases.OF_LISTS[name]
            table = metric(request.getfixturevalue(fixture))
        _TABLES[name, plays] = table
    return _TABLES[name, plays].copy()


def chart_named(name: str) -> cases.Draw:
    """Return the function that draws a chart."""
    return cases.OF_PLAYS[name][1] if name in cases.OF_PLAYS else cases.OF_LISTS[name][2]


def texts_of(ax: Axes) -> list[Text]:
    """Return all that is written in a figure and can be seen."""
    ax.figure.canvas.draw()
    unseen: set[Text] = set()
    for axes in ax.figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                # matplotlib keeps ticks outside of the limits, and does not draw them
                if not axes.axison or not low <= tick.get_loc() <= high:
                    unseen |= {tick.label1, tick.label2}
    return [
        text
        for text in ax.figure.findobj(Text)
        if text not in unseen and text.get_visible() and text.get_text().strip()
    ]


@pytest.mark.parametrize("plays", ["one_day", "fifteen_years"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_is_readable(
    name: str,
    plays: str,
    theme: plots.style.Theme,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing overlaps, nothing leaves the picture, no glyph is missing and nothing is logged."""
    table = table_for(name, request, plays)
    with caplog.at_level(logging.WARNING), plots.use_style(theme=theme):
        ax = chart_named(name)(table)
        texts = texts_of(ax)
    assert caplog.records == []
    # the title, the caption, and what is drawn or why nothing is
    assert len(texts) >= 3
    picture = ax.figure.bbox.padded(1.5)
    boxes = {}
    for text in texts:
        box = text.get_window_extent()
        assert picture.containsx(box.x0), text.get_text()
        assert picture.containsx(box.x1), text.get_text()
        assert picture.containsy(box.y0), text.get_text()
        assert picture.containsy(box.y1), text.get_text()
        # tall scripts reach into the line spacing; letters themselves keep apart
        boxes[text] = box.expanded(0.98, 0.7)
    for left, right in itertools.combinations(texts, 2):
        # a growing line may pass a word, two words never meet
        assert not boxes[left].overlaps(boxes[right]), (left.get_text(), right.get_text())


def test_nothing_to_draw(name: str, no_plays: pd.DataFrame, request: pytest.FixtureRequest) -> None:
    if name in cases.OF_PLAYS:
        table = cases.OF_PLAYS[name][0](no_plays)
    else:
        fixture, metric, _ = cases.OF_LISTS[name]
        table = metric(request.getfixturevalue(fixture).head(0))
    ax = chart_named(name)(table)
    said = [text.get_text() for text in texts_of(ax) if text.get_gid() == "empty"]
    assert len(said) == 1
    assert said[0].startswith("No ")
    assert ax.get_title(loc="left")


def test_it_draws_where_it_is_told(name: str, request: pytest.FixtureRequest) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    before = plt.get_fignums()
    ax = chart_named(name)(table_for(name, request, "one_day"), ax=right)
    assert ax is right
    assert plt.get_fignums() == before
    assert not left.has_data()
    assert left.get_title(loc="left") == ""
    figure.canvas.draw()


def test_it_changes_no_settings_and_no_table(name: str, request: pytest.FixtureRequest) -> None:
    table = table_for(name, request, "one_day")
    before, settings = table.copy(deep=True), dict(mpl.rcParams)
    first = chart_named(name)(table)
    second = chart_named(name)(table)
    assert first.figure is not second.figure
    assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == before.attrs


def test_the_caption_says_what_is_known(
    name: str, request: pytest.FixtureRequest, one_day: pd.DataFrame
) -> None:
    ax = chart_named(name)(table_for(name, request, "one_day"))
    written = [text.get_text() for text in ax.texts if text.get_gid() == "caption"]
    caption = " ".join(" ".join(written).split())
    if name in cases.OF_PLAYS:
        assert f"{len(one_day)} plays" in caption
        assert "22 Nov 2026" in caption
        assert "counted: every row" in caption
        assert "UTC time" in caption
    else:
        assert cases.IN_CAPTION.get(name, "Spotify") in caption


def test_a_table_that_lost_its_facts_is_drawn_too(
    name: str, request: pytest.FixtureRequest
) -> None:
    table = table_for(name, request, "one_day")
    table.attrs = {}
    assert chart_named(name)(table).get_title(loc="left")


def test_quarters_are_drawn_wherever_periods_are(one_day: pd.DataFrame) -> None:
    # fourteen plays in as many months
    days = pd.Timestamp("2024-01-31") + pd.to_timedelta(np.arange(len(one_day)) * 30, unit="D")
    plays = one_day.assign(local_day=days)
    drawn = set()
    for name in set(metrics.__all__) & set(plots.__all__):
        asked = inspect.signature(getattr(metrics, name)).parameters.values()
        needed = [one.name for one in asked if one.default is one.empty]
        if needed == ["plays"] and "period" in [one.name for one in asked]:
            table = getattr(metrics, name)(plays, period="quarter")
            assert getattr(plots, name)(table).get_title(loc="left"), name
            plt.close("all")
            drawn.add(name)
    assert {"number_ones", "rank_history", "race", "listening_over_time"} <= drawn


CHARTS = [
    name
    for name, thing in vars(plots).items()
    if inspect.isfunction(thing) and "table" in inspect.signature(thing).parameters
]


@dataclass
class Export:
    """What `account_data.read` returns, as far as it matters here."""

    plays: pd.DataFrame


@pytest.fixture(scope="session")
def not_tables(one_day: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return what is easily mistaken for the table of a chart, and what is said of it."""
    totals = metrics.totals(one_day)
    return {
        "plays": (one_day, r"has no column '\w+' \(these look like plays: call "),
        "plays of polars": (pl.from_pandas(one_day), r"no column .*these look like plays: call "),
        "another table": (totals, r"has no column .*it looks like the table 'totals': call "),
        "no columns": (pd.DataFrame(), r"has no column '\w+' \(call "),
        "None": (None, r"this is no frame but None \(call "),
        "a path": ("plays.csv", r"this is no frame but str \(call "),
        "an export": (Export(one_day), r"no frame but Export \(take its `.plays` and call "),
    }


@pytest.mark.parametrize("chart", CHARTS)
def test_what_is_not_its_table_is_named(
    chart: str, not_tables: dict[str, tuple[Any, str]], recwarn: pytest.WarningsRecorder
) -> None:
    others = {"title": "A year", "parts": {}} if chart == "recap" else {}
    for given, said in not_tables.values():
        with pytest.raises(errors.TableError, match=said) as caught:
            getattr(plots, chart)(given, **others)
        assert str(caught.value).startswith(f"`{chart}` draws the table of ")
    assert plt.get_fignums() == []


@pytest.mark.parametrize("chart", CHARTS)
def test_the_call_that_makes_its_table_can_be_made(chart: str) -> None:
    others = {"title": "A year", "parts": {}} if chart == "recap" else {}
    with pytest.raises(errors.TableError) as caught:
        getattr(plots, chart)(None, **others)
    ((module, function, given),) = re.findall(r"call (\w+)\.(\w+)\((.*)\) first", str(caught.value))
    modules = {
        "metrics": metrics,
        "counting": counting,
        "client": client,
        "recommend": recommend,
    }
    made_by = getattr(modules[module], function)
    parameters = inspect.signature(made_by).parameters.values()
    wanted = [one.name for one in parameters if one.default is inspect.Parameter.empty]
    assert given == ", ".join(wanted)


def test_a_second_table_is_looked_at_too(one_day: pd.DataFrame) -> None:
    table = metrics.how_often(one_day)
    with pytest.raises(errors.TableError, match="`fits` of `how_often` draws the table of"):
        plots.how_often(table, fits=one_day)
    assert plots.how_often(table, fits=metrics.frequency_fits(one_day)).get_title(loc="left")


def test_its_table_may_be_of_another_engine(one_day: pd.DataFrame) -> None:
    table = metrics.calendar(one_day)
    ours, theirs = plots.calendar(table), plots.calendar(table=pl.from_pandas(table))
    words = [
        {text.get_text() for text in texts_of(ax) if text.get_gid() != "caption"}
        for ax in (ours, theirs)
    ]
    assert words[0] == words[1]


def test_attack_36_names_are_no_formulas(one_day: pd.DataFrame) -> None:
    ax = plots.top_artists(metrics.top_artists(one_day))
    names = [text for text in texts_of(ax) if text.get_gid() == "name"]
    assert "$uicideboy$" in [text.get_text() for text in names]
    assert not any(text.get_parse_math() for text in texts_of(ax))
    assert not any("\n" in text.get_text() for text in names)


@pytest.mark.parametrize("name", ["椎名林檎", "방탄소년단", "فيروز", "moon🌙mail"])
def test_a_title_may_hold_any_name(name: str, caplog: pytest.LogCaptureFixture) -> None:
    from spotify_analysis.plots import _frame, _text

    ax, colours = _frame.new(None, size=(6, 3))
    _frame.dress(ax, colours, pd.DataFrame(), title=f"From {name} to nobody")
    (title,) = (text for text in texts_of(ax) if "nobody" in text.get_text())
    families = title.get_fontfamily()
    assert all(
        any(_text._has(family, char) for family in families)
        for char in title.get_text().replace(" ", "")
    )
    assert caplog.records == []


def test_on_a_machine_without_other_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    from spotify_analysis.plots import _text

    artists = ["فيروز", "🔥🔥👩‍👩‍👧 Emoji", "방탄소년단", "椎名林檎 / Sheena Ringo"]
    ranking = tables.conform(
        [{"rank": n, "artist": name, "n_plays": 9 - n} for n, name in enumerate(artists, 1)],
        tables.MOST_PLAYED_ARTISTS,
    )
    _text.register_fonts()
    ours = [
        entry
        for entry in font_manager.fontManager.ttflist
        if "spotify_analysis" in entry.fname or "matplotlib" in entry.fname
    ]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", ours)
    caches = (_text._installed, _text._characters, _text._any_family_with)
    for cached in caches:
        cached.cache_clear()
    try:
        ax = plots.top_artists(ranking)
        names = [text.get_text() for text in texts_of(ax) if text.get_gid() == "name"]
    finally:
        for cached in caches:
            cached.cache_clear()
    assert names == ["فيروز", "🔥🔥👩👩👧 Emoji", "(Hangul)", "· / Sheena Ringo"]


def test_a_number_of_rows_is_a_whole_number_of_one_or_more() -> None:
    charts = {
        chart: draw
        for chart, draw in vars(plots).items()
        if callable(draw) and "n" in inspect.signature(draw).parameters
    }
    assert {"certificates", "comparison", "countries", "streaks"} <= charts.keys()
    for chart, draw in charts.items():
        for n in (0, -1, 2.5, True, "5", None):
            with pytest.raises(ValueError, match=r"`n` must be 1 or more; not"):
                draw(pd.DataFrame(), n=n)
            assert not plt.get_fignums(), chart
