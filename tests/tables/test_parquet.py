from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from spotify_analysis import errors, tables


@pytest.fixture
def plays() -> pd.DataFrame:
    rows = [{"ended_at": "2024-05-18T04:03:00.5Z", "artist": "NA", "shuffle": None}, {"artist": ""}]
    frame = tables.with_local_time(tables.conform(rows, tables.PLAYS), "Europe/Berlin")
    return tables.note(frame, rule="every")


def test_plays_and_their_facts_come_back(tmp_path: Path, plays: pd.DataFrame) -> None:
    back = tables.read_parquet(tables.write_parquet(plays, tmp_path / "plays.parquet"))
    pd.testing.assert_frame_equal(back, plays)
    assert tables.facts(back) == {"rule": "every", "time_zone": "Europe/Berlin"}


def test_others_read_it(tmp_path: Path, plays: pd.DataFrame) -> None:
    path = tables.write_parquet(plays, tmp_path / "plays.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(path), plays)
    assert duckdb.read_parquet(str(path)).aggregate("count(*)").fetchall() == [(2,)]


@pytest.mark.parametrize("table", tables.declared().values(), ids=lambda table: table.name)
def test_every_table_comes_back_empty(tmp_path: Path, table: tables.Table) -> None:
    path = tables.write_parquet(tables.empty(table), tmp_path / f"{table.name}.parquet")
    pd.testing.assert_frame_equal(tables.read_parquet(path), tables.empty(table))


def test_attrs_that_are_no_facts_stay_behind(tmp_path: Path) -> None:
    frame = pd.DataFrame({"mine": [1]})
    frame.attrs = {"rule": "every", "owner": object()}
    back = tables.read_parquet(tables.write_parquet(frame, tmp_path / "x.parquet"))
    assert back.attrs == {"rule": "every"}


def test_a_cut_file(tmp_path: Path, plays: pd.DataFrame) -> None:
    path = tables.write_parquet(plays, tmp_path / "plays.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(errors.TableError, match="is no Parquet file, or only a part"):
        tables.read_parquet(path)
    with pytest.raises(errors.TableError, match="cannot be read: No such file"):
        tables.read_parquet(tmp_path / "none.parquet")


def test_what_parquet_cannot_hold(tmp_path: Path, plays: pd.DataFrame) -> None:
    path = tables.write_parquet(plays, tmp_path / "x.parquet")
    with pytest.raises(errors.TableError, match="cannot be stored"):
        tables.write_parquet(pd.DataFrame({"a": [1, "x"]}, dtype=object), path)
    with pytest.raises(errors.TableError, match="exists already"):
        tables.write_parquet(plays, path, overwrite=False)
    pd.testing.assert_frame_equal(tables.read_parquet(path), plays)
