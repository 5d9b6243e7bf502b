"""What was asked of Spotify: calls by day, endpoint and status, waits and times."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.client.ledger import Kept, Ledger, Row

if TYPE_CHECKING:
    from spotify_analysis import config

__all__ = ["Usage", "ledger_for", "usage"]

# how much the newest answer counts in the mean of their times
_NEWEST = 0.1


def ledger_for(settings: config.Settings) -> Ledger:
    """Find what is kept of the developer account that settings belong to.

    Parameters
    ----------
    settings : Settings
        Folder, server, and the name of the developer account.

    Returns
    -------
    Ledger
        Shared by all clients with the same three.
    """
    return Ledger(settings.data_dir / "calls", (settings.api_url, settings.developer))


def usage(settings: config.Settings | None = None, *, days: int | None = None) -> pd.DataFrame:
    """List what was asked of Spotify from this computer, today and in earlier sessions.

    Parameters
    ----------
    settings : Settings, optional
        Folder and developer account; found in arguments, environment and files by default.
    days : int or None
        Only the last so many days, today included; None for all that are kept (400).

    Returns
    -------
    DataFrame
        One row per day, endpoint and status; columns of `tables.USAGE`.

    Raises
    ------
    ValueError
        If `days` is less than 1.

    Examples
    --------
    >>> from spotify_analysis import client, plots
    >>> plots.usage(client.usage(days=30))  # doctest: +SKIP
    """
    if settings is None:
        from spotify_analysis import config

        settings = config.load()
    return frame(ledger_for(settings).rows(), days=days)


def frame(
    rows: Iterable[Row], *, days: int | None = None, now: float | None = None
) -> pd.DataFrame:
    """Make the table of counts.

    Parameters
    ----------
    rows : iterable of Row
        The counts.
    days : int or None
        As in `usage`.
    now : float, optional
        Seconds since 1970.

    Returns
    -------
    DataFrame
        Day by day, busiest endpoint first; columns of `tables.USAGE`.

    Raises
    ------
    ValueError
        If `days` is less than 1.
    """
    if days is not None:
        if days < 1:
            raise ValueError(f"`days` must be 1 or more; not {days!r}.")
        today = datetime.fromtimestamp(time.time() if now is None else now, UTC).date()
        first = f"{today - timedelta(days=days - 1):%Y-%m-%d}"
        rows = (row for row in rows if row.day >= first)
    listed = [
        {
            "day": date.fromisoformat(row.day),
            "endpoint": row.endpoint,
            "status": row.status,
            "n_calls": row.n_calls,
            "n_cached": row.n_cached,
            "waited_s": row.waited_s,
            "took_s": row.took_s,
            "first_at": _utc(row.first_at),
            "last_at": _utc(row.last_at),
        }
        for row in sorted(rows, key=lambda row: (row.day, -row.n_calls, row.endpoint))
    ]
    return tables.conform(listed, tables.USAGE)


class Usage:
    """Counts calls, for this client and in the ledger; safe to use from several threads.

    Parameters
    ----------
    ledger : Ledger
        Where counts are kept over sessions.
    now : callable
        Gives seconds since 1970.
    """

    def __init__(self, ledger: Ledger, *, now: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._now = now
        self._rows: list[Row] = []
        self._lock = threading.Lock()

    @property
    def n_calls(self) -> int:
        """All requests of this client so far, repeated ones too."""
        with self._lock:
            return sum(row.n_calls for row in self._rows)

    def add_call(self, endpoint: str, status: int | None, took_s: float) -> None:
        """Count one request.

        Parameters
        ----------
        endpoint : str
            Method and path, ids as ``{id}``.
        status : int or None
            HTTP status; None where no answer came.
        took_s : float
            Seconds from request to answer.
        """
        now = self._now()

        def add(row: Row) -> None:
            row.n_calls += 1
            row.took_s += took_s
            row.first_at = now if row.first_at is None else row.first_at
            row.last_at = now

        self._add(endpoint, status, add, took_s=took_s if status == 200 else None)

    def add_wait(self, endpoint: str, status: int | None, waited_s: float) -> None:
        """Count a wait that an answer caused.

        Parameters
        ----------
        endpoint : str
            Method and path, ids as ``{id}``.
        status : int or None
            Status of the answer that caused it.
        waited_s : float
            Seconds.
        """

        def add(row: Row) -> None:
            row.waited_s += waited_s

        self._add(endpoint, status, add)

    def add_cached(self, endpoint: str, n_cached: int) -> None:
        """Count answers taken from disk.

        Parameters
        ----------
        endpoint : str
            The call each of them saved.
        n_cached : int
            How many.
        """

        def add(row: Row) -> None:
            row.n_cached += n_cached

        if n_cached:
            self._add(endpoint, None, add)

    def _add(
        self,
        endpoint: str,
        status: int | None,
        add: Callable[[Row], None],
        *,
        took_s: float | None = None,
    ) -> None:
        day = f"{datetime.fromtimestamp(self._now(), UTC):%Y-%m-%d}"

        def note(kept: Kept) -> None:
            add(_row(kept.rows, day, endpoint, status))
            if took_s is not None:
                before = took_s if kept.answer_s is None else kept.answer_s
                kept.answer_s = before + _NEWEST * (took_s - before)

        with self._lock:
            add(_row(self._rows, day, endpoint, status))
        self._ledger.later(note, today=day)

    def frame(self, *, this_session: bool = False, days: int | None = None) -> pd.DataFrame:
        """List the counts.

        Parameters
        ----------
        this_session : bool
            Only those of this client.
        days : int or None
            As in `usage`.

        Returns
        -------
        DataFrame
            Columns of `tables.USAGE`.
        """
        if not this_session:
            return frame(self._ledger.rows(), days=days, now=self._now())
        with self._lock:
            return frame(list(self._rows), days=days, now=self._now())


def _row(rows: list[Row], day: str, endpoint: str, status: int | None) -> Row:
    for row in rows:
        if row.key == (day, endpoint, status):
            return row
    rows.append(Row(day, endpoint, status))
    return rows[-1]


def _utc(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
