"""What a person keeps: saved things, followed artists and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from spotify_analysis.demo.state import Account, iso_seconds
from spotify_analysis.demo.web_api import objects, playlists
from spotify_analysis.demo.web_api.call import (
    NEW,
    Call,
    Result,
    Table,
    bad_request,
    checked_id,
)
from spotify_analysis.demo.web_api.shapes import Json

__all__ = ["TABLE"]

TABLE = Table()

LIBRARY_URIS = 40


# ---------------------------------------------------------------- reading


def _saved(call: Call, kind: str, shape: Callable[[str], Json]) -> Json:
    saved = call.account.saved[kind]
    limit, offset = call.limit(), call.offset()
    items = [
        {"added_at": added_at, kind: shape(id_)}
        for id_, added_at in islice(saved.items(), offset, offset + limit)
    ]
    return call.page(items, total=len(saved), limit=limit, offset=offset)


@TABLE.endpoint("GET", "/me/tracks", "user-library-read")
def _saved_tracks(call: Call) -> Json:
    return _saved(call, "track", call.shapes.track)


@TABLE.endpoint("GET", "/me/albums", "user-library-read")
def _saved_albums(call: Call) -> Json:
    return _saved(call, "album", call.shapes.album)


@TABLE.endpoint("GET", "/me/shows", "user-library-read")
def _saved_shows(call: Call) -> Json:
    return _saved(call, "show", call.shapes.show)


@TABLE.endpoint("GET", "/me/episodes", "user-library-read", "user-read-playback-position")
def _saved_episodes(call: Call) -> Json:
    return _saved(call, "episode", lambda id_: objects.resumable(call, call.shapes.episode(id_)))


@TABLE.endpoint("GET", "/me/audiobooks", "user-library-read")
def _saved_audiobooks(call: Call) -> Json:
    return _saved(call, "audiobook", lambda id_: objects.audiobook(call, id_))


@TABLE.endpoint("GET", "/me/following", "user-follow-read")
def _following(call: Call) -> Json:
    if call.text("type") != "artist":
        raise bad_request("Invalid type")
    limit, after = call.limit(), call.text("after")
    followed = call.account.followed_artists
    begin = 0
    if after is not None:
        # somebody unfollowed meanwhile gives an empty page, as a cursor nobody knows does
        begin = followed.index(after) + 1 if after in followed else len(followed)
    ids = followed[begin : begin + limit]
    more = begin + limit < len(followed)
    return {
        "artists": {
            "href": call.link(limit=limit),
            "items": [call.shapes.artist(id_) for id_ in ids],
            "limit": limit,
            "next": call.link(limit=limit, after=ids[-1]) if more else None,
            "cursors": {"after": ids[-1] if more else None},
            "total": len(followed),
        }
    }


# ---------------------------------------------------------------- changing, one kind at a time


def _things(call: Call, kind: str) -> Mapping[str, Any]:
    things: dict[str, Mapping[str, Any]] = {
        "track": call.catalogue.tracks,
        "album": call.catalogue.albums,
        "show": call.catalogue.shows,
        "episode": call.catalogue.episodes,
        "audiobook": call.catalogue.audiobooks,
    }
    return things[kind]


def _save(call: Call, kind: str, ids: list[str]) -> None:
    """Put things on top of the library; what is there already stays where it is."""
    saved, known = call.account.saved[kind], _things(call, kind)
    added_at = iso_seconds(call.server.clock.now())
    new = {id_: added_at for id_ in ids if id_ in known and id_ not in saved}
    call.account.saved[kind] = {**new, **saved}


def _unsave(call: Call, kind: str, ids: list[str]) -> None:
    for id_ in ids:
        call.account.saved[kind].pop(id_, None)


def _legacy_library(kind: str, path: str) -> None:
    """Add the endpoints that `/me/library` replaced in February 2026."""

    @TABLE.endpoint("PUT", path, "user-library-modify", gone=NEW)
    def _put(call: Call) -> Result:
        _save(call, kind, call.ids(50))
        return Result(200)

    @TABLE.endpoint("DELETE", path, "user-library-modify", gone=NEW)
    def _delete(call: Call) -> Result:
        _unsave(call, kind, call.ids(50))
        return Result(200)

    @TABLE.endpoint("GET", f"{path}/contains", "user-library-read", gone=NEW)
    def _contains(call: Call) -> list[bool]:
        return [id_ in call.account.saved[kind] for id_ in call.ids(50)]


for _kind in ("track", "album", "show", "episode", "audiobook"):
    _legacy_library(_kind, f"/me/{_kind}s")


# ---------------------------------------------------------------- following


def _follow_list(account: Account, kind: str) -> list[str]:
    if kind == "artist":
        return account.followed_artists
    if kind == "user":
        return account.followed_users
    raise bad_request("Invalid type")


def _follow(account: Account, kind: str, ids: list[str]) -> None:
    followed = _follow_list(account, kind)
    followed[:0] = [id_ for id_ in dict.fromkeys(ids) if id_ not in followed]


def _unfollow(account: Account, kind: str, ids: list[str]) -> None:
    followed = _follow_list(account, kind)
    followed[:] = [id_ for id_ in followed if id_ not in ids]


def _followed_ids(call: Call, kind: str) -> list[str]:
    """Read the ids; those of people are not base 62."""
    return call.listed("ids") if kind == "user" and call.listed("ids") else call.ids(50)


@TABLE.endpoint("PUT", "/me/following", "user-follow-modify", gone=NEW)
def _put_following(call: Call) -> Result:
    kind = call.text("type") or ""
    _follow(call.account, kind, _followed_ids(call, kind))
    return Result(204)


@TABLE.endpoint("DELETE", "/me/following", "user-follow-modify", gone=NEW)
def _delete_following(call: Call) -> Result:
    kind = call.text("type") or ""
    _unfollow(call.account, kind, _followed_ids(call, kind))
    return Result(204)


@TABLE.endpoint("GET", "/me/following/contains", "user-follow-read", gone=NEW)
def _following_contains(call: Call) -> list[bool]:
    kind = call.text("type") or ""
    followed = _follow_list(call.account, kind)
    return [id_ in followed for id_ in _followed_ids(call, kind)]


# ---------------------------------------------------------------- changing, all kinds at once

_SAVED_KINDS = ("track", "album", "episode", "show", "audiobook")


def _library_uris(call: Call, *, also: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Read `uris` as (kind, id); a show's URI may be that of a book."""
    uris = [uri.strip() for uri in call.listed("uris")]
    if not uris:
        raise bad_request("Missing required field: uris")
    if len(uris) > LIBRARY_URIS:
        raise bad_request(f"Too many uris requested, maximum is {LIBRARY_URIS}")
    pairs = []
    for uri in uris:
        scheme, _, rest = uri.partition(":")
        kind, _, id_ = rest.partition(":")
        if scheme != "spotify" or not id_:
            raise bad_request(f"Invalid uri: {uri}")
        if kind not in (*_SAVED_KINDS, "user", "playlist", *also):
            raise bad_request(f"Unsupported uri type: {kind}")
        if kind != "user":
            checked_id(id_)
        if kind == "show" and id_ in call.catalogue.audiobooks:
            kind = "audiobook"
        pairs.append((kind, id_))
    return pairs


def _require(call: Call, pairs: list[tuple[str, str]], scope_of: dict[str, str]) -> None:
    for kind, _ in pairs:
        call.require_scope(scope_of.get(kind, scope_of["saved"]))


_MODIFY_SCOPES = {
    "saved": "user-library-modify",
    "user": "user-follow-modify",
    "playlist": "playlist-modify-public",
}
_READ_SCOPES = {
    "saved": "user-library-read",
    "user": "user-follow-read",
    "artist": "user-follow-read",
    "playlist": "playlist-read-private",
}


@TABLE.endpoint("PUT", "/me/library")
def _put_library(call: Call) -> Result:
    pairs = _library_uris(call)
    _require(call, pairs, _MODIFY_SCOPES)
    for kind, id_ in reversed(pairs):  # the first named ends on top
        if kind == "user":
            _follow(call.account, kind, [id_])
        elif kind == "playlist":
            playlists.follow(call, id_)
        else:
            _save(call, kind, [id_])
    return Result(200)


@TABLE.endpoint("DELETE", "/me/library")
def _delete_library(call: Call) -> Result:
    pairs = _library_uris(call)
    _require(call, pairs, _MODIFY_SCOPES)
    for kind, id_ in pairs:
        if kind == "user":
            _unfollow(call.account, kind, [id_])
        elif kind == "playlist":
            playlists.unfollow(call, id_)
        else:
            _unsave(call, kind, [id_])
    return Result(200)


@TABLE.endpoint("GET", "/me/library/contains")
def _library_contains(call: Call) -> list[bool]:
    pairs = _library_uris(call, also=("artist",))
    _require(call, pairs, _READ_SCOPES)
    account = call.account
    kept: dict[str, Any] = {
        **account.saved,
        "artist": account.followed_artists,
        "user": account.followed_users,
        "playlist": account.playlist_ids,
    }
    return [id_ in kept[kind] for kind, id_ in pairs]
