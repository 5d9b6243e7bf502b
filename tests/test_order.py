"""Long files come first in a run of several workers, and what is slow to start starts once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests import order

ROOT = Path(__file__).parents[1]


def test_the_files_it_names_are_there() -> None:
    named = {*order.LONG, *order.TOGETHER, *order.TOGETHER.values()}
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
    assert len(set(order.LONG)) == len(order.LONG)
    # a file that goes with another has no place of its own
    assert not {*order.LONG, *order.TOGETHER.values()} & set(order.TOGETHER)


def test_two_workers_take_files_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests import order\n"
        "from tests.order import pytest_collection_modifyitems, pytest_xdist_make_scheduler\n"
        "order.LONG = ('test_long.py',)\n"
        "order.TOGETHER = {'test_a.py': 'test_z.py'}\n",
        encoding="utf-8",
    )
    for name, n_tests in {"a": 2, "few": 2, "long": 1, "many": 4, "z": 3}.items():
        tests = "\n".join(f"def test_{n}(): pass" for n in range(n_tests))
        (tmp_path / f"test_{name}.py").write_text(tests, encoding="utf-8")
    (tmp_path / "none.ini").write_text("[pytest]", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-v"]
    command += ["-c", "none.ini", "--rootdir", ".", "-n", "2", "--dist", "loadfile", "."]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.findall(r"\[(gw\d)\] .* PASSED test_(\w+)\.py", done.stdout)
    assert len(passed) == 12, done.stdout
    files = {worker: [file for one, file in passed if one == worker] for worker in dict(passed)}
    # without the order it would be those with most tests, `many` and `z`
    assert {ran[0] for ran in files.values()} == {"long", "a"}
    assert ["a", "a", "z", "z", "z"] in [ran[:5] for ran in files.values()]
