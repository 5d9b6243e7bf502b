"""What the stand-in remembers: people, tokens, libraries and playlists, all in memory."""

from __future__ import annotations

import calendar
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from spotify_analysis.demo.listener import Listener, Playlist

__all__ = ["AccessToken", "Account", "Clock", "Code", "RefreshToken", "State", "iso_seconds"]


class Clock:
    """The stand-in's idea of now, which tests may move.

    Parameters
    ----------
    now : callable, optional
        Gives seconds since 1970; the computer's clock by default.
    """

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or time.time
        self._ahead_s = 0.0

    def now(self) -> float:
        """Give the time in seconds since 1970.

        Returns
        -------
        float
            Seconds since 1970, UTC.
        """
        return self._now() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Move the time forward.

        Parameters
        ----------
        seconds : float
            How far.
        """
        self._ahead_s += seconds


@dataclass
class Code:
    """An authorization code, good for one exchange.

    Parameters
    ----------
    client_id, user_id : str
        Who asked and who agreed.
    redirect_uri : str
        Where the code was sent; the exchange must name the same.
    scopes : frozenset of str
        What was granted.
    challenge : str or None
        The PKCE challenge; None where the app has to show its secret.
    issued_at : float
        In seconds since 1970.
    used : bool
        Whether it has been exchanged.
    """

    client_id: str
    user_id: str
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str | None
    issued_at: float
    used: bool = False


@dataclass
class AccessToken:
    """An access token.

    Parameters
    ----------
    client_id : str
        The app.
    user_id : str or None
        The person; None for client credentials.
    scopes : frozenset of str
        What it may do.
    expires_at : float
        In seconds since 1970.
    revoked : bool
        Whether the person took access away.
    """

    client_id: str
    user_id: str | None
    scopes: frozenset[str]
    expires_at: float
    revoked: bool = False


@dataclass
class RefreshToken:
    """A refresh token; its life counts from the consent, whatever is refreshed meanwhile.

    Parameters
    ----------
    client_id, user_id : str
        Who asked and who agreed.
    scopes : frozenset of str
        What the access tokens made with it may do.
    consented_at, expires_at : float
        Begin and end of its life, in seconds since 1970.
    needs_secret : bool
        Whether the app proved itself with its secret when it got it, and must again.
    revoked : bool
        Whether the person took access away, or rotation has replaced it.
    """

    client_id: str
    user_id: str
    scopes: frozenset[str]
    consented_at: float
    expires_at: float
    needs_secret: bool
    revoked: bool = False


@dataclass
class Account:
    """A person's account: who they are and what they keep.

    Parameters
    ----------
    listener : Listener
        Who they are and what they play.
    saved : dict
        Kind to {id: added_at}, newest first.
    followed_artists, followed_users : list of str
        Ids.
    playlist_ids : list of str
        Playlists the person owns or follows, in their order.
    """

    listener: Listener
    saved: dict[str, dict[str, str]]
    followed_artists: list[str]
    followed_users: list[str]
    playlist_ids: list[str]

    @property
    def id(self) -> str:
        """The user id."""
        return self.listener.id


@dataclass
class State:
    """All that changes while the stand-in runs.

    Parameters
    ----------
    accounts : dict
        User id to account.
    playlists : dict
        Playlist id to playlist, whoever owns it.
    snapshots : dict
        Playlist id to the ids of all versions it has had.
    codes, access_tokens, refresh_tokens : dict
        The secret itself to what it stands for.
    approved : dict
        (client id, user id) to the scopes agreed to so far.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    playlists: dict[str, Playlist] = field(default_factory=dict)
    snapshots: dict[str, set[str]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict, repr=False)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict, repr=False)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict, repr=False)
    approved: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def open_account(self, listener: Listener) -> Account:
        """Give a listener an account here, with copies of everything that can change.

        Parameters
        ----------
        listener : Listener
            Who it is.

        Returns
        -------
        Account
            The new account.
        """
        account = Account(
            listener=listener,
            saved={
                "track": _added_at_by_id(listener.saved_tracks),
                "album": _added_at_by_id(listener.saved_albums),
                "show": _added_at_by_id(listener.saved_shows),
                "episode": _added_at_by_id(listener.saved_episodes),
                "audiobook": {},
            },
            followed_artists=list(listener.followed_artist_ids),
            followed_users=[],
            playlist_ids=[playlist.id for playlist in listener.playlists],
        )
        for playlist in listener.playlists:
            entries = [replace(entry) for entry in playlist.entries]
            self.playlists[playlist.id] = replace(playlist, entries=entries)
            self.snapshots[playlist.id] = {playlist.snapshot_id}
        self.accounts[listener.id] = account
        return account

    def issue_access_token(
        self, *, client_id: str, user_id: str | None, scopes: frozenset[str], expires_at: float
    ) -> str:
        """Make an access token.

        Parameters
        ----------
        client_id : str
            The app.
        user_id : str or None
            The person, or None for client credentials.
        scopes : frozenset of str
            What it may do.
        expires_at : float
            When it ends, in seconds since 1970.

        Returns
        -------
        str
            The token.
        """
        token = "BQ" + secrets.token_urlsafe(96)
        self.access_tokens[token] = AccessToken(client_id, user_id, scopes, expires_at)
        return token

    def issue_refresh_token(self, stands_for: RefreshToken) -> str:
        """Make a refresh token.

        Parameters
        ----------
        stands_for : RefreshToken
            Who agreed to what, and until when.

        Returns
        -------
        str
            The token.
        """
        token = "AQ" + secrets.token_urlsafe(96)
        self.refresh_tokens[token] = stands_for
        return token

    def expire_access_tokens(self) -> None:
        """Let every access token given out so far run out now."""
        for token in list(self.access_tokens.values()):
            token.expires_at = 0.0

    def revoke(self) -> None:
        """Take the app's access away, as a person can on their account page."""
        for access in list(self.access_tokens.values()):
            access.revoked = True
        for refresh in list(self.refresh_tokens.values()):
            refresh.revoked = True
        self.approved.clear()


def _added_at_by_id(saved: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {id_: added_at for added_at, id_ in saved}


def iso_seconds(at: float) -> str:
    """Write a time as Spotify writes `added_at`.

    Parameters
    ----------
    at : float
        Seconds since 1970.

    Returns
    -------
    str
        Like ``"2026-11-22T20:15:03Z"``.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def months_later(at: float, months: int) -> float:
    """Add calendar months to a time; a day the month lacks becomes its last.

    Parameters
    ----------
    at : float
        Seconds since 1970.
    months : int
        How many months.

    Returns
    -------
    float
        Seconds since 1970.
    """
    begin = datetime.fromtimestamp(at, UTC)
    years, month0 = divmod(begin.month - 1 + months, 12)
    year, month = begin.year + years, month0 + 1
    day = min(begin.day, calendar.monthrange(year, month)[1])
    return begin.replace(year=year, month=month, day=day).timestamp()
