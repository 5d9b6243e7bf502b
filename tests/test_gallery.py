"""Every notebook of the gallery runs top to bottom, as committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_notebooks import NOTEBOOKS, NUMBERED, run_as_it_is

GALLERY = [path for path in NOTEBOOKS if path not in NUMBERED]


def test_the_gallery_is_there() -> None:
    assert len(GALLERY) >= 11
    assert {path.parent.name for path in GALLERY} == {"gallery"}


@pytest.mark.notebook
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("made_up_exports")
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_notebook_of_the_gallery_runs_as_it_is(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_as_it_is(path, tmp_path, monkeypatch)
