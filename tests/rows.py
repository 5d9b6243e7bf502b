"""The rows of four tables of promises, and the tests that carry their names.

48 attacks (``test_attack_07_...``), 41 faults (``test_fault_L6_...`` or ``L06``), what people paste
into the login box (``test_paste_nothing``, with whatever follows) and 11 ways in which suggestions
may fail (``test_suggest_R07_...``). At the end of a run the terminal says how many rows of each
were covered and passed; ``test_rows.py`` holds that none is without a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ATTACKS = tuple(f"{n:02}" for n in range(1, 49))
FAULTS = tuple(
    f"{part}{n}"
    for part, last in (("L", 17), ("T", 11), ("K", 4), ("H", 9))
    for n in range(1, last + 1)
)
# what is pasted, and what a person reads when the sign-in itself fails
PASTES = (
    *("right_address", "nothing", "too_long", "bare_code", "client_id_or_secret", "access_token"),
    *("sign_in_page", "declined", "errors_of_spotify", "unknown_error", "wrong_state", "altered"),
    *("no_code", "damaged_code", "elsewhere", "hidden_user_name", "localhost", "invalid_address"),
    *("other_schemes", "implicit_grant", "copied_from_source_or_link", "no_address", "invisible"),
    *("many_fields", "over", "any_text"),
    *("says_invalid_client_beside", "says_invalid_redirect_uri", "says_insecure_redirect_uri"),
    *("says_illegal_scope", "says_invalid_client_of", "says_invalid_grant", "says_403", "says_429"),
)
# when suggestions cannot be had as they should; docs/suggestions.md says each in words
SUGGESTIONS = tuple(f"R{n:02}" for n in range(1, 12))
TABLES = {
    "attacks": ATTACKS,
    "faults": FAULTS,
    "paste box": PASTES,
    "suggestions": SUGGESTIONS,
}

_PATTERNS = {
    "attacks": re.compile(r"test_attack_(\d\d)(?=_|$)"),
    "faults": re.compile(r"test_fault_([LTKH])0?(\d+)(?=_|$)"),
    "suggestions": re.compile(r"test_suggest_(R\d\d)(?=_|$)"),
}


def row_of(test: str) -> tuple[str, str] | None:
    """Name the table and the row a test belongs to, by the name of the test."""
    for table, pattern in _PATTERNS.items():
        if found := pattern.match(test):
            return table, "".join(found.groups())
    rest = test.removeprefix("test_paste_")
    if rest != test:
        fitting = [one for one in PASTES if rest == one or rest.startswith(f"{one}_")]
        if fitting:
            return "paste box", max(fitting, key=len)
    return None


def counted(passed: Iterable[str], failed: Iterable[str]) -> dict[str, set[str]]:
    """Collect the rows of each table with a test that passed and none that failed.

    Both are names of tests as pytest writes them: ``tests/x.py::TestY::test_z[1]``.
    """

    def rows(names: Iterable[str]) -> set[tuple[str, str]]:
        tests = {name.partition("[")[0].rpartition("::")[2] for name in names}
        return {row for test in tests if (row := row_of(test)) is not None}

    good = rows(passed) - rows(failed)
    return {
        table: {row for name, row in good if name == table and row in all_rows}
        for table, all_rows in TABLES.items()
    }


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many rows were covered and passed; under xdist this runs where all is collected."""
    stats = terminalreporter.stats
    passed = [one.nodeid for one in stats.get("passed", []) if one.when == "call"]
    failed = [one.nodeid for kind in ("failed", "error") for one in stats.get(kind, [])]
    found = counted(passed, failed)
    if any(found.values()):
        told = ", ".join(
            f"{table} {len(found[table])} of {len(rows)}" for table, rows in TABLES.items()
        )
        terminalreporter.write_line(f"rows covered and passed: {told}")
