"""One's own SQL over the plays: what it answers, and the attack table's rows 44 to 47."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from spotify_analysis import errors, history, tables
from spotify_analysis.history import History
from tests.history.conftest import newer

SQL = "x'); DROP TABLE plays; --"
A, B, C = (600, "A", 200_000), (900, "B", 180_000), (1_500, "A", 5_000)


@pytest.fixture
def plays() -> pd.DataFrame:
    """Give three plays of two songs."""
    return tables.with_local_time(newer([A, B, C]), "UTC")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder."""
    made = tmp_path / "closed"
    made.mkdir()
    return made


def test_a_question_and_its_answer(plays: pd.DataFrame) -> None:
    query = """
        SELECT track, sum(ms_played) AS ms_played, max(ended_at) AS last_at, avg(ms_played) AS mean,
               bool_or(skipped) AS skipped, min(local_day) AS local_day, NULL::TEXT AS nothing
        FROM plays WHERE ms_played < $most GROUP BY track ORDER BY track
    """
    found = history.sql(plays, query, {"most": 190_000})
    assert found["track"].tolist() == ["Song A", "Song B"]
    assert found["ms_played"].tolist() == [5_000, 180_000]
    assert found["last_at"].tolist() == [plays["ended_at"][2], plays["ended_at"][1]]
    assert found["mean"].tolist() == [5_000.0, 180_000.0]
    assert found["skipped"].tolist() == [False, False]
    assert found["local_day"].tolist() == [pd.Timestamp("2024-12-31")] * 2
    assert found["nothing"].isna().all()
    assert found.dtypes.astype(str).tolist()[:2] == ["string", "Int64"]
    assert tables.facts(found) == tables.facts(plays)


def test_what_lies_between_two_moments_is_a_timedelta(plays: pd.DataFrame) -> None:
    # ends lie 300 and 600 s apart
    query = """
        SELECT track, max(ended_at) - min(ended_at) AS span, max(ended_at) - $then AS since,
               lag(max(ended_at)) OVER (ORDER BY track) - max(ended_at) AS back
        FROM plays GROUP BY track ORDER BY track
    """
    then = plays["ended_at"][0] - pd.Timedelta(days=400, microseconds=1)
    found = history.sql(plays, query, {"then": then})
    assert found["span"].dtype == found["since"].dtype == found["back"].dtype == "timedelta64[us]"
    assert found["span"].tolist() == [pd.Timedelta(minutes=15), pd.Timedelta(0)]
    since = [pd.Timedelta(days=400, seconds=900, microseconds=1)]
    assert found["since"].tolist() == [*since, since[0] - pd.Timedelta(minutes=10)]
    assert found["back"].isna().tolist() == [True, False]
    assert found["back"][1] == pd.Timedelta(minutes=10)
    none = history.sql(plays, "SELECT ended_at - started_at AS span FROM plays WHERE false")
    assert none["span"].dtype == "timedelta64[us]"
    assert none.empty


@pytest.mark.parametrize(
    ("query", "days", "months"),
    [
        ("SELECT age(TIMESTAMP '2024-03-03', TIMESTAMP '2024-01-01') AS span", 2, 2),
        ("SELECT INTERVAL 2000000000 DAY AS span", 2_000_000_000, 0),
    ],
)
def test_months_and_more_than_a_timedelta_holds_stay_what_they_are(
    plays: pd.DataFrame, query: str, days: int, months: int
) -> None:
    span = history.sql(plays, query)["span"][0]
    assert isinstance(span, pd.DateOffset)
    assert (span.days, span.months) == (days, months)  # type: ignore[attr-defined]


def test_a_kept_history_answers(keep: History, plays: pd.DataFrame) -> None:
    keep.add(plays)
    found = keep.sql("SELECT count(*) AS n, min(local_hour) AS hour FROM plays")
    assert found.to_numpy().tolist() == [[3, 23]]  # Berlin
    arrow = pa.Table.from_pandas(plays)
    assert history.sql(arrow, "FROM plays SELECT count(*) AS n")["n"].tolist() == [3]


def test_without_duckdb_the_line_to_install_it_is_named(
    plays: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(errors.ConfigError, match=r"pip install 'spotify-analysis\[sql\]'"):
        history.sql(plays, "SELECT 1")


@pytest.mark.parametrize(
    "query", ["SELECT nothing FROM plays", "SELECT FROM", "SELECT * FROM keep"]
)
def test_a_question_that_cannot_be_answered(plays: pd.DataFrame, query: str) -> None:
    with pytest.raises(errors.QueryError):
        history.sql(plays, query)


def test_attack_44_sql_as_a_value_is_text(keep: History, plays: pd.DataFrame) -> None:
    hostile = plays.assign(track=SQL, artist=SQL, file=SQL)
    done = keep.add(hostile)
    assert keep.plays()["track"].tolist() == [SQL] * 3
    assert keep.imports()["files"].tolist() == [SQL]
    query = "SELECT count(*) AS n FROM plays WHERE track = $track"
    assert keep.sql(query, {"track": SQL})["n"].tolist() == [3]
    assert keep.sql(query, {"track": "' OR 1 = 1 --"})["n"].tolist() == [0]
    keep.undo(done.import_id)
    keep.compact(keep_days=0)
    assert keep.plays().empty
    assert keep.add(hostile).n_new == 3


@pytest.mark.parametrize("name", [SQL, '"plays"', "track; DROP TABLE plays", "%", "_"])
def test_attack_45_sql_as_a_name_is_refused(keep: History, plays: pd.DataFrame, name: str) -> None:
    keep.add(plays)
    with pytest.raises(ValueError, match="`columns` must be"):
        keep.plays(columns=[name])
    with pytest.raises(ValueError, match="`kinds` must be"):
        keep.plays(kinds=name)
    with pytest.raises(ValueError, match="`import_id` must be"):
        keep.undo(name)
    # elsewhere a column of that name is a column
    odd = plays.assign(**{name: 1})
    assert history.sql(odd, "SELECT * FROM plays")[name].tolist() == [1, 1, 1]
    assert len(keep.plays()) == 3


def test_attack_45_signs_in_a_search_are_those_signs(plays: pd.DataFrame) -> None:
    named = plays.assign(track=["100%", "snake_case", "C"])
    search = "SELECT track FROM plays WHERE track LIKE '%!' || $sign || '%' ESCAPE '!'"
    assert history.sql(named, search, {"sign": "%"})["track"].tolist() == ["100%"]
    assert history.sql(named, search, {"sign": "_"})["track"].tolist() == ["snake_case"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('{folder}/*')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('https://example.org/a.parquet')",
        "SELECT * FROM sniff_csv('{file}')",
        "SELECT * FROM secret",
        "SELECT * FROM plays, secret",
        "SELECT * FROM delta_scan('{folder}')",
        "SELECT getenv('HOME')",
        "SELECT * FROM (COPY plays TO '{folder}/out.csv')",
        "SELECT * FROM query('COPY plays TO ''{folder}/out.csv''')",
        "SELECT * FROM query_table('secret')",
    ],
)
def test_attack_46_a_question_sees_nothing_but_the_plays(
    plays: pd.DataFrame, folder: Path, query: str
) -> None:
    secret = pd.DataFrame({"token": ["top secret"]})
    file = folder / "secret.csv"
    secret.to_csv(file)
    with pytest.raises(errors.QueryError) as caught:
        history.sql(plays, query.format(file=file, folder=folder))
    assert "top secret" not in str(caught.value)
    assert [path.name for path in folder.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize(
    "query",
    [
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "ATTACH '{folder}/other.db'",
        "COPY plays TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE more AS SELECT 1",
        "CREATE SECRET s (TYPE s3)",
        "DROP VIEW plays",
        "DELETE FROM plays",
        "PREPARE later AS SELECT 1",
        "CALL range(3)",
        "EXPLAIN ANALYZE SELECT 1",
        "CHECKPOINT",
        "",
        "-- nothing",
    ],
)
def test_attack_46_only_a_select_passes(plays: pd.DataFrame, folder: Path, query: str) -> None:
    with pytest.raises(ValueError, match="`query` must be one SELECT statement"):
        history.sql(plays, query.format(folder=folder))
    assert list(folder.iterdir()) == []


def test_attack_46_no_setting_can_be_changed_once_the_plays_are_handed_over(
    plays: pd.DataFrame,
) -> None:
    said = "SELECT name, value FROM duckdb_settings() WHERE name IN "
    names = "('enable_external_access', 'lock_configuration', 'python_enable_replacements')"
    found = history.sql(plays, f"{said}{names} ORDER BY name")
    assert found["value"].tolist() == ["false", "true", "false"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP VIEW plays",
        "SET lock_configuration = false; SELECT 1",
        "SELECT 1; COPY plays TO '{folder}/out.csv'; --",
        "SELECT 1 /* */; ATTACH '{folder}/a.db' AS a",
    ],
)
def test_attack_47_several_statements_are_refused(
    plays: pd.DataFrame, folder: Path, query: str
) -> None:
    with pytest.raises(ValueError, match=r"`query` must be one SELECT statement; not .* and "):
        history.sql(plays, query.format(folder=folder))
    assert list(folder.iterdir()) == []
    assert history.sql(plays, "SELECT 'a; b' AS text;")["text"].tolist() == ["a; b"]
