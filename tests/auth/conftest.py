"""A stand-in Spotify, and settings that lead to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from spotify_analysis import auth, config, tokens
from spotify_analysis.demo import catalogue, listener
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.state import Clock
from spotify_analysis.demo.switches import Switches

NAME = "Ada Example"


def person(name: str | None = NAME, *, account_id: str = "ada-account") -> listener.Listener:
    """Make somebody with an account and nothing in it."""
    nothing = catalogue.Catalogue(
        seed=0, artists={}, albums={}, tracks={}, shows={}, episodes={}, audiobooks={}, chapters={}
    )
    return listener.Listener(
        id=f"user-{account_id}",
        account_id=account_id,
        display_name=name,  # type: ignore[arg-type]  # Spotify sends null for people without one
        country="DE",
        time_zone="Europe/Berlin",
        catalogue=nothing,
        plays=(),
        saved_tracks=(),
        saved_albums=(),
        saved_shows=(),
        saved_episodes=(),
        followed_artist_ids=(),
        playlists=(),
    )


@pytest.fixture
def somebody() -> Callable[..., listener.Listener]:
    """Give the maker of people."""
    return person


@pytest.fixture(scope="package")
def stand_in() -> Iterator[Server]:
    """Start one stand-in for all tests here: starting and stopping takes longer than most."""
    with Server(person()) as server:
        yield server


@pytest.fixture
def spotify(stand_in: Server) -> Server:
    """Give a stand-in as new, where Ada is signed in and agrees to everything."""
    stand_in.switches = Switches(auto_approve=True)
    stand_in.clock = Clock()
    stand_in.reset()
    return stand_in


@pytest.fixture
def settings(spotify: Server, tmp_path: Path) -> config.Settings:
    """Give settings for the stand-in."""
    return config.Settings(
        client_id=spotify.client_id,
        accounts_url=spotify.accounts_url,
        api_url=spotify.api_url,
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        key="none",  # whether this computer has a keyring is none of these tests' business
    )


@pytest.fixture
def store(settings: config.Settings) -> tokens.TokenStore:
    """Give the store the settings name."""
    return tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key)


def redirected(authorize_url: str) -> str:
    """Go where the browser would go, and give the address it ends at."""
    answer = requests.get(authorize_url, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.fixture
def browse() -> Callable[[str], str]:
    """Give the person's browser."""
    return redirected


@pytest.fixture
def sign_in(settings: config.Settings, store: tokens.TokenStore) -> Callable[..., tokens.Token]:
    """Give a way to be signed in, with whatever of the token changed."""

    def sign_in(**changes: Any) -> tokens.Token:
        attempt = auth.Attempt.start(settings, auth.DEFAULT_SCOPES)
        code = auth.parse_paste(redirected(attempt.authorize_url), attempt)
        token = auth.exchange(
            settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes
        )
        token = dataclasses.replace(token, account_id="ada-account", display_name=NAME, **changes)
        store.save(token)
        return token

    return sign_in
