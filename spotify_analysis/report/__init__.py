"""One self-contained page out of plays, top lists and suggestions: ``report.html``."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import spotify_analysis
from spotify_analysis import metrics, plots, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spotify_analysis.plots.style import Theme

__all__ = ["CHARTS", "Chart", "chart_tables", "draw", "write"]


_THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture of the page: which table, which chart, and whether it takes the whole width.

    Parameters
    ----------
    name : str
        Stem of the picture's file and of the table's CSV file.
    alt : str
        What the picture shows, for those who do not see it.
    table : callable
        From what it is drawn from to its table.
    plot : callable
        From the table to the chart.
    wide : bool
        Takes the whole width of the page.
    source : str
        What it is drawn from: ``"plays"``, or the name of a table of the account.
    """

    name: str
    alt: str
    table: Callable[[pd.DataFrame], pd.DataFrame]
    plot: Callable[[pd.DataFrame], Axes]
    wide: bool = False
    source: str = "plays"


CHARTS: tuple[Chart, ...] = (
    Chart(
        "listening_over_time",
        "Hours listened per month",
        lambda plays: metrics.listening_over_time(plays, period="month"),
        plots.listening_over_time,
        wide=True,
    ),
    Chart(
        "most_played_artists",
        "Artists with the most plays",
        lambda plays: metrics.top_artists(plays, n=15),
        plots.top_artists,
    ),
    Chart(
        "most_played_tracks",
        "Tracks with the most plays",
        lambda plays: metrics.top_tracks(plays, n=15),
        plots.top_tracks,
    ),
    Chart(
        "listening_clock",
        "Listening by hour of day and weekday",
        metrics.listening_clock,
        plots.listening_clock,
    ),
    Chart(
        "discovery",
        "New artists per month",
        metrics.discovery,
        plots.discovery,
    ),
    Chart(
        "sessions",
        "Length of listening sessions",
        metrics.sessions,
        plots.sessions,
    ),
    Chart(
        "session_lengths",
        "How long listening sessions last",
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
    Chart(
        "top_list_comparison",
        "Spotify's top artists of a year, six months and four weeks",
        lambda artists: metrics.top_list_comparison(artists, n=12),
        plots.top_list_comparison,
        source="top_artists",
    ),
    Chart(
        "release_decades",
        "Liked tracks by decade of release",
        metrics.release_decades,
        plots.release_decades,
        source="saved_tracks",
    ),
    Chart(
        "calendar",
        "Listening on each day of the years",
        metrics.calendar,
        plots.calendar,
        wide=True,
    ),
)


def draw(chart: Chart, table: pd.DataFrame, *, theme: Theme = "light") -> Figure:
    """Draw one chart of the page in a theme.

    Parameters
    ----------
    chart : Chart
        Which one.
    table : DataFrame
        Its metric's table.
    theme : {"light", "dark"}
        House style.

    Returns
    -------
    Figure
        The picture; the caller closes it.
    """
    with plots.use_style(theme=theme):
        figure = chart.plot(table).get_figure()
    if figure is None:  # an Axes of ours always has one
        raise RuntimeError(f"the chart {chart.name!r} was drawn without a figure")
    return figure  # type: ignore[return-value]


def chart_tables(
    plays: pd.DataFrame, account: Mapping[str, pd.DataFrame] | None = None
) -> dict[str, pd.DataFrame]:
    """Work out the tables that the page's charts draw.

    Parameters
    ----------
    plays : DataFrame
        Plays that count: ``counting.count(...)``.
    account : Mapping of str to DataFrame, optional
        Tables of the account: ``loaders.everything(...)``.

    Returns
    -------
    dict of str to DataFrame
        The table of each chart that can be drawn, by its name.
    """
    given = {**(account or {}), "plays": plays}
    return {
        chart.name: chart.table(given[chart.source])
        for chart in CHARTS
        if chart.source == "plays" or len(given.get(chart.source, ()))
    }


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
    TableError
        If a file cannot be written; what was there before is untouched.
    """
    import jinja2
    import matplotlib.pyplot as plt

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = chart_tables(plays, account)
    pictures = []
    for chart in CHARTS:
        if chart.name not in drawn:
            continue
        table = drawn[chart.name]
        encoded: dict[str, Any] = {"alt": chart.alt, "wide": chart.wide}
        for theme in _THEMES:
            figure = draw(chart, table, theme=theme)
            held = io.BytesIO()
            figure.savefig(held, format="png", dpi=144, facecolor=figure.get_facecolor())
            plt.close(figure)
            encoded[theme] = "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
            if theme == "light":
                _save(folder / f"{chart.name}.png", held.getvalue())
                encoded["width"], encoded["height"] = _size(held.getvalue())
        pictures.append(encoded)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("spotify_analysis.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template("page.html.j2").render(
        title=title,
        # a card has the colour of the charts' own paper, so that a chart does not stand in a frame
        paper={theme: palette.paper for theme, palette in plots.PALETTES.items()},
        lead=_lead(plays),
        cards=_cards(plays),
        charts=pictures,
        picks=_picks(picks),
        picks_note=_picks_note(picks),
        missing=list(missing),
        files=_files(saved or {}),
        version=spotify_analysis.__version__,
    )
    return _save(folder / "report.html", page.encode())


def _lead(plays: pd.DataFrame) -> str:
    if plays.empty:
        return "There are no plays to show yet."
    facts = tables.facts(plays)
    since, until = plays["ended_at"].min(), plays["ended_at"].max()
    rule = facts.get("rule_text") or "every row"
    zone = (tables.shared_time_zone(plays) or "UTC").removeprefix("local time ")
    return (
        f"{_date(since)} to {_date(until)}, {len(plays):,} plays. "
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


def _save(path: Path, data: bytes) -> Path:
    def write(draft: Path) -> None:
        draft.write_bytes(data)

    return tables.replace_file(path, write)


def _date(moment: pd.Timestamp) -> str:
    # not %-d: Windows does not know it
    return f"{moment.day} {moment:%B %Y}"
