"""What a client is: made from a saved login, plain to look at, and an account of what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spotify_analysis import client, config, errors, tables

Connect = Callable[..., client.Client]


def test_without_a_saved_login_connecting_says_how_to_sign_in() -> None:
    settings = config.load(client_id="0123456789abcdef0123456789abcdef")
    with pytest.raises(errors.NotLoggedInError, match="login"):
        client.connect(settings=settings)


def test_options_are_checked(connect: Connect) -> None:
    with pytest.raises(ValueError, match="`workers` must be 1 or more; not 0"):
        connect(workers=0)


def test_the_longest_wait_comes_from_the_settings_unless_given(connect: Connect) -> None:
    assert connect().max_wait_s == 60.0
    assert connect(max_wait_s=5.0).max_wait_s == 5.0


def test_it_ends_with_its_block(connect: Connect, stub: Any, make_answer: Any) -> None:
    stub.routes["me"] = lambda asked: make_answer(body={"id": "me"})
    with connect() as spotify:
        assert spotify.me()["id"] == "me"
    assert repr(spotify).endswith("1 call so far)")


def test_a_profile_is_a_copy(connect: Connect, stub: Any, make_answer: Any) -> None:
    stub.routes["me"] = lambda asked: make_answer(body={"id": "me"})
    spotify = connect()
    spotify.me()["id"] = "changed"
    assert spotify.me()["id"] == "me"
    assert len(stub.asked) == 1


def test_usage_counts_calls_by_endpoint_and_status(
    connect: Connect, stub: Any, make_error: Any, make_answer: Any
) -> None:
    spotify = connect()
    assert spotify.usage().empty
    stub.serve_list("me/tracks", [{"id": str(n)} for n in range(120)])
    stub.script = [make_error(429, "Too many requests", Retry_After="2"), make_answer(502, b"")]
    spotify.pages("me/tracks")
    usage = spotify.usage()
    assert {name: str(dtype) for name, dtype in usage.dtypes.items()} == tables.USAGE.dtypes
    by_status = usage.set_index("status")
    assert set(usage["endpoint"]) == {"GET /me/tracks"}
    assert by_status["n_calls"].to_dict() == {200: 3, 429: 1, 502: 1}
    assert by_status.loc[429, "waited_s"] == 2.0
    assert (usage["first_at"] <= usage["last_at"]).all()
    assert spotify.n_calls == len(stub.asked) == 5


def test_a_thing_is_asked_for_by_a_kind_there_is(connect: Connect) -> None:
    with pytest.raises(ValueError, match="`kind` must be one of"):
        connect().by_id("users", ["x"])
