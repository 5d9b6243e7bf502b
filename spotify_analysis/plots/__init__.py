"""One function per chart: a metric's table in, an Axes out.

A chart draws what its table says; it does not fetch, count, save or show. Without `ax` it makes a
figure of its own, in the house style; with one it draws there, and leaves the figure alone. Titles
say what is shown, the line below in which unit, the caption of how many plays, from when to when,
counted by which rule (as far as the table knows: `tables.facts`).

Names are drawn as they are spelled, in any script, and shortened where they would not fit.
"""

from __future__ import annotations

from spotify_analysis.plots.calendar import (
    calendar,
    hours_of_day,
    listening_clock,
    listening_over_time,
    streaks,
    weekdays,
)
from spotify_analysis.plots.concentration import (
    artist_stream,
    cumulative_share,
    diversity_over_time,
    top_shares,
)
from spotify_analysis.plots.discovery import (
    cohorts,
    discovery,
    discovery_days,
    top_discoveries,
)
from spotify_analysis.plots.frequencies import (
    cut_over,
    days_by_plays,
    eddington,
    how_often,
)
from spotify_analysis.plots.loves import brief_obsessions
from spotify_analysis.plots.loyalty import golden_oldies, lifetimes, variety
from spotify_analysis.plots.oddities import (
    featured_artists,
    starting_letters,
    track_lengths,
    tracks_per_artist,
    unlikely_artists,
)
from spotify_analysis.plots.playlists import (
    playlist_growth,
    playlist_overlap,
    playlist_use,
)
from spotify_analysis.plots.rankings import top_albums, top_artists, top_tracks
from spotify_analysis.plots.releases import release_decades
from spotify_analysis.plots.sessions import session_lengths, sessions
from spotify_analysis.plots.style import PALETTES, Palette, use_style
from spotify_analysis.plots.top_lists import top_list_comparison

__all__ = [
    "PALETTES",
    "Palette",
    "artist_stream",
    "brief_obsessions",
    "calendar",
    "cohorts",
    "cumulative_share",
    "cut_over",
    "days_by_plays",
    "discovery",
    "discovery_days",
    "diversity_over_time",
    "eddington",
    "featured_artists",
    "golden_oldies",
    "hours_of_day",
    "how_often",
    "lifetimes",
    "listening_clock",
    "listening_over_time",
    "playlist_growth",
    "playlist_overlap",
    "playlist_use",
    "release_decades",
    "session_lengths",
    "sessions",
    "starting_letters",
    "streaks",
    "top_albums",
    "top_artists",
    "top_discoveries",
    "top_list_comparison",
    "top_shares",
    "top_tracks",
    "track_lengths",
    "tracks_per_artist",
    "unlikely_artists",
    "use_style",
    "variety",
    "weekdays",
]
