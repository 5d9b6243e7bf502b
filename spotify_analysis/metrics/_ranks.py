"""Rows in the order of places: sorted, cut, and numbered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

_NAMES = ("track", "album", "artist")


def ranked(frame: pd.DataFrame, by: Mapping[str, bool], *, n: int | None = None) -> pd.DataFrame:
    """Sort rows, ties by name and by code point, keep the first ones and number them.

    Parameters
    ----------
    frame : DataFrame
        Rows with names, or with ``code``, the place of their names in order.
    by : mapping of str to bool
        Columns to sort by, and whether small values come first.
    n : int or None
        How many rows to keep; None is all.

    Returns
    -------
    DataFrame
        The rows, with ``rank``.
    """
    if n is not None and n < len(frame):
        # rows that can be among the first are sorted, not all of them
        column, rises = next(iter(by.items()))
        values = frame[column].to_numpy(dtype="float64", na_value=np.nan)
        signed = values if rises else -values
        kept = np.partition(np.where(np.isnan(signed), np.inf, signed), n - 1)[n - 1]
        if kept < np.inf:
            frame = frame[signed <= kept]
    columns = [*by, *(name for name in _ties(frame) if name not in by)]
    ordered = frame.sort_values(
        columns,
        ascending=[by.get(name, True) for name in columns],
        kind="stable",
        ignore_index=True,
    ).head(n if n is not None else len(frame))
    return ordered.assign(rank=np.arange(1, len(ordered) + 1))


def ranked_in(frame: pd.DataFrame, group: str, by: str, *, n: int | None) -> pd.DataFrame:
    """Sort rows inside of groups, ties by name, keep the first ones of each and number them.

    Parameters
    ----------
    frame : DataFrame
        Rows with names, or with ``code``, the place of their names in order.
    group : str
        Column that groups them; groups stand in its order.
    by : str
        Column of whole numbers to sort by, the most first.
    n : int or None
        How many rows of each group to keep; None is all.

    Returns
    -------
    DataFrame
        The rows, with ``rank``.
    """
    if n is not None and len(frame):
        code, groups = pd.factorize(frame[group])
        measure = frame[by].to_numpy(dtype="int64")
        order = np.lexsort((-measure, code))
        starts = np.searchsorted(code[order], np.arange(len(groups)))
        sizes = np.diff(np.append(starts, len(code)))
        floor = measure[order][starts + np.minimum(sizes, n) - 1]
        frame = frame[measure >= floor[code]]
    ties = _ties(frame)
    ordered = frame.sort_values(
        [group, by, *ties],
        ascending=[True, False, *(True for _ in ties)],
        kind="stable",
        ignore_index=True,
    )
    rank = ordered.groupby(group, sort=False).cumcount() + 1
    kept = rank <= (n if n is not None else len(ordered))
    return ordered.assign(rank=rank)[kept].reset_index(drop=True)


def _ties(frame: pd.DataFrame) -> list[str]:
    """Return the columns that decide between equal rows."""
    return ["code"] if "code" in frame else [name for name in _NAMES if name in frame]
