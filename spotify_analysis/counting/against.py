"""What may speak against a row: the reasons that rules are made of."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.counting.model import LENGTH, FrameReason, Reason

__all__ = [
    "NAMELESS",
    "NOT_LASTFM",
    "PRIVATE",
    "SAME_ROW",
    "SKIPPED",
    "SKIPPED_RAW",
    "UNFINISHED",
    "UNKNOWN",
    "close_by",
    "longer_needed",
    "not_one_of",
    "out_of_season",
    "part_played",
    "same_values",
    "seconds",
    "short_and_cut",
    "shorter_than",
]

_FOUR_MINUTES_MS = 240_000
_US_PER_SECOND = 1_000_000
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ARTICLE = {"track": "a track", "episode": "an episode", "audiobook": "an audiobook"}
# all that an export writes in a row besides its end, as far as it is not dropped while reading
SAME_ROW = (
    "ms_played",
    "started_at",
    "kind",
    "track",
    "artist",
    "album",
    "show",
    "episode",
    "audiobook",
    "chapter",
    "uri",
    "platform",
    "country",
    "reason_start",
    "reason_end",
    "shuffle",
    "skipped",
    "offline",
    "incognito",
)


def seconds(ms: int) -> str:
    """Write a length of time for a reason.

    Parameters
    ----------
    ms : int
        The length.

    Returns
    -------
    str
        Such as ``30 s`` or ``4 min``.
    """
    if ms and ms % 60_000 == 0 and ms > 60_000:
        return f"{ms // 60_000} min"
    return f"{ms / 1000:g} s"


def shorter_than(ms: int) -> Reason:
    """Speak against plays shorter than something; exactly as long counts.

    A row without ``ms_played`` comes from a source that lists a stream only once it counts there
    (the Web API's recent plays, scrobbles), so nothing speaks against it.

    Parameters
    ----------
    ms : int
        The shortest play that counts.

    Returns
    -------
    Reason
        The reason.
    """
    return Reason(
        f"shorter than {seconds(ms)}",
        lambda: (nw.col("ms_played") < ms).fill_null(value=False),
        ("ms_played",),
    )


def longer_needed(ms: int) -> Reason:
    """Speak against plays that are not longer than something; exactly as long does not count.

    Parameters
    ----------
    ms : int
        The longest play that does not count.

    Returns
    -------
    Reason
        The reason.
    """
    return Reason(
        f"not longer than {seconds(ms)}",
        lambda: (nw.col("ms_played") <= ms).fill_null(value=False),
        ("ms_played",),
    )


def not_one_of(kinds: Sequence[str]) -> Reason:
    """Speak against everything that is not of some kinds.

    Parameters
    ----------
    kinds : sequence of str
        Kinds that count.

    Returns
    -------
    Reason
        The reason.
    """
    named = " or ".join(_ARTICLE.get(kind, kind) for kind in kinds)
    return Reason(
        f"not {named}",
        lambda: ~nw.col("kind").is_in(list(kinds)).fill_null(value=False),
        ("kind",),
    )


def out_of_season(first: tuple[int, int], last: tuple[int, int]) -> Reason:
    """Speak against plays outside of a part of each year; local days.

    Parameters
    ----------
    first : tuple of int
        Month and day of the first day that counts.
    last : tuple of int
        Month and day of the last day that counts.

    Returns
    -------
    Reason
        The reason.
    """
    low, high = first[0] * 100 + first[1], last[0] * 100 + last[1]

    def holds() -> nw.Expr:
        place = nw.col("local_day").dt.month() * 100 + nw.col("local_day").dt.day()
        return ((place < low) | (place > high)).fill_null(value=False)

    return Reason(f"outside of {day_of(first)} to {day_of(last)}", holds, ("local_day",))


def day_of(day: tuple[int, int]) -> str:
    """Write a day of any year.

    Parameters
    ----------
    day : tuple of int
        Month and day.

    Returns
    -------
    str
        Such as ``15 November``.
    """
    return f"{day[1]} {_MONTHS[day[0] - 1]}"


UNKNOWN = Reason(
    "nothing says what was played",
    lambda: (nw.col("kind") == "unknown").fill_null(value=False),
    ("kind",),
)
NAMELESS = Reason(
    "artist or title is not known",
    lambda: nw.col("artist").is_null() | nw.col("track").is_null(),
    ("artist", "track"),
)
PRIVATE = Reason(
    "private session",
    lambda: nw.col("incognito").fill_null(value=False),
    ("incognito",),
)
SKIPPED = Reason(
    "skipped",
    lambda: nw.col("was_skipped").fill_null(value=False),
    ("was_skipped",),
)
SKIPPED_RAW = Reason(
    "skipped, as Spotify says",
    lambda: nw.col("skipped").fill_null(value=False),
    ("skipped",),
)


def _says_no_end() -> nw.Expr:
    return nw.col("reason_end").is_null() | nw.col("reason_end").is_in(["", "unknown"])


def _finished() -> nw.Expr:
    return (nw.col("reason_end") == "trackdone").fill_null(value=False)


UNFINISHED = (
    Reason(
        "nothing says how it ended",
        lambda: _says_no_end().fill_null(value=True),
        ("reason_end",),
    ),
    Reason("not played to the end", lambda: ~_finished(), ("reason_end",)),
)


def short_and_cut(ms: int) -> Reason:
    """Speak against short plays that were skipped or that anything but the end of the track ended.

    Parameters
    ----------
    ms : int
        A play is short below this.

    Returns
    -------
    Reason
        The reason.
    """
    # what ListenBrainz does not name (a song that goes on as a video) it takes
    fine = ["trackdone", "switched-to-video"]

    def holds() -> nw.Expr:
        is_short = (nw.col("ms_played") < ms).fill_null(value=False)
        was_cut = ~nw.col("reason_end").is_in(fine).fill_null(value=False)
        return is_short & (was_cut | nw.col("skipped").fill_null(value=False))

    return Reason(
        f"shorter than {seconds(ms)} and cut short",
        holds,
        ("ms_played", "reason_end", "skipped"),
    )


def part_played(share: float) -> tuple[Reason, Reason]:
    """Speak against plays of less than a part of the track, and where its length is not known.

    Parameters
    ----------
    share : float
        The smallest part that counts, 0 to 1.

    Returns
    -------
    tuple of Reason
        The reasons.
    """
    return (
        Reason(
            "its length is not known",
            lambda: nw.col(LENGTH).is_null() & ~nw.col("ms_played").is_null(),
            (LENGTH, "ms_played"),
        ),
        Reason(
            f"less than {share * 100:g} % of the track",
            lambda: (nw.col("ms_played") < nw.col(LENGTH) * share).fill_null(value=False),
            (LENGTH, "ms_played"),
        ),
    )


def _is_unsure() -> nw.Expr:
    # who heard a track to its end heard half of it, and its length is about what was heard
    sure = _finished() & (nw.col("ms_played") > 30_000).fill_null(value=False)
    too_short = (nw.col("ms_played") < _FOUR_MINUTES_MS).fill_null(value=False)
    return nw.col(LENGTH).is_null() & too_short & ~sure


NOT_LASTFM = (
    Reason(
        "the track is not longer than 30 s",
        lambda: (nw.col(LENGTH) <= 30_000).fill_null(value=False),
        (LENGTH,),
    ),
    Reason(
        "less than half of the track, and less than 4 min",
        lambda: (
            (nw.col("ms_played") * 2 < nw.col(LENGTH)) & (nw.col("ms_played") < _FOUR_MINUTES_MS)
        ).fill_null(value=False),
        (LENGTH, "ms_played"),
    ),
    Reason(
        "its length is not known, and it was neither finished nor played for 4 min",
        _is_unsure,
        (LENGTH, "ms_played", "reason_end"),
    ),
)


def same_values(columns: tuple[str, ...]) -> FrameReason:
    """Speak against all but the first of rows that end at the same time and are equal in columns.

    Parameters
    ----------
    columns : tuple of str
        The columns; missing values are equal.

    Returns
    -------
    FrameReason
        The reason. The end is what the source wrote (``logged_at``), else ``ended_at``; rows
        without either are not compared.
    """

    def holds(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
        ended = rows["logged_at"].fillna(rows["ended_at"]).rename("ended")
        # most rows end alone, and comparing texts is dear
        alike = (ended.duplicated(keep=False) & ended.notna()).to_numpy()
        held = np.zeros(len(rows), dtype=bool)
        some = pd.concat([ended.loc[alike], rows.loc[alike, list(columns)]], axis=1)
        held[alike] = some.duplicated().to_numpy()
        return held

    return FrameReason("the same row once more", holds, ("logged_at", "ended_at", *columns))


def close_by(within_s: float, same: tuple[str, ...], why: str) -> FrameReason:
    """Speak against plays that ended soon after one that counts.

    Parameters
    ----------
    within_s : float
        How soon, in seconds; just as late is soon.
    same : tuple of str
        Columns in which both plays must be equal; ``()`` compares with any play.
    why : str
        The reason in words.

    Returns
    -------
    FrameReason
        The reason. Plays stand in the order of their end, then in the order they came. Rows
        without an end, or without a value of `same`, are not compared.
    """

    def holds(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
        held = np.zeros(len(rows), dtype=bool)
        group = np.zeros(len(rows), dtype="int64")
        known = rows["ended_at"].notna().to_numpy()
        for name in same:
            code, values = pd.factorize(rows[name])
            known = known & (code >= 0)
            # numbered anew each time: products of many columns would not fit
            group = pd.factorize(group * (len(values) + 1) + code + 1)[0]
        places = np.flatnonzero(known)
        at = rows["ended_at"].astype("int64").to_numpy()[places]
        order = np.lexsort((at, group[places]))
        at, among, places = at[order], group[places][order], places[order]
        soon = (among[1:] == among[:-1]) & (np.diff(at) <= within_s * _US_PER_SECOND)
        last = 0
        for n in np.flatnonzero(soon) + 1:
            if n == 1 or not soon[n - 2]:
                last = at[n - 1]
            if at[n] - last <= within_s * _US_PER_SECOND:
                held[places[n]] = True
            else:
                last = at[n]
        return held

    return FrameReason(why, holds, ("ended_at", *same))
