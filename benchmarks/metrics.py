"""Each metric against the same numbers by hand, in plain pandas, at 200,000 and 1,000,000 plays.

    python benchmarks/metrics.py [number of plays ...] [name of a metric ...]

``by_hand/`` holds a twin of every metric of plays. Ours and the twin take turns; what counts is
the ratio of the medians of the processor's time, which a busy machine lengthens less than that of
the clock. Memory is what one call needs on top of what was there, at its peak; only Linux tells.
The same metric on polars and DuckDB is told as information.
"""

from __future__ import annotations

import ctypes
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
import pyarrow as pa
from export_reading import write_export

from spotify_analysis import account_data, metrics, tables

SIZES = [200_000, 1_000_000]
N_RUNS = {200_000: 5, 1_000_000: 3}
GOAL = 1.5
BY_HAND = Path(__file__).parent / "by_hand"


def pairs() -> dict[str, tuple[Callable[[Any], object], Callable[[pd.DataFrame], object]]]:
    """Gather the twins of all themes."""
    found: dict[str, Any] = {}
    for path in sorted(BY_HAND.glob("*.py")):
        found |= importlib.import_module(f"by_hand.{path.stem}").PAIRS
    return found


def made_up_plays(n_plays: int) -> pd.DataFrame:
    """Write an export and read it; one play in twenty is a podcast, one in fifty an audiobook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        write_export(path, n_plays)
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


def peak_mb(work: Callable[[], object]) -> float:
    """Measure the memory one call needs at its peak, on top of what was there."""
    gc.collect()
    try:
        # what was freed goes back to the system, or it would be taken again unseen
        pa.default_memory_pool().release_unused()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # the peak is forgotten
        before = _told("VmRSS")
        work()
        return (_told("VmHWM") - before) / 1024
    except (OSError, AttributeError):  # not Linux, or not GNU's C library
        return float("nan")


def _told(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def in_turn(*works: Callable[[], object], n_runs: int) -> list[float]:
    """Time several ways in turn after one warm-up; give their medians."""
    took: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(n_runs):
        for place, work in enumerate(works):
            took[place].append(seconds_of(work))
    return [statistics.median(times) for times in took]


def on_engine(metric: Callable[[Any], object], frame: Any, n_runs: int) -> str:
    """Time a metric on another engine; a few cannot run on each."""
    try:
        (took,) = in_turn(lambda: metric(frame), n_runs=n_runs)
    except Exception as exc:  # noqa: BLE001 - told, not hidden: this is information only
        return type(exc).__name__
    return f"{took * 1000:.1f}"


def compare(n_plays: int, wanted: list[str]) -> None:
    """Compare metrics at one size and print what came of it."""
    plays = made_up_plays(n_plays)
    frame = pl.from_pandas(plays)
    relation = duckdb.from_arrow(frame.to_arrow())
    found = {name: pair for name, pair in pairs().items() if not wanted or name in wanted}
    n_runs = N_RUNS.get(n_plays, 3)
    print(
        f"{len(plays):,} plays, medians of {n_runs} runs in turn, ms of processor time, MB at peak"
    )
    print(
        f"{'':<34}{'ours':>8}{'by hand':>9}{'ratio':>7}  {'':<8}{'MB':>6}{'by hand':>9}"
        f"{'polars':>10}{'DuckDB':>10}"
    )
    missed = []
    for name, (ours, by_hand) in found.items():
        works = (lambda ours=ours: ours(plays)), (lambda twin=by_hand: twin(plays))
        mine, theirs = in_turn(*works, n_runs=n_runs)
        ratio = mine / theirs
        missed += [name] if ratio > GOAL else []
        print(
            f"{name:<34}{mine * 1000:8.1f}{theirs * 1000:9.1f}{ratio:7.2f}  "
            f"{'missed' if ratio > GOAL else 'met':<8}"
            f"{peak_mb(works[0]):6.0f}{peak_mb(works[1]):9.0f}"
            f"{on_engine(ours, frame, n_runs):>10}{on_engine(ours, relation, n_runs):>10}",
            flush=True,
        )
    print(f"goal of {GOAL}: {len(found) - len(missed)} met, {len(missed)} missed {missed or ''}")


def main() -> None:
    """Compare at each size."""
    sizes = [int(given) for given in sys.argv[1:] if given.isdigit()]
    wanted = [given for given in sys.argv[1:] if not given.isdigit()]
    known = pairs()
    if strange := sorted(set(wanted) - set(known)):
        raise SystemExit(f"no metric with a twin is called {', '.join(strange)}")
    for n_plays in sizes or SIZES:
        compare(n_plays, wanted)
    bare = sorted({name for name in metrics.__all__ if name.islower()} - set(known))
    print(f"without a twin (no plays, or not yet written): {', '.join(bare)}")


if __name__ == "__main__":
    main()
