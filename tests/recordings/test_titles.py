"""Which titles are one recording by their words alone; the table is made by hand."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify_analysis.recordings import titles

SAME = [
    # remasters
    ("Heroes", "Heroes - 2017 Remaster"),
    ("Time", "Time - 2011 Remastered Version"),
    ("Here Comes the Sun", "Here Comes The Sun - Remastered 2009"),
    ("Africa", "Africa (Remastered)"),
    ("Africa (Remastered)", "Africa [2018 Remaster]"),
    ("Dreams", "Dreams - 2004 Remaster"),
    ("Ashes to Ashes", "Ashes to Ashes – 2017 Remaster"),
    ("Tom Sawyer", "Tom Sawyer - 40th Anniversary Remaster"),
    ("Money", "Money - 2011 Digital Remaster"),
    ("Creep", "Creep (24 Bit Remastered)"),
    ("Imagine", "Imagine - Remastered 2010 / Remastered"),
    # editions
    ("Halo", "Halo (Deluxe Edition)"),
    ("Halo", "Halo - Bonus Track"),
    ("Yellow", "Yellow (Expanded Edition)"),
    ("Yellow", "Yellow - 20th Anniversary Edition"),
    ("Yellow", "Yellow (Super Deluxe / 2020 Remaster)"),
    # brackets, dashes, case, punctuation, spelling of numbers
    ("Hurt - Live", "Hurt (Live)"),
    ("Hurt - Live / Remastered", "Hurt (Live) [2011 Remaster]"),
    ("Don’t Stop Me Now", "Don't Stop Me Now"),
    ("Dont Stop Me Now", "Don't Stop Me Now"),
    ("Rock & Roll", "Rock and Roll"),
    ("Help!", "HELP"),
    ("...Baby One More Time", "Baby One More Time"),
    ("Twenty-One", "Twenty One"),
    ("Shine On (Pt. 1)", "Shine On - Part 1"),
    ("Another Brick, Pt. II", "Another Brick (Part 2)"),
    ("Mr. Brightside", "Mr Brightside"),
    ("Song  2 ", "Song 2"),
    ("Zero​Width", "ZeroWidth"),
    ("Alive【Live】", "Alive [Live]"),
    # guests written one way and another
    ("Umbrella (feat. JAY-Z)", "Umbrella ft. Jay-Z"),
    ("Crew [feat. A & B]", "Crew (featuring B, A)"),
    ("Crew (feat. A x B and C)", "Crew (feat. C,A+B)"),
    ("Crew (with A)", "Crew - feat. A"),
    # other scripts
    ("Café", unicodedata.normalize("NFD", "Café")),
    ("夜に駆ける", "夜に駆ける（Remastered）"),
    ("丸ノ内サディスティック", "丸ノ内サディスティック - 2019 Remaster"),
    ("КИНО - Remastered", "Кино"),
    ("حبيتك بالصيف", "حبيتك بالصيف (Remastered 2014)"),
    ("봄날", "봄날 (Deluxe Version)"),
    ("ＡＢＣ", "ABC"),
    ("Straße", "STRASSE"),
]
APART = [
    # another recording says so
    ("Hurt", "Hurt - Live"),
    ("Hurt - Live at Wembley", "Hurt - Live in Paris"),
    ("Hurt (Live 1998)", "Hurt (Live 2003)"),
    ("Hurt", "Hurt (Acoustic)"),
    ("Hurt", "Hurt - Remix"),
    ("Hurt - Tiësto Remix", "Hurt - Avicii Remix"),
    ("Hurt", "Hurt - Instrumental"),
    ("Hurt", "Hurt (Karaoke Version)"),
    ("Hurt", "Hurt - Demo"),
    ("Hurt", "Hurt - Mono"),
    ("Hurt - Mono / Remastered", "Hurt - Remastered"),
    ("Hurt", "Hurt - 2015 Mix"),
    ("Hurt", "Hurt - Sped Up"),
    ("Hurt", "Hurt (Clean)"),
    ("Hurt", "Hurt - Extended Mix"),
    ("Hurt", "Hurt - Spotify Singles"),
    ("Love Story", "Love Story (Taylor's Version)"),
    ("Red (Taylor's Version)", "Red (Taylor's Version) [From The Vault]"),
    ("All Too Well", "All Too Well (10 Minute Version)"),
    ("Yellow", "Yellow (10th Anniversary Version)"),
    # only lengths could tell
    ("Bad Blood", "Bad Blood (feat. Kendrick Lamar)"),
    ("Crew (feat. A)", "Crew (feat. B)"),
    ("Crew", "Crew (feat. X)"),  # between two names x is an and
    ("Crew (feat. Lil Nas)", "Crew (feat. Lil Nas X)"),
    ("One More Time", "One More Time - Radio Edit"),
    ("Let It Go", 'Let It Go (From "Frozen")'),
    ("Strobe", "Strobe - Original Mix"),
    ("Strobe", "Strobe - Single Version"),
    # parts, numbers and words in brackets that belong to the title
    ("Song 2", "Song"),
    ("Echoes, Pt. 1", "Echoes, Pt. 2"),
    ("Echoes (Part I)", "Echoes (Part III)"),
    ("Symphony No. 5", "Symphony No. 9"),
    ("Time", "Time (Clock of the Heart)"),
    ("Crazy", "(You Drive Me) Crazy"),
    ("Interlude", "Interlude (Reprise)"),
    ("Remaster", "Remaster of Puppets"),
    ("Deluxe", "Deluxe Man"),
    ("1999", "1999 - 2019"),
    ("C", "C#"),
    ("1.5", "15"),
    ("+", "÷"),
    ("!!!", "???"),
    ("Papa", "Papá"),
    ("か", "が"),
    ("Intro", "Outro"),
    ("A Feat of Strength", "A"),
    ("Six Ft Deep", "Six"),
    ("夜に駆ける", "夜に駆ける（現場版）"),
]


def test_the_table_is_long_enough() -> None:
    assert len(SAME) + len(APART) >= 80


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_recording(one: str, other: str) -> None:
    assert titles.parse(one).key == titles.parse(other).key


@pytest.mark.parametrize(("one", "other"), APART)
def test_not_the_same_recording(one: str, other: str) -> None:
    assert titles.parse(one).key != titles.parse(other).key


@pytest.mark.parametrize(
    "title", ["(Remastered 2009)", "[]", "()", "-", "- 2011 Remaster", "", " "]
)
def test_a_title_of_nothing_but_packaging_stays(title: str) -> None:
    told = titles.parse(title)
    assert told.packaging == ()
    assert told.key == titles.plain(title)


@pytest.mark.parametrize(
    ("title", "soft_key", "soft"),
    [
        ("Bad Blood (feat. Kendrick Lamar)", "bad blood", ("feat. kendrick lamar",)),
        ("One More Time - Radio Edit", "one more time", ("radio edit",)),
        ('Let It Go - From "Frozen" / Remastered', "let it go", ('from "frozen"',)),
        ("Crew ft. A - Live", "crew live", ("feat. a",)),
        ("Let It Go (From the Original Motion Picture)", "let it go", None),
    ],
)
def test_what_only_lengths_can_tell(title: str, soft_key: str, soft: tuple[str, ...]) -> None:
    told = titles.parse(title)
    assert told.soft_key == soft_key
    assert told.key != soft_key
    assert soft is None or told.soft == soft


def test_words_that_make_another_recording() -> None:
    assert titles.parse("Hurt (Live) - 2011 Remaster").versions == {"live"}
    assert titles.parse("Hurt - Remastered 2011").versions == frozenset()
    assert titles.parse("Live").versions == frozenset()
    assert titles.parse("Hurt - Remastered / Bonus Track").packaging == (
        "remastered",
        "bonus track",
    )


@given(st.text(max_size=60))
def test_any_text_is_a_title(title: str) -> None:
    told = titles.parse(title)
    assert bool(told.key) == bool(titles.plain(title))
    assert titles.parse(title.swapcase()).key == told.key or not title.isascii()


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30))
def test_packaging_never_changes_what_a_title_is(title: str) -> None:
    for packaging in (" - 2011 Remaster", " (Deluxe Edition)", " [Remastered] - Bonus Track"):
        assert titles.parse(title + packaging).key == titles.parse(title).key
    for version in (" - Live", " (Acoustic)", " - 2011 Remix"):
        assert titles.parse(title + version).key != titles.parse(title).key


@pytest.mark.parametrize(
    "title", ["a" + "(a)" * 3000, "a" + " - " * 3000 + "b", " - ".join("a" * 2000)]
)
def test_a_title_made_to_be_slow_is_not(title: str) -> None:
    began = time.process_time()
    titles.parse(title)
    assert time.process_time() - began < 1
