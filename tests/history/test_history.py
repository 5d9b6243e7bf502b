"""Adding, reading, taking back, syncing: what a listener does with a kept history."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from spotify_analysis import account_data, demo, errors, loaders, recordings, tables
from spotify_analysis.history import History
from tests.demo.conftest import small_listener
from tests.history.conftest import FIRST, account, newer, older, recent, rows

A, B, C = (600, "A", 200_000), (900, "B", 180_000), (9_000, "C", 5_000)
DAY = 86_400


def test_an_empty_history_is_an_empty_table(keep: History, tmp_path: Path) -> None:
    assert keep.plays().dtypes.equals(tables.empty(tables.PLAYS).dtypes)
    assert list(keep.plays(columns=["track"])) == ["track"]
    assert keep.imports().empty
    assert keep.gaps().empty
    assert not keep.is_begun
    assert keep.check().files.empty
    assert keep.add(tables.empty(tables.PLAYS)).import_id is None
    assert repr(keep) == f"History({str(tmp_path / 'history')!r})"


def test_what_comes_back_is_what_was_added(keep: History) -> None:
    given = newer([A, B, C], local_day=None)
    keep.add(given)
    back = keep.plays()
    assert list(back.columns) == list(tables.PLAYS.columns)
    local = ["local_day", "local_hour", "local_weekday", "time_zone"]
    pd.testing.assert_frame_equal(
        back.drop(columns=local), given.drop(columns=local), check_like=False
    )
    assert tables.facts(back)["time_zone"] == "Europe/Berlin"
    assert list(back["local_hour"]) == [23, 23, 1]  # 22:06:40 UTC began the first
    assert back["local_day"].iloc[2] == pd.Timestamp("2025-01-01")


def test_merged_releases_are_kept_under_their_own_names(keep: History) -> None:
    given = older([A, B])
    given["track"] = pd.array(["Song", "Song - 2011 Remaster"], dtype=tables.STRING)
    keep.add(given)
    merged = recordings.merge(given, recordings.find(given))
    assert merged["track"].tolist() == ["Song", "Song"]
    assert keep.add(merged).n_known == 2
    assert keep.plays()["track"].tolist() == ["Song", "Song - 2011 Remaster"]


def test_only_what_is_asked_for(keep: History) -> None:
    episode = newer([C], kind="episode", track=None, artist=None, show="Show", episode="Part")
    keep.add(pd.concat([newer([A, B]), episode]))
    assert list(keep.plays(since="2025-01-01")["kind"]) == ["episode"]  # Berlin's midnight
    assert list(keep.plays(until="2024-12-31")["track"]) == ["Song A", "Song B"]
    assert list(keep.plays(until="2024-12")["track"]) == ["Song A", "Song B"]
    assert list(keep.plays(until=date(2024, 12, 31))["track"]) == ["Song A", "Song B"]
    assert list(keep.plays(until="2024")["track"]) == ["Song A", "Song B"]
    assert len(keep.plays(until="2025-01-01")) == 3  # that day is in it
    assert len(keep.plays(until="2025-01-01T00:00")) == 2  # and before that moment
    assert len(keep.plays(since=FIRST + pd.Timedelta(seconds=900))) == 2
    assert list(keep.plays(kinds=["track"], columns=["artist", "local_hour"])) == [
        "artist",
        "local_hour",
    ]
    assert len(keep.plays(kinds="audiobook")) == 0
    other = History(keep._store.folder, time_zone="Asia/Tokyo").plays(columns=["local_hour"])
    assert list(other["local_hour"]) == [7, 7, 9]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"kinds": "song"}, "`kinds` must be"),
        ({"columns": ["tracks"]}, "`columns` must be"),
        ({"columns": "track"}, "`columns` must be"),
        ({"since": "yesterday evening"}, "`since` must be"),
        ({"until": None, "since": "NaT"}, "`since` must be"),
        ({"since": 2024}, "`since` must be a moment such as '2025-03-01'; not 2024"),
        ({"kinds": []}, "`kinds` must be among"),
        ({"since": "2025", "until": "2024"}, "lies before `since` .2025.: swap"),
    ],
)
def test_what_cannot_be_asked(keep: History, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        keep.plays(**asked)


def test_rows_that_are_no_plays(keep: History) -> None:
    bad = newer([A, B, C, A, B, C])
    bad["ended_at"] = bad["ended_at"].mask(bad.index == 0)
    bad["started_at"] = bad["started_at"].mask(bad.index == 0)
    bad["logged_at"] = bad["logged_at"].mask(bad.index == 0)
    bad.loc[1, "ended_at"] = pd.Timestamp("1999-01-01", tz="UTC")
    bad.loc[2, "ms_played"] = -1
    bad.loc[3, "kind"] = "jingle"
    done = keep.add(bad)
    assert (done.n_rows, done.n_new, done.n_rejected) == (6, 2, 4)
    assert done.rejected["row"].tolist() == [0, 1, 2, 3]
    assert done.rejected["reason"].tolist() == [
        "it has no time",
        "its `ended_at` lies before Spotify or after 2099",
        "its length is below 0 or above 7 days",
        "its kind is none of track, episode, audiobook, unknown",
    ]
    assert done.rejected["value"].tolist()[2:] == ["-1", "jingle"]
    assert "1 because it has no time" in repr(done)
    assert "<td" in done._repr_html_()
    assert keep.imports()["n_rejected"].tolist() == [4]


def test_taking_back_is_as_if_it_had_never_been_added(keep: History) -> None:
    keep.add(account([A, B, C]))
    before = keep.plays()
    done = keep.add(newer([A, B, C]))
    assert (done.n_new, done.n_gave_way) == (3, 3)
    kept = keep.plays()
    planned = keep.undo(dry_run=True)
    pd.testing.assert_frame_equal(keep.plays(), kept)
    back = keep.undo()
    assert (back.import_id, back.n_removed) == (done.import_id, 0)
    assert (planned.import_id, planned.n_removed, planned.n_plays) == (done.import_id, 0, 3)
    pd.testing.assert_frame_equal(keep.plays(), before)
    assert keep.imports()["is_active"].tolist() == [True, False]
    with pytest.raises(ValueError, match=f"'{done.import_id}' was taken back before"):
        keep.undo(done.import_id)
    with pytest.raises(ValueError, match=r"must be an active import, see .*; not 'x'"):
        keep.undo("x")
    keep.add(newer([A, B, C]))
    assert set(keep.plays()["source"]) == {"extended"}
    assert keep.imports()["is_active"].tolist() == [True, True]
    keep.undo()
    assert keep.undo(dry_run=True).n_removed == 3
    keep.undo()
    assert keep.plays().empty
    assert keep.is_begun
    with pytest.raises(ValueError, match="not None"):
        keep.undo()


def test_tidying_up_changes_no_play(keep: History, tmp_path: Path) -> None:
    for n in range(5):
        keep.add(newer([(100 * n, "A", 5), (100 * n + 50, "B", 5)]))
    keep.undo()
    before = keep.plays()
    done = keep.compact(keep_days=0)
    assert done.n_files < done.n_files_before
    assert done.n_removed > 0
    pd.testing.assert_frame_equal(keep.plays(), before)
    assert keep.check().files.empty
    assert keep.add(newer([(400, "A", 5), (450, "B", 5)])).n_new == 2  # its rows were removed
    with pytest.raises(ValueError, match="`keep_days` must be"):
        keep.compact(keep_days=-1)


def test_a_history_is_private(keep: History, tmp_path: Path) -> None:
    keep.add(newer([A, B]))
    keep.add(account([C]))
    keep.undo()
    keep.compact()
    folder = tmp_path / "history"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_other_programs_read_it(keep: History, tmp_path: Path) -> None:
    keep.add(newer([A, B, C]))
    place = tmp_path / "history" / "plays"
    read = pl.read_delta(str(place))
    assert read.sort("ended_at")["track"].to_list() == ["Song A", "Song B", "Song C"]
    assert sorted(set(read["year"])) == [2024, 2025]
    files = f"{place}/**/*.parquet"
    found = duckdb.sql(f"select year, track from read_parquet('{files}', hive_partitioning = true)")
    assert len(found.fetchall()) == 3


@pytest.mark.usefixtures("made_up_exports")
def test_an_export_is_taken_as_it_is(keep: History, tmp_path: Path) -> None:
    read = account_data.read(demo.export_zip(tmp_path), time_zone="Europe/Berlin", progress=False)
    done = keep.add(read)
    assert done.n_new == len(read.plays) == len(keep.plays())
    assert keep.plays()["ms_played"].sum() == read.plays["ms_played"].sum()
    local = ["local_day", "local_hour", "local_weekday", "time_zone"]
    pd.testing.assert_frame_equal(keep.plays()[local], read.plays[local])
    with pytest.raises(ValueError, match="`plays` must be a table of plays; not str"):
        keep.add("my_spotify_data.zip")  # type: ignore[arg-type]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"artist": ["A"]})])
def test_a_frame_that_holds_no_plays_is_refused(keep: History, frame: pd.DataFrame) -> None:
    with pytest.raises(errors.TableError, match="plays has no column 'ended_at'"):
        keep.add(frame)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.HistoryError, match="cannot be made"):
        History(tmp_path / "file" / "history").add(newer([A]))


# ---------------------------------------------------------------- recent plays


@pytest.fixture(scope="module")
def server() -> Iterator[demo.Server]:
    running = demo.Server(small_listener()).start()
    yield running
    running.stop()


def test_syncing_twice_adds_once(keep: History, server: demo.Server) -> None:
    spotify = demo.connect(server=server, progress=False)
    first = keep.sync(spotify)
    n = len(loaders.recent_plays(spotify))
    assert (first.n_new, first.gap) == (n, None)
    again = keep.sync(spotify)
    assert (again.n_new, again.n_known) == (0, n)
    assert len(keep.imports()) == 1
    spotify.close()


def fifty(first: int) -> pd.DataFrame:
    """Make fifty recent plays, the first of which ended that second."""
    return recent([(first + 100 * n, "AB"[n % 2], 60_000) for n in range(50)])


def test_fault_H7_a_gap_longer_than_recent_plays_reach(keep: History) -> None:
    assert keep.add(fifty(0)).gap is None  # nothing before it is known
    assert keep.add(fifty(3_000)).gap is None  # they overlap
    done = keep.add(fifty(90_000))
    since, until = (FIRST + pd.Timedelta(seconds=s, milliseconds=-321) for s in (7_900, 90_000))
    assert done.gap == (since, until)
    assert "may be missing" in repr(done)
    gaps = keep.gaps()
    assert gaps[["since", "until"]].to_numpy().tolist() == [[since, until]]
    assert gaps["is_filled"].tolist() == [False]
    assert len(keep.plays()) == 130
    # an export that covers it fills it
    keep.add(newer([(second, "A", 60_000) for second in range(0, 100_000, 1_000)]))
    assert keep.gaps()["is_filled"].tolist() == [True]
    keep.undo(done.import_id)
    assert keep.gaps().empty


def test_fewer_than_fifty_leave_no_gap(keep: History) -> None:
    keep.add(fifty(0))
    assert keep.add(fifty(90_000).head(49)).gap is None


def test_many_syncs_leave_few_files(keep: History) -> None:
    for n in range(30):
        keep.add(rows([(10 * n, "A", 1)], source="web_api"))
    assert len(keep.plays()) == 30
    assert len(keep._store.files(keep._store.open("rows"))) < 24  # type: ignore[arg-type]
