"""How much per period and how it changed; round numbers reached; what artists may have got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["artist_payouts", "milestones", "totals_over_time"]

_KINDS = {
    "plays": "plays",
    "hours": "hours",
    "days_in_a_row": "days in a row",
    "number_one": "number one",
}
_LABEL_PT = 7.5


@_frame.draws(tables.TOTALS_OVER_TIME)
def totals_over_time(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw the totals of periods as bars, with their change against the one before.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.TOTALS_OVER_TIME`: what `metrics.totals_over_time` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"time", "plays"} or None
        What to draw; None is time where it is known.

    Returns
    -------
    Axes
        The chart: periods that are not whole are paler; changes are written where there is room.
        More than 400 periods have a line of their means before them.

    Raises
    ------
    ValueError
        If `by` is neither.
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    chosen = _frame.measure(table, by)
    period = str(table["period"].iloc[0]) if len(table) else str(facts.get("period", "period"))
    title = f"{'Hours' if chosen == 'time' else 'Plays'} per {period}, and the change"
    ax, colours = _frame.new(ax, size=(8.4, 3.9))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    heights = np.nan_to_num(_frame.values(table, chosen))
    edges = _dates.edges(table)
    partial = table["is_partial"].to_numpy(dtype=bool)
    _bars.stacked(ax, edges, [(heights, colours.main)], partial, colours)
    caption_pt = _dates.axis(ax, edges, period)
    _bars.value_axis(ax, colours, " h" if chosen == "time" else "")
    ax.set_ylim(0, max(float(heights.max()), 0.01) * 1.15)
    smoothed = _layers.line_through(ax, colours, edges, heights, period)
    places = _dates.numbers(edges)
    changes = table[f"change_{chosen}"].to_numpy(dtype="float64", na_value=np.nan)
    shown = ["" if np.isnan(change) else _change(change) for change in changes]
    low, high = ax.get_xlim()
    room = _frame.width_of(ax) * 0.9 * float(np.diff(places).min()) / (high - low)
    is_told = any(shown) and max(_text.width_of(text, size=8) for text in shown) + 3 <= room
    if is_told:
        for n, text in enumerate(shown):
            _text.write(
                ax,
                text,
                ((places[n] + places[n + 1]) / 2, heights[n]),
                offset_pt=(0, 4),
                ha="center",
                size=8,
                color=colours.muted,
                gid="change",
            )
    _frame.dress(
        ax,
        colours,
        table,
        title=title if is_told else title.removesuffix(", and the change"),
        unit="Hours listened" if chosen == "time" else "Plays",
        notes=_changes_told(period, over=not partial[-1]) if is_told else smoothed,
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.MILESTONES)
def milestones(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw milestones along the years, and the next ones at the right.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MILESTONES`: what `metrics.milestones` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: a line for each kind; a dot whose name finds no room has none.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = "Milestones"
    ax, colours = _frame.new(ax, size=(8.8, 3.6))
    reached = table[table["is_reached"].fillna(value=False)]
    if reached.empty:
        return _frame.empty(ax, colours, table, title=title, says="No milestones reached yet")
    kinds = [kind for kind in _KINDS if (table["what"] == kind).any()]
    days = reached["local_day"].to_numpy().astype("datetime64[D]")
    until = tables.facts(table).get("until")
    last = max(days.max(), np.datetime64(str(until), "D")) if until else days.max()
    edges = np.arange(days.min(), last + 2)
    caption_pt = _dates.axis(ax, edges, "day")
    low, high = ax.get_xlim()
    ax.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))
    for row, kind in enumerate(kinds):
        mine = reached[reached["what"] == kind]
        at = _dates.numbers(mine["local_day"].to_numpy().astype("datetime64[D]")) + 0.5
        ax.axhline(row, color=colours.faint, linewidth=1, zorder=0.5)
        ax.plot(
            at,
            np.full(len(at), row),
            linestyle="none",
            marker="o",
            markersize=7,
            markerfacecolor=colours.third if kind == "number_one" else colours.main,
            markeredgecolor=colours.paper,
            gid=kind,
        )
        names = [
            str(artist) if kind == "number_one" else f"{value:,}"
            for artist, value in zip(mine["artist"], mine["value"], strict=True)
        ]
        _name_dots(ax, colours, at, row, names)
    upcoming = table[~table["is_reached"].fillna(value=False)]
    for kind, value, day in zip(
        upcoming["what"], upcoming["value"], upcoming["local_day"], strict=True
    ):
        when = "" if pd.isna(day) else f"\nabout {_frame.day(day.date())}"
        for line, text in enumerate(f"next: {value:,}{when}".split("\n")):
            _text.write(
                ax,
                text,
                (1, kinds.index(kind)),
                coords=("axes fraction", "data"),
                offset_pt=(10, 2 - 11 * line),
                size=8,
                color=colours.ink if line == 0 else colours.muted,
                gid="next",
            )
    ax.set_yticks(range(len(kinds)), [_KINDS[kind] for kind in kinds])
    ax.set_ylim(len(kinds) - 0.4, -0.7)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="The day on which each was reached",
        notes=("next: at the pace of the last 90 days",) if len(upcoming) else (),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.ARTIST_PAYOUTS, "metrics.artist_payouts(plays, rate)")
def artist_payouts(table: pd.DataFrame, *, ax: Axes | None = None, currency: str = "") -> Axes:
    """Draw what one's plays may have been worth to artists.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.ARTIST_PAYOUTS`: what `metrics.artist_payouts` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    currency : str
        Sign or name of the currency of the rate.

    Returns
    -------
    Axes
        The chart.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    rate, total = facts.get("rate"), facts.get("payout")
    notes = []
    if isinstance(rate, int | float):
        notes.append(f"assumed: {currency}{rate:g} a stream")
    if isinstance(total, int | float):
        notes.append(f"all artists together {currency}{total:,.2f}")
    return _listed.draw(
        table,
        ax=ax,
        title="What these plays may have paid",
        unit="A rule of thumb: streams times a rate",
        measure="payout",
        shown=lambda payout: f"{currency}{payout:,.2f}",
        names="artist",
        says="No plays to pay for yet",
        notes=tuple(notes),
    )


def _changes_told(period: str, *, over: bool) -> tuple[str, ...]:
    told = f"percent: against the {period} before"
    return (told,) if over else (told, f"a {period} that is not over: against as many days")


def _change(percent: float) -> str:
    if abs(percent) < 0.5:
        return "±0%"
    if percent > 999:
        return f"×{percent / 100 + 1:,.0f}"
    return f"{percent:+.0f}%".replace("-", "−")


def _name_dots(
    ax: Axes, colours: style.Palette, at: np.ndarray, row: int, names: list[str]
) -> None:
    """Write names above dots, the latest first, as long as they do not meet."""
    low, high = ax.get_xlim()
    width_pt = 0.72 * _frame.width_of(ax)
    free_until = np.inf
    for place, name in sorted(zip(at, names, strict=True), reverse=True):
        text = _text.shorten(name, 84, size=_LABEL_PT)
        half = _text.width_of(text, size=_LABEL_PT) / 2
        x_pt = (place - low) / (high - low) * width_pt
        moved = float(np.clip(x_pt, half, max(width_pt - half, half)))
        if moved + half > free_until:
            continue
        free_until = moved - half - 8
        _text.write(
            ax,
            text,
            (place, row),
            offset_pt=(moved - x_pt, 7),
            ha="center",
            size=_LABEL_PT,
            color=colours.ink,
            gid="name",
        )
