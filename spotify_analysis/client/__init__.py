"""The only module that calls Spotify: waits, budget, pages, usage."""

from __future__ import annotations

from spotify_analysis.client.cache import Cache
from spotify_analysis.client.client import Client, connect
from spotify_analysis.client.facts import Facts
from spotify_analysis.client.pace import Plan
from spotify_analysis.client.paging import Items, Listing
from spotify_analysis.client.usage import usage

__all__ = ["Cache", "Client", "Facts", "Items", "Listing", "Plan", "connect", "usage"]
