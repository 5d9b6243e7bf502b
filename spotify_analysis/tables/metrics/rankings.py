"""What was played most."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, HOUR, PERIOD, ranking
from spotify_analysis.tables.metrics._things import FIRST_LAST, NAMES, RANK, share
from spotify_analysis.tables.schema import BOOL, FLOAT, INT, STRING, Column, Table

__all__ = [
    "BEST_OF_HOURS",
    "CLIMBERS_AND_FALLERS",
    "COMBINED_RANKING",
    "DELIBERATE_TRACKS",
    "LEAST_PLAYED",
    "MOST_PLAYED_ALBUMS",
    "MOST_PLAYED_ARTISTS",
    "MOST_PLAYED_TRACKS",
    "MOVEMENT",
    "NUMBER_ONES",
    "RANK_OF",
    "TOP_OVER_TIME",
    "TOP_PER_PERIOD",
    "TOP_TRACKS_OF_ARTISTS",
]

MOST_PLAYED_TRACKS = Table(
    "most_played_tracks",
    "One track (artist and title) in the order of plays or of time.",
    ranking(
        "artist",
        "track",
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
    ranking(
        "artist",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)
MOST_PLAYED_ALBUMS = Table(
    "most_played_albums",
    "One album (artist and album) in the order of plays or of time.",
    ranking(
        "artist",
        "album",
        more={"n_tracks": Column(INT, "Different tracks heard.", "tracks", "counted")},
    ),
    key=["rank"],
)

COMBINED_RANKING = Table(
    "combined_ranking",
    "One track, artist or album in the order of its places by plays and by time together.",
    {
        "rank": RANK,
        **NAMES,
        **HEARD,
        "rank_by_plays": Column(INT, "Place by plays.", "1-", "order"),
        "rank_by_time": Column(INT, "Place by time; missing without time.", "1-", "order"),
        "mean_rank": Column(FLOAT, "Mean of the places.", "1-", "computed"),
    },
    key=["rank"],
)
LEAST_PLAYED = Table(
    "least_played",
    "One track, artist or album in the order of plays or of time, the least first.",
    {
        "rank": Column(INT, "Place from the bottom.", "1-", "order"),
        **NAMES,
        **HEARD,
        **FIRST_LAST,
    },
    key=["rank"],
)
RANK_OF = Table(
    "rank_of",
    "One track, artist or album, or a neighbour of it in the ranking.",
    {
        "rank": RANK,
        **NAMES,
        **HEARD,
        "share": share("that could be ranked"),
        "is_it": Column(BOOL, "The one that was asked for.", "", "the call"),
        "behind": Column(
            INT, "Plays (or milliseconds) that are missing to the place above.", "", "computed"
        ),
    },
    key=["rank"],
)
TOP_TRACKS_OF_ARTISTS = Table(
    "top_tracks_of_artists",
    "One of the most played tracks of one of the most played artists.",
    {
        "artist_rank": Column(INT, "Place of the artist.", "1-", "order"),
        "artist": Column(STRING, "Artist.", "", "artist"),
        "rank": Column(INT, "Place of the track among those of the artist.", "1-", "order"),
        "track": Column(STRING, "Title.", "", "track"),
        **HEARD,
        "share": share("of the artist"),
    },
    key=["artist_rank", "rank"],
)
DELIBERATE_TRACKS = Table(
    "deliberate_tracks",
    "One track in the order of how often it was chosen by hand and heard to its end.",
    {
        "rank": RANK,
        "artist": Column(STRING, "Artist.", "", "artist"),
        "track": Column(STRING, "Title.", "", "track"),
        "n_deliberate": Column(INT, "Plays that were chosen and finished.", "plays", "counted"),
        "n_chosen": Column(INT, "Plays that were chosen.", "plays", "reason_start"),
        **HEARD,
        "share_deliberate": Column(
            FLOAT, "Chosen and finished, of the plays of the track.", "0-1", "computed"
        ),
    },
    key=["rank"],
)
TOP_PER_PERIOD = Table(
    "top_per_period",
    "One place in the ranking of one day, week, month or year.",
    {**PERIOD, "rank": RANK, **NAMES, **HEARD, "share": share("of the period")},
    key=["period_start", "rank"],
)
NUMBER_ONES = Table(
    "number_ones",
    "What was played most in one day, week, month or year.",
    {
        **PERIOD,
        **NAMES,
        **HEARD,
        "share": share("of the period"),
        "is_new": Column(BOOL, "Was not number one before.", "", "computed"),
        "n_in_a_row": Column(
            INT, "Which time in a row; a period without plays ends the row.", "1-", "counted"
        ),
    },
    key=["period_start"],
)
BEST_OF_HOURS = Table(
    "best_of_hours",
    "What was played most in one hour of the day.",
    {"local_hour": HOUR, **NAMES, **HEARD, "share": share("of the hour")},
    key=["local_hour"],
)
TOP_OVER_TIME = Table(
    "top_over_time",
    "One of the most played of all, or all the others together, in one period.",
    {
        **PERIOD,
        "rank": Column(INT, "Place over all periods; missing for the others.", "1-", "order"),
        **NAMES,
        **HEARD,
        "share": share("of the period"),
    },
    key=["period_start", "rank"],
)
_BEFORE_AND_NOW = {
    "rank": Column(INT, "Place now; missing where it was not played.", "1-", "order"),
    "rank_before": Column(INT, "Place before; missing where it was not played.", "1-", "order"),
    "move": Column(INT, "Places won; negative = lost.", "places", "computed"),
}
MOVEMENT = Table(
    "movement",
    "One track, artist or album: its place in a window of days and in the equal one before.",
    {
        **_BEFORE_AND_NOW,
        "status": Column(STRING, "What became of it.", "new | up | same | down | gone", "computed"),
        **NAMES,
        **HEARD,
        "n_plays_before": Column(INT, "Plays in the window before.", "plays", "counted"),
        "ms_played_before": Column(
            INT, "Time in the window before; missing where no play knows it.", "ms", "counted"
        ),
    },
    key=["artist", "album", "track"],
)
CLIMBERS_AND_FALLERS = Table(
    "climbers_and_fallers",
    "One track, artist or album that won or lost places in the list of all time.",
    {
        "direction": Column(STRING, "Which way.", "up | down", "computed"),
        **_BEFORE_AND_NOW,
        **NAMES,
        **HEARD,
        "n_plays_since": Column(INT, "Plays since the place before.", "plays", "counted"),
    },
    key=["artist", "album", "track"],
)
