"""Catch Spotify's redirect on a loopback address, where browser and kernel share a machine."""

from __future__ import annotations

import contextlib
import html
import os
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

__all__ = ["LIFE_S", "Listener", "Page"]

LIFE_S = 300.0
_MAX_QUERY = 8192


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser's tab says after the redirect.

    Parameters
    ----------
    title, text : str
        Plain text; they are escaped where they are shown.
    is_good : bool
        Whether the sign-in worked.
    """

    title: str
    text: str
    is_good: bool


# query of the redirect -> what to answer, or None if it is not ours
Answer = Callable[[str], Page | None]


class Listener:
    """A small web server that waits for one redirect.

    Parameters
    ----------
    redirect_uri : str
        The registered redirect address. Without a port, any free one is taken.
    answer : callable
        Gets the query of each request that reached our path; what it returns is shown, and None
        is a 404 that does not end the wait.

    Notes
    -----
    Only loopback, only our path, only GET, only our own ``Host``; everything else is a 404. It
    stops by itself after five minutes.

    The page is HTML and not plain text, because one line of script takes the code out of the
    address, and so out of the browser's history, which no plain text can. Nothing of the request
    stands in it, its two texts are escaped, and its policy runs that line alone: by a nonce drawn
    anew for each answer. A 404 is plain text.
    """

    def __init__(self, redirect_uri: str, answer: Answer) -> None:
        self._registered = redirect_uri
        self._answer = answer
        self._server: _Server | None = None
        self._timer: threading.Timer | None = None
        self.redirect_uri = redirect_uri

    def __repr__(self) -> str:
        return f"<Listener: {'waiting' if self._server else 'stopped'}>"

    def start(self) -> bool:
        """Begin to wait.

        Returns
        -------
        bool
            False where nothing can be caught: the redirect address is not a loopback address, or
            its port is taken. Otherwise `redirect_uri` has the port.
        """
        parts = urlsplit(self._registered)
        if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "::1"):
            return False
        try:
            server = _Server(parts.hostname, parts.port or 0)
        except OSError:
            return False
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        server.netloc = f"{host}:{server.server_address[1]}"
        server.path = parts.path or "/"
        server.answer = self._answer
        self.redirect_uri = urlunsplit(parts._replace(netloc=server.netloc))
        self._server = server
        threading.Thread(
            target=server.serve_forever, args=(0.2,), name="spotify-login-listener", daemon=True
        ).start()
        self._timer = threading.Timer(LIFE_S, self.stop)
        self._timer.daemon = True
        self._timer.start()
        return True

    def stop(self) -> None:
        """Stop waiting; an answer that is being sent is still sent."""
        server, self._server = self._server, None
        if self._timer is not None:
            self._timer.cancel()
        if server is not None:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # the thread that answers may be the one that stops us
    # on Windows it would let another program share the port; elsewhere it only skips a pause
    allow_reuse_address = os.name == "posix"

    def __init__(self, host: str, port: int) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.netloc = ""
        self.path = ""
        self.answer: Answer = lambda query: None
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own would ask the name service for our name, which can take seconds
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "loopback", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what is printed here would end in a notebook."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        wanted = path == self.server.path and self.headers.get("Host") == self.server.netloc
        page = self.server.answer(query) if wanted and len(query) <= _MAX_QUERY else None
        if page is None:
            self.send_error(404)
            return
        nonce = secrets.token_urlsafe(16)
        body = _HTML.format(
            nonce=nonce,
            title=html.escape(page.title),
            text=html.escape(page.text),
            mark="&#10004;" if page.is_good else "&#10006;",
            kind="good" if page.is_good else "bad",
        ).encode()
        self.send_response(200)
        self._send_headers("text/html; charset=utf-8", len(body))
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer 404 to whatever is not ours, in one word and without repeating it."""
        body = b"Not found"
        with contextlib.suppress(OSError):
            self.send_response(404)
            self._send_headers("text/plain; charset=utf-8", len(body))
            self.end_headers()
            self.wfile.write(body)

    def _send_headers(self, content_type: str, length: int) -> None:
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: the request line holds the code."""

    def version_string(self) -> str:
        return "spotify-analysis"


_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style nonce="{nonce}">
:root {{ --page: #f3f4f3; --card: #fff; --ink: #17211b; --soft: #56625b; --line: #dfe4e0;
  --good: #12763a; --bad: #b3261e; }}
@media (prefers-color-scheme: dark) {{ :root {{ --page: #101512; --card: #1a211d;
  --ink: #edf2ee; --soft: #a5b1a9; --line: #313a34; --good: #1db954; --bad: #ff9a91; }} }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; box-sizing: border-box;
  padding: 24px; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }}
main {{ max-width: 420px; background: var(--card); border: 1px solid var(--line);
  border-radius: 16px; padding: 32px; text-align: center; }}
.mark {{ font-size: 40px; line-height: 1; }}
.good {{ color: var(--good); }}
.bad {{ color: var(--bad); }}
h1 {{ font-size: 22px; line-height: 1.3; margin: 12px 0 6px; overflow-wrap: anywhere; }}
p {{ margin: 0; color: var(--soft); }}
</style>
</head>
<body>
<main>
<div class="mark {kind}" aria-hidden="true">{mark}</div>
<h1>{title}</h1>
<p>{text}</p>
</main>
<script nonce="{nonce}">history.replaceState(null, "", location.pathname)</script>
</body>
</html>
"""
