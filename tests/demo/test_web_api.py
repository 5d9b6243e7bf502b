"""The Web API of the stand-in: tokens, refusals, pages, shapes and limits in each app mode."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from spotify_analysis import capabilities
from spotify_analysis.demo.web_api import service
from tests.demo.conftest import small_id

MODES = ["new", "old", "extended"]

SIMPLE_ARTIST = {"external_urls", "href", "id", "name", "type", "uri"}
NEW_ARTIST = {*SIMPLE_ARTIST, "images"}
NEW_ALBUM = {
    *("album_type", "artists", "external_urls", "href", "id", "images", "name", "release_date"),
    *("release_date_precision", "total_tracks", "type", "uri"),
}
NEW_TRACK = {
    *("album", "artists", "disc_number", "duration_ms", "explicit", "external_ids"),
    *("external_urls", "href", "id", "is_local", "name", "preview_url", "track_number", "type"),
    "uri",
}
NEW_ME = {"account_id", "display_name", "external_urls", "href", "id", "images", "type", "uri"}


def through(api: Any, url: str) -> list[Any]:
    """Follow `next` to the end, at most 50 pages."""
    items: list[Any] = []
    for _ in range(50):
        page = api.get(url)
        items += page["items"]
        url = page["next"]
        if url is None:
            return items
    raise AssertionError("no end in sight")


# ---------------------------------------------------------------- who may call


def test_without_a_token(server: Any, api: Any) -> None:
    api.session.headers.pop("Authorization")
    assert api.refused("GET", "me") == (401, "No token provided")


def test_with_a_wrong_token(api: Any) -> None:
    api.session.headers["Authorization"] = "Bearer nonsense"
    assert api.refused("GET", "me") == (401, "Invalid access token")


def test_a_token_lives_an_hour(server: Any, api: Any) -> None:
    server.advance(3599)
    assert api.get("me")
    server.advance(2)
    assert api.refused("GET", "me") == (401, "The access token expired")


def test_the_owner_needs_premium(server: Any, api: Any) -> None:
    server.set(owner_premium=False)
    answer = api.call("GET", "me")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.content) == 159  # as measured at Spotify
    assert "premium subscription" in answer.text


def test_the_person_must_be_on_the_list(server: Any, api: Any, app_api: Any) -> None:
    server.set(allowlisted=False)
    answer = api.call("GET", "me")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/plain")
    assert "not registered" in answer.text
    assert app_api.get(f"tracks/{small_id('track 0.0.0')}")


def test_unknown_addresses(api: Any) -> None:
    assert api.refused("GET", "me/nothing") == (404, "Service not found")


def test_a_trailing_slash_is_accepted(api: Any) -> None:
    assert api.get("me/")["id"] == api.get("me")["id"] == "ada"


def test_the_app_alone_reads_the_catalogue_and_nobody(app_api: Any) -> None:
    assert app_api.get("search", q="song", type="track")["tracks"]["items"]
    assert app_api.refused("GET", "me") == (401, "Valid user authentication required")
    assert app_api.refused("GET", "me/top/tracks")[0] == 401
    assert app_api.refused("POST", "me/playlists", json={"name": "x"})[0] == 401


SCOPED = [
    ("GET", "me/top/tracks", "user-top-read"),
    ("GET", "me/top/artists", "user-top-read"),
    ("GET", "me/player/recently-played", "user-read-recently-played"),
    ("GET", "me/playlists", "playlist-read-private"),
    ("GET", f"playlists/{small_id('ada public')}/items", "playlist-read-private"),
    ("GET", f"playlists/{small_id('ada private')}", "playlist-read-private"),
    ("GET", f"playlists/{small_id('ada shared')}", "playlist-read-collaborative"),
    ("GET", "me/tracks", "user-library-read"),
    ("GET", "me/albums", "user-library-read"),
    ("GET", "me/shows", "user-library-read"),
    ("GET", "me/audiobooks", "user-library-read"),
    ("GET", "me/episodes", "user-library-read user-read-playback-position"),
    ("GET", "me/following?type=artist", "user-follow-read"),
    (
        "GET",
        f"me/library/contains?uris=spotify:track:{small_id('track 0.0.0')}",
        "user-library-read",
    ),
    ("PUT", f"me/library?uris=spotify:track:{small_id('track 0.0.0')}", "user-library-modify"),
    ("PUT", "me/library?uris=spotify:user:bea", "user-follow-modify"),
    (
        "PUT",
        f"me/library?uris=spotify:playlist:{small_id('ada followed')}",
        "playlist-modify-public",
    ),
]


@pytest.mark.parametrize(("method", "path", "scope"), SCOPED)
def test_scopes_are_enforced(api_with: Any, method: str, path: str, scope: str) -> None:
    assert api_with("user-read-email").refused(method, path) == (403, "Insufficient client scope")
    assert api_with(scope).call(method, path).status_code == 200


def test_me_needs_no_scope(api_with: Any) -> None:
    assert api_with("").get("me")["id"] == "ada"


# ---------------------------------------------------------------- what is withdrawn

FORBIDDEN, GONE, NOTHING = (403, "Forbidden"), (404, "Resource not found"), (404, None)
TRACK, ARTIST = small_id("track 0.0.0"), small_id("artist 0")
WITHDRAWN: list[tuple[str, str, Any, Any]] = [  # method, path, on new, on old (None: answers)
    ("GET", f"tracks?ids={TRACK}", FORBIDDEN, None),
    ("GET", f"albums?ids={small_id('album 0.0')}", FORBIDDEN, None),
    ("GET", f"artists?ids={ARTIST}", FORBIDDEN, None),
    ("GET", f"shows?ids={small_id('show')}", FORBIDDEN, None),
    ("GET", f"episodes?ids={small_id('episode 0')}", FORBIDDEN, None),
    ("GET", f"audiobooks?ids={small_id('book')}", FORBIDDEN, None),
    ("GET", f"chapters?ids={small_id('chapter 0')}", FORBIDDEN, None),
    ("GET", f"artists/{ARTIST}/top-tracks", FORBIDDEN, None),
    ("GET", "browse/new-releases", FORBIDDEN, None),
    ("GET", "browse/categories", FORBIDDEN, None),
    ("GET", "browse/categories/folk", FORBIDDEN, None),
    ("GET", "markets", FORBIDDEN, None),
    ("GET", "users/bea", FORBIDDEN, None),
    ("GET", "users/bea/playlists", FORBIDDEN, None),
    ("GET", f"playlists/{small_id('ada public')}/tracks", FORBIDDEN, None),
    ("GET", f"me/tracks/contains?ids={TRACK}", FORBIDDEN, None),
    ("PUT", f"me/tracks?ids={TRACK}", FORBIDDEN, None),
    ("DELETE", f"me/albums?ids={small_id('album 0.0')}", FORBIDDEN, None),
    ("PUT", f"me/following?type=artist&ids={ARTIST}", FORBIDDEN, None),
    ("GET", f"me/following/contains?type=artist&ids={ARTIST}", FORBIDDEN, None),
    ("PUT", f"playlists/{small_id('ada followed')}/followers", FORBIDDEN, None),
    ("GET", f"playlists/{small_id('ada followed')}/followers/contains", FORBIDDEN, None),
    ("GET", f"artists/{ARTIST}/related-artists", FORBIDDEN, FORBIDDEN),
    ("GET", f"audio-features?ids={TRACK}", FORBIDDEN, FORBIDDEN),
    ("GET", f"audio-features/{TRACK}", FORBIDDEN, FORBIDDEN),
    ("GET", f"audio-analysis/{TRACK}", FORBIDDEN, FORBIDDEN),
    ("GET", "browse/featured-playlists", GONE, GONE),
    ("GET", "browse/categories/folk/playlists", GONE, GONE),
    ("GET", "recommendations?seed_genres=folk", NOTHING, NOTHING),
    ("GET", "recommendations/available-genre-seeds", NOTHING, NOTHING),
]


@pytest.mark.parametrize(("method", "path", "on_new", "on_old"), WITHDRAWN)
def test_withdrawn_endpoints(
    server: Any, api: Any, method: str, path: str, on_new: Any, on_old: Any
) -> None:
    for mode, wanted in (("new", on_new), ("old", on_old), ("extended", None)):
        server.set(mode=mode)
        answer = api.call(method, path)
        if wanted is None:
            assert answer.status_code in (200, 204), (mode, answer.text)
        elif wanted[1] is None:
            assert (answer.status_code, answer.content) == (wanted[0], b"")
        else:
            assert (answer.status_code, answer.json()["error"]["message"]) == wanted


def test_every_withdrawn_endpoint_is_tested_here() -> None:
    tested = {(method, path.partition("?")[0].split("/")[0]) for method, path, *_ in WITHDRAWN}
    playlist_and_library = {"playlists", "me", "users"}  # all verbs in their own test modules
    for endpoint in service.ENDPOINTS:
        first = endpoint.path.split("/")[1]
        if endpoint.withdrawn and first not in playlist_and_library:
            assert (endpoint.method, first) in tested


def test_capabilities_know_the_same_endpoints_and_modes() -> None:
    rows = {(row.method, row.path): row for row in capabilities.ENDPOINTS}
    ours = {
        (endpoint.method, re.sub(r"\{[^}]+\}", "{id}", endpoint.path.lstrip("/"))): endpoint
        for endpoint in service.ENDPOINTS
    }
    assert rows.keys() <= ours.keys()
    for key, row in rows.items():
        gone = {"2024-11-27": {"new", "old"}, "2026-02-11": {"new"}, None: set()}[row.withdrawn]
        assert set(ours[key].withdrawn) == gone, row.name
        if row.withdrawn is None:
            assert set(ours[key].scopes) <= set(row.scopes), row.name


# ---------------------------------------------------------------- shapes


def test_me_in_each_mode(server: Any, api: Any) -> None:
    assert set(api.get("me")) == NEW_ME
    for mode in ("old", "extended"):
        server.set(mode=mode)
        more = {"country", "email", "explicit_content", "followers", "product"}
        assert set(api.get("me")) == NEW_ME | more


def test_private_facts_need_their_scope(server: Any, api_with: Any) -> None:
    server.set(mode="old")
    assert set(api_with("").get("me")) == NEW_ME | {"followers"}


def test_new_apps_get_fewer_fields_not_nulls(api: Any) -> None:
    assert set(api.get(f"artists/{ARTIST}")) == NEW_ARTIST
    track = api.get(f"tracks/{TRACK}")
    assert set(track) == NEW_TRACK
    assert set(track["album"]) == NEW_ALBUM
    assert set(track["artists"][0]) == SIMPLE_ARTIST
    album = api.get(f"albums/{small_id('album 0.0')}")
    assert set(album) == NEW_ALBUM | {"copyrights", "external_ids", "genres", "tracks"}
    assert album["genres"] == []
    assert {"publisher", "available_markets"}.isdisjoint(api.get(f"shows/{small_id('show')}"))
    assert "publisher" not in api.get(f"audiobooks/{small_id('book')}")


@pytest.mark.parametrize("mode", ["old", "extended"])
def test_older_apps_get_all_fields(server: Any, api: Any, mode: str) -> None:
    server.set(mode=mode)
    artist = api.get(f"artists/{small_id('artist 3')}")
    assert artist["genres"] == ["art pop", "folk"]
    assert artist["popularity"] == 53
    assert artist["followers"] == {"href": None, "total": 300}
    track = api.get(f"tracks/{TRACK}")
    assert "DE" in track["available_markets"]
    assert track["popularity"] == 0
    album = api.get(f"albums/{small_id('album 0.0')}")
    assert album["label"] == "Some Label"
    assert api.get(f"artists/{ARTIST}/albums")["items"][0]["album_group"] == "album"


def test_naming_a_market_says_what_can_be_played(server: Any, api: Any) -> None:
    server.set(mode="old")
    track = api.get(f"tracks/{TRACK}", market="DE")
    assert track["is_playable"] is True
    assert "available_markets" not in track


def test_dates_keep_their_precision(api: Any) -> None:
    albums = [api.get(f"albums/{small_id(f'album 0.{n}')}") for n in range(3)]
    assert [(a["release_date"], a["release_date_precision"]) for a in albums] == [
        ("1981", "year"),
        ("1981-12", "month"),
        ("2001-12-15", "day"),
    ]


def test_books_travel_as_shows_and_chapters_as_episodes(api: Any) -> None:
    book = api.get(f"audiobooks/{small_id('book')}")
    assert book["uri"] == f"spotify:show:{small_id('book')}"
    assert [chapter["chapter_number"] for chapter in book["chapters"]["items"]] == [1, 2, 3]
    chapter = api.get(f"chapters/{small_id('chapter 1')}")
    assert chapter["uri"] == f"spotify:episode:{small_id('chapter 1')}"
    assert chapter["audiobook"]["id"] == small_id("book")


def test_where_one_stopped_needs_its_scope(api: Any, api_with: Any) -> None:
    path = f"episodes/{small_id('episode 1')}"
    assert api.get(path)["resume_point"]["fully_played"] is False
    assert "resume_point" not in api_with("").get(path)


def test_speech_without_a_country_is_not_available(app_api: Any) -> None:
    path = f"shows/{small_id('show')}"
    assert app_api.refused("GET", path) == (404, "Resource not found")
    assert app_api.get(path, market="DE")["episodes"]["total"] == 60


def test_pictures_are_on_our_own_host(server: Any, api: Any) -> None:
    image = api.get(f"artists/{ARTIST}")["images"][0]
    assert image["url"].startswith(server.url)
    answer = api.call("GET", image["url"])
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert b"<svg" in answer.content


# ---------------------------------------------------------------- ids


@pytest.mark.parametrize("kind", ["tracks", "albums", "artists", "shows", "episodes", "chapters"])
def test_bad_and_unknown_ids(api: Any, kind: str) -> None:
    assert api.refused("GET", f"{kind}/x") == (400, "Invalid base62 id")
    assert api.refused("GET", f"{kind}/{'0' * 22}") == (404, "Resource not found")


@pytest.mark.parametrize(
    ("kind", "id_", "high"),
    [("tracks", TRACK, 50), ("albums", small_id("album 0.0"), 20), ("artists", ARTIST, 50)],
)
def test_several_at_once(server: Any, api: Any, kind: str, id_: str, high: int) -> None:
    server.set(mode="old")
    got = api.get(kind, ids=f"{id_},{'0' * 22},{id_}")[kind]
    assert [thing and thing["id"] for thing in got] == [id_, None, id_]
    assert api.refused("GET", f"{kind}?ids=" + ",".join([id_] * (high + 1)))[0] == 400
    assert api.refused("GET", f"{kind}?ids={id_},x") == (400, "Invalid base62 id")
    assert api.refused("GET", kind)[0] == 400


# ---------------------------------------------------------------- pages and limits

PAGED = ["me/top/tracks", "me/tracks", "me/albums", "me/shows", "me/episodes", "me/audiobooks"]
PAGED += ["me/playlists", "me/player/recently-played", "me/following?type=artist"]
PAGED += [f"albums/{small_id('album 0.0')}/tracks", f"shows/{small_id('show')}/episodes"]
PAGED += [f"playlists/{small_id('ada public')}/items"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", PAGED)
def test_limits(server: Any, api: Any, mode: str, path: str) -> None:
    server.set(mode=mode)
    page = api.get(path)
    assert page.get("artists", page)["limit"] == 20
    for wrong in ("0", "51", "-1", "ten"):
        mark = "&" if "?" in path else "?"
        assert api.refused("GET", f"{path}{mark}limit={wrong}") == (400, "Invalid limit")


@pytest.mark.parametrize(
    ("mode", "default", "high"), [("new", 5, 10), ("old", 20, 50), ("extended", 20, 50)]
)
@pytest.mark.parametrize("path", ["search?q=a&type=track", f"artists/{ARTIST}/albums?"])
def test_limits_that_shrank(
    server: Any, api: Any, mode: str, default: int, high: int, path: str
) -> None:
    server.set(mode=mode)
    page = api.get(path)
    assert page.get("tracks", page)["limit"] == default
    assert api.call("GET", f"{path}&limit={high}").status_code == 200
    assert api.refused("GET", f"{path}&limit={high + 1}") == (400, "Invalid limit")


def test_a_page_in_the_middle(server: Any, api: Any) -> None:
    page = api.get("me/tracks", limit=50, offset=50)
    base = f"{server.url}/v1/me/tracks"
    assert page["href"] == f"{base}?limit=50&offset=50"
    assert page["next"] == f"{base}?limit=50&offset=100"
    assert page["previous"] == f"{base}?limit=50&offset=0"
    assert (page["limit"], page["offset"], page["total"]) == (50, 50, 144)
    assert len(page["items"]) == 50


def test_the_last_page_and_beyond(api: Any) -> None:
    last = api.get("me/tracks", limit=50, offset=100)
    assert len(last["items"]) == 44
    assert last["next"] is None
    beyond = api.get("me/tracks", limit=50, offset=1000)
    assert (beyond["items"], beyond["next"], beyond["total"]) == ([], None, 144)


def test_next_leads_to_every_item_once(server: Any, api: Any) -> None:
    ids = [item["track"]["id"] for item in through(api, "me/tracks?limit=50")]
    assert ids == list(server.account.saved["track"])


def test_parameters_travel_along(api: Any) -> None:
    page = api.get(f"artists/{ARTIST}/albums", include_groups="album,single", limit=1)
    assert "include_groups=album%2Csingle" in page["next"]


# ---------------------------------------------------------------- albums of an artist


def test_albums_of_an_artist_in_groups(server: Any, api: Any) -> None:
    server.set(mode="old")
    page = api.get(f"artists/{small_id('artist 1')}/albums", limit=50)
    assert [(item["album_group"], item["name"]) for item in page["items"]] == [
        ("album", "Album 1 0"),
        ("single", "Album 1 1"),
        ("compilation", "Album 1 2"),
        ("appears_on", "Album 0 2"),
        ("appears_on", "Album 0 1"),
        ("appears_on", "Album 0 0"),
    ]


def test_albums_of_chosen_groups(api: Any) -> None:
    page = api.get(f"artists/{ARTIST}/albums", include_groups="single,appears_on", limit=10)
    assert page["total"] == 4
    path = f"artists/{ARTIST}/albums?include_groups=bootleg"
    assert api.refused("GET", path) == (400, "Invalid album type")


# ---------------------------------------------------------------- top lists


def test_top_lists_count_fifty(server: Any, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = list(server.account.listener.catalogue.tracks)[:99]
    monkeypatch.setattr(
        type(server.account.listener), "top_tracks", lambda _self, _time_range: ranked
    )
    assert [track["id"] for track in through(api, "me/top/tracks?limit=20")] == ranked[:60]
    assert api.get("me/top/tracks")["total"] == 50
    edge = api.get("me/top/tracks", limit=50, offset=49)
    assert [track["id"] for track in edge["items"]] == ranked[49:99]
    beyond = api.get("me/top/tracks", limit=50, offset=50)
    assert (beyond["items"], beyond["total"], beyond["limit"], beyond["offset"]) == ([], 0, 0, 50)
    assert beyond["next"] is None


def test_top_lists_of_each_range(api: Any) -> None:
    for time_range in ("short_term", "medium_term", "long_term"):
        assert api.get("me/top/artists", time_range=time_range)["total"] == 12
    assert api.refused("GET", "me/top/artists?time_range=year") == (400, "Invalid time range")


# ---------------------------------------------------------------- recently played

RECENT = "me/player/recently-played"


def test_recent_plays_newest_first(api: Any) -> None:
    page = api.get(RECENT, limit=50)
    times = [item["played_at"] for item in page["items"]]
    assert len(times) == 50
    assert times == sorted(times, reverse=True)
    assert times[0] == "2023-11-15T04:01:40.017Z"  # the 70th play, when it ended
    assert "total" not in page


def test_played_at_may_be_the_begin(server: Any, api: Any) -> None:
    server.set(played_at="start")
    assert api.get(RECENT)["items"][0]["played_at"] == "2023-11-15T03:58:20.000Z"
    server.set(played_at_fraction=False)
    assert api.get(RECENT)["items"][0]["played_at"] == "2023-11-15T03:58:20Z"


def test_contexts_of_plays(server: Any, api: Any) -> None:
    contexts = [item["context"] for item in api.get(RECENT, limit=3)["items"]]
    assert contexts[0] is None
    assert contexts[1]["type"] == "album"
    assert contexts[1]["uri"] == f"spotify:album:{small_id('album 0.0')}"
    assert set(contexts[1]) == {"external_urls", "href", "type", "uri"}
    assert contexts[2]["type"] == "collection"


def test_fifty_at_once_leave_nothing_behind(api: Any) -> None:
    page = api.get(RECENT, limit=50)
    empty = api.get(page["next"])
    assert empty["items"] == []
    assert empty["cursors"] is None
    assert empty["next"] is None


def test_ten_at_a_time_end_at_fifty(api: Any) -> None:
    items = through(api, f"{RECENT}?limit=10")
    assert len({item["played_at"] for item in items}) == len(items) == 50


def test_cursors_exclude_their_own_moment(api: Any) -> None:
    page = api.get(RECENT, limit=10)
    oldest, newest = page["cursors"]["before"], page["cursors"]["after"]
    older = api.get(RECENT, limit=1, before=oldest)["items"][0]
    assert older["played_at"] < page["items"][-1]["played_at"]
    assert api.get(RECENT, after=newest)["items"] == []
    newer = api.get(RECENT, after=oldest, limit=50)["items"]
    assert newer == page["items"][:9]


def test_after_walks_forward(api: Any) -> None:
    everything = api.get(RECENT, limit=50)["items"]
    url: str | None = f"{RECENT}?after=0&limit=20"
    walked: list[Any] = []
    while url is not None:
        page = api.get(url)
        walked = page["items"] + walked
        url = page["next"]
    assert walked == everything


def test_wrong_cursors(api: Any) -> None:
    assert api.refused("GET", f"{RECENT}?after=1&before=2")[0] == 400
    assert api.refused("GET", f"{RECENT}?after=yesterday")[0] == 400
    assert api.get(RECENT, before=1_700_000_000)["items"] == []  # seconds: silently nothing


# ---------------------------------------------------------------- other people, other pages


def test_other_people(server: Any, api: Any) -> None:
    server.set(mode="old")
    assert api.get("users/bea")["display_name"] == "bea"
    assert api.get("users/ada")["display_name"] == "Ada Example"
    assert api.refused("GET", "users/nobody") == (404, "Resource not found")


def test_extended_apps_keep_what_others_lost(server: Any, api: Any) -> None:
    server.set(mode="extended")
    picks = api.get("recommendations", seed_artists=ARTIST, seed_tracks=TRACK, limit=7)
    assert len(picks["tracks"]) == 7
    assert [seed["type"] for seed in picks["seeds"]] == ["ARTIST", "TRACK"]
    assert api.refused("GET", "recommendations")[0] == 400
    features = api.get("audio-features", ids=f"{TRACK},{'0' * 22}")["audio_features"]
    assert features[0]["id"] == TRACK
    assert 0 <= features[0]["danceability"] <= 1
    assert features[1] is None
    assert api.get("recommendations/available-genre-seeds")["genres"] == ["art-pop", "folk"]
    assert api.get("browse/categories/art-pop")["name"] == "art pop"
    related = api.get(f"artists/{ARTIST}/related-artists")["artists"]
    assert 0 < len(related) <= 20
    assert ARTIST not in [artist["id"] for artist in related]
    assert api.get("browse/featured-playlists")["playlists"]["items"][0]["name"] == "Editorial"


def test_top_tracks_of_an_artist(server: Any, api: Any) -> None:
    server.set(mode="old")
    tracks = api.get(f"artists/{ARTIST}/top-tracks")["tracks"]
    assert len(tracks) == 10
    assert [t["popularity"] for t in tracks] == sorted(
        (t["popularity"] for t in tracks), reverse=True
    )


@pytest.fixture
def make_small(small: Callable[..., Any]) -> Callable[..., Any]:
    """Give the maker of small listeners."""
    return small


def test_two_people_have_two_libraries(
    server: Any, api: Any, browser: Any, make_small: Callable[..., Any]
) -> None:
    server.sign_in(make_small("bea", "Bea Example"))
    other = browser.sign_in()["access_token"]
    api.call("DELETE", f"me/library?uris=spotify:track:{TRACK}")
    assert api.get("me/tracks")["total"] == 143
    api.session.headers["Authorization"] = f"Bearer {other}"
    assert api.get("me")["id"] == "bea"
    assert api.get("me/tracks")["total"] == 144


# ---------------------------------------------------------------- whatever is sent

ODD: list[Any] = [None, 0, -1, 10**30, 1.5, True, "", "x", "\ud800", [], [None], {}, {"uri": 1}]
BODIES: list[Any] = [
    *ODD,
    *({name: odd} for odd in ODD for name in ("uris", "items", "ids", "name", "range_start")),
    *({"range_start": 0, "insert_before": odd, "range_length": odd} for odd in ODD),
    *({"items": [{"uri": "spotify:track:x", "positions": odd}]} for odd in ODD),
    *({"uris": [odd]} for odd in ODD),
    {"items": [{"uri": "spotify:track:x", "positions": [{}]}]},
]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "me/playlists"),
        ("POST", f"playlists/{small_id('ada public')}/items"),
        ("PUT", f"playlists/{small_id('ada public')}/items"),
        ("DELETE", f"playlists/{small_id('ada public')}/items"),
        ("PUT", f"playlists/{small_id('ada public')}"),
        ("PUT", f"playlists/{small_id('ada public')}/followers"),
        ("PUT", f"playlists/{small_id('ada public')}/images"),
        ("PUT", "me/tracks"),
        ("PUT", "me/following?type=artist"),
    ],
)
def test_no_body_brings_it_down(server: Any, api: Any, method: str, path: str) -> None:
    server.set(mode="extended")
    for body in BODIES:
        answer = api.call(method, path, data=json.dumps(body))
        assert answer.status_code < 500, (body, answer.text)
    assert api.call(method, path, data=b"\xff{").status_code < 500


def test_no_parameter_brings_it_down(server: Any, api: Any) -> None:
    server.set(mode="extended")
    names = ["limit", "offset", "ids", "uris", "type", "q", "fields", "after", "market"]
    odd = ["", " ", ",", "x", "%00", "１０", "9" * 40, "-1", "1e3", "((", "🎉", ":", "spotify::"]
    for endpoint in service.ENDPOINTS:
        path = re.sub(r"\{[^}]+\}", TRACK, endpoint.path.lstrip("/"))
        for name, value in itertools.product(names, odd[:: 1 + endpoint.path.count("/")]):
            # alone, so that no other odd one is refused first
            asked = {"q": "a", "type": "track", "ids": TRACK, name: value}
            answer = api.call(endpoint.method, path, params=asked)
            assert answer.status_code < 500, (endpoint.path, asked)
