"""The comparisons as one would write them by hand in pandas; the two are halves of the plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from spotify_analysis import metrics


def _halves(plays: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return plays.iloc[: len(plays) // 2], plays.iloc[len(plays) // 2 :]


def _halves_of(plays: Any) -> tuple[Any, Any]:
    """Cut in the middle, on any engine."""
    if isinstance(plays, pd.DataFrame):
        return _halves(plays)
    if hasattr(plays, "slice"):
        return plays.slice(0, len(plays) // 2), plays.slice(len(plays) // 2)
    n = len(plays)
    return plays.limit(n // 2), plays.limit(n - n // 2, n // 2)


def _joined(plays: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    ranked = []
    for half in _halves(plays):
        sums = half.groupby(keys, observed=True).agg(
            n_plays=("local_day", "size"), ms_played=("ms_played", "sum")
        )
        sums["share"] = sums["n_plays"] / sums["n_plays"].sum()
        sums["rank"] = sums["n_plays"].rank(ascending=False, method="first")
        ranked.append(sums)
    return ranked[0].join(ranked[1], how="outer", lsuffix="_first", rsuffix="_second")


def comparison(plays: pd.DataFrame) -> pd.DataFrame:
    """Put two tops side by side."""
    both = _joined(plays, ["artist"])
    both["difference"] = both["share_second"].fillna(0) - both["share_first"].fillna(0)
    both = both[(both["rank_first"] <= 20) | (both["rank_second"] <= 20)]
    return both.sort_values("difference", ascending=False)


def affinity(plays: pd.DataFrame) -> pd.DataFrame:
    """Rank what both played by the smaller share."""
    both = _joined(plays, ["artist"]).dropna()
    shares = both[["share_first", "share_second"]]
    return both.assign(mean=shares.mean(axis=1), least=shares.min(axis=1)).nlargest(20, "least")


def taste_match(plays: pd.DataFrame) -> float:
    """Weigh what the two tops share."""
    score = 0.0
    for weight, keys in (
        (0.7, ["artist"]),
        (0.2, ["album", "artist"]),
        (0.1, ["track", "artist"]),
    ):
        both = _joined(plays, keys)
        places = 51 - both[["rank_first", "rank_second"]].clip(upper=51).fillna(51)
        score += weight * float(places.min(axis=1).sum()) / (50 * 51 / 2)
    return score


def hour_comparison(plays: pd.DataFrame) -> pd.DataFrame:
    """Compare the hours of the day."""
    first, second = (
        half["local_hour"].value_counts(normalize=True).sort_index() for half in _halves(plays)
    )
    return pd.DataFrame({"first": first, "second": second, "difference": second - first})


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "comparison": (lambda plays: metrics.comparison(*_halves_of(plays)), comparison),
    "affinity": (lambda plays: metrics.affinity(*_halves_of(plays)), affinity),
    "taste_match": (lambda plays: metrics.taste_match(*_halves_of(plays)), taste_match),
    "hour_comparison": (lambda plays: metrics.hour_comparison(*_halves_of(plays)), hour_comparison),
}
