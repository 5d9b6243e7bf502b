"""Keeping a login in order: a new client secret, a new key."""

from __future__ import annotations

import dataclasses
import getpass

from spotify_analysis import config, errors, redaction, tokens
from spotify_analysis.auth import accounts, standing

__all__ = ["rewrap", "set_client_secret"]


def set_client_secret(
    secret: str | None = None, *, settings: config.Settings | None = None
) -> config.Settings:
    """Replace the app's client secret by a new one, after Spotify has accepted that.

    Parameters
    ----------
    secret : str, optional
        The new secret, as on the app's page after *Rotate client secret*. Asked for without
        showing it by default: what stands in a cell is saved with the notebook.
    settings : Settings, optional
        As from `config.load`, which is called by default.

    Returns
    -------
    Settings
        With the new secret, which is kept in the user's settings file (see `config.config_dir`),
        readable by the user alone. The saved login stays as it is.

    Raises
    ------
    ConfigError
        If no client id is set, the text is no secret, the file cannot be written, or another place
        would still give the old one; it is named, and nothing was changed.
    LoginError
        If Spotify does not accept it; the old one stays.
    NetworkError, ServerError, RateLimitedError, BadAnswerError
        If no proper answer came; the old one stays.

    Notes
    -----
    Cost: one request for a token that can read nobody's data, and is thrown away. A sign-in with
    PKCE, the default, needs no secret at all.
    """
    settings = settings or config.load()
    if not settings.client_id:
        raise errors.ConfigError(
            f"No client id is set, so no secret can be tested: set "
            f"{config.ENVIRONMENT['client_id']}, or call login() first."
        )
    given = redaction.Hidden(_asked() if secret is None else secret)
    new = config.check_client_secret(given)
    changed = dataclasses.replace(settings, client_secret=new)
    try:
        accounts.prove(changed)
    except accounts.RefusedError as exc:
        if exc.error != "invalid_client":
            raise
        raise accounts.RefusedError(
            "Spotify does not accept this client secret for your app, so the old one was kept. "
            "Copy it once more from the app's page at https://developer.spotify.com/dashboard.",
            error=exc.error,
        ) from None
    config.remember_client_secret(new)
    return changed


def rewrap(settings: config.Settings | None = None, *, owner: str = "") -> int:
    """Seal saved logins anew, under the newest version of their key.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner : str
        Whose login; where the store can list them, all of them are done and this is not used.

    Returns
    -------
    int
        How many logins were sealed anew.

    Raises
    ------
    ConfigError
        If saved logins are not sealed, or the store cannot do it.
    TokenStoreError
        If the key cannot be used; what is saved stays as it is.

    Notes
    -----
    To be called after a key was rotated and before its old version is retired: a record that was
    sealed under a version which is gone cannot be opened any more.
    """
    settings = settings or config.load()
    store = standing.store_of(settings)
    cipher = getattr(store, "cipher", None)
    if cipher is None or isinstance(cipher, tokens.PlainCipher):
        raise errors.ConfigError(
            f"Saved logins are not sealed (they are kept {store}), so there is no key under which "
            "to seal them anew. Name one in the settings first."
        )
    anew = getattr(store, "rewrap", None)
    if anew is None:
        raise errors.ConfigError(
            f"This store (logins are kept {store}) cannot seal its records anew: sign in again "
            "with auth.rotate(), which seals the new login under the newest key."
        )
    logins = getattr(store, "logins", None)
    whose = [(settings.client_id or "", owner)] if logins is None else logins()
    return sum(bool(anew(client_id, one)) for client_id, one in whose)


def _asked() -> str:
    try:
        return getpass.getpass("New client secret (it is not shown): ")
    except (EOFError, OSError, NotImplementedError) as exc:
        raise errors.ConfigError(
            "The new client secret cannot be asked for here: call "
            "auth.set_client_secret(secret) with a text that stands in no cell."
        ) from exc
