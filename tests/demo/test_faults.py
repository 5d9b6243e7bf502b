"""Faults on demand: which request each strikes, and what then comes over the wire."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from spotify_analysis.demo import faults
from spotify_analysis.demo.faults import Fault, Faults

# ---------------------------------------------------------------- which request


def test_a_fault_strikes_once_by_default() -> None:
    waiting = Faults()
    waiting.add("404_empty")
    assert waiting.take("GET", "/v1/me", "") is not None
    assert waiting.take("GET", "/v1/me", "") is None
    assert len(waiting) == 0


def test_after_and_times() -> None:
    waiting = Faults()
    waiting.add("5xx", after=2, times=2)
    struck = [waiting.take("GET", "/v1/me", "") is not None for _ in range(6)]
    assert struck == [False, False, True, True, False, False]


def test_for_ever_until_cleared() -> None:
    waiting = Faults()
    waiting.add("5xx", times=None)
    assert all(waiting.take("GET", "/v1/me", "") for _ in range(10))
    waiting.clear()
    assert waiting.take("GET", "/v1/me", "") is None


@pytest.mark.parametrize(
    ("facts", "strikes"),
    [
        ({}, True),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"path": "/me/tracks$"}, True),
        ({"path": "/me/tracks/contains"}, False),
        ({"query": r"offset=50\b"}, True),
        ({"query": r"offset=5\b"}, False),
        ({"method": "GET", "path": "tracks", "query": "limit"}, True),
    ],
)
def test_which_requests_match(facts: dict[str, Any], strikes: bool) -> None:
    assert Fault("5xx", **facts).matches("GET", "/v1/me/tracks", "limit=50&offset=50") is strikes


def test_the_first_added_strikes_first() -> None:
    waiting = Faults()
    waiting.add("404_empty", path="/me")
    waiting.add(Fault("5xx"), status=500)
    kinds = [waiting.take("GET", "/v1/me", "") for _ in range(2)]
    assert [fault and fault.kind for fault in kinds] == ["404_empty", "5xx"]


def test_wrong_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="there is no fault 'teapot'"):
        Fault("teapot")
    with pytest.raises(ValueError, match="is no regular expression"):
        Fault("5xx", path="(")


# ---------------------------------------------------------------- what comes over the wire

ANSWERS: dict[str, tuple[int, str, str]] = {  # kind -> status, content type, in the body
    "rate_429_json": (429, "application/json", "API rate limit exceeded"),
    "rate_429_text": (429, "text/plain", "Too many requests"),
    "rate_429_bare": (429, "application/json", "API rate limit exceeded"),
    "quota_429": (429, "application/json", '"reason":"QUOTA_EXCEEDED"'),
    "401_expired": (401, "application/json", "The access token expired"),
    "401_missing": (401, "application/json", "Access token missing"),
    "401_invalid": (401, "application/json", "Invalid access token"),
    "403_forbidden": (403, "application/json", '"message":"Forbidden"'),
    "403_scope": (403, "application/json", "Insufficient client scope"),
    "403_premium": (403, "text/plain", "Active premium subscription required"),
    "403_unregistered": (403, "text/plain", "not registered"),
    "404_json": (404, "application/json", "Resource not found"),
    "404_empty": (404, "", ""),
    "5xx": (503, "application/json", "Service unavailable"),
    "5xx_html": (503, "text/html", "upstream error"),
    "5xx_empty": (503, "", ""),
    "empty_200": (200, "application/json", ""),
    "html_200": (200, "text/html", "<html>"),
    "null_200": (200, "application/json", "null"),
    "list_200": (200, "application/json", "[]"),
    "redirect": (302, "", ""),
    "huge": (200, "application/json", '{"a":"xxx'),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_faults_that_are_an_answer(server: Any, api: Any, kind: str) -> None:
    status, content_type, text = ANSWERS[kind]
    server.faults.add(kind, path="/me/tracks", size=1000)
    answer = api.call("GET", "me/tracks")
    assert answer.status_code == status
    assert answer.headers.get("content-type", "").startswith(content_type)
    assert text in answer.text
    assert server.requests[-1].fault == kind
    assert api.get("me/tracks")["total"] == 144


CHANGES = ["null_items", "foreign_next", "loop_next", "short_page", "empty_page"]
CHANGES += ["wrong_total", "null_total"]
CONNECTION = ["slow", "drip", "cut", "cut_json", "lost_answer", "dropped"]


def test_every_kind_is_tested_here() -> None:
    assert {*ANSWERS, *CHANGES, *CONNECTION} == set(faults.KINDS)


@pytest.mark.parametrize(
    ("kind", "retry_after", "header"),
    [
        ("rate_429_json", 3, "3"),
        ("rate_429_text", "Wed, 25 Nov 2026 10:00:00 GMT", "Wed, 25 Nov 2026 10:00:00 GMT"),
        ("quota_429", None, "52531"),
        ("rate_429_bare", 3, None),
        ("5xx", 7, "7"),
        ("5xx", None, None),
    ],
)
def test_retry_after(
    server: Any, api: Any, kind: str, retry_after: Any, header: str | None
) -> None:
    server.faults.add(kind, retry_after=retry_after)
    assert api.call("GET", "me").headers.get("retry-after") == header


@pytest.mark.parametrize(
    ("status", "text"), [(500, "Server error."), (502, "Bad gateway."), (504, "Server error.")]
)
def test_server_errors(server: Any, api: Any, status: int, text: str) -> None:
    server.faults.add("5xx", status=status)
    assert api.refused("GET", "me") == (status, text)


def test_a_page_with_holes(server: Any, api: Any) -> None:
    server.faults.add("null_items")
    items = api.get("me/tracks", limit=7)["items"]
    assert [item is None for item in items] == [True, False, False] * 2 + [True]


def test_a_page_inside_another_object(server: Any, api: Any) -> None:
    server.faults.add("null_items")
    assert api.get("search", q="song", type="track")["tracks"]["items"][0] is None


def test_links_that_lead_astray(server: Any, api: Any) -> None:
    server.faults.add("foreign_next", url="http://127.0.0.1:9/v1/me/tracks")
    assert api.get("me/tracks")["next"] == "http://127.0.0.1:9/v1/me/tracks"
    server.faults.add("loop_next", query="offset=20")
    page = api.get("me/tracks", offset=20)
    assert page["next"] == page["href"]
    server.faults.add("redirect", url="http://127.0.0.1:9/")
    assert api.call("GET", "me").headers["location"] == "http://127.0.0.1:9/"


def test_pages_that_do_not_add_up(server: Any, api: Any) -> None:
    for kind in ("short_page", "empty_page", "wrong_total", "null_total"):
        server.faults.add(kind)
    pages = [api.get("me/tracks", limit=10) for _ in range(4)]
    assert [len(page["items"]) for page in pages] == [9, 0, 10, 10]
    assert [page["total"] for page in pages] == [144, 144, 10, None]


def test_a_change_of_page_leaves_other_answers_alone(server: Any, api: Any) -> None:
    server.faults.add("null_items", times=2)
    assert api.get("me")["id"] == "ada"
    assert api.refused("GET", "me/nothing") == (404, "Service not found")


def test_slow(server: Any, api: Any) -> None:
    server.faults.add("slow", delay_s=0.15)
    began = time.monotonic()
    assert api.get("me")["id"] == "ada"
    assert time.monotonic() - began >= 0.15


def test_drip_sends_all_in_pieces(server: Any, api: Any) -> None:
    server.faults.add("drip", size=100, delay_s=0.005)
    answer = api.call("GET", "me", stream=True)
    assert answer.json()["id"] == "ada"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_cut(server: Any, api: Any) -> None:
    server.faults.add("cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.call("GET", "me/tracks")
    assert server.requests[-1].status == 200


def test_cut_json_claims_to_be_whole(server: Any, api: Any) -> None:
    server.faults.add("cut_json")
    answer = api.call("GET", "me/tracks")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_lost_answer_did_what_was_asked(server: Any, api: Any) -> None:
    server.faults.add("lost_answer", method="POST")
    with pytest.raises(requests.exceptions.ConnectionError):
        api.call("POST", "me/playlists", json={"name": "Lost"})
    assert server.requests[-1].status is None
    assert api.get("me/playlists")["items"][0]["name"] == "Lost"


def test_dropped_did_nothing(server: Any, api: Any) -> None:
    server.faults.add("dropped", method="POST")
    with pytest.raises(requests.exceptions.ConnectionError):
        api.call("POST", "me/playlists", json={"name": "Dropped"})
    assert api.get("me/playlists")["total"] == 6


def test_faults_of_the_accounts_service(server: Any, browser: Any) -> None:
    server.faults.add("5xx", path="/api/token", status=503)
    code = browser.code()
    assert browser.exchange(code).status_code == 503
    assert browser.exchange(code).status_code == 200  # the code was not used up
