"""What an import did, and what a check found: counts, tables, and a page for a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from spotify_analysis import tables

__all__ = ["Added", "Checked", "Compacted"]


class _Told:
    """Something that says what happened, line by line."""

    def lines(self) -> list[tuple[str, str]]:
        """Return pairs of a word and what there is to say.

        Returns
        -------
        list of tuple of str and str
            Only what applies.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        told = self.lines()
        width = max(len(word) for word, _ in told)
        return "\n".join(f"{word:<{width}}  {text}" for word, text in told)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th style="text-align:left">{escape(word)}</th>'
            f'<td style="text-align:left"><bdi>{escape(text)}</bdi></td></tr>'
            for word, text in self.lines()
        )
        return f"<table>{rows}</table>"


@dataclass(slots=True, repr=False)
class Added(_Told):
    """What an import, or taking one back, did to the kept history.

    Parameters
    ----------
    import_id : str or None
        Name of the import, for `History.undo`; None if nothing was handed over.
    n_rows : int
        Rows that were handed over.
    n_new : int
        Plays nothing before had known of.
    n_improved : int
        Plays known before that are told better now.
    n_known : int
        Rows that told nothing new, or gave way to better ones.
    n_rejected : int
        Rows that are no plays.
    n_gave_way : int
        Poorer plays of other imports that these replaced.
    n_removed : int
        Plays that are gone with an import that was taken back.
    n_plays : int
        Plays in the history now.
    rejected : DataFrame
        `tables.REJECTED_PLAYS`: the rows that are no plays, and why.
    gap : tuple of Timestamp or None
        A stretch in which plays were missed, UTC.
    note : str
        What else there is to say.
    """

    import_id: str | None
    n_rows: int = 0
    n_new: int = 0
    n_improved: int = 0
    n_known: int = 0
    n_rejected: int = 0
    n_gave_way: int = 0
    n_removed: int = 0
    n_plays: int = 0
    rejected: pd.DataFrame = field(default_factory=lambda: tables.empty(tables.REJECTED_PLAYS))
    gap: tuple[pd.Timestamp, pd.Timestamp] | None = None
    note: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Return what happened as pairs of a word and what there is to say.

        Returns
        -------
        list of tuple of str and str
            Only what applies; rows and plays always.
        """
        gap = ""
        if self.gap is not None:
            since, until = (f"{at:%Y-%m-%d %H:%M}" for at in self.gap)
            gap = (
                f"plays between {since} and {until} (UTC) may be missing, because Spotify "
                "remembers the last 50 only; an export fills it"
            )
        reasons = self.rejected["reason"].value_counts()
        refused = "; ".join(f"{n:,} because {reason}" for reason, n in reasons.items())
        told = [
            ("import", self.import_id or "none", True),
            ("rows", f"{self.n_rows:,} handed over", True),
            ("new", f"{self.n_new:,} plays", bool(self.n_new)),
            ("improved", f"{self.n_improved:,} plays that were known", bool(self.n_improved)),
            ("known", f"{self.n_known:,} rows that told nothing new", bool(self.n_known)),
            ("rejected", refused, bool(self.n_rejected)),
            ("gave way", f"{self.n_gave_way:,} poorer plays", bool(self.n_gave_way)),
            ("taken back", f"{self.n_removed:,} plays", bool(self.n_removed)),
            ("gap", gap, bool(gap)),
            ("note", self.note, bool(self.note)),
            ("kept now", f"{self.n_plays:,} plays", True),
        ]
        return [(word, text) for word, text, applies in told if applies]


@dataclass(slots=True, repr=False)
class Checked(_Told):
    """What a check of the kept history found and did.

    Parameters
    ----------
    files : DataFrame
        `tables.HISTORY_FILES`: files that are not as they should be; empty if all is well.
    n_plays : int
        Plays in the history.
    n_restored : int
        Plays that were worked out again from what was imported.
    add_again : DataFrame
        `tables.HISTORY_IMPORTS`: imports whose own rows were lost; adding the same files again
        makes the history whole.
    """

    files: pd.DataFrame
    n_plays: int = 0
    n_restored: int = 0
    add_again: pd.DataFrame = field(default_factory=lambda: tables.empty(tables.HISTORY_IMPORTS))

    @property
    def is_whole(self) -> bool:
        """Nothing is missing."""
        return self.add_again.empty

    def lines(self) -> list[tuple[str, str]]:
        """Return what was found as pairs of a word and what there is to say.

        Returns
        -------
        list of tuple of str and str
            Only what applies.
        """
        told = [(str(row.state), f"{row.file}: {row.about}") for row in self.files.itertuples()]
        if self.n_restored:
            told.append(("restored", f"{self.n_restored:,} plays, from what was imported"))
        told += [
            ("add again", f"{row.import_id}: {files}")
            for row, files in zip(
                self.add_again.itertuples(),
                self.add_again["files"].fillna("which files is not known any more"),
                strict=True,
            )
        ]
        return [*(told or [("check", "every file is whole")]), ("kept", f"{self.n_plays:,} plays")]


@dataclass(slots=True, repr=False)
class Compacted(_Told):
    """What tidying up did.

    Parameters
    ----------
    n_files_before, n_files : int
        Files of the history before and now.
    n_removed : int
        Files of old versions that were removed from the disk.
    """

    n_files_before: int
    n_files: int
    n_removed: int

    def lines(self) -> list[tuple[str, str]]:
        """Return what was done as pairs of a word and what there is to say.

        Returns
        -------
        list of tuple of str and str
            Files before, now, and removed.
        """
        return [
            ("files", f"{self.n_files_before:,} before, {self.n_files:,} now"),
            ("removed", f"{self.n_removed:,} files of old versions"),
        ]
