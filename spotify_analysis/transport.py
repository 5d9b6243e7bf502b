"""The one road to Spotify: a requests session that goes nowhere else and never waits for ever.

Sign-in and the client both send through a `GuardedSession`. It knows nothing of tokens, retries or
JSON: it refuses foreign hosts before anything is sent, holds every answer to a deadline and a size,
and turns the failures of the network into our errors.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
import urllib3.exceptions as u3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from spotify_analysis import __version__, errors

__all__ = ["GuardedSession", "Hidden", "Limits", "session"]

_PORTS = {"http": 80, "https": 443}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large one answer may be.

    Parameters
    ----------
    connect_s : float
        Seconds for the connection to stand.
    silence_s : float
        Seconds without a single byte.
    answer_s : float
        Seconds for one answer in all, headers included: a byte now and then does not prolong it.
    max_bytes : int
        Size of one answer after decompression.
    """

    connect_s: float = 5.0
    silence_s: float = 10.0
    answer_s: float = 30.0
    max_bytes: int = 32 * 1024 * 1024


class Hidden(dict[str, str]):
    """Headers or form fields that are not shown where variables are, as in verbose tracebacks."""

    def __repr__(self) -> str:
        return "Hidden(***)"


def session(
    allowed: Iterable[str], *, limits: Limits | None = None, n_connections: int = 8
) -> GuardedSession:
    """Open a session that talks to the named servers only.

    Parameters
    ----------
    allowed : iterable of str
        Base addresses: ``"https://api.spotify.com/v1/"``. Scheme, host and port are held. Plain
        ``http`` is allowed for loopback addresses (``127.0.0.1``, ``[::1]``) only.
    limits : Limits, optional
        How long and how large one answer may be.
    n_connections : int
        How many connections to one server stay open side by side.

    Returns
    -------
    GuardedSession
        The session; nothing is connected yet.

    Raises
    ------
    UntrustedHostError
        If an address is neither https nor a loopback address.
    """
    return GuardedSession(allowed, limits=limits, n_connections=n_connections)


class GuardedSession(requests.Session):
    """A requests session with an allow-list, deadlines and no surprises.

    It follows no redirect, reads no ``.netrc``, keeps no cookies, checks every certificate and
    repeats nothing. Proxies of the environment are used, but never for loopback addresses.

    Parameters
    ----------
    allowed : iterable of str
        As in `session`.
    limits : Limits, optional
        As in `session`.
    n_connections : int
        As in `session`.
    """

    def __init__(
        self, allowed: Iterable[str], *, limits: Limits | None = None, n_connections: int = 8
    ) -> None:
        super().__init__()
        self.limits = limits or Limits()
        self.allowed = frozenset(_base_origin(address) for address in allowed)
        if not self.allowed:
            raise ValueError("`allowed` must name at least one server.")
        # a `default` entry in ~/.netrc would otherwise replace our Authorization header
        self.auth = _leave_as_it_is
        self.headers["User-Agent"] = f"spotify-analysis/{__version__}"
        self.cookies = _NoCookies()
        self._environment: dict[_Origin | None, dict[str, Any]] = {}
        self._in_flight: weakref.WeakSet[_DeadlineReader] = weakref.WeakSet()
        self._in_flight_lock = threading.Lock()
        adapter = _DeadlineAdapter(self, n_connections)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def __repr__(self) -> str:
        return f"GuardedSession({', '.join(sorted(_origin_text(o) for o in self.allowed))})"

    def __reduce__(self) -> Any:
        raise TypeError("a session is not pickled: open a new one where it is needed")

    def check(self, url: str) -> None:
        """Refuse an address that is not on the list.

        Parameters
        ----------
        url : str
            An absolute address.

        Raises
        ------
        UntrustedHostError
            If scheme, host or port is not one of those allowed, or the address is malformed.
        """
        origin = _origin(url)
        if origin not in self.allowed:
            named = "a malformed address" if origin is None else _origin_text(origin)
            raise errors.UntrustedHostError(
                f"A request would have gone to {named}, and a Spotify login goes only to "
                f"{' and '.join(sorted(_origin_text(o) for o in self.allowed))}. Nothing was sent."
            )

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request and read its whole answer, within the limits.

        Parameters
        ----------
        request : PreparedRequest
            What to send.
        **kwargs : Any
            As `requests.Session.send`; ``allow_redirects``, ``stream`` and ``timeout`` are ours.

        Returns
        -------
        Response
            The answer, fully read, whatever its status.

        Raises
        ------
        UntrustedHostError
            If the address is not on the list; nothing was sent.
        NetworkError, TooSlowError
            If no answer came, or not all of it; `was_sent` says whether it may have arrived.
        BadAnswerError
            If the answer is larger than allowed.
        ValueError
            If certificate checks were turned off.
        """
        url = request.url or ""
        self.check(url)
        host = urlsplit(url).hostname or ""
        endpoint = f"{request.method} {urlsplit(url).path}"
        if not kwargs.get("verify", self.verify):
            raise ValueError("Certificate checks cannot be turned off (`verify`).")
        if _is_loopback(host):
            kwargs["proxies"] = {}
        kwargs["allow_redirects"] = False
        kwargs["stream"] = True
        kwargs["timeout"] = (self.limits.connect_s, self.limits.silence_s)
        # `from None`: the exceptions of requests carry the request, and so token and body
        try:
            response = super().send(request, **kwargs)
        except KeyboardInterrupt as exc:
            # a verbose traceback would show token and body in the frames of requests and urllib3
            raise exc.with_traceback(None) from None
        except (requests.RequestException, u3.HTTPError, OSError) as exc:
            raise self._translated(exc, host, endpoint) from None
        try:
            self._read(response, endpoint)
        except KeyboardInterrupt as exc:
            raise exc.with_traceback(None) from None
        except (requests.RequestException, u3.HTTPError, OSError) as exc:
            raise self._translated(exc, host, endpoint) from None
        finally:
            response.close()
        return response

    def merge_environment_settings(  # type: ignore[override]
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> dict[str, Any]:
        """Look up proxies and certificates of the environment, once per server.

        Parameters
        ----------
        url, proxies, stream, verify, cert : Any
            As `requests.Session.merge_environment_settings`.

        Returns
        -------
        dict
            The settings for `send`.
        """
        if proxies or verify is not None or cert is not None or self.verify is not True:
            return dict(super().merge_environment_settings(url, proxies, stream, verify, cert))
        # requests reads the whole environment twice for every call, a third of its own time
        origin = _origin(str(url))
        if origin not in self._environment:
            self._environment[origin] = dict(
                super().merge_environment_settings(url, {}, stream, verify, cert)
            )
        return dict(self._environment[origin])

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow no redirect: an answer that points elsewhere is returned as it is.

        Parameters
        ----------
        resp : Response
            The answer.
        """
        return

    def abort(self) -> None:
        """Break off every answer that is being read now, in whatever thread.

        Each of those calls raises `NetworkError`; later calls are not affected.
        """
        with self._in_flight_lock:
            readers = list(self._in_flight)
        for reader in readers:
            reader.abort()

    def _read(self, response: requests.Response, endpoint: str) -> None:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK):
            size += len(part)
            if size > self.limits.max_bytes:
                raise errors.BadAnswerError(
                    f"Spotify's answer to {endpoint!r} is larger than "
                    f"{self.limits.max_bytes // (1024 * 1024)} MB and was not read to its end. "
                    "Something between here and Spotify may be altering answers.",
                    status=response.status_code,
                    endpoint=endpoint,
                )
            parts.append(part)
        # as requests.Response.content does after reading
        response._content = b"".join(parts)
        response._content_consumed = True  # type: ignore[attr-defined]

    def _translated(self, exc: BaseException, host: str, endpoint: str) -> errors.NetworkError:
        causes = list(_chain(exc))

        def any_of(*classes: type[BaseException]) -> bool:
            return any(isinstance(cause, classes) for cause in causes)

        if any_of(u3.ProxyError):
            return errors.NetworkError(
                "The proxy named in the environment (HTTPS_PROXY) does not let us through to "
                f"{host}: check its address and password.",
                cause="proxy",
                endpoint=endpoint,
            )
        if any_of(ssl.SSLCertVerificationError):
            return errors.NetworkError(
                f"The certificate of {host} cannot be trusted, so nothing was sent. If a company "
                "proxy or virus scanner reads the traffic, name its certificate in "
                "REQUESTS_CA_BUNDLE; if not, check the computer's clock.",
                cause="tls",
                endpoint=endpoint,
            )
        if any_of(u3.NameResolutionError):
            return errors.NetworkError(
                f"The name {host} was not found: is this computer online?",
                cause="name",
                endpoint=endpoint,
            )
        if any_of(u3.NewConnectionError):
            return errors.NetworkError(
                f"No connection to {host}: check the network and try again.",
                cause="refused",
                endpoint=endpoint,
            )
        if any_of(u3.ConnectTimeoutError):
            return errors.TooSlowError(
                f"No connection to {host} within {self.limits.connect_s:g} s: check the network "
                "and try again.",
                cause="silence",
                endpoint=endpoint,
            )
        if any_of(_DeadlineError):
            return errors.TooSlowError(
                f"Spotify did not finish its answer to {endpoint!r} within "
                f"{self.limits.answer_s:g} s. Try again in a while.",
                cause="slow",
                was_sent=True,
                endpoint=endpoint,
            )
        if any_of(TimeoutError, u3.ReadTimeoutError):
            return errors.TooSlowError(
                f"Spotify was silent for {self.limits.silence_s:g} s during {endpoint!r}. "
                "Try again in a while.",
                cause="silence",
                was_sent=True,
                endpoint=endpoint,
            )
        return errors.NetworkError(
            f"The connection broke during {endpoint!r}, before the answer was complete.",
            cause="cut",
            was_sent=True,
            endpoint=endpoint,
        )


# ---------------------------------------------------------------- the list of servers

_Origin = tuple[str, str, int]


def _origin(url: str) -> _Origin | None:
    """Take an address apart; None where two parsers could read it in two ways."""
    if any(char in url for char in "\\\t\r\n ") or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        second = urllib3.util.parse_url(url)
    except (ValueError, u3.LocationParseError):
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".").lower()
    if "@" in parts.netloc or scheme not in _PORTS or not host:
        return None
    if (second.host or "").strip("[]").rstrip(".").lower() != host or second.port != port:
        return None
    return scheme, host, port or _PORTS[scheme]


def _base_origin(address: str) -> _Origin:
    origin = _origin(address)
    if origin is None:
        raise errors.UntrustedHostError(
            f"{address!r} is not a server address like 'https://api.spotify.com/v1/'."
        )
    if origin[0] != "https" and not _is_loopback(origin[1]):
        raise errors.UntrustedHostError(
            f"{address!r} is plain http, which is allowed for 127.0.0.1 and [::1] only. "
            "A login would travel unprotected; use https."
        )
    return origin


def _origin_text(origin: _Origin) -> str:
    scheme, host, port = origin
    named = f"[{host}]" if ":" in host else host
    return f"{scheme}://{named}" + ("" if port == _PORTS[scheme] else f":{port}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _leave_as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _NoCookies(RequestsCookieJar):
    """A jar that stays empty: the API needs none, and threads share the session."""

    def set_cookie(self, cookie: Any, *args: Any, **kwargs: Any) -> None:
        return


def _chain(exc: BaseException) -> Iterable[BaseException]:
    """Name an exception and everything it stands for, requests' and urllib3's wrappings too."""
    pending: list[Any] = [exc]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        pending += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


# ---------------------------------------------------------------- the deadline of one answer


class _DeadlineError(TimeoutError):
    """The time for one whole answer is over."""


class _DeadlineReader(io.RawIOBase):
    """Bytes of a socket until a deadline, however slowly they drip.

    The timeout of a socket counts from byte to byte, so a byte every second holds a reader for
    ever; requests and urllib3 offer nothing against it.
    """

    def __init__(
        self, raw: io.RawIOBase, sock: socket.socket, *, silence_s: float, deadline: float
    ) -> None:
        super().__init__()
        self._raw, self._sock = raw, sock
        self._silence_s, self._deadline = silence_s, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise _DeadlineError
        self._sock.settimeout(min(self._silence_s, left_s))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            if left_s <= self._silence_s:
                raise _DeadlineError from None
            raise

    def abort(self) -> None:
        """Wake the thread that reads, as if the connection had broken."""
        if self.closed:
            return
        with contextlib.suppress(OSError):  # closed meanwhile
            # the plain shutdown also on TLS: SSLSocket's own would free what the reader is using
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _DeadlineAdapter(HTTPAdapter):
    """Connections whose answers are read by a `_DeadlineReader`."""

    def __init__(self, owner: GuardedSession, n_connections: int) -> None:
        self._pool_classes = _pool_classes(owner)
        super().__init__(pool_connections=4, pool_maxsize=n_connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def _pool_classes(owner: GuardedSession) -> dict[str, Any]:
    limits = owner.limits

    class Deadlined:
        """What both kinds of connection share."""

        sock: socket.socket | None
        # whoever turns on http.client's own log would have the headers printed
        debuglevel = 0
        _deadline = 0.0

        def request(self, *args: Any, **kwargs: Any) -> None:
            self._deadline = time.monotonic() + limits.answer_s
            if self.sock is not None:
                self.sock.settimeout(limits.silence_s)
            super().request(*args, **kwargs)  # type: ignore[misc]

        def response_class(
            self, sock: socket.socket, *args: Any, **kwargs: Any
        ) -> http.client.HTTPResponse:
            response = http.client.HTTPResponse(sock, *args, **kwargs)
            deadline = self._deadline or time.monotonic() + limits.answer_s
            reader = _DeadlineReader(
                response.fp.detach(), sock, silence_s=limits.silence_s, deadline=deadline
            )
            response.fp = io.BufferedReader(reader, _CHUNK)
            with owner._in_flight_lock:
                owner._in_flight.add(reader)
            return response

    class Plain(Deadlined, HTTPConnection):  # type: ignore[misc]
        pass

    class Encrypted(Deadlined, HTTPSConnection):  # type: ignore[misc]
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
