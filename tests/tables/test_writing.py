from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify_analysis import errors, tables


def test_a_new_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tables.replace_file(
        tmp_path / "deep" / "x.csv", lambda draft: draft.write_text("a", encoding="utf-8") and None
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.touch(0o644)
    path.chmod(0o644)
    tables.replace_file(path, lambda draft: draft.write_text("a", encoding="utf-8") and None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.read_text(encoding="utf-8") == "a"


def test_attack_31_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")

    def half(draft: Path) -> None:
        draft.write_text("ne", encoding="utf-8")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(errors.TableError, match="could not be written: No space left on device"):
        tables.replace_file(path, half)
    assert path.read_text(encoding="utf-8") == "old"
    assert [file for file in tmp_path.iterdir() if file.is_file()] == [path]


def test_attack_31_killed_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")
    script = (
        "import sys, time\n"
        "from spotify_analysis import tables\n"
        "def write(draft):\n"
        "    draft.write_text('half')\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
        "tables.replace_file(sys.argv[1], write)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Road trip", "Road trip.csv"),
        ("../x", "x.csv"),
        ("/etc/passwd", "etc_passwd.csv"),
        ("C:\\x", "C__x.csv"),
        ("CON", "_CON.csv"),
        ("lpt1.txt", "_lpt1.txt.csv"),
        ("a\0b", "a b.csv"),
        ("", "unnamed.csv"),
        ("...", "unnamed.csv"),
        ("\u202egnp.exe", "gnp.exe.csv"),
        ("-rf", "rf.csv"),
        ("90's / 2000's?", "90's _ 2000's.csv"),
        ("\U0001f3b5 e\u0301", "\U0001f3b5 \u00e9.csv"),
        ("a\n\tb  c", "a b c.csv"),
    ],
)
def test_attack_30_names_of_playlists_as_names_of_files(name: str, expected: str) -> None:
    assert tables.file_name(name) == expected


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=400), st.sampled_from([".csv", ".parquet"]))
def test_attack_30_any_name_can_be_a_file(
    tmp_path_factory: pytest.TempPathFactory, name: str, suffix: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    file = folder / tables.file_name(name, suffix=suffix)
    file.touch()
    assert list(folder.iterdir()) == [file]
    assert file.name.endswith(suffix)
    file.unlink()


def test_attack_30_a_long_name_is_cut_between_characters() -> None:
    assert len(tables.file_name("\U0001f3b5" * 400).encode()) <= 200
    assert "\ufffd" not in tables.file_name("x" + "\U0001f3b5" * 400)


def test_names_that_differ_in_capitals_only() -> None:
    taken = {"Mine.csv", "mine (2).csv"}
    assert tables.file_name("MINE", taken=taken) == "MINE (3).csv"
