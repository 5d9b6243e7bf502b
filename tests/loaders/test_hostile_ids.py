"""Ids that would lead elsewhere: refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from spotify_analysis import client, demo, loaders, playlists
from tests.demo.conftest import small_listener

TRACK = "spotify:track:" + "A" * 22
HOSTILE = {
    "out of the folder": "../playlists/" + "x" * 22,
    "question mark": "A" * 22 + "?limit=1",
    "hash": "A" * 22 + "#x",
    "slash": "A" * 11 + "/" + "A" * 10,
    "percent": "A" * 19 + "%2e",
    "too short": "A" * 21,
    "too long": "A" * 23,
    "a megabyte": "A" * 1_000_000,
    "line break": "A" * 22 + "\n",
    "other letters": "ä" * 22,
    "other host": "https://open.spotify.com.evil.example/track/" + "A" * 22,
    "user name": "https://open.spotify.com@evil.example/track/" + "A" * 22,
    "nothing": "",
    "number": 7,
}


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Server]:
    with demo.Server(small_listener(), mode="new") as one:
        yield one


@pytest.fixture(scope="module")
def spotify(server: demo.Server) -> Iterator[client.Client]:
    with demo.connect(server=server, progress=False) as one:
        one.me()
        yield one


CALLS: dict[str, Callable[[client.Client, Any], object]] = {
    "track": loaders.track,
    "tracks": loaders.tracks,
    "album_tracks": loaders.album_tracks,
    "artist_albums": loaders.artist_albums,
    "playlist_items": loaders.playlist_items,
    "playlists.create": lambda spotify, id_: playlists.create(spotify, "x", [id_]),
    "playlists.add": lambda spotify, id_: playlists.add(
        spotify, id_, ["spotify:track:" + "A" * 22]
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_attack_18_a_hostile_id_is_refused_before_any_request(
    spotify: client.Client, server: demo.Server, name: str
) -> None:
    for what, id_ in HOSTILE.items():
        if what == "line break" and name != "x":
            continue  # blanks around an address are forgiven, see the next test
        server.forget_requests()
        with pytest.raises((ValueError, TypeError)) as caught:
            CALLS[name](spotify, id_)
        assert len(str(caught.value)) < 400, "a megabyte is not repeated"
        assert server.calls() == 0, what


def test_attack_18_a_line_break_does_not_travel(
    spotify: client.Client, server: demo.Server
) -> None:
    id_ = next(iter(server.account.listener.catalogue.tracks))
    server.forget_requests()
    assert len(loaders.track(spotify, f"{id_}\n")) == 1
    assert {request.path for request in server.requests} <= {f"/v1/tracks/{id_}"}


@pytest.mark.parametrize(
    "path",
    [
        "../v2/me",
        "me/../../x",
        "me?x=1",
        "me#x",
        "https://evil.example/me",
        "//evil.example/me",
        "///evil.example/me",
        "/\\evil.example/me",
        "me//",
        "playlists/%2e%2e/%2E%2e/me",
        "me/.%2e/x",
        "me//x",
        "me\r\nx",
        "",
        "ä",
    ],
)
def test_attack_18_a_path_of_one_s_own_cannot_lead_out_either(
    spotify: client.Client, server: demo.Server, path: str
) -> None:
    server.forget_requests()
    with pytest.raises(ValueError, match="path"):
        spotify.call("GET", path)
    assert server.calls() == 0
