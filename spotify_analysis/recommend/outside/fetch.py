"""Asking a service: paced, within a budget, from disk where that will do, and never for long."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from spotify_analysis import __version__, errors, transport
from spotify_analysis.client import Cache
from spotify_analysis.recommend.outside.services import LIFETIMES_S, MAX_CACHE_BYTES, Service

__all__ = ["Fetcher", "TroubleError", "cache_in", "in_words"]

# the services ask for a name and a way to reach whoever is behind it, and some block who sends none
USER_AGENT = (
    f"spotify-analysis/{__version__} ( https://github.com/spotify-analysis/spotify-analysis )"
)
LONGEST_WAIT_S = 10.0
_N_WAITS = 2
_LIMITS = transport.Limits(connect_s=5.0, silence_s=8.0, answer_s=15.0, max_bytes=8 * 1024 * 1024)
_OFFLINE = {
    "name": "its name was not found: offline?",
    "refused": "no connection: offline?",
    "proxy": "the proxy does not let us through",
    "tls": "its certificate cannot be trusted",
    "silence": "it was silent",
    "slow": "it did not finish its answer",
    "cut": "the connection broke",
}


class TroubleError(Exception):
    """A service did not answer as it should; the text says how, for the report.

    Parameters
    ----------
    why : str
        What was wrong, in words; nothing secret.
    status : int or None
        Its HTTP status, if it answered.
    code : int or None
        The service's own number of the error, if it has one.
    is_over : bool
        Whether asking the same service again in this run is of no use.
    wait_s : float or None
        Seconds after which the same question may be asked again; None if that is of no use.
    """

    def __init__(
        self,
        why: str,
        *,
        status: int | None = None,
        code: int | None = None,
        is_over: bool = False,
        wait_s: float | None = None,
    ) -> None:
        super().__init__(why)
        self.status = status
        self.code = code
        self.is_over = is_over
        self.wait_s = wait_s


def cache_in(folder: Path) -> Cache:
    """Open the answers of all services outside that earlier runs have kept.

    Parameters
    ----------
    folder : Path
        The folder of caches.

    Returns
    -------
    Cache
        Its questions name their service, so one file serves all.
    """
    return Cache(
        folder,
        ("outside",),
        lifetimes_s=LIFETIMES_S,
        name="services",
        max_bytes=MAX_CACHE_BYTES,
    )


class Fetcher:
    """One run's questions to some services.

    Parameters
    ----------
    services : iterable of Service
        Whom it may ask; no other server is ever spoken to.
    cache : Cache
        Answers of earlier runs.
    seconds : float
        Time for all questions, waits included.
    max_calls : int
        Most requests.
    now, sleep : callable
        A clock and a way to wait.
    """

    def __init__(
        self,
        services: Iterable[Service],
        *,
        cache: Cache,
        seconds: float,
        max_calls: int = 60,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = transport.session((one.url for one in services), limits=_LIMITS)
        self._session.headers["User-Agent"] = USER_AGENT
        self._cache = cache
        self._now, self._sleep = now, sleep
        self._ends_at = now() + seconds
        self._next_at: dict[str, float] = {}
        self._over: dict[str, str] = {}
        self.max_calls = max_calls
        self.seconds = seconds
        self.requests = 0
        self.cached = 0
        self.fetched_at: str | None = None
        self.oldest_at: str | None = None
        self.is_offline = False

    def __repr__(self) -> str:
        return f"<Fetcher: {self.requests} requests, {self.cached} from disk>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def json(
        self,
        service: Service,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        kind: str | None,
        body: Any = None,
        secrets: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        check: Callable[[Any], None] | None = None,
    ) -> Any:
        """Ask for one JSON answer.

        Parameters
        ----------
        service : Service
            Whom to ask.
        path : str
            Path below the service's address.
        params : mapping of str to Any, optional
            Query.
        kind : str or None
            Kind of the answer, for its life on disk: a key of `LIFETIMES_S`; None keeps nothing.
        body : Any, optional
            Sent as JSON with POST; without it the request is a GET.
        secrets : mapping of str to str, optional
            More of the query, which is neither kept nor shown.
        headers : mapping of str to str, optional
            More headers, neither kept nor shown.
        check : callable, optional
            Raises `TroubleError` for an error that came as an answer; such a one is not kept, and
            the question is repeated after its `wait_s` where it names one.

        Returns
        -------
        Any
            The answer; None for one without content (204).

        Raises
        ------
        TroubleError
            If there is no answer, not even an old one on disk.
        """
        asked = msgspec.json.encode([service.name, path, dict(params or {}), body])
        key = hashlib.sha256(asked).hexdigest()
        kept = {} if kind is None else self._cache.get(kind, [key])
        if key in kept:
            self.cached += 1
            return kept[key]
        try:
            answer = self._asked(service, path, params, body, secrets, headers, check)
        except TroubleError as trouble:
            if trouble.is_over:
                self._over.setdefault(service.name, str(trouble))
            # an answer of the service is believed; silence is bridged by an old answer
            old = None
            if kind is not None and trouble.status is None:
                old = self._cache.whenever(kind, key)
            if old is None:
                raise
            self.cached += 1
            day = datetime.fromtimestamp(old[0], UTC).date().isoformat()
            self.oldest_at = min(self.oldest_at or day, day)
            return old[1]
        if kind is not None:
            self._cache.put(kind, {key: answer})
        return answer

    def _asked(
        self,
        service: Service,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        secrets: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        check: Callable[[Any], None] | None,
    ) -> Any:
        if service.name in self._over:
            raise TroubleError(self._over[service.name], is_over=True)
        n_waits = 0
        while True:
            response = self._sent(service, path, params, body, secrets, headers)
            try:
                answer = _read(service, response)
                if check is not None:
                    check(answer)
                return answer
            except TroubleError as trouble:
                if n_waits == _N_WAITS or not self._can_wait(trouble.wait_s):
                    raise
                self._next_at[service.name] = self._now() + (trouble.wait_s or 0.0)
            n_waits += 1

    def _can_wait(self, wait_s: float | None) -> bool:
        """Say whether a wait is short enough, and within the budget."""
        return (
            wait_s is not None and wait_s <= LONGEST_WAIT_S and self._now() + wait_s < self._ends_at
        )

    def _sent(
        self,
        service: Service,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        secrets: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Any:
        """Send one request when its turn has come."""
        pause_s = self._next_at.get(service.name, 0.0) - self._now()
        if self._now() + max(pause_s, 0) >= self._ends_at:
            raise TroubleError(f"stopped at the budget of {self.seconds:g} s", is_over=True)
        if self.requests >= self.max_calls:
            raise TroubleError(f"stopped at the budget of {self.max_calls} calls", is_over=True)
        if pause_s > 0:
            self._sleep(pause_s)
        self._next_at[service.name] = self._now() + service.gap_s
        self.requests += 1
        self.fetched_at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            response = self._session.request(
                "GET" if body is None else "POST",
                service.url + path,
                params=transport.Hidden({**(params or {}), **(secrets or {})}),
                json=body,
                headers=transport.Hidden(headers or {}),
            )
        except errors.NetworkError as exc:
            why = f"{service.name}: {_OFFLINE.get(exc.cause or '', 'no answer')}"
            self.is_offline = True
            raise TroubleError(why, is_over=True) from None
        except errors.BadAnswerError:
            raise TroubleError(f"{service.name}'s answer is far too large") from None
        left = response.headers.get("X-RateLimit-Remaining", "")
        if left == "0":
            self._next_at[service.name] = self._now() + _wait_s(response)
        return response


def _read(service: Service, response: Any) -> Any:
    """Take the JSON out of an answer; None for one without content."""
    status = response.status_code
    if status == 204:
        return None
    if status in (429, 503):
        raise TroubleError(
            f"{service.name} refuses more requests for now ({status})",
            status=status,
            is_over=True,
            wait_s=_wait_s(response),
        )
    is_json = "json" in response.headers.get("Content-Type", "")
    try:
        answer = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        answer, is_json = None, False
    if status == 200 and is_json:
        return answer
    if not is_json:
        raise TroubleError(
            f"{service.name} answered {status} with something that is no JSON",
            status=status,
            # a key or token that is refused once is refused always
            is_over=status in (401, 403),
        )
    said = _said(answer)
    code = answer.get("error") if isinstance(answer, dict) else None
    raise TroubleError(
        f"{service.name} answered {status}" + (f": {said}" if said else ""),
        status=status,
        code=code if isinstance(code, int) else None,
        is_over=status in (401, 403),
    )


def _wait_s(response: Any) -> float:
    """Read how long to wait: whatever is no number is a second."""
    for name, more in (("Retry-After", 0.0), ("X-RateLimit-Reset-In", 0.25)):
        try:
            seconds = float(response.headers[name])
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds + more
    return 1.0


def _said(answer: Any) -> str:
    """Take the service's own words, short and without signs."""
    if not isinstance(answer, dict):
        return ""
    return in_words(answer.get("message")) or in_words(answer.get("error"))


def in_words(said: Any) -> str:
    """Make what a service says fit for a report.

    Parameters
    ----------
    said : object
        What stands where its words should.

    Returns
    -------
    str
        The words, short and without signs that would move a cursor; empty where there are none.
    """
    return "".join(c for c in said if c.isprintable())[:120] if isinstance(said, str) else ""
