"""Search at the stand-in: words, field filters, kinds and limits."""

from __future__ import annotations

from typing import Any

import pytest

from spotify_analysis.demo.web_api import search


def names(api: Any, q: str, kind: str, **params: Any) -> list[str]:
    """Name what is found."""
    page = api.get("search", q=q, type=kind, **params)[f"{kind}s"]
    return [item["name"] for item in page["items"]]


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("some words", ["some", "words"], {}),
        ('artist:"Some Band" blue', ["blue"], {"artist": "some band"}),
        ("artist:Some Band track:Blue Sky", [], {"artist": "some band", "track": "blue sky"}),
        ("YEAR:1990-1999 x", [], {"year": "1990-1999 x"}),
        ("live isrc:XX0000", ["live"], {"isrc": "xx0000"}),
        ("smartist:x", ["smartist:x"], {}),
        ("Ünïcödé", ["unicode"], {}),
        ('artist:""', [], {"artist": ""}),
    ],
)
def test_parsing(text: str, words: list[str], filters: dict[str, str]) -> None:
    assert search.parse(text) == search.Query(words, filters)


def test_by_name_the_exact_one_first(api: Any) -> None:
    assert names(api, "artist 1", "artist") == ["Ärtist 1", "Ärtist 11", "Ärtist 10"]


def test_accents_and_case_do_not_matter(api: Any) -> None:
    assert names(api, "ÄRTIST 7", "artist") == names(api, "artist 7", "artist") == ["Ärtist 7"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ('artist:"Artist 3" track:"Song 3 0 2"', ["Song 3 0 2", "Song 3 2 0"]),
        ("isrc:XX0412", ["Song 4 1 2"]),
        ('album:"Album 5 1" song', ["Song 5 1 3", "Song 5 1 2", "Song 5 1 1", "Song 5 1 0"]),
        ("isrc:XX0412 year:1981", ["Song 4 1 2"]),
        ("isrc:XX0412 year:1990-2020", []),
        ("isrc:XX0412 year:soon", []),
        ('isrc:XX0112 genre:"art pop"', ["Song 1 1 2"]),
        ('isrc:XX0012 genre:"art pop"', []),
        ("upc:000", []),
        ("no such song", []),
    ],
)
def test_filters_of_tracks(api: Any, q: str, found: list[str]) -> None:
    assert names(api, q, "track") == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("upc:072", ["Album 7 2"]),
        ('artist:"Artist 7" year:1981', ["Album 7 0", "Album 7 1"]),
        ("tag:new artist:Artist 2 year:2001", ["Album 2 2"]),
        ("tag:hipster upc:000", ["Album 0 0"]),
        ("tag:hipster upc:072", []),
    ],
)
def test_filters_of_albums(api: Any, q: str, found: list[str]) -> None:
    assert names(api, q, "album") == found


def test_artists_by_genre_and_year(api: Any) -> None:
    assert names(api, 'genre:"art pop"', "artist")[0] == "Ärtist 11"
    assert names(api, "artist 3 year:1981", "artist") == ["Ärtist 3"]
    assert names(api, "year:1981 artist 3", "artist") == []  # a filter takes all to its right
    assert names(api, "year:1981 genre:folk", "artist", limit=10)[0] == "Ärtist 11"


def test_all_kinds_at_once(api: Any) -> None:
    kinds = "track,album,artist,playlist,show,episode,audiobook"
    found = api.get("search", q="a", type=kinds)
    assert set(found) == {f"{kind}s" for kind in kinds.split(",")}
    assert found["shows"]["items"][0]["name"] == "Talk"
    assert found["audiobooks"]["items"][0]["name"] == "A Book"
    assert "type=track&" in found["tracks"]["next"]


def test_playlists_of_spotify_are_null_for_development_apps(server: Any, api: Any) -> None:
    for mode in ("new", "old"):
        server.set(mode=mode)
        assert api.get("search", q="editorial", type="playlist")["playlists"]["items"] == [None]
    server.set(mode="extended")
    assert names(api, "editorial", "playlist") == ["Editorial"]


def test_private_playlists_are_not_found(api: Any) -> None:
    assert names(api, "private", "playlist") == []


def test_pages(api: Any) -> None:
    seen: list[str] = []
    url: str | None = "search?q=song&type=track&limit=10"
    while url is not None:
        page = api.get(url)["tracks"]
        seen += [item["id"] for item in page["items"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == page["total"] == 144


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("search?type=track", "No search query"),
        ("search?q=&type=track", "No search query"),
        ("search?q=a", "Missing parameter type"),
        ("search?q=a&type=song", "Bad search type field song"),
        ("search?q=a&type=track&offset=1001", "Invalid offset"),
        ("search?q=a&type=track&limit=10&offset=995", "Invalid offset"),
    ],
)
def test_refused_searches(api: Any, path: str, text: str) -> None:
    assert api.refused("GET", path) == (400, text)
