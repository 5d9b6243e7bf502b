"""How well lists of suggestions would have done, beside the simplest ways to make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["evaluation"]

_WORDS = {
    "frequency": "what was played most",
    "most_recent": "what was played last",
    "random": "at random",
}


@_frame.draws(tables.EVALUATION, "recommend.evaluate(history)")
def evaluation(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how right the lists of a mode were, and those of the simplest rules, as bars.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.EVALUATION`: what `recommend.evaluate` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: bars are `ndcg`, thin lines reach one standard error to both sides, within 0
        and 1, and beside each name stands how many times as good as naming the most played it is.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    told = table.attrs
    known = table[table["ndcg"].notna()]
    mode = str(told.get("mode") or (known["method"].iloc[0] if len(known) else "suggestions"))
    title = f"Would '{mode}' have been right?"
    ax, colours = _frame.new(ax, size=(7.2, _bars.height(max(len(known), 4))))
    if known.empty:
        return _frame.empty(ax, colours, table, title=title, says="No measurement yet")
    lengths = known["ndcg"].to_numpy(dtype="float64")
    spread = known["ndcg_se"].to_numpy(dtype="float64", na_value=0)
    # no list is better than all right or worse than none
    lowest, highest = np.maximum(lengths - spread, 0), np.minimum(lengths + spread, 1)
    times = [
        "" if pd.isna(ratio) or method == "frequency" else f"{ratio:.2f} × the most played"
        for method, ratio in zip(known["method"], known["vs_frequency"], strict=True)
    ]
    _bars.named(
        ax,
        colours,
        lengths,
        names=[_name(method, mode) for method in known["method"]],
        shown=[
            f"{value:.2f} ± {error:.2f}" if error else f"{value:.2f}"
            for value, error in zip(lengths, spread, strict=True)
        ],
        beside=times,
        reach=float(highest.max()),
    )
    for n, ends in enumerate(zip(lowest, highest, strict=True)):
        ax.plot(
            ends,
            [n + 0.28] * 2,
            color=colours.ink,
            linewidth=1.2,
            solid_capstyle="butt",
            clip_on=False,
            gid="spread",
        )
    k = told.get("k")
    horizon = told.get("horizon_days")
    notes = [_frame.many(int(known["n_cuts"].max()), "cut-off")]
    if mode == "continue":
        notes = [_frame.many(int(known["n_cuts"].max()), "session")]
        notes.append(f"what came after the first {told.get('n_seeds', 3)} tracks of each")
    elif horizon is not None:
        notes.append(f"what was played in the {horizon:g} days after each")
    notes.append("± is one standard error")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"NDCG{'' if k is None else f' of lists of {k}'}: 1 is all of them right, 0 is none",
        notes=tuple(notes),
        caption_pt=8,
    )
    return ax


def _name(method: str, mode: str) -> str:
    if method == "on_repeat" and mode != method:
        return "'on_repeat', whatever the seeds"
    return _WORDS.get(method, f"'{method}'")
