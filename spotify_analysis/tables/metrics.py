"""The tables that metrics end in: small, in a fixed order, each the source of one chart."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

__all__ = [
    "CALENDAR",
    "DISCOVERY",
    "HOURS_OF_DAY",
    "LISTENING_CLOCK",
    "LISTENING_OVER_TIME",
    "MOST_PLAYED_ALBUMS",
    "MOST_PLAYED_ARTISTS",
    "MOST_PLAYED_TRACKS",
    "RELEASE_DECADES",
    "SESSIONS",
    "SESSION_LENGTHS",
    "STREAKS",
    "TOP_LIST_COMPARISON",
    "TOTALS",
    "WEEKDAYS",
]

# What every count has: how often, and how long. The second is missing, not 0, where no play in the
# row knows its length (the Web API's recent plays): nothing known is not nothing heard.
_HEARD = {
    "n_plays": Column(INT, "Plays.", "plays", "counted"),
    "ms_played": Column(
        INT, "Time listened; missing where no play knows its length.", "ms", "sum of ms_played"
    ),
}
_PERIOD = {
    "period": Column(STRING, "Length of the period.", "day | week | month | year", "the call"),
    "period_start": Column(DAY, "First day of the period; weeks begin on Monday.", "date", ""),
    "is_partial": Column(
        BOOL, "The plays begin or end inside this period, so it is not whole.", "", "computed"
    ),
}
_WEEKDAY = Column(INT, "Local weekday, 1 = Monday.", "1-7", "local_weekday")
_HOUR = Column(INT, "Local hour in which the play began.", "0-23", "local_hour")


def _ranking(*names: str, more: dict[str, Column] | None = None) -> dict[str, Column]:
    """Return the columns of a list of most played things that `names` tell apart."""
    about = {"artist": "Album artist.", "track": "Title.", "album": "Album."}
    return {
        "rank": Column(INT, "Place; ties stand in the order of their names.", "1-", "order"),
        **{name: Column(STRING, about[name], "", name) for name in names},
        **_HEARD,
        "share": Column(
            FLOAT, "Share of all plays (or of the time) that could be ranked.", "0-1", "computed"
        ),
        **(more or {}),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
    }


TOTALS = Table(
    "totals",
    "All plays together, in one row.",
    {
        **_HEARD,
        "hours_played": Column(FLOAT, "Time listened.", "h", "ms_played / 3,600,000"),
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
        "n_albums": Column(INT, "Different albums (artist and album).", "albums", "counted"),
        "n_shows": Column(INT, "Different podcasts.", "podcasts", "counted"),
        "n_episodes": Column(INT, "Different podcast episodes.", "episodes", "counted"),
        "n_audiobooks": Column(INT, "Different audiobooks.", "audiobooks", "counted"),
        "first_at": Column(UTC, "Start of the first play.", "UTC", "started_at, else ended_at"),
        "last_at": Column(UTC, "End of the last play.", "UTC", "ended_at"),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
        "n_days": Column(INT, "Days from the first to the last, both included.", "days", ""),
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
        "share_days_active": Column(FLOAT, "Active days per day of the span.", "0-1", "computed"),
        "plays_per_active_day": Column(FLOAT, "Plays on an active day, mean.", "plays", "computed"),
        "minutes_per_active_day": Column(
            FLOAT, "Minutes on an active day, mean.", "min", "computed"
        ),
        "median_minutes_per_active_day": Column(
            FLOAT, "Minutes on an active day, median.", "min", "computed"
        ),
        "longest_streak_days": Column(
            INT, "Most days in a row with at least one play.", "days", "computed"
        ),
    },
)
MOST_PLAYED_TRACKS = Table(
    "most_played_tracks",
    "One track (artist and title) in the order of plays or of time.",
    _ranking(
        "track",
        "artist",
        more={
            "uri": Column(
                STRING,
                "One address under which it was played; missing where the source has none.",
                "",
                "uri",
            )
        },
    ),
    key=["rank"],
)
MOST_PLAYED_ARTISTS = Table(
    "most_played_artists",
    "One artist in the order of plays or of time.",
    _ranking(
        "artist",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)
MOST_PLAYED_ALBUMS = Table(
    "most_played_albums",
    "One album (artist and album) in the order of plays or of time.",
    _ranking(
        "album",
        "artist",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)
LISTENING_OVER_TIME = Table(
    "listening_over_time",
    "One day, week, month or year, also where nothing was heard.",
    {
        **_PERIOD,
        **_HEARD,
        "n_days_active": Column(INT, "Days with at least one play.", "days", "counted"),
    },
    key=["period_start"],
)
LISTENING_CLOCK = Table(
    "listening_clock",
    "One hour of one weekday; 168 rows, also where nothing was heard.",
    {
        "local_weekday": _WEEKDAY,
        "local_hour": _HOUR,
        **_HEARD,
        "mean_minutes": Column(
            FLOAT,
            "Minutes of plays begun in this hour, mean over all such weekdays of the span.",
            "min",
            "computed",
        ),
    },
    key=["local_weekday", "local_hour"],
)
HOURS_OF_DAY = Table(
    "hours_of_day",
    "One hour of the day; 24 rows, also where nothing was heard.",
    {
        "local_hour": _HOUR,
        **_HEARD,
        "share": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
        "mean_minutes": Column(
            FLOAT,
            "Minutes of plays begun in this hour, mean over all days of the span.",
            "min",
            "computed",
        ),
    },
    key=["local_hour"],
)
WEEKDAYS = Table(
    "weekdays",
    "One weekday; 7 rows, also where nothing was heard.",
    {
        "local_weekday": _WEEKDAY,
        "n_days": Column(INT, "Such weekdays in the span.", "days", "calendar"),
        **_HEARD,
        "share": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
        "mean_minutes": Column(
            FLOAT, "Minutes, mean over all such weekdays of the span.", "min", "computed"
        ),
    },
    key=["local_weekday"],
)
CALENDAR = Table(
    "calendar",
    "One local day, also where nothing was heard.",
    {
        "local_day": Column(DAY, "Local day.", "date", "local_day"),
        "local_weekday": _WEEKDAY,
        **_HEARD,
    },
    key=["local_day"],
)
DISCOVERY = Table(
    "discovery",
    "One day, week, month or year: what was heard for the first time, and what was known.",
    {
        **_PERIOD,
        "n_plays": Column(INT, "Plays of a track whose artist is known.", "plays", "counted"),
        **{
            name: column
            for what in ("artists", "tracks")
            for name, column in {
                f"n_{what}": Column(INT, f"Different {what} heard.", what, "counted"),
                f"n_new_{what}": Column(
                    INT, f"Of these, {what} never heard before.", what, "counted"
                ),
                f"n_known_{what}": Column(
                    INT, f"Of these, {what} heard in an earlier period.", what, "counted"
                ),
                f"n_{what}_so_far": Column(
                    INT, f"Different {what} heard up to the end of the period.", what, "counted"
                ),
            }.items()
        },
    },
    key=["period_start"],
)
SESSIONS = Table(
    "sessions",
    "One session: plays that follow each other without a long silence.",
    {
        "session": Column(INT, "Number, in the order of time.", "1-", "order"),
        "started_at": Column(UTC, "Start of the first play.", "UTC", "started_at"),
        "ended_at": Column(UTC, "End of the last play.", "UTC", "ended_at"),
        "local_day": Column(DAY, "Local day of the start.", "date", "local_day"),
        "local_minute": Column(
            INT, "Local time of the start, since midnight.", "0-1439 min", "started_at in time_zone"
        ),
        "span_ms": Column(INT, "From start to end, silences included.", "ms", "computed"),
        **_HEARD,
        "n_tracks": Column(INT, "Different tracks (artist and title).", "tracks", "counted"),
        "n_artists": Column(INT, "Different artists.", "artists", "counted"),
    },
    key=["session"],
)
SESSION_LENGTHS = Table(
    "session_lengths",
    "Sessions of about one length.",
    {
        "from_min": Column(INT, "Shortest, included.", "min", "the call"),
        "to_min": Column(INT, "Longest, excluded; missing in the last row.", "min", "the call"),
        "n_sessions": Column(INT, "Sessions that took so long, silences included.", "sessions"),
        "share_sessions": Column(FLOAT, "Share of all sessions.", "0-1", "computed"),
        "n_plays": Column(INT, "Plays in them.", "plays", "counted"),
        "ms_played": Column(INT, "Time listened in them.", "ms", "sum of ms_played"),
        "share_time": Column(FLOAT, "Share of all time listened.", "0-1", "computed"),
    },
    key=["from_min"],
)
STREAKS = Table(
    "streaks",
    "One run of days in a row with at least one play each.",
    {
        "rank": Column(INT, "Place, longest first; ties in the order of time.", "1-", "order"),
        "first_day": Column(DAY, "First day of the run.", "date", "local_day"),
        "last_day": Column(DAY, "Last day of the run.", "date", "local_day"),
        "n_days": Column(INT, "Days in a row.", "days", "counted"),
        **_HEARD,
        "is_current": Column(BOOL, "Reaches the last day of the plays.", "", "computed"),
    },
    key=["rank"],
)
TOP_LIST_COMPARISON = Table(
    "top_list_comparison",
    "One artist or track in Spotify's top lists of the three time ranges.",
    {
        "kind": Column(STRING, "What is ranked.", "artist | track", "which table came"),
        "name": Column(STRING, "Artist, or title of the track.", "", "artist / track"),
        "artist": Column(STRING, "Artist.", "", "artist"),
        "rank_long_term": Column(INT, "Place over about 1 year.", "1-", "rank"),
        "rank_medium_term": Column(INT, "Place over about 6 months.", "1-", "rank"),
        "rank_short_term": Column(INT, "Place over about 4 weeks.", "1-", "rank"),
        "move": Column(
            INT,
            "Places won from the longest range loaded to the shortest; negative = lost.",
            "places",
            "computed",
        ),
        "status": Column(
            STRING,
            "What became of it from the longest range loaded to the shortest.",
            "new | up | same | down | gone | between",
            "computed",
        ),
        "uri": Column(STRING, "Spotify's address.", "", "uri"),
    },
    key=["kind", "uri"],
)
RELEASE_DECADES = Table(
    "release_decades",
    "One decade of release, also where nothing came out of it.",
    {
        "decade": Column(INT, "First year of the decade.", "year", "release_year"),
        "n_items": Column(INT, "Different tracks or albums released in it.", "", "counted"),
        "share_items": Column(FLOAT, "Share of those whose year is known.", "0-1", "computed"),
        "n_plays": Column(
            INT, "Plays of these; missing where no plays were given.", "plays", "counted"
        ),
        "ms_played": Column(INT, "Time listened to these.", "ms", "sum of ms_played"),
        "share_plays": Column(FLOAT, "Share of the plays whose year is known.", "0-1", "computed"),
    },
    key=["decade"],
)
