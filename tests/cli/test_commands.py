"""Every command ends in one sentence when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_report_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.zip"
    wrong.write_bytes(b"not a zip at all")
    done = subprocess.run(
        [sys.executable, "-m", "spotify_analysis.cli", "report", str(wrong)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "ExportReadError" in done.stderr
    assert "holiday.zip" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()
