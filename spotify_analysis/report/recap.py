"""A year in review, or that of any other period: a poster to share, and a page."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis import metrics, plots, tables
from spotify_analysis.report import page
from spotify_analysis.report.charts import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spotify_analysis.metrics.recap import Day
    from spotify_analysis.plots.style import Theme

__all__ = ["Recap", "recap"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DPI = 150  # 1080 x 1920 dots
_ENDS = {"since": 0, "until": -1}
_OF_DAYS = {
    "calendar": tables.CALENDAR,
    "listening_over_time": tables.LISTENING_OVER_TIME,
    "listening_clock": tables.LISTENING_CLOCK,
}
_TOPS = {
    "top-tracks": metrics.top_tracks,
    "top-artists": metrics.top_artists,
    "top-albums": metrics.top_albums,
}
# what pandas calls them; weeks end on Sunday
_PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "year": "Y"}


@dataclass(frozen=True, slots=True, repr=False)
class Recap:
    """A period of listening: one row of numbers, a poster, and a page.

    Parameters
    ----------
    title : str
        Its heading.
    plays : DataFrame
        The plays of the period.
    summary : DataFrame
        `tables.RECAP`: its numbers.
    drawn : dict of str to DataFrame
        The table of each chart, by the metric's name.
    """

    title: str
    plays: pd.DataFrame
    summary: pd.DataFrame
    drawn: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        told = "; ".join(self.sentences())
        return f"{self.title}: {told}" if told else f"{self.title}: no plays"

    def _repr_png_(self) -> bytes:
        import matplotlib.pyplot as plt

        figure = self.draw(theme=plots.style.palette_of()[0])
        held = io.BytesIO()
        figure.savefig(held, format="png", dpi=100, facecolor=figure.get_facecolor())
        plt.close(figure)
        return held.getvalue()

    def sentences(self) -> list[str]:
        """Say the period in sentences.

        Returns
        -------
        list of str
            What there is to say, the most important first; empty without plays.
        """
        row: Any = self.summary.iloc[0]
        if not row["n_plays"]:
            return []
        told = [
            f"{_time(row['ms_played'])}{_counted(row['n_plays'], 'play')} of "
            f"{_counted(row['n_tracks'], 'track')} by {_counted(row['n_artists'], 'artist')}"
        ]
        if pd.notna(row["top_artist"]):
            told.append(
                f"most of all {row['top_artist']}: {_counted(row['top_artist_plays'], 'play')}, "
                f"{row['top_artist_share']:.0%} of all"
            )
        if pd.notna(row["top_track"]):
            told.append(
                f"the track was {row['top_track']} by {row['top_track_artist']}, "
                f"{_counted(row['top_track_plays'], 'time')}"
            )
        if pd.notna(row["top_new_artist"]) and row["n_new_artists"] < row["n_artists"]:
            told.append(
                f"{_counted(row['n_new_artists'], 'new artist')}, first among them "
                f"{row['top_new_artist']}"
            )
        if pd.notna(row["busiest_day"]):
            heard = _time(row["busiest_day_ms"]).rstrip(", ")
            told.append(f"the longest day was {_day(row['busiest_day'])}{heard and f' ({heard})'}")
        return told

    def draw(self, *, theme: Theme = "light") -> Figure:
        """Draw the poster: numbers, tops, months, clock and days on one tall page.

        Parameters
        ----------
        theme : {"light", "dark"}
            House style.

        Returns
        -------
        Figure
            1080 x 1920 dots when saved with 150 dots per inch; the caller closes it.
        """
        with plots.use_style(theme=theme):
            return plots.recap(
                self.summary, title=self.title, parts=self.drawn, numbers=_numbers(self.summary)
            )

    def save(self, folder: str | os.PathLike[str], *, n: int | None = 100) -> list[Path]:
        """Write the poster, light and dark, the page, and as CSV the numbers and the top lists.

        Parameters
        ----------
        folder : path
            Where; made if it does not exist.
        n : int or None
            How many tracks, artists and albums the lists hold; None is all.

        Returns
        -------
        list of Path
            ``<name>.png``, ``<name>-dark.png``, ``<name>.html``, ``<name>.csv``,
            ``<name>-top-tracks.csv``, ``<name>-top-artists.csv`` and ``<name>-top-albums.csv``;
            the name is made of the title. Files of the same name are replaced.

        Raises
        ------
        ValueError
            If `n` is below 1.
        TableError
            If a file cannot be written; what was there before is untouched.

        Notes
        -----
        The lists are those of `metrics.top_tracks`, `metrics.top_artists` and `metrics.top_albums`
        of the period, by plays; `tables.read_csv` gives them back.
        """
        import matplotlib.pyplot as plt

        # first of all: a wrong `n` leaves nothing behind
        lists = {name: top(self.plays, n=n) for name, top in _TOPS.items()}
        folder = Path(folder)
        stem = tables.file_name(self.title.lower().replace(" ", "-"), suffix="")
        saved = []
        themes: tuple[tuple[Theme, str], ...] = (("light", ""), ("dark", "-dark"))
        for theme, ending in themes:
            figure = self.draw(theme=theme)
            held = io.BytesIO()
            figure.savefig(held, format="png", dpi=_DPI, facecolor=figure.get_facecolor())
            plt.close(figure)
            saved.append(page.save(folder / f"{stem}{ending}.png", held.getvalue()))
        pictures = [
            page.picture(chart, self.drawn[chart.name])
            for chart in _charts(int(self.summary["n_days"].fillna(0).iloc[0]))
            if chart.name in self.drawn
        ]
        text = page.render(
            title=self.title,
            lead=_lead(self),
            cards=[{"value": value, "label": label} for value, label in _numbers(self.summary)],
            charts=pictures,
        )
        saved.append(page.save(folder / f"{stem}.html", text.encode()))
        saved.append(tables.write_csv(self.summary, folder / f"{stem}.csv"))
        for name, table in lists.items():
            saved.append(tables.write_csv(table, folder / f"{stem}-{name}.csv"))
        return saved


def recap(
    plays: Any,
    *,
    year: int | None = None,
    since: Day | None = None,
    until: Day | None = None,
    title: str | None = None,
) -> Recap:
    """Review a year, or any other period: a poster to share and a page.

    Parameters
    ----------
    plays : DataFrame of any engine
        Plays that count: ``counting.count(...)``. Give the whole history, so that it can be told
        what was new.
    year : int or None
        A calendar year; instead of `since` and `until`.
    since, until : str, date or None
        First and last local day, both included; None is the first or last day of the plays.
    title : str or None
        Heading; None says the period.

    Returns
    -------
    Recap
        Shows the poster in a notebook; ``recap.save(folder)`` writes it, a page that holds all
        charts and can be mailed, and the top hundred as CSV.

    Raises
    ------
    ValueError
        If the period is none, or `plays` is no frame.
    TableError
        If a column of `plays` is missing.

    Notes
    -----
    What each number means: `metrics.recap`. Days without plays at the edges of the period are drawn
    and divided by as far as all `plays` reach; of others nobody knows whether they were silent.

    Examples
    --------
    >>> report.recap(plays, year=2025).save("data/recap")  # doctest: +SKIP
    """
    summary = metrics.recap(plays, year=year, since=since, until=until)
    if not isinstance(plays, pd.DataFrame):
        plays = tables.collect(plays, tables.PLAYS)
    row: Any = summary.iloc[0]
    first, last = row["since"], row["until"]
    inside = plays[plays["local_day"].between(first, last)] if pd.notna(first) else plays.iloc[:0]
    inside.attrs = dict(plays.attrs)
    heading = title or _title(year, first, last)
    drawn = {}
    if len(inside):
        n_days = int(row["n_days"])
        drawn = {chart.name: chart.table(inside) for chart in _charts(n_days)}
        if "discovery" in drawn:
            drawn |= _with_silent_edges(drawn, plays, first, last, _period(n_days))
            drawn["discovery"] = _found(plays, first, last, _period(n_days))
    return Recap(heading, inside, summary, drawn)


# ---------------------------------------------------------------- what is on it


def _with_silent_edges(
    drawn: dict[str, pd.DataFrame], plays: pd.DataFrame, first: Any, last: Any, period: Any
) -> dict[str, pd.DataFrame]:
    """Return the tables of days as of the whole period, as far as all plays reach.

    A metric knows only the plays it is given, so days without any before the first play of the
    period and after the last would be lost.
    """
    days = metrics.calendar(plays)
    days = days[days["local_day"].between(first, last)].reset_index(drop=True)
    span = {name: str(days["local_day"].iloc[at].date()) for name, at in _ENDS.items()}

    bars = metrics.listening_over_time(plays, period=period)
    begins = bars["period_start"]
    ends = begins.dt.to_period(_PERIODS[period]).dt.end_time.dt.normalize()
    bars["is_partial"] |= (begins < first) | (ends > last)
    bars = bars[(ends >= first) & (begins <= last)].reset_index(drop=True)
    counted = drawn["listening_over_time"].set_index("period_start")
    heard = bars["period_start"].isin(counted.index)
    for name in ("n_plays", "ms_played", "n_days_active"):
        bars[name] = bars["period_start"].map(counted[name]).where(heard, 0)

    clock = drawn["listening_clock"]
    n_such = clock["local_weekday"].map(days["local_weekday"].value_counts())
    clock = clock.assign(mean_minutes=clock["ms_played"] / 60_000 / n_such)

    whole = {"calendar": days, "listening_over_time": bars, "listening_clock": clock}
    return {
        name: tables.note(
            tables.conform(table, _OF_DAYS[name]), **{**tables.facts(drawn[name]), **span}
        )
        for name, table in whole.items()
    }


def _found(plays: pd.DataFrame, first: Any, last: Any, period: Any) -> pd.DataFrame:
    """Return what was new in each part of the period, as all plays tell it.

    Plays before and after the period name what is known, but belong to none of its parts, also not
    to a month that it cuts: they are moved to the day before its first part and after its last.
    """
    begins = first.to_period(_PERIODS[period]).start_time
    ends = last.to_period(_PERIODS[period]).end_time.normalize()
    day = plays["local_day"]
    earlier = day.clip(upper=begins - pd.Timedelta(days=1))
    later = day.clip(lower=ends + pd.Timedelta(days=1))
    moved = plays.assign(local_day=day.mask(day < first, earlier).mask(day > last, later))
    found = metrics.discovery(moved, period=period)
    found = found[found["period_start"].between(begins, last)].reset_index(drop=True)
    starts = found["period_start"]
    stops = starts.dt.to_period(_PERIODS[period]).dt.end_time.dt.normalize()
    found["is_partial"] = (starts < max(first, day.min())) | (stops > min(last, day.max()))
    return tables.note(
        tables.conform(found, tables.DISCOVERY),
        **{
            **tables.facts(found),
            "n_plays": int(found["n_plays"].sum()),
            "since": str(first.date()),
            "until": str(last.date()),
        },
    )


def _period(n_days: int) -> Any:
    """Return the length of a bar that gives a readable number of them."""
    if n_days <= 62:
        return "day"
    if n_days <= 180:
        return "week"
    return "month" if n_days <= 20 * 366 else "year"


def _charts(n_days: int) -> tuple[Chart, ...]:
    period = _period(n_days)
    when = (
        Chart(
            "listening_clock",
            "Listening by hour of day and weekday",
            metrics.listening_clock,
            plots.listening_clock,
        ),
        Chart(
            "listening_over_time",
            f"Hours listened per {period}",
            lambda plays: metrics.listening_over_time(plays, period=period),
            plots.listening_over_time,
            wide=True,
        ),
        Chart("discovery", "New and known artists", metrics.discovery, plots.discovery, wide=True),
        Chart("calendar", "Listening day by day", metrics.calendar, plots.calendar, wide=True),
    )
    hours = Chart(
        "hours_of_day",
        "Listening by hour of day",
        metrics.hours_of_day,
        plots.hours_of_day,
        wide=True,
    )
    return (
        Chart(
            "top_artists",
            "Artists with the most plays",
            lambda plays: metrics.top_artists(plays, n=10),
            plots.top_artists,
        ),
        Chart(
            "top_tracks",
            "Tracks with the most plays",
            lambda plays: metrics.top_tracks(plays, n=10),
            plots.top_tracks,
        ),
        Chart(
            "top_albums",
            "Albums with the most plays",
            lambda plays: metrics.top_albums(plays, n=10),
            plots.top_albums,
        ),
        *((hours,) if n_days == 1 else when),
    )


def _title(year: int | None, first: Any, last: Any) -> str:
    if year is not None:
        return f"Your {year}"
    if pd.isna(first) or pd.isna(last):
        return "Your listening"
    if first == last:
        return f"Your {_day(first)}"
    whole_month = first.day == 1 and last == first + pd.offsets.MonthEnd(1)
    if whole_month:
        return f"Your {_MONTHS[first.month - 1]} {first.year}"
    return f"{_day(first)} to {_day(last)}"


def _lead(recap: Recap) -> str:
    if recap.plays.empty:
        return "There are no plays in this period."
    facts = tables.facts(recap.plays)
    rule = facts.get("rule_text") or facts.get("rule") or "every row"
    return f"{'. '.join(_capital(one) for one in recap.sentences())}. A play: {rule}."


def _numbers(summary: pd.DataFrame) -> list[tuple[str, str]]:
    row: Any = summary.iloc[0]
    days = "day" if row["n_days_active"] == 1 else "days"
    wanted: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("hours_played", "hours", _hours),
        ("n_plays", "plays", _whole),
        ("n_artists", "artists", _whole),
        ("n_new_artists", "new artists", _whole),
        ("n_tracks", "tracks", _whole),
        ("n_days_active", f"{days} with music", _whole),
        ("longest_streak_days", "days in a row", _whole),
        ("longest_session_ms", "longest session", lambda ms: f"{ms / 3_600_000:,.1f} h"),
    )
    return [
        (shown(row[name]), label)
        for name, label, shown in wanted
        # where nothing came before the period, everything is new
        if pd.notna(row[name])
        and (name != "n_new_artists" or row["n_new_artists"] < row["n_artists"])
    ]


def _time(ms_played: Any) -> str:
    """Write a time heard, to be followed by more; nothing where it is not known."""
    if pd.isna(ms_played):
        return ""
    minutes = ms_played / 60_000
    return f"{minutes:,.0f} min, " if minutes < 100 else f"{_hours(minutes / 60)} h, "


def _counted(number: Any, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _hours(hours: Any) -> str:
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:,.1f}"


def _whole(number: Any) -> str:
    return f"{number:,.0f}"


def _day(day: Any) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
