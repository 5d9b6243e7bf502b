"""Days to celebrate: milestones, anniversaries, this day in other years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _sums, _things
from spotify_analysis.metrics._things import Of

__all__ = ["anniversaries", "milestones", "on_this_day"]

_MS_PER_HOUR = 3_600_000
_PACE_DAYS = 90
_PLAYS_AT = (
    *(100, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000),
    *range(100_000, 1_000_001, 50_000),
)
_HOURS_AT = (10, 100, 250, 500, *range(1_000, 5_000, 1_000), *range(5_000, 100_001, 2_500))
_DAYS_AT = (7, 30, 50, 100, 200, 365, 500, 730, *range(1_000, 10_001, 500))


def milestones(
    plays: Any,
    *,
    plays_at: Sequence[int] = _PLAYS_AT,
    hours_at: Sequence[int] = _HOURS_AT,
    days_at: Sequence[int] = _DAYS_AT,
    number_one_from: int = 100,
) -> pd.DataFrame:
    """Find the days on which round numbers were reached, and say what comes next.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``local_day`` and ``ms_played``. Give the whole
        history.
    plays_at, hours_at, days_at : sequence of int
        Milestones of plays, of hours listened, and of days in a row with plays.
    number_one_from : int
        So many plays make an artist's number one worth telling: in the first days it changes with
        every play.

    Returns
    -------
    DataFrame
        `tables.MILESTONES`: what was reached in the order of days, then the next of each kind.

    Raises
    ------
    ValueError
        If milestones are not 1 or more, or `number_one_from` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A milestone belongs to the local day on which it was reached. The next one is expected at the
    pace of the last 90 days of the plays (of all, if they are fewer); a run of days goes on by one
    a day. The number one of all time changes when, at the end of a day, another artist has more
    plays than the one before; of equal ones the first name by code point.
    """
    wanted = {"plays": plays_at, "hours": hours_at, "days_in_a_row": days_at}
    for name, values in zip(("plays_at", "hours_at", "days_at"), wanted.values(), strict=True):
        if any(value < 1 for value in values):
            raise ValueError(f"`{name}` must be 1 or more each; not {min(values)!r}.")
    _things.check(number_one_from=number_one_from)
    counted, days = _days.by_day(plays)
    heard = _things.heard(plays, "artists")
    rows: list[dict[str, Any]] = []
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        run = _days.runs_of(on)
        in_a_row = np.arange(len(on)) - np.searchsorted(run, run) + 1
        so_far = {
            "plays": np.cumsum(days["n_plays"].to_numpy(dtype="int64")),
            "hours": np.cumsum(days["ms_played"].to_numpy(dtype="int64")) / _MS_PER_HOUR,
            # the longest run up to a day only grows, as the others do
            "days_in_a_row": np.maximum.accumulate(in_a_row),
        }
        for what, values in wanted.items():
            rows += _reached(what, sorted(values), so_far[what], on, int(in_a_row[-1]))
    rows += _new_number_ones(heard, number_one_from)
    frame = tables.conform(rows, tables.MILESTONES)
    kinds = {what: n for n, what in enumerate((*wanted, "number_one"))}
    frame = (
        frame.assign(order=frame["what"].map(kinds), is_next=~frame["is_reached"])
        .sort_values(["is_next", "local_day", "order", "value"], na_position="last")
        .drop(columns=["order", "is_next"])
    )
    return _plays.finish(frame, tables.MILESTONES, counted, facts_of=plays)


def anniversaries(
    plays: Any,
    *,
    as_of: Any = None,
    of: Of = "artists",
    days: int = 30,
    at_least: int = 10,
) -> pd.DataFrame:
    """Find first plays that have their anniversary around a day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses the names, ``local_day`` and ``ms_played``. Give the whole
        history.
    as_of : date, str or None
        The day; None is the last day of the plays.
    of : {"tracks", "artists", "albums"}
        Whose first plays.
    days : int
        How far back and ahead to look, at most 182.
    at_least : int
        Only what has so many plays.

    Returns
    -------
    DataFrame
        `tables.ANNIVERSARIES`: in the order of days, past ones first; of one day the most played
        first. Fact ``as_of``.

    Raises
    ------
    ValueError
        If `of` is none of the three, `as_of` is no day, `days` is not 1 to 182, or `at_least` is
        below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A first play on 29 February has its anniversary on the 28th in other years. Whatever these
    plays first name counts as heard for the first time then. All plays are counted, also those
    after `as_of`.
    """
    _things.check(of=of, at_least=at_least)
    if not 1 <= days <= 182:
        raise ValueError(f"`days` must be 1 to 182; not {days!r}.")
    heard = _things.heard(plays, of)
    today = _things.as_day(as_of, "as_of", heard.on)
    frame = pd.DataFrame()
    if today is not None and len(heard):
        first = heard.first.view("datetime64[D]")
        counts = _plays.with_time_known(_things.cells(heard))
        counts = counts[counts["n_plays"] >= at_least]
        first = first[counts["code"].to_numpy()]
        year = int(str(today)[:4])
        found = []
        for shift in (-1, 0, 1):
            day = _in_year(first, year + shift)
            until = (day - today).astype("int64")
            n_years = year + shift - (first.astype("datetime64[Y]").astype("int64") + 1970)
            found.append(
                counts.assign(
                    anniversary=day.astype("datetime64[us]"),
                    days_until=until,
                    n_years=n_years,
                    first_day=first.astype("datetime64[us]"),
                )[(np.abs(until) <= days) & (n_years >= 1)]
            )
        frame = pd.concat(found).sort_values(
            ["days_until", "n_plays", "code"], ascending=[True, False, True]
        )
        frame = frame.assign(**heard.names(frame["code"].to_numpy()))
    return _plays.finish(
        frame,
        tables.ANNIVERSARIES,
        heard.span,
        facts_of=plays,
        of=of,
        as_of=None if today is None else str(today),
    )


def on_this_day(plays: Any, *, as_of: Any = None) -> pd.DataFrame:
    """Say what was heard on the same day of the calendar in earlier years.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``local_day`` and ``ms_played``.
    as_of : date, str or None
        The day; None is the last day of the plays.

    Returns
    -------
    DataFrame
        `tables.ON_THIS_DAY`: one row per earlier year whose day is not before the first play,
        with zeros where nothing was heard; the latest first. Fact ``as_of``.

    Raises
    ------
    ValueError
        If `as_of` is no day.
    TableError
        If a column is missing.

    Notes
    -----
    The 29th of February has only leap years. A play belongs to the local day on which it began.
    Of equal ones the first name by code point was played most. Podcasts and audiobooks count as
    plays and have no track.
    """
    every = _plays.rows(plays, "track", "artist", "local_day", "ms_played")
    on = every["local_day"].to_numpy().astype("datetime64[D]")
    every, on = every[~np.isnat(on)], on[~np.isnat(on)]
    today = _things.as_day(as_of, "as_of", on)
    frame = pd.DataFrame()
    if today is not None and len(on):
        years_ago, days = _in_earlier_years(today, on.min())
        is_near = np.isin(on, days)
        near, on_near = every[is_near], on[is_near]
        # the latest year comes first
        sums = _sums.summed(near["ms_played"], _place_of(on_near, days), len(days))
        tracks = _most_on(near, "tracks", days)
        # artists of tracks: a podcast has none
        artists = _most_on(near[near["track"].notna()], "artists", days)
        frame = _plays.with_time_known(
            pd.DataFrame(
                {
                    "local_day": _days.dates(days),
                    "years_ago": years_ago,
                    **sums,
                    "n_tracks": tracks["n"],
                    "track": tracks["track"],
                    "track_artist": tracks["artist"],
                    "n_artists": artists["n"],
                    "artist": artists["artist"],
                }
            )
        )
    return _plays.finish(
        frame,
        tables.ON_THIS_DAY,
        _plays.span_of_days(on),
        facts_of=plays,
        as_of=None if today is None else str(today),
    )


def _reached(
    what: str, values: list[int], so_far: Any, on: _days.Days, run: int
) -> list[dict[str, Any]]:
    """Return the milestones of one kind that were reached, and the next one."""
    rows: list[dict[str, Any]] = []
    for value in values:
        place = int(np.searchsorted(so_far, value))
        if place == len(so_far):
            missing = value - (run if what == "days_in_a_row" else float(so_far[-1]))
            first = max(on[-1] - _PACE_DAYS + 1, on[0])
            n_days = int((on[-1] - first).astype("int64")) + 1
            before = int(np.searchsorted(on, first))
            gained = float(so_far[-1]) - (float(so_far[before - 1]) if before else 0.0)
            a_day = 1.0 if what == "days_in_a_row" else gained / n_days
            day = on[-1] + int(np.ceil(missing / a_day)) if a_day else np.datetime64("NaT")
            rows.append(_milestone(what, value, day, missing))
            break
        rows.append(_milestone(what, value, on[place], 0.0))
    return rows


def _milestone(what: str, value: int, day: Any, missing: float) -> dict[str, Any]:
    stamp = pd.Timestamp(day)
    is_reached = missing == 0
    return {
        "what": what,
        "value": value,
        "local_day": stamp,
        "is_reached": is_reached,
        "missing": missing,
    }


def _new_number_ones(heard: _things.Heard, at_least: int) -> list[dict[str, Any]]:
    """Return the artists who overtook all others, in the order of days."""
    if not len(heard):
        return []
    days, place = np.unique(heard.on, return_inverse=True)
    cells = _things.cells(heard, place)
    code, day, n_plays = (
        cells[name].to_numpy(dtype="int64") for name in ("code", "place", "n_plays")
    )
    by_artist = np.lexsort((day, code))
    code, day, n_plays = code[by_artist], day[by_artist], n_plays[by_artist]
    begins = np.flatnonzero(np.diff(code, prepend=-1))
    so_far = np.cumsum(n_plays)
    before = (so_far - n_plays)[begins]
    so_far -= np.repeat(before, np.diff(begins, append=len(code)))
    by_day = np.argsort(day, kind="stable")  # of a day the artists stay in their order
    code, day, so_far = code[by_day], day[by_day], so_far[by_day]
    begins = np.flatnonzero(np.diff(day, prepend=-1))
    best = np.maximum.reduceat(so_far, begins)
    most = np.maximum.accumulate(np.append(at_least - 1, best))
    rows: list[dict[str, Any]] = []
    leader = -1
    for n in np.flatnonzero(best > most[:-1]).tolist():
        here = slice(begins[n], begins[n + 1] if n + 1 < len(begins) else None)
        equal = code[here][so_far[here] == best[n]]
        if leader not in equal:  # else drawn level at most, not overtaken
            leader = int(equal[0])
            artist = heard.things["artist"].iloc[leader]
            first = _milestone("number_one", int(best[n]), days[day[begins[n]]], 0.0)
            rows.append(first | {"artist": artist})
    return rows


def _in_year(first: _days.Days, year: int) -> _days.Days:
    """Return the days of the calendar in another year; 29 February is the 28th."""
    month = first.astype("datetime64[M]").astype("int64") % 12
    day = (first - first.astype("datetime64[M]").astype("datetime64[D]")).astype("int64")
    start = (np.datetime64(f"{year:04d}-01", "M") + month).astype("datetime64[D]")
    moved = start + day
    spills = (moved.astype("datetime64[M]") > start.astype("datetime64[M]")).astype("int64")
    days: _days.Days = moved - spills
    return days


def _in_earlier_years(today: np.datetime64, first: np.datetime64) -> tuple[list[int], _days.Days]:
    """Return how many years ago a day of the calendar was, and when, the latest first."""
    year = int(str(today)[:4])
    found = {}
    for ago in range(1, year - int(str(first)[:4]) + 1):
        try:
            day = np.datetime64(f"{year - ago:04d}-{str(today)[5:]}", "D")
        except ValueError:
            continue  # no 29 February in this year
        if day < first:
            break
        found[ago] = day
    return list(found), np.array(list(found.values()), dtype="datetime64[D]")


def _place_of(on: _days.Days, days: _days.Days) -> _sums.Ints:
    """Return which of some falling days each day is."""
    return len(days) - 1 - np.searchsorted(days[::-1], on)


def _most_on(plays: pd.DataFrame, of: Of, days: _days.Days) -> pd.DataFrame:
    """Return how many different things each of some days had, and the one with most plays."""
    heard = _things.heard(plays, of)
    placed = _things.placed(_things.cells(heard, _place_of(heard.on, days)), "plays")
    first = placed[placed["rank"] == 1]
    named = heard.things.iloc[first["code"]].set_index(first["place"].to_numpy())
    n = np.bincount(placed["place"], minlength=len(days))
    return named.reindex(range(len(days))).assign(n=n)
