"""What is handed over to what is kept: refused rows, one order, and the name of an import."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables
from spotify_analysis.history.merging import KEPT, coded, codes

__all__ = ["Accepted", "accept", "import_id_of", "row_hashes"]

_FIRST = pd.Timestamp("2006-01-01", tz="UTC")  # Spotify was founded in 2006
_LAST = pd.Timestamp("2100-01-01", tz="UTC")
_MAX_PLAY_MS = 7 * 24 * 3600 * 1000  # the longest measured is 4.4 h
_TIMES = ("ended_at", "started_at", "logged_at")


@dataclass(slots=True)
class Accepted:
    """Rows that can be kept.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns `merging.KEPT`, in the order of their time.
    rejected : DataFrame
        `tables.REJECTED_PLAYS`: rows that cannot.
    import_id : str
        Name of this set of rows: the same for the same rows.
    """

    rows: pa.Table
    rejected: pd.DataFrame
    import_id: str

    @classmethod
    def of(cls, rows: pa.Table, rejected: pd.DataFrame) -> Accepted:
        """Name rows by what is in them.

        Parameters
        ----------
        rows : pyarrow.Table
            Columns `merging.KEPT`.
        rejected : DataFrame
            `tables.REJECTED_PLAYS`.

        Returns
        -------
        Accepted
            The same, with their name.
        """
        return cls(rows, rejected, import_id_of(rows))


def accept(plays: pd.DataFrame) -> Accepted:
    """Sort out rows that are no plays, and put the others in one order.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`.

    Returns
    -------
    Accepted
        What can be kept, and what cannot and why.

    Raises
    ------
    TableError
        If a column holds something else than it should.
    """
    given = tables.conform(plays, tables.PLAYS)[list(KEPT)]
    bad = pd.Series(data=False, index=given.index)
    told = []
    for is_bad, reason, column in _reasons(given):
        found = is_bad.fillna(value=False).astype(bool) & ~bad
        bad |= found
        told += [
            {"row": row, "reason": reason, "value": None if pd.isna(value) else str(value)[:80]}
            for row, value in given.loc[found, column].items()
        ]
    good = given if not bad.any() else given[~bad]
    at = good["ended_at"].fillna(good["started_at"]).fillna(good["logged_at"])
    if good["source"].isna().any() or not at.is_monotonic_increasing:
        good = good.assign(at=at).sort_values(["at", "started_at"], kind="stable")
    rows = coded(_arrow(good))
    told.sort(key=lambda one: int(str(one["row"])))
    return Accepted.of(rows, tables.conform(told, tables.REJECTED_PLAYS))


def import_id_of(rows: pa.Table) -> str:
    """Name a set of rows by what is in them.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns `merging.KEPT`, in order.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    return hashlib.sha256(row_hashes(rows).tobytes()).hexdigest()[:16]


def row_hashes(
    rows: pa.Table, *, without: Sequence[str] = ()
) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return a number for each row that is the same for equal rows, on every machine.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns `merging.KEPT`.
    without : sequence of str
        Columns that do not matter.

    Returns
    -------
    ndarray of uint64
        One number per row.
    """
    rows = coded(rows)
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for name in KEPT:
        if name in without:
            continue
        column = rows[name].chunk(0)
        if pa.types.is_dictionary(column.type):
            values = _text_hashes(column)
        else:
            plain = column.cast(pa.int64())
            values = pc.fill_null(plain, _MISSING).to_numpy().astype("int64").view("uint64")
        # multiply and fold, so that neither order of columns nor small numbers cancel out
        mixed = (mixed ^ values) * _ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed


_ODD = np.uint64(0x9E3779B97F4A7C15)
_MISSING = -(2**62)


def _text_hashes(column: Any) -> np.ndarray[Any, np.dtype[np.uint64]]:
    texts = np.array([*column.dictionary.to_pylist(), ""], dtype=object)
    hashed = pd.util.hash_array(texts, categorize=False)
    hashed[-1] = 1  # stands for missing
    picked: np.ndarray[Any, np.dtype[np.uint64]] = hashed[codes(column)]
    return picked


def _arrow(frame: pd.DataFrame) -> pa.Table:
    columns = {}
    for name in KEPT:
        dtype = tables.PLAYS.columns[name].dtype
        kind = pa.large_string() if dtype == tables.STRING else tables.arrow_type(dtype)
        made = pa.array(frame[name], kind)
        columns[name] = made
    return pa.table(columns)


def _reasons(given: pd.DataFrame) -> list[tuple[Any, str, str]]:
    known = given[list(_TIMES)].notna()
    odd = [
        (
            ~given[name].between(_FIRST, _LAST, inclusive="left") & known[name],
            f"its `{name}` lies before Spotify or after 2099",
            name,
        )
        for name in _TIMES
    ]
    return [
        (~known.any(axis=1), "it has no time", "ended_at"),
        *odd,
        (
            ~given["ms_played"].between(0, _MAX_PLAY_MS) & given["ms_played"].notna(),
            "its length is below 0 or above 7 days",
            "ms_played",
        ),
        (
            ~given["kind"].isin(tables.KINDS) & given["kind"].notna(),
            f"its kind is none of {', '.join(tables.KINDS)}",
            "kind",
        ),
    ]
