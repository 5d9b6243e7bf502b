"""Every metric of plays, under a name, with the table it ends in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from spotify_analysis import metrics, tables

_FROM_1 = {"min_plays": 1}

OF_PLAYS: dict[str, tuple[Callable[[Any], pd.DataFrame], tables.Table]] = {
    "totals": (metrics.totals, tables.TOTALS),
    "top_tracks": (metrics.top_tracks, tables.MOST_PLAYED_TRACKS),
    "top_tracks by time": (
        lambda plays: metrics.top_tracks(plays, by="time", n=None),
        tables.MOST_PLAYED_TRACKS,
    ),
    "top_artists": (metrics.top_artists, tables.MOST_PLAYED_ARTISTS),
    "top_albums": (metrics.top_albums, tables.MOST_PLAYED_ALBUMS),
    **{
        f"listening_over_time {period}": (
            lambda plays, period=period: metrics.listening_over_time(plays, period=period),
            tables.LISTENING_OVER_TIME,
        )
        for period in metrics.PERIODS
    },
    "listening_clock": (metrics.listening_clock, tables.LISTENING_CLOCK),
    "hours_of_day": (metrics.hours_of_day, tables.HOURS_OF_DAY),
    "weekdays": (metrics.weekdays, tables.WEEKDAYS),
    "calendar": (metrics.calendar, tables.CALENDAR),
    "streaks": (metrics.streaks, tables.STREAKS),
    **{
        f"discovery {period}": (
            lambda plays, period=period: metrics.discovery(plays, period=period),
            tables.DISCOVERY,
        )
        for period in metrics.PERIODS
    },
    "sessions": (metrics.sessions, tables.SESSIONS),
    **{
        f"{name} {of}": (
            lambda plays, metric=metric, of=of, more=more: metric(plays, of=of, **more),
            table,
        )
        for name, of, metric, table, more in (
            ("first_listens", "artists", metrics.first_listens, tables.FIRST_LISTENS, {}),
            ("discovery_days", "tracks", metrics.discovery_days, tables.DISCOVERY_DAYS, {}),
            ("top_discoveries", "albums", metrics.top_discoveries, tables.TOP_DISCOVERIES, {}),
            ("cohorts", "tracks", metrics.cohorts, tables.COHORTS, {"period": "week"}),
            ("lifetimes", "tracks", metrics.lifetimes, tables.LIFETIMES, {"n": 2}),
            ("golden_oldies", "tracks", metrics.golden_oldies, tables.GOLDEN_OLDIES, _FROM_1),
            ("evergreens", "artists", metrics.evergreens, tables.EVERGREENS, {}),
            ("love_stories", "albums", metrics.love_stories, tables.LOVE_STORIES, {"few": 1}),
            (
                "brief_obsessions",
                "tracks",
                metrics.brief_obsessions,
                tables.BRIEF_OBSESSIONS,
                {"days": 2, "min_plays": 1},
            ),
            ("forgotten", "artists", metrics.forgotten, tables.FORGOTTEN, _FROM_1),
        )
    },
    "one_hit_wonders": (metrics.one_hit_wonders, tables.ONE_HIT_WONDERS),
    "one_and_done": (metrics.one_and_done, tables.ONE_AND_DONE),
    "artist_loyalty": (
        lambda plays: metrics.artist_loyalty(plays, min_plays=1),
        tables.ARTIST_LOYALTY,
    ),
    "variety": (metrics.variety, tables.VARIETY),
    "never_finished": (
        lambda plays: metrics.never_finished(plays, min_starts=1),
        tables.NEVER_FINISHED,
    ),
    "diversity artists": (metrics.diversity, tables.DIVERSITY),
    "diversity_over_time albums": (
        lambda plays: metrics.diversity_over_time(plays, of="albums", period="week"),
        tables.DIVERSITY_OVER_TIME,
    ),
    "top_shares tracks": (
        lambda plays: metrics.top_shares(plays, of="tracks"),
        tables.TOP_SHARES,
    ),
    "cumulative_share artists": (metrics.cumulative_share, tables.CUMULATIVE_SHARE),
    "artist_stream tracks": (
        lambda plays: metrics.artist_stream(plays, of="tracks", n=2, period="day"),
        tables.ARTIST_STREAM,
    ),
    "how_often tracks": (metrics.how_often, tables.HOW_OFTEN),
    "frequency_fits tracks": (metrics.frequency_fits, tables.FREQUENCY_FITS),
    "cut_over artists": (metrics.cut_over, tables.CUT_OVER),
    "eddington": (metrics.eddington, tables.EDDINGTON),
    "days_by_plays": (metrics.days_by_plays, tables.DAYS_BY_PLAYS),
    "unlikely_artists": (
        lambda plays: metrics.unlikely_artists(plays, period="week", min_plays=1),
        tables.UNLIKELY_ARTISTS,
    ),
    "tracks_per_artist": (metrics.tracks_per_artist, tables.TRACKS_PER_ARTIST),
    "featured_artists": (metrics.featured_artists, tables.FEATURED_ARTISTS),
    "starting_letters albums": (
        lambda plays: metrics.starting_letters(plays, of="albums"),
        tables.STARTING_LETTERS,
    ),
    "track_lengths": (metrics.track_lengths, tables.TRACK_LENGTHS),
    "least_played_of_loved": (
        lambda plays: metrics.least_played_of_loved(plays, min_tracks=1),
        tables.LEAST_PLAYED_OF_LOVED,
    ),
}

# Rows of each answer when nothing was played; 0 where it is not named here.
N_ROWS_OF_NOTHING = {"totals": 1}
# Plays counted of the seven in `conftest.plays`; all seven where it is not named here: the album of
# one play is not known, and an episode has no artist.
N_PLAYS = {
    "top_albums": 5,
    "top_artists": 6,
    "top_tracks": 6,
    "discovery": 6,
    "artist_loyalty": 6,
    "featured_artists": 6,
    "track_lengths": 6,
    "tracks_per_artist": 6,
    "unlikely_artists": 6,
    "least_played_of_loved": 5,
    "never_finished": 6,
    "one_and_done": 6,
    "one_hit_wonders": 6,
    "variety": 6,
}
# the same for metrics of artists, tracks or albums, where that is in their name
N_PLAYS_OF = {"artists": 6, "tracks": 6, "albums": 5}


def n_rows_of_nothing(name: str) -> int:
    """Return how many rows a metric has without plays."""
    return N_ROWS_OF_NOTHING.get(name.split()[0], 0)


def n_plays(name: str) -> int:
    """Return how many of the seven plays a metric counts."""
    return N_PLAYS.get(name.split()[0], N_PLAYS_OF.get(name.split()[-1], 7))
