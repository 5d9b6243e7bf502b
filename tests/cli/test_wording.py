"""What the functions say, in the words of the terminal."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from spotify_analysis import cli


def test_a_zone_that_is_not_clear_is_chosen_the_terminal_s_way(
    travels: Path, tmp_path: Path
) -> None:
    command = ["demo", "--zip", str(travels), "--folder", str(tmp_path / "out"), "--by-country"]
    done = CliRunner().invoke(cli.main, [*command, "--time-zone", "UTC"])
    assert done.exit_code == 0, done.output
    assert (
        "1 plays in countries with several zones (1 in US) took UTC; choose one with "
        "--zone-of US=America/New_York, or another zone of that country\n" in done.output
    )
    assert "zones_of" not in done.output
    # what was advised helps
    command[-1:] = ["--zone-of", "US=America/New_York", "--time-zone", "UTC"]
    again = CliRunner().invoke(cli.main, command)
    assert again.exit_code == 0, again.output
    assert "several zones" not in again.output
