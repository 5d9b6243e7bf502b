"""Every metric of plays, under a name, with the table it ends in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandas as pd

from spotify_analysis import metrics, tables


def with_ends(plays: Any) -> Any:
    """Return plays of any engine with ends: Alpha is skipped, Ann is clicked and shuffled."""
    is_alpha, is_ann = nw.col("track") == "Alpha", nw.col("artist") == "Ann"
    named = ~nw.col("track").is_null()
    made = nw.to_native(
        nw.from_native(plays).with_columns(
            was_skipped=is_alpha,
            shuffle=is_ann,
            reason_end=nw.when(is_alpha)
            .then(nw.lit("fwdbtn"))
            .otherwise(nw.when(named).then(nw.lit("trackdone"))),
            reason_start=nw.when(is_ann)
            .then(nw.lit("clickrow"))
            .otherwise(nw.when(named).then(nw.lit("backbtn"))),
        )
    )
    if isinstance(plays, pd.DataFrame):
        made.attrs = dict(plays.attrs)
    return made


def told_as(kind: str, whole: str, part: str) -> Callable[[Any], Any]:
    """Return how to tell the same plays as podcasts, or audiobooks, by Ann and Bo."""

    def told(plays: Any) -> Any:
        ended = with_ends(plays)
        made = nw.to_native(
            nw.from_native(ended).with_columns(
                nw.lit(kind).alias("kind"),
                nw.col("artist").alias(whole),
                nw.col("track").alias(part),
            )
        )
        if isinstance(plays, pd.DataFrame):
            made.attrs = dict(plays.attrs)
        return made

    return told


as_podcasts = told_as("episode", "show", "episode")
as_books = told_as("audiobook", "audiobook", "chapter")

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
    "listening_clock split": (
        lambda plays: metrics.listening_clock(plays, split=True),
        tables.LISTENING_CLOCK,
    ),
    "hours_of_day split": (
        lambda plays: metrics.hours_of_day(plays, split=True),
        tables.HOURS_OF_DAY,
    ),
    "calendar split": (lambda plays: metrics.calendar(plays, split=True), tables.CALENDAR),
    "weekdays split": (lambda plays: metrics.weekdays(plays, split=True), tables.WEEKDAYS),
    "listening_over_time split": (
        lambda plays: metrics.listening_over_time(plays, split=True),
        tables.LISTENING_OVER_TIME,
    ),
    **{
        f"discovery {period}": (
            lambda plays, period=period: metrics.discovery(plays, period=period),
            tables.DISCOVERY,
        )
        for period in metrics.PERIODS
    },
    "days_of_month": (metrics.days_of_month, tables.DAYS_OF_MONTH),
    "months_of_year": (metrics.months_of_year, tables.MONTHS_OF_YEAR),
    "seasons": (metrics.seasons, tables.SEASONS),
    "day_parts": (metrics.day_parts, tables.DAY_PARTS),
    "average_days": (metrics.average_days, tables.AVERAGE_DAYS),
    "months_by_year": (metrics.months_by_year, tables.MONTHS_BY_YEAR),
    "cumulative": (metrics.cumulative, tables.CUMULATIVE),
    "every_play": (metrics.every_play, tables.EVERY_PLAY),
    "artist_days": (metrics.artist_days, tables.ARTIST_DAYS),
    "artists_by_hour": (metrics.artists_by_hour, tables.ARTISTS_BY_HOUR),
    "busiest_periods": (metrics.busiest_periods, tables.BUSIEST_PERIODS),
    "habits": (metrics.habits, tables.HABITS),
    "heavy_and_light_days": (metrics.heavy_and_light_days, tables.HEAVY_AND_LIGHT_DAYS),
    "sparklines": (metrics.sparklines, tables.SPARKLINES),
    "when_played": (metrics.when_played, tables.WHEN_PLAYED),
    "countries": (metrics.countries, tables.COUNTRIES),
    "countries_over_time": (metrics.countries_over_time, tables.COUNTRIES_OVER_TIME),
    "device_days": (metrics.device_days, tables.DEVICE_DAYS),
    "offline_and_private": (metrics.offline_and_private, tables.OFFLINE_AND_PRIVATE),
    "platforms": (metrics.platforms, tables.PLATFORMS_HEARD),
    "platforms_over_time": (metrics.platforms_over_time, tables.PLATFORMS_OVER_TIME),
    "travels": (metrics.travels, tables.TRAVELS),
    "when_played by track": (
        lambda plays: metrics.when_played(plays, of="tracks"),
        tables.WHEN_PLAYED,
    ),
    "sparklines by album": (
        lambda plays: metrics.sparklines(plays, of="albums"),
        tables.SPARKLINES,
    ),
    "sessions": (metrics.sessions, tables.SESSIONS),
    "longest_sessions": (
        lambda plays: metrics.longest_sessions(metrics.sessions(plays)),
        tables.LONGEST_SESSIONS,
    ),
    "session_statistics": (
        lambda plays: metrics.session_statistics(metrics.sessions(plays)),
        tables.SESSION_STATISTICS,
    ),
    "session_starts": (
        lambda plays: metrics.session_starts(metrics.sessions(plays)),
        tables.SESSION_STARTS,
    ),
    "longest_plays": (lambda plays: metrics.longest_plays(plays, n=3), tables.LONGEST_PLAYS),
    "silences": (metrics.silences, tables.SILENCES),
    "runs": (metrics.runs, tables.RUNS),
    "runs of track": (lambda plays: metrics.runs(plays, of="tracks", n=None), tables.RUNS),
    "daily_streaks": (metrics.daily_streaks, tables.DAILY_STREAKS),
    "daily_streaks of track": (
        lambda plays: metrics.daily_streaks(plays, of="tracks", n=2),
        tables.DAILY_STREAKS,
    ),
    "binges": (metrics.binges, tables.BINGES),
    "binges by time": (
        lambda plays: metrics.binges(plays, of="tracks", n=None, by="time"),
        tables.BINGES,
    ),
    "gaps": (lambda plays: metrics.gaps(plays, min_plays=1), tables.GAPS),
    "gaps still running": (
        lambda plays: metrics.gaps(plays, of="tracks", min_plays=1, running=True),
        tables.GAPS,
    ),
    "days_between_plays": (
        lambda plays: metrics.days_between_plays(plays, of="tracks", min_plays=2),
        tables.DAYS_BETWEEN_PLAYS,
    ),
    "engagement": (lambda plays: metrics.engagement(with_ends(plays)), tables.ENGAGEMENT),
    "engagement (nothing said)": (metrics.engagement, tables.ENGAGEMENT),
    "engagement_over_time": (
        lambda plays: metrics.engagement_over_time(with_ends(plays), period="week"),
        tables.ENGAGEMENT_OVER_TIME,
    ),
    "skips_by_shuffle": (
        lambda plays: metrics.skips_by_shuffle(with_ends(plays)),
        tables.SKIPS_BY_SHUFFLE,
    ),
    "skip_moments": (lambda plays: metrics.skip_moments(with_ends(plays)), tables.SKIP_MOMENTS),
    "skip_streaks": (lambda plays: metrics.skip_streaks(with_ends(plays)), tables.SKIP_STREAKS),
    "reasons": (lambda plays: metrics.reasons(with_ends(plays)), tables.REASONS),
    "reasons (nothing said)": (metrics.reasons, tables.REASONS),
    "most_skipped": (lambda plays: metrics.most_skipped(with_ends(plays)), tables.SIGNALS),
    "most_deliberate": (
        lambda plays: metrics.most_deliberate(with_ends(plays), of="albums"),
        tables.SIGNALS,
    ),
    "most_replayed": (
        lambda plays: metrics.most_replayed(with_ends(plays), of="artists"),
        tables.SIGNALS,
    ),
    "loved": (lambda plays: metrics.loved(with_ends(plays)), tables.LOVED),
    "completion": (lambda plays: metrics.completion(with_ends(plays)), tables.COMPLETION),
    "top_shows": (lambda plays: metrics.top_shows(as_podcasts(plays)), tables.TOP_SHOWS),
    "top_shows by plays": (
        lambda plays: metrics.top_shows(as_podcasts(plays), n=1, by="plays"),
        tables.TOP_SHOWS,
    ),
    "top_episodes": (lambda plays: metrics.top_episodes(as_podcasts(plays)), tables.TOP_EPISODES),
    "listening_by_kind": (metrics.listening_by_kind, tables.LISTENING_BY_KIND),
    "hours_by_kind": (metrics.hours_by_kind, tables.HOURS_BY_KIND),
    "show_loyalty": (lambda plays: metrics.show_loyalty(as_podcasts(plays)), tables.SHOW_LOYALTY),
    "new_shows": (
        lambda plays: metrics.new_shows(as_podcasts(plays), period="week"),
        tables.NEW_SHOWS,
    ),
    "audiobook_progress": (
        lambda plays: metrics.audiobook_progress(as_books(plays)),
        tables.AUDIOBOOK_PROGRESS,
    ),
    "recap": (lambda plays: metrics.recap(plays, since="2023-12-31"), tables.RECAP),
    **{
        f"{name} of {of}": (lambda plays, metric=metric, of=of: metric(plays, of=of), table)
        for name, metric, table in (
            ("combined_ranking", metrics.combined_ranking, tables.COMBINED_RANKING),
            ("least_played", metrics.least_played, tables.LEAST_PLAYED),
            ("top_per_period", metrics.top_per_period, tables.TOP_PER_PERIOD),
            ("number_ones", metrics.number_ones, tables.NUMBER_ONES),
            ("best_of_hours", metrics.best_of_hours, tables.BEST_OF_HOURS),
            ("top_over_time", metrics.top_over_time, tables.TOP_OVER_TIME),
            ("movement", metrics.movement, tables.MOVEMENT),
        )
        for of in ("artists", "tracks")
    },
    "averages": (metrics.averages, tables.AVERAGES),
    **{
        f"totals_over_time {period}": (
            lambda plays, period=period: metrics.totals_over_time(plays, period=period),
            tables.TOTALS_OVER_TIME,
        )
        for period in metrics.PERIODS
    },
    "artist_payouts": (
        lambda plays: metrics.artist_payouts(plays, rate=0.004),
        tables.ARTIST_PAYOUTS,
    ),
    "milestones": (
        lambda plays: metrics.milestones(
            plays, plays_at=[1, 5, 9], hours_at=[1, 2], days_at=[2, 3], number_one_from=1
        ),
        tables.MILESTONES,
    ),
    "anniversaries": (
        lambda plays: metrics.anniversaries(plays, as_of="2025-01-02", at_least=1),
        tables.ANNIVERSARIES,
    ),
    "on_this_day": (
        lambda plays: metrics.on_this_day(plays, as_of="2025-01-01"),
        tables.ON_THIS_DAY,
    ),
    "rank_history": (metrics.rank_history, tables.RANK_HISTORY),
    "rank_history of tracks": (
        lambda plays: metrics.rank_history(plays, of="tracks", period="week", n=1),
        tables.RANK_HISTORY,
    ),
    "race": (metrics.race, tables.RACE),
    "race of weeks": (
        lambda plays: metrics.race(plays, of="tracks", period="week", n=2, window=1, by="time"),
        tables.RACE,
    ),
    "cumulative_top": (metrics.cumulative_top, tables.CUMULATIVE_TOP),
    "medals": (lambda plays: metrics.medals(plays, period="month"), tables.MEDALS),
    "weeks_at_number_one": (metrics.weeks_at_number_one, tables.WEEKS_AT_NUMBER_ONE),
    "best_ranks": (metrics.best_ranks, tables.BEST_RANKS),
    "certificates": (
        lambda plays: metrics.certificates(plays, of="artists", gold=1, platinum=2, diamond=3),
        tables.CERTIFICATES,
    ),
    "top_per_period_of_albums": (
        lambda plays: metrics.top_per_period(plays, of="albums", period="week", by="time"),
        tables.TOP_PER_PERIOD,
    ),
    "rank_of": (lambda plays: metrics.rank_of(plays, "Ann"), tables.RANK_OF),
    "top_tracks_of_artists": (metrics.top_tracks_of_artists, tables.TOP_TRACKS_OF_ARTISTS),
    "deliberate_tracks": (metrics.deliberate_tracks, tables.DELIBERATE_TRACKS),
    "climbers_and_fallers": (
        lambda plays: metrics.climbers_and_fallers(plays, days=7, by="time"),
        tables.CLIMBERS_AND_FALLERS,
    ),
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
N_ROWS_OF_NOTHING = {
    "totals": 1,
    "session_statistics": 1,
    "engagement": 1,
    "recap": 1,
    "habits": 1,
    "averages": 1,
}
# Plays counted of the seven in `conftest.plays`; all seven where it is not named here: the album of
# one play is not known, and an episode has no artist.
N_PLAYS = {
    "top_albums": 5,
    "top_artists": 6,
    "top_tracks": 6,
    "discovery": 6,
    "daily_streaks": 6,
    "binges": 6,
    "gaps": 6,
    "days_between_plays": 6,
    "engagement": 6,
    "engagement_over_time": 6,
    "skips_by_shuffle": 6,
    "skip_moments": 6,
    "most_skipped": 6,
    "most_deliberate": 5,
    "most_replayed": 6,
    "loved": 6,
    "completion": 6,
    "top_shows": 6,
    "top_episodes": 6,
    "show_loyalty": 6,
    "new_shows": 6,
    "audiobook_progress": 6,
    "artist_payouts": 6,
    "anniversaries": 6,
    "certificates": 6,
    "best_ranks": 6,
    "weeks_at_number_one": 6,
    "medals": 6,
    "cumulative_top": 6,
    "race": 6,
    "rank_history": 6,
    "top_per_period_of_albums": 5,
    "climbers_and_fallers": 6,
    "deliberate_tracks": 6,
    "top_tracks_of_artists": 6,
    "rank_of": 6,
    "movement": 6,
    "top_over_time": 6,
    "best_of_hours": 6,
    "number_ones": 6,
    "top_per_period": 6,
    "least_played": 6,
    "combined_ranking": 6,
    "artist_days": 6,
    "artists_by_hour": 6,
    "sparklines": 6,
    "sparklines by album": 5,
    "when_played": 6,
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
    first, *_, last = name.split() if " " in name else (name, name)
    return N_PLAYS.get(name, N_PLAYS.get(first, N_PLAYS_OF.get(last, 7)))
