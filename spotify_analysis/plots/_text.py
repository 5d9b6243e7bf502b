"""Words on charts: any script, no boxes, no overlaps, never read as a formula."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

FAMILIES = ("Inter", "DejaVu Sans")
# A family, not a weight: asked for a weight it lacks, every fallback font would log a warning.
STRONG = "Inter SemiBold"
ELLIPSIS = "…"
# no label has room for more, and measuring a megabyte takes minutes
_LONGEST = 1_000
_MARKS = 4
_FOLDER = Path(__file__).parent / "fonts"

# Asked in this order for what the first family lacks; whatever is missing on a machine is passed
# over. Ours first, then what macOS, Windows and Linux bring along.
_SCRIPTS = ("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Devanagari")
_KOREAN = ("Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic")
_JAPANESE = ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo")
_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "Arial Unicode MS",
)
# draws a box with the name of the script for every character there is
_NOT_A_FONT = frozenset({"Last Resort High-Efficiency", "Last Resort", "LastResort"})


@functools.cache
def register_fonts() -> None:
    """Make our fonts known to matplotlib, once."""
    from matplotlib import font_manager

    for file in sorted(_FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(file)


def readable(text: object) -> tuple[str, list[str]]:
    """Return text as it can be drawn here, and the font families that draw it.

    Characters that no installed font has are left out if they are signs or emoji and become a
    middle dot if they are letters; a name of which nothing would be left is told in words.

    Parameters
    ----------
    text : object
        A name; missing is an empty text.

    Returns
    -------
    str
        One line without control characters.
    list of str
        Families, the first one first, that have every character.
    """
    register_fonts()
    whole = _one_line(text)
    families = list(FAMILIES[:1])
    lacking = {char for char in whole if not char.isspace() and not _has(FAMILIES[0], char)}
    for family in _candidates(whole):
        if not lacking:
            break
        found = {char for char in lacking if _has(family, char)}
        if found:
            families.append(family)
            lacking -= found
    for char in sorted(lacking):
        elsewhere = _any_family_with(char)
        if elsewhere is not None:
            families.append(elsewhere)
            lacking = {other for other in lacking if not _has(elsewhere, other)}
    if lacking:
        whole = _without(whole, lacking)
    return whole, [*dict.fromkeys((*families, *FAMILIES))]


def shorten(text: object, width_pt: float, *, size: float, strong: bool = False) -> str:
    """Cut text so that it fits a width, with an ellipsis where something is gone.

    Parameters
    ----------
    text : object
        A name.
    width_pt : float
        Room in points.
    size : float
        Size of the letters in points.
    strong : bool
        In the heavier letters.

    Returns
    -------
    str
        The text, or its beginning and an ellipsis; never cut before a combining mark.
    """
    whole, _ = readable(text)
    if width_of(whole, size=size, strong=strong) <= width_pt:
        return whole
    low, high = 0, len(whole)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(_cut(whole, middle), size=size, strong=strong) <= width_pt:
            low = middle
        else:
            high = middle - 1
    return _cut(whole, low)


def width_of(text: str, *, size: float, strong: bool = False) -> float:
    """Return how wide text is, in points.

    Parameters
    ----------
    text : str
        A line.
    size : float
        Size of the letters in points.
    strong : bool
        In the heavier letters.

    Returns
    -------
    float
        Points.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    if not text:
        return 0.0
    _, families = readable(text)
    font = FontProperties(family=[STRONG, *families] if strong else families, size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def write(
    ax: Axes,
    text: object,
    xy: tuple[float, float],
    *,
    coords: Any = "data",
    offset_pt: tuple[float, float] = (0, 0),
    strong: bool = False,
    **how: Any,
) -> Annotation:
    """Write text on an Axes, in fonts that have it, as it is spelled.

    Parameters
    ----------
    ax : Axes
        Where.
    text : object
        What.
    xy : tuple of float
        Place.
    coords : str, Artist or Transform, or a pair of these
        What `xy` is measured in.
    offset_pt : tuple of float
        Points to the right and up from there.
    strong : bool
        In the heavier letters.
    **how : Any
        Properties of the text.

    Returns
    -------
    Annotation
        The text.
    """
    whole, families = readable(text)
    return ax.annotate(
        whole,
        xy,
        xycoords=coords,
        xytext=offset_pt,
        textcoords="offset points",
        annotation_clip=False,
        parse_math=False,
        **{"family": [STRONG, *families] if strong else families, "va": "baseline", **how},
    )


def _one_line(text: object) -> str:
    """Return text without what has no place in a label: breaks, controls, variant selectors."""
    if not isinstance(text, str):
        return ""
    kept: list[str] = []
    n_marks = 0
    for char in text:
        if len(kept) == _LONGEST:
            break
        n_marks = n_marks + 1 if unicodedata.combining(char) else 0
        if n_marks > _MARKS:
            continue  # no script needs more of them on a letter
        if char in "\n\r\t\v\f\u2028\u2029":
            kept.append(" ")
        elif char == "\u200d" and kept and _is_sign(kept[-1]):
            continue  # joins emoji; ours come one by one
        elif not (
            unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn")
            or "\u202a" <= char <= "\u202e"  # would turn the text around it
            or "\u2066" <= char <= "\u2069"
            or "\ufe00" <= char <= "\ufe0f"
            or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones have no tone in one colour
            or "\U000e0000" <= char <= "\U000e007f"
            or char == "\ufeff"
        ):
            kept.append(char)
    return " ".join("".join(kept).split())


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Sm", "Sc")


def _candidates(text: str) -> tuple[str, ...]:
    """Return families in the order to ask them; one character has other forms in each language."""
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in text}
    if "HANGUL" in scripts:
        han = (*_KOREAN, *_JAPANESE, *_CHINESE)
    elif scripts & {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}:
        han = (*_JAPANESE, *_CHINESE, *_KOREAN)
    else:
        han = (*_CHINESE, *_JAPANESE, *_KOREAN)
    # emoji live beyond the first plane; the older signs (a cross, a star) look better as letters
    has_emoji = any(char >= "\U0001f000" for char in text)
    signs = ("Noto Emoji", "DejaVu Sans") if has_emoji else ("DejaVu Sans", "Noto Emoji")
    return (*_SCRIPTS, *signs, *han)


@functools.cache
def _installed() -> frozenset[str]:
    """Name the installed families that have a plain upright face."""
    from matplotlib import font_manager

    register_fonts()
    plain = {400, "normal", "regular", "book"}
    return frozenset(
        entry.name
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal" and entry.weight in plain and entry.name not in _NOT_A_FONT
    )


@functools.cache
def _characters(family: str) -> frozenset[int]:
    """Return the characters a family has; none where it is not installed."""
    from matplotlib import font_manager

    if family not in _installed():
        return frozenset()
    try:
        # by name, not by file: a collection holds several faces and the name finds ours
        path = font_manager.findfont(
            font_manager.FontProperties(family=[family]), fallback_to_default=False
        )
        return frozenset(font_manager.get_font(path).get_charmap())
    except (OSError, RuntimeError, ValueError):
        return frozenset()  # a damaged font file on this machine is no reason not to draw


def _has(family: str, char: str) -> bool:
    return ord(char) in _characters(family)


@functools.cache
def _any_family_with(char: str) -> str | None:
    """Search all installed families for one that has a character."""
    return next((family for family in sorted(_installed()) if _has(family, char)), None)


def _without(text: str, lacking: set[str]) -> str:
    """Leave out what cannot be drawn, or say in words what would have stood there."""
    kept = []
    for char in text:
        if char not in lacking:
            kept.append(char)
        elif unicodedata.category(char)[0] == "L" and (not kept or kept[-1] != "·"):
            kept.append("·")
    rest = " ".join("".join(kept).split())
    if rest.replace("·", "").strip():
        return rest
    scripts = sorted({unicodedata.name(char, "unknown").split()[0].title() for char in lacking})
    return f"({', '.join(scripts)})"


def _cut(text: str, n_chars: int) -> str:
    """Return the first characters and an ellipsis, without tearing a mark from its letter."""
    while 0 < n_chars < len(text) and (
        unicodedata.category(text[n_chars])[0] == "M" or text[n_chars] == "\u200d"
    ):
        n_chars -= 1
    return text[:n_chars].rstrip() + ELLIPSIS
