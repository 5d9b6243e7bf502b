"""The only room that changes anything at Spotify: playlists and the library.

Every function takes the client first and any of our tables, or URIs, links and ids. With
``dry_run=True`` it says what it would do and changes nothing.

>>> from spotify_analysis import playlists
>>> playlists.create(spotify, "Found again", picks, dry_run=True)  # doctest: +SKIP
Would create the private playlist 'Found again' with 30 entries.
"""

from __future__ import annotations

from spotify_analysis.playlists.change import Change
from spotify_analysis.playlists.library import save, unsave
from spotify_analysis.playlists.writing import (
    add,
    change_details,
    create,
    remove,
    reorder,
    replace,
)

__all__ = [
    "Change",
    "add",
    "change_details",
    "create",
    "remove",
    "reorder",
    "replace",
    "save",
    "unsave",
]
