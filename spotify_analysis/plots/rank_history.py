"""Places over time: bump chart, race, growing curves, medals and weeks on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _bars, _dates, _frame, _layers, _listed, _text, _things, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "certificates",
    "cumulative_top",
    "medals",
    "race",
    "rank_history",
    "weeks_at_number_one",
]

_N_LAPS = 4
# more periods than this are curves: their names would find no room
_MOST_NAMED = 20
_MOST_COLUMNS = 10
_MOST_CURVES = 12
# the metals, told apart by their order as well
_METALS = ("#D8A928", "#A9B0B6", "#B8733F")
# told apart by their shapes as well, and by their order: each comes after the one before
_CERTIFICATES = {
    "gold": ("#D8A928", "o"),
    "platinum": ("#8E979E", "s"),
    "diamond": ("#4C9BD6", "D"),
}


@_frame.draws(tables.RANK_HISTORY, also=tables.TOP_PER_PERIOD)
def rank_history(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the places of the top from period to period.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.RANK_HISTORY` or `tables.TOP_PER_PERIOD`: what `metrics.rank_history` or
        `metrics.top_per_period` returned.
    ax : Axes or None
        Where to draw; None makes a figure.

    Returns
    -------
    Axes
        The chart. Up to 20 periods are a bump chart that can be read: a line of names for each
        period, the latest at the bottom, first place at the left; those who stay or come back are
        linked, and the six who were on the list most often have colours. More periods are a curve
        of places for each of the twelve who were on the list most often, and so is a single one
        that was picked out of a longer list: ``table[table["artist"] == "..."]`` of
        ``metrics.top_per_period(plays, n=None)``.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    what = str(facts.get("of", "artists"))
    period = str(table["period"].iloc[0]) if len(table) else str(facts.get("period", "period"))
    title = f"Top {what} of each {period}"
    listed = facts.get("n")
    n_places = listed if isinstance(listed, int) else int(table["rank"].max() if len(table) else 1)
    if table.empty:
        ax, colours = _frame.new(ax, size=(8.4, 3.2))
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    if "rank_overall" not in table:
        table = table.assign(rank_overall=_overall(table))
    whole = _layers.without_holes(table)
    place = np.searchsorted(whole["period_start"].to_numpy(), table["period_start"].to_numpy())
    inside = (table["rank"] <= n_places).to_numpy()
    shown = table[inside].assign(at=place[inside])
    often = shown.groupby("rank_overall")["at"].size()
    order = sorted(often.index, key=lambda overall: (-often[overall], overall))
    n_columns = min(n_places, _MOST_COLUMNS)
    in_columns = shown["rank"] <= n_columns
    # one thing alone, picked out of a longer list, is followed wherever it stood
    if len(whole) <= _MOST_NAMED and (in_columns.all() if len(order) == 1 else in_columns.any()):
        size = (float(np.clip(1.6 * n_columns, 6.4, 12.4)), 1.5 + 0.34 * max(len(whole), 2))
        ax, colours = _frame.new(ax, size=size)
        labels = [_dates.label_of(start, period) for start in whole["period_start"].to_numpy()]
        _ladder(ax, colours, shown[in_columns], order, n_columns, labels)
        _frame.dress(
            ax,
            colours,
            table,
            title=title,
            unit=f"Place in the {period}, first at the left",
            unit_pt=22,
            notes=("lines: from one list to the next",) if len(whole) > 1 else (),
            caption_pt=8,
        )
        return ax
    chosen = order[:_MOST_CURVES]
    ax, colours = _frame.new(ax, size=(8.4, 1.4 + 0.42 * max(len(chosen), 4)))
    caption_pt = _curves(ax, colours, shown, chosen, n_places, _dates.edges(whole), period)
    more = len(order) - len(chosen)
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit=f"Place in the {period}: full height is the first, a low step place {n_places}",
        notes=(f"{more:,} more were on the list less often",) if more else (),
        caption_pt=caption_pt,
    )
    return ax


@_frame.draws(tables.RACE)
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

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    window = facts.get("window")
    what = str(facts.get("of", "artists"))
    title = f"The race of the {what}"
    ax, colours = _frame.new(ax, size=(9.2, 4.2))
    if table.empty:
        return _frame.empty(ax, colours, table, title=title, says="No plays to rank yet")
    period = str(table["period"].iloc[0])
    by = _listed.measured(table)
    starts = table["period_start"].drop_duplicates().to_numpy()
    chosen = np.unique(np.linspace(0, len(starts) - 1, _N_LAPS + 1).round().astype(int)[1:])
    laps = [table[(table["period_start"] == starts[at]) & (table["rank"] <= 8)] for at in chosen]
    palette = _layers.palette(colours)
    final = _things.keys(laps[-1]).head(_layers.N_COLOURS)
    colour_of = dict(zip(final, palette, strict=False))
    n_rows = max(max(len(lap) for lap in laps), 4)
    size = float(np.clip(_frame.height_of(ax) / (n_rows + 1) * 0.3, 4.5, 8.5))
    column_pt = _frame.width_of(ax) / len(laps)
    for column, lap in enumerate(laps):
        values = np.nan_to_num(_frame.values(lap, by))
        shown = [_amount(value, by) for value in values]
        lengths = 0.9 * values / (values.max(initial=0) or 1)
        rows = np.arange(len(lap))
        keys = _things.keys(lap)
        ax.barh(
            rows + 0.3,
            lengths,
            left=column,
            height=0.22,
            color=[colour_of.get(key, _layers.faded(colours.muted, colours)) for key in keys],
            linewidth=0,
        )
        value_pt = max(_text.width_of(text, size=size, strong=True) for text in shown) + 8
        for row, name in zip(rows, _things.names(lap)[0], strict=True):
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


@_frame.draws(tables.CUMULATIVE_TOP)
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
    TableError
        If `table` is no such table.
    """
    facts = tables.facts(table)
    chosen = _frame.measure(table, by or _listed.measured(table))
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
        named.append((colour, _things.names(rows)[0][0]))
    caption_pt = _dates.axis(ax, edges, period)
    ax.set_ylim(0, (max(ends) or 1) * 1.05)
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


@_frame.draws(tables.MEDALS)
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

    Raises
    ------
    TableError
        If `table` is no such table.
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
    for row, name in enumerate(_things.names(table)[0]):
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
        unit=f"How often among the first three of a {period}, by {_listed.measured(table)}",
        notes=notes,
        caption_pt=8,
    )
    return ax


@_frame.draws(tables.WEEKS_AT_NUMBER_ONE)
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

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    return _listed.draw(
        table,
        ax=ax,
        title="Weeks at number one",
        unit="Weeks  ·  in brackets: most of them in a row",
        measure="n_weeks",
        beside=_things.names(table)[1],
        shown=[
            f"{n} ({run})"
            for n, run in zip(table["n_weeks"], table["longest_run_weeks"], strict=True)
        ],
    )


@_frame.draws(tables.CERTIFICATES)
def certificates(table: pd.DataFrame, *, ax: Axes | None = None, n: int = 16) -> Axes:
    """Draw when each certificate was won.

    Parameters
    ----------
    table : DataFrame
        Rows of `tables.CERTIFICATES`: what `metrics.certificates` returned.
    ax : Axes or None
        Where to draw; None makes a figure.
    n : int
        How many rows.

    Returns
    -------
    Axes
        The chart: a line of time for each, most plays on top, with a disc on the day of gold, a
        square on that of platinum, and a diamond on its own.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    title = f"Gold, platinum and diamond {_things.what(table)}"
    drawn = tables.note(table.head(n), **tables.facts(table))
    ax, colours = _frame.new(ax, size=(8.4, 1.6 + 0.4 * max(len(drawn), 4)))
    if table.empty:
        says = "No certificate was won yet"
        return _frame.empty(ax, colours, table, title=title, says=says)
    days = drawn[[f"{name}_day" for name in _CERTIFICATES]]
    lives = drawn.assign(first_day=days.min(axis=1), last_day=days.max(axis=1))
    shown = [_frame.many(int(count), "play") for count in drawn["n_plays"]]
    tints = [_layers.faded(colours.muted, colours)] * len(drawn)
    caption_pt = _things.lifelines(ax, colours, lives, tints, shown)
    named = []
    for name, (colour, mark) in _CERTIFICATES.items():
        won = drawn[f"{name}_day"].notna().to_numpy()
        if not won.any():
            continue
        ax.scatter(
            _dates.numbers(drawn[f"{name}_day"].to_numpy()[won]) + 0.5,
            np.flatnonzero(won) + 0.28,
            s=62,
            marker=mark,
            color=colour,
            edgecolor=colours.paper,
            linewidth=1,
            zorder=3,
            clip_on=False,
            gid=name,
        )
        named.append((colour, f"{name} ({int(table[f'{name}_day'].notna().sum()):,})"))
    _frame.key(ax, colours, named)
    facts = tables.facts(table)
    takes = [
        f"{name} {facts[name]:,}" for name in _CERTIFICATES if isinstance(facts.get(name), int)
    ]
    notes = [f"plays they take: {', '.join(takes)}"] if takes else []
    if len(table) > len(drawn):
        notes.append(f"{len(table) - len(drawn):,} more not drawn")
    _frame.dress(
        ax,
        colours,
        table,
        title=title,
        unit="Day on which each was won, and plays",
        notes=tuple(notes),
        caption_pt=caption_pt,
    )
    return ax


def _overall(table: pd.DataFrame) -> Any:
    """Number what is listed by all it was played while it was listed."""
    by = _listed.measured(table)
    keys = _things.keys(table)
    sums = pd.Series(np.nan_to_num(_frame.values(table, by)), index=table.index).groupby(keys).sum()
    order = sums.sort_values(ascending=False, kind="stable").index
    return keys.map({key: place for place, key in enumerate(order, 1)})


def _amount(value: float, by: str) -> str:
    return _frame.duration(value * 60) if by == "time" else f"{value:,.0f}"


def _ladder(
    ax: Axes,
    colours: style.Palette,
    shown: pd.DataFrame,
    order: list[Any],
    n_columns: int,
    labels: list[str],
) -> None:
    """Write the list of each period on a line of its own, and link who stays."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    size = 8.5
    n_rows = max(len(labels), 2)
    column_pt = _frame.width_of(ax) * 0.93 / n_columns
    palette = _layers.palette(colours)
    back = [overall for overall in order if (shown["rank_overall"] == overall).sum() > 1]
    # who was there once needs no colour; where nobody came back all do
    colour_of = dict(zip(back if len(labels) > 1 else order, palette, strict=False))
    quiet = _layers.faded(colours.muted, colours)
    for overall, rows in shown.groupby("rank_overall", sort=False):
        colour = colour_of.get(overall, quiet)
        at, rank = rows["at"].to_numpy(), rows["rank"].to_numpy(dtype="float64")
        for n in np.flatnonzero(np.diff(at) == 1):
            (x, y), (to_x, to_y) = (rank[n], at[n]), (rank[n + 1], at[n + 1])
            # it leaves and arrives upright, so that it crosses between the lines of names
            bend = Path(
                [(x, y), (x, y + 0.75), (to_x, to_y - 0.75), (to_x, to_y)],
                [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
            )
            strong = overall in colour_of
            ax.add_patch(
                PathPatch(
                    bend,
                    fill=False,
                    edgecolor=colour,
                    linewidth=2 if strong else 1,
                    zorder=2 if strong else 1,
                    gid="link",
                )
            )
        ax.plot(rank, at, "o", color=colour, markersize=6.5, markeredgewidth=0, zorder=3)
    names, _ = _things.names(shown)
    for rank, at, name, overall in zip(
        shown["rank"], shown["at"], names, shown["rank_overall"], strict=True
    ):
        strong = overall in colour_of
        _text.write(
            ax,
            _text.shorten(name, column_pt - 15, size=size, strong=strong),
            (rank, at),
            offset_pt=(7, 0),
            va="center_baseline",
            size=size,
            strong=strong,
            color=colours.ink if strong else colours.muted,
            zorder=4,
            gid="name",
            bbox={"facecolor": colours.paper, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )
    for column in range(1, n_columns + 1):
        _text.write(
            ax,
            str(column),
            (column, -0.62),
            ha="center",
            size=8.5,
            color=colours.muted,
            gid="rank",
        )
    ax.set(xlim=(0.8, n_columns + 0.98), ylim=(n_rows - 0.5, -0.7), xticks=[])
    ax.set_yticks(range(len(labels)), labels)


def _curves(
    ax: Axes,
    colours: style.Palette,
    shown: pd.DataFrame,
    chosen: list[Any],
    n_places: int,
    edges: Any,
    period: str,
) -> float:
    """Draw a lane of places for each name; return the points the labels of time need."""
    lanes = []
    for overall in chosen:
        rows = shown[shown["rank_overall"] == overall]
        rank = rows["rank"].to_numpy(dtype="float64")
        heights = np.zeros(len(edges) - 1)
        heights[rows["at"].to_numpy()] = (n_places + 1 - rank) / n_places
        best = int(rank.min())
        won = f"{_frame.many(len(rank), period)}, {(rank == best).sum()} × {_frame.nth(best)}"
        # the first places stand out
        steps = [(heights, colours.pale), (np.where(heights == 1, heights, 0), colours.main)]
        lanes.append((_things.names(rows)[0][0], won, steps))
    return _layers.lanes(ax, colours, edges, period, lanes)


def _value_ticks(ax: Axes, colours: style.Palette, suffix: str) -> None:
    """Set round ticks without touching the limits."""
    low, high = ax.get_ylim()
    _bars.value_axis(ax, colours, suffix)
    ax.set_ylim(low, high)
