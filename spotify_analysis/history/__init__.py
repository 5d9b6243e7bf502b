"""The plays we keep: one Delta Lake table, on disk or in a bucket; each play once."""

from __future__ import annotations

from spotify_analysis.history.asking import sql
from spotify_analysis.history.history import History
from spotify_analysis.history.report import Added, Checked, Compacted

__all__ = ["Added", "Checked", "Compacted", "History", "sql"]
