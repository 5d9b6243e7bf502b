"""Columns that tables of metrics share."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, Column

# What every count has: how often, and how long. The second is missing, not 0, where no play in the
# row knows its length (the Web API's recent plays): nothing known is not nothing heard.
HEARD = {
    "n_plays": Column(INT, "Plays.", "plays", "counted"),
    "ms_played": Column(
        INT, "Time listened; missing where no play knows its length.", "ms", "sum of ms_played"
    ),
}
PERIOD = {
    "period": Column(
        STRING, "Length of the period.", "day | week | month | quarter | year", "the call"
    ),
    "period_start": Column(DAY, "First day of the period; weeks begin on Monday.", "date", ""),
    "is_partial": Column(
        BOOL, "The plays begin or end inside this period, so it is not whole.", "", "computed"
    ),
}
WEEKDAY = Column(INT, "Local weekday, 1 = Monday.", "1-7", "local_weekday")
HOUR = Column(INT, "Local hour in which the play began.", "0-23", "local_hour")


def ranking(*names: str, more: dict[str, Column] | None = None) -> dict[str, Column]:
    """Return the columns of a list of most played things that `names` tell apart."""
    about = {"artist": "Album artist.", "track": "Title.", "album": "Album."}
    return {
        "rank": Column(INT, "Place; ties stand in the order of their names.", "1-", "order"),
        **{name: Column(STRING, about[name], "", name) for name in names},
        **HEARD,
        "share": Column(
            FLOAT, "Share of all plays (or of the time) that could be ranked.", "0-1", "computed"
        ),
        **(more or {}),
        "first_day": Column(DAY, "Local day of the first play.", "date", "local_day"),
        "last_day": Column(DAY, "Local day of the last play.", "date", "local_day"),
    }
