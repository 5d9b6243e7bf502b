"""One self-contained page out of plays, top lists and suggestions: ``report.html``."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import spotify_analysis
from spotify_analysis import metrics, plots, tables
from spotify_analysis.report.charts import CHARTS, Chart, chart_tables, draw

if TYPE_CHECKING:
    from spotify_analysis.plots.style import Theme

__all__ = ["picture", "render", "save", "write"]

_THEMES: tuple[Theme, ...] = ("light", "dark")


def write(
    folder: str | os.PathLike[str],
    plays: pd.DataFrame,
    *,
    title: str = "Your listening",
    account: Mapping[str, pd.DataFrame] | None = None,
    picks: pd.DataFrame | None = None,
    saved: Mapping[str, pd.DataFrame] | None = None,
    missing: Sequence[str] = (),
) -> Path:
    """Write charts as PNG files and a page ``report.html`` that holds them all.

    The page needs no other file and loads nothing from anywhere: it can be mailed.

    Parameters
    ----------
    folder : path
        Where to write; made if it does not exist.
    plays : DataFrame
        Plays that count: ``counting.count(...)``.
    title : str
        Heading of the page.
    account : Mapping of str to DataFrame, optional
        Tables of the account, for charts of them: ``loaders.everything(...)``.
    picks : DataFrame, optional
        Suggestions: ``recommend.recommend(...)``.
    saved : Mapping of str to DataFrame, optional
        Tables that were written beside the page, by file name; listed at its end.
    missing : sequence of str
        What could not be had, and why; one sentence each.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ValueError
        If `plays` is no frame.
    TableError
        If a column of it is missing, or a file cannot be written; what was there before is
        untouched.
    """
    tables.check_frame(plays, argument="plays")
    folder = Path(folder)
    drawn = chart_tables(plays, account)
    pictures = [
        picture(chart, drawn[chart.name], file=folder / f"{chart.name}.png")
        for chart in CHARTS
        if chart.name in drawn
    ]
    page = render(
        title=title,
        lead=_lead(plays),
        cards=_cards(plays),
        charts=pictures,
        picks=_picks(picks),
        picks_note=_picks_note(picks),
        missing=list(missing),
        files=_files(saved or {}),
    )
    return save(folder / "report.html", page.encode())


def picture(chart: Chart, table: pd.DataFrame, *, file: Path | None = None) -> dict[str, Any]:
    """Draw a chart in both themes, as the page holds it.

    Parameters
    ----------
    chart : Chart
        Which one.
    table : DataFrame
        Its metric's table.
    file : Path or None
        Where the light one is written as well.

    Returns
    -------
    dict
        What the template asks for: words, size, and the pictures as ``data:`` addresses.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    import matplotlib.pyplot as plt

    encoded: dict[str, Any] = {"alt": chart.alt, "wide": chart.wide}
    for theme in _THEMES:
        figure = draw(chart, table, theme=theme)
        held = io.BytesIO()
        figure.savefig(held, format="png", dpi=144, facecolor=figure.get_facecolor())
        plt.close(figure)
        encoded[theme] = "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
        if theme == "light":
            encoded["width"], encoded["height"] = _size(held.getvalue())
            if file is not None:
                save(file, held.getvalue())
    return encoded


def render(
    *,
    title: str,
    lead: str,
    cards: Sequence[Mapping[str, str]],
    charts: Sequence[Mapping[str, Any]],
    picks: Sequence[Mapping[str, Any]] = (),
    picks_note: str = "",
    missing: Sequence[str] = (),
    files: Sequence[Mapping[str, str]] = (),
) -> str:
    """Write a page as HTML that loads nothing from anywhere.

    Parameters
    ----------
    title : str
        Heading.
    lead : str
        Sentence below it.
    cards : sequence of mapping
        Numbers: ``value`` and ``label``.
    charts : sequence of mapping
        What `picture` returned.
    picks : sequence of mapping
        Suggestions: ``rank``, ``track``, ``artist``, ``reason`` and ``url``.
    picks_note : str
        Sentence above them.
    missing : sequence of str
        What could not be had, and why.
    files : sequence of mapping
        Files beside the page: ``name``, ``about`` and ``rows``.

    Returns
    -------
    str
        The page; every text in it is escaped.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spotify_analysis.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("page.html.j2").render(
        title=title,
        # a card has the colour of the charts' own paper, so that a chart does not stand in a frame
        paper={theme: palette.paper for theme, palette in plots.PALETTES.items()},
        lead=lead,
        cards=cards,
        charts=charts,
        picks=picks,
        picks_note=picks_note,
        missing=missing,
        files=files,
        version=spotify_analysis.__version__,
    )


def save(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all, readable by its owner only.

    Parameters
    ----------
    path : Path
        Where.
    data : bytes
        What.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    TableError
        If it cannot be written; what was there before is untouched.
    """

    def write_draft(draft: Path) -> None:
        draft.write_bytes(data)

    return tables.replace_file(path, write_draft)


def _lead(plays: pd.DataFrame) -> str:
    if plays.empty:
        return "There are no plays to show yet."
    facts = tables.facts(plays)
    # the days of the charts; those of UTC where no local one is known
    days = plays["local_day"] if plays["local_day"].notna().any() else plays["ended_at"]
    rule = facts.get("rule_text") or "every row"
    zone = (tables.shared_time_zone(plays) or "UTC").removeprefix("local time ")
    return (
        f"{_date(days.min())} to {_date(days.max())}, {len(plays):,} plays. "
        f"What counts as a play: {rule}. Times are local ({zone})."
    )


def _cards(plays: pd.DataFrame) -> list[dict[str, str]]:
    row = metrics.totals(plays).iloc[0]
    wanted = [
        ("n_plays", "plays", "{:,.0f}"),
        ("hours_played", "hours", "{:,.0f}"),
        ("n_artists", "artists", "{:,.0f}"),
        ("n_tracks", "tracks", "{:,.0f}"),
        ("n_days_active", "days with music", "{:,.0f}"),
        ("longest_streak_days", "days in a row, at most", "{:,.0f}"),
    ]
    return [
        {"value": shown.format(row[name]), "label": label}
        for name, label, shown in wanted
        if name in row.index and pd.notna(row[name])
    ]


def _picks(picks: pd.DataFrame | None) -> list[dict[str, Any]]:
    if picks is None:
        return []
    rows = []
    for row in picks.to_dict("records"):
        uri = row["uri"] if isinstance(row["uri"], str) else ""
        kind, _, track_id = uri.removeprefix("spotify:").partition(":")
        linked = kind == "track" and track_id.isalnum()
        rows.append(
            {
                **{name: row[name] for name in ("rank", "track", "artist", "reason")},
                "url": f"https://open.spotify.com/track/{track_id}" if linked else None,
            }
        )
    return rows


def _picks_note(picks: pd.DataFrame | None) -> str:
    if picks is None or picks.empty:
        return ""
    asked = {source for row in picks["sources"].dropna() for source in row.split("; ")}
    if any("catalogue" in source for source in asked):
        return "From your own plays, with Spotify's catalogue looked through; every row says why."
    return "From your own plays alone; every row says why. Nothing was sent anywhere."


def _files(saved: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    about = {table.name: table.about for table in tables.declared().values()}
    about["recent_plays"] = tables.PLAYS.about
    return [
        {
            "name": name,
            "about": about.get(Path(name).stem, ""),
            "rows": f"{len(frame):,}",
        }
        for name, frame in saved.items()
    ]


def _size(png: bytes) -> tuple[int, int]:
    # a PNG says its width and height in bytes 16 to 24
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _date(moment: pd.Timestamp) -> str:
    # not %-d: Windows does not know it
    return f"{moment.day} {moment:%B %Y}"
