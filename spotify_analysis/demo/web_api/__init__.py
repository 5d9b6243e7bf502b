"""The Web API of the stand-in: every endpoint a listening toolkit needs, in all three app modes."""

from __future__ import annotations

from spotify_analysis.demo.web_api.service import WebApi

__all__ = ["WebApi"]
