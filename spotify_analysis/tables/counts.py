"""How plays were counted: row by row, and rule by rule."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, INT, STRING, Column, Table

__all__ = ["COUNTING_RULES", "LEDGER"]

LEDGER = Table(
    "ledger",
    "What one counting rule did with one row of plays.",
    {
        "row": Column(INT, "Place of the row in the plays that were given.", "0-", "order"),
        "kept": Column(BOOL, "The row counts as a play."),
        "why": Column(STRING, "Why it does not count; missing where it does."),
    },
    key=["row"],
)
COUNTING_RULES = Table(
    "counting_rules",
    "What one counting rule makes of the same plays.",
    {
        "rule": Column(STRING, "Name of the rule."),
        "about": Column(STRING, "The rule in words."),
        "n_rows": Column(INT, "Rows given.", "rows"),
        "n_plays": Column(INT, "Rows that count.", "plays"),
        "ms_played": Column(INT, "Time listened in the rows that count.", "ms"),
        "n_tracks": Column(INT, "Different tracks (artist and title) among them.", "tracks"),
        "n_artists": Column(INT, "Different artists among them.", "artists"),
    },
    key=["rule"],
)
