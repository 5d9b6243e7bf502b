"""Artists, albums and tracks as numbers: who is who, and on which days each was heard."""

from __future__ import annotations

from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays

Of = Literal["artists", "albums", "tracks"]
# what was asked for, and the column that names it
COLUMNS: Final = {"artists": "artist", "albums": "album", "tracks": "track"}

Ints = npt.NDArray[np.int64]


def check(of: str, n: int | None, **at_least_one: int) -> None:
    """Refuse what no list of artists, albums or tracks can be made of.

    Parameters
    ----------
    of : str
        What to tell apart.
    n : int or None
        How many rows; None is all.
    **at_least_one : int
        Other numbers, by the names of their arguments.

    Raises
    ------
    ValueError
        If `of` is none of `COLUMNS`, or a number is below 1.
    """
    if of not in COLUMNS:
        raise ValueError(f"`of` must be 'artists', 'albums' or 'tracks'; not {of!r}.")
    check_n(n)
    for name, value in at_least_one.items():
        if value < 1:
            raise ValueError(f"`{name}` must be 1 or more; not {value!r}.")


def check_n(n: int | None) -> None:
    """Refuse a length no list can have.

    Parameters
    ----------
    n : int or None
        How many rows; None is all.

    Raises
    ------
    ValueError
        If it is below 1.
    """
    if n is not None and n < 1:
        raise ValueError(f"`n` must be 1 or more, or None for all; not {n!r}.")


def columns(of: Of, *more: str) -> tuple[str, ...]:
    """Return the columns that tell things apart, and others.

    Parameters
    ----------
    of : {"artists", "albums", "tracks"}
        What to tell apart.
    *more : str
        Other columns of `tables.PLAYS`.

    Returns
    -------
    tuple of str
        Names, each once.
    """
    return tuple(dict.fromkeys((COLUMNS[of], "artist", *more)))


def coded(heard: pd.DataFrame, of: Of) -> tuple[Ints, pd.DataFrame]:
    """Number the things in the order of their names; a play without a name has number -1.

    Parameters
    ----------
    heard : DataFrame
        Has the column that names the things, and ``artist``.
    of : {"artists", "albums", "tracks"}
        What to tell apart. A track is an artist and a title, an album an artist and an album.

    Returns
    -------
    ndarray of int
        The number of each row.
    DataFrame
        ``name`` and ``artist`` of each number.
    """
    name, names = pd.factorize(heard[COLUMNS[of]], sort=True)
    if of == "artists":
        known = pd.Series(names)
        return name.astype("int64"), pd.DataFrame({"name": known, "artist": known})
    artist, artists = pd.factorize(heard["artist"], sort=True)
    base = len(artists) + 1
    pair = np.where(name < 0, -1, name.astype("int64") * base + artist + 1)
    code, pairs = pd.factorize(pair, sort=True)
    if len(pairs) and pairs[0] < 0:
        code, pairs = code - 1, pairs[1:]
    return code.astype("int64"), pd.DataFrame(
        {
            "name": pd.Series(names).reindex(pairs // base).to_numpy(),
            # a missing artist is number -1, which no index has
            "artist": pd.Series(artists).reindex(pairs % base - 1).to_numpy(),
        }
    )


def summed(heard: pd.DataFrame, place: Ints, n_places: int) -> dict[str, Ints]:
    """Count plays and add up their time at places.

    Parameters
    ----------
    heard : DataFrame
        Plays; has ``ms_played``.
    place : ndarray of int
        Where each play belongs.
    n_places : int
        How many places there are.

    Returns
    -------
    dict of str to ndarray
        The columns of `_plays.HEARD`.
    """
    ms = np.zeros(n_places, dtype="int64")
    # not np.bincount(weights=...), which adds in floats
    np.add.at(ms, place, heard["ms_played"].to_numpy(dtype="int64", na_value=0))
    is_timed = heard["ms_played"].notna().to_numpy(dtype=bool)
    return {
        "n_plays": np.bincount(place, minlength=n_places),
        "ms_played": ms,
        "n_timed": np.bincount(place[is_timed], minlength=n_places),
    }


def per_day(plays: Any, of: Of) -> tuple[_plays.Frame, pd.DataFrame, pd.DataFrame]:
    """Count the plays of each thing on each day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    of : {"artists", "albums", "tracks"}
        What to tell apart.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The plays that were counted: those with a name and a local day.
    DataFrame
        ``name`` and ``artist`` of each number.
    DataFrame
        ``code``, ``day`` (as a number since 1970) and the columns of `_plays.HEARD`, in the order
        of names, then days.
    """
    wanted = columns(of, "local_day", "ms_played")
    counted = _plays.narrow(plays, *wanted).filter(
        ~nw.col(COLUMNS[of]).is_null(), ~nw.col("local_day").is_null()
    )
    # What follows asks for the day before and the day after, per thing: an ordered question, which
    # engines answer at very different speed; four columns of one listener are few.
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *wanted))
    code, names = coded(heard, of)
    day = heard["local_day"].to_numpy().astype("datetime64[D]").astype("int64")
    first, span = (0, 1) if heard.empty else (int(day.min()), int(np.ptp(day)) + 1)
    cells, place = np.unique(code * span + day - first, return_inverse=True)
    days = pd.DataFrame({"code": cells // span, "day": cells % span + first})
    return counted, names, days.assign(**summed(heard, place, len(cells)))


def as_days(numbers: Any) -> npt.NDArray[np.datetime64]:
    """Return days since 1970 as the dates of our tables.

    Parameters
    ----------
    numbers : array-like of int
        Days since 1 January 1970.

    Returns
    -------
    ndarray
        The dates, in microseconds.
    """
    return np.asarray(numbers).astype("datetime64[D]").astype("datetime64[us]")


def in_order(
    heard: pd.DataFrame, *ties: Ints
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Put plays in the order of their start; return also their starts and ends in that order.

    Parameters
    ----------
    heard : DataFrame
        Plays that have ``started_at`` or ``ended_at``; a play with one of them is a moment.
    *ties : ndarray of int
        What decides where both times are equal.

    Returns
    -------
    ndarray of int
        Places of the rows, in order.
    ndarray of int
        Starts in microseconds, in order.
    ndarray of int
        Ends in microseconds, in order.
    """
    began = heard["started_at"].fillna(heard["ended_at"]).astype("int64").to_numpy()
    ended = heard["ended_at"].fillna(heard["started_at"]).astype("int64").to_numpy()
    order = np.lexsort((*ties[::-1], ended, began))
    return order, began[order], ended[order]


def utc(us: Ints) -> pd.DatetimeIndex:
    """Return microseconds since 1970 as the instants of our tables.

    Parameters
    ----------
    us : ndarray of int
        Microseconds.

    Returns
    -------
    DatetimeIndex
        Instants.
    """
    return pd.DatetimeIndex(us.astype("datetime64[us]"), tz="UTC")


def ranked(
    frame: pd.DataFrame, by: dict[str, bool], *, n: int | None, of: Of | None = None
) -> pd.DataFrame:
    """Sort rows, keep the first ones and number them.

    Parameters
    ----------
    frame : DataFrame
        Rows; with ``code`` in the order of names where ties stand so.
    by : dict of str to bool
        Columns to sort by, and whether small values come first.
    n : int or None
        How many; None is all.
    of : {"artists", "albums", "tracks"} or None
        What the rows are.

    Returns
    -------
    DataFrame
        At most `n` rows with ``rank``, and ``kind`` where `of` is given.
    """
    top = frame.sort_values(list(by), ascending=list(by.values()), ignore_index=True)
    top = top.head(n) if n is not None else top
    top = top.assign(rank=np.arange(1, len(top) + 1))
    return top if of is None else top.assign(kind=COLUMNS[of])


def named(frame: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Add the names that belong to the numbers of rows.

    Parameters
    ----------
    frame : DataFrame
        Has ``code``.
    names : DataFrame
        ``name`` and ``artist`` of each number.

    Returns
    -------
    DataFrame
        The rows with ``name`` and ``artist``.
    """
    found = names.iloc[frame["code"].to_numpy(dtype="int64")]
    return frame.assign(name=found["name"].to_numpy(), artist=found["artist"].to_numpy())
