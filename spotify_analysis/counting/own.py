"""A rule of one's own."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from spotify_analysis import tables
from spotify_analysis.counting import against
from spotify_analysis.counting.model import FrameReason, Reason, Rule
from spotify_analysis.counting.named import RULES

__all__ = ["rule"]


def rule(
    name: str,
    *,
    min_ms: int | None = None,
    min_share: float | None = None,
    kinds: Sequence[str] | None = None,
    finished: bool = False,
    drop_skipped: bool = False,
    drop_private: bool = False,
    drop_unknown: bool = True,
    drop_repeats_within_s: float | None = None,
    season: tuple[tuple[int, int], tuple[int, int]] | None = None,
    reasons: Sequence[Reason | FrameReason] = (),
    about: str | None = None,
) -> Rule:
    """Make a counting rule of your own; it is accepted wherever a rule is named.

    Parameters
    ----------
    name : str
        Its name; not one of `RULES`.
    min_ms : int or None
        The shortest play that counts, in ms.
    min_share : float or None
        The smallest part of the track that counts, above 0 to 1; needs `lengths` where plays are
        counted, and rows whose length is not known do not count.
    kinds : sequence of str or None
        Kinds that count: ``"track"``, ``"episode"``, ``"audiobook"``, ``"unknown"``; None is all.
    finished : bool
        Only what was played to the end (``reason_end`` is ``trackdone``).
    drop_skipped : bool
        Leave out what was skipped (``was_skipped``, comparable over the years).
    drop_private : bool
        Leave out private sessions.
    drop_unknown : bool
        Leave out rows of which nothing says what was played.
    drop_repeats_within_s : float or None
        Leave out a play of a track that ended at most so many seconds after a play of the same
        artist and title that counts.
    season : tuple of (month, day) or None
        First and last day of each year that count: ``((1, 1), (11, 15))``.
    reasons : sequence of Reason or FrameReason
        Reasons of your own not to count a row, asked last.
    about : str or None
        The rule in words, for captions; None puts them together.

    Returns
    -------
    Rule
        The rule.

    Raises
    ------
    ValueError
        If an argument has a value it cannot have, or the name is taken.

    Examples
    --------
    >>> strict = rule("strict", min_ms=60_000, drop_skipped=True)
    >>> strict.about
    '60 s or longer, not skipped'
    """
    if isinstance(name, str) and name in RULES:
        raise ValueError(f"`name` must not be that of a rule there is already; not {name!r}.")
    if min_ms is not None and not (_is_number(min_ms) and min_ms >= 0):
        raise ValueError(f"`min_ms` must be 0 ms or more, or None; not {min_ms!r}.")
    if min_share is not None and not (_is_number(min_share) and 0 < min_share <= 1):
        raise ValueError(f"`min_share` must be above 0 and at most 1, or None; not {min_share!r}.")
    if drop_repeats_within_s is not None and not (
        _is_number(drop_repeats_within_s) and drop_repeats_within_s >= 0
    ):
        raise ValueError(
            "`drop_repeats_within_s` must be 0 seconds or more, or None; "
            f"not {drop_repeats_within_s!r}."
        )
    if kinds is not None and not _are_kinds(kinds):
        raise ValueError(
            f"`kinds` must be a list of {', '.join(map(repr, tables.KINDS))}, or None; "
            f"not {kinds!r}."
        )
    _check_season(season)
    for reason in reasons:
        if not isinstance(reason, Reason | FrameReason):
            raise ValueError(
                f"`reasons` must be of counting.Reason or counting.FrameReason; not {reason!r}."
            )

    told: list[str] = []
    against_it: list[Reason | FrameReason] = []

    def add(words: str, *why: Reason | FrameReason) -> None:
        if words:
            told.append(words)
        against_it.extend(why)

    if drop_unknown and not (kinds is not None and "unknown" in kinds):
        add("", against.UNKNOWN)
    if kinds is not None:
        add(" or ".join(f"{kind}s" for kind in kinds), against.not_one_of(kinds))
    if min_ms is not None:
        add(f"{against.seconds(min_ms)} or longer", against.shorter_than(min_ms))
    if min_share is not None:
        add(f"{min_share * 100:g} % of the track", *against.part_played(min_share))
    if finished:
        add("played to the end", *against.UNFINISHED)
    if drop_skipped:
        add("not skipped", against.SKIPPED)
    if drop_private:
        add("not private", against.PRIVATE)
    if season is not None:
        first, last = season
        add(
            f"{against.day_of(first)} to {against.day_of(last)}",
            against.out_of_season(first, last),
        )
    if drop_repeats_within_s is not None:
        window = f"within {drop_repeats_within_s:g} s"
        add(
            f"repeats {window} once",
            against.close_by(
                drop_repeats_within_s, ("artist", "track"), f"ended {window} of the same track"
            ),
        )
    for reason in reasons:
        add(f"not: {reason.why}", reason)
    return Rule(name, about or ", ".join(told) or "every known row", tuple(against_it), "yourself")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_kinds(kinds: Any) -> bool:
    is_list = isinstance(kinds, Collection) and not isinstance(kinds, str)
    return is_list and len(kinds) > 0 and all(kind in tables.KINDS for kind in kinds)


def _check_season(season: Any) -> None:
    if season is None:
        return
    try:
        days = [(int(month), int(day)) for month, day in season]
        is_right = (
            len(days) == 2
            and all(1 <= month <= 12 and 1 <= day <= 31 for month, day in days)
            and days[0] <= days[1]
        )
    except (TypeError, ValueError):
        is_right = False
    if not is_right:
        raise ValueError(
            "`season` must be two days of a year as (month, day), the earlier first, or None; "
            f"not {season!r}."
        )
