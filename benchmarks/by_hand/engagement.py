"""How plays began and ended, as one would write it by hand in pandas."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from spotify_analysis import metrics


def _flags(plays: pd.DataFrame) -> pd.DataFrame:
    tracks = plays[plays["track"].notna()]
    clicked = tracks["reason_start"] == "clickrow"
    finished = tracks["reason_end"] == "trackdone"
    return tracks.assign(
        n_ended=tracks["was_skipped"].notna(),
        n_skipped=tracks["was_skipped"].fillna(False),
        n_finished=finished,
        n_started=tracks["reason_start"].notna(),
        n_clicked=clicked,
        n_deliberate=clicked & finished,
        n_replayed=tracks["reason_start"] == "backbtn",
        n_shuffle_known=tracks["shuffle"].notna(),
        n_shuffled=tracks["shuffle"].fillna(False),
    )


_NAMES = [
    "n_ended",
    "n_skipped",
    "n_finished",
    "n_started",
    "n_clicked",
    "n_deliberate",
    "n_replayed",
    "n_shuffle_known",
    "n_shuffled",
]


def engagement(plays: pd.DataFrame) -> pd.Series:
    """Add up flags."""
    sums = _flags(plays)[_NAMES].sum()
    sums["skip_rate"] = sums["n_skipped"] / sums["n_ended"]
    sums["finished_share"] = sums["n_finished"] / sums["n_ended"]
    sums["shuffle_share"] = sums["n_shuffled"] / sums["n_shuffle_known"]
    return sums


def engagement_over_time(plays: pd.DataFrame) -> pd.DataFrame:
    """Add up flags per month."""
    flags = _flags(plays)
    sums = flags[_NAMES].groupby(flags["local_day"].dt.to_period("M")).sum()
    sums = sums.reindex(pd.period_range(sums.index.min(), sums.index.max()), fill_value=0)
    return sums.assign(
        skip_rate=sums["n_skipped"] / sums["n_ended"],
        finished_share=sums["n_finished"] / sums["n_ended"],
        shuffle_share=sums["n_shuffled"] / sums["n_shuffle_known"],
    )


def skips_by_shuffle(plays: pd.DataFrame) -> pd.DataFrame:
    """Group by shuffle."""
    tracks = plays[plays["track"].notna()]
    finished = tracks["reason_end"] == "trackdone"
    by_shuffle = tracks.assign(finished=finished).groupby("shuffle")
    sums = by_shuffle[["was_skipped", "finished"]].sum()
    return sums.assign(n_plays=by_shuffle.size(), n_ended=by_shuffle["was_skipped"].count())


def skip_moments(plays: pd.DataFrame) -> pd.Series:
    """Cut the seconds of skips into classes."""
    skips = plays[plays["track"].notna() & plays["was_skipped"].fillna(False)]
    edges = [0, 1, 3, 5, 10, 20, 30, 60, 120, 180, 240, float("inf")]
    seconds = skips["ms_played"].dropna() / 1000
    return pd.cut(seconds, edges, right=False).value_counts(sort=False, normalize=True).cumsum()


def skip_streaks(plays: pd.DataFrame) -> pd.DataFrame:
    """Number the changes of skipped."""
    heard = plays.sort_values(["started_at", "ended_at"])
    skipped = heard["was_skipped"].fillna(False).astype(bool)
    number = (skipped != skipped.shift()).cumsum()
    found = (
        heard[skipped]
        .groupby(number[skipped])
        .agg(
            started_at=("started_at", "first"),
            ended_at=("ended_at", "max"),
            local_day=("local_day", "first"),
            n_skips=("started_at", "size"),
            ms_played=("ms_played", "sum"),
        )
    )
    return found.nlargest(10, "n_skips")


def reasons(plays: pd.DataFrame) -> pd.DataFrame:
    """Count both reasons."""
    parts = {}
    for moment in ("start", "end"):
        found = plays.groupby(f"reason_{moment}")["ms_played"].agg(["size", "sum"])
        found = found.sort_values("size", ascending=False)
        parts[moment] = found.assign(share=found["size"] / found["size"].sum())
    return pd.concat(parts)


def _signals(plays: pd.DataFrame) -> pd.DataFrame:
    flags = _flags(plays)
    names = ["n_ended", "n_skipped", "n_finished", "n_clicked", "n_deliberate", "n_replayed"]
    return flags.groupby(["track", "artist"])[names].sum()


def most_skipped(plays: pd.DataFrame) -> pd.DataFrame:
    """Shrink skip rates with a beta prior."""
    found = _signals(plays)
    n, p = found["n_ended"], found["n_skipped"] / found["n_ended"]
    rate = found["n_skipped"].sum() / n.sum()
    chance, others = rate * (1 - rate), len(found) - 1
    spread = (n * (p - rate) ** 2).sum()
    excess = (spread - others * chance) / (chance * (n.sum() - (n**2).sum() / n.sum() - others))
    k = min(max(1 / excess - 1, 1), 1000)
    return found.assign(shrunk=(found["n_skipped"] + k * rate) / (n + k)).nlargest(20, "shrunk")


def most_deliberate(plays: pd.DataFrame) -> pd.DataFrame:
    """Keep the tracks most often clicked and finished."""
    return _signals(plays).nlargest(20, "n_deliberate")


def most_replayed(plays: pd.DataFrame) -> pd.DataFrame:
    """Keep the tracks most often gone back to."""
    return _signals(plays).nlargest(20, "n_replayed")


def loved(plays: pd.DataFrame) -> pd.DataFrame:
    """Weigh the signs of love of each track."""
    flags = _flags(plays).sort_values("started_at")
    recent = flags["local_day"] > flags["local_day"].max() - pd.Timedelta(days=90)
    flags["lately"] = flags["n_finished"] & recent
    keys = ["track", "artist"]
    found = flags.groupby(keys)[["lately", "n_finished", "n_deliberate", "n_replayed"]].sum()
    last = flags.groupby(keys).tail(10).sort_values([*keys, "started_at"])
    skipped = last["n_skipped"].astype(bool)
    same = (last[keys] == last[keys].shift()).all(axis=1)
    run = (~(skipped & skipped.shift(fill_value=False) & same)).astype("int64").cumsum()
    streak = skipped.groupby([last["track"], last["artist"], run]).sum().groupby(keys).max()
    score = 3 * found["lately"] + 5 * found["n_replayed"] + 2 * found["n_deliberate"]
    score += found["n_finished"] - 2 * (streak - 2).clip(lower=0)
    return found.assign(score=score).nlargest(20, "score")


def completion(plays: pd.DataFrame) -> pd.Series:
    """Divide by the longest finished play of each track."""
    tracks = plays[plays["track"].notna() & plays["ms_played"].notna()]
    done = tracks[tracks["reason_end"] == "trackdone"]
    longest = done.groupby(["track", "artist"])["ms_played"].max().rename("length").reset_index()
    known = tracks.merge(longest, on=["track", "artist"])
    known = known[known["length"] > 0]
    percent = (known["ms_played"] / known["length"] * 100).clip(upper=100)
    return (percent // 5).value_counts(normalize=True).sort_index()


PAIRS: dict[str, tuple[Callable[[pd.DataFrame], object], Callable[[pd.DataFrame], object]]] = {
    "engagement": (metrics.engagement, engagement),
    "engagement_over_time": (metrics.engagement_over_time, engagement_over_time),
    "skips_by_shuffle": (metrics.skips_by_shuffle, skips_by_shuffle),
    "skip_moments": (metrics.skip_moments, skip_moments),
    "skip_streaks": (metrics.skip_streaks, skip_streaks),
    "reasons": (metrics.reasons, reasons),
    "most_skipped": (metrics.most_skipped, most_skipped),
    "most_deliberate": (metrics.most_deliberate, most_deliberate),
    "most_replayed": (metrics.most_replayed, most_replayed),
    "loved": (metrics.loved, loved),
    "completion": (metrics.completion, completion),
}
