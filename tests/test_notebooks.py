"""Every notebook runs top to bottom in demo mode, as committed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

import spotify_analysis

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
NUMBERED = [path for path in NOTEBOOKS if path.parent.name == "notebooks"]
# the road of the README; the others are about one theme each and need no account
ROAD = [path for path in NOTEBOOKS if path.name < "07"]


def test_the_road_is_there() -> None:
    assert [path.name[:2] for path in ROAD] == ["00", "01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_a_title_and_one_sentence(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    title, *sentence = first.source.splitlines()
    assert title.startswith("# ")
    assert any(line.strip().endswith((".", "!")) for line in sentence)


@pytest.mark.parametrize("path", ROAD, ids=lambda path: path.stem)
def test_an_own_account_offers_what_a_notebook_asks_of_the_made_up_one(path: Path) -> None:
    asked = set(re.findall(r"\baccount\.(\w+)", path.read_text(encoding="utf-8")))
    assert asked
    for account in (spotify_analysis, spotify_analysis.demo):
        assert all(callable(getattr(account, name)) for name in asked)


@pytest.mark.notebook
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("made_up_exports")
@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_a_notebook_runs_as_it_is(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gallery's run in a file of their own, so that two workers share the kernels."""
    run_as_it_is(path, tmp_path, monkeypatch)


def run_as_it_is(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Execute a notebook in a real kernel and look at what it shows and saves."""
    monkeypatch.delenv("MPLBACKEND", raising=False)  # pictures go into the notebook, as in Lab
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook,
        timeout=240,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    ).execute()

    outputs = [
        (cell, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    stderr = [output.text for _, output in outputs if output.get("name") == "stderr"]
    assert not [text for text in stderr if "Warning" in text or "Error" in text]
    drawn = {id(cell) for cell, output in outputs if "image/png" in output.get("data", {})}
    meant = [
        cell for cell in notebook.cells if any(":" in tag for tag in cell.metadata.get("tags", []))
    ]
    assert all(id(cell) in drawn for cell in meant)
    saved = json.dumps(notebook)
    assert "access_token" not in saved
    assert "refresh_token" not in saved
