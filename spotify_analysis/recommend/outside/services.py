"""Hosts, paces, names of algorithms: everything a service may change is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "DEEZER",
    "LABS",
    "LASTFM",
    "LIFETIMES_S",
    "LISTENBRAINZ",
    "MAX_CACHE_BYTES",
    "MUSICBRAINZ",
    "RECCOBEATS",
    "SIMILAR_RECORDINGS",
    "Service",
]


@dataclass(frozen=True, slots=True)
class Service:
    """One server and how gently it is to be asked.

    Parameters
    ----------
    name : str
        What to call it.
    url : str
        Base address.
    gap_s : float
        Least time from one request to the next.
    """

    name: str
    url: str
    gap_s: float


# one request a second and address, or 503
MUSICBRAINZ = Service("MusicBrainz", "https://musicbrainz.org/ws/2/", 1.1)
# says in its headers how many are left; this is only so as not to come in a burst
LISTENBRAINZ = Service("ListenBrainz", "https://api.listenbrainz.org/1/", 0.35)
LABS = Service("ListenBrainz labs", "https://labs.api.listenbrainz.org/", 0.35)
# five a second and address
LASTFM = Service("Last.fm", "https://ws.audioscrobbler.com/2.0/", 0.25)
# fifty in five seconds and address, and it says so only when they are used up
DEEZER = Service("Deezer", "https://api.deezer.com/", 0.15)
# publishes no limit
RECCOBEATS = Service("ReccoBeats", "https://api.reccobeats.com/v1/", 0.5)

# Names of data sets, in the order to try: the service renames them, and answers 400 to an old one.
# The second is the one its own pages name for artists; that it serves recordings is not known.
SIMILAR_RECORDINGS = (
    "session_based_days_7500_session_300_contribution_5_threshold_15_limit_50_skip_30",
    "session_based_days_7500_session_300_contribution_3_threshold_10_limit_100_filter_True_skip_30",
)

_DAY_S = 86_400.0
LIFETIMES_S: Mapping[str, float] = {
    # numbers of artists and recordings, MusicBrainz's and Deezer's, do not change
    "mbid": 180 * _DAY_S,
    "similarity": 30 * _DAY_S,
    "top_tracks": 7 * _DAY_S,
    "fresh_releases": _DAY_S,
    # what a service suggests to one account is made anew every day or week
    "personal": _DAY_S,
    "spotify_ids": 30 * _DAY_S,
}
# Last.fm allows 100 MB of its data to be kept
MAX_CACHE_BYTES = 100 * 1024 * 1024
