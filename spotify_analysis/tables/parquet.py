"""Parquet: small, fast to read back, and the facts travel along."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from spotify_analysis import errors
from spotify_analysis.tables import dictionary, schema, writing
from spotify_analysis.tables.attrs import facts

__all__ = ["read_parquet", "write_parquet"]


def write_parquet(
    frame: pd.DataFrame, path: str | os.PathLike[str], *, overwrite: bool = True
) -> Path:
    """Write a frame as Parquet, with its facts: whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        A table of ours or any other frame Parquet can hold. An unnamed index is left out.
    path : path
        Where to; missing folders are made.
    overwrite : bool
        Replace a file that is there already.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If `frame` is none.
    TableError
        If a column cannot be stored, or the file exists and may not be replaced, or cannot be
        written; what was there before is untouched.

    Notes
    -----
    Compressed with Zstandard. ``pandas.read_parquet``, polars, DuckDB and Spark read it.
    """
    import pyarrow as pa

    if any(name is not None for name in schema.check_frame(frame, argument="frame").index.names):
        frame = frame.reset_index()
    stored = frame.copy(deep=False)
    carried: dict[Any, Any] = facts(frame)  # pandas keeps attrs as JSON, and fails on all else
    stored.attrs = carried

    def write(draft: Path) -> None:
        try:
            stored.to_parquet(draft, engine="pyarrow", index=False, compression="zstd")
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError) as exc:
            raise errors.TableError(
                f"This frame cannot be stored as Parquet: {str(exc)[:200]}. Make the column text, "
                "numbers, booleans or dates first."
            ) from exc

    return writing.replace_file(path, write, overwrite=overwrite)


def read_parquet(
    path: str | os.PathLike[str], table: schema.Table | str | None = None
) -> pd.DataFrame:
    """Read a Parquet file that `write_parquet` wrote, with its facts.

    Parameters
    ----------
    path : path
        The file.
    table : Table, str or None
        What it holds; None recognises our tables by their columns.

    Returns
    -------
    DataFrame
        The table, with its facts.

    Raises
    ------
    TableError
        If there is no such file, it is no Parquet, or a value does not fit its column.
    ValueError
        If there is no table of that name.
    """
    import pyarrow as pa

    try:
        # opened here, so that pandas never takes the path for an address
        with Path(path).open("rb") as file:
            frame = pd.read_parquet(file, engine="pyarrow")
    except OSError as exc:
        raise errors.TableError(f"{str(path)!r} cannot be read: {exc.strerror or exc}.") from exc
    except pa.ArrowInvalid as exc:
        raise errors.TableError(
            f"{str(path)!r} is no Parquet file, or only a part of one: {str(exc)[:120]}"
        ) from exc
    if table is None:
        table = dictionary.recognised([str(name) for name in frame.columns], stem=Path(path).stem)
    if table is None:
        return frame
    return schema.conform(frame, dictionary.named(table) if isinstance(table, str) else table)
