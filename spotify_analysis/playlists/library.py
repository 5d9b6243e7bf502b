"""The library: what is saved and followed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spotify_analysis import errors, tables
from spotify_analysis.playlists.change import Change
from spotify_analysis.playlists.contents import chunks
from spotify_analysis.playlists.items import SAVABLE, collect

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["forget_playlist", "save", "unsave"]

_PER_CALL = 40  # most addresses /me/library takes
_PER_OLDER_CALL = 50


def save(client: Client, items: Any, *, dry_run: bool = False) -> Change:
    """Save tracks, albums, episodes, shows and books; follow artists and playlists.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    items : DataFrame, Series, str or iterable of str
        Any of our tables with a column ``uri``, or URIs and links. Local files are left out.
    dry_run : bool
        Only say what would happen; makes no call at all.

    Returns
    -------
    Change
        What was saved.

    Raises
    ------
    ValueError
        If there is nothing to save.
    UnfinishedChangeError
        If it broke off: `left` is still to be saved.

    Notes
    -----
    Cost: one call per 40. What is saved already stays as it is. Scopes ``user-library-modify``,
    for artists ``user-follow-modify``, for playlists ``playlist-modify-public``.
    """
    return _each(client, "PUT", items, "save", dry_run=dry_run)


def unsave(client: Client, items: Any, *, dry_run: bool = False) -> Change:
    """Take things out of the library; unfollow artists and playlists.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    items : DataFrame, Series, str or iterable of str
        As in `save`. Unfollowing one's own playlist is what Spotify calls deleting it.
    dry_run : bool
        Only say what would happen; makes no call at all.

    Returns
    -------
    Change
        What was taken out.

    Raises
    ------
    ValueError
        If there is nothing to take out.
    UnfinishedChangeError
        If it broke off: `left` is still to be taken out.

    Notes
    -----
    Cost: one call per 40. Scopes as in `save`.
    """
    return _each(client, "DELETE", items, "unsave", dry_run=dry_run)


def forget_playlist(client: Client, playlist_id: str) -> None:
    """Take one playlist out of the library: all that deleting one's own does.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist_id : str
        The playlist.
    """
    _send(client, "DELETE", [f"spotify:playlist:{playlist_id}"])


def _each(client: Client, method: str, items: Any, verb: str, *, dry_run: bool) -> Change:
    chosen = collect(items, kinds=SAVABLE, bare=None)
    parts = list(chunks(chosen.uris, _PER_CALL))
    n_done = 0
    if not dry_run:
        try:
            for part in parts:
                _send(client, method, part)
                n_done += len(part)
        except errors.SpotifyAnalysisError as exc:
            if n_done == 0:
                raise  # saving twice does no harm, so nothing need be said of what stands there
            raise errors.UnfinishedChangeError(
                f"The change broke off: {exc} {n_done} of {len(chosen.uris)} are done; go on with "
                f"playlists.{verb}(client, error.left).",
                n_done=n_done,
                left=tuple(chosen.uris[n_done:]),
                status=getattr(exc, "status", None),
                endpoint=getattr(exc, "endpoint", None),
            ) from exc
    noun = "thing" if len(chosen.uris) == 1 else "things"
    what = f"{len(chosen.uris):,} {noun}"
    return Change(
        what=f"save {what} in the library" if verb == "save" else f"take {what} out of the library",
        steps=tuple(f"{method} /me/library: {len(part)}" for part in parts),
        dry_run=dry_run,
        uris=tuple(chosen.uris),
        labels=tuple(chosen.labels),
        left_out=tuple(chosen.left_out),
    )


def _send(client: Client, method: str, uris: Sequence[str]) -> None:
    """Change the library under its name of 2026, or kind by kind where that is refused.

    Whether an app has the new name is seen from Spotify's answer. Artists are not among the kinds
    documented for it, so for them a 400 too leads to the older name.
    """

    def at_once() -> None:
        client.call(method, "me/library", params={"uris": ",".join(uris)})

    try:
        _twice(at_once)
    except (errors.NotFoundError, errors.WithdrawnError, errors.BadRequestError) as refusal:
        kinds = _by_kind(uris)
        if isinstance(refusal, errors.BadRequestError) and "artist" not in kinds:
            raise
        for kind, ids in kinds.items():
            try:
                _send_older(client, method, kind, ids)
            except (errors.NotFoundError, errors.WithdrawnError):
                raise refusal from None


def _send_older(client: Client, method: str, kind: str, ids: Sequence[str]) -> None:
    for part in chunks(ids, _PER_OLDER_CALL):
        calls = [_Older(f"me/{kind}s", {"ids": ",".join(part)})]
        if kind == "artist":
            calls = [_Older("me/following", {"type": "artist", "ids": ",".join(part)})]
        elif kind == "playlist":
            calls = [_Older(f"playlists/{id_}/followers", {}) for id_ in part]
        for call in calls:
            _twice(functools.partial(client.call, method, call.path, params=call.params))


@dataclass(frozen=True, slots=True)
class _Older:
    """One call of the years before `/me/library`."""

    path: str
    params: dict[str, str]


def _twice(send: Callable[[], Any]) -> None:
    """Send again after a lost answer: saving twice does what saving once does."""
    try:
        send()
    except errors.MaybeDoneError:
        send()


def _by_kind(uris: Sequence[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for uri in uris:
        address = tables.parse_address(uri)
        if address is not None:
            kinds.setdefault(address.kind, []).append(address.id)
    return kinds
