"""Plays to draw: one day, and fifteen years, by artists whose names are hard to write."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from spotify_analysis import counting, tables

NASTY = (
    "$uicideboy$",
    "{curly}_under_score^2 $",
    "椎名林檎 / Sheena Ringo",
    "방탄소년단",
    "فيروز",
    "שלום חנוך",
    "ไทย คาราบาว",
    "मोहम्मद रफ़ी",
    "🔥🔥👩‍👩‍👧 Emoji",
    "Many Words and Many More of Them Until Nobody Would Read to the End of the Name",
    "two\nlines\tand a tab",
    "Ке́ды",
)


PLATFORMS = ("ios", "macos", "speaker", "tv", "web", "console", "car")
ABROAD = ("GB", "BO", "KR", "US", "VC")  # some countries have very long names


@pytest.fixture(autouse=True)
def _no_figure_left(recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    """Close what a test drew."""
    yield
    plt.close("all")


def make_plays(n_days: int, *, until: str = "2026-11-22", per_day: float = 3) -> pd.DataFrame:
    """Return plays on the last days up to one, at random but always the same."""
    random = np.random.default_rng(n_days)
    n = max(int(n_days * per_day), 14)
    day = np.datetime64(until, "D") - random.integers(0, n_days, n)
    start = day.astype("datetime64[s]") + random.integers(7 * 3600, 23 * 3600, n)
    ms_played = random.integers(31_000, 400_000, n)
    artist = np.minimum(random.geometric(0.25, n), len(NASTY)) - 1
    began = pd.DatetimeIndex(np.sort(start), tz="UTC")
    frame = pd.DataFrame(
        {
            "started_at": began,
            "ended_at": began + pd.to_timedelta(ms_played, unit="ms"),
            "ms_played": ms_played,
            "kind": "track",
            "artist": [NASTY[k] for k in artist],
            "track": [f"{NASTY[-1 - k]} {k % 3}" for k in artist],
            "album": [f"Album of {NASTY[k]}" for k in artist],
            "platform": [PLATFORMS[k % len(PLATFORMS)] for k in artist],
            # a journey every fifty days, to five countries in turn
            "country": [
                ABROAD[number // 50 % len(ABROAD)] if number % 50 < 6 else "DE"
                for number in np.sort(day).astype("int64").tolist()
            ],
            "offline": artist == 2,
            "incognito": artist == 4,
        }
    )
    plays = tables.with_local_time(tables.conform(frame, tables.PLAYS), "UTC")
    return counting.count(plays, "every")  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def one_day() -> pd.DataFrame:
    """Return the plays of one day."""
    return make_plays(1)


@pytest.fixture(scope="session")
def fifteen_years() -> pd.DataFrame:
    """Return the plays of fifteen years."""
    return make_plays(15 * 365, per_day=0.7)


@pytest.fixture
def no_plays() -> pd.DataFrame:
    """Return the table of plays without rows."""
    return tables.empty(tables.PLAYS)


@pytest.fixture(scope="session")
def top_lists() -> pd.DataFrame:
    """Return three top lists, in each of which the others' order is turned by some places."""
    return tables.conform(
        [
            {"time_range": name, "rank": rank, "artist": NASTY[(rank + turn) % len(NASTY)]}
            for turn, name in enumerate(tables.TIME_RANGES)
            for rank in range(1, 11)
        ],
        tables.TOP_ARTISTS,
    )


@pytest.fixture(scope="session")
def saved() -> pd.DataFrame:
    """Return saved tracks of twelve decades."""
    return tables.conform(
        [
            {"track": f"T{n}", "artist": "A", "uri": str(n), "release_year": 2026 - n * n // 7}
            for n in range(29)
        ],
        tables.SAVED_TRACKS,
    )


@pytest.fixture(scope="session")
def playlists() -> pd.DataFrame:
    """Return twelve playlists of up to forty tracks, added in nine years, some in several."""
    random = np.random.default_rng(5)
    rows = [
        {
            "playlist": name,
            "playlist_id": f"id{k}",
            "position": position,
            "kind": "track",
            "track": f"T{random.integers(0, 60)}",
            "artist": "A",
            "added_at": pd.Timestamp("2017-01-01", tz="UTC")
            + pd.Timedelta(days=int(random.integers(0, 3300))),
        }
        for k, name in enumerate(NASTY)
        for position in range(4 + 3 * k)
    ]
    return tables.conform(rows, tables.PLAYLIST_ITEMS)


@pytest.fixture(scope="session")
def calls() -> pd.DataFrame:
    """Return the calls of twelve days: some refused as too many, some failed."""
    return tables.conform(
        [
            {
                "day": pd.Timestamp(2026, 11, 11) + pd.Timedelta(days=day),
                "endpoint": "GET /me/tracks",
                "status": status,
                "n_calls": 1 + day * 7 % 12,
                "waited_s": 4_000.0 if status == 429 else 0.0,
            }
            for day in range(12)
            for status in (200, *((429, 503) if day % 3 == 0 else ()))
        ],
        tables.USAGE,
    )


@pytest.fixture(scope="session")
def measured() -> pd.DataFrame:
    """Return how a mode did: nasty names among the methods, from all right to none, one unknown."""
    lengths = [1.0, *(0.56 / (1 + n) for n in range(len(NASTY) + 2)), 0.0, None]
    methods = ["rediscover", "frequency", "most_recent", "random", *NASTY, "on_repeat"]
    return _measured(methods, lengths, 31, mode="rediscover", horizon_days=28.0)


@pytest.fixture(scope="session")
def measured_sessions() -> pd.DataFrame:
    """Return how the continuing of sessions did."""
    methods = ["continue", "on_repeat", "frequency", "most_recent", "random"]
    lengths = [0.21, 0.19, 0.023, 0.16, 0.004]
    return _measured(methods, lengths, 1_031, mode="continue", n_seeds=3)


def _measured(
    methods: list[str], lengths: list[float | None], n_cuts: int, **facts: object
) -> pd.DataFrame:
    rows = [
        {
            "method": method,
            "ndcg": length,
            "ndcg_se": None if length is None else 0.04 * length,
            "vs_frequency": None if length is None else length / 0.001,
            "n_cuts": n_cuts,
        }
        for method, length in zip(methods, lengths, strict=True)
    ]
    table = tables.conform(rows, tables.EVALUATION)
    table.attrs = {"k": 20, "n_plays": 65_000, **facts}
    return table
