from __future__ import annotations

import pytest

from spotify_analysis.plots import _text


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("Plain", "Plain"),
        ("two\nlines\tand\x00 a tab", "two lines and a tab"),
        ("\u202eevil\u202c", "evil"),
        ("❤️", "❤"),
        ("👍🏽 👩‍👧", "👍 👩👧"),
        ("می‌خواهم", "می‌خواهم"),  # a joiner between letters belongs to the word
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_one_line_of_what_can_be_drawn(given: object, drawn: str) -> None:
    assert _text.readable(given)[0] == drawn


def test_every_character_has_a_font() -> None:
    text, families = _text.readable("Zoë فيروز שלום ไทย रफ़ी 🔥 Ке́ды Ω")
    for char in text.replace(" ", ""):
        assert any(_text._has(family, char) for family in families), char


@pytest.mark.parametrize(
    ("given", "told"), [("\U00010380\U00010381", "(Ugaritic)"), ("Ab\U00010380c", "Ab·c")]
)
def test_what_no_font_has_is_told_in_words(
    given: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_text, "_any_family_with", lambda char: None)
    assert _text.readable(given)[0] == told


def test_shorten() -> None:
    long = "A name that goes on and on"
    short = _text.shorten(long, 60, size=10)
    assert short.endswith("…")
    assert long.startswith(short[:-1])
    assert _text.width_of(short, size=10) <= 60
    assert _text.shorten(long, 600, size=10) == long
    assert _text.shorten(long, 0, size=10) == "…"
    assert _text.width_of(long, size=10, strong=True) > _text.width_of(long, size=10)


def test_a_mark_stays_with_its_letter() -> None:
    text = "e\u0301" * 20
    for width in range(8, 60):
        short = _text.shorten(text, width, size=10)
        assert len(short.removesuffix("…")) % 2 == 0


@pytest.mark.parametrize(
    "name",
    ["x" * 1_000_000, "a" + "\u0301" * 10_000, "\u202e" * 5_000 + "evil", "\U0001f3b5" * 100_000],
    ids=["a megabyte", "marks", "turned around", "emoji"],
)
def test_attack_37_a_name_without_end_is_drawn_short(name: str) -> None:
    short = _text.shorten(name, 100, size=10)
    assert 0 < len(short) < 60
    assert _text.width_of(short, size=10) <= 100
    assert "\u202e" not in short


@pytest.mark.parametrize("name", [r"$\frac{$", "$x^2$", r"\textbf{$$}", "$" * 9])
def test_attack_36_a_formula_is_drawn_as_it_is_spelled(name: str) -> None:
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    try:
        text = _text.write(ax, name, (0.5, 0.5))
        figure.canvas.draw()
        assert text.get_text() == name
        assert not text.get_parse_math()
    finally:
        plt.close(figure)
