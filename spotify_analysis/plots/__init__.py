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
from spotify_analysis.plots.comparison import comparison, hour_comparison
from spotify_analysis.plots.discovery import discovery
from spotify_analysis.plots.rank_history import (
    cumulative_top,
    medals,
    race,
    rank_history,
    weeks_at_number_one,
)
from spotify_analysis.plots.rankings import (
    best_of_hours,
    climbers_and_fallers,
    deliberate_tracks,
    movement,
    rank_of,
    top_albums,
    top_artists,
    top_tracks,
)
from spotify_analysis.plots.rankings_over_time import number_ones, top_over_time
from spotify_analysis.plots.releases import release_decades
from spotify_analysis.plots.sessions import session_lengths, sessions
from spotify_analysis.plots.style import PALETTES, Palette, use_style
from spotify_analysis.plots.top_lists import top_list_comparison
from spotify_analysis.plots.totals import artist_payouts, milestones, totals_over_time

__all__ = [
    "PALETTES",
    "Palette",
    "artist_payouts",
    "best_of_hours",
    "calendar",
    "climbers_and_fallers",
    "comparison",
    "cumulative_top",
    "deliberate_tracks",
    "discovery",
    "hour_comparison",
    "hours_of_day",
    "listening_clock",
    "listening_over_time",
    "medals",
    "milestones",
    "movement",
    "number_ones",
    "race",
    "rank_history",
    "rank_of",
    "release_decades",
    "session_lengths",
    "sessions",
    "streaks",
    "top_albums",
    "top_artists",
    "top_list_comparison",
    "top_over_time",
    "top_tracks",
    "totals_over_time",
    "use_style",
    "weekdays",
    "weeks_at_number_one",
]
