"""The stand-in as a server: life, settings, counting, limits, speed, steering over HTTP."""

from __future__ import annotations

import concurrent.futures
import gc
import socket
import subprocess
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from spotify_analysis.demo.server import Server
from spotify_analysis.demo.switches import Switches

# ---------------------------------------------------------------- life


def test_start_and_stop_leave_nothing_behind(small: Any) -> None:
    before = threading.active_count()
    server = Server(small())
    with pytest.raises(RuntimeError, match="before start"):
        _ = server.url
    for _ in range(2):
        with server:
            url = server.url
            assert requests.get(f"{url}/_demo", timeout=5).status_code == 200
            assert server.start() is server  # again does nothing
        assert threading.active_count() == before
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(url, timeout=5)
    server.stop()
    del server
    gc.collect()  # a socket left open would be a ResourceWarning here, which is an error


def test_stop_does_not_wait_for_slow_answers(small: Any) -> None:
    with Server(small()) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        server.faults.add("slow", delay_s=60)
        waiting = pool.submit(requests.get, f"{server.api_url}me", timeout=30)
        while not server.requests:
            time.sleep(0.01)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        with pytest.raises(requests.exceptions.ConnectionError):
            waiting.result()


@pytest.mark.parametrize("path", ["/api/token", "/_demo/faults"])
def test_a_client_that_goes_away_is_not_reported(
    small: Any, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with Server(small()) as server:
        where = urlsplit(server.url)
        with socket.create_connection((where.hostname, where.port)) as gone:
            head = f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 50\r\n\r\n"
            gone.sendall(head.encode() + b"half a body")
            # another answer shows that the half request is being read by now
            assert requests.get(f"{server.url}/_demo", timeout=5).status_code == 200
        assert requests.get(f"{server.url}/_demo", timeout=5).status_code == 200
    assert caplog.text == ""


def test_a_taken_port_is_an_error_at_once(small: Any) -> None:
    with Server(small()) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            Server(small(), port=port).start()


def test_importing_the_front_page_is_free() -> None:
    code = (
        "import sys; from spotify_analysis import demo; "
        "print([m for m in ('uvicorn', 'starlette', 'numpy', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_repr_tells_no_secret(server: Any, browser: Any) -> None:
    token = browser.sign_in()
    shown = repr(server) + repr(server.state) + repr(server.requests)
    assert token["access_token"] not in shown
    assert token["refresh_token"] not in shown
    assert server.url in repr(server)


# ---------------------------------------------------------------- settings


def test_settings_are_checked_before_any_is_set(server: Any) -> None:
    with pytest.raises(ValueError, match="`mode` must be one of 'new', 'old', 'extended'"):
        server.set(delay_s=9.0, mode="newest")
    with pytest.raises(ValueError, match="there is no switch 'speed'"):
        server.set(speed=1)
    assert server.switches == Switches()


def test_granted_scopes_in_any_form() -> None:
    switches = Switches()
    for given in ("b a", ["a", "b"], {"a", "b"}):
        switches.change(granted_scopes=given)
        assert switches.as_json()["granted_scopes"] == ["a", "b"]
    switches.change(granted_scopes=None)
    assert switches.as_json()["granted_scopes"] is None


# ---------------------------------------------------------------- counting


def test_calls_are_counted(server: Any, api: Any, browser: Any) -> None:
    browser.sign_in()
    api.get("me/tracks", limit=50)
    api.get("me/tracks/", limit=50)
    api.call("POST", "me/playlists", json={"name": "x"})
    assert server.calls() == 3
    assert server.calls("me/tracks") == server.calls("/v1/me/tracks") == 2
    assert server.calls("me", method="POST") == 1
    first = next(request for request in server.requests if request.path == "/v1/me/tracks")
    assert (first.method, first.query, first.status) == ("GET", "limit=50", 200)
    server.forget_requests()
    assert server.calls() == 0


def test_waits_are_side_by_side(server: Any, api: Any) -> None:
    server.set(delay_s=0.2)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        began = time.monotonic()
        got = list(pool.map(lambda _: api.call("GET", "me").status_code, range(16)))
    took_s = time.monotonic() - began
    assert got == [200] * 16
    assert server.peak_in_flight == 8
    assert 0.4 <= took_s < 1.6  # one after another would take 3.2 s


def test_short_answers_are_not_held_back(server: Any, api: Any) -> None:
    began = time.monotonic()
    for _ in range(50):
        api.get("me")
    assert time.monotonic() - began < 1.5  # with Nagle's algorithm 2 s, on the fastest computer


# ---------------------------------------------------------------- limits over time


def test_rate_limit_in_a_rolling_window(server: Any, api: Any) -> None:
    server.set(rate_limit=5)
    server.clock = type(server.clock)(lambda: 1e9)
    api.session.headers["Authorization"] = f"Bearer {eternal_token(server)}"
    for _ in range(5):
        assert api.call("GET", "me").status_code == 200
        server.advance(1)
    answer = api.call("GET", "me")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "25"
    server.advance(25)
    assert [api.call("GET", "me").status_code for _ in range(2)] == [200, 429]


def test_quota_in_a_rolling_day(server: Any, api: Any) -> None:
    server.set(quota=3, quota_retry_after_s=40_000)
    api.session.headers["Authorization"] = f"Bearer {eternal_token(server)}"
    codes = [api.call("GET", "me").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = api.call("GET", "me")
    assert answer.json()["error"]["reason"] == "QUOTA_EXCEEDED"
    assert answer.headers["retry-after"] == "40000"
    server.advance(days=1, seconds=1)
    assert api.call("GET", "me").status_code == 200


def eternal_token(server: Any) -> str:
    """Make a token that no clock can end."""
    token: str = server.state.issue_access_token(
        client_id=server.client_id,
        user_id=server.user_id,
        scopes=frozenset(),
        expires_at=float("inf"),
    )
    return token


# ---------------------------------------------------------------- steering over HTTP


@pytest.fixture
def steer(server: Any) -> Any:
    """Give a function that calls `/_demo`."""

    def call(method: str, path: str, **kwargs: Any) -> requests.Response:
        return requests.request(method, f"{server.url}/_demo{path}", timeout=5, **kwargs)

    return call


def test_steering_tells_what_a_client_needs(server: Any, steer: Any) -> None:
    about = steer("GET", "").json()
    assert about["client_id"] == server.client_id
    assert about["redirect_uris"][0] == server.redirect_uri == "http://127.0.0.1/callback"
    assert about["settings"]["mode"] == "new"


def test_steering_settings(server: Any, steer: Any) -> None:
    answer = steer("PUT", "/settings", json={"mode": "old", "granted_scopes": ["user-top-read"]})
    assert answer.json()["mode"] == server.mode == "old"
    assert steer("PUT", "/settings", json={"mode": "none"}).status_code == 400
    assert steer("PUT", "/settings", json=[1]).status_code == 400
    assert server.mode == "old"


def test_steering_faults(server: Any, api: Any, steer: Any) -> None:
    two = [{"kind": "404_empty"}, {"kind": "5xx", "status": 500}]
    assert steer("POST", "/faults", json=two).status_code == 204
    assert [api.call("GET", "me").status_code for _ in range(3)] == [404, 500, 200]
    steer("POST", "/faults", json={"kind": "5xx", "times": None})
    steer("DELETE", "/faults")
    assert api.call("GET", "me").status_code == 200
    for wrong in ({"kind": "teapot"}, {"kind": "5xx", "colour": "red"}, [3]):
        answer = steer("POST", "/faults", json=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_steering_looks_clock_and_reset(server: Any, api: Any, steer: Any) -> None:
    api.get("me/tracks", limit=3)
    seen = steer("GET", "/requests").json()
    assert [(r["path"], r["query"], r["status"]) for r in seen] == [
        ("/v1/me/tracks", "limit=3", 200)
    ]
    now = server.clock.now()
    assert steer("POST", "/clock", json={"advance_s": 7200}).json()["now"] >= now + 7200
    assert api.refused("GET", "me") == (401, "The access token expired")
    assert steer("POST", "/revoke").status_code == 204
    assert steer("POST", "/reset").status_code == 204
    assert server.requests == []
    assert api.refused("GET", "me") == (401, "Invalid access token")
