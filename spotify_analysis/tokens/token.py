"""One login: what Spotify gave, to whom, and when."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import NoReturn

from spotify_analysis.redaction import Hidden

__all__ = ["LOGIN_LIFE_DAYS", "Hidden", "Token"]

# Spotify ends a login six months after the person agreed, and refreshing does not prolong it. It
# does not say how it counts a month; this is the shortest six months can be.
LOGIN_LIFE_DAYS = 180

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Token:
    """One person's login to Spotify through one app.

    Parameters
    ----------
    access_token, refresh_token : str
        The key for an hour, and the one that gets the next. Never shown.
    expires_at : float
        When the access token ends, in seconds since 1970.
    scopes : frozenset of str
        What the person granted.
    authorized_at : float
        When the person agreed, in seconds since 1970.
    client_id : str
        The app. Not a secret, but not shown either.
    account_id : str, optional
        Spotify's id of the account.
    display_name : str, optional
        The name on the account.
    ended_at : float, optional
        When Spotify said that this login is over, in seconds since 1970.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    scopes: frozenset[str]
    authorized_at: float
    client_id: str = field(repr=False)
    account_id: str | None = None
    display_name: str | None = None
    ended_at: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "access_token", Hidden(self.access_token))
        object.__setattr__(self, "refresh_token", Hidden(self.refresh_token))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a login is not pickled: keep it in a store and load it where it is needed")

    def __copy__(self) -> Token:
        return self

    def __deepcopy__(self, memo: object) -> Token:
        return self

    def seconds_left(self, now: float | None = None) -> float:
        """Count the seconds until the access token ends.

        Parameters
        ----------
        now : float, optional
            Seconds since 1970; the clock's by default.

        Returns
        -------
        float
            Seconds; negative when it has ended.
        """
        return self.expires_at - (time.time() if now is None else now)

    def days_left(self, now: float | None = None) -> int:
        """Count the days until Spotify ends the login and the person must agree again.

        Parameters
        ----------
        now : float, optional
            Seconds since 1970; the clock's by default.

        Returns
        -------
        int
            Days of the six months, rounded up; 0 when they are over.
        """
        if self.ended_at is not None:
            return 0
        age_s = (time.time() if now is None else now) - self.authorized_at
        return max(0, math.ceil(LOGIN_LIFE_DAYS - age_s / _DAY_S))
