"""Lists of tracks, artists or albums alike, drawn as bars that carry their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis.plots import _bars, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def what(table: pd.DataFrame, facts: dict[str, Any]) -> str:
    """Name what is ranked; the fact knows it also where there are no rows.

    Parameters
    ----------
    table : DataFrame
        Has ``kind``.
    facts : dict
        Facts of the table.

    Returns
    -------
    str
        ``"track"``, ``"artist"`` or ``"album"``.
    """
    if isinstance(facts.get("of"), str):
        return str(facts["of"]).removesuffix("s")
    return str(table["kind"].iloc[0]) if len(table) else "favourite"


def beside(table: pd.DataFrame) -> str | None:
    """Return the column of the artist where it says more than the name.

    Parameters
    ----------
    table : DataFrame
        Has ``kind``.

    Returns
    -------
    str or None
        ``"artist"``, or None in a list of artists.
    """
    return None if (table["kind"] == "artist").any() else "artist"


def measured(facts: dict[str, Any]) -> str:
    """Name what a table was ranked by.

    Parameters
    ----------
    facts : dict
        Facts of the table.

    Returns
    -------
    str
        ``"plays"`` or ``"time"``.
    """
    return "time" if facts.get("by") == "time" else "plays"


def percent(share: float) -> str:
    """Write a share in percent, small ones with a decimal.

    Parameters
    ----------
    share : float
        Percent.

    Returns
    -------
    str
        Such as ``12 %`` or ``4.1 %``.
    """
    return f"{share:.0f} %" if share >= 9.5 or share == 0 else f"{share:.1f} %"


def bars(
    table: pd.DataFrame,
    lengths: Any,
    *,
    title: str,
    unit: str,
    names: tuple[str, str | None],
    shown: list[str],
    ranks: list[Any],
    says: str,
    ax: Axes | None,
    notes: tuple[str, ...] = (),
) -> Axes:
    """Draw bars that carry their names, with title and caption.

    Parameters
    ----------
    table : DataFrame
        What is drawn, one bar a row.
    lengths : ndarray
        Lengths of the bars.
    title, unit : str
        What the chart shows, and what its bars measure.
    names : tuple of (str, str or None)
        Column of the names, and of what stands beside them.
    shown : list of str
        The value of each bar in words.
    ranks : list
        What stands in front.
    says : str
        The sentence where there are no rows.
    ax : Axes or None
        Where to draw; None makes a figure.
    notes : tuple of str
        More sentences for the caption.

    Returns
    -------
    Axes
        The chart.
    """
    ax, colours = _frame.new(ax, size=(7.2, 1.25 + 0.4 * min(max(len(table), 4), 16)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says=says)
    name, second = names
    _bars.named(
        ax,
        colours,
        lengths,
        names=table[name].tolist(),
        beside=None if second is None else table[second].tolist(),
        shown=shown,
        ranks=ranks,
    )
    _frame.dress(ax, colours, table, title=title, unit=unit, notes=notes, caption_pt=8)
    return ax
