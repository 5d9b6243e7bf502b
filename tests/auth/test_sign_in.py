"""A sign-in from the client id to the saved login, and the listener that catches its redirect."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from spotify_analysis import auth, config, errors, tokens
from spotify_analysis.auth import listener as listeners
from spotify_analysis.auth import sign_in as sign_ins
from spotify_analysis.auth.listener import Listener, Page
from spotify_analysis.auth.sign_in import SignIn
from spotify_analysis.demo import listener
from spotify_analysis.demo.server import Server

Browse = Callable[[str], str]
People = Callable[..., listener.Listener]


@pytest.fixture
def begin(settings: config.Settings) -> Iterator[Callable[..., SignIn]]:
    """Give a maker of sign-ins, which are stopped in the end."""
    begun: list[SignIn] = []

    def begin(**how: Any) -> SignIn:
        given = how.pop("settings", settings)
        one = SignIn(given, how.pop("scopes", auth.DEFAULT_SCOPES), **how)
        begun.append(one)
        if one.settings.client_id:
            one.start()
        return one

    yield begin
    for one in begun:
        one.stop()


def link(sign_in: SignIn) -> str:
    assert sign_in.attempt is not None
    return sign_in.attempt.authorize_url


def get(url: str) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask as a browser does; 404 is an answer as well."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.read().decode(), exc.headers


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


class TestPasting:
    def test_leads_to_a_saved_login(
        self, begin: Callable[..., SignIn], browse: Browse, settings: config.Settings
    ) -> None:
        one = begin(listen=False)
        assert one.stage == "waiting"
        assert one.message == "Waiting for you to press Agree."
        one.paste(browse(link(one)))
        assert one.stage == "connected"
        assert one.message == "Connected as Ada Example"
        assert not one.is_problem
        assert one.attempt is None
        login = auth.saved(settings)
        assert login.display_name == "Ada Example"
        assert login.account_id == "ada-account"
        assert login.scopes == auth.DEFAULT_SCOPES
        assert time.time() - login.token().authorized_at < 10

    def test_of_something_else_goes_on(
        self, begin: Callable[..., SignIn], browse: Browse, spotify: Server
    ) -> None:
        one = begin(listen=False)
        right = browse(link(one))
        code = parse_qs(urlsplit(right).query)["code"][0]
        for wrong in ("", "hello", code, right.replace("state=", "state=x"), spotify.client_id):
            one.paste(wrong)
            assert one.stage == "waiting"
            assert one.is_problem
            assert code not in one.message
            assert isinstance(one.error, errors.PasteError)
        assert spotify.calls("/api/token") == 0
        one.paste(right)
        assert one.stage == "connected"
        one.paste(right)
        assert one.message == "Connected as Ada Example", "a late Enter changes nothing"

    def test_of_a_refusal_ends_it(
        self, begin: Callable[..., SignIn], spotify: Server, settings: config.Settings
    ) -> None:
        one = begin(listen=False)
        state = parse_qs(urlsplit(link(one)).query)["state"][0]
        one.paste(f"{settings.redirect_uri}?error=access_denied&state={state}")
        assert one.stage == "over"
        assert one.message == (
            "Spotify says the access was declined. Nothing was stored. Press Start again."
        )
        assert one.attempt is None
        one.paste("hello")
        assert one.stage == "over"
        one.start()
        assert one.stage == "waiting"
        assert state not in link(one)
        assert spotify.calls("/api/token") == 0

    def test_of_an_address_from_an_older_try(
        self, begin: Callable[..., SignIn], browse: Browse
    ) -> None:
        one = begin(listen=False)
        old = browse(link(one))
        one.start()
        one.paste(old)
        assert one.message.startswith("The address belongs to another sign-in")

    def test_an_old_sign_in_runs_out_by_itself(
        self, begin: Callable[..., SignIn], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sign_ins, "LIFE_S", 0.05)
        one = begin()
        wait_until(lambda: one.stage == "over")
        assert "has run out" in one.message
        assert one.attempt is None
        assert not one.is_listening

    @pytest.mark.parametrize(
        ("fault", "says"),
        [
            ({"fault": "5xx", "status": 502}, "down for now"),
            ({"fault": "html_200"}, "not with what it promises"),
            ({"fault": "cut"}, "The connection broke"),
            ({"fault": "rate_429_json", "retry_after": 30}, "too many requests"),
        ],
    )
    def test_while_spotify_is_down(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        fault: dict[str, Any],
        says: str,
    ) -> None:
        one = begin(listen=False)
        address = browse(link(one))
        spotify.faults.add(**fault, path="/api/token")
        one.paste(address)
        assert one.stage == "over"
        assert says in one.message
        assert "again" in one.message
        one.start()
        one.paste(browse(link(one)))
        assert one.stage == "connected"

    def test_without_a_network_the_address_is_still_good(
        self, begin: Callable[..., SignIn], settings: config.Settings, browse: Browse
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
        one = begin(listen=False)
        address = browse(link(one))
        one.settings = dataclasses.replace(settings, accounts_url=nobody)
        one.paste(address)
        assert one.stage == "waiting"
        assert one.message.endswith("Then paste the address once more.")
        one.settings = settings
        one.paste(address)
        assert one.stage == "connected"

    @pytest.mark.parametrize(
        ("fault", "says"),
        [
            ("403_unregistered", "not on the app's list of users"),
            ("403_premium", "no active Premium subscription"),
        ],
    )
    def test_paste_says_403_of_somebody_the_app_is_not_for(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        store: tokens.TokenStore,
        fault: str,
        says: str,
    ) -> None:
        one = begin(listen=False)
        spotify.faults.add(fault, path="/v1/me")
        one.paste(browse(link(one)))
        assert one.stage == "over"
        assert says in one.message
        assert store.load(spotify.client_id) is None

    def test_when_spotify_cannot_say_who_it_is(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        store: tokens.TokenStore,
    ) -> None:
        one = begin(listen=False)
        spotify.faults.add("5xx", path="/v1/me")
        one.paste(browse(link(one)))
        assert one.stage == "connected"
        assert one.message == "Connected"
        kept = store.load(spotify.client_id)
        assert kept is not None
        assert kept.account_id is None

    def test_of_somebody_without_a_name(
        self, begin: Callable[..., SignIn], browse: Browse, spotify: Server, somebody: People
    ) -> None:
        spotify.sign_in(somebody(None, account_id="no-name"))
        one = begin(listen=False)
        one.paste(browse(link(one)))
        assert one.message == "Connected as no-name"

    def test_something_unforeseen_is_named_and_not_shown(
        self, begin: Callable[..., SignIn], browse: Browse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = begin(listen=False)
        address = browse(link(one))

        def broken(*_: object, **__: object) -> None:
            raise KeyError(address)

        monkeypatch.setattr(sign_ins.accounts, "exchange", broken)
        one.paste(address)
        assert one.message == ("Something unforeseen went wrong (KeyError). Press Start again.")

    def test_a_store_that_cannot_be_written(
        self, begin: Callable[..., SignIn], browse: Browse, settings: config.Settings
    ) -> None:
        settings.data_dir.parent.mkdir(exist_ok=True)
        settings.data_dir.write_text("a file")
        one = begin(listen=False)
        one.paste(browse(link(one)))
        assert one.stage == "over"
        assert "SPOTIFY_ANALYSIS_HOME" in one.message


class TestAccounts:
    def test_attack_24_another_account_is_refused_unless_asked_for(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        store: tokens.TokenStore,
        somebody: People,
    ) -> None:
        one = begin(listen=False)
        one.paste(browse(link(one)))
        ada = store.load(spotify.client_id)
        spotify.sign_in(somebody("Bob", account_id="bob"))
        one = begin(listen=False)
        one.paste(browse(link(one)))
        assert one.stage == "over"
        assert "You signed in as Bob, but the saved login is that of Ada Example" in one.message
        assert "login(switch_account=True)" in one.message
        assert store.load(spotify.client_id) == ada
        one = begin(listen=False, switch_account=True)
        one.paste(browse(link(one)))
        assert one.message == "Connected as Bob"

    def test_owners_are_kept_apart(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        settings: config.Settings,
        somebody: People,
    ) -> None:
        one = begin(listen=False, owner="ada")
        one.paste(browse(link(one)))
        spotify.sign_in(somebody("Bob", account_id="bob"))
        one = begin(listen=False, owner="bob")
        one.paste(browse(link(one)))
        assert auth.saved(settings, owner="ada").display_name == "Ada Example"
        assert auth.saved(settings, owner="bob").display_name == "Bob"
        with pytest.raises(errors.NotLoggedInError):
            auth.saved(settings)


class TestClientId:
    @pytest.fixture
    def unset(self, settings: config.Settings) -> config.Settings:
        return dataclasses.replace(settings, client_id=None, source="nowhere")

    def test_is_taken_and_remembered(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        spotify: Server,
        unset: config.Settings,
    ) -> None:
        one = begin(settings=unset, listen=False)
        assert one.stage == "needs_client_id"
        one.set_client_id(f' "{spotify.client_id.upper()}"\n')
        assert one.stage == "waiting"
        assert config.load().client_id is None, "not before it has worked"
        one.paste(browse(link(one)))
        assert one.stage == "connected"
        assert config.load().client_id == spotify.client_id

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "Nothing was pasted."),
            ("f" * 31, "it has 31 characters"),
            ("f" * 33, "it has 33 characters"),
            ("g" * 32, "all digits or letters a to f"),
            ("https://developer.spotify.com/dashboard", "That is an address"),
        ],
    )
    def test_that_is_none(
        self, begin: Callable[..., SignIn], unset: config.Settings, text: str, says: str
    ) -> None:
        one = begin(settings=unset)
        one.set_client_id(text)
        assert one.stage == "needs_client_id"
        assert one.is_problem
        assert says in one.message
        assert not text or text not in one.message

    def test_in_memory_nothing_is_remembered(
        self, begin: Callable[..., SignIn], browse: Browse, settings: config.Settings
    ) -> None:
        one = begin(settings=dataclasses.replace(settings, store="memory"), listen=False)
        one.paste(browse(link(one)))
        assert one.stage == "connected"
        assert config.load().client_id is None
        tokens.store_for("memory", data_dir=settings.data_dir, key=settings.key).clear(
            settings.client_id or ""
        )

    def test_one_that_cannot_be_remembered_is_said(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        settings: config.Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.data_dir.parent.mkdir(exist_ok=True)
        blocked = settings.data_dir.parent / "blocked"
        blocked.write_text("")
        monkeypatch.setenv("SPOTIFY_ANALYSIS_HOME", str(blocked / "x"))
        one = begin(listen=False)
        one.paste(browse(link(one)))
        assert one.stage == "connected"
        assert one.message.startswith("Connected as Ada Example. The client id could not be")


class TestResume:
    def test_a_login_that_works(
        self, settings: config.Settings, sign_in: Callable[..., tokens.Token]
    ) -> None:
        sign_in(expires_at=1.0)
        one = SignIn(settings, auth.DEFAULT_SCOPES)
        assert one.resume()
        assert one.stage == "connected"
        assert one.message == "Connected as Ada Example"

    def test_none(self, settings: config.Settings) -> None:
        one = SignIn(settings, auth.DEFAULT_SCOPES)
        assert not one.resume()
        assert one.message == ""
        assert not SignIn(config.load(), auth.DEFAULT_SCOPES).resume()

    def test_one_that_is_over(
        self, spotify: Server, settings: config.Settings, sign_in: Callable[..., tokens.Token]
    ) -> None:
        token = sign_in(expires_at=1.0)
        spotify.state.refresh_tokens[token.refresh_token].revoked = True
        one = SignIn(settings, auth.DEFAULT_SCOPES)
        assert not one.resume()
        assert one.message.startswith("Spotify ended this sign-in of ")
        assert one.message.endswith("Sign in once more.")

    def test_one_with_too_few_permissions(
        self, settings: config.Settings, sign_in: Callable[..., tokens.Token]
    ) -> None:
        sign_in()
        one = SignIn(settings, auth.DEFAULT_SCOPES | {"user-read-email"})
        assert not one.resume()
        assert "not with the 1 permission asked for here (user-read-email)" in one.message

    def test_while_spotify_is_down(
        self, spotify: Server, settings: config.Settings, sign_in: Callable[..., tokens.Token]
    ) -> None:
        sign_in(expires_at=1.0)
        spotify.faults.add("5xx", path="/api/token")
        one = SignIn(settings, auth.DEFAULT_SCOPES)
        assert not one.resume()
        assert one.message.startswith("The saved login could not be used: Spotify's sign-in servi")


class TestCatching:
    def test_leads_to_a_saved_login(
        self, begin: Callable[..., SignIn], browse: Browse, settings: config.Settings
    ) -> None:
        one = begin()
        assert one.is_listening
        address = browse(link(one))
        assert urlsplit(address).port
        status, page, headers = get(address)
        assert status == 200
        assert "<h1>Connected as Ada Example</h1>" in page
        assert "You can close this tab" in page
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        code = parse_qs(urlsplit(address).query)["code"][0]
        assert code not in page
        assert one.stage == "connected"
        assert auth.saved(settings).display_name == "Ada Example"
        wait_until(lambda: not answers(address))

    def test_attack_21_a_name_with_a_script_in_it_is_shown_as_text(
        self, begin: Callable[..., SignIn], browse: Browse, spotify: Server, somebody: People
    ) -> None:
        spotify.sign_in(somebody("<script>alert(1)</script>{x}", account_id="mallory"))
        one = begin()
        _, page, _ = get(browse(link(one)))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{x}" in page

    @pytest.mark.parametrize("how", ["caught", "pasted"])
    def test_attack_19_a_forged_redirect_with_the_attacker_s_code(
        self,
        begin: Callable[..., SignIn],
        browse: Browse,
        settings: config.Settings,
        spotify: Server,
        somebody: People,
        how: str,
    ) -> None:
        one = begin()
        right = browse(link(one))
        assert one.attempt is not None
        # the attacker signs in as himself and makes the victim's browser go to his address
        spotify.sign_in(somebody("Mallory", account_id="mallory"))
        his = parse_qs(urlsplit(browse(auth.Attempt.start(settings, []).authorize_url)).query)
        n_before = spotify.calls("/api/token")
        for state in (his["state"][0], "", one.attempt.state[:-1], one.attempt.state + "x"):
            forged = f"{one.attempt.redirect_uri}?code={his['code'][0]}&state={state}"
            if how == "caught":
                assert get(forged)[0] == 404
            else:
                one.paste(forged)
                assert "Nothing was sent." in one.message
        assert spotify.calls("/api/token") == n_before, "nothing was sent"
        assert one.stage == "waiting"
        one.paste(right)
        assert one.message == "Connected as Ada Example"

    def test_attack_21_an_error_with_a_script_in_it_is_plain_text(
        self, begin: Callable[..., SignIn]
    ) -> None:
        one = begin()
        assert one.attempt is not None
        base, state = one.attempt.redirect_uri, one.attempt.state
        evil = f"{base}?error=%3Cscript%3Ealert(1)%3C/script%3E&state={state}"
        status, page, headers = get(evil)
        assert status == 200
        # the one script that may run is ours, and no address of the request stands in the page
        rules = headers["Content-Security-Policy"].split("; ")
        nonce = page.partition('<script nonce="')[2].partition('"')[0]
        assert len(nonce) >= 20
        assert rules[:3] == [
            "default-src 'none'",
            f"style-src 'nonce-{nonce}'",
            f"script-src 'nonce-{nonce}'",
        ]
        assert page.count("<script") == 1
        assert state not in page
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == (
            "no-store",
            "no-referrer",
        )
        assert "<h1>Not connected</h1>" in page
        assert "alert(1)" not in page
        assert one.stage == "over"
        assert "“scriptalertscript”" in one.message

    @pytest.mark.parametrize(
        "path",
        [
            "/favicon.ico",
            "/",
            "/callback",
            "/callback?code=x",
            "/callback?state=wrong&code=x",
            "/callback?state=&code=x",
            "/callback?error=access_denied",
            "/callback/?{right}",
            "/Callback?{right}",
            "/x/../callback?{right}",
            "/callback?{right}&state=wrong",
            "/callback?{right}&" + "x" * 9000,
        ],
    )
    def test_attack_20_everything_else_is_404_and_does_not_end_the_wait(
        self, begin: Callable[..., SignIn], browse: Browse, path: str
    ) -> None:
        one = begin()
        right = browse(link(one))
        parts = urlsplit(right)
        status, body, _ = get(f"http://{parts.netloc}{path.format(right=parts.query)}")
        assert (status, body) == (404, "Not found")
        assert one.stage == "waiting"
        assert not one.is_problem
        assert get(right)[0] == 200
        assert one.stage == "connected"

    @pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "PUT", "NONSENSE"])
    def test_attack_20_only_get_is_answered(
        self, begin: Callable[..., SignIn], browse: Browse, method: str
    ) -> None:
        one = begin()
        parts = urlsplit(browse(link(one)))
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, f"{parts.path}?{parts.query}")
            assert connection.getresponse().status == 404
        assert one.stage == "waiting"

    @pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", ""])
    def test_attack_20_only_our_host_is_answered(
        self, begin: Callable[..., SignIn], browse: Browse, host: str
    ) -> None:
        one = begin()
        parts = urlsplit(browse(link(one)))
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        with contextlib.closing(connection):
            headers = {"Host": host.format(port=parts.port)}
            connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
            assert connection.getresponse().status == 404
        assert one.stage == "waiting"

    def test_half_a_request_holds_nobody_up(
        self, begin: Callable[..., SignIn], browse: Browse
    ) -> None:
        one = begin()
        right = browse(link(one))
        with socket.create_connection(("127.0.0.1", urlsplit(right).port or 0)) as half:
            half.sendall(b"GET /call")
            assert get(right)[0] == 200
        assert one.stage == "connected"

    def test_attack_22_caught_and_pasted_at_once_is_one_sign_in(
        self, begin: Callable[..., SignIn], browse: Browse, spotify: Server
    ) -> None:
        one = begin()
        right = browse(link(one))
        spotify.set(delay_s=0.1)
        threads = [
            threading.Thread(target=one.paste, args=[right]),
            threading.Thread(target=get, args=[right]),
            threading.Thread(target=one.paste, args=[right]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.stage == "connected"
        assert one.message == "Connected as Ada Example"
        assert spotify.calls("/api/token") == 1

    def test_a_new_try_lets_go_of_the_old_port(self, begin: Callable[..., SignIn]) -> None:
        one = begin()
        assert one.attempt is not None
        old = one.attempt.redirect_uri
        one.start()
        assert one.attempt.redirect_uri != old
        wait_until(lambda: not answers(old))

    def test_a_fixed_port(self, begin: Callable[..., SignIn], settings: config.Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            uri = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
            fixed = dataclasses.replace(settings, redirect_uri=uri)
            one = begin(settings=fixed)
            assert not one.is_listening, "taken, so pasting is the way"
            assert one.attempt is not None
            assert one.attempt.redirect_uri == uri
        one.start()
        assert one.is_listening
        assert one.attempt.redirect_uri == uri

    def test_nothing_can_be_caught_elsewhere(
        self, begin: Callable[..., SignIn], settings: config.Settings
    ) -> None:
        uri = "https://hub.example/user/me/callback"
        one = begin(settings=dataclasses.replace(settings, redirect_uri=uri))
        assert not one.is_listening
        assert one.attempt is not None
        assert one.attempt.redirect_uri == uri


def answers(address: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=1).close()
    except OSError:
        return False
    return True


class TestListener:
    def test_stops_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listeners, "LIFE_S", 0.05)
        one = Listener("http://127.0.0.1/callback", lambda query: None)
        assert one.start()
        wait_until(lambda: not answers(one.redirect_uri))

    def test_listens_on_ipv6(self) -> None:
        one = Listener("http://[::1]/callback", lambda query: Page("Good", query, is_good=True))
        if not one.start():
            pytest.skip("this computer has no IPv6 loopback address")
        try:
            assert one.redirect_uri.startswith("http://[::1]:")
            status, page, _ = get(f"{one.redirect_uri}?x=1")
            assert status == 200
            assert "x=1" in page
        finally:
            one.stop()

    def test_says_nothing(self, capfd: pytest.CaptureFixture[str]) -> None:
        def broken(query: str) -> Page:
            raise KeyError(query)

        one = Listener("http://127.0.0.1/callback", broken)
        assert one.start()
        try:
            with pytest.raises((OSError, http.client.HTTPException)):
                get(f"{one.redirect_uri}?code=secret")
        finally:
            one.stop()
        assert capfd.readouterr() == ("", "")
        assert "secret" not in repr(one)
