"""The made-up listener as a notebook meets them: account, login box and export."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import json
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spotify_analysis.demo import exports, kept
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.switches import Mode, Switches

if TYPE_CHECKING:
    from spotify_analysis.auth import Status
    from spotify_analysis.auth.box import LoginBox
    from spotify_analysis.client import Client
    from spotify_analysis.config import Settings

__all__ = ["account_zip", "connect", "export_zip", "login", "serve", "status", "stop"]

_SWITCHES = frozenset(field.name for field in dataclasses.fields(Switches)) - {"mode"}


_RUNNING: dict[str, Server] = {}  # by what was asked for
_LOCK = threading.Lock()


def connect(
    *, server: Server | None = None, mode: Mode = "new", seed: int = 1, **settings: Any
) -> Client:
    """Sign the made-up listener in at a stand-in Spotify and give a client for it.

    Parameters
    ----------
    server : Server, optional
        A stand-in that runs already; by default one is started in the background. It is used
        again when the same is asked for, so playlists made in one call are there in the next.
    mode : {"new", "old", "extended"}
        The kind of app that calls; of no effect where `server` is given.
    seed : int
        Which made-up listener; of no effect where `server` is given.
    **settings : Any
        Settings of the stand-in (`delay_s`, `rate_limit`, ...; see `Switches`) and options of the
        client (`workers`, `max_wait_s`, ...; see `Client`), told apart by name.

    Returns
    -------
    Client
        Ready for loaders, with every permission they may need.

    Raises
    ------
    ValueError
        If a setting of the stand-in has a value it cannot have.

    Notes
    -----
    The sign-in is a real one over HTTP: authorize page, PKCE, code exchange; only the person who
    presses *Agree* is made up as well. The login is kept in memory, answers worth keeping in a
    temporary folder. No call leaves this computer.

    Examples
    --------
    >>> from spotify_analysis import demo
    >>> spotify = demo.connect()
    >>> spotify.me()["type"]
    'user'
    >>> demo.stop()
    """
    switches = {name: value for name, value in settings.items() if name in _SWITCHES}
    options = {name: value for name, value in settings.items() if name not in _SWITCHES}
    if server is None:
        server = _in_background(mode=mode, seed=seed, switches=switches)
    else:
        server.set(**switches)
    return _signed_in(server, options)


def _in_background(*, mode: Mode, seed: int, switches: dict[str, Any]) -> Server:
    wanted = Switches()
    wanted.change(mode=mode, **switches)
    key = json.dumps([seed, wanted.as_json()])
    with _LOCK:
        if key not in _RUNNING:
            server = Server(listeners.listener(seed), mode=mode, **switches)
            _RUNNING[key] = server.start()
            _ = server.folder
            # registered after the folder, so that we stop before Python clears it away itself
            atexit.unregister(stop)
            atexit.register(stop)
        return _RUNNING[key]


def login(*, mode: Mode = "new", seed: int = 1, show: bool = True) -> LoginBox | None:
    """Show the login box of `auth.login`, with the stand-in instead of Spotify behind its link.

    Parameters
    ----------
    mode : {"new", "old", "extended"}
        As in `connect`.
    seed : int
        As in `connect`.
    show : bool
        As in `auth.login`.

    Returns
    -------
    LoginBox or None
        The box in a notebook; nothing in a terminal, where the person is asked and waited for.

    Notes
    -----
    Everything is as with an own account: the page with *Agree*, the address to paste, the caught
    redirect. `connect` does not need it: there the made-up listener signs in by itself.

    Examples
    --------
    >>> from spotify_analysis import demo
    >>> demo.login()  # doctest: +SKIP
    """
    from spotify_analysis import auth

    server = _in_background(mode=mode, seed=seed, switches={})
    return auth.login(_settings(server), owner=server.url, show=show)


def status(*, mode: Mode = "new", seed: int = 1) -> Status:
    """Tell who is signed in at the stand-in, as `auth.status` does for an own account.

    Parameters
    ----------
    mode : {"new", "old", "extended"}
        As in `connect`.
    seed : int
        As in `connect`.

    Returns
    -------
    Status
        Shows itself as a small table.
    """
    from spotify_analysis import auth

    server = _in_background(mode=mode, seed=seed, switches={})
    return auth.status(_settings(server), owner=server.url)


def _settings(server: Server) -> Settings:
    from spotify_analysis import config

    return config.Settings(
        client_id=server.client_id,
        redirect_uri=server.redirect_uri,
        accounts_url=server.accounts_url,
        api_url=server.api_url,
        data_dir=server.folder,
        cache_dir=server.folder,
        time_zone=server.account.listener.time_zone,
        store="memory",
        source="the demo",
    )


def _signed_in(server: Server, options: dict[str, Any]) -> Client:
    import requests

    from spotify_analysis import auth, client, tokens
    from spotify_analysis.auth import accounts

    settings = _settings(server)
    attempt = auth.Attempt.start(settings, auth.scopes_for())
    # as if the person had agreed before: the page then redirects at once
    server.state.approved[server.client_id, server.user_id] = attempt.scopes
    with requests.Session() as browser:
        browser.trust_env = False  # a proxy has no part in this
        redirect = browser.get(attempt.authorize_url, allow_redirects=False, timeout=10)
    code = auth.parse_paste(redirect.headers["Location"], attempt)
    with accounts.open_session(settings) as session:
        token = auth.exchange(
            settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes, session=session
        )
        person = accounts.who(settings, token.access_token, session=session)
    token = dataclasses.replace(
        token, account_id=person.account_id, display_name=person.display_name
    )
    store = tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key)
    store.save(token, server.url)
    login = auth.Login(settings, store, owner=server.url)
    return client.Client(login, settings=settings, **options)


@functools.lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Give a folder that is gone when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="spotify_analysis-demo-")
    atexit.register(folder.cleanup)
    return folder


def export_zip(
    folder: str | os.PathLike[str] | None = None, *, generation: str = "G2d", seed: int = 1
) -> Path:
    """Write the made-up listener's extended streaming history, zipped as Spotify sends it.

    Parameters
    ----------
    folder : path, optional
        Where to write it; by default a folder that is gone when this process ends.
    generation : {"G1a", "G1b", "G2a", "G2b", "G2c", "G2d"}
        Layout of the files, from 2020 to 2026.
    seed : int
        Which made-up listener.

    Returns
    -------
    Path
        ``my_spotify_data.zip``: ten years of plays.

    Raises
    ------
    OSError
        If it cannot be written; no half-written file is left.

    Notes
    -----
    Cost: some 6 s of computing the first time on a computer, next to nothing afterwards. The
    finished file is kept in the folder ``made_up`` of the cache folder and copied from there;
    other code or words in this package make another one. Nothing is lost with that folder.

    Examples
    --------
    >>> from spotify_analysis import demo
    >>> demo.export_zip().name
    'my_spotify_data.zip'
    """
    path = Path(_folder().name if folder is None else folder) / "my_spotify_data.zip"

    def make(target: Path) -> None:
        exports.write_extended(listeners.listener(seed), target, generation=generation)

    return kept.written(path, make, "extended", generation, seed)


def account_zip(
    folder: str | os.PathLike[str] | None = None, *, generation: str = "2025", seed: int = 1
) -> Path:
    """Write the made-up listener's account data, zipped as Spotify sends it.

    Parameters
    ----------
    folder : path, optional
        Where to write it; by default a folder that is gone when this process ends.
    generation : {"2021", "2023", "2024", "2025", "2026"}
        Layout of the files; since 2024 with a Wrapped, in 2026 with a Sound Capsule.
    seed : int
        Which made-up listener.

    Returns
    -------
    Path
        ``my_spotify_account_data.zip``: a year of plays, library, playlists, the other files.

    Raises
    ------
    OSError
        If it cannot be written; no half-written file is left.

    Notes
    -----
    Cost: some 4 s of computing the first time on a computer, next to nothing afterwards: it is
    kept as `export_zip` keeps its file.

    Examples
    --------
    >>> from spotify_analysis import demo
    >>> demo.account_zip().name
    'my_spotify_account_data.zip'
    """
    path = Path(_folder().name if folder is None else folder) / "my_spotify_account_data.zip"

    def make(target: Path) -> None:
        exports.write_account_data(listeners.listener(seed), target, generation=generation)

    return kept.written(path, make, "account", generation, seed)


def serve(
    port: int = 9090,
    *,
    mode: Mode = "new",
    seed: int = 1,
    announce: Callable[[Server], None] | None = None,
    **settings: Any,
) -> None:
    """Run a stand-in Spotify in the foreground, until Ctrl+C.

    Parameters
    ----------
    port : int
        Where to listen on 127.0.0.1; 0 takes a free port.
    mode : {"new", "old", "extended"}
        The kind of app that calls.
    seed : int
        Which made-up listener.
    announce : callable, optional
        Called with the stand-in once it answers, to print where it is.
    **settings : Any
        Further settings of `Server`.

    Raises
    ------
    OSError
        If the port is taken.
    """
    with Server(listeners.listener(seed), mode=mode, port=port, **settings) as server:
        try:
            if announce is not None:
                announce(server)
            server.wait()
        except KeyboardInterrupt:
            return


def stop() -> None:
    """Stop every stand-in that `connect` started in this process."""
    with _LOCK:
        for server in _RUNNING.values():
            server.stop()
        _RUNNING.clear()
