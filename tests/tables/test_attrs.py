from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from spotify_analysis import tables


def test_a_note_leaves_the_given_frame_alone() -> None:
    frame = pd.DataFrame({"a": [1]})
    noted = tables.note(frame, rule="every", n_plays=3)
    assert tables.facts(noted) == {"rule": "every", "n_plays": 3}
    assert tables.facts(frame) == {}


def test_none_takes_a_fact_away() -> None:
    noted = tables.note(tables.note(pd.DataFrame(), rule="every", since="2024-01-01"), rule=None)
    assert tables.facts(noted) == {"since": "2024-01-01"}


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), pd.Timestamp("2024-01-01"), [object()]])
def test_only_plain_json_values_travel(value: object) -> None:
    with pytest.raises(ValueError, match="plain JSON value"):
        tables.note(pd.DataFrame(), since=value)


def test_foreign_attrs_are_no_facts() -> None:
    frame = pd.DataFrame()
    frame.attrs = {"rule": "every", "owner": object(), 3: "x"}
    assert tables.facts(frame) == {"rule": "every"}
    assert tables.facts(pl.DataFrame()) == {}
