"""Nothing twice, no repeat lost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spotify_analysis import account_data
from tests.account_data.conftest import extended, music


def read(path: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC")


def test_rows_of_one_file_that_agree_in_everything_are_one(write: Any) -> None:
    export = read(write(a=[extended(), extended(), extended(reason_end="fwdbtn")]))
    assert len(export.plays) == 2
    assert export.report.n_identical == 1
    assert export.report.ms_removed == 60_000


def test_same_moment_and_track_but_another_length_is_another_play(write: Any) -> None:
    export = read(write(a=[extended(), extended(ms_played=1)]))
    assert len(export.plays) == 2


def test_the_same_play_in_two_downloads(write: Any) -> None:
    older = extended(
        "2021", skipped=None, ts="2022-01-01T10:00:00Z", offline_timestamp=1641030900000
    )
    newer = extended("2024", ts="2022-01-01T10:00:00Z")
    export = read([write("old", endsong=[older]), write("new", history=[newer])])
    (play,) = export.plays.itertuples()
    assert play.file == "new/history.json"
    assert play.skipped == False  # noqa: E712 - <NA> would be true neither way
    assert export.report.n_in_other_file == 1


def test_a_download_without_uris_is_known_by_names(write: Any) -> None:
    export = read(
        [
            write("old", a=[extended("2020")]),
            write("new", b=[extended("2025"), extended(ms_played=5)]),
        ]
    )
    assert export.plays["file"].tolist() == ["new/b.json"] * 2
    assert export.report.n_in_other_file == 1


def test_repeats_are_kept_as_often_as_the_fullest_file_has_them(write: Any) -> None:
    # the same second, track and length twice, told apart by what else the row says
    twice = [extended("2024"), extended("2024", reason_start="backbtn")]
    export = read([write("new", a=[extended("2025")]), write("old", b=twice)])
    assert len(export.plays) == 2
    assert sorted(export.plays["file"]) == ["new/a.json", "old/b.json"]


def test_downloads_that_are_called_the_same(zipped: Any, tmp_path: Any) -> None:
    rows = {"old": [extended("2024", skipped=None)], "new": [extended("2025")]}
    paths = []
    for name, of_download in rows.items():
        (tmp_path / name).mkdir()
        paths.append(zipped({"MyData/h.json": of_download}, f"{name}/my_spotify_data.zip"))
    export = read(paths)
    assert export.plays["file"].tolist() == ["new/my_spotify_data.zip/MyData/h.json"]
    assert export.report.n_in_other_file == 1
    # one and the same given twice is read once
    assert read([paths[0], str(paths[0])]).report.n_identical == 0


def test_single_files_that_are_called_the_same(write: Any) -> None:
    folders = [write("old", h=[extended("2024", skipped=None)]), write("new", h=[extended("2025")])]
    export = read([folder / "h.json" for folder in folders])
    assert export.plays["file"].tolist() == ["new/h.json"]
    assert export.report.n_in_other_file == 1


def test_two_tracks_at_the_same_moment_are_two(write: Any) -> None:
    other = {"spotify_track_uri": "spotify:track:" + "0" * 22, "master_metadata_track_name": "B"}
    rows = [extended(ms_played=0), extended(ms_played=0, **other)]
    export = read([write("x", a=rows), write("y", b=rows)])
    assert sorted(export.plays["track"]) == ["B", "Song"]
    assert export.report.n_in_other_file == 2


def test_overlapping_account_downloads(write: Any) -> None:
    first = [music(msPlayed=ms) for ms in (1, 2, 3)]
    second = [music(msPlayed=ms) for ms in (2, 3, 4)]
    export = read([write("x", a=first), write("y", b=second)])
    assert sorted(export.plays["ms_played"]) == [1, 2, 3, 4]


def test_account_data_fills_only_what_the_extended_history_lacks(write: Any) -> None:
    history = [extended(ts="2024-05-01T10:00:30Z"), extended(ts="2024-05-20T10:00:30Z")]
    account = [
        music(endTime="2024-04-30 10:00"),
        music(endTime="2024-05-01 10:00"),  # the first extended row, its seconds cut off
        music(endTime="2024-05-10 10:00"),
        music(endTime="2024-05-20 10:00"),
        music(endTime="2024-05-20 10:01"),
    ]
    export = read([write("x", a=history), write("y", b=account)])
    kept = export.plays.loc[export.plays["source"] == "account", "ended_at"]
    assert kept.dt.strftime("%m-%d %H:%M").tolist() == ["04-30 10:00", "05-20 10:01"]
    assert export.report.n_covered == 3
    assert export.report.ms_covered == 180_000
    assert "source" not in export.plays.attrs


def test_a_year_that_is_missing_among_extended_files_is_no_cover(write: Any) -> None:
    years = [extended(ts="2019-05-01T10:00:00Z"), extended(ts="2024-05-01T10:00:00Z")]
    export = read([write("x", a=years), write("y", b=[music(endTime="2023-05-01 10:00")])])
    assert len(export.plays) == 3


def test_plays_are_in_order_whatever_the_files_are_called(write: Any) -> None:
    rows = [extended(ts=f"2024-05-{day:02d}T10:00:00Z") for day in (3, 1, 2)]
    export = read(write(h_10=rows[:1], h_2=rows[1:2], h_1=rows[2:]))
    assert export.plays["ended_at"].is_monotonic_increasing
    assert export.report.files["file"].tolist() == ["h_1.json", "h_2.json", "h_10.json"]


def test_an_index_that_is_fresh(write: Any) -> None:
    export = read(write(a=[extended(), extended(), extended(ms_played=1)]))
    assert export.plays.index.equals(pd.RangeIndex(2))
