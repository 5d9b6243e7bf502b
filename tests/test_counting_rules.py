"""Each named rule on the same sixteen rows, and rules of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from spotify_analysis import counting, errors, metrics, plots, tables

DOCS = Path(__file__).parents[1] / "docs" / "counting.md"
END = pd.Timestamp("2024-03-01T12:00:00Z")


def as_plays(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as plays, one every ten minutes, each to its end unless it says otherwise."""
    filled = []
    for n, row in enumerate(rows):
        usual = {
            "ended_at": END + pd.Timedelta(minutes=10 * n),
            "kind": "track",
            "artist": "A",
            "track": f"T{n}",
            "uri": f"spotify:track:{n}",
            "reason_end": "trackdone",
            "skipped": False,
            "was_skipped": False,
            "incognito": False,
        }
        filled.append({**usual, **row})
    frame = tables.conform(filled, tables.PLAYS)
    frame["logged_at"] = frame["ended_at"]
    length = pd.to_timedelta(frame["ms_played"].fillna(0), unit="ms")
    frame["started_at"] = (frame["ended_at"] - length).astype(tables.UTC)
    return tables.with_local_time(frame, "UTC")


NO_NAME = {"artist": None, "track": None, "uri": None}
SIXTEEN = as_plays(
    [
        {"ms_played": 200_000},
        {"ms_played": 30_000},
        {"ms_played": 29_999},
        {"ms_played": 40_000, "reason_end": "fwdbtn", "skipped": True, "was_skipped": True},
        {"ms_played": 200_000, "incognito": True},
        {"ms_played": 500, "reason_end": "fwdbtn", "was_skipped": True},
        {"ms_played": 60_000, "kind": "episode", "episode": "E", **NO_NAME},
        {"ms_played": 400_000, "kind": "unknown", **NO_NAME},
        {"ms_played": 200_000, "ended_at": "2024-12-01T12:00:00Z"},
        {"ms_played": 200_000, "ended_at": END, "track": "T0", "uri": "spotify:track:0"},
        {"ms_played": 35_000, "ended_at": END + pd.Timedelta("40s"), "reason_end": "endplay"},
        {"ms_played": 200_000, "reason_end": None},
        {"ms_played": None, "reason_end": None},
        {"ms_played": 300_000, "reason_end": "logout"},
        {"ms_played": 100_000, "reason_end": "logout"},
        {"ms_played": 200_000, "artist": None},
    ]
)
KEPT = {
    "every": [*range(16)],
    "spotify": [0, 1, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15],
    "wrapped": [0, 3, 6, 9, 10, 11, 12, 13, 14, 15],
    "lastfm": [0, 4, 8, 9, 12, 13],
    "finished": [0, 1, 2, 4, 6, 8, 9, 15],
    "koito": [0, 1, 2, 4, 8, 9],
    "lastfm-stats-web": [0, 3, 4, 8, 10, 11, 12, 13, 14, 15],
    "listenbrainz": [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14],
    "maloja": [0, 1, 3, 4, 8, 10, 11, 12, 13, 14],
    "memory.fm": [0, 4, 8, 9, 15],
    "music-data": [12],
    "piebro": [0, 1, 2, 4, 8, 9, 15],
    "rowan-smith": [0, 1, 4, 8, 10, 11, 12, 13, 14, 15],
    "rowan-smith-wrapped": [0, 10, 11, 12, 13, 14, 15],
    "spotify-stats-tracker": [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14],
    "streaming-history": [0, 1, 3, 4, 8, 9, 10, 11, 12, 13, 14],
    "your_spotify": [0, 1, 3, 4, 8, 11, 12, 13, 14],
    "zachlagden": [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15],
}


def kept(plays: pd.DataFrame, rule: str | counting.Rule, **more: Any) -> list[int]:
    """Return the places of the rows that count."""
    told = counting.ledger(plays, rule, **more)
    return told.loc[told["kept"], "row"].tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("rule", counting.RULES)
def test_what_each_rule_keeps(rule: str) -> None:
    assert kept(SIXTEEN, rule) == KEPT[rule]


def test_every_rule_names_whose_it_is_and_where_that_is_written() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for name, rule in counting.RULES.items():
        assert rule.whose
        assert rule.source.startswith(("https://", "the package")) or name in ("every", "finished")
        assert re.search(rf"^\| `{re.escape(name)}` \|", page, flags=re.MULTILINE), name


def test_the_ledger_says_why() -> None:
    why = counting.ledger(SIXTEEN, "lastfm")["why"].tolist()
    unsure = "its length is not known, and it was neither finished nor played for 4 min"
    assert why[6] == why[7] == "not a track"
    assert why[15] == "artist or title is not known"
    assert why[1] == why[3] == why[14] == unsure
    assert counting.ledger(SIXTEEN, "wrapped")["why"][8] == "outside of 1 January to 15 November"
    assert counting.ledger(SIXTEEN, "finished")["why"][11] == "nothing says how it ended"
    assert counting.ledger(SIXTEEN, "zachlagden")["why"][9] == "the same row once more"


def test_the_ledger_summed_up() -> None:
    told = counting.reasons(SIXTEEN, "spotify")
    assert told["why"].tolist() == [pd.NA, "nothing says what was played", "shorter than 30 s"]
    assert told["n_rows"].tolist() == [13, 1, 2]
    assert told["kept"].tolist() == [True, False, False]
    assert told["ms_played"].tolist()[1:] == [400_000, 30_499]
    assert told["share_rows"][0] == 13 / 16
    every = counting.reasons(SIXTEEN)
    assert (every.groupby("rule")["n_rows"].sum() == 16).all()
    assert set(every["rule"]) == set(counting.RULES)


def test_compare_agrees_with_the_ledger_and_takes_own_rules() -> None:
    mine = counting.rule("mine", min_ms=100_000)
    told = counting.compare(SIXTEEN, [*counting.RULES, mine]).set_index("rule")
    assert told["n_plays"].to_dict() == {**{name: len(rows) for name, rows in KEPT.items()}} | {
        "mine": 9
    }
    assert told.loc["mine", "whose"] == "yourself"
    assert pd.isna(told.loc["mine", "source"])
    assert told.loc["music-data", "ms_played"] == 0
    assert told.loc["koito", ["n_tracks", "n_artists"]].tolist() == [5, 1]
    assert told.loc["lastfm", "about"] == "half of the track or 4 min (lengths not known)"


def test_lastfm_with_lengths_from_a_table() -> None:
    plays = as_plays(
        [
            {"ms_played": 100_000, "reason_end": "fwdbtn"},
            {"ms_played": 99_999, "reason_end": "fwdbtn"},
            {"ms_played": 240_000, "reason_end": "fwdbtn"},
            {"ms_played": 239_999, "reason_end": "fwdbtn"},
            {"ms_played": 30_000},
            {"ms_played": 15_501, "reason_end": "fwdbtn"},
            {"ms_played": 60_000, "uri": None, "reason_end": "fwdbtn"},
            {"ms_played": 60_000, "uri": None, "track": "other", "reason_end": "fwdbtn"},
        ]
    )
    tracks = tables.conform(
        [
            *(
                {"uri": f"spotify:track:{n}", "duration_ms": ms}
                for n, ms in enumerate((200_000, 200_000, 900_000, 900_000, 30_000, 31_000))
            ),
            {"uri": "x", "artist": "A", "track": "T6", "duration_ms": 110_000},
            {"uri": "y", "artist": "A", "track": "T6", "duration_ms": 120_000},
            {"uri": "z", "artist": "A", "track": "T6", "duration_ms": None},
        ],
        tables.TRACKS,
    )
    assert kept(plays, "lastfm", lengths=tracks) == [0, 2, 5, 6]
    why = counting.ledger(plays, "lastfm", lengths=tracks)["why"]
    assert why[4] == "the track is not longer than 30 s"
    assert why[1] == why[3] == "less than half of the track, and less than 4 min"
    assert why[7].startswith("its length is not known")
    assert tables.facts(counting.count(plays, "lastfm", lengths=tracks))["rule_text"] == (
        "half of the track or 4 min"
    )
    only_uris = tracks[["uri", "duration_ms"]]
    assert kept(plays, "lastfm", lengths=only_uris) == [0, 2, 5]


def test_lengths_estimated_from_plays_that_reached_the_end() -> None:
    same = {"uri": "spotify:track:same", "track": "same"}
    plays = as_plays(
        [
            {"ms_played": 200_000, **same},
            {"ms_played": 190_000, **same},
            {"ms_played": 250_000, "reason_end": "endplay", **same},
            {"ms_played": 100_000, "reason_end": "fwdbtn", **same},
            {"ms_played": 99_000, "reason_end": "fwdbtn", **same},
            # another release of the same name
            {"ms_played": 100_000, "reason_end": "fwdbtn", "track": "same"},
            {"ms_played": 160_000, "reason_end": "fwdbtn", **same},
        ]
    )
    assert kept(plays, "lastfm", lengths="estimate") == [0, 1, 2, 3, 5, 6]
    assert kept(plays, "music-data", lengths="estimate") == [0, 1, 2, 6]
    facts = tables.facts(counting.count(plays, "music-data", lengths="estimate"))
    assert facts["rule_text"] == "tracks played for 80 % of their length (lengths estimated)"


def test_lengths_that_are_none() -> None:
    with pytest.raises(ValueError, match="`lengths` must be a table of tracks"):
        counting.count(SIXTEEN, "lastfm", lengths="guess")
    with pytest.raises(errors.TableError, match="needs a column 'duration_ms'"):
        counting.ledger(SIXTEEN, "lastfm", lengths=pd.DataFrame({"uri": ["x"]}))


def test_repeats_are_measured_from_the_last_play_that_counts() -> None:
    at = [0, 50, 100, 150, 161, 500]
    plays = as_plays(
        [
            {"ms_played": 35_000, "ended_at": END + pd.Timedelta(seconds=s), "track": "same"}
            for s in at
        ]
        + [{"ms_played": 35_000, "ended_at": END + pd.Timedelta(seconds=50)}]
    )
    turned = plays.iloc[::-1].reset_index(drop=True)
    mine = counting.rule("mine", drop_repeats_within_s=60)
    assert kept(plays, mine) == [0, 2, 4, 5, 6]
    assert kept(plays, "your_spotify") == [0, 2, 4, 5]
    seconds = (counting.count(turned, mine)["ended_at"] - END).dt.total_seconds()
    assert sorted(seconds) == [0, 50, 100, 161, 500]


def test_maloja_takes_near_doubles_for_one() -> None:
    same = {"ms_played": 180_000, "track": "same", "uri": "spotify:track:same"}
    plays = as_plays(
        [
            same,
            {**same, "ended_at": END + pd.Timedelta("29s")},
            {**same, "ended_at": END + pd.Timedelta("30s"), "ms_played": 210_000},
            {**same, "ended_at": END + pd.Timedelta("60s")},
        ]
    )
    # the third began in the second in which the first did
    assert kept(plays, "maloja") == [0, 3]


def test_rows_without_any_time_are_no_doubles() -> None:
    plays = as_plays([{"ms_played": 40_000, "ended_at": None, "track": "same"}] * 2)
    for rule in ("zachlagden", "lastfm-stats-web", "your_spotify", "rowan-smith", "maloja"):
        assert kept(plays, rule) == [0, 1], rule


def test_a_rule_of_ones_own() -> None:
    mine = counting.rule(
        "mine",
        min_ms=35_000,
        kinds=["track", "episode"],
        finished=True,
        drop_skipped=True,
        drop_private=True,
        season=((3, 1), (3, 31)),
    )
    assert mine.about == (
        "tracks or episodes, 35 s or longer, played to the end, not skipped, not private, "
        "1 March to 31 March"
    )
    assert kept(SIXTEEN, mine) == [0, 6, 9, 15]
    counted = counting.count(SIXTEEN, mine)
    assert tables.facts(counted)["rule"] == "mine"
    assert kept(SIXTEEN, counting.rule("all", drop_unknown=False)) == [*range(16)]
    assert kept(SIXTEEN, counting.rule("lost", kinds=["unknown"])) == [7]
    half = counting.rule("half", min_share=0.5)
    lengths = pd.DataFrame({"uri": SIXTEEN["uri"], "duration_ms": 400_000}).dropna()
    assert kept(SIXTEEN, half, lengths=lengths) == [0, 4, 8, 9, 11, 12, 13, 15]


def test_reasons_of_ones_own() -> None:
    mine = counting.rule(
        "mine",
        reasons=[
            counting.Reason("by A", lambda: (nw.col("artist") == "A").fill_null(value=False)),
            counting.FrameReason("not the last", lambda rows: np.arange(len(rows)) < 1, ("track",)),
        ],
    )
    assert mine.about == "not: by A, not: not the last"
    assert kept(SIXTEEN, mine) == [15]
    assert counting.ledger(SIXTEEN, mine)["why"][6] == "not the last"


def test_own_rules_reach_captions_and_metrics() -> None:
    mine = counting.rule("mine", min_ms=35_000, about="as I like it")
    counted = counting.count(SIXTEEN, mine)
    for table in (metrics.totals(counted), metrics.top_artists(counted)):
        assert tables.facts(table)["rule"] == "mine"
        assert tables.facts(table)["rule_text"] == "as I like it"
    ax = plots.top_artists(metrics.top_artists(counted))
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "counted: as I like it" in caption


def test_counting_twice_names_both_rules() -> None:
    first = counting.count(SIXTEEN, "spotify")
    facts = tables.facts(counting.count(first, "finished"))
    assert facts["rule"] == "spotify + finished"
    assert facts["rule_text"] == "30 s or longer; played to the end"
    assert tables.facts(counting.count(first, "every"))["rule"] == "spotify"
    assert tables.facts(counting.count(first, "spotify"))["rule"] == "spotify"
    every = counting.count(SIXTEEN, "every")
    assert tables.facts(counting.count(every, "finished"))["rule"] == "finished"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "spotify"}, "`name` must not be that of a rule there is"),
        ({"name": " "}, "`name` must be a word"),
        ({"min_ms": -1}, "`min_ms` must be 0 ms or more"),
        ({"min_ms": "30"}, "`min_ms` must be 0 ms or more"),
        ({"min_share": 0}, "`min_share` must be above 0"),
        ({"min_share": 1.1}, "`min_share` must be above 0"),
        ({"kinds": "track"}, "`kinds` must be a list"),
        ({"kinds": ["song"]}, "`kinds` must be a list"),
        ({"kinds": []}, "`kinds` must be a list"),
        ({"drop_repeats_within_s": -1}, "`drop_repeats_within_s` must be 0 seconds or more"),
        ({"season": ((11, 15), (1, 1))}, "`season` must be two days"),
        ({"season": (1, 11)}, "`season` must be two days"),
        ({"season": ((0, 1), (11, 15))}, "`season` must be two days"),
    ],
)
def test_arguments_that_cannot_be(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        counting.rule(**{"name": "mine", **arguments})


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(errors.TableError, match="no column 'incognito', which 'wrapped' looks at"):
        counting.count(SIXTEEN.drop(columns="incognito"), "wrapped")
    with pytest.raises(errors.TableError, match="no column 'uri', which these rules look at"):
        counting.compare(SIXTEEN.drop(columns="uri"))
