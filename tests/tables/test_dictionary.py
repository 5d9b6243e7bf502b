from __future__ import annotations

import pytest

from spotify_analysis import tables


def test_every_column_of_every_table_is_described() -> None:
    told = tables.describe()
    assert set(told["table"]) == set(tables.declared())
    assert told["about"].str.endswith((".", ")")).all()
    assert not told.duplicated(["table", "column"]).any()
    n_columns = sum(len(table.columns) for table in tables.declared().values())
    assert len(told) == n_columns


def test_one_table() -> None:
    told = tables.describe("plays").set_index("column")
    assert told.index.tolist() == list(tables.PLAYS.columns)
    assert told.loc["ms_played", "unit"] == "ms"
    assert tables.describe(tables.PLAYS).equals(tables.describe("plays"))


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(ValueError, match=r"must be one of .*'plays'.*; not 'songs'"):
        tables.describe("songs")


def test_a_table_shows_itself_in_a_notebook() -> None:
    table = tables.Table("<b>", "One & all.", {"x": tables.Column("Int64", "<script>")})
    html = table._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "One &amp; all." in html
    assert "1 columns" in repr(table)
