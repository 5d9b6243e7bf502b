"""Read the redirect address a person pasted, or say plainly what was pasted instead.

A pure function of the text and the sign-in under way. What it says never repeats the text: at most
a host name, so that no code, state or secret is shown or saved.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, urlsplit

from spotify_analysis import config, errors
from spotify_analysis.auth.attempt import Attempt

__all__ = ["ERROR_TEXTS", "MAX_CHARACTERS", "EndedError", "looks_complete", "parse_paste"]

MAX_CHARACTERS = 8192

_MAX_FIELDS = 16
_AGAIN = "Press Start again."
_NOTHING_SENT = "Nothing was sent."
_CODE = re.compile(r"[A-Za-z0-9_-]{32,2048}")
_TOKEN = re.compile(r"(Bearer\s+)?BQ[A-Za-z0-9_-]{20,}", re.IGNORECASE)
_BARE_CODE = re.compile(r"[A-Za-z0-9_-]{40,}")
_CREDENTIAL = re.compile(r"[0-9a-fA-F]{32}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9]+([/?#]|$))")
_HOST_FIRST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\"'<>{}()]*[.:][^\s/?#\"'<>{}()]*)[/?#]")
_LOCAL = re.compile(r"localhost(:\d*)?([/?#]|$)", re.IGNORECASE)
_SHOWABLE_HOST = re.compile(r"[a-z0-9.:\[\]-]{1,60}")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WRAPPING = "\"'`<>\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"


class EndedError(errors.PasteError):
    """The address is ours, but the sign-in it belongs to is over: only a new one helps."""


# what Spotify puts after `error=` -> what the person reads
ERROR_TEXTS = {
    "access_denied": "Spotify says the access was declined. Nothing was stored.",
    "server_error": "Spotify had a fault of its own during the sign-in. Nothing was stored.",
    "temporarily_unavailable": "Spotify's sign-in is overloaded for now. Try again in a while.",
    "invalid_scope": (
        "Spotify does not know one of the permissions that were asked for. Nothing was stored."
    ),
    "invalid_client": (
        "Spotify does not know this app: compare the client id with the one on the dashboard."
    ),
    "unauthorized_client": (
        "Spotify does not let this app sign people in: look at its page on the dashboard."
    ),
    "invalid_request": "Spotify did not understand the sign-in. Nothing was stored.",
}


def looks_complete(text: str) -> bool:
    """Tell whether a text may be a whole redirect address, so that no Enter is waited for.

    Parameters
    ----------
    text : str
        What stands in the box.

    Returns
    -------
    bool
        True when it holds a question mark, a state, and a code or an error.
    """
    return "?" in text and "state=" in text and ("code=" in text or "error=" in text)


def parse_paste(text: str, attempt: Attempt | None, *, now: float | None = None) -> str:
    """Take the code out of a pasted redirect address.

    Parameters
    ----------
    text : str
        What was pasted.
    attempt : Attempt or None
        The sign-in under way; None if there is none.
    now : float, optional
        A time of `time.monotonic`; the present by default.

    Returns
    -------
    str
        The authorization code, whose state has been checked.

    Raises
    ------
    PasteError
        If the text is anything else; the message says what it was and what to do.
    EndedError
        If the address is right but the person declined, or the sign-in is used up or too old.

    Notes
    -----
    Forgiven are white space around the address and line breaks in it, quotes and angle brackets
    around it, a missing ``http://``, capital letters in scheme and host, ``https`` on a loopback
    address, and ``#_=_`` at its end.
    """
    if len(text) > MAX_CHARACTERS:
        _refuse(
            f"That is {len(text):,} characters, far longer than a redirect address. "
            "Paste the address of the page that opened after you pressed Agree, and nothing else."
        )
    text = _unwrapped(text)
    if not text:
        _refuse("Nothing was pasted. Copy the whole address of the page and paste it here.")
    _refuse_other_things(text)
    text = _one_line(text)
    parts = _taken_apart(text)
    if attempt is None:
        _refuse(f"No sign-in is running, so its state cannot be checked. {_AGAIN}")
    _check_where(parts, attempt)
    return _code(parts, attempt, now)


def _refuse(message: str) -> NoReturn:
    raise errors.PasteError(message)


# ---------------------------------------------------------------- things that are no address


def _unwrapped(text: str) -> str:
    """Take off blanks and quotes around the text, in whatever order they stand."""
    before = None
    while before != text:
        before = text
        text = text.strip().strip("\ufeff").strip(_WRAPPING)
    return text


def _refuse_other_things(text: str) -> None:
    """Name the things people paste that are not addresses at all."""
    if _CREDENTIAL.fullmatch(text):
        _refuse(
            "That looks like a client id or client secret. It was not sent anywhere; if it is the "
            "secret and somebody may have seen it, rotate it on the dashboard. What belongs here "
            "is the address of the page that opened after you pressed Agree."
        )
    if _TOKEN.fullmatch(text):
        _refuse(
            "That looks like an access token. It was not stored or sent. What belongs here is the "
            "address of the page that opened after you pressed Agree."
        )
    if _BARE_CODE.fullmatch(text):
        _refuse("That is only the code. Paste the whole address, so that its state can be checked.")
    if len(re.findall(r"https?(?:://|%3A%2F%2F)", text, re.IGNORECASE)) > 1 and re.search(
        r"\s", text
    ):
        _refuse("That is not an address: more than one was pasted. Paste only the newest.")
    if re.match(r"https?%3A", text, re.IGNORECASE):
        _refuse(
            "It was copied from a link, where the address is written in code. Copy it from the "
            "address bar of the page that opened after you pressed Agree."
        )


def _one_line(text: str) -> str:
    """Join an address that was broken into lines; refuse blanks and what cannot be seen."""
    text = re.sub(r"[ \t]*[\r\n]+[ \t]*", "", text)
    if not (_SCHEME.match(text) or _HOST_FIRST.match(text) or _LOCAL.match(text)):
        _refuse_not_an_address()
    hidden = next((n for n, char in enumerate(text) if _is_hidden(char)), None)
    if hidden is None:
        return text
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return text
    if text[hidden].isspace():
        before = text[:hidden]
        if re.search(r"[?&]code=[^&]*$", before):
            _refuse_damaged_code()
        if "?" not in before:
            _refuse_not_an_address()
    _refuse(
        "The address has blanks or invisible characters in it. Copy it again from the address "
        "bar of the browser."
    )


def _is_hidden(char: str) -> bool:
    # separators, controls, formats, surrogates, private and unassigned ones
    return char.isspace() or unicodedata.category(char)[0] in "CZ"


def _refuse_not_an_address() -> NoReturn:
    _refuse(
        "That is not an address. Paste the whole address of the page that opened after you "
        "pressed Agree."
    )


def _refuse_damaged_code() -> NoReturn:
    _refuse(
        "The code in this address is cut off or damaged. Copy the whole address once more. "
        f"{_NOTHING_SENT}"
    )


# ---------------------------------------------------------------- is it the right address


def _taken_apart(text: str) -> SplitResult:
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = f"http://{text}"
    elif scheme[1].lower() not in ("http", "https"):
        _refuse(
            "That is not a web address that begins with http://. If the browser shows an error "
            "page, copy what stands in its address bar."
        )
    elif not text[scheme.end() :].startswith("//"):
        _refuse_not_an_address()
    if re.search(r"[\"<>{}|^`]", text) or "](" in text:
        _refuse_not_an_address()
    # after an = it is a field's value
    if len(re.findall(r"(?<!=)https?://", text, re.IGNORECASE)) > 1:
        _refuse("That is not an address: more than one was pasted. Paste only the newest.")
    if "&amp;" in text or "&#38;" in text:
        _refuse(
            "It was copied from page source, where & is written in code. Copy it from the address "
            "bar of the browser."
        )
    authority = re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]
    if "@" in authority or "\\" in text.partition("?")[0]:
        _refuse(f"The address hides a user name before an @. {_NOTHING_SENT}")
    try:
        parts = urlsplit(text)
        _ = parts.port  # a bad port raises only when read
        host = parts.hostname
    except ValueError:
        host = None
    if not host:
        _refuse(
            "That is not a valid address. Copy it again from the address bar of the browser. "
            f"{_NOTHING_SENT}"
        )
    return parts


def _check_where(parts: SplitResult, attempt: Attempt) -> None:
    """Compare scheme, host, port and path with our redirect address, character by character."""
    ours = urlsplit(attempt.redirect_uri)
    host = parts.hostname or ""
    if host == "accounts.spotify.com":
        _refuse(
            "That is the sign-in page itself. Press Agree on it; then another page opens, and "
            "its address is the one to paste."
        )
    if "access_token=" in parts.fragment:
        _refuse("The address carries a token after # (the old implicit grant). Nothing was stored.")
    if host == "localhost" and ours.hostname != "localhost":
        _refuse(
            f"Spotify accepts only 127.0.0.1: set the redirect URI to {config.REDIRECT_URI} on the "
            f"dashboard, then sign in again. {_NOTHING_SENT}"
        )
    is_loopback = ours.hostname in ("127.0.0.1", "::1")
    same = (
        host == ours.hostname
        and parts.netloc.lower().rpartition(":")[2].isascii()
        and _port(parts) == _port(ours)
        and parts.path == ours.path
        and (parts.scheme == ours.scheme or (is_loopback and parts.scheme == "https"))
    )
    if not same:
        _refuse(
            f"That address goes to {_where(parts, attempt)}, not to your redirect address. "
            f"{_NOTHING_SENT}"
        )


def _port(parts: SplitResult) -> int | None:
    """Give the port, None where it is the usual one: browsers hide that."""
    return None if parts.port == {"http": 80, "https": 443}.get(parts.scheme) else parts.port


def _where(parts: SplitResult, attempt: Attempt) -> str:
    """Name the host of an address if that is safe to show."""
    ours = urlsplit(attempt.redirect_uri)
    host = (parts.hostname or "").lower()
    if not _SHOWABLE_HOST.fullmatch(host) or attempt.state.lower() in host:
        return "another place"
    if host != ours.hostname:
        return host
    return f"another page or port of {host}"


# ---------------------------------------------------------------- is it ours, and what does it say


def _code(parts: SplitResult, attempt: Attempt, now: float | None) -> str:
    fields = _fields(parts.query)
    names = [name for name, _ in fields]
    values = dict(fields)
    once = all(names.count(name) <= 1 for name in ("state", "code", "error"))
    if not once or ("code" in values and "error" in values):
        _refuse(f"It was altered on the way. {_NOTHING_SENT} {_AGAIN}")
    if "code" not in values and "error" not in values:
        _refuse(
            "There is no code in this address. Copy the whole address of the page that opened "
            "after you pressed Agree."
        )
    state = values.get("state", "")
    if not state:
        _refuse(
            "The address has no state, so it may not come from your sign-in. "
            f"{_NOTHING_SENT} {_AGAIN}"
        )
    if not hmac.compare_digest(state.encode("utf-8", "replace"), attempt.state.encode()):
        _refuse(
            "The address belongs to another sign-in, perhaps an older one. "
            f"{_NOTHING_SENT} Press Open Spotify above and paste the newest."
        )
    if attempt.used:
        raise EndedError(f"This address was used already. {_AGAIN}")
    if attempt.is_over(now):
        raise EndedError(f"This sign-in has run out; it lasts ten minutes. {_AGAIN}")
    if "error" in values:
        raise EndedError(_said(values["error"], attempt))
    code = values["code"]
    if not _CODE.fullmatch(code):
        _refuse_damaged_code()
    return code


def _fields(query: str) -> list[tuple[str, str]]:
    if query.count("&") >= _MAX_FIELDS:
        _refuse(f"The part after ? is damaged. Copy the address once more. {_NOTHING_SENT}")
    for field in query.split("&"):
        if _BAD_PERCENT.search(field):
            if field.startswith("code="):
                _refuse_damaged_code()
            _refuse(f"The part after ? is damaged. Copy the address once more. {_NOTHING_SENT}")
    # a code is never quoted, so a byte that is no UTF-8 shows up as a damaged code
    return parse_qsl(query, keep_blank_values=True, errors="replace")


def _said(error: str, attempt: Attempt) -> str:
    known = ERROR_TEXTS.get(error)
    if known:
        return known
    letters = re.sub(r"[^A-Za-z]", "", error)[:40]
    if not letters or letters in attempt.state:
        return f"Spotify refused the sign-in. Nothing was stored. {_AGAIN}"
    return f"Spotify refused the sign-in with “{letters}”. Nothing was stored. {_AGAIN}"
