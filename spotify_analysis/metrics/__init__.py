"""Every number in a chart, defined once: a table of plays in, a small table out.

Plays may be a pandas frame, a polars frame (eager or lazy), a DuckDB relation, a pyarrow table or
a Spark DataFrame with the columns of `tables.PLAYS`; the answer is always pandas, with the columns
and dtypes its table declares in ``tables/metrics/``.

What every metric keeps to:

- It counts the rows it is given. What counts as a play is decided before, by `counting.count`;
  the name of that rule travels along and ends in the caption of the chart.
- A play belongs, whole, to the local day and hour in which it began (``local_day``,
  ``local_hour``, ``local_weekday``), unless ``split=True`` divides its time between the hours or
  days in which it sounded. Which zone a row is in was decided where it was read.
- A track is an artist and a title, an album is an artist and an album: not every source has ids.
- ``ms_played`` is missing, not 0, where no play of a row knows its length.
- Facts in ``attrs``: ``rule``, ``rule_text``, ``time_zone`` and ``source`` as they came, and
  ``n_plays``, ``since`` and ``until`` of the plays that were really counted. What is about skips
  has ``skips_left_out`` where a counting rule dropped them before: give such a metric every row.
"""

from __future__ import annotations

from spotify_analysis.metrics._days import PERIODS
from spotify_analysis.metrics.calendar import (
    calendar,
    hours_of_day,
    listening_clock,
    listening_over_time,
    streaks,
    weekdays,
)
from spotify_analysis.metrics.comparison import affinity, comparison, hour_comparison, taste_match
from spotify_analysis.metrics.concentration import (
    artist_stream,
    cumulative_share,
    diversity,
    diversity_over_time,
    top_shares,
)
from spotify_analysis.metrics.context import (
    countries,
    countries_over_time,
    device_days,
    offline_and_private,
    platforms,
    platforms_over_time,
    travels,
)
from spotify_analysis.metrics.discovery import (
    cohorts,
    discovery,
    discovery_days,
    first_listens,
    top_discoveries,
)
from spotify_analysis.metrics.engagement import (
    engagement,
    engagement_over_time,
    reasons,
    skip_moments,
    skip_streaks,
    skips_by_shuffle,
)
from spotify_analysis.metrics.frequencies import (
    cut_over,
    days_by_plays,
    eddington,
    frequency_fits,
    how_often,
)
from spotify_analysis.metrics.habits import (
    artist_days,
    artists_by_hour,
    busiest_periods,
    habits,
    heavy_and_light_days,
    sparklines,
    when_played,
)
from spotify_analysis.metrics.loves import (
    brief_obsessions,
    forgotten,
    least_played_of_loved,
    love_stories,
    never_finished,
)
from spotify_analysis.metrics.loyalty import (
    artist_loyalty,
    evergreens,
    golden_oldies,
    lifetimes,
    one_and_done,
    one_hit_wonders,
    variety,
)
from spotify_analysis.metrics.milestones import anniversaries, milestones, on_this_day
from spotify_analysis.metrics.oddities import (
    featured_artists,
    starting_letters,
    track_lengths,
    tracks_per_artist,
    unlikely_artists,
)
from spotify_analysis.metrics.playlists import (
    liked_songs,
    playlist_entries,
    playlist_growth,
    playlist_overlap,
    playlist_use,
)
from spotify_analysis.metrics.podcasts import (
    audiobook_progress,
    hours_by_kind,
    listening_by_kind,
    new_shows,
    show_loyalty,
    top_episodes,
    top_shows,
)
from spotify_analysis.metrics.rank_history import (
    best_ranks,
    certificates,
    cumulative_top,
    medals,
    race,
    rank_history,
    weeks_at_number_one,
)
from spotify_analysis.metrics.rankings import (
    combined_ranking,
    deliberate_tracks,
    least_played,
    rank_of,
    top_albums,
    top_artists,
    top_tracks,
    top_tracks_of_artists,
)
from spotify_analysis.metrics.rankings_over_time import (
    best_of_hours,
    climbers_and_fallers,
    movement,
    number_ones,
    top_over_time,
    top_per_period,
)
from spotify_analysis.metrics.recap import recap
from spotify_analysis.metrics.releases import release_decades, releases_over_time
from spotify_analysis.metrics.returns import days_between_plays, gaps
from spotify_analysis.metrics.runs import binges, daily_streaks, runs, silences
from spotify_analysis.metrics.sessions import (
    longest_plays,
    longest_sessions,
    session_lengths,
    session_starts,
    session_statistics,
    sessions,
)
from spotify_analysis.metrics.signals import (
    completion,
    loved,
    most_deliberate,
    most_replayed,
    most_skipped,
)
from spotify_analysis.metrics.time_patterns import (
    average_days,
    cumulative,
    day_parts,
    days_of_month,
    every_play,
    months_by_year,
    months_of_year,
    seasons,
)
from spotify_analysis.metrics.top_lists import top_list_comparison
from spotify_analysis.metrics.totals import artist_payouts, averages, totals, totals_over_time

__all__ = [
    "PERIODS",
    "affinity",
    "anniversaries",
    "artist_days",
    "artist_loyalty",
    "artist_payouts",
    "artist_stream",
    "artists_by_hour",
    "audiobook_progress",
    "average_days",
    "averages",
    "best_of_hours",
    "best_ranks",
    "binges",
    "brief_obsessions",
    "busiest_periods",
    "calendar",
    "certificates",
    "climbers_and_fallers",
    "cohorts",
    "combined_ranking",
    "comparison",
    "completion",
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
    "diversity",
    "diversity_over_time",
    "eddington",
    "engagement",
    "engagement_over_time",
    "evergreens",
    "every_play",
    "featured_artists",
    "first_listens",
    "forgotten",
    "frequency_fits",
    "gaps",
    "golden_oldies",
    "habits",
    "heavy_and_light_days",
    "hour_comparison",
    "hours_by_kind",
    "hours_of_day",
    "how_often",
    "least_played",
    "least_played_of_loved",
    "lifetimes",
    "liked_songs",
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
    "never_finished",
    "new_shows",
    "number_ones",
    "offline_and_private",
    "on_this_day",
    "one_and_done",
    "one_hit_wonders",
    "platforms",
    "platforms_over_time",
    "playlist_entries",
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
    "runs",
    "seasons",
    "session_lengths",
    "session_starts",
    "session_statistics",
    "sessions",
    "show_loyalty",
    "silences",
    "skip_moments",
    "skip_streaks",
    "skips_by_shuffle",
    "sparklines",
    "starting_letters",
    "streaks",
    "taste_match",
    "top_albums",
    "top_artists",
    "top_discoveries",
    "top_episodes",
    "top_list_comparison",
    "top_over_time",
    "top_per_period",
    "top_shares",
    "top_shows",
    "top_tracks",
    "top_tracks_of_artists",
    "totals",
    "totals_over_time",
    "track_lengths",
    "tracks_per_artist",
    "travels",
    "unlikely_artists",
    "variety",
    "weekdays",
    "weeks_at_number_one",
    "when_played",
]
