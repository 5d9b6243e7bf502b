"""A table to look at in a notebook, in which names written by strangers stay text.

pandas' own Styler escapes nothing by default, and neither caption nor axis names when told to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis.tables import addresses

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

__all__ = ["styled"]

_LONGEST = 200
_MARKS = 4


def styled(frame: pd.DataFrame, *, caption: str | None = None) -> Styler:
    """Style a frame for a notebook, with every text in it escaped.

    Parameters
    ----------
    frame : DataFrame
        Any frame; it is not changed.
    caption : str, optional
        A line above it.

    Returns
    -------
    Styler
        As of pandas, to be styled further. Cells, index, headers, the names of both and the caption
        are plain text, each isolated from the reading direction of others and cut where it is
        longer than 200 characters; links of Spotify's can be followed.

    Examples
    --------
    >>> styled(pd.DataFrame({"artist": ["<b>AC/DC</b>"]})).to_html().count("<b>")
    0
    """
    texts: list[Hashable] = [
        name
        for position, name in enumerate(frame.columns)
        if not pd.api.types.is_numeric_dtype(frame.dtypes.iloc[position])
        and not pd.api.types.is_datetime64_any_dtype(frame.dtypes.iloc[position])
    ]
    style = frame.style
    style.format(na_rep="")
    if texts:
        style.format(_cell, subset=texts, na_rep="")
    for axis in (0, 1):
        style.format_index(_text, axis=axis)
        style.format_index_names(_text, axis=axis)
    return style if caption is None else style.set_caption(_text(caption))


def _cell(value: Any) -> str:
    link = addresses.spotify_link(value) if isinstance(value, str) else None
    if link is None:
        return _text(value)
    # nothing in a link of Spotify's needs escaping, see `spotify_link`
    return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{_text(link)}</a>'


def _text(value: Any) -> str:
    return f"<bdi>{escape(_shortened(str(value)))}</bdi>"


def _shortened(text: str) -> str:
    """Cut a text, and leave no more marks on a letter than any script needs."""
    kept: list[str] = []
    n_marks = 0
    for char in text:
        n_marks = n_marks + 1 if unicodedata.combining(char) else 0
        if n_marks > _MARKS:
            continue
        if len(kept) == _LONGEST:
            return "".join(kept) + "…"
        kept.append(char)
    return "".join(kept)
