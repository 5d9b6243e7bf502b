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
from spotify_analysis.plots.context import (
    countries,
    device_days,
    offline_and_private,
    platforms,
    platforms_over_time,
    travels,
)
from spotify_analysis.plots.counting import counting_rules
from spotify_analysis.plots.discovery import discovery
from spotify_analysis.plots.habits import artist_days, artists_by_hour, sparklines
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
from spotify_analysis.plots.recap import recap
from spotify_analysis.plots.releases import release_decades
from spotify_analysis.plots.sessions import session_lengths, sessions
from spotify_analysis.plots.style import PALETTES, Palette, use_style
from spotify_analysis.plots.time_patterns import (
    average_days,
    cumulative,
    day_parts,
    days_of_month,
    every_play,
    months_by_year,
    months_of_year,
    seasons,
)
from spotify_analysis.plots.top_lists import top_list_comparison

__all__ = [
    "PALETTES",
    "Palette",
    "artist_days",
    "artists_by_hour",
    "average_days",
    "best_of_hours",
    "calendar",
    "climbers_and_fallers",
    "counting_rules",
    "countries",
    "cumulative",
    "cumulative_top",
    "day_parts",
    "days_of_month",
    "deliberate_tracks",
    "device_days",
    "discovery",
    "every_play",
    "hours_of_day",
    "listening_clock",
    "listening_over_time",
    "medals",
    "months_by_year",
    "months_of_year",
    "movement",
    "number_ones",
    "offline_and_private",
    "platforms",
    "platforms_over_time",
    "race",
    "rank_history",
    "rank_of",
    "recap",
    "release_decades",
    "seasons",
    "session_lengths",
    "sessions",
    "sparklines",
    "streaks",
    "top_albums",
    "top_artists",
    "top_list_comparison",
    "top_over_time",
    "top_tracks",
    "travels",
    "use_style",
    "weekdays",
    "weeks_at_number_one",
]
