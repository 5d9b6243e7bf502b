"""The data dictionary: every table, every column, its unit and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spotify_analysis.tables import schema

__all__ = ["DICTIONARY", "declared", "describe", "named", "recognised"]

DICTIONARY = schema.Table(
    "dictionary",
    "One column of one table.",
    {
        "table": schema.Column(schema.STRING, "Name of the table, also of its file."),
        "column": schema.Column(schema.STRING, "Name of the column."),
        "dtype": schema.Column(schema.STRING, "What its values are.", " | ".join(schema.DTYPES)),
        "unit": schema.Column(schema.STRING, "Unit, or the values there are."),
        "about": schema.Column(schema.STRING, "What it means."),
        "source": schema.Column(schema.STRING, "Where it comes from, in the source's words."),
        "is_key": schema.Column(schema.BOOL, "Part of what names a row."),
    },
    key=["table", "column"],
)


def declared() -> dict[str, schema.Table]:
    """Return every table this package declares.

    Returns
    -------
    dict of str to Table
        The tables by name, in alphabetical order.
    """
    from spotify_analysis import tables

    found = {
        table.name: table for table in vars(tables).values() if isinstance(table, schema.Table)
    }
    return dict(sorted(found.items()))


def named(name: str) -> schema.Table:
    """Return the table of a name.

    Parameters
    ----------
    name : str
        Name of a table, ``"plays"``.

    Returns
    -------
    Table
        The table.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    known = declared()
    if name not in known:
        raise ValueError(f"`table` must be one of {', '.join(map(repr, known))}; not {name!r}.")
    return known[name]


def recognised(columns: Sequence[str], *, stem: str = "") -> schema.Table | None:
    """Return the table that has exactly these columns.

    Parameters
    ----------
    columns : sequence of str
        Column names, in any order.
    stem : str
        Name of the file, for tables that differ in nothing else.

    Returns
    -------
    Table or None
        The table; None if no table has these columns.
    """
    fitting = {
        name: table
        for name, table in declared().items()
        if len(columns) == len(table.columns) and set(columns) == set(table.columns)
    }
    return fitting.get(stem, next(iter(fitting.values()), None))


def describe(table: schema.Table | str | None = None) -> pd.DataFrame:
    """Return the data dictionary of all tables, or of one.

    Parameters
    ----------
    table : Table, str or None
        The table, or its name; None is all of them.

    Returns
    -------
    DataFrame
        One row per column: ``table``, ``column``, ``dtype``, ``unit``, ``about``, ``source``,
        ``is_key``.

    Raises
    ------
    ValueError
        If there is no such table.

    Notes
    -----
    A table shown in a notebook (``tables.PLAYS`` as the last line of a cell) is the same, with
    all its text.
    """
    if table is None:
        chosen = list(declared().values())
    else:
        chosen = [named(table) if isinstance(table, str) else table]
    return schema.conform(
        [
            {
                "table": one.name,
                "column": name,
                "dtype": column.dtype,
                "unit": column.unit or None,
                "about": column.about,
                "source": column.source or None,
                "is_key": name in one.key,
            }
            for one in chosen
            for name, column in one.columns.items()
        ],
        DICTIONARY,
    )
