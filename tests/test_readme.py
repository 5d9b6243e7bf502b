"""What the README says to type works, and what it shows is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from spotify_analysis import cli, demo

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("made_up_exports")
def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    made = demo.export_zip(tmp_path / "data")
    made.rename(tmp_path / "data" / "my_spotify_data.zip")
    scope: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), scope)
    demo.stop()
    assert (tmp_path / "data" / "plays.csv").stat().st_size > 1_000_000
    assert len(scope["picks"]) == 30  # type: ignore[arg-type]


def test_every_command_the_readme_names_exists() -> None:
    line = next(line for line in README.splitlines() if "`spotify-analysis login" in line)
    named = re.search(r"`spotify-analysis ([^`]*)`", line)
    assert named
    commands = [part.split()[0] for part in named.group(1).split("|")]
    for command in commands:
        asked = CliRunner().invoke(cli.main, [command, "--help"])
        assert asked.exit_code == 0, asked.output
    assert set(commands) == set(cli.main.commands)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_every_file_the_readme_links_to_exists(target: str) -> None:
    assert (ROOT / target).is_file()


def test_every_make_target_named_anywhere_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", pages, flags=re.MULTILINE)) <= targets
