"""What a person keeps at the stand-in: read, saved, removed, followed, in both generations."""

from __future__ import annotations

from typing import Any

import pytest

from spotify_analysis.demo.state import iso_seconds
from tests.demo.conftest import small_id

TRACK, ALBUM, SHOW = small_id("track 0.0.0"), small_id("album 0.0"), small_id("show")
EPISODE, BOOK, ARTIST = small_id("episode 9"), small_id("book"), small_id("artist 0")


def contains(api: Any, *uris: str) -> list[bool]:
    """Ask what is in the library."""
    answer: list[bool] = api.get("me/library/contains", uris=",".join(uris))
    return answer


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("path", "kind", "total"),
    [
        ("me/tracks", "track", 144),
        ("me/albums", "album", 36),
        ("me/shows", "show", 1),
        ("me/episodes", "episode", 3),
    ],
)
@pytest.mark.parametrize("mode", ["new", "old", "extended"])
def test_saved_things(server: Any, api: Any, mode: str, path: str, kind: str, total: int) -> None:
    server.set(mode=mode)
    page = api.get(path)
    assert page["total"] == total
    first = page["items"][0]
    assert set(first) == {"added_at", kind}  # only playlist entries were renamed
    assert first["added_at"] == "2024-01-01T00:00:00Z"
    assert first[kind]["type"] == kind


def test_followed_artists_by_cursor(server: Any, api: Any) -> None:
    ids, after, pages = [], None, 0
    while True:
        params = {"type": "artist", "limit": 5} | ({"after": after} if after else {})
        page = api.get("me/following", **params)["artists"]
        ids += [artist["id"] for artist in page["items"]]
        pages += 1
        after = page["cursors"]["after"]
        assert (after is None) == (page["next"] is None)
        if after is None:
            break
        assert after == ids[-1]
        assert f"after={after}" in page["next"]
    assert ids == list(server.account.followed_artists)
    assert pages == 3
    assert page["total"] == 12


def test_following_needs_a_type_it_knows(api: Any) -> None:
    assert api.refused("GET", "me/following") == (400, "Invalid type")
    assert api.refused("GET", "me/following?type=user") == (400, "Invalid type")


def test_a_cursor_nobody_knows_gives_an_empty_page(api: Any) -> None:
    page = api.get("me/following", type="artist", after="0" * 22)["artists"]
    assert page["items"] == []
    assert page["next"] is None


# ---------------------------------------------------------------- /me/library


def test_save_look_and_remove(server: Any, api: Any) -> None:
    uris = [f"spotify:episode:{EPISODE}", f"spotify:show:{BOOK}", "spotify:user:bea.b-c"]
    uris += [f"spotify:playlist:{small_id('bea open')}"]
    server.state.playlists[small_id("bea open")] = server.state.playlists[small_id("ada followed")]
    assert contains(api, *uris) == [False] * 4
    assert api.call("PUT", "me/library", params={"uris": ",".join(uris)}).status_code == 200
    assert contains(api, *uris) == [True] * 4
    assert api.get("me/audiobooks")["items"][0]["audiobook"]["id"] == BOOK
    assert api.call("DELETE", "me/library", params={"uris": ",".join(uris)}).status_code == 200
    assert contains(api, *uris) == [False] * 4


def test_contains_keeps_the_order_and_knows_artists(api: Any) -> None:
    assert contains(
        api, f"spotify:artist:{ARTIST}", "spotify:artist:" + "0" * 22, f"spotify:track:{TRACK}"
    ) == [True, False, True]


def test_new_things_come_first_with_the_time_of_saving(server: Any, api: Any) -> None:
    two = [TRACK, small_id("track 5.1.2")]
    uris = ",".join(f"spotify:track:{id_}" for id_ in two)
    api.call("DELETE", f"me/library?uris={uris}")
    server.advance(1800)
    api.call("PUT", f"me/library?uris={uris}")
    items = api.get("me/tracks", limit=2)["items"]
    assert [item["track"]["id"] for item in items] == two
    assert items[0]["added_at"][:16] == iso_seconds(server.clock.now())[:16]


def test_saving_again_changes_nothing(api: Any) -> None:
    before = api.get("me/tracks", limit=50)
    api.call("PUT", f"me/library?uris=spotify:track:{small_id('track 0.0.3')}")
    assert api.get("me/tracks", limit=50) == before


@pytest.mark.parametrize(
    ("uris", "text"),
    [
        ("", "Missing required field: uris"),
        ("nonsense", "Invalid uri: nonsense"),
        ("spotify:track:short", "Invalid base62 id"),
        (f"spotify:chapter:{TRACK}", "Unsupported uri type: chapter"),
        (f"spotify:artist:{ARTIST}", "Unsupported uri type: artist"),
        (",".join([f"spotify:track:{TRACK}"] * 41), "Too many uris requested, maximum is 40"),
    ],
)
def test_refused_uris(api: Any, uris: str, text: str) -> None:
    assert api.refused("PUT", "me/library", params={"uris": uris}) == (400, text)


def test_forty_are_not_too_many(api: Any) -> None:
    assert contains(api, *[f"spotify:track:{TRACK}"] * 40) == [True] * 40


def test_nothing_is_saved_when_one_scope_is_missing(server: Any, api_with: Any) -> None:
    uris = f"spotify:episode:{EPISODE},spotify:user:bea"
    api = api_with("user-library-modify")
    assert api.refused("PUT", f"me/library?uris={uris}") == (403, "Insufficient client scope")
    assert EPISODE not in server.account.saved["episode"]


# ---------------------------------------------------------------- one kind at a time, before 2026


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("me/tracks", TRACK),
        ("me/albums", ALBUM),
        ("me/shows", SHOW),
        ("me/episodes", EPISODE),
        ("me/audiobooks", BOOK),
    ],
)
@pytest.mark.parametrize("where", ["query", "object", "list"])
def test_older_endpoints(server: Any, api: Any, path: str, id_: str, where: str) -> None:
    server.set(mode="old")
    how = {
        "query": {"params": {"ids": id_}},
        "object": {"json": {"ids": [id_]}},
        "list": {"json": [id_]},
    }
    assert api.call("DELETE", path, **how[where]).status_code == 200
    assert api.get(f"{path}/contains", ids=id_) == [False]
    assert api.call("PUT", path, **how[where]).status_code == 200
    assert api.get(f"{path}/contains", ids=id_) == [True]


@pytest.mark.parametrize("body", [b"{", b'{"ids": 3}', b'{"ids": [3]}', b"[]", b""])
def test_older_endpoints_with_a_bad_body(server: Any, api: Any, body: bytes) -> None:
    server.set(mode="old")
    assert api.refused("PUT", "me/tracks", data=body)[0] == 400


@pytest.mark.parametrize(("kind", "id_"), [("artist", ARTIST), ("user", "bea.b-c")])
def test_following_before_2026(server: Any, api: Any, kind: str, id_: str) -> None:
    server.set(mode="old")
    params = {"type": kind, "ids": id_}
    assert api.call("PUT", "me/following", params=params).status_code == 204
    assert api.get("me/following/contains", **params) == [True]
    assert api.call("DELETE", "me/following", params=params).status_code == 204
    assert api.get("me/following/contains", **params) == [False]
    assert api.refused("PUT", "me/following?type=band&ids=x" + "0" * 21) == (400, "Invalid type")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
@pytest.mark.parametrize("kind", ["tracks", "albums", "shows", "episodes", "audiobooks"])
def test_new_apps_lost_them(api: Any, method: str, kind: str) -> None:
    path = f"me/{kind}/contains" if method == "GET" else f"me/{kind}"
    assert api.refused(method, f"{path}?ids={TRACK}") == (403, "Forbidden")
