"""Every command ends in one sentence when something is wrong."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from spotify_analysis import cli


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


def test_all_commands_are_listed_in_whole_sentences() -> None:
    done = CliRunner().invoke(cli.main, ["--help"], terminal_width=80)
    listed = dict(re.findall(r"^  ([a-z][a-z-]*) {2,}(\S.*)$", done.output, re.MULTILINE))
    assert set(cli.main.commands) == set(listed)
    assert not [text for text in listed.values() if "..." in text]


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_help_leaves_no_option_unexplained_and_its_examples_can_be_typed(name: str) -> None:
    command = cli.main.commands[name]
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []
    known = {text for one in options for text in one.opts}
    done = CliRunner().invoke(cli.main, [name, "--help"], terminal_width=80)
    examples = re.findall(r"^    spotify-analysis (.*)$", done.output, re.MULTILINE)
    assert examples
    for example in examples:
        typed = shlex.split(example.partition(" && ")[0])
        assert typed[0] == name
        assert {word for word in typed if word.startswith("-")} <= known
        rest = command.make_parser(click.Context(command)).parse_args(typed[1:])[1]
        assert rest == []
    others = [line for line in done.output.splitlines() if "spotify-analysis " not in line]
    assert max(map(len, others)) <= 80
