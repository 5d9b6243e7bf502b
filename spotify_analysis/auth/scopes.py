"""Which permissions the listener is asked for, and what each is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "DEFAULT_SCOPES",
    "NEEDS",
    "PURPOSES",
    "SCOPES",
    "TEXTS",
    "Need",
    "missing_text",
    "scopes_for",
]


@dataclass(frozen=True, slots=True)
class Need:
    """The permissions one function takes.

    Parameters
    ----------
    scopes : tuple of str
        Those without which Spotify refuses it.
    more : tuple of str
        Those without which it gives less: collaborative playlists, public ones.
    """

    scopes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


_LIBRARY = ("user-library-read",)
_PLAYLISTS = ("playlist-read-private",)
_CATALOGUE = (
    *("loaders.album", "loaders.album_tracks", "loaders.albums", "loaders.artist"),
    *("loaders.artist_albums", "loaders.artists", "loaders.search", "loaders.track"),
    "loaders.tracks",
)
_WRITE = Need(("playlist-modify-private",), ("playlist-modify-public",))

# function -> the permissions it takes. `user-read-private` and `user-read-email` are not among
# them: since February 2026 they give a new app nothing.
NEEDS: dict[str, Need] = {
    "loaders.profile": Need(),
    **dict.fromkeys(_CATALOGUE, Need()),
    "loaders.top_tracks": Need(("user-top-read",)),
    "loaders.top_artists": Need(("user-top-read",)),
    "loaders.recent_plays": Need(("user-read-recently-played",)),
    "history.History.sync": Need(("user-read-recently-played",)),
    "loaders.playlists": Need(_PLAYLISTS, ("playlist-read-collaborative",)),
    "loaders.playlist_items": Need(_PLAYLISTS, ("playlist-read-collaborative",)),
    "loaders.saved_tracks": Need(_LIBRARY),
    "loaders.saved_albums": Need(_LIBRARY),
    "loaders.saved_shows": Need(_LIBRARY),
    "loaders.saved_episodes": Need((*_LIBRARY, "user-read-playback-position")),
    "loaders.followed_artists": Need(("user-follow-read",)),
    "playlists.create": _WRITE,
    "playlists.add": _WRITE,
    "playlists.replace": _WRITE,
    "playlists.remove": _WRITE,
    "playlists.reorder": _WRITE,
    "playlists.change_details": _WRITE,
    "playlists.save": Need(("user-library-modify",), ("playlist-modify-public",)),
    "playlists.unsave": Need(("user-library-modify",), ("playlist-modify-public",)),
}

# what a notebook does -> the functions it calls for that
PURPOSES: dict[str, tuple[str, ...]] = {
    "profile": ("loaders.profile",),
    "catalogue": _CATALOGUE,
    "top": ("loaders.top_tracks", "loaders.top_artists"),
    "recent": ("loaders.recent_plays",),
    "history": ("history.History.sync",),
    "playlists": ("loaders.playlists", "loaders.playlist_items"),
    "library": (
        *("loaders.saved_tracks", "loaders.saved_albums", "loaders.saved_shows"),
        "loaders.saved_episodes",
    ),
    "followed": ("loaders.followed_artists",),
    "make_playlists": (
        *("playlists.create", "playlists.add", "playlists.replace", "playlists.remove"),
        *("playlists.reorder", "playlists.change_details"),
    ),
    "change_library": ("playlists.save", "playlists.unsave"),
}


def _all_of(functions: Iterable[str]) -> frozenset[str]:
    return frozenset(
        scope for name in functions for scope in (*NEEDS[name].scopes, *NEEDS[name].more)
    )


SCOPES: dict[str, frozenset[str]] = {
    purpose: _all_of(functions) for purpose, functions in PURPOSES.items()
}
DEFAULT_SCOPES: frozenset[str] = _all_of(NEEDS)

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
        Purposes, the keys of `SCOPES`; functions by name, with or without their module
        (``"loaders.top_tracks"``, ``"top_tracks"``); scopes by their own name. Everything the
        loaders and playlists need by default.

    Returns
    -------
    frozenset of str
        Spotify's names of the permissions.

    Raises
    ------
    ValueError
        If a name is none of these.

    Examples
    --------
    >>> sorted(scopes_for(["top", "recent"]))
    ['user-read-recently-played', 'user-top-read']
    >>> sorted(scopes_for("saved_tracks"))
    ['user-library-read']
    """
    if names is None:
        return DEFAULT_SCOPES
    scopes: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        function = next((one for one in (name, f"loaders.{name}") if one in NEEDS), None)
        if name in SCOPES:
            scopes |= SCOPES[name]
        elif function is not None:
            scopes |= _all_of([function])
        elif name in TEXTS:
            scopes.add(name)
        else:
            raise ValueError(
                f"There is no purpose {name!r}; known are {', '.join(SCOPES)}, the loaders by "
                f"name, and the scopes {', '.join(sorted(TEXTS))}."
            )
    return frozenset(scopes)


def missing_text(missing: Iterable[str], *, needed_by: str | None = None, owner: str = "") -> str:
    """Say which permissions are missing, what for, and how to grant just those.

    Parameters
    ----------
    missing : iterable of str
        Scopes; of two joined by ``|`` one is enough.
    needed_by : str, optional
        What needs them: ``"loaders.top_tracks"``.
    owner : str
        Whose login lacks them.

    Returns
    -------
    str
        For the person.
    """
    missing = list(missing)
    first = [one.split("|")[0] for one in missing]
    what = "; ".join(
        f"{one.replace('|', ' or ')} ({TEXTS[name]})" if name in TEXTS else one.replace("|", " or ")
        for one, name in zip(missing, first, strict=True)
    )
    lacks = "permission" if len(missing) == 1 else "permissions"
    who = f", which {needed_by} needs" if needed_by else ""
    arguments = ", ".join([*map(repr, first), *([f"owner={owner!r}"] if owner else [])])
    return (
        f"Your login lacks the {lacks} {what}{who}. Grant just that with "
        f"spotify_analysis.auth.grant({arguments}), then run this again; login() asks for all."
    )
