"""What every metric keeps to, whatever it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import errors, metrics, tables

Engine = Callable[[pd.DataFrame], Any]

OF_PLAYS: dict[str, tuple[Callable[[Any], pd.DataFrame], tables.Table]] = {
    "totals": (metrics.totals, tables.TOTALS),
    "top_tracks": (metrics.top_tracks, tables.MOST_PLAYED_TRACKS),
    "top_tracks by time": (
        lambda plays: metrics.top_tracks(plays, by="time", n=None),
        tables.MOST_PLAYED_TRACKS,
    ),
    "top_artists": (metrics.top_artists, tables.MOST_PLAYED_ARTISTS),
    "top_albums": (metrics.top_albums, tables.MOST_PLAYED_ALBUMS),
    **{
        f"listening_over_time {period}": (
            lambda plays, period=period: metrics.listening_over_time(plays, period=period),
            tables.LISTENING_OVER_TIME,
        )
        for period in metrics.PERIODS
    },
    "listening_clock": (metrics.listening_clock, tables.LISTENING_CLOCK),
    "hours_of_day": (metrics.hours_of_day, tables.HOURS_OF_DAY),
    "weekdays": (metrics.weekdays, tables.WEEKDAYS),
    "calendar": (metrics.calendar, tables.CALENDAR),
    "streaks": (metrics.streaks, tables.STREAKS),
    **{
        f"discovery {period}": (
            lambda plays, period=period: metrics.discovery(plays, period=period),
            tables.DISCOVERY,
        )
        for period in metrics.PERIODS
    },
    "sessions": (metrics.sessions, tables.SESSIONS),
}
every_metric = pytest.mark.parametrize("name", OF_PLAYS)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Check that two tables are equal, dtypes and facts included."""
    pd.testing.assert_frame_equal(left, right)
    assert left.attrs == right.attrs


@every_metric
def test_engines_agree(name: str, engine: Engine, plays: pd.DataFrame) -> None:
    metric, _ = OF_PLAYS[name]
    plays.attrs = {}  # only pandas frames carry facts
    same(metric(engine(plays)), metric(plays))


@every_metric
def test_no_plays(name: str, engine: Engine, no_plays: pd.DataFrame) -> None:
    metric, table = OF_PLAYS[name]
    counted = metric(engine(no_plays))
    assert counted.dtypes.astype(str).to_dict() == table.dtypes
    assert len(counted) == (1 if name == "totals" else 0)
    assert tables.facts(counted)["n_plays"] == 0


@every_metric
def test_nothing_known(name: str, engine: Engine, nothing_known: pd.DataFrame) -> None:
    metric, table = OF_PLAYS[name]
    counted = metric(engine(nothing_known))
    assert counted.dtypes.astype(str).to_dict() == table.dtypes
    assert len(counted) == (1 if name == "totals" else 0)


@every_metric
def test_a_metric_leaves_its_plays_alone(name: str, plays: pd.DataFrame) -> None:
    metric, _ = OF_PLAYS[name]
    before = plays.copy(deep=True)
    metric(plays)
    same(plays, before)


@every_metric
def test_facts_are_of_the_plays_counted(name: str, plays: pd.DataFrame) -> None:
    metric, _ = OF_PLAYS[name]
    plays = tables.note(plays, n_plays=999, since="1999-01-01", until="1999-01-01")
    facts = tables.facts(metric(plays))
    assert (facts["rule"], facts["rule_text"], facts["time_zone"]) == (
        "every",
        "every row",
        "Asia/Kolkata",
    )
    # the album of one play is not known, and an episode has no artist
    n_plays = {"top_albums": 5, "top_artists": 6, "top_tracks": 6, "discovery": 6}
    assert facts["n_plays"] == n_plays.get(name.split()[0], 7)
    assert (facts["since"], facts["until"]) == ("2023-12-31", "2024-01-08")


@every_metric
def test_a_missing_column_is_named(name: str, plays: pd.DataFrame) -> None:
    metric, _ = OF_PLAYS[name]
    with pytest.raises(errors.TableError, match=r"plays has no column 'local_day'"):
        metric(plays.drop(columns="local_day"))


@every_metric
def test_the_order_of_plays_does_not_matter(name: str, plays: pd.DataFrame) -> None:
    metric, _ = OF_PLAYS[name]
    same(metric(plays.iloc[::-1]), metric(plays))
