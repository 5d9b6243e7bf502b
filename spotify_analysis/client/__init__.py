"""The only module that calls Spotify: waits, budget, pages, usage."""

from __future__ import annotations

from spotify_analysis.client.cache import Cache
from spotify_analysis.client.client import Client, connect
from spotify_analysis.client.facts import Facts
from spotify_analysis.client.paging import Items, Listing

__all__ = ["Cache", "Client", "Facts", "Items", "Listing", "connect"]
