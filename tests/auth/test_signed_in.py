"""A saved login renews itself: once, under a lock, and without losing what it has."""

from __future__ import annotations

import dataclasses
import errno
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import spotipy

from spotify_analysis import auth, config, errors, tokens
from spotify_analysis.auth import accounts
from spotify_analysis.demo.server import Server

SignIn = Callable[..., tokens.Token]
HOW = "sign in with `login()` in a notebook, or `spotify-analysis login` in a terminal"


@pytest.fixture
def login(settings: config.Settings, store: tokens.TokenStore) -> auth.Login:
    return auth.Login(settings, store)


def asked(spotify: Server) -> int:
    """Count requests to the token endpoint."""
    return spotify.calls("/api/token")


class TestToken:
    def test_is_given_as_it_is_while_it_lasts(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        token = sign_in()
        assert login.token() == token
        assert login.token() == token
        assert login.scopes == auth.DEFAULT_SCOPES
        assert (login.account_id, login.display_name) == ("ada-account", "Ada Example")
        assert asked(spotify) == 1, "the sign-in itself"

    @pytest.mark.parametrize("answer", ["without", "null", "empty", "same"])
    def test_keeps_the_refresh_token_when_none_comes(
        self,
        spotify: Server,
        sign_in: SignIn,
        login: auth.Login,
        store: tokens.TokenStore,
        answer: str,
    ) -> None:
        old = sign_in(expires_at=time.time() + 59)
        spotify.set(refresh_answer=answer)
        new = login.token()
        assert new.access_token != old.access_token
        assert new.seconds_left() > 3500
        assert dataclasses.replace(new, access_token="", expires_at=0.0) == dataclasses.replace(
            old, access_token="", expires_at=0.0
        )
        assert store.load(old.client_id) == new

    def test_takes_a_new_refresh_token(
        self, spotify: Server, sign_in: SignIn, login: auth.Login, store: tokens.TokenStore
    ) -> None:
        spotify.set(rotate_refresh_tokens=True)
        tokens_seen = {sign_in(expires_at=1.0).refresh_token}
        for _ in range(3):
            tokens_seen.add(login.refresh(login.token().access_token).refresh_token)
        assert len(tokens_seen) == 4
        stored = store.load(spotify.client_id)
        assert stored is not None
        assert stored == login.token()

    def test_a_missing_scope_means_as_before(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        sign_in(expires_at=1.0, scopes=frozenset({"user-top-read"}))
        spotify.set(omit_scope=True)
        assert login.token().scopes == {"user-top-read"}

    def test_without_a_login(self, spotify: Server, login: auth.Login) -> None:
        with pytest.raises(errors.NotLoggedInError, match="You are not signed in") as caught:
            login.token()
        assert HOW in str(caught.value)
        assert asked(spotify) == 0

    def test_signed_out_in_another_program(
        self, spotify: Server, sign_in: SignIn, login: auth.Login, store: tokens.TokenStore
    ) -> None:
        token = sign_in()
        login.token()
        store.clear(token.client_id)
        with pytest.raises(errors.NotLoggedInError, match="You have been signed out"):
            login.refresh(token.access_token)
        assert store.load(token.client_id) is None
        assert asked(spotify) == 1

    def test_signed_in_anew_in_another_program(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        sign_in(ended_at=1.0)
        with pytest.raises(errors.NotLoggedInError):
            login.token()
        new = sign_in()
        assert login.token() == new


class TestTogether:
    def test_threads_cause_one_request(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        sign_in(expires_at=1.0)
        begin = threading.Barrier(16)
        seen: list[str] = []

        def use() -> None:
            begin.wait()
            seen.append(login.token().access_token)

        threads = [threading.Thread(target=use) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == 16
        assert len(set(seen)) == 1
        assert asked(spotify) == 2

    def test_threads_that_were_rejected_cause_one_request(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        rejected = sign_in().access_token
        seen: list[str] = []
        threads = [
            threading.Thread(target=lambda: seen.append(login.refresh(rejected).access_token))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(seen)) == 1
        assert rejected not in seen
        assert asked(spotify) == 2

    @pytest.mark.parametrize("rotate", [False, True], ids=["fixed", "rotating"])
    def test_programs_cause_one_request(
        self,
        spotify: Server,
        sign_in: SignIn,
        settings: config.Settings,
        rotate: bool,
    ) -> None:
        spotify.set(rotate_refresh_tokens=rotate, delay_s=0.1)
        sign_in(expires_at=1.0)
        code = (
            "import sys\n"
            "from spotify_analysis import auth, config\n"
            "login = auth.saved(config.load(client_id=sys.argv[1], accounts_url=sys.argv[2],"
            " api_url=sys.argv[3], data_dir=sys.argv[4]))\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
            "print(login.token().access_token)\n"
        )
        command = [sys.executable, "-c", code, spotify.client_id, spotify.accounts_url]
        command += [spotify.api_url, str(settings.data_dir)]
        programs = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        for program in programs:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
        answers = [program.communicate("\n")[0] for program in programs]
        assert len(set(answers)) == 1
        assert answers[0].strip()
        assert asked(spotify) == 2


class TestRejected:
    def test_is_replaced(self, spotify: Server, sign_in: SignIn, login: auth.Login) -> None:
        old = sign_in()
        assert login.refresh(old.access_token).access_token != old.access_token
        assert asked(spotify) == 2

    def test_is_not_replaced_twice(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        old = sign_in()
        new = login.refresh(old.access_token)
        assert login.refresh(old.access_token) == new
        assert asked(spotify) == 2

    def test_a_replacement_by_another_program_is_taken(
        self, spotify: Server, sign_in: SignIn, settings: config.Settings, store: tokens.TokenStore
    ) -> None:
        old = sign_in()
        mine, other = auth.Login(settings, store), auth.Login(settings, store)
        mine.token()
        new = other.refresh(old.access_token)
        assert mine.refresh(old.access_token) == new
        assert asked(spotify) == 2


class TestInvalidGrant:
    def test_ends_the_login_and_is_never_tried_again(
        self, spotify: Server, sign_in: SignIn, login: auth.Login, store: tokens.TokenStore
    ) -> None:
        token = sign_in(expires_at=1.0)
        spotify.state.refresh_tokens[token.refresh_token].revoked = True
        for _ in range(3):
            with pytest.raises(errors.NotLoggedInError, match="Spotify ended this sign-in") as no:
                login.token()
            assert HOW in str(no.value)
            assert "the access was removed, or the password changed" in str(no.value)
        assert asked(spotify) == 2
        kept = store.load(token.client_id)
        assert kept is not None
        assert kept.ended_at is not None
        assert kept.refresh_token == token.refresh_token, "marked, not destroyed"
        with pytest.raises(errors.NotLoggedInError):
            auth.saved(login.settings)
        assert asked(spotify) == 2

    def test_after_six_months(self, spotify: Server, sign_in: SignIn, login: auth.Login) -> None:
        sign_in(expires_at=1.0, authorized_at=time.time() - 86_400 * 190)
        spotify.advance(days=190)
        with pytest.raises(errors.NotLoggedInError, match="a sign-in lasts six months"):
            login.token()

    def test_is_not_believed_when_somebody_has_renewed_meanwhile(
        self, spotify: Server, sign_in: SignIn, settings: config.Settings
    ) -> None:
        class Overtaken(tokens.MemoryStore):
            """Without a common lock: another program saves between our look and our request."""

            newer: tokens.Token | None = None
            n_loads = 0

            def load(self, client_id: str, owner: str = "") -> tokens.Token | None:
                self.n_loads += 1
                if self.n_loads == 3:
                    assert self.newer is not None
                    self.save(self.newer)
                return super().load(client_id, owner)

        dead = sign_in(expires_at=1.0)
        newer = sign_in(expires_at=2.0)
        spotify.state.refresh_tokens[dead.refresh_token].revoked = True
        store = Overtaken()
        store.save(dead)
        store.newer = newer
        token = auth.Login(settings, store).token()
        assert token.refresh_token == newer.refresh_token
        assert token.ended_at is None
        assert [request.status for request in spotify.requests[-2:]] == [400, 200]

    def test_a_wrong_app_is_not_the_end_of_the_login(
        self, spotify: Server, sign_in: SignIn, settings: config.Settings, store: tokens.TokenStore
    ) -> None:
        token = sign_in(expires_at=1.0)
        wrong = dataclasses.replace(settings, client_secret="0" * 32)
        with pytest.raises(errors.LoginError, match="SPOTIPY_CLIENT_SECRET"):
            auth.Login(wrong, store).token()
        assert store.load(token.client_id) == token


FAULTS: dict[str, tuple[dict[str, Any], type[errors.SpotifyError]]] = {
    "503": ({"fault": "5xx", "status": 503}, errors.ServerError),
    "500": ({"fault": "5xx", "status": 500}, errors.ServerError),
    "429": ({"fault": "rate_429_json", "retry_after": 3600}, errors.RateLimitedError),
    "HTML": ({"fault": "html_200"}, errors.BadAnswerError),
    "nothing": ({"fault": "empty_200"}, errors.BadAnswerError),
    "null": ({"fault": "null_200"}, errors.BadAnswerError),
    "cut": ({"fault": "cut"}, errors.NetworkError),
    "hung up": ({"fault": "dropped"}, errors.NetworkError),
}


class TestWhenSignInIsDown:
    @pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)
    def test_the_old_token_is_used_while_it_lasts(
        self,
        spotify: Server,
        sign_in: SignIn,
        login: auth.Login,
        fault: dict[str, Any],
        kind: type[errors.SpotifyError],
    ) -> None:
        token = sign_in(expires_at=time.time() + 50)
        spotify.faults.add(**fault, path="/api/token")
        assert login.token() == token

    @pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)
    def test_then_an_error_says_so_and_the_record_is_untouched(
        self,
        spotify: Server,
        sign_in: SignIn,
        login: auth.Login,
        store: tokens.TokenStore,
        fault: dict[str, Any],
        kind: type[errors.SpotifyError],
    ) -> None:
        token = sign_in(expires_at=1.0)
        assert isinstance(store, tokens.FileStore)
        before = store.path(token.client_id).read_bytes()
        spotify.faults.add(**fault, path="/api/token")
        with pytest.raises(kind) as caught:
            login.token()
        assert token.refresh_token not in str(caught.value)
        assert store.path(token.client_id).read_bytes() == before
        assert login.token().seconds_left() > 3500, "the next call tries again"

    def test_paste_says_429_when_to_go_on(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        sign_in(expires_at=1.0)
        spotify.faults.add("rate_429_json", path="/api/token", retry_after=3600)
        with pytest.raises(errors.RateLimitedError, match="try again after 20") as caught:
            login.token()
        assert caught.value.wait_s == 3600
        assert caught.value.resume_at is not None
        assert 3500 < (caught.value.resume_at - datetime.now(UTC)).total_seconds() <= 3600

    def test_a_full_disk_raises_and_memory_goes_on(
        self,
        spotify: Server,
        sign_in: SignIn,
        login: auth.Login,
        store: tokens.TokenStore,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        old = sign_in(expires_at=1.0)

        def full(_handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(errors.TokenStoreError, match="No space left"):
                login.token()
            assert login.token().seconds_left() > 3500
        assert asked(spotify) == 2
        assert store.load(old.client_id) == old

    def test_a_fast_clock_renews_once_and_not_at_every_call(
        self, spotify: Server, sign_in: SignIn, settings: config.Settings, store: tokens.TokenStore
    ) -> None:
        sign_in()
        login = auth.Login(settings, store, clock=lambda: time.time() + 7200)
        for _ in range(5):
            login.token()
        assert asked(spotify) == 2


class TestAnswers:
    @pytest.mark.parametrize(
        "body",
        [
            b'{"access_token": "x", "token_type": "Bearer"}',
            b'{"access_token": "x", "expires_in": "3600"}',
            b'{"access_token": "x", "expires_in": 0}',
            b'{"access_token": "x", "expires_in": 1e9}',
            b'{"access_token": "x\\r\\ny", "expires_in": 3600}',
            b'{"access_token": "", "expires_in": 3600}',
            b'{"access_token": 1, "expires_in": 3600}',
            b'{"access_token": "x", "expires_in": 3600, "token_type": "mac"}',
            b'{"access_token": "x", "expires_in": 3600, "refresh_token": 1}',
            b'{"access_token": "x", "expires_in": 3600, "scope": ["a"]}',
            b'["access_token"]',
            b"\xff\xfe",
            b"[" * 50_000,
        ],
    )
    def test_that_are_not_what_spotify_promises(
        self, settings: config.Settings, monkeypatch: pytest.MonkeyPatch, body: bytes
    ) -> None:
        class Session:
            def post(self, *_: Any, **__: Any) -> Any:
                return type("Answer", (), {"status_code": 200, "content": body, "headers": {}})

        with pytest.raises(errors.BadAnswerError, match="not with what it promises") as caught:
            accounts.refresh(settings, "AQ-refresh", session=Session())  # type: ignore[arg-type]
        assert caught.value.endpoint == "POST /api/token"

    def test_a_refusal_is_not_repeated(self, settings: config.Settings) -> None:
        class Session:
            def post(self, *_: Any, **__: Any) -> Any:
                content = b'{"error": "<script>AQ-refresh", "error_description": "AQ-refresh"}'
                return type("Answer", (), {"status_code": 400, "content": content, "headers": {}})

        with pytest.raises(errors.LoginError, match="unknown error") as caught:
            accounts.refresh(settings, "AQ-refresh", session=Session())  # type: ignore[arg-type]
        assert "AQ-refresh" not in str(caught.value)

    @pytest.mark.parametrize(
        ("fault", "kind", "says"),
        [
            ("403_unregistered", errors.NotRegisteredError, "not on the app's list of users"),
            ("403_premium", errors.PremiumRequiredError, "no active Premium subscription"),
            ("403_forbidden", errors.ForbiddenError, "refuses to say whose login"),
            ("401_expired", errors.NotLoggedInError, "sign in again"),
            ("html_200", errors.BadAnswerError, "not with what it promises"),
            ("5xx", errors.ServerError, "try again in a while"),
        ],
    )
    def test_to_whose_login_it_is(
        self,
        spotify: Server,
        settings: config.Settings,
        sign_in: SignIn,
        fault: str,
        kind: type[errors.SpotifyAnalysisError],
        says: str,
    ) -> None:
        token = sign_in()
        spotify.faults.add(fault, path="/v1/me")
        with pytest.raises(kind, match=says):
            accounts.who(settings, token.access_token)
        assert accounts.who(settings, token.access_token).account_id == "ada-account"


class TestSecret:
    def test_is_sent_as_basic_and_without_a_verifier(
        self, spotify: Server, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        with_secret = dataclasses.replace(settings, client_secret=spotify.client_secret)
        attempt = auth.Attempt.start(with_secret, ["user-top-read"])
        assert attempt.verifier is None
        assert "code_challenge" not in attempt.authorize_url
        code = auth.parse_paste(browse(attempt.authorize_url), attempt)
        token = auth.exchange(with_secret, code, None, attempt.redirect_uri, attempt.scopes)
        assert token.scopes == {"user-top-read"}
        store = tokens.MemoryStore()
        store.save(dataclasses.replace(token, expires_at=1.0))
        assert auth.Login(with_secret, store).token().seconds_left() > 3500

    def test_paste_says_invalid_client_of_a_wrong_secret(
        self, spotify: Server, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        wrong = dataclasses.replace(settings, client_secret="0" * 32)
        attempt = auth.Attempt.start(wrong, ["user-top-read"])
        code = auth.parse_paste(browse(attempt.authorize_url), attempt)
        with pytest.raises(
            errors.LoginError, match=r"wrong or was rotated: auth.set_client_s"
        ) as caught:
            auth.exchange(wrong, code, None, attempt.redirect_uri, attempt.scopes)
        assert code not in str(caught.value)


class TestCode:
    def begun(
        self, settings: config.Settings, browse: Callable[[str], str]
    ) -> tuple[auth.Attempt, str]:
        attempt = auth.Attempt.start(settings, auth.DEFAULT_SCOPES)
        return attempt, auth.parse_paste(browse(attempt.authorize_url), attempt)

    def test_attack_22_a_code_is_good_once(
        self, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        attempt, code = self.begun(settings, browse)
        given = (settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes)
        auth.exchange(*given)
        with pytest.raises(errors.LoginError, match="used or is too old: start again"):
            auth.exchange(*given)

    def test_paste_says_invalid_grant_of_a_code_that_is_too_old(
        self, spotify: Server, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        attempt, code = self.begun(settings, browse)
        spotify.advance(601)
        with pytest.raises(errors.LoginError, match="used or is too old: start again"):
            auth.exchange(settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes)

    def test_attack_22_a_code_belongs_to_its_verifier_and_redirect(
        self, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        attempt, code = self.begun(settings, browse)
        with pytest.raises(errors.LoginError, match="belongs to another sign-in"):
            auth.exchange(settings, code, "v" * 64, attempt.redirect_uri, attempt.scopes)
        with pytest.raises(errors.LoginError, match="redirect address differs"):
            auth.exchange(
                settings, code, attempt.verifier, "http://127.0.0.1:1/callback", attempt.scopes
            )

    def test_attack_23_the_granted_scopes_are_kept_and_not_those_asked_for(
        self, spotify: Server, settings: config.Settings, browse: Callable[[str], str]
    ) -> None:
        spotify.set(granted_scopes=frozenset({"user-top-read"}))
        attempt, code = self.begun(settings, browse)
        token = auth.exchange(
            settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes
        )
        assert token.scopes == {"user-top-read"}


class TestAttempt:
    def test_every_one_is_fresh(self, settings: config.Settings) -> None:
        one, two = (auth.Attempt.start(settings, []) for _ in range(2))
        assert one.state != two.state
        assert one.verifier != two.verifier
        assert len(one.state) >= 43
        assert one.verifier is not None
        assert 43 <= len(one.verifier) <= 128

    def test_shows_nothing(self, settings: config.Settings) -> None:
        one = auth.Attempt.start(settings, ["user-top-read"])
        assert one.verifier is not None
        for secret in (one.state, one.verifier, settings.client_id or ""):
            assert secret not in repr(one)
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(one)

    def test_without_a_client_id(self, settings: config.Settings) -> None:
        with pytest.raises(errors.ConfigError, match="SPOTIPY_CLIENT_ID"):
            auth.Attempt.start(dataclasses.replace(settings, client_id=None), [])


class TestSpotipy:
    def test_takes_it_as_auth_manager(
        self, spotify: Server, sign_in: SignIn, login: auth.Login
    ) -> None:
        sign_in(expires_at=1.0)
        plain = spotipy.Spotify(auth_manager=login, retries=0)
        plain.prefix = spotify.api_url
        assert plain.me()["display_name"] == "Ada Example"
        as_dict = login.get_access_token(as_dict=True)
        assert as_dict["access_token"] == login.get_access_token()
        assert "refresh_token" not in as_dict

    def test_never_starts_a_sign_in(self, login: auth.Login) -> None:
        with pytest.raises(errors.NotLoggedInError):
            spotipy.Spotify(auth_manager=login).me()


class TestSaved:
    def test_is_found(self, settings: config.Settings, sign_in: SignIn) -> None:
        token = sign_in()
        login = auth.saved(settings)
        assert login.token() == token
        assert repr(login) == "<Login: connected>"
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(login)

    def test_without_a_client_id(self) -> None:
        with pytest.raises(errors.NotLoggedInError, match="no client id is set") as caught:
            auth.saved()
        assert HOW in str(caught.value)
        assert caught.value._render_traceback_() == [f"NotLoggedInError: {caught.value}"]

    def test_without_a_login(self, settings: config.Settings) -> None:
        with pytest.raises(errors.NotLoggedInError, match="You are not signed in"):
            auth.saved(settings)

    def test_warns_before_the_end(self, settings: config.Settings, sign_in: SignIn) -> None:
        sign_in(authorized_at=time.time() - 86_400 * 149.5)
        auth.saved(settings)
        sign_in(authorized_at=time.time() - 86_400 * 150.5)
        with pytest.warns(UserWarning, match="in about 30 days.*auth.rotate"):
            auth.saved(settings)

    def test_logout_removes_it(self, settings: config.Settings, sign_in: SignIn) -> None:
        sign_in()
        auth.logout(settings)
        with pytest.raises(errors.NotLoggedInError):
            auth.saved(settings)
        auth.logout(settings)
        auth.logout(dataclasses.replace(settings, client_id=None))


class TestTracebacks:
    """IPython's verbose tracebacks show every variable of every frame."""

    def verbose(self, act: Callable[[], object]) -> str:
        from IPython.core.ultratb import VerboseTB

        try:
            act()
        except BaseException:  # noqa: BLE001 - KeyboardInterrupt is the case in question
            shown: str = VerboseTB(include_vars=True).text(*sys.exc_info())
            return re.sub(r"\x1b\[[0-9;]*m", "", shown)
        raise AssertionError("nothing was raised")

    @pytest.mark.parametrize("secret", [False, True], ids=["PKCE", "secret"])
    def test_show_no_secret_when_a_renewal_is_interrupted(
        self,
        spotify: Server,
        sign_in: SignIn,
        settings: config.Settings,
        store: tokens.TokenStore,
        monkeypatch: pytest.MonkeyPatch,
        secret: bool,
    ) -> None:
        token = sign_in(expires_at=1.0)
        if secret:
            settings = dataclasses.replace(settings, client_secret=spotify.client_secret)
        login = auth.Login(settings, store)

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("spotify_analysis.transport.GuardedSession.send", interrupted)
        shown = self.verbose(login.token)
        assert "form = Hidden(***)" in shown
        assert "token = Token(" in shown
        shown += self.verbose(
            lambda: accounts.who(settings, store.load(spotify.client_id).access_token)  # type: ignore[union-attr]
        )
        for one in (token.access_token, token.refresh_token, spotify.client_secret):
            assert str(one) not in shown
