"""Same song, one row: releases of one recording found, looked at, merged, and split again.

A single, the album, its deluxe edition and a remaster give one recording four names, and a list of
most played tracks four lines. `find` says which names are one recording and why; it changes
nothing. `merge` gives plays one name per recording, `split` gives their own names back, and who
calls neither has lost nothing. Merging too much is worse than merging too little: whatever is not
known to be mere packaging keeps two names apart.
"""

from __future__ import annotations

from spotify_analysis.recordings.finding import find
from spotify_analysis.recordings.merging import merge, split
from spotify_analysis.recordings.titles import Title, parse

__all__ = ["Title", "find", "merge", "parse", "split"]
