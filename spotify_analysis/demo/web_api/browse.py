"""What Spotify has taken away from most apps: browsing, recommendations, audio features."""

from __future__ import annotations

import hashlib
from typing import Any

from spotify_analysis.demo import faults
from spotify_analysis.demo.web_api import person, playlists
from spotify_analysis.demo.web_api.call import (
    DEV,
    NEW,
    Call,
    Table,
    bad_request,
    not_found,
)
from spotify_analysis.demo.web_api.shapes import MARKETS, Json

__all__ = ["TABLE"]

TABLE = Table()

# Withdrawn in November 2024 from every development app; recommendations answer without a body.
_NO_BODY = faults.Answer(404)
_NOT_FOUND = faults.error_json(404, "Resource not found")


@TABLE.endpoint("GET", "/markets", gone=NEW)
def _markets(_call: Call) -> Json:
    return {"markets": MARKETS}


# ---------------------------------------------------------------- artists


@TABLE.endpoint("GET", "/artists/{id}/top-tracks", gone=NEW)
def _artist_top_tracks(call: Call) -> Json:
    artist_id = _artist_id(call)
    tracks = [track for track in call.catalogue.tracks.values() if artist_id in track.artist_ids]
    tracks.sort(key=lambda track: -track.popularity)
    return {"tracks": [call.shapes.track(track.id) for track in tracks[:10]]}


@TABLE.endpoint("GET", "/artists/{id}/related-artists", gone=DEV)
def _related_artists(call: Call) -> Json:
    artist = call.catalogue.artists[_artist_id(call)]
    genres = set(artist.genres)
    near = [
        other
        for other in call.catalogue.artists.values()
        if other.id != artist.id and genres.intersection(other.genres)
    ]
    near.sort(key=lambda other: (-len(genres.intersection(other.genres)), -other.popularity))
    return {"artists": [call.shapes.artist(other.id) for other in near[:20]]}


def _artist_id(call: Call) -> str:
    id_ = call.id()
    if id_ not in call.catalogue.artists:
        raise not_found()
    return id_


# ---------------------------------------------------------------- browsing


@TABLE.endpoint("GET", "/browse/new-releases", gone=NEW)
def _new_releases(call: Call) -> Json:
    albums = sorted(
        call.catalogue.albums.values(), key=lambda album: album.release_date, reverse=True
    )[:100]
    limit, offset = call.limit(), call.offset()
    items = [call.shapes.simple_album(album.id) for album in albums[offset : offset + limit]]
    return {"albums": call.page(items, total=len(albums), limit=limit, offset=offset)}


def _genres(call: Call) -> list[str]:
    return sorted({genre for artist in call.catalogue.artists.values() for genre in artist.genres})


def _category(call: Call, genre: str) -> Json:
    slug = genre.replace(" ", "-")
    return {
        "href": f"{call.server.url}/v1/browse/categories/{slug}",
        "icons": call.shapes.images(slug)[:1],
        "id": slug,
        "name": genre,
    }


@TABLE.endpoint("GET", "/browse/categories", gone=NEW)
def _categories(call: Call) -> Json:
    genres = _genres(call)
    limit, offset = call.limit(), call.offset()
    items = [_category(call, genre) for genre in genres[offset : offset + limit]]
    return {"categories": call.page(items, total=len(genres), limit=limit, offset=offset)}


@TABLE.endpoint("GET", "/browse/categories/{id}", gone=NEW)
def _one_category(call: Call) -> Json:
    for genre in _genres(call):
        category = _category(call, genre)
        if category["id"] == call.path():
            return category
    raise not_found()


@TABLE.endpoint("GET", "/browse/featured-playlists", gone=DEV, gone_answer=_NOT_FOUND)
def _featured(call: Call) -> Json:
    return _editorial(call, "Featured")


@TABLE.endpoint("GET", "/browse/categories/{id}/playlists", gone=DEV, gone_answer=_NOT_FOUND)
def _category_playlists(call: Call) -> Json:
    return _editorial(call, _one_category(call)["name"])


def _editorial(call: Call, message: str) -> Json:
    editorial = [
        playlist
        for playlist in call.state.playlists.values()
        if playlist.owner_id == person.SPOTIFY_USER
    ]
    limit, offset = call.limit(), call.offset()
    items = [playlists.listed(call, playlist) for playlist in editorial[offset : offset + limit]]
    page = call.page(items, total=len(editorial), limit=limit, offset=offset)
    return {"message": message, "playlists": page}


# ---------------------------------------------------------------- sound


@TABLE.endpoint("GET", "/audio-features/{id}", gone=DEV)
def _one_audio_features(call: Call) -> Json:
    return _features(call, _track_id(call))


@TABLE.endpoint("GET", "/audio-features", gone=DEV)
def _audio_features(call: Call) -> Json:
    known = call.catalogue.tracks
    return {
        "audio_features": [_features(call, id_) if id_ in known else None for id_ in call.ids(100)]
    }


@TABLE.endpoint("GET", "/audio-analysis/{id}", gone=DEV)
def _audio_analysis(call: Call) -> Json:
    id_ = _track_id(call)
    features = _features(call, id_)
    duration_s = features["duration_ms"] / 1000
    beat_s = 60 / features["tempo"]
    beats = [
        {"start": round(n * beat_s, 5), "duration": round(beat_s, 5), "confidence": 0.5}
        for n in range(int(duration_s / beat_s))
    ]
    return {
        "meta": {"status_code": 0, "detailed_status": "OK"},
        "track": {
            name: features[name] for name in ("loudness", "tempo", "time_signature", "key", "mode")
        }
        | {"duration": duration_s},
        "bars": beats[:: features["time_signature"]],
        "beats": beats,
        "sections": [],
        "segments": [],
        "tatums": beats,
    }


def _track_id(call: Call) -> str:
    id_ = call.id()
    if id_ not in call.catalogue.tracks:
        raise not_found()
    return id_


def _features(call: Call, id_: str) -> Json:
    """Make features up, the same every time; they say nothing about the made-up music."""
    digest = hashlib.sha256(id_.encode()).digest()
    share = [byte / 255 for byte in digest]
    track = call.catalogue.tracks[id_]
    return {
        "acousticness": round(share[0], 4),
        "analysis_url": f"{call.server.url}/v1/audio-analysis/{id_}",
        "danceability": round(share[1], 4),
        "duration_ms": track.duration_ms,
        "energy": round(share[2], 4),
        "id": id_,
        "instrumentalness": round(share[3], 4),
        "key": digest[4] % 12,
        "liveness": round(share[5], 4),
        "loudness": round(-25 + 22 * share[6], 3),
        "mode": digest[7] % 2,
        "speechiness": round(share[8] / 2, 4),
        "tempo": round(70 + 110 * share[9], 3),
        "time_signature": 4,
        "track_href": call.shapes.href("track", id_),
        "type": "audio_features",
        "uri": f"spotify:track:{id_}",
        "valence": round(share[10], 4),
    }


# ---------------------------------------------------------------- recommendations


@TABLE.endpoint("GET", "/recommendations", gone=DEV, gone_answer=_NO_BODY)
def _recommendations(call: Call) -> Json:
    limit = call.limit(20, 100)
    seeds: dict[str, list[str]] = {
        kind: call.listed(f"seed_{kind}s") for kind in ("artist", "track", "genre")
    }
    if not 1 <= sum(map(len, seeds.values())) <= 5:
        raise bad_request("invalid request")
    catalogue = call.catalogue
    genres = {genre.replace("-", " ") for genre in seeds["genre"]}
    artist_ids = [id_ for id_ in seeds["artist"] if id_ in catalogue.artists]
    for track_id in seeds["track"]:
        if track_id in catalogue.tracks:
            artist_ids.extend(catalogue.tracks[track_id].artist_ids)
    for artist_id in artist_ids:
        genres.update(catalogue.artists[artist_id].genres)
    pool = [
        track
        for track in catalogue.tracks.values()
        if track.id not in seeds["track"]
        and genres.intersection(catalogue.artists[track.artist_ids[0]].genres)
    ]
    pool.sort(
        key=lambda track: hashlib.sha256((track.id + call.request.url.query).encode()).digest()
    )
    tracks = pool[:limit]
    return {
        "seeds": [
            _seed(call, kind, id_, len(pool), len(tracks))
            for kind, ids in seeds.items()
            for id_ in ids
        ],
        "tracks": [call.shapes.track(track.id) for track in tracks],
    }


def _seed(call: Call, kind: str, id_: str, n_pool: int, n_tracks: int) -> dict[str, Any]:
    return {
        "afterFilteringSize": n_tracks,
        "afterRelinkingSize": n_tracks,
        "href": None if kind == "genre" else call.shapes.href(kind, id_),
        "id": id_,
        "initialPoolSize": n_pool,
        "type": kind.upper(),
    }


@TABLE.endpoint("GET", "/recommendations/available-genre-seeds", gone=DEV, gone_answer=_NO_BODY)
def _genre_seeds(call: Call) -> Json:
    return {"genres": [genre.replace(" ", "-") for genre in _genres(call)]}
