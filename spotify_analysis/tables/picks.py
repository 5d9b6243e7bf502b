"""What is suggested, and how well a way of suggesting would have done."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, FLOAT, INT, STRING, UTC, Column, Table

PICKS = Table(
    "picks",
    "One suggested track.",
    {
        "rank": Column(INT, "Place, 1 = first.", "1-", "order"),
        "track": Column(STRING, "Title."),
        "artist": Column(STRING, "Artist."),
        "album": Column(STRING, "Album, as last played or as in the catalogue."),
        "uri": Column(STRING, "Spotify's address; missing where none is known."),
        "isrc": Column(STRING, "Code of the recording, where the source has one."),
        "recording_mbid": Column(STRING, "MusicBrainz id, where the source has one."),
        "score": Column(
            FLOAT,
            "What it was ranked by before variety was seen to; higher is better. Comparable "
            "within one answer only; `attrs['score']` names it.",
        ),
        "reason": Column(STRING, "Why it is here, in a sentence made from the listener's plays."),
        "seed": Column(STRING, "The seed it came from; missing where none was used."),
        "sources": Column(STRING, "Who suggested it.", "joined by '; '", "providers"),
        "known": Column(BOOL, "Played before, or in the listener's own lists."),
        "plays": Column(INT, "Plays of 30 s or more.", "plays", "history"),
        "last_played": Column(UTC, "End of the last such play.", "UTC", "history"),
        "novelty": Column(
            FLOAT,
            "Mean of 1 / (1 + plays of the track) and 1 / (1 + plays of the artist): "
            "1 = neither ever played.",
            "0-1",
            "history",
        ),
        "release_date": Column(
            STRING, "Release date of the album, where the source has one.", "YYYY[-MM[-DD]]"
        ),
    },
    key=["rank"],
)

_MEASURES = {
    "ndcg": Column(FLOAT, "Right tracks near the top count more; 1 = all of them first.", "0-1"),
    "precision": Column(FLOAT, "Share of the list that was played.", "0-1"),
    "recall": Column(FLOAT, "Share of what was played that is in the list.", "0-1"),
    "map": Column(FLOAT, "Average precision over the places of the right tracks.", "0-1"),
    "hit_rate": Column(FLOAT, "At least one track of the list was played.", "0-1"),
}
_METHODS = "the mode | on_repeat (beside continue) | frequency | most_recent | random"

EVALUATION = Table(
    "evaluation",
    "One way to make a list, averaged over all cut-offs in time.",
    {
        "method": Column(STRING, "How the list was made.", _METHODS),
        **_MEASURES,
        "coverage": Column(FLOAT, "Share of all candidates that any of its lists held.", "0-1"),
        "ndcg_sd": Column(FLOAT, "Standard deviation of `ndcg` over the cut-offs."),
        "ndcg_se": Column(
            FLOAT, "`ndcg_sd` / sqrt(number of cut-offs); cut-offs are not independent."
        ),
        "vs_frequency": Column(FLOAT, "`ndcg` over that of `frequency`.", "ratio"),
        "n_cuts": Column(INT, "Cut-offs with something to find.", "cut-offs"),
        "n_candidates": Column(FLOAT, "Tracks to choose from, mean.", "tracks"),
        "n_truth": Column(FLOAT, "Tracks to find, mean.", "tracks"),
    },
    key=["method"],
)
EVALUATION_CUTS = Table(
    "evaluation_cuts",
    "One way to make a list at one cut-off in time.",
    {
        "cut_at": Column(UTC, "Only plays before this were seen.", "UTC"),
        "method": Column(STRING, "How the list was made.", _METHODS),
        **_MEASURES,
        "n_candidates": Column(INT, "Tracks to choose from.", "tracks"),
        "n_truth": Column(INT, "Tracks to find.", "tracks"),
    },
    key=["cut_at", "method"],
)
