"""The session goes where it may, ends in time, and says what broke."""

from __future__ import annotations

import contextlib
import gzip
import pickle
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from spotify_analysis import errors, transport

FAST = transport.Limits(connect_s=1.0, silence_s=0.3, answer_s=0.6, max_bytes=10_000)
Answer = Callable[[socket.socket, bytes], None]


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """Serve on loopback; `answer` writes raw bytes for each request, which are kept."""
    requests_seen: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            received = b""
            while b"\r\n\r\n" not in received:
                part = self.request.recv(65_536)
                if not part:
                    return
                received += part
            requests_seen.append(received)
            answer(self.request, received)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: the tests break connections on purpose."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", requests_seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plain(body: bytes, *, status: str = "200 OK", headers: str = "") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
    return lambda sock, _: sock.sendall(head + body)


class TestWhereItGoes:
    def test_an_allowed_server_is_reached(self) -> None:
        with serving(plain(b'{"ok": 1}')) as (url, _):
            assert transport.session([url]).get(url + "v1/me").json() == {"ok": 1}

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/v1/me",
            "http://api.spotify.com/v1/me",
            "https://api.spotify.com:8443/v1/me",
            "https://api.spotify.com.evil.example/v1/me",
            "https://api.spotify.com@evil.example/v1/me",
            "https://user:pass@api.spotify.com/v1/me",
            "https://api.spotify.com\\@evil.example/",
            "https://evil.example\\.api.spotify.com/",
            "https://аpi.spotify.com/v1/me",  # a Cyrillic letter
            "https:///v1/me",
        ],
    )
    def test_attack_15_any_other_address_is_refused_before_a_name_is_looked_up(
        self, url: str
    ) -> None:
        guarded = transport.session(["https://api.spotify.com/v1/"])
        with pytest.raises(errors.UntrustedHostError):
            guarded.check(url)
        request = requests.Request("GET", "https://api.spotify.com/").prepare()
        request.url = url
        with pytest.raises(errors.UntrustedHostError):
            guarded.send(request)

    @pytest.mark.parametrize(
        "base",
        ["http://api.spotify.com/v1/", "http://localhost:9090/", "ftp://127.0.0.1/", "nowhere"],
    )
    def test_a_base_that_is_not_safe_is_refused(self, base: str) -> None:
        with pytest.raises(errors.UntrustedHostError):
            transport.session([base])

    def test_a_session_needs_at_least_one_server(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            transport.session([])

    def test_attack_16_a_redirect_is_returned_and_not_followed(self) -> None:
        with serving(
            plain(b"", status="302 Found", headers="Location: https://evil.example/\r\n")
        ) as (
            url,
            seen,
        ):
            assert transport.session([url]).get(url).status_code == 302
            assert len(seen) == 1

    def test_attack_14_netrc_does_not_replace_our_header(self) -> None:
        Path("~/.netrc").expanduser().write_text("default login me password secret\n")
        with serving(plain(b"{}")) as (url, seen):
            transport.session([url]).get(url, headers={"Authorization": "Bearer abc"})
            assert b"Authorization: Bearer abc" in seen[0]
            assert b"Basic" not in seen[0]

    def test_no_cookie_is_kept(self) -> None:
        with serving(plain(b"{}", headers="Set-Cookie: a=b\r\nConnection: close\r\n")) as (
            url,
            seen,
        ):
            guarded = transport.session([url])
            guarded.get(url)
            guarded.get(url)
            assert b"Cookie" not in seen[1]

    def test_attack_17_certificate_checks_stay_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
        guarded = transport.session(["https://127.0.0.1:1/"])
        with pytest.raises(ValueError, match="cannot be turned off"):
            guarded.get("https://127.0.0.1:1/", verify=False)
        guarded.verify = False
        with pytest.raises(ValueError, match="cannot be turned off"):
            guarded.get("https://127.0.0.1:1/")

    def test_attack_17_loopback_is_never_sent_through_a_proxy(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.delenv("NO_PROXY", raising=False)
        with serving(plain(b"{}")) as (url, _):
            assert transport.session([url]).get(url).status_code == 200

    def test_attack_17_a_proxy_is_used_and_sees_no_token(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serving(plain(b"", status="200 Connection established")) as (url, seen):
            monkeypatch.setenv("HTTPS_PROXY", url)
            guarded = transport.session(["https://api.spotify.com/v1/"])
            # behind this proxy nobody proves to be Spotify
            with pytest.raises(errors.NetworkError):
                guarded.get(
                    "https://api.spotify.com/v1/me", headers={"Authorization": "Bearer SECRET"}
                )
        assert seen[0].startswith(b"CONNECT api.spotify.com:443 ")
        assert b"SECRET" not in b"".join(seen)


class TestWhenItEnds:
    def test_fault_L08_silence_ends(self) -> None:
        with serving(lambda sock, _: time.sleep(1.0)) as (url, _):
            with pytest.raises(errors.TooSlowError, match=r"silent for 0\.3 s") as caught:
                transport.session([url], limits=FAST).get(url + "v1/me?secret=1")
            assert caught.value.endpoint == "GET /v1/me"
            assert caught.value.was_sent

    @pytest.mark.parametrize("part", ["headers", "body"])
    def test_fault_L08_a_drip_ends_at_the_deadline_of_the_whole_answer(self, part: str) -> None:
        def drip(sock: socket.socket, _: bytes) -> None:
            sock.sendall(b"HTTP/1.1 200 OK\r\n")
            if part == "body":
                sock.sendall(b"Content-Length: 1000\r\n\r\n")
            for _n in range(30):
                sock.sendall(b"x")
                time.sleep(0.1)

        with serving(drip) as (url, _):
            begin = time.monotonic()
            with pytest.raises(errors.TooSlowError, match=r"did not finish .* within 0\.6 s"):
                transport.session([url], limits=FAST).get(url)
            assert time.monotonic() - begin < 2

    @pytest.mark.parametrize("packed", [False, True])
    def test_fault_L09_a_huge_body_or_a_gzip_bomb_is_not_read_to_its_end(
        self, packed: bool
    ) -> None:
        body = b" " * 1_000_000
        answer = (
            plain(gzip.compress(body), headers="Content-Encoding: gzip\r\n")
            if packed
            else plain(body)
        )
        with serving(answer) as (url, _), pytest.raises(errors.BadAnswerError, match="larger than"):
            transport.session([url], limits=FAST).get(url)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            b"garbage\r\n\r\n",
        ],
    )
    def test_an_answer_that_breaks_off_is_an_error(self, raw: bytes) -> None:
        with serving(lambda sock, _: sock.sendall(raw)) as (url, _):
            with pytest.raises(errors.NetworkError) as caught:
                transport.session([url], limits=FAST).get(url)
            assert caught.value.cause == "cut"
            assert caught.value.was_sent

    def test_fault_L16_nobody_listening(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(errors.NetworkError, match="No connection") as caught:
            transport.session([url]).get(url)
        assert caught.value.cause == "refused"
        assert not caught.value.was_sent

    def test_fault_L16_no_such_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", fail)
        with pytest.raises(errors.NetworkError, match="online") as caught:
            transport.session(["https://api.spotify.com/v1/"]).get("https://api.spotify.com/v1/me")
        assert caught.value.cause == "name"

    def test_fault_L16_a_proxy_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        with pytest.raises(errors.NetworkError, match="proxy") as caught:
            transport.session(["https://api.spotify.com/v1/"]).get("https://api.spotify.com/v1/me")
        assert caught.value.cause == "proxy"
        assert not caught.value.was_sent

    def test_fault_L16_a_server_that_speaks_no_tls(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def answer() -> None:
                with listening.accept()[0] as sock, contextlib.suppress(ConnectionError):
                    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    sock.settimeout(2)
                    while sock.recv(4096):
                        pass

            thread = threading.Thread(target=answer)
            thread.start()
            url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
            with pytest.raises(errors.NetworkError, match="connection broke"):
                transport.session([url]).get(url)
            thread.join()

    def test_abort_wakes_the_thread_that_reads(self) -> None:
        begun = threading.Event()

        def hold(sock: socket.socket, _: bytes) -> None:
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            begun.set()
            sock.settimeout(10)
            sock.recv(1)

        caught: list[BaseException] = []
        with serving(hold) as (url, _):
            guarded = transport.session([url])

            def read() -> None:
                try:
                    guarded.get(url)
                except errors.NetworkError as exc:
                    caught.append(exc)

            thread = threading.Thread(target=read)
            thread.start()
            assert begun.wait(5)
            begin = time.monotonic()
            while thread.is_alive() and time.monotonic() - begin < 5:
                guarded.abort()
                thread.join(0.05)
            assert not thread.is_alive()
            assert caught


class TestWhatItShows:
    def test_errors_hold_no_token_and_no_query(self) -> None:
        with serving(lambda sock, _: None) as (url, _):
            with pytest.raises(errors.NetworkError) as caught:
                transport.session([url]).post(
                    url + "api/token?code=SECRET",
                    data={"refresh_token": "SECRET"},
                    headers={"Authorization": "Bearer SECRET"},
                )
            assert "SECRET" not in str(caught.value)
            assert caught.value.__cause__ is None
            assert caught.value.__suppress_context__

    @pytest.mark.parametrize(
        "where", ["http.client.HTTPConnection.getresponse", "requests.Response.iter_content"]
    )
    def test_an_interrupt_leaves_no_frame_that_holds_the_request(
        self, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with serving(plain(b"{}")) as (url, _), transport.session([url]) as guarded:
            monkeypatch.setattr(where, interrupted)
            with pytest.raises(KeyboardInterrupt) as caught:
                guarded.get(url, headers=transport.Hidden(Authorization="Bearer SECRET"))
        assert [frame.name for frame in caught.traceback][-2:] == ["request", "send"]
        assert Path(caught.traceback[-1].path) == Path(transport.__file__)
        assert caught.value.__context__ is None

    def test_repr_names_the_servers(self) -> None:
        guarded = transport.session(["https://api.spotify.com/v1/", "http://127.0.0.1:9090/v1/"])
        assert repr(guarded) == "GuardedSession(http://127.0.0.1:9090, https://api.spotify.com)"

    def test_it_is_not_pickled(self) -> None:
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(transport.session(["https://api.spotify.com/"]))
