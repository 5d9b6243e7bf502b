"""Signing in from a terminal."""

from __future__ import annotations

import io
import os
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO
from urllib.parse import parse_qs, urlsplit

import pytest

from spotify_analysis import auth, config, errors, tokens
from spotify_analysis.auth import prompt
from spotify_analysis.auth.sign_in import SignIn
from spotify_analysis.demo.server import Server

Browse = Callable[[str], str]


class Person(io.StringIO):
    """Somebody who reads what is printed and types the next answer."""

    def __init__(self, *answers: Callable[[str], str] | str) -> None:
        super().__init__()
        self._answers = list(answers)
        self.read = io.StringIO()

    def readline(self, *_: Any) -> str:
        if not self._answers:
            return ""
        answer = self._answers.pop(0)
        return (answer if isinstance(answer, str) else answer(self.read.getvalue())) + "\n"


def follow(browse: Browse) -> Callable[[str], str]:
    """Open the address that was printed last and copy the one the browser ends at."""

    def follow(printed: str) -> str:
        urls = [line for line in printed.splitlines() if line.startswith("http://")]
        return browse(urls[-1])

    return follow


def test_pasting_connects(settings: config.Settings, browse: Browse) -> None:
    person = Person("hello", follow(browse))
    prompt.ask(SignIn(settings, auth.DEFAULT_SCOPES, listen=False), into=person, out=person.read)
    said = person.read.getvalue()
    assert said.endswith("Address: ✔ Connected as Ada Example\n")
    assert "✖ That is not an address." in said
    assert auth.saved(settings).display_name == "Ada Example"


def test_what_is_pasted_is_not_printed(
    settings: config.Settings, browse: Browse, spotify: Server, store: tokens.TokenStore
) -> None:
    pasted: list[str] = []

    def wrong(printed: str) -> str:
        pasted.append(follow(browse)(printed))
        return pasted[0].replace("/callback", "/other")

    person = Person(wrong, lambda _: pasted[0])
    prompt.ask(SignIn(settings, auth.DEFAULT_SCOPES, listen=False), into=person, out=person.read)
    token = store.load(spotify.client_id)
    assert token is not None
    for secret in (
        parse_qs(urlsplit(pasted[0]).query)["code"][0],
        token.access_token,
        token.refresh_token,
    ):
        assert secret not in person.read.getvalue()


def test_without_a_client_id_it_asks_for_one(spotify: Server, browse: Browse) -> None:
    settings = config.load(accounts_url=spotify.accounts_url, api_url=spotify.api_url)
    person = Person("nonsense", spotify.client_id, follow(browse))
    prompt.ask(SignIn(settings, auth.DEFAULT_SCOPES, listen=False), into=person, out=person.read)
    said = person.read.getvalue()
    assert "paste exactly   http://127.0.0.1/callback   and" in said
    assert "✖ That is not a client id: it has 8 characters" in said
    assert "✔ Connected as Ada Example" in said
    assert config.load().client_id == spotify.client_id


def test_declining_is_an_error(settings: config.Settings, browse: Browse) -> None:
    def cancel(printed: str) -> str:
        code_address = follow(browse)(printed)
        state = parse_qs(urlsplit(code_address).query)["state"][0]
        return f"{code_address.partition('?')[0]}?error=access_denied&state={state}"

    person = Person(cancel)
    with pytest.raises(errors.LoginError, match="the access was declined"):
        prompt.ask(
            SignIn(settings, auth.DEFAULT_SCOPES, listen=False), into=person, out=person.read
        )


def test_nobody_to_answer_is_an_error(settings: config.Settings) -> None:
    one = SignIn(settings, auth.DEFAULT_SCOPES)
    with pytest.raises(errors.LoginError, match="No answer came: sign in where questions"):
        prompt.ask(one, into=io.StringIO(), out=io.StringIO())
    assert one.stage == "over"
    assert not one.is_listening


def test_a_login_that_works_is_not_asked_for_again(
    settings: config.Settings,
    sign_in: Callable[..., tokens.Token],
    capsys: pytest.CaptureFixture[str],
) -> None:
    sign_in()
    assert auth.login(settings) is None
    assert capsys.readouterr().out == "✔ Connected as Ada Example\n"


@contextmanager
def terminal() -> Iterator[tuple[TextIO, int]]:
    """Give a stream nobody types into, which `select` can watch."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:
        try:
            yield stream, writing
        finally:
            os.close(writing)


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot watch a terminal while asking")
def test_the_redirect_is_caught_while_it_waits(settings: config.Settings, browse: Browse) -> None:
    out = io.StringIO()
    one = SignIn(settings, auth.DEFAULT_SCOPES)

    def person() -> None:
        while one.attempt is None or "Address: " not in out.getvalue():
            time.sleep(0.005)
        with urllib.request.urlopen(browse(one.attempt.authorize_url), timeout=10):
            pass

    thread = threading.Thread(target=person)
    thread.start()
    with terminal() as (stream, _):
        prompt.ask(one, into=stream, out=out)
    thread.join()
    assert out.getvalue().endswith("Address: \n✔ Connected as Ada Example\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot watch a terminal while asking")
def test_a_line_typed_into_a_terminal(settings: config.Settings, browse: Browse) -> None:
    out = io.StringIO()
    one = SignIn(settings, auth.DEFAULT_SCOPES, listen=False)
    with terminal() as (stream, typing):

        def person() -> None:
            while one.attempt is None or "Address: " not in out.getvalue():
                time.sleep(0.005)
            os.write(typing, f"{browse(one.attempt.authorize_url)}\n".encode())

        thread = threading.Thread(target=person)
        thread.start()
        prompt.ask(one, into=stream, out=out)
        thread.join()
    assert "✔ Connected as Ada Example" in out.getvalue()


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot watch a terminal while asking")
def test_an_address_broken_into_lines_by_a_terminal(
    settings: config.Settings, browse: Browse
) -> None:
    out = io.StringIO()
    one = SignIn(settings, auth.DEFAULT_SCOPES, listen=False)
    keyboard, screen = os.openpty()

    def person() -> None:
        while one.attempt is None or "Address: " not in out.getvalue():
            time.sleep(0.005)
        address = browse(one.attempt.authorize_url)
        os.write(keyboard, f"{address[:80]}\n{address[80:]}\n".encode())

    thread = threading.Thread(target=person)
    thread.start()
    with os.fdopen(screen, encoding="utf-8") as stream:
        prompt.ask(one, into=stream, out=out)
    thread.join()
    os.close(keyboard)
    assert "✔ Connected as Ada Example" in out.getvalue()
    assert "✖" not in out.getvalue()
