"""What a loader may be given: an id, an address, a link, several of them, or a table of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pandas as pd

from spotify_analysis import tables

__all__ = ["What", "ids_of"]

What: TypeAlias = "str | Iterable[str] | pd.DataFrame"


def ids_of(what: What, kind: str) -> list[str]:
    """Read ids of one kind.

    Parameters
    ----------
    what : str, iterable of str or DataFrame
        Ids, ``spotify:`` addresses or links to open.spotify.com; or a table, whose column
        ``<kind>_id`` or ``uri`` is read. Rows of a table that are of another kind, or have no id,
        are left out.
    kind : str
        ``"track"``, ``"album"``, ``"artist"`` or ``"playlist"``.

    Returns
    -------
    list of str
        Ids in the order given, each once.

    Raises
    ------
    ValueError
        If something is no such address, or a table has neither column.
    """
    if isinstance(what, pd.DataFrame):
        return _from_table(what, kind)
    several = isinstance(what, Iterable) and not isinstance(what, str)
    listed = list(what) if several else [what]
    found = []
    for one in listed:
        address = tables.parse_address(one, kind=kind) if isinstance(one, str) else None
        if address is None or address.kind != kind:
            raise ValueError(
                f"{str(one)[:60]!r} is no {kind}: give an id of 22 letters and digits, "
                f"'spotify:{kind}:…' or a link to open.spotify.com/{kind}/…."
            )
        found.append(address.id)
    return list(dict.fromkeys(found))


def _from_table(table: pd.DataFrame, kind: str) -> list[str]:
    # a table of albums names its artist in `artist_id` and itself in `uri`
    if "uri" in table and _kinds(table["uri"]) == {kind}:
        column, expected = "uri", None
    elif f"{kind}_id" in table:
        column, expected = f"{kind}_id", kind
    elif "uri" in table:
        column, expected = "uri", None
    else:
        raise ValueError(
            f"The table has neither a column '{kind}_id' nor 'uri'; it has "
            f"{', '.join(map(str, table.columns))}."
        )
    found = (tables.parse_address(one, kind=expected) for one in table[column].dropna())
    return list(dict.fromkeys(one.id for one in found if one is not None and one.kind == kind))


def _kinds(uris: pd.Series[str]) -> set[str]:
    found = (tables.parse_address(uri) for uri in uris.dropna())
    return {one.kind for one in found if one is not None} - {"local"}
