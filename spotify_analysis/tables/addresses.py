"""Spotify's addresses: what a URI, a link or a bare id points to."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Address", "parse_address", "spotify_image", "spotify_link"]

_KINDS = "track|album|artist|playlist|show|episode|audiobook|chapter"
_ID = r"[0-9A-Za-z]{22}"
_URI = re.compile(rf"spotify:(?:user:[^:\s]+:)?({_KINDS}):({_ID})")
_LINK = re.compile(
    rf"(?:https?://)?open\.spotify\.com/(?:intl-[\w-]+/)?(?:embed/)?(?:user/[^/\s]+/)?"
    rf"({_KINDS})/({_ID})/?(?:[?#]\S*)?"
)
_USER = re.compile(r"spotify:user:([^:\s]+)")
# no sign that ends an attribute, a word or a line
_REST = r"/[A-Za-z0-9/_.~:%?=&,@+-]*"
_SPOTIFY_LINK = re.compile(rf"https://open\.spotify\.com{_REST}")
# Spotify's hosts of pictures, and the stand-in's
_SPOTIFY_IMAGE = re.compile(
    rf"(?:https://(?:[a-z0-9-]+\.)+(?:scdn\.co|spotifycdn\.com)"
    rf"|http://(?:127\.0\.0\.1|\[::1\]):[0-9]{{1,5}}){_REST}"
)


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


def spotify_link(url: str | None) -> str | None:
    """Give a link that may be followed: one to Spotify's own pages.

    Parameters
    ----------
    url : str or None
        What came as a link.

    Returns
    -------
    str or None
        The same, or None where it leads elsewhere or is no plain link.

    Examples
    --------
    >>> spotify_link("javascript:alert(1)") is None
    True
    """
    return url if url is not None and _SPOTIFY_LINK.fullmatch(url) else None


def spotify_image(url: str | None) -> str | None:
    """Give the address of a picture that may be shown: one of Spotify's own servers.

    Parameters
    ----------
    url : str or None
        What came as a picture.

    Returns
    -------
    str or None
        The same, or None where it is somewhere else: whoever shows it would tell that server.

    Examples
    --------
    >>> spotify_image("https://i.scdn.co/image/ab67616d0000b273")
    'https://i.scdn.co/image/ab67616d0000b273'
    """
    return url if url is not None and _SPOTIFY_IMAGE.fullmatch(url) else None
