"""What reading a privacy export tells about its files."""

from __future__ import annotations

from spotify_analysis.tables.schema import INT, STRING, UTC, Column, Table

__all__ = ["EXPORT_FILES", "REJECTED_ROWS"]

EXPORT_FILES = Table(
    "export_files",
    "One file of a privacy export that was read.",
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
    "One row of a privacy export that cannot be a play and was set aside.",
    {
        "file": Column(STRING, "File it stands in."),
        "row": Column(INT, "Its place in the file.", "0-"),
        "reason": Column(STRING, "What is wrong with it."),
        "value": Column(STRING, "The value in question, shortened."),
    },
    key=["file", "row"],
)
