"""Every chart, under a name: from what it is drawn, by which metric."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from spotify_analysis import counting, metrics, plots, tables

Draw = Callable[..., Axes]


def apart(plays: pd.DataFrame) -> pd.DataFrame:
    """Return plays of which every third lies forty days earlier, so that one day is two."""
    day = plays["local_day"].mask(plays.index % 3 == 0, plays["local_day"] - pd.Timedelta(days=40))
    return plays.assign(local_day=day)


def left_alone(plays: pd.DataFrame) -> pd.DataFrame:
    """Return plays in which all but every third track were played four years earlier only."""
    code, _ = pd.factorize(plays["track"])
    earlier = plays["local_day"] - pd.Timedelta(days=1_461)
    return plays.assign(local_day=plays["local_day"].mask(code % 3 > 0, earlier))


def with_ends(plays: pd.DataFrame) -> pd.DataFrame:
    """Return plays with reasons for their start and end, and shuffle, the same in each run."""
    n = plays.index
    return plays.assign(
        reason_end=[("trackdone", "fwdbtn", "fwdbtn", "endplay", "new-reason")[k % 5] for k in n],
        was_skipped=[bool(k % 5 in (1, 2, 3)) for k in n],
        reason_start=[("clickrow", "backbtn", "trackdone")[k % 3] for k in n],
        shuffle=[bool(k % 7 < 3) for k in n],
    )


def with_years(plays: pd.DataFrame) -> pd.DataFrame:
    """Return the tracks of plays as a list that knows when they came out."""
    tracks = plays[["track", "artist"]].drop_duplicates(ignore_index=True)
    return tables.conform(
        tracks.assign(release_year=1950 + tracks.index.astype("int64") % 70), tables.SAVED_TRACKS
    )


def as_podcasts(plays: pd.DataFrame) -> pd.DataFrame:
    """Return the same plays as if artists were podcasts, and their tracks episodes."""
    return with_ends(plays).assign(kind="episode", show=plays["artist"], episode=plays["track"])


def as_books(plays: pd.DataFrame) -> pd.DataFrame:
    """Return the same plays as if artists were audiobooks, and their tracks chapters."""
    return with_ends(plays).assign(
        kind="audiobook", audiobook=plays["artist"], chapter=plays["track"]
    )


def of_all_kinds(plays: pd.DataFrame) -> pd.DataFrame:
    """Return the same plays as if they were of all kinds in turn."""
    return plays.assign(kind=[tables.KINDS[n % 7 % 4] for n in plays.index])


def first_and_rest(plays: pd.DataFrame) -> pd.DataFrame:
    """Move the first play of each artist to a day, all others to the day after."""
    last = plays["local_day"].max()
    is_first = ~plays["artist"].duplicated()
    days = plays["local_day"].where(is_first, last).mask(is_first, last - pd.Timedelta(days=1))
    return plays.assign(local_day=days)


def _playlists_of(plays: pd.DataFrame) -> pd.DataFrame:
    """Return playlists, each of what one artist in these plays has, and one that never sounded."""
    songs = plays.drop_duplicates(["track", "artist"])
    silent = songs.head(3).assign(artist="Nobody", playlist="Silence", uri="spotify:track:none")
    every = pd.concat([songs.assign(playlist=songs["artist"]), silent])
    return tables.conform(every, tables.PLAYLIST_ITEMS)


OF_PLAYS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_tracks": (lambda plays: metrics.top_tracks(plays, n=12, by="time"), plots.top_tracks),
    "top_artists": (lambda plays: metrics.top_artists(plays, n=12), plots.top_artists),
    "top_albums": (lambda plays: metrics.top_albums(plays, n=12), plots.top_albums),
    **{
        f"listening_over_time {period}": (
            lambda plays, period=period: metrics.listening_over_time(plays, period=period),
            plots.listening_over_time,
        )
        for period in metrics.PERIODS
    },
    "listening_clock": (metrics.listening_clock, plots.listening_clock),
    "hours_of_day": (metrics.hours_of_day, plots.hours_of_day),
    "weekdays": (metrics.weekdays, plots.weekdays),
    "calendar": (metrics.calendar, plots.calendar),
    "streaks": (metrics.streaks, plots.streaks),
    "discovery": (metrics.discovery, plots.discovery),
    "discovery by year": (
        lambda plays: metrics.discovery(plays, period="year"),
        plots.discovery,
    ),
    "average_days": (metrics.average_days, plots.average_days),
    "cumulative": (metrics.cumulative, plots.cumulative),
    "day_parts": (metrics.day_parts, plots.day_parts),
    "days_of_month": (metrics.days_of_month, plots.days_of_month),
    "every_play": (metrics.every_play, plots.every_play),
    "months_by_year": (metrics.months_by_year, plots.months_by_year),
    "months_of_year": (metrics.months_of_year, plots.months_of_year),
    "seasons": (metrics.seasons, plots.seasons),
    "average_days by week": (
        lambda plays: metrics.average_days(plays, period="week"),
        plots.average_days,
    ),
    "artist_days": (metrics.artist_days, plots.artist_days),
    "artists_by_hour": (metrics.artists_by_hour, plots.artists_by_hour),
    "habits": (metrics.habits, plots.habits),
    "sparklines": (metrics.sparklines, plots.sparklines),
    "when_played": (lambda plays: metrics.when_played(plays, of="tracks"), plots.when_played),
    "countries": (metrics.countries, plots.countries),
    "countries_over_time": (metrics.countries_over_time, plots.countries_over_time),
    "device_days": (metrics.device_days, plots.device_days),
    "offline_and_private": (metrics.offline_and_private, plots.offline_and_private),
    "platforms": (metrics.platforms, plots.platforms),
    "platforms_over_time": (metrics.platforms_over_time, plots.platforms_over_time),
    "travels": (metrics.travels, plots.travels),
    "sparklines by track": (
        lambda plays: metrics.sparklines(plays, of="tracks", n=5, period="year"),
        plots.sparklines,
    ),
    "diversity_over_time": (metrics.diversity_over_time, plots.diversity_over_time),
    "top_shares": (metrics.top_shares, plots.top_shares),
    "cumulative_share": (metrics.cumulative_share, plots.cumulative_share),
    "artist_stream": (metrics.artist_stream, plots.artist_stream),
    "artist_stream by year": (
        lambda plays: metrics.artist_stream(plays, of="tracks", period="year", n=8),
        plots.artist_stream,
    ),
    "how_often": (metrics.how_often, plots.how_often),
    "eddington": (metrics.eddington, plots.eddington),
    "cut_over": (metrics.cut_over, plots.cut_over),
    "days_by_plays": (metrics.days_by_plays, plots.days_by_plays),
    "unlikely_artists": (
        lambda plays: metrics.unlikely_artists(plays, min_plays=2),
        plots.unlikely_artists,
    ),
    "tracks_per_artist": (metrics.tracks_per_artist, plots.tracks_per_artist),
    "featured_artists": (
        lambda plays: metrics.featured_artists(
            plays.assign(track=plays["track"] + " (feat. " + plays["artist"] + ")")
        ),
        plots.featured_artists,
    ),
    "starting_letters": (metrics.starting_letters, plots.starting_letters),
    "track_lengths": (
        lambda plays: metrics.track_lengths(plays.assign(reason_end="trackdone")),
        plots.track_lengths,
    ),
    "playlist_use": (
        lambda plays: metrics.playlist_use(_playlists_of(plays), plays, stale_days=3),
        plots.playlist_use,
    ),
    "discovery_days": (metrics.discovery_days, plots.discovery_days),
    "top_discoveries": (
        lambda plays: metrics.top_discoveries(plays, of="tracks"),
        plots.top_discoveries,
    ),
    "cohorts": (metrics.cohorts, plots.cohorts),
    "cohorts by month": (
        lambda plays: metrics.cohorts(plays, of="tracks", period="month"),
        plots.cohorts,
    ),
    "lifetimes": (lambda plays: metrics.lifetimes(plays, of="tracks"), plots.lifetimes),
    "golden_oldies": (
        lambda plays: metrics.golden_oldies(plays, n=5, min_plays=1),
        plots.golden_oldies,
    ),
    "artist_loyalty": (
        lambda plays: metrics.artist_loyalty(plays, min_plays=1),
        plots.artist_loyalty,
    ),
    "variety": (metrics.variety, plots.variety),
    "brief_obsessions": (
        lambda plays: metrics.brief_obsessions(plays, days=1, min_plays=1, min_share=0),
        plots.brief_obsessions,
    ),
    "love_stories": (
        lambda plays: metrics.love_stories(plays, few=1, many=1, favourite=1, silence_days=1),
        plots.love_stories,
    ),
    "forgotten": (
        lambda plays: metrics.forgotten(left_alone(plays), min_plays=1),
        plots.forgotten,
    ),
    "sessions": (metrics.sessions, plots.sessions),
    "session_lengths": (
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
    "longest_sessions": (
        lambda plays: metrics.longest_sessions(metrics.sessions(plays)),
        plots.longest_sessions,
    ),
    "session_starts": (
        lambda plays: metrics.session_starts(metrics.sessions(plays)),
        plots.session_starts,
    ),
    "longest_plays": (lambda plays: metrics.longest_plays(plays, n=12), plots.longest_plays),
    "silences": (lambda plays: metrics.silences(apart(plays)), plots.silences),
    "runs": (lambda plays: metrics.runs(plays, n=12), plots.runs),
    "run_timeline": (lambda plays: metrics.runs(plays, of="artists", n=200), plots.run_timeline),
    "daily_streaks": (
        lambda plays: metrics.daily_streaks(plays, of="tracks", n=12),
        plots.daily_streaks,
    ),
    "binges": (lambda plays: metrics.binges(plays, of="albums", n=12), plots.binges),
    "gaps": (
        lambda plays: metrics.gaps(apart(plays), of="tracks", n=12, min_plays=1),
        plots.gaps,
    ),
    "gaps still running": (
        lambda plays: metrics.gaps(apart(plays), of="tracks", n=12, min_plays=1, running=True),
        plots.gaps,
    ),
    "days_between_plays": (
        lambda plays: metrics.days_between_plays(plays, n=12, min_plays=2),
        plots.days_between_plays,
    ),
    **{
        f"engagement_over_time {period}": (
            lambda plays, period=period: metrics.engagement_over_time(
                with_ends(plays), period=period
            ),
            plots.engagement_over_time,
        )
        for period in ("month", "year")
    },
    "skip_moments": (lambda plays: metrics.skip_moments(with_ends(plays)), plots.skip_moments),
    "skip_streaks": (lambda plays: metrics.skip_streaks(with_ends(plays)), plots.skip_streaks),
    "skips_by_shuffle": (
        lambda plays: metrics.skips_by_shuffle(with_ends(plays)),
        plots.skips_by_shuffle,
    ),
    "reasons": (lambda plays: metrics.reasons(with_ends(plays)), plots.reasons),
    "most_skipped": (
        lambda plays: metrics.most_skipped(with_ends(plays), n=12),
        plots.most_skipped,
    ),
    "most_deliberate": (
        lambda plays: metrics.most_deliberate(with_ends(plays), of="albums", n=12),
        plots.most_deliberate,
    ),
    "most_replayed": (
        lambda plays: metrics.most_replayed(with_ends(plays), of="artists", n=12),
        plots.most_replayed,
    ),
    "loved": (lambda plays: metrics.loved(with_ends(plays), n=12), plots.loved),
    "completion": (lambda plays: metrics.completion(with_ends(plays)), plots.completion),
    "top_shows": (lambda plays: metrics.top_shows(as_podcasts(plays), n=12), plots.top_shows),
    "top_episodes": (
        lambda plays: metrics.top_episodes(as_podcasts(plays), n=12),
        plots.top_episodes,
    ),
    **{
        f"listening_by_kind {period}": (
            lambda plays, period=period: metrics.listening_by_kind(
                of_all_kinds(plays), period=period
            ),
            plots.listening_by_kind,
        )
        for period in ("month", "year")
    },
    "listening_by_kind, shares": (
        lambda plays: metrics.listening_by_kind(of_all_kinds(plays), period="year"),
        lambda table, **how: plots.listening_by_kind(table, share=True, **how),
    ),
    "hours_by_kind": (
        lambda plays: metrics.hours_by_kind(of_all_kinds(plays)),
        plots.hours_by_kind,
    ),
    "show_loyalty": (
        lambda plays: metrics.show_loyalty(as_podcasts(plays), n=12),
        plots.show_loyalty,
    ),
    "new_shows": (lambda plays: metrics.new_shows(as_podcasts(plays)), plots.new_shows),
    "audiobook_progress": (
        lambda plays: metrics.audiobook_progress(as_books(plays)),
        plots.audiobook_progress,
    ),
    "rank_of": (
        lambda plays: (
            metrics.rank_of(plays, plays["artist"].min())
            if len(plays)
            else metrics.rank_of(plays, "Ann")
        ),
        plots.rank_of,
    ),
    "deliberate_tracks": (
        lambda plays: metrics.deliberate_tracks(
            plays.assign(reason_start="clickrow", reason_end="trackdone"), n=12
        ),
        plots.deliberate_tracks,
    ),
    "best_of_hours": (metrics.best_of_hours, plots.best_of_hours),
    "best_of_hours of tracks": (
        lambda plays: metrics.best_of_hours(plays, of="tracks", by="time"),
        plots.best_of_hours,
    ),
    "movement": (lambda plays: metrics.movement(plays, days=9_000), plots.movement),
    "climbers_and_fallers": (
        lambda plays: metrics.climbers_and_fallers(first_and_rest(plays), days=1),
        plots.climbers_and_fallers,
    ),
    "number_ones": (metrics.number_ones, plots.number_ones),
    "number_ones by week": (
        lambda plays: metrics.number_ones(plays, of="tracks", period="week", by="time"),
        plots.number_ones,
    ),
    "top_over_time": (metrics.top_over_time, plots.top_over_time),
    "top_over_time and others": (
        lambda plays: metrics.top_over_time(plays, period="year"),
        lambda table, **how: plots.top_over_time(table, others=True, **how),
    ),
    "comparison": (
        lambda plays: metrics.comparison(plays.iloc[::2], plays.iloc[1::2]),
        plots.comparison,
    ),
    "affinity": (
        lambda plays: metrics.affinity(plays.iloc[::2], plays.iloc[1::2], n=12),
        plots.affinity,
    ),
    "hour_comparison": (
        lambda plays: metrics.hour_comparison(plays.iloc[::2], plays.iloc[1::2]),
        plots.hour_comparison,
    ),
    "totals_over_time": (metrics.totals_over_time, plots.totals_over_time),
    "totals_over_time by month": (
        lambda plays: metrics.totals_over_time(plays, period="month"),
        plots.totals_over_time,
    ),
    "milestones": (
        lambda plays: metrics.milestones(plays, plays_at=[5, 10, 2000, 5000], number_one_from=2),
        plots.milestones,
    ),
    "artist_payouts": (
        lambda plays: metrics.artist_payouts(plays, rate=0.004, n=12),
        lambda table, **how: plots.artist_payouts(table, currency="$", **how),
    ),
    "rank_history": (lambda plays: metrics.rank_history(plays, n=6), plots.rank_history),
    "rank_history by month": (
        lambda plays: metrics.rank_history(plays, of="tracks", period="month"),
        plots.rank_history,
    ),
    "certificates": (
        lambda plays: metrics.certificates(plays, gold=2, platinum=4, diamond=30),
        plots.certificates,
    ),
    "race": (metrics.race, plots.race),
    "race over a window": (
        lambda plays: metrics.race(plays, of="tracks", period="week", window=12, by="time"),
        plots.race,
    ),
    "cumulative_top": (metrics.cumulative_top, plots.cumulative_top),
    "cumulative_top by time": (
        lambda plays: metrics.cumulative_top(plays, of="tracks", period="day", n=8, by="time"),
        plots.cumulative_top,
    ),
    "medals": (
        lambda plays: metrics.medals(plays, period="month", unfinished=True),
        plots.medals,
    ),
    "weeks_at_number_one": (metrics.weeks_at_number_one, plots.weeks_at_number_one),
    "top_over_time by week": (
        lambda plays: metrics.top_over_time(plays, of="tracks", period="week", n=8, by="time"),
        plots.top_over_time,
    ),
    "counting_rules": (counting.compare, plots.counting_rules),
    "releases_over_time": (
        lambda plays: metrics.releases_over_time(with_years(plays), plays),
        plots.releases_over_time,
    ),
}
OF_LISTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_list_comparison": ("top_lists", metrics.top_list_comparison, plots.top_list_comparison),
    "playlist_overlap": (
        "playlists",
        metrics.playlist_overlap,
        plots.playlist_overlap,
    ),
    "playlist_growth": (
        "playlists",
        metrics.playlist_growth,
        plots.playlist_growth,
    ),
    "usage": ("calls", pd.DataFrame.copy, plots.usage),
    "release_decades": ("saved", metrics.release_decades, plots.release_decades),
    "evaluation": ("measured", pd.DataFrame.copy, plots.evaluation),
    "evaluation of sessions": ("measured_sessions", pd.DataFrame.copy, plots.evaluation),
}
# what stands in the caption of a chart that is drawn neither from plays nor from Spotify's lists
IN_CAPTION = {
    "evaluation": "31 cut-offs · what was played in the 28 days after each",
    "evaluation of sessions": "1,031 sessions · what came after the first 3 tracks of each",
}
