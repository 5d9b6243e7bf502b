"""A year in review from a terminal."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from spotify_analysis import cli


def test_recap_of_a_year(small_export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "recap"
    done = CliRunner().invoke(
        cli.main, ["recap", str(small_export), "--year", "2025", "--folder", str(folder)]
    )
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Your 2025\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "your-2025-dark.png",
        "your-2025-top-albums.csv",
        "your-2025-top-artists.csv",
        "your-2025-top-tracks.csv",
        "your-2025.csv",
        "your-2025.html",
        "your-2025.png",
    ]


def test_recap_of_a_year_without_plays_says_which_there_are(
    small_export: Path, tmp_path: Path
) -> None:
    command = ["recap", str(small_export), "--year", "2024", "--time-zone", "UTC"]
    done = CliRunner().invoke(cli.main, [*command, "--folder", str(tmp_path / "recap")])
    assert done.exit_code == 1
    assert "Your 2024: no play of the 3 that count lies in this period" in done.output
    assert "from 2025-03-01 to 2025-03-03" in done.output
    assert not (tmp_path / "recap").exists()


def test_recap_of_a_wrong_period_is_one_sentence(small_export: Path, tmp_path: Path) -> None:
    command = ["recap", str(small_export), "--since", "soon", "--folder", str(tmp_path / "recap")]
    done = CliRunner().invoke(cli.main, command)
    assert done.exit_code == 1
    assert "ValueError: --since must be a day such as '2025-06-01'; not 'soon'." in done.output
    assert not (tmp_path / "recap").exists()
