"""Signing in from a terminal: the same steps, printed and asked."""

from __future__ import annotations

import os
import select
import sys
import textwrap
import time
from typing import TextIO

from spotify_analysis import errors
from spotify_analysis.auth.attempt import LIFE_S
from spotify_analysis.auth.sign_in import SignIn

__all__ = ["ask"]

_LOOK_EVERY_S = 0.2
_REST_S = 0.05


def ask(sign_in: SignIn, *, into: TextIO | None = None, out: TextIO | None = None) -> None:
    """Sign in by questions and answers in a terminal.

    Parameters
    ----------
    sign_in : SignIn
        The sign-in, not yet started or already connected.
    into, out : text stream, optional
        Where answers come from and questions go; the terminal by default.

    Raises
    ------
    LoginError
        If it did not lead to a login.
    KeyboardInterrupt
        If the person gives up.

    Notes
    -----
    What is pasted is not printed again. Where the redirect is caught on this machine, nothing needs
    to be pasted.
    """
    into = into or sys.stdin
    out = out or sys.stdout

    def say(text: str = "") -> None:
        print(text, file=out, flush=True)

    if sign_in.is_connected:
        say(f"✔ {sign_in.message}")
        return
    if sign_in.stage == "needs_client_id":
        say(_REGISTER.format(redirect_uri=sign_in.settings.redirect_uri))
    while sign_in.stage == "needs_client_id":
        answer = _line(sign_in, into, out, "Client id: ")
        sign_in.set_client_id(answer)
        if sign_in.stage == "needs_client_id":
            say(_wrapped(f"✖ {sign_in.message}"))
    if sign_in.attempt is None:
        sign_in.start()
    attempt = sign_in.attempt
    assert attempt is not None  # noqa: S101 - start() has made it
    try:
        say(_STEPS.format(url=attempt.authorize_url))
        while sign_in.stage == "waiting":
            answer = _line(sign_in, into, out, "Address: ")
            if sign_in.stage == "waiting":
                sign_in.paste(answer)
                if sign_in.stage == "waiting":
                    say(_wrapped(f"✖ {sign_in.message}"))
    finally:
        sign_in.stop()
    if not sign_in.is_connected:
        raise sign_in.error or errors.LoginError(sign_in.message)
    say(f"✔ {sign_in.message}")


def _line(sign_in: SignIn, into: TextIO, out: TextIO, question: str) -> str:
    """Read a line, or return early when the redirect was caught meanwhile."""
    print(question, end="", file=out, flush=True)
    began, stage = time.monotonic(), sign_in.stage
    while _can_wait(into):
        ready, _, _ = select.select([into], [], [], _LOOK_EVERY_S)
        if ready:
            break
        if sign_in.stage is not stage or time.monotonic() - began > LIFE_S:
            print(file=out)
            return ""
    line = into.readline()
    if not line:
        raise errors.LoginError(
            "No answer came: sign in where questions can be answered, in a terminal or a notebook."
        )
    # an address copied from a narrow window comes in several lines, all at once
    while into.isatty() and _can_wait(into) and select.select([into], [], [], _REST_S)[0]:
        line += into.readline()
    return line


def _can_wait(into: TextIO) -> bool:
    """Tell whether `select` can watch the stream: a terminal or pipe, and not on Windows."""
    if os.name != "posix":
        return False
    try:
        into.fileno()
    except (OSError, ValueError):
        return False
    return True


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False)


_REGISTER = """\
Spotify wants every listener to have an app of their own: two minutes, once, free for anyone with
Spotify Premium.
  1. Open https://developer.spotify.com/dashboard and log in.
  2. Press "Create app". Name and description are up to you.
  3. Under "Redirect URIs" paste exactly   {redirect_uri}   and press "Add".
  4. Tick "Web API", accept the terms and press "Save".
  5. Copy the "Client ID" from the app's page and paste it here. No secret is needed.
"""

_STEPS = """\
  1. Open this address in a browser and press "Agree":

{url}

  2. If the page then says "Connected", you are done. If it shows an error, that is expected:
  3. copy the page's whole address and paste it here, then press Enter.

If Spotify's own page shows an error: "Invalid client" - the client id is wrong; "Invalid redirect
URI" - add the redirect address to the app's settings, letter by letter; "Insecure redirect URI" -
it must be http://127.0.0.1/callback.
"""
