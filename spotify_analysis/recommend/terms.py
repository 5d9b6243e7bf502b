"""What a model may learn from: Spotify's terms forbid it what came through the Web API.

Counting is not learning: `formulas` and all modes but ``continue`` run on every row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from spotify_analysis import errors, tables

__all__ = ["CLAUSE", "allowed", "may_learn", "require"]

_SOURCE = "web_api"
CLAUSE = (
    'Spotify\'s terms forbid to "ingest Spotify Content into a machine learning or AI model" '
    "(https://developer.spotify.com/terms, section IV.2; https://developer.spotify.com/policy, "
    "section III); use your data export instead"
)


def allowed(learn_from: str | Iterable[str]) -> frozenset[str]:
    """Read which sources models may learn from besides those that are always allowed.

    Parameters
    ----------
    learn_from : str or iterable of str
        ``"web_api"``, or nothing.

    Returns
    -------
    frozenset of str
        The sources.

    Raises
    ------
    ValueError
        If something else is named.
    """
    named = [learn_from] if isinstance(learn_from, str) else learn_from
    sources = frozenset(named) if isinstance(named, Iterable) else frozenset([named])
    wrong = [one for one in sources if one != _SOURCE]
    if wrong:
        raise ValueError(
            f"`learn_from` may name 'web_api', the only source that needs to be; not {wrong[0]!r}."
        )
    return sources


def may_learn(
    source: pd.Series[Any], learn_from: frozenset[str], *, unnamed: bool
) -> pd.Series[bool]:
    """Say from which rows a model may learn.

    Parameters
    ----------
    source : Series of str
        Where each row came from.
    learn_from : frozenset of str
        From `allowed`.
    unnamed : bool
        Whether a row that names no source may be learnt from.

    Returns
    -------
    Series of bool
        One per row, never missing.
    """
    if unnamed:
        return ((source != _SOURCE) | source.isin(learn_from)).fillna(True).astype(bool)
    return source.isin((frozenset(tables.SOURCES) - {_SOURCE}) | learn_from).astype(bool)


def require(table: Any, learn_from: str | Iterable[str], *, what: str) -> None:
    """Raise if a table holds rows that a model must not learn from.

    Parameters
    ----------
    table : object
        Anything; only a DataFrame says where it came from: in a column ``source``, or in its
        ``attrs``.
    learn_from : str or iterable of str
        As in `allowed`.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    TermsError
        If it does, and the source was not named.
    ValueError
        If `learn_from` names something else.
    """
    sources = allowed(learn_from)
    if not isinstance(table, pd.DataFrame):
        return
    if "source" in table:
        n_rows = int((~may_learn(table["source"], sources, unnamed=True)).sum())
    else:
        n_rows = len(table) if {table.attrs.get("source")} & ({_SOURCE} - sources) else 0
    if n_rows:
        raise errors.TermsError(
            f"{n_rows:,} rows of `{what}` came through Spotify's Web API, and {CLAUSE}. Leave them "
            "out: table[table['source'] != 'web_api']. To learn from them all the same, say "
            "learn_from='web_api'."
        )
