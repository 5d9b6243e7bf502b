"""What is known about Spotify's endpoints is data, found by any spelling of a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from spotify_analysis import capabilities, errors

ID = "37i9dQZF1DXcBWIGoYBM5M"


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    shared = os.environ.get("SPOTIFY_ANALYSIS_SHARED", Path(__file__).parents[2] / "shared")
    path = Path(shared) / "reference" / "spotify-open-api.yml"
    if not path.is_file():
        pytest.skip("no OpenAPI file of Spotify here; set SPOTIFY_ANALYSIS_SHARED")
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("me/", "me"),
        ("/me/top/tracks?limit=50", "me/top/tracks"),
        ("tracks/?ids=a,b", "tracks"),
        (f"playlists/{ID}/items", "playlists/{id}/items"),
        ("users/some.user-x/playlists", "users/{id}/playlists"),
        ("browse/categories/dinner/playlists", "browse/categories/{id}/playlists"),
        ("me/tracks/contains", "me/tracks/contains"),
        ("recommendations/available-genre-seeds", "recommendations/available-genre-seeds"),
        ("me/player/devices", "me/player/devices"),
    ],
)
def test_ids_are_left_out_of_names(path: str, expected: str) -> None:
    assert capabilities.template(path) == expected


def test_each_endpoint_has_one_row() -> None:
    names = [endpoint.name for endpoint in capabilities.ENDPOINTS]
    assert len(names) == len(set(names))


def test_a_withdrawn_call_is_explained_with_date_address_and_what_to_use() -> None:
    error = capabilities.explain("GET", f"playlists/{ID}/tracks", status=403)
    assert error is not None
    assert error.since == "2026-02-11"
    assert error.instead == "GET /playlists/{id}/items"
    assert error.status == 403
    assert error.source is not None
    for fact in (error.since, error.instead, error.source):
        assert fact in str(error)


def test_a_call_without_replacement_says_so() -> None:
    error = capabilities.explain("GET", "audio-features")
    assert error is not None
    assert error.since == "2024-11-27"
    assert "nothing in its place" in str(error)


@pytest.mark.parametrize("path", ["me/tracks", "me/player/devices"])
def test_other_calls_are_not_explained_away(path: str) -> None:
    assert capabilities.explain("GET", path) is None


def test_require_raises_only_for_what_was_refused_before() -> None:
    capabilities.require("GET", "tracks")
    capabilities.require("GET", "tracks", refused=["GET /albums"])
    with pytest.raises(errors.WithdrawnError):
        capabilities.require("GET", "tracks?ids=1,2", refused=["GET /tracks"])


def test_the_table_shows_every_row() -> None:
    table = capabilities.table()
    assert len(table) == len(capabilities.ENDPOINTS)
    search = table.set_index("endpoint").loc["GET /search"]
    assert (search["limit"], search["limit_older"]) == (10, 50)


class TestAgainstSpotifysOwnSchema:
    def test_every_endpoint_exists_there(self, openapi: dict[str, Any]) -> None:
        official = self.operations(openapi)
        unknown = {e.name for e in capabilities.ENDPOINTS} - official.keys()
        # retired so long ago that the schema has dropped them
        assert unknown <= {"GET /browse/categories/{id}/playlists"}

    def test_what_it_calls_deprecated_we_call_withdrawn(self, openapi: dict[str, Any]) -> None:
        official = self.operations(openapi)
        ours = {e.name: e.withdrawn is not None for e in capabilities.ENDPOINTS}
        missing = {
            name
            for name, operation in official.items()
            if operation.get("deprecated") and not ours.get(name, False)
        }
        assert not missing

    def test_scopes_are_those_it_names(self, openapi: dict[str, Any]) -> None:
        official = self.operations(openapi)
        for endpoint in capabilities.ENDPOINTS:
            named = {
                scope
                for security in official.get(endpoint.name, {}).get("security", [])
                for scopes in security.values()
                for scope in scopes
            }
            ours = {scope for one in endpoint.scopes for scope in one.split("|")}
            assert ours <= named, endpoint.name

    @staticmethod
    def operations(openapi: dict[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            f"{method.upper()} /{capabilities.template(path.replace('{', '').replace('}', ''))}": op
            for path, methods in openapi["paths"].items()
            for method, op in methods.items()
            if method in {"get", "put", "post", "delete"}
        }
