"""Places over time: bump chart, race, growing curves, medals and weeks on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _ranked, _text, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cumulative_top", "medals", "race", "rank_history", "weeks_at_number_one"]

_N_LAPS = 4
# the metals, told apart by their order as well
_METALS = ("#D8A928", "#A9B0B6", "#B8733F")


def rank_history(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw places as lines from period to period, first place on top.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RANK_HISTORY`: what `metrics.rank_history` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart. At the right stand the names of the last period. The six that were on the list
        most often have colours, and a name at the end of their line where there is room for it;
        a line breaks where a place is below the list.
    """
    facts = tables.facts(table)
    what = str(facts.get("of", "artists"))
    period = str(table["period"].iloc[0]) if len(table) else str(facts.get("period", "period"))
    title = f"Top {what} of each {period}"
    listed = facts.get("n")
    n_places = listed if isinstance(listed, int) else int(table["rank"].max() if len(table) else 1)
    ax, colours = _frame.new(ax, size=(8.4, 1.6 + 0.32 * max(min(n_places, 20), 5)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    whole = _layers.without_holes(table)
    edges = _dates.edges(whole)
    middles = (_dates.numbers(edges)[:-1] + _dates.numbers(edges)[1:]) / 2
    place = np.searchsorted(whole["period_start"].to_numpy(), table["period_start"].to_numpy())
    inside = (table["rank"] <= n_places).to_numpy()
    shown = table[inside].assign(at=place[inside])
    last = shown[shown["at"] == len(whole) - 1]
    caption_pt = _dates.axis(ax, edges, period)
    ax.set_ylim(n_places + 0.6, 0.2)
    ax.set_yticks(range(1, n_places + 1))
    colour_of = _name_the_best(ax, colours, shown, set(last["rank_overall"]), middles)
    quiet = _layers.faded(colours.muted, colours)
    many = len(whole) > 60
    for overall, rows in shown.groupby("rank_overall", sort=False):
        at, rank = rows["at"].to_numpy(), rows["rank"].to_numpy(dtype="float64")
        colour = colour_of.get(overall, quiet)
        strong = overall in colour_of
        for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(at) > 1) + 1):
            ax.plot(
                middles[at[run]],
                rank[run],
                color=colour,
                linewidth=2.4 if strong else 1.2,
                marker="o",
                markersize=(2 if many else 6) if strong else (1 if many else 4),
                markeredgewidth=0,
                alpha=1 if strong else 0.7,
                zorder=3 if strong else 2,
                gid="top" if strong else "others",
            )
    named = [
        (colour_of.get(overall, quiet), name)
        for overall, name in zip(last["rank_overall"], last["name"], strict=True)
    ]
    _layers.side_names(ax, colours, named, last["rank"].to_numpy(dtype="float64"))
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Place in the {period}",
        caption_pt=caption_pt,
    )
    return ax


def race(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw four moments of a race side by side, the last one at the right.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RACE`: what `metrics.race` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: in each column the first places up to then, at most eight. The first six of the
        last column have a colour each, which they have in the other columns as well.
    """
    facts = tables.facts(table)
    window = facts.get("window")
    what = str(facts.get("of", "artists"))
    title = f"The race of the {what}"
    ax, colours = _frame.new(ax, size=(9.2, 4.2))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    period = str(table["period"].iloc[0])
    by = _ranked.measured(facts)
    starts = table["period_start"].drop_duplicates().to_numpy()
    chosen = np.unique(np.linspace(0, len(starts) - 1, _N_LAPS + 1).round().astype(int)[1:])
    laps = [table[(table["period_start"] == starts[at]) & (table["rank"] <= 8)] for at in chosen]
    palette = _layers.palette(colours)
    final = _keys(laps[-1])[: _layers.N_COLOURS]
    colour_of = dict(zip(final, palette, strict=False))
    n_rows = max(max(len(lap) for lap in laps), 4)
    size = float(np.clip(_frame.height_of(ax) / (n_rows + 1) * 0.3, 4.5, 8.5))
    column_pt = _frame.width_of(ax) / len(laps)
    for column, lap in enumerate(laps):
        values = np.nan_to_num(_frame.values(lap, by))
        shown = [_amount(value, by) for value in values]
        lengths = 0.9 * values / (values.max(initial=0) or 1)
        rows = np.arange(len(lap))
        keys = _keys(lap)
        ax.barh(
            rows + 0.3,
            lengths,
            left=column,
            height=0.22,
            color=[colour_of.get(key, _layers.faded(colours.muted, colours)) for key in keys],
            linewidth=0,
        )
        value_pt = max(_text.width_of(text, size=size, strong=True) for text in shown) + 8
        for row, name in zip(rows, lap["name"], strict=True):
            _text.write(
                ax,
                _text.shorten(name, 0.9 * column_pt - value_pt, size=size),
                (column, row + 0.1),
                size=size,
                color=colours.ink,
                gid="name",
            )
            _text.write(
                ax,
                shown[row],
                (column + 0.9, row + 0.1),
                ha="right",
                strong=True,
                size=size,
                color=colours.ink,
                gid="value",
            )
        _text.write(
            ax,
            _dates.label_of(starts[chosen[column]], period),
            (column, -0.75),
            strong=True,
            size=9,
            color=colours.muted,
            gid="lap",
        )
    ax.set(xlim=(0, len(laps) - 0.1), ylim=(n_rows - 0.3, -1.1), xticks=[], yticks=[])
    amount = "Hours" if by == "time" else "Plays"
    span = f"up to the end of the {period}" if window is None else f"of {window} {period}s up to it"
    _frame.dress(ax, colours, table, title=title, unit=f"{amount} {span}", caption_pt=8)
    return ax


def cumulative_top(table: pd.DataFrame, *, ax: Axes | None = None, by: str | None = None) -> Axes:
    """Draw what the most played of all had come to, as growing lines.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CUMULATIVE_TOP`: what `metrics.cumulative_top` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    by : {"plays", "time"} or None
        What to draw; None is what the table was ranked by.

    Returns
    -------
    Axes
        The chart; more than six lines share a quiet colour.

    Raises
    ------
    ValueError
        If `by` is neither.
    """
    facts = tables.facts(table)
    chosen = _frame.measure(table, by or _ranked.measured(facts))
    title = f"How the top {facts.get('of', 'artists')} grew"
    ax, colours = _frame.new(ax, size=(8.4, 4.1))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to draw yet")
    period = str(table["period"].iloc[0])
    palette = _layers.palette(colours)
    quiet = _layers.faded(colours.muted, colours)
    ends, named = [], []
    edges = _dates.edges(table.drop_duplicates("period_start"))
    for place in range(int(table["rank_overall"].max())):
        rows = table[table["rank_overall"] == place + 1]
        colour = palette[place] if place < len(palette) else quiet
        # what a period has come to is true at its end; before the first one there was nothing
        heights = np.concatenate([[0], np.nan_to_num(_frame.values(rows, chosen))])
        ax.plot(
            _dates.numbers(edges),
            heights,
            color=colour,
            linewidth=2.2,
            gid="line",
            zorder=9 - place,
        )
        ends.append(heights[-1])
        named.append((colour, rows["name"].iloc[0]))
    caption_pt = _dates.axis(ax, edges, period)
    ax.set_ylim(0, max(max(ends), 1) * 1.05)
    _value_ticks(ax, colours, " h" if chosen == "time" else "")
    _layers.side_names(ax, colours, named, np.asarray(ends))
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Hours so far" if chosen == "time" else "Plays so far",
        caption_pt=caption_pt,
    )
    return ax


def medals(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw who won how many medals.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.MEDALS`: what `metrics.medals` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart: columns of gold, silver and bronze with their numbers, most gold on top.
    """
    facts = tables.facts(table)
    period = str(facts.get("period", "period"))
    title = f"Medals of the {period}s"
    ax, colours = _frame.new(ax, size=(6.4, 1.4 + 0.3 * min(max(len(table), 4), 20)))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No period is over yet")
    n_rows = max(len(table), 4)
    row_pt = _frame.height_of(ax) / (n_rows + 1)
    size = float(np.clip(row_pt * 0.42, 4.5, 10))
    columns = (0.74, 0.85, 0.96)
    room = 0.66 * _frame.width_of(ax)
    for row, name in enumerate(table["name"]):
        _text.write(
            ax,
            _text.shorten(name, room, size=size),
            (0, row),
            va="center_baseline",
            size=size,
            color=colours.ink,
            gid="name",
        )
    for at, column, metal, place in zip(
        columns, ("n_gold", "n_silver", "n_bronze"), _METALS, ("1st", "2nd", "3rd"), strict=True
    ):
        counts = table[column].to_numpy(dtype="int64")
        rows = np.flatnonzero(counts)
        ax.scatter(
            np.full(len(rows), at),
            rows,
            s=(row_pt * 0.8) ** 2,
            color=metal,
            linewidth=0,
            gid=column,
        )
        for winner in rows:
            _text.write(
                ax,
                str(counts[winner]),
                (at, float(winner)),
                ha="center",
                va="center_baseline",
                strong=True,
                size=size * 0.95,
                color="#1D2327",  # the metals are light on either paper
                gid="value",
            )
        _text.write(
            ax,
            place,
            (at, -0.85),
            ha="center",
            va="center_baseline",
            size=size * 0.9,
            color=colours.muted,
            gid="place",
        )
    ax.set(xlim=(0, 1), ylim=(n_rows - 0.4, -1.2), xticks=[], yticks=[])
    n_awarded = facts.get("n_awarded")
    notes = (f"medals of {_frame.many(n_awarded, period)}",) if isinstance(n_awarded, int) else ()
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"How often among the first three of a {period}, by {_ranked.measured(facts)}",
        notes=notes,
        caption_pt=8,
    )
    return ax


def weeks_at_number_one(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw who was number one for how many weeks.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.WEEKS_AT_NUMBER_ONE`: what `metrics.weeks_at_number_one` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart.
    """
    weeks = table["n_weeks"].to_numpy(dtype="int64")
    return _ranked.bars(
        table,
        weeks.astype("float64"),
        title="Weeks at number one",
        unit="Weeks  ·  in brackets: most of them in a row",
        names=("name", _ranked.beside(table)),
        shown=[
            f"{n} ({run})"
            for n, run in zip(table["n_weeks"], table["longest_run_weeks"], strict=True)
        ],
        ranks=table["rank"].tolist(),
        says="No plays to rank yet",
        ax=ax,
    )


def _keys(lap: pd.DataFrame) -> list[str]:
    """Return what tells the rows of a lap apart."""
    return (lap["name"] + "\n" + lap["artist"].fillna("")).tolist()


def _amount(value: float, by: str) -> str:
    return _frame.duration(value * 60) if by == "time" else f"{value:,.0f}"


def _name_the_best(
    ax: Axes,
    colours: style.Palette,
    shown: pd.DataFrame,
    named: set[Any],
    middles: Any,
) -> dict[Any, str]:
    """Choose who has a colour, and name those who are not named at the right already."""
    from matplotlib.patheffects import withStroke

    often = shown.groupby("rank_overall")["at"].size()
    order = sorted(often.index, key=lambda overall: (-often[overall], overall))
    width_pt = 0.72 * _frame.width_of(ax) - 20
    row_pt = _frame.height_of(ax) / abs(np.subtract(*ax.get_ylim()))
    left, right = ax.get_xlim()
    size = 7.5
    taken: list[tuple[float, float, float]] = []
    colour_of: dict[Any, str] = {}
    palette = _layers.palette(colours)
    for overall in order:
        if len(colour_of) == len(palette):
            break
        colour = palette[len(colour_of)]
        if overall not in named:
            end = shown[shown["rank_overall"] == overall].iloc[-1]
            name = _text.shorten(end["name"], 96, size=size)
            half = _text.width_of(name, size=size) / 2 + 5
            x_pt = (middles[end["at"]] - left) / (right - left) * width_pt
            moved = float(np.clip(x_pt, half, max(width_pt - half, half)))
            y_pt = float(end["rank"]) * row_pt
            if any(abs(y_pt - y) < 11 and abs(moved - x) < half + w for x, y, w in taken):
                continue
            taken.append((moved, y_pt, half))
            label = _text.write(
                ax,
                name,
                (middles[end["at"]], end["rank"]),
                offset_pt=(moved - x_pt, 5),
                ha="center",
                size=size,
                color=colours.ink,
                zorder=5,
                gid="end",
            )
            label.set_path_effects([withStroke(linewidth=2.5, foreground=colours.paper)])
        colour_of[overall] = colour
    return colour_of


def _value_ticks(ax: Axes, colours: style.Palette, suffix: str) -> None:
    """Set round ticks without touching the limits."""
    low, high = ax.get_ylim()
    _bars.value_axis(ax, colours, suffix)
    ax.set_ylim(low, high)
