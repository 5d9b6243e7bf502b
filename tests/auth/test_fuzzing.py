"""The paste box under atheris: a minute of texts nobody thought of, or FUZZ_SECONDS of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.auth import test_paste

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
# the same road each time, so that a change is judged by what it changed; 0 takes a new one
SEED = int(os.environ.get("FUZZ_SEED", "1"))


def write_seeds(folder: Path) -> None:
    """Write every line of the table, with words for what belongs to one sign-in."""
    folder.mkdir()
    texts = [*test_paste.ACCEPTED.values()]
    texts += [text for row in test_paste.REFUSED.values() for text, _ in row.values()]
    for n, text in enumerate(texts):
        words = text.replace(test_paste.CODE, "{c}").replace(test_paste.STATE, "{s}")
        (folder / f"{n}.txt").write_bytes(
            words.replace(test_paste.OURS, "{u}").encode("utf-8", "surrogateescape")[:4_000]
        )


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 240)
def test_paste_any_text_ends_in_a_code_or_a_sentence_under_atheris(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this platform")
    write_seeds(tmp_path / "corpus")
    done = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("fuzz_paste.py")),
            str(tmp_path / "corpus"),
            f"-max_total_time={SECONDS}",
            f"-seed={SEED}",
            f"-artifact_prefix={tmp_path}/",
            "-rss_limit_mb=4096",
            "-max_len=10000",
            "-print_final_stats=1",
            "-close_fd_mask=1",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    tried = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    assert tried is not None
    assert int(tried[1]) > 1_000
