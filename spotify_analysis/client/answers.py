"""What an HTTP answer of Spotify means: JSON, or one of our errors with the next step."""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import requests

from spotify_analysis import capabilities, errors

__all__ = [
    "Message",
    "add_count",
    "message_of",
    "parse",
    "rate_limited",
    "refusal",
    "retry_after_s",
]

_LONGEST = 200
_NOT_LISTED = ("registered", "not approved", "allowlist")


class Message:
    """What Spotify said about a refusal, fit to be shown.

    Parameters
    ----------
    text : str
        Its sentence, on one line, at most 200 characters; ``""`` if it said nothing.
    reason : str
        Its code, such as ``"QUOTA_EXCEEDED"``; ``""`` if there was none.
    """

    def __init__(self, text: str = "", reason: str = "") -> None:
        self.text = _one_line(text)
        self.reason = _one_line(reason)

    def __bool__(self) -> bool:
        return bool(self.text)

    def says(self, *words: str) -> bool:
        """Tell whether one of the words occurs; Spotify changes its wording now and then.

        Parameters
        ----------
        *words : str
            Lower-case text to look for.

        Returns
        -------
        bool
            True if any occurs.
        """
        return any(word in self.text.lower() for word in words)


def _one_line(text: Any) -> str:
    shown = re.sub(r"\s+", " ", str(text)).strip()
    return "".join(char for char in shown if char.isprintable())[:_LONGEST]


def parse(response: requests.Response, endpoint: str) -> Any:
    """Read the JSON of a successful answer.

    Parameters
    ----------
    response : Response
        The answer.
    endpoint : str
        Method and path, for the error.

    Returns
    -------
    dict or list
        What it holds.

    Raises
    ------
    BadAnswerError
        If it is empty, cut, HTML, or JSON that is neither an object nor a list.
    """
    try:
        answer = _decoded(response.content)
    except (ValueError, RecursionError):
        begin = response.content[:100].lstrip()
        what = "nothing" if not begin else "a web page" if begin[:1] == b"<" else "damaged JSON"
        raise _bad(what, response.status_code, endpoint) from None
    if not isinstance(answer, dict | list):
        raise _bad(f"{_one_line(answer)!r}", response.status_code, endpoint)
    return answer


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, ValueError):
        # slower, and less strict about what others wrote into names
        return json.loads(content)


def _bad(what: str, status: int, endpoint: str) -> errors.BadAnswerError:
    return errors.BadAnswerError(
        f"Spotify answered {endpoint!r} with {what} instead of the data. Try again in a few "
        "minutes; a captive portal or proxy between here and Spotify can be the cause, too.",
        status=status,
        endpoint=endpoint,
    )


def message_of(response: requests.Response) -> Message:
    """Read what Spotify says about a refusal, whatever form it has.

    Parameters
    ----------
    response : Response
        An answer that is not a success.

    Returns
    -------
    Message
        Its text and reason; empty where nothing can be read.
    """
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        text = response.content.decode("utf-8", "replace")
        return Message("" if text.lstrip().startswith("<") else text)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return Message(error.get("message") or "", error.get("reason") or "")
    if isinstance(error, str):
        described = body.get("error_description")
        return Message(f"{error}: {described}" if described else error)
    return Message()


def retry_after_s(response: requests.Response) -> float | None:
    """Read for how long Spotify asks us to wait.

    Parameters
    ----------
    response : Response
        The answer.

    Returns
    -------
    float or None
        Seconds; None if it does not say, or not in a way that makes sense.
    """
    said = (response.headers.get("Retry-After") or "").strip()
    try:
        wait_s = float(said)
    except ValueError:
        try:
            wait_s = email.utils.parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    return wait_s if math.isfinite(wait_s) and 0 <= wait_s < 366 * 86_400 else None


def rate_limited(
    endpoint: str,
    *,
    wait_s: float | None,
    max_wait_s: float,
    is_quota: bool,
    now: float,
    own_budget: int | None = None,
) -> errors.RateLimitedError:
    """Make the error for a wait that is longer than the user allows.

    Parameters
    ----------
    endpoint : str
        Method and path.
    wait_s : float or None
        Seconds Spotify asked for.
    max_wait_s : float
        The user's limit.
    is_quota : bool
        Whether the developer account's quota is used up.
    now : float
        Seconds since 1970.
    own_budget : int or None
        The user's own budget of calls a day, where that is what is used up.

    Returns
    -------
    RateLimitedError or QuotaExceededError
        With the time at which to go on.
    """
    resume_at = None if wait_s is None else datetime.fromtimestamp(now + wait_s, UTC)
    when = "" if resume_at is None else f" Go on after {resume_at:%Y-%m-%d %H:%M:%S} UTC."
    if own_budget is not None:
        return errors.QuotaExceededError(
            f"Your own budget of {own_budget:,} calls in 24 hours (`calls_per_day`) is used up, so "
            f"{endpoint!r} was not asked.{when} Or raise `calls_per_day`, or set it to 0.",
            wait_s=wait_s,
            resume_at=resume_at,
            status=None,
            endpoint=endpoint,
        )
    if is_quota:
        return errors.QuotaExceededError(
            f"The developer account's quota of calls is used up (at {endpoint!r}).{when} It is "
            "shared by all apps of the account; calling on meanwhile prolongs the wait.",
            wait_s=wait_s,
            resume_at=resume_at,
            endpoint=endpoint,
        )
    asked = (
        "keeps refusing calls as too many"
        if wait_s is None or wait_s <= max_wait_s
        else f"asks us to wait {wait_s:,.0f} s; the limit is {max_wait_s:g} s"
    )
    return errors.RateLimitedError(
        f"Spotify {asked} (at {endpoint!r}).{when} Try again after that, or raise `max_wait_s`.",
        wait_s=wait_s,
        resume_at=resume_at,
        endpoint=endpoint,
    )


def refusal(method: str, path: str, response: requests.Response) -> errors.SpotifyError:
    """Say what a refusal (4xx other than 401 and 429) means.

    Parameters
    ----------
    method, path : str
        The call; the path below the API's address.
    response : Response
        The answer.

    Returns
    -------
    SpotifyError
        The error to raise.
    """
    status, message = response.status_code, message_of(response)
    endpoint = f"{method} /{path}"
    said = f" It says: {message.text}." if message else ""
    if status == 403:
        return _forbidden(method, path, message)
    if status in (404, 410):
        # an unknown id also answers 404, so only a path without one is explained as withdrawn
        if "{id}" not in capabilities.template(path):
            withdrawn = capabilities.explain(method, path, status=status)
            if withdrawn is not None:
                return withdrawn
        made_by_spotify = (
            "; playlists made by Spotify itself are not given to apps"
            if path.startswith("playlists/")
            else ""
        )
        return errors.NotFoundError(
            f"Spotify knows nothing under {endpoint!r}.{said} Check the id{made_by_spotify}.",
            status=status,
            endpoint=endpoint,
        )
    return errors.BadRequestError(
        f"Spotify refused {endpoint!r} with status {status}.{said} Check the arguments.",
        status=status,
        endpoint=endpoint,
    )


def add_count(
    error: errors.SpotifyAnalysisError, n_loaded: int, n_total: int | None, *, of: str = "rows"
) -> None:
    """Tell in an error how far a load of many things had come.

    Parameters
    ----------
    error : SpotifyAnalysisError
        What broke it off; `n_loaded` and `n_total` are set where it has them.
    n_loaded : int
        How many had come.
    n_total : int or None
        Of how many; None where that is not known.
    of : str
        What they are.
    """
    if isinstance(error, errors.SpotifyError):
        error.n_loaded, error.n_total = n_loaded, n_total
    if n_loaded:
        total = "" if n_total is None else f" of {n_total:,}"
        error.args = (
            f"{error} {n_loaded:,}{total} {of} had been loaded; the same call goes on from there.",
        )


def _forbidden(method: str, path: str, message: Message) -> errors.ForbiddenError:
    endpoint = f"{method} /{path}"
    facts: dict[str, Any] = {"status": 403, "endpoint": endpoint}
    if message.says("premium"):
        return errors.PremiumRequiredError(
            "Spotify answers an app only while its owner has Premium, and this app's owner has "
            "not. After subscribing it can take a few hours. If you do have Premium, try again "
            "in a while: Spotify has said this by mistake before.",
            **facts,
        )
    if message.says(*_NOT_LISTED):
        return errors.NotRegisteredError(
            "This Spotify account is not on the app's list of users. Its owner can add it at "
            "https://developer.spotify.com/dashboard under User Management; or sign in with the "
            "account that owns the app.",
            **facts,
        )
    known = capabilities.find(method, path)
    if message.says("scope"):
        scopes = known.scopes if known else ()
        named = ", ".join(scopes).replace("|", " or ") or "one it does not name"
        return errors.MissingScopeError(
            f"Your login lacks a permission for {endpoint!r}: {named}. Sign in again and grant "
            "it: spotify_analysis.login().",
            scopes=scopes,
            **facts,
        )
    withdrawn = capabilities.explain(method, path, status=403)
    if withdrawn is not None:
        return withdrawn
    said = f" It says: {message.text}." if message and message.text != "Forbidden" else ""
    if capabilities.template(path).startswith("playlists/{id}"):
        what = (
            "gives the entries of a playlist" if method == "GET" else "lets a playlist be changed"
        )
        return errors.ForbiddenError(
            f"Spotify {what} only to and by its owner and collaborators ({endpoint!r}).{said} "
            "Make it collaborative, or copy it into one of your own in Spotify's app.",
            **facts,
        )
    return errors.ForbiddenError(
        f"Spotify refuses {endpoint!r} to this app or account.{said} "
        "`capabilities.table()` lists what is known about each call.",
        **facts,
    )
