from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics

MINUTE = 60_000


def test_top_tracks_by_plays(plays: pd.DataFrame) -> None:
    top = metrics.top_tracks(plays)
    assert top[["rank", "track", "artist", "n_plays"]].to_numpy().tolist() == [
        [1, "Alpha", "Ann", 2],
        [2, "Gamma", "Bo", 2],  # a tie stands in the order of titles
        [3, "Alpha", "Bo", 1],
        [4, "Beta", "Ann", 1],
    ]
    assert top["ms_played"].tolist() == [7 * MINUTE, 3 * MINUTE, 5 * MINUTE, 6 * MINUTE]
    assert top["share"].tolist() == pytest.approx([2 / 6, 2 / 6, 1 / 6, 1 / 6])
    assert top["uri"].tolist() == ["spotify:track:0", "spotify:track:3", pd.NA, "spotify:track:1"]
    assert top["first_day"].dt.strftime("%F").tolist() == [
        "2023-12-31",
        "2024-01-01",
        "2024-01-03",
        "2023-12-31",
    ]
    assert top["last_day"].dt.strftime("%F").tolist()[1] == "2024-01-08"


def test_top_tracks_by_time(plays: pd.DataFrame) -> None:
    top = metrics.top_tracks(plays, by="time", n=3)
    assert top["track"].tolist() == ["Alpha", "Beta", "Alpha"]
    assert top["artist"].tolist() == ["Ann", "Ann", "Bo"]
    assert top["share"].tolist() == pytest.approx([7 / 21, 6 / 21, 5 / 21])
    assert top.attrs["by"] == "time"


def test_top_artists(plays: pd.DataFrame) -> None:
    top = metrics.top_artists(plays)
    columns = ["rank", "artist", "n_plays", "ms_played", "n_tracks"]
    assert top[columns].to_numpy().tolist() == [
        [1, "Ann", 3, 13 * MINUTE, 2],
        [2, "Bo", 3, 8 * MINUTE, 2],
    ]
    assert top["share"].tolist() == [0.5, 0.5]


def test_top_albums(plays: pd.DataFrame) -> None:
    top = metrics.top_albums(plays)
    columns = ["rank", "album", "artist", "n_plays", "ms_played", "n_tracks"]
    assert top[columns].to_numpy().tolist() == [
        [1, "First", "Ann", 3, 13 * MINUTE, 2],
        [2, "Second", "Bo", 2, 3 * MINUTE, 1],
    ]


def test_n_takes_the_first(plays: pd.DataFrame) -> None:
    assert len(metrics.top_tracks(plays, n=1)) == 1
    assert len(metrics.top_tracks(plays, n=None)) == 4
    assert metrics.top_tracks(plays, n=1)["share"].tolist() == pytest.approx([2 / 6])


def test_unknown_time_is_last_and_missing(plays: pd.DataFrame) -> None:
    plays = plays[plays["track"].eq("Gamma").fillna(False) | plays["track"].eq("Beta")]
    plays = plays[~((plays["track"] == "Gamma") & plays["ms_played"].notna())]
    top = metrics.top_tracks(plays, by="time")
    assert top["track"].tolist() == ["Beta", "Gamma"]
    assert top["ms_played"].tolist() == [6 * MINUTE, pd.NA]


def test_a_track_may_lack_its_artist(plays: pd.DataFrame) -> None:
    plays.loc[plays["track"] == "Beta", "artist"] = pd.NA
    top = metrics.top_tracks(plays)
    beta = top[top["track"] == "Beta"].iloc[0]
    assert pd.isna(beta["artist"])
    assert beta["uri"] == "spotify:track:1"


@pytest.mark.parametrize("metric", [metrics.top_tracks, metrics.top_artists, metrics.top_albums])
def test_wrong_arguments(metric: object, plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'plays' or 'time'; not 'hours'"):
        metric(plays, by="hours")  # type: ignore[operator]
    with pytest.raises(ValueError, match="1 or more, or None for all; not 0"):
        metric(plays, n=0)  # type: ignore[operator]
