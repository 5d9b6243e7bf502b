"""What was read, what was left out, and why: nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.account_data import findings, quirks

__all__ = ["Report"]


@dataclass(slots=True, repr=False)
class Report:
    """What reading an export found.

    Parameters
    ----------
    files : DataFrame
        `tables.EXPORT_FILES`: one row per file that was read.
    rejected : DataFrame
        `tables.REJECTED_ROWS`: rows that cannot be plays, with the reason.
    n_by_kind : dict of str to int
        Plays by kind.
    since, until : Timestamp or None
        First and last end of a play, UTC.
    ms_played : int
        Time listened in all plays.
    time_zone : str or None
        Zone of the local columns.
    is_by_country : bool
        Plays whose country has one zone are in that zone instead.
    n_zone_undecided : dict of str to int
        Plays in countries with several zones, or none that is known, that took `time_zone` for
        want of better; by country.
    n_identical : int
        Rows left out because their file has the same row again.
    n_in_other_file : int
        Rows left out because another file, of another download, has the play as well.
    ms_removed : int
        Time listened in the rows that were left out as doubled.
    n_covered : int
        Rows of the account data left out because the extended history covers their time.
    ms_covered : int
        Time listened in those.
    n_offline_moved : int
        Offline plays of before October 2022 moved back from their upload to when they sounded.
    n_no_start, n_late_start : int
        Rows of the extended history whose start is not given, or lies after their end; it was
        worked out as the end less the length.
    n_podcast_by_name : int
        Rows of old music files that are podcasts, known from the library's shows.
    n_saved : dict of str to int
        Rows of the library's tables, by their names.
    n_side : dict of str to int
        Rows of the tables of the other files, by their names.
    n_local_files : int
        Songs of the library that are files of one's own.
    removed : DataFrame
        `tables.EXPORT_REMOVED`: rows that were left out, by file, kind and reason.
    checks : DataFrame
        `tables.EXPORT_CHECKS`: numbers Spotify published, beside ours.
    n_other_files : int
        Files of the export that hold nothing we know.
    extra_keys : tuple of str
        Keys that are not Spotify's; ignored.
    problems : tuple of str
        Files and lines that could not be read, where the caller asked to go on or they hold no
        listening.

    Notes
    -----
    The tables `kinds`, `months`, `gaps`, `overlaps`, `bursts`, `fields` and `quirks` are worked
    out when they are first looked at.
    """

    files: pd.DataFrame
    rejected: pd.DataFrame
    n_by_kind: dict[str, int] = field(default_factory=dict)
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None
    ms_played: int = 0
    time_zone: str | None = None
    is_by_country: bool = False
    n_zone_undecided: dict[str, int] = field(default_factory=dict)
    n_identical: int = 0
    n_in_other_file: int = 0
    ms_removed: int = 0
    n_covered: int = 0
    ms_covered: int = 0
    n_offline_moved: int = 0
    n_no_start: int = 0
    n_late_start: int = 0
    n_podcast_by_name: int = 0
    n_saved: dict[str, int] = field(default_factory=dict)
    n_side: dict[str, int] = field(default_factory=dict)
    n_local_files: int = 0
    removed: pd.DataFrame = field(default_factory=lambda: tables.empty(tables.EXPORT_REMOVED))
    checks: pd.DataFrame = field(default_factory=lambda: tables.empty(tables.EXPORT_CHECKS))
    n_other_files: int = 0
    extra_keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    _plays: pd.DataFrame = field(init=False)
    _facts: list[findings.FileFacts] = field(init=False, default_factory=list)
    _made: dict[str, pd.DataFrame] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._plays = tables.empty(tables.PLAYS)

    def look_at(self, plays: pd.DataFrame, files: list[findings.FileFacts]) -> None:
        """Take the plays whose tables are worked out later.

        Parameters
        ----------
        plays : DataFrame
            The plays that were kept, in the order of their ends; not copied unless they change.
        files : list of FileFacts
            What is known of each file.
        """
        self._plays, self._facts = plays.copy(deep=False), files
        self._made.clear()

    def _once(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name].copy(deep=False)

    @property
    def kinds(self) -> pd.DataFrame:
        """Rows and plays by file and kind: `tables.EXPORT_KINDS`."""
        return self._once("kinds", lambda: findings.kinds(self._plays, self.removed))

    @property
    def months(self) -> pd.DataFrame:
        """Every month from the first play to the last: `tables.EXPORT_MONTHS`."""
        return self._once("months", lambda: findings.months(self._plays))

    @property
    def gaps(self) -> pd.DataFrame:
        """Silences of at least a week: `tables.EXPORT_GAPS`."""
        return self._once("gaps", lambda: findings.gaps(self._plays))

    @property
    def overlaps(self) -> pd.DataFrame:
        """Plays that cannot have been heard one after the other: `tables.EXPORT_OVERLAPS`."""
        return self._once("overlaps", lambda: findings.overlaps(self._plays))

    @property
    def n_overlapping(self) -> int:
        """How many plays cannot have been heard one after the other."""
        return len(self.overlaps)

    @property
    def bursts(self) -> pd.DataFrame:
        """Runs of plays that sound longer than they had time: `tables.EXPORT_BURSTS`."""
        return self._once("bursts", lambda: findings.bursts(self._plays))

    @property
    def fields(self) -> pd.DataFrame:
        """Columns of plays that a generation does not fill: `tables.EXPORT_FIELDS`."""
        return self._once("fields", lambda: findings.fields(self._facts, self._plays))

    @property
    def quirks(self) -> pd.DataFrame:
        """What is odd about the rows, by name: `tables.EXPORT_QUIRKS`."""
        return self._once(
            "quirks",
            lambda: quirks.quirks_of(self._plays, files=self._facts, counted=self._counted()),
        )

    def _counted(self) -> list[tuple[str, int, str]]:
        bursts = self.bursts
        return [
            ("doubled rows", self.n_identical, "Their file repeats them in every field: left out."),
            ("in two files", self.n_in_other_file, "Another download holds them too: left out."),
            (
                "two packages",
                self.n_covered,
                "Account data from a time the extended history covers: left out.",
            ),
            (
                "uploaded later",
                self.n_offline_moved,
                "Offline plays stamped at their upload: `ended_at` is put back to the play.",
            ),
            (
                "start not given",
                self.n_no_start,
                "`started_at` was worked out as the end less the length.",
            ),
            (
                "start after end",
                self.n_late_start,
                "A clock was wrong, or somebody went back in the track: the start was worked out "
                "as the end less the length.",
            ),
            (
                "podcasts among music",
                self.n_podcast_by_name,
                "Old account data has no word for podcasts; told by the names of followed shows.",
            ),
            (
                "overlaps",
                self.n_overlapping,
                "They began more than a minute before the last had ended: kept, see `overlaps`.",
            ),
            (
                "bursts",
                int(bursts["n_plays"].sum()),
                f"{len(bursts):,} runs of plays that end together and sound longer than they had "
                "time: kept, see `bursts`.",
            ),
            (
                "files of one's own",
                self.n_local_files,
                "Songs of the library that Spotify does not have.",
            ),
            ("no plays", len(self.rejected), "Rows that cannot be plays: set aside, `rejected`."),
        ]

    @property
    def n_plays(self) -> int:
        """Number of plays."""
        return sum(self.n_by_kind.values())

    @property
    def share_unknown(self) -> float:
        """Share of plays of which the export no longer says what was played, 0 to 1."""
        return self.n_by_kind.get("unknown", 0) / self.n_plays if self.n_plays else 0.0

    def lines(self) -> list[tuple[str, str]]:
        """Return the report as pairs of a word and what there is to say.

        Returns
        -------
        list of tuple of str and str
            Only what applies; the number of plays, their span and time always.
        """
        kinds = ", ".join(f"{n:,} {_KIND_WORDS[kind]}" for kind, n in self.n_by_kind.items() if n)
        span = (
            f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d} (UTC)"
            if self.since is not None and self.until is not None
            else "no plays"
        )
        told = [
            ("plays", f"{self.n_plays:,}" + (f": {kinds}" if kinds else "")),
            ("span", span),
            ("time listened", f"{_hours(self.ms_played)} in all rows, however short"),
        ]
        optional = [
            (len(self._silent_months()), "missing months", self._months_in_words()),
            (len(self.gaps), "silences", self._gaps_in_words()),
            (
                self.n_by_kind.get("unknown", 0),
                "without names",
                f"{self.share_unknown:.1%} of the plays; Spotify no longer knows what they were",
            ),
            (
                self.n_identical,
                "doubled rows",
                f"{self.n_identical:,} that their own file repeats in every field, left out",
            ),
            (
                self.n_in_other_file,
                "in two files",
                f"{self.n_in_other_file:,} rows that another download holds as well, left out",
            ),
            (
                self.n_covered,
                "account data",
                f"{self.n_covered:,} rows ({_hours(self.ms_covered)}) left out, because the "
                "extended history covers their time",
            ),
            (len(self.rejected), "no plays", f"{len(self.rejected):,} rows, see `rejected`"),
            (
                self.n_offline_moved,
                "offline",
                f"{self.n_offline_moved:,} plays before October 2022 moved back from their upload "
                "to when they sounded; `logged_at` keeps what Spotify wrote",
            ),
            (
                self.n_podcast_by_name,
                "podcasts",
                f"{self.n_podcast_by_name:,} among the music rows, known by the names of followed "
                "shows; others cannot be told apart",
            ),
            (
                self.n_overlapping,
                "overlaps",
                f"{self.n_overlapping:,} plays began more than a minute before the last had "
                "ended (several devices, or uploads); kept as they are",
            ),
            (
                len(self.bursts),
                "bursts",
                f"{len(self.bursts):,} runs of plays ({self.bursts['n_plays'].sum():,}) that end "
                "together and sound longer than they had time; kept, see `bursts`",
            ),
            *((True, "not filled", text) for text in self._unfilled_in_words()),
            *((True, "check", text) for text in self._checks_in_words()),
            (self._n_beside(), "services", self._services_in_words()),
            (
                self.time_zone is not None,
                "local time",
                f"of each country, {self.time_zone} where none is known"
                if self.is_by_country
                else f"{self.time_zone}; pass `time_zone` for another",
            ),
            (
                sum(self.n_zone_undecided.values()),
                "zone not clear",
                f"{sum(self.n_zone_undecided.values()):,} plays in countries with several zones "
                f"({_counted(self.n_zone_undecided)}) took {self.time_zone}; choose one "
                "with `by_country`, a country's zones are in "
                f"tables.zones_of({next(iter(self.n_zone_undecided), '')!r})",
            ),
            (
                len(self.extra_keys),
                "extra fields",
                f"{', '.join(self.extra_keys[:8])}: not Spotify's, ignored",
            ),
            (
                sum(self.n_saved.values()),
                "library",
                ", ".join(
                    f"{n:,} {name.replace('_', ' ')}" for name, n in self.n_saved.items() if n
                ),
            ),
            (
                sum(self.n_side.values()),
                "other tables",
                ", ".join(
                    f"{n:,} rows of {name.replace('_', ' ')}"
                    for name, n in self.n_side.items()
                    if n
                ),
            ),
            (
                self.n_other_files,
                "other files",
                f"{self.n_other_files:,} without listening, left alone",
            ),
            (len(self.quirks), "oddities", self._quirks_in_words()),
        ]
        told += [(word, text) for applies, word, text in optional if applies]
        return told + [("not read", problem) for problem in self.problems]

    def _silent_months(self) -> list[pd.Timestamp]:
        silent: list[pd.Timestamp] = self.months.loc[self.months["is_missing"], "month"].tolist()
        return silent

    def _months_in_words(self) -> str:
        silent = self._silent_months()
        named = ", ".join(f"{month:%Y-%m}" for month in silent[:6])
        more = f" and {len(silent) - 6:,} more" if len(silent) > 6 else ""
        return (
            f"{len(silent):,} of {len(self.months):,} without a play: {named}{more}, see `months`"
        )

    def _gaps_in_words(self) -> str:
        if self.gaps.empty:
            return ""
        longest = self.gaps.sort_values("n_days").iloc[-1]
        return (
            f"{len(self.gaps):,} of a week or more, the longest {longest['n_days']:,.0f} days "
            f"({longest['since']:%Y-%m-%d} to {longest['until']:%Y-%m-%d}), see `gaps`"
        )

    def _unfilled_in_words(self) -> list[str]:
        told = []
        for what, of_what in self.fields.groupby("what"):
            names = of_what["column"].tolist()
            more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
            told.append(f"{', '.join(names[:5])}{more} ({what}), see `fields`")
        return told

    def _checks_in_words(self) -> list[str]:
        told: list[str] = []
        row: Any
        days = self.checks["check"].str.startswith("most listened")
        for row in self.checks[days].itertuples():
            verdict = (
                "no plays of that day here"
                if pd.isna(row.agrees)
                else f"ours {row.ours:,.4f}: {'agrees' if row.agrees else 'differs'}"
            )
            told.append(f"{row.check}, {row.at}: {row.published:,.4f} {row.unit}, {verdict}")
        weeks = self.checks.loc[~days, "agrees"].dropna()
        if len(weeks):
            told.append(
                f"Sound Capsule: the first artist of {int(weeks.sum()):,} of {len(weeks):,} weeks "
                "agrees within 15 %"
            )
        return told

    def _n_beside(self) -> int:
        others = self._plays["source"].isin(_SERVICES)
        return 0 if others.all() else int(others.sum())

    def _services_in_words(self) -> str:
        there = set(self._plays["source"])
        names = " and ".join(word for source, word in _SERVICES.items() if source in there)
        return (
            f"{self._n_beside():,} scrobbles of {names} stand beside Spotify's plays; what was "
            "scrobbled from Spotify is there twice: choose by `source`"
        )

    def _quirks_in_words(self) -> str:
        named = ", ".join(f"{row.quirk} {row.n_rows:,}" for row in self.quirks.itertuples())
        return f"{named}; see `quirks`"

    def __repr__(self) -> str:
        told = self.lines()
        width = max(len(word) for word, _ in told)
        head = [f"{word:<{width}}  {text}" for word, text in told]
        files = [
            f"  {row.file}: {row.what}, {row.n_rows:,} rows"
            for row in self.files.head(6).itertuples()
        ]
        more = len(self.files) - len(files)
        return "\n".join([*head, "files", *files, *([f"  and {more:,} more"] if more else [])])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(word)}</th>'
            f'<td style="text-align:left">{_with_code(text)}</td></tr>'
            for word, text in self.lines()
            # they are explained one by one below
            if word != "oddities"
        )
        files = "".join(
            f'<tr><td style="text-align:left"><bdi>{escape(str(row.file))}</bdi></td>'
            f'<td style="text-align:left">{escape(str(row.what))}</td><td>{row.n_rows:,}</td></tr>'
            for row in self.files.itertuples()
        )
        odd = "".join(
            f'<tr><td style="text-align:left">{escape(str(row.quirk))}</td><td>{row.n_rows:,}</td>'
            f'<td style="text-align:left">{escape(str(row.about))}</td></tr>'
            for row in self.quirks.itertuples()
        )
        oddities = (
            f"<details><summary>{len(self.quirks):,} oddities explained</summary>"
            "<table><thead><tr><th>oddity</th><th>rows</th><th>what it means</th></tr></thead>"
            f"<tbody>{odd}</tbody></table></details>"
            if odd
            else ""
        )
        return (
            f"<table>{rows}</table>{oddities}"
            f"<details><summary>{len(self.files):,} files read</summary>"
            "<table><thead><tr><th>file</th><th>what</th><th>rows</th></tr></thead>"
            f"<tbody>{files}</tbody></table></details>"
        )


_SERVICES = {"lastfm": "Last.fm", "listenbrainz": "ListenBrainz"}
_KIND_WORDS = {
    "track": "of tracks",
    "episode": "of episodes",
    "audiobook": "of audiobooks",
    "unknown": "unknown",
}


def _with_code(text: str) -> str:
    """Escape a text; what stands in backticks is set as code."""
    return re.sub(r"`([^`<]+)`", r"<code>\1</code>", escape(text))


def _counted(by_name: dict[str, int]) -> str:
    return ", ".join(f"{n:,} in {name}" for name, n in by_name.items())


def _hours(ms_played: int) -> str:
    return f"{ms_played / 3_600_000:,.1f} h"
