"""The accounts service of the stand-in: the page a person agrees on, and the token endpoint.

Texts of errors are those seen at accounts.spotify.com in 2026; where no one has written one down,
the nearest wording is used.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from spotify_analysis.demo import state

if TYPE_CHECKING:
    import jinja2

    from spotify_analysis.demo.server import Server

__all__ = ["SCOPES", "Accounts", "redirect_matches", "redirect_problem"]

# scope -> what the person reads before agreeing
SCOPES = {
    "app-remote-control": "Communicate with the Spotify app on your device.",
    "playlist-modify-private": "Manage your private playlists.",
    "playlist-modify-public": "Manage your public playlists.",
    "playlist-read-collaborative": "Access your collaborative playlists.",
    "playlist-read-private": "Access your private playlists.",
    "streaming": "Play content and control playback on your other devices.",
    "ugc-image-upload": "Upload images to Spotify on your behalf.",
    "user-follow-modify": "Manage who you are following.",
    "user-follow-read": "Access your followers and who you are following.",
    "user-library-modify": "Manage your saved content.",
    "user-library-read": "Access your saved content.",
    "user-modify-playback-state": "Control playback on your Spotify clients and devices.",
    "user-read-currently-playing": "Read your currently playing content.",
    "user-read-email": "Get your real email address.",
    "user-read-playback-position": "Read your position in content you have played.",
    "user-read-playback-state": "Read your currently playing content and devices.",
    "user-read-private": "Access your subscription details.",
    "user-read-recently-played": "Access your recently played items.",
    "user-top-read": "Read your top artists and content.",
}

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9_.~-]{43,128}")


def redirect_problem(redirect_uri: str) -> str | None:
    """Say what is insecure about a redirect address.

    Parameters
    ----------
    redirect_uri : str
        The address.

    Returns
    -------
    str or None
        The text of Spotify's page, or None when the address is allowed.
    """
    try:
        parts = urlsplit(redirect_uri)
        host = parts.hostname
        _ = parts.port  # a bad port raises only when read
    except ValueError:
        return "INVALID_CLIENT: Invalid redirect URI"
    if not parts.scheme or parts.fragment:
        return "INVALID_CLIENT: Invalid redirect URI"
    if parts.scheme in ("http", "https") and host == "localhost":
        return "INVALID_CLIENT: Insecure redirect URI"
    if parts.scheme == "http" and host not in _LOOPBACK:
        return "INVALID_CLIENT: Insecure redirect URI"
    return None


def redirect_matches(asked: str, registered: str) -> bool:
    """Compare a redirect address with a registered one.

    Parameters
    ----------
    asked, registered : str
        The addresses.

    Returns
    -------
    bool
        True when they are equal, or differ only in the port of a loopback address that was
        registered without one.
    """
    if asked == registered:
        return True
    want, have = urlsplit(registered), urlsplit(asked)
    if want.scheme != "http" or want.hostname not in _LOOPBACK or want.port is not None:
        return False
    if have.username is not None or have.password is not None:
        return False
    host = f"[{have.hostname}]" if ":" in (have.hostname or "") else have.hostname or ""
    return urlunsplit(have._replace(netloc=host)) == registered


@dataclass
class _Asked:
    """An authorization request that waits for the person's decision."""

    client_id: str
    redirect_uri: str
    state: str | None
    scopes: frozenset[str]
    challenge: str | None


class _OnPageError(Exception):
    """Shown on our page; the app never hears of it."""


class _TokenError(Exception):
    """An error body of the token endpoint, with status 400 as seen in practice."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error, description)
        self.body = {"error": error, "error_description": description}


class Accounts:
    """Routes of the accounts service.

    Parameters
    ----------
    server : Server
        Whose state, clock and switches to use.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._waiting: dict[str, _Asked] = {}

    def routes(self) -> list[Route]:
        """List the routes.

        Returns
        -------
        list of Route
            `/authorize` and `/api/token`.
        """
        return [
            Route("/authorize", self.authorize, methods=["GET"]),
            Route("/authorize", self.decide, methods=["POST"]),
            Route("/api/token", self.token, methods=["POST"]),
        ]

    # ------------------------------------------------------------------ the page

    async def authorize(self, request: Request) -> Response:
        """Show the page, or redirect at once a person who agreed before.

        Parameters
        ----------
        request : Request
            `GET /authorize`.

        Returns
        -------
        Response
            A page (200, or 400 with the error on it) or a redirect.
        """
        try:
            asked = self._read(request)
        except _OnPageError as problem:
            return self._page(400, title="Error", error=str(problem))
        server = self._server
        known = server.state.approved.get((asked.client_id, server.user_id), frozenset())
        dialog = request.query_params.get("show_dialog", "false").lower() == "true"
        if server.switches.auto_approve or (not dialog and known and asked.scopes <= known):
            return self._agree(asked)
        request_id = secrets.token_urlsafe(24)
        self._waiting[request_id] = asked
        return self._page(
            200,
            title=f"Authorize {server.app_name}",
            error=None,
            app_name=server.app_name,
            display_name=server.account.listener.display_name,
            texts=[SCOPES[scope] for scope in sorted(asked.scopes)],
            redirect_uri=_without_query(asked.redirect_uri),
            request_id=request_id,
            action="/authorize",
        )

    async def decide(self, request: Request) -> Response:
        """Take the person's decision and send the browser back to the app.

        Parameters
        ----------
        request : Request
            `POST /authorize`, from the page's form.

        Returns
        -------
        Response
            A redirect with `code` or `error`; a page with status 400 when it was decided before.
        """
        form = await _form(request)
        asked = self._waiting.pop(form.get("request", ""), None)
        if asked is None:
            return self._page(400, title="Error", error="This request has been decided already.")
        if form.get("decision") == "agree":
            return self._agree(asked)
        return self._back(asked, {"error": "access_denied"})

    def _read(self, request: Request) -> _Asked:
        query = request.query_params
        server = self._server
        if query.get("client_id") != server.client_id:
            raise _OnPageError("INVALID_CLIENT: Invalid client")
        redirect_uri = query.get("redirect_uri", "")
        insecure = redirect_problem(redirect_uri)
        if insecure is not None:
            raise _OnPageError(insecure)
        if not any(redirect_matches(redirect_uri, known) for known in server.redirect_uris):
            raise _OnPageError("INVALID_CLIENT: Invalid redirect URI")
        if query.get("response_type") != "code":
            raise _OnPageError("response_type must be code")
        scopes = frozenset(query.get("scope", "").split())
        if not scopes <= SCOPES.keys():
            raise _OnPageError("Illegal scope")
        challenge = query.get("code_challenge")
        if query.get("code_challenge_method", "S256" if challenge else None) not in (None, "S256"):
            raise _OnPageError("code_challenge_method must be S256")
        if challenge is not None and not _CHALLENGE.fullmatch(challenge):
            raise _OnPageError("code_challenge must be a base64url encoded SHA256 hash")
        return _Asked(
            client_id=server.client_id,
            redirect_uri=redirect_uri,
            state=query.get("state"),
            scopes=scopes,
            challenge=challenge,
        )

    def _agree(self, asked: _Asked) -> Response:
        server = self._server
        allowed = server.switches.granted_scopes
        granted = asked.scopes if allowed is None else asked.scopes & allowed
        who = (asked.client_id, server.user_id)
        server.state.approved[who] = server.state.approved.get(who, frozenset()) | asked.scopes
        code = "AQ" + secrets.token_urlsafe(128)
        server.state.codes[code] = state.Code(
            client_id=asked.client_id,
            user_id=server.user_id,
            redirect_uri=asked.redirect_uri,
            scopes=granted,
            challenge=asked.challenge,
            issued_at=server.clock.now(),
        )
        return self._back(asked, {"code": code})

    def _back(self, asked: _Asked, answer: dict[str, str]) -> Response:
        if asked.state is not None:
            answer["state"] = asked.state
        parts = urlsplit(asked.redirect_uri)
        query = "&".join(filter(None, [parts.query, urlencode(answer)]))
        url = urlunsplit(parts._replace(query=query))
        # 303 turns the form's POST into a GET of the redirect address
        return RedirectResponse(url, status_code=303, headers={"Cache-Control": "no-store"})

    def _page(self, status: int, **values: Any) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = _template().render(nonce=nonce, **values)
        # No form-action here: Chromium would apply it to the redirect as well.
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'"
        return HTMLResponse(
            html,
            status_code=status,
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": policy,
                "Referrer-Policy": "no-referrer",
            },
        )

    # ------------------------------------------------------------------ the token endpoint

    async def token(self, request: Request) -> Response:
        """Exchange a code, a refresh token or the app's own credentials for an access token.

        Parameters
        ----------
        request : Request
            `POST /api/token`.

        Returns
        -------
        Response
            JSON: a token answer, or 400 with `error` and `error_description`.
        """
        try:
            form = await _form(request)
            answer = self._grant(form, request.headers.get("authorization"))
        except _TokenError as problem:
            return _json(problem.body, 400)
        return _json(answer, 200)

    def _grant(self, form: dict[str, str], authorization: str | None) -> dict[str, Any]:
        grant_type = form.get("grant_type")
        if not grant_type:
            raise _TokenError("unsupported_grant_type", "grant_type parameter is missing")
        grants = {
            "authorization_code": self._exchange,
            "refresh_token": self._refresh,
            "client_credentials": self._client_credentials,
        }
        if grant_type not in grants:
            raise _TokenError("unsupported_grant_type", "grant_type parameter is not supported")
        return grants[grant_type](form, self._has_secret(form, authorization))

    def _has_secret(self, form: dict[str, str], authorization: str | None) -> bool:
        """Check who asks; True when the app proved itself with its secret."""
        client_id, secret = form.get("client_id"), form.get("client_secret")
        if authorization is not None:
            scheme, _, encoded = authorization.partition(" ")
            try:
                decoded = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                decoded = ""
            client_id, colon, secret = decoded.partition(":")
            if scheme.lower() != "basic" or not colon:
                raise _TokenError("invalid_client", "Invalid client")
        if not client_id:
            raise _TokenError("invalid_request", "client_id parameter is missing")
        if client_id != self._server.client_id:
            raise _TokenError("invalid_client", "Invalid client")
        if secret is None:
            return False
        if not hmac.compare_digest(secret.encode(), self._server.client_secret.encode()):
            raise _TokenError("invalid_client", "Invalid client secret")
        return True

    def _exchange(self, form: dict[str, str], has_secret: bool) -> dict[str, Any]:
        server = self._server
        if "code" not in form:
            raise _TokenError("invalid_request", "code parameter is missing")
        if "redirect_uri" not in form:
            raise _TokenError("invalid_request", "redirect_uri parameter is missing")
        code = server.state.codes.get(form["code"])
        if code is None or code.used:
            raise _TokenError("invalid_grant", "Invalid authorization code")
        if server.clock.now() > code.issued_at + server.switches.code_life_s:
            raise _TokenError("invalid_grant", "Authorization code expired")
        if form["redirect_uri"] != code.redirect_uri:
            raise _TokenError("invalid_grant", "Invalid redirect URI")
        if code.challenge is not None:
            if not _proves(form.get("code_verifier", ""), code.challenge):
                raise _TokenError("invalid_grant", "code_verifier was incorrect")
        elif not has_secret:
            raise _TokenError("invalid_client", "Invalid client secret")
        code.used = True
        now = server.clock.now()
        answer = self._access(code.user_id, code.scopes)
        answer["refresh_token"] = server.state.issue_refresh_token(
            state.RefreshToken(
                client_id=code.client_id,
                user_id=code.user_id,
                scopes=code.scopes,
                consented_at=now,
                expires_at=state.months_later(now, server.switches.refresh_token_life_months),
                needs_secret=code.challenge is None,
            )
        )
        return answer

    def _refresh(self, form: dict[str, str], has_secret: bool) -> dict[str, Any]:
        server = self._server
        given = form.get("refresh_token")
        if not given:
            raise _TokenError("invalid_request", "refresh_token must be supplied")
        token = server.state.refresh_tokens.get(given)
        if token is None:
            raise _TokenError("invalid_grant", "Invalid refresh token")
        if token.needs_secret and not has_secret:
            raise _TokenError("invalid_client", "Invalid client secret")
        if token.revoked:
            raise _TokenError("invalid_grant", "Refresh token revoked")
        if server.clock.now() >= token.expires_at:
            raise _TokenError("invalid_grant", "Refresh token expired")
        answer = self._access(token.user_id, token.scopes)
        if server.switches.rotate_refresh_tokens:
            # the new one takes over the old one's life: refreshing does not prolong the consent
            answer["refresh_token"] = server.state.issue_refresh_token(dataclasses.replace(token))
            token.revoked = True
        elif server.switches.refresh_answer != "without":
            as_said = {"null": None, "empty": "", "same": given}
            answer["refresh_token"] = as_said[server.switches.refresh_answer]
        return answer

    def _client_credentials(self, _form: dict[str, str], has_secret: bool) -> dict[str, Any]:
        if not has_secret:
            raise _TokenError("invalid_client", "Invalid client secret")
        answer = self._access(None, frozenset())
        answer.pop("scope", None)
        return answer

    def _access(self, user_id: str | None, scopes: frozenset[str]) -> dict[str, Any]:
        server = self._server
        life_s = server.switches.access_token_life_s
        answer: dict[str, Any] = {
            "access_token": server.state.issue_access_token(
                client_id=server.client_id,
                user_id=user_id,
                scopes=scopes,
                expires_at=server.clock.now() + life_s,
            ),
            "token_type": "Bearer",
            "expires_in": life_s,
        }
        if not server.switches.omit_scope:
            answer["scope"] = " ".join(sorted(scopes))
        return answer


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


async def _form(request: Request) -> dict[str, str]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if content_type != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _json(body: dict[str, Any], status: int) -> Response:
    return JSONResponse(body, status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _without_query(uri: str) -> str:
    return urlunsplit(urlsplit(uri)._replace(query=""))


@functools.cache
def _template() -> jinja2.Template:
    import jinja2

    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("spotify_analysis.demo", "pages"), autoescape=True
    )
    return pages.get_template("authorize.html")
