"""The stand-in's answers against the OpenAPI description of the Web API, where that is at hand.

The description (version 2026.5.31 of a public mirror) says what apps with extended quota get. For
new apps its deprecated operations and properties are dropped first. What it is known not to say
is listed in `NULLABLE` and `UNTRUE_REQUIRED`.
"""

from __future__ import annotations

import copy
import functools
import os
import re
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from openapi_schema_validator import OAS30ReadValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from spotify_analysis.demo.accounts import SCOPES
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.switches import Mode
from spotify_analysis.demo.web_api import service
from tests.demo.conftest import small_id

# Properties that come as null although the description says they do not.
NULLABLE = {
    "added_at",  # entries of very old playlists
    "added_by",
    "item",  # removed from the catalogue
    "track",
    "context",  # plays from nowhere in particular
    "cursors",  # recently played: the empty page
    "after",  # following: the last page
    "next",
    "href",  # local files, and seeds that are genres
    "id",
    "uri",
    "album_type",
    "release_date",
    "release_date_precision",
    "public",
    "images",  # empty playlists
}
# Properties it requires although nobody gets them any more, or that local files lack.
UNTRUE_REQUIRED = {
    *("available_markets", "publisher", "audio_preview_url", "album_group"),
    "total_tracks",
}
WITHDRAWN_REQUIRED = {"label", "popularity", "genres", "followers"}
# An item of a list may be null where Spotify's own playlists would stand.
NULL_ITEMS = {"SimplifiedPlaylistObject"}


def description() -> Path:
    """Find the description, which is not part of this repository."""
    shared = os.environ.get("SPOTIFY_ANALYSIS_SHARED", Path(__file__).parents[3] / "shared")
    path = Path(shared) / "reference" / "spotify-open-api.yml"
    if not path.is_file():
        pytest.skip("no OpenAPI description; set SPOTIFY_ANALYSIS_SHARED to the folder above it")
    return path


def relaxed(node: Any, *, drop_deprecated: bool) -> Any:
    """Copy a part of the description with the known gaps closed."""
    if isinstance(node, list):
        return [relaxed(item, drop_deprecated=drop_deprecated) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: relaxed(value, drop_deprecated=drop_deprecated) for key, value in node.items()}
    properties = made.get("properties")
    if isinstance(properties, dict):
        gone = {
            name
            for name, schema in properties.items()
            if drop_deprecated and isinstance(schema, dict) and schema.get("deprecated")
        }
        made["properties"] = {
            name: nullable(schema) if name in NULLABLE else schema
            for name, schema in properties.items()
            if name not in gone
        }
    required = made.get("required")
    if isinstance(required, list):  # of a schema; that of a parameter is a boolean
        untrue = UNTRUE_REQUIRED | (WITHDRAWN_REQUIRED if drop_deprecated else set())
        made["required"] = [name for name in required if name not in untrue]
        if not made["required"]:
            del made["required"]
    # it says that `type` names the schema, yet tracks are "track" and not "TrackObject"
    made.pop("discriminator", None)
    items = made.get("items")
    if isinstance(items, dict) and items.get("$ref", "").rpartition("/")[2] in NULL_ITEMS:
        made["items"] = nullable(items)
    return made


def nullable(schema: Any) -> Any:
    """Allow null besides a schema, also where that is a reference."""
    return {"anyOf": [schema, {"nullable": True, "enum": [None]}]}


@functools.cache
def loaded(path: Path, *, drop_deprecated: bool) -> dict[str, Any]:
    """Read the description once per shape."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    made: dict[str, Any] = relaxed(copy.deepcopy(raw), drop_deprecated=drop_deprecated)
    return made


@functools.cache
def registry(path: Path, *, drop_deprecated: bool) -> Any:
    """Make the description's references resolve."""
    resource = Resource(
        contents=loaded(path, drop_deprecated=drop_deprecated), specification=DRAFT4
    )
    return Registry().with_resource("urn:api", resource)


def pointer(document: Any, ref: str) -> Any:
    """Follow a local reference."""
    for part in ref.removeprefix("#/").split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def operation(document: dict[str, Any], method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Find the operation of a call, `{...}` standing for any one part."""
    fits = [
        template
        for template in document["paths"]
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
        and method.lower() in document["paths"][template]
    ]
    assert fits, f"{method} {path} is not in the description"
    best = min(fits, key=lambda template: template.count("{"))
    return best, document["paths"][best][method.lower()]


def check(path: Path, answer: Any, *, drop_deprecated: bool) -> None:
    """Check one answer: documented status, body as described, nothing withdrawn in it."""
    document = loaded(path, drop_deprecated=drop_deprecated)
    asked = answer.request.path_url.removeprefix("/v1").partition("?")[0]
    template, described = operation(document, answer.request.method, asked)
    assert not (drop_deprecated and described.get("deprecated")), f"{template} is withdrawn"
    responses = described["responses"]
    # a refusal is described, too: all that is asked here is to be answered
    assert answer.ok, f"{answer.status_code} of {template}"
    assert str(answer.status_code) in responses, f"{answer.status_code} of {template}"
    response = responses[str(answer.status_code)]
    where = f"/paths/{template.replace('/', '~1')}/{answer.request.method.lower()}/responses/"
    where += str(answer.status_code)
    if "$ref" in response:
        where = response["$ref"].removeprefix("#")
        response = pointer(document, response["$ref"])
    if "application/json" not in response.get("content", {}):
        assert not answer.content
        return
    schema = {"$ref": f"urn:api#{where}/content/application~1json/schema"}
    validator = OAS30ReadValidator(schema, registry=registry(path, drop_deprecated=drop_deprecated))
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator.iter_errors(answer.json())
    ]
    assert not errors, f"{answer.request.method} {asked}: {errors[:5]}"


TRACK, ALBUM, ARTIST = small_id("track 0.0.0"), small_id("album 0.0"), small_id("artist 1")
SHOW, EPISODE = small_id("show"), small_id("episode 0")
BOOK, CHAPTER = small_id("book"), small_id("chapter 0")
PUBLIC, PRIVATE = small_id("ada public"), small_id("ada private")

READS = [
    *("me", "me/top/tracks", "me/top/artists", "me/player/recently-played", "me/playlists"),
    "me/player/recently-played?before=1",
    *("me/tracks", "me/albums", "me/shows", "me/episodes", "me/audiobooks"),
    *("me/following?type=artist&limit=5", "me/following?type=artist&limit=50"),
    f"me/library/contains?uris=spotify:track:{TRACK}",
    *(f"playlists/{PUBLIC}", f"playlists/{PUBLIC}/items", f"playlists/{PUBLIC}/images"),
    f"playlists/{small_id('ada followed')}",
    f"playlists/{PRIVATE}/items?additional_types=track,episode",
    *(f"tracks/{TRACK}", f"tracks/{TRACK}?market=DE", f"albums/{ALBUM}", f"albums/{ALBUM}/tracks"),
    *(f"artists/{ARTIST}", f"artists/{ARTIST}/albums?limit=10"),
    *(f"shows/{SHOW}", f"shows/{SHOW}/episodes", f"episodes/{EPISODE}"),
    *(f"audiobooks/{BOOK}", f"audiobooks/{BOOK}/chapters", f"chapters/{CHAPTER}"),
    "search?q=a&type=track,album,artist,playlist,show,episode,audiobook",
]
READS_BEFORE_2026 = [
    *(f"tracks?ids={TRACK}", f"albums?ids={ALBUM}", f"artists?ids={ARTIST}", f"shows?ids={SHOW}"),
    *(f"episodes?ids={EPISODE}", f"audiobooks?ids={BOOK}", f"chapters?ids={CHAPTER}", "markets"),
    *(f"artists/{ARTIST}/top-tracks", f"artists/{ARTIST}/related-artists"),
    *("browse/new-releases", "browse/categories", "browse/categories/folk"),
    *("browse/featured-playlists", "browse/categories/folk/playlists"),
    *("recommendations?seed_genres=folk", f"recommendations?seed_artists={ARTIST}"),
    "recommendations/available-genre-seeds",
    *(f"audio-features?ids={TRACK}", f"audio-features/{TRACK}", f"audio-analysis/{TRACK}"),
    *("users/bea", "users/bea/playlists", f"playlists/{PUBLIC}/tracks"),
    *(f"me/{kind}/contains?ids={TRACK}" for kind in ("tracks", "albums", "shows", "episodes")),
    f"me/audiobooks/contains?ids={BOOK}",
    f"me/following/contains?type=artist&ids={ARTIST}",
    f"playlists/{PUBLIC}/followers/contains?ids=ada",
]


@pytest.mark.parametrize("read", READS)
def test_reads_of_new_apps(api: Any, read: str) -> None:
    check(description(), api.call("GET", read), drop_deprecated=True)


@pytest.mark.parametrize("read", [*READS, *READS_BEFORE_2026])
def test_reads_of_extended_apps(server: Any, api: Any, read: str) -> None:
    server.set(mode="extended")
    check(description(), api.call("GET", read), drop_deprecated=False)


def write_calls(playlist_id: str, name: str) -> list[tuple[str, str, Any]]:
    """List writing calls in an order in which each can succeed."""
    uris = [f"spotify:track:{TRACK}"]
    at = f"playlists/{playlist_id}/{name}"
    return [
        ("POST", at, {"uris": uris}),
        ("PUT", at, {"uris": uris * 2}),
        ("PUT", at, {"range_start": 0, "insert_before": 2}),
        ("DELETE", at, {name: [{"uri": uris[0]}]}),
        ("PUT", f"playlists/{playlist_id}", {"name": "Other"}),
        ("PUT", f"me/library?uris=spotify:track:{TRACK}", None),
        ("DELETE", f"me/library?uris=spotify:track:{TRACK}", None),
    ]


def test_writes_of_new_apps(api: Any) -> None:
    made = api.call("POST", "me/playlists", json={"name": "Made"})
    check(description(), made, drop_deprecated=True)
    for method, path, body in write_calls(made.json()["id"], "items"):
        check(description(), api.call(method, path, json=body), drop_deprecated=True)


def test_writes_of_extended_apps(server: Any, api: Any) -> None:
    server.set(mode="extended")
    made = api.call("POST", "users/ada/playlists", json={"name": "Made"})
    check(description(), made, drop_deprecated=False)
    playlist_id = made.json()["id"]
    older: list[tuple[str, str, Any]] = [
        ("PUT", f"playlists/{playlist_id}/followers", {"public": True}),
        ("DELETE", f"playlists/{playlist_id}/followers", None),
        ("PUT", f"me/following?type=artist&ids={ARTIST}", None),
        ("DELETE", f"me/following?type=artist&ids={ARTIST}", None),
        *(("PUT", f"me/{kind}s?ids={TRACK}", None) for kind in ("track", "album", "show")),
        *(("DELETE", f"me/{kind}s?ids={TRACK}", None) for kind in ("track", "album", "show")),
    ]
    for method, path, body in [*write_calls(playlist_id, "tracks"), *older]:
        check(description(), api.call(method, path, json=body), drop_deprecated=False)


def test_new_apps_get_nothing_deprecated(api: Any) -> None:
    """No property that the description calls deprecated is in any answer to a new app."""
    document = loaded(description(), drop_deprecated=False)
    deprecated = set()
    for schema in document["components"]["schemas"].values():
        for part in [schema, *schema.get("allOf", [])]:
            for name, described in part.get("properties", {}).items():
                if isinstance(described, dict) and described.get("deprecated"):
                    deprecated.add(name)
    # not withdrawn, only on their way out: https://developer.spotify.com, changes of March 2026
    deprecated -= {"preview_url", "audio_preview_url", "language", "genres"}
    deprecated -= {"tracks", "track"}  # also the names of an album's tracks and of a saved one
    deprecated -= {"followers"}  # of a playlist it stays; that of artists is tested by its keys

    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value)) if value else set()
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set()

    for read in READS:
        assert not keys(api.call("GET", read).json()) & deprecated, read


def test_withdrawn_is_what_the_description_calls_deprecated() -> None:
    """Each endpoint here is in the description, and deprecated there if new apps lost it."""
    document = loaded(description(), drop_deprecated=False)
    for endpoint in service.ENDPOINTS:
        example = re.sub(r"\{[^}]+\}", "x", endpoint.path)
        _, described = operation(document, endpoint.method, example)
        gone = bool(described.get("deprecated"))
        assert gone == ("new" in endpoint.withdrawn), f"{endpoint.method} {endpoint.path}"


def test_nothing_of_the_description_is_missing_but_the_player() -> None:
    document = loaded(description(), drop_deprecated=False)
    ours = {(e.method, re.sub(r"\{[^}]+\}", "{}", e.path)) for e in service.ENDPOINTS}
    theirs = {
        (method.upper(), re.sub(r"\{[^}]+\}", "{}", path))
        for path, methods in document["paths"].items()
        for method in methods
        if method in ("get", "put", "post", "delete")
    }
    missing = {path for _, path in theirs - ours}
    assert all(path.startswith("/me/player") for path in missing), sorted(missing)


@pytest.mark.parametrize("mode", ["new", "extended"])
def test_what_the_made_up_listener_has(mode: Mode) -> None:
    """Some of the library, of each playlist and of the catalogue of `listener()`."""
    path = description()
    with Server(mode=mode) as server, requests.Session() as session:
        account = server.account
        token = server.state.issue_access_token(
            client_id=server.client_id,
            user_id=account.id,
            scopes=frozenset(SCOPES),
            expires_at=float("inf"),
        )
        session.headers["Authorization"] = f"Bearer {token}"
        known = account.listener.catalogue
        reads = ["me", "me/player/recently-played?limit=10", "me/following?type=artist&limit=50"]
        reads += [f"me/top/{kind}?limit=20" for kind in ("tracks", "artists")]
        reads += [
            f"me/{kind}?limit=20&offset={offset}"
            for kind in ("tracks", "albums", "shows", "episodes", "playlists")
            for offset in (0, 20)
        ]
        reads += [
            f"playlists/{playlist.id}/items?limit=30&additional_types=track,episode"
            for playlist in account.listener.playlists
            if playlist.owner_id == account.id
        ]
        for kind in ("artists", "albums", "shows", "audiobooks", "chapters"):
            ids = list(getattr(known, kind))
            reads += [f"{kind}/{id_}" for id_ in ids[:: len(ids) // 8 + 1]]
        reads += [f"artists/{id_}/albums?limit=10" for id_ in list(known.artists)[::40]]
        for read in reads:
            answer = session.get(server.api_url + read, timeout=10)
            check(path, answer, drop_deprecated=mode == "new")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": 3}, "name: 3 is not of type"),
        ({"album": None}, "album: None"),
        ({"artists": [{"type": "band"}]}, "artists/0/type"),
    ],
)
def test_the_check_sees_what_is_wrong(
    api: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], text: str
) -> None:
    answer = api.call("GET", f"tracks/{TRACK}")
    body = {**answer.json(), **change}
    monkeypatch.setattr(answer, "json", lambda: body)
    with pytest.raises(AssertionError, match=text):
        check(description(), answer, drop_deprecated=True)
