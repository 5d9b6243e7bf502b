"""spotipy's own methods run over our calls, unmodified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spotify_analysis import client, errors

ID = "37i9dQZF1DXcBWIGoYBM5M"


def test_a_path_with_a_trailing_slash(spotify: client.Client, stub: Any, make_answer: Any) -> None:
    stub.routes["me"] = lambda asked: make_answer(body={"id": "me"})
    assert spotify.current_user() == {"id": "me"}
    assert spotify.me() == {"id": "me"}
    assert len(stub.asked) == 1


def test_a_query_within_the_path(spotify: client.Client, stub: Any, make_answer: Any) -> None:
    stub.routes["tracks"] = lambda asked: make_answer(body={"tracks": [asked.query]})
    assert spotify.tracks([ID], market="DE") == {"tracks": [{"ids": ID, "market": "DE"}]}


def test_next_follows_pages(spotify: client.Client, stub: Any) -> None:
    rows = [{"added_at": "2026-01-01T00:00:00Z", "track": {"id": str(n)}} for n in range(45)]
    stub.serve_list("me/tracks", rows)
    page = spotify.current_user_saved_tracks(limit=20)
    loaded = page["items"]
    while page := spotify.next(page):
        loaded += page["items"]
    assert loaded == rows


def test_next_does_not_leave_for_another_server(spotify: client.Client, stub: Any) -> None:
    for following in ("https://evil.example/v1/me", stub.api_url.replace("/v1/", "/v2/me")):
        with pytest.raises(errors.UntrustedHostError):
            spotify.next({"next": following})
    assert stub.asked == []


def test_a_change_sends_what_spotipy_would(
    spotify: client.Client, stub: Any, make_answer: Any
) -> None:
    stub.routes["me/playlists"] = lambda asked: make_answer(201, {"id": ID})
    stub.routes[f"playlists/{ID}/items"] = lambda asked: make_answer(201, {"snapshot_id": "s"})
    assert spotify.current_user_playlist_create("Found again", public=False) == {"id": ID}
    assert json.loads(stub.asked[0].body)["name"] == "Found again"
    assert stub.asked[0].headers["Content-Type"] == "application/json"
    added = spotify.playlist_add_items(ID, [f"spotify:track:{ID}"])
    assert added == {"snapshot_id": "s"}


def test_a_picture_keeps_its_content_type(
    spotify: client.Client, stub: Any, make_answer: Any
) -> None:
    stub.routes[f"playlists/{ID}/images"] = lambda asked: make_answer(202, b"")
    assert spotify.playlist_upload_cover_image(ID, "aGVsbG8=") is None
    assert stub.asked[0].headers["Content-Type"] == "image/jpeg"
    assert stub.asked[0].body == b"aGVsbG8="


def test_the_player_may_answer_nothing(spotify: client.Client, stub: Any, make_answer: Any) -> None:
    stub.routes["me/player"] = lambda asked: make_answer(204, b"")
    assert spotify.current_playback() is None


def test_a_language_is_sent(spotify: client.Client, stub: Any, make_answer: Any) -> None:
    stub.routes[f"tracks/{ID}"] = lambda asked: make_answer(body={"id": ID})
    spotify.language = "de"
    spotify.track(ID)
    assert stub.asked[0].headers["Accept-Language"] == "de"


def test_a_withdrawn_method_says_what_to_use(
    spotify: client.Client, stub: Any, make_error: Any
) -> None:
    stub.routes["artists"] = lambda asked: make_error(403, "Forbidden")
    with pytest.raises(errors.WithdrawnError, match=r"loaders\.artists"):
        spotify.artists([ID])
