"""What one should know about a list of suggestions besides its rows, in words."""

from __future__ import annotations

import pandas as pd

__all__ = ["notes"]


def notes(picks: pd.DataFrame) -> list[str]:
    """Say which providers did not answer in full, and why.

    Parameters
    ----------
    picks : DataFrame
        What `recommend` returned.

    Returns
    -------
    list of str
        A sentence for each; empty if all of them answered.

    Examples
    --------
    >>> from spotify_analysis import recommend, tables
    >>> picks = recommend.recommend(history=tables.empty(tables.PLAYS), mode="on_repeat")
    >>> recommend.notes(picks)[0].partition(":")[0]
    'own.on_repeat'
    """
    said = []
    for name, told in picks.attrs.get("providers", {}).items():
        if told.get("status") != "ok" and told.get("why"):
            why = str(told["why"])
            said.append(f"{name}: {told['status']}, {why}{'' if why[-1] in '.?!' else '.'}")
    return said
