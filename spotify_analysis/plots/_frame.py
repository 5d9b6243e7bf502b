"""What surrounds every chart: figure, title, unit, caption, scale; and what an empty one says."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.plots import _text, style
from spotify_analysis.tables.dictionary import recognised

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Chart = TypeVar("_Chart", bound=Callable[..., Any])

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MS_PER_HOUR = 3_600_000
MS_PER_MINUTE = 60_000

_TITLE_PT = 13
_UNIT_PT = 9.5
_CAPTION_PT = 7.5


def draws(
    table: tables.Table,
    made_by: str = "",
    *,
    also: tables.Table | None = None,
    **more: tuple[tables.Table, str],
) -> Callable[[_Chart], _Chart]:
    """Let a chart draw one table only, and say what it wants where it is given anything else.

    Parameters
    ----------
    table : Table
        What it draws; all columns must be there. That of another engine is brought home first.
    made_by : str
        The call that makes it; nothing is the metric of the chart's name, of plays.
    also : Table or None
        Another table that holds what the chart needs.
    **more : tuple of (Table, str)
        The same of its other arguments that are tables, by name; these may be None.

    Returns
    -------
    callable
        The decorator.
    """

    def decorate(chart: _Chart) -> _Chart:
        name = chart.__name__
        call = made_by or f"metrics.{name}(plays)"
        fitting = (table,) if also is None else (table, also)

        @functools.wraps(chart)
        def draw(*args: Any, **how: Any) -> Any:
            n = how.get("n", 1)
            if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
                raise ValueError(f"`n` must be 1 or more; not {n!r}.")
            if args:
                args = (_checked(args[0], fitting, f"`{name}`", call), *args[1:])
            elif "table" in how:
                how["table"] = _checked(how["table"], fitting, f"`{name}`", call)
            for argument, (other, its_call) in more.items():
                if how.get(argument) is not None:
                    what = f"`{argument}` of `{name}`"
                    how[argument] = _checked(how[argument], (other,), what, its_call)
            return chart(*args, **how)

        return cast("_Chart", draw)

    return decorate


def _checked(given: Any, fitting: tuple[tables.Table, ...], chart: str, call: str) -> pd.DataFrame:
    """Return what was given to draw, at home; raise TableError where no table fits it."""
    wanted = f"{chart} draws the table of {call.partition('(')[0]}"
    if isinstance(given, pd.DataFrame):
        columns = list(given.columns)
    else:
        try:
            columns = tables.wrap(given).collect_schema().names()
        except ValueError as exc:
            kind = "None" if given is None else type(given).__name__
            # what account_data.read returns holds them
            has_plays = isinstance(getattr(given, "plays", None), pd.DataFrame)
            hint = f"take its `.plays` and call {call}" if has_plays else f"call {call} first"
            raise errors.TableError(f"{wanted}; this is no frame but {kind} ({hint}).") from exc
    table = next((one for one in fitting if set(one.columns) <= set(columns)), None)
    if table is None:
        missing = [name for name in fitting[0].columns if name not in columns]
        known = recognised([str(name) for name in columns])
        if set(tables.PLAYS.columns) <= set(columns):
            hint = f"these look like plays: call {call} first"
        elif known is not None:
            hint = f"it looks like the table {known.name!r}: call {call} instead"
        else:
            hint = f"call {call} first, and keep all its columns"
        raise errors.TableError(f"{wanted}; this one has no column {missing[0]!r} ({hint}).")
    return given if isinstance(given, pd.DataFrame) else tables.collect(given, table)


def new(ax: Axes | None, *, size: tuple[float, float]) -> tuple[Axes, style.Palette]:
    """Return the Axes to draw on, in the house style, and the colours that fit its paper.

    Parameters
    ----------
    ax : Axes or None
        What the caller was given; None makes a figure of its own.
    size : tuple of float
        Inches of that figure.

    Returns
    -------
    Axes
        Cleared of nothing, with our ticks and grid.
    Palette
        Its colours.
    """
    import matplotlib.pyplot as plt

    if ax is None:
        theme, _ = style.palette_of()
        # not mpl.rc_context: it would also put back that matplotlib was not interactive before the
        # first figure of a notebook, and no later chart would be shown
        with style.use_style(theme):
            _, ax = plt.subplots(figsize=size)
    _, colours = style.palette_of(ax)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.grid(visible=False)
    ax.set_axisbelow(True)
    ax.tick_params(
        length=0, labelsize=8.5, labelcolor=colours.muted, labelfontfamily=list(_text.FAMILIES)
    )
    return ax, colours


def dress(
    ax: Axes,
    colours: style.Palette,
    table: pd.DataFrame,
    *,
    title: str,
    unit: str = "",
    notes: tuple[str, ...] = (),
    caption_pt: float = 24,
    unit_pt: float = 9,
) -> None:
    """Write title, unit and caption around a chart.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    table : DataFrame
        What is drawn; its facts fill the caption.
    title : str
        What the chart shows.
    unit : str
        What its marks measure.
    notes : tuple of str
        More sentences for the caption.
    caption_pt : float
        How far below the Axes the caption begins; room for the labels of its ticks.
    unit_pt : float
        How far above the Axes the unit stands.
    """
    width_pt = width_of(ax)
    words = _text.shorten(title, width_pt, size=_TITLE_PT, strong=True)
    ax.set_title(
        words,
        loc="left",
        pad=unit_pt + 15 if unit else 10,
        fontsize=_TITLE_PT,
        color=colours.ink,
        # a name in it may be in any script
        family=[_text.STRONG, *_text.readable(words)[1]],
        parse_math=False,
    )
    if unit:
        _text.write(
            ax,
            unit,
            (0, 1),
            coords="axes fraction",
            offset_pt=(0, unit_pt),
            size=_UNIT_PT,
            color=colours.muted,
        )
    lines = _wrapped(caption(table, notes), max(width_pt, 160))
    for n, line in enumerate(lines):
        _text.write(
            ax,
            line,
            (0, 0),
            coords="axes fraction",
            offset_pt=(0, -caption_pt - n * _CAPTION_PT * 1.5),
            size=_CAPTION_PT,
            color=colours.muted,
            va="top",
        ).set_gid("caption")


def caption(table: pd.DataFrame, notes: tuple[str, ...] = ()) -> list[str]:
    """Return what a caption says: number of plays, span, rule, what it lacks, zone, and notes.

    Parameters
    ----------
    table : DataFrame
        What is drawn, with its facts.
    notes : tuple of str
        What comes after them.

    Returns
    -------
    list of str
        The parts.
    """
    facts = tables.facts(table)
    said = []
    if isinstance(facts.get("n_plays"), int):
        said.append(many(facts["n_plays"], "play"))
    if facts.get("since") and facts.get("until"):
        since, until = (dt.date.fromisoformat(str(facts[name])) for name in ("since", "until"))
        said.append(day(since) if since == until else f"{day(since)} – {day(until)}")
    rule = facts.get("rule_text") or facts.get("rule")
    if rule:
        said.append(f"counted: {rule}")
    elif isinstance(facts.get("n_plays"), int):  # no rule was asked about them
        said.append("counted: every row given")
    if facts.get("skips_left_out"):
        said.append("this rule leaves out skips; count every row to see them")
    if facts.get("time_zone") == tables.LOCAL_TIME_OF_EACH_COUNTRY:
        said.append(tables.LOCAL_TIME_OF_EACH_COUNTRY)
    elif facts.get("time_zone"):
        said.append(f"{str(facts['time_zone']).replace('_', ' ')} time")
    return [*said, *notes]


def empty(ax: Axes, colours: style.Palette, table: pd.DataFrame, *, title: str, says: str) -> Axes:
    """Say politely that there is nothing to draw.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    table : DataFrame
        What there is: its facts fill the caption.
    title : str
        What the chart would show.
    says : str
        The sentence.

    Returns
    -------
    Axes
        The chart.
    """
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    dress(ax, colours, table, title=title, caption_pt=8)
    _text.write(
        ax,
        says,
        (0.5, 0.5),
        coords="axes fraction",
        ha="center",
        va="center",
        size=10.5,
        color=colours.muted,
    ).set_gid("empty")
    return ax


def scale(ax: Axes, colours: style.Palette, *, low: str, high: str, lift_pt: float = 6) -> None:
    """Show what the colours of a map mean: five steps above its right corner.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    low : str
        What the first step stands for.
    high : str
        What the last step stands for.
    lift_pt : float
        Points above the Axes.
    """
    steps = [_swatch(colours.colormap(n / 4)) for n in range(5)]
    _above_right(ax, [_words(low, colours), *steps, _words(high, colours)], 2.5, lift_pt)


def key(ax: Axes, colours: style.Palette, named: list[tuple[str, str]]) -> None:
    """Say what the colours of a chart stand for, above its right corner.

    Parameters
    ----------
    ax : Axes
        The chart.
    colours : Palette
        Its colours.
    named : list of (str, str)
        Colours and what they stand for.
    """
    parts = []
    for n, (colour, name) in enumerate(named):
        parts += [_swatch(colour), _words(name if n == len(named) - 1 else f"{name}   ", colours)]
    _above_right(ax, parts, 4, 6)


def _swatch(colour: Any) -> Any:
    from matplotlib.offsetbox import DrawingArea
    from matplotlib.patches import Rectangle

    area = DrawingArea(9, 9)
    area.add_artist(Rectangle((0, 0), 9, 9, facecolor=colour, linewidth=0))
    return area


def _words(text: str, colours: style.Palette) -> Any:
    from matplotlib.offsetbox import TextArea

    how = {"size": 8.5, "color": colours.muted, "family": list(_text.FAMILIES)}
    return TextArea(text, textprops=how)


def _above_right(ax: Axes, parts: list[Any], gap_pt: float, lift_pt: float) -> None:
    from matplotlib.offsetbox import AnnotationBbox, HPacker

    box = AnnotationBbox(
        HPacker(children=parts, align="center", pad=0, sep=gap_pt),
        (1, 1),
        xybox=(0, lift_pt),
        xycoords="axes fraction",
        boxcoords="offset points",
        box_alignment=(1, 0),
        frameon=False,
        pad=0,
        annotation_clip=False,
    )
    box.set_gid("key")
    ax.add_artist(box)


def measure(table: pd.DataFrame, by: str | None) -> str:
    """Return what a chart shows: ``time`` where it is known, unless the caller says otherwise.

    Parameters
    ----------
    table : DataFrame
        Has ``n_plays`` and ``ms_played``.
    by : str or None
        What the caller asked for.

    Returns
    -------
    str
        ``"time"`` or ``"plays"``.

    Raises
    ------
    ValueError
        If the caller asked for something else.
    """
    if by not in (None, "time", "plays"):
        raise ValueError(f"`by` must be 'time' or 'plays'; not {by!r}.")
    if by is not None:
        return by
    return "time" if knows_time(table) else "plays"


def knows_time(table: pd.DataFrame) -> bool:
    """Tell whether any plays of a table know their time; a row without plays knows it is none.

    Parameters
    ----------
    table : DataFrame
        Has ``n_plays`` and ``ms_played``.

    Returns
    -------
    bool
        False where every row with plays lacks its time.
    """
    heard = table[table["n_plays"].fillna(0) > 0]
    return bool(heard["ms_played"].notna().any()) or heard.empty


def values(table: pd.DataFrame, by: str, *, ms_per_unit: int = MS_PER_HOUR) -> Any:
    """Return a column of what a chart shows, as floats; not known is not a number.

    Parameters
    ----------
    table : DataFrame
        Has ``n_plays`` and ``ms_played``.
    by : str
        ``"time"`` or ``"plays"``.
    ms_per_unit : int
        Milliseconds of the unit in which time is drawn.

    Returns
    -------
    ndarray
        As many floats as rows.
    """
    if by == "plays":
        return table["n_plays"].to_numpy(dtype="float64", na_value=np.nan)
    return table["ms_played"].to_numpy(dtype="float64", na_value=np.nan) / ms_per_unit


def width_of(ax: Axes) -> float:
    """Return about how wide an Axes is, in points.

    Parameters
    ----------
    ax : Axes
        Any.

    Returns
    -------
    float
        Points.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        return 400.0
    # The layout has not run yet: an Axes alone will get nearly all there is, one of many what the
    # grid gives it.
    share = 0.92 if len(figure.axes) == 1 else ax.get_position().width
    return float(share * figure.get_size_inches()[0] * 72)


def height_of(ax: Axes) -> float:
    """Return about how high an Axes is, in points.

    Parameters
    ----------
    ax : Axes
        Any.

    Returns
    -------
    float
        Points.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        return 300.0
    return float(ax.get_position().height * figure.get_size_inches()[1] * 72)


def day(date: dt.date) -> str:
    """Write a date in English, whatever the machine's language.

    Parameters
    ----------
    date : date
        A day.

    Returns
    -------
    str
        Such as ``24 Nov 2026``.
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def many(n: int, thing: str) -> str:
    """Write a number of things.

    Parameters
    ----------
    n : int
        How many.
    thing : str
        The word for one.

    Returns
    -------
    str
        Such as ``1,200 plays``.
    """
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def nth(n: int) -> str:
    """Write a place.

    Parameters
    ----------
    n : int
        The place, from 1 on.

    Returns
    -------
    str
        Such as ``1st``, ``12th`` or ``23rd``.
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th") if n % 100 not in (11, 12, 13) else "th"
    return f"{n}{ending}"


def duration(minutes: float) -> str:
    """Write a length of time as people say it.

    Parameters
    ----------
    minutes : float
        The length.

    Returns
    -------
    str
        Such as ``45 s``, ``90 min``, ``2.5 h`` or ``1,200 h``.
    """
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    if minutes < 100:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.1f} h" if hours < 10 else f"{hours:,.0f} h"


def _wrapped(said: list[str], width_pt: float) -> list[str]:
    """Set the parts of a caption in lines that fit."""
    lines: list[str] = []
    for part in said:
        longer = f"{lines[-1]}  ·  {part}" if lines else part
        if lines and _text.width_of(longer, size=_CAPTION_PT) <= width_pt:
            lines[-1] = longer
        else:
            lines.append(_text.shorten(part, width_pt, size=_CAPTION_PT))
    return lines
