"""Single things of the catalogue, several at once, and the lists inside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spotify_analysis.demo.web_api.call import NEW, Call, Table, bad_request, not_found
from spotify_analysis.demo.web_api.shapes import Json

__all__ = ["TABLE"]

TABLE = Table()


def _known(call: Call, things: Mapping[str, Any]) -> str:
    id_ = call.id()
    if id_ not in things:
        raise not_found()
    return id_


def _several(call: Call, name: str, things: Mapping[str, Any], shape: Any, high: int) -> Json:
    """Answer a batch; an id nobody knows gives null in its place."""
    return {name: [shape(id_) if id_ in things else None for id_ in call.ids(high)]}


def _with_market(call: Call, thing: Json) -> Json:
    """Add `is_playable` as Spotify does once a market is named; everything is on sale here."""
    if call.text("market") is None:
        return thing
    playable = {name: value for name, value in thing.items() if name != "available_markets"}
    return {**playable, "is_playable": True}


# ---------------------------------------------------------------- music


@TABLE.endpoint("GET", "/tracks/{id}")
def _track(call: Call) -> Json:
    return _with_market(call, call.shapes.track(_known(call, call.catalogue.tracks)))


@TABLE.endpoint("GET", "/tracks", gone=NEW)
def _tracks(call: Call) -> Json:
    return _several(call, "tracks", call.catalogue.tracks, call.shapes.track, 50)


@TABLE.endpoint("GET", "/albums/{id}")
def _album(call: Call) -> Json:
    return call.shapes.album(_known(call, call.catalogue.albums))


@TABLE.endpoint("GET", "/albums", gone=NEW)
def _albums(call: Call) -> Json:
    return _several(call, "albums", call.catalogue.albums, call.shapes.album, 20)


@TABLE.endpoint("GET", "/albums/{id}/tracks")
def _album_tracks(call: Call) -> Json:
    album = call.catalogue.albums[_known(call, call.catalogue.albums)]
    return _list(call, album.track_ids, call.shapes.simple_track)


@TABLE.endpoint("GET", "/artists/{id}")
def _artist(call: Call) -> Json:
    return call.shapes.artist(_known(call, call.catalogue.artists))


@TABLE.endpoint("GET", "/artists", gone=NEW)
def _artists(call: Call) -> Json:
    return _several(call, "artists", call.catalogue.artists, call.shapes.artist, 50)


@TABLE.endpoint("GET", "/artists/{id}/albums")
def _artist_albums(call: Call) -> Json:
    artist_id = _known(call, call.catalogue.artists)
    groups = call.listed("include_groups") or ["album", "single", "compilation", "appears_on"]
    if not {"album", "single", "compilation", "appears_on"}.issuperset(groups):
        raise bad_request("Invalid album type")
    small = call.limits_are_small
    limit = call.limit(5, 10) if small else call.limit(20, 50)
    offset = call.offset()
    albums = [pair for pair in call.shapes.discography(artist_id) if pair[0] in groups]
    items = []
    for group, album_id in albums[offset : offset + limit]:
        album = call.shapes.simple_album(album_id)
        items.append({**album, "album_group": group} if call.shapes.full else album)
    return call.page(items, total=len(albums), limit=limit, offset=offset)


def _list(call: Call, ids: tuple[str, ...], shape: Callable[[str], Json]) -> Json:
    limit, offset = call.limit(), call.offset()
    items = [shape(id_) for id_ in ids[offset : offset + limit]]
    return call.page(items, total=len(ids), limit=limit, offset=offset)


# ---------------------------------------------------------------- speech
# Without a person's country and without `market`, speech counts as not available.


def _available(call: Call, things: Mapping[str, Any]) -> str:
    id_ = _known(call, things)
    if not call.has_user and call.text("market") is None:
        raise not_found()
    return id_


def resumable(call: Call, thing: Json) -> Json:
    """Add the place where the person stopped, for those allowed to see it.

    Parameters
    ----------
    call : Call
        The call.
    thing : dict
        An episode or chapter.

    Returns
    -------
    dict
        The same with `resume_point`, or the same.
    """
    if not call.has_user or not call.has_scope("user-read-playback-position"):
        return thing
    return {**thing, "resume_point": {"fully_played": False, "resume_position_ms": 0}}


@TABLE.endpoint("GET", "/shows/{id}")
def _show(call: Call) -> Json:
    show = call.catalogue.shows[_available(call, call.catalogue.shows)]
    episodes = [resumable(call, call.shapes.simple_episode(id_)) for id_ in show.episode_ids]
    page = call.shapes.first_page(episodes, call.shapes.href("show", show.id, "/episodes"))
    return {**call.shapes.show(show.id), "episodes": page}


@TABLE.endpoint("GET", "/shows", gone=NEW)
def _shows(call: Call) -> Json:
    return _several(call, "shows", call.catalogue.shows, call.shapes.show, 50)


@TABLE.endpoint("GET", "/shows/{id}/episodes")
def _show_episodes(call: Call) -> Json:
    show = call.catalogue.shows[_available(call, call.catalogue.shows)]
    return _list(
        call, show.episode_ids, lambda id_: resumable(call, call.shapes.simple_episode(id_))
    )


@TABLE.endpoint("GET", "/episodes/{id}")
def _episode(call: Call) -> Json:
    return resumable(call, call.shapes.episode(_available(call, call.catalogue.episodes)))


@TABLE.endpoint("GET", "/episodes", gone=NEW)
def _episodes(call: Call) -> Json:
    return _several(call, "episodes", call.catalogue.episodes, call.shapes.episode, 50)


@TABLE.endpoint("GET", "/audiobooks/{id}")
def _audiobook(call: Call) -> Json:
    return audiobook(call, _available(call, call.catalogue.audiobooks))


def audiobook(call: Call, id_: str) -> Json:
    """Give an audiobook with its first chapters.

    Parameters
    ----------
    call : Call
        The call.
    id_ : str
        The book.

    Returns
    -------
    dict
        Audiobook object.
    """
    book = call.catalogue.audiobooks[id_]
    chapters = [resumable(call, call.shapes.simple_chapter(id_)) for id_ in book.chapter_ids]
    page = call.shapes.first_page(chapters, call.shapes.href("audiobook", id_, "/chapters"))
    return {**call.shapes.audiobook(id_), "chapters": page}


@TABLE.endpoint("GET", "/audiobooks", gone=NEW)
def _audiobooks(call: Call) -> Json:
    return _several(
        call, "audiobooks", call.catalogue.audiobooks, lambda id_: audiobook(call, id_), 50
    )


@TABLE.endpoint("GET", "/audiobooks/{id}/chapters")
def _audiobook_chapters(call: Call) -> Json:
    book = call.catalogue.audiobooks[_available(call, call.catalogue.audiobooks)]
    return _list(
        call, book.chapter_ids, lambda id_: resumable(call, call.shapes.simple_chapter(id_))
    )


@TABLE.endpoint("GET", "/chapters/{id}")
def _chapter(call: Call) -> Json:
    return resumable(call, call.shapes.chapter(_available(call, call.catalogue.chapters)))


@TABLE.endpoint("GET", "/chapters", gone=NEW)
def _chapters(call: Call) -> Json:
    return _several(call, "chapters", call.catalogue.chapters, call.shapes.chapter, 50)
