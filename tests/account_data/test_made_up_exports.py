"""Every generation of both packages, written by the stand-in, against what was really played."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, tables
from spotify_analysis.demo import exports, listener

SINCE, UNTIL = "2022-09-01", "2022-11-15"  # across the break of October 2022
GENERATIONS = ["G1b", "G2a", "G2b", "G2c", "G2d"]


@pytest.fixture(scope="module")
def person() -> Any:
    return listener.listener(1)


def read(path: Any) -> account_data.Export:
    return account_data.read(path, time_zone="Europe/Berlin", progress=False)


def played(person: Any, since: str, until: str) -> list[Any]:
    """Return what was really played, in the order of its end."""
    first, last = (pd.Timestamp(day, tz="UTC").timestamp() * 1000 for day in (since, until))
    plays = [play for play in person.plays if first <= play.ended_at_ms < last]
    return sorted(plays, key=lambda play: (play.ended_at_ms, play.started_at_ms))


def gaps_ms(plays: pd.DataFrame, truth: list[Any]) -> list[int]:
    """Return how far ends lie from the truth, for plays that their length tells apart."""
    n_of_length = Counter(play.ms_played for play in truth)
    ended = dict(zip(plays["ms_played"], plays["ended_at"].astype("int64") // 1000, strict=True))
    return [
        ended[play.ms_played] - play.ended_at_ms
        for play in truth
        if n_of_length[play.ms_played] == 1
    ]


def plain_sum(path: Path) -> tuple[int, int]:
    """Count rows and add up time with nothing but json and a loop."""
    n_rows = ms_played = 0
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if "istory" in name or "endsong" in name or "endvideo" in name:
                if not name.endswith(".json"):
                    continue
                for row in json.loads(packed.read(name)):
                    n_rows += 1
                    ms_played += row["ms_played"] if "ms_played" in row else row["msPlayed"]
    return n_rows, ms_played


@pytest.mark.parametrize("generation", ["G1a", *GENERATIONS])
def test_the_extended_history_is_what_was_played(
    person: Any, tmp_path: Path, generation: str
) -> None:
    since, until = ("2019-09-01", "2019-11-15") if generation == "G1a" else (SINCE, UNTIL)
    path = tmp_path / "export.zip"
    exports.write_extended(
        person, path, generation=generation, since=since, until=until, blemishes=False
    )
    export, truth = read(path), played(person, since, until)
    plays = export.plays
    assert (len(plays), int(plays["ms_played"].sum())) == plain_sum(path)
    assert sorted(plays["ms_played"]) == sorted(play.ms_played for play in truth)
    assert export.report.rejected.empty
    assert export.report.extra_keys == ()
    assert export.report.n_identical == 0
    # this generation cannot say more than "unknown" of audiobooks
    books = "audiobook" if generation in ("G2c", "G2d") else "unknown"
    kinds = Counter({"chapter": books}.get(play.kind, play.kind) for play in truth)
    assert {kind: n for kind, n in export.report.n_by_kind.items() if n} == dict(kinds)
    skipped = sum(play.reason_end in ("fwdbtn", "backbtn", "endplay") for play in truth)
    assert int(plays["was_skipped"].sum()) == skipped
    assert int(plays["incognito"].sum()) == sum(play.incognito for play in truth)
    # what was made offline is stamped later; where the start is given it is put back
    if generation in ("G1a", "G1b", "G2a"):
        late = [abs(gap) > 2_000 for gap in gaps_ms(plays, truth)]
        assert sum(late) / len(late) < 0.01
        assert export.report.n_offline_moved > 0
    hours = plays["local_hour"].value_counts(normalize=True)
    began = [pd.Timestamp(play.started_at_ms, unit="ms", tz="UTC") for play in truth]
    meant_hours = pd.Series(began).dt.tz_convert("Europe/Berlin").dt.hour.value_counts(True)
    assert (hours.astype(float) - meant_hours).abs().max() < 0.01


def test_blemishes_are_reported(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    exports.write_extended(person, path, generation="G2d", since="2019-01-01", until="2022-01-01")
    export = read(path)
    n_rows, ms_played = plain_sum(path)
    assert export.report.n_identical > 0
    assert len(export.plays) + export.report.n_identical == n_rows
    assert export.report.ms_played + export.report.ms_removed == ms_played


def test_five_downloads_of_one_person_are_one_history(person: Any, tmp_path: Path) -> None:
    paths = []
    for generation in GENERATIONS:
        paths.append(tmp_path / f"{generation}.zip")
        exports.write_extended(
            person, paths[-1], generation=generation, since=SINCE, until=UNTIL, blemishes=False
        )
    together, newest = read(paths), read(paths[-1])
    assert len(together.plays) == len(newest.plays)
    assert together.report.n_in_other_file == 4 * len(newest.plays)
    assert together.report.ms_played == newest.report.ms_played
    assert set(together.plays["file"].str.split("/").str[0]) <= {"G2d.zip", "G2c.zip"}
    # the newest rows stay, with the times that only the older downloads still know
    truth = played(person, SINCE, UNTIL)
    late = [
        sum(abs(gap) > 2_000 for gap in gaps_ms(one.plays, truth)) for one in (together, newest)
    ]
    assert late[0] < late[1] / 4


def test_a_download_without_uris_and_one_with(person: Any, tmp_path: Path) -> None:
    span = {"since": "2019-09-01", "until": "2019-11-15", "blemishes": False}
    exports.write_extended(person, tmp_path / "old.zip", generation="G1a", **span)
    exports.write_extended(person, tmp_path / "new.zip", generation="G2d", **span)
    together = read([tmp_path / "old.zip", tmp_path / "new.zip"])
    assert len(together.plays) == len(played(person, span["since"], span["until"]))
    assert together.plays.loc[together.plays["kind"] == "track", "uri"].notna().all()


def test_scrubbed_files(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    exports.write_extended(
        person, path, generation="G2b", since=SINCE, until=UNTIL, blemishes=False, scrubbed=True
    )
    export = read(path)
    assert (len(export.plays), export.report.ms_played) == plain_sum(path)
    assert export.report.rejected.empty


@pytest.mark.parametrize("generation", ["2021", "2023", "2024", "2025", "2026"])
def test_account_data(person: Any, tmp_path: Path, generation: str) -> None:
    path = tmp_path / "my_spotify_data.zip"
    exports.write_account_data(person, path, generation=generation)
    export = read(path)
    assert (len(export.plays), export.report.ms_played) == plain_sum(path)
    assert export.report.rejected.empty
    assert export.report.problems == ()
    assert export.report.n_by_kind["episode"] > 0
    shown = repr(export) + export._repr_html_()
    assert "Muschelgeld" not in shown
    assert not [name for name in ("Payments", "Identity", "Userdata") if name in shown]
    for name, table in export.library.items():
        assert dict(table.dtypes.astype(str)) == tables.declared()[name].dtypes
        assert len(table) == export.report.n_saved[name] > 0 or name == "followed_artists"


def test_both_packages_together(person: Any, tmp_path: Path) -> None:
    exports.write_account_data(person, tmp_path / "account.zip", generation="2024")
    exports.write_extended(
        person, tmp_path / "extended.zip", generation="G2b", until="2024-02-01", blemishes=False
    )
    together = read([tmp_path / "account.zip", tmp_path / "extended.zip"])
    alone = read(tmp_path / "extended.zip")
    by_source = together.plays.groupby("source")["ended_at"].agg(["min", "max", "size"])
    assert by_source.loc["extended", "size"] == len(alone.plays)
    assert by_source.loc["account", "min"] >= by_source.loc["extended", "max"].floor("min")
    assert together.report.n_covered > 0
    months = together.plays["ended_at"].dt.strftime("%Y-%m")
    assert (months == "2024-05").sum() > 0
