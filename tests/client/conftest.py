"""A Spotify of a few lines: scripted answers on loopback, and a login that needs no sign-in."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from spotify_analysis import client, errors, transport


@dataclass
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to answer; `body` is sent as it is, or as JSON if it is no bytes."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


Route = Callable[[Asked], Answer]


class Stub:
    """Answers from `script` first, in order; then from `routes` by path."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Answer] = []
        self.routes: dict[str, Route] = {}
        self.delay_s = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                asked = Asked(
                    self.command,
                    parts.path.removeprefix("/v1/"),
                    dict(parse_qsl(parts.query)),
                    dict(self.headers),
                    self.rfile.read(length),
                )
                answer = stub._take(asked)
                body = answer.body
                if not isinstance(body, bytes):
                    body = json.dumps(body).encode()
                with stub._lock:
                    stub.at_once += 1
                    stub.most_at_once = max(stub.most_at_once, stub.at_once)
                time.sleep(stub.delay_s)
                with stub._lock:
                    stub.at_once -= 1
                with contextlib.suppress(OSError):
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body) + 10 * answer.cut))
                    self.end_headers()
                    self.wfile.write(body)
                self.close_connection = self.close_connection or answer.cut

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.api_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/"

    def _take(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            if self.script:
                return self.script.pop(0)
        route = self.routes.get(asked.path)
        if route is None:
            return Answer(404, {"error": {"status": 404, "message": "Resource not found"}})
        return route(asked)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def serve_list(self, path: str, rows: list[Any], *, most: int = 50) -> None:
        """Serve rows as offset pages, at most `most` in one."""

        def route(asked: Asked) -> Answer:
            limit, offset = int(asked.query.get("limit", 20)), int(asked.query.get("offset", 0))
            if limit > most:
                return error(400, "Invalid limit")
            following = f"{self.api_url}{path}?offset={offset + limit}&limit={limit}"
            return Answer(
                body={
                    "href": f"{self.api_url}{path}",
                    "items": rows[offset : offset + limit],
                    "limit": limit,
                    "offset": offset,
                    "total": len(rows),
                    "next": following if offset + limit < len(rows) else None,
                    "previous": None,
                }
            )

        self.routes[path] = route

    def n_asked(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)


def error(status: int, message: str, *, reason: str | None = None, **headers: str) -> Answer:
    """Make an error answer as the Web API writes them."""
    body: dict[str, Any] = {"status": status, "message": message}
    if reason is not None:
        body["reason"] = reason
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"error": body}, named)


class StubLogin:
    """A login whose token is a counter: refreshing gives the next one."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.owner = ""
        self.scopes = frozenset({"user-top-read", "user-library-read"})
        self.n_refreshes = 0
        self.is_dead = False
        self._lock = threading.Lock()

    def look_again(self) -> None:
        """Nobody else signs in here."""

    def token(self) -> Any:
        return SimpleNamespace(
            access_token=f"token-{self.n_refreshes}", account_id="acc", authorized_at=0.0
        )

    def refresh(self, rejected_access_token: str) -> Any:
        with self._lock:
            if rejected_access_token == f"token-{self.n_refreshes}":
                if self.is_dead:
                    raise errors.NotLoggedInError("Sign in again.")
                self.n_refreshes += 1
        return self.token()

    def get_access_token(self, as_dict: bool = False) -> str:
        return str(self.token().access_token)


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    yield made
    made.stop()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def connect(
    stub: Stub, tmp_path: Path, waits: list[float]
) -> Iterator[Callable[..., client.Client]]:
    """Make clients of the stub that note their waits instead of waiting."""
    made: list[client.Client] = []

    def make(**options: Any) -> client.Client:
        settings = SimpleNamespace(
            api_url=stub.api_url,
            client_id="app",
            cache_dir=tmp_path / "cache",
            max_wait_s=60.0,
            data_dir=tmp_path / "data",
            calls_per_30_s=0,
            calls_per_day=0,
            developer="",
        )
        login: Any = options.pop("login", None) or StubLogin(settings)
        options.setdefault("sleep", waits.append)
        options.setdefault("progress", False)
        options.setdefault(
            # a busy machine may be silent for a second; a test of silence brings its own
            "limits",
            transport.Limits(max_bytes=1 << 20),
        )
        one = client.Client(login, **options)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def spotify(connect: Callable[..., client.Client]) -> client.Client:
    return connect()


@pytest.fixture
def make_error() -> Callable[..., Answer]:
    return error


@pytest.fixture
def make_answer() -> type[Answer]:
    return Answer
