"""Every chart, under a name: from what it is drawn, by which metric."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from spotify_analysis import metrics, plots, tables

Draw = Callable[..., Axes]


def _playlists_of(plays: pd.DataFrame) -> pd.DataFrame:
    """Return playlists, each of what one artist in these plays has, and one that never sounded."""
    songs = plays.drop_duplicates(["track", "artist"])
    silent = songs.head(3).assign(artist="Nobody", playlist="Silence", uri="spotify:track:none")
    every = pd.concat([songs.assign(playlist=songs["artist"]), silent])
    return tables.conform(every, tables.PLAYLIST_ITEMS)


def _items(given: pd.DataFrame) -> pd.DataFrame:
    """Return playlist items, none where something else is given that is empty."""
    return given if "playlist" in given else tables.empty(tables.PLAYLIST_ITEMS)


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
    "variety": (metrics.variety, plots.variety),
    "brief_obsessions": (
        lambda plays: metrics.brief_obsessions(plays, days=1, min_plays=1, min_share=0),
        plots.brief_obsessions,
    ),
    "sessions": (metrics.sessions, plots.sessions),
    "session_lengths": (
        lambda plays: metrics.session_lengths(metrics.sessions(plays)),
        plots.session_lengths,
    ),
}
OF_LISTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], Draw]] = {
    "top_list_comparison": ("top_lists", metrics.top_list_comparison, plots.top_list_comparison),
    "playlist_overlap": (
        "playlists",
        lambda items: metrics.playlist_overlap(_items(items)),
        plots.playlist_overlap,
    ),
    "playlist_growth": (
        "playlists",
        lambda items: metrics.playlist_growth(_items(items)),
        plots.playlist_growth,
    ),
    "release_decades": ("saved", metrics.release_decades, plots.release_decades),
}
