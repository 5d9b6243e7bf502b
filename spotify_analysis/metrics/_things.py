"""Tracks, artists and albums as numbers, so that places per period are arithmetic.

Places per month are an ordered question, which engines answer at very different speed; the few
columns of one listener that it needs fit in memory, so all engines hand them over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

Of = Literal["tracks", "artists", "albums"]
By = Literal["plays", "time"]
# the first key names the thing, the second tells namesakes apart
KEYS: Final = {"tracks": ("track", "artist"), "artists": ("artist",), "albums": ("album", "artist")}
MEASURES: Final = {"plays": "n_plays", "time": "ms_played"}

Ints = npt.NDArray[np.int64]


def check(*, of: str = "artists", by: str = "plays", **counts: int | None) -> None:
    """Refuse arguments that rankings share where they make no sense.

    Parameters
    ----------
    of : str
        What is ranked.
    by : str
        What it is ranked by.
    **counts : int or None
        Arguments that are 1 or more, or None for all.

    Raises
    ------
    ValueError
        Names the argument and what it may be.
    """
    if of not in KEYS:
        raise ValueError(f"`of` must be 'tracks', 'artists' or 'albums'; not {of!r}.")
    if by not in MEASURES:
        raise ValueError(f"`by` must be 'plays' or 'time'; not {by!r}.")
    for name, value in counts.items():
        if value is not None and value < 1:
            raise ValueError(f"`{name}` must be 1 or more, or None for all; not {value!r}.")


@dataclass(frozen=True, slots=True)
class Heard:
    """The plays of things that have a name and a day, with a number for each thing.

    Parameters
    ----------
    things : DataFrame
        ``kind``, ``name`` and ``artist``, in the order of names by code point; the number of a
        thing is its row.
    code : ndarray of int
        Number of the thing of each play.
    on : ndarray of datetime64[D]
        Local day of each play.
    plays : DataFrame
        ``ms`` (0 where it is not known), ``is_timed`` and the other columns that were asked for.
    """

    things: pd.DataFrame
    code: Ints
    on: _days.Days
    plays: pd.DataFrame

    def __len__(self) -> int:
        return len(self.code)

    @property
    def counted(self) -> _plays.Frame:
        """The plays as `_plays.finish` wants them."""
        frame: _plays.Frame = nw.from_native(
            pd.DataFrame({"local_day": self.on.astype("datetime64[us]")})
        )
        return frame

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
        return Heard(self.things, self.code[chosen], self.on[chosen], self.plays[chosen])

    def named(self, code: Ints) -> dict[str, Any]:
        """Return the columns that name things.

        Parameters
        ----------
        code : ndarray of int
            Numbers of things.

        Returns
        -------
        dict of str to ndarray
            ``kind``, ``name`` and ``artist``.
        """
        chosen = self.things.iloc[code]
        return {name: chosen[name].array for name in ("kind", "name", "artist")}


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


def heard(plays: Any, of: str, *more: str) -> Heard:
    """Take the plays of things that have a name and a local day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : str
        One of `KEYS`.
    *more : str
        Other columns wanted.

    Returns
    -------
    Heard
        The plays, and the things in them.
    """
    keys = KEYS[of]
    columns = tuple(dict.fromkeys((*keys, "local_day", "ms_played", *more)))
    # All rows come home and the filter is one of numbers: to filter pandas text by row costs more
    # than all the rest.
    rows = _plays.home(_plays.narrow(plays, *columns), _plays.columns_of(tables.PLAYS, *columns))
    on = rows["local_day"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(on)
    code = np.zeros(len(rows), dtype="int64")
    names: list[npt.NDArray[np.object_]] = []
    for key in keys:
        number, different = _in_order(rows[key])
        if not names:
            known &= number < len(different)
        code = code * (len(different) + 1) + number
        names.append(different)
    on, code = on[known], code[known]
    if len(names) > 1:
        found, code = _numbered(code)
        chosen = np.divmod(found, len(names[1]) + 1)
    else:
        found = np.arange(len(names[0]))
        chosen = (found, found)
    things = pd.DataFrame(
        {
            "kind": np.full(len(found), of.removesuffix("s"), dtype="object"),
            "name": _taken(names[0], chosen[0]),
            "artist": _taken(names[-1], chosen[-1]),
        }
    ).astype(tables.STRING)
    ms = rows["ms_played"]
    taken = pd.DataFrame(
        {
            "ms": ms.to_numpy(dtype="int64", na_value=0)[known],
            "is_timed": ms.notna().to_numpy()[known],
            **{name: rows[name].array[known] for name in more},
        }
    )
    return Heard(things, code, on, taken)


def _in_order(values: pd.Series[Any]) -> tuple[Ints, npt.NDArray[np.object_]]:
    """Number values in the order of code points, missing ones last; return the values as well."""
    code, uniques = pd.factorize(values)
    different = np.asarray(uniques, dtype="object")
    order = np.argsort(different, kind="stable")
    number = np.empty(len(order) + 1, dtype="int64")
    number[order] = np.arange(len(order))
    number[-1] = len(order)  # factorize numbers what is missing -1
    return number[code], different[order]


def _taken(names: npt.NDArray[np.object_], number: Ints) -> npt.NDArray[np.object_]:
    """Return names by their numbers; the number after the last is a missing one."""
    with_missing = np.append(names, np.array([None], dtype="object"))
    return with_missing[number]


def _numbered(code: Ints) -> tuple[Ints, Ints]:
    """Return the different codes, rising, and the place of each code among them."""
    place, uniques = pd.factorize(code)
    different = np.asarray(uniques, dtype="int64")
    order = np.argsort(different)
    number = np.empty(len(order), dtype="int64")
    number[order] = np.arange(len(order))
    return different[order], number[place]


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
    n_things = max(len(heard.things), 1)
    if place is None:
        sums = summed(heard, heard.code, n_things)
        pairs = np.flatnonzero(sums["n_plays"])
        sums = {name: values[pairs] for name, values in sums.items()}
    else:
        pair, different = pd.factorize(place * n_things + heard.code)
        pairs = np.asarray(different, dtype="int64")
        sums = summed(heard, pair, len(pairs))
    return pd.DataFrame({"place": pairs // n_things, "code": pairs % n_things, **sums})


def summed(heard: Heard, at: Ints, n_places: int) -> dict[str, Ints]:
    """Add plays and time up at their places; places without plays are 0.

    Parameters
    ----------
    heard : Heard
        The plays.
    at : ndarray of int
        Place of each play.
    n_places : int
        How many places there are.

    Returns
    -------
    dict of str to ndarray
        The columns of `_plays.HEARD`.
    """
    sums = {"n_plays": np.bincount(at, minlength=n_places)}
    for name, values in (("ms_played", heard.plays["ms"]), ("n_timed", heard.plays["is_timed"])):
        sums[name] = np.zeros(n_places, dtype="int64")
        np.add.at(sums[name], at, values.to_numpy(dtype="int64"))
    return sums


def ranked(counts: pd.DataFrame, by: str, *, n: int | None = None) -> pd.DataFrame:
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
    place, code = counts["place"].to_numpy(), counts["code"].to_numpy()
    order = np.lexsort((code, -measure, place))
    ordered = counts.iloc[order]
    here = place[order]
    starts = np.flatnonzero(np.diff(here, prepend=-1))
    lengths = np.diff(np.append(starts, len(here)))
    rank = np.arange(len(here)) - np.repeat(starts, lengths) + 1
    kept = np.ones(len(rank), dtype=bool) if n is None else rank <= n
    if len(starts):
        totals = np.repeat(np.add.reduceat(measure[order], starts), lengths)
        share = np.divide(
            measure[order], totals, out=np.full(len(totals), np.nan), where=totals > 0
        )
    else:
        share = np.zeros(0)
    ordered = ordered.assign(rank=rank, share=pd.array(share, dtype=tables.FLOAT))
    return _plays.with_time_known(ordered[kept].reset_index(drop=True))


def spans(heard: Heard) -> tuple[_days.Days, _days.Days]:
    """Return the first and the last day of each thing.

    Parameters
    ----------
    heard : Heard
        The plays.

    Returns
    -------
    ndarray, ndarray
        Days by the numbers of things.
    """
    days = heard.on.astype("int64")
    first = np.full(len(heard.things), np.iinfo("int64").max)
    last = np.full(len(heard.things), np.iinfo("int64").min)
    np.minimum.at(first, heard.code, days)
    np.maximum.at(last, heard.code, days)
    return first.astype("datetime64[D]"), last.astype("datetime64[D]")


def periods(heard: Heard, period: str) -> tuple[_days.Days, Ints]:
    """Return the periods from the first play to the last, and the one of each play.

    Parameters
    ----------
    heard : Heard
        At least one play.
    period : str
        One of `PERIODS`.

    Returns
    -------
    ndarray of datetime64[D]
        First days of all periods.
    ndarray of int
        Place of each play among them.
    """
    starts = _days.periods_between(heard.on.min(), heard.on.max(), period)
    return starts, np.searchsorted(starts, _days.period_start(heard.on, period))


def period_columns(heard: Heard, starts: _days.Days, place: Ints, period: str) -> dict[str, Any]:
    """Return the columns that name the period of each row.

    Parameters
    ----------
    heard : Heard
        The plays; they say which periods are whole.
    starts : ndarray of datetime64[D]
        First days of all periods.
    place : ndarray of int
        The period of each row.
    period : str
        One of `PERIODS`.

    Returns
    -------
    dict of str to ndarray
        ``period``, ``period_start`` and ``is_partial``.
    """
    partial = _days.is_partial(starts, heard.on.min(), heard.on.max(), period)
    return {
        "period": np.full(len(place), period, dtype="object"),
        "period_start": starts[place].astype("datetime64[us]"),
        "is_partial": partial[place],
    }
