"""Every loader in every app mode: the declared table, all rows, the fewest calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, demo, errors, loaders, tables
from tests.demo.conftest import small_id

Connect = Callable[..., client.Client]


def is_table(frame: pd.DataFrame, declared: tables.Table) -> bool:
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    return dtypes == declared.dtypes and list(frame.columns) == list(declared.columns)


class TestPerson:
    def test_profile(self, spotify: client.Client, mode: str, server: demo.Server) -> None:
        frame = loaders.profile(spotify)
        assert is_table(frame, tables.PROFILE)
        assert frame.loc[0, ["display_name", "id"]].tolist() == ["Ada Example", "ada"]
        assert frame["n_followers"].isna().all() == (mode == "new")
        loaders.profile(spotify)
        assert server.calls() == 1

    @pytest.mark.parametrize(
        ("load", "declared"),
        [(loaders.top_tracks, tables.TOP_TRACKS), (loaders.top_artists, tables.TOP_ARTISTS)],
    )
    def test_top_lists(
        self,
        spotify: client.Client,
        server: demo.Server,
        mode: str,
        load: Callable[..., pd.DataFrame],
        declared: tables.Table,
    ) -> None:
        one = load(spotify, time_range="short_term")
        assert is_table(one, declared)
        assert one["rank"].tolist() == list(range(1, len(one) + 1))
        assert set(one["time_range"]) == {"short_term"}
        assert one["popularity"].isna().all() == (mode == "new")
        assert server.calls() == 1
        three = load(spotify, time_range="all", limit=5)
        assert three.groupby("time_range", sort=False)["rank"].max().to_dict() == dict.fromkeys(
            tables.TIME_RANGES, 5
        )
        assert server.calls() == 4

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                {"time_range": "year"},
                "'short_term', 'medium_term', 'long_term' or 'all'; not 'year'",
            ),
            ({"limit": 0}, "1 to 50"),
            ({"limit": 51}, "1 to 50"),
        ],
    )
    @pytest.mark.parametrize("mode", ["new"], indirect=True)
    def test_wrong_arguments_cost_no_call(
        self, spotify: client.Client, server: demo.Server, options: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(ValueError, match=said):
            loaders.top_tracks(spotify, **options)
        assert server.calls() == 0

    def test_recent_plays(self, spotify: client.Client, server: demo.Server) -> None:
        frame = loaders.recent_plays(spotify, time_zone="Europe/Berlin")
        assert is_table(frame, tables.PLAYS)
        assert len(frame) == 50
        assert frame["ended_at"].is_monotonic_decreasing
        assert set(frame["source"]) == {"web_api"}
        assert frame["ms_played"].isna().all()
        local = frame["ended_at"].dt.tz_convert("Europe/Berlin")
        assert (frame["local_hour"] == local.dt.hour).all()
        assert frame["context_uri"].isna().sum() in (16, 17)
        assert tables.facts(frame)["time_zone"] == "Europe/Berlin"
        assert tables.facts(frame)["source"] == "web_api"
        assert tables.facts(frame)["call"] == "GET /me/player/recently-played"
        assert server.calls() == 1


class TestLibrary:
    @pytest.mark.parametrize(
        ("name", "declared", "n_rows", "n_calls"),
        [
            ("saved_tracks", tables.SAVED_TRACKS, 144, 3),
            ("saved_albums", tables.SAVED_ALBUMS, 36, 1),
            ("saved_shows", tables.SAVED_SHOWS, 1, 1),
            ("saved_episodes", tables.SAVED_EPISODES, 3, 1),
            ("followed_artists", tables.FOLLOWED_ARTISTS, 12, 1),
        ],
    )
    def test_all_rows(
        self,
        spotify: client.Client,
        server: demo.Server,
        name: str,
        declared: tables.Table,
        n_rows: int,
        n_calls: int,
    ) -> None:
        frame = getattr(loaders, name)(spotify)
        assert is_table(frame, declared)
        assert len(frame) == n_rows
        assert frame["id"].is_unique
        assert frame["id"].notna().all()
        assert server.calls() == n_calls
        assert tables.facts(frame)["report"]["n_skipped"] == 0

    def test_dates_are_as_precise_as_spotify_knows_them(self, spotify: client.Client) -> None:
        frame = loaders.saved_albums(spotify)
        assert set(frame["release_date"]) == {"1981", "1981-12", "2001-12-15"}
        assert set(frame["release_year"]) == {1981, 2001}

    def test_what_development_apps_do_not_get_is_missing(
        self, spotify: client.Client, mode: str
    ) -> None:
        assert loaders.saved_albums(spotify)["label"].isna().all() == (mode == "new")
        assert loaders.followed_artists(spotify)["genres"].isna().all() == (mode == "new")
        assert loaders.saved_shows(spotify)["publisher"].isna().all() == (mode == "new")

    def test_null_rows_are_skipped_and_counted(
        self, spotify: client.Client, server: demo.Server
    ) -> None:
        server.faults.add("null_items", path="/me/albums")
        frame = loaders.saved_albums(spotify)
        report = tables.facts(frame)["report"]
        assert report["n_skipped"] == 36 - len(frame) > 0


class TestPlaylists:
    def test_playlists(self, spotify: client.Client, server: demo.Server, mode: str) -> None:
        frame = loaders.playlists(spotify).set_index("playlist", drop=False)
        assert is_table(frame.reset_index(drop=True), tables.PLAYLISTS)
        names = ["Public", "Private", "Empty", "Shared", "Followed"]
        # Spotify's own playlists are null for all apps but those of extended quota
        assert frame["playlist"].tolist() == names + ["Editorial"] * (mode == "extended")
        assert frame["n_items"].tolist()[:5] == [144, 5, 0, 1, 1]
        assert frame["is_own"].tolist()[:5] == [True, True, True, False, False]
        assert pd.isna(frame.loc["Empty", "public"])
        assert frame["is_readable"].tolist()[:5] == [True, True, True, True, mode != "new"]
        assert server.calls() == 2

    def test_entries_of_all_kinds(self, spotify: client.Client, server: demo.Server) -> None:
        frame = loaders.playlist_items(spotify, small_id("ada private"))
        assert is_table(frame, tables.PLAYLIST_ITEMS)
        assert frame["kind"].tolist() == ["local", "episode", "removed", "track", "track"]
        assert frame["position"].tolist() == [0, 1, 2, 3, 4]
        assert set(frame["playlist"]) == {"Private"}
        local = frame.loc[0]
        assert local[["track", "artist", "album"]].tolist() == ["First try", "Me & I", "Demos"]
        assert local["is_local"]
        assert pd.isna(local["id"])
        assert frame.loc[1, ["show", "episode"]].tolist() == ["Talk", "Talk 0"]
        assert pd.isna(frame.loc[1, "track"])
        assert frame.loc[2, ["uri", "track", "added_by"]].isna().all()
        assert pd.isna(frame.loc[3, "added_at"])
        # the same track twice is two entries
        assert frame.loc[3, "uri"] == frame.loc[4, "uri"]
        # its own answer held the entries, too
        assert server.calls() == 1

    def test_a_table_of_playlists(
        self, spotify: client.Client, server: demo.Server, mode: str, connect: Connect
    ) -> None:
        mine = loaders.playlists(spotify)
        server.forget_requests()
        frame = loaders.playlist_items(spotify, mine)
        counts = frame.groupby("playlist", sort=False).size().to_dict()
        expected = {"Public": 144, "Private": 5, "Shared": 1}
        # "Editorial" and "Followed" are others'; "Empty" has no rows
        readable = {} if mode == "new" else {"Followed": 1}
        if mode == "extended":
            readable["Editorial"] = 1
        assert counts == {**expected, **readable}
        per_call = 50 if mode == "new" else 100
        n_calls = -(-144 // per_call) + 2 + len(readable)  # nothing for the empty one
        assert server.calls() == n_calls
        missing = tables.facts(frame).get("missing", [])
        assert [one["playlist"] for one in missing] == (["Followed"] if mode == "new" else [])

    def test_an_unchanged_playlist_costs_no_call(
        self, spotify: client.Client, server: demo.Server
    ) -> None:
        mine = loaders.playlists(spotify)
        first = loaders.playlist_items(spotify, mine)
        server.forget_requests()
        again = loaders.playlist_items(spotify, mine)
        assert server.calls() == 0
        pd.testing.assert_frame_equal(first, again)
        spotify.call(
            "POST",
            f"playlists/{small_id('ada empty')}/items",
            json={"uris": [f"spotify:track:{small_id('track 0.0.0')}"]},
        )
        changed = loaders.playlists(spotify)
        server.forget_requests()
        assert len(loaders.playlist_items(spotify, changed)) == len(first) + 1
        assert server.calls() == 1

    @pytest.mark.parametrize("mode", ["new"], indirect=True)
    def test_others_playlists_are_not_asked_for(
        self, spotify: client.Client, server: demo.Server
    ) -> None:
        with pytest.raises(errors.ForbiddenError, match="owner and collaborators"):
            loaders.playlist_items(spotify, small_id("ada followed"))
        assert server.calls("/v1/playlists") <= 1

    def test_spotifys_own_playlist_is_not_found_in_development_mode(
        self, spotify: client.Client, mode: str
    ) -> None:
        id_ = small_id("ada editorial")
        if mode == "extended":
            assert len(loaders.playlist_items(spotify, id_)) == 1
            return
        with pytest.raises(errors.NotFoundError, match="made by Spotify"):
            loaders.playlist_items(spotify, id_)
        public = small_id("ada public")
        both = loaders.playlist_items(spotify, [public, id_])
        assert len(both) == 144
        assert [one["playlist_id"] for one in tables.facts(both)["missing"]] == [id_]


class TestCatalogue:
    @pytest.mark.parametrize(
        ("name", "declared", "ids"),
        [
            ("tracks", tables.TRACKS, ["track 0.0.0", "track 3.1.2", "track 5.2.0"]),
            ("albums", tables.ALBUMS, ["album 0.0", "album 3.1"]),
            ("artists", tables.ARTISTS, ["artist 0", "artist 3"]),
        ],
    )
    def test_by_id(
        self,
        spotify: client.Client,
        server: demo.Server,
        mode: str,
        name: str,
        declared: tables.Table,
        ids: list[str],
    ) -> None:
        known = [small_id(one) for one in ids]
        unknown = "9" * 22
        load = getattr(loaders, name)
        frame = load(spotify, [*known, unknown, known[0]])
        assert is_table(frame, declared)
        assert frame["id"].tolist() == known
        assert [one["id"] for one in tables.facts(frame)["missing"]] == [unknown]
        assert server.calls() == (len(known) + 1 if mode == "new" else 2)
        server.forget_requests()
        assert load(spotify, known)["id"].tolist() == known
        assert server.calls() == 0

    def test_one(self, spotify: client.Client) -> None:
        id_ = small_id("track 0.0.0")
        frame = loaders.track(spotify, f"https://open.spotify.com/track/{id_}?si=x")
        assert frame.loc[0, "artists"] == "Ärtist 0; Ärtist 1"
        assert loaders.album(spotify, f"spotify:album:{small_id('album 0.0')}")["album"][0]
        assert loaders.artist(spotify, small_id("artist 1"))["artist"][0] == "Ärtist 1"
        with pytest.raises(errors.NotFoundError):
            loaders.track(spotify, "9" * 22)
        with pytest.raises(ValueError, match="is no track"):
            loaders.track(spotify, f"spotify:album:{id_}")
        with pytest.raises(ValueError, match=r"loaders\.tracks"):
            loaders.track(spotify, [id_])  # type: ignore[arg-type]

    def test_ids_come_from_any_table(self, spotify: client.Client, mode: str) -> None:
        recent = loaders.recent_plays(spotify)
        assert len(loaders.tracks(spotify, recent)) == recent["uri"].nunique()
        top = loaders.top_tracks(spotify)
        assert len(loaders.albums(spotify, top)) == top["album_id"].nunique()
        assert len(loaders.artists(spotify, top)) == top["artist_id"].nunique()
        saved = loaders.saved_albums(spotify).head(4)
        assert loaders.albums(spotify, saved)["id"].tolist() == saved["id"].tolist()
        assert len(loaders.artists(spotify, saved)) == saved["artist_id"].nunique()
        with pytest.raises(ValueError, match="neither a column"):
            loaders.tracks(spotify, pd.DataFrame({"a": [1]}))

    def test_album_tracks(self, spotify: client.Client, server: demo.Server) -> None:
        frame = loaders.album_tracks(spotify, small_id("album 0.0"))
        assert is_table(frame, tables.ALBUM_TRACKS)
        assert frame["track_number"].tolist() == [1, 2, 3, 4]
        assert set(frame["album"]) == {"Album 0 0"}
        assert server.calls() == 1

    def test_artist_albums(self, spotify: client.Client, server: demo.Server, mode: str) -> None:
        ids = [small_id(f"artist {n}") for n in range(3)]
        frame = loaders.artist_albums(
            spotify, ids, groups=["album", "single", "compilation", "appears_on"]
        )
        assert is_table(frame, tables.ARTIST_ALBUMS)
        assert set(frame["of_artist_id"]) == set(ids)
        assert frame.groupby("of_artist_id").size().min() >= 3
        assert frame["album_group"].isna().all() == (mode == "new")
        assert server.calls() == 3
        with pytest.raises(ValueError, match="`groups` must be"):
            loaders.artist_albums(spotify, ids, groups=["ep"])

    def test_search(self, spotify: client.Client, server: demo.Server, mode: str) -> None:
        frame = loaders.search(spotify, "song", kinds=["track", "album"], limit=30)
        assert is_table(frame, tables.SEARCH)
        hits = frame[frame["kind"] == "track"]
        assert hits["rank"].tolist() == list(range(1, 31))
        assert hits["uri"].is_unique
        # ten at first; then as many as this app gets
        assert server.calls() == (3 if mode == "new" else 2)
        assert not [one for one in server.requests if one.status >= 400]

    @pytest.mark.parametrize("mode", ["new"], indirect=True)
    @pytest.mark.parametrize(
        "options", [{"query": " "}, {"kinds": "song"}, {"limit": 0}, {"limit": 1001}, {"kinds": []}]
    )
    def test_a_search_that_cannot_be_costs_no_call(
        self, spotify: client.Client, server: demo.Server, options: dict[str, Any]
    ) -> None:
        with pytest.raises(ValueError, match="must"):
            loaders.search(spotify, **{"query": "x", **options})
        assert server.calls() == 0

    @pytest.mark.parametrize("mode", ["new"], indirect=True)
    def test_playlists_found_by_a_search_may_be_null(
        self, spotify: client.Client, server: demo.Server
    ) -> None:
        frame = loaders.search(spotify, "public", kinds="playlist")
        assert frame["name"].notna().all()


class TestScopes:
    @pytest.mark.parametrize("mode", ["new"], indirect=True)
    @pytest.mark.parametrize(
        ("name", "scope"),
        [
            ("top_tracks", "user-top-read"),
            ("recent_plays", "user-read-recently-played"),
            ("saved_tracks", "user-library-read"),
            ("playlists", "playlist-read-private"),
            ("followed_artists", "user-follow-read"),
        ],
    )
    def test_a_missing_permission_is_named_before_a_call(
        self, connect: Connect, server: demo.Server, name: str, scope: str
    ) -> None:
        server.set(granted_scopes=[])
        try:
            spotify = connect()
            server.forget_requests()
            with pytest.raises(errors.MissingScopeError, match=scope):
                getattr(loaders, name)(spotify)
            assert server.calls() == 0
        finally:
            server.set(granted_scopes=None)
