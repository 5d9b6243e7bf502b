"""What one row means, in every generation."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, tables
from tests.account_data.conftest import EPISODE_URI, TRACK_URI, extended, music


def one(write: Any, row: dict[str, Any]) -> Any:
    """Read a single row."""
    export = account_data.read(write(history=[row]), time_zone="UTC")
    assert dict(export.plays.dtypes.astype(str)) == tables.PLAYS.dtypes
    (play,) = export.plays.itertuples()
    return play


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@pytest.mark.parametrize("generation", ["2020", "2021", "2024", "2025"])
def test_a_track_in_every_generation(write: Any, generation: str) -> None:
    play = one(write, extended(generation))
    assert play.ended_at == play.logged_at == utc("2024-05-18 10:00")
    assert play.started_at == utc("2024-05-18 09:59")
    assert (play.kind, play.track, play.artist, play.album) == ("track", "Song", "Artist", "Album")
    assert (play.ms_played, play.platform, play.country) == (60_000, "ios", "DE")
    assert (play.source, play.file) == ("extended", "history.json")
    assert play.uri == TRACK_URI if generation != "2020" else play.uri is pd.NA


@pytest.mark.parametrize(
    ("fields", "kind", "uri"),
    [
        ({}, "track", TRACK_URI),
        ({"master_metadata_track_name": None}, "track", TRACK_URI),
        ({"spotify_track_uri": None}, "track", pd.NA),
        (
            {
                "master_metadata_track_name": None,
                "spotify_track_uri": None,
                "spotify_episode_uri": EPISODE_URI,
            },
            "episode",
            EPISODE_URI,
        ),
        (
            {
                "master_metadata_track_name": None,
                "spotify_track_uri": None,
                "episode_name": "Talk",
            },
            "episode",
            pd.NA,
        ),
        (
            {
                "master_metadata_track_name": "",
                "spotify_track_uri": "",
                "audiobook_title": "Book",
                "audiobook_uri": "spotify:show:512ojhOuo1ktJprKbVcKyQ",
                "audiobook_chapter_uri": EPISODE_URI,
            },
            "audiobook",
            EPISODE_URI,
        ),
        (
            {
                "master_metadata_track_name": None,
                "spotify_track_uri": None,
            },
            "unknown",
            pd.NA,
        ),
    ],
)
def test_kinds(write: Any, fields: dict[str, Any], kind: str, uri: Any) -> None:
    play = one(write, extended(**fields))
    assert play.kind == kind
    assert play.uri is uri if uri is pd.NA else play.uri == uri


@pytest.mark.parametrize(
    ("offline_timestamp", "started"),
    [
        (None, "2022-01-01 09:59:00"),
        (0, "2022-01-01 09:59:00"),
        (1, "2022-01-01 09:59:00"),
        ("", "2022-01-01 09:59:00"),
        (1641030900123, "2022-01-01 09:55:00.123"),
        (1641030900, "2022-01-01 09:55:00"),
        ("1641030900", "2022-01-01 09:55:00"),
        (1641030900.0, "2022-01-01 09:55:00"),
        (1700000000000, "2022-01-01 09:59:00"),  # after the end: a clock set wrong
        (10**17, "2022-01-01 09:59:00"),
    ],
)
def test_the_unit_of_the_start_is_judged_value_by_value(
    write: Any, offline_timestamp: Any, started: str
) -> None:
    row = extended("2021", ts="2022-01-01T10:00:00Z", offline_timestamp=offline_timestamp)
    play = one(write, row)
    assert play.started_at == utc(started)
    assert play.ended_at == play.logged_at == utc("2022-01-01 10:00")


def test_an_offline_play_before_the_break_is_moved_back_from_its_upload(write: Any) -> None:
    start_ms = 1641030900000  # 09:55, uploaded at 13:00
    row = extended("2021", ts="2022-01-01T13:00:00Z", offline=True, offline_timestamp=start_ms)
    export = account_data.read(write(a=[row]), time_zone="UTC")
    play = export.plays.iloc[0]
    assert play.ended_at == utc("2022-01-01 09:56")
    assert play.started_at == utc("2022-01-01 09:55")
    assert play.logged_at == utc("2022-01-01 13:00")
    assert play.local_hour == 9
    assert export.report.n_offline_moved == 1


def test_an_offline_play_after_the_break_stays(write: Any) -> None:
    row = extended(ts="2024-05-18T13:00:00Z", offline=True, offline_timestamp=1716019200)
    play = one(write, row)
    assert play.ended_at == utc("2024-05-18 13:00")
    assert play.started_at == utc("2024-05-18 08:00")


def test_an_offline_play_is_never_moved_forward(write: Any) -> None:
    row = extended("2021", ts="2022-01-01T09:55:30Z", offline=True, offline_timestamp=1641030900000)
    assert one(write, row).ended_at == utc("2022-01-01 09:55:30")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("fwdbtn", True),
        ("backbtn", True),
        ("endplay", True),
        ("trackdone", False),
        ("logout", False),
        ("something-new", False),
        ("unknown", pd.NA),
        ("", pd.NA),
        (None, pd.NA),
    ],
)
def test_skips_that_can_be_compared_over_the_years(
    write: Any, reason: str | None, expected: Any
) -> None:
    play = one(write, extended("2021", reason_end=reason, skipped=None))
    assert play.was_skipped is expected or play.was_skipped == expected
    assert play.skipped is pd.NA


def test_columns_that_their_owner_scrubbed(write: Any) -> None:
    row = extended(
        "2021", offline="", offline_timestamp="", shuffle="", platform="", conn_country=""
    )
    play = one(write, row)
    assert all(
        value is pd.NA for value in (play.offline, play.shuffle, play.platform, play.country)
    )
    assert one(write, extended(conn_country="ZZ")).country is pd.NA


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-18T10:00:00Z",
        "2024-05-18 10:00:00",
        "2024-05-18 10:00:00 UTC",
        "2024-05-18T12:00:00+02:00",
    ],
)
def test_every_way_the_time_is_written(write: Any, text: str) -> None:
    assert one(write, extended(ts=text)).ended_at == utc("2024-05-18 10:00")


def test_account_data(write: Any) -> None:
    export = account_data.read(
        write(
            one=[music()],
            two=[
                {
                    "endTime": "2024-05-18 10:05",
                    "podcastName": "Pod",
                    "episodeName": "E",
                    "msPlayed": 1,
                }
            ],
            three=[
                {
                    "endTime": "2024-05-18 10:06",
                    "audiobookName": "Book",
                    "chapterName": "One",
                    "authorName": "Writer",
                    "msPlayed": 2,
                }
            ],
        ),
        time_zone="UTC",
    )
    song, episode, chapter = export.plays.itertuples()
    assert (song.kind, song.artist, song.track) == ("track", "Artist", "Song")
    assert (song.ended_at, song.started_at) == (utc("2024-05-18 10:00"), utc("2024-05-18 09:59"))
    assert (episode.kind, episode.show, episode.episode) == ("episode", "Pod", "E")
    assert (chapter.kind, chapter.audiobook, chapter.chapter) == ("audiobook", "Book", "One")
    assert set(export.plays["source"]) == {"account"}
    assert export.plays["uri"].isna().all()


def test_names_the_account_data_does_not_know(write: Any) -> None:
    play = one(write, music(artistName="Unknown Artist", trackName="Unknown Track"))
    assert (play.kind, play.artist, play.track) == ("unknown", pd.NA, pd.NA)
    play = one(write, music(artistName="Unknown Artist"))
    assert (play.kind, play.artist, play.track) == ("track", pd.NA, "Song")


def test_podcasts_among_old_music_rows(write: Any) -> None:
    library = {"tracks": [], "albums": [], "shows": [{"name": "Pod", "publisher": "P"}]}
    old = [music(), music(artistName="Pod", trackName="Talk", endTime="2024-05-18 10:05")]
    export = account_data.read(write(a=old, lib=library), time_zone="UTC")
    song, talk = export.plays.itertuples()
    assert (song.kind, song.artist) == ("track", "Artist")
    assert (talk.kind, talk.show, talk.episode) == ("episode", "Pod", "Talk")
    assert (talk.artist, talk.track) == (pd.NA, pd.NA)
    assert export.report.n_podcast_by_name == 1


def test_an_artist_called_as_a_show_stays_once_podcasts_have_their_own_file(write: Any) -> None:
    library = {"tracks": [], "albums": [], "shows": [{"name": "Artist", "publisher": "P"}]}
    talk = {"endTime": "2024-05-18 10:05", "podcastName": "P", "episodeName": "E", "msPlayed": 1}
    export = account_data.read(write("new", a=[music()], b=[talk], lib=library), time_zone="UTC")
    assert export.plays["kind"].tolist() == ["track", "episode"]


@pytest.mark.parametrize(
    "name",
    ["22", "TRUE", "n/A", "=1+1", " blanks ", "e\u0301", "\u202eabc", "a\u0000b", "x" * 5_000],
)
def test_names_are_not_touched(write: Any, name: str) -> None:
    assert one(write, music(artistName=name)).artist == name
    assert one(write, extended(master_metadata_track_name=name)).track == name
