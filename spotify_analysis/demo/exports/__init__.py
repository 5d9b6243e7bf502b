"""The made-up listener's privacy exports, in every layout Spotify has sent so far.

`extended` writes the extended streaming history (one row per play, to the second), `account` the
account data of the last twelve months with its side files, `yearbook` what looks back at plays
(Wrapped, the Sound Capsule, and the scrobbles other services keep), `packing` puts files into a
folder or a ZIP. Both packages are as awkward as the real ones: units and meanings change in October
2022, plays made offline carry the time of their upload, old names are lost, rows repeat.
"""

from __future__ import annotations

from spotify_analysis.demo.exports.account import write_account_data
from spotify_analysis.demo.exports.extended import write_extended
from spotify_analysis.demo.exports.yearbook import write_lastfm, write_listenbrainz

__all__ = ["write_account_data", "write_extended", "write_lastfm", "write_listenbrainz"]
