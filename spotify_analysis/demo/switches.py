"""What can be set on the stand-in Spotify, before it starts and while it runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["Mode", "Switches"]

Mode = Literal["new", "old", "extended"]
RefreshAnswer = Literal["without", "null", "empty", "same"]
PlayedAt = Literal["end", "start"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "mode": get_args(Mode),
    "refresh_answer": get_args(RefreshAnswer),
    "played_at": get_args(PlayedAt),
}


@dataclass
class Switches:
    """The settings of a stand-in Spotify.

    Parameters
    ----------
    mode : {"new", "old", "extended"}
        The kind of app that calls: a development app made since 11 February 2026, one made
        before, or an app with extended quota.
    delay_s : float
        How long every answer takes, in seconds. Answers wait side by side.
    owner_premium : bool
        Whether the app's owner has Premium; without it every API call is a plain-text 403.
    allowlisted : bool
        Whether the person who signs in is on the app's list of users.
    granted_scopes : iterable of str, optional
        What the person agrees to at most; None grants what was asked for.
    rotate_refresh_tokens : bool
        Every refresh gives a new refresh token and ends the old one, as before June 2026.
    refresh_answer : {"without", "null", "empty", "same"}
        What the field `refresh_token` holds in the answer to a refresh that does not rotate.
    omit_scope : bool
        Leave `scope` out of token answers.
    auto_approve : bool
        Redirect at once, as if the person had pressed *Agree*.
    access_token_life_s, code_life_s : int
        Life of an access token and of an authorization code, in seconds.
    refresh_token_life_months : int
        Life of a refresh token in calendar months from consent.
    rate_limit : int, optional
        Calls allowed in a rolling window of 30 seconds; None does not limit.
    quota : int, optional
        Calls allowed in a rolling window of 24 hours; None does not limit.
    quota_retry_after_s : int
        The `Retry-After` of an exhausted quota, in seconds.
    played_at : {"end", "start"}
        Which moment of a play `played_at` is; Spotify has used both.
    played_at_fraction : bool
        Whether `played_at` has milliseconds, as it nearly always does.
    """

    mode: Mode = "new"
    delay_s: float = 0.0
    owner_premium: bool = True
    allowlisted: bool = True
    granted_scopes: frozenset[str] | None = None
    rotate_refresh_tokens: bool = False
    refresh_answer: RefreshAnswer = "without"
    omit_scope: bool = False
    auto_approve: bool = False
    access_token_life_s: int = 3600
    code_life_s: int = 600
    refresh_token_life_months: int = 6
    rate_limit: int | None = None
    quota: int | None = None
    quota_retry_after_s: int = 52_531
    played_at: PlayedAt = "end"
    played_at_fraction: bool = True

    def change(self, **changes: Any) -> None:
        """Set some switches and leave the others.

        Parameters
        ----------
        **changes : Any
            Switches by name.

        Raises
        ------
        ValueError
            If there is no such switch or it cannot have that value; nothing is changed then.
        """
        names = {field.name for field in dataclasses.fields(self)}
        for name, value in changes.items():
            if name not in names:
                raise ValueError(
                    f"there is no switch {name!r}; there are {', '.join(sorted(names))}."
                )
            choices = _CHOICES.get(name)
            if choices is not None and value not in choices:
                raise ValueError(
                    f"`{name}` must be one of {', '.join(map(repr, choices))}; not {value!r}."
                )
        for name, value in changes.items():
            setattr(self, name, _scopes(value) if name == "granted_scopes" else value)

    def as_json(self) -> dict[str, Any]:
        """Give all switches as plain JSON values.

        Returns
        -------
        dict
            Name to value.
        """
        values = dataclasses.asdict(self)
        if self.granted_scopes is not None:
            values["granted_scopes"] = sorted(self.granted_scopes)
        return values


def _scopes(value: str | Iterable[str] | None) -> frozenset[str] | None:
    if value is None:
        return None
    return frozenset(value.split() if isinstance(value, str) else value)
