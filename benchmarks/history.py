"""The kept history: adding an export, adding it again, and reading it back.

Reading back is held against the zip and against pandas with one Parquet file of the same plays:
no history in Parquet can be faster than that by more than chance.

    python benchmarks/history.py [number of plays ...]

Each step runs in a process of its own, so that the peak of memory is its own; the steps take turns.
"""

from __future__ import annotations

import importlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from export_reading import write_export

SIZES = [200_000, 1_000_000]
N_RUNS = {200_000: 5, 1_000_000: 3}
GOAL = 10
PANDAS_GOAL = 1.25


def measure(step: str, path: Path, folder: Path) -> None:
    """Print the seconds of one step, its peak of memory, and the time listened in its plays."""
    import pandas as pd

    from spotify_analysis import account_data, history

    for name in ("pyarrow.parquet", "deltalake"):  # importing is not what is measured
        importlib.import_module(name)
    kept = history.History(folder, time_zone="UTC")
    export = None
    plain = folder.with_suffix(".parquet")
    if step == _FOR_PANDAS:
        kept.plays().to_parquet(plain)
    if step in ("add", "add again"):
        export = account_data.read(path, time_zone="UTC", progress=False)
    began = time.perf_counter()
    if step == "read the zip":
        plays = account_data.read(path, time_zone="UTC", progress=False).plays
        total = int(plays["ms_played"].sum())
    elif export is not None:
        kept.add(export)
        total = int(export.plays["ms_played"].sum())
    elif step == "read back, pandas":
        total = int(pd.read_parquet(plain)["ms_played"].sum())
    elif step == "read one column":
        total = int(kept.plays(columns=["ms_played"])["ms_played"].sum())
    else:
        total = int(kept.plays()["ms_played"].sum())
    took = time.perf_counter() - began
    print("measured", took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, total)


# in a process of its own, or the one that reads it back would have its memory at hand already
_FOR_PANDAS = "write for pandas"
STEPS = ("read the zip", "add", "add again", "read back", "read back, pandas", "read one column")


def run(step: str, path: Path, folder: Path) -> tuple[float, float, int]:
    """Run one step; give its seconds, its peak of memory and its total."""
    command = [sys.executable, __file__, "--step", step, str(path), str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    line = next(line for line in told.splitlines() if line.startswith("measured"))
    took, peak, total = line.split()[1:]
    return float(took), float(peak), int(total)


def compare(n_plays: int, home: Path) -> None:
    """Run all steps in turn and print what came of it."""
    path = home / "export.zip"
    write_export(path, n_plays)
    runs: dict[str, list[tuple[float, float, int]]] = {step: [] for step in STEPS}
    n_runs = N_RUNS.get(n_plays, 3)
    for _ in range(n_runs):
        shutil.rmtree(home / "history", ignore_errors=True)
        (home / "history.parquet").unlink(missing_ok=True)
        for step in STEPS:
            if step == "read back, pandas":
                run(_FOR_PANDAS, path, home / "history")
            runs[step].append(run(step, path, home / "history"))
    totals = {one[2] for told in runs.values() for one in told}
    if len(totals) != 1:
        raise SystemExit(f"the steps disagree on the time listened: {totals}")
    seconds = {step: statistics.median(one[0] for one in told) for step, told in runs.items()}
    zipped = seconds["read the zip"]
    print(f"{n_plays:,} plays, median of {n_runs} runs")
    for step, told in runs.items():
        print(
            f"  {step:<18} {seconds[step]:7.2f} s {max(one[1] for one in told):6.0f} MB peak "
            f"{seconds[step] / zipped:6.2f} x reading the zip"
        )
    faster, longest = (zipped / seconds[step] for step in ("read back", "read back, pandas"))
    to_pandas = longest / faster
    print(
        f"  read back: {faster:.1f} x faster than the zip (goal: at least {GOAL}; pandas: "
        f"{longest:.1f}): {'met' if faster >= GOAL else 'missed'}\n"
        f"  read back: {to_pandas:.2f} x of pandas (goal: at most {PANDAS_GOAL}): "
        f"{'met' if to_pandas <= PANDAS_GOAL else 'missed'}"
    )


def main() -> None:
    """Compare the steps at each size."""
    with tempfile.TemporaryDirectory() as home:
        for n_plays in [int(given) for given in sys.argv[1:]] or SIZES:
            compare(n_plays, Path(home))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        measure(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
