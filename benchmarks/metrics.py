"""Each metric against the same numbers by hand, in plain pandas, at 200,000 plays.

    python benchmarks/metrics.py [name of a metric ...]

``by_hand/`` holds a twin of every metric of plays. Ours and the twin take turns; what counts is
the ratio of the medians of the processor's time, which a busy machine lengthens less than that of
the clock. The same metric on polars and DuckDB is told as information.
"""

from __future__ import annotations

import gc
import importlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import duckdb
import pandas as pd
import polars as pl
from export_reading import write_export

from spotify_analysis import account_data, metrics, tables

N_PLAYS = 200_000
N_RUNS = 5
GOAL = 1.5
BY_HAND = Path(__file__).parent / "by_hand"


def pairs() -> dict[str, tuple[Callable[[Any], object], Callable[[pd.DataFrame], object]]]:
    """Gather the twins of all themes."""
    found: dict[str, Any] = {}
    for path in sorted(BY_HAND.glob("*.py")):
        found |= importlib.import_module(f"by_hand.{path.stem}").PAIRS
    return found


def made_up_plays() -> pd.DataFrame:
    """Write an export and read it; one play in twenty is a podcast, one in fifty an audiobook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        write_export(path, N_PLAYS)
        plays = account_data.read(path, time_zone="Europe/Berlin", progress=False).plays
    number = pd.Series(range(len(plays)), index=plays.index)
    talk = {
        "episode": (number % 20 == 7, {"show": number % 31, "episode": number % 1_999}),
        "audiobook": (number % 50 == 11, {"audiobook": number % 13, "chapter": number % 401}),
    }
    for kind, (is_talk, named) in talk.items():
        plays.loc[is_talk, "kind"] = kind
        plays.loc[is_talk, ["track", "artist", "album"]] = pd.NA
        for column, numbers in named.items():
            plays.loc[is_talk, column] = column.capitalize() + " " + numbers[is_talk].astype(str)
    return tables.conform(plays, tables.PLAYS)


def seconds_of(work: Callable[[], object]) -> float:
    """Measure the processor's time of one call, without the garbage of the last one."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def in_turn(*works: Callable[[], object]) -> list[float]:
    """Time several ways in turn after one warm-up; give their medians."""
    took: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(N_RUNS):
        for place, work in enumerate(works):
            took[place].append(seconds_of(work))
    return [statistics.median(times) for times in took]


def on_engine(metric: Callable[[Any], object], frame: Any) -> str:
    """Time a metric on another engine; a few cannot run on each."""
    try:
        (took,) = in_turn(lambda: metric(frame))
    except Exception as exc:  # noqa: BLE001 - told, not hidden: this is information only
        return type(exc).__name__
    return f"{took * 1000:.1f}"


def main() -> None:
    """Compare and print."""
    wanted = sys.argv[1:]
    plays = made_up_plays()
    frame = pl.from_pandas(plays)
    arrow = frame.to_arrow()
    relation = duckdb.from_arrow(arrow)
    found = {name: pair for name, pair in pairs().items() if not wanted or name in wanted}
    print(f"{len(plays):,} plays, medians of {N_RUNS} runs in turn, ms of processor time")
    print(f"{'':<34}{'ours':>8}{'by hand':>9}{'ratio':>7}  {'':<8}{'polars':>10}{'DuckDB':>10}")
    missed = []
    for name, (ours, by_hand) in found.items():
        mine, theirs = in_turn(lambda ours=ours: ours(plays), lambda twin=by_hand: twin(plays))
        ratio = mine / theirs
        missed += [name] if ratio > GOAL else []
        print(
            f"{name:<34}{mine * 1000:8.1f}{theirs * 1000:9.1f}{ratio:7.2f}  "
            f"{'missed' if ratio > GOAL else 'met':<8}"
            f"{on_engine(ours, frame):>10}{on_engine(ours, relation):>10}",
            flush=True,
        )
    bare = sorted({name for name in metrics.__all__ if name.islower()} - set(pairs()))
    print(f"goal of {GOAL}: {len(found) - len(missed)} met, {len(missed)} missed {missed or ''}")
    print(f"without a twin (no plays, or not yet written): {', '.join(bare)}")


if __name__ == "__main__":
    main()
