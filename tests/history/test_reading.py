"""Only what is asked for leaves the disk: counted, not timed."""

from __future__ import annotations

import io
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spotify_analysis import tables
from spotify_analysis.history import History, pieces
from tests.history.conftest import newer, recent

YEAR = 366 * 86_400


class Counted(io.FileIO):
    """A file that counts what is read of it."""

    bytes_of: Counter[str]

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size)
        self.bytes_of[self.shown] += len(data)
        return data

    def readinto(self, buffer: Any, /) -> int:
        n = super().readinto(buffer) or 0
        self.bytes_of[self.shown] += n
        return n

    @property
    def shown(self) -> str:
        return Path(str(self.name)).parent.name


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the bytes that are read of the plays of each year."""
    counted: Counter[str] = Counter()

    def opened(path: Path) -> Counted:
        file = Counted(path)
        file.bytes_of = counted
        return file

    monkeypatch.setattr(pieces, "opened", opened)
    return counted


@pytest.fixture
def kept(keep: History) -> History:
    """Give a history of three years, most of whose bytes are in one column."""
    chance = random.Random(1)
    heard = [
        (YEAR * n + 50 * m + 90_000, "AB"[m % 2], 20_000) for n in range(3) for m in range(800)
    ]
    text = [f"spotify:playlist:{chance.getrandbits(2_000):x}" for _ in heard]
    keep.add(newer(heard).assign(context_uri=text))
    return keep


def test_only_the_years_that_are_asked_for_are_opened(kept: History, read: Counter[str]) -> None:
    kept.plays()
    assert sorted(read) == ["year=2025", "year=2026", "year=2027"]
    read.clear()
    assert len(kept.plays(since="2026-01-02", until="2026-12-31")) == 800
    assert sorted(read) == ["year=2026"]
    read.clear()
    assert len(kept.plays(since="2027-01-02")) == 800
    assert sorted(read) == ["year=2027"]


def test_only_the_columns_that_are_asked_for_are_read(kept: History, read: Counter[str]) -> None:
    assert kept.plays()["context_uri"].str.len().min() > 400
    everything = read.total()
    read.clear()
    assert list(kept.plays(columns=["artist", "local_hour"])) == ["artist", "local_hour"]
    # Arrow looks at the last 64 KB of a file to find its foot
    assert read.total() < 3 * 80_000 < everything / 2


def test_no_row_of_a_kind_is_read_where_there_is_none(kept: History, read: Counter[str]) -> None:
    assert kept.plays(kinds="episode").empty
    assert read.total() < 3 * 80_000
    assert len(kept.plays(kinds=["episode", "track"])) == 2_400


def test_a_column_of_one_value_or_none_is_as_it_was(keep: History) -> None:
    given = newer([(60 * n, "A", 1_000) for n in range(5)], offline=True, country="DE")
    given.loc[3, "country"] = None
    later = newer([(YEAR, "B", 5)], country="AT", offline=None)
    keep.add(given)
    keep.add(later)
    plays = keep.plays()
    assert plays["country"].fillna("-").tolist() == ["DE", "DE", "DE", "-", "DE", "AT"]
    assert plays["offline"].fillna(value=False).tolist() == [True] * 5 + [False]
    assert plays["show"].isna().all()
    assert plays["source"].tolist() == ["extended"] * 6


def test_what_was_read_can_be_changed(keep: History) -> None:
    keep.add(newer([(0, "A", 5), (60, "B", 5)]))
    plays = keep.plays()
    for name in plays:
        plays.loc[0, name] = plays.loc[1, name]
    pd.testing.assert_series_equal(plays.iloc[0], plays.iloc[1], check_names=False)
    assert keep.plays()["track"].tolist() == ["Song A", "Song B"]


def test_a_sync_reads_only_what_it_can_change(kept: History, read: Counter[str]) -> None:
    kept.plays()
    everything = dict(read)
    read.clear()
    later = recent([(2 * YEAR + 200_000 + 200 * n, "C", 20_000) for n in range(30)])
    assert kept.add(later).n_new == 30
    assert read["year=2027"] > 200_000
    assert read["year=2025"] + read["year=2026"] < 2 * 80_000 < everything["year=2025"]
    assert len(kept.plays()) == 2_430
    assert kept.check().n_restored == 0
    read.clear()
    assert kept.undo().n_removed == 30
    assert read["year=2025"] + read["year=2026"] < 2 * 80_000
    assert len(kept.plays()) == 2_400


def test_plays_lie_on_the_disk_in_their_order(keep: History, tmp_path: Path) -> None:
    # written side by side, pieces of a table would come back in any order, and be sorted each time
    plays = newer([(90_000 + 60 * n, "AB"[n % 2], 20_000) for n in range(20_000)])
    plays["file"] = tables.from_arrow(tables.repeated("new.json", len(plays)), tables.STRING)
    assert pa.array(plays["file"]).num_chunks > 1
    keep.add(plays)
    files = list((tmp_path / "history" / "plays").glob("*/*.parquet"))
    assert sum(pq.read_metadata(file).num_rows for file in files) == len(plays)
    for file in files:
        assert pd.Series(pq.read_table(file)["ended_at"].to_pandas()).is_monotonic_increasing
