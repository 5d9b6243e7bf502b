"""Suggestions from a terminal."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from spotify_analysis import account_data, cli, demo, loaders, recommend, tables
from spotify_analysis.cli import account
from tests.demo.conftest import small_listener


def test_suggest_says_what_the_function_says(many_plays: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli.main,
        [
            *("suggest", str(many_plays), "--mode", "on_repeat", "-n", "4", "--novelty", "0.1"),
            *("--diversity", "0", "--csv", str(tmp_path / "picks.csv")),
        ],
    )
    assert done.exit_code == 0, done.output
    plays = account_data.read(many_plays, progress=False).plays
    picks = recommend.recommend(history=plays, mode="on_repeat", n=4, novelty=0.1, diversity=0.0)
    assert len(picks) == 4
    lines = done.output.splitlines()
    assert lines[0] == f"  1  {picks['track'][0]} - {picks['artist'][0]}"
    assert lines[1] == f"     {picks['reason'][0]}"
    saved = tables.read_csv(tmp_path / "picks.csv")
    assert saved["track"].tolist() == picks["track"].tolist()


def test_suggest_reads_the_history_that_is_kept(many_plays: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "kept")
    empty = CliRunner().invoke(cli.main, ["suggest", "--history", place])
    assert empty.exit_code == 1
    assert "No plays are kept in" in empty.output
    assert "`spotify-analysis add EXPORT`" in empty.output
    assert CliRunner().invoke(cli.main, ["add", str(many_plays), "--history", place]).exit_code == 0
    done = CliRunner().invoke(
        cli.main, ["suggest", "--history", place, "--mode", "on_repeat", "-n", "2"]
    )
    assert done.exit_code == 0, done.output
    assert "  1  Song " in done.output


def test_suggest_refuses_what_cannot_be_measured(many_plays: Path) -> None:
    for mode, said in (
        ("mix", "--mode must be one of on_repeat, "),
        ("on_repeat", "Too few plays to measure on: 45 of 30 s or more"),
    ):
        done = CliRunner().invoke(
            cli.main, ["suggest", str(many_plays), "--evaluate", "--mode", mode]
        )
        assert done.exit_code == 1
        assert said in done.output
    assert CliRunner().invoke(cli.main, ["suggest", "--mode", "best"]).exit_code == 2


def test_suggest_asks_before_it_makes_a_playlist(
    many_plays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo.Server(small_listener()) as server:
        spotify = demo.connect(server=server, progress=False)
        monkeypatch.setattr(account, "connect", lambda *, demo: spotify)
        uris = [f"spotify:track:{id_}" for id_ in list(small_listener().catalogue.tracks)[:9]]
        content = zipfile.ZipFile(many_plays).read("Streaming_History_Audio_2025.json").decode()
        for song, uri in enumerate(uris):
            content = content.replace(f"spotify:track:{song:022d}", uri)
        with zipfile.ZipFile(many_plays, "w") as made:
            made.writestr("Streaming_History_Audio_2025.json", content)
        asked = ["suggest", str(many_plays), "--mode", "on_repeat", "-n", "3", "--playlist", "Mine"]
        before = len(loaders.playlists(spotify))
        refused = CliRunner().invoke(cli.main, asked, input="n\n")
        assert refused.exit_code == 1
        assert "Would create the private playlist 'Mine' with 3 entries." in refused.output
        assert len(loaders.playlists(spotify)) == before
        agreed = CliRunner().invoke(cli.main, asked, input="y\n")
        assert agreed.exit_code == 0, agreed.output
        assert "Created the private playlist 'Mine' with 3 entries." in agreed.output
        made_now = [one for one in server.state.playlists.values() if one.name == "Mine"]
        assert [len(one.entries) for one in made_now] == [3]
        assert {entry.uri for entry in made_now[0].entries} <= set(uris)
        spotify.close()
