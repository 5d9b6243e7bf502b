"""Our models on published splits, our figures beside the published ones.

    python benchmarks/published_tables.py FOLDER

The data may not be passed on, so it is not here; FOLDER, or folders in it, holds one or more of:

    ml-100k.train.rating, ml-100k.test.rating   MovieLens-100K, split of MCRec
    train_users.dat, test_users.dat             MovieLens-1M, split of SpectralCF
        both from Ferrari Dacrema et al., TOIS 2021: their RecSys2019_DeepLearning_Evaluation
    train.txt, test.txt                         Gowalla, split of LightGCN; s_adj_mat.npz will do
                                                instead of train.txt
    user_artists.dat                            HetRec-2011 Last.fm; split here, 80 to 20 at random

A line of the split files is a user and their items; of user_artists.dat a user, an artist, a
number of plays. All items that a user does not have in the training part are ranked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from spotify_analysis.recommend import metrics, models

Lists = dict[int, list[int]]


@dataclass(frozen=True)
class Split:
    """Baskets to learn from, and for each of its rows what should be found.

    Parameters
    ----------
    train : csr_matrix
        Users x items.
    test : dict of int to list of int
        Items by row of `train`.
    """

    train: Any
    test: Lists


@dataclass(frozen=True)
class Row:
    """A model and what was published of it.

    Parameters
    ----------
    make : callable
        Makes the model.
    published : dict of str to float
        Figures by measure; empty where nobody published any.
    within : float
        Farthest from the published figures that is the same model.
    at_least : dict of str to float
        Where no split was published: figures to reach.
    """

    make: Callable[[], models.Model]
    published: dict[str, float] = field(default_factory=dict)
    within: float | None = None
    at_least: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A split and its published table.

    Parameters
    ----------
    title : str
        What it is.
    files : tuple of str
        Names of the files it is read from; of names with ``|`` between them one will do.
    read : callable
        Reads the split from those files.
    measures : tuple of str
        Columns, as ``"ndcg@10"``.
    rows : tuple of Row
        The models.
    """

    title: str
    files: tuple[str, ...]
    read: Callable[[Sequence[Path]], Split]
    measures: tuple[str, ...]
    rows: tuple[Row, ...]


# ---------------------------------------------------------------- reading


def lists_of(path: Path) -> Lists:
    """Read a user and their items from each line; a user may have several lines."""
    lists: Lists = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            user, *items = (int(word) for word in line.split())
        except ValueError:
            if line.strip():
                raise SystemExit(
                    f"{path.name}, line {number}: not a user and items: {line[:40]!r}"
                ) from None
            continue
        lists.setdefault(user, []).extend(items)
    return lists


def split_of(train: Lists, test: Lists) -> Split:
    """Make a matrix of the training part; users and items are numbered as in the files."""
    n_users = 1 + max(*train, *test)
    n_items = 1 + max(item for lists in (train, test) for its in lists.values() for item in its)
    rows = np.repeat(list(train), [len(its) for its in train.values()])
    columns = np.concatenate([its for its in train.values() if its])
    matrix = sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns.astype(np.int64))), shape=(n_users, n_items)
    )
    matrix.data[:] = 1.0
    return Split(matrix, {user: its for user, its in test.items() if its})


def read_lists(paths: Sequence[Path]) -> Split:
    """Read a split of two files of lists."""
    return split_of(lists_of(paths[0]), lists_of(paths[1]))


def read_gowalla(paths: Sequence[Path]) -> Split:
    """Read LightGCN's split, its training part from train.txt or from the adjacency matrix."""
    if paths[0].suffix == ".txt":
        return read_lists(paths)
    whole = sparse.load_npz(paths[0]).tocsr()
    n_users = 29_858
    matrix = sparse.csr_matrix(whole[:n_users, n_users:], dtype=np.float64)
    matrix.eliminate_zeros()
    matrix.data[:] = 1.0
    return Split(matrix, {user: its for user, its in lists_of(paths[1]).items() if its})


def read_artists(paths: Sequence[Path]) -> Split:
    """Read who listens to whom; artists with three listeners or more, a fifth of it to be found."""
    pairs = np.loadtxt(paths[0], skiprows=1, usecols=(0, 1), dtype=np.int64)
    artist, listeners = np.unique(pairs[:, 1], return_counts=True)
    pairs = pairs[np.isin(pairs[:, 1], artist[listeners >= 3])]
    item = np.unique(pairs[:, 1], return_inverse=True)[1]
    user = np.unique(pairs[:, 0], return_inverse=True)[1]
    hidden = np.random.default_rng(0).random(len(user)) < 0.2
    n = (int(user.max()) + 1, int(item.max()) + 1)
    shown = sparse.csr_matrix(
        (np.ones(int((~hidden).sum())), (user[~hidden], item[~hidden])), shape=n
    )
    test: Lists = {}
    for u, i in zip(user[hidden].tolist(), item[hidden].tolist(), strict=True):
        test.setdefault(u, []).append(i)
    return Split(shown, test)


# ---------------------------------------------------------------- what was published


def _of(measures: Sequence[str], *figures: float) -> dict[str, float]:
    return dict(zip(measures, figures, strict=True))


_TOP_10 = ("precision@10", "recall@10", "ndcg_all@10")
_TOP_20 = ("recall@20", "map@20", "recall@100", "map@100")
_TOP_50 = ("recall@20", "ndcg@20", "recall@50", "ndcg@50", "hit_rate@20", "hit_rate@50")
_ARTISTS = ("recall@20", "ndcg@20")

TABLES = (
    Table(
        "MovieLens-100K, MCRec split (TOIS 2021, appendix, table 46)",
        ("ml-100k.train.rating", "ml-100k.test.rating"),
        read_lists,
        _TOP_10,
        (
            Row(lambda: models.EASE(l2=458), _of(_TOP_10, 0.3739, 0.2430, 0.2905), 0.0005),
            Row(
                lambda: models.RP3beta(alpha=0.8593, beta=0.6574, top_k=324, normalize=True),
                _of(_TOP_10, 0.3435, 0.2191, 0.2588),
                0.0005,
            ),
            Row(
                lambda: models.P3alpha(alpha=0, top_k=197, normalize=True),
                _of(_TOP_10, 0.3305, 0.2081, 0.2554),
                0.001,
            ),
            Row(models.TopPopular, _of(_TOP_10, 0.1907, 0.1180, 0.1361), 0.001),
        ),
    ),
    Table(
        "MovieLens-1M, SpectralCF split (TOIS 2021, appendix, table 32)",
        ("train_users.dat", "test_users.dat"),
        read_lists,
        _TOP_20,
        (
            Row(lambda: models.EASE(l2=292), _of(_TOP_20, 0.0956, 0.0212, 0.2651, 0.0278), 0.0005),
            Row(
                lambda: models.RP3beta(alpha=0.7551, beta=0.5412, top_k=537),
                _of(_TOP_20, 0.0916, 0.0192, 0.3171, 0.0284),
                0.0005,
            ),
            Row(
                lambda: models.P3alpha(alpha=1.0075, top_k=332, normalize=True),
                _of(_TOP_20, 0.1218, 0.0256, 0.3583, 0.0367),
                0.0005,
            ),
            Row(
                lambda: models.ItemKNN(top_k=615, shrink=0, weighting="tf_idf"),
                _of(_TOP_20, 0.0676, 0.0143, 0.2326, 0.0203),
                0.0005,
            ),
            Row(models.TopPopular, _of(_TOP_20, 0.0382, 0.0065, 0.2286, 0.0127), 0.001),
        ),
    ),
    Table(
        "Gowalla, LightGCN split (BARS, EASE_gowalla_m1)",
        ("train.txt|s_adj_mat.npz", "test.txt"),
        read_gowalla,
        _TOP_50,
        (
            Row(
                lambda: models.EASE(l2=80),
                _of(_TOP_50, 0.176493, 0.146657, 0.270126, 0.175974, 0.572677, 0.708051),
                0.0002,
            ),
            Row(
                lambda: models.RP3beta(alpha=1, beta=0.2, top_k=300),
                at_least={"recall@20": 0.176, "ndcg@20": 0.145},
            ),
        ),
    ),
    Table(
        "HetRec-2011 Last.fm, artists with 3 listeners or more, 80 to 20 at random",
        ("user_artists.dat",),
        read_artists,
        _ARTISTS,
        (
            Row(lambda: models.EASE(l2=100), at_least={"ndcg@20": 0.29}),
            Row(lambda: models.RP3beta(alpha=0.6, beta=0.2, top_k=100), at_least={"ndcg@20": 0.29}),
            Row(lambda: models.P3alpha(alpha=0.6)),
            Row(lambda: models.ItemKNN(shrink=10, top_k=300)),
            Row(models.TopPopular),
        ),
    ),
)

_MEASURES: dict[str, Callable[..., float]] = {
    "precision": metrics.precision,
    "recall": metrics.recall,
    "ndcg": metrics.ndcg,
    "ndcg_all": lambda picks, truth, k: metrics.ndcg(picks, truth, k=k, ideal="all"),
    "map": metrics.mean_average_precision,
    "hit_rate": metrics.hit_rate,
}


# ---------------------------------------------------------------- measuring


def figures(model: models.Model, split: Split, measures: Sequence[str]) -> dict[str, float]:
    """Fit a model and average its measures over all users with something to be found."""
    model.fit(split.train)
    users = sorted(split.test)
    asked = {name: (_MEASURES[name.split("@")[0]], int(name.split("@")[1])) for name in measures}
    picks = model.recommend(split.train[users], n=max(k for _, k in asked.values())).tolist()
    truth = [split.test[user] for user in users]
    return {
        name: float(np.mean([f(p, t, k=k) for p, t in zip(picks, truth, strict=True)]))
        for name, (f, k) in asked.items()
    }


def show(table: Table, split: Split) -> bool:
    """Print a table; returns whether every bar was met."""
    n_users, n_items = split.train.shape
    n_test = sum(map(len, split.test.values()))
    print(f"\n{table.title}")
    print(f"  {n_users:,} x {n_items:,}; {split.train.nnz:,} to learn from, {n_test:,} to be found")
    print(" " * 58 + "".join(f"{name:>14}" for name in table.measures))
    all_met = True
    for row in table.rows:
        model = row.make()
        try:
            ours = figures(model, split, table.measures)
        except ValueError as error:
            print(f"  {model!r:<56}left out: {error}")
            continue
        line = "".join(f"{ours[name]:14.4f}" for name in table.measures)
        print(f"  {model!r:<56}{line}")
        if row.within is not None:
            line = "".join(f"{row.published[name]:14.4f}" for name in table.measures)
            off = max(abs(ours[name] - row.published[name]) for name in table.measures)
            met = round(off, 4) <= row.within
            all_met &= met
            verdict = f"published (at most {row.within:g} off; {off:.5f}: "
            verdict += "met)" if met else "missed)"
            print(f"    {verdict:<54}{line}")
        for name, bar in row.at_least.items():
            met = ours[name] >= bar
            all_met &= met
            print(f"    {name} at least {bar:g}: {'met' if met else 'missed'}")
    return all_met


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every table whose files are found."""
    parser = argparse.ArgumentParser(description="Our models on published splits.")
    parser.add_argument("folder", nargs="?", type=Path, help="where the splits are")
    folder = parser.parse_args(arguments).folder
    wanted = "; ".join(" + ".join(table.files) for table in TABLES)
    if folder is None:
        print(f"  left out: needs a folder with a published split ({wanted}): see the docstring")
        return 0
    n_found, all_met = 0, True
    for table in TABLES:
        paths = [_find(folder, names) for names in table.files]
        found = [path for path in paths if path is not None]
        if len(found) == len(paths):
            n_found += 1
            all_met &= show(table, table.read(found))
    if not n_found:
        print(f"No published split in {folder}: looked for {wanted}.", file=sys.stderr)
        return 2
    return 0 if all_met else 1


def _find(folder: Path, names: str) -> Path | None:
    for name in names.split("|"):
        for path in sorted(folder.rglob(name)):
            return path
    return None


if __name__ == "__main__":
    sys.exit(main())
