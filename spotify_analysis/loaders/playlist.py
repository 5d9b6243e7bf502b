"""Playlists and what is in them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spotify_analysis import __version__, errors, tables
from spotify_analysis import client as clients
from spotify_analysis.loaders.frames import sums, table
from spotify_analysis.loaders.inputs import What, ids_of
from spotify_analysis.loaders.rows import Reader, id_of

__all__ = ["n_calls_of", "n_item_calls", "playlist_items", "playlists", "playlists_listing"]

_log = logging.getLogger("spotify_analysis")

_NOT_READABLE = "Spotify gives its entries only to the owner and collaborators."


def playlists_listing() -> clients.Listing:
    """Describe the list of playlists in the library.

    Returns
    -------
    Listing
        What `Client.pages_of` loads.
    """
    return clients.Listing("me/playlists", key=id_of)


def playlists(client: clients.Client) -> pd.DataFrame:
    """Load the playlists in the listener's library, own and followed.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row per playlist; columns of `tables.PLAYLISTS`. ``is_readable`` tells whether
        `playlist_items` can load its entries.

    Raises
    ------
    MissingScopeError
        If the login lacks ``playlist-read-private``.
    SpotifyError, NotLoggedInError
        If the list cannot be loaded to its end.

    Notes
    -----
    Source: GET /me/playlists, scopes playlist-read-private and, for collaborative ones,
    playlist-read-collaborative. Cost: one call per 50 playlists, and one for the profile. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.playlists(demo.connect())  # doctest: +SKIP
    """
    client.require_scopes_of("loaders.playlists")
    items = client.pages_of([playlists_listing()], label="playlists")[0]
    me, reader = str(client.me()["id"]), Reader()
    # apps that still get the older fields get everybody's entries, too
    reads_all = _is_older(client)
    rows = [
        reader.playlist(item, me=me, reads_all=reads_all)
        for item in items
        if isinstance(item, Mapping)
    ]
    facts: dict[str, Any] = {}
    if "playlist-read-collaborative" not in client.granted_scopes:
        facts["missing"] = (
            "Collaborative playlists of others are not listed: the login lacks "
            "playlist-read-collaborative."
        )
    return table(
        rows,
        tables.PLAYLISTS,
        call="GET /me/playlists",
        reader=reader,
        report={**items.report, "n_skipped": len(items) - len(rows)},
        **facts,
    )


@dataclass(frozen=True)
class _Playlist:
    """A playlist whose entries are wanted."""

    id: str
    name: str | None = None
    snapshot_id: str | None = None
    n_items: int | None = None
    is_readable: bool = True
    begun: Mapping[str, Any] | None = None


def playlist_items(client: clients.Client, playlists: What) -> pd.DataFrame:
    """Load the entries of playlists.

    Parameters
    ----------
    client : Client
        From `connect`.
    playlists : str, iterable of str or DataFrame
        One or several ids, addresses or links; or a table of `playlists`, as a whole or some rows
        of it.

    Returns
    -------
    DataFrame
        One row per entry, playlist by playlist in order; columns of `tables.PLAYLIST_ITEMS`.
        ``kind`` tells tracks, episodes, local files and removed ones apart. Playlists whose
        entries Spotify does not give are left out; ``attrs["missing"]`` lists them with the
        reason.

    Raises
    ------
    ForbiddenError
        If it is a single playlist, named by id, and Spotify does not give its entries.
    NotFoundError
        If it is a single one, and Spotify does not know it; its own playlists are of that kind.
    MissingScopeError
        If the login lacks ``playlist-read-private``.
    SpotifyError, NotLoggedInError
        If a playlist cannot be loaded to its end; those that were complete are kept on disk.

    Notes
    -----
    Source: GET /playlists/{id}/items, or /tracks where an older app gets that, scope
    playlist-read-private. Cost: one call per 50 entries (100 for older apps); none for a playlist
    of a table whose ``snapshot_id`` has not changed since it was loaded last, but one per page in
    which entries had come without content, and once only: they are asked for a second time, after
    all else. A playlist named by id costs one call to see its name and version. Apps in development
    mode get the entries of own and collaborative playlists only; others are not asked for.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> mine = loaders.playlists(spotify)  # doctest: +SKIP
    >>> loaders.playlist_items(spotify, mine.head(3))  # doctest: +SKIP
    """
    client.require_scopes_of("loaders.playlist_items")
    missing: list[dict[str, str | None]] = []
    wanted, is_table = _wanted(client, playlists, missing)
    readable = [one for one in wanted if one.is_readable]
    missing += [_left_out(one, _NOT_READABLE) for one in wanted if not one.is_readable]
    if not is_table and len(wanted) == 1 and not readable:
        raise errors.ForbiddenError(
            f"The entries of {wanted[0].name!r} cannot be loaded: {_NOT_READABLE}",
            endpoint=f"GET /playlists/{wanted[0].id}/items",
        )
    reader = Reader()
    entries = _kept(client, readable)
    to_load = [one for one in readable if one.id not in entries or None in entries[one.id]]
    reports: dict[str, Mapping[str, Any]] = {}
    loaded = _load(client, to_load, entries, reader, missing, reports)
    entries.update(loaded)
    rows = [
        {"playlist": one.name, "playlist_id": one.id, "position": position, **entry}
        for one in readable
        for position, entry in enumerate(entries.get(one.id, ()))
    ]
    if missing:
        _log.warning(
            "The entries of %d of %d playlists cannot be loaded; attrs['missing'] lists them.",
            len(missing),
            len(wanted) + sum(one["reason"] != _NOT_READABLE for one in missing),
        )
    return table(
        rows,
        tables.PLAYLIST_ITEMS,
        call="GET /playlists/{id}/items",
        reader=reader,
        report={
            "n_playlists": len(entries),
            "n_without_call": len(entries) - len(loaded),
            # of those that took calls; they differ where entries did not come
            **sums(reports.values()),
        },
        missing=missing or None,
    )


def n_item_calls(client: clients.Client, playlists: pd.DataFrame) -> int:
    """Tell how many calls `playlist_items` would take for a table of playlists.

    Parameters
    ----------
    client : Client
        From `connect`.
    playlists : DataFrame
        Rows of `playlists`.

    Returns
    -------
    int
        Number of calls; a playlist of unknown length counts as one.
    """
    readable = [one for one in _rows(playlists) if one.is_readable]
    kept = _kept(client, readable, count=False)
    size = client.facts.limit("GET", _path(client, "x" * 22))
    n_new = sum(max(1, -(-(one.n_items or 0) // size)) for one in readable if one.id not in kept)
    # pages in which entries came without content are asked for a second time
    pages = (rows[n : n + size] for rows in kept.values() for n in range(0, len(rows), size))
    return n_new + sum(None in page for page in pages)


def n_calls_of(client: clients.Client, playlists: What) -> tuple[int | None, int]:
    """Tell how many entries playlists have, and how many calls `playlist_items` would take.

    Parameters
    ----------
    client : Client
        From `connect`.
    playlists : str, iterable of str or DataFrame
        As in `playlist_items`; one call for each that is named by id and not by a row of a table.

    Returns
    -------
    tuple of (int or None) and int
        Number of entries, None where that is not known, and of calls.
    """
    wanted, is_table = _wanted(client, playlists, [])
    readable = [one for one in wanted if one.is_readable]
    sizes = [one.n_items for one in readable]
    n_rows = None if None in sizes else sum(size or 0 for size in sizes)
    if is_table and isinstance(playlists, pd.DataFrame):
        return n_rows, n_item_calls(client, playlists)
    size = client.facts.limit("GET", _path(client, "x" * 22))
    n_calls = len(wanted)
    for one in readable:
        if one.id not in _kept(client, [one], count=False):
            # the playlist's own answer holds the first of its pages
            n_here = len((one.begun or {}).get("items") or ())
            n_calls += -(-max((one.n_items or 0) - n_here, 0) // size)
    return n_rows, n_calls


# ---------------------------------------------------------------- which ones


def _wanted(
    client: clients.Client, what: What, missing: list[dict[str, str | None]]
) -> tuple[list[_Playlist], bool]:
    if isinstance(what, pd.DataFrame) and "snapshot_id" in what:
        return _rows(what), True
    ids = ids_of(what, "playlist")
    found: dict[str, _Playlist] = {}

    def look(id_: str) -> None:
        try:
            answer = client.call("GET", f"playlists/{id_}", params=_TYPES, check=_no_playlist)
        except errors.NotFoundError as exc:
            if len(ids) == 1:
                raise
            missing.append(_left_out(_Playlist(id_), str(exc)))
            return
        found[id_] = _with_first_page(answer, id_)

    client.crew.run([functools.partial(look, id_) for id_ in ids], label="playlists")
    return [found[id_] for id_ in ids if id_ in found], False


_TYPES = {"additional_types": "track,episode"}


def _no_playlist(answer: Any) -> str | None:
    return None if isinstance(answer, dict) and answer.get("id") else "is no playlist"


def _with_first_page(answer: Mapping[str, Any], id_: str) -> _Playlist:
    """Read a playlist's own answer, which holds the first page of its entries, too."""
    reader = Reader()
    page = reader.thing(answer, "items") or reader.thing(answer, "tracks")
    return _Playlist(
        id=id_,
        name=reader.text(answer, "name"),
        snapshot_id=reader.text(answer, "snapshot_id"),
        n_items=reader.whole(page, "total"),
        # an app that does not get the entries gets an answer without them
        is_readable=isinstance(page.get("items"), list) or "href" in page,
        begun=page if isinstance(page.get("items"), list) else None,
    )


def _rows(playlists: pd.DataFrame) -> list[_Playlist]:
    named = tables.conform(playlists, tables.PLAYLISTS)
    wanted = {}
    for row in named.to_dict("records"):
        plain = {name: None if value is pd.NA else value for name, value in row.items()}
        if plain["id"]:
            wanted[plain["id"]] = _Playlist(
                id=plain["id"],
                name=plain["playlist"],
                snapshot_id=plain["snapshot_id"],
                n_items=plain["n_items"],
                is_readable=plain["is_readable"] is not False,
            )
    return list(wanted.values())


def _left_out(one: _Playlist, reason: str) -> dict[str, str | None]:
    return {"playlist_id": one.id, "playlist": one.name, "reason": reason}


# ---------------------------------------------------------------- their entries


def _kept(
    client: clients.Client, wanted: Iterable[_Playlist], *, count: bool = True
) -> dict[str, list[Any]]:
    """Take from disk the entries of playlists that have not changed; empty ones need no call."""
    wanted = list(wanted)
    versions = {one.id: _version(one) for one in wanted if one.snapshot_id}
    kept: dict[str, list[Any]] = client.cache.get_versions("playlist_items", versions)
    if count:
        client.note_cached("GET /playlists/{id}/items", len(kept))
    return {**{one.id: [] for one in wanted if one.n_items == 0}, **kept}


def _version(one: _Playlist) -> str:
    """Name what is kept: rows as this version of the package reads them."""
    return f"{one.snapshot_id} {__version__} {' '.join(tables.PLAYLIST_ITEMS.columns)}"


def _is_older(client: clients.Client) -> bool:
    return client.facts.playlist_key == "tracks" or client.facts.reduced is False


def _path(client: clients.Client, id_: str) -> str:
    older = f"playlists/{id_}/tracks"
    # the older path gives 100 entries at once, the newer one 50
    use_older = _is_older(client) and client.facts.gets("GET", older)
    return older if use_older else f"playlists/{id_}/items"


def _load(
    client: clients.Client,
    wanted: Sequence[_Playlist],
    kept: Mapping[str, list[Any]],
    reader: Reader,
    missing: list[dict[str, str | None]],
    reports: dict[str, Mapping[str, Any]],
) -> dict[str, list[Any]]:
    may_be_refused = len(wanted) > 1

    def listings() -> list[clients.Listing]:
        return [
            clients.Listing(
                _path(client, one.id),
                _TYPES,
                read=reader.entry,
                begun=one.begun,
                kept=kept.get(one.id),
                may_be_refused=may_be_refused,
            )
            for one in wanted
        ]

    done: dict[str, list[Any]] = {}

    def keep(n: int, items: clients.Items) -> None:
        one, report = wanted[n], items.report
        if "refused" in report:
            missing.append(_left_out(one, report["refused"]))
            return
        reports[one.id] = report
        # an entry that is null as a whole is a place that fell empty, too
        done[one.id] = [reader.entry(None) if row is None else row for row in items]
        is_whole = report["n_announced"] in (None, report["n_received"])
        if one.snapshot_id and is_whole:
            # what was null in one answer only stays so on disk: the next load asks once more
            sure = done[one.id] if items.is_believed else list(items)
            client.cache.put("playlist_items", {one.id: sure}, version=_version(one))

    if wanted:
        try:
            client.pages_of(listings(), label="playlist entries", on_whole=keep)
        except errors.WithdrawnError:
            # the older path has gone from this app, too, which is remembered: /items from now on
            client.pages_of(listings(), label="playlist entries", on_whole=keep)
    return done
