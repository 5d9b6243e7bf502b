"""A year in review: what it says, draws and writes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.text import Text

from spotify_analysis import errors, plots, report, tables
from tests.plots.conftest import NASTY, make_plays


@pytest.fixture(autouse=True)
def _no_figure_left() -> Iterator[None]:
    """Close what a test drew."""
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def plays() -> pd.DataFrame:
    """Return the plays of about three years, by artists whose names are hard to write."""
    return make_plays(3 * 365)


def words_of(figure: plt.Figure) -> list[str]:
    """Return what is written on a figure."""
    figure.canvas.draw()
    return [text.get_text() for text in figure.findobj(Text) if text.get_visible()]


def test_a_year(plays: pd.DataFrame) -> None:
    recap = report.recap(plays, year=2025)
    assert recap.title == "Your 2025"
    inside = plays[plays["local_day"].dt.year == 2025]
    assert recap.summary.at[0, "n_plays"] == len(inside) == len(recap.plays)
    assert f"{len(inside):,} plays" in recap.sentences()[0]
    assert repr(recap).startswith("Your 2025: ")
    months = recap.drawn["listening_over_time"]
    assert months["period_start"].dt.strftime("%Y-%m").tolist() == [
        f"2025-{month:02}" for month in range(1, 13)
    ]


def test_new_is_what_the_whole_history_names_first(plays: pd.DataFrame) -> None:
    found = report.recap(plays, year=2026).drawn["discovery"]
    assert found["n_new_artists"].sum() == 0
    assert (found["n_artists_so_far"] == len(NASTY)).all()
    assert found["period_start"].min() == pd.Timestamp("2026-01-01")
    assert tables.facts(found)["since"] == "2026-01-01"
    line = plots.discovery(found).figure.findobj(
        lambda one: one.get_gid() == "so far" and hasattr(one, "get_ydata")
    )[0]
    assert np.unique(line.get_ydata()).tolist() == [len(NASTY)]


def test_what_is_new_in_months_that_a_period_cuts() -> None:
    days = {
        "2024-05-02": "Ann",  # long before
        "2024-07-03": "Bo",  # in the first month, but before the period: known in it
        "2024-07-20": "Bo",
        "2024-07-21": "Cy",
        "2024-10-05": "Ann",
        "2025-02-10": "Di",
        "2025-02-20": "Ed",  # in the last month, but after the period
        "2025-04-01": "Ed",
    }
    rows = [
        {"ended_at": f"{day}T12:00:00Z", "kind": "track", "track": "a", "artist": artist}
        for day, artist in days.items()
    ]
    plays = tables.with_local_time(tables.conform(rows, tables.PLAYS), "UTC")
    found = report.recap(plays, since="2024-07-10", until="2025-02-15").drawn["discovery"]
    columns = ["n_plays", "n_known_artists", "n_new_artists", "n_artists_so_far"]
    got = found.set_index(found["period_start"].dt.strftime("%Y-%m"))[columns].astype(int)
    none = dict.fromkeys(("2024-08", "2024-09", "2024-11", "2024-12", "2025-01"), (0, 0, 0, 3))
    expected = {
        **none,
        "2024-07": (2, 1, 1, 3),
        "2024-10": (1, 1, 0, 3),
        "2025-02": (1, 0, 1, 4),
    }
    assert {month: tuple(row) for month, row in got.T.to_dict("list").items()} == expected
    assert found["is_partial"].tolist() == [True, *[False] * 6, True]
    assert tables.facts(found)["n_plays"] == 4
    # weeks too: the period begins on a Wednesday and ends on a Sunday
    weeks = report.recap(plays, since="2024-07-10", until="2024-10-06").drawn["discovery"]
    assert weeks["period_start"].iloc[[0, -1]].dt.strftime("%m-%d").tolist() == ["07-08", "09-30"]
    assert weeks["n_plays"].tolist() == [0, 2, *[0] * 10, 1]
    assert weeks["is_partial"].tolist() == [True, *[False] * 12]


@pytest.mark.parametrize(
    ("since", "until", "title", "period"),
    [
        ("2025-05-01", "2025-05-31", "Your May 2025", "day"),
        ("2025-01-01", "2025-06-15", "1 January 2025 to 15 June 2025", "week"),
        (None, None, "24 November 2023 to 22 November 2026", "month"),
    ],
)
def test_any_period(
    since: str | None, until: str | None, title: str, period: str, plays: pd.DataFrame
) -> None:
    recap = report.recap(plays, since=since, until=until)
    assert recap.title.startswith(title[:2])
    assert recap.title == title or since is None
    assert set(recap.drawn["listening_over_time"]["period"]) == {period}


def december_between_plays() -> pd.DataFrame:
    """Return plays of an hour each: two in December, on the 3rd and 29th, others around it."""
    days = ("2024-11-20", "2024-12-03", "2024-12-29", "2025-01-10")
    rows = [
        {
            "started_at": f"{day}T11:00:00Z",
            "ended_at": f"{day}T12:00:00Z",
            "ms_played": 3_600_000,
            "kind": "track",
            "track": "a",
            "artist": "b",
        }
        for day in days
    ]
    return tables.with_local_time(tables.conform(rows, tables.PLAYS), "UTC")


def test_silent_days_at_its_edges_belong_to_it() -> None:
    drawn = report.recap(december_between_plays(), since="2024-12-01", until="2024-12-31").drawn
    every = [f"2024-12-{day:02}" for day in range(1, 32)]
    bars, days, clock = (
        drawn[name] for name in ("listening_over_time", "calendar", "listening_clock")
    )
    assert bars["period_start"].dt.strftime("%Y-%m-%d").tolist() == every
    assert days["local_day"].dt.strftime("%Y-%m-%d").tolist() == every
    heard = [day in (3, 29) for day in range(1, 32)]
    for table in (bars, days):
        assert table["n_plays"].tolist() == [int(is_heard) for is_heard in heard]
        assert table["ms_played"].tolist() == [3_600_000 * is_heard for is_heard in heard]
        assert {name: tables.facts(table)[name] for name in ("n_plays", "since", "until")} == {
            "n_plays": 2,
            "since": "2024-12-01",
            "until": "2024-12-31",
        }
    assert not bars["is_partial"].any()
    # Tuesday the 3rd is one of five, Sunday the 29th too, from 11 to 12 h
    minutes = clock.set_index(["local_weekday", "local_hour"])["mean_minutes"]
    assert minutes[minutes > 0].to_dict() == {(2, 11): 12.0, (7, 11): 12.0}


def test_days_of_which_nothing_is_known_are_not_silent() -> None:
    drawn = report.recap(december_between_plays(), year=2024).drawn
    days, clock = drawn["calendar"], drawn["listening_clock"]
    # nothing is known before 20 November, the day of the first play
    assert days["local_day"].iloc[0] == pd.Timestamp("2024-11-20")
    assert days["local_day"].iloc[-1] == pd.Timestamp("2024-12-31")
    bars = drawn["listening_over_time"]
    assert bars["period_start"].dt.month.tolist() == [11, 12]
    assert bars["is_partial"].tolist() == [True, False]
    assert bars["n_plays"].tolist() == [1, 2]
    # Wednesday 20 November is the first of six, Sunday 29 December the last of six
    minutes = clock.set_index(["local_weekday", "local_hour"])["mean_minutes"]
    assert minutes[3, 11] == pytest.approx(60 / 6)
    assert minutes[7, 11] == pytest.approx(60 / 6)


def test_weeks_that_a_period_cuts_hold_its_plays_only() -> None:
    plays = december_between_plays()
    drawn = report.recap(plays, since="2024-09-01", until="2024-12-29").drawn
    bars = drawn["listening_over_time"]
    assert bars["period_start"].dt.strftime("%m-%d").tolist() == [
        "11-18", "11-25", "12-02", "12-09", "12-16", "12-23",
    ]  # fmt: skip
    assert bars["n_plays"].tolist() == [1, 0, 1, 0, 0, 1]
    assert bars["is_partial"].tolist() == [True, False, False, False, False, False]
    cut = report.recap(plays, since="2024-09-01", until="2024-12-28").drawn["listening_over_time"]
    assert cut["n_plays"].tolist() == [1, 0, 1, 0, 0, 0]
    assert cut["is_partial"].tolist() == [True, False, False, False, False, True]


def test_a_single_day_has_hours_and_no_clock(plays: pd.DataFrame) -> None:
    day = plays["local_day"].mode().iloc[0]
    recap = report.recap(plays, since=day, until=day)
    assert "hours_of_day" in recap.drawn
    assert "listening_clock" not in recap.drawn
    words = words_of(recap.draw())
    assert f"{day:%A}" in words
    assert "day with music" in words


def test_where_nothing_came_before_nothing_is_called_new(plays: pd.DataFrame) -> None:
    whole = words_of(report.recap(plays).draw())
    assert "new artists" not in whole
    assert not any(word.startswith("Discovery") for word in whole)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_poster_says_what_counts(
    theme: plots.style.Theme, plays: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    recap = report.recap(plays, year=2025)
    figure = recap.draw(theme=theme)
    words = words_of(figure)
    assert caplog.records == []
    assert figure.get_size_inches().tolist() == [7.2, 12.8]
    for said in ("Your 2025", "1 Jan 2025 – 31 Dec 2025", "Most played artists", "hours"):
        assert said in words
    (caption,) = [word for word in words if "counted: every row" in word]
    assert f"{len(recap.plays):,} plays" in caption
    assert not any(text.get_gid() == "caption" for text in figure.findobj(Text))
    paper = plots.PALETTES[theme].paper
    assert plt.matplotlib.colors.to_hex(figure.get_facecolor()).upper() == paper


def test_nothing_on_the_poster_leaves_it_or_overlaps(plays: pd.DataFrame) -> None:
    figure = report.recap(plays, year=2025).draw()
    figure.canvas.draw()
    texts = [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text.get_window_extent().height
    ]
    page = figure.bbox.padded(2)
    boxes = [text.get_window_extent().expanded(0.96, 0.6) for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        if text.axes is not None and text.get_position() == (0, 0) and text.get_gid() is None:
            continue
        assert page.containsx(box.x0), text.get_text()
        assert page.containsx(box.x1), text.get_text()
    headings = [
        box
        for text, box in zip(texts, boxes, strict=True)
        if text.get_text() in ("Most played artists", "Listening over time", "Listening clock")
    ]
    assert len(headings) == 3


def test_it_is_written_whole(plays: pd.DataFrame, tmp_path: Path) -> None:
    saved = report.recap(plays, year=2025).save(tmp_path / "recap")
    assert [path.name for path in saved] == [
        "your-2025.png",
        "your-2025-dark.png",
        "your-2025.html",
        "your-2025.csv",
        "your-2025-top-tracks.csv",
        "your-2025-top-artists.csv",
        "your-2025-top-albums.csv",
    ]
    png = saved[0].read_bytes()
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (1080, 1920)
    html = saved[2].read_text(encoding="utf-8")
    assert "<h1>Your 2025</h1>" in html
    assert "http" not in html.replace("http-equiv", "")
    assert html.count("data:image/png;base64,") == 14
    assert tables.read_csv(saved[3]).at[0, "n_plays"] > 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in saved)


def test_its_top_lists_are_tables(tmp_path: Path) -> None:
    # 102 tracks in 2025: the one numbered k is played 103 - k times; and one of another year
    numbered = [(f"Song {k:03}", 103 - k) for k in range(1, 103)]
    rows = [
        {
            "started_at": f"{year}-05-05T10:00:00Z",
            "ended_at": f"{year}-05-05T10:03:00Z",
            "ms_played": 180_000,
            "kind": "track",
            "track": track,
            "artist": "Ann" if n_plays % 2 else "=Bo",
            "album": None if year == 2024 else "One",
        }
        for year, track, n_plays in [
            (2024, "Old", 200),
            *[(2025, *one) for one in numbered],
        ]
        for _ in range(n_plays)
    ]
    plays = tables.with_local_time(tables.conform(rows, tables.PLAYS), "UTC")
    # its charts are drawn in other tests
    recap = dataclasses.replace(report.recap(plays, year=2025), drawn={})
    *_, tracks, artists, albums = recap.save(tmp_path)
    read = tables.read_csv(tracks)
    assert dict(read.dtypes.astype(str)) == tables.MOST_PLAYED_TRACKS.dtypes
    assert read["rank"].tolist() == list(range(1, 101))
    assert read["track"].tolist() == [f"Song {k:03}" for k in range(1, 101)]
    assert read["n_plays"].tolist() == list(range(102, 2, -1))
    # 2 + 4 + ... + 102, and 1 + 3 + ... + 101; a spreadsheet sees no formula
    read = tables.read_csv(artists)
    assert dict(read.dtypes.astype(str)) == tables.MOST_PLAYED_ARTISTS.dtypes
    assert read[["artist", "n_plays"]].to_numpy().tolist() == [["=Bo", 2652], ["Ann", 2601]]
    assert '"\'=Bo"' in artists.read_text(encoding="utf-8-sig")
    read = tables.read_csv(albums)
    assert dict(read.dtypes.astype(str)) == tables.MOST_PLAYED_ALBUMS.dtypes
    assert read[["album", "artist", "n_tracks"]].to_numpy().tolist() == [
        ["One", "=Bo", 51],
        ["One", "Ann", 51],
    ]
    # as many as are asked for
    assert len(tables.read_csv(recap.save(tmp_path, n=None)[4])) == 102
    with pytest.raises(ValueError, match="`n` must be 1 or more"):
        recap.save(tmp_path / "none", n=0)
    assert not (tmp_path / "none").exists()


def test_a_title_is_text(plays: pd.DataFrame, tmp_path: Path) -> None:
    recap = report.recap(plays, year=2025, title="<b>$x$</b> / ../you")
    saved = recap.save(tmp_path)
    assert all(path.parent == tmp_path for path in saved)
    assert "<h1>&lt;b&gt;$x$&lt;/b&gt; / ../you</h1>" in saved[2].read_text(encoding="utf-8")
    assert "<b>$x$</b> / ../you" in words_of(recap.draw())


def test_a_period_without_plays_says_so(plays: pd.DataFrame, tmp_path: Path) -> None:
    recap = report.recap(plays, year=2009)
    assert repr(recap) == "Your 2009: no plays"
    assert "No plays in this period" in words_of(recap.draw())
    saved = recap.save(tmp_path)
    assert [len(tables.read_csv(path)) for path in saved[4:]] == [0, 0, 0]
    page = saved[2].read_text(encoding="utf-8")
    assert "There are no plays in this period." in page
    assert report.recap(tables.empty(tables.PLAYS)).sentences() == []


def test_a_notebook_shows_the_poster(plays: pd.DataFrame) -> None:
    assert report.recap(plays, year=2025)._repr_png_().startswith(b"\x89PNG")


def test_plays_without_length(plays: pd.DataFrame) -> None:
    bare = plays.assign(ms_played=pd.array([None] * len(plays), dtype="Int64"))
    recap = report.recap(bare, year=2025)
    assert recap.sentences()[0].startswith(f"{len(recap.plays):,} plays")
    assert "hours" not in words_of(recap.draw())


def test_a_full_disk_is_an_error_of_ours(
    plays: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(errors.TableError):
        report.recap(plays, year=2025).save(tmp_path / "recap")
    assert list((tmp_path / "recap").iterdir()) == []


def test_plays_of_another_engine(plays: pd.DataFrame) -> None:
    recap = report.recap(pl.from_pandas(plays), year=2025)
    assert recap.summary.equals(report.recap(plays, year=2025).summary)
    assert len(recap.plays) == recap.summary.at[0, "n_plays"]


def test_the_page_says_the_days_of_its_charts(tmp_path: Path) -> None:
    rows = [
        {"ended_at": "2024-12-31T23:30:00Z", "ms_played": 60_000, "kind": "track", "track": "a"},
        {"ended_at": "2025-01-02T23:30:00Z", "ms_played": 60_000, "kind": "track", "track": "a"},
    ]
    plays = tables.with_local_time(tables.conform(rows, tables.PLAYS), "Europe/Berlin")
    page = report.write(tmp_path / "new", plays).read_text(encoding="utf-8")
    assert "1 January 2025 to 3 January 2025, 2 plays" in page


def test_a_folder_that_cannot_be_made_is_named(plays: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(errors.TableError, match="could not be written"):
        report.recap(plays.head(3)).save(file / "recap")
    with pytest.raises(errors.TableError, match="could not be written"):
        report.write(file / "report", plays.head(3))
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_few_hours_are_not_rounded_to_whole_ones() -> None:
    rows = [{"ended_at": "2025-03-01T12:00:00Z", "ms_played": 16_560_000, "kind": "episode"}]
    plays = tables.with_local_time(tables.conform(rows, tables.PLAYS), "UTC")
    told = report.recap(plays, year=2025).sentences()
    assert told[0].startswith("4.6 h, 1 play of 0 tracks by 0 artists")
    assert told[-1] == "the longest day was 1 March 2025 (4.6 h)"
