"""Places over time: who was where, when, and for how long."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import NAMES, RANK
from spotify_analysis.tables.schema import DAY, INT, STRING, Column, Table

__all__ = [
    "BEST_RANKS",
    "CERTIFICATES",
    "CUMULATIVE_TOP",
    "MEDALS",
    "RACE",
    "RANK_HISTORY",
    "WEEKS_AT_NUMBER_ONE",
]

_OVERALL = Column(INT, "Place over all periods.", "1-", "order")
RANK_HISTORY = Table(
    "rank_history",
    "The place of one track, artist or album in one period in which it was played.",
    {**PERIOD, "rank": RANK, **NAMES, **HEARD, "rank_overall": _OVERALL},
    key=["period_start", "rank"],
)
RACE = Table(
    "race",
    "One place in the ranking of all plays up to the end of a period, or of the last periods.",
    {**PERIOD, "rank": RANK, **NAMES, **HEARD},
    key=["period_start", "rank"],
)
CUMULATIVE_TOP = Table(
    "cumulative_top",
    "One of the most played of all: what it had come to at the end of one period.",
    {
        **PERIOD,
        "rank_overall": _OVERALL,
        **NAMES,
        **HEARD,
        "n_plays_in_period": Column(INT, "Of these, plays in the period.", "plays", "counted"),
    },
    key=["period_start", "rank_overall"],
)
MEDALS = Table(
    "medals",
    "One track, artist or album with its first, second and third places.",
    {
        "rank": Column(INT, "Place: gold counts before silver before bronze.", "1-", "order"),
        **NAMES,
        "n_gold": Column(INT, "Periods in first place.", "periods", "counted"),
        "n_silver": Column(INT, "Periods in second place.", "periods", "counted"),
        "n_bronze": Column(INT, "Periods in third place.", "periods", "counted"),
        "n_medals": Column(INT, "All three together.", "periods", "counted"),
    },
    key=["rank"],
)
WEEKS_AT_NUMBER_ONE = Table(
    "weeks_at_number_one",
    "One track, artist or album that was number one of a week.",
    {
        "rank": RANK,
        **NAMES,
        "n_weeks": Column(INT, "Weeks at number one.", "weeks", "counted"),
        "longest_run_weeks": Column(INT, "Most of them in a row.", "weeks", "counted"),
        "first_week": Column(DAY, "Monday of the first of them.", "date", "local_day"),
        "last_week": Column(DAY, "Monday of the last of them.", "date", "local_day"),
    },
    key=["rank"],
)
BEST_RANKS = Table(
    "best_ranks",
    "One track, artist or album with the best place it ever had in a period.",
    {
        "rank": Column(INT, "Place: the best place first, then how often.", "1-", "order"),
        **NAMES,
        "best_rank": Column(INT, "Best place in a period.", "1-", "order"),
        "n_at_best": Column(INT, "Periods at that place.", "periods", "counted"),
        "n_periods": Column(INT, "Periods in which it was played.", "periods", "counted"),
        "best_start": Column(DAY, "First day of the first of those periods.", "date", ""),
        "n_plays_at_best": Column(INT, "Plays in that period.", "plays", "counted"),
    },
    key=["rank"],
)
CERTIFICATES = Table(
    "certificates",
    "One track, artist or album that was played often enough for a certificate.",
    {
        "rank": RANK,
        **NAMES,
        "certificate": Column(STRING, "The highest.", "gold | platinum | diamond", "the call"),
        "n_plays": HEARD["n_plays"],
        "gold_day": Column(DAY, "Local day of the play that made it gold.", "date", "local_day"),
        "platinum_day": Column(DAY, "The same for platinum.", "date", "local_day"),
        "diamond_day": Column(DAY, "The same for diamond.", "date", "local_day"),
    },
    key=["rank"],
)
