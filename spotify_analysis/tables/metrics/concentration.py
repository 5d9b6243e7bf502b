"""How much of the listening goes to how few."""

from __future__ import annotations

from spotify_analysis.tables.metrics._columns import HEARD, PERIOD
from spotify_analysis.tables.metrics._things import NAMES, OF
from spotify_analysis.tables.schema import FLOAT, INT, STRING, Column, Table

__all__ = [
    "ARTIST_STREAM",
    "CUMULATIVE_SHARE",
    "DIVERSITY",
    "DIVERSITY_OVER_TIME",
    "TOP_SHARES",
]

_ATTACHMENT = "1 less the entropy of order 2 per entropy of order 0: 0 all alike, 1 one and only."

DIVERSITY = Table(
    "diversity",
    "One order of diversity: the higher, the less rarely played ones matter.",
    {
        "order": Column(STRING, "Order of the number and of the entropy.", "0 | 1 | 2 | inf", ""),
        "about": Column(STRING, "What the number is also called."),
        "hill": Column(
            FLOAT,
            "Hill number: so many, equally often played, would be as diverse.",
            "",
            "computed",
        ),
        "entropy": Column(FLOAT, "Rényi entropy.", "bit", "log2 of the Hill number"),
        "evenness": Column(FLOAT, "Entropy per entropy of order 0.", "0-1", "computed"),
        "attachment": Column(FLOAT, "1 less evenness; missing for order 0.", "0-1", "computed"),
    },
    key=["order"],
)
DIVERSITY_OVER_TIME = Table(
    "diversity_over_time",
    "One day, week, month or year: how many different ones, and how many it amounts to.",
    {
        **PERIOD,
        "of": OF,
        "n_plays": Column(INT, "Plays that have a name.", "plays", "counted"),
        "n_different": Column(INT, "Different ones: Hill number of order 0.", "", "counted"),
        "hill_1": Column(FLOAT, "Hill number of order 1: e to the Shannon entropy.", "", ""),
        "hill_2": Column(FLOAT, "Hill number of order 2: inverse Simpson index.", "", "computed"),
        "attachment": Column(FLOAT, _ATTACHMENT, "0-1", "computed"),
        **NAMES,
        "n_plays_top": Column(INT, "Plays of the most played one, named here.", "plays", "counted"),
        "share_top": Column(FLOAT, "Its share of the plays.", "0-1", "computed"),
    },
    key=["period_start"],
)
TOP_SHARES = Table(
    "top_shares",
    "The share that goes to so many favourites.",
    {
        "top": Column(INT, "How many favourites.", "", "the call"),
        "n_different": Column(
            INT, "How many there are: fewer where fewer were heard.", "", "counted"
        ),
        **HEARD,
        "share_plays": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
        "share_time": Column(
            FLOAT, "Share of all time, of those longest listened to.", "0-1", "computed"
        ),
    },
    key=["top"],
)
CUMULATIVE_SHARE = Table(
    "cumulative_share",
    "One more favourite, and the share that all favourites up to it make up.",
    {
        "rank": Column(INT, "Number of favourites.", "1-", "order"),
        "n_plays": Column(INT, "Plays of this one.", "plays", "counted"),
        "share_different": Column(FLOAT, "Share of all different ones.", "0-1", "computed"),
        "share_plays": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
    },
    key=["rank"],
)
ARTIST_STREAM = Table(
    "artist_stream",
    "Plays of one favourite in one period; one row more for all others.",
    {
        **PERIOD,
        "rank": Column(INT, "Place over all periods; the last one is all others.", "1-", "order"),
        **NAMES,
        **HEARD,
        "share": Column(FLOAT, "Share of the plays of the period.", "0-1", "computed"),
    },
    key=["period_start", "rank"],
)
