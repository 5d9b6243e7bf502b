"""What is written to a folder, and what an earlier run left there."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from spotify_analysis import cli


def test_a_second_run_leaves_nothing_of_the_first(small_export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("saved_tracks.csv", "recent_plays.csv", "release_decades.png", "mine.csv"):
        (folder / name).write_text("of somebody else", encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["report", str(small_export), "--folder", str(folder)])
    assert done.exit_code == 0, done.output
    left = {path.name for path in folder.iterdir() if b"somebody" in path.read_bytes()}
    assert left == {"mine.csv"}
