"""What an account holds, taken away from a terminal."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from spotify_analysis import cli, demo, tables


def test_without_a_login_the_next_step_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["export", str(tmp_path / "out"), "--yes"])
    assert done.exit_code == 1
    assert "NotLoggedInError" in done.output
    assert "spotify-analysis login" in done.output
    assert not (tmp_path / "out").exists()


def test_export_of_the_made_up_listener(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = CliRunner().invoke(cli.main, ["export", str(folder), "--demo", "--parquet"])
    demo.stop()
    assert done.exit_code == 0, done.output
    names = {path.stem for path in folder.glob("*.csv")}
    assert {"profile", "top_tracks", "top_artists", "recent_plays", "playlist_items"} <= names
    assert names == {path.stem for path in folder.glob("*.parquet")}
    top = tables.read_csv(folder / "top_tracks.csv")
    assert top.equals(tables.read_parquet(folder / "top_tracks.parquet"))
    assert set(top["time_range"]) == set(tables.TIME_RANGES)
