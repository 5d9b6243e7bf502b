"""The last step of every loader: rows to a declared table, with the facts of the load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.loaders.rows import Reader

__all__ = ["missing", "sums", "table"]


def table(
    rows: Iterable[Mapping[str, Any]],
    declared: tables.Table,
    *,
    call: str,
    reader: Reader | None = None,
    report: Mapping[str, Any] | None = None,
    **facts: Any,
) -> pd.DataFrame:
    """Make a declared table of rows.

    Parameters
    ----------
    rows : iterable of mappings
        What was read.
    declared : Table
        What it is.
    call : str
        What was asked: ``"GET /me/tracks"``.
    reader : Reader, optional
        Who read it, for the values that did not fit.
    report : mapping, optional
        How the list came: announced, received, repeated and skipped rows.
    **facts : Any
        Further plain facts.

    Returns
    -------
    DataFrame
        The table; `tables.facts` tells ``source`` (``"web_api"``), ``call``, ``loaded_at`` and
        ``report``.
    """
    told = dict(report or {})
    if reader is not None and reader.rejected:
        told["rejected"] = dict(reader.rejected)
    return tables.note(
        tables.conform(rows, declared),
        source="web_api",
        call=call,
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        report=told or None,
        **facts,
    )


def sums(reports: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Add up what several lists announced and gave, as far as they said.

    Parameters
    ----------
    reports : iterable of mappings
        How each list came.

    Returns
    -------
    dict of str to int
        ``n_announced`` and ``n_received``; they differ where rows did not come.
    """
    told = [one for one in reports if one.get("n_announced") is not None]
    return {name: sum(one[name] for one in told) for name in ("n_announced", "n_received")}


def missing(declared: tables.Table, reason: str) -> pd.DataFrame:
    """Make an empty table that says why it is empty.

    Parameters
    ----------
    declared : Table
        What it would have been.
    reason : str
        Why it could not be loaded.

    Returns
    -------
    DataFrame
        All columns, no rows; the reason in ``attrs["missing"]``.
    """
    return tables.note(tables.empty(declared), missing=reason)
