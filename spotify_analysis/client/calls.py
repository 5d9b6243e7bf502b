"""One call of Spotify, carried to its end: waits, repeats and refusals.

What is repeated, and what is not:

* A GET is tried up to five times when the answer was lost or damaged, or Spotify had a fault.
* A change (POST, PUT, DELETE) is never repeated then: it may have been carried out, and
  `MaybeDoneError` says so.
* 429 and 401 are refusals before anything was done, so any call goes on after the wait, or with a
  fresh token.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from spotify_analysis import capabilities, errors, transport
from spotify_analysis.client import answers, gather
from spotify_analysis.client.pace import Pace
from spotify_analysis.client.usage import Usage

if TYPE_CHECKING:
    from spotify_analysis import auth

__all__ = ["Call", "Caller"]

_log = logging.getLogger("spotify_analysis")

N_TRIES = 5
BACKOFF_S = 0.5
# no new try is begun after this, waits that Spotify asked for not counted
ALL_TRIES_S = 90.0
TOKEN_PAUSE_S = 1.0

# A list's check of an answer: None, or what is wrong with it.
Check = Callable[[Any], str | None]


@dataclass(frozen=True)
class Call:
    """What to ask.

    Parameters
    ----------
    method : str
        HTTP method.
    path : str
        Path below the API's address.
    params : mapping, optional
        The query; None values are left out.
    data : str or bytes, optional
        The body.
    headers : mapping, optional
        Headers besides the token.
    check : callable, optional
        Looks at the parsed answer of a GET and says what is wrong with it, so that it is asked for
        again.
    may_be_empty : bool
        Whether an answer without content is one, as for changes and for the player.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    data: str | bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    check: Check | None = None
    may_be_empty: bool = False

    @property
    def endpoint(self) -> str:
        """Method and path, ids as ``{id}``."""
        return f"{self.method} /{capabilities.template(self.path)}"


class _PassingError(Exception):
    """A failure that may be gone at the next try; `final` is what to raise if it is not."""

    def __init__(
        self, final: errors.SpotifyAnalysisError, *, wait_s: float | None = None, n_tries: int = 5
    ) -> None:
        super().__init__()
        self.final, self.wait_s, self.n_tries = final, wait_s, n_tries


@dataclass
class _Tries:
    """How far one call has come."""

    n: int = 0
    began: float = field(default_factory=time.monotonic)
    waited_s: float = 0.0
    token_was_missing: bool = False
    token_was_renewed: bool = False


class Caller:
    """Sends calls with a valid token; waits, repeats and translates. Safe between threads.

    Parameters
    ----------
    login : Login
        Gives and renews the token.
    session : GuardedSession
        Sends.
    api_url : str
        The API's address, ending in a slash.
    max_wait_s : float
        The longest wait Spotify may ask for.
    sleep : callable
        What waits.
    usage : Usage
        Counts.
    pace : Pace
        Says when a call may be sent, for all kernels of the developer account.
    n_at_once : int
        How many requests may be on their way at the same time.
    """

    def __init__(
        self,
        login: auth.Login,
        *,
        session: transport.GuardedSession,
        api_url: str,
        max_wait_s: float,
        sleep: Callable[[float], None],
        usage: Usage,
        pace: Pace,
        n_at_once: int,
    ) -> None:
        self.login = login
        self.session = session
        self.api_url = api_url
        self.max_wait_s = max_wait_s
        self.usage = usage
        self._sleep = sleep
        self.pace = pace
        self._slots = threading.Semaphore(n_at_once)
        self._lock = threading.Lock()
        self._told_until = 0.0
        self._despite = threading.local()

    def call(self, call: Call) -> Any:
        """Ask, and give the parsed answer.

        Parameters
        ----------
        call : Call
            What to ask.

        Returns
        -------
        dict, list or None
            The parsed JSON; None only where an answer may be empty.

        Raises
        ------
        SpotifyError
            Whatever Spotify or the network did; see the classes below it.
        NotLoggedInError
            If the login is no longer valid.
        """
        tries = _Tries()
        while True:
            if gather.is_stopped():
                raise gather.StoppedError
            try:
                return self._once(call, tries)
            except _PassingError as passing:
                tries.n += 1
                spent_s = time.monotonic() - tries.began - tries.waited_s
                if tries.n >= passing.n_tries or spent_s > ALL_TRIES_S or gather.is_stopped():
                    raise passing.final from None
                wait_s = _backoff_s(tries.n) if passing.wait_s is None else passing.wait_s
                tries.waited_s += wait_s
                gather.pause(wait_s, self._sleep)

    @contextlib.contextmanager
    def despite_pause(self) -> Iterator[None]:
        """Send the calls of this thread meanwhile although Spotify asked for a pause.

        Yields
        ------
        None
            While that holds.
        """
        self._despite.pause = True
        try:
            yield
        finally:
            self._despite.pause = False

    def _once(self, call: Call, tries: _Tries) -> Any:
        token = self.login.token()
        headers = transport.Hidden(call.headers, Authorization=f"Bearer {token.access_token}")
        params = {name: value for name, value in call.params.items() if value is not None}
        try:
            with self._slots:
                self._await_turn(call)
                began = time.monotonic()
                response = self.session.request(
                    call.method,
                    self.api_url + call.path,
                    params=params,
                    data=call.data,
                    headers=headers,
                )
                # noted before the slot is free, so that whoever takes it next knows
                refused = self._too_many(call, response) if response.status_code == 429 else None
        except errors.NetworkError as exc:
            self.usage.add_call(call.endpoint, None, time.monotonic() - began)
            raise self._no_answer(call, exc) from None
        status = response.status_code
        self.usage.add_call(call.endpoint, status, time.monotonic() - began)
        if 200 <= status < 300:
            return self._accepted(call, response)
        if status == 401:
            raise self._renewed(call, response, token.access_token, tries)
        if refused is not None:
            raise refused
        if status >= 500:
            raise self._fault(call, response)
        if status < 400:
            raise errors.BadAnswerError(
                f"Spotify answered {call.endpoint!r} with a redirect, which is not followed. "
                "Something between here and Spotify may be altering answers.",
                status=status,
                endpoint=call.endpoint,
            )
        raise answers.refusal(call.method, call.path, response)

    def _accepted(self, call: Call, response: requests.Response) -> Any:
        if call.method != "GET":
            if not response.content.strip():
                return None
            try:
                return answers.parse(response, call.endpoint)
            except errors.BadAnswerError:
                raise _maybe_done(call, "its answer cannot be read", response.status_code) from None
        if call.may_be_empty and response.status_code in (202, 204):
            return None
        try:
            answer = answers.parse(response, call.endpoint)
        except errors.BadAnswerError as exc:
            raise _PassingError(exc) from None
        wrong = call.check(answer) if call.check else None
        if wrong is not None:
            raise _PassingError(
                errors.BadAnswerError(
                    f"Spotify's answer to {call.endpoint!r} {wrong}. Try again in a few minutes.",
                    status=response.status_code,
                    endpoint=call.endpoint,
                )
            )
        return answer

    def _no_answer(self, call: Call, exc: errors.NetworkError) -> Exception:
        exc.endpoint = call.endpoint
        if call.method != "GET":
            return _maybe_done(call, "its answer was lost", None) if exc.was_sent else exc
        if exc.cause == "cut":
            return _PassingError(
                errors.ServerError(
                    f"The connection broke {N_TRIES} times during {call.endpoint!r}. "
                    "Try again in a few minutes.",
                    endpoint=call.endpoint,
                )
            )
        if exc.cause == "silence":
            # a connection that died unseen while the computer slept is silent once, not twice
            return _PassingError(exc, n_tries=2)
        if exc.cause == "refused":
            return _PassingError(exc)
        return exc

    def _renewed(
        self, call: Call, response: requests.Response, rejected: str, tries: _Tries
    ) -> Exception:
        """Answer a 401: the same token once more, then one renewal, then the person."""
        final = errors.NotLoggedInError(
            "Spotify no longer accepts this login. Sign in again: spotify_analysis.login(). "
            "Nothing that was loaded or saved is lost."
        )
        if answers.message_of(response).says("token missing") and not tries.token_was_missing:
            # since July 2026 valid tokens are refused so now and then; the next try succeeds
            tries.token_was_missing = True
            return _PassingError(final, wait_s=TOKEN_PAUSE_S, n_tries=N_TRIES + 2)
        if not tries.token_was_renewed:
            tries.token_was_renewed = True
            self.login.refresh(rejected)
            return _PassingError(final, wait_s=0.0, n_tries=N_TRIES + 2)
        return final

    def _too_many(self, call: Call, response: requests.Response) -> Exception:
        wait_s = answers.retry_after_s(response)
        message = answers.message_of(response)
        is_quota = message.reason == "QUOTA_EXCEEDED" or message.says("quota")
        self.pace.refuse(wait_s, is_quota=is_quota)
        error = answers.rate_limited(
            call.endpoint,
            wait_s=wait_s,
            max_wait_s=self.max_wait_s,
            is_quota=is_quota,
            now=self.pace.now(),
        )
        if is_quota or (wait_s is not None and wait_s > self.max_wait_s):
            return error
        if wait_s is not None:
            self._announce(wait_s)
            self.usage.add_wait(call.endpoint, 429, wait_s)
        return _PassingError(error, wait_s=wait_s)

    def _announce(self, wait_s: float) -> None:
        """Say once that all are waiting."""
        now = self.pace.now()
        with self._lock:
            is_new = self._told_until < now
            self._told_until = max(self._told_until, now + wait_s)
        if is_new and wait_s >= 1:
            _log.warning("Spotify asks us to wait %.0f s; going on after that.", wait_s)

    def _await_turn(self, call: Call) -> None:
        """Before a call: keep to the pace, and to what Spotify has asked any kernel for."""
        if gather.is_stopped():
            raise gather.StoppedError
        despite = getattr(self._despite, "pause", False)
        turn = self.pace.take(self.max_wait_s, despite_pause=despite)
        if turn.refused_s is not None:
            # asking meanwhile prolongs the wait, so nothing is sent
            raise answers.rate_limited(
                call.endpoint,
                wait_s=turn.refused_s,
                max_wait_s=self.max_wait_s,
                is_quota=turn.is_quota,
                now=self.pace.now(),
                own_budget=self.pace.per_day if turn.is_own else None,
            )
        if turn.paused_s >= 1:
            self._announce(turn.paused_s)
        if turn.wait_s > 0:
            gather.pause(turn.wait_s, self._sleep)

    def _fault(self, call: Call, response: requests.Response) -> Exception:
        status = response.status_code
        if call.method != "GET":
            return _maybe_done(call, f"Spotify had a fault of its own ({status})", status)
        wait_s = answers.retry_after_s(response) if status == 503 else None
        if wait_s is not None and wait_s > self.max_wait_s:
            wait_s = None
        return _PassingError(
            errors.ServerError(
                f"Spotify had a fault of its own at {call.endpoint!r} (status {status}), also "
                f"after {N_TRIES} tries. Try again in a few minutes.",
                status=status,
                endpoint=call.endpoint,
            ),
            wait_s=wait_s,
        )


def _backoff_s(n_failed: int) -> float:
    base_s = BACKOFF_S * 2.0 ** (n_failed - 1)
    # up to a quarter more, so that several threads do not come back at the same moment
    return base_s * (1 + random.uniform(0, 0.25))  # noqa: S311 - no secret depends on it


def _maybe_done(call: Call, why: str, status: int | None) -> errors.MaybeDoneError:
    return errors.MaybeDoneError(
        f"{call.endpoint!r} may or may not have been carried out: {why}. It was not repeated. "
        "Look at it in Spotify, or load it again, before you try once more.",
        status=status,
        endpoint=call.endpoint,
    )
