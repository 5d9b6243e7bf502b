"""The terminal does what the functions do, and ends in one sentence when something is wrong."""

from __future__ import annotations

import errno
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from spotify_analysis import (
    account_data,
    cli,
    counting,
    demo,
    history,
    loaders,
    recommend,
    tables,
)
from tests.demo.conftest import small_listener


@pytest.fixture
def small_export(tmp_path: Path) -> Path:
    """Write an export of three plays."""
    rows = [
        {
            "ts": f"2025-03-0{day}T20:15:00Z",
            "ms_played": 60_000 * day,
            "conn_country": "DE",
            "master_metadata_track_name": "<b>Song</b> $x_1$",
            "master_metadata_album_artist_name": "=Artist",
            "master_metadata_album_album_name": "Album",
            "spotify_track_uri": "spotify:track:0000000000000000000001",
            "reason_start": "clickrow",
            "reason_end": "trackdone",
        }
        for day in (1, 2, 3)
    ]
    path = tmp_path / "my_spotify_data.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Streaming_History_Audio_2025.json", json.dumps(rows))
    return path


@pytest.fixture
def travels(tmp_path: Path) -> Path:
    """Write an export of three plays in three countries, each at a quarter past three in UTC."""
    rows = [
        {
            "ts": f"2025-03-0{day}T03:15:00Z",
            "ms_played": 60_000 * day,
            "conn_country": country,
            "master_metadata_track_name": "Song",
            "master_metadata_album_artist_name": "Artist",
            "spotify_track_uri": "spotify:track:0000000000000000000001",
        }
        for day, country in enumerate(("DE", "US", "JP"), start=1)
    ]
    path = tmp_path / "Streaming_History_Audio_2025.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


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


def test_wrong_options_are_refused_before_anything_is_read(small_export: Path) -> None:
    for wrong in (
        ["report", str(small_export), "--rule", "foo"],
        ["report", str(small_export), "--time-zone", "Europe/Atlantis"],
        ["demo", "--serve", "--port", "99999"],
    ):
        done = CliRunner().invoke(cli.main, wrong)
        assert done.exit_code in (1, 2)
        assert wrong[-1] in done.output
        assert "read the export" not in done.output


def test_the_terminal_knows_every_counting_rule() -> None:
    assert set(cli.RULES.choices) == set(counting.RULES)
    assert set(cli.MODES.choices) == set(recommend.MODES)


def test_a_second_run_leaves_nothing_of_the_first(small_export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("saved_tracks.csv", "recent_plays.csv", "release_decades.png", "mine.csv"):
        (folder / name).write_text("of somebody else", encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["report", str(small_export), "--folder", str(folder)])
    assert done.exit_code == 0, done.output
    left = {path.name for path in folder.iterdir() if b"somebody" in path.read_bytes()}
    assert left == {"mine.csv"}


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


def test_without_a_login_the_next_step_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["export", str(tmp_path / "out"), "--yes"])
    assert done.exit_code == 1
    assert "NotLoggedInError" in done.output
    assert "spotify-analysis login" in done.output
    assert not (tmp_path / "out").exists()


def test_status_and_logout_without_a_login() -> None:
    status = CliRunner().invoke(cli.main, ["status"])
    assert status.exit_code == 0, status.output
    assert "no" in status.output
    assert CliRunner().invoke(cli.main, ["logout"]).exit_code == 0


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


def test_an_export_is_added_to_the_history_once(small_export: Path, tmp_path: Path) -> None:
    command = ["add", str(small_export), "--history", str(tmp_path / "kept"), "--time-zone", "UTC"]
    first, again = (CliRunner().invoke(cli.main, command) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "3 plays" in first.output
    assert "--time-zone for another" in first.output
    kept = history.History(tmp_path / "kept").plays()
    assert kept["ms_played"].tolist() == [60_000, 120_000, 180_000]


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


def test_a_question_in_sql_from_the_terminal(travels: Path, tmp_path: Path) -> None:
    kept = ["--history", str(tmp_path / "kept")]
    added = CliRunner().invoke(cli.main, ["add", str(travels), *kept, "--time-zone", "UTC"])
    assert added.exit_code == 0, added.output
    query = "SELECT country, sum(ms_played) AS ms, max(ended_at) AS last FROM plays GROUP BY ALL"
    written = tmp_path / "new" / "countries.csv"
    command = ["sql", f"{query} ORDER BY country", *kept, "--csv", str(written)]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "spotify_analysis.cli", *command],
        capture_output=True,
        encoding="utf-8",
        check=False,
        # the zone of the computer must not move the instants
        env={**os.environ, "TZ": "Asia/Tokyo"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    assert rows[1] == ["country", "ms", "last"]
    assert [row for row in rows if row and row[0] in ("DE", "JP", "US")] == [
        ["DE", "60000", "2025-03-01 03:15:00+00"],
        ["JP", "180000", "2025-03-03 03:15:00+00"],
        ["US", "120000", "2025-03-02 03:15:00+00"],
    ]
    assert f"wrote {written}  3 rows" in done.stdout
    assert tables.read_csv(written)["ms"].tolist() == [60_000, 180_000, 120_000]


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ([], [3, 3, 3]),
        (["--time-zone", "Asia/Kolkata"], [8, 8, 8]),  # 8:45 in the morning
        (["--by-country"], [4, 12, 3]),  # the United States have several zones
        (["--zone-of", "us=America/Chicago"], [4, 12, 21]),  # the evening before
    ],
)
def test_sql_by_the_local_time_of_where_one_was(
    travels: Path, tmp_path: Path, options: list[str], hours: list[int]
) -> None:
    keep = history.History(tmp_path / "kept", time_zone="UTC")
    keep.add(account_data.read(travels, time_zone="UTC", progress=False))
    written = tmp_path / "hours.csv"
    query = "SELECT country, local_hour FROM plays ORDER BY country"
    command = ["sql", query, "--history", str(tmp_path / "kept"), "--csv", str(written), *options]
    done = CliRunner().invoke(cli.main, command)
    assert done.exit_code == 0, done.output
    assert tables.read_csv(written)["local_hour"].tolist() == hours


def test_a_long_answer_is_shown_in_part_and_written_whole(travels: Path, tmp_path: Path) -> None:
    history.History(tmp_path / "kept").add(account_data.read(travels, progress=False))
    written = tmp_path / "answer.csv"
    query = "SELECT unnest(range(1000)) AS number FROM plays"
    done = CliRunner().invoke(
        cli.main, ["sql", query, "--history", str(tmp_path / "kept"), "--csv", str(written)]
    )
    assert done.exit_code == 0, done.output
    assert "40 shown" in done.output
    assert len(done.output.splitlines()) < 60
    assert len(tables.read_csv(written)) == 3_000


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT nothing FROM plays", 'QueryError: .*"nothing" not found'),
        ("DROP TABLE plays", "ValueError: QUERY must be one SELECT statement; not DROP"),
        ("SELECT * FROM 'secret.csv'", "QueryError: "),
        ("SELECT [1] AS listed FROM plays", "TableError: Column 'listed' cannot be written"),
    ],
)
def test_a_question_that_has_no_answer_is_one_sentence(
    travels: Path, tmp_path: Path, query: str, said: str
) -> None:
    history.History(tmp_path / "kept").add(account_data.read(travels, progress=False))
    written = tmp_path / "answer.csv"
    done = CliRunner().invoke(
        cli.main, ["sql", query, "--history", str(tmp_path / "kept"), "--csv", str(written)]
    )
    assert done.exit_code == 1
    assert re.search(said, done.stderr), done.output
    assert done.stderr.count("\n") == 1
    assert not written.exists()


def test_sql_without_a_history_names_the_next_step(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["sql", "SELECT 1", "--history", str(tmp_path / "typo")])
    assert done.exit_code == 1
    assert "HistoryError: There are no plays in" in done.stderr
    assert "typo" in done.stderr
    assert "spotify-analysis add" in done.stderr
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["US"], "must be a country and its zone, such as US=America/Chicago, once per country"),
        (["US=UTC", "--zone-of", "us=UTC"], "once per country; not 'us=UTC'"),
        (["XX=UTC"], "--zone-of must name countries by their ISO 3166-1 codes"),
        (["US=Mars"], "--zone-of US must be an IANA name"),
    ],
)
def test_a_wrong_zone_of_a_country_is_refused_before_anything_is_read(
    travels: Path, tmp_path: Path, option: list[str], said: str
) -> None:
    folder = tmp_path / "out"
    for command in (["recap", str(travels)], ["report", str(travels)]):
        done = CliRunner().invoke(
            cli.main, [*command, "--folder", str(folder), "--zone-of", *option]
        )
        assert done.exit_code in (1, 2)
        assert said in " ".join(done.output.split())
        assert not folder.exists()


def test_a_damaged_file_can_be_passed_over(small_export: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(small_export, "a") as made:
        made.writestr(
            "Streaming_History_Audio_2026.json", '[{"ts": "2026-01-01T00:00:00Z", "ms_played": 1'
        )
    command = ["add", str(small_export), "--history", str(tmp_path / "kept")]
    stopped = CliRunner().invoke(cli.main, command)
    assert stopped.exit_code == 1
    assert "--skip-damaged" in stopped.output
    assert not (tmp_path / "kept").exists()
    done = CliRunner().invoke(cli.main, [*command, "--skip-damaged"])
    assert done.exit_code == 0, done.output
    assert "Streaming_History_Audio_2026.json" in done.output
    assert len(history.History(tmp_path / "kept").plays()) == 3


def test_sync_keeps_recent_plays(tmp_path: Path) -> None:
    command = ["sync", "--history", str(tmp_path / "kept"), "--demo"]
    first, again = (CliRunner().invoke(cli.main, command) for _ in range(2))
    demo.stop()
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "50 plays" in first.output
    assert "told nothing new" in again.output


def test_the_stand_in_in_the_foreground_until_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "spotify_analysis.cli", "demo", "--serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = "".join(itertools.takewhile(lambda line: "_API_URL=" not in line, process.stdout))
        url = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert url is not None
        about = requests.get(f"{url[0]}/_demo", timeout=5).json()
        assert f"SPOTIPY_CLIENT_ID={about['client_id']}" in said
        assert f"SPOTIFY_ANALYSIS_ACCOUNTS_URL={about['accounts_url']}" in said
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 0


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


@pytest.fixture
def many_plays(tmp_path: Path) -> Path:
    """Write an export of nine songs, each heard on five days."""
    rows = [
        {
            "ts": f"2025-0{3 + song % 2}-{1 + day + 5 * (song // 2):02d}T1{day}:15:00Z",
            "ms_played": 200_000,
            "conn_country": "DE",
            "master_metadata_track_name": f"Song {song}",
            "master_metadata_album_artist_name": f"Artist {song}",
            "master_metadata_album_album_name": "Album",
            "spotify_track_uri": f"spotify:track:{song:022d}",
            "reason_start": "clickrow",
            "reason_end": "trackdone",
        }
        for song in range(9)
        for day in range(5)
    ]
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Streaming_History_Audio_2025.json", json.dumps(rows))
    return path


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
        monkeypatch.setattr(cli, "_connect", lambda *, demo: spotify)
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
