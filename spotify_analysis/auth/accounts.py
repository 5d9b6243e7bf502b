"""Ask Spotify's accounts service: a code or a refresh token in, a login out.

Nothing is retried here, and no message holds what Spotify or we sent.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from requests.auth import HTTPBasicAuth

from spotify_analysis import config, errors, redaction, tokens, transport

__all__ = ["Person", "RefusedError", "exchange", "open_session", "prove", "refresh", "who"]

_ASK_PATH = "/api/token"
_ENDPOINT = f"POST {_ASK_PATH}"
_DASHBOARD = "https://developer.spotify.com/dashboard"


class RefusedError(errors.LoginError):
    """The accounts service said no, with one of the words of RFC 6749.

    Parameters
    ----------
    message : str
        What happened and what to do next.
    error : str
        The word: ``"invalid_grant"``, ``"invalid_client"``, ...
    """

    def __init__(self, message: str, *, error: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in.

    Parameters
    ----------
    account_id : str or None
        Spotify's lasting id of the account; None if it could not be asked for.
    display_name : str or None
        The name on the account; not everybody has one.
    """

    account_id: str | None = None
    display_name: str | None = None


_Secret = Annotated[str, msgspec.Meta(pattern=r"^[!-~]+$", max_length=8192)]


class _Answer(msgspec.Struct, frozen=True):
    access_token: _Secret
    expires_in: Annotated[int, msgspec.Meta(gt=0, le=86_400)]
    token_type: str = "Bearer"  # noqa: S105 - the kind of token
    scope: str | None = None
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "_Answer(***)"


class _Refusal(msgspec.Struct, frozen=True):
    error: str
    error_description: str = ""


class _Me(msgspec.Struct, frozen=True):
    id: str
    account_id: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh gave.

    Parameters
    ----------
    access_token : str
        The new key for an hour.
    expires_at : float
        When it ends, in seconds since 1970.
    refresh_token : str or None
        A new refresh token; None where the old one goes on.
    scopes : frozenset of str or None
        The scopes; None where they are as before.
    """

    access_token: str = field(repr=False)
    expires_at: float
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str] | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_token", redaction.Hidden(self.access_token))
        if self.refresh_token is not None:
            object.__setattr__(self, "refresh_token", redaction.Hidden(self.refresh_token))


def open_session(settings: config.Settings) -> transport.GuardedSession:
    """Open the session through which a login is asked for.

    Parameters
    ----------
    settings : Settings
        Names the two servers that may be reached.

    Returns
    -------
    GuardedSession
        The session.
    """
    return transport.session([settings.accounts_url, settings.api_url], n_connections=2)


def exchange(
    settings: config.Settings,
    code: str,
    verifier: str | None,
    redirect_uri: str,
    scopes: frozenset[str],
    *,
    session: transport.GuardedSession | None = None,
) -> tokens.Token:
    """Give an authorization code for a login.

    Parameters
    ----------
    settings : Settings
        The app and Spotify's addresses.
    code : str
        The code, from a redirect whose state was checked.
    verifier : str or None
        The PKCE verifier of the sign-in; None where the app has a secret.
    redirect_uri : str
        The redirect address of the sign-in, with its port.
    scopes : frozenset of str
        What was asked for, in case the answer does not say what was granted.
    session : GuardedSession, optional
        A session of `open_session`.

    Returns
    -------
    Token
        The login, without the name of its account; see `who`. Nothing is saved.

    Raises
    ------
    LoginError
        If Spotify refuses the code or the app.
    NetworkError, ServerError, RateLimitedError, BadAnswerError
        If no proper answer came. The code may be used up then.
    """
    form = transport.Hidden(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)
    if verifier is not None:
        form["code_verifier"] = verifier
    answer = _ask(settings, form, session)
    if not answer.refresh_token:
        raise errors.BadAnswerError(
            "Spotify's answer to the sign-in holds no refresh token. Start again.",
            status=200,
            endpoint=_ENDPOINT,
        )
    now = time.time()
    granted = _scopes(answer)
    return tokens.Token(
        access_token=answer.access_token,
        refresh_token=answer.refresh_token,
        expires_at=now + answer.expires_in,
        scopes=scopes if granted is None else granted,
        authorized_at=now,
        client_id=settings.client_id or "",
    )


def refresh(
    settings: config.Settings,
    refresh_token: str,
    *,
    session: transport.GuardedSession | None = None,
) -> Refreshed:
    """Give a refresh token for a new access token.

    Parameters
    ----------
    settings : Settings
        The app and Spotify's addresses.
    refresh_token : str
        The refresh token.
    session : GuardedSession, optional
        A session of `open_session`.

    Returns
    -------
    Refreshed
        The new access token. Nothing is saved.

    Raises
    ------
    RefusedError
        If Spotify refuses the token (``error`` is ``"invalid_grant"``) or the app.
    NetworkError, ServerError, RateLimitedError, BadAnswerError
        If no proper answer came.
    """
    form = transport.Hidden(grant_type="refresh_token", refresh_token=refresh_token)
    answer = _ask(settings, form, session)
    return Refreshed(
        access_token=answer.access_token,
        expires_at=time.time() + answer.expires_in,
        refresh_token=answer.refresh_token or None,
        scopes=_scopes(answer),
    )


def prove(settings: config.Settings, *, session: transport.GuardedSession | None = None) -> None:
    """Find out whether Spotify accepts the app's client secret.

    Parameters
    ----------
    settings : Settings
        The app with its secret, and Spotify's addresses.
    session : GuardedSession, optional
        A session of `open_session`.

    Raises
    ------
    RefusedError
        If it does not.
    NetworkError, ServerError, RateLimitedError, BadAnswerError
        If no proper answer came.

    Notes
    -----
    Asks for a token of the app itself, which reads nobody's data, and forgets it.
    """
    _ask(settings, transport.Hidden(grant_type="client_credentials"), session)


def who(
    settings: config.Settings,
    access_token: str,
    *,
    session: transport.GuardedSession | None = None,
) -> Person:
    """Ask whose login it is.

    Parameters
    ----------
    settings : Settings
        Spotify's addresses.
    access_token : str
        A valid access token.
    session : GuardedSession, optional
        A session of `open_session`.

    Returns
    -------
    Person
        The account.

    Raises
    ------
    NotRegisteredError
        If the person is not on the app's list of users.
    PremiumRequiredError
        If the app's owner has no Premium.
    NotLoggedInError
        If Spotify no longer knows the login.
    NetworkError, ServerError, RateLimitedError, BadAnswerError, ForbiddenError
        If no proper answer came.
    """
    endpoint = "GET /me"
    response = (session or open_session(settings)).get(
        f"{settings.api_url}me", headers=transport.Hidden(Authorization=f"Bearer {access_token}")
    )
    status, body = response.status_code, response.content
    if status == 200:
        try:
            me = msgspec.json.decode(body, type=_Me)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise _no_json(status, endpoint) from None
        return Person(account_id=me.account_id or me.id, display_name=me.display_name)
    if status == 401:
        raise errors.NotLoggedInError("Spotify no longer knows this login: sign in again.")
    if status == 403:
        text = body[:2000].decode("utf-8", "replace").lower()
        if "premium subscription" in text:
            raise errors.PremiumRequiredError(
                "Spotify refuses this app because its owner has no active Premium subscription. "
                "After subscribing it can take hours until the app works again.",
                status=status,
                endpoint=endpoint,
            )
        if "registered" in text or "approved" in text:
            raise errors.NotRegisteredError(
                "This account is not on the app's list of users: its owner adds it at "
                f"{_DASHBOARD} under User Management, with the e-mail address of the account.",
                status=status,
                endpoint=endpoint,
            )
        raise errors.ForbiddenError(
            f"Spotify refuses to say whose login this is. Look at the app's page at {_DASHBOARD}.",
            status=status,
            endpoint=endpoint,
        )
    raise _failure(response.headers.get("Retry-After"), status, endpoint)


# ---------------------------------------------------------------- the one request


def _ask(
    settings: config.Settings, form: transport.Hidden, session: transport.GuardedSession | None
) -> _Answer:
    credentials = None
    if settings.client_secret is None:
        form["client_id"] = settings.client_id or ""
    else:
        credentials = HTTPBasicAuth(settings.client_id or "", settings.client_secret)
    response = (session or open_session(settings)).post(
        f"{settings.accounts_url}{_ASK_PATH}", data=form, auth=credentials
    )
    status, body = response.status_code, response.content
    if status == 200:
        try:
            answer = msgspec.json.decode(body, type=_Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise _no_json(status, _ENDPOINT) from None
        if answer.token_type.lower() != "bearer":
            raise _no_json(status, _ENDPOINT)
        return answer
    if status in (400, 401):
        try:
            refusal = msgspec.json.decode(body, type=_Refusal)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise _no_json(status, _ENDPOINT) from None
        raise _refused(settings, form["grant_type"], refusal)
    raise _failure(response.headers.get("Retry-After"), status, _ENDPOINT)


def _scopes(answer: _Answer) -> frozenset[str] | None:
    return None if answer.scope is None else frozenset(answer.scope.split())


def _refused(settings: config.Settings, grant_type: str, refusal: _Refusal) -> RefusedError:
    error, description = refusal.error, refusal.error_description.lower()
    if error == "invalid_grant" and grant_type == "refresh_token":
        message = "Spotify ended this sign-in: sign in again."
    elif error == "invalid_grant" and "redirect" in description:
        message = (
            "Spotify says the redirect address differs from the one the sign-in began with. "
            "Start again."
        )
    elif error == "invalid_grant" and "verifier" in description:
        message = "The code belongs to another sign-in, perhaps an older one: start again."
    elif error == "invalid_grant":
        message = "The code was used or is too old: start again."
    elif error == "invalid_client" and settings.client_secret is not None:
        message = (
            "The client secret is wrong or was rotated: auth.set_client_secret() takes the new "
            f"one. Compare {config.ENVIRONMENT['client_secret']} with the app's page at "
            f"{_DASHBOARD}, or leave it out: signing in needs none."
        )
    elif error == "invalid_client":
        message = (
            "Spotify does not accept this app without its secret: compare "
            f"{config.ENVIRONMENT['client_id']} with the app's page at {_DASHBOARD}. If the "
            "sign-in was made with a client secret, set "
            f"{config.ENVIRONMENT['client_secret']} again, or sign in anew without one."
        )
    else:
        # one of RFC 6749's words; anything else is not repeated
        word = error if re.fullmatch(r"[a-z_]{1,40}", error) else "an unknown error"
        message = f"Spotify refused the sign-in with {word!r}: start again."
    return RefusedError(message, error=error)


def _no_json(status: int, endpoint: str) -> errors.BadAnswerError:
    return errors.BadAnswerError(
        f"Spotify answered {endpoint!r} with status {status} and not with what it promises. "
        "Something between here and Spotify may be altering answers; try again in a while.",
        status=status,
        endpoint=endpoint,
    )


def _failure(retry_after: str | None, status: int, endpoint: str) -> errors.SpotifyError:
    if status == 429:
        wait_s = float(retry_after) if retry_after and retry_after.isdecimal() else None
        resume_at = None if wait_s is None else _from_now(wait_s)
        when = "in a while" if resume_at is None else f"after {resume_at:%Y-%m-%d %H:%M:%S} UTC"
        return errors.RateLimitedError(
            f"Spotify has had too many requests from this app; try again {when}.",
            wait_s=wait_s,
            resume_at=resume_at,
            endpoint=endpoint,
        )
    if status >= 500:
        return errors.ServerError(
            f"Spotify's sign-in service is down for now (status {status}). Nothing is lost: "
            "try again in a while.",
            status=status,
            endpoint=endpoint,
        )
    return _no_json(status, endpoint)


def _from_now(wait_s: float) -> datetime | None:
    try:
        return datetime.now(UTC) + timedelta(seconds=wait_s)
    except OverflowError:
        return None
