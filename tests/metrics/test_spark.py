"""Every metric on Spark: the same table as from pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from spotify_analysis import metrics, tables
from spotify_analysis.metrics import _plays
from tests.metrics import cases
from tests.metrics.test_all_metrics import same

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def handed_over() -> dict[int, Any]:
    """Keep what Spark was given: handing over takes longer than most metrics."""
    return {}


@pytest.fixture
def on_spark(spark: Any, plays: pd.DataFrame, handed_over: dict[int, Any]) -> Any:
    """Hand the seven plays to Spark, once."""
    if not handed_over:
        arrow = pa.Table.from_pandas(plays, preserve_index=False)
        handed_over[0] = spark.createDataFrame(arrow).cache()
    return handed_over[0]


def every_metric() -> list[Any]:
    """Name every metric; those that cannot run on Spark must still fail there."""
    why_not = _plays.NOT_ON["spark"]
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=why_not[name.split()[0]], strict=True))
        if name.split()[0] in why_not
        else name
        for name in cases.OF_PLAYS
    ]


@pytest.mark.parametrize("name", every_metric())
def test_spark_agrees_with_pandas(name: str, on_spark: Any, plays: pd.DataFrame) -> None:
    metric, _ = cases.OF_PLAYS[name]
    plays.attrs = {}  # only pandas frames carry facts
    same(metric(on_spark), metric(plays))


# metrics of more than one table, or of another: all of them are in one test
OF_OTHER_TABLES: dict[str, Callable[[Any, Any], pd.DataFrame]] = {
    "comparison": lambda plays, _: metrics.comparison(plays, plays, of="tracks"),
    "affinity": lambda plays, _: metrics.affinity(plays, plays),
    "taste_match": lambda plays, _: metrics.taste_match(plays, plays),
    "hour_comparison": lambda plays, _: metrics.hour_comparison(plays, plays),
    "playlist_entries": lambda plays, items: metrics.playlist_entries(items, plays),
    "playlist_use": lambda plays, items: metrics.playlist_use(items, plays),
    "playlist_overlap": lambda _, items: metrics.playlist_overlap(items),
    "playlist_growth": lambda _, items: metrics.playlist_growth(items),
    "liked_songs": lambda plays, items: metrics.liked_songs(items, plays),
    "release_decades": lambda plays, items: metrics.release_decades(items, plays=plays),
    "releases_over_time": lambda plays, items: metrics.releases_over_time(items, plays),
    "session_lengths": lambda plays, _: metrics.session_lengths(metrics.sessions(plays)),
    "top_list_comparison": lambda _, items: metrics.top_list_comparison(items),
}


@pytest.fixture
def items() -> pd.DataFrame:
    """Return three tracks in two playlists, with years, ranges and places: of many tables one."""
    rows = [
        ("P", "1", "Alpha", "Ann", "spotify:track:1", 1999, "long_term", 1),
        ("P", "1", "Gamma", "Bo", "spotify:track:2", 2011, "long_term", 2),
        ("Q", "2", "Gamma", "Bo", "spotify:track:2", 2011, "short_term", 1),
        ("Q", "2", "Silent", "Cy", "spotify:track:3", None, "short_term", 2),
    ]
    names = ("playlist", "playlist_id", "track", "artist", "uri", "release_year")
    frame = pd.DataFrame(rows, columns=[*names, "time_range", "rank"])
    frame["position"] = frame.groupby("playlist").cumcount()
    frame["kind"] = "track"
    frame["added_at"] = pd.Timestamp("2024-01-01", tz="UTC")
    of_lists = tables.conform(frame, tables.TOP_TRACKS)[["time_range", "rank"]]
    return tables.conform(frame, tables.PLAYLIST_ITEMS).join(of_lists)


def test_metrics_of_other_tables_agree_on_spark(
    spark: Any, on_spark: Any, plays: pd.DataFrame, items: pd.DataFrame
) -> None:
    one_of_plays = {name.split()[0] for name in cases.OF_PLAYS}
    every = {name for name in metrics.__all__ if callable(getattr(metrics, name))}
    assert every - one_of_plays == set(OF_OTHER_TABLES), "a metric is not tried on Spark"
    plays.attrs = {}
    items_on_spark = spark.createDataFrame(pa.Table.from_pandas(items, preserve_index=False))
    for metric in OF_OTHER_TABLES.values():
        expected = metric(plays, items)
        assert len(expected)
        same(metric(on_spark, items_on_spark), expected)
