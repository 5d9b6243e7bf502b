"""What the repository itself promises: clean notebooks, no secrets, no machine's paths, docs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def tracked() -> list[Path]:
    """Name the files git would share; in an unpacked archive, every file."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout, so there is no list of shared files to look through")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_hold_no_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_nbstripout_agrees() -> None:
    assert NOTEBOOKS
    done = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", *map(str, NOTEBOOKS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_shared_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(
        r"/wor[k]/|/home/(?!me/)\w+/|/roo[t]/|/tm[p]/bash|pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.org"
    )
    found = {}
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hit := forbidden.search(text):
            found[str(path.relative_to(ROOT))] = hit.group()
    assert not found


def test_the_listeners_own_files_are_ignored() -> None:
    private = [".env", "data/my_spotify_data.zip", "data/plays.csv", "notebooks/.env", ".cache-me"]
    done = subprocess.run(
        ["git", "-C", str(ROOT), "check-ignore", *private],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 128:
        pytest.skip("not a git checkout, so git cannot say what it ignores")
    assert done.stdout.split() == private
    shared = {str(path.relative_to(ROOT)) for path in tracked()}
    assert {name for name in shared if name.startswith("data/")} == {"data/README.md"}
