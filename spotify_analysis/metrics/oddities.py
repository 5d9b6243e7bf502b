"""Odd statistics: the unlikely, tracks per artist, guests and letters of names, lengths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _ranks, _signs, _sums, _things

__all__ = [
    "featured_artists",
    "starting_letters",
    "track_lengths",
    "tracks_per_artist",
    "unlikely_artists",
]

# "(feat. A & B)", "[ft. A]", "(with A)"; and without brackets "Title feat. A - Remix"
_IN_BRACKETS = re.compile(
    r"[(\[]\s*(?:feat\.?|ft\.?|featuring|with)\s+([^)\]]+)[)\]]", re.IGNORECASE
)
_BARE = re.compile(
    r"(?<=\s)(?:feat\.|ft\.|feat|featuring)\s+(.+?)(?=\s+[-–—]\s|\s*[(\[]|$)", re.IGNORECASE
)
# what every title with a guest has, in signs that Arrow's quicker search knows as well: its blanks
# are those of ASCII, and it does not know that "wıth" is "with" to Python
_PERHAPS = r"[^a-z0-9](?:feat|ft)|[(\[][^a-z0-9]*w.th"
_BETWEEN = re.compile(r"(\s*[,;]\s*(?:and\s+|&\s*)?|\s+(?:&|\+|and|x|×|/)\s+)", re.IGNORECASE)
# one name with a sign in it that stands between names elsewhere
_ONE_NAME = {
    "above & beyond",
    "belle and sebastian",
    "crosby, stills & nash",
    "crosby, stills, nash & young",
    "dan + shay",
    "earth, wind & fire",
    "florence + the machine",
    "hall & oates",
    "kool & the gang",
    "macklemore & ryan lewis",
    "mumford & sons",
    "nick cave & the bad seeds",
    "of monsters and men",
    "simon & garfunkel",
    "tyler, the creator",
}


def unlikely_artists(
    plays: Any, *, period: _days.Period = "month", n: int | None = 1, min_plays: int = 5
) -> pd.DataFrame:
    """Find in each period the artists whose plays are least to be expected.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist`` and ``local_day``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.
    n : int or None
        How many of each period; None is all.
    min_plays : int
        Plays in the period below which nobody is remarkable.

    Returns
    -------
    DataFrame
        `tables.UNLIKELY_ARTISTS`: at most `n` rows of each period, the first period first.

    Raises
    ------
    ValueError
        If `period` is none of the five, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    The listener's own base rate is p, the artist's share of all plays. Of N plays in a period
    N p are expected, and z = (plays - N p) / sqrt(N p (1 - p)), as for a binomial. Plays come in
    bursts, so z is a measure of surprise and no probability. An artist who has all plays has no
    z and is left out. Ties stand in the order of names, by code point.
    """
    _days.check_period(period)
    _things.check(n=n)
    _things.check_least("min_plays", min_plays, 1)
    heard = _things.heard(plays, "artists")
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        pairs, found = np.unique(place * heard.n + heard.code, return_counts=True)
        is_enough = (found >= min_plays) & (heard.n > 1)
        pairs, found = pairs[is_enough], found[is_enough]
        at, code = pairs // heard.n, pairs % heard.n
        total = heard.n_plays[code]
        rate = total / len(heard.code)
        expected = np.bincount(place, minlength=len(starts))[at] * rate
        frame = heard.things.iloc[code].reset_index(drop=True)
        frame = frame.assign(
            place=at,
            n_plays=found,
            expected=expected,
            z=(found - expected) / np.sqrt(expected * (1 - rate)),
            share_of_artist=found / total,
        )
        # to the billionth: what differs in the last bit is a tie
        frame["measure"] = np.rint(frame["z"] * 1e9).astype("int64")
        frame = _ranks.ranked_in(frame, "place", "measure", n=n)
        columns = pd.DataFrame(_days.period_columns(heard.on, starts, period))
        frame = frame.join(columns, on="place")
    return _plays.finish(frame, tables.UNLIKELY_ARTISTS, heard.span, facts_of=plays, period=period)


def tracks_per_artist(plays: Any, *, n: int | None = None) -> pd.DataFrame:
    """Set the plays of each artist against the number of different tracks, with a trend.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track`` and ``local_day``.
    n : int or None
        How many artists; None is all. The trend is always that of all.

    Returns
    -------
    DataFrame
        `tables.TRACKS_PER_ARTIST`: the most played artist first. Facts ``slope`` and
        ``intercept`` of the trend, where there is one.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Of plays whose artist and title are known. The trend is the line of least squares through the
    logarithms: tracks = e^intercept x plays^slope; it wants artists with at least two different
    numbers of plays. Ties stand in the order of names, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, "artists", "track")
    heard = heard.only(heard.rows["track"].notna().to_numpy())
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    title, _ = pd.factorize(heard.rows["track"])
    named = title >= 0
    if named.any():
        code = heard.code[named]
        n_plays = np.bincount(code, minlength=heard.n)
        n_tracks = _sums.different(code, title[named], heard.n)
        there = np.flatnonzero(n_plays)
        frame = heard.things.iloc[there].assign(n_plays=n_plays[there], n_tracks=n_tracks[there])
        x, y = np.log(n_plays[there]), np.log(n_tracks[there])
        if np.ptp(x) > 0:
            slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
            # in the order of counts, so that the sum does not depend on the order of plays
            intercept = float(y.mean() - slope * x.mean())
            facts = {"slope": round(slope, 12), "intercept": round(intercept, 12)}
            frame["expected_tracks"] = np.exp(facts["intercept"] + facts["slope"] * x)
        frame = _ranks.ranked(frame, {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.TRACKS_PER_ARTIST, heard.span, facts_of=plays, **facts)


def featured_artists(plays: Any, *, n: int | None = 20) -> pd.DataFrame:
    """Rank the guests that titles name.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``local_day`` and ``ms_played``.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.FEATURED_ARTISTS`: at most `n` rows, the most played guest first. Facts
        ``share_with_guests`` of the plays and ``mean_guests`` per play.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    An export names one artist per play; guests stand in titles only: "(feat. A & B)", "[ft. A]",
    "(with A)", "Title feat. A - Remix". Names are parted at commas, "&", "and", "+", "x" and "/",
    but not inside a name that is an artist of these plays or one of a few well-known ones
    ("Tyler, The Creator"). "(with ...)" in small letters ("with strings") is nobody. Upper and
    lower case are one name, written as it is most often. Who is not named in a title is not
    counted. Ties stand in the order of names, by code point.
    """
    _things.check(n=n)
    heard = _things.heard(plays, "tracks")
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    if heard.n:
        titles = heard.things["track"]
        might = titles.str.contains(_PERHAPS, case=False, regex=True)
        chosen = np.flatnonzero(might.fillna(value=False))
        artists = heard.things["artist"].dropna().unique()
        known = _ONE_NAME | {str(name).casefold() for name in artists}
        guests = [guests_of(title, known) for title in titles.iloc[chosen].tolist()]
        row = np.repeat(np.arange(len(chosen)), [len(found) for found in guests])
        songs = heard.table(chosen).iloc[row].reset_index(drop=True)
        songs["guest"] = [name for found in guests for name in found]
        n_plays = heard.n_plays[chosen]
        n_guests = np.array([len(found) for found in guests], dtype="int64")
        facts = {
            "share_with_guests": float(n_plays[n_guests > 0].sum() / len(heard.code)),
            "mean_guests": float((n_plays * n_guests).sum() / len(heard.code)),
        }
        if len(songs):
            frame = _ranks.ranked(_of_guests(songs), {"n_plays": False}, n=n)
    return _plays.finish(frame, tables.FEATURED_ARTISTS, heard.span, facts_of=plays, **facts)


def guests_of(title: str, known: Iterable[str] = ()) -> list[str]:
    """Return the guests a title names, in its order.

    Parameters
    ----------
    title : str
        Title of a track.
    known : iterable of str
        Names, case-folded, that are not parted though they have an "and" or a comma.

    Returns
    -------
    list of str
        Names as they are spelled, each once; empty where the title names none.

    Notes
    -----
    The signs are described in `featured_artists`.
    """
    whole = known if isinstance(known, set | frozenset) else set(known)
    named = []
    rest = title
    for match in _IN_BRACKETS.finditer(title):
        is_with = match.group(0)[1:].lstrip().lower().startswith("with")
        # "(with strings)" is no guest, "(with Ann)" is
        if not is_with or not match.group(1)[0].islower() or match.group(1).casefold() in whole:
            named.append(match.group(1))
        rest = rest.replace(match.group(0), " ")
    named += [match.group(1) for match in _BARE.finditer(rest)]
    found: dict[str, str] = {}
    for names in named:
        for name in _parted(names, whole):
            found.setdefault(name.casefold(), name)
    return list(found.values())


def starting_letters(plays: Any, *, of: _things.Of = "artists") -> pd.DataFrame:
    """Count names and their plays by first letter.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names and ``local_day``.
    of : {"artists", "tracks", "albums"}
        Whose names.

    Returns
    -------
    DataFrame
        `tables.STARTING_LETTERS`: A to Z, with zeros, then other letters by code point, then
        0-9 and #; no rows without plays.

    Raises
    ------
    ValueError
        If `of` is none of the three.
    TableError
        If a column is missing.

    Notes
    -----
    The first letter or digit of the name counts, as a capital without accents ("Émilie" is E);
    an article is part of the name ("The" is T). Names without letters and digits are #.
    """
    counts, span = _things.counts(plays, of)
    frame = pd.DataFrame()
    if len(counts):
        names = counts[_things.KEYS[of][0]]
        code, different = pd.factorize(names)
        letters = np.array([letter_of(str(name)) for name in different], dtype=object)[code]
        by_letter = pd.DataFrame({"letter": letters, "n_plays": counts["n_plays"]})
        sums = by_letter.groupby("letter")["n_plays"].agg(["size", "sum"])
        latin = [chr(n) for n in range(ord("A"), ord("Z") + 1)]
        others = sorted(set(sums.index) - {*latin, "0-9", "#"})
        sums = sums.reindex([*latin, *others, "0-9", "#"], fill_value=0)
        frame = pd.DataFrame(
            {
                "letter": sums.index,
                "n_different": sums["size"].to_numpy(),
                "share_different": (sums["size"] / sums["size"].sum()).to_numpy(),
                "n_plays": sums["sum"].to_numpy(),
                "share_plays": (sums["sum"] / sums["sum"].sum()).to_numpy(),
            }
        )
    return _plays.finish(frame, tables.STARTING_LETTERS, span, facts_of=plays, of=of)


def letter_of(name: str) -> str:
    """Return the letter a name begins with, as `starting_letters` counts it.

    Parameters
    ----------
    name : str
        A name.

    Returns
    -------
    str
        A capital without accents, ``"0-9"`` or ``"#"``.
    """
    for char in name:
        category = unicodedata.category(char)
        if category[0] == "N":
            return "0-9"
        if category[0] == "L":
            plain = unicodedata.normalize("NFKD", char)[0]
            # one letter: the capital of "ß" would be two
            return plain.upper() if len(plain.upper()) == 1 else plain
    return "#"


def track_lengths(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Estimate how long the tracks of each period are.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``reason_end``, ``ms_played`` and
        ``local_day``. Give the whole history: a track skipped now was finished once.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.TRACK_LENGTHS`: one row per period from the first play to the last; lengths are
        missing where none is known.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    An estimate: exports do not know lengths. That of a track is the median (of two middle ones
    the lower) of its plays that ended by themselves (``reason_end`` is ``trackdone``), and plays
    of tracks that were never finished are left out. The mean of a period weighs each play alike,
    however long it was heard.
    """
    _days.check_period(period)
    heard = _things.heard(plays, "tracks", "reason_end")
    frame = pd.DataFrame()
    if heard.n:
        starts, place = _days.places(heard.on, period)
        is_done = _signs.is_word(heard.rows["reason_end"], "trackdone")
        is_done &= heard.is_timed
        length = _median(
            heard.code[is_done],
            heard.ms[is_done],
            heard.n,
        )
        of_play = length[heard.code]
        known = ~np.isnan(of_play)
        at, size = place[known], len(starts)
        n_known = np.bincount(at, minlength=size)
        total = _sums.total(at, of_play[known].astype("int64"), size)
        mean = pd.Series(total / np.maximum(n_known, 1)).astype(tables.FLOAT).mask(n_known == 0)
        median = pd.Series(_median(at, of_play[known].astype("int64"), size), dtype=tables.FLOAT)
        frame = pd.DataFrame(
            {
                **_days.period_columns(heard.on, starts, period),
                "n_plays": np.bincount(place, minlength=size),
                "n_known": n_known,
                "mean_ms": mean,
                "median_ms": median.mask(n_known == 0),
            }
        )
    return _plays.finish(frame, tables.TRACK_LENGTHS, heard.span, facts_of=plays, period=period)


def _median(code: _sums.Ints, values: _sums.Ints, n: int) -> Any:
    """Return the lower median of each code as floats; not a number where there is no value."""
    order = np.lexsort((values, code))
    n_values = np.bincount(code, minlength=n)
    first = np.cumsum(n_values) - n_values
    found = np.full(n, np.nan)
    some = n_values > 0
    found[some] = values[order][(first + (n_values - 1) // 2)[some]]
    return found


def _parted(names: str, known: set[str] | frozenset[str]) -> list[str]:
    """Part names at the signs between them, but for names that are known with a sign."""
    parts = _BETWEEN.split(names.strip())
    found, at = [], 0
    while at < len(parts):
        # the longest run of parts that is one known name
        end = next(
            (
                end
                for end in range(len(parts), at + 1, -2)
                if "".join(parts[at:end]).strip().casefold() in known
            ),
            at + 1,
        )
        name = "".join(parts[at:end]).strip()
        if name:
            found.append(name)
        at = end + 1
    return found


def _of_guests(songs: pd.DataFrame) -> pd.DataFrame:
    """Sum songs up by guest; each song has a row per guest."""
    timed = songs.assign(
        key=songs["guest"].str.casefold(), n_timed=songs["ms_played"].notna().astype("int64")
    )
    by_guest = timed.groupby("key")
    sums = by_guest.agg(
        n_plays=("n_plays", "sum"),
        ms_played=("ms_played", "sum"),
        n_timed=("n_timed", "sum"),
        n_tracks=("track", "size"),
        n_hosts=("artist", "nunique"),
        first_day=("first_day", "min"),
        last_day=("last_day", "max"),
    )
    spelled = timed.groupby(["key", "guest"])["n_plays"].sum().reset_index()
    spelled = spelled.sort_values(["key", "n_plays", "guest"], ascending=[True, False, True])
    sums["artist"] = spelled.drop_duplicates("key").set_index("key")["guest"]
    return _plays.with_time_known(sums.reset_index(drop=True))
