"""The accounts service of the stand-in: the page, redirects, codes and tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from spotify_analysis.demo import state
from spotify_analysis.demo.accounts import SCOPES, redirect_matches, redirect_problem

INSECURE = "INVALID_CLIENT: Insecure redirect URI"
INVALID = "INVALID_CLIENT: Invalid redirect URI"


def redirected(answer: Any) -> dict[str, str]:
    """Read the query of a redirect."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


# ---------------------------------------------------------------- redirect addresses


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("http://127.0.0.1/callback", None),
        ("http://127.0.0.1:8000/callback", None),
        ("http://[::1]:8000/callback", None),
        ("https://example.com/callback", None),
        ("my-app://callback", None),
        ("http://localhost:8000/callback", INSECURE),
        ("https://localhost/callback", INSECURE),
        ("http://example.com/callback", INSECURE),
        ("http://127.0.0.1.example.com/callback", INSECURE),
        ("http://127.0.0.1:99999/callback", INVALID),
        ("http://[::1/callback", INVALID),
        ("http://127.0.0.1/callback#x", INVALID),
        ("", INVALID),
    ],
)
def test_which_redirects_are_secure(uri: str, problem: str | None) -> None:
    assert redirect_problem(uri) == problem


@pytest.mark.parametrize(
    ("asked", "registered", "matches"),
    [
        ("http://127.0.0.1:5123/cb", "http://127.0.0.1/cb", True),
        ("http://[::1]:5123/cb", "http://[::1]/cb", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1/cb", True),
        ("http://127.0.0.1:5123/cb?x=1", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:5123/cb/", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:5123/CB", "http://127.0.0.1/cb", False),
        ("http://127.0.0.1:5123/cb", "http://127.0.0.1:5124/cb", False),
        ("http://127.0.0.1:5123/cb", "http://[::1]/cb", False),
        ("http://user@127.0.0.1:5123/cb", "http://127.0.0.1/cb", False),
        ("https://example.com:444/cb", "https://example.com/cb", False),
    ],
)
def test_only_the_port_of_a_loopback_address_may_vary(
    asked: str, registered: str, matches: bool
) -> None:
    assert redirect_matches(asked, registered) is matches


# ---------------------------------------------------------------- the page


def test_the_page_says_who_asks_for_what(browser: Any) -> None:
    page = browser.authorize(scope="user-top-read playlist-read-private")
    assert page.status_code == 200
    assert "Ada Example" in page.text
    assert SCOPES["user-top-read"] in page.text
    assert SCOPES["playlist-read-private"] in page.text
    assert SCOPES["user-library-read"] not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_names_are_shown_as_text(server: Any, browser: Any) -> None:
    server.app_name = "<script>alert(1)</script>"
    page = browser.authorize()
    server.app_name = "Spotify analysis"
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_agree_redirects_with_code_and_state(browser: Any) -> None:
    answer = browser.press(browser.authorize(), "agree")
    assert answer.headers["location"].startswith("http://127.0.0.1:5555/callback?")
    assert set(redirected(answer)) == {"code", "state"}
    assert redirected(answer)["state"] == "a-state"


def test_cancel_redirects_with_the_error(browser: Any) -> None:
    answer = browser.press(browser.authorize(), "cancel")
    assert redirected(answer) == {"error": "access_denied", "state": "a-state"}


def test_no_state_sent_is_no_state_back(browser: Any) -> None:
    assert set(redirected(browser.press(browser.authorize(state=None), "agree"))) == {"code"}


def test_a_redirect_keeps_its_own_query(server: Any, browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(server, "redirect_uris", ("https://example.com/cb?room=7",))
    answer = browser.press(
        browser.authorize(redirect_uri="https://example.com/cb?room=7"), "cancel"
    )
    assert redirected(answer)["room"] == "7"


def test_a_request_is_decided_once(browser: Any) -> None:
    page = browser.authorize()
    browser.press(page, "agree")
    assert browser.press(page, "agree").status_code == 400


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "0" * 32}, "INVALID_CLIENT: Invalid client"),
        ({"client_id": None}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": "http://127.0.0.1:5555/other"}, INVALID),
        ({"redirect_uri": None}, INVALID),
        ({"redirect_uri": "http://localhost:5555/callback"}, INSECURE),
        ({"redirect_uri": "http://example.com/callback"}, INSECURE),
        ({"scope": "user-top-read user-read-everything"}, "Illegal scope"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"code_challenge_method": "plain"}, "code_challenge_method must be S256"),
        ({"code_challenge": "short"}, "code_challenge must be"),
    ],
)
def test_errors_stand_on_the_page_and_are_not_redirected(
    browser: Any, changes: dict[str, str | None], text: str
) -> None:
    page = browser.authorize(**changes)
    assert page.status_code == 400
    assert "location" not in page.headers
    assert text in page.text


def test_who_agreed_before_is_not_asked_again(browser: Any) -> None:
    browser.press(browser.authorize(scope="user-top-read user-library-read"), "agree")
    assert browser.authorize(scope="user-top-read").status_code == 303
    assert browser.authorize(scope="user-top-read", show_dialog="true").status_code == 200
    assert browser.authorize(scope="user-follow-read").status_code == 200


def test_auto_approve_needs_nobody(server: Any, browser: Any) -> None:
    server.set(auto_approve=True)
    assert "code" in redirected(browser.authorize())


# ---------------------------------------------------------------- codes


def test_exchange_with_pkce(browser: Any) -> None:
    answer = browser.exchange(browser.code(scope="user-top-read user-library-read"))
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert body["scope"] == "user-library-read user-top-read"
    assert body["access_token"]
    assert body["refresh_token"]


def test_exchange_with_secret(server: Any, browser: Any) -> None:
    code = browser.code(code_challenge=None, code_challenge_method=None)
    answer = browser.token(
        auth=(server.client_id, server.client_secret),
        grant_type="authorization_code",
        code=code,
        redirect_uri=browser.redirect_uri,
    )
    assert answer.status_code == 200
    token = answer.json()["refresh_token"]
    assert error_of(browser.refresh(token)) == ("invalid_client", "Invalid client secret")
    again = browser.token(
        auth=(server.client_id, server.client_secret),
        grant_type="refresh_token",
        refresh_token=token,
    )
    assert again.status_code == 200


def test_client_credentials_have_no_person(server: Any, browser: Any) -> None:
    answer = browser.token(
        auth=(server.client_id, server.client_secret), grant_type="client_credentials"
    )
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}


def error_of(answer: Any) -> tuple[str, str]:
    """Read an error body of the token endpoint, which is always a 400."""
    assert answer.status_code == 400
    return answer.json()["error"], answer.json()["error_description"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "nonsense"}, ("invalid_grant", "Invalid authorization code")),
        (
            {"redirect_uri": "http://127.0.0.1:5556/callback"},
            ("invalid_grant", "Invalid redirect URI"),
        ),
        ({"code_verifier": "x" * 50}, ("invalid_grant", "code_verifier was incorrect")),
        ({"code_verifier": None}, ("invalid_grant", "code_verifier was incorrect")),
        ({"client_id": "0" * 32}, ("invalid_client", "Invalid client")),
        ({"client_secret": "wrong"}, ("invalid_client", "Invalid client secret")),
        ({"client_id": None}, ("invalid_request", "client_id parameter is missing")),
        ({"code": None}, ("invalid_request", "code parameter is missing")),
        ({"redirect_uri": None}, ("invalid_request", "redirect_uri parameter is missing")),
        ({"grant_type": "password"}, ("unsupported_grant_type", None)),
        ({"grant_type": None}, ("unsupported_grant_type", "grant_type parameter is missing")),
    ],
)
def test_errors_of_an_exchange(
    browser: Any, changes: dict[str, str | None], error: tuple[str, str | None]
) -> None:
    got = error_of(browser.exchange(browser.code(), **changes))
    assert got[0] == error[0]
    assert error[1] in (None, got[1])


def test_a_code_works_once(browser: Any) -> None:
    code = browser.code()
    assert browser.exchange(code).status_code == 200
    assert error_of(browser.exchange(code)) == ("invalid_grant", "Invalid authorization code")


def test_a_failed_exchange_does_not_use_the_code_up(browser: Any) -> None:
    code = browser.code()
    browser.exchange(code, code_verifier="x" * 50)
    assert browser.exchange(code).status_code == 200


def test_a_code_runs_out(server: Any, browser: Any) -> None:
    code = browser.code()
    server.advance(601)
    assert error_of(browser.exchange(code)) == ("invalid_grant", "Authorization code expired")


def test_a_code_without_challenge_needs_the_secret(browser: Any) -> None:
    code = browser.code(code_challenge=None, code_challenge_method=None)
    assert error_of(browser.exchange(code))[0] == "invalid_client"


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("Basic !!!", "invalid_client"),
        ("Bearer abc", "invalid_client"),
        ("Basic eDp5", "invalid_client"),
    ],
)
def test_bad_basic_headers(server: Any, browser: Any, header: str, error: str) -> None:
    answer = browser.session.post(
        f"{server.accounts_url}/api/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )
    assert error_of(answer)[0] == error


def test_a_json_body_is_not_understood(server: Any, browser: Any) -> None:
    answer = browser.session.post(
        f"{server.accounts_url}/api/token", json={"grant_type": "client_credentials"}
    )
    assert error_of(answer)[0] == "unsupported_grant_type"


def test_scopes_are_those_granted(server: Any, browser: Any) -> None:
    server.set(granted_scopes="user-top-read")
    answer = browser.exchange(browser.code(scope="user-top-read user-library-read")).json()
    assert answer["scope"] == "user-top-read"
    assert browser.refresh(answer["refresh_token"]).json()["scope"] == "user-top-read"


# ---------------------------------------------------------------- refreshing


def test_refreshing_gives_no_new_refresh_token(server: Any, browser: Any) -> None:
    first = browser.sign_in()
    second = browser.refresh(first["refresh_token"]).json()
    assert "refresh_token" not in second
    assert second["access_token"] != first["access_token"]
    assert browser.refresh(first["refresh_token"]).status_code == 200


@pytest.mark.parametrize(("switch", "value"), [("null", None), ("empty", "")])
def test_refresh_answers_with_an_empty_field(
    server: Any, browser: Any, switch: str, value: str | None
) -> None:
    first = browser.sign_in()
    server.set(refresh_answer=switch, omit_scope=True)
    second = browser.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] == value
    assert "scope" not in second


def test_rotation_ends_the_old_token_but_not_the_consent(server: Any, browser: Any) -> None:
    server.set(rotate_refresh_tokens=True)
    first = browser.sign_in()["refresh_token"]
    second = browser.refresh(first).json()["refresh_token"]
    assert second != first
    assert error_of(browser.refresh(first)) == ("invalid_grant", "Refresh token revoked")
    begun, now = (server.state.refresh_tokens[token] for token in (first, second))
    assert now.consented_at == begun.consented_at
    assert now.expires_at == begun.expires_at


def test_consent_ends_after_six_months_however_often_one_refreshes(
    server: Any, browser: Any
) -> None:
    token = browser.sign_in()["refresh_token"]
    for _ in range(5):
        server.advance(days=30)
        assert browser.refresh(token).status_code == 200
    server.advance(days=35)
    assert error_of(browser.refresh(token)) == ("invalid_grant", "Refresh token expired")


def test_a_new_consent_begins_a_new_life(server: Any, browser: Any) -> None:
    browser.sign_in()
    server.advance(days=170)
    token = browser.sign_in()["refresh_token"]
    server.advance(days=30)
    assert browser.refresh(token).status_code == 200


def test_revoked_access(server: Any, browser: Any, api: Any) -> None:
    token = browser.sign_in()["refresh_token"]
    server.state.revoke()
    assert error_of(browser.refresh(token)) == ("invalid_grant", "Refresh token revoked")
    assert api.refused("GET", "me") == (401, "Invalid access token")


def test_unknown_refresh_token(browser: Any) -> None:
    assert error_of(browser.refresh("nonsense")) == ("invalid_grant", "Invalid refresh token")
    assert error_of(browser.refresh(""))[0] == "invalid_request"


@pytest.mark.parametrize(
    ("begin", "end"),
    [("2026-08-31", "2027-02-28"), ("2026-01-15", "2026-07-15"), ("2023-08-31", "2024-02-29")],
)
def test_six_months_are_calendar_months(begin: str, end: str) -> None:
    at = datetime.fromisoformat(begin).replace(tzinfo=UTC).timestamp()
    later = datetime.fromtimestamp(state.months_later(at, 6), UTC)
    assert later.date().isoformat() == end


def test_somebody_else_signs_in(server: Any, browser: Any, small: Any) -> None:
    server.sign_in(small("bea", "Bea Example"))
    assert "Bea Example" in browser.authorize().text
    token = browser.sign_in()["access_token"]
    assert server.state.access_tokens[token].user_id == "bea"


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
def test_a_person_can_click(server: Any, browser: Any, chromium: Any) -> None:
    from playwright.sync_api import expect

    url = f"{server.accounts_url}/authorize"
    asked = {**browser.question(), "redirect_uri": "http://127.0.0.1:9/callback"}
    for button, parameter in (("Cancel", "error=access_denied"), ("Agree", "code=")):
        page = chromium.new_page()
        page.goto(f"{url}?{urlencode(asked)}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("asks for access")
        with page.expect_request("http://127.0.0.1:9/callback?*") as caught:
            page.get_by_role("button", name=button).click()
        assert parameter in caught.value.url
        page.close()
