"""Playlists: listed, read, made and changed."""

from __future__ import annotations

import base64
import binascii
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from spotify_analysis.demo.listener import Playlist, PlaylistEntry
from spotify_analysis.demo.state import iso_seconds
from spotify_analysis.demo.web_api import fields, objects, person
from spotify_analysis.demo.web_api.call import (
    NEW,
    AnyHandler,
    Call,
    Result,
    Table,
    bad_request,
    checked_id,
    forbidden,
    not_found,
)
from spotify_analysis.demo.web_api.shapes import Json

__all__ = ["TABLE", "follow", "listed", "unfollow"]

TABLE = Table()

URIS_PER_CALL = 100


# ---------------------------------------------------------------- who may see and change what


def _visible(call: Call, playlist: Playlist) -> bool:
    """Tell whether a playlist exists for this app: Spotify's own do only with extended quota."""
    return call.mode == "extended" or playlist.owner_id != person.SPOTIFY_USER


def _find(call: Call) -> Playlist:
    playlist = call.state.playlists.get(checked_id(call.path("playlist_id")))
    if playlist is None or not _visible(call, playlist):
        raise not_found()
    if not playlist.public and not _is_own(call, playlist) and not _follows(call, playlist):
        raise not_found()
    return playlist


def _is_own(call: Call, playlist: Playlist) -> bool:
    return call.has_user and playlist.owner_id == call.account.id


def _follows(call: Call, playlist: Playlist) -> bool:
    return call.has_user and playlist.id in call.account.playlist_ids


def _collaborates(call: Call, playlist: Playlist) -> bool:
    return playlist.collaborative and _follows(call, playlist)


def _gives_items(call: Call, playlist: Playlist) -> bool:
    """Tell whether the app gets a playlist's contents; since 2026 only of one's own."""
    return call.mode != "new" or _is_own(call, playlist) or _collaborates(call, playlist)


def _require_modify(call: Call, playlist: Playlist) -> None:
    call.require_scope(_modify_scope(public=bool(playlist.public)))


def _modify_scope(*, public: bool) -> str:
    return "playlist-modify-public" if public else "playlist-modify-private"


# ---------------------------------------------------------------- shapes


def _metadata(call: Call, playlist: Playlist) -> Json:
    return {
        **call.shapes.identity("playlist", playlist.id),
        "collaborative": playlist.collaborative,
        "description": playlist.description,
        "images": call.shapes.images(playlist.id) if playlist.entries else None,
        "name": playlist.name,
        "owner": {
            **call.shapes.identity("user", playlist.owner_id),
            "display_name": person.display_name(call, playlist.owner_id),
        },
        "primary_color": None,
        "public": playlist.public,
        "snapshot_id": playlist.snapshot_id,
    }


def listed(call: Call, playlist: Playlist) -> Json | None:
    """Give a playlist as it stands in lists.

    Parameters
    ----------
    call : Call
        The call.
    playlist : Playlist
        The playlist.

    Returns
    -------
    dict or None
        Simplified playlist object; None in the place of one this app must not see.
    """
    if not _visible(call, playlist):
        return None
    href, total = _contents_href(call, playlist), len(playlist.entries)
    return {
        **_metadata(call, playlist),
        **{key: {"href": href, "total": total} for key in _contents_keys(call)},
    }


def _contents_keys(call: Call) -> tuple[str, ...]:
    """Name the contents: renamed for new apps, both names while the old one is deprecated."""
    return {"new": ("items",), "old": ("tracks",), "extended": ("items", "tracks")}[call.mode]


def _entry_keys(call: Call) -> tuple[str, ...]:
    return {"new": ("item",), "old": ("track",), "extended": ("item", "track")}[call.mode]


def _contents_href(call: Call, playlist: Playlist) -> str:
    tail = "/items" if call.mode == "new" else "/tracks"
    return call.shapes.href("playlist", playlist.id, tail)


def _whole(call: Call, playlist: Playlist) -> Json:
    whole: Json = {**_metadata(call, playlist), "followers": {"href": None, "total": 0}}
    if _gives_items(call, playlist):
        limit = 50 if call.mode == "new" else 100
        page = call.shapes.first_page(playlist.entries, _contents_href(call, playlist), limit=limit)
        page["items"] = [_entry(call, entry) for entry in page["items"]]
        whole.update(dict.fromkeys(_contents_keys(call), page))
    return whole


def _entry(call: Call, entry: PlaylistEntry) -> Json:
    by: Json | None = None
    if entry.added_by is not None:
        by = call.shapes.identity("user", entry.added_by)
    item = None if entry.is_null else _item(call, entry.uri)
    return {
        "added_at": entry.added_at,
        "added_by": by,
        "is_local": entry.uri.startswith("spotify:local:"),
        "primary_color": None,
        "video_thumbnail": {"url": None},
        **dict.fromkeys(_entry_keys(call), item),
    }


def _item(call: Call, uri: str) -> Json | None:
    if uri.startswith("spotify:local:"):
        return _flagged(call, call.shapes.local_track(uri))
    kind, _, id_ = uri.removeprefix("spotify:").partition(":")
    if kind == "track" and id_ in call.catalogue.tracks:
        return _flagged(call, call.shapes.track(id_))
    if kind == "episode" and id_ in call.catalogue.episodes:
        if "episode" not in call.listed("additional_types"):
            return None
        return _flagged(call, objects.resumable(call, call.shapes.episode(id_)))
    return None


def _flagged(call: Call, item: Json) -> Json:
    """Add the two booleans that items of playlists carried before 2026."""
    if call.mode == "new":
        return item
    return {**item, "episode": item["type"] == "episode", "track": item["type"] == "track"}


def _filtered(call: Call, body: Json) -> Any:
    wanted = call.text("fields")
    if wanted is None:
        return body
    try:
        return fields.parse(wanted).of(body)
    except ValueError:
        raise bad_request("Invalid fields") from None


# ---------------------------------------------------------------- reading


@TABLE.endpoint("GET", "/me/playlists", "playlist-read-private")
def _my_playlists(call: Call) -> Json:
    playlists = [call.state.playlists[id_] for id_ in call.account.playlist_ids]
    if not call.has_scope("playlist-read-collaborative"):
        playlists = [playlist for playlist in playlists if not playlist.collaborative]
    return _page_of(call, playlists)


def _page_of(call: Call, playlists: list[Playlist]) -> Json:
    limit, offset = call.limit(), call.offset()
    items = [listed(call, playlist) for playlist in playlists[offset : offset + limit]]
    return call.page(items, total=len(playlists), limit=limit, offset=offset)


@TABLE.endpoint("GET", "/users/{user_id}/playlists", "playlist-read-private", gone=NEW)
def _their_playlists(call: Call) -> Json:
    user_id = call.path("user_id")
    if user_id not in person.known_users(call):
        raise not_found()
    if user_id == call.account.id:
        return _my_playlists(call)
    theirs = [
        playlist
        for playlist in call.state.playlists.values()
        if playlist.owner_id == user_id and playlist.public
    ]
    return _page_of(call, theirs)


@TABLE.endpoint("GET", "/playlists/{playlist_id}")
def _playlist(call: Call) -> Any:
    playlist = _find(call)
    if not playlist.public:
        call.require_scope(
            "playlist-read-collaborative" if playlist.collaborative else "playlist-read-private"
        )
    return _filtered(call, _whole(call, playlist))


def _contents(call: Call, limit: int) -> Any:
    playlist = _find(call)
    if call.mode == "new" or not playlist.public:
        call.require_scope("playlist-read-private")
    if not _gives_items(call, playlist):
        raise forbidden()
    offset = call.offset()
    items = [_entry(call, entry) for entry in playlist.entries[offset : offset + limit]]
    page = call.page(items, total=len(playlist.entries), limit=limit, offset=offset)
    return _filtered(call, page)


@TABLE.endpoint("GET", "/playlists/{playlist_id}/items")
def _items(call: Call) -> Any:
    return _contents(call, call.limit(20, 50))


@TABLE.endpoint("GET", "/playlists/{playlist_id}/tracks", gone=NEW)
def _tracks(call: Call) -> Any:
    return _contents(call, call.limit(100, 100))


@TABLE.endpoint("GET", "/playlists/{playlist_id}/images")
def _images(call: Call) -> list[Json]:
    playlist = _find(call)
    return call.shapes.images(playlist.id) if playlist.entries else []


# ---------------------------------------------------------------- making


@TABLE.endpoint("POST", "/me/playlists")
def _create_mine(call: Call) -> Result:
    return _create(call)


@TABLE.endpoint("POST", "/users/{user_id}/playlists", needs_user=True, gone=NEW)
def _create_theirs(call: Call) -> Result:
    if call.path("user_id") != call.account.id:
        raise forbidden("You cannot create a playlist for another user")
    return _create(call)


def _create(call: Call) -> Result:
    asked = _details(call)
    if not asked.get("name"):
        raise bad_request("Missing required field: name")
    public = asked.get("public", True)
    collaborative = asked.get("collaborative", False)
    call.require_scope(_modify_scope(public=bool(public)))
    _check_collaborative(call, public=public, collaborative=collaborative)
    playlist = Playlist(
        id="".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(22)),
        name=asked["name"],
        description=asked.get("description") or "",
        owner_id=call.account.id,
        public=public,
        collaborative=collaborative,
        snapshot_id="",
    )
    call.state.playlists[playlist.id] = playlist
    call.account.playlist_ids.insert(0, playlist.id)
    _new_snapshot(call, playlist)
    return Result(201, _whole(call, playlist))


def _details(call: Call) -> Json:
    """Read the body of creating and changing; each field must have its own type."""
    body = call.body()
    if not isinstance(body, dict):
        raise bad_request("Error parsing JSON.")
    for name, kind in (
        ("name", str),
        ("description", str),
        ("public", bool),
        ("collaborative", bool),
    ):
        if body.get(name) is not None and not isinstance(body[name], kind):
            raise bad_request(f"Invalid {name}")
    return {name: value for name, value in body.items() if value is not None}


def _check_collaborative(call: Call, *, public: bool | None, collaborative: bool) -> None:
    if not collaborative:
        return
    if public:
        raise bad_request("Collaborative playlists can only be private")
    call.require_scope("playlist-modify-public")
    call.require_scope("playlist-modify-private")


def _new_snapshot(call: Call, playlist: Playlist) -> Json:
    """Give the playlist its next version's id."""
    versions = call.state.snapshots.setdefault(playlist.id, set())
    raw = len(versions).to_bytes(4, "big") + secrets.token_bytes(20)
    playlist.snapshot_id = base64.b64encode(raw).decode()
    versions.add(playlist.snapshot_id)
    return {"snapshot_id": playlist.snapshot_id}


# ---------------------------------------------------------------- changing the contents


def _changeable(call: Call) -> Playlist:
    playlist = _find(call)
    if not _is_own(call, playlist) and not _collaborates(call, playlist):
        raise forbidden()
    _require_modify(call, playlist)
    return playlist


def _contents_endpoint(method: str) -> Callable[[AnyHandler], AnyHandler]:
    """Make a function answer under both names of a playlist's contents."""

    def add(handler: AnyHandler) -> AnyHandler:
        path = "/playlists/{playlist_id}"
        TABLE.endpoint(method, f"{path}/items", needs_user=True)(handler)
        TABLE.endpoint(method, f"{path}/tracks", needs_user=True, gone=NEW)(handler)
        return handler

    return add


@_contents_endpoint("POST")
def _add(call: Call) -> Result:
    playlist = _changeable(call)
    body = call.body()
    uris = _uris(call, body)
    if not uris:
        raise bad_request("No uris provided")
    position = body.get("position") if isinstance(body, dict) else None
    if position is None:
        position = call.whole("position", default=len(playlist.entries), low=0, high=10_000)
    if not _is_whole(position) or not 0 <= position <= len(playlist.entries):
        raise bad_request("Index out of bounds")
    playlist.entries[position:position] = _new_entries(call, uris)
    return Result(201, _new_snapshot(call, playlist))


@_contents_endpoint("PUT")
def _replace_or_reorder(call: Call) -> Json:
    playlist = _changeable(call)
    body = call.body()
    if isinstance(body, dict) and "range_start" in body:
        _check_snapshot(call, playlist, body)
        _reorder(playlist, body)
    else:
        playlist.entries[:] = _new_entries(call, _uris(call, body))
    return _new_snapshot(call, playlist)


def _reorder(playlist: Playlist, body: Json) -> None:
    start, before = body["range_start"], body.get("insert_before")
    length = body.get("range_length", 1)
    if not (_is_whole(start) and _is_whole(before) and _is_whole(length)):
        raise bad_request("Invalid range")
    n_entries = len(playlist.entries)
    if not (0 <= start < n_entries and 1 <= length <= n_entries - start):
        raise bad_request("Index out of bounds")
    if not 0 <= before <= n_entries:
        raise bad_request("Index out of bounds")
    moved = playlist.entries[start : start + length]
    if start < before < start + length:
        return  # into itself: nothing moves
    del playlist.entries[start : start + length]
    target = before if before <= start else before - length
    playlist.entries[target:target] = moved


@_contents_endpoint("DELETE")
def _remove(call: Call) -> Json:
    playlist = _changeable(call)
    body = call.body()
    if not isinstance(body, dict):
        raise bad_request("Error parsing JSON.")
    asked = body.get("items", body.get("tracks"))
    if not isinstance(asked, list) or not asked:
        raise bad_request("Missing required field: items")
    if len(asked) > URIS_PER_CALL:
        raise bad_request(f"You can remove a maximum of {URIS_PER_CALL} items per request.")
    _check_snapshot(call, playlist, body)
    gone: set[int] = set()
    for each in asked:
        uri = each.get("uri") if isinstance(each, dict) else None
        if not isinstance(uri, str):
            raise bad_request("Missing required field: uri")
        places = [n for n, entry in enumerate(playlist.entries) if entry.uri == uri]
        positions = each.get("positions")
        if positions is not None:
            if not isinstance(positions, list) or not all(n in places for n in positions):
                raise bad_request("Could not remove tracks, please check parameters.")
            places = positions
        gone.update(places)
    playlist.entries[:] = [entry for n, entry in enumerate(playlist.entries) if n not in gone]
    return _new_snapshot(call, playlist)


def _check_snapshot(call: Call, playlist: Playlist, body: Json) -> None:
    snapshot = body.get("snapshot_id")
    if snapshot is not None and snapshot not in call.state.snapshots[playlist.id]:
        raise bad_request("Invalid playlist snapshot id")


def _uris(call: Call, body: Any) -> list[str]:
    """Read URIs from the query, from `uris` of the body, or from a body that is a bare list."""
    uris = call.listed("uris")
    if not uris:
        uris = body.get("uris", []) if isinstance(body, dict) else body
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise bad_request("No uris provided")
    if len(uris) > URIS_PER_CALL:
        raise bad_request(f"You can add a maximum of {URIS_PER_CALL} tracks per request.")
    known: dict[str, Mapping[str, Any]] = {
        "track": call.catalogue.tracks,
        "episode": call.catalogue.episodes,
    }
    for uri in uris:
        kind, _, id_ = uri.removeprefix("spotify:").partition(":")
        if not uri.startswith("spotify:") or kind not in known:
            raise bad_request(f"Invalid track uri: {uri}")
        if id_ not in known[kind]:
            raise bad_request("Payload contains a non-existing ID")
    return uris


def _new_entries(call: Call, uris: list[str]) -> list[PlaylistEntry]:
    added_at = iso_seconds(call.server.clock.now())
    return [PlaylistEntry(uri, added_at, call.account.id) for uri in uris]


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


# ---------------------------------------------------------------- details, cover, following


@TABLE.endpoint("PUT", "/playlists/{playlist_id}", needs_user=True)
def _change_details(call: Call) -> Result:
    playlist = _find(call)
    if not _is_own(call, playlist):
        raise forbidden()
    _require_modify(call, playlist)
    asked = _details(call)
    if not asked:
        raise bad_request("Missing required field: name")
    public = asked.get("public", playlist.public)
    collaborative = asked.get("collaborative", playlist.collaborative)
    call.require_scope(_modify_scope(public=bool(public)))
    _check_collaborative(call, public=public, collaborative=collaborative)
    playlist.name = asked.get("name", playlist.name)
    playlist.description = asked.get("description", playlist.description)
    playlist.public, playlist.collaborative = public, collaborative
    _new_snapshot(call, playlist)
    return Result(200)


@TABLE.endpoint("PUT", "/playlists/{playlist_id}/images", "ugc-image-upload")
def _upload_cover(call: Call) -> Result:
    playlist = _find(call)
    if not _is_own(call, playlist):
        raise forbidden()
    _require_modify(call, playlist)
    try:
        picture = base64.b64decode(call.raw_body, validate=True)
    except binascii.Error:
        picture = b""
    if not picture.startswith(b"\xff\xd8"):
        raise bad_request("Error while reading the image: it is not a JPEG in base 64")
    return Result(202)


@TABLE.endpoint("PUT", "/playlists/{playlist_id}/followers", needs_user=True, gone=NEW)
def _follow_one(call: Call) -> Result:
    body = call.body()
    public = body.get("public", True) if isinstance(body, dict) else True
    call.require_scope(_modify_scope(public=bool(public)))
    follow(call, _find(call).id)
    return Result(200)


@TABLE.endpoint("DELETE", "/playlists/{playlist_id}/followers", needs_user=True, gone=NEW)
def _unfollow_one(call: Call) -> Result:
    playlist = _find(call)
    _require_modify(call, playlist)
    unfollow(call, playlist.id)
    return Result(200)


@TABLE.endpoint("GET", "/playlists/{playlist_id}/followers/contains", gone=NEW)
def _followers_contains(call: Call) -> list[bool]:
    playlist = _find(call)
    asked = call.listed("ids") or ([call.account.id] if call.has_user else [])
    accounts = [call.state.accounts.get(user_id) for user_id in asked]
    return [account is not None and playlist.id in account.playlist_ids for account in accounts]


def follow(call: Call, playlist_id: str) -> None:
    """Put a playlist into the person's list.

    Parameters
    ----------
    call : Call
        The call.
    playlist_id : str
        The playlist; one that does not exist here is a 404.
    """
    playlist = call.state.playlists.get(playlist_id)
    if playlist is None or not _visible(call, playlist):
        raise not_found()
    if playlist_id not in call.account.playlist_ids:
        call.account.playlist_ids.insert(0, playlist_id)


def unfollow(call: Call, playlist_id: str) -> None:
    """Take a playlist out of the person's list, which is all that deleting one's own does.

    Parameters
    ----------
    call : Call
        The call.
    playlist_id : str
        The playlist.
    """
    if playlist_id in call.account.playlist_ids:
        call.account.playlist_ids.remove(playlist_id)
