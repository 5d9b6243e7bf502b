"""Getting a login: the saved one, a pasted address, a caught redirect; the login box."""

from __future__ import annotations

from spotify_analysis.auth.accounts import exchange
from spotify_analysis.auth.attempt import Attempt
from spotify_analysis.auth.paste import parse_paste
from spotify_analysis.auth.scopes import (
    DEFAULT_SCOPES,
    NEEDS,
    PURPOSES,
    SCOPES,
    Need,
    scopes_for,
)
from spotify_analysis.auth.signed_in import Login, logout, saved
from spotify_analysis.auth.signing_in import grant, login, rotate
from spotify_analysis.auth.standing import Status, status
from spotify_analysis.auth.upkeep import rewrap, set_client_secret

__all__ = [
    "DEFAULT_SCOPES",
    "NEEDS",
    "PURPOSES",
    "SCOPES",
    "Attempt",
    "Login",
    "Need",
    "Status",
    "exchange",
    "grant",
    "login",
    "logout",
    "parse_paste",
    "rewrap",
    "rotate",
    "saved",
    "scopes_for",
    "set_client_secret",
    "status",
]
