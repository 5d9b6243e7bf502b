"""The order of the tests in a run of several workers: what takes longest comes first.

pytest-xdist gives a worker one file after another, those with most tests first. A file with a few
long tests then begins last, and the other worker waits for it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

# files of minutes, the longest first; whatever is not here follows by its number of tests
LONG = (
    "tests/test_gallery.py",
    "tests/test_notebooks.py",
    "tests/browser/test_login_box.py",
    "tests/metrics/test_spark.py",
    "tests/history/test_faults.py",
    "tests/account_data/test_fuzzing.py",
    "tests/auth/test_fuzzing.py",
    "tests/loaders/test_soak.py",
    "tests/history/test_law.py",
)
# files that want the same thing that is slow to start, and so the same worker
TOGETHER = {
    "tests/browser/test_suggestion_box.py": "tests/browser/test_login_box.py",  # JupyterLab
    "tests/history/test_engines.py": "tests/metrics/test_spark.py",  # Spark
    "tests/tables/test_engines.py": "tests/metrics/test_spark.py",
}


def share_of(nodeid: str) -> str:
    """Name the file whose worker runs a test."""
    file = nodeid.partition("::")[0]
    return TOGETHER.get(file, file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first; a file stays in its own order."""
    n_tests = Counter(share_of(item.nodeid) for item in items)
    place = {file: number for number, file in enumerate(LONG)}

    def when(item: pytest.Item) -> tuple[int, int]:
        share = share_of(item.nodeid)
        return place.get(share, len(LONG)), -n_tests[share]

    items.sort(key=when)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give files to workers in the order of `pytest_collection_modifyitems`."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class InOrder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    config.option.loadscopereorder = False
    return InOrder(config, log)
