"""What was read, what was left out, and why: nothing is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

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
    n_podcast_by_name : int
        Rows of old music files that are podcasts, known from the library's shows.
    n_overlapping : int
        Plays that began more than a minute before the one before them ended; they are kept.
    n_saved : dict of str to int
        Rows of the library's tables, by their names.
    n_other_files : int
        JSON files of the export that hold no listening and stayed closed.
    extra_keys : tuple of str
        Keys that are not Spotify's; ignored.
    problems : tuple of str
        Files that could not be read, where the caller asked to go on.
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
    n_podcast_by_name: int = 0
    n_overlapping: int = 0
    n_saved: dict[str, int] = field(default_factory=dict)
    n_other_files: int = 0
    extra_keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

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
                self.n_other_files,
                "other files",
                f"{self.n_other_files:,} without listening, left alone",
            ),
        ]
        told += [(word, text) for applies, word, text in optional if applies]
        return told + [("not read", problem) for problem in self.problems]

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
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for word, text in self.lines()
        )
        files = "".join(
            f'<tr><td style="text-align:left"><bdi>{escape(str(row.file))}</bdi></td>'
            f'<td style="text-align:left">{escape(str(row.what))}</td><td>{row.n_rows:,}</td></tr>'
            for row in self.files.itertuples()
        )
        return (
            f"<table>{rows}</table><details><summary>{len(self.files):,} files read</summary>"
            "<table><thead><tr><th>file</th><th>what</th><th>rows</th></tr></thead>"
            f"<tbody>{files}</tbody></table></details>"
        )


_KIND_WORDS = {
    "track": "of tracks",
    "episode": "of episodes",
    "audiobook": "of audiobooks",
    "unknown": "unknown",
}


def _counted(by_name: dict[str, int]) -> str:
    return ", ".join(f"{n:,} in {name}" for name, n in by_name.items())


def _hours(ms_played: int) -> str:
    return f"{ms_played / 3_600_000:,.1f} h"
