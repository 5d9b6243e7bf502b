"""One function per chart: a metric's table in, an Axes out.

A chart draws what its table says; it does not fetch, count, save or show. Without `ax` it makes a
figure of its own, in the house style; with one it draws there, and leaves the figure alone. Titles
say what is shown, the line below in which unit, the caption of how many plays, from when to when,
counted by which rule (as far as the table knows: `tables.facts`).

A table of another engine is brought home first. Given anything else, plays for example, a chart
raises `errors.TableError` and says which call makes its table.

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
from spotify_analysis.plots.comparison import affinity, comparison, hour_comparison
from spotify_analysis.plots.concentration import (
    artist_stream,
    cumulative_share,
    diversity_over_time,
    top_shares,
)
from spotify_analysis.plots.context import (
    countries,
    countries_over_time,
    device_days,
    offline_and_private,
    platforms,
    platforms_over_time,
    travels,
)
from spotify_analysis.plots.counting import counting_rules
from spotify_analysis.plots.discovery import cohorts, discovery, discovery_days, top_discoveries
from spotify_analysis.plots.engagement import (
    engagement_over_time,
    reasons,
    skip_moments,
    skip_streaks,
    skips_by_shuffle,
)
from spotify_analysis.plots.frequencies import cut_over, days_by_plays, eddington, how_often
from spotify_analysis.plots.habits import (
    artist_days,
    artists_by_hour,
    habits,
    sparklines,
    when_played,
)
from spotify_analysis.plots.loves import brief_obsessions, forgotten, love_stories
from spotify_analysis.plots.loyalty import artist_loyalty, golden_oldies, lifetimes, variety
from spotify_analysis.plots.oddities import (
    featured_artists,
    starting_letters,
    track_lengths,
    tracks_per_artist,
    unlikely_artists,
)
from spotify_analysis.plots.playlists import playlist_growth, playlist_overlap, playlist_use
from spotify_analysis.plots.podcasts import (
    audiobook_progress,
    hours_by_kind,
    listening_by_kind,
    new_shows,
    show_loyalty,
    top_episodes,
    top_shows,
)
from spotify_analysis.plots.rank_history import (
    certificates,
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
from spotify_analysis.plots.releases import release_decades, releases_over_time
from spotify_analysis.plots.returns import days_between_plays, gaps
from spotify_analysis.plots.runs import binges, daily_streaks, run_timeline, runs, silences
from spotify_analysis.plots.sessions import (
    longest_plays,
    longest_sessions,
    session_lengths,
    session_starts,
    sessions,
)
from spotify_analysis.plots.signals import (
    completion,
    loved,
    most_deliberate,
    most_replayed,
    most_skipped,
)
from spotify_analysis.plots.style import PALETTES, Palette, use_style
from spotify_analysis.plots.suggestions import evaluation
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
from spotify_analysis.plots.totals import artist_payouts, milestones, totals_over_time
from spotify_analysis.plots.usage import usage

__all__ = [
    "PALETTES",
    "Palette",
    "affinity",
    "artist_days",
    "artist_loyalty",
    "artist_payouts",
    "artist_stream",
    "artists_by_hour",
    "audiobook_progress",
    "average_days",
    "best_of_hours",
    "binges",
    "brief_obsessions",
    "calendar",
    "certificates",
    "climbers_and_fallers",
    "cohorts",
    "comparison",
    "completion",
    "counting_rules",
    "countries",
    "countries_over_time",
    "cumulative",
    "cumulative_share",
    "cumulative_top",
    "cut_over",
    "daily_streaks",
    "day_parts",
    "days_between_plays",
    "days_by_plays",
    "days_of_month",
    "deliberate_tracks",
    "device_days",
    "discovery",
    "discovery_days",
    "diversity_over_time",
    "eddington",
    "engagement_over_time",
    "evaluation",
    "every_play",
    "featured_artists",
    "forgotten",
    "gaps",
    "golden_oldies",
    "habits",
    "hour_comparison",
    "hours_by_kind",
    "hours_of_day",
    "how_often",
    "lifetimes",
    "listening_by_kind",
    "listening_clock",
    "listening_over_time",
    "longest_plays",
    "longest_sessions",
    "love_stories",
    "loved",
    "medals",
    "milestones",
    "months_by_year",
    "months_of_year",
    "most_deliberate",
    "most_replayed",
    "most_skipped",
    "movement",
    "new_shows",
    "number_ones",
    "offline_and_private",
    "platforms",
    "platforms_over_time",
    "playlist_growth",
    "playlist_overlap",
    "playlist_use",
    "race",
    "rank_history",
    "rank_of",
    "reasons",
    "recap",
    "release_decades",
    "releases_over_time",
    "run_timeline",
    "runs",
    "seasons",
    "session_lengths",
    "session_starts",
    "sessions",
    "show_loyalty",
    "silences",
    "skip_moments",
    "skip_streaks",
    "skips_by_shuffle",
    "sparklines",
    "starting_letters",
    "streaks",
    "top_albums",
    "top_artists",
    "top_discoveries",
    "top_episodes",
    "top_list_comparison",
    "top_over_time",
    "top_shares",
    "top_shows",
    "top_tracks",
    "totals_over_time",
    "track_lengths",
    "tracks_per_artist",
    "travels",
    "unlikely_artists",
    "usage",
    "use_style",
    "variety",
    "weekdays",
    "weeks_at_number_one",
    "when_played",
]
