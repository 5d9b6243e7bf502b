"""The script that holds our models against published tables, on splits one can work by hand."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy import sparse

from spotify_analysis.recommend import models

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "published_tables.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("published_tables", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["published_tables"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_figures_by_hand(script: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, train__txt="1 1 2\n2 1 3\n3 4\n", test__txt="1 3 4\n2 2\n3\n")
    split = script.read_lists([tmp_path / "train.txt", tmp_path / "test.txt"])
    assert split.train.toarray().tolist() == [
        [0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 1, 0, 1, 0],
        [0, 0, 0, 0, 1],
    ]
    # user 3 has nothing to be found; items 2, 3 and 4 are as popular as one another
    assert split.test == {1: [3, 4], 2: [2]}
    measures = ("precision@2", "recall@1", "ndcg@1", "ndcg_all@1", "map@2", "hit_rate@1")
    found = script.figures(models.TopPopular(), split, measures)
    ideal_of_two = 1 + 1 / math.log2(3)
    assert found == pytest.approx(
        {
            "precision@2": (2 / 2 + 1 / 2) / 2,
            "recall@1": (1 / 2 + 1) / 2,
            "ndcg@1": 1,
            "ndcg_all@1": (1 / ideal_of_two + 1) / 2,
            "map@2": 1,
            "hit_rate@1": 1,
        }
    )


def test_a_folder_with_a_split_is_found_and_judged(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "Conferences" / "data"
    deep.mkdir(parents=True)
    (deep / "ml-100k.train.rating").write_text("1 1 2\n2 1 3\n", encoding="utf-8")
    (deep / "ml-100k.test.rating").write_text("1 3\n2 2\n", encoding="utf-8")
    assert script.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "MovieLens-100K" in said
    assert "3 x 4; 4 to learn from, 2 to be found" in said
    # one right one in ten places, and the published figures below
    assert "TopPopular()" in said
    assert "0.1000        1.0000        1.0000" in said
    assert "0.1907        0.1180        0.1361" in said
    assert "missed" in said
    assert "MovieLens-1M" not in said


def test_a_published_table_that_is_met_is_said_to_be(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    split = script.split_of({0: [0, 1], 1: [0, 2]}, {0: [2], 1: [1]})
    row = script.Row(models.TopPopular, {"recall@1": 0.9996}, 0.0005)
    table = script.Table("made up", (), script.read_lists, ("recall@1",), (row,))
    assert script.show(table, split)
    assert "at most 0.0005 off; 0.00040: met" in capsys.readouterr().out
    far = script.Table(
        "made up",
        (),
        script.read_lists,
        ("recall@1",),
        (script.Row(row.make, {"recall@1": 0.9}, 0.0005),),
    )
    assert not script.show(far, split)


def test_what_a_model_refuses_is_said(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    split = script.split_of({0: [0, 1], 1: [0, 2]}, {0: [2], 1: [1]})
    row = script.Row(lambda: models.EASE(max_items=2))
    script.show(script.Table("wide", (), script.read_lists, ("recall@1",), (row,)), split)
    assert "left out: EASE takes at most 2 items; not 3" in capsys.readouterr().out


def test_gowalla_from_its_adjacency_matrix(script: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, test__txt="0 1\n2\n")
    n = 29_858
    users, items = np.array([0, n - 1]), np.array([0, 1])
    square = sparse.csr_matrix((np.array([0.5, 0.1]), (users, n + items)), shape=(n + 2, n + 2))
    sparse.save_npz(tmp_path / "s_adj_mat.npz", square + square.T)
    split = script.read_gowalla([tmp_path / "s_adj_mat.npz", tmp_path / "test.txt"])
    assert split.train.shape == (n, 2)
    assert split.train[[0, n - 1]].toarray().tolist() == [[1, 0], [0, 1]]
    assert split.test == {0: [1]}


def test_artists_with_fewer_than_three_listeners_are_left_out(
    script: ModuleType, tmp_path: Path
) -> None:
    pairs = [(user, artist) for user in range(20) for artist in (7, 9)] + [(0, 8), (1, 8)]
    lines = "".join(f"{user}\t{artist}\t5\n" for user, artist in pairs)
    write(tmp_path, user_artists__dat="userID\tartistID\tweight\n" + lines)
    split = script.read_artists([tmp_path / "user_artists.dat"])
    assert split.train.shape == (20, 2)
    n_hidden = sum(map(len, split.test.values()))
    assert split.train.nnz + n_hidden == 40
    assert 0 < n_hidden < 20
    for user, items in split.test.items():
        assert not split.train[user].toarray()[0][items].any()


def test_nothing_to_read_is_said(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main([]) == 0
    assert "needs a folder" in capsys.readouterr().out
    assert script.main([str(tmp_path)]) == 2
    assert "train_users.dat" in capsys.readouterr().err
    write(tmp_path, train__txt="1 2\n3 x\n", test__txt="1 2\n")
    with pytest.raises(SystemExit, match=r"train.txt, line 2: not a user and items: '3 x'"):
        script.main([str(tmp_path)])
