"""When two titles are the same song: names brought to one form for comparing.

Three degrees, from strict to loose: `artist` and `recording` keep apart what sounds different
(a live take is another recording), `song` joins every version of a song.
"""

from __future__ import annotations

import functools
import re
import unicodedata

__all__ = ["artist", "plain", "recording", "song"]

_GUESTS = re.compile(
    r"\s*[(\[]\s*(?:feat\b\.?|ft\b\.?|featuring\b|with\b)[^)\]]*[)\]]"
    r"|\s+(?:feat\.|ft\.|featuring\b)\s.*$"
)
# The same sound in another package.
_PACKAGING = (
    r"remaster(?:ed)?|mono|stereo|(?:album|single|original|deluxe|lp|us|uk) version"
    r"|bonus track|deluxe|explicit|clean"
)
# Another sound: still the same song.
_TAKE = (
    r"live|acoustic|demo|remix|mix|edit|version|instrumental|karaoke|unplugged|session|rework"
    r"|reprise|take|outtake|rehearsal|extended|radio|sped up|slowed|cover|orchestral|a cappella"
)


def _marks(words: str) -> re.Pattern[str]:
    """Match a bracket, or a tail after a dash, that holds one of the words."""
    return re.compile(
        rf"\s*[(\[][^)\]]*\b(?:{words})\b[^)\]]*[)\]]|\s+[-–—]\s+(?:[^-–—]*\s)?(?:{words})\b.*$"
    )


_PACKAGING_MARKS = _marks(_PACKAGING)
_ALL_MARKS = _marks(f"{_PACKAGING}|{_TAKE}")
_TAKE_WORDS = re.compile(rf"\b(?:{_TAKE})\b")
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")  # other scripts' marks are letters: keep them
_NOT_WORDS = re.compile(r"[^\w]+")


# The same few thousand names come again and again.
_kept = functools.lru_cache(maxsize=1 << 16)


@_kept
def plain(text: str) -> str:
    """Fold case, accents and punctuation.

    Parameters
    ----------
    text : str
        A name.

    Returns
    -------
    str
        The name for comparing; never empty unless `text` is blank (a title of nothing but
        signs, such as ``"!!!"``, is kept).
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFKC", _LATIN_ACCENTS.sub("", folded))
    # an apostrophe is dropped, not a gap: "Dont" and "Don't" are written alike
    words = _NOT_WORDS.sub(" ", re.sub("['’‘`´]", "", folded.replace("&", " and "))).strip()
    return words or folded.strip()


def artist(name: str) -> str:
    """Return the form of an artist's name for comparing.

    Parameters
    ----------
    name : str
        Name of the artist.

    Returns
    -------
    str
        The name without case, accents and punctuation.
    """
    return plain(name)


@_kept
def recording(title: str) -> str:
    """Return a title without guests and packaging; live takes and remixes stay apart.

    Parameters
    ----------
    title : str
        Title of a track.

    Returns
    -------
    str
        ``"Élan - Remastered 2011"`` and ``"Elan (feat. X)"`` both give ``"elan"``.
    """
    folded = title.casefold()
    bare = _PACKAGING_MARKS.sub(_packaging_only, _GUESTS.sub("", folded))
    return plain(bare) or plain(folded)


@_kept
def song(title: str) -> str:
    """Return a title without guests, packaging and version: all takes of a song are one.

    Parameters
    ----------
    title : str
        Title of a track.

    Returns
    -------
    str
        ``"Elan - Live"`` gives ``"elan"``.
    """
    folded = title.casefold()
    bare = _ALL_MARKS.sub("", _GUESTS.sub("", folded))
    return plain(bare) or plain(folded)  # a song may be called "(Live)"


def _packaging_only(mark: re.Match[str]) -> str:
    """Keep "(Live 1999 - Remastered)": it names a take as well as its packaging."""
    found = mark.group()
    words = re.sub(_PACKAGING, "", found)
    return found if _TAKE_WORDS.search(words) else ""
