"""docs/suggestions.md names every provider, its modes, its times and every row of failures."""

from __future__ import annotations

import re
from pathlib import Path

from spotify_analysis import recommend, tables
from tests import rows

PAGE = (Path(__file__).parents[2] / "docs" / "suggestions.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """Read the table below a heading."""
    part = PAGE.partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = [line.strip("| ") for line in part.splitlines() if line.startswith("| ")]
    return [re.split(r"\s*\|\s*", line) for line in lines[1:]]


def test_every_provider_has_a_row_with_its_modes() -> None:
    told = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[-1])) for row in table("Providers")}
    assert told == {one.name: set(one.modes) for one in recommend.PROVIDERS}
    unasked = [row[0].strip("`") for row in table("Providers") if "only if named" in row[-1]]
    assert unasked == [one.name for one in recommend.PROVIDERS if not one.modes]


def test_every_row_of_failures_is_told() -> None:
    assert tuple(row[0] for row in table("When something is missing")) == rows.SUGGESTIONS


def test_the_code_on_the_page_runs() -> None:
    scope = {"recommend": recommend, "plays": tables.empty(tables.PLAYS)}
    code = PAGE.partition("```python\n")[2].partition("```")[0]
    asks = '"Portishead", plays, mode="discover"'
    assert asks in code
    exec(code.replace(asks, "history=plays"), scope)
    assert set(scope["picks"].attrs["providers"]) >= {"own.on_repeat", "deezer"}
