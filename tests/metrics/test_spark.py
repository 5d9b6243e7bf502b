"""Every metric on Spark: the same table as from pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

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
