"""The account data's other files: every shape, odd values, several downloads."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, tables
from spotify_analysis.account_data import side_files
from tests.account_data.conftest import extended, music


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC", **options)


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"platform", "searchTime", "searchQuery", "searchInteractionURIs"}, "searches"),
        ({"artistName", "segment"}, "marquee"),
        ({"followerCount", "followingUsersCount", "dismissingUsersCount"}, "follow"),
        ({"followingArtists"}, "follow"),
        ({"userIsFollowing", "userIsFollowedBy", "userIsBlocking"}, "follow"),
        ({"topArtists", "topGenres", "topTracks", "yearlyMetrics"}, "wrapped"),
        ({"topArtists", "topTracks", "party", "listeningAge"}, "wrapped"),
        ({"stats", "highlights"}, "sound capsule"),
        ({"stats"}, "sound capsule"),
        ({"tracks", "albums"}, None),
        ({"stats", "something"}, None),
        ({"inferences"}, None),
        ({"ts", "ms_played"}, None),
        (set(), None),
    ],
)
def test_kinds_by_keys(keys: set[str], kind: str | None) -> None:
    assert side_files.kind_of(keys) == kind


def test_every_table_is_the_declared_one_whatever_the_file_is_called(write: Any) -> None:
    export = read(
        write(
            a=[{"searchTime": "2024-06-16T03:13:12.083Z[UTC]", "searchQuery": "x"}],
            b=[{"artistName": "A", "segment": "Super Listeners"}],
            c={"followerCount": 1},
            d={"topArtists": [], "topTracks": [], "yearlyMetrics": {"totalMsListened": 1}},
            e={"stats": [], "highlights": []},
        )
    )
    assert list(export.tables) == [
        "search_queries",
        "marquee",
        "followers",
        "wrapped_tops",
        "wrapped_facts",
        "sound_capsule",
        "sound_capsule_highlights",
    ]
    for name, table in export.tables.items():
        assert dict(table.dtypes.astype(str)) == tables.declared()[name].dtypes
        assert tables.facts(table)["source"] == "account"
    assert export.plays.empty
    assert export.report.n_side == {
        "search_queries": 1,
        "marquee": 1,
        "followers": 1,
        "wrapped_tops": 0,
        "wrapped_facts": 1,
        "sound_capsule": 0,
        "sound_capsule_highlights": 0,
    }
    assert "1 rows of search queries, 1 rows of marquee" in repr(export)


def search(time: str, query: str, *uris: str, platform: str = "") -> dict[str, Any]:
    return {
        "platform": platform,
        "searchTime": time,
        "searchQuery": query,
        "searchInteractionURIs": list(uris),
    }


def test_searches_are_typed_letter_by_letter(write: Any) -> None:
    rows = [
        search("2024-06-16T03:13:12.083Z[UTC]", "Ra"),
        search("2024-06-16T03:13:13.000Z[UTC]", "radio", "spotify:track:a", "spotify:track:b"),
        search("2024-06-16T03:20:00Z[UTC]", "radio", platform="IPHONE"),
        search("2024-06-16T03:22:00Z[UTC]", "radiohead"),
        search("no time", "x"),
    ]
    found = read(write(a=rows)).tables["search_queries"]
    assert found["query"].tolist() == ["Ra", "radio", "radio", "radiohead", "x"]
    # the third is followed only two minutes later
    assert found["is_prefix"].tolist() == [True, False, False, False, False]
    assert found["searched_at"].iloc[0] == pd.Timestamp("2024-06-16T03:13:12.083Z")
    assert found["searched_at"].isna().tolist() == [False] * 4 + [True]
    assert found["n_opened"].tolist() == [0, 2, 0, 0, 0]
    assert found["uris"].tolist()[:2] == [pd.NA, "spotify:track:a spotify:track:b"]
    assert found["platform"].tolist() == [pd.NA, pd.NA, "IPHONE", pd.NA, pd.NA]


def test_searches_of_two_downloads_are_there_once(write: Any) -> None:
    one, two = (search(f"2024-06-16T03:13:1{n}Z[UTC]", "x") for n in (1, 2))
    export = read([write("old", a=[one, two]), write("new", a=[two])])
    assert len(export.tables["search_queries"]) == 2


@pytest.mark.parametrize(
    ("segment", "listener"),
    [
        ("Previously Active Listeners", "lapsed"),
        ("Light listeners", "light"),
        ("Moderate listeners", "moderate"),
        ("Super Listeners", "super"),
        ("leanback", "leanback"),
        ("super", "super"),
        ("Brand New Listeners", pd.NA),
    ],
)
def test_both_vocabularies_of_marquee(write: Any, segment: str, listener: Any) -> None:
    rows = [{"artistName": "A", "segment": segment}, {"artistName": 5, "segment": None}]
    found = read(write(a=rows)).tables["marquee"]
    assert found["listener"].tolist() == [listener, pd.NA]
    assert found["segment"].tolist() == [segment, pd.NA]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"followerCount": 4, "followingUsersCount": 7, "dismissingUsersCount": 0},
            {"followers": 4, "following": 7, "blocked": 0},
        ),
        (
            {
                "userIsFollowing": ["anna", "bob"],
                "userIsFollowedBy": ["cleo"],
                "userIsBlocking": [],
            },
            {"followers": 1, "following": 2, "blocked": 0},
        ),
        ({"followerCount": "many", "followingArtists": ["A"]}, {"followers": pd.NA}),
    ],
)
def test_people_are_counted_and_not_named(
    write: Any, content: dict[str, Any], expected: dict[str, Any]
) -> None:
    export = read(write(a=content))
    found = export.tables["followers"]
    assert dict(zip(found["what"], found["n_people"], strict=True)) == expected
    shown = "".join(table.to_csv() for table in export.tables.values()) + repr(export)
    assert not [name for name in ("anna", "bob", "cleo") if name in shown]


def test_artists_followed_before_the_library_listed_them(write: Any) -> None:
    follow = {"followerCount": 1, "followingArtists": ["A", "B", 3]}
    old = {"tracks": [], "albums": []}
    assert read(write(f=follow, lib=old)).library["followed_artists"]["artist"].tolist() == [
        "A",
        "B",
    ]
    new = {**old, "artists": [{"name": "C", "uri": "spotify:artist:" + "0" * 22}]}
    assert read(write(f=follow, lib=new)).library["followed_artists"]["artist"].tolist() == ["C"]


URI = "spotify:track:" + "0" * 22
SHAPES = {
    2023: {
        "topArtists": [{"name": "A", "plays": 5}],
        "topTracks": [{"trackUri": URI, "plays": 3}],
        "topGenres": ["pop"],
        "topPodcasts": [],
        "yearlyMetrics": {"mostListenedDay": "2023-05-18", "mostListenedDayMinutes": 1.5},
    },
    2024: {
        "topArtists": {"numUniqueArtists": 9, "topArtists": [{"artistUri": "spotify:artist:x"}]},
        "topTracks": {"topTracks": [URI], "topTrackPlayCount": 7, "distinctTracksPlayed": 8},
        "yearlyMetrics": {"mostListenedDay": "2024-05-18", "mostListenedDayMinutes": 2.0},
        "musicEvolution": {"eras": [{"genre": "pop", "peakMonth": 3, "tracks": ["a", "b"]}]},
    },
    2025: {
        "topArtists": {"topArtistUris": ["spotify:artist:x"], "numUniqueArtists": 9},
        "topTracks": {"topTracks": [{"trackUri": URI, "count": 4, "msPlayed": 60_000}]},
        "topAlbums": {"topAlbums": ["spotify:album:x"], "numCompletedAlbums": 2},
        "topGenres": {"topGenres": ["spotify:concept:x"]},
        "topPodcasts": {"topPodcastsUri": ["spotify:show:x"]},
        "yearlyMetrics": {"totalMsListened": 99},
        "listeningAge": {"listeningAge": 71, "decadePhase": "LATE"},
        "party": {"percentSadTracks": 12.5, "isNight": True, "nothing": None},
    },
}


def test_wrapped_of_every_year(write: Any) -> None:
    export = read(write(x=SHAPES[2024], Wrapped2025=SHAPES[2025], y=SHAPES[2023]))
    table = export.tables["wrapped_tops"]
    tops = {key: of.reset_index() for key, of in table.groupby(["year", "what"])}
    assert tops[2023, "artist"][["name", "n_plays"]].values.tolist() == [["A", 5]]
    assert tops[2023, "track"][["uri", "n_plays"]].values.tolist() == [[URI, 3]]
    assert tops[2023, "genre"]["name"].tolist() == ["pop"]
    assert tops[2024, "track"]["uri"].tolist() == [URI]
    assert tops[2024, "artist"]["uri"].tolist() == ["spotify:artist:x"]
    one = tops[2025, "track"].iloc[0]
    assert one[["rank", "uri", "n_plays", "ms_played"]].tolist() == [1, URI, 4, 60_000]
    assert {what for year, what in tops if year == 2025} == {
        "track",
        "artist",
        "album",
        "show",
        "genre",
    }
    facts = export.tables["wrapped_facts"].set_index(["year", "section", "fact"])
    assert facts.loc[(2024, "topTracks", "topTrackPlayCount"), "number"] == 7
    assert facts.loc[(2024, "musicEvolution", "eras.0.tracks.1"), "value"] == "b"
    assert facts.loc[(2025, "party", "percentSadTracks"), "number"] == 12.5
    assert facts.loc[(2025, "party", "isNight"), "value"] == "true"
    assert facts.loc[(2025, "listeningAge", "listeningAge"), "number"] == 71
    # what is ranked stands in one table only, what is null in none
    assert not [fact for *_, fact in facts.index if "topTracks.0" in fact or fact == "nothing"]


def test_the_last_file_of_a_year_stays(write: Any) -> None:
    newer = {**SHAPES[2023], "topGenres": ["rock"]}
    tops = read([write("1", a=SHAPES[2023]), write("2", a=newer)]).tables["wrapped_tops"]
    assert tops.loc[tops["what"] == "genre", "name"].tolist() == ["rock"]


CAPSULE = {
    "stats": [
        {
            "date": "2026-05-04",
            "streamCount": 0,
            "secondsPlayed": 0,
            "topTracks": [{"name": "Song", "streamCount": 3, "secondsPlayed": 500}],
            "topArtists": [{"name": "Artist", "streamCount": 3, "secondsPlayed": 120}],
            "topGenres": [{"name": "pop", "streamCount": 3, "secondsPlayed": 500}],
        },
        {
            "date": "2026-05",
            "streamCount": 12,
            "secondsPlayed": 3_000,
            "timeOfDayStats": [{"timeOfDay": "EVENING", "secondsPlayed": 60}],
        },
        {"date": "some day"},
    ],
    "highlights": [{"highlightType": "STREAK", "days": 3, "more": {"x": [1]}}],
}


def test_the_sound_capsule(write: Any) -> None:
    export = read(write(a=CAPSULE))
    table = export.tables["sound_capsule"]
    found = dict(list(table.groupby(["period", "what"])))
    assert set(table["since"]) == {pd.Timestamp("2026-05-01"), pd.Timestamp("2026-05-04")}
    whole = found["week", "all"][["n_plays", "ms_played"]]
    assert whole.isna().all(axis=None)
    assert found["month", "all"]["ms_played"].tolist() == [3_000_000]
    assert found["week", "track"]["name"].tolist() == ["Song"]
    assert found["week", "artist"]["rank"].tolist() == [1]
    assert found["month", "time of day"]["name"].tolist() == ["EVENING"]
    facts = export.tables["sound_capsule_highlights"]
    assert facts[["highlight", "fact", "value"]].values.tolist() == [
        [0, "highlightType", "STREAK"],
        [0, "days", "3"],
        [0, "more.x.0", "1"],
    ]


@pytest.mark.parametrize(
    ("minutes", "agrees"), [(1.5, True), (1.51, True), (1.6, False), (None, None)]
)
def test_wrapped_s_most_listened_day_is_checked(write: Any, minutes: Any, agrees: Any) -> None:
    wrapped = {
        "topArtists": [],
        "topTracks": [],
        "yearlyMetrics": {"mostListenedDay": "2024-05-18", "mostListenedDayMinutes": minutes},
    }
    rows = [
        music(endTime="2024-05-18 00:00", msPlayed=30_000),
        music(endTime="2024-05-18 23:59", msPlayed=60_000),
        music(endTime="2024-05-19 00:00", msPlayed=1),
    ]
    report = read(write(a=rows, w=wrapped)).report
    if minutes is None:
        assert report.checks.empty
        return
    (check,) = report.checks.itertuples()
    assert (check.at, check.published, check.ours, check.unit) == (
        "2024-05-18",
        minutes,
        1.5,
        "minutes",
    )
    assert check.agrees == agrees
    assert f"ours 1.5000: {'agrees' if agrees else 'differs'}" in repr(report)


def test_a_check_without_plays_of_that_day_says_so(write: Any) -> None:
    report = read(write(a=[music(endTime="2020-01-01 00:00")], w=SHAPES[2024])).report
    assert report.checks["agrees"].isna().tolist() == [True]
    assert "no plays of that day here" in repr(report)


def test_the_first_artist_of_a_week_is_checked(write: Any) -> None:
    rows = [
        music(endTime="2026-05-03 23:59"),
        music(endTime="2026-05-04 10:00"),
        music(endTime="2026-05-10 10:00", msPlayed=50_000),
        music(endTime="2026-05-11 00:00"),
    ]
    report = read(write(a=rows, c=CAPSULE)).report
    (check,) = report.checks.itertuples()
    assert (check.at, check.published, check.ours) == ("2026-05-04", 120.0, 110.0)
    assert check.agrees
    assert "the first artist of 1 of 1 weeks agrees" in repr(report)


@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_a_damaged_side_file_never_stops_the_import(write: Any, on_error: str) -> None:
    cut = b'[{"searchTime": "2024-06-16T03:13:12.083Z[UTC]", "searchQuery": "x"}, {"sea'
    export = read(write(a=[extended()], SearchQueries=cut), on_error=on_error)
    assert len(export.plays) == 1
    assert export.tables == {}
    assert "'SearchQueries.json' is no valid JSON at byte" in export.report.problems[0]
    assert "not read" in repr(export)


@pytest.mark.parametrize("start", [b'{"tracks": [{"artist": "A"', b'{"playlists": [{"name": 1}'])
def test_a_damaged_library_is_told_with_its_byte(write: Any, start: bytes) -> None:
    folder = write(a=[extended()], lib=start)
    with pytest.raises(account_data.reading.errors.ExportReadError, match="no valid JSON at byte"):
        read(folder)
    assert len(read(folder, on_error="skip").plays) == 1


def test_values_of_another_type_are_missing(write: Any) -> None:
    odd: dict[str, Any] = {
        "topTracks": {"topTracks": [5, None, {"trackUri": 3, "count": -1, "msPlayed": 10**30}]},
        "topArtists": "x",
        "yearlyMetrics": {"mostListenedDay": 20240518, "mostListenedDayMinutes": "many"},
        "huge": 10**400,
    }
    capsule = {"stats": [{"date": 5}, 3, {"date": "2026-05-04", "topArtists": {"a": 1}}]}
    searches = [{"searchTime": 5, "searchQuery": None, "searchInteractionURIs": "x"}, 7]
    export = read(write(h=[extended()], a=odd, b=capsule, c=searches))
    assert export.tables["wrapped_tops"]["uri"].isna().all()
    assert export.tables["wrapped_tops"]["ms_played"].isna().all()
    assert export.tables["sound_capsule"]["what"].tolist() == ["all"]
    assert export.tables["search_queries"]["searched_at"].isna().tolist() == [True]
