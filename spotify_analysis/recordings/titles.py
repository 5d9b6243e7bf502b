"""What a title says besides its words: remasters, editions, guests, films, versions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Title", "parse", "plain"]

_BRACKETED = re.compile(r"^(?P<base>.+?)\s*(?:\((?P<a>[^()]*)\)|\[(?P<b>[^\[\]]*)\])\s*$")
_DASHED = re.compile(r"^(?P<base>.*\S)\s+-\s+(?P<rest>\S.*)$")
_GUESTS = re.compile(r"^(?:feat\.?|ft\.?|featuring|with)\s+(?P<who>.+)$")
_GUESTS_AT_THE_END = re.compile(r"^(?P<base>.*\S)\s+(?:feat\.|ft\.|featuring)\s+(?P<who>\S.*)$")
_BETWEEN_GUESTS = re.compile(r"\s*[,&+]\s*|\s+(?:and|x)\s+")
_FROM_FILM = re.compile(r"^(?:music )?from (?:the )?(?:[\"'].+|(?:original |motion picture).*)$")
# no title has more; one made to be slow would
_MOST_PARTS = 8
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_NTH = re.compile(r"^\d+(?:st|nd|rd|th)$")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}

# one of these makes words mere packaging, if nothing but the others stands beside it
_REMASTER = {"remaster", "remastered", "remasterd", "remasters", "remastering"}
_EDITION = {"deluxe", "expanded", "bonus"}
_KIND_OF_EDITION = {"anniversary", "special", "collectors", "limited", "legacy"}
_BESIDE = {
    "album",
    "bit",
    "digital",
    "digitally",
    "edition",
    "hd",
    "in",
    "new",
    "super",
    "the",
    "track",
    "tracks",
    "version",
    "24",
    "16",
}
# they say of a recording what it is, or nothing: only the length tells
_SOFT = {
    "album version",
    "edit",
    "explicit",
    "explicit version",
    "lp version",
    "main version",
    "original",
    "original mix",
    "original version",
    "radio edit",
    "radio mix",
    "radio version",
    "single",
    "single edit",
    "single version",
    "video edit",
}
# a title with one of these is another recording than a title without
_VERSIONS = {
    "a cappella",
    "acappella",
    "acoustic",
    "clean",
    "cover",
    "demo",
    "dub",
    "extended",
    "instrumental",
    "karaoke",
    "live",
    "mix",
    "mono",
    "orchestral",
    "rehearsal",
    "remix",
    "reprise",
    "rework",
    "session",
    "sessions",
    "slowed",
    "sped",
    "stereo",
    "take",
    "unplugged",
    "version",
    "vip",
}


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart.

    Parameters
    ----------
    key : str
        What two names of one recording have in common: the title without case, punctuation and
        packaging; with its guests, versions, parts and numbers.
    soft_key : str
        The same without what may or may not make another recording: guests, films, radio edits.
    packaging : tuple of str
        What was set aside for `key`, as it is written.
    soft : tuple of str
        What else was set aside for `soft_key`.
    versions : frozenset of str
        Words that make another recording: live, acoustic, remix, mono ...
    """

    key: str
    soft_key: str
    packaging: tuple[str, ...]
    soft: tuple[str, ...]
    versions: frozenset[str]


def plain(text: str) -> str:
    """Return a name without case, accents of typing and punctuation, to compare it.

    Parameters
    ----------
    text : str
        A title or an artist.

    Returns
    -------
    str
        Words with one blank between them. Letters keep their accents, ``#``, ``%``, ``*`` and
        signs stay; a name of nothing but punctuation stays as it is.
    """
    words = []
    for char in _folded(text):
        if char == "'":
            continue
        if char in "#%*@" or unicodedata.category(char)[0] not in "PZC":
            words.append(char)
        else:
            words.append(" and " if char == "&" else " ")
    told = "".join(words).split()
    for n, word in enumerate(told[:-1]):
        after = told[n + 1]
        if word in ("part", "pt", "parts") and (after[0].isdigit() or after in _ROMAN):
            told[n], told[n + 1] = "pt", _ROMAN.get(after, after)
    return " ".join(told) or _folded(text).strip()


@lru_cache(maxsize=200_000)
def parse(title: str) -> Title:
    """Take a title apart.

    Parameters
    ----------
    title : str
        As Spotify writes it.

    Returns
    -------
    Title
        Its parts.

    Notes
    -----
    Only what stands at the end, in brackets or after a dash, is looked at. Set aside for good:
    remasters (``2011 Remaster``, ``Remastered 2009``), editions (``Deluxe Edition``, ``Bonus
    Track``). Set aside where lengths agree: guests (``feat.``), films (``From "..."``), radio,
    single and album edits. All the rest is kept, so that ``Live at Wembley``, ``Acoustic``,
    ``Taylor's Version``, ``Pt. 2``, ``Mono`` or words nobody has thought of keep recordings apart.

    Examples
    --------
    >>> parse("Heroes - 2017 Remaster").key
    'heroes'
    >>> parse("Heroes - Live at Wembley / Remastered").key
    'heroes live at wembley'
    """
    base = _folded(title).strip()
    kept: list[str] = []
    packaging: list[str] = []
    soft: list[str] = []
    guests: list[str] = []
    for _ in range(_MOST_PARTS):
        cut = _last_part(base)
        if cut is None:
            break
        base, part = cut
        aside, film_or_edit, rest = _sorted_out(part)
        packaging[:0] = aside
        who = _GUESTS.match(rest) if rest else None
        if who:
            guests += _BETWEEN_GUESTS.split(who["who"])
            soft.insert(0, rest)
        elif rest:
            kept.insert(0, rest)
        soft[:0] = film_or_edit
        kept[:0] = film_or_edit
    at_the_end = _GUESTS_AT_THE_END.match(base)
    if at_the_end:
        base = at_the_end["base"]
        guests += _BETWEEN_GUESTS.split(at_the_end["who"])
        soft.append(f"feat. {at_the_end['who']}")
    edits = {words for words in soft if words in kept}
    invited = sorted(filter(None, map(plain, guests)))
    key = plain(" ".join([base, *kept]))
    if invited:
        key = f"{key} feat {' '.join(invited)}"
    soft_key = plain(" ".join([base, *(words for words in kept if words not in edits)]))
    written = set(soft_key.split())
    return Title(
        key,
        soft_key,
        tuple(packaging),
        tuple(soft),
        frozenset(written & _VERSIONS if len(written) > 1 else ()),
    )


def _folded(text: str) -> str:
    """Write a name in one case, one normal form, one kind of dash, quote and blank."""
    told = unicodedata.normalize("NFKC", text).casefold()
    # casefold may leave letters apart that belong together
    told = unicodedata.normalize("NFKC", told)
    for wrong, right in _ALIKE:
        told = told.replace(wrong, right)
    return " ".join("".join(c for c in told if unicodedata.category(c) != "Cf").split())


_ALIKE = (
    *((dash, "-") for dash in "‐‑‒–—―"),
    *((quote, "'") for quote in "’‘ʼ`´"),
    *((quote, '"') for quote in "“”„«»"),
    ("【", "["),
    ("】", "]"),
    ("{", "("),
    ("}", ")"),
)


def _last_part(base: str) -> tuple[str, str] | None:
    """Cut the last bracket, or what stands after the last dash, off a title."""
    cut = _BRACKETED.match(base)
    if cut:
        return cut["base"], (cut["a"] or cut["b"] or "").strip()
    cut = _DASHED.match(base)
    return (cut["base"], cut["rest"].strip()) if cut else None


def _sorted_out(part: str) -> tuple[list[str], list[str], str]:
    """Sort the words of one bracket: packaging, film or edit, and all the rest."""
    pieces = [piece.strip() for piece in re.split(r"\s*[/;]\s*", part) if piece.strip()]
    packaging = [piece for piece in pieces if _is_packaging(piece)]
    soft = [piece for piece in pieces if plain(piece) in _SOFT or _FROM_FILM.match(piece)]
    rest = [piece for piece in pieces if piece not in packaging and piece not in soft]
    if not (packaging or soft):
        return [], [], part
    return packaging, soft, " ".join(rest)


def _is_packaging(piece: str) -> bool:
    words = plain(piece).split()
    known = _BESIDE | _REMASTER | _EDITION | _KIND_OF_EDITION
    if not all(word in known or _YEAR.match(word) or _NTH.match(word) for word in words):
        return False
    told = set(words)
    is_edition = "edition" in told and bool(told & _KIND_OF_EDITION)
    return bool(told & (_REMASTER | _EDITION)) or is_edition
