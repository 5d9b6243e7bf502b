"""Eight kinds of secret, and every way in which one could be seen."""

from __future__ import annotations

import base64
import contextlib
import copy
import dataclasses
import http.client
import io
import json
import logging
import os
import pickle
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import nbclient
import nbformat
import pytest
import spotipy

from spotify_analysis import auth, client, config, errors, loaders, redaction, tables, tokens
from spotify_analysis.auth import accounts, signing_in
from spotify_analysis.auth.sign_in import SignIn
from spotify_analysis.demo.server import Server

Browse = Callable[[str], str]
ROOT = Path(__file__).parents[2]
KINDS = (
    *("access token", "refresh token", "client secret", "id and secret as Basic"),
    *("authorization code", "PKCE verifier", "PKCE challenge", "state"),
)


@pytest.fixture
def secret_settings(settings: config.Settings, spotify: Server) -> config.Settings:
    return dataclasses.replace(settings, client_secret=spotify.client_secret)


class Seen:
    """The secrets of one life of a login: signed in, renewed, used; with PKCE and with a secret."""

    def __init__(
        self, spotify: Server, settings: config.Settings, browse: Browse, owner: str = ""
    ) -> None:
        self.spotify, self.settings, self.browse, self.owner = spotify, settings, browse, owner
        self.of: dict[str, set[str]] = {kind: set() for kind in KINDS}
        self.objects: list[Any] = []

    def live(self) -> client.Client:
        """Sign in, renew, load, be refused, and be signed out by Spotify."""
        one = SignIn(self.settings, auth.DEFAULT_SCOPES, owner=self.owner, listen=False)
        one.start()
        attempt = one.attempt
        assert attempt is not None
        with pytest.MonkeyPatch.context() as patch:
            # the browser is another program, whose log is not ours
            patch.setattr(http.client.HTTPConnection, "debuglevel", 0)
            logging.disable(logging.CRITICAL)
            try:
                address = self.browse(attempt.authorize_url)
            finally:
                logging.disable(logging.NOTSET)
        one.paste(address)
        assert one.is_connected, one.message
        login = auth.saved(self.settings, owner=self.owner)
        first = login.token()
        login.refresh(first.access_token)
        spotify = client.Client(login, progress=False)
        loaders.profile(spotify)
        loaders.top_tracks(spotify)
        with contextlib.suppress(errors.SpotifyError):
            spotify.call("GET", "me/no/such/thing")
        self.objects = [self.settings, one, attempt, login, first, login.token(), spotify]
        self.objects += [login.store, auth.status(self.settings, owner=self.owner)]
        query = parse_qs(urlsplit(address).query)
        self.of["authorization code"] |= set(query["code"])
        self.of["state"] |= set(query["state"])
        if attempt.verifier is not None:
            self.of["PKCE verifier"].add(str(attempt.verifier))
            asked = parse_qs(urlsplit(attempt.authorize_url).query)
            self.of["PKCE challenge"] |= set(asked["code_challenge"])
        if self.settings.client_secret is not None:
            pair = f"{self.settings.client_id}:{self.settings.client_secret}"
            self.of["client secret"].add(str(self.settings.client_secret))
            self.of["id and secret as Basic"].add(base64.b64encode(pair.encode()).decode())
        self.of["access token"] |= set(self.spotify.state.access_tokens)
        self.of["refresh token"] |= set(self.spotify.state.refresh_tokens)
        return spotify


@pytest.fixture
def lives(
    spotify: Server, settings: config.Settings, secret_settings: config.Settings, browse: Browse
) -> list[Seen]:
    return [
        Seen(spotify, settings, browse),
        Seen(spotify, secret_settings, browse, owner="with a secret"),
    ]


def found_in(text: str, lives: list[Seen]) -> set[str]:
    """Name the kinds of secret of which one stands in a text."""
    kinds = {
        kind
        for life in lives
        for kind, secrets in life.of.items()
        for one in secrets
        if one in text
    }
    assert all(any(life.of[kind] for life in lives) for kind in KINDS), "every kind was there"
    return kinds


# ---------------------------------------------------------------- objects


def shown(thing: Any) -> str:
    """Show an object in every way that asks nothing of it by name."""
    texts = [repr(thing), str(thing), f"{thing}", f"{thing!r:>5}", "%s" % (thing,), repr([thing])]  # noqa: UP031
    with contextlib.suppress(TypeError):
        texts.append(repr(vars(thing)))
    for name in ("_repr_html_", "_repr_mimebundle_", "_repr_pretty_", "_repr_markdown_"):
        method = getattr(thing, name, None)
        if callable(method):
            with contextlib.suppress(TypeError):
                texts.append(repr(method()))
    with contextlib.suppress(TypeError):
        texts.append(repr(dataclasses.asdict(thing)))
    with contextlib.suppress(TypeError):
        texts.append(repr(copy.copy(thing)))
    return "\n".join(texts)


def test_attack_09_objects_show_no_secret(lives: list[Seen]) -> None:
    with contextlib.ExitStack() as stack:
        for life in lives:
            stack.enter_context(life.live())
        for life in lives:
            for thing in life.objects:
                assert found_in(shown(thing), lives) == set(), type(thing).__name__


def test_attack_09_what_holds_a_secret_is_not_pickled(lives: list[Seen]) -> None:
    with contextlib.ExitStack() as stack:
        for life in lives:
            stack.enter_context(life.live())
        for life in lives:
            for thing in life.objects:
                if isinstance(thing, auth.Status):
                    assert found_in(pickle.dumps(thing).decode("latin-1"), lives) == set()
                    continue
                with pytest.raises(TypeError):
                    pickle.dumps(thing)
                with pytest.raises(TypeError):
                    pickle.dumps({"in": [thing]})


def test_attack_09_a_form_and_its_fields(spotify: Server, secret_settings: config.Settings) -> None:
    assert secret_settings.client_secret is not None
    hidden = redaction.Hidden("secret")
    for text in (repr(hidden), repr({"x": hidden}), repr((secret_settings.client_secret,))):
        assert "secret" not in text
        assert spotify.client_secret not in text
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(hidden)
    answer = accounts.Refreshed(
        access_token="BQ-secret", expires_at=1.0, refresh_token="AQ-secret", scopes=None
    )
    assert "secret" not in shown(answer)


# ---------------------------------------------------------------- logs


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """Log whatever any library says, at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    names = ["spotipy", "urllib3", "requests", "botocore", "boto3", "hvac", "google", "grpc"]
    names += ["spotify_analysis", "filelock", "sqlalchemy", "keyring", "asyncio"]
    names += [name for name in logging.root.manager.loggerDict if name.startswith("spotipy")]
    before = {name: logging.getLogger(name).level for name in ["", *names]}
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_attack_10_no_library_logs_a_secret(
    lives: list[Seen],
    everything_logged: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # http.client prints whole requests, headers included, when somebody turns this on
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    with contextlib.ExitStack() as stack:
        for life in lives:
            stack.enter_context(life.live())
    logged = everything_logged.getvalue()
    assert "POST /api/token" in logged, "urllib3 did log"
    printed = capfd.readouterr()
    assert found_in(logged + printed.out + printed.err, lives) == set()


def test_attack_10_the_search_sees_what_spotipy_alone_would_log(
    spotify: Server,
    settings: config.Settings,
    browse: Browse,
    everything_logged: io.StringIO,
    tmp_path: Path,
) -> None:
    class There(spotipy.oauth2.SpotifyPKCE):  # type: ignore[misc]
        OAUTH_TOKEN_URL = f"{settings.accounts_url}/api/token"
        OAUTH_AUTHORIZE_URL = f"{settings.accounts_url}/authorize"

    manager = There(
        client_id=settings.client_id,
        redirect_uri=settings.redirect_uri,
        state="s" * 32,
        cache_handler=spotipy.MemoryCacheHandler(),
    )
    address = browse(manager.get_authorize_url())
    code = manager.parse_response_code(address)
    token = manager.get_access_token(code, check_cache=False)
    logged = everything_logged.getvalue()
    assert code in logged
    assert manager.code_verifier in logged
    plain = spotipy.Spotify(auth=token, retries=0)
    plain.prefix = spotify.api_url
    plain.me()
    assert token in everything_logged.getvalue()


# ---------------------------------------------------------------- tracebacks

SHELL = """
import io, sys
from contextlib import redirect_stderr, redirect_stdout
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="nocolor")
shell.run_line_magic("xmode", "Verbose")
for cell in sys.stdin.read().split("# next cell"):
    shell.run_cell(cell, store_history=False)
"""


def test_attack_11_no_traceback_of_ipython_shows_a_secret(
    lives: list[Seen], spotify: Server, settings: config.Settings, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as stack:
        for life in lives:
            stack.enter_context(life.live())
    spotify.state.codes.clear()
    cells = """
    import requests.adapters, time
    from spotify_analysis import auth, client, config, loaders
    from spotify_analysis.auth.sign_in import SignIn
    settings = config.load()
    def broken(*args, **kwargs):
        raise MemoryError("foreign, and in the middle")
    sent = requests.adapters.HTTPAdapter.send
    # next cell
    requests.adapters.HTTPAdapter.send = broken
    # next cell
    for_pkce = auth.saved(settings); token = for_pkce.token(); for_pkce.refresh(token.access_token)
    # next cell
    with_secret = auth.saved(settings, owner="with a secret")
    with_secret.refresh(with_secret.token().access_token)
    # next cell
    loaders.top_tracks(client.connect(settings=settings, progress=False))
    # next cell
    one = SignIn(settings, frozenset(), listen=False); one.start(); print(one)
    attempt = one.attempt
    auth.exchange(settings, "AQ" + "x" * 60, attempt.verifier, attempt.redirect_uri, frozenset())
    # next cell
    requests.adapters.HTTPAdapter.send = sent
    auth.exchange(settings, "AQ" + "x" * 60, attempt.verifier, attempt.redirect_uri, frozenset())
    # next cell
    1 / len([])
    """
    done = subprocess.run(
        [sys.executable, "-c", SHELL],
        input=textwrap.dedent(cells),
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "IPYTHONDIR": str(tmp_path / "ipython"),
            "SPOTIPY_CLIENT_ID": spotify.client_id,
            "SPOTIPY_CLIENT_SECRET": spotify.client_secret,
            "SPOTIFY_ANALYSIS_DATA_DIR": str(settings.data_dir),
            "SPOTIFY_ANALYSIS_API_URL": spotify.api_url,
            "SPOTIFY_ANALYSIS_ACCOUNTS_URL": spotify.accounts_url,
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    text = done.stdout + done.stderr
    assert text.count("MemoryError") >= 4, text[-3000:]
    assert "LoginError" in text or "RefusedError" in text
    assert "ZeroDivisionError" in text
    assert "self = <Login" in text, "variables are shown, so the check sees"
    assert found_in(text, lives) == set()


# ---------------------------------------------------------------- notebooks and all that is kept


@pytest.mark.notebook
def test_attack_12_a_notebook_saved_right_after_sign_in(
    spotify: Server, settings: config.Settings, tmp_path: Path
) -> None:
    """In a real kernel, with all widgets saved; the browser's tests save from a page."""
    source = """
    import re, requests, html, os
    import spotify_analysis as sa
    box = sa.login(listen=False)
    # next cell
    address = re.search('href="([^"]+)"', box._steps.value)[1]
    gone = requests.get(html.unescape(address), allow_redirects=False).headers["Location"]
    box._address.value = gone
    del address, gone
    # next cell
    sa.status()
    # next cell
    spotify = sa.connect(progress=False); spotify
    # next cell
    sa.auth.saved().token()
    # next cell
    sa.config.load(), box, box._sign_in, spotify.login, spotify.login.store
    # next cell
    spotify.login.refresh(spotify.login.token().access_token)
    """
    cells = textwrap.dedent(source).split("# next cell\n")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    home = tmp_path / "kept"
    home.mkdir()
    (home / "spotify_analysis.json").write_text(json.dumps({"client_id": spotify.client_id}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("SPOTIFY_ANALYSIS_HOME", str(home))
        patch.setenv("SPOTIFY_ANALYSIS_API_URL", spotify.api_url)
        patch.setenv("SPOTIFY_ANALYSIS_ACCOUNTS_URL", spotify.accounts_url)
        patch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            nbclient.NotebookClient(
                notebook, timeout=120, kernel_name="python3", store_widget_state=True
            ).execute()
    saved = nbformat.writes(notebook)
    assert "Signed in as Ada Example" in saved
    assert notebook.metadata["widgets"], "widgets are saved, or this would prove nothing"
    secrets = [*spotify.state.codes, *spotify.state.access_tokens, *spotify.state.refresh_tokens]
    assert len(secrets) >= 4
    assert not [one[:6] for one in secrets if one in saved]
    assert "code_challenge" not in saved
    assert "state=" not in saved


def test_attack_12_nothing_that_is_kept_holds_a_secret_but_the_token_file(
    lives: list[Seen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: config.Settings
) -> None:
    """One search through CSV and Parquet files, caches, settings, and the store's folder."""
    monkeypatch.setattr(signing_in, "_in_notebook", lambda: True)
    monkeypatch.chdir(tmp_path)
    with contextlib.ExitStack() as stack:
        for life in lives:
            spotify = stack.enter_context(life.live())
            for name, frame in loaders.everything(spotify, say=None).items():
                tables.write_csv(frame, tmp_path / "out" / life.owner / f"{name}.csv")
                tables.write_parquet(frame, tmp_path / "out" / life.owner / f"{name}.parquet")
    places = {
        path: path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    }
    holders = {path for path, text in places.items() if found_in(text, lives)}
    assert len(places) > 40
    assert holders == {
        path
        for path in places
        if path.suffix == ".token" and path.parent == settings.data_dir / "tokens"
    }
    assert len(holders) == 2
    for path in holders:
        # the login itself and nothing that was used up on the way to it
        assert found_in(places[path], lives) == {"access token", "refresh token"}
        if os.name == "posix":
            assert path.stat().st_mode & 0o077 == 0
    names = " ".join(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert found_in(names, lives) == set()
    assert lives[0].settings.client_id not in names
    assert isinstance(lives[0].objects[-2], tokens.FileStore)
