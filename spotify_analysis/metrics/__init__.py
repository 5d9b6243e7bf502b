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
from spotify_analysis.metrics.concentration import (
    artist_stream,
    cumulative_share,
    diversity,
    diversity_over_time,
    top_shares,
)
from spotify_analysis.metrics.discovery import (
    cohorts,
    discovery,
    discovery_days,
    first_listens,
    top_discoveries,
)
from spotify_analysis.metrics.frequencies import (
    cut_over,
    days_by_plays,
    eddington,
    frequency_fits,
    how_often,
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
from spotify_analysis.metrics.rankings import top_albums, top_artists, top_tracks
from spotify_analysis.metrics.releases import release_decades
from spotify_analysis.metrics.sessions import session_lengths, sessions
from spotify_analysis.metrics.top_lists import top_list_comparison
from spotify_analysis.metrics.totals import totals

__all__ = [
    "PERIODS",
    "artist_loyalty",
    "artist_stream",
    "brief_obsessions",
    "calendar",
    "cohorts",
    "cumulative_share",
    "cut_over",
    "days_by_plays",
    "discovery",
    "discovery_days",
    "diversity",
    "diversity_over_time",
    "eddington",
    "evergreens",
    "featured_artists",
    "first_listens",
    "forgotten",
    "frequency_fits",
    "golden_oldies",
    "hours_of_day",
    "how_often",
    "least_played_of_loved",
    "lifetimes",
    "liked_songs",
    "listening_clock",
    "listening_over_time",
    "love_stories",
    "never_finished",
    "one_and_done",
    "one_hit_wonders",
    "playlist_entries",
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
    "totals",
    "track_lengths",
    "tracks_per_artist",
    "unlikely_artists",
    "variety",
    "weekdays",
]
