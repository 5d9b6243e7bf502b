"""One call: what is repeated, what is waited for, and what each refusal means."""

from __future__ import annotations

import json
import logging
import pickle
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spotify_analysis import client, errors, transport

ID = "37i9dQZF1DXcBWIGoYBM5M"
Connect = Callable[..., client.Client]


@pytest.fixture(autouse=True)
def profile(stub: Any, make_answer: Any) -> None:
    for path in ("me", "me/playlists"):
        stub.routes[path] = lambda asked: make_answer(body={"id": "me", "said": asked.query})


class TestOneCall:
    def test_it_carries_the_token_and_leaves_out_what_is_none(
        self, spotify: client.Client, stub: Any
    ) -> None:
        answer = spotify.call("GET", "me", params={"a": 1, "b": None})
        assert answer == {"id": "me", "said": {"a": "1"}}
        assert stub.asked[0].headers["Authorization"] == "Bearer token-0"

    def test_a_change_sends_json_and_may_be_answered_with_nothing(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [make_answer(200, b"")]
        assert spotify.call("PUT", f"playlists/{ID}", json={"name": "x"}) is None
        assert json.loads(stub.asked[0].body) == {"name": "x"}

    @pytest.mark.parametrize(
        "path",
        [
            "../x",
            "playlists/../me",
            "me?x=1",
            "me#x",
            "a//b",
            "a b",
            "tracks/\n",
            "x" * 3000,
            "a\\b",
        ],
    )
    def test_a_path_that_leads_elsewhere_is_refused(
        self, spotify: client.Client, stub: Any, path: str
    ) -> None:
        with pytest.raises(ValueError, match="no path"):
            spotify.call("GET", path)
        assert stub.asked == []


class TestFaults:
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_get_is_tried_again_with_growing_waits(
        self, spotify: client.Client, stub: Any, make_answer: Any, waits: list[float], status: int
    ) -> None:
        stub.script = [make_answer(status, b"Bad gateway") for _ in range(4)]
        assert spotify.call("GET", "me")["id"] == "me"
        assert len(stub.asked) == 5
        for wait_s, base_s in zip(waits, [0.5, 1, 2, 4], strict=True):
            assert base_s <= wait_s <= 1.25 * base_s

    def test_after_five_tries_it_is_an_error_of_the_server(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [make_answer(503, b"") for _ in range(9)]
        with pytest.raises(errors.ServerError, match="5 tries") as caught:
            spotify.call("GET", "me")
        assert len(stub.asked) == 5
        assert (caught.value.status, caught.value.endpoint) == (503, "GET /me")

    @pytest.mark.parametrize("status", [500, 502, 503])
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_a_change_is_never_sent_twice(
        self, spotify: client.Client, stub: Any, make_answer: Any, method: str, status: int
    ) -> None:
        stub.script = [make_answer(status, b"")]
        with pytest.raises(errors.MaybeDoneError, match="not repeated"):
            spotify.call(method, "me/playlists", json={})
        assert len(stub.asked) == 1

    def test_a_change_whose_answer_is_lost_may_have_been_done(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [make_answer(201, b"{", cut=True)]
        with pytest.raises(errors.MaybeDoneError, match="answer was lost"):
            spotify.call("POST", "me/playlists", json={})
        assert len(stub.asked) == 1

    def test_a_change_that_could_not_be_sent_was_not_done(
        self, connect: Connect, stub: Any
    ) -> None:
        spotify = connect()
        stub.stop()
        try:
            with pytest.raises(errors.NetworkError, match="No connection"):
                spotify.call("POST", "me/playlists", json={})
        finally:
            stub._thread.join()

    @pytest.mark.parametrize(
        "body", [b"", b"null", b'{"id": ', b"<html>hello</html>", b'"text"', b"5", b"\xff\xfe"]
    )
    def test_what_is_no_json_object_is_asked_for_again(
        self, spotify: client.Client, stub: Any, make_answer: Any, body: bytes
    ) -> None:
        stub.script = [make_answer(200, body)]
        assert spotify.call("GET", "me")["id"] == "me"
        stub.script = [make_answer(200, body) for _ in range(5)]
        with pytest.raises(errors.BadAnswerError):
            spotify.call("GET", "me")
        assert len(stub.asked) == 7

    def test_a_cut_answer_is_asked_for_again_and_then_a_server_error(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [make_answer(200, b"{", cut=True)]
        assert spotify.call("GET", "me")["id"] == "me"
        stub.script = [make_answer(200, b"{", cut=True) for _ in range(5)]
        with pytest.raises(errors.ServerError, match="connection broke"):
            spotify.call("GET", "me")

    def test_silence_is_tolerated_once(self, connect: Any, stub: Any) -> None:
        stub.delay_s = 0.8
        spotify = connect(limits=transport.Limits(silence_s=0.3))
        with pytest.raises(errors.TooSlowError, match="silent"):
            spotify.call("GET", "me")
        assert len(stub.asked) == 2

    def test_attack_16_a_redirect_of_the_api_is_not_followed(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [make_answer(302, b"", {"Location": "https://evil.example/"})]
        with pytest.raises(errors.BadAnswerError, match="redirect"):
            spotify.call("GET", "me")
        assert len(stub.asked) == 1


class TestWaiting:
    def test_a_short_wait_is_kept_and_said_once(
        self,
        spotify: client.Client,
        stub: Any,
        make_error: Any,
        waits: list[float],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        stub.script = [make_error(429, "API rate limit exceeded", Retry_After="3")]
        with caplog.at_level(logging.WARNING):
            assert spotify.call("GET", "me")["id"] == "me"
        assert waits[0] == 3
        assert caplog.messages == ["Spotify asks us to wait 3 s; going on after that."]
        usage = spotify.usage().set_index("status")
        assert usage.loc[429, "waited_s"] == 3

    def test_a_long_wait_is_an_error_with_the_time_and_nothing_is_sent_meanwhile(
        self, spotify: client.Client, stub: Any, make_error: Any, waits: list[float]
    ) -> None:
        stub.script = [make_error(429, "Too many requests", Retry_After="3600")]
        now = datetime.now(UTC)
        with pytest.raises(errors.RateLimitedError, match=r"3,600 s; the limit is 60 s") as caught:
            spotify.call("GET", "me")
        assert not isinstance(caught.value, errors.QuotaExceededError)
        assert caught.value.wait_s == 3600
        assert caught.value.resume_at is not None
        assert abs(caught.value.resume_at - now - timedelta(hours=1)) < timedelta(seconds=10)
        with pytest.raises(errors.RateLimitedError):
            spotify.call("GET", "me")
        assert len(stub.asked) == 1
        assert waits == []

    def test_the_limit_can_be_raised(
        self, spotify: client.Client, stub: Any, make_error: Any, waits: list[float]
    ) -> None:
        spotify.max_wait_s = 7200
        stub.script = [make_error(429, "Too many requests", Retry_After="3600")]
        assert spotify.call("GET", "me")["id"] == "me"
        assert waits[0] == 3600

    def test_a_used_up_quota_is_told_apart_however_short_the_wait(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [
            make_error(429, "Too many requests", reason="QUOTA_EXCEEDED", Retry_After="5")
        ]
        with pytest.raises(errors.QuotaExceededError, match="developer account") as caught:
            spotify.call("GET", "me")
        assert caught.value.resume_at is not None
        assert len(stub.asked) == 1

    @pytest.mark.parametrize("said", [None, "soon", "-5", "nan", "1e99", ""])
    def test_without_a_sensible_wait_it_backs_off(
        self,
        spotify: client.Client,
        stub: Any,
        make_answer: Any,
        waits: list[float],
        said: str | None,
    ) -> None:
        headers = {} if said is None else {"Retry-After": said}
        stub.script = [make_answer(429, b"Too many requests", headers) for _ in range(9)]
        with pytest.raises(errors.RateLimitedError, match="keeps refusing"):
            spotify.call("GET", "me")
        assert len(stub.asked) == 5
        assert len(waits) == 4

    def test_a_date_is_read_as_a_wait(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        stub.script = [
            make_answer(429, b"", {"Retry-After": "Fri, 01 Jan 2077 00:00:00 GMT"}),
            make_answer(429, b"", {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        ]
        assert spotify.call("GET", "me")["id"] == "me"

    def test_a_change_goes_on_after_a_wait_because_it_was_refused(
        self, spotify: client.Client, stub: Any, make_error: Any, waits: list[float]
    ) -> None:
        stub.script = [make_error(429, "Too many requests", Retry_After="2")]
        assert spotify.call("POST", "me/playlists", json={})["id"] == "me"
        assert waits[0] == 2


class TestLogin:
    def test_an_expired_token_is_renewed_once(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(401, "The access token expired")]
        assert spotify.call("GET", "me")["id"] == "me"
        assert [a.headers["Authorization"] for a in stub.asked] == [
            "Bearer token-0",
            "Bearer token-1",
        ]

    def test_a_missing_token_is_tried_again_before_it_is_renewed(
        self, spotify: client.Client, stub: Any, make_error: Any, waits: list[float]
    ) -> None:
        stub.script = [make_error(401, "Access token missing")]
        assert spotify.call("GET", "me")["id"] == "me"
        assert [a.headers["Authorization"] for a in stub.asked] == ["Bearer token-0"] * 2
        assert waits == [1.0]

    def test_after_both_the_person_is_asked(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(401, "Access token missing") for _ in range(9)]
        with pytest.raises(errors.NotLoggedInError, match="Sign in again"):
            spotify.call("GET", "me")
        assert len(stub.asked) == 3

    def test_a_change_goes_on_with_a_fresh_token(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(401, "The access token expired")]
        assert spotify.call("POST", "me/playlists", json={})["id"] == "me"

    def test_scopes_are_asked_for_before_a_call(self, spotify: client.Client, stub: Any) -> None:
        spotify.require_scopes("user-top-read", "user-library-read|user-follow-read")
        with pytest.raises(errors.MissingScopeError, match="user-follow-read") as caught:
            spotify.require_scopes("user-top-read", "user-follow-read")
        assert caught.value.scopes == ("user-follow-read",)
        assert stub.asked == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "body", "expected"),
        [
            ("audio-features", "Forbidden", errors.WithdrawnError),
            (f"playlists/{ID}/tracks", "Forbidden", errors.WithdrawnError),
            (f"playlists/{ID}/items", "Forbidden", errors.ForbiddenError),
            ("me", "Forbidden", errors.ForbiddenError),
            ("me/tracks", "Insufficient client scope", errors.MissingScopeError),
            ("audio-features", "Insufficient client scope", errors.MissingScopeError),
            ("me", "User not approved for app", errors.NotRegisteredError),
            ("me", "User not registered in the Developer Dashboard", errors.NotRegisteredError),
        ],
    )
    def test_the_403s_are_told_apart(
        self,
        spotify: client.Client,
        stub: Any,
        make_error: Any,
        path: str,
        body: str,
        expected: Any,
    ) -> None:
        stub.script = [make_error(403, body)]
        with pytest.raises(errors.ForbiddenError) as caught:
            spotify.call("GET", path)
        assert type(caught.value) is expected
        assert caught.value.status == 403
        assert len(stub.asked) == 1

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Active premium subscription required for the owner of the app. When the "
                "subscription status changes, it can take a few hours before requests are "
                "allowed again.",
                errors.PremiumRequiredError,
            ),
            (
                "Check settings on developer.spotify.com/dashboard, "
                "the user may not be registered.",
                errors.NotRegisteredError,
            ),
        ],
    )
    def test_plain_text_refusals_too(
        self, spotify: client.Client, stub: Any, make_answer: Any, text: str, expected: Any
    ) -> None:
        stub.script = [make_answer(403, text.encode(), {"Content-Type": "text/plain"})]
        with pytest.raises(expected):
            spotify.call("GET", "audio-features")

    def test_a_missing_scope_is_named(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(403, "Insufficient client scope")]
        with pytest.raises(errors.MissingScopeError, match="user-library-read") as caught:
            spotify.call("GET", "me/tracks")
        assert caught.value.scopes == ("user-library-read",)

    def test_a_withdrawn_call_is_remembered(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(403, "Forbidden")]
        with pytest.raises(errors.WithdrawnError):
            spotify.call("GET", "tracks", params={"ids": ID})
        assert not spotify.facts.gets("GET", "tracks")

    @pytest.mark.parametrize(
        ("path", "expected"),
        [("recommendations", errors.WithdrawnError), (f"tracks/{ID}", errors.NotFoundError)],
    )
    def test_not_found(
        self, spotify: client.Client, stub: Any, make_answer: Any, path: str, expected: Any
    ) -> None:
        stub.script = [make_answer(404, b"")]
        with pytest.raises(expected):
            spotify.call("GET", path)

    @pytest.mark.parametrize(
        "body", [b'{"error": "text"}', b"[1]", b"{}", b"\x00\xff", b"<b>no</b>"]
    )
    def test_fault_L17_an_error_of_unknown_form_is_still_ours(
        self, spotify: client.Client, stub: Any, make_answer: Any, body: bytes
    ) -> None:
        for status in (400, 403, 404, 418):
            stub.script = [make_answer(status, body)]
            with pytest.raises(errors.SpotifyError):
                spotify.call("GET", "me")

    def test_text_of_others_is_shown_on_one_short_line(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.script = [make_error(400, "Invalid\n\x1b[31m limit" + "x" * 5000)]
        with pytest.raises(errors.BadRequestError, match="Invalid") as caught:
            spotify.call("GET", "me")
        assert "\x1b" not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400


class TestSecrets:
    def test_no_token_in_errors_reprs_or_logs(
        self,
        spotify: client.Client,
        stub: Any,
        make_answer: Any,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        stub.script = [make_answer(200, b"{", cut=True) for _ in range(5)]
        with caplog.at_level(logging.DEBUG):
            try:
                spotify.call("GET", "me")
            except errors.ServerError as exc:
                shown = "".join(traceback.format_exception(exc))
        assert "token-0" not in shown + caplog.text + repr(spotify) + str(spotify)
        assert repr(spotify).startswith("Client(127.0.0.1:")

    def test_no_token_in_a_verbose_traceback_of_an_interrupted_call(
        self, spotify: client.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from IPython.core.ultratb import VerboseTB

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("http.client.HTTPConnection.getresponse", interrupted)
        try:
            spotify.call("GET", "me")
        except KeyboardInterrupt:
            shown = VerboseTB(include_vars=True).text(*sys.exc_info())
        assert "Hidden(***)" in shown
        assert "token-0" not in shown

    def test_a_client_is_not_pickled(self, spotify: client.Client) -> None:
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(spotify)
