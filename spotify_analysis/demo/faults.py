"""Faults on demand: the answers a client must survive, each by name.

Bodies are those seen in the wild in 2026; where they differ only in wording, the newest is used.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["KINDS", "PREMIUM_TEXT", "UNREGISTERED_TEXT", "Answer", "Fault", "Faults", "error_json"]

PREMIUM_TEXT = (
    "Active premium subscription required for the owner of the app. When the subscription status "
    "changes, it can take a few hours before requests are allowed again."
)
UNREGISTERED_TEXT = (
    "The user is not registered for this application. Please check your settings on "
    "https://developer.spotify.com/dashboard."
)

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"

Sleep = Callable[[float], Awaitable[None]]
HangUp = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer.

    Parameters
    ----------
    status : int
        HTTP status.
    body : bytes
        The body.
    content_type : str, optional
        Its type.
    headers : dict
        Further headers.
    """

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, send: Send, *, content_length: int | None = None) -> None:
        """Send it.

        Parameters
        ----------
        send : callable
            The ASGI `send`.
        content_length : int, optional
            The length to claim, where that is not the true one.
        """
        await send(self.start(content_length=content_length))
        await send({"type": "http.response.body", "body": self.body})

    def start(self, *, content_length: int | None = None) -> Message:
        """Make the ASGI message with status and headers.

        Parameters
        ----------
        content_length : int, optional
            The length to claim, where that is not the true one.

        Returns
        -------
        dict
            A `http.response.start` message.
        """
        headers = {**self.headers}
        if self.content_type is not None:
            headers["content-type"] = self.content_type
        if self.status != 204:
            length = len(self.body) if content_length is None else content_length
            headers["content-length"] = str(length)
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        }


def error_json(status: int, message: str, *, reason: str | None = None) -> Answer:
    """Make an error answer in the shape of the Web API.

    Parameters
    ----------
    status : int
        HTTP status.
    message : str
        The sentence.
    reason : str, optional
        The machine-readable reason that answers carry since July 2026.

    Returns
    -------
    Answer
        The answer.
    """
    error: dict[str, Any] = {"status": status, "message": message}
    if reason is not None:
        error["reason"] = reason
    return Answer(status, msgspec.json.encode({"error": error}), JSON_TYPE)


@dataclass(frozen=True)
class Fault:
    """One fault and the requests it strikes.

    Parameters
    ----------
    kind : str
        What happens: one of `KINDS`.
    method : str, optional
        Strike only this HTTP method.
    path : str, optional
        Strike only paths in which this regular expression is found: ``"/me/tracks$"``.
    query : str, optional
        Strike only query strings in which this regular expression is found: ``"offset=50"``.
    times : int, optional
        How many requests it strikes; None is for ever.
    after : int
        How many matching requests it lets pass first.
    retry_after : float or str, optional
        The `Retry-After` header of a 429 or 503, as is.
    status : int
        The status of `5xx`.
    delay_s : float
        Wait of `slow`, and the pause between two pieces of `drip`, in seconds.
    url : str, optional
        Where `foreign_next` and `redirect` point.
    size : int
        Bytes of `huge`, and of a piece of `drip`.
    """

    kind: str
    method: str | None = None
    path: str | None = None
    query: str | None = None
    times: int | None = 1
    after: int = 0
    retry_after: float | str | None = None
    status: int = 503
    delay_s: float = 0.0
    url: str | None = None
    size: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}.")
        for pattern in (self.path, self.query):
            if pattern is not None:
                try:
                    re.compile(pattern)
                except re.error as exc:
                    raise ValueError(f"{pattern!r} is no regular expression: {exc}.") from exc

    def matches(self, method: str, path: str, query: str) -> bool:
        """Tell whether a request is one of those it strikes.

        Parameters
        ----------
        method, path, query : str
            The request.

        Returns
        -------
        bool
            True if so.
        """
        return (
            (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
            and (self.query is None or re.search(self.query, query) is not None)
        )


class Faults:
    """The faults that wait for a request, in the order they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, fault: Fault | str, **facts: Any) -> None:
        """Add a fault.

        Parameters
        ----------
        fault : Fault or str
            The fault, or its kind.
        **facts : Any
            The other parameters of `Fault`.
        """
        made = Fault(fault, **facts) if isinstance(fault, str) else replace(fault, **facts)
        with self._lock:
            self._waiting.append(made)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str, query: str) -> Fault | None:
        """Find the fault that strikes a request, and count that it did.

        Parameters
        ----------
        method, path, query : str
            The request.

        Returns
        -------
        Fault or None
            The first that matches and is due.
        """
        with self._lock:
            for n, fault in enumerate(self._waiting):
                if not fault.matches(method, path, query):
                    continue
                if fault.after > 0:
                    self._waiting[n] = replace(fault, after=fault.after - 1)
                elif fault.times is None:
                    return fault
                elif fault.times > 1:
                    self._waiting[n] = replace(fault, times=fault.times - 1)
                    return fault
                else:
                    del self._waiting[n]
                    return fault
        return None


# ---------------------------------------------------------------- faults that are an answer


def _with_retry_after(answer: Answer, fault: Fault, default: float) -> Answer:
    wait = default if fault.retry_after is None else fault.retry_after
    return replace(answer, headers={**answer.headers, "Retry-After": str(wait)})


def _server_error(fault: Fault) -> Answer:
    message = {500: "Server error.", 502: "Bad gateway.", 503: "Service unavailable"}
    answer = error_json(fault.status, message.get(fault.status, "Server error."))
    return answer if fault.retry_after is None else _with_retry_after(answer, fault, 0)


_HTML = b"<!doctype html><html><head><title>502</title></head><body>upstream error</body></html>"

_ANSWERS: dict[str, Callable[[Fault], Answer]] = {
    "rate_429_json": lambda f: _with_retry_after(error_json(429, "API rate limit exceeded"), f, 1),
    "rate_429_text": lambda f: _with_retry_after(
        Answer(429, b"Too many requests", TEXT_TYPE), f, 1
    ),
    "rate_429_bare": lambda _: error_json(429, "API rate limit exceeded"),
    "quota_429": lambda f: _with_retry_after(
        error_json(429, "Too many requests", reason="QUOTA_EXCEEDED"), f, 52_531
    ),
    "401_expired": lambda _: error_json(401, "The access token expired"),
    "401_missing": lambda _: error_json(401, "Access token missing"),
    "401_invalid": lambda _: error_json(401, "Invalid access token"),
    "403_forbidden": lambda _: error_json(403, "Forbidden"),
    "403_scope": lambda _: error_json(403, "Insufficient client scope"),
    "403_premium": lambda _: Answer(403, PREMIUM_TEXT.encode(), TEXT_TYPE),
    "403_unregistered": lambda _: Answer(403, UNREGISTERED_TEXT.encode(), TEXT_TYPE),
    "404_json": lambda _: error_json(404, "Resource not found"),
    "404_empty": lambda _: Answer(404),
    "5xx": _server_error,
    "5xx_html": lambda f: Answer(f.status, _HTML, HTML_TYPE),
    "5xx_empty": lambda f: Answer(f.status),
    "empty_200": lambda _: Answer(200, b"", JSON_TYPE),
    "html_200": lambda _: Answer(200, _HTML, HTML_TYPE),
    "null_200": lambda _: Answer(200, b"null", JSON_TYPE),
    "list_200": lambda _: Answer(200, b"[]", JSON_TYPE),
    "redirect": lambda f: Answer(
        302, headers={"Location": f.url or "https://example.com/v1/elsewhere"}
    ),
    "huge": lambda f: Answer(200, b'{"a":"' + b"x" * (f.size or 64 * 2**20) + b'"}', JSON_TYPE),
}


# ---------------------------------------------------------------- faults that change an answer


def _page(body: Any) -> dict[str, Any] | None:
    """Find the page in an answer: the answer itself, or one level down (search, following)."""
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("items"), list):
        return body
    return next((page for page in map(_page, body.values()) if page is not None), None)


def _null_items(page: dict[str, Any], _fault: Fault) -> None:
    page["items"] = [None if n % 3 == 0 else item for n, item in enumerate(page["items"])]


def _foreign_next(page: dict[str, Any], fault: Fault) -> None:
    page["next"] = fault.url or "https://api.spotify.com.example.com/v1/me/tracks?offset=50"


def _loop_next(page: dict[str, Any], _fault: Fault) -> None:
    page["next"] = page["href"]


def _short_page(page: dict[str, Any], _fault: Fault) -> None:
    page["items"] = page["items"][:-1]


def _empty_page(page: dict[str, Any], _fault: Fault) -> None:
    page["items"] = []


def _wrong_total(page: dict[str, Any], _fault: Fault) -> None:
    page["total"] = len(page["items"])


def _null_total(page: dict[str, Any], _fault: Fault) -> None:
    page["total"] = None


_PAGE_CHANGES: dict[str, Callable[[dict[str, Any], Fault], None]] = {
    "null_items": _null_items,
    "foreign_next": _foreign_next,
    "loop_next": _loop_next,
    "short_page": _short_page,
    "empty_page": _empty_page,
    "wrong_total": _wrong_total,
    "null_total": _null_total,
}


def _changed(answer: Answer, fault: Fault) -> Answer:
    try:
        body = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    page = _page(body)
    if page is None:
        return answer
    _PAGE_CHANGES[fault.kind](page, fault)
    return replace(answer, body=msgspec.json.encode(body))


# ---------------------------------------------------------------- faults of the connection

_CONNECTION = ("slow", "drip", "cut", "cut_json", "lost_answer", "dropped")

KINDS: tuple[str, ...] = (*_ANSWERS, *_PAGE_CHANGES, *_CONNECTION)


async def strike(
    fault: Fault,
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    sleep: Sleep,
    hang_up: HangUp,
) -> None:
    """Let a fault happen to a request.

    Parameters
    ----------
    fault : Fault
        What happens.
    app : callable
        The ASGI app that would answer.
    scope, receive, send : Any
        The request, as ASGI hands it over.
    sleep : callable
        Waits some seconds, or raises `asyncio.CancelledError` when the server stops.
    hang_up : callable
        Ends the connection at once.
    """
    if fault.kind in _ANSWERS:
        await _ANSWERS[fault.kind](fault).send(send)
        return
    if fault.kind == "dropped":
        await hang_up()
        return
    if fault.kind == "slow":
        await sleep(fault.delay_s)
        await app(scope, receive, send)
        return
    answer = await _answer_of(app, scope, receive)
    if fault.kind in _PAGE_CHANGES:
        await _changed(answer, fault).send(send)
    elif fault.kind == "lost_answer":
        await hang_up()
    elif fault.kind == "cut_json":
        await replace(answer, body=answer.body[: len(answer.body) // 2]).send(send)
    elif fault.kind == "cut":
        await send(answer.start())
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.02)  # let the half leave before the connection ends
        await hang_up()
    else:
        await send(answer.start())
        step = fault.size or 1
        for begin in range(0, len(answer.body), step):
            piece = answer.body[begin : begin + step]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await sleep(fault.delay_s)
        await send({"type": "http.response.body", "body": b""})


async def _answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Let the app answer, and keep the answer instead of sending it."""
    status, headers, body = 500, {}, bytearray()

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    headers.pop("content-length", None)
    return Answer(status, bytes(body), headers.pop("content-type", None), headers)
