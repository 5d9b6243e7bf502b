"""Lists of many pages: all rows, in order, or an error that says how far it came.

The first page says how many there are; the others are then fetched side by side by offset, so a
`next` link is never followed, only checked. Finished pages of a list that broke off are kept on
disk, and the next call goes on from there, also in another kernel (see `unfinished`).
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from spotify_analysis import errors
from spotify_analysis.client import answers, gather
from spotify_analysis.client.unfinished import Kept, Page, Unfinished

if TYPE_CHECKING:
    from spotify_analysis.client.client import Client

__all__ = ["Items", "Listing", "Pager"]

_log = logging.getLogger("spotify_analysis")

_MOST_PAGES = 10_000
# first pages loaded to learn how long a list is serve the load that follows
_BEGUN_S = 300.0
# refusals that say nothing about one list: the next one would end the same way
_ALL_REFUSED = (
    errors.MissingScopeError,
    errors.NotRegisteredError,
    errors.PremiumRequiredError,
    errors.WithdrawnError,
)
Key = Callable[[Any], Hashable | None]


class Items(list[Any]):
    """The rows of a list, with a report of how they came.

    Parameters
    ----------
    rows : iterable
        The rows.
    report : mapping, optional
        How they came.
    is_believed : bool
        Whether null rows were asked for twice.

    Attributes
    ----------
    report : dict
        ``n_announced`` (what Spotify said there were; None if it did not), ``n_received``,
        ``n_duplicates`` (removed), ``n_null`` (rows without content, still in the list). Of a list
        that Spotify does not give only ``refused``: what it said.
    is_believed : bool
        False if a row is null in the only answer that was to hold it; see `unfinished`.
    """

    def __init__(
        self,
        rows: Iterable[Any] = (),
        *,
        report: Mapping[str, Any] | None = None,
        is_believed: bool = True,
    ) -> None:
        super().__init__(rows)
        self.report: dict[str, Any] = dict(report or {})
        self.is_believed = is_believed


@dataclass(frozen=True)
class Listing:
    """A list to load.

    Parameters
    ----------
    path : str
        Path below the API's address.
    params : mapping
        The query without limit and offset.
    item_key : str or None
        Where the page stands in the answer, for answers that nest it: ``"artists"``.
    limit : int or None
        Rows per page; None for the most the app gets.
    at_most : int or None
        Load no more rows than that.
    key : callable or None
        Names a row as read, so that one which comes twice is dropped; None keeps all.
    read : callable or None
        Makes of each row what is wanted of it, in the thread that fetched it; rows that are null
        stay null. What Spotify sent is not kept then.
    begun : mapping or None
        The first page, where another answer held it already.
    kept : sequence or None
        All its rows as an earlier load has read them: nothing but pages in which some are null is
        asked for, after all else, and once.
    may_be_refused : bool
        Among several lists, one that Spotify does not give or know is left empty and its
        `report` says so under ``refused``; otherwise that is an error.
    """

    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    item_key: str | None = None
    limit: int | None = None
    at_most: int | None = None
    key: Key | None = None
    read: Callable[[Any], Any] | None = None
    begun: Mapping[str, Any] | None = field(default=None, repr=False)
    kept: Sequence[Any] | None = field(default=None, repr=False)
    may_be_refused: bool = False

    @property
    def name(self) -> str:
        """What tells this list from others."""
        return repr((self.path, self.item_key, sorted(self.params.items())))


@dataclass
class _Progress:
    """One list on its way."""

    listing: Listing
    first: Page | None = None
    pages: dict[int, Page] = field(default_factory=dict)
    step: int = 0
    # pages that an earlier load has left, nulls in them not seen twice
    doubted: set[int] = field(default_factory=set)
    refused: errors.SpotifyError | None = None
    items: Items | None = None
    on_whole: Callable[[Items], None] | None = None

    @property
    def n_loaded(self) -> int:
        return sum(len(page.rows) for page in self.pages.values())

    @property
    def n_wanted(self) -> int | None:
        total = self.first.total if self.first else None
        if total is None or self.listing.at_most is None:
            return total
        return min(total, self.listing.at_most)


class Pager:
    """Loads lists through a client.

    Parameters
    ----------
    client : Client
        Whose calls are used.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._unfinished = Unfinished(lambda: client.cache)
        self._whole: dict[str, Kept] | None = None
        self._begun: dict[str, tuple[Page, float]] = {}
        self._lock = threading.Lock()

    # ------------------------------------------------------------ by offset

    def load(
        self,
        listings: Sequence[Listing],
        *,
        label: str,
        on_whole: Callable[[int, Items], None] | None = None,
    ) -> list[Items]:
        """Load lists side by side.

        Parameters
        ----------
        listings : sequence of Listing
            What to load.
        label : str
            What it is, for the progress bar.
        on_whole : callable, optional
            Called with place and rows of each list that has come to its end, also when another
            one breaks off.

        Returns
        -------
        list of Items
            The rows of each.

        Raises
        ------
        SpotifyError
            If any list cannot be loaded to its end; `n_loaded` and `n_total` say how far all of
            them came. What was loaded is kept, and the same call goes on from there.
        """
        progress = [_Progress(listing) for listing in listings]
        if on_whole is not None:
            for n, one in enumerate(progress):
                one.on_whole = functools.partial(on_whole, n)
        self._work(progress, label)
        changed = [one for one in progress if _has_changed(one)]
        if changed:
            # rows move between pages when something is added or removed meanwhile
            _log.warning("A list changed while it was being loaded; loading it again.")
            for one in changed:
                one.pages.clear()
                one.doubted.clear()
                one.first = None
            self._work(changed, label)
        self._ask_again(progress, label)
        for one in progress:
            self._done(one)
        return [one.items for one in progress if one.items is not None]

    def _store(self, one: _Progress, page: Page) -> None:
        """Take in a page, and hand the list over if it was the last one missing."""
        with self._lock:
            one.pages[page.offset] = page
            # only who waits for single lists needs to know before all have ended
            is_whole = one.on_whole is not None and self._is_whole(one) and not _has_changed(one)
        if is_whole:
            self._done(one)

    def _done(self, one: _Progress) -> None:
        """Hand over a list that has come to its end, once."""
        with self._lock:
            if one.items is not None:
                return
            one.items = self._assembled(one)
            is_long = one.first is not None and len(one.pages) > 1 and not one.listing.kept
            if self._whole is not None and is_long:
                self._whole[one.listing.name] = _kept(one)
        if one.on_whole is not None:
            one.on_whole(one.items)

    def _is_whole(self, one: _Progress) -> bool:
        if not one.pages or one.doubted or self._offsets(one):
            return False
        return not one.pages[max(one.pages)].has_next

    def _work(self, progress: Sequence[_Progress], label: str) -> None:
        n_known = len(progress) if len(progress) > 1 else None
        shown = self._client.crew.bar(label, n_known)
        try:
            begin = [functools.partial(self._begin, one) for one in progress]
            self._gather(begin, progress, shown)
        finally:
            shown.close()
        jobs = [
            functools.partial(self._fetch, one, offset)
            for one in progress
            for offset in self._offsets(one)
        ]
        shown = self._client.crew.bar(label, len(jobs))
        try:
            self._gather(jobs, progress, shown)
            for one in progress:
                self._go_on(one, progress, shown)
        finally:
            shown.close()

    def _gather(
        self, jobs: Sequence[Callable[[], None]], progress: Sequence[_Progress], shown: gather.Bar
    ) -> None:
        if not jobs:
            return
        error = self._client.crew.gather(jobs, shown).error
        if error is not None:
            self._keep(progress)
            raise _how_far(error, progress)

    def begin(self, listings: Sequence[Listing], *, label: str) -> list[int | None]:
        """Load the first page of lists, which a load that follows soon takes up.

        Parameters
        ----------
        listings : sequence of Listing
            What will be loaded.
        label : str
            What it is, for the progress bar.

        Returns
        -------
        list of (int or None)
            How many rows Spotify announces for each; None where it does not say.

        Raises
        ------
        SpotifyError
            If a first page cannot be loaded.
        """
        progress = [_Progress(listing) for listing in listings]
        shown = self._client.crew.bar(label, len(progress))
        try:
            self._gather(
                [functools.partial(self._ask_first, one) for one in progress], progress, shown
            )
        finally:
            shown.close()
        now = time.monotonic()
        with self._lock:
            for one in progress:
                if one.first is not None:
                    self._begun[one.listing.name] = (one.first, now)
        return [one.n_wanted if one.refused is None else 0 for one in progress]

    def _begin(self, one: _Progress) -> None:
        listing, facts = one.listing, self._client.facts
        if listing.kept:
            self._take_up(one, listing.kept)
            return
        one.first = self._take_begun(listing)
        if one.first is None:
            self._ask_first(one)
        if one.first is None:
            return
        one.first = _as_read(one.first, listing)
        kept = self._unfinished.take(listing.name) if one.first.has_next else None
        # the first page may have shown that this app gets larger ones than was safe to ask for
        one.step = one.first.limit
        if listing.limit is None and one.first.is_full_size:
            one.step = facts.limit("GET", listing.path)
        first = kept.pages[0].seen_again(one.first) if kept is not None and kept.step > 0 else None
        if kept is not None and first is not None:
            one.first, one.step = first, kept.step
            one.pages = {page.offset: page for page in kept.pages}
            one.doubted = {page.offset for page in kept.pages[1:] if page.has_nulls}
        self._store(one, one.first)

    def _take_up(self, one: _Progress, rows: Sequence[Any]) -> None:
        """Begin with a list that was whole before; only what was null in it is open."""
        listing, total = one.listing, len(rows)
        one.step = listing.limit or self._client.facts.limit("GET", listing.path)
        for offset in range(0, total, one.step):
            page = list(rows[offset : offset + one.step])
            one.pages[offset] = Page(offset, one.step, page, total, offset + one.step < total)
        one.first = one.pages[0]
        one.doubted = {offset for offset, page in one.pages.items() if page.has_nulls}

    def _ask_again(self, progress: Sequence[_Progress], label: str) -> None:
        """Ask once more for pages kept from an earlier load in which rows are null."""
        jobs = [
            functools.partial(self._fetch_again, one, offset)
            for one in progress
            for offset in sorted(one.doubted)
        ]
        if not jobs:
            return
        shown = self._client.crew.bar(label, len(jobs))
        try:
            error = self._client.crew.gather(jobs, shown).error
        finally:
            shown.close()
        if error is not None and not isinstance(error, errors.SpotifyError):
            self._keep(progress)
            raise _how_far(error, progress)
        n_open = sum(len(one.doubted) for one in progress)
        if n_open:
            _say_doubted(n_open, error)

    def _fetch_again(self, one: _Progress, offset: int) -> None:
        asked = self._page(one.listing, offset, one.pages[offset].limit)
        page = one.pages[offset].seen_again(_as_read(asked, one.listing))
        if page is not None:
            with self._lock:
                one.doubted.discard(offset)
            self._store(one, page)

    def _take_begun(self, listing: Listing) -> Page | None:
        with self._lock:
            page, at = self._begun.pop(listing.name, _NOT_BEGUN)
        is_fresh = time.monotonic() - at < _BEGUN_S and listing.at_most is None
        return page if is_fresh else None

    def _ask_first(self, one: _Progress) -> None:
        listing, facts = one.listing, self._client.facts
        if listing.begun is not None and _wrong(listing.begun, None, 0) is None:
            # One that lacks rows, or links elsewhere, is asked for as the others are: it may lie in
            # the cache, and would end every later load alike.
            with contextlib.suppress(errors.UntrustedHostError):
                begun = self._read(listing.begun, offset=0, asked=None)
                if begun.total is None or len(begun.rows) >= min(begun.limit, begun.total):
                    one.first = begun
                    return
        limit = listing.limit or facts.limit("GET", listing.path)
        if listing.at_most is not None:
            limit = max(1, min(limit, listing.at_most))
        try:
            one.first = self._page(listing, 0, limit)
        except errors.BadRequestError as exc:
            smaller = None if listing.limit else facts.note_limit("GET", listing.path)
            if "limit" not in str(exc).lower() or smaller is None:
                raise
            one.first = self._page(listing, 0, smaller)
        except (errors.ForbiddenError, errors.NotFoundError) as exc:
            if not listing.may_be_refused or isinstance(exc, _ALL_REFUSED):
                raise
            one.refused = exc

    def _offsets(self, one: _Progress) -> list[int]:
        """Say which pages are still to come, where the first one tells."""
        first, wanted = one.first, one.n_wanted
        if first is None or wanted is None:
            return []
        return [o for o in range(first.limit, wanted, one.step) if o not in one.pages]

    def _fetch(self, one: _Progress, offset: int) -> None:
        self._store(one, _as_read(self._page(one.listing, offset, one.step), one.listing))

    def _go_on(self, one: _Progress, progress: Sequence[_Progress], shown: gather.Bar) -> None:
        """Follow a list further than it announced, or that announced nothing."""
        while one.pages:
            last = one.pages[max(one.pages)]
            end = last.offset + last.limit
            enough = one.listing.at_most is not None and end >= one.listing.at_most
            if enough or not last.has_next or not last.rows:
                return
            if len(one.pages) >= _MOST_PAGES:
                raise errors.IncompleteError(
                    f"The list at 'GET /{one.listing.path}' has no end after {_MOST_PAGES:,} "
                    "pages. Try again in a few minutes, or ask for fewer rows (`at_most`).",
                    endpoint=f"GET /{one.listing.path}",
                )
            self._gather([functools.partial(self._fetch, one, end)], progress, shown)
            if one.pages[end].rows == last.rows:
                # the server ignores the offset: this is the same page again
                del one.pages[end]
                return

    def _page(self, listing: Listing, offset: int, limit: int) -> Page:
        params = {**listing.params, "limit": limit, "offset": offset or None}
        page = self._asked(listing, params, offset)
        left = page.limit if page.total is None else max(page.total - offset, 0)
        if len(page.rows) < min(page.limit, left) and (page.has_next or page.total is not None):
            again = self._asked(listing, params, offset)
            page = max(page, again, key=lambda one: len(one.rows))
            if not page.rows and page.has_next:
                raise errors.IncompleteError(
                    f"Spotify announces {page.total} rows at 'GET /{listing.path}', and the page "
                    f"from row {offset} on is empty. Try again in a few minutes.",
                    endpoint=f"GET /{listing.path}",
                )
        return page

    def _asked(self, listing: Listing, params: Mapping[str, Any], offset: int | None) -> Page:
        limit = int(params["limit"])
        answer = self._client.call(
            "GET",
            listing.path,
            params=params,
            check=lambda answer: _wrong(answer, listing.item_key, offset),
        )
        return self._read(
            answer[listing.item_key] if listing.item_key else answer,
            offset=offset or 0,
            asked=limit,
        )

    def _read(self, page: Mapping[str, Any], *, offset: int, asked: int | None) -> Page:
        following = page.get("next")
        if following:
            self._client.check_address(str(following))
        used = _whole(page.get("limit")) or 0
        cursors = page.get("cursors")
        after = cursors.get("after") if isinstance(cursors, Mapping) else None
        is_smaller = asked is not None and 0 < used < asked
        return Page(
            offset=offset,
            limit=used if is_smaller or not asked else asked,
            rows=page["items"],
            total=_whole(page.get("total")),
            has_next=bool(following),
            is_full_size=not is_smaller,
            after=after if isinstance(after, str) else None,
        )

    def _assembled(self, one: _Progress) -> Items:
        listing = one.listing
        if one.refused is not None:
            return Items(report={"refused": str(one.refused)})
        rows = [row for offset in sorted(one.pages) for row in one.pages[offset].rows]
        n_received = len(rows)
        if listing.key is not None:
            rows = _without_repeats(rows, listing.key)
        n_duplicates = n_received - len(rows)
        rows = rows[: listing.at_most]
        announced = one.first.total if one.first else None
        if announced is not None and listing.at_most is None and announced != n_received:
            _log.warning(
                "Spotify announced %d rows at 'GET /%s' and gave %d.",
                announced,
                listing.path,
                n_received,
            )
        return Items(
            rows,
            report={
                "n_announced": announced,
                "n_received": n_received,
                "n_duplicates": n_duplicates,
                "n_null": sum(row is None for row in rows),
            },
            is_believed=not any(page.has_nulls for page in one.pages.values()),
        )

    def _keep(self, progress: Sequence[_Progress]) -> None:
        with self._lock:
            kept = {
                one.listing.name: _kept(one)
                for one in progress
                if one.first is not None and len(one.pages) > 1 and not one.listing.kept
            }
        self._unfinished.keep(kept)

    @contextlib.contextmanager
    def one_after_another(self) -> Iterator[None]:
        """Keep lists that have come whole, too, if a later load of the block breaks off.

        Yields
        ------
        None
            While lists are loaded that belong together.
        """
        self._whole = {}
        try:
            yield
        except BaseException:
            self._unfinished.keep(self._whole)
            raise
        finally:
            self._whole = None

    # ------------------------------------------------------------ by cursor

    def load_by_cursor(self, listing: Listing, *, label: str) -> Items:
        """Load a list whose pages name the next one only by a cursor.

        Parameters
        ----------
        listing : Listing
            What to load.
        label : str
            What it is, for the progress bar.

        Returns
        -------
        Items
            The rows.

        Raises
        ------
        SpotifyError
            If it cannot be loaded to its end; `n_loaded` and `n_total` say how far it came.
        """
        limit = listing.limit or self._client.facts.limit("GET", listing.path)
        total: int | None = None
        pages: list[Page] = []
        seen: set[str] = set()
        n_kept = 0
        page = self._take_begun(listing)
        shown = self._client.crew.bar(label, None)
        try:
            while True:
                if page is None:
                    after = pages[-1].after if pages else None
                    params = {**listing.params, "limit": limit, "after": after}
                    page = self._asked(listing, params, None)
                    shown.update()
                pages.append(_as_read(page, listing))
                if len(pages) == 1:
                    total = page.total
                    kept = self._unfinished.take(listing.name) if page.has_next else None
                    first = kept.pages[0].seen_again(pages[0]) if kept is not None else None
                    if kept is not None and first is not None and kept.pages[0].after == page.after:
                        pages, n_kept = [first, *kept.pages[1:]], len(kept.pages)
                        seen = {str(one.after) for one in pages[:-1]}
                last, page = pages[-1], None
                if not last.has_next or not last.after or last.after in seen:
                    break
                seen.add(last.after)
            self._ask_again_by_cursor(listing, limit, pages, n_kept)
        except BaseException as exc:
            if len(pages) > 1:
                self._unfinished.keep({listing.name: Kept(total, 0, pages)})
            if isinstance(exc, errors.SpotifyAnalysisError):
                answers.add_count(exc, sum(len(one.rows) for one in pages), total)
            raise
        finally:
            shown.close()
        if self._whole is not None and len(pages) > 1:
            self._whole[listing.name] = Kept(total, 0, pages)
        rows = [row for one in pages for row in one.rows]
        n_received = len(rows)
        if listing.key is not None:
            rows = _without_repeats(rows, listing.key)
        return Items(
            rows,
            report={
                "n_announced": total,
                "n_received": n_received,
                "n_duplicates": n_received - len(rows),
                "n_null": sum(row is None for row in rows),
            },
            is_believed=not any(one.has_nulls for one in pages),
        )

    def _ask_again_by_cursor(
        self, listing: Listing, limit: int, pages: list[Page], n_kept: int
    ) -> None:
        doubted = [n for n in range(1, n_kept) if pages[n].has_nulls]
        if not doubted:
            return
        error = None
        try:
            for n in doubted:
                params = {**listing.params, "limit": limit, "after": pages[n - 1].after}
                again = _as_read(self._asked(listing, params, None), listing)
                pages[n] = pages[n].seen_again(again) or pages[n]
        except errors.SpotifyError as exc:
            error = exc
        n_open = sum(pages[n].has_nulls for n in doubted)
        if n_open:
            _say_doubted(n_open, error)


def _say_doubted(n_pages: int, error: BaseException | None) -> None:
    _log.warning(
        "Rows of an earlier load are without content, and %d pages of them were not seen a second "
        "time (%s): they stand as they came.",
        n_pages,
        "the list has changed" if error is None else type(error).__name__,
    )


def _kept(one: _Progress) -> Kept:
    total = one.first.total if one.first else None
    return Kept(total, one.step, [one.pages[offset] for offset in sorted(one.pages)])


_NOT_BEGUN: tuple[Page | None, float] = (None, 0.0)


def _wrong(answer: Any, item_key: str | None, offset: int | None) -> str | None:
    """Say what keeps an answer from being the page that was asked for."""
    page = answer
    if item_key is not None:
        page = answer.get(item_key) if isinstance(answer, dict) else None
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        return "is no page of a list"
    sent = _whole(page.get("offset"))
    if offset is not None and sent is not None and sent != offset:
        return f"is the page from row {sent} on instead of that from row {offset} on"
    return None


def _as_read(page: Page, listing: Listing) -> Page:
    read = listing.read
    if read is None:
        return page
    return msgspec.structs.replace(
        page, rows=[None if row is None else read(row) for row in page.rows]
    )


def _whole(number: Any) -> int | None:
    """Read a count; Spotify sends 20.0 for 20 now and then."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return int(number) if number >= 0 and number == int(number) else None


def _has_changed(one: _Progress) -> bool:
    totals = {page.total for page in one.pages.values() if page.total is not None}
    return len(totals) > 1


def _without_repeats(rows: Iterable[Any], key: Key) -> list[Any]:
    seen: set[Hashable] = set()
    kept = []
    for row in rows:
        name = key(row) if row is not None else None
        if name is not None:
            if name in seen:
                continue
            seen.add(name)
        kept.append(row)
    return kept


def _how_far(error: BaseException, progress: Sequence[_Progress]) -> BaseException:
    if isinstance(error, errors.SpotifyAnalysisError):
        totals = [one.n_wanted for one in progress]
        total = None if None in totals else sum(total or 0 for total in totals)
        answers.add_count(error, sum(one.n_loaded for one in progress), total)
    return error
