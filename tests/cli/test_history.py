"""The history that is kept, from a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from spotify_analysis import account_data, cli, demo, history, tables
from spotify_analysis.cli import wording
from spotify_analysis.history import queue
from tests.history.conftest import newer, recent


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


class TestTakingBackCheckingTidying:
    """What was added: list it, take it back, check it, tidy it up."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        """Keep a history of two imports: three plays, and one that Spotify told of."""
        place = tmp_path / "kept"
        keep = history.History(place, time_zone="UTC")
        keep.add(newer([(600, "A", 200_000), (900, "B", 180_000), (9_000, "C", 5_000)]))
        keep.add(recent([(90_000, "D", 1_000)]))
        return place

    def run(self, *command: object, exit_code: int = 0, **how: Any) -> Result:
        done = CliRunner().invoke(cli.main, [str(one) for one in command], **how)
        assert done.exit_code == exit_code, done.output
        return done

    def test_what_was_added(self, place: Path, tmp_path: Path) -> None:
        first, second = history.History(place).imports()["import_id"]
        written = tmp_path / "imports.csv"
        done = self.run("imports", "--history", place, "--csv", written)
        lines = done.output.splitlines()
        assert lines[0].split() == [
            "import",
            "added",
            "(UTC)",
            *("from", "to", "rows", "new", "out", "of"),
        ]
        assert lines[1].split()[0] == first
        assert lines[1].split()[3:] == ["2024-12-31", "2025-01-01", "3", "3", "new.json"]
        assert lines[2].split()[0] == second
        assert lines[2].split()[3:] == ["2025-01-01", "2025-01-01", "1", "1", "web_api"]
        assert lines[3:] == [f"wrote {written}  2 rows"]
        assert tables.read_csv(written)["n_new"].tolist() == [3, 1]

    def test_many_files_and_nasty_names_stay_one_line(self, tmp_path: Path) -> None:
        keep = history.History(tmp_path / "kept", time_zone="UTC")
        name = lambda end, song, ms: f"deep/\x1b[2J{song}.json"  # noqa: E731
        keep.add(newer([(600 * n, f"{n:02}", 60_000) for n in range(60)], file=name))
        line = self.run("imports", "--history", tmp_path / "kept").output.splitlines()[1]
        assert line.endswith("  60   60  ?[2J00.json and 59 more")

    def test_gaps_that_nothing_fills_are_named(self, place: Path) -> None:
        later = [(900_000 + 100 * n, f"{n:02}", 60_000) for n in range(50)]
        history.History(place).add(recent(later))
        last = self.run("imports", "--history", place).output.splitlines()[-1]
        assert last == (
            "1 gap in which plays may be missing, the last from 2025-01-01 22:59 to 2025-01-11 "
            "07:59 (UTC): an export of that time fills it."
        )

    def test_taking_back_says_what_goes_and_asks(self, place: Path) -> None:
        keep = history.History(place)
        first = keep.imports()["import_id"][0]
        command = ("undo", first, "--history", place)
        for answer in ("n\n", ""):
            refused = self.run(*command, exit_code=1, input=answer)
            assert "This would take back 3 plays and leave 1.\n" in refused.stdout
            assert "Take this import back? [y/N]" in refused.stdout
            assert "in a script, --yes goes on without asking" in refused.stderr
            assert len(keep.plays()) == 4
        agreed = self.run(*command, input="y\n")
        assert "Took back 3 plays and left 1." in agreed.output
        assert keep.plays()["track"].tolist() == ["Song D"]
        assert "  taken back  new.json" in self.run("imports", "--history", place).output

    def test_a_script_takes_back_what_it_names_and_no_other(self, place: Path) -> None:
        keep = history.History(place)
        first = keep.imports()["import_id"][0]
        command = ("undo", first, "--history", place, "--yes")
        assert "?" not in self.run(*command).output
        again = self.run(*command, exit_code=1)
        assert again.stderr == (
            "ValueError: IMPORT must be an active import, see `spotify-analysis imports`; "
            f"{first!r} was taken back before.\n"
        )
        assert len(keep.plays()) == 1
        wrong = self.run("undo", "typo", "--history", place, "--yes", exit_code=1)
        assert "see `spotify-analysis imports`; not 'typo'." in wrong.stderr
        assert "Missing argument 'IMPORT'" in self.run("undo", exit_code=2).stderr

    def test_another_import_may_come_between_the_question_and_the_answer(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep = history.History(place)
        second = keep.imports()["import_id"][1]
        later = newer([(500_000, "E", 1_000)])
        monkeypatch.setattr(wording, "confirm", lambda question: keep.add(later))
        self.run("undo", second, "--history", place)
        assert keep.plays()["track"].str[-1].tolist() == ["A", "B", "C", "E"]

    def test_a_damaged_file_is_restored_and_that_ends_in_0(self, place: Path) -> None:
        # the file that is in use: beside it lies that of the version before
        (damaged,) = (
            place / "plays" / piece.path
            for piece in history.History(place).scan().get_fragments()
            if "year=2025" in piece.path
        )
        damaged.write_bytes(b"")
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            asked = self.run("sql", "SELECT count(*) AS n FROM plays", "--history", place)
        assert asked.stderr == (
            f"Warning: {damaged} is damaged, and what it held is left out. "
            "`spotify-analysis check` sets it aside and restores what can be restored.\n"
        )
        found = self.run("check", "--history", place)
        assert f"damaged   plays/year=2025/{damaged.name}: " in found.output
        assert "restored  " in found.output
        assert "kept      4 plays\n" in found.output
        whole = self.run("check", "--history", place)
        assert whole.output == "check  every file is whole\nkept   4 plays\n"

    def test_lost_rows_end_in_1_until_they_are_added_again(self, place: Path) -> None:
        for rows in (place / "rows").glob("*.parquet"):
            rows.write_bytes(b"")
        for _ in range(2):
            found = self.run("check", "--history", place, exit_code=1)
            assert ": new.json\n" in found.stdout
            assert "Add the files named above again" in found.stderr
        keep = history.History(place)
        assert len(keep.plays()) == 4
        keep.add(newer([(600, "A", 200_000), (900, "B", 180_000), (9_000, "C", 5_000)]))
        keep.add(recent([(90_000, "D", 1_000)]))
        self.run("check", "--history", place)

    def test_what_was_taken_back_is_gone_from_the_disk(self, place: Path) -> None:
        first = history.History(place).imports()["import_id"][0]
        self.run("undo", first, "--history", place, "--yes")
        assert b"Song A" in b"".join(path.read_bytes() for path in place.rglob("*.parquet"))
        done = self.run("compact", "--history", place, "--keep-days", "0")
        assert re.search(r"^removed  [1-9]\d* files of old versions$", done.output, re.MULTILINE)
        assert b"Song A" not in b"".join(path.read_bytes() for path in place.rglob("*.parquet"))
        assert len(history.History(place).plays()) == 1
        for wrong, code in (("-1", 2), ("soon", 2), ("nan", 1)):
            refused = self.run("compact", "--history", place, "--keep-days", wrong, exit_code=code)
            assert "--keep-days" in refused.stderr

    @pytest.mark.parametrize("command", [["imports"], ["undo", "x"], ["check"], ["compact"]])
    def test_without_a_history_none_is_begun(self, tmp_path: Path, command: list[str]) -> None:
        done = self.run(*command, "--history", tmp_path / "typo", exit_code=1)
        assert done.stderr.startswith("HistoryError: There is no history in ")
        assert "typo" in done.stderr
        assert "`spotify-analysis add FILE.zip`" in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "typo").exists()

    def test_a_history_that_is_in_use(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(history.History.__init__.__kwdefaults__, "wait_s", 0.1)
        first = history.History(place).imports()["import_id"][0]
        with queue.turn(place, doing="adding plays", wait_s=0):
            assert (
                "new.json" in self.run("imports", "--history", place).output
            )  # readers never wait
            for command in (["undo", first, "--yes"], ["check"], ["compact"]):
                busy = self.run(*command, "--history", place, exit_code=1)
                assert busy.stderr.startswith("HistoryBusyError: Process ")
                assert "(adding plays, since" in busy.stderr
                assert "Nothing was changed; try again" in busy.stderr
        assert len(history.History(place).plays()) == 4
