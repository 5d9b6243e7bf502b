"""What `status` says of a saved login, in a terminal and in a notebook."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import auth, config, tokens
from spotify_analysis.demo.server import Server
from tests.auth.conftest import NAME

SignIn = Callable[..., tokens.Token]
HOW = "sign in with `login()` in a notebook, or `spotify-analysis login` in a terminal"
DAY_S = 86_400


class Text(HTMLParser):
    """Collects what a page shows, and the tags it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_signed_in(spotify: Server, settings: config.Settings, sign_in: SignIn) -> None:
    token = sign_in(authorized_at=time.time() - DAY_S * 10)
    status = auth.status(settings)
    assert status.signed_in
    assert (status.name, status.days_left, status.owner) == ("Ada Example", 170, "")
    assert status.scopes == tuple(sorted(auth.DEFAULT_SCOPES))
    assert status.missing == ()
    assert status.ends_on is not None
    assert status.authorized_at is not None
    assert (status.ends_on - status.authorized_at).days == 180
    assert not status.is_ending
    text, page = str(status), status._repr_html_()
    assert f"Left:      about 170 days of six months, until {status.ends_on:%d %B %Y}\n" in text
    assert f"Kept:      in a private file in {settings.data_dir / 'tokens'}\n" in text
    assert "Sealed:    no: only the file's permissions protect it\n" in text
    assert "Next" not in text
    for secret in (token.access_token, token.refresh_token, token.client_id):
        assert secret not in text + page + repr(status)
    assert spotify.calls("/api/token") == 1, "nothing was sent to ask"


def test_the_page_says_the_same_in_words(settings: config.Settings, sign_in: SignIn) -> None:
    sign_in(authorized_at=time.time() - DAY_S * 90, scopes=frozenset({"user-top-read"}))
    words = Text(auth.status(settings)._repr_html_()).words
    assert "Signed in as Ada Example" in words
    assert "Read your top artists and content" in words
    assert "Manage your private playlists" in words, "what is missing, in Spotify's own words"
    assert any(word.startswith("about 90 days of six months, until ") for word in words)
    assert '<div style="width:50%">' in auth.status(settings)._repr_html_()


def test_nobody(settings: config.Settings) -> None:
    status = auth.status(settings)
    assert not status.signed_in
    assert str(status).startswith("Signed in: no\n")
    assert status.next_step == HOW
    assert "Not signed in" in Text(status._repr_html_()).words
    assert auth.status(dataclasses.replace(settings, client_id=None)).next_step == HOW


@pytest.mark.parametrize(
    ("age_days", "days_left", "is_ending"),
    [(149.5, 31, False), (150.5, 30, True), (179.5, 1, True)],
)
def test_nearly_over(
    settings: config.Settings, sign_in: SignIn, age_days: float, days_left: int, is_ending: bool
) -> None:
    sign_in(authorized_at=time.time() - DAY_S * age_days)
    status = auth.status(settings)
    assert (status.days_left, status.is_ending) == (days_left, is_ending)
    assert ("auth.rotate()" in status.next_step) is is_ending
    assert ("sa-status-soon" in status._repr_html_().split(">")[0]) is is_ending
    assert ("about 1 day of" in str(status)) is (days_left == 1)


def test_over(settings: config.Settings, sign_in: SignIn) -> None:
    sign_in(authorized_at=time.time() - DAY_S * 200)
    assert auth.status(settings).next_step.startswith("the six months are over: auth.rotate()")
    sign_in(ended_at=time.time())
    status = auth.status(settings)
    assert not status.signed_in
    assert "Signed in: no longer" in str(status)
    assert "Left:      none" in str(status)
    assert status.days_left == 0
    assert status.next_step.startswith("Spotify ended this sign-in of ")
    assert f"No longer signed in as {NAME}" in Text(status._repr_html_()).words


def test_another_owner_and_memory(settings: config.Settings, sign_in: SignIn) -> None:
    token = sign_in()
    in_memory = dataclasses.replace(settings, store="memory")
    store = tokens.store_for("memory", data_dir=settings.data_dir, key=settings.key)
    store.save(token, "bob")
    try:
        status = auth.status(in_memory, owner="bob")
        assert (status.owner, status.sealed) == ("bob", "it is not written anywhere")
        assert "Owner:     bob\n" in str(status)
        assert not auth.status(in_memory, owner="eve").signed_in
    finally:
        store.clear(token.client_id, "bob")


def test_names_of_strangers_are_shown_as_text(
    settings: config.Settings, store: tokens.TokenStore
) -> None:
    evil = '<img src=x onerror="alert(1)">'
    store.save(
        tokens.Token("BQ", "AQ", 1.0, frozenset(), time.time(), settings.client_id or "", "i", evil)
    )
    shown = Text(auth.status(settings)._repr_html_())
    assert "img" not in shown.tags
    assert f"Signed in as {evil}" in shown.words
    status = dataclasses.replace(
        auth.status(settings), scopes=("<script>",), owner="<b>", source="</style><script>"
    )
    assert not {"script", "b "} & Text(status._repr_html_()).tags


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_on_any_paper(
    chromium: Any, settings: config.Settings, sign_in: SignIn, tmp_path: Path, theme: str
) -> None:
    paper, ink = ("#ffffff", "#212121") if theme == "light" else ("#111111", "#e0e0e0")
    sign_in(authorized_at=time.time() - DAY_S * 160, scopes=frozenset({"user-top-read"}))
    page = chromium.new_page(viewport={"width": 700, "height": 640})
    try:
        page.set_content(
            f'<body style="background:{paper};color:{ink};font:14px sans-serif">'
            f"{auth.status(settings)._repr_html_()}</body>"
        )
        card = page.locator(".sa-status")
        assert card.locator("th", has_text="May not").is_visible()
        shades = card.locator("th, td, b").evaluate_all(
            "all => [...new Set(all.map(one => getComputedStyle(one).color))]"
        )
        # one ink, that of the page around it, so its contrast is that of the page
        expected = "rgb(33, 33, 33)" if theme == "light" else "rgb(224, 224, 224)"
        assert shades == [expected]
        width = card.evaluate("one => [one.scrollWidth, one.clientWidth]")
        assert width[0] <= width[1], "nothing sticks out"
        if folder := os.environ.get("TEST_PICTURES"):
            card.screenshot(path=Path(folder) / f"status-{theme}.png")
    finally:
        page.close()
