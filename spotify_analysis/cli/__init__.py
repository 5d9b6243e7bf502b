"""The same functions from a terminal: ``spotify-analysis --help``."""

from __future__ import annotations

from spotify_analysis.cli.commands import main
from spotify_analysis.cli.leaks import check_secrets
from spotify_analysis.cli.options import MODES, RULES

__all__ = ["MODES", "RULES", "check_secrets", "main"]
