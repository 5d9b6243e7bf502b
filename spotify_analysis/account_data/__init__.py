"""The privacy export to the same tables: both packages, every generation, no Web API."""

from __future__ import annotations

from spotify_analysis.account_data.reading import Export, read
from spotify_analysis.account_data.report import Report

__all__ = ["Export", "Report", "read"]
