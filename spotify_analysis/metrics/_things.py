"""Artists, tracks and albums as numbers: which of them each play is, and on which day.

First times, places and windows are ordered questions, which engines answer at very different
speed; the few columns of one listener that they need fit in memory. So all engines hand them over
here, and what follows is arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.metrics import _days, _plays, _sums
from spotify_analysis.metrics._sums import Ints

Of = Literal["artists", "tracks", "albums"]
By = Literal["plays", "time"]
# the first key names the thing and must be known, the second tells namesakes apart
KEYS: Final = {"artists": ("artist",), "tracks": ("track", "artist"), "albums": ("album", "artist")}
MEASURES: Final = {"plays": "n_plays", "time": "ms_played"}


def check(
    *, of: str = "artists", by: str = "plays", n: int | None = None, **at_least_one: Any
) -> None:
    """Refuse arguments that metrics of things share where they make no sense.

    Parameters
    ----------
    of : str
        What is told apart.
    by : str
        What it is ranked by.
    n : int or None
        How many rows; None is all.
    **at_least_one : int or None
        Other numbers that are 1 or more where they are given.

    Raises
    ------
    ValueError
        Names the argument and what it may be.
    """
    if of not in KEYS:
        raise ValueError(f"`of` must be 'artists', 'tracks' or 'albums'; not {of!r}.")
    if by not in MEASURES:
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    if n is not None and not _plays.is_count(n):
        raise ValueError(f"`n` must be 1 or more, or None for all; not {n!r}.")
    for name, value in at_least_one.items():
        if value is not None and not _plays.is_count(value):
            raise ValueError(f"`{name}` must be 1 or more; not {value!r}.")


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


@dataclass(frozen=True, slots=True)
class Heard:
    """Plays of things that have a name, with a number for each thing.

    Parameters
    ----------
    of : str
        What the things are, one of `KEYS`.
    things : DataFrame
        The names of things, a column per key, in the order of names by code point; the number of
        a thing is its row.
    code : ndarray of int
        Number of the thing of each play.
    on : ndarray of datetime64[D]
        Local day of each play.
    rows : DataFrame
        ``ms_played`` and the other columns that were asked for.
    """

    of: str
    things: pd.DataFrame
    code: Ints
    on: _days.Days
    rows: pd.DataFrame

    def __len__(self) -> int:
        return len(self.code)

    @property
    def n(self) -> int:
        """How many different things there are."""
        return len(self.things)

    @property
    def span(self) -> _plays.Span:
        """What was counted, as `_plays.finish` wants it."""
        return _plays.span_of_days(self.on)

    @property
    def day(self) -> Ints:
        """Local day of each play, in days since 1970."""
        return self.on.view("int64")

    @property
    def ms(self) -> Ints:
        """Time of each play, 0 where it is not known."""
        ms: Ints = self.rows["ms_played"].to_numpy(dtype="int64", na_value=0)
        return ms

    @property
    def is_timed(self) -> npt.NDArray[np.bool_]:
        """Whether a play knows its time."""
        is_timed: npt.NDArray[np.bool_] = self.rows["ms_played"].notna().to_numpy()
        return is_timed

    @property
    def n_plays(self) -> Ints:
        """Plays of each thing."""
        return np.bincount(self.code, minlength=self.n)

    @property
    def first(self) -> Ints:
        """First day of each thing, in days since 1970."""
        return _sums.least(self.code, self.day, self.n)

    @property
    def last(self) -> Ints:
        """Last day of each thing, in days since 1970."""
        return _sums.greatest(self.code, self.day, self.n)

    def only(self, chosen: npt.NDArray[np.bool_]) -> Heard:
        """Keep some plays; the numbers of things stay.

        Parameters
        ----------
        chosen : ndarray of bool
            Plays to keep.

        Returns
        -------
        Heard
            The rest is left out.
        """
        if chosen.all():
            return self
        return Heard(self.of, self.things, self.code[chosen], self.on[chosen], self.rows[chosen])

    def summed(self, at: Ints, n_places: int) -> dict[str, Ints]:
        """Add plays and time up at their places; places without plays are 0.

        Parameters
        ----------
        at : ndarray of int
            Place of each play.
        n_places : int
            How many places there are.

        Returns
        -------
        dict of str to ndarray
            The columns of `_plays.HEARD`.
        """
        return _sums.summed(self.rows["ms_played"], at, n_places)

    def names(self, code: Ints) -> dict[str, Any]:
        """Return the names of things, by the columns of plays.

        Parameters
        ----------
        code : ndarray of int
            Numbers of things.

        Returns
        -------
        dict of str to array
            A column per key.
        """
        return names(self.things, code)

    def table(self, chosen: Any = slice(None)) -> pd.DataFrame:
        """Return names, plays, time, first and last day of things.

        Parameters
        ----------
        chosen : slice or ndarray
            Which things; all without it.

        Returns
        -------
        DataFrame
            One row per thing chosen, with its number in ``code``.
        """
        code = np.arange(self.n)[chosen]
        sums = self.summed(self.code, self.n)
        return _plays.with_time_known(
            pd.DataFrame(
                {
                    "code": code,
                    **self.names(code),
                    **{name: values[code] for name, values in sums.items()},
                    "first_day": _days.dates(self.first[code]),
                    "last_day": _days.dates(self.last[code]),
                }
            )
        )


def heard(plays: Any, of: str, *more: str) -> Heard:
    """Take the plays of things that have a name and a local day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : str
        One of `KEYS`.
    *more : str
        Other columns wanted in ``rows``.

    Returns
    -------
    Heard
        The plays, in the order they came.
    """
    check(of=of)
    wanted = dict.fromkeys((*KEYS[of], "local_day", "ms_played", *more))
    return among(_plays.rows(plays, *wanted), of, *more)


def among(rows: pd.DataFrame, of: str, *more: str) -> Heard:
    """Take the plays of things that have a name and a local day from rows that are at home.

    Parameters
    ----------
    rows : DataFrame
        Some rows of `tables.PLAYS`, with the names, ``local_day``, ``ms_played`` and `more`.
    of : str
        One of `KEYS`.
    *more : str
        Other columns wanted in ``rows``.

    Returns
    -------
    Heard
        The plays, in the order they came.
    """
    on = rows["local_day"].to_numpy().astype("datetime64[D]")
    dated = ~np.isnat(on)
    if not dated.all():
        rows, on = rows[dated], on[dated]
    code, things = numbered(rows, KEYS[of])
    # names are told by numbers from here on
    rows = rows[list(dict.fromkeys(("ms_played", *more)))]
    return Heard(of, things, code, on, rows).only(code >= 0)


def numbered(
    rows: pd.DataFrame | Mapping[str, pd.Series[Any]], keys: Sequence[str]
) -> tuple[Ints, pd.DataFrame]:
    """Number the different values of one or two columns of names, in their order.

    Parameters
    ----------
    rows : DataFrame or mapping of str to Series
        Has the columns.
    keys : sequence of str
        One or two of them; missing values of the second are a value like any other, the last.

    Returns
    -------
    ndarray of int
        A number for each row, -1 where the first column is missing.
    DataFrame
        The values, by code point, in the order of their numbers.
    """
    first, firsts = in_order(rows[keys[0]])
    if len(keys) == 1:
        return first, pd.DataFrame({keys[0]: firsts})
    second, seconds = in_order(rows[keys[1]])
    # of the second, too, a missing value is one of those that there are
    second = np.where(second < 0, len(seconds), second)
    number, of_first, of_second = _pairs(first, second, len(firsts), len(seconds) + 1)
    of_second = np.where(of_second == len(seconds), -1, of_second)
    return number, pd.DataFrame(
        {
            keys[0]: firsts.take(of_first),
            keys[1]: seconds.take(of_second, allow_fill=True),
        }
    )


def _pairs(first: Ints, second: Ints, n_firsts: int, n_seconds: int) -> tuple[Ints, Ints, Ints]:
    """Number pairs of numbers in their order, -1 where the first is; return their parts as well."""
    # most titles have one artist: a pair is its first number, and only the others are looked up
    usual = np.zeros(n_firsts + 1, dtype="int64")
    usual[first] = second
    others = np.flatnonzero((usual[first] != second) & (first >= 0))
    place, different = pd.factorize(first[others] * n_seconds + second[others])
    more = np.asarray(different, dtype="int64")
    of_first = np.concatenate([np.arange(n_firsts), more // n_seconds])
    of_second = np.concatenate([usual[:-1], more % n_seconds])
    number = first.copy()
    number[others] = n_firsts + place
    if len(more):
        order = np.lexsort((of_second, of_first))
        in_order = np.empty(len(order) + 1, dtype="int64")
        in_order[order] = np.arange(len(order))
        in_order[-1] = -1
        number, of_first, of_second = in_order[number], of_first[order], of_second[order]
    return number, of_first, of_second


def names(things: pd.DataFrame, code: Ints) -> dict[str, Any]:
    """Return the names of things, by the columns of plays.

    Parameters
    ----------
    things : DataFrame
        Names, as `numbered` returns them.
    code : ndarray of int
        Numbers of things.

    Returns
    -------
    dict of str to array
        A column per key.
    """
    return {str(key): things[key].array.take(code) for key in things}


def in_order(values: pd.Series[Any]) -> tuple[Ints, Any]:
    """Number the different values of a column in their order.

    Parameters
    ----------
    values : Series of string
        Any names.

    Returns
    -------
    ndarray of int
        A number for each value, -1 where it is missing.
    array
        The different values, by code point.
    """
    code, different = values.array.factorize()
    order = different.argsort()
    number = np.empty(len(order) + 1, dtype="int64")
    number[order] = np.arange(len(order))
    number[-1] = -1
    return number[code], different.take(order)


def as_day(value: Any, name: str, on: _days.Days) -> np.datetime64 | None:
    """Return a day that a caller named, or the last day of the plays.

    Parameters
    ----------
    value : date, str or None
        What the caller gave; None is the last day.
    name : str
        Name of the argument.
    on : ndarray of datetime64[D]
        Local days of the plays.

    Returns
    -------
    datetime64[D] or None
        The day; None where none was named and there are no plays.

    Raises
    ------
    ValueError
        If it is no day.
    """
    if value is None:
        return on.max() if len(on) else None
    stamp: Any
    try:
        stamp = pd.Timestamp(value)
    except (TypeError, ValueError):
        stamp = pd.NaT
    if pd.isna(stamp):
        raise ValueError(f"`{name}` must be a day such as '2026-11-24'; not {value!r}.")
    return np.datetime64(stamp.date(), "D")


def cells(heard: Heard, place: Ints | None = None) -> pd.DataFrame:
    """Count the plays of each thing at each place: a period, an hour, or all at one.

    Parameters
    ----------
    heard : Heard
        The plays.
    place : ndarray of int or None
        Place of each play, 0 or more; None is 0.

    Returns
    -------
    DataFrame
        ``place``, ``code``, and the columns of `_plays.HEARD`; only pairs with plays.
    """
    n_things = max(heard.n, 1)
    n_cells = n_things * (1 if place is None else int(place.max(initial=0)) + 1)
    if place is None or n_cells <= 4 * len(heard):
        at = heard.code if place is None else place * n_things + heard.code
        sums = heard.summed(at, n_cells)
        pairs = np.flatnonzero(sums["n_plays"])
        sums = {name: values[pairs] for name, values in sums.items()}
    else:
        # many places of many things are hardly ever all taken
        pair, different = pd.factorize(place * n_things + heard.code)
        pairs = np.asarray(different, dtype="int64")
        sums = heard.summed(pair, len(pairs))
    return pd.DataFrame({"place": pairs // n_things, "code": pairs % n_things, **sums})


def placed(counts: pd.DataFrame, by: str, *, n: int | None = None) -> pd.DataFrame:
    """Put the cells of each place in order, and number them.

    Parameters
    ----------
    counts : DataFrame
        What `cells` returned.
    by : str
        One of `MEASURES`.
    n : int or None
        Keep so many of each place.

    Returns
    -------
    DataFrame
        Also ``rank`` and ``share`` (of the place), first place first.
    """
    measure = counts[MEASURES[by]].to_numpy()
    place = counts["place"].to_numpy()
    order = np.lexsort((counts["code"].to_numpy(), -measure, place))
    measure, place = measure[order], place[order]
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    lengths = np.diff(np.append(starts, len(place)))
    rank = np.arange(len(place)) - np.repeat(starts, lengths) + 1
    totals = np.add.reduceat(measure, starts) if len(starts) else measure
    whole = np.repeat(totals, lengths)
    # nothing known of the time is no share of it
    share = pd.arrays.FloatingArray(measure / np.maximum(whole, 1), whole == 0)
    kept = slice(None) if n is None else rank <= n
    chosen = order[kept]
    return _plays.with_time_known(
        pd.DataFrame(
            {
                **{name: counts[name].to_numpy()[chosen] for name in counts},
                "rank": rank[kept],
                "share": share[kept],
            }
        )
    )


def per_day(heard: Heard) -> pd.DataFrame:
    """Count the plays of each thing on each day.

    Parameters
    ----------
    heard : Heard
        The plays.

    Returns
    -------
    DataFrame
        ``code``, ``day`` (as a number since 1970) and the columns of `_plays.HEARD`, in the order
        of things, then days.
    """
    day = heard.day
    first, width = (int(day.min()), int(np.ptp(day)) + 1) if len(day) else (0, 1)
    at, different = pd.factorize(heard.code * width + day - first)
    cells = np.asarray(different, dtype="int64")
    order = np.argsort(cells)
    sums = heard.summed(at, len(cells))
    return pd.DataFrame(
        {
            "code": cells[order] // width,
            "day": cells[order] % width + first,
            **{name: values[order] for name, values in sums.items()},
        }
    )


def counts(plays: Any, of: str, *, timed: bool = False) -> tuple[pd.DataFrame, _plays.Span]:
    """Count plays of artists, tracks or albums that have a name, with or without a day.

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
        Names and ``n_plays``, in the order of names; with time all columns of `_plays.HEARD`.
    Span
        What was counted.
    """
    check(of=of)
    keys = KEYS[of]
    rows = _plays.columns(plays, *keys, "local_day", *(["ms_played"] if timed else []))
    code, things = numbered(rows, keys)
    n_things = len(things)
    # one place more, for those without a name
    sums = {"n_plays": np.bincount(code + 1, minlength=n_things + 1)[1:]}
    if timed:
        known = code >= 0
        sums = _sums.summed(rows["ms_played"][known], code[known], n_things)
    span = _plays.span_of_named(
        rows["local_day"].to_numpy(), rows[keys[0]], int(sums["n_plays"].sum())
    )
    return things.assign(**sums), span


def frequencies(plays: Any, of: str) -> tuple[Ints, _plays.Span]:
    """Count plays of artists, tracks or albums that have a name, and forget the names.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : {"artists", "tracks", "albums"}
        What to tell apart.

    Returns
    -------
    ndarray of int
        Plays of each, the most first.
    Span
        What was counted.
    """
    check(of=of)
    if len(KEYS[of]) > 1:
        found, span = counts(plays, of)
        n_plays = found["n_plays"].to_numpy(dtype="int64")
    else:
        (key,) = KEYS[of]
        rows = _plays.columns(plays, key, "local_day")
        n_plays = rows[key].value_counts(sort=False).to_numpy(dtype="int64")
        span = _plays.span_of_named(rows["local_day"].to_numpy(), rows[key], int(n_plays.sum()))
    return np.sort(n_plays)[::-1], span
