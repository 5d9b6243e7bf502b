from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics


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
