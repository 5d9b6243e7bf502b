"""Faults of the stand-in: a loader gives all rows or an error of ours, never a short list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spotify_analysis import client, demo, errors, loaders

Connect = Callable[..., client.Client]
pytestmark = pytest.mark.parametrize("mode", ["new"], indirect=True)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("rate_429_json", {"retry_after": 2}),
        ("rate_429_text", {"retry_after": 1}),
        ("401_expired", {}),
        ("401_missing", {}),
        ("5xx", {"status": 502, "times": 3}),
        ("cut", {}),
        ("empty_200", {"times": 2}),
        ("html_200", {"times": 2}),
        ("null_200", {"times": 2}),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_passing_fault_changes_nothing(
    spotify: client.Client, server: demo.Server, kind: str, facts: dict[str, Any], after: int
) -> None:
    server.faults.add(kind, path="/me/tracks", after=after, **facts)
    assert len(loaders.saved_tracks(spotify)) == 144


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("quota_429", {}, errors.QuotaExceededError),
        ("rate_429_json", {"retry_after": 86_400}, errors.RateLimitedError),
        ("5xx", {"status": 503}, errors.ServerError),
        ("cut", {}, errors.ServerError),
        ("html_200", {}, errors.BadAnswerError),
        ("null_200", {}, errors.BadAnswerError),
        ("empty_200", {}, errors.BadAnswerError),
        ("403_forbidden", {}, errors.ForbiddenError),
        ("403_scope", {}, errors.MissingScopeError),
        ("403_premium", {}, errors.PremiumRequiredError),
        ("403_unregistered", {}, errors.NotRegisteredError),
        ("404_empty", {}, errors.NotFoundError),
        ("foreign_next", {}, errors.UntrustedHostError),
    ],
)
def test_a_lasting_fault_is_an_error_that_says_how_far(
    spotify: client.Client,
    server: demo.Server,
    kind: str,
    facts: dict[str, Any],
    expected: type[errors.SpotifyError],
) -> None:
    server.faults.add(kind, path="/me/tracks", after=1, times=99, **facts)
    with pytest.raises(expected) as caught:
        loaders.saved_tracks(spotify)
    assert caught.value.n_total == 144
    assert caught.value.n_loaded == 50
    assert "50 of 144 rows" in str(caught.value)


@pytest.mark.parametrize("kind", ["loop_next", "null_total", "wrong_total", "short_page"])
def test_odd_pages_lose_no_row(spotify: client.Client, server: demo.Server, kind: str) -> None:
    server.faults.add(kind, path="/me/tracks", times=1)
    assert len(loaders.saved_tracks(spotify)) == 144


def test_an_expired_token_is_renewed_by_one_of_four_threads(
    connect: Connect, server: demo.Server
) -> None:
    spotify = connect()
    server.state.expire_access_tokens()
    server.forget_requests()
    assert len(loaders.saved_tracks(spotify)) == 144
    assert server.calls("/api/token") == 1


def test_a_login_that_has_ended_says_so(connect: Connect, server: demo.Server) -> None:
    spotify = connect()
    server.state.revoke()
    with pytest.raises(errors.NotLoggedInError):
        loaders.saved_tracks(spotify)


def test_a_playlist_that_breaks_off_costs_only_itself(
    connect: Connect, server: demo.Server
) -> None:
    spotify = connect(workers=1)
    spotify.cache.clear()
    mine = loaders.playlists(spotify)
    server.faults.add("403_forbidden", path=r"/playlists/adapublic\w*/items", after=2, times=9)
    with pytest.raises(errors.ForbiddenError):
        loaders.playlist_items(spotify, mine)
    server.faults.clear()
    server.forget_requests()
    assert len(loaders.playlist_items(spotify, mine)) == 150
    # the short ones came whole before; of the long one the first and the last page are asked for
    assert server.calls() == 2
