"""The stand-in Spotify as one object: start it, point a client at it, look at what was asked."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import hashlib
import math
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from spotify_analysis.demo import accounts, control, faults, pictures, web_api
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.state import Account, Clock, State
from spotify_analysis.demo.switches import Mode, Switches

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "Request", "Server"]

# Made up, and the same everywhere, so that a client in another process can be set up by hand.
CLIENT_ID = hashlib.md5(b"stand-in client id", usedforsecurity=False).hexdigest()
CLIENT_SECRET = hashlib.md5(b"stand-in client secret", usedforsecurity=False).hexdigest()
REDIRECT_URI = "http://127.0.0.1/callback"

RATE_WINDOW_S = 30
QUOTA_WINDOW_S = 24 * 3600


@dataclass
class Request:
    """A request the stand-in got.

    Parameters
    ----------
    method, path, query : str
        What was asked; `path` without a trailing slash.
    status : int or None
        The status of the answer; None while it is on its way, or when the connection was cut
        before one.
    at : float
        When it came, in seconds since 1970 by the stand-in's clock.
    fault : str or None
        The kind of fault that struck it.
    """

    method: str
    path: str
    query: str
    status: int | None
    at: float
    fault: str | None = None


class Server:
    """A stand-in for Spotify's accounts service and Web API on 127.0.0.1.

    Parameters
    ----------
    listener : Listener, optional
        The person who signs in; the made-up listener of seed 1 by default.
    mode : {"new", "old", "extended"}
        The kind of app that calls.
    port : int
        Where to listen; 0 takes a free port.
    clock : callable, optional
        Gives seconds since 1970; the computer's clock by default. `advance` moves it.
    redirect_uris : iterable of str
        The redirect addresses registered for the app.
    app_name : str
        The app's name on the page a person agrees on.
    **switches : Any
        Further settings of `Switches`: `delay_s`, `owner_premium`, `allowlisted`,
        `granted_scopes`, `rotate_refresh_tokens`, `auto_approve`, `rate_limit`, `quota`, ...

    Attributes
    ----------
    state : State
        Accounts, tokens, codes and playlists.
    faults : Faults
        Faults that wait for a request.
    switches : Switches
        The settings, which may change at any time.
    clock : Clock
        Its idea of now.
    peak_in_flight : int
        The most API calls that were on their way at the same time.

    Notes
    -----
    Source: section 10 of the reference on Spotify's Web API. Cost: no call leaves this computer.
    It answers in a thread of its own, one request after another, with waits side by side.

    Examples
    --------
    >>> with Server(mode="new") as server:  # doctest: +SKIP
    ...     server.faults.add("rate_429_json", path="/me/tracks", retry_after=2)
    ...     ...
    ...     server.calls("me/tracks")
    """

    def __init__(
        self,
        listener: listeners.Listener | None = None,
        *,
        mode: Mode = "new",
        port: int = 0,
        clock: Callable[[], float] | None = None,
        redirect_uris: Iterable[str] = (REDIRECT_URI, "http://[::1]/callback"),
        app_name: str = "Spotify analysis",
        **switches: Any,
    ) -> None:
        self.switches = Switches()
        self.switches.change(mode=mode, **switches)
        self.clock = Clock(clock)
        self.redirect_uris = tuple(redirect_uris)
        self.app_name = app_name
        self.client_id = CLIENT_ID
        self.client_secret = CLIENT_SECRET
        self.faults = faults.Faults()
        self.state = State()
        self.user_id = ""
        self.peak_in_flight = 0
        self._listener = listeners.listener() if listener is None else listener
        self._wanted_port = port
        self._port: int | None = None
        self._requests: list[Request] = []
        self._answered: collections.deque[float] = collections.deque()
        self._in_flight = 0
        self._api = web_api.WebApi(self)
        self._app: ASGIApp = Router(
            [
                *accounts.Accounts(self).routes(),
                *self._api.routes(),
                *control.routes(self),
                *pictures.routes(),
            ],
            redirect_slashes=False,
            default=_nothing_here,
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._uvicorn: uvicorn.Server | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.reset()

    def __repr__(self) -> str:
        where = self.url if self._port is not None else "not started"
        return f"<stand-in Spotify, mode {self.mode!r}, {where}>"

    # ------------------------------------------------------------------ life

    def start(self) -> Self:
        """Begin to answer, in a thread of its own.

        Returns
        -------
        Server
            Itself.

        Raises
        ------
        OSError
            If the port is taken.
        """
        if self._thread is not None:
            return self
        # bound here and not in the thread: a taken port is the caller's error to see
        listening = _listening_socket(self._wanted_port)
        self._port = listening.getsockname()[1]
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                self._answer,
                http=_Protocol,
                interface="asgi3",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=2,
                server_header=False,
            )
        )
        ready = threading.Event()
        self._thread = threading.Thread(
            target=asyncio.run,
            args=(self._serve(self._uvicorn, listening, ready),),
            name=f"stand-in Spotify on port {self._port}",
            daemon=True,
        )
        self._thread.start()
        ready.wait()  # what is asked before uvicorn accepts waits in the socket's queue
        return self

    def stop(self) -> None:
        """Stop answering; waits until the thread has ended and its sockets are closed."""
        thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(self._begin_stop)
        thread.join()
        self._thread = self._loop = self._uvicorn = self._port = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Wait until the server stops, for a server in the foreground."""
        thread = self._thread
        while thread is not None and thread.is_alive():
            thread.join(timeout=0.5)  # a join without end would swallow Ctrl+C on Windows

    async def _serve(
        self, server: uvicorn.Server, listening: socket.socket, ready: threading.Event
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        ready.set()
        await server.serve(sockets=[listening])

    def _begin_stop(self) -> None:
        self._stopping.set()  # wakes every answer that waits
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    # ------------------------------------------------------------------ where it is

    @property
    def url(self) -> str:
        """The address without a path: ``"http://127.0.0.1:PORT"``."""
        if self._port is None:
            raise RuntimeError("the stand-in has no address before start().")
        return f"http://127.0.0.1:{self._port}"

    @property
    def accounts_url(self) -> str:
        """The address of the accounts service."""
        return self.url

    @property
    def api_url(self) -> str:
        """The address of the Web API, with ``/v1/``."""
        return f"{self.url}/v1/"

    @property
    def folder(self) -> Path:
        """A folder for what clients of this stand-in keep; it goes when the stand-in stops."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="spotify-analysis-demo-")
        return Path(self._folder.name)

    @property
    def redirect_uri(self) -> str:
        """The first redirect address registered for the app."""
        return self.redirect_uris[0]

    # ------------------------------------------------------------------ settings and people

    @property
    def mode(self) -> Mode:
        """The kind of app that calls."""
        return self.switches.mode

    @property
    def account(self) -> Account:
        """The account of the person who is signed in at the accounts page."""
        return self.state.accounts[self.user_id]

    def set(self, **switches: Any) -> None:
        """Change settings while it runs.

        Parameters
        ----------
        **switches : Any
            Settings of `Switches` by name.
        """
        self.switches.change(**switches)

    def advance(self, seconds: float = 0.0, *, days: float = 0.0) -> None:
        """Move its clock forward, so that codes and tokens run out.

        Parameters
        ----------
        seconds : float
            How far.
        days : float
            Days on top of that.
        """
        self.clock.advance(seconds + days * 86_400)

    def sign_in(self, listener: listeners.Listener) -> None:
        """Let somebody else be signed in at the accounts page from now on.

        Parameters
        ----------
        listener : Listener
            Who; tokens given out before stay those of the person before.
        """
        if listener.id not in self.state.accounts:
            self.state.open_account(listener)
        self.user_id = listener.id

    def reset(self) -> None:
        """Forget all tokens, changes, faults, requests and counts; settings and clock stay."""
        if self._folder is not None:
            shutil.rmtree(self.folder / "calls", ignore_errors=True)
        self.state = State()
        self.state.open_account(self._listener)
        self.user_id = self._listener.id
        self.faults.clear()
        self.forget_requests()

    # ------------------------------------------------------------------ what was asked

    @property
    def requests(self) -> list[Request]:
        """All requests so far, oldest first, without those that steer the stand-in."""
        return list(self._requests)

    def calls(self, path_prefix: str | None = None, *, method: str | None = None) -> int:
        """Count the calls of the Web API.

        Parameters
        ----------
        path_prefix : str, optional
            Count only paths that begin so: ``"/v1/me/tracks"`` or ``"me/tracks"``.
        method : str, optional
            Count only this HTTP method.

        Returns
        -------
        int
            The number of calls.
        """
        prefix = "/v1/" if path_prefix is None else path_prefix
        if not prefix.startswith("/"):
            prefix = f"/v1/{prefix}"
        return sum(
            request.path.startswith(prefix) and method in (None, request.method)
            for request in self.requests
        )

    def forget_requests(self) -> None:
        """Begin to count requests anew."""
        self._requests.clear()
        self._answered.clear()
        self.peak_in_flight = 0

    # ------------------------------------------------------------------ answering

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a record of a request, wait as told, and let a fault or the router answer it."""
        path = scope["path"]
        if path != "/" and path.endswith("/"):  # spotipy asks for /v1/me/
            path = path.rstrip("/")
            scope = {**scope, "path": path, "raw_path": path.encode()}
        if not path.startswith(("/v1/", "/authorize", "/api/token")):
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        record = Request(scope["method"], path, query, None, self.clock.now())
        self._requests.append(record)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            await send(message)

        with self._counted(path), contextlib.suppress(_StoppedError):
            if self.switches.delay_s:
                await self._sleep(self.switches.delay_s)
            fault = self.faults.take(record.method, path, query)
            if fault is not None:
                record.fault = fault.kind
                await faults.strike(
                    fault,
                    self._app,
                    scope,
                    receive,
                    noting,
                    sleep=self._sleep,
                    hang_up=_hanging_up(scope, receive),
                )
                return
            refusal = self._over_limit() if path.startswith("/v1/") else None
            if refusal is not None:
                await refusal.send(noting)
                return
            await self._app(scope, receive, noting)
            return
        await _hanging_up(scope, receive)()

    @contextlib.contextmanager
    def _counted(self, path: str) -> Iterator[None]:
        if not path.startswith("/v1/"):
            yield
            return
        self._in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1

    def _over_limit(self) -> faults.Answer | None:
        """Refuse a call beyond the rate limit or the quota; a refused call is not counted."""
        rate, quota = self.switches.rate_limit, self.switches.quota
        if rate is None and quota is None:
            return None
        now = self.clock.now()
        while self._answered and self._answered[0] <= now - QUOTA_WINDOW_S:
            self._answered.popleft()
        if quota is not None and len(self._answered) >= quota:
            answer = faults.error_json(429, "Too many requests", reason="QUOTA_EXCEEDED")
            answer.headers["Retry-After"] = str(self.switches.quota_retry_after_s)
            return answer
        recent = [at for at in self._answered if at > now - RATE_WINDOW_S]
        if rate is not None and len(recent) >= rate:
            answer = faults.error_json(429, "API rate limit exceeded")
            wait_s = recent[len(recent) - rate] + RATE_WINDOW_S - now
            answer.headers["Retry-After"] = str(max(1, math.ceil(wait_s)))
            return answer
        self._answered.append(now)
        return None

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), timeout=seconds)
        except TimeoutError:
            return
        raise _StoppedError


class _StoppedError(Exception):
    """The server stops while an answer waits."""


class _Protocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with the connection in reach of a fault that ends it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app = self.app

        async def with_connection(scope: Any, receive: Any, send: Any) -> None:
            # a client that goes away while its body is read is nothing to report
            with contextlib.suppress(ClientDisconnect):
                await app({**scope, "connection": self.transport}, receive, send)

        self.app = with_connection


def _listening_socket(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only on sockets that name TCP, which those of
    # socket.create_server do not: every short answer would come 40 ms late
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def _hanging_up(scope: Scope, receive: Receive) -> Callable[[], Awaitable[None]]:
    async def hang_up() -> None:
        scope["connection"].abort()
        # uvicorn would answer 500 for us if we returned before it knows
        while (await receive())["type"] != "http.disconnect":
            pass

    return hang_up


async def _nothing_here(scope: Scope, _receive: Receive, send: Send) -> None:
    await faults.error_json(404, "Service not found").send(send)
