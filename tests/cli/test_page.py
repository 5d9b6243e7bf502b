"""The page of an export, from a terminal."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from spotify_analysis import cli, tables


def test_report_of_an_export(small_export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = CliRunner().invoke(
        cli.main, ["report", str(small_export), "--folder", str(folder), "--time-zone", "UTC"]
    )
    assert done.exit_code == 0, done.output
    assert "360.000 s" in done.output
    assert len(list(folder.glob("*.csv"))) >= 6
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "").replace("https://open.spotify.com/", "")
    assert "<b>Song</b>" not in page
    plays = tables.read_csv(folder / "plays.csv")
    assert plays["ms_played"].sum() == 360_000
    assert list(plays["artist"].unique()) == ["=Artist"]


def test_a_full_disk_at_the_page_keeps_the_old_one(
    small_export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    command = ["report", str(small_export), "--folder", str(folder)]
    assert CliRunner().invoke(cli.main, command).exit_code == 0
    before = (folder / "report.html").read_bytes()
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if data.startswith(b"<!doctype"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = CliRunner().invoke(cli.main, command)
    assert done.exit_code == 1
    assert "TableError" in done.output
    assert "report.html" in done.output
    assert (folder / "report.html").read_bytes() == before
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]
