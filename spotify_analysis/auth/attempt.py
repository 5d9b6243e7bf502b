"""One try at signing in: what belongs together, used once, gone after ten minutes."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlencode

from spotify_analysis import config, errors, redaction

__all__ = ["LIFE_S", "Attempt"]

LIFE_S = 600.0


@dataclass(slots=True)
class Attempt:
    """State, verifier, redirect address and scopes of one sign-in.

    Parameters
    ----------
    redirect_uri : str
        Where Spotify sends the browser, with the port that was chosen.
    authorize_url : str
        The page on which the person agrees. Not shown: it holds client id and state.
    scopes : frozenset of str
        What is asked for.
    state : str
        What Spotify sends back, so that nobody else's code is taken for ours.
    verifier : str or None
        The PKCE verifier; None where the app has a secret.
    created : float
        When it began, on the clock of `time.monotonic`.
    used : bool
        Whether its redirect has come in.
    """

    redirect_uri: str
    authorize_url: str = field(repr=False)
    scopes: frozenset[str]
    state: str = field(repr=False)
    verifier: str | None = field(repr=False)
    created: float = field(default_factory=time.monotonic, repr=False)
    used: bool = False

    def __post_init__(self) -> None:
        self.authorize_url = redaction.Hidden(self.authorize_url)
        self.state = redaction.Hidden(self.state)
        if self.verifier is not None:
            self.verifier = redaction.Hidden(self.verifier)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sign-in under way is not pickled")

    @classmethod
    def start(
        cls,
        settings: config.Settings,
        scopes: Iterable[str],
        *,
        redirect_uri: str | None = None,
        show_dialog: bool = False,
    ) -> Attempt:
        """Begin a sign-in; nothing is sent.

        Parameters
        ----------
        settings : Settings
            The app and Spotify's address.
        scopes : iterable of str
            What to ask for.
        redirect_uri : str, optional
            The registered redirect address with the port at which it is caught; that of the
            settings by default.
        show_dialog : bool
            Let the person choose again, also after having agreed before.

        Returns
        -------
        Attempt
            With fresh state and verifier.

        Raises
        ------
        ConfigError
            If no client id is set.
        """
        if not settings.client_id:
            raise errors.ConfigError(
                f"No client id is set: put it into {config.ENVIRONMENT['client_id']}, or call "
                "login() in a notebook, which shows how to get one."
            )
        scopes = frozenset(scopes)
        redirect_uri = redirect_uri or settings.redirect_uri
        state = secrets.token_urlsafe(32)
        query = {
            "client_id": settings.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": " ".join(sorted(scopes)),
        }
        verifier = None
        if settings.client_secret is None:
            verifier = secrets.token_urlsafe(64)
            query["code_challenge_method"] = "S256"
            query["code_challenge"] = challenge(verifier)
        if show_dialog:
            query["show_dialog"] = "true"
        return cls(
            redirect_uri=redirect_uri,
            authorize_url=f"{settings.accounts_url}/authorize?{urlencode(query)}",
            scopes=scopes,
            state=state,
            verifier=verifier,
        )

    def is_over(self, now: float | None = None) -> bool:
        """Tell whether its ten minutes have passed.

        Parameters
        ----------
        now : float, optional
            A time of `time.monotonic`; the present by default.

        Returns
        -------
        bool
            True when it can no longer be used.
        """
        return (time.monotonic() if now is None else now) - self.created > LIFE_S


def challenge(verifier: str) -> str:
    """Make the S256 challenge of a verifier, as RFC 7636 says.

    Parameters
    ----------
    verifier : str
        43 to 128 characters.

    Returns
    -------
    str
        43 characters.
    """
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
