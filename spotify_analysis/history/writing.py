"""Plays to the table that others read: only the years that changed, in one commit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from spotify_analysis import tables
from spotify_analysis.history.rows import row_hashes
from spotify_analysis.history.state import SCHEMA, State, years_of
from spotify_analysis.history.store import PLAYS, Store

__all__ = ["write_plays"]


def write_plays(
    store: Store,
    found: State,
    before: pa.Table,
    plays: pa.Table,
    *,
    zone: str,
    marks: Mapping[str, int],
) -> None:
    """Write the years that are not as they were; with this commit an import becomes visible.

    Parameters
    ----------
    store : Store
        The tables.
    found : State
        What the plays were worked out from.
    before : pyarrow.Table
        The plays as they are stored, with their ``year``.
    plays : pyarrow.Table
        The plays as they should be.
    zone : str
        Zone of the local columns.
    marks : mapping
        What this commit means for imports.
    """
    years = years_of(plays)
    was, now = row_hashes(before), row_hashes(plays)
    year_before = before["year"].to_numpy()
    changed = [
        int(year)
        for year in np.union1d(years, year_before)
        if not np.array_equal(was[year_before == year], now[years == year])
    ]
    chosen = np.isin(years, changed)
    data = plays.filter(pa.array(chosen))
    data = _with_calendar(data, zone).append_column("year", pa.array(years[chosen], pa.int32()))
    store.write(
        PLAYS,
        data,
        found.plays,
        replace=f"year IN ({', '.join(map(str, changed))})" if changed and found.plays else None,
        marks={"history": found.number + 1, "schema": SCHEMA, **marks},
    )


def _with_calendar(plays: pa.Table, zone: str) -> pa.Table:
    """Put the local columns in their place."""
    times = pd.DataFrame(
        {
            name: tables.from_arrow(plays[name], tables.UTC)
            for name in ("ended_at", "started_at", "logged_at")
        }
    )
    filled = tables.with_local_time(times, zone)
    # a date, which every engine knows; an instant without a zone is newer in Delta Lake
    made = {
        "local_day": pa.array(filled["local_day"], pa.timestamp("us")).cast(pa.date32()),
        "local_hour": pa.array(filled["local_hour"], pa.int64()),
        "local_weekday": pa.array(filled["local_weekday"], pa.int64()),
        "time_zone": pa.array(filled["time_zone"], pa.large_string()),
    }
    return pa.table(
        {name: made[name] if name in made else plays[name] for name in tables.PLAYS.columns}
    )
