"""Fitting the models of `recommend` to many items: time and memory against their bars.

    python benchmarks/models.py [number of items]

Baskets of 60 items each, drawn so that few items are in many of them, as music is. Each model is
fitted in a process of its own, so that the peak of memory is its own.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np
from scipy import sparse

from spotify_analysis.recommend import models

N_ITEMS = 20_000
N_BASKETS = 10_000
N_PER_BASKET = 60
N_RUNS = 5
MAX_S = 10.0
MAX_MB = 1_000.0
MODELS = {
    "RP3beta": models.RP3beta,
    "ItemKNN": models.ItemKNN,
    "P3alpha": models.P3alpha,
    "EASE": models.EASE,
    "TopPopular": models.TopPopular,
}


def baskets(n_items: int) -> Any:
    """Draw baskets x items, the items by a power law."""
    chance = np.random.default_rng(0)
    often = 1 / np.arange(1, n_items + 1) ** 0.8
    items = chance.choice(n_items, size=N_BASKETS * N_PER_BASKET, p=often / often.sum())
    rows = np.repeat(np.arange(N_BASKETS), N_PER_BASKET)
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, items)), shape=(N_BASKETS, n_items))
    matrix.data[:] = 1.0
    return matrix


def fit(name: str, n_items: int) -> None:
    """Fit one model, and print seconds and the peak of memory, or why it refused."""
    matrix = baskets(n_items)
    began = time.perf_counter()
    try:
        MODELS[name]().fit(matrix)
    except ValueError as error:
        print(f"refused {error}")
        return
    seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000)


def main() -> None:
    """Fit every model several times, in turns."""
    n_items = int(sys.argv[1]) if len(sys.argv) > 1 else N_ITEMS
    print(f"{N_BASKETS:,} baskets x {n_items:,} items, median of {N_RUNS} runs")
    seconds: dict[str, list[float]] = {name: [] for name in MODELS}
    peaks: dict[str, list[float]] = {name: [] for name in MODELS}
    refused: dict[str, str] = {}
    for _ in range(N_RUNS):
        for name in MODELS:
            run = [sys.executable, __file__, "--fit", name, str(n_items)]
            said = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
            if said[0] == "refused":
                refused[name] = " ".join(said[1:])
                continue
            seconds[name].append(float(said[0]))
            peaks[name].append(float(said[1]))
    for name in MODELS:
        if name in refused:
            print(f"  {name:<12}refuses, as it should: {refused[name]}")
            continue
        s, mb = statistics.median(seconds[name]), statistics.median(peaks[name])
        print(f"  {name:<12}{s:6.2f} s  {mb:6.0f} MB peak")
        if name == "RP3beta":
            met = s < MAX_S and mb < MAX_MB
            print(f"    at most {MAX_S:g} s and {MAX_MB:g} MB: {'met' if met else 'missed'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fit"]:
        fit(sys.argv[2], int(sys.argv[3]))
    else:
        main()
