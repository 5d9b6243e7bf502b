"""Every number in a chart, defined once: a table of plays in, a small table out.

Plays may be a pandas frame, a polars frame (eager or lazy), a DuckDB relation, a pyarrow table or
a Spark DataFrame with the columns of `tables.PLAYS`; the answer is always pandas, with the columns
and dtypes its table declares in ``tables/metrics/``.

What every metric keeps to:

- It counts the rows it is given. What counts as a play is decided before, by `counting.count`;
  the name of that rule travels along and ends in the caption of the chart.
- A play belongs, whole, to the local day and hour in which it began (``local_day``,
  ``local_hour``, ``local_weekday``). Metrics know no time zones.
- A track is an artist and a title, an album is an artist and an album: not every source has ids.
- ``ms_played`` is missing, not 0, where no play of a row knows its length.
- Facts in ``attrs``: ``rule``, ``rule_text``, ``time_zone`` and ``source`` as they came, and
  ``n_plays``, ``since`` and ``until`` of the plays that were really counted.
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
from spotify_analysis.metrics.discovery import discovery
from spotify_analysis.metrics.milestones import anniversaries, milestones, on_this_day
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
from spotify_analysis.metrics.releases import release_decades
from spotify_analysis.metrics.sessions import session_lengths, sessions
from spotify_analysis.metrics.top_lists import top_list_comparison
from spotify_analysis.metrics.totals import (
    artist_payouts,
    averages,
    totals,
    totals_over_time,
)

__all__ = [
    "PERIODS",
    "affinity",
    "anniversaries",
    "artist_payouts",
    "averages",
    "best_of_hours",
    "best_ranks",
    "calendar",
    "certificates",
    "climbers_and_fallers",
    "combined_ranking",
    "comparison",
    "cumulative_top",
    "deliberate_tracks",
    "discovery",
    "hour_comparison",
    "hours_of_day",
    "least_played",
    "listening_clock",
    "listening_over_time",
    "medals",
    "milestones",
    "movement",
    "number_ones",
    "on_this_day",
    "race",
    "rank_history",
    "rank_of",
    "release_decades",
    "session_lengths",
    "sessions",
    "streaks",
    "taste_match",
    "top_albums",
    "top_artists",
    "top_list_comparison",
    "top_over_time",
    "top_per_period",
    "top_tracks",
    "top_tracks_of_artists",
    "totals",
    "totals_over_time",
    "weekdays",
    "weeks_at_number_one",
]
