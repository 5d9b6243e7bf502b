from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables


def test_a_year_by_hand(plays: pd.DataFrame) -> None:
    row = metrics.recap(plays, year=2024).iloc[0]
    assert (row["since"].date().isoformat(), row["until"].date().isoformat()) == (
        "2024-01-01",
        "2024-12-31",
    )
    assert row["n_days"] == 366
    # of the seven plays two began in 2023
    assert row["n_plays"] == 5
    assert row["ms_played"] == (3 + 3 + 60 + 5) * 60_000
    # Alpha by Ann, Gamma by Bo, Alpha by Bo
    assert (row["n_tracks"], row["n_artists"], row["n_albums"], row["n_shows"]) == (3, 2, 2, 1)
    # Ann and her Alpha were heard the evening before
    assert (row["n_new_artists"], row["n_new_tracks"]) == (1, 2)
    assert (row["top_new_artist"], row["top_new_artist_plays"]) == ("Bo", 3)
    assert (row["top_artist"], row["top_artist_plays"]) == ("Bo", 3)
    assert row["top_artist_share"] == 0.75
    assert (row["top_track"], row["top_track_artist"], row["top_track_plays"]) == ("Gamma", "Bo", 2)
    assert (row["top_album"], row["top_album_artist"], row["top_album_plays"]) == (
        "Second",
        "Bo",
        2,
    )
    assert row["busiest_day"] == pd.Timestamp("2024-01-01")
    assert row["busiest_day_ms"] == 66 * 60_000
    assert (row["busiest_weekday"], row["busiest_hour"]) == (1, 9)
    assert (row["n_days_active"], row["longest_streak_days"]) == (3, 1)
    assert row["longest_session_day"] == pd.Timestamp("2024-01-01")
    assert row["longest_session_ms"] == 60 * 60_000


def test_without_a_period_it_is_all_of_the_plays(plays: pd.DataFrame) -> None:
    row = metrics.recap(plays).iloc[0]
    assert row["n_plays"] == 7
    assert (row["since"], row["until"], row["n_days"]) == (
        pd.Timestamp("2023-12-31"),
        pd.Timestamp("2024-01-08"),
        9,
    )
    # everything is new where nothing came before
    assert (row["n_new_artists"], row["n_new_tracks"]) == (2, 4)


def test_both_days_belong_to_the_period(plays: pd.DataFrame) -> None:
    row = metrics.recap(plays, since="2023-12-31", until=pd.Timestamp("2024-01-01").date()).iloc[0]
    assert row["n_plays"] == 5
    assert row["n_days"] == 2


def test_a_period_without_plays(plays: pd.DataFrame) -> None:
    table = metrics.recap(plays, year=2019)
    row = table.iloc[0]
    assert (row["n_plays"], row["n_days"], row["n_new_artists"]) == (0, 365, 0)
    assert row[["top_artist", "busiest_day", "longest_session_ms"]].isna().all()
    assert table.attrs["n_plays"] == 0


def test_where_no_length_is_known_plays_decide(plays: pd.DataFrame) -> None:
    plays["ms_played"] = pd.array([None] * len(plays), dtype="Int64")
    row = metrics.recap(plays).iloc[0]
    assert pd.isna(row["ms_played"])
    assert row["busiest_day"] == pd.Timestamp("2024-01-01")
    assert pd.isna(row["busiest_day_ms"])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"year": 2024, "since": "2024-01-01"}, "not both"),
        ({"year": 20}, "`year` must be a calendar year such as 2025; not 20"),
        ({"year": True}, "`year` must be a calendar year"),
        ({"since": "soon"}, "`since` must be a day such as '2025-06-01'; not 'soon'"),
        ({"until": 2025}, "`until` must be a day"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "swap the two"),
    ],
)
def test_wrong_periods(asked: dict[str, object], message: str, plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=message):
        metrics.recap(plays, **asked)


def test_the_table_is_declared(no_plays: pd.DataFrame) -> None:
    table = metrics.recap(no_plays)
    assert table.dtypes.astype(str).to_dict() == tables.RECAP.dtypes
    assert len(table) == 1
