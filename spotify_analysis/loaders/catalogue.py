"""Spotify's catalogue: tracks, albums and artists by id, discographies, search."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spotify_analysis import __version__, errors, tables
from spotify_analysis import client as clients
from spotify_analysis.loaders.frames import sums, table
from spotify_analysis.loaders.inputs import What, ids_of
from spotify_analysis.loaders.rows import Reader, id_of

__all__ = [
    "album",
    "album_tracks",
    "albums",
    "artist",
    "artist_albums",
    "artist_albums_listing",
    "artists",
    "search",
    "track",
    "tracks",
]

GROUPS = ("album", "single", "compilation", "appears_on")
KINDS = ("track", "album", "artist", "playlist", "show", "episode")
_MOST_HITS = 1_000


def tracks(client: clients.Client, tracks: What) -> pd.DataFrame:
    """Load tracks by id.

    Parameters
    ----------
    client : Client
        From `connect`.
    tracks : str, iterable of str or DataFrame
        Ids, addresses or links; or any table with a column ``track_id`` or ``uri``.

    Returns
    -------
    DataFrame
        One row per track, in the order given, each once; columns of `tables.TRACKS`. Ids that
        Spotify does not know are left out and listed in ``attrs["missing"]``.

    Raises
    ------
    ValueError
        If something given is no track.
    SpotifyError, NotLoggedInError
        If one cannot be loaded; those loaded so far are kept on disk.

    Notes
    -----
    Source: GET /tracks/{id}, or GET /tracks?ids= for apps that still get it; no scope. Cost: one
    call per track (per 50 in batches), none for those loaded within the last 30 days.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.tracks(spotify, loaders.recent_plays(spotify))  # doctest: +SKIP
    """
    return _by_id(client, "track", tables.TRACKS, tracks)


def albums(client: clients.Client, albums: What) -> pd.DataFrame:
    """Load albums by id.

    Parameters
    ----------
    client : Client
        From `connect`.
    albums : str, iterable of str or DataFrame
        Ids, addresses or links; or any table with a column ``album_id`` or ``uri``.

    Returns
    -------
    DataFrame
        One row per album, in the order given, each once; columns of `tables.ALBUMS`. Ids that
        Spotify does not know are left out and listed in ``attrs["missing"]``.

    Raises
    ------
    ValueError
        If something given is no album.
    SpotifyError, NotLoggedInError
        If one cannot be loaded; those loaded so far are kept on disk.

    Notes
    -----
    Source: GET /albums/{id}, or GET /albums?ids= for apps that still get it; no scope. Cost: one
    call per album (per 20 in batches), none for those loaded within the last 30 days.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.albums(spotify, loaders.top_tracks(spotify))  # doctest: +SKIP
    """
    return _by_id(client, "album", tables.ALBUMS, albums)


def artists(client: clients.Client, artists: What) -> pd.DataFrame:
    """Load artists by id.

    Parameters
    ----------
    client : Client
        From `connect`.
    artists : str, iterable of str or DataFrame
        Ids, addresses or links; or any table with a column ``artist_id`` or ``uri``.

    Returns
    -------
    DataFrame
        One row per artist, in the order given, each once; columns of `tables.ARTISTS`. Ids that
        Spotify does not know are left out and listed in ``attrs["missing"]``.

    Raises
    ------
    ValueError
        If something given is no artist.
    SpotifyError, NotLoggedInError
        If one cannot be loaded; those loaded so far are kept on disk.

    Notes
    -----
    Source: GET /artists/{id}, or GET /artists?ids= for apps that still get it; no scope. Cost: one
    call per artist (per 50 in batches), none for those loaded within the last 7 days.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.artists(spotify, loaders.top_tracks(spotify))  # doctest: +SKIP
    """
    return _by_id(client, "artist", tables.ARTISTS, artists)


def track(client: clients.Client, track: str) -> pd.DataFrame:
    """Load one track.

    Parameters
    ----------
    client : Client
        From `connect`.
    track : str
        Id, address or link.

    Returns
    -------
    DataFrame
        One row; columns of `tables.TRACKS`.

    Raises
    ------
    NotFoundError
        If Spotify does not know it.
    ValueError
        If it is no track.

    Notes
    -----
    Source: GET /tracks/{id}, no scope. Cost: one call, or none.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.track(demo.connect(), "spotify:track:…")  # doctest: +SKIP
    """
    return _one(client, "track", tables.TRACKS, track)


def album(client: clients.Client, album: str) -> pd.DataFrame:
    """Load one album.

    Parameters
    ----------
    client : Client
        From `connect`.
    album : str
        Id, address or link.

    Returns
    -------
    DataFrame
        One row; columns of `tables.ALBUMS`.

    Raises
    ------
    NotFoundError
        If Spotify does not know it.
    ValueError
        If it is no album.

    Notes
    -----
    Source: GET /albums/{id}, no scope. Cost: one call, or none.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.album(demo.connect(), "spotify:album:…")  # doctest: +SKIP
    """
    return _one(client, "album", tables.ALBUMS, album)


def artist(client: clients.Client, artist: str) -> pd.DataFrame:
    """Load one artist.

    Parameters
    ----------
    client : Client
        From `connect`.
    artist : str
        Id, address or link.

    Returns
    -------
    DataFrame
        One row; columns of `tables.ARTISTS`.

    Raises
    ------
    NotFoundError
        If Spotify does not know it.
    ValueError
        If it is no artist.

    Notes
    -----
    Source: GET /artists/{id}, no scope. Cost: one call, or none.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.artist(demo.connect(), "spotify:artist:…")  # doctest: +SKIP
    """
    return _one(client, "artist", tables.ARTISTS, artist)


def _one(client: clients.Client, kind: str, declared: tables.Table, what: str) -> pd.DataFrame:
    if not isinstance(what, str):
        raise ValueError(f"Give one {kind}; `loaders.{kind}s` loads several.")
    frame = _by_id(client, kind, declared, what)
    if frame.empty:
        endpoint = f"GET /{kind}s/{ids_of(what, kind)[0]}"
        raise errors.NotFoundError(
            f"Spotify knows nothing under {endpoint!r}. Check the id.",
            status=404,
            endpoint=endpoint,
        )
    return frame


def _by_id(client: clients.Client, kind: str, declared: tables.Table, what: What) -> pd.DataFrame:
    found = client.by_id(f"{kind}s", ids_of(what, kind))
    reader = Reader()
    read = getattr(reader, kind)
    rows = [read(thing) for thing in found.values() if thing is not None]
    unknown = [id_ for id_, thing in found.items() if thing is None]
    return table(
        rows,
        declared,
        call=f"GET /{kind}s/{{id}}",
        reader=reader,
        missing=[{"id": id_, "reason": "Spotify does not know it."} for id_ in unknown] or None,
    )


def album_tracks(client: clients.Client, albums: What) -> pd.DataFrame:
    """Load the tracks of albums.

    Parameters
    ----------
    client : Client
        From `connect`.
    albums : str, iterable of str or DataFrame
        Ids, addresses or links; or any table with a column ``album_id`` or ``uri``.

    Returns
    -------
    DataFrame
        One row per track, album by album in order; columns of `tables.ALBUM_TRACKS`. Popularity
        and ISRC are missing: Spotify gives those of single tracks only.

    Raises
    ------
    ValueError
        If something given is no album.
    SpotifyError, NotLoggedInError
        If one cannot be loaded to its end.

    Notes
    -----
    Source: GET /albums/{id} and, from the 51st track on, GET /albums/{id}/tracks; no scope. Cost:
    one call per album and 50 tracks, none for those loaded within the last 30 days.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.album_tracks(spotify, loaders.saved_albums(spotify).head())  # doctest: +SKIP
    """
    found = client.by_id("albums", ids_of(albums, "album"))
    known = {id_: thing for id_, thing in found.items() if thing is not None}
    reader = Reader()
    pages = {id_: reader.thing(thing, "tracks") for id_, thing in known.items()}
    # an album's own answer holds its first tracks; only long albums need another call
    is_long = [id_ for id_, page in pages.items() if _has_more(reader, page)]
    whole = client.cache.get("album_tracks", is_long)
    to_load = [id_ for id_ in is_long if id_ not in whole or None in whole[id_]]

    def keep(n: int, items: clients.Items) -> None:
        # what is null twice is left out; what was so once stays, and the next load asks once more
        rows = [one for one in items if one is not None or not items.is_believed]
        whole[to_load[n]] = rows
        if items.report["n_announced"] in (None, items.report["n_received"]):
            client.cache.put("album_tracks", {to_load[n]: rows})

    client.pages_of(
        [
            clients.Listing(
                f"albums/{id_}/tracks",
                key=id_of,
                begun=pages[id_] if pages[id_] and not _has_null(pages[id_]) else None,
                kept=whole.get(id_),
            )
            for id_ in to_load
        ],
        label="album tracks",
        on_whole=keep,
    )
    rows, n_skipped = [], 0
    for id_, thing in known.items():
        about = {name: value for name, value in thing.items() if name != "tracks"}
        listed = whole.get(id_) or reader.things(pages[id_], "items")
        rows += [reader.track({**one, "album": about}) for one in listed if one is not None]
        n_skipped += max(len(listed), reader.whole(pages[id_], "total") or 0)
    n_skipped -= len(rows)
    unknown = [id_ for id_ in found if id_ not in known]
    return table(
        rows,
        tables.ALBUM_TRACKS,
        call="GET /albums/{id}",
        reader=reader,
        report={"n_skipped": n_skipped},
        missing=[{"id": id_, "reason": "Spotify does not know it."} for id_ in unknown] or None,
    )


def _has_more(reader: Reader, page: Mapping[str, Any]) -> bool:
    n_here = len(reader.things(page, "items"))
    has_next = bool(page.get("next")) or _has_null(page)
    return has_next or n_here < (reader.whole(page, "total") or max(n_here, 1))


def _has_null(page: Mapping[str, Any]) -> bool:
    """Tell whether a page lies in the cache with rows that one answer gave as null."""
    items = page.get("items")
    return isinstance(items, list) and None in items


def artist_albums(
    client: clients.Client, artists: What, *, groups: Sequence[str] = ("album", "single")
) -> pd.DataFrame:
    """Load the discographies of artists.

    Parameters
    ----------
    client : Client
        From `connect`.
    artists : str, iterable of str or DataFrame
        Ids, addresses or links; or any table with a column ``artist_id`` or ``uri``.
    groups : sequence of str
        Which of ``"album"``, ``"single"``, ``"compilation"`` and ``"appears_on"``.

    Returns
    -------
    DataFrame
        One row per artist and album; columns of `tables.ARTIST_ALBUMS`. Artists that Spotify
        does not know are left out and listed in ``attrs["missing"]``.

    Raises
    ------
    ValueError
        If something given is no artist, or there is no such group.
    SpotifyError, NotLoggedInError
        If a discography cannot be loaded to its end; the same call goes on from there within a
        day, and asks for no artist again that was complete.

    Notes
    -----
    Source: GET /artists/{id}/albums, no scope. Cost: one call per artist and 10 albums (50 for
    older apps).

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.artist_albums(spotify, loaders.top_artists(spotify).head(3))  # doctest: +SKIP
    """
    wrong = [one for one in groups if one not in GROUPS]
    if wrong or isinstance(groups, str) or not groups:
        raise ValueError(f"`groups` must be a list of {', '.join(GROUPS)}; not {groups!r}.")
    ids = ids_of(artists, "artist")
    loaded = _discographies(client, ids, ",".join(groups))
    reader = Reader()
    rows = [
        {
            **reader.album(one),
            "of_artist_id": id_,
            "album_group": reader.text(one, "album_group"),
        }
        for id_, items in zip(ids, loaded, strict=True)
        for one in items
        if isinstance(one, Mapping)
    ]
    missing = [
        {"id": id_, "reason": items.report["refused"]}
        for id_, items in zip(ids, loaded, strict=True)
        if "refused" in items.report
    ]
    return table(
        rows,
        tables.ARTIST_ALBUMS,
        call="GET /artists/{id}/albums",
        reader=reader,
        report={
            "n_skipped": sum(map(len, loaded)) - len(rows),
            **sums(one.report for one in loaded),
        },
        missing=missing or None,
    )


def artist_albums_listing(
    artist: str, groups: str = "album,single", **options: Any
) -> clients.Listing:
    """Describe the list of an artist's albums.

    Parameters
    ----------
    artist : str
        The artist's id.
    groups : str
        Which groups, joined by commas.
    **options : Any
        Other parameters of `Listing`.

    Returns
    -------
    Listing
        What `Client.pages_of` loads.
    """
    params = {"include_groups": groups}
    return clients.Listing(f"artists/{artist}/albums", params, key=id_of, **options)


def _discographies(client: clients.Client, ids: Sequence[str], groups: str) -> list[clients.Items]:
    """Load albums artist by artist; those that have come are kept if the load breaks off."""
    version = f"{groups} {__version__}"
    kept = client.cache.get("artist_albums", ids, version=version)
    done = {
        id_: clients.Items(one["rows"], report=one["report"])
        for id_, one in kept.items()
        if one["is_believed"]
    }
    to_load = [id_ for id_ in ids if id_ not in done]
    listings = [
        artist_albums_listing(
            id_,
            groups,
            kept=kept[id_]["rows"] if id_ in kept else None,
            may_be_refused=len(ids) > 1,
        )
        for id_ in to_load
    ]

    def keep(n: int, items: clients.Items) -> None:
        done[to_load[n]] = items

    try:
        client.pages_of(listings, label="discographies", on_whole=keep)
    except BaseException:
        whole = {
            id_: {"rows": items, "report": items.report, "is_believed": items.is_believed}
            for id_, items in done.items()
            if items.report.get("n_announced") == items.report.get("n_received", -1)
        }
        client.cache.put("artist_albums", whole, version=version)
        raise
    client.cache.drop("artist_albums", ids)
    return [done[id_] for id_ in ids]


def search(
    client: clients.Client,
    query: str,
    *,
    kinds: str | Sequence[str] = "track",
    limit: int = 10,
) -> pd.DataFrame:
    """Search the catalogue.

    Parameters
    ----------
    client : Client
        From `connect`.
    query : str
        What to look for; Spotify's filters may be used: ``"artist:… year:1990-1999"``.
    kinds : str or sequence of str
        Which of ``"track"``, ``"album"``, ``"artist"``, ``"playlist"``, ``"show"`` and
        ``"episode"``.
    limit : int
        Hits per kind at most, 1 to 1,000.

    Returns
    -------
    DataFrame
        One row per hit, kind by kind, best first; columns of `tables.SEARCH`.

    Raises
    ------
    ValueError
        If the query is empty, there is no such kind, or `limit` is out of reach.
    SpotifyError, NotLoggedInError
        If a page cannot be loaded.

    Notes
    -----
    Source: GET /search, no scope. Cost: one call per 10 hits (50 for older apps), for all kinds
    together. The same search goes on where it broke off, for a day and in any kernel.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.search(demo.connect(), "night", kinds=["track", "album"])  # doctest: +SKIP
    """
    wanted = [kinds] if isinstance(kinds, str) else list(dict.fromkeys(kinds))
    if not wanted or any(kind not in KINDS for kind in wanted):
        raise ValueError(f"`kinds` must be some of {', '.join(KINDS)}; not {kinds!r}.")
    if not query.strip():
        raise ValueError("`query` must not be empty.")
    if not 1 <= limit <= _MOST_HITS:
        raise ValueError(f"`limit` must be 1 to {_MOST_HITS:,}; not {limit}.")
    hits, report = _hits(client, query, wanted, limit)
    reader = Reader()
    rows = [
        {"kind": kind, "rank": rank, **_hit(reader, kind, one)}
        for kind in wanted
        for rank, one in enumerate(hits[kind][:limit], start=1)
    ]
    return table(
        rows,
        tables.SEARCH,
        call="GET /search",
        reader=reader,
        query=query,
        report=report,
    )


def _hits(
    client: clients.Client, query: str, kinds: Sequence[str], limit: int
) -> tuple[dict[str, list[Mapping[str, Any]]], dict[str, int]]:
    """Page through a search; what had come of one that broke off today is not asked for again."""
    name = f"{','.join(kinds)} {limit} {query}"
    kept = client.cache.get("search", [name], version=__version__).get(name)
    found = _Hits(**kept) if kept else _Hits({kind: [] for kind in kinds}, list(kinds))
    begun_at = found.offset
    try:
        while found.left and found.offset < limit:
            _next_hits(client, query, found, limit)
    except BaseException:
        if found.offset > begun_at:
            client.cache.put("search", {name: dataclasses.asdict(found)}, version=__version__)
        raise
    if kept:
        client.cache.drop("search", [name])
    return found.hits, {"n_short_pages": found.n_short, "n_null": found.n_null}


@dataclasses.dataclass(slots=True)
class _Hits:
    """What has come of a search: hits by kind, kinds that have more, and where to go on."""

    hits: dict[str, list[Mapping[str, Any]]]
    left: list[str]
    offset: int = 0
    n_short: int = 0
    n_null: int = 0


def _next_hits(client: clients.Client, query: str, found: _Hits, limit: int) -> None:
    """Take the next page: one call serves all kinds that have hits left."""
    size = min(client.facts.limit("GET", "search"), limit - found.offset)
    params = {"q": query, "type": ",".join(found.left), "offset": found.offset or None}
    check = functools.partial(_no_hits, kinds=tuple(found.left))
    try:
        answer = client.call("GET", "search", params={**params, "limit": size}, check=check)
    except errors.BadRequestError as exc:
        smaller = client.facts.note_limit("GET", "search")
        if smaller is None or "limit" not in str(exc).lower():
            raise
        size = min(smaller, size)
        answer = client.call("GET", "search", params={**params, "limit": size}, check=check)
    pages = {kind: answer[f"{kind}s"] for kind in found.left}
    if _n_short(pages, size):
        # hits that a page lacks would be missing in the middle, for the next begins after them
        again = client.call("GET", "search", params={**params, "limit": size}, check=check)
        pages = {
            kind: max(page, again[f"{kind}s"], key=lambda one: len(one["items"]))
            for kind, page in pages.items()
        }
        found.n_short += _n_short(pages, size)
    for page in pages.values():
        if page.get("next"):
            client.check_address(str(page["next"]))
    for kind, page in pages.items():
        found.n_null += sum(one is None for one in page["items"])
        # searches for playlists hold a null for each one that is Spotify's own
        found.hits[kind] += [one for one in page["items"] if isinstance(one, Mapping)]
        if not page.get("next"):
            found.left.remove(kind)
    found.offset += size


def _n_short(pages: Mapping[str, Mapping[str, Any]], size: int) -> int:
    return sum(len(page["items"]) < size for page in pages.values() if page.get("next"))


def _no_hits(answer: Any, *, kinds: Sequence[str]) -> str | None:
    for kind in kinds:
        page = answer.get(f"{kind}s") if isinstance(answer, dict) else None
        if not isinstance(page, dict) or not isinstance(page.get("items"), list):
            return f"holds no list of {kind}s"
    return None


def _hit(reader: Reader, kind: str, one: Mapping[str, Any]) -> dict[str, Any]:
    artists = reader.things(one, "artists")
    album = reader.thing(one, "album")
    return {
        "name": reader.text(one, "name"),
        "artist": reader.text(artists[0], "name") if artists else None,
        "album": reader.text(album, "name"),
        "show": reader.text(reader.thing(one, "show"), "name"),
        "owner": reader.text(reader.thing(one, "owner"), "display_name"),
        "release_date": reader.text(album if kind == "track" else one, "release_date") or None,
        "duration_ms": reader.whole(one, "duration_ms"),
        "isrc": reader.text(reader.thing(one, "external_ids"), "isrc"),
        "uri": reader.text(one, "uri"),
        "id": reader.text(one, "id"),
        "url": reader.text(reader.thing(one, "external_urls"), "spotify"),
    }
