"""Pages of lists that broke off, kept until the same list is asked for again.

They lie in the cache on disk, so a load that stopped at a quota today goes on tomorrow in another
kernel. The first page is always asked for anew: if it differs, the list has changed, and what was
kept is of no use.

A row that is null may be Spotify's word (a playlist of its own, a track taken down) or a slip of
one answer, and the two look alike. So a kept page that holds one is doubted: the load that takes it
up asks for it once more, after all that it lacks. What comes as null twice is believed from then
on; if Spotify, its quota or one's own budget refuses the second look, the page stands as it came.
So a list full of nulls loses nothing that it has, at most one call a page is spent on doubts, and
every load that is taken up ends.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from spotify_analysis import __version__
from spotify_analysis.client.cache import LIFETIMES_S, Cache

__all__ = ["Kept", "Page", "Unfinished"]

_KIND = "unfinished"


class Page(msgspec.Struct, frozen=True):
    """One page of a list, its rows as they were read."""

    offset: int
    limit: int
    rows: list[Any]
    total: int | None
    has_next: bool
    # False where the server gave smaller pages than were asked for
    is_full_size: bool = True
    # the cursor of the next page, for lists that have one
    after: str | None = None
    # its rows were asked for twice: those still null are null at Spotify
    is_believed: bool = False

    @property
    def has_nulls(self) -> bool:
        """Whether rows have come as null, and once only."""
        return not self.is_believed and None in self.rows

    def seen_again(self, again: Page) -> Page | None:
        """Take two answers for one page together.

        Parameters
        ----------
        again : Page
            The later one.

        Returns
        -------
        Page or None
            The later one, rows that are null in it as they came before; None if other rows or
            another number of them have come, so that the list has changed.
        """
        pairs = list(zip(self.rows, again.rows, strict=False))
        if (self.total, len(self.rows)) != (again.total, len(again.rows)) or any(
            before != now for before, now in pairs if before is not None and now is not None
        ):
            return None
        rows = [before if now is None else now for before, now in pairs]
        return msgspec.structs.replace(again, rows=rows, is_believed=True)


class Kept(msgspec.Struct, frozen=True):
    """What has come of a list: its pages in order, and how many rows one was asked for."""

    total: int | None
    # 0 for lists that are followed by a cursor
    step: int
    pages: list[Page]


class Unfinished:
    """Lists that broke off, on disk, or in memory without a cache; safe between threads.

    Parameters
    ----------
    cache : callable
        Gives the cache of the app and account.
    """

    def __init__(self, cache: Callable[[], Cache]) -> None:
        self._cache = cache
        self._here: dict[str, tuple[Kept, float]] = {}
        self._lock = threading.Lock()

    def keep(self, lists: Mapping[str, Kept]) -> None:
        """Keep what has come of lists.

        Parameters
        ----------
        lists : mapping of str to Kept
            The pages, by the name of the list.
        """
        if not lists:
            return
        cache = self._cache()
        cache.put(
            _KIND,
            {_id(name): msgspec.to_builtins(kept) for name, kept in lists.items()},
            version=__version__,
        )
        if not cache.is_on:
            # what lies on disk is not held here, too: another kernel may have gone on meanwhile
            now = time.monotonic()
            with self._lock:
                self._here.update({name: (kept, now) for name, kept in lists.items()})

    def take(self, name: str) -> Kept | None:
        """Give what was kept of a list, and keep it no longer.

        Parameters
        ----------
        name : str
            The list.

        Returns
        -------
        Kept or None
            Its pages; None if there are none, or they are older than a day.
        """
        with self._lock:
            kept, at = self._here.pop(name, (None, 0.0))
        if kept is not None and time.monotonic() - at > LIFETIMES_S[_KIND]:
            kept = None
        cache = self._cache()
        found = cache.get(_KIND, [_id(name)], version=__version__)
        if found:
            cache.drop(_KIND, found)
        if kept is None and found:
            try:
                kept = msgspec.convert(found[_id(name)], Kept)
            except msgspec.ValidationError:
                return None
        return kept if kept is not None and kept.pages else None


def _id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
