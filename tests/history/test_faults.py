"""The fault matrix of the history: killed, full, damaged, two at once."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spotify_analysis import errors
from spotify_analysis.history import History, state
from spotify_analysis.history.store import PLAYS, ROWS, Store
from tests.history.conftest import account, newer, recent

ROOT = Path(__file__).parents[2]
YEAR = 31_536_000
MANY = [(100 * n, "AB"[n % 2], 60_000) for n in range(3_000)]

ADDING = """
import sys
import pandas as pd
from spotify_analysis.history import History
keep, folder = History(sys.argv[1], time_zone="UTC"), sys.argv[2]
print("ready", flush=True)
for n in sys.argv[3:]:
    keep.add(pd.read_pickle(f"{folder}/{n}.pkl"))
    print(n, flush=True)
"""


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start a process that adds downloads one after another and says which are in."""
    command = [sys.executable, "-c", ADDING, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


AddKilled = Callable[..., tuple[list[str], bool]]


@pytest.fixture
def add_killed() -> Iterator[AddKilled]:
    """Give a function that adds downloads in a process and kills it after a while.

    It says which are in for sure, and whether the process had to be killed.
    """
    command = [sys.executable, "-m", "tests.history.workers"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as worker:
        asked, answers = worker.stdin, worker.stdout
        assert asked is not None
        assert answers is not None

        def killed(folder: Path, downloads: list[Path], after_s: float) -> tuple[list[str], bool]:
            about = {"folder": folder, "downloads": downloads, "after_s": after_s}
            asked.write(json.dumps(about, default=str) + "\n")
            asked.flush()
            found = json.loads(answers.readline())
            assert found["is_ready"]
            assert found["code"] in {0, -signal.SIGKILL}
            return found["added"], found["code"] == -signal.SIGKILL

        yield killed


def data_files(keep_folder: Path, table: str) -> list[Path]:
    """List the data files a table is made of now."""
    store = Store(keep_folder)
    opened = store.open(table)
    assert opened is not None
    return sorted(keep_folder / table / file.path for file in store.files(opened))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fault_H1_kill_9_during_an_import(tmp_path: Path, add_killed: AddKilled) -> None:
    downloads = [tmp_path / f"{n}.pkl" for n in range(5)]
    for n, download in enumerate(downloads):
        piece = newer(MANY[: 300 * (n + 1)], file=f"{n}.json", country="DE" if n % 2 else "AT")
        piece.to_pickle(download)
    expected = {}
    whole = History(tmp_path / "whole", time_zone="UTC")
    for download in downloads:
        whole.add(pd.read_pickle(download))
        expected[len(whole.plays())] = whole.plays()
    folder, chance, n_killed = tmp_path / "kept", random.Random(1), 0
    begun: list[str] = []
    while n_killed < 60:  # one that had added everything before is no kill
        if len(begun) == len(downloads):
            shutil.rmtree(folder)
            begun = []
        added, was_killed = add_killed(
            folder, downloads[len(begun) :], after_s=chance.uniform(0.01, 0.6)
        )
        n_killed += was_killed
        begun += added
        plays = History(folder, time_zone="UTC").plays()
        # what was said to be in is there, and the next one whole or not at all
        assert len(plays) in {300 * len(begun), 300 * (len(begun) + 1)}
        if len(plays):
            pd.testing.assert_frame_equal(plays, expected[len(plays)])
    resumed = History(folder, time_zone="UTC")
    for download in downloads:
        resumed.add(pd.read_pickle(download))
    pd.testing.assert_frame_equal(resumed.plays(), whole.plays())
    assert resumed.check().is_whole


def test_fault_H2_two_writers_at_once_and_a_reader(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for n in range(6):
        newer(MANY[100 * n : 100 * n + 150], file=f"{n}.json").to_pickle(tmp_path / f"{n}.pkl")
    writers = [start(folder, tmp_path, *which) for which in ("024", "135")]
    keep = History(folder, time_zone="UTC")
    seen = []
    while any(writer.poll() is None for writer in writers):
        seen.append(len(keep.plays()))
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    assert seen == sorted(seen)
    assert len(keep.plays()) == 650
    assert len(keep.imports()) == 6


def test_fault_H2_an_error_that_names_the_other_process(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    hold = (
        "import sys, time; from pathlib import Path; from spotify_analysis.history import queue\n"
        "with queue.turn(Path(sys.argv[1]), doing='adding plays', wait_s=1):\n"
        "    print('mine', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        keep = History(folder, wait_s=0.2)
        with pytest.raises(errors.HistoryBusyError, match=f"Process {other.pid} on .*adding plays"):
            keep.add(newer(MANY[:3]))
        assert keep.plays().empty  # readers never wait
        other.kill()
    assert keep.add(newer(MANY[:3])).n_new == 3  # the system gave the lock back


@contextlib.contextmanager
def files_cut_at(n_bytes: int) -> Iterator[None]:
    """Let no file of this process grow larger, as a full disk would."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_fault_H3_disk_full_in_the_middle(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:50]))
    before = keep.plays()
    files = {path for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    with (
        files_cut_at(8_000),
        pytest.raises(errors.HistoryError, match=r"needs up to \d+ MB.*Nothing of it"),
    ):
        keep.add(newer(MANY))
    pd.testing.assert_frame_equal(keep.plays(), before)
    assert {path for path in (tmp_path / "kept").rglob("*") if path.is_file()} == files
    assert keep.add(newer(MANY)).n_new == len(MANY) - 50
    assert keep.check().files.empty


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """Give a folder on a disk of 16 MB of its own; says whether the system let us have one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    is_own = (
        bool(shutil.which("mount")) and not subprocess.run(command, capture_output=True).returncode
    )
    yield place, is_own
    if is_own:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.skipif(os.name != "posix", reason="mounts and limits of POSIX")
@pytest.mark.parametrize("left_kb", [100, 1_200])  # the rows do not fit; they do, the plays do not
def test_fault_H3_a_real_disk_that_is_full(small_disk: tuple[Path, bool], left_kb: int) -> None:
    place, is_own = small_disk
    keep = History(place / "kept", time_zone="UTC")
    keep.add(newer(MANY[:50]))
    before = keep.plays()
    chance = random.Random(1)
    text = [f"spotify:playlist:{chance.getrandbits(2_400):x}" for _ in MANY]  # about 1 MB stored
    download = newer(MANY).assign(context_uri=text)
    if is_own:
        filler = place / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(place).free - left_kb * 1_024))
        full: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    else:  # only root may mount, and not in every container
        full = files_cut_at(left_kb * 100)
    with full, pytest.raises(errors.HistoryError, match=r"no room .* needs up to \d+ MB"):
        keep.add(download)
    pd.testing.assert_frame_equal(keep.plays(), before)
    log = [path.name for path in (place / "kept" / PLAYS / "_delta_log").glob("*.json")]
    assert log == ["00000000000000000000.json"]
    assert keep.imports()["is_active"].sum() == 1  # what there was
    if is_own:
        filler.unlink()
    assert keep.add(download).n_new == len(MANY) - 50
    assert keep.check().files.empty


@pytest.mark.parametrize("how", ["cut", "empty", "foreign", "gone", "flipped"])
@pytest.mark.parametrize("table", [PLAYS, ROWS])
def test_fault_H4_a_damaged_file(tmp_path: Path, table: str, how: str) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    later = [(second + YEAR, song, ms) for second, song, ms in MANY[:200]]
    download = newer(MANY[:200] + later)
    keep.add(download)
    keep.add(recent([(3 * YEAR, "C", 1_000)]))
    before = keep.plays()
    path = max(data_files(tmp_path / "kept", table), key=lambda file: file.stat().st_size)
    data = path.read_bytes()
    middle = len(data) // 3
    flipped = data[:middle] + bytes(255 - one for one in data[middle : middle + 60])
    damage = {
        "cut": data[:-100],
        "empty": b"",
        "foreign": b"not ours" * (len(data) // 8) + b"x" * (len(data) % 8),
        "flipped": flipped + data[middle + 60 :],
    }
    path.unlink()
    if how != "gone":
        path.write_bytes(damage[how])
    if table == PLAYS and how != "flipped":
        with pytest.warns(UserWarning, match="is damaged"):
            left = keep.plays()
        assert 0 < len(left) < len(before)
    found = keep.check()
    if how != "flipped" or len(found.files):
        (row,) = found.files.itertuples()
        assert row.file == path.relative_to(tmp_path / "kept").as_posix()
        assert row.state == ("missing" if how == "gone" else "damaged")
        aside = tmp_path / "kept" / "damaged" / row.file
        assert how == "gone" or aside.read_bytes() == damage[how]
    pd.testing.assert_frame_equal(keep.plays(), before)  # nothing was lost
    assert found.is_whole == (table == PLAYS)
    keep.add(download)
    keep.undo(keep.add(account([(0, "B", 5)])).import_id)
    pd.testing.assert_frame_equal(keep.plays(), before)
    again = keep.check()
    assert again.is_whole
    assert again.files.empty


def test_fault_H4_adding_again_mends_without_being_asked(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:200]))
    before = keep.plays()
    for table in (PLAYS, ROWS):
        data_files(tmp_path / "kept", table)[0].write_bytes(b"")
    keep.add(newer(MANY[:200]))
    pd.testing.assert_frame_equal(keep.plays(), before)
    assert keep.check().is_whole


def test_fault_H4_the_list_of_imports_is_damaged(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:200]))
    before, listed = keep.plays(), keep.imports()
    data_files(tmp_path / "kept", "imports")[0].write_bytes(b"")
    assert len(keep.check().files) == 1
    pd.testing.assert_frame_equal(keep.plays(), before)
    again = keep.imports()
    assert list(again["import_id"]) == list(listed["import_id"])
    assert again["is_active"].all()


def test_fault_H4_killed_while_the_list_of_imports_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:200]))
    before = keep.plays()
    data_files(tmp_path / "kept", "imports")[0].write_bytes(b"")
    for step in ("write", "set_aside"):
        with monkeypatch.context() as patch:
            patch.setattr(Store, step, stopped)
            with pytest.raises(KeyboardInterrupt):
                keep.check()
    assert len(keep.check().files) == 1
    keep.add(recent([(3 * YEAR, "C", 1_000)]))  # works out the plays anew
    pd.testing.assert_frame_equal(keep.plays(kinds="track")[:200], before)
    assert keep.imports()["is_active"].tolist() == [True, True]


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_fault_H4_the_list_and_the_rows_are_damaged_together(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    done = keep.add(newer(MANY[:200]))
    before = keep.plays()
    data_files(tmp_path / "kept", "imports")[0].write_bytes(b"")
    # rows in a sound file that are not what was added: in the year 11103, which Python cannot say
    store = Store(tmp_path / "kept")
    stored = store.open(ROWS)
    assert stored is not None
    rows = stored.to_pyarrow_table()
    place = rows.schema.get_field_index("ended_at")
    wild = pa.array([2**58] * len(rows), rows.schema.field(place).type)
    altered = rows.set_column(place, rows.schema.field(place), wild)
    store.write(ROWS, altered, stored, replace=f"import_id = '{done.import_id}'")
    found = keep.check()
    assert found.add_again["import_id"].tolist() == [done.import_id]
    assert "which files is not known any more" in repr(found)
    pd.testing.assert_frame_equal(keep.plays(), before)
    keep.add(newer(MANY[:200]))
    assert keep.check().is_whole
    pd.testing.assert_frame_equal(keep.plays(), before)


def test_fault_H4_a_foreign_file_is_named_and_left_alone(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:5]))
    foreign = tmp_path / "kept" / PLAYS / "mine.parquet"
    foreign.write_bytes(b"mine")
    assert len(keep.plays()) == 5
    found = keep.check()
    assert found.files[["file", "state"]].to_numpy().tolist() == [["plays/mine.parquet", "foreign"]]
    keep.compact(keep_days=0)
    assert foreign.read_bytes() == b"mine"


def test_fault_H5_a_newer_layout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:5]))
    monkeypatch.setattr(state, "SCHEMA", 0)
    for ask in (keep.plays, keep.imports, lambda: keep.add(newer(MANY[:9])), keep.check):
        with pytest.raises(errors.HistoryError, match="newer spotify_analysis"):
            ask()
    monkeypatch.undo()
    assert len(keep.plays()) == 5


def test_fault_H5_a_commit_killed_half_way_is_not_seen(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:5]))
    log = tmp_path / "kept" / PLAYS / "_delta_log"
    (log / "_commit_0b0c.json.tmp").write_text(json.dumps({"commitInfo": {}})[:9])
    assert len(keep.plays()) == 5
    assert keep.add(newer(MANY[:9])).n_new == 4


def test_fault_H5_a_table_without_a_newer_column_opens_and_gets_it(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    keep.add(newer(MANY[:20]))
    before = keep.plays()
    without_column(tmp_path / "kept", "chapter")
    pd.testing.assert_frame_equal(keep.plays(), before)
    assert list(keep.plays(columns=["chapter"])) == ["chapter"]
    versions = {name: version_of(tmp_path / "kept", name) for name in (PLAYS, ROWS)}
    later = newer([(YEAR, "A", 60_000)], kind="audiobook", track=None, chapter="One")
    assert keep.add(later).n_new == 1
    # the column comes with the rows, in one commit
    for name, version in versions.items():
        assert version_of(tmp_path / "kept", name) == version + 1
        assert "chapter" in columns_of(tmp_path / "kept", name)
    pd.testing.assert_frame_equal(keep.plays().head(20), before)
    assert keep.plays()["chapter"].tolist()[20:] == ["One"]
    assert keep.check().files.empty
    assert keep.add(newer(MANY[:20])).n_new == 0


@pytest.mark.slow
def test_fault_H5_killed_during_the_write_that_upgrades(
    tmp_path: Path, add_killed: AddKilled
) -> None:
    old = History(tmp_path / "old", time_zone="UTC")
    old.add(newer(MANY[:300]))
    without_column(tmp_path / "old", "chapter")
    newer(MANY).to_pickle(tmp_path / "all.pkl")
    expected = {300: old.plays()}
    whole = History(tmp_path / "whole", time_zone="UTC")
    whole.add(newer(MANY))
    expected[3_000] = whole.plays()
    chance, lengths = random.Random(2), []
    for n in range(10):
        folder = tmp_path / f"kept {n}"
        shutil.copytree(tmp_path / "old", folder)
        added, _ = add_killed(folder, [tmp_path / "all.pkl"], after_s=chance.uniform(0.01, 0.6))
        plays = History(folder, time_zone="UTC").plays()
        lengths.append(len(plays))
        # the version before opens, or the one after: never a mixture
        pd.testing.assert_frame_equal(plays, expected[len(plays)])
        assert len(plays) == 3_000 or not added
        resumed = History(folder, time_zone="UTC")
        resumed.add(newer(MANY))
        pd.testing.assert_frame_equal(resumed.plays(), whole.plays())
        assert "chapter" in columns_of(folder, PLAYS)
    assert 300 in lengths


def columns_of(folder: Path, name: str) -> list[str]:
    """Name the columns of a stored table."""
    table = Store(folder).open(name)
    assert table is not None
    return [field.name for field in table.schema().fields]


def version_of(folder: Path, name: str) -> int:
    """Count the commits of a stored table."""
    table = Store(folder).open(name)
    assert table is not None
    return int(table.version())


def without_column(folder: Path, column: str) -> None:
    """Make of a history what a program would have written that did not know a column."""
    for name in (PLAYS, ROWS):
        table = Store(folder).open(name)
        assert table is not None
        data = table.to_pyarrow_table().drop_columns([column])
        partition = ["year"] if name == PLAYS else None
        write_deltalake(
            table, data, mode="overwrite", schema_mode="overwrite", partition_by=partition
        )
        assert column not in columns_of(folder, name)


def test_fault_H6_the_same_export_twice(tmp_path: Path) -> None:
    keep = History(tmp_path / "kept", time_zone="UTC")
    first = keep.add(newer(MANY[:5]))
    again = keep.add(newer(MANY[:5]))
    assert (again.n_new, again.n_known, again.n_plays) == (0, 5, 5)
    assert again.import_id == first.import_id
    assert "added before" in repr(again)
    assert len(keep.imports()) == 1
