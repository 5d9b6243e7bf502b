"""Tables to files of a folder, which then holds nothing of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["missing", "remove_leftovers", "write"]

# tables whose file has another name than the declaration they follow
_OWN_NAMES = ("recent_plays",)


def write(
    found: Mapping[str, pd.DataFrame], folder: Path, *, parquet: bool = False
) -> dict[str, pd.DataFrame]:
    """Write tables, each as a CSV file of its name.

    Parameters
    ----------
    found : mapping of str to DataFrame
        Tables by name.
    folder : Path
        Where to.
    parquet : bool
        Parquet beside each CSV.

    Returns
    -------
    dict of str to DataFrame
        The same tables by the names of the CSV files.
    """
    from spotify_analysis import tables

    saved = {}
    for name, frame in found.items():
        tables.write_csv(frame, folder / f"{name}.csv")
        saved[f"{name}.csv"] = frame
        if parquet:
            tables.write_parquet(frame, folder / f"{name}.parquet")
    return saved


def remove_leftovers(folder: Path, written: set[str]) -> None:
    """Remove what an earlier run left in the folder: it may be about another listener.

    Parameters
    ----------
    folder : Path
        Where this run wrote to.
    written : set of str
        Names of the files it wrote.
    """
    from spotify_analysis import report as page
    from spotify_analysis import tables

    ours = {f"{name}.csv" for name in tables.declared()}
    ours |= {f"{chart.name}{ending}" for chart in page.CHARTS for ending in (".csv", ".png")}
    ours |= {f"{name}.csv" for name in _OWN_NAMES}
    for name in ours - written:
        (folder / name).unlink(missing_ok=True)


def missing(found: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say what could not be had, and why.

    Parameters
    ----------
    found : mapping of str to DataFrame
        Tables by name.

    Returns
    -------
    list of str
        A line for each that could not be had.
    """
    return [
        f"{name}: {frame.attrs['missing']}"
        for name, frame in found.items()
        if frame.attrs.get("missing")
    ]
