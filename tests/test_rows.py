"""No row of the four tables is without a test."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests import rows

TESTS = Path(__file__).parent


def names_of_tests() -> list[str]:
    """Name all functions that pytest would run."""
    return [
        node.name
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("table", rows.TABLES)
def test_every_row_has_a_test(table: str) -> None:
    covered = {row for name in names_of_tests() if (row := rows.row_of(name)) is not None}
    missing = [row for row in rows.TABLES[table] if (table, row) not in covered]
    assert not missing, f"{table} without a test: {', '.join(missing)}"


def test_no_test_names_a_row_that_is_not_there() -> None:
    named = {row for name in names_of_tests() if (row := rows.row_of(name)) is not None}
    assert {(table, row) for table, row in named if row not in rows.TABLES[table]} == set()


@pytest.mark.parametrize(
    ("test", "row"),
    [
        ("test_attack_07_an_old_backup", ("attacks", "07")),
        ("test_attack_7_an_old_backup", None),
        ("test_fault_L06_cut_json", ("faults", "L6")),
        ("test_fault_L16_no_network", ("faults", "L16")),
        ("test_fault_H1_kill", ("faults", "H1")),
        ("test_fault_L160_x", ("faults", "L160")),
        ("test_paste_nothing", ("paste box", "nothing")),
        ("test_paste_over_used_before", ("paste box", "over")),
        (
            "test_paste_says_invalid_client_of_a_wrong_secret",
            ("paste box", "says_invalid_client_of"),
        ),
        ("test_paste_overdue", None),
        ("test_suggest_R07_an_error_with_200", ("suggestions", "R07")),
        ("test_suggest_R7_x", None),
        ("test_faults_of_the_accounts_service", None),
    ],
)
def test_the_row_is_in_the_name(test: str, row: tuple[str, str] | None) -> None:
    assert rows.row_of(test) == row


def test_a_row_counts_when_something_of_it_passed_and_nothing_failed() -> None:
    found = rows.counted(
        [
            "tests/a.py::test_attack_01_a",
            "tests/a.py::TestB::test_attack_01_b[x::y]",
            "tests/a.py::test_attack_02_a[1]",
            "tests/a.py::test_fault_T9_a",
            "tests/a.py::test_fault_T99_a",
            "tests/a.py::test_suggest_R11_a",
            "tests/a.py::test_suggest_R12_a",
        ],
        ["tests/a.py::test_attack_02_a[2]"],
    )
    assert found == {
        "attacks": {"01"},
        "faults": {"T9"},
        "paste box": set(),
        "suggestions": {"R11"},
    }


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_the_terminal_says_so(tmp_path: Path, workers: list[str]) -> None:
    (tmp_path / "conftest.py").write_text("from tests.rows import pytest_terminal_summary\n")
    (tmp_path / "test_few.py").write_text(
        "import pytest\n"
        "def test_attack_01_a(): pass\n"
        "def test_attack_02_a(): pass\n"
        "def test_attack_02_b(): assert False\n"
        "@pytest.mark.skip\n"
        "def test_attack_03_a(): pass\n"
        "@pytest.mark.parametrize('n', range(3))\n"
        "def test_paste_nothing(n): pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, "."],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(TESTS.parent), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "attacks 1 of 48, faults 0 of 41, paste box 1 of 34, suggestions 0 of 11"
    assert f"rows covered and passed: {told}" in done.stdout, done.stdout + done.stderr
