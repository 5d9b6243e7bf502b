"""The front door: sign in, in a notebook or in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from spotify_analysis import config, errors, tokens
from spotify_analysis.auth import scopes, signed_in, standing
from spotify_analysis.auth.sign_in import SignIn

if TYPE_CHECKING:
    from spotify_analysis.auth.box import LoginBox

__all__ = ["grant", "login", "rotate"]


def login(
    settings: config.Settings | None = None,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    redirect_uri: str | None = None,
    for_: str | Iterable[str] | None = None,
    owner: str = "",
    switch_account: bool = False,
    listen: bool = True,
    show: bool = True,
) -> LoginBox | None:
    """Sign in to Spotify.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    client_id, client_secret, redirect_uri : str, optional
        As in `config.load`. Without a client id the box shows how to get one; a secret is not
        needed.
    for_ : str or iterable of str, optional
        What for: keys of `auth.SCOPES`, such as ``"top"`` or ``"playlists"``, loaders or scopes by
        name. Everything the loaders and playlists need by default. Asked for is only that, and
        what the saved login may already do, which is not lost.
    owner : str
        Whose login, where one store serves several people.
    switch_account : bool
        Let another account replace the one that is saved.
    listen : bool
        Catch the redirect where browser and Python share a machine.
    show : bool
        In a notebook, show the box at once.

    Returns
    -------
    LoginBox or None
        The box in a notebook; nothing in a terminal, where the person is asked and waited for.

    Raises
    ------
    ConfigError
        If a setting cannot be right.
    LoginError
        In a terminal, if the sign-in failed. In a notebook the box says so.

    Notes
    -----
    The box does not wait: run the next cell when it says *Connected*. If the saved login still
    works, nothing is asked.

    Examples
    --------
    >>> import spotify_analysis as sa
    >>> sa.login()  # doctest: +SKIP
    >>> spotify = sa.connect()  # doctest: +SKIP
    """
    if settings is None:
        settings = config.load(
            client_id=client_id, client_secret=client_secret, redirect_uri=redirect_uri
        )
    wanted = scopes.scopes_for(for_)
    if not switch_account:
        wanted |= _granted(settings, owner)
    sign_in = SignIn(settings, wanted, owner=owner, switch_account=switch_account, listen=listen)
    is_connected = not switch_account and sign_in.resume()
    return _ask(sign_in, is_connected=is_connected, show=show)


def grant(
    *names: str,
    settings: config.Settings | None = None,
    owner: str = "",
    listen: bool = True,
    show: bool = True,
) -> LoginBox | None:
    """Grant permissions that are missing, and keep those that were granted before.

    Parameters
    ----------
    *names : str
        As in `login`: scopes, loaders or purposes.
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner, listen, show
        As in `login`.

    Returns
    -------
    LoginBox or None
        As from `login`. If they are granted already, nothing is asked.

    Raises
    ------
    ValueError
        If no name is given, or one is unknown.
    LoginError
        In a terminal, if the sign-in failed; the saved login stays as it was.

    Notes
    -----
    Spotify shows the whole list once more and gives a login for another six months. A client that
    is connected already goes on with it.

    Examples
    --------
    >>> import spotify_analysis as sa
    >>> sa.auth.grant("user-top-read")  # doctest: +SKIP
    """
    if not names:
        raise ValueError("`names` must hold at least one permission; none was given.")
    return login(settings, for_=names, owner=owner, listen=listen, show=show)


def rotate(
    settings: config.Settings | None = None,
    *,
    owner: str = "",
    listen: bool = True,
    show: bool = True,
) -> LoginBox | None:
    """Sign in again in place, with the same permissions, for another six months.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner, listen, show
        As in `login`.

    Returns
    -------
    LoginBox or None
        As from `login`.

    Raises
    ------
    NotLoggedInError
        If there is no saved login to replace.
    LoginError
        In a terminal, if the sign-in failed; the saved login stays as it was.

    Notes
    -----
    The saved login works until the new one is there. Spotify does not end the old one: to make it
    worthless everywhere, remove the app at https://www.spotify.com/account/apps/ first.
    """
    settings = settings or config.load()
    saved = _saved(settings, owner)
    if saved is None:
        raise errors.NotLoggedInError(
            f"There is no saved login to replace: {signed_in.HOW_TO_SIGN_IN}."
        )
    sign_in = SignIn(settings, saved.scopes, owner=owner, listen=listen)
    return _ask(sign_in, is_connected=False, show=show)


def _saved(settings: config.Settings, owner: str) -> tokens.Token | None:
    if not settings.client_id:
        return None
    return standing.store_of(settings).load(settings.client_id, owner)


def _granted(settings: config.Settings, owner: str) -> frozenset[str]:
    """Give what the saved login may do; nothing where it cannot be read, which resuming says."""
    try:
        saved = _saved(settings, owner)
    except errors.TokenStoreError:
        saved = None
    return frozenset() if saved is None else saved.scopes


def _ask(sign_in: SignIn, *, is_connected: bool, show: bool) -> LoginBox | None:
    """Ask the person, in a box or in the terminal, unless that is not needed."""
    if not _in_notebook():
        from spotify_analysis.auth import prompt

        prompt.ask(sign_in)
        return None
    from spotify_analysis.auth.box import LoginBox

    note, is_problem = sign_in.message, sign_in.is_problem
    if sign_in.settings.client_id and not is_connected:
        sign_in.start()
        if note:
            sign_in.message, sign_in.is_problem = note, is_problem
    box = LoginBox(sign_in)
    if show:
        box.show()
    return box


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
