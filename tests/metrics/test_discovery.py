from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables


def test_by_week(plays: pd.DataFrame) -> None:
    weeks = metrics.discovery(plays, period="week")
    expected = {
        "n_plays": [2, 3, 1],
        "n_artists": [1, 2, 1],
        "n_new_artists": [1, 1, 0],
        "n_known_artists": [0, 1, 1],
        "n_artists_so_far": [1, 2, 2],
        # Alpha and Beta; then Alpha again, Gamma and Bo's Alpha; then Gamma again
        "n_tracks": [2, 3, 1],
        "n_new_tracks": [2, 2, 0],
        "n_known_tracks": [0, 1, 1],
        "n_tracks_so_far": [2, 4, 4],
        # First; then First and Second; then Second
        "n_albums": [1, 2, 1],
        "n_new_albums": [1, 1, 0],
        "n_known_albums": [0, 1, 1],
        "n_albums_so_far": [1, 2, 2],
    }
    assert {name: weeks[name].tolist() for name in expected} == expected
    assert weeks["is_partial"].tolist() == [True, False, True]


def test_quiet_periods_are_there(plays: pd.DataFrame) -> None:
    days = metrics.discovery(plays, period="day")
    assert days["n_artists"].tolist() == [1, 2, 0, 1, 0, 0, 0, 0, 1]
    assert days["n_artists_so_far"].tolist() == [1, 2, 2, 2, 2, 2, 2, 2, 2]


def test_a_play_without_a_title_still_has_its_artist(plays: pd.DataFrame) -> None:
    plays.loc[plays["track"] == "Gamma", "track"] = pd.NA
    years = metrics.discovery(plays, period="year")
    assert years["n_new_artists"].tolist() == [1, 1]
    assert years["n_new_tracks"].tolist() == [2, 1]
    assert years["n_tracks"].tolist() == [2, 2]


def test_an_unknown_period(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="not 'decade'"):
        metrics.discovery(plays, period="decade")  # type: ignore[arg-type]


def test_first_listens(plays: pd.DataFrame) -> None:
    latest = metrics.first_listens(plays, of="tracks")
    assert latest[["rank", "track", "artist"]].to_numpy().tolist() == [
        [1, "Alpha", "Bo"],
        [2, "Gamma", "Bo"],
        [3, "Beta", "Ann"],
        [4, "Alpha", "Ann"],
    ]
    assert latest["n_plays"].tolist() == [1, 2, 1, 2]
    artists = metrics.first_listens(plays)
    assert artists[["artist", "began_with"]].to_numpy().tolist() == [
        ["Bo", "Gamma"],
        ["Ann", "Alpha"],
    ]
    assert metrics.first_listens(plays, n=1)["artist"].tolist() == ["Bo"]


def test_first_listens_without_times(plays: pd.DataFrame) -> None:
    plays[["started_at", "ended_at"]] = pd.NaT
    latest = metrics.first_listens(tables.conform(plays, tables.PLAYS), of="tracks")
    # by day, then by name
    assert latest["track"].tolist() == ["Alpha", "Gamma", "Alpha", "Beta"]


def test_discovery_days(plays: pd.DataFrame) -> None:
    days = metrics.discovery_days(plays, of="tracks")
    assert days["local_day"].dt.strftime("%F").tolist() == [
        "2023-12-31",
        "2024-01-01",
        "2024-01-03",
    ]
    assert days["n_new"].tolist() == [2, 1, 1]
    assert days["n_kept"].tolist() == [1, 1, 0]
    assert days["names"].tolist() == ["Alpha; Beta", "Gamma", "Alpha"]
    assert len(metrics.discovery_days(plays, of="tracks", n=1)) == 1


def test_top_discoveries(plays: pd.DataFrame) -> None:
    found = metrics.top_discoveries(plays, of="tracks", period="week", n=1)
    assert found["period_start"].dt.strftime("%F").tolist() == ["2023-12-25", "2024-01-01"]
    # Alpha and Beta once each: by name; Gamma and Bo's Alpha once each
    assert found["track"].tolist() == ["Alpha", "Alpha"]
    assert found["artist"].tolist() == ["Ann", "Bo"]
    assert found["n_plays"].tolist() == [1, 1]
    assert found["n_plays_since"].tolist() == [2, 1]
    every = metrics.top_discoveries(plays, of="tracks", period="year", n=None)
    assert every["rank"].tolist() == [1, 2, 1, 2]
    assert every["track"].tolist() == ["Alpha", "Beta", "Gamma", "Alpha"]
    assert every["n_plays"].tolist() == [1, 1, 2, 1]
    assert every["ms_played"].tolist() == [240_000, 360_000, 180_000, 300_000]


def test_cohorts(plays: pd.DataFrame) -> None:
    years = metrics.cohorts(plays)
    assert years["period_start"].dt.year.tolist() == [2023, 2024, 2024]
    assert years["first_year"].tolist() == [2023, 2023, 2024]
    assert years["n_plays"].tolist() == [2, 1, 3]
    assert years["share"].tolist() == [1, 0.25, 0.75]
    # the last week has a play of no known length, and none of Ann's
    weeks = metrics.cohorts(plays, period="week")
    assert weeks["n_plays"].tolist() == [2, 1, 2, 0, 1]
    assert weeks["ms_played"].tolist() == [600_000, 180_000, 480_000, 0, pd.NA]
    assert weeks["first_year"].tolist() == [2023, 2023, 2024, 2023, 2024]


def test_cohorts_of_a_year_in_which_nothing_was_new(plays: pd.DataFrame) -> None:
    years = metrics.cohorts(plays[plays["artist"] == "Ann"])
    assert years["period_start"].dt.year.tolist() == [2023, 2024, 2024]
    assert years["first_year"].tolist() == [2023, 2023, 2024]
    assert years["n_plays"].tolist() == [2, 1, 0]
    assert years["share"].tolist() == [1, 1, 0]


def test_cohorts_of_a_silent_month_have_no_shares(plays: pd.DataFrame) -> None:
    plays.loc[plays["local_day"] == "2024-01-08", "local_day"] = pd.Timestamp("2024-03-01")
    months = metrics.cohorts(plays, period="month")
    february = months[months["period_start"] == "2024-02-01"]
    assert february["n_plays"].tolist() == [0, 0]
    assert february["share"].isna().all()
