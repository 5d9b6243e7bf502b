"""Spotify's addresses: what a URI, a link or a bare id points to."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Address", "parse_address"]

_KINDS = "track|album|artist|playlist|show|episode|audiobook|chapter"
_ID = r"[0-9A-Za-z]{22}"
_URI = re.compile(rf"spotify:(?:user:[^:\s]+:)?({_KINDS}):({_ID})")
_LINK = re.compile(
    rf"(?:https?://)?open\.spotify\.com/(?:intl-[\w-]+/)?(?:embed/)?(?:user/[^/\s]+/)?"
    rf"({_KINDS})/({_ID})/?(?:[?#]\S*)?"
)
_USER = re.compile(r"spotify:user:([^:\s]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """What an address points to.

    Parameters
    ----------
    kind : str
        ``"track"``, ``"album"``, ``"artist"``, ``"playlist"``, ``"show"``, ``"episode"``,
        ``"audiobook"``, ``"chapter"``, ``"user"`` or ``"local"`` (a file on someone's device).
    id : str
        Spotify's id; for a local file all that follows ``spotify:local:``.
    """

    kind: str
    id: str

    @property
    def uri(self) -> str:
        """The address as a URI."""
        return f"spotify:{self.kind}:{self.id}"


def parse_address(text: str, *, kind: str | None = None) -> Address | None:
    """Read a URI, a link to open.spotify.com or a bare id.

    Parameters
    ----------
    text : str
        What was given.
    kind : str or None
        What a bare id points to; without it a bare id is not an address.

    Returns
    -------
    Address or None
        What it points to; None if it is no address.

    Examples
    --------
    >>> parse_address("https://open.spotify.com/intl-de/track/0aBcDeFgHiJkLmNoPqRsTu?si=1").uri
    'spotify:track:0aBcDeFgHiJkLmNoPqRsTu'
    """
    text = text.strip()
    if found := _URI.fullmatch(text) or _LINK.fullmatch(text):
        return Address(found[1], found[2])
    if text.startswith("spotify:local:"):
        return Address("local", text.removeprefix("spotify:local:"))
    if found := _USER.fullmatch(text):
        return Address("user", found[1])
    if kind is not None and re.fullmatch(_ID, text):
        return Address(kind, text)
    return None
