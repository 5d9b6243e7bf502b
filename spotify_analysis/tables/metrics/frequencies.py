"""How often things were played, counted."""

from __future__ import annotations

from spotify_analysis.tables.metrics._things import OF
from spotify_analysis.tables.schema import BOOL, FLOAT, INT, STRING, Column, Table

__all__ = ["CUT_OVER", "DAYS_BY_PLAYS", "EDDINGTON", "FREQUENCY_FITS", "HOW_OFTEN"]

HOW_OFTEN = Table(
    "how_often",
    "One number of plays: how many were played exactly so often.",
    {
        "n_plays": Column(INT, "Plays of each.", "plays", "counted"),
        "n_different": Column(INT, "How many were played so often.", "", "counted"),
        "share_different": Column(FLOAT, "Share of all.", "0-1", "computed"),
        "share_at_least": Column(FLOAT, "Share of all played so often or more.", "0-1", "computed"),
        "share_plays": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
    },
    key=["n_plays"],
)
FREQUENCY_FITS = Table(
    "frequency_fits",
    "One law, fitted to the numbers of plays.",
    {
        "law": Column(STRING, "Name.", "power law | lognormal | gamma"),
        "estimator": Column(STRING, "How it was fitted."),
        "of": OF,
        "from_plays": Column(INT, "Least plays the law is said to hold for.", "plays"),
        "n_different": Column(INT, "How many were played so often or more.", "", "counted"),
        "exponent": Column(FLOAT, "Exponent of the power law.", "", "computed"),
        "exponent_error": Column(FLOAT, "Its standard error.", "", "computed"),
        "shape": Column(FLOAT, "Shape: sigma of the lognormal, k of the gamma law.", ""),
        "scale": Column(FLOAT, "Scale: median of the lognormal, theta of the gamma law.", ""),
        "distance": Column(
            FLOAT, "Greatest distance to what was counted (Kolmogorov-Smirnov).", "0-1", "computed"
        ),
    },
    key=["law"],
)
EDDINGTON = Table(
    "eddington",
    "One number of plays: on how many days there were so many or more.",
    {
        "n_plays": Column(INT, "Plays on one day.", "plays", "1, 2, 3, ..."),
        "n_days": Column(INT, "Days with so many plays or more.", "days", "counted"),
        "n_days_missing": Column(INT, "Days still missing to be as many.", "days", "computed"),
        "is_reached": Column(BOOL, "As many days as plays, or more."),
    },
    key=["n_plays"],
)
CUT_OVER = Table(
    "cut_over",
    "One number of plays: how many artists, tracks or albums have so many or more.",
    {
        "n_plays": Column(INT, "Plays of each.", "plays", "1, 2, 3, ..."),
        "n_different": Column(INT, "How many have so many plays or more.", "", "counted"),
        "n_missing": Column(INT, "How many are missing to be as many.", "", "computed"),
        "is_reached": Column(BOOL, "As many as plays, or more."),
    },
    key=["n_plays"],
)
DAYS_BY_PLAYS = Table(
    "days_by_plays",
    "Days with about so many plays.",
    {
        "from_plays": Column(INT, "Least plays, included.", "plays", "the call"),
        "to_plays": Column(INT, "Most plays, included; missing in an open class.", "plays"),
        "n_days": Column(INT, "Days.", "days", "counted"),
        "share_days": Column(FLOAT, "Share of all days from the first to the last.", "0-1"),
        "n_plays": Column(INT, "Plays on them.", "plays", "counted"),
        "share_plays": Column(FLOAT, "Share of all plays.", "0-1", "computed"),
    },
    key=["from_plays"],
)
