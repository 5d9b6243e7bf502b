from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from spotify_analysis import counting, tables


@pytest.fixture
def plays() -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {"track": "a", "artist": "A", "ms_played": 30_000},
        {"track": "a", "artist": "A", "ms_played": 29_999},
        {"track": "b", "artist": "A", "ms_played": 0},
        {"track": "b", "artist": "B", "ms_played": 200_000, "was_skipped": True, "incognito": True},
        {"track": "c", "artist": "B", "ms_played": None},
        {"kind": "episode", "episode": "e", "ms_played": 40_000},
        {"kind": "unknown", "ms_played": 400_000},
        {"kind": "unknown", "ms_played": 4},
        {"kind": "audiobook", "chapter": "c", "ms_played": 50_000},
    ]
    for minute, row in enumerate(rows):
        row.setdefault("kind", "track")
        row.update(ended_at=f"2024-01-01T23:{50 + minute}:00Z", source="extended")
    return tables.with_local_time(tables.conform(rows, tables.PLAYS), "Europe/Berlin")


def test_every_row_counts(plays: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(counting.count(plays, "every"), plays)


def test_spotify_counts_thirty_seconds_of_something_known(plays: pd.DataFrame) -> None:
    kept = counting.count(plays, rule="spotify")
    assert kept["ms_played"].tolist() == [30_000, 200_000, pd.NA, 40_000, 50_000]
    assert kept.index.tolist() == list(range(5))
    assert dict(kept.dtypes.astype(str)) == tables.PLAYS.dtypes


def test_facts_say_how_it_was_counted(plays: pd.DataFrame) -> None:
    assert tables.facts(counting.count(plays)) == {
        "rule": "spotify",
        "rule_text": counting.RULES["spotify"].about,
        "n_plays": 5,
        "since": "2024-01-02",
        "until": "2024-01-02",
        "time_zone": "Europe/Berlin",
        "source": "extended",
    }


def skips(*ms_played: int, **more: Any) -> pd.DataFrame:
    """Return skips of one track after so many ms, a minute apart, on a day of Wrapped."""
    rows = [
        {
            "ended_at": f"2024-03-01T10:{minute:02}:00Z",
            "local_day": "2024-03-01",
            "kind": "track",
            "track": "a",
            "artist": "A",
            "ms_played": ms,
            "reason_end": "fwdbtn",
            "skipped": True,
            "was_skipped": True,
            **more,
        }
        for minute, ms in enumerate(ms_played)
    ]
    return tables.conform(rows, tables.PLAYS)


@pytest.mark.parametrize("rule", counting.RULES)
def test_facts_say_where_a_rule_leaves_out_skips(rule: str) -> None:
    # after 5 s, known in all; and only a rule that takes it keeps silent
    keep_it = {"every", "zachlagden", "spotify-stats-tracker"}
    kept = counting.count(skips(5_000), rule)
    assert len(kept) == int(rule in keep_it)
    assert tables.facts(kept).get("skips_left_out") == (None if rule in keep_it else True)


def test_skips_are_left_out_only_where_one_was() -> None:
    def told(plays: pd.DataFrame, rule: str | counting.Rule = "spotify") -> bool | None:
        return tables.facts(counting.count(plays, rule)).get("skips_left_out")

    assert told(skips(30_000, 90_000)) is None
    assert told(skips(30_000, 29_999)) is True
    # short, but not skipped; or nobody knows
    assert told(skips(5_000).assign(was_skipped=False)) is None
    assert told(skips(5_000).assign(was_skipped=pd.NA)) is None
    assert told(skips(5_000).drop(columns="was_skipped")) is None
    # left out for another reason: private, not in the season, the same row once more
    assert told(skips(90_000, incognito=True), "wrapped") is None
    assert told(skips(90_000).assign(local_day=pd.Timestamp("2024-12-01")), "wrapped") is None
    assert told(pd.concat([skips(5_000)] * 2), "zachlagden") is None
    # one's own rule
    assert told(skips(90_000), counting.rule("mine", drop_skipped=True)) is True
    assert told(skips(90_000), counting.rule("longer", min_ms=90_001)) is True
    assert told(skips(90_000), counting.rule("short", min_ms=1)) is None
    # a rule that finds them gone still says so
    assert told(counting.count(skips(5_000, 40_000)), "every") is True


def test_facts_of_plays_without_a_calendar_are_in_utc() -> None:
    bare = tables.conform([{"ended_at": "2024-01-01T23:50:00Z"}], tables.PLAYS)
    facts = tables.facts(counting.count(bare, "every"))
    assert facts["since"] == "2024-01-01"
    assert "time_zone" not in facts


def test_no_plays_at_all() -> None:
    none = tables.empty(tables.PLAYS)
    assert tables.facts(counting.count(none))["n_plays"] == 0
    assert counting.ledger(none).empty
    assert counting.compare(none)["n_plays"].tolist() == [0] * len(counting.RULES)
    assert counting.compare(none)["share_rows"].isna().all()
    assert counting.reasons(none)["n_rows"].sum() == 0


@pytest.mark.parametrize("rule", counting.RULES)
def test_the_ledger_agrees_with_the_count(plays: pd.DataFrame, rule: str) -> None:
    ledger = counting.ledger(plays, rule)
    assert len(ledger) == len(plays)
    assert (ledger["why"].isna() == ledger["kept"]).all()
    kept = plays.iloc[ledger.loc[ledger["kept"], "row"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, counting.count(plays, rule))


def test_the_ledger_names_the_first_reason(plays: pd.DataFrame) -> None:
    why = counting.ledger(plays)["why"]
    assert why[1] == why[2] == "shorter than 30 s"
    assert why[6] == why[7] == "nothing says what was played"


def test_a_frame_with_any_index(plays: pd.DataFrame) -> None:
    turned = plays.iloc[::-1]
    assert counting.ledger(turned)["row"].tolist() == list(range(len(plays)))
    assert len(counting.count(turned)) == 5


def test_rules_side_by_side(plays: pd.DataFrame) -> None:
    table = counting.compare(plays).set_index("rule")
    assert table.loc["every", ["n_rows", "n_plays", "ms_played", "n_tracks"]].tolist() == [
        9,
        9,
        int(plays["ms_played"].sum()),
        4,
    ]
    assert table.loc["spotify", ["n_plays", "ms_played", "n_tracks", "n_artists"]].tolist() == [
        5,
        320_000,
        3,
        2,
    ]


def in_engine(plays: pd.DataFrame, engine: str) -> Any:
    """Return the same plays as another engine holds them."""
    connection = duckdb.connect()
    connection.register("plays", plays)
    made: dict[str, Callable[[], Any]] = {
        "polars": lambda: pl.from_pandas(plays),
        "lazy polars": lambda: pl.from_pandas(plays).lazy(),
        "pyarrow": lambda: pl.from_pandas(plays).to_arrow(),
        "duckdb": lambda: connection.sql("from plays"),
    }
    return made[engine]()


@pytest.mark.parametrize("rule", counting.RULES)
@pytest.mark.parametrize("engine", ["polars", "lazy polars", "pyarrow", "duckdb"])
def test_the_same_on_other_engines(plays: pd.DataFrame, engine: str, rule: str) -> None:
    given = in_engine(plays, engine)
    kept = counting.count(given, rule)
    assert type(kept) is type(given)
    expected = counting.count(plays, rule)
    pd.testing.assert_frame_equal(tables.collect(kept, tables.PLAYS), expected, check_like=True)
    pd.testing.assert_frame_equal(counting.ledger(given, rule), counting.ledger(plays, rule))


@pytest.mark.parametrize("engine", ["polars", "lazy polars", "pyarrow", "duckdb"])
def test_estimated_lengths_on_other_engines(plays: pd.DataFrame, engine: str) -> None:
    plays.loc[[0, 3], "reason_end"] = "trackdone"
    kept = counting.count(in_engine(plays, engine), "lastfm", lengths="estimate")
    expected = counting.count(plays, "lastfm", lengths="estimate")
    pd.testing.assert_frame_equal(tables.collect(kept, tables.PLAYS), expected)
    assert len(expected) == 2


@pytest.mark.parametrize("rule", ["Spotify", "", None, ["every"]])
def test_an_unknown_rule_is_named(plays: pd.DataFrame, rule: Any) -> None:
    with pytest.raises(ValueError, match=r"`rule` must be one of 'every', 'spotify', .* not"):
        counting.count(plays, rule)


@pytest.mark.parametrize("wrong", [None, "plays.csv", [{"track": "a"}]])
def test_what_are_no_plays_is_named(wrong: Any) -> None:
    for counted in (counting.count, counting.ledger, counting.reasons, counting.compare):
        with pytest.raises(
            ValueError, match=f"`plays` must be a DataFrame .*; not {type(wrong).__name__}"
        ):
            counted(wrong)


def test_what_are_no_rules_is_named(plays: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=r"`rules` must be names of rules, .*; not 3"):
        counting.compare(plays, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_ms": float("inf")},
        {"min_ms": float("nan")},
        {"kinds": 3},
        {"kinds": "track"},
        {"kinds": []},
        {"reasons": ["too long"]},
    ],
)
def test_a_rule_of_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    (name, value), *_ = wrong.items()
    shown = value[0] if name == "reasons" else value
    with pytest.raises(ValueError, match=re.escape(f"not {shown!r}.")) as told:
        counting.rule("mine", **wrong)
    assert f"`{name}` must be" in str(told.value)


def test_a_rule_needs_a_word_for_its_name() -> None:
    with pytest.raises(
        ValueError, match=re.escape("`name` must be a word for the rule; not ['a'].")
    ):
        counting.rule(["a"])  # type: ignore[arg-type]
