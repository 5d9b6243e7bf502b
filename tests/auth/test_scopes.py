"""The table of functions and permissions, held against the functions and against Spotify's own."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from spotify_analysis import auth, capabilities, client, demo, errors, loaders, playlists
from spotify_analysis.auth.scopes import TEXTS
from tests.demo.conftest import small_listener
from tests.demo.test_openapi import description

EVERYBODY = sorted(auth.NEEDS)
LOADERS = [name for name in EVERYBODY if name.startswith("loaders.")]


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Server]:
    """Give a stand-in that refuses what was not granted, as Spotify does."""
    with demo.Server(small_listener(), mode="new") as one:
        yield one


@pytest.fixture
def connect(server: demo.Server) -> Iterator[Callable[[frozenset[str]], client.Client]]:
    """Connect with just these permissions."""
    made: list[client.Client] = []

    def connect(scopes: frozenset[str]) -> client.Client:
        server.set(granted_scopes=scopes)
        made.append(demo.connect(server=server, progress=False))
        made[-1].cache.clear()
        server.forget_requests()
        return made[-1]

    yield connect
    server.set(granted_scopes=None)
    for one in made:
        one.close()


def call(name: str, spotify: client.Client, server: demo.Server) -> Any:
    """Call a loader with something of the listener's."""
    listener = server.account.listener
    function = getattr(loaders, name.removeprefix("loaders."))
    things = {
        "playlist_items": [listener.playlists[0].id],
        "search": "a",
        **{one: next(iter(listener.catalogue.tracks)) for one in ("track", "tracks")},
        **{
            one: next(iter(listener.catalogue.albums))
            for one in ("album", "albums", "album_tracks")
        },
        **{
            one: next(iter(listener.catalogue.artists))
            for one in ("artist", "artists", "artist_albums")
        },
    }
    short = name.removeprefix("loaders.")
    return function(spotify, things[short]) if short in things else function(spotify)


def test_every_loader_and_every_change_has_a_row() -> None:
    bundles = {"everything", "plan"}
    loader_rows = {f"loaders.{name}" for name in loaders.__all__ if name not in bundles}
    change_rows = {
        f"playlists.{name}"
        for name in playlists.__all__
        if inspect.isfunction(getattr(playlists, name))
    }
    assert set(auth.NEEDS) == loader_rows | change_rows | {"history.History.sync"}
    named = list(itertools.chain.from_iterable(auth.PURPOSES.values()))
    assert sorted(named) == EVERYBODY, "each belongs to one purpose"


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_works_with_what_its_row_says_and_no_less(
    name: str, connect: Callable[[frozenset[str]], client.Client], server: demo.Server
) -> None:
    need = auth.NEEDS[name]
    spotify = connect(frozenset(need.scopes))
    call(name, spotify, server)
    asked = {
        (one.method, one.path.removeprefix("/v1/")) for one in server.requests if "/v1/" in one.path
    }
    assert asked
    needed: set[str] = set()
    for method, path in asked:
        endpoint = capabilities.find(method, path)
        assert endpoint is not None, path
        needed |= set(endpoint.scopes)
    assert needed == set(need.scopes), "the endpoints it calls want just these"
    for scope in need.scopes:
        spotify = connect(frozenset(need.scopes) - {scope})
        with pytest.raises(errors.MissingScopeError, match=re.escape(name)) as caught:
            call(name, spotify, server)
        assert caught.value.scopes == (scope,)
        assert server.calls("/v1/") == 0, "no call is spent"


def test_spotify_knows_every_scope_and_says_it_as_we_do() -> None:
    known = yaml.safe_load(description().read_text(encoding="utf-8"))
    flow = known["components"]["securitySchemes"]["oauth_2_0"]["flows"]["authorizationCode"]
    for scope in auth.DEFAULT_SCOPES:
        assert flow["scopes"][scope].strip().rstrip(".") == TEXTS[scope], scope
    assert set(TEXTS) == auth.DEFAULT_SCOPES


def test_spotify_asks_for_the_scopes_that_our_endpoints_name() -> None:
    paths = yaml.safe_load(description().read_text(encoding="utf-8"))["paths"]
    adding = {scope for need in auth.NEEDS.values() for scope in need.more}
    seen = 0
    for endpoint in capabilities.ENDPOINTS:
        if endpoint.withdrawn:
            continue
        template = re.sub(r"\{\w+\}", "{id}", f"/{endpoint.path}")
        operations = [
            operations
            for path, operations in paths.items()
            if re.sub(r"\{\w+\}", "{id}", path) == template
        ]
        if not operations or endpoint.method.lower() not in operations[0]:
            continue
        wanted = {
            scope
            for one in operations[0][endpoint.method.lower()].get("security", [])
            for scope in one.get("oauth_2_0", [])
        } & auth.DEFAULT_SCOPES
        ours = {one for scope in endpoint.scopes for one in scope.split("|")}
        seen += bool(wanted)
        assert not wanted or ours <= wanted, (endpoint.name, wanted, ours)
        # some of the scopes it lists only add to the answer (`Need.more`), and the library's calls
        # list those of every kind of thing it may hold
        if not endpoint.path.startswith("me/library"):
            assert ours >= wanted - adding, (endpoint.name, wanted, ours)
    assert seen >= 15


class TestScopesFor:
    def test_purposes_loaders_and_scopes(self) -> None:
        assert auth.scopes_for("top") == {"user-top-read"}
        assert auth.scopes_for("saved_tracks") == {"user-library-read"}
        assert auth.scopes_for("loaders.saved_episodes") == {
            "user-library-read",
            "user-read-playback-position",
        }
        assert auth.scopes_for(["top", "user-follow-read"]) == {"user-top-read", "user-follow-read"}
        assert auth.scopes_for([]) == frozenset()
        assert auth.scopes_for() == auth.DEFAULT_SCOPES
        with pytest.raises(ValueError, match="There is no purpose 'tops'; known are profile"):
            auth.scopes_for("tops")

    def test_three_purposes_ask_for_four(self) -> None:
        assert auth.scopes_for(["top", "history", "playlists"]) == {
            "user-top-read",
            "user-read-recently-played",
            "playlist-read-private",
            "playlist-read-collaborative",
        }

    def test_nothing_useless_is_asked_for(self) -> None:
        assert not {"user-read-private", "user-read-email"} & auth.DEFAULT_SCOPES
        assert len(auth.DEFAULT_SCOPES) == 10
