from __future__ import annotations

import pandas as pd

from spotify_analysis import counting, plots


def test_bars_of_rules_most_plays_first(one_day: pd.DataFrame) -> None:
    table = counting.compare(one_day, ["memory.fm", "every", "lastfm"], lengths="estimate")
    ax = plots.counting_rules(table)
    names = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    assert names[0] == "every"
    assert set(names[1:]) == {"memory.fm", "lastfm"}
    assert ax.patches[0].get_width() == len(one_day)
    assert ax.patches[2].get_width() == table["n_plays"].min()
    assert ax.get_xlim()[1] == len(one_day)
    values = [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    assert values[0] == f"{len(one_day)} · 100%"


def test_a_rule_that_keeps_nothing_has_no_bar(one_day: pd.DataFrame) -> None:
    ax = plots.counting_rules(counting.compare(one_day, ["music-data"]))
    assert ax.patches[0].get_width() == 0
    assert [text.get_text() for text in ax.texts if text.get_gid() == "value"] == ["0 · 0%"]
