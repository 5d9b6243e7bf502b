"""Plays as codes: which artist, track or album each of them is, on which day, in numpy arrays.

First times, last times and windows are ordered questions, which engines answer at very different
speed; a few columns of one listener fit in memory. So all engines hand them over here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

Of = Literal["artists", "tracks", "albums"]
Ints = npt.NDArray[np.int64]

# what tells one from another; the first one must be known
KEYS: Final = {
    "artists": ("artist",),
    "tracks": ("track", "artist"),
    "albums": ("album", "artist"),
}


@dataclass(frozen=True)
class Heard:
    """Plays of artists, tracks or albums, as codes.

    Parameters
    ----------
    counted : narwhals DataFrame or LazyFrame
        The plays, for the facts.
    rows : DataFrame
        The same at home, with the columns asked for.
    code : ndarray of int
        Which thing each play is.
    things : DataFrame
        The names of things, in the order of codes.
    day : ndarray of int
        Local day of each play, in days since 1970.
    """

    counted: _plays.Frame
    rows: pd.DataFrame
    code: Ints
    things: pd.DataFrame
    day: Ints

    @property
    def n(self) -> int:
        """How many different things there are."""
        return len(self.things)

    @property
    def n_plays(self) -> Ints:
        """Plays of each thing."""
        return np.bincount(self.code, minlength=self.n)

    @property
    def first(self) -> Ints:
        """First day of each thing."""
        return least(self.code, self.day, self.n)

    @property
    def last(self) -> Ints:
        """Last day of each thing."""
        return greatest(self.code, self.day, self.n)

    def ms(self) -> tuple[Ints, Ints]:
        """Return how long each thing sounded, and how many of its plays know that.

        Returns
        -------
        ndarray of int
            Milliseconds, 0 where nothing is known.
        ndarray of int
            Plays that know their time.
        """
        known = self.rows["ms_played"].notna().to_numpy()
        ms = self.rows["ms_played"].to_numpy(dtype="int64", na_value=0)
        return (
            total(self.code, ms, self.n),
            np.bincount(self.code[known], minlength=self.n),
        )

    def table(self, chosen: Any = slice(None)) -> pd.DataFrame:
        """Return names, plays, time, first and last day of things.

        Parameters
        ----------
        chosen : slice or ndarray
            Which things; all without it.

        Returns
        -------
        DataFrame
            One row per thing chosen.
        """
        ms, n_timed = self.ms()
        frame = self.things.iloc[chosen].reset_index(drop=True)
        frame = frame.assign(
            n_plays=self.n_plays[chosen],
            ms_played=ms[chosen],
            n_timed=n_timed[chosen],
            first_day=dates(self.first[chosen]),
            last_day=dates(self.last[chosen]),
        )
        return _plays.with_time_known(frame)


def check_of(of: str) -> None:
    """Refuse things that are none of `KEYS`.

    Parameters
    ----------
    of : str
        What the caller asked for.

    Raises
    ------
    ValueError
        If it is none of the three.
    """
    if of not in KEYS:
        raise ValueError(f"`of` must be 'artists', 'tracks' or 'albums'; not {of!r}.")


def check_n(n: int | None) -> None:
    """Refuse a number of rows below 1.

    Parameters
    ----------
    n : int or None
        What the caller asked for; None is all.

    Raises
    ------
    ValueError
        If it is below 1.
    """
    if n is not None and n < 1:
        raise ValueError(f"`n` must be 1 or more, or None for all; not {n!r}.")


def check_least(name: str, value: float, least: float) -> None:
    """Refuse a threshold that is too low.

    Parameters
    ----------
    name : str
        Name of the argument.
    value : float
        What the caller asked for.
    least : float
        The lowest value that means something.

    Raises
    ------
    ValueError
        If it is lower.
    """
    if not value >= least:
        raise ValueError(f"`{name}` must be {least:g} or more; not {value!r}.")


def heard(plays: Any, of: str, *more: str) -> Heard:
    """Take the plays of artists, tracks or albums that have a name and a local day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    *more : str
        Other columns wanted in ``rows``.

    Returns
    -------
    Heard
        The plays, in the order they came.
    """
    check_of(of)
    keys = KEYS[of]
    columns = tuple(dict.fromkeys((*keys, "local_day", *more)))
    counted = _plays.narrow(plays, *columns).filter(
        ~nw.col(keys[0]).is_null(), ~nw.col("local_day").is_null()
    )
    rows = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    code, things = codes(rows, keys)
    return Heard(counted, rows, code, things, days_of(rows["local_day"]))


def codes(rows: pd.DataFrame, keys: Sequence[str]) -> tuple[Ints, pd.DataFrame]:
    """Number the different values of one or two columns.

    Parameters
    ----------
    rows : DataFrame
        Has the columns.
    keys : sequence of str
        One or two of them; missing values of the second are a value like any other.

    Returns
    -------
    ndarray of int
        A number for each row, -1 where the first column is missing.
    DataFrame
        The values, in the order of their numbers.
    """
    first, firsts = pd.factorize(rows[keys[0]])
    if len(keys) == 1:
        return first, pd.DataFrame({keys[0]: firsts})
    second, seconds = pd.factorize(rows[keys[1]])
    n = len(seconds) + 1
    code, pairs = pd.factorize(np.where(first < 0, -1, first * n + second + 1))
    if (pairs < 0).any():
        # one of the codes stands for what is missing
        missing = int(np.flatnonzero(pairs < 0)[0])
        pairs = np.delete(pairs, missing)
        code = np.where(code == missing, -1, code - (code > missing))
    return code, pd.DataFrame(
        {
            keys[0]: pd.Series(firsts, dtype=tables.STRING).take(pairs // n).array,
            # -1 is missing
            keys[1]: pd.Series(seconds, dtype=tables.STRING).reindex(pairs % n - 1).array,
        }
    )


def days_of(days: pd.Series[Any]) -> Ints:
    """Return days as numbers since 1970.

    Parameters
    ----------
    days : Series
        Local days, none missing.

    Returns
    -------
    ndarray of int
        As many numbers.
    """
    return days.to_numpy().astype("datetime64[D]").astype("int64")


def dates(days: Any) -> npt.NDArray[np.datetime64]:
    """Return numbers of days since 1970 as days.

    Parameters
    ----------
    days : ndarray of int
        The numbers.

    Returns
    -------
    ndarray of datetime64
        As many days.
    """
    whole: npt.NDArray[np.datetime64] = (
        np.asarray(days, dtype="int64").astype("datetime64[D]").astype("datetime64[us]")
    )
    return whole


def least(code: Ints, values: Ints, n: int) -> Ints:
    """Return the least value of each code.

    Parameters
    ----------
    code : ndarray of int
        Codes, each at least once.
    values : ndarray of int
        As many values.
    n : int
        How many codes there are.

    Returns
    -------
    ndarray of int
        A value per code.
    """
    found = np.full(n, np.iinfo("int64").max)
    np.minimum.at(found, code, values)
    return found


def greatest(code: Ints, values: Ints, n: int) -> Ints:
    """Return the greatest value of each code.

    Parameters
    ----------
    code : ndarray of int
        Codes, each at least once.
    values : ndarray of int
        As many values.
    n : int
        How many codes there are.

    Returns
    -------
    ndarray of int
        A value per code.
    """
    found = np.full(n, np.iinfo("int64").min)
    np.maximum.at(found, code, values)
    return found


def total(code: Ints, values: Ints, n: int) -> Ints:
    """Return the sum of each code.

    Parameters
    ----------
    code : ndarray of int
        Codes.
    values : ndarray of int
        As many values.
    n : int
        How many codes there are.

    Returns
    -------
    ndarray of int
        A sum per code, 0 where a code has no values.
    """
    found = np.zeros(n, dtype="int64")
    np.add.at(found, code, values)
    return found


def different(code: Ints, values: Ints, n: int) -> Ints:
    """Count the different values of each code.

    Parameters
    ----------
    code : ndarray of int
        Codes.
    values : ndarray of int
        As many values.
    n : int
        How many codes there are.

    Returns
    -------
    ndarray of int
        A count per code.
    """
    if not len(code):
        return np.zeros(n, dtype="int64")
    low = values.min()
    width = int(values.max() - low) + 1
    return np.bincount(pd.unique(code * width + (values - low)) // width, minlength=n)


def period_numbers(days: Ints, period: str) -> tuple[Ints, npt.NDArray[np.datetime64]]:
    """Return in which period each day lies, and when the periods begin.

    Parameters
    ----------
    days : ndarray of int
        Days since 1970; at least one.
    period : str
        One of `_days.PERIODS`.

    Returns
    -------
    ndarray of int
        Number of the period of each day, 0 first.
    ndarray of datetime64
        First days of all periods from the first day to the last.
    """
    first, last = (np.datetime64(int(day), "D") for day in (days.min(), days.max()))
    starts = _days.periods_between(first, last, period)
    # a table of all days is far shorter than the plays
    every = np.arange(first, last + 1)
    place = np.searchsorted(starts, every, side="right") - 1
    return place[days - days.min()], starts


def period_columns(days: Ints, starts: npt.NDArray[np.datetime64], period: str) -> dict[str, Any]:
    """Return the columns that say which periods these are.

    Parameters
    ----------
    days : ndarray of int
        Days since 1970 of all plays.
    starts : ndarray of datetime64
        First days of periods.
    period : str
        One of `_days.PERIODS`.

    Returns
    -------
    dict of str to values
        ``period``, ``period_start`` and ``is_partial``.
    """
    first, last = (np.datetime64(int(day), "D") for day in (days.min(), days.max()))
    return {
        "period": period,
        "period_start": starts.astype("datetime64[us]"),
        "is_partial": _days.is_partial(starts, first, last, period),
    }


def ranked(
    frame: pd.DataFrame, by: Sequence[str], *, n: int | None = None, rising: Sequence[str] = ()
) -> pd.DataFrame:
    """Sort rows, ties by name and by code point, keep the first ones and number them.

    Parameters
    ----------
    frame : DataFrame
        Rows with names.
    by : sequence of str
        Columns to sort by, the most first.
    n : int or None
        How many rows to keep; None is all.
    rising : sequence of str
        Those of `by` whose least value comes first.

    Returns
    -------
    DataFrame
        The rows, with ``rank``.
    """
    if n is not None and n < len(frame):
        # names of the few that can be among the first are sorted, not those of all
        column = frame[by[0]].to_numpy(dtype="float64", na_value=np.nan)
        signed = column if by[0] in rising else -column
        kept = np.partition(np.where(np.isnan(signed), np.inf, signed), n - 1)[n - 1]
        if kept < np.inf:
            frame = frame[signed <= kept]
    names = [name for name in ("track", "album", "artist") if name in frame]
    ordered = frame.sort_values(
        [*by, *names],
        ascending=[*(name in rising for name in by), *(True for _ in names)],
        kind="stable",
        ignore_index=True,
    ).head(n if n is not None else len(frame))
    return ordered.assign(rank=np.arange(1, len(ordered) + 1))


def ranked_in(frame: pd.DataFrame, group: str, by: str, *, n: int | None) -> pd.DataFrame:
    """Sort rows inside of groups, ties by name, keep the first ones of each and number them.

    Parameters
    ----------
    frame : DataFrame
        Rows with names.
    group : str
        Column that groups them; groups stand in its order.
    by : str
        Column of whole numbers to sort by, the most first.
    n : int or None
        How many rows of each group to keep; None is all.

    Returns
    -------
    DataFrame
        The rows, with ``rank``.
    """
    if n is not None and len(frame):
        code, groups = pd.factorize(frame[group])
        measure = frame[by].to_numpy(dtype="int64")
        order = np.lexsort((-measure, code))
        starts = np.searchsorted(code[order], np.arange(len(groups)))
        sizes = np.diff(np.append(starts, len(code)))
        floor = measure[order][starts + np.minimum(sizes, n) - 1]
        frame = frame[measure >= floor[code]]
    names = [name for name in ("track", "album", "artist") if name in frame]
    ordered = frame.sort_values(
        [group, by, *names],
        ascending=[True, False, *(True for _ in names)],
        kind="stable",
        ignore_index=True,
    )
    rank = ordered.groupby(group, sort=False).cumcount() + 1
    kept = rank <= (n if n is not None else len(ordered))
    return ordered.assign(rank=rank)[kept].reset_index(drop=True)


def counts(plays: Any, of: str, *, timed: bool = False) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Count plays of artists, tracks or albums that have a name.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    timed : bool
        Sum up their time, too.

    Returns
    -------
    DataFrame
        Names and ``n_plays``, in no order; with time all columns of `_plays.HEARD`.
    dict
        What `finish` wants to know of the plays that were counted.
    """
    check_of(of)
    keys = KEYS[of]
    columns = (*keys, "local_day", *(["ms_played"] if timed else []))
    # not filtered before: copies of all columns take longer than the counting itself
    rows = _plays.home(_plays.narrow(plays, *columns), _plays.columns_of(tables.PLAYS, *columns))
    code, things = codes(rows, keys)
    known = code >= 0
    found = things.assign(n_plays=np.bincount(code[known], minlength=len(things)))
    if timed:
        ms = rows["ms_played"].to_numpy(dtype="int64", na_value=0)
        is_timed = rows["ms_played"].notna().to_numpy() & known
        found["ms_played"] = total(code[known], ms[known], len(things))
        found["n_timed"] = np.bincount(code[is_timed], minlength=len(things))
    return found, span_of(rows["local_day"].to_numpy()[known])


def span_of(local_days: Any) -> dict[str, Any]:
    """Return how many plays there are, and their first and last day.

    Parameters
    ----------
    local_days : ndarray of datetime64
        Local day of each play, NaT where it is not known.

    Returns
    -------
    dict
        ``n_plays``, ``since`` and ``until``.
    """
    days = local_days.astype("datetime64[D]")
    days = days[~np.isnat(days)]
    ends = (str(days.min()), str(days.max())) if len(days) else (None, None)
    return {"n_plays": len(local_days), "since": ends[0], "until": ends[1]}


def finish(
    frame: pd.DataFrame, table: tables.Table, span: dict[str, Any], *, facts_of: Any, **more: Any
) -> pd.DataFrame:
    """Give rows their table and facts, as `_plays.finish` does, where the span is known.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    table : Table
        What they are.
    span : dict
        What `span_of` said of the plays that were counted.
    facts_of : DataFrame of any engine
        The plays as they came, for the facts that came with them.
    **more : plain JSON values
        Facts of this metric.

    Returns
    -------
    DataFrame
        Rows of `table` with facts.
    """
    given = tables.facts(facts_of)
    kept = {name: given.get(name) for name in ("rule", "rule_text", "time_zone", "source")}
    return tables.note(tables.conform(frame, table), **kept, **span, **more)
