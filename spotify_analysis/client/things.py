"""Tracks, albums, artists by id: from disk, in batches where the app still gets them, or singly."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from spotify_analysis import errors
from spotify_analysis.client import answers

if TYPE_CHECKING:
    from spotify_analysis.client.client import Client

__all__ = ["KINDS", "load"]

KINDS = ("tracks", "albums", "artists", "shows", "episodes")


def load(client: Client, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """Load things by id, with as few calls as this app allows.

    Parameters
    ----------
    client : Client
        Whose calls are used.
    kind : {"tracks", "albums", "artists", "shows", "episodes"}
        What they are.
    ids : iterable of str
        Spotify's ids, checked already; repeated ones cost nothing.

    Returns
    -------
    dict of str to (dict or None)
        The answer for each id, in the order given; None where Spotify knows nothing under it.

    Raises
    ------
    SpotifyError
        If one cannot be loaded; those loaded so far are kept on disk.
    """
    wanted = list(dict.fromkeys(ids))
    found = client.cache.get(kind, wanted)
    client.note_cached(f"GET /{kind}/{{id}}", len(found))
    missing = [id_ for id_ in wanted if id_ not in found]
    fetched: dict[str, Any] = {}
    try:
        _fetch(client, kind, missing, fetched)
    except errors.SpotifyError as exc:
        answers.add_count(exc, len(found) + len(fetched), len(wanted), of=kind)
        raise
    finally:
        client.cache.put(kind, {id_: one for id_, one in fetched.items() if one is not None})
    found.update(fetched)
    return {id_: found.get(id_) for id_ in wanted}


def n_calls(client: Client, kind: str, ids: Iterable[str]) -> int:
    """Tell how many calls `load` would take, as far as the app is known.

    Parameters
    ----------
    client : Client
        Whose calls are used.
    kind : str
        As in `load`.
    ids : iterable of str
        As in `load`.

    Returns
    -------
    int
        Number of calls.
    """
    wanted = set(ids)
    n_missing = len(wanted - client.cache.get(kind, wanted).keys())
    if client.facts.reduced is False and client.facts.gets("GET", kind):
        return -(-n_missing // client.facts.limit("GET", kind))
    return n_missing


def _fetch(client: Client, kind: str, ids: Sequence[str], fetched: dict[str, Any]) -> None:
    todo = list(ids)
    if len(todo) > 1 and client.facts.reduced is None and client.facts.gets("GET", kind):
        # one is needed in any case, and shows whether this app is one that still gets batches
        _singly(client, kind, todo[:1], fetched)
        todo = todo[1:]
    if len(todo) > 1 and client.facts.reduced is False and client.facts.gets("GET", kind):
        try:
            _in_batches(client, kind, todo, fetched)
        except (errors.ForbiddenError, errors.NotFoundError, errors.BadRequestError) as exc:
            if isinstance(exc, errors.PremiumRequiredError | errors.NotRegisteredError):
                raise
            client.facts.refuse("GET", kind)
        todo = [id_ for id_ in todo if id_ not in fetched]
    _singly(client, kind, todo, fetched)


def _in_batches(client: Client, kind: str, ids: Sequence[str], fetched: dict[str, Any]) -> None:
    size = client.facts.limit("GET", kind)
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]

    def fetch(batch: Sequence[str]) -> None:
        answer = client.call(
            "GET", kind, params={"ids": ",".join(batch)}, check=lambda a: _wrong(a, kind, batch)
        )
        # in the order asked for: a relinked track carries another id than the one asked for
        fetched.update(zip(batch, answer[kind], strict=True))

    # the first alone: if this app does not get batches, that costs one call and not four
    fetch(batches[0])
    client.crew.run([functools.partial(fetch, batch) for batch in batches[1:]], label=kind)


def _singly(client: Client, kind: str, ids: Sequence[str], fetched: dict[str, Any]) -> None:
    def fetch(id_: str) -> None:
        try:
            fetched[id_] = client.call("GET", f"{kind}/{id_}", check=_no_object)
        except errors.NotFoundError:
            fetched[id_] = None

    client.crew.run([functools.partial(fetch, id_) for id_ in ids], label=kind)


def _wrong(answer: Any, kind: str, batch: Sequence[str]) -> str | None:
    things = answer.get(kind) if isinstance(answer, dict) else None
    if not isinstance(things, list) or len(things) != len(batch):
        return f"does not hold the {len(batch)} {kind} asked for"
    return None


def _no_object(answer: Any) -> str | None:
    return None if isinstance(answer, dict) else "is a list instead of one thing"
