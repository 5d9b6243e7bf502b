from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

MINUTE = 60_000


def days_of(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column of days as text."""
    return [f"{day:%m-%d}" for day in frame[column]]


def test_silences(plays: pd.DataFrame) -> None:
    # plays on 31 December, 1, 3 and 8 January
    found = metrics.silences(plays)
    assert days_of(found, "first_day") == ["01-04", "01-02"]
    assert days_of(found, "last_day") == ["01-07", "01-02"]
    assert found["n_days"].tolist() == [4, 1]
    assert found["rank"].tolist() == [1, 2]


def test_runs_of_an_artist(plays: pd.DataFrame) -> None:
    found = metrics.runs(plays)
    # Ann Ann Ann | Bo | an episode | Bo Bo: the episode parts Bo from Bo
    assert found["artist"].tolist() == ["Ann", "Bo"]
    assert found["n_plays"].tolist() == [3, 2]
    assert found["ms_played"].tolist() == [13 * MINUTE, 5 * MINUTE]
    assert days_of(found, "local_day") == ["12-31", "01-03"]
    assert found["is_current"].tolist() == [False, True]
    assert found.at[0, "ended_at"] == pd.Timestamp("2024-01-01 00:32", tz="Asia/Kolkata")
    assert metrics.runs(plays, n=1)["n_plays"].tolist() == [3]


def test_runs_of_a_track_and_an_album(plays: pd.DataFrame) -> None:
    assert metrics.runs(plays, of="tracks").empty
    albums = metrics.runs(plays, of="albums")
    assert albums[["artist", "album", "n_plays"]].to_numpy().tolist() == [["Ann", "First", 3]]


def test_a_namesake_ends_a_run() -> None:
    plays = tables.conform(
        [
            {"ended_at": f"2024-01-01T10:0{n}:00Z", "track": "Alpha", "artist": artist}
            for n, artist in enumerate(["Ann", "Ann", "Bo", None, None])
        ],
        tables.PLAYS,
    )
    found = metrics.runs(plays, of="tracks")
    assert found["artist"].fillna("nobody").tolist() == ["Ann", "nobody"]
    assert found["n_plays"].tolist() == [2, 2]
    assert found["ms_played"].isna().all()


def test_daily_streaks(plays: pd.DataFrame) -> None:
    found = metrics.daily_streaks(plays)
    assert found["artist"].tolist() == ["Ann", "Bo"]
    assert found["n_days"].tolist() == [2, 1]
    assert days_of(found, "first_day") == ["12-31", "01-01"]
    assert days_of(found, "last_day") == ["01-01", "01-01"]
    assert found["n_plays"].tolist() == [3, 1]
    assert found["ms_played"].tolist() == [13 * MINUTE, 3 * MINUTE]
    # Bo's last day is the last of all, but it is no longer than the first run, which is kept
    assert found["is_current"].tolist() == [False, False]
    assert metrics.daily_streaks(plays[plays["artist"] == "Bo"].tail(1))["is_current"].all()


def test_binges(plays: pd.DataFrame) -> None:
    found = metrics.binges(plays)
    # Ann twice on New Year's Eve; then in the order of days, then of names
    assert found["artist"].tolist() == ["Ann", "Ann", "Bo", "Bo", "Bo"]
    assert days_of(found, "local_day") == ["12-31", "01-01", "01-01", "01-03", "01-08"]
    assert found["n_plays"].tolist() == [2, 1, 1, 1, 1]
    assert found["share"].tolist() == [1, 0.5, 0.5, 1, 1]
    assert found["ms_played"].tolist() == [
        10 * MINUTE,
        3 * MINUTE,
        3 * MINUTE,
        5 * MINUTE,
        pd.NA,
    ]
    by_time = metrics.binges(plays, of="tracks", by="time", n=2)
    assert by_time["track"].tolist() == ["Beta", "Alpha"]
    assert by_time["ms_played"].tolist() == [6 * MINUTE, 5 * MINUTE]
    assert by_time["share"].tolist() == [0.6, 1]
    assert by_time.attrs["by"] == "time"


@pytest.mark.parametrize(
    "metric",
    [
        metrics.runs,
        metrics.daily_streaks,
        metrics.binges,
        metrics.gaps,
        metrics.days_between_plays,
    ],
)
def test_wrong_questions(metric: object, plays: pd.DataFrame) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="`of` must be 'artists', 'tracks' or 'albums'"):
        metric(plays, of="song")
    with pytest.raises(ValueError, match="`n` must be 1 or more, or None for all; not 0"):
        metric(plays, n=0)


def test_a_binge_by_something_else(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="`by` must be 'plays' or 'time'; not 'mood'"):
        metrics.binges(plays, by="mood")  # type: ignore[arg-type]
