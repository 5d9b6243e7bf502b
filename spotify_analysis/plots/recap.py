"""A period on one tall page: numbers, tops, months and hours, to be shared as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.plots import _frame, _text, style
from spotify_analysis.plots.calendar import hours_of_day, listening_clock, listening_over_time
from spotify_analysis.plots.rankings import top_artists, top_tracks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["recap"]

# 1080 x 1920 dots at 150 an inch: what a phone shows whole
_SIZE = (7.2, 12.8)
_LEFT = 0.07
_WEEKDAYS = (
    "Mondays",
    "Tuesdays",
    "Wednesdays",
    "Thursdays",
    "Fridays",
    "Saturdays",
    "Sundays",
)
# name of the table, chart, place on the page, rows of the table that are drawn
_PARTS: tuple[
    tuple[str, Callable[..., Axes], tuple[float, float, float, float], int | None], ...
] = (
    ("top_artists", top_artists, (_LEFT, 0.54, 0.33, 0.175), 5),
    ("top_tracks", top_tracks, (0.46, 0.54, 0.48, 0.175), 5),
    ("listening_over_time", listening_over_time, (_LEFT, 0.365, 0.87, 0.105), None),
    ("listening_clock", listening_clock, (_LEFT, 0.165, 0.87, 0.12), None),
    ("hours_of_day", hours_of_day, (_LEFT, 0.165, 0.87, 0.3), None),
)


@_frame.draws(tables.RECAP)
def recap(
    table: pd.DataFrame,
    *,
    title: str,
    parts: Mapping[str, pd.DataFrame],
    numbers: Sequence[tuple[str, str]] = (),
) -> Figure:
    """Draw a period as a poster.

    Parameters
    ----------
    table : DataFrame
        `tables.RECAP`: what `metrics.recap` returned.
    title : str
        Heading.
    parts : mapping of str to DataFrame
        Tables of the charts on it: ``top_artists``, ``top_tracks``, and ``listening_over_time`` and
        ``listening_clock`` or, for a single day, ``hours_of_day`` in their place; each what the
        metric of its name returned. Others are left alone.
    numbers : sequence of (str, str)
        Up to six numbers below the heading, with what they count.

    Returns
    -------
    Figure
        1080 x 1920 dots when saved with 150 dots per inch.

    Raises
    ------
    TableError
        If `table` is no such table.
    """
    import matplotlib.pyplot as plt

    theme, colours = style.palette_of()
    row = table.iloc[0]
    with style.use_style(theme):
        figure = plt.figure(figsize=_SIZE, layout="none")
    page = figure.add_axes((0, 0, 1, 1), facecolor="none")
    page.set_axis_off()
    room_pt = _SIZE[0] * 72 * (0.95 - _LEFT)
    fits = (pt for pt in (30, 24, 19) if _text.width_of(title, size=pt, strong=True) <= room_pt)
    _write(page, title, (_LEFT, 0.94), next(fits, 15), colours.ink, strong=True)
    if pd.notna(row["since"]) and pd.notna(row["until"]):
        span = f"{_frame.day(row['since'])} – {_frame.day(row['until'])}"
        if row["since"] == row["until"]:
            span = _WEEKDAYS[row["since"].weekday()][:-1]
        _write(page, span, (_LEFT, 0.919), 11, colours.muted)
    if not row["n_plays"]:
        _write(page, "No plays in this period", (_LEFT, 0.8), 14, colours.muted)
        return figure
    for n, (value, label) in enumerate(numbers[:6]):
        x, y = _LEFT + (n % 3) * 0.30, 0.866 - (n // 3) * 0.053
        _write(page, value, (x, y), 21, colours.main, strong=True)
        _write(page, label, (x, y - 0.0155), 9.5, colours.muted)
    for name, chart, box, n_rows in _PARTS:
        if name not in parts:
            continue
        ax = chart(parts[name].head(n_rows or len(parts[name])), ax=figure.add_axes(box))
        # one caption for the page, at its foot
        for text in [text for text in ax.texts if text.get_gid() == "caption"]:
            text.remove()
    for n, sentence in enumerate(_sentences(row)):
        _write(page, sentence, (_LEFT, 0.1 - n * 0.022), 11, colours.ink)
    caption = [*_frame.caption(table)[:1], *_frame.caption(table)[2:], "spotify_analysis"]
    _write(page, "  ·  ".join(caption), (_LEFT, 0.02), 7.5, colours.muted)
    return figure


def _sentences(row: pd.Series) -> list[str]:
    """Say what no chart of the page says."""
    said = []
    # where nothing came before, everything is new
    if pd.notna(row["top_new_artist"]) and row["n_new_artists"] < row["n_artists"]:
        plays = _frame.many(int(row["top_new_artist_plays"]), "play")
        said.append(f"Discovery: {row['top_new_artist']} ({plays})")
    if pd.notna(row["busiest_day"]) and row["n_days"] > 1:
        heard = ""
        if pd.notna(row["busiest_day_ms"]):
            heard = f" ({_frame.duration(row['busiest_day_ms'] / _frame.MS_PER_MINUTE)})"
        said.append(f"Longest day: {_frame.day(row['busiest_day'])}{heard}")
    if pd.notna(row["busiest_weekday"]) and row["n_days"] > 13:
        hour = int(row["busiest_hour"])
        said.append(
            f"Most on {_WEEKDAYS[int(row['busiest_weekday']) - 1]}, and from {hour}:00 to "
            f"{hour + 1}:00"
        )
    return said


def _write(
    page: Axes,
    text: str,
    at: tuple[float, float],
    size: float,
    colour: str,
    *,
    strong: bool = False,
) -> None:
    room_pt = _SIZE[0] * 72 * (0.95 - at[0])
    fitting = _text.shorten(text, room_pt, size=size, strong=strong)
    _text.write(page, fitting, at, coords="axes fraction", size=size, color=colour, strong=strong)
