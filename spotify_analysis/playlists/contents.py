"""The entries of one playlist at Spotify: read, and changed so that a lost answer does no harm.

Three kinds of writing differ in what a lost answer means. Replacing and taking out may simply be
sent again: twice does what once does. Adding and moving may not, so the playlist is looked at
first, and the call is sent again only if it has not arrived.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spotify_analysis import errors

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["CHUNK", "Contents", "Entry", "chunks"]

CHUNK = 100  # most entries Spotify takes in one call
# A change whose answer was lost may still be under way; reading at once could miss it.
_SETTLE_S = 2.0
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a playlist.

    Parameters
    ----------
    uri : str or None
        Its address; None where the track was removed from Spotify.
    label : str
        What to call it.
    is_local : bool
        A file on someone's device, which no program can put back.
    """

    uri: str | None
    label: str
    is_local: bool

    @property
    def is_writable(self) -> bool:
        """Whether it could be written again."""
        return self.uri is not None and not self.is_local


class Contents:
    """The entries of one playlist.

    Parameters
    ----------
    client : Client
        Asks and changes.
    playlist_id : str
        Which playlist.
    sleep : callable
        What waits before a playlist is looked at after a lost answer.
    """

    def __init__(
        self, client: Client, playlist_id: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.client = client
        self.id = playlist_id
        self.snapshot_id: str | None = None
        self.had_faults = False
        self._sleep = sleep
        self._part = "items"

    # ------------------------------------------------------------------ reading

    def total(self) -> int:
        """Ask how many entries there are.

        Returns
        -------
        int
            Their number.
        """
        return int(self._page(0, limit=1)["total"])

    def read(self) -> list[Entry]:
        """Read all entries, in order.

        Page by page and nothing kept: what is compared with or written back must be what stands
        there now.

        Returns
        -------
        list of Entry
            The entries.

        Raises
        ------
        IncompleteError
            If Spotify sends fewer than it announces.
        """
        rows: list[Any] = []
        total = 1
        while len(rows) < total:
            page = self._page(len(rows), limit=_PAGE)
            total = int(page["total"])
            if len(page["items"]) < min(_PAGE, total - len(rows)):
                raise errors.IncompleteError(
                    f"Spotify announced {total} entries and sent "
                    f"{len(rows) + len(page['items'])}; nothing was changed. Try again in a "
                    "moment.",
                    endpoint="GET /playlists/{id}/items",
                )
            rows += page["items"]
        return [_entry(row) for row in rows]

    def _page(self, offset: int, *, limit: int) -> Any:
        params = {"limit": limit, "offset": offset, "additional_types": "track,episode"}
        return self._named(
            lambda path: self.client.call("GET", path, params=params, check=_no_page)
        )

    # ------------------------------------------------------------------ changing

    def add(self, uris: Sequence[str], *, position: int, total: int) -> None:
        """Add up to 100 entries, once.

        Parameters
        ----------
        uris : sequence of str
            What to add.
        position : int
            Where.
        total : int
            Number of entries before.
        """
        body = {"uris": list(uris), "position": position}

        def has_arrived() -> bool:
            now = self.total()
            if now not in (total, total + len(uris)):
                raise errors.MaybeDoneError(
                    f"the playlist held {total} entries and now holds {now}, so somebody else "
                    "changed it too",
                    endpoint="POST /playlists/{id}/items",
                )
            return now == total + len(uris)

        self._once("POST", body, has_arrived)

    def put(self, uris: Sequence[str]) -> None:
        """Replace everything by up to 100 entries.

        Parameters
        ----------
        uris : sequence of str
            The new contents.
        """
        self._again("PUT", {"uris": list(uris)})

    def take_out(self, uris: Sequence[str]) -> None:
        """Take out every occurrence of up to 100 addresses.

        Parameters
        ----------
        uris : sequence of str
            What to take out.
        """
        self._again("DELETE", {"items": [{"uri": uri} for uri in uris]})

    def move(self, start: int, n: int, before: int, *, expected: Sequence[str | None]) -> None:
        """Move some entries that stand together.

        Parameters
        ----------
        start : int
            The first of them.
        n : int
            How many.
        before : int
            The place, counted before the move, in front of which they go.
        expected : sequence of str or None
            All addresses after the move.
        """
        body = {"range_start": start, "range_length": n, "insert_before": before}
        self._once("PUT", body, lambda: [entry.uri for entry in self.read()] == list(expected))

    def _once(self, method: str, body: dict[str, Any], has_arrived: Callable[[], bool]) -> None:
        try:
            self._write(method, body)
        except errors.MaybeDoneError:
            if not self._look(has_arrived):
                try:
                    self._write(method, body)
                except errors.MaybeDoneError:
                    if not self._look(has_arrived):
                        raise

    def _look(self, has_arrived: Callable[[], bool]) -> bool:
        self.had_faults = True
        self._sleep(_SETTLE_S)
        return has_arrived()

    def _again(self, method: str, body: dict[str, Any]) -> None:
        try:
            self._write(method, body)
        except errors.MaybeDoneError:
            self.had_faults = True
            self._sleep(_SETTLE_S)
            self._write(method, body)

    def _write(self, method: str, body: dict[str, Any]) -> None:
        def send(path: str) -> Any:
            older = path.endswith("tracks") and "items" in body
            return self.client.call(method, path, json={"tracks": body["items"]} if older else body)

        answer = self._named(send)
        if not isinstance(answer, dict) or not isinstance(answer.get("snapshot_id"), str):
            # every answer to a change names the version it made; one that does not says nothing
            raise errors.MaybeDoneError(
                "Spotify's answer does not say whether the playlist was changed. Look at it "
                "before you try once more.",
                endpoint=f"{method} /playlists/{{id}}/items",
            )
        self.snapshot_id = answer["snapshot_id"]

    def _named(self, ask: Callable[[str], Any]) -> Any:
        """Ask under the name of 2026, and under the older one where that is not known.

        Which of the two an app gets is seen from Spotify's answer and then kept to.
        """
        path = f"playlists/{self.id}"
        try:
            return ask(f"{path}/{self._part}")
        except (errors.NotFoundError, errors.WithdrawnError) as refusal:
            if self._part == "tracks":
                raise
            try:
                answer = ask(f"{path}/tracks")
            except (errors.NotFoundError, errors.ForbiddenError):
                raise refusal from None  # neither is there: the first refusal is the true one
            self._part = "tracks"
            return answer


def _no_page(answer: Any) -> str | None:
    """Say what is wrong with an answer that should be a page of entries."""
    if isinstance(answer, dict):
        rows, total = answer.get("items"), answer.get("total")
        if isinstance(rows, list) and isinstance(total, int):
            return None
    return "holds no list of entries"


def chunks(uris: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Cut a list into parts that one call can take.

    Parameters
    ----------
    uris : sequence of str
        The list.
    size : int
        Most per part.

    Yields
    ------
    sequence of str
        The parts, in order.
    """
    for start in range(0, len(uris), size):
        yield uris[start : start + size]


def _entry(row: Any) -> Entry:
    row = row if isinstance(row, dict) else {}
    item = row.get("item") or row.get("track")
    if not isinstance(item, dict):
        return Entry(None, "(removed)", bool(row.get("is_local")))
    uri = item.get("uri")
    artists = item.get("artists") or [{}]
    who = artists[0].get("name") if isinstance(artists[0], dict) else None
    title = item.get("name") or uri or "(no name)"
    is_local = bool(row.get("is_local") or str(uri).startswith("spotify:local:"))
    return Entry(uri, f"{who} - {title}" if who else title, is_local)
