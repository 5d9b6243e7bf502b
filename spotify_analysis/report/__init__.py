"""Pages to keep and to share: ``report.html`` of everything, and the recap of a year."""

from __future__ import annotations

from spotify_analysis.report.charts import CHARTS, Chart, chart_tables, draw
from spotify_analysis.report.page import write
from spotify_analysis.report.recap import Recap, recap

__all__ = ["CHARTS", "Chart", "Recap", "chart_tables", "draw", "recap", "write"]
