"""What was asked of Spotify: calls by endpoint and status, waits and times."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from spotify_analysis import tables

__all__ = ["Usage"]


@dataclass
class _Row:
    n_calls: int = 0
    n_cached: int = 0
    waited_s: float = 0.0
    took_s: float = 0.0
    first_at: float | None = None
    last_at: float | None = None


class Usage:
    """Counts calls; safe to use from several threads."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int | None], _Row] = {}
        self._lock = threading.Lock()

    @property
    def n_calls(self) -> int:
        """All requests sent so far, repeated ones too."""
        with self._lock:
            return sum(row.n_calls for row in self._rows.values())

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
        now = time.time()
        with self._lock:
            row = self._rows.setdefault((endpoint, status), _Row())
            row.n_calls += 1
            row.took_s += took_s
            row.first_at = row.first_at or now
            row.last_at = now

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
        with self._lock:
            self._rows.setdefault((endpoint, status), _Row()).waited_s += waited_s

    def add_cached(self, endpoint: str, n_cached: int) -> None:
        """Count answers taken from disk.

        Parameters
        ----------
        endpoint : str
            The call each of them saved.
        n_cached : int
            How many.
        """
        if n_cached:
            with self._lock:
                self._rows.setdefault((endpoint, None), _Row()).n_cached += n_cached

    def frame(self) -> pd.DataFrame:
        """List the counts.

        Returns
        -------
        DataFrame
            One row per endpoint and status, busiest first; columns of `tables.USAGE`.
        """
        with self._lock:
            rows = [
                {
                    "endpoint": endpoint,
                    "status": status,
                    "n_calls": row.n_calls,
                    "n_cached": row.n_cached,
                    "waited_s": row.waited_s,
                    "took_s": row.took_s,
                    "first_at": _utc(row.first_at),
                    "last_at": _utc(row.last_at),
                }
                for (endpoint, status), row in self._rows.items()
            ]
        rows.sort(key=lambda row: (-int(str(row["n_calls"])), str(row["endpoint"])))
        return tables.conform(rows, tables.USAGE)


def _utc(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
