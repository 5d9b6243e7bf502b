"""What reading an export tells: its files, what was left out, what is missing, what is odd."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

__all__ = [
    "EXPORT_BURSTS",
    "EXPORT_CHECKS",
    "EXPORT_FIELDS",
    "EXPORT_FILES",
    "EXPORT_GAPS",
    "EXPORT_KINDS",
    "EXPORT_MONTHS",
    "EXPORT_OVERLAPS",
    "EXPORT_QUIRKS",
    "EXPORT_REMOVED",
    "REJECTED_ROWS",
]

EXPORT_FILES = Table(
    "export_files",
    "One file of an export that was read.",
    {
        "file": Column(STRING, "Its name inside the export."),
        "what": Column(STRING, "What it holds and which generation it is, judged by its keys."),
        "n_rows": Column(INT, "Rows in the file.", "rows"),
        "n_rejected": Column(INT, "Rows of it that are no plays.", "rows"),
        "since": Column(UTC, "First moment in it.", "UTC"),
        "until": Column(UTC, "Last moment in it.", "UTC"),
    },
    key=["file"],
)
REJECTED_ROWS = Table(
    "rejected_rows",
    "One row of an export that cannot be a play and was set aside.",
    {
        "file": Column(STRING, "File it stands in."),
        "row": Column(INT, "Its place in the file.", "0-"),
        "reason": Column(STRING, "What is wrong with it."),
        "value": Column(STRING, "The value in question, shortened."),
    },
    key=["file", "row"],
)
EXPORT_KINDS = Table(
    "export_kinds",
    "The plays of one kind in one file.",
    {
        "file": Column(STRING, "Name of the file inside the export."),
        "kind": Column(STRING, "What was played.", "track | episode | audiobook | unknown"),
        "n_rows": Column(INT, "Rows in the file, without those that are no plays.", "rows"),
        "n_plays": Column(INT, "Plays among them that were kept.", "plays"),
        "ms_played": Column(INT, "Time listened in those.", "ms"),
    },
    key=["file", "kind"],
)
EXPORT_MONTHS = Table(
    "export_months",
    "One month between the first and the last play, also one without any.",
    {
        "month": Column(DAY, "First day of the month, UTC.", "date"),
        "n_plays": Column(INT, "Plays that ended in it.", "plays"),
        "ms_played": Column(INT, "Time listened in those.", "ms"),
        "n_days": Column(INT, "Days with a play.", "days"),
        "is_missing": Column(BOOL, "No play at all: silence, or a file that is not here."),
    },
    key=["month"],
)
EXPORT_GAPS = Table(
    "export_gaps",
    "One silence of at least a week.",
    {
        "since": Column(UTC, "End of the last play before it.", "UTC"),
        "until": Column(UTC, "End of the first play after it.", "UTC"),
        "n_days": Column(FLOAT, "How long it lasted.", "days"),
        "n_months": Column(INT, "Whole months of the calendar in it.", "months"),
    },
    key=["since"],
)
EXPORT_REMOVED = Table(
    "export_removed",
    "Rows of one kind in one file that were left out for one reason.",
    {
        "file": Column(STRING, "Name of the file inside the export."),
        "kind": Column(STRING, "What was played.", "track | episode | audiobook | unknown"),
        "reason": Column(STRING, "Why they were left out."),
        "n_rows": Column(INT, "How many.", "rows"),
        "ms_played": Column(INT, "Time listened in those.", "ms"),
    },
    key=["file", "kind", "reason"],
)
EXPORT_OVERLAPS = Table(
    "export_overlaps",
    "One play that began more than a minute before one before it had ended.",
    {
        "row": Column(INT, "Its place in the plays.", "0-"),
        "started_at": Column(UTC, "Its end less its length.", "UTC"),
        "ended_at": Column(UTC, "When it ended.", "UTC"),
        "ms_overlap": Column(INT, "How much of it cannot have been heard alone.", "ms"),
    },
    key=["row"],
)
EXPORT_BURSTS = Table(
    "export_bursts",
    "One run of plays that end together and sound longer than the time they had.",
    {
        "since": Column(UTC, "End of the first.", "UTC"),
        "until": Column(UTC, "End of the last.", "UTC"),
        "n_plays": Column(INT, "Plays in it.", "plays"),
        "ms_played": Column(INT, "Time listened in those.", "ms"),
        "ms_too_much": Column(INT, "By how much that is longer than the time there was.", "ms"),
    },
    key=["since"],
)
EXPORT_FIELDS = Table(
    "export_fields",
    "One column of plays that one generation of files does not fill.",
    {
        "what": Column(STRING, "The generation."),
        "column": Column(STRING, "Column of `plays`."),
        "why": Column(STRING, "No such field in these files, or empty in every row."),
        "n_files": Column(INT, "Files of the generation it is so in.", "files"),
    },
    key=["what", "column"],
)
EXPORT_QUIRKS = Table(
    "export_quirks",
    "One oddity of the rows: what it is, how many rows have it, what became of them.",
    {
        "quirk": Column(STRING, "Short name."),
        "n_rows": Column(INT, "How many have it.", "rows"),
        "about": Column(STRING, "What it means and what we did."),
    },
    key=["quirk"],
)
EXPORT_CHECKS = Table(
    "export_checks",
    "One number that Spotify published, beside ours.",
    {
        "check": Column(STRING, "What is compared."),
        "at": Column(STRING, "Day or week it is about."),
        "published": Column(FLOAT, "Spotify's number."),
        "ours": Column(FLOAT, "The same from the plays."),
        "unit": Column(STRING, "Unit of both."),
        "agrees": Column(BOOL, "Within what can be expected; missing without plays of then."),
    },
    key=["check", "at"],
)
