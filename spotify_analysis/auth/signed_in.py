"""A saved login that renews itself."""

from __future__ import annotations

import dataclasses
import threading
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from spotify_analysis import config, errors, tokens, transport
from spotify_analysis.auth import accounts

__all__ = ["HOW_TO_SIGN_IN", "WARN_DAYS", "Login", "logout", "saved", "why_over"]

# an access token with less than this left is renewed before it is used
EARLY_S = 60.0
# a clock that runs fast makes every token look old: renew at most this often
RENEW_AT_MOST_EVERY_S = 60.0
WARN_DAYS = 30

HOW_TO_SIGN_IN = "sign in with `login()` in a notebook, or `spotify-analysis login` in a terminal"


class Login:
    """One person's saved login; gives an access token that is valid, and never asks a question.

    Parameters
    ----------
    settings : Settings
        The app and Spotify's addresses.
    store : TokenStore
        Where the login is kept.
    owner : str
        Whose it is, where one store serves several people.
    session : GuardedSession, optional
        What renewals are sent through.
    clock : callable
        Gives seconds since 1970.

    Notes
    -----
    Renewing happens under the store's lock, from reading to writing, so that any number of threads
    and programs cause one request. It may be shared by threads. It is an auth manager for spotipy.
    """

    def __init__(
        self,
        settings: config.Settings,
        store: tokens.TokenStore,
        *,
        owner: str = "",
        session: transport.GuardedSession | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.store = store
        self.owner = owner
        self._session = session or accounts.open_session(settings)
        self._clock = clock
        self._token: tokens.Token | None = None
        self._renewed: float | None = None
        # threads queue here; the store's lock is for other programs
        self._mutex = threading.RLock()

    def __repr__(self) -> str:
        token = self._token
        state = "not used yet" if token is None else "over" if token.ended_at else "connected"
        return f"<Login: {state}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a login is not pickled: call saved() or connect() where it is needed")

    @property
    def scopes(self) -> frozenset[str]:
        """What the person granted."""
        return self._current().scopes

    @property
    def account_id(self) -> str | None:
        """Spotify's id of the account."""
        return self._current().account_id

    @property
    def display_name(self) -> str | None:
        """The name on the account."""
        return self._current().display_name

    def look_again(self) -> None:
        """Take over what was signed in meanwhile: in the login box, or in another program.

        Raises
        ------
        NotLoggedInError
            If that was done with another account.
        TokenStoreError
            If the saved login cannot be read.
        """
        with self._mutex:
            stored = self._stored()
            if stored is not None and self._is_newer(stored):
                self._token = stored

    def token(self) -> tokens.Token:
        """Give a token that is valid for a while, renewing it if need be.

        Returns
        -------
        Token
            The login with a usable access token.

        Raises
        ------
        NotLoggedInError
            If there is no saved login, or Spotify has ended it.
        LoginError
            If Spotify refuses the app.
        NetworkError, ServerError, RateLimitedError, BadAnswerError
            If it had to be renewed and no proper answer came; the saved login is untouched.
        TokenStoreError
            If it was renewed but could not be saved; the next call works from memory.
        """
        token = self._token
        if token is not None and self._is_fresh(token):
            return token
        with self._mutex:
            token = self._current()
            if self._is_fresh(token) or self._was_renewed_just_now():
                return token
            try:
                return self._renew(lambda stored: not self._is_fresh(stored))
            except (errors.SpotifyError, errors.LoginError):
                # Spotify's sign-in is down or refuses the app: the old token works to its end
                if token.ended_at is None and token.seconds_left(self._clock()) > 0:
                    return token
                raise

    def refresh(self, rejected_access_token: str) -> tokens.Token:
        """Replace an access token that Spotify has rejected.

        Parameters
        ----------
        rejected_access_token : str
            The token that was sent. If somebody has replaced it meanwhile, nothing is sent.

        Returns
        -------
        Token
            The login with another access token.

        Raises
        ------
        NotLoggedInError
            If there is no saved login, or Spotify has ended it.
        LoginError, NetworkError, ServerError, RateLimitedError, BadAnswerError, TokenStoreError
            As in `token`.
        """
        with self._mutex:
            token = self._current()
            if token.access_token != rejected_access_token:
                return token
            return self._renew(lambda stored: stored.access_token == rejected_access_token)

    def get_access_token(self, as_dict: bool = False, check_cache: bool = True) -> Any:
        """Give the access token, as spotipy asks its auth manager for it.

        Parameters
        ----------
        as_dict : bool
            Give spotipy's dict instead of the text; it has no refresh token.
        check_cache : bool
            Not used: the saved login is always looked at first.

        Returns
        -------
        str or dict
            The access token.

        Raises
        ------
        NotLoggedInError
            If there is no usable login. Nothing is ever asked.
        """
        token = self.token()
        if not as_dict:
            return str(token.access_token)
        return {
            "access_token": str(token.access_token),
            "token_type": "Bearer",
            "expires_at": int(token.expires_at),
            "scope": " ".join(sorted(token.scopes)),
        }

    # ------------------------------------------------------------ reading

    def _current(self) -> tokens.Token:
        token = self._token
        if token is None or token.ended_at is not None or not self._is_fresh(token):
            # somebody else may have renewed it, or signed in anew
            token = self._stored() or token
            if token is not None and self._is_newer(token):
                self._token = token
            token = self._token
        if token is None:
            raise errors.NotLoggedInError(f"You are not signed in: {HOW_TO_SIGN_IN}.")
        if token.ended_at is not None:
            raise _over(token)
        return token

    def _stored(self) -> tokens.Token | None:
        stored = self.store.load(self.settings.client_id or "", self.owner)
        mine = self._token
        if (
            stored is not None
            and mine is not None
            and (stored.account_id and mine.account_id)
            and stored.account_id != mine.account_id
        ):
            # what is loaded next would be somebody else's, in the middle of a table
            raise errors.NotLoggedInError(
                f"The saved login is that of {stored.display_name or stored.account_id} now, and "
                f"this connection was made for {mine.display_name or mine.account_id}: call "
                "connect() again."
            )
        return stored

    def _is_newer(self, token: tokens.Token) -> bool:
        # after a save that failed, memory is ahead of the store
        mine = self._token
        return mine is None or (
            (token.authorized_at, token.ended_at is not None, token.expires_at)
            >= (mine.authorized_at, mine.ended_at is not None, mine.expires_at)
        )

    def _is_fresh(self, token: tokens.Token) -> bool:
        return token.ended_at is None and token.seconds_left(self._clock()) >= EARLY_S

    def _was_renewed_just_now(self) -> bool:
        return (
            self._renewed is not None and time.monotonic() - self._renewed < RENEW_AT_MOST_EVERY_S
        )

    # ------------------------------------------------------------ renewing

    def _renew(self, is_needed: Callable[[tokens.Token], bool]) -> tokens.Token:
        with self.store.lock(self.settings.client_id or "", self.owner):
            token = self._current_of_store()
            if not is_needed(token):
                self._token = token
                return token
            try:
                answer = accounts.refresh(self.settings, token.refresh_token, session=self._session)
            except accounts.RefusedError as exc:
                if exc.error != "invalid_grant":
                    raise
                token, answer = self._after_invalid_grant(token)
            renewed = dataclasses.replace(
                token,
                access_token=answer.access_token,
                # since June 2026 Spotify mostly sends none, which means: keep the old one
                refresh_token=answer.refresh_token or token.refresh_token,
                expires_at=answer.expires_at,
                scopes=token.scopes if answer.scopes is None else answer.scopes,
            )
            # kept in memory first: if the disk is full, this process can still go on
            self._token = renewed
            self._renewed = time.monotonic()
            self.store.save(renewed, self.owner)
            return renewed

    def _current_of_store(self) -> tokens.Token:
        stored = self._stored()
        if stored is None and self._token is None:
            raise errors.NotLoggedInError(f"You are not signed in: {HOW_TO_SIGN_IN}.")
        if stored is None:
            # signed out in another program; do not bring the login back to life
            self._token = None
            raise errors.NotLoggedInError(f"You have been signed out: {HOW_TO_SIGN_IN}.")
        if self._is_newer(stored):
            self._token = stored
        token = self._token or stored
        if token.ended_at is not None:
            raise _over(token)
        return token

    def _after_invalid_grant(self, token: tokens.Token) -> tuple[tokens.Token, accounts.Refreshed]:
        """Believe that a login is over only if nobody has replaced it meanwhile."""
        stored = self._stored()
        if stored is not None and stored.refresh_token != token.refresh_token:
            try:
                answer = accounts.refresh(
                    self.settings, stored.refresh_token, session=self._session
                )
            except accounts.RefusedError as exc:
                if exc.error != "invalid_grant":
                    raise
                token = stored
            else:
                return stored, answer
        # marked and not deleted: Spotify has said invalid_grant of healthy logins before
        over = dataclasses.replace(token, ended_at=self._clock())
        self._token = over
        self.store.save(over, self.owner)
        raise _over(over) from None


def why_over(token: tokens.Token) -> str:
    """Say why a login that Spotify has ended is over.

    Parameters
    ----------
    token : Token
        The login.

    Returns
    -------
    str
        Half a sentence, without a full stop.
    """
    began = datetime.fromtimestamp(token.authorized_at, UTC)
    age_days = ((token.ended_at or token.authorized_at) - token.authorized_at) / 86_400
    why = (
        "a sign-in lasts six months"
        if age_days >= tokens.LOGIN_LIFE_DAYS
        else "the access was removed, or the password changed"
    )
    return f"Spotify ended this sign-in of {began:%d %B %Y} ({why})"


def _over(token: tokens.Token) -> errors.NotLoggedInError:
    return errors.NotLoggedInError(f"{why_over(token)}: {HOW_TO_SIGN_IN}.")


# ---------------------------------------------------------------- for everyone


def saved(settings: config.Settings | None = None, *, owner: str = "") -> Login:
    """Find the saved login.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner : str
        Whose login, where one store serves several people.

    Returns
    -------
    Login
        The login; nothing has been sent yet.

    Raises
    ------
    NotLoggedInError
        If there is none, or Spotify has ended it; the message says how to sign in.
    ConfigError, TokenStoreError
        If the settings or the saved login cannot be read.

    Notes
    -----
    Warns from 30 days before the end of the six months.
    """
    settings = settings or config.load()
    if not settings.client_id:
        raise errors.NotLoggedInError(
            f"You are not signed in, and no client id is set: {HOW_TO_SIGN_IN}. It shows how to "
            "get a client id. `demo.connect()` needs no account at all."
        )
    login = Login(
        settings,
        tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key),
        owner=owner,
    )
    token = login._current()
    days_left = token.days_left()
    if days_left <= WARN_DAYS:
        warnings.warn(
            f"Spotify ends this sign-in in about {days_left} days, six months after it began: "
            "auth.rotate() in a notebook, or `spotify-analysis rotate` in a terminal, gives six "
            "more.",
            UserWarning,
            stacklevel=2,
        )
    return login


def logout(settings: config.Settings | None = None, *, owner: str = "") -> None:
    """Remove the saved login from this computer.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner : str
        Whose login.

    Raises
    ------
    TokenStoreError
        If it could not be removed.

    Notes
    -----
    Spotify offers no way to end a login from outside. To take the access back there as well, remove
    the app at https://www.spotify.com/account/apps/.
    """
    settings = settings or config.load()
    if settings.client_id:
        # also a record that cannot be opened any more is removed: nothing is read here
        store = tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key)
        store.clear(settings.client_id, owner)
