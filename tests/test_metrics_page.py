"""docs/metrics.md lists every metric and chart; each is documented, tested and shown."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from spotify_analysis import metrics, plots

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
LISTED = set(re.findall(r"`((?:metrics|plots)\.\w+)`", PAGE))
# a style is no chart
NO_CHARTS = {"use_style"}
METRICS = {f"metrics.{name}" for name in metrics.__all__ if callable(getattr(metrics, name))}
CHARTS = {
    f"plots.{name}"
    for name in plots.__all__
    if inspect.isfunction(getattr(plots, name)) and name not in NO_CHARTS
}


def source_of(pattern: str) -> str:
    """Return all tests whose path matches, as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob(pattern))


def code_of_notebooks() -> str:
    """Return the code of all notebooks, as one text."""
    cells = [
        cell
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_the_page_lists_each_metric_and_chart_and_nothing_else() -> None:
    assert METRICS | CHARTS == LISTED


@pytest.mark.parametrize("name", sorted(METRICS | CHARTS))
def test_it_is_documented_tested_and_shown(name: str) -> None:
    module, _, function = name.partition(".")
    documented = inspect.getdoc(getattr({"metrics": metrics, "plots": plots}[module], function))
    assert documented
    assert "Returns" in documented
    if module == "metrics":
        assert "Notes" in documented, "a metric says how it counts"
    assert re.search(rf"\b{re.escape(name)}\b", source_of(f"tests/{module}/*.py"))
    assert re.search(rf"\b{re.escape(name)}\(", code_of_notebooks())


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", PAGE))))
def test_every_notebook_the_page_links_to_exists(target: str) -> None:
    assert (ROOT / "docs" / target).is_file()


def test_each_line_names_who_else_has_it_and_where_it_is_shown() -> None:
    # what is not there, and why, is the page's last section
    page = PAGE.split("## What is not here")[0]
    rows = [line.split("|")[1:-1] for line in page.splitlines() if "`metrics." in line]
    assert rows
    for row in rows:
        assert len(row) == 5
        assert row[0].strip()
        assert row[3].strip()
        assert "](" in row[4]
