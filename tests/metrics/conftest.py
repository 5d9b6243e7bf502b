"""A week of plays small enough to count by hand, on every engine."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import tables

ZONE = "Asia/Kolkata"  # half an hour off: minutes of the clock differ from those of UTC

# local start, minutes, kind, track, artist, album, show, episode
_ROWS = [
    ("2023-12-31 23:50", 4, "track", "Alpha", "Ann", "First", None, None),
    ("2023-12-31 23:54", 6, "track", "Beta", "Ann", "First", None, None),
    # 29 minutes of silence: the same session, in another year
    ("2024-01-01 00:29", 3, "track", "Alpha", "Ann", "First", None, None),
    # 30 minutes of silence: a session of its own
    ("2024-01-01 01:02", 3, "track", "Gamma", "Bo", "Second", None, None),
    ("2024-01-01 09:00", 60, "episode", None, None, None, "Talk", "One"),
    # the same title by another artist is another track; the album is not known
    ("2024-01-03 09:10", 5, "track", "Alpha", "Bo", None, None, None),
    # no length: the Web API's recent plays have none
    ("2024-01-08 09:00", None, "track", "Gamma", "Bo", "Second", None, None),
]


# two thousand tests ask for these: made once, and every test has a copy to do with as it likes
@functools.cache
def _plays() -> pd.DataFrame:
    local = pd.to_datetime([row[0] for row in _ROWS])
    started = local.tz_localize(ZONE).tz_convert("UTC")
    frame = pd.DataFrame(
        {
            "started_at": started,
            "ended_at": started + pd.to_timedelta([row[1] or 0 for row in _ROWS], unit="min"),
            "ms_played": pd.array([row[1] for row in _ROWS], dtype="Int64") * 60_000,
            "uri": [None if n == 5 else f"spotify:track:{n}" for n in range(len(_ROWS))],
            "local_day": local.floor("D"),
            "local_hour": local.hour,
            "local_weekday": local.day_of_week + 1,
            "time_zone": ZONE,
        }
    )
    names = ("kind", "track", "artist", "album", "show", "episode")
    for place, name in enumerate(names, start=2):
        frame[name] = [row[place] for row in _ROWS]
    frame = tables.conform(frame.iloc[[3, 0, 6, 1, 5, 4, 2]], tables.PLAYS)
    return tables.note(frame, rule="every", rule_text="every row", time_zone=ZONE)


@functools.cache
def _no_plays() -> pd.DataFrame:
    return tables.empty(tables.PLAYS)


@functools.cache
def _nothing_known() -> pd.DataFrame:
    return tables.conform(pd.DataFrame(index=range(3)), tables.PLAYS)


@pytest.fixture
def plays() -> pd.DataFrame:
    """Seven plays by Ann and Bo around New Year 2024, not in the order of time."""
    return _plays().copy()


@pytest.fixture
def no_plays() -> pd.DataFrame:
    """Return the table of plays without rows."""
    return _no_plays().copy()


@pytest.fixture
def nothing_known() -> pd.DataFrame:
    """Three plays of which nothing at all is known."""
    return _nothing_known().copy()


def _polars(frame: pd.DataFrame) -> Any:
    import polars as pl

    return pl.from_pandas(frame)


def _duckdb(frame: pd.DataFrame) -> Any:
    import duckdb

    return duckdb.from_arrow(_polars(frame).to_arrow())


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "pandas, categorical": lambda frame: frame.astype(
        {name: "category" for name in ("track", "artist", "album") if name in frame}
    ),
    "polars": _polars,
    "polars, lazy": lambda frame: _polars(frame).lazy(),
    "pyarrow": lambda frame: _polars(frame).to_arrow(),
    "duckdb": _duckdb,
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Callable[[pd.DataFrame], Any]:
    """Return how to hand a pandas frame to an engine."""
    return ENGINES[request.param]
