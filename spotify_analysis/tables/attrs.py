"""Facts that travel with a frame: which rule counted it, which span and zone it covers.

They live in ``frame.attrs`` as plain JSON values, so that a chart can say in its caption what it
shows and a Parquet file can carry them. pandas drops them in some operations (a merge of frames
with different facts, ``groupby``); whoever makes a new frame notes them again.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["facts", "note"]


def note(frame: pd.DataFrame, **facts: Any) -> pd.DataFrame:
    """Write facts on a frame.

    Parameters
    ----------
    frame : DataFrame
        Any frame; it is not changed.
    **facts : str, int, float, bool, list, dict or None
        Plain JSON values. None takes a fact away. Names in use: ``rule``, ``rule_text``,
        ``skips_left_out``, ``n_plays``, ``since``, ``until``, ``time_zone``, ``zone_undecided``,
        ``source`` (one of `SOURCES`), ``call`` (what was asked of the Web API).

    Returns
    -------
    DataFrame
        The same data (not copied) with the old facts and the new ones.

    Raises
    ------
    ValueError
        If a fact is not a plain JSON value.

    Examples
    --------
    >>> facts(note(pd.DataFrame(), rule="every"))
    {'rule': 'every'}
    """
    for name, value in facts.items():
        if not _is_plain(value):
            raise ValueError(
                f"fact `{name}` must be a plain JSON value (text, number, true or false, a list "
                f"or mapping of these, or None); not {type(value).__name__}."
            )
    noted = frame.copy(deep=False)
    together: dict[Any, Any] = {**frame.attrs, **facts}
    noted.attrs = {name: value for name, value in together.items() if value is not None}
    return noted


def facts(frame: Any) -> dict[str, Any]:
    """Return the facts written on a frame.

    Parameters
    ----------
    frame : DataFrame
        A frame of any engine; only pandas frames can carry facts.

    Returns
    -------
    dict of str to plain JSON value
        The facts, empty where there are none; a copy.
    """
    attrs = getattr(frame, "attrs", None)
    if not isinstance(attrs, dict):
        return {}
    return {
        name: value for name, value in attrs.items() if isinstance(name, str) and _is_plain(value)
    }


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return value - value == 0  # neither NaN nor infinite: JSON has no word for them
    if value is None or isinstance(value, str | bool | int):
        return True
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(v) for key, v in value.items())
    return False
