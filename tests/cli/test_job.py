"""What the demo and the report have in common."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from spotify_analysis import cli, history, tables


def test_the_demo_keeps_the_plays_and_says_what_was_new(travels: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    command = ["demo", "--zip", str(travels), "--folder", str(folder), "--time-zone", "UTC"]
    command += ["--zone-of", "US=America/Chicago"]
    first, again = (CliRunner().invoke(cli.main, command) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "  3 new, 0 known, 0 improved, 0 rejected\n" in first.output
    assert "  nothing was new: 3 known\n" in again.output
    for run in (first, again):
        assert f"a history of 3 plays in {folder / 'own_history'}/" in run.output
        assert "of each country, UTC where none is known" in run.output
    kept = history.History(folder / "own_history").plays()
    assert kept["ms_played"].tolist() == [60_000, 120_000, 180_000]
    # the made-up listener's plays go elsewhere
    assert not (folder / "made_up_history").exists()
    plays = tables.read_csv(folder / "plays.csv")
    hours = dict(zip(plays["country"], plays["local_hour"], strict=True))
    assert hours == {"DE": 4, "US": 21, "JP": 12}
