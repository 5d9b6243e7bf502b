"""The front door: sign in, in a notebook or in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from spotify_analysis import config
from spotify_analysis.auth import scopes
from spotify_analysis.auth.sign_in import SignIn

if TYPE_CHECKING:
    from spotify_analysis.auth.box import LoginBox

__all__ = ["login"]


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
        What for: keys of `auth.SCOPES`, such as ``"top"`` or ``"playlists"``, or scopes by name.
        Everything the loaders and playlists need by default.
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
    sign_in = SignIn(
        settings,
        scopes.scopes_for(for_),
        owner=owner,
        switch_account=switch_account,
        listen=listen,
    )
    is_connected = not switch_account and sign_in.resume()
    if not _in_notebook():
        from spotify_analysis.auth import prompt

        prompt.ask(sign_in)
        return None
    from spotify_analysis.auth.box import LoginBox

    note, is_problem = sign_in.message, sign_in.is_problem
    if settings.client_id and not is_connected:
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
