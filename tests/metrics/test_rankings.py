from __future__ import annotations

from typing import Any

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


def test_one_title_of_several_artists_or_of_none(plays: pd.DataFrame) -> None:
    some = plays.iloc[[0] * 6].assign(
        track=["Z", "A", "A", "A", "A", None], artist=["Cy", "Cy", None, "Ann", "Ann", "Ann"]
    )
    some["track"], some["artist"] = some["track"].astype("string"), some["artist"].astype("string")
    top = metrics.top_tracks(some)
    assert top[["track", "artist", "n_plays"]].to_numpy().tolist() == [
        ["A", "Ann", 2],
        ["A", "Cy", 1],
        ["A", pd.NA, 1],  # nobody's name is the last
        ["Z", "Cy", 1],
    ]


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


@pytest.mark.parametrize(
    "metric",
    [
        metrics.combined_ranking,
        metrics.least_played,
        metrics.top_per_period,
        metrics.number_ones,
        metrics.best_of_hours,
        metrics.top_over_time,
        metrics.movement,
        metrics.climbers_and_fallers,
    ],
)
def test_what_is_ranked_must_be_known(metric: Any, plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'artists', 'tracks' or 'albums'; not 'genres'"):
        metric(plays, of="genres")


def test_combined_ranking(plays: pd.DataFrame) -> None:
    top = metrics.combined_ranking(plays, of="tracks")
    columns = ["rank", "track", "artist", "rank_by_plays", "rank_by_time", "mean_rank"]
    assert top[columns].to_numpy().tolist() == [
        [1, "Alpha", "Ann", 1, 1, 1.0],
        [2, "Gamma", "Bo", 2, 4, 3.0],
        [3, "Alpha", "Bo", 3, 3, 3.0],  # a tie stands in the order of places by plays
        [4, "Beta", "Ann", 4, 2, 3.0],
    ]
    assert top["album"].isna().all()
    assert metrics.combined_ranking(plays, of="tracks", n=1)["track"].tolist() == ["Alpha"]


def test_without_time_the_place_by_plays_decides(plays: pd.DataFrame) -> None:
    top = metrics.combined_ranking(plays.assign(ms_played=pd.array([None] * 7, dtype="Int64")))
    assert top["artist"].tolist() == ["Ann", "Bo"]
    assert top["mean_rank"].tolist() == [1, 2]
    assert top["rank_by_time"].isna().all()


def test_least_played(plays: pd.DataFrame) -> None:
    columns = ["rank", "track", "artist", "n_plays"]
    low = metrics.least_played(plays)
    assert low[columns].to_numpy().tolist() == [
        [1, "Beta", "Ann", 1],  # not heard since December
        [2, "Alpha", "Bo", 1],
        [3, "Alpha", "Ann", 2],
        [4, "Gamma", "Bo", 2],
    ]
    assert low["last_day"].dt.strftime("%F").tolist()[:2] == ["2023-12-31", "2024-01-03"]
    assert metrics.least_played(plays, by="time", n=1)["track"].tolist() == ["Gamma"]
    assert metrics.least_played(plays, at_least=2)["track"].tolist() == ["Alpha", "Gamma"]


def test_the_place_of_one_and_its_neighbours(plays: pd.DataFrame) -> None:
    around = metrics.rank_of(plays, "Alpha", artist="Bo", of="tracks", neighbours=1)
    columns = ["rank", "track", "artist", "n_plays", "is_it", "behind"]
    assert around[columns].to_numpy().tolist() == [
        [2, "Gamma", "Bo", 2, False, 0],
        [3, "Alpha", "Bo", 1, True, 1],
        [4, "Beta", "Ann", 1, False, 0],
    ]
    first = metrics.rank_of(plays, "Alpha", of="tracks", neighbours=0)
    assert first[["rank", "artist"]].to_numpy().tolist() == [[1, "Ann"]]
    assert first["behind"].isna().all()


def test_a_name_that_was_not_played(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"'alpa' is not\. Spelled alike: 'Alpha'"):
        metrics.rank_of(plays, "alpa", of="tracks")
    with pytest.raises(ValueError, match="'Beta' by 'Bo' is not"):
        metrics.rank_of(plays, "Beta", artist="Bo", of="tracks")
    with pytest.raises(ValueError, match="`neighbours` must be 0 or more; not -1"):
        metrics.rank_of(plays, "Ann", neighbours=-1)


def test_top_tracks_of_artists(plays: pd.DataFrame) -> None:
    top = metrics.top_tracks_of_artists(plays)
    columns = ["artist_rank", "artist", "rank", "track", "n_plays"]
    assert top[columns].to_numpy().tolist() == [
        [1, "Ann", 1, "Alpha", 2],
        [1, "Ann", 2, "Beta", 1],
        [2, "Bo", 1, "Gamma", 2],
        [2, "Bo", 2, "Alpha", 1],
    ]
    assert top["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 2 / 3, 1 / 3])
    one = metrics.top_tracks_of_artists(plays, n=1, n_tracks=1, by="time")
    assert one[columns].to_numpy().tolist() == [[1, "Ann", 1, "Alpha", 2]]


def test_deliberate_tracks(plays: pd.DataFrame) -> None:
    plays = plays.sort_values("started_at", ignore_index=True)
    # Alpha, Beta, Alpha, Gamma, an episode, Bo's Alpha, Gamma
    plays["reason_start"] = [
        *("clickrow", "trackdone", "playbtn", "clickrow"),
        *("clickrow", "clickrow", None),
    ]
    plays["reason_end"] = ["trackdone", "trackdone", "trackdone", "fwdbtn", "trackdone", "", None]
    top = metrics.deliberate_tracks(plays)
    columns = ["rank", "track", "artist", "n_deliberate", "n_chosen", "n_plays"]
    assert top[columns].to_numpy().tolist() == [[1, "Alpha", "Ann", 2, 2, 2]]
    assert top["share_deliberate"].tolist() == [1.0]
    # the way it began may be another
    by_itself = metrics.deliberate_tracks(plays, chosen=("trackdone",))
    assert by_itself["track"].tolist() == ["Beta"]
