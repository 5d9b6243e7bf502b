"""Getting a login: the saved one, a pasted address, a caught redirect; the login box."""

from __future__ import annotations

from spotify_analysis.auth.accounts import exchange
from spotify_analysis.auth.attempt import Attempt
from spotify_analysis.auth.paste import parse_paste
from spotify_analysis.auth.scopes import DEFAULT_SCOPES, SCOPES, scopes_for
from spotify_analysis.auth.signed_in import Login, Status, logout, saved, status
from spotify_analysis.auth.signing_in import login

__all__ = [
    "DEFAULT_SCOPES",
    "SCOPES",
    "Attempt",
    "Login",
    "Status",
    "exchange",
    "login",
    "logout",
    "parse_paste",
    "saved",
    "scopes_for",
    "status",
]
