"""The list of imports: what was added, when, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables
from spotify_analysis.history.report import Added
from spotify_analysis.history.state import LEDGER, State

__all__ = ["entry", "imports"]

_MOST_FILES = 50


def entry(told: Added, rows: pa.Table) -> pa.Table:
    """Write down an import.

    Parameters
    ----------
    told : Added
        What it did.
    rows : pyarrow.Table
        Its rows, columns `merging.KEPT`.

    Returns
    -------
    pyarrow.Table
        One row of `LEDGER`.
    """
    since, until = (
        fold(pc.coalesce(rows["ended_at"], rows["started_at"], rows["logged_at"])).as_py()
        for fold in (pc.min, pc.max)
    )
    one = {
        "import_id": told.import_id,
        "imported_at": datetime.now(UTC),
        "source": _named(rows["source"]),
        "files": _named(rows["file"]),
        "since": since,
        "until": until,
        "n_rows": told.n_rows,
        "n_new": told.n_new,
        "n_improved": told.n_improved,
        "n_known": told.n_known,
        "n_rejected": told.n_rejected,
        "n_gave_way": told.n_gave_way,
        "n_kept": len(rows),
        "gap_since": told.gap[0] if told.gap else None,
        "gap_until": told.gap[1] if told.gap else None,
    }
    return pa.Table.from_pylist([one], LEDGER)


def imports(found: State, entries: pd.DataFrame | None = None) -> pd.DataFrame:
    """Make the table a user sees.

    Parameters
    ----------
    found : State
        What there is.
    entries : DataFrame, optional
        Which entries of the ledger; all by default.

    Returns
    -------
    DataFrame
        `tables.HISTORY_IMPORTS`.
    """
    listed = found.ledger if entries is None else entries
    is_active = listed["import_id"].isin(found.active)
    return tables.conform(listed.assign(is_active=is_active), tables.HISTORY_IMPORTS)


def _named(column: Any) -> str | None:
    """Join the names that occur, at most so many."""
    names = sorted(name for name in pc.unique(column).to_pylist() if name)
    more = [f"and {len(names) - _MOST_FILES} more"] if len(names) > _MOST_FILES else []
    return "; ".join([*names[:_MOST_FILES], *more]) or None
