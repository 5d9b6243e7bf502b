"""Draw the README's pictures anew: run the notebooks and keep what their tagged cells show.

A cell tagged ``picture:NAME`` gives ``docs/pictures/NAME.png``; the boxes are taken from the tests
that use them in JupyterLab. Run by ``make pictures``.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
# picture: the test that shows it, and what the test calls it
BOXES = {
    "login": ("test_agree_copy_the_address_and_paste_it", "1-waiting-light"),
    "suggestion_box": ("test_from_sliders_to_a_playlist", "suggested-light"),
}


def pictures_of(path: Path) -> dict[str, bytes]:
    """Run a notebook and return the pictures of its tagged cells, by name."""
    notebook = nbformat.read(path, as_version=4)
    if not any("picture:" in " ".join(cell.metadata.get("tags", [])) for cell in notebook.cells):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "notebooks"
        inside.mkdir()
        nbclient.NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(inside)}}
        ).execute()
    found = {}
    for cell in notebook.cells:
        names = [
            tag.removeprefix("picture:")
            for tag in cell.metadata.get("tags", [])
            if tag.startswith("picture:")
        ]
        for name in names:
            drawn = [
                output.data["image/png"]
                for output in cell.get("outputs", [])
                if "image/png" in output.get("data", {})
            ]
            if not drawn:
                raise SystemExit(f"{path.name}: the cell tagged picture:{name} drew nothing")
            found[name] = base64.b64decode(drawn[-1])
    return found


def picture_the_boxes() -> None:
    """Let the browser tests of the boxes keep their pictures."""
    wanted = " or ".join(test for test, _ in BOXES.values())
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "tests/browser", "-k", wanted]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "TEST_PICTURES": folder}, check=True)
        for name, (test, shown) in BOXES.items():
            shutil.copyfile(Path(folder) / f"{shown}.png", PICTURES / f"{name}.png")
            print(f"{PICTURES.relative_to(ROOT)}/{name}.png from {test}")


def main() -> None:
    """Write all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for name, png in pictures_of(path).items():
            (PICTURES / f"{name}.png").write_bytes(png)
            print(f"{PICTURES.relative_to(ROOT)}/{name}.png from {path.name}")
    picture_the_boxes()


if __name__ == "__main__":
    main()
