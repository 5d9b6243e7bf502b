"""Which permissions the listener is asked for, and what each is for."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DEFAULT_SCOPES", "SCOPES", "TEXTS", "scopes_for"]

# what a notebook does -> the permissions it takes. `user-read-private` and `user-read-email` are
# not among them: since February 2026 they give a new app nothing.
SCOPES: dict[str, frozenset[str]] = {
    "profile": frozenset(),
    "catalogue": frozenset(),
    "top": frozenset({"user-top-read"}),
    "recent": frozenset({"user-read-recently-played"}),
    "playlists": frozenset({"playlist-read-private", "playlist-read-collaborative"}),
    "library": frozenset({"user-library-read", "user-read-playback-position"}),
    "followed": frozenset({"user-follow-read"}),
    "make_playlists": frozenset({"playlist-modify-private", "playlist-modify-public"}),
    "change_library": frozenset({"user-library-modify"}),
}

DEFAULT_SCOPES: frozenset[str] = frozenset().union(*SCOPES.values())

# the sentence Spotify shows before the person agrees
TEXTS: dict[str, str] = {
    "playlist-modify-private": "Manage your private playlists",
    "playlist-modify-public": "Manage your public playlists",
    "playlist-read-collaborative": "Access your collaborative playlists",
    "playlist-read-private": "Access your private playlists",
    "user-follow-read": "Access your followers and who you are following",
    "user-library-modify": "Manage your saved content",
    "user-library-read": "Access your saved content",
    "user-read-playback-position": "Read your position in content you have played",
    "user-read-recently-played": "Access your recently played items",
    "user-top-read": "Read your top artists and content",
}


def scopes_for(names: str | Iterable[str] | None = None) -> frozenset[str]:
    """Collect the permissions for some purposes.

    Parameters
    ----------
    names : str or iterable of str, optional
        Purposes, the keys of `SCOPES`; scopes by their own name are taken as they are. Everything
        the loaders and playlists need by default.

    Returns
    -------
    frozenset of str
        Spotify's names of the permissions.

    Raises
    ------
    ValueError
        If a name is neither a purpose nor a scope we know.

    Examples
    --------
    >>> sorted(scopes_for(["top", "recent"]))
    ['user-read-recently-played', 'user-top-read']
    """
    if names is None:
        return DEFAULT_SCOPES
    scopes: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        if name in SCOPES:
            scopes |= SCOPES[name]
        elif name in TEXTS:
            scopes.add(name)
        else:
            raise ValueError(
                f"There is no purpose {name!r}; known are {', '.join(SCOPES)}, "
                f"and the scopes {', '.join(sorted(TEXTS))}."
            )
    return frozenset(scopes)
