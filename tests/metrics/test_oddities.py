from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import metrics, tables
from spotify_analysis.metrics import oddities
from tests.metrics.test_loyalty import make


def test_unlikely_artists() -> None:
    plays = make(
        [
            ("2024-01-05", "Ann", "A", 5),
            ("2024-01-06", "Bo", "B", 5),
            ("2024-03-05", "Ann", "A", 10),
        ]
    )
    found = metrics.unlikely_artists(plays, min_plays=5)
    assert found["period_start"].dt.month.tolist() == [1, 3]
    assert found["artist"].tolist() == ["Bo", "Ann"]
    # Bo has a quarter of all plays: 2.5 of 10 expected, variance 2.5 x 0.75
    assert found["expected"].tolist() == [2.5, 7.5]
    assert found["z"].tolist() == pytest.approx([2.5 / np.sqrt(1.875), 2.5 / np.sqrt(1.875)])
    assert found["share_of_artist"].tolist() == pytest.approx([1, 2 / 3])
    every = metrics.unlikely_artists(plays, min_plays=5, n=None)
    assert every["artist"].tolist() == ["Bo", "Ann", "Ann"]
    assert metrics.unlikely_artists(plays, min_plays=6)["artist"].tolist() == ["Ann"]


def test_the_only_artist_is_no_surprise() -> None:
    assert metrics.unlikely_artists(make([("2024-01-05", "Ann", "A", 9)])).empty


def test_tracks_per_artist() -> None:
    plays = make(
        [
            *[("2024-01-01", "Ann", f"A{n}", 2) for n in range(4)],
            *[("2024-01-01", "Bo", f"B{n}", 1) for n in range(2)],
            ("2024-01-01", "Cy", None, 50),
        ]
    )
    found = metrics.tracks_per_artist(plays)
    # 8 plays of 4 tracks, 2 plays of 2: through both goes 2^(1/2) x plays^(1/2)
    assert found["artist"].tolist() == ["Ann", "Bo"]
    assert found["n_plays"].tolist() == [8, 2]
    assert found["n_tracks"].tolist() == [4, 2]
    assert found["expected_tracks"].tolist() == pytest.approx([4, 2])
    facts = tables.facts(found)
    assert (facts["slope"], facts["intercept"]) == pytest.approx((0.5, np.log(2) / 2))
    assert facts["n_plays"] == 10


def test_one_number_of_plays_has_no_trend() -> None:
    found = metrics.tracks_per_artist(make([("2024-01-01", name, "A", 3) for name in "ab"]))
    assert found["expected_tracks"].isna().all()
    assert "slope" not in tables.facts(found)


@pytest.mark.parametrize(
    ("title", "guests"),
    [
        ("Song (feat. Ann)", ["Ann"]),
        ("Song [ft. Ann & Bo] - Remix", ["Ann", "Bo"]),
        ("Song (with Ann)", ["Ann"]),
        ("Song (Featuring Ann, Bo and Cy)", ["Ann", "Bo", "Cy"]),
        ("Song (feat. Ann, Bo, & Cy)", ["Ann", "Bo", "Cy"]),
        ("Song feat. Ann - Live", ["Ann"]),
        ("Song ft. Ann (Remix)", ["Ann"]),
        ("Song (feat. Ann x Bo)", ["Ann", "Bo"]),
        ("Song (feat. Tyler, The Creator & Ann)", ["Tyler, The Creator", "Ann"]),
        ("Song (feat. Earth, Wind & Fire)", ["Earth, Wind & Fire"]),
        ("Song (feat. Ann and the Bos, Cy)", ["Ann and the Bos", "Cy"]),
        ("Song (feat. Ann) (with ANN)", ["Ann"]),
        ("Song (feat. 椎名林檎)", ["椎名林檎"]),
        ("Song (with strings)", []),
        ("With or Without You", []),
        ("Feat of Strength", []),
        ("A Featherweight Defeat", []),
        ("Soft (Shift Mix)", []),
        ("", []),
    ],
)
def test_guests_in_titles(title: str, guests: list[str]) -> None:
    known = oddities._ONE_NAME | {"ann and the bos"}
    assert oddities.guests_of(title, known) == guests


@pytest.mark.parametrize(
    "title",
    ["A (FEAT. Bo)", "A\u00a0ft. Bo", "A [\u2003With Bo]", "A (wıth Bo)", "(ft Bo) A", "A feat Bo"],
)
def test_no_guest_is_passed_over_by_the_first_look_at_titles(title: str) -> None:
    plays = make([("2024-01-01", "Ann", title, 1), ("2024-01-01", "Ann", "Left with number 1", 1)])
    assert metrics.featured_artists(plays)["artist"].tolist() == ["Bo"]


def test_featured_artists() -> None:
    plays = make(
        [
            ("2024-01-01", "Ann", "A (feat. Bo & Cy)", 3),
            ("2024-01-02", "Di", "D (feat. BO)", 2),
            ("2024-01-03", "Bo & Cy", "E", 1),
            ("2024-01-04", "Ann", "F", 4),
        ]
    )
    found = metrics.featured_artists(plays)
    # "Bo & Cy" is an artist of these plays, and one name
    assert found["artist"].tolist() == ["Bo & Cy", "BO"]
    other = metrics.featured_artists(plays[plays["artist"] != "Bo & Cy"])
    assert other[["artist", "n_plays", "n_tracks", "n_hosts"]].to_numpy().tolist() == [
        ["Bo", 5, 2, 2],
        ["Cy", 3, 1, 1],
    ]
    assert other["ms_played"].tolist() == [300_000, 180_000]
    assert other["last_day"].dt.day.tolist() == [2, 1]
    facts = tables.facts(other)
    assert (facts["share_with_guests"], facts["mean_guests"]) == (5 / 9, 8 / 9)
    assert len(metrics.featured_artists(plays, n=1)) == 1


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Émilie", "E"),
        ("the Ann", "T"),
        ("2Pac", "0-9"),
        ("...And You", "A"),
        ("$uicideboy$", "U"),
        ("†††", "#"),
        ("椎名林檎", "椎"),
        ("Ђорђе", "Ђ"),
        ("ßeta", "ß"),
        ("", "#"),
    ],
)
def test_letters(name: str, letter: str) -> None:
    assert oddities.letter_of(name) == letter


def test_starting_letters() -> None:
    plays = make(
        [("2024-01-01", name, "x", n) for name, n in (("Ann", 3), ("Äpfel", 1), ("東京", 4))]
    )
    found = metrics.starting_letters(plays).set_index("letter")
    assert found.index.tolist() == [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "東", "0-9", "#"]
    assert found.loc["A", ["n_different", "n_plays"]].tolist() == [2, 4]
    assert found.loc["東", ["share_different", "share_plays"]].tolist() == [
        pytest.approx(1 / 3),
        0.5,
    ]
    assert found.loc["B", ["n_different", "share_plays"]].tolist() == [0, 0]


def test_track_lengths() -> None:
    plays = make(
        [("2024-01-01", "Ann", "A", 4), ("2024-03-01", "Ann", "A", 1), ("2024-03-01", "Bo", "B", 2)]
    )
    plays["reason_end"] = [*["trackdone"] * 3, "fwdbtn", "fwdbtn", "trackdone", "fwdbtn"]
    plays["ms_played"] = [100, 120, 300, 5, 7, 60, 1]
    months = metrics.track_lengths(plays)
    # A is 120 long, B 60: four plays of A; none; one of A and two of B
    assert months["n_plays"].tolist() == [4, 0, 3]
    assert months["n_known"].tolist() == [4, 0, 3]
    assert months["mean_ms"].tolist() == [120, pd.NA, 80]
    assert months["median_ms"].tolist() == [120, pd.NA, 60]


def test_a_track_that_was_never_finished_has_no_length() -> None:
    plays = make([("2024-01-01", "Ann", "A", 2)], reason_end="fwdbtn")
    lengths = metrics.track_lengths(plays)
    assert lengths["n_known"].tolist() == [0]
    assert lengths["mean_ms"].isna().all()
