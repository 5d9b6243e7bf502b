"""How plays were counted: row by row, and rule by rule."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, FLOAT, INT, STRING, Column, Table

__all__ = ["COUNTING_REASONS", "COUNTING_RULES", "LEDGER"]

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
COUNTING_REASONS = Table(
    "counting_reasons",
    "How many rows one reason of a counting rule leaves out, or how many the rule keeps.",
    {
        "rule": Column(STRING, "Name of the rule."),
        "kept": Column(BOOL, "These rows count as plays."),
        "why": Column(STRING, "Why they do not count; missing where they do."),
        "n_rows": Column(INT, "Rows.", "rows"),
        "share_rows": Column(FLOAT, "Part of all rows given.", "0-1"),
        "ms_played": Column(INT, "Time listened in these rows.", "ms"),
    },
    key=["rule", "why"],
)
COUNTING_RULES = Table(
    "counting_rules",
    "What one counting rule makes of the same plays.",
    {
        "rule": Column(STRING, "Name of the rule."),
        "whose": Column(STRING, "Who counts like that."),
        "about": Column(STRING, "The rule in words."),
        "n_rows": Column(INT, "Rows given.", "rows"),
        "n_plays": Column(INT, "Rows that count.", "plays"),
        "share_rows": Column(FLOAT, "Part of the rows that counts.", "0-1"),
        "ms_played": Column(INT, "Time listened in the rows that count.", "ms"),
        "n_tracks": Column(INT, "Different tracks (artist and title) among them.", "tracks"),
        "n_artists": Column(INT, "Different artists among them.", "artists"),
        "source": Column(STRING, "Where the rule is written; missing for your own."),
    },
    key=["rule"],
)
