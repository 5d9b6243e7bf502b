"""Playlists at the stand-in: listed, read, made, changed, in every app mode."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.demo.conftest import small_id, uri

MODES = ["new", "old", "extended"]


PUBLIC, PRIVATE, EMPTY = (small_id(f"ada {name}") for name in ("public", "private", "empty"))
SHARED, FOLLOWED, EDITORIAL = (
    small_id(f"ada {name}") for name in ("shared", "followed", "editorial")
)
FORBIDDEN = (403, "Forbidden")
NO_SCOPE = (403, "Insufficient client scope")
LISTED = {
    *("collaborative", "description", "external_urls", "href", "id", "images", "name", "owner"),
    *("primary_color", "public", "snapshot_id", "type", "uri"),
}


def uris_in(api: Any, playlist_id: str) -> list[str]:
    """Read a playlist's URIs."""
    page = api.get(f"playlists/{playlist_id}/items", limit=50)
    return [(entry.get("item") or entry.get("track"))["uri"] for entry in page["items"]]


@pytest.fixture
def made(api: Any) -> str:
    """Make a playlist of three tracks and give its id."""
    answer = api.call("POST", "me/playlists", json={"name": "Made"})
    assert answer.status_code == 201
    playlist_id: str = answer.json()["id"]
    answer = api.call(
        "POST", f"playlists/{playlist_id}/items", json={"uris": [uri(n) for n in range(3)]}
    )
    assert answer.status_code == 201
    assert set(answer.json()) == {"snapshot_id"}
    return playlist_id


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("mode", "contents"),
    [("new", {"items"}), ("old", {"tracks"}), ("extended", {"items", "tracks"})],
)
def test_my_playlists(server: Any, api: Any, mode: str, contents: set[str]) -> None:
    server.set(mode=mode)
    page = api.get("me/playlists")
    assert page["total"] == 6
    first = page["items"][0]
    assert set(first) == LISTED | contents
    for key in contents:
        assert first[key]["total"] == 144
        assert api.call("GET", first[key]["href"]).status_code == 200
    assert [entry["public"] for entry in page["items"][:3]] == [True, False, None]


def test_spotifys_own_are_null_for_development_apps(server: Any, api: Any) -> None:
    for mode in ("new", "old"):
        server.set(mode=mode)
        assert api.get("me/playlists")["items"][5] is None
        assert api.refused("GET", f"playlists/{EDITORIAL}") == (404, "Resource not found")
        assert api.refused("GET", f"playlists/{EDITORIAL}/items") == (404, "Resource not found")
    server.set(mode="extended")
    assert api.get("me/playlists")["items"][5]["owner"]["display_name"] == "Spotify"
    assert api.get(f"playlists/{EDITORIAL}/tracks")["total"] == 1


def test_collaborative_ones_need_their_scope(api_with: Any) -> None:
    without = api_with("playlist-read-private").get("me/playlists")
    assert without["total"] == 5
    assert SHARED not in [entry and entry["id"] for entry in without["items"]]


def test_playlists_of_others(server: Any, api: Any) -> None:
    server.set(mode="old")
    assert [p["id"] for p in api.get("users/bea/playlists")["items"]] == [FOLLOWED]
    assert api.get("users/ada/playlists")["total"] == 6
    assert api.refused("GET", "users/nobody/playlists")[0] == 404


# ---------------------------------------------------------------- contents


def test_contents_of_ones_own(server: Any, api: Any) -> None:
    page = api.get(f"playlists/{PUBLIC}/items", limit=50, offset=50)
    assert (page["total"], page["offset"], len(page["items"])) == (144, 50, 50)
    assert page["next"].startswith(f"{server.url}/v1/playlists/{PUBLIC}/items?")
    entry = page["items"][0]
    assert set(entry) == {
        *("added_at", "added_by", "is_local", "primary_color", "video_thumbnail", "item")
    }
    assert entry["added_by"]["id"] == "ada"


@pytest.mark.parametrize(
    ("mode", "keys"), [("new", {"item"}), ("old", {"track"}), ("extended", {"item", "track"})]
)
def test_the_name_of_an_entry(server: Any, api: Any, mode: str, keys: set[str]) -> None:
    server.set(mode=mode)
    entry = api.get(f"playlists/{PUBLIC}/items")["items"][0]
    assert {"item", "track"} & set(entry) == keys


def test_contents_of_others_on_new_apps(server: Any, api: Any) -> None:
    assert "items" not in api.get(f"playlists/{FOLLOWED}")
    assert api.refused("GET", f"playlists/{FOLLOWED}/items") == FORBIDDEN
    assert api.get(f"playlists/{SHARED}")["items"]["total"] == 1
    assert api.get(f"playlists/{SHARED}/items")["total"] == 1
    for mode in ("old", "extended"):
        server.set(mode=mode)
        assert api.get(f"playlists/{FOLLOWED}/tracks")["total"] == 1


def test_private_ones_of_others_do_not_exist(server: Any, api: Any) -> None:
    server.state.playlists[FOLLOWED].public = False
    assert api.get(f"playlists/{FOLLOWED}")["public"] is False  # a link shared with a follower
    server.account.playlist_ids.remove(FOLLOWED)
    assert api.refused("GET", f"playlists/{FOLLOWED}") == (404, "Resource not found")


@pytest.mark.parametrize(("mode", "limit"), [("new", 50), ("old", 100), ("extended", 100)])
def test_the_first_page_stands_inside(server: Any, api: Any, mode: str, limit: int) -> None:
    server.set(mode=mode)
    whole = api.get(f"playlists/{PUBLIC}")
    page = whole["items" if mode == "new" else "tracks"]
    rest = []
    url = page["next"]
    while url is not None:
        more = api.get(url)
        rest += more["items"]
        url = more["next"]
    assert len(page["items"]) == limit
    assert len(page["items"]) + len(rest) == whole_total(page) == 144
    assert whole["followers"] == {"href": None, "total": 0}


def whole_total(page: Any) -> int:
    """Read the total of a page."""
    total: int = page["total"]
    return total


def test_hundred_at_once_only_under_the_old_name(server: Any, api: Any) -> None:
    server.set(mode="old")
    assert len(api.get(f"playlists/{PUBLIC}/tracks", limit=100)["items"]) == 100
    assert api.refused("GET", f"playlists/{PUBLIC}/tracks?limit=101") == (400, "Invalid limit")
    assert api.refused("GET", f"playlists/{PUBLIC}/items?limit=51") == (400, "Invalid limit")


def test_odd_entries(api: Any) -> None:
    entries = api.get(f"playlists/{PRIVATE}/items", additional_types="track,episode")["items"]
    local, episode, removed, ancient, _ = entries
    assert local["is_local"] is True
    assert local["item"]["id"] is None
    assert local["item"]["name"] == "First try"
    assert local["item"]["artists"][0]["name"] == "Me & I"
    assert local["item"]["duration_ms"] == 73_000
    assert local["item"]["album"]["release_date"] is None
    assert local["item"]["album"]["images"] == []
    assert local["item"]["external_urls"] == {}
    assert episode["item"]["type"] == "episode"
    assert episode["item"]["show"]["name"] == "Talk"
    assert removed["item"] is None
    assert removed["added_by"]["id"] == ""
    assert (ancient["added_at"], ancient["added_by"]) == (None, None)


def test_episodes_come_only_when_asked_for(api: Any) -> None:
    assert api.get(f"playlists/{PRIVATE}/items")["items"][1]["item"] is None


def test_an_empty_playlist(api: Any) -> None:
    assert api.get(f"playlists/{EMPTY}")["images"] is None
    assert api.get(f"playlists/{EMPTY}/items")["items"] == []


def test_fields(server: Any, api: Any) -> None:
    path = f"playlists/{PUBLIC}/items"
    some = api.get(path, fields="total,items(added_at,item(name))", limit=1)
    assert some == {
        "total": 144,
        "items": [{"added_at": "2024-01-01T00:00:00Z", "item": {"name": "Song 0 0 0"}}],
    }
    assert api.get(f"playlists/{PUBLIC}", fields="tracks.total") == {}
    assert api.refused("GET", f"{path}?fields=a(") == (400, "Invalid fields")


# ---------------------------------------------------------------- making


@pytest.mark.parametrize("mode", MODES)
def test_create(server: Any, api: Any, mode: str) -> None:
    server.set(mode=mode)
    answer = api.call(
        "POST", "me/playlists", json={"name": "N", "description": "D", "public": False}
    )
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["description"], body["public"]) == ("N", "D", False)
    assert body["owner"]["id"] == "ada"
    assert body["collaborative"] is False
    assert api.get("me/playlists")["items"][0]["id"] == body["id"]


def test_playlists_are_public_by_default(api: Any) -> None:
    assert api.call("POST", "me/playlists", json={"name": "N"}).json()["public"] is True


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "Missing required field: name"),
        ({"name": ""}, "Missing required field: name"),
        ({"name": 3}, "Invalid name"),
        ({"name": "N", "public": "yes"}, "Invalid public"),
        ({"name": "N", "collaborative": True}, "Collaborative playlists can only be private"),
        ([], "Error parsing JSON."),
    ],
)
def test_refused_playlists(api: Any, body: Any, text: str) -> None:
    assert api.refused("POST", "me/playlists", json=body) == (400, text)
    assert api.get("me/playlists")["total"] == 6


def test_creating_needs_the_scope_of_its_kind(api_with: Any) -> None:
    api = api_with("playlist-modify-public")
    assert api.refused("POST", "me/playlists", json={"name": "N", "public": False}) == NO_SCOPE
    both = {"name": "N", "public": False, "collaborative": True}
    assert (
        api_with("playlist-modify-private").refused("POST", "me/playlists", json=both) == NO_SCOPE
    )


def test_creating_for_a_user_as_before_2026(server: Any, api: Any) -> None:
    assert api.refused("POST", "users/ada/playlists", json={"name": "N"}) == FORBIDDEN
    server.set(mode="old")
    assert api.call("POST", "users/ada/playlists", json={"name": "N"}).status_code == 201
    assert api.refused("POST", "users/bea/playlists", json={"name": "N"})[0] == 403


# ---------------------------------------------------------------- adding


def test_every_change_is_a_new_version(api: Any, made: str) -> None:
    seen = {api.get(f"playlists/{made}")["snapshot_id"]}
    for n in range(3):
        answer = api.call("POST", f"playlists/{made}/items", json={"uris": [uri(n)]})
        assert answer.json()["snapshot_id"] == api.get(f"playlists/{made}")["snapshot_id"]
        seen.add(answer.json()["snapshot_id"])
    assert len(seen) == 4


@pytest.mark.parametrize("mode", MODES)
def test_add_in_each_form(server: Any, api: Any, made: str, mode: str) -> None:
    server.set(mode=mode)
    path = f"playlists/{made}/items" if mode == "new" else f"playlists/{made}/tracks"
    assert api.call("POST", path, json=[uri(3)]).status_code == 201  # a bare list
    assert api.call("POST", path, json={"uris": [uri(4)], "position": 0}).status_code == 201
    assert api.call("POST", path, params={"uris": uri(5), "position": "1"}).status_code == 201
    assert uris_in(api, made) == [uri(n) for n in (4, 5, 0, 1, 2, 3)]


def test_episodes_can_be_added(api: Any, made: str) -> None:
    episode = f"spotify:episode:{small_id('episode 3')}"
    assert api.call("POST", f"playlists/{made}/items", json=[episode]).status_code == 201
    assert api.get(f"playlists/{made}/items")["total"] == 4


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"uris": []}, "No uris provided"),
        ({}, "No uris provided"),
        ({"uris": "x"}, "No uris provided"),
        ([3], "No uris provided"),
        ([uri(1)] * 101, "You can add a maximum of 100 tracks per request."),
        (["spotify:local:a:b:c:1"], "Invalid track uri: spotify:local:a:b:c:1"),
        (["nonsense"], "Invalid track uri: nonsense"),
        ([uri(1), f"spotify:track:{'0' * 22}"], "Payload contains a non-existing ID"),
        ({"uris": [uri(1)], "position": 4}, "Index out of bounds"),
        ({"uris": [uri(1)], "position": "0"}, "Index out of bounds"),
    ],
)
def test_refused_additions_add_nothing(api: Any, made: str, body: Any, text: str) -> None:
    before = api.get(f"playlists/{made}")
    assert api.refused("POST", f"playlists/{made}/items", json=body) == (400, text)
    assert api.get(f"playlists/{made}") == before


def test_who_may_add(server: Any, api: Any, api_with: Any) -> None:
    body = [uri(1)]
    assert api.refused("POST", f"playlists/{FOLLOWED}/items", json=body) == FORBIDDEN
    assert api.call("POST", f"playlists/{SHARED}/items", json=body).status_code == 201
    only_public = api_with("playlist-modify-public")
    assert only_public.refused("POST", f"playlists/{PRIVATE}/items", json=body) == NO_SCOPE
    only_private = api_with("playlist-modify-private")
    assert only_private.refused("POST", f"playlists/{PUBLIC}/items", json=body) == NO_SCOPE


# ---------------------------------------------------------------- replacing and moving


def test_replace(api: Any, made: str) -> None:
    path = f"playlists/{made}/items"
    assert "snapshot_id" in api.call("PUT", path, json={"uris": [uri(7), uri(7)]}).json()
    assert uris_in(api, made) == [uri(7), uri(7)]
    api.call("PUT", path, params={"uris": uri(8)})
    assert uris_in(api, made) == [uri(8)]
    api.call("PUT", path, json={"uris": []})
    assert uris_in(api, made) == []


@pytest.mark.parametrize(
    ("start", "before", "length", "order"),
    [
        (0, 3, 1, [1, 2, 0]),
        (2, 0, 1, [2, 0, 1]),
        (0, 3, 2, [2, 0, 1]),
        (1, 0, 2, [1, 2, 0]),
        (0, 1, 1, [0, 1, 2]),
        (0, 1, 2, [0, 1, 2]),
        (1, 1, 1, [0, 1, 2]),
    ],
)
def test_reorder(
    api: Any, made: str, start: int, before: int, length: int, order: list[int]
) -> None:
    body = {"range_start": start, "insert_before": before, "range_length": length}
    assert api.call("PUT", f"playlists/{made}/items", json=body).status_code == 200
    assert uris_in(api, made) == [uri(n) for n in order]


@pytest.mark.parametrize(
    "body",
    [
        {"range_start": 3, "insert_before": 0},
        {"range_start": -1, "insert_before": 0},
        {"range_start": 0, "insert_before": 4},
        {"range_start": 2, "insert_before": 0, "range_length": 2},
        {"range_start": 0, "insert_before": 0, "range_length": 0},
        {"range_start": 0},
        {"range_start": "0", "insert_before": 2},
        {"range_start": 0, "insert_before": 2, "snapshot_id": "never"},
    ],
)
def test_refused_moves(api: Any, made: str, body: Any) -> None:
    assert api.refused("PUT", f"playlists/{made}/items", json=body)[0] == 400
    assert uris_in(api, made) == [uri(n) for n in range(3)]


# ---------------------------------------------------------------- removing


@pytest.mark.parametrize("name", ["items", "tracks"])
def test_remove_every_occurrence(api: Any, made: str, name: str) -> None:
    api.call("POST", f"playlists/{made}/items", json=[uri(0)])
    snapshot = api.get(f"playlists/{made}")["snapshot_id"]
    body = {name: [{"uri": uri(0)}], "snapshot_id": snapshot}
    assert api.call("DELETE", f"playlists/{made}/items", json=body).status_code == 200
    assert uris_in(api, made) == [uri(1), uri(2)]


def test_remove_at_positions(api: Any, made: str) -> None:
    api.call("POST", f"playlists/{made}/items", json=[uri(0)])
    body = {"items": [{"uri": uri(0), "positions": [3]}]}
    api.call("DELETE", f"playlists/{made}/items", json=body)
    assert uris_in(api, made) == [uri(0), uri(1), uri(2)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"items": []},
        {"items": ["x"]},
        {"items": [{"uri": uri(0)}] * 101},
        {"items": [{"uri": uri(0), "positions": [1]}]},
        {"items": [{"uri": uri(0)}], "snapshot_id": "never"},
    ],
)
def test_refused_removals(api: Any, made: str, body: Any) -> None:
    assert api.refused("DELETE", f"playlists/{made}/items", json=body)[0] == 400
    assert len(uris_in(api, made)) == 3


# ---------------------------------------------------------------- details, cover, following


def test_change_details(api: Any, made: str) -> None:
    body = {"name": "New", "description": "About", "public": False}
    assert api.call("PUT", f"playlists/{made}", json=body).status_code == 200
    whole = api.get(f"playlists/{made}")
    assert (whole["name"], whole["description"], whole["public"]) == ("New", "About", False)
    assert api.call("PUT", f"playlists/{made}", json={"collaborative": True}).status_code == 200
    assert api.get(f"playlists/{made}")["collaborative"] is True


def test_refused_details(api: Any, made: str) -> None:
    assert api.refused("PUT", f"playlists/{made}", json={})[0] == 400
    assert api.refused("PUT", f"playlists/{made}", json={"collaborative": True})[0] == 400
    assert api.refused("PUT", f"playlists/{FOLLOWED}", json={"name": "x"}) == FORBIDDEN


def test_cover(api: Any, made: str) -> None:
    jpeg = base64.b64encode(b"\xff\xd8\xff\xe0 a picture")
    path = f"playlists/{made}/images"
    assert api.call("PUT", path, data=jpeg).status_code == 202
    assert api.refused("PUT", path, data=b"not a picture")[0] == 400
    assert api.get(path)[0]["height"] == 640


def test_delete_is_unfollow(server: Any, api: Any, made: str) -> None:
    api.call("DELETE", f"me/library?uris=spotify:playlist:{made}")
    assert made not in [entry and entry["id"] for entry in api.get("me/playlists")["items"]]
    assert api.get(f"playlists/{made}")["name"] == "Made"  # it still exists
    server.set(mode="old")
    assert api.call("PUT", f"playlists/{made}/followers", json={"public": True}).status_code == 200
    assert api.get(f"playlists/{made}/followers/contains") == [True]
    assert api.get(f"playlists/{made}/followers/contains", ids="nobody") == [False]
    assert api.call("DELETE", f"playlists/{made}/followers").status_code == 200
    assert api.get(f"playlists/{made}/followers/contains", ids="ada") == [False]


def test_following_what_does_not_exist(api: Any) -> None:
    path = f"me/library?uris=spotify:playlist:{'0' * 22}"
    assert api.refused("PUT", path) == (404, "Resource not found")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_old_name_is_gone_for_new_apps(api: Any, method: str) -> None:
    assert api.refused(method, f"playlists/{PUBLIC}/tracks", json={}) == FORBIDDEN


def test_reset_brings_everything_back(server: Any, api: Any, made: str) -> None:
    api.call("PUT", f"playlists/{PUBLIC}/items", json={"uris": []})
    server.reset()
    assert made not in server.state.playlists
    assert len(server.state.playlists[PUBLIC].entries) == 144
