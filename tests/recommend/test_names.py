"""Which titles are the same recording, and which the same song."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify_analysis.recommend import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élan", "elan"),
        ("Song (feat. Somebody)", "Song"),
        ("Song feat. Somebody & Others", "Song"),
        ("Song - Remastered 2011", "Song"),
        ("Song - 2011 Remaster", "Song"),
        ("Song (Remastered)", "Song"),
        ("Song (Deluxe Version)", "Song"),
        ("Don't Go", "Dont Go"),
        ("Don’t Go", "Don't Go"),
        ("You & Me", "You and Me"),
        ("Stop!", "stop"),
    ],
)
def test_the_same_recording(one: str, other: str) -> None:
    assert names.recording(one) == names.recording(other)


@pytest.mark.parametrize(
    "take",
    [
        "Song - Live",
        "Song (Live at the Hall)",
        "Song - Live 1999 / Remastered",
        "Song (Live - 2011 Remaster)",
        "Song - Radio Edit",
        "Song [Acoustic]",
        "Song - Somebody Remix",
        "Song (Demo)",
    ],
)
def test_another_take_is_another_recording_of_the_same_song(take: str) -> None:
    assert names.recording(take) != names.recording("Song")
    assert names.song(take) == names.song("Song")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Song I", "Song II"),
        ("Liver", "L"),
        ("Alive", "Song"),
        ("夜に駆ける", "夜"),
        ("がく", "かく"),  # the mark is part of the letter
        ("Song, Part 1", "Song, Part 2"),
    ],
)
def test_different_songs_stay_apart(one: str, other: str) -> None:
    assert names.song(one) != names.song(other)


@pytest.mark.parametrize("title", ["!!!", "(Live)", "- Live", "...", "🌙", "(feat. X)", "Remaster"])
def test_odd_titles_keep_a_name(title: str) -> None:
    assert names.recording(title)
    assert names.song(title)


@given(st.text(min_size=1, max_size=40))
def test_any_title_has_one_form(title: str) -> None:
    assert names.plain(names.plain(title)) == names.plain(title)
    if title.strip():
        assert names.song(title) is not None
