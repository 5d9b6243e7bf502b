from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spotify_analysis import errors, tables

# what turns into something else in today's tools, and what a spreadsheet would run
HOSTILE = [
    "",
    "NA",
    "n/A",
    "null",
    "None",
    "nan",
    "<NA>",
    "007",
    "1999",
    "TRUE",
    "2024-01-01",
    "1e5",
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "|calc",
    "%1",
    "\uff1d1+1",
    "\uff0b1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\u2066=1",
    "\ufeff=1",
    "\u3164=1",
    "'",
    "'=1",
    "''=1",
    "' =1",
    "'Round Midnight",
    'a "quoted", name;\twith\r\nall',
    "lone\rCR",
    "two\n\nlines",
    " blanks ",
    "e\u0301",
    "\U0001f3b5",
    "\u202egnp.exe",
    "x" * 2_000_000,
]


def plays_of(artists: list[str | None]) -> pd.DataFrame:
    rows = [
        {"ended_at": "2024-05-18T04:03:00Z", "artist": artist, "ms_played": n - 2}
        for n, artist in enumerate(artists)
    ]
    return tables.with_local_time(tables.conform(rows, tables.PLAYS), "Europe/Berlin")


def there_and_back(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    return tables.read_csv(tables.write_csv(frame, path))


def test_attack_29_names_like_missing_values_and_numbers_come_back(tmp_path: Path) -> None:
    plays = plays_of([None, *HOSTILE])
    pd.testing.assert_frame_equal(there_and_back(plays, tmp_path / "plays.csv"), plays)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
@example(["'=", "''=", "", None])
def test_attack_26_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "plays.csv"
    plays = plays_of(texts)
    pd.testing.assert_frame_equal(there_and_back(plays, path), plays)
    single = pd.DataFrame({"only": pd.array(texts, dtype="string")})
    pd.testing.assert_frame_equal(there_and_back(single, path), single)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, unique=True))
@example(["0" * 16 + "\0", "\r"])
@example(["", ";;"])
def test_attack_25_any_header_comes_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    frame = pd.DataFrame({name: pd.array(["x", "1"], dtype="string") for name in names})
    back = there_and_back(frame, tmp_path_factory.getbasetemp() / "any.csv")
    pd.testing.assert_frame_equal(back, frame, check_column_type=False)


@pytest.mark.parametrize("table", tables.declared().values(), ids=lambda table: table.name)
def test_every_table_comes_back_empty(tmp_path: Path, table: tables.Table) -> None:
    pd.testing.assert_frame_equal(
        there_and_back(tables.empty(table), tmp_path / f"{table.name}.csv"), tables.empty(table)
    )


def test_another_frame_keeps_its_dtypes(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.array(["007", None, ""], dtype="string"),
            "whole": pd.array([2**60 + 1, None, -1], dtype="Int64"),
            "number": pd.array([0.1, None, -1e300], dtype="Float64"),
            "flag": pd.array([True, None, False], dtype="boolean"),
            "at": pd.to_datetime(
                ["2024-01-01T00:00:00.000001Z", None, "1999-12-31T23:59:59Z"], format="ISO8601"
            ),
            "day": pd.to_datetime(["2024-01-01", None, "1900-01-01"]),
        }
    ).astype({"at": "datetime64[us, UTC]", "day": "datetime64[us]"})
    pd.testing.assert_frame_equal(there_and_back(frame, tmp_path / "mine.csv"), frame)


def test_attack_27_numbers_and_dates_stay_as_they_are(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "=name": ["=1+1", "it's", None, ""],
            "n": pd.array([-1, None, 2, 3], dtype="Int64"),
            "at": pd.to_datetime(["2024-05-18T06:03:00+02:00"] * 4),
            "day": pd.to_datetime(["2024-05-18"] * 4),
        }
    )
    text = tables.write_csv(frame, tmp_path / "x.csv").read_bytes()
    assert text == (
        b"\xef\xbb\xbf"
        b'"\'=name","n","at","day"\n'
        b'"\'=1+1",-1,2024-05-18 04:03:00Z,2024-05-18\n'
        b'"it\'s",,2024-05-18 04:03:00Z,2024-05-18\n'
        b",2,2024-05-18 04:03:00Z,2024-05-18\n"
        b'"",3,2024-05-18 04:03:00Z,2024-05-18\n'
    )


def test_attack_28_others_read_the_same_rows(tmp_path: Path) -> None:
    path = tables.write_csv(plays_of([None, *HOSTILE[:-1]]), tmp_path / "plays.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(HOSTILE)
    assert all(
        not row["artist"]
        .lstrip("\0\t\r\n \u00a0\u200b\u2066\ufeff\u3164")
        .startswith(("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b"))
        for row in rows
    )
    frame = pd.read_csv(path, keep_default_na=False, dtype={"artist": str})
    assert frame["ms_played"].tolist() == list(range(-2, len(HOSTILE) - 2))


def test_a_file_that_a_spreadsheet_saved_again(tmp_path: Path) -> None:
    plays = plays_of(["A", "b, c", None])
    path = tmp_path / "plays.csv"
    for separator in (";", "\t"):
        plays.to_csv(path, index=False, sep=separator, encoding="utf-8-sig", lineterminator="\r\n")
        pd.testing.assert_frame_equal(tables.read_csv(path), plays)


def test_the_columns_of_a_table_in_another_order(tmp_path: Path) -> None:
    plays = plays_of(["A"])
    turned = plays[list(reversed(plays.columns))]
    pd.testing.assert_frame_equal(there_and_back(turned, tmp_path / "x.csv"), plays)


def test_a_table_by_name_takes_what_is_there(tmp_path: Path) -> None:
    path = tables.write_csv(pd.DataFrame({"artist": ["A"], "mine": [1]}), tmp_path / "x.csv")
    back = tables.read_csv(path, "plays")
    assert list(back.columns) == list(tables.PLAYS.columns)
    assert back["artist"].tolist() == ["A"]
    with pytest.raises(ValueError, match="`table` must be one of"):
        tables.read_csv(path, "songs")


def test_a_named_index_is_kept_and_an_unnamed_one_is_not(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], name="artist"))
    assert list(there_and_back(frame, tmp_path / "x.csv").columns) == ["artist", "n"]
    assert list(there_and_back(frame.rename_axis(None), tmp_path / "y.csv").columns) == ["n"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [[1], [2]]}), "Column 'a' cannot be written"),
        (pd.DataFrame({"a": [1, "x"]}, dtype=object), "Column 'a' cannot be written"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Two columns are called 'a'"),
        (pd.DataFrame(), "no columns"),
        (
            pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            "several header rows",
        ),
    ],
)
def test_what_no_csv_can_hold(tmp_path: Path, frame: pd.DataFrame, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(errors.TableError, match=message):
        tables.write_csv(frame, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.glob("*x.csv*")) == [path]


def test_attack_30_a_file_is_replaced_only_if_wanted(tmp_path: Path) -> None:
    path = tables.write_csv(plays_of(["A"]), tmp_path / "x.csv")
    with pytest.raises(errors.TableError, match="exists already"):
        tables.write_csv(plays_of(["B"]), path, overwrite=False)
    assert tables.read_csv(path)["artist"].tolist() == ["A"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b'"artist","ms_played"\n"A",many\n', "does not hold the table it should"),
        (b'"artist","ms_played"\n"A"\n', "does not hold the table it should"),
        (b"\xff\xfe\x00garbage", "does not hold the table it should"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "does not hold the table it should"),
    ],
)
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "plays.csv"
    path.write_bytes(content)
    with pytest.raises(errors.TableError, match=message):
        tables.read_csv(path, tables.PLAYS)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(errors.TableError, match="cannot be read: No such file"):
        tables.read_csv(tmp_path / "none.csv")


@pytest.mark.slow
def test_attack_25_libreoffice_runs_no_formula(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed; run `make test-system`")
    formulas = ["=1+1", "+1+1", "-1+1", "@SUM(1)", " =1+1", "\u200b=1+1", "\uff1d1+1", "'=1+1"]
    frame = pd.DataFrame({"=1+1": formulas, "n": range(-2, len(formulas) - 2)})
    path = tables.write_csv(frame, tmp_path / "safe.csv")
    plain = tmp_path / "plain.csv"  # the same without the guard, to see that the check sees
    frame.to_csv(plain, index=False)
    # the filter options that a person gets by pressing Enter: comma, UTF-8, no "quoted is text"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--infilter=CSV:44,34,76,1,,1033,false,true,false,false,false,-1",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path),
            str(path),
            str(plain),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    contents = {}
    for name in ("safe", "plain"):
        made = next(tmp_path.glob(f"{name}*.ods"))
        contents[name] = zipfile.ZipFile(made).read("content.xml").decode()
    assert "table:formula" in contents["plain"]
    assert "table:formula" not in contents["safe"]
    assert 'office:value="-2"' in contents["safe"]


def test_attack_28_a_lone_cr_makes_no_row(tmp_path: Path) -> None:
    names = ["a\rb", 'say "a, b"; c\td', "one\r\ntwo", "\n", '"', "'"]
    path = tables.write_csv(plays_of(names), tmp_path / "plays.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == len(names) + 1
    assert tables.read_csv(path)["artist"].tolist() == names
    # what pandas does by itself, to see that the check sees
    plays_of(names).to_csv(tmp_path / "plain.csv", index=False)
    assert pd.read_csv(tmp_path / "plain.csv")["artist"].tolist() != names


def test_attack_29_no_name_is_a_missing_value_or_a_number(tmp_path: Path) -> None:
    names = ["NA", "null", "None", "nan", "007", "", "TRUE", "1e5", "<NA>", "N/A", None]
    back = tables.read_csv(tables.write_csv(plays_of(names), tmp_path / "plays.csv"))["artist"]
    assert back.iloc[:-1].tolist() == names[:-1]
    assert back.isna().tolist() == [False] * (len(names) - 1) + [True]
