"""What kind of app asks is learnt from answers."""

from __future__ import annotations

from typing import Any

import pytest

from spotify_analysis import client

TRACK, OLD_TRACK = {"id": "x", "name": "n"}, {"id": "x", "name": "n", "popularity": 0}


@pytest.mark.parametrize(
    ("path", "answer", "expected"),
    [
        ("me", {"id": "x"}, None),
        ("me", {"id": "x", "product": "premium"}, False),
        ("tracks/{id}", TRACK, True),
        ("tracks/{id}", OLD_TRACK, False),
        ("artists/{id}", {"id": "x", "genres": []}, True),
        ("artists/{id}", {"id": "x", "followers": {"total": 1}}, False),
        ("me/tracks", {"items": []}, None),
        ("me/tracks", {"items": [None, {"track": OLD_TRACK}]}, False),
        ("me/tracks", {"items": [{"track": None}]}, None),
        ("me/top/tracks", {"items": [TRACK]}, True),
        ("me/following", {"artists": {"items": [{"id": "x"}]}}, True),
        ("artists/{id}/albums", {"items": [{"id": "x", "album_group": "album"}]}, False),
        ("search", {"artists": None, "tracks": {"items": [OLD_TRACK]}}, False),
        ("search", {"playlists": {"items": [{"id": "x"}]}}, None),
        ("me/tracks", [], None),
        ("me/tracks", {"items": "text"}, None),
        ("me/tracks", {"items": ["text"]}, None),
    ],
)
def test_fields_show_the_kind_of_app(path: str, answer: Any, expected: bool | None) -> None:
    facts = client.Facts()
    facts.learn(path, answer)
    assert facts.reduced is expected


@pytest.mark.parametrize(
    ("playlist", "expected"),
    [
        ({"items": {"total": 1}}, "items"),
        ({"tracks": {"total": 1}}, "tracks"),
        ({"tracks": {"total": 1}, "items": {"total": 1}}, "items"),
        ({"name": "n"}, None),
    ],
)
def test_playlists_show_where_their_entries_are(
    playlist: dict[str, Any], expected: str | None
) -> None:
    facts = client.Facts()
    facts.learn("me/playlists", {"items": [None, playlist]})
    assert facts.playlist_key == expected


def test_limits_are_the_small_ones_until_shown_otherwise() -> None:
    facts = client.Facts()
    assert facts.limit("GET", "search") == 10
    assert facts.limit("GET", "me/tracks") == 50
    facts.reduced = False
    assert facts.limit("GET", "search") == 50
    assert facts.note_limit("GET", "search") == 10
    assert facts.limit("GET", "search") == 10
    assert facts.note_limit("GET", "search") is None
    assert facts.note_limit("GET", "me/tracks") is None


def test_withdrawn_calls_are_not_worth_trying_for_a_reduced_app() -> None:
    facts = client.Facts()
    assert facts.gets("GET", "tracks")
    facts.refuse("GET", "tracks/?ids=1")
    assert not facts.gets("GET", "tracks")
    facts.reduced = True
    assert not facts.gets("GET", "artists")
    assert facts.gets("GET", "me/tracks")
    assert "reduced=True" in repr(facts)
