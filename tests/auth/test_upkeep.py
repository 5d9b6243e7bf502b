"""The life of a login: again in place, more permissions, a new secret, a new key, two accounts."""

from __future__ import annotations

import copy
import dataclasses
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spotify_analysis import auth, cli, client, config, errors, loaders, tokens
from spotify_analysis.auth import signing_in
from spotify_analysis.auth.box import LoginBox
from spotify_analysis.demo import listener
from spotify_analysis.demo.server import Server

Browse = Callable[[str], str]
SignIn = Callable[..., tokens.Token]
People = Callable[..., listener.Listener]
OTHER = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "_in_notebook", lambda: True)


def asked_scopes(box: LoginBox | None) -> set[str]:
    assert box is not None
    assert box._sign_in.attempt is not None
    return set(box._sign_in.attempt.scopes)


def agree(box: LoginBox | None, browse: Browse) -> None:
    assert box is not None
    assert box._sign_in.attempt is not None
    box._address.value = browse(box._sign_in.attempt.authorize_url)


HOW = {"listen": False, "show": False}


class TestRotate:
    def test_gives_six_more_months_to_the_same_permissions(
        self, settings: config.Settings, sign_in: SignIn, browse: Browse, store: tokens.TokenStore
    ) -> None:
        old = sign_in(authorized_at=time.time() - 86_400 * 170, scopes=frozenset({"user-top-read"}))
        login = auth.Login(settings, store)
        assert login.token() == old
        box = auth.rotate(settings, **HOW)
        assert asked_scopes(box) == {"user-top-read"}
        assert store.load(old.client_id) == old, "it works until the new one is there"
        agree(box, browse)
        new = store.load(old.client_id)
        assert new is not None
        assert new.refresh_token != old.refresh_token
        assert (new.days_left(), new.scopes) == (180, {"user-top-read"})
        login.look_again()
        assert login.token() == new, "who was connected goes on with it"

    def test_a_login_that_is_over_is_replaced_in_place(
        self, settings: config.Settings, sign_in: SignIn, browse: Browse, store: tokens.TokenStore
    ) -> None:
        sign_in(ended_at=time.time())
        login = auth.Login(settings, store)
        with pytest.raises(errors.NotLoggedInError):
            login.token()
        agree(auth.rotate(settings, **HOW), browse)
        assert login.token().ended_at is None

    def test_without_a_login(self, settings: config.Settings) -> None:
        with pytest.raises(errors.NotLoggedInError, match="no saved login to replace: sign in"):
            auth.rotate(settings)
        with pytest.raises(errors.NotLoggedInError, match="no saved login to replace"):
            auth.rotate(dataclasses.replace(settings, client_id=None))


class TestGrant:
    def test_attack_23_a_loader_names_what_is_missing_and_the_box_grants_it(
        self,
        spotify: Server,
        settings: config.Settings,
        sign_in: SignIn,
        browse: Browse,
        store: tokens.TokenStore,
    ) -> None:
        spotify.set(granted_scopes=frozenset({"user-top-read"}))
        sign_in()
        spotify.set(granted_scopes=None)
        with client.connect(settings=settings, progress=False) as mine:
            with pytest.raises(errors.MissingScopeError) as caught:
                loaders.recent_plays(mine)
            assert str(caught.value) == (
                "Your login lacks the permission user-read-recently-played (Access your recently "
                "played items), which loaders.recent_plays needs. Grant just that with "
                "spotify_analysis.auth.grant('user-read-recently-played'), then run this again; "
                "login() asks for all."
            )
            box = auth.grant(*caught.value.scopes, settings=settings, **HOW)
            assert asked_scopes(box) == {"user-top-read", "user-read-recently-played"}
            assert box is not None
            assert "user-read-recently-played" in box.message
            agree(box, browse)
            assert len(loaders.recent_plays(mine)) == 0, "Ada has played nothing"
        login = auth.saved(settings)
        assert login.scopes == {"user-top-read", "user-read-recently-played"}

    def test_what_is_granted_already_is_not_asked_for(
        self, spotify: Server, settings: config.Settings, sign_in: SignIn
    ) -> None:
        sign_in()
        box = auth.grant("top_tracks", "library", settings=settings, **HOW)
        assert box is not None
        assert box.connected
        assert box._sign_in.attempt is None
        with pytest.raises(ValueError, match="`names` must hold at least one"):
            auth.grant(settings=settings)
        with pytest.raises(ValueError, match="There is no purpose 'everything'"):
            auth.grant("everything", settings=settings)

    def test_an_owner_is_named_in_what_to_call(
        self, settings: config.Settings, sign_in: SignIn, store: tokens.TokenStore
    ) -> None:
        store.save(sign_in(scopes=frozenset()), "ada")
        with (
            client.connect(settings=settings, owner="ada", progress=False) as mine,
            pytest.raises(errors.MissingScopeError, match=r"grant\('user-top-read', owner='ada'\)"),
        ):
            loaders.top_tracks(mine)


class TestLeastScope:
    def test_login_asks_only_for_what_it_is_for(self, settings: config.Settings) -> None:
        box = auth.login(settings, for_=["top", "history", "playlists"], **HOW)
        assert asked_scopes(box) == {
            "user-top-read",
            "user-read-recently-played",
            "playlist-read-private",
            "playlist-read-collaborative",
        }
        assert asked_scopes(auth.login(settings, for_="saved_tracks", **HOW)) == {
            "user-library-read"
        }
        assert asked_scopes(auth.login(settings, **HOW)) == auth.DEFAULT_SCOPES

    def test_a_second_notebook_takes_nothing_away_from_the_first(
        self, settings: config.Settings, sign_in: SignIn
    ) -> None:
        sign_in(scopes=frozenset({"user-top-read"}))
        box = auth.login(settings, for_="followed", **HOW)
        assert asked_scopes(box) == {"user-top-read", "user-follow-read"}
        fresh = auth.login(settings, for_="followed", switch_account=True, **HOW)
        assert asked_scopes(fresh) == {"user-follow-read"}


class TestAccounts:
    def test_side_by_side_and_each_with_its_own_status(
        self,
        settings: config.Settings,
        spotify: Server,
        browse: Browse,
        somebody: People,
    ) -> None:
        agree(auth.login(settings, owner="ada", for_="top", **HOW), browse)
        spotify.sign_in(somebody("Bob", account_id="bob"))
        agree(auth.login(settings, owner="bob", for_="library", **HOW), browse)
        ada, bob = (auth.status(settings, owner=owner) for owner in ("ada", "bob"))
        assert (ada.name, ada.scopes) == ("Ada Example", ("user-top-read",))
        assert (bob.name, len(bob.scopes)) == ("Bob", 2)
        auth.logout(settings, owner="ada")
        assert not auth.status(settings, owner="ada").signed_in
        assert auth.status(settings, owner="bob").signed_in

    def test_attack_24_a_connection_does_not_change_its_account_unasked(
        self,
        settings: config.Settings,
        spotify: Server,
        sign_in: SignIn,
        browse: Browse,
        somebody: People,
    ) -> None:
        sign_in(scopes=frozenset({"user-top-read"}))
        login = auth.saved(settings)
        spotify.sign_in(somebody("Bob", account_id="bob"))
        agree(auth.login(settings, switch_account=True, **HOW), browse)
        with pytest.raises(errors.NotLoggedInError, match=r"Bob now.*for Ada Example.*connect\(\)"):
            login.look_again()
        rejected = login._token
        assert rejected is not None
        with pytest.raises(errors.NotLoggedInError, match="is that of Bob now"):
            login.refresh(rejected.access_token)
        assert auth.saved(settings).display_name == "Bob"


class TestClientSecret:
    @pytest.fixture
    def place(self) -> Path:
        """Name the settings file, in which an old secret stands."""
        place = config.remember_client_secret(OTHER)
        assert json.loads(place.read_text())["client_secret"] == OTHER
        return place

    def test_that_works_replaces_the_old_one(
        self, spotify: Server, settings: config.Settings, place: Path, sign_in: SignIn
    ) -> None:
        old = sign_in()
        changed = auth.set_client_secret(f" {spotify.client_secret}\n", settings=settings)
        assert changed.client_secret == spotify.client_secret
        assert spotify.client_secret not in repr(changed) + repr([changed.client_secret])
        assert config.load().client_secret == spotify.client_secret
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert auth.saved(settings).token() == old, "the login is another matter"

    def test_that_is_wrong_leaves_the_old_one(self, settings: config.Settings, place: Path) -> None:
        with pytest.raises(errors.LoginError, match="the old one was kept") as c:
            auth.set_client_secret("f" * 32, settings=settings)
        assert "f" * 32 not in str(c.value)
        assert config.load().client_secret == OTHER

    @pytest.mark.parametrize(
        ("fault", "kind"), [("5xx", errors.ServerError), ("html_200", errors.BadAnswerError)]
    )
    def test_that_cannot_be_tested_leaves_the_old_one(
        self,
        spotify: Server,
        settings: config.Settings,
        place: Path,
        fault: str,
        kind: type[Exception],
    ) -> None:
        spotify.faults.add(fault, path="/api/token")
        with pytest.raises(kind):
            auth.set_client_secret(spotify.client_secret, settings=settings)
        assert config.load().client_secret == OTHER

    def test_that_is_none_is_refused_before_it_is_sent(
        self, spotify: Server, settings: config.Settings
    ) -> None:
        n_before = len(spotify.requests)
        with pytest.raises(errors.ConfigError, match="it has 7 characters") as caught:
            auth.set_client_secret("geheim!", settings=settings)
        assert "geheim" not in str(caught.value)
        with pytest.raises(errors.ConfigError, match="No client id is set"):
            auth.set_client_secret(settings=dataclasses.replace(settings, client_id=None))
        assert len(spotify.requests) == n_before

    def test_another_place_that_would_overrule_it_is_named(
        self,
        spotify: Server,
        settings: config.Settings,
        place: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", "a" * 32)
        with pytest.raises(errors.ConfigError, match="SPOTIPY_CLIENT_SECRET in the environment"):
            auth.set_client_secret(spotify.client_secret, settings=settings)
        assert json.loads(place.read_text())["client_secret"] == OTHER
        monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", spotify.client_secret)
        auth.set_client_secret(spotify.client_secret, settings=settings)

    def test_it_is_asked_for_without_being_shown(
        self, spotify: Server, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr(
            "getpass.getpass", lambda text: asked.append(text) or spotify.client_secret
        )
        auth.set_client_secret(settings=settings)
        assert asked == ["New client secret (it is not shown): "]

        def nobody(_: str) -> str:
            raise EOFError

        monkeypatch.setattr("getpass.getpass", nobody)
        with pytest.raises(errors.ConfigError, match="cannot be asked for here"):
            auth.set_client_secret(settings=settings)


class TestRewrap:
    def test_where_nothing_is_sealed(self, settings: config.Settings) -> None:
        with pytest.raises(
            errors.ConfigError, match=r"not sealed \(they are kept in a private file"
        ):
            auth.rewrap(settings)
        with pytest.raises(errors.ConfigError, match=r"not sealed \(they are kept in memory"):
            auth.rewrap(dataclasses.replace(settings, store="memory"))

    def test_is_the_store_s_work(
        self, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Sealing:
            def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
                return plaintext[::-1]

            decrypt = encrypt

            def __str__(self) -> str:
                return "backwards"

        store: Any = tokens.FileStore(settings.data_dir, Sealing())
        monkeypatch.setattr(tokens, "store_for", lambda *_, **__: store)
        assert auth.status(settings).sealed == "backwards"
        done: list[tuple[str, str]] = []

        def anew(client_id: str, owner: str) -> bool:
            done.append((client_id, owner))
            return owner != "nobody"

        monkeypatch.setattr(store, "rewrap", anew, raising=False)
        assert auth.rewrap(settings, owner="ada") == 1
        assert auth.rewrap(settings, owner="nobody") == 0
        assert done == [(settings.client_id, "ada"), (settings.client_id, "nobody")]
        monkeypatch.setattr(store, "logins", lambda: [("a", "x"), ("b", "")], raising=False)
        assert auth.rewrap(settings) == 2


class TestTerminal:
    @pytest.fixture(autouse=True)
    def _settings(self, settings: config.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signing_in, "_in_notebook", lambda: False)
        monkeypatch.setenv("SPOTIPY_CLIENT_ID", settings.client_id or "")
        monkeypatch.setenv("SPOTIFY_ANALYSIS_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("SPOTIFY_ANALYSIS_API_URL", settings.api_url)
        monkeypatch.setenv("SPOTIFY_ANALYSIS_ACCOUNTS_URL", settings.accounts_url)
        monkeypatch.setenv("SPOTIFY_ANALYSIS_KEY", "none")

    def run(self, *command: str, exit_code: int = 0, **how: Any) -> str:
        done = CliRunner().invoke(cli.main, command, **how)
        assert done.exit_code == exit_code, done.output
        return done.output

    def test_owners_side_by_side(
        self, sign_in: SignIn, store: tokens.TokenStore, settings: config.Settings
    ) -> None:
        store.save(sign_in(), "ada")
        store.clear(settings.client_id or "")
        assert "Owner:     ada" in self.run("status", "--owner", "ada")
        assert "Signed in: no\n" in self.run("status")
        assert "Nobody was signed in" in self.run("logout")
        assert "Signed out" in self.run("logout", "--owner", "ada")
        assert "Signed in: no\n" in self.run("status", "--owner", "ada")

    def test_a_login_that_cannot_be_opened_can_be_forgotten(
        self, sign_in: SignIn, settings: config.Settings
    ) -> None:
        sign_in()
        (record,) = (settings.data_dir / "tokens").glob("*.token")
        record.write_text(record.read_text().replace('"owner":""', '"owner":"eve"'))
        assert "AlteredTokenError" in self.run("status", exit_code=1)
        assert "Signed out" in self.run("logout")
        assert not record.exists()

    def test_granted_already(self, sign_in: SignIn) -> None:
        sign_in()
        assert "✔ Connected as Ada Example" in self.run("grant", "top", "saved_tracks")
        assert "✔ Connected as Ada Example" in self.run("login", "--for", "top")
        assert "There is no purpose 'tops'" in self.run("grant", "tops", exit_code=1)

    def test_rotate_asks_and_gives_up_where_nobody_answers(self, sign_in: SignIn) -> None:
        assert "no saved login to replace" in self.run("rotate", exit_code=1)
        sign_in()
        assert "No answer came" in self.run("rotate", exit_code=1, input="")
        assert "yes" in self.run("status")

    def test_a_new_secret_and_a_new_key(
        self, spotify: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("getpass.getpass", lambda _: spotify.client_secret)
        said = self.run("set-client-secret")
        assert "has replaced the old one" in said
        assert spotify.client_secret not in said
        assert "Saved logins are not sealed" in self.run("rewrap", exit_code=1)


def test_a_secret_does_not_show_itself() -> None:
    from spotify_analysis.redaction import Hidden

    hidden = Hidden("secret")
    assert hidden == "secret"
    assert repr([hidden, {"x": hidden}]) == "['***', {'x': '***'}]"
    assert copy.copy(hidden) is hidden
    assert copy.deepcopy([hidden])[0] is hidden
