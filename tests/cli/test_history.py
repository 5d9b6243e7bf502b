"""The history that is kept, from a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from spotify_analysis import account_data, cli, demo, history, tables


def test_an_export_is_added_to_the_history_once(small_export: Path, tmp_path: Path) -> None:
    command = ["add", str(small_export), "--history", str(tmp_path / "kept"), "--time-zone", "UTC"]
    first, again = (CliRunner().invoke(cli.main, command) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert "3 plays" in first.output
    assert "--time-zone for another" in first.output
    kept = history.History(tmp_path / "kept").plays()
    assert kept["ms_played"].tolist() == [60_000, 120_000, 180_000]


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
