"""The reader under atheris: a minute of inputs nobody thought of, or FUZZ_SECONDS of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from spotify_analysis.demo import exports, listener
from tests.account_data.conftest import extended, music
from tests.account_data.test_fuzz import VALID

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
# the same road each time, so that a change is judged by what it changed; 0 takes a new one
SEED = int(os.environ.get("FUZZ_SEED", "1"))


def write_seeds(folder: Path) -> None:
    """Write small exports of every kind and generation to begin with."""
    folder.mkdir()
    kinds = {
        **{year: [extended(year), extended(year)] for year in ("2020", "2021", "2024", "2025")},
        "music": [music(), music(trackName='"é"')],
        "odd": [extended(ms_played=-1), extended(ts="x", offline="", offline_timestamp="")],
    }
    for name, content in kinds.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
        (folder / f"{name}-indented.json").write_text(json.dumps(content, indent=2))
    for name, data in VALID.items():  # scrobbles, listens and the files beside the history too
        (folder / name).write_bytes(data)
    span = {"since": "2024-01-01", "until": "2024-01-02"}
    exports.write_extended(listener.listener(1), folder / "extended.zip", generation="G2c", **span)


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 240)
def test_only_our_errors_come_out(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this platform")
    write_seeds(tmp_path / "corpus")
    command = [
        sys.executable,
        str(Path(__file__).with_name("fuzz_reader.py")),
        str(tmp_path / "corpus"),
        f"-max_total_time={SECONDS}",
        f"-seed={SEED}",
        f"-artifact_prefix={tmp_path}/",
        "-rss_limit_mb=4096",
        "-max_len=65536",
        "-print_final_stats=1",
        "-close_fd_mask=1",
    ]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    tried = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    assert tried is not None
    assert int(tried[1]) > 100
