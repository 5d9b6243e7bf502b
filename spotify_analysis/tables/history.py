"""What the kept history tells about itself: imports, gaps, refused rows, its files."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, INT, STRING, UTC, Column, Table

__all__ = ["HISTORY_FILES", "HISTORY_GAPS", "HISTORY_IMPORTS", "REJECTED_PLAYS"]

HISTORY_IMPORTS = Table(
    "history_imports",
    "One import into the kept history.",
    {
        "import_id": Column(STRING, "Its name, for `undo`."),
        "imported_at": Column(UTC, "When it was added.", "UTC"),
        "is_active": Column(BOOL, "False once it was undone."),
        "source": Column(STRING, "Where its rows came from.", "; between several"),
        "files": Column(STRING, "Files its rows came from.", "; between several"),
        "since": Column(UTC, "First moment in it.", "UTC"),
        "until": Column(UTC, "Last moment in it.", "UTC"),
        "n_rows": Column(INT, "Rows that were handed over.", "rows"),
        "n_new": Column(INT, "Plays nothing before had known of.", "plays"),
        "n_improved": Column(INT, "Plays known before that it knows more of.", "plays"),
        "n_known": Column(INT, "Rows that told nothing new, or gave way to better ones.", "rows"),
        "n_rejected": Column(INT, "Rows that are no plays.", "rows"),
        "n_gave_way": Column(INT, "Poorer plays of other imports it replaced.", "plays"),
    },
    key=["import_id"],
)
HISTORY_GAPS = Table(
    "history_gaps",
    "One stretch of time in which plays were missed: more than Spotify's last 50.",
    {
        "since": Column(UTC, "Last play known before the gap.", "UTC"),
        "until": Column(UTC, "First play known after it.", "UTC"),
        "import_id": Column(STRING, "Import that noticed it."),
        "is_filled": Column(BOOL, "An export has since covered it."),
    },
    key=["import_id"],
)
REJECTED_PLAYS = Table(
    "rejected_plays",
    "One row that cannot be a play and was not kept.",
    {
        "row": Column(INT, "Its place in what was handed over.", "0-"),
        "reason": Column(STRING, "What is wrong with it."),
        "value": Column(STRING, "The value in question, shortened."),
    },
    key=["row"],
)
HISTORY_FILES = Table(
    "history_files",
    "One file of the kept history that is not as it should be.",
    {
        "file": Column(STRING, "Its place in the history's folder."),
        "state": Column(STRING, "What is wrong.", "damaged | missing | foreign"),
        "about": Column(STRING, "What is wrong, in words."),
        "import_id": Column(STRING, "Import to add again; missing where nothing was lost."),
    },
    key=["file"],
)
