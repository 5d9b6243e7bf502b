"""Playlists made and changed, so that a fault in the middle leaves none empty and none doubled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from spotify_analysis import errors
from spotify_analysis.playlists.change import Change
from spotify_analysis.playlists.contents import CHUNK, Contents, Entry, chunks
from spotify_analysis.playlists.items import Items, collect, playlist_id
from spotify_analysis.playlists.library import forget_playlist

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["add", "change_details", "create", "remove", "reorder", "replace"]

_MAX_ENTRIES = 10_000  # Spotify's own limit for one playlist

Sleep = Callable[[float], None]


def create(
    client: Client,
    name: str,
    items: Any,
    *,
    description: str = "",
    public: bool = False,
    collaborative: bool = False,
    unique: bool = True,
    dry_run: bool = False,
    sleep: Sleep = time.sleep,
) -> Change:
    """Make a playlist and fill it.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    name : str
        Name of the playlist.
    items : DataFrame, Series, str or iterable of str
        Tracks and episodes: a table with a column ``uri``, or URIs, links and ids. Rows without
        an address and local files are left out, and the answer says so.
    description : str
        Description; Spotify shows it without line breaks.
    public : bool
        Show it on the profile. Private unless asked for.
    collaborative : bool
        Let others change it; only for private ones.
    unique : bool
        Take each track once.
    dry_run : bool
        Only say what would happen; makes no call at all.
    sleep : callable
        What waits before a look after a lost answer.

    Returns
    -------
    Change
        What was made; its `url` opens it.

    Raises
    ------
    ValueError
        If there is nothing to put in, or an argument is wrong; nothing was made.
    UnfinishedChangeError
        If it broke off after some tracks were in: says how many, and what is left.
    SpotifyError
        If it broke off before any was in; the playlist was taken away again.

    Notes
    -----
    Cost: one call, and one per 100 tracks. All app modes. Scopes ``playlist-modify-private``, or
    ``playlist-modify-public`` for a public one.
    """
    chosen = collect(items, unique=unique)
    details = _details(name, description, public, collaborative)
    _check_size(len(chosen.uris))
    kind = "collaborative" if collaborative else "public" if public else "private"
    what = f"create the {kind} playlist {name!r} with {_entries(len(chosen.uris))}"
    steps = ("POST /me/playlists", *_adding(len(chosen.uris), at=0))
    plan = _change(what, steps, chosen, dry_run=dry_run)
    if dry_run:
        return plan
    new_id = _make(client, details, sleep)
    contents = Contents(client, new_id, sleep=sleep)
    try:
        _fill(contents, chosen.uris, position=0, total=0)
    except BaseException as exc:
        if isinstance(exc, errors.UnfinishedChangeError) and exc.n_done:
            raise
        # nothing is in it (or, after an interruption, nobody knows): it must not stay behind
        cause = exc.__cause__ if isinstance(exc, errors.UnfinishedChangeError) else None
        _take_away(client, new_id, chosen.uris, cause or exc)
        if cause is not None:
            raise cause from None
        raise
    return _change(
        what, steps, chosen, dry_run=False, playlist=new_id, snapshot=contents.snapshot_id
    )


def add(
    client: Client,
    playlist: Any,
    items: Any,
    *,
    position: int | None = None,
    unique: bool = True,
    dry_run: bool = False,
    sleep: Sleep = time.sleep,
) -> Change:
    """Add tracks and episodes to a playlist.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist : str, Series, DataFrame or Change
        Id, URI, link, its row of ``tables.PLAYLISTS``, or what `create` returned.
    items : DataFrame, Series, str or iterable of str
        As in `create`.
    position : int or None
        Place of the first; None is the end.
    unique : bool
        Take each of `items` once. What the playlist holds already is not looked at.
    dry_run : bool
        Only say what would happen.
    sleep : callable
        What waits before a look after a lost answer.

    Returns
    -------
    Change
        What was added.

    Raises
    ------
    ValueError
        If there is nothing to add, or an argument is wrong.
    UnfinishedChangeError
        If it broke off: says how many are in, and what is left.

    Notes
    -----
    Cost: one call to see how long the playlist is, and one per 100 tracks.
    """
    chosen, target = collect(items, unique=unique), playlist_id(playlist)
    contents = Contents(client, target, sleep=sleep)
    total = contents.total()
    at = total if position is None else position
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= total:
        raise ValueError(
            f"`position` must be from 0 to {total}, the playlist's length; not {position!r}."
        )
    _check_size(total + len(chosen.uris))
    where = "at the end" if at == total else f"at place {at}"
    what = f"add {_entries(len(chosen.uris))} {where} of a playlist of {total}"
    steps = _adding(len(chosen.uris), at=at)
    if not dry_run:
        _fill(contents, chosen.uris, position=at, total=total)
    return _change(
        what,
        steps,
        chosen,
        dry_run=dry_run,
        playlist=target,
        snapshot=contents.snapshot_id,
    )


def replace(
    client: Client,
    playlist: Any,
    items: Any,
    *,
    unique: bool = True,
    drop_local_files: bool = False,
    dry_run: bool = False,
    sleep: Sleep = time.sleep,
) -> Change:
    """Give a playlist new contents.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist : str, Series, DataFrame or Change
        Which playlist, as in `add`.
    items : DataFrame, Series, str or iterable of str
        The new contents, as in `create`.
    unique : bool
        Take each track once.
    drop_local_files : bool
        Go on although the playlist holds files of someone's device, which no program can put
        back.
    dry_run : bool
        Only say what would happen.
    sleep : callable
        What waits before trying again after a lost answer.

    Returns
    -------
    Change
        What was written; `before` holds the old contents, for going back.

    Raises
    ------
    ValueError
        If there is nothing to put in, or local files would be lost; nothing was changed.
    UnfinishedChangeError
        If it broke off: `left` is still to be added, `before` is what stood there.

    Notes
    -----
    Cost: one call per 50 old and per 100 new entries, and one to check. The old contents are read
    first; the first 100 new ones take their place in one step, so the playlist is never empty.
    """
    chosen, target = collect(items, unique=unique), playlist_id(playlist)
    _check_size(len(chosen.uris))
    contents = Contents(client, target, sleep=sleep)
    old = contents.read()
    before, notes = _kept(old)
    n_local = sum(entry.is_local for entry in old)
    if n_local and not drop_local_files and not dry_run:
        raise ValueError(
            f"The playlist holds {_plural(n_local, 'local file')}, which Spotify lets no program "
            "put back. Pass `drop_local_files=True` to lose them, or `create` a new playlist."
        )
    what = f"replace the {_entries(len(old))} of a playlist by {_entries(len(chosen.uris))}"
    steps: tuple[str, ...] = (
        f"PUT /playlists/{{id}}/items: the first {min(CHUNK, len(chosen.uris))}",
        *_adding(len(chosen.uris) - CHUNK, at=CHUNK),
    )
    if [entry.uri for entry in old] == chosen.uris:
        what, steps = "the playlist holds just that", ()
    elif not dry_run:
        _write_over(contents, chosen.uris, before)
    return _change(
        what,
        steps,
        chosen,
        dry_run=dry_run,
        playlist=target,
        before=before,
        snapshot=contents.snapshot_id,
        notes=notes,
    )


def remove(
    client: Client,
    playlist: Any,
    items: Any,
    *,
    dry_run: bool = False,
    sleep: Sleep = time.sleep,
) -> Change:
    """Take tracks and episodes out of a playlist, each wherever it stands.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist : str, Series, DataFrame or Change
        Which playlist, as in `add`.
    items : DataFrame, Series, str or iterable of str
        As in `create`. What the playlist does not hold is left out.
    dry_run : bool
        Only say what would happen.
    sleep : callable
        What waits before trying again after a lost answer.

    Returns
    -------
    Change
        What was taken out; `before` holds the old contents.

    Raises
    ------
    ValueError
        If nothing is named.
    UnfinishedChangeError
        If it broke off: `left` is still to be taken out.

    Notes
    -----
    Cost: one call per 50 entries of the playlist, to see what it holds, and one per 100 tracks.
    """
    chosen, target = collect(items), playlist_id(playlist)
    contents = Contents(client, target, sleep=sleep)
    old = contents.read()
    before, notes = _kept(old)
    held = [entry.uri for entry in old]
    chosen = chosen.without(set(chosen.uris) - {uri for uri in held if uri}, "not in the playlist")
    n_gone = sum(uri in set(chosen.uris) for uri in held)
    what = f"take {_entries(n_gone)} out of a playlist of {len(old)}"
    steps = tuple(
        f"DELETE /playlists/{{id}}/items: {_plural(len(part), 'track')}"
        for part in chunks(chosen.uris)
    )
    if not steps:
        what = "the playlist holds none of them"
    elif not dry_run:
        n_done = 0
        try:
            for part in chunks(chosen.uris):
                contents.take_out(part)
                n_done += len(part)
        except errors.SpotifyAnalysisError as exc:
            if _changed_nothing(exc, n_done):
                raise
            left = tuple(chosen.uris[n_done:])
            raise _unfinished(
                exc,
                target,
                n_done,
                left,
                f"{n_done} of {len(chosen.uris)} tracks are out of the playlist; go on with "
                f"playlists.remove(client, {target!r}, error.left).",
                before=before,
            ) from exc
    return _change(
        what,
        steps,
        chosen,
        dry_run=dry_run,
        playlist=target,
        before=before,
        snapshot=contents.snapshot_id,
        notes=notes,
    )


def reorder(
    client: Client,
    playlist: Any,
    *,
    start: int,
    before: int,
    n: int = 1,
    dry_run: bool = False,
    sleep: Sleep = time.sleep,
) -> Change:
    """Move entries that stand together to another place.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist : str, Series, DataFrame or Change
        Which playlist, as in `add`.
    start : int
        Place of the first to move, counted from 0 as in ``tables.PLAYLIST_ITEMS``.
    before : int
        Place, counted before the move, in front of which they go; the length is the end.
    n : int
        How many to move.
    dry_run : bool
        Only say what would happen.
    sleep : callable
        What waits before a look after a lost answer.

    Returns
    -------
    Change
        What was moved. Local files move like anything else.

    Raises
    ------
    ValueError
        If a place does not exist.
    MaybeDoneError
        If the answer was lost twice and the order stands as before.

    Notes
    -----
    Cost: one call per 50 entries, to see what moves, and one to move.
    """
    target = playlist_id(playlist)
    contents = Contents(client, target, sleep=sleep)
    old = contents.read()
    for name, value, low, high in (
        ("start", start, 0, len(old) - 1),
        ("n", n, 1, len(old) - start),
        ("before", before, 0, len(old)),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(
                f"`{name}` must be a whole number from {low} to {high} in this playlist of "
                f"{_entries(len(old))}; not {value!r}."
            )
    moved = old[start : start + n]
    rest = old[:start] + old[start + n :]
    at = before if before <= start else max(before - n, start)
    new = rest[:at] + moved + rest[at:]
    what = f"move {_entries(n)} from place {start} to before place {before}"
    steps: tuple[str, ...] = ("PUT /playlists/{id}/items: range_start, insert_before",)
    if new == old:
        what, steps = "they stand there already", ()
    elif not dry_run:
        contents.move(start, n, before, expected=[entry.uri for entry in new])
    chosen = Items([entry.uri or "" for entry in moved], [entry.label for entry in moved])
    return _change(
        what,
        steps,
        chosen,
        dry_run=dry_run,
        playlist=target,
        before=_kept(old)[0],
        snapshot=contents.snapshot_id,
    )


def change_details(
    client: Client,
    playlist: Any,
    *,
    name: str | None = None,
    description: str | None = None,
    public: bool | None = None,
    collaborative: bool | None = None,
    dry_run: bool = False,
) -> Change:
    """Rename a playlist, describe it anew, show or hide it.

    Parameters
    ----------
    client : Client
        Changes Spotify.
    playlist : str, Series, DataFrame or Change
        Which playlist, as in `add`.
    name, description : str or None
        New text; None leaves it.
    public : bool or None
        Show it on the profile; None leaves it.
    collaborative : bool or None
        Let others change it; None leaves it.
    dry_run : bool
        Only say what would happen; makes no call at all.

    Returns
    -------
    Change
        What was changed.

    Raises
    ------
    ValueError
        If nothing is to be changed, or an argument is wrong.

    Notes
    -----
    Cost: one call.
    """
    target = playlist_id(playlist)
    given = {
        "name": name,
        "description": description,
        "public": public,
        "collaborative": collaborative,
    }
    wanted = {key: value for key, value in given.items() if value is not None}
    if not wanted:
        raise ValueError("Nothing to change: pass `name`, `description`, `public` or another.")
    if name is not None:
        _check_name(name)
    if public and collaborative:
        raise ValueError("`collaborative=True` goes with private playlists only.")
    if collaborative:
        wanted["public"] = False  # Spotify refuses it while the playlist is public
    what = "change " + ", ".join(f"{key} to {value!r}" for key, value in wanted.items())
    steps = ("PUT /playlists/{id}",)
    if not dry_run:
        try:
            client.call("PUT", f"playlists/{target}", json=wanted)
        except errors.MaybeDoneError:
            client.call("PUT", f"playlists/{target}", json=wanted)  # twice does what once does
    return _change(what, steps, Items(), dry_run=dry_run, playlist=target)


# ---------------------------------------------------------------- steps


def _make(client: Client, details: dict[str, Any], sleep: Sleep) -> str:
    """Make an empty playlist and return its id; after a lost answer, look for it."""
    name = details["name"]
    try:
        made = _posted(client, details)
        lost = None
    except errors.MaybeDoneError as exc:
        made, lost = None, exc
    if isinstance(made, dict) and isinstance(made.get("id"), str):
        return str(made["id"])
    sleep(2.0)
    found = _empty_ones(client, name)
    if len(found) == 1:
        return found[0]
    stands = (
        f"{len(found)} empty playlists of that name stand in your library"
        if found
        else "no such playlist stands in your library"
    )
    raise errors.MaybeDoneError(
        f"The answer to making {name!r} was lost, and {stands}. Look in Spotify before you try "
        "once more, so that it is not made twice.",
        status=lost.status if lost else None,
        endpoint="POST /me/playlists",
    ) from lost


def _posted(client: Client, details: dict[str, Any]) -> Any:
    """Make it under the path of 2026, and under the older one where that is not known."""
    try:
        return client.call("POST", "me/playlists", json=details)
    except (errors.NotFoundError, errors.WithdrawnError) as refusal:
        mine = client.me()["id"]
        try:
            return client.call("POST", f"users/{mine}/playlists", json=details)
        except (errors.NotFoundError, errors.ForbiddenError):
            raise refusal from None


def _empty_ones(client: Client, name: str) -> list[str]:
    """Return the ids of one's own empty playlists of a name, from the newest 50."""
    mine = client.me()["id"]
    page = client.call("GET", "me/playlists", params={"limit": 50, "offset": 0})
    found = []
    for entry in page["items"]:
        if not isinstance(entry, dict) or entry.get("name") != name:
            continue
        total = (entry.get("items") or entry.get("tracks") or {}).get("total")
        if total == 0 and (entry.get("owner") or {}).get("id") == mine:
            found.append(str(entry["id"]))
    return found


def _fill(
    contents: Contents, uris: Sequence[str], *, position: int, total: int, has_begun: bool = False
) -> None:
    """Add in parts of 100; breaks off with what is in and what is left.

    A refusal before anything was done stays what it is.
    """
    n_done = 0
    try:
        for part in chunks(uris):
            contents.add(part, position=position + n_done, total=total + n_done)
            n_done += len(part)
        if contents.had_faults:
            _check_length(contents, total + n_done)
    except errors.SpotifyAnalysisError as exc:
        if _changed_nothing(exc, n_done) and not has_begun:
            raise
        left = tuple(uris[n_done:])
        at = "" if position == total else f", position={position + n_done}"
        how = (
            f"{n_done} of {len(uris)} tracks are in the playlist; go on with "
            f"playlists.add(client, {contents.id!r}, error.left{at})."
        )
        raise _unfinished(exc, contents.id, n_done, left, how) from exc
    except BaseException as exc:
        if n_done:
            exc.add_note(f"{n_done} of {len(uris)} tracks are in playlist {contents.id!r}.")
        raise


def _write_over(contents: Contents, uris: Sequence[str], before: tuple[str, ...]) -> None:
    """Put the first 100 in place of everything, add the rest, and check."""
    back = f"to go back, playlists.replace(client, {contents.id!r}, error.before, unique=False)"
    try:
        contents.put(uris[:CHUNK])
    except errors.MaybeDoneError as exc:
        how = (
            "It holds either its old contents or the first "
            f"{min(CHUNK, len(uris))} new tracks. Try again; {back}."
        )
        raise _unfinished(exc, contents.id, 0, tuple(uris), how, before=before) from exc
    n_first = min(CHUNK, len(uris))
    try:
        _fill(contents, uris[CHUNK:], position=n_first, total=n_first, has_begun=True)
        if not contents.had_faults:  # else that was checked already
            _check_length(contents, len(uris))
    except errors.UnfinishedChangeError as exc:
        how = (
            f"{n_first + exc.n_done} of {len(uris)} new tracks are in the playlist; go on with "
            f"playlists.add(client, {contents.id!r}, error.left); {back}."
        )
        cause = exc.__cause__ or exc
        n_done = n_first + exc.n_done
        raise _unfinished(cause, contents.id, n_done, exc.left, how, before=before) from cause
    except errors.SpotifyAnalysisError as exc:
        how = f"All {len(uris)} new tracks were written and could not be checked; {back}."
        raise _unfinished(exc, contents.id, len(uris), (), how, before=before) from exc


def _check_length(contents: Contents, expected: int) -> None:
    now = contents.total()
    if now != expected:
        raise errors.MaybeDoneError(
            f"The playlist should hold {expected} entries and holds {now}: a call whose answer "
            "was lost arrived late, or somebody else changed it.",
            endpoint="GET /playlists/{id}/items",
        )


def _take_away(client: Client, new_id: str, uris: Sequence[str], cause: BaseException) -> None:
    """Take away a playlist that nothing could be put into, or say that it stands there."""
    try:
        try:
            forget_playlist(client, new_id)
        except errors.RateLimitedError:
            # The client keeps still until Spotify answers again. One call more is the smaller
            # evil: an empty playlist would stay.
            with client.despite_pause():
                forget_playlist(client, new_id)
    except errors.SpotifyAnalysisError:
        raise errors.UnfinishedChangeError(
            "The playlist was made, but nothing could be put in, and it could not be taken away "
            f"again: it stands empty at https://open.spotify.com/playlist/{new_id}. When Spotify "
            f"answers again, fill it with playlists.add(client, {new_id!r}, error.left), or take "
            f"it away with playlists.unsave(client, 'spotify:playlist:{new_id}'). The cause: "
            f"{cause}",
            playlist_id=new_id,
            left=tuple(uris),
        ) from cause


def _changed_nothing(exc: Exception, n_done: int) -> bool:
    return n_done == 0 and not isinstance(exc, errors.MaybeDoneError)


def _unfinished(
    cause: BaseException,
    target: str,
    n_done: int,
    left: tuple[str, ...],
    how: str,
    *,
    before: tuple[str, ...] | None = None,
) -> errors.UnfinishedChangeError:
    return errors.UnfinishedChangeError(
        f"The change broke off: {cause} {how}",
        playlist_id=target,
        n_done=n_done,
        left=left,
        before=before,
        status=getattr(cause, "status", None),
        endpoint=getattr(cause, "endpoint", None),
    )


# ---------------------------------------------------------------- words and checks


def _change(
    what: str,
    steps: Sequence[str],
    chosen: Items,
    *,
    dry_run: bool,
    playlist: str | None = None,
    before: tuple[str, ...] | None = None,
    snapshot: str | None = None,
    notes: tuple[str, ...] = (),
) -> Change:
    return Change(
        what=what,
        steps=tuple(steps),
        dry_run=dry_run,
        playlist_id=playlist,
        uris=tuple(chosen.uris),
        labels=tuple(chosen.labels),
        left_out=tuple(chosen.left_out),
        before=before,
        snapshot_id=snapshot,
        notes=notes,
    )


def _adding(n: int, *, at: int) -> tuple[str, ...]:
    return tuple(
        f"POST /playlists/{{id}}/items: {_plural(min(CHUNK, n - start), 'entry')} "
        f"at place {at + start}"
        for start in range(0, max(n, 0), CHUNK)
    )


def _kept(old: Sequence[Entry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what could be written again, and a note on what could not."""
    before = tuple(entry.uri for entry in old if entry.is_writable and entry.uri)
    lost = len(old) - len(before)
    note = (
        f"{_plural(lost, 'entry')} of it (local files, or gone from Spotify) cannot be written "
        "again once taken out"
    )
    return before, (note,) if lost else ()


def _details(name: str, description: str, public: bool, collaborative: bool) -> dict[str, Any]:
    _check_name(name)
    if public and collaborative:
        raise ValueError("`collaborative=True` goes with private playlists only.")
    return {
        "name": name,
        "description": description,
        "public": public,
        "collaborative": collaborative,
    }


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"`name` must be some text; not {name!r}.")


def _check_size(n: int) -> None:
    if n > _MAX_ENTRIES:
        raise ValueError(f"A playlist holds at most {_MAX_ENTRIES:,} entries; this makes {n:,}.")


def _entries(n: int) -> str:
    return _plural(n, "entry")


def _plural(n: int, noun: str) -> str:
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {noun[:-1]}ies" if noun.endswith("y") else f"{n:,} {noun}s"
