"""docs/troubleshooting.md begins with what a user sees: what we and the stand-in really say."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

import spotify_analysis
from spotify_analysis import client, demo, errors, loaders
from tests.demo.conftest import small_listener

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ID = "37i9dQZF1DXcBWIGoYBM5M"
NAMED = re.compile(r"`([^`]+)`")


def section(title: str) -> list[list[str]]:
    """Give the rows of the table below a heading."""
    text = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@functools.cache  # not while tests are collected, which each worker does
def said_by_the_package() -> str:
    """Give every text of the package, with … where a value stands, as one line."""
    texts = []
    for path in Path(spotify_analysis.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
                texts.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    return " ".join("\n".join(texts).split())


def is_said(text: str) -> bool:
    """Tell whether a text stands in the package, whatever its values are."""
    parts = [re.escape(part.strip()) for part in text.split("…")]
    return re.search(".{0,60}?".join(parts), said_by_the_package()) is not None


def test_every_error_class_is_there() -> None:
    missing = [name for name in errors.__all__ if f"`{name}`" not in PAGE]
    assert missing == []


@pytest.mark.parametrize(
    "text",
    [
        row[0].strip("`")
        for title in ("Signing in", "Files")
        for row in section(title)
        if "`" in row[0]
    ],
)
def test_each_text_is_one_of_ours(text: str) -> None:
    assert is_said(text), text


def test_the_check_sees_a_text_nobody_says() -> None:
    assert not is_said("Spotify has gone fishing")
    assert is_said("The code was used or is too old")


# ---------------------------------------------------------------- against the stand-in


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Server]:
    with demo.Server(small_listener()) as made:
        yield made


@pytest.fixture
def spotify(server: demo.Server) -> Iterator[client.Client]:
    server.reset()
    one = demo.connect(server=server, sleep=lambda _: None, progress=False)
    yield one
    one.close()


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("INVALID_CLIENT: Invalid client", {"client_id": "0" * 32}),
        ("INVALID_CLIENT: Invalid redirect URI", {"redirect_uri": "http://127.0.0.1/other"}),
        ("INVALID_CLIENT: Insecure redirect URI", {"redirect_uri": "http://localhost/callback"}),
        ("Illegal scope", {"scope": "user-read-minds"}),
    ],
)
def test_what_stands_on_spotifys_page(
    server: demo.Server, said: str, changed: dict[str, str]
) -> None:
    assert said in [row[0].strip("`") for row in section("On Spotify's own page, while signing in")]
    asked = {
        "client_id": server.client_id,
        "response_type": "code",
        "redirect_uri": server.redirect_uri,
        "scope": "user-top-read",
        "code_challenge_method": "S256",
        "code_challenge": "x" * 43,
        **changed,
    }
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(f"{server.accounts_url}/authorize", params=asked, timeout=10)
    assert said in page.text


CASES = {
    "401 `The access token expired`": ("401_expired", "GET", "me"),
    "403 `Insufficient": ("403_scope", "GET", "me/tracks"),
    "403 `Active premium": ("403_premium", "GET", "me"),
    "403 `The user is not registered": ("403_unregistered", "GET", "me"),
    "403 `Forbidden` for a call": ("403_forbidden", "GET", "audio-features"),
    "403 `Forbidden` for someone": ("403_forbidden", "GET", f"playlists/{ID}/items"),
    "404": ("404_json", "GET", f"tracks/{ID}"),
    "429 `API rate": ("rate_429_json", "GET", "me"),
    "429 `Too many": ("quota_429", "GET", "me"),
    "500": ("5xx", "GET", "me"),
    "a connection that breaks": ("dropped", "GET", "me"),
    "an empty page": ("html_200", "GET", "me"),
    "a redirect": ("redirect", "GET", "me"),
    "a fault while something": ("5xx", "POST", "me/playlists"),
}


@pytest.mark.parametrize("begins", CASES)
def test_what_spotify_answers_and_what_is_read_then(
    server: demo.Server, spotify: client.Client, begins: str
) -> None:
    row = next(row for row in section("Asking Spotify") if row[0].startswith(begins))
    kind, method, path = CASES[begins]
    server.faults.add(kind, path=f"/v1/{path}", times=None, retry_after=3_600)
    with pytest.raises(errors.SpotifyAnalysisError) as caught:
        spotify.call(method, path)
    assert type(caught.value).__name__ == row[1].strip("`")
    assert row[2].strip("`") in str(caught.value)
    for text in NAMED.findall(row[0]):
        assert is_said(text), text


@pytest.mark.parametrize(
    ("text", "method", "path", "sent"),
    [
        ("Invalid limit", "GET", "me/tracks", {"params": {"limit": 99}}),
        ("No uris provided", "POST", "playlists/{mine}/items", {"json": {"uris": []}}),
        ("Invalid track uri: …", "POST", "playlists/{mine}/items", {"json": {"uris": ["x"]}}),
        ("Invalid base62 id", "GET", "tracks/x", {}),
    ],
)
def test_what_spotify_says_of_an_argument(
    spotify: client.Client, text: str, method: str, path: str, sent: dict[str, Any]
) -> None:
    row = next(row for row in section("Asking Spotify") if row[0] == f"400 `{text}`")
    listed = loaders.playlists(spotify)
    mine = listed.loc[listed["is_own"], "id"].iloc[0]
    with pytest.raises(errors.BadRequestError) as caught:
        spotify.call(method, path.format(mine=mine), **sent)
    assert row[1] == "`BadRequestError`"
    assert row[2].strip("`") in str(caught.value)
    assert f"It says: {text.removesuffix('…').strip()}" in str(caught.value)


def test_the_other_rows_name_our_own_texts() -> None:
    for row in section("Asking Spotify"):
        assert row[1].strip("`") in errors.__all__
        assert is_said(row[2].strip("`")), row[2]
        for text in NAMED.findall(row[0]):
            assert is_said(text), text
