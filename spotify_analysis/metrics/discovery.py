"""What was new: artists and tracks heard for the first time, and those already known."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays

__all__ = ["discovery"]


def discovery(plays: Any, *, period: _days.Period = "month") -> pd.DataFrame:
    """Count the artists and tracks of each period: new ones, known ones, and all so far.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track`` and ``local_day``. Give the whole
        history: an artist is new where these plays first name it.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.DISCOVERY`: one row per period from the first play to the last, with zeros where
        nothing was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    New means: the first play lies in this period; known: it lies in an earlier one. A track is an
    artist and a title. Rows without artist or local day (podcasts, audiobooks, lost names) are
    not counted. In the first periods nearly everything is new, because the plays begin there.
    """
    _days.check_period(period)
    columns = ("artist", "track", "local_day")
    counted = _plays.narrow(plays, *columns).filter(
        ~nw.col("artist").is_null(), ~nw.col("local_day").is_null()
    )
    # The first time of a name is an ordered question, which engines answer at very different
    # speed; three columns of one listener are few, so it is answered here for all of them.
    heard = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    frame = pd.DataFrame(columns=list(tables.DISCOVERY.columns))
    if len(heard):
        on = heard["local_day"].to_numpy().astype("datetime64[D]")
        starts = _days.periods_between(on.min(), on.max(), period)
        place = np.searchsorted(starts, _days.period_start(on, period))
        artist, _ = pd.factorize(heard["artist"])
        title, titles = pd.factorize(heard["track"])
        track, _ = pd.factorize(artist * (len(titles) + 1) + title)
        named = title >= 0
        frame = pd.DataFrame(
            {
                "period": period,
                "period_start": starts.astype("datetime64[us]"),
                "is_partial": _days.is_partial(starts, on.min(), on.max(), period),
                "n_plays": np.bincount(place, minlength=len(starts)),
                **_new_and_known("artists", artist, place, len(starts)),
                **_new_and_known("tracks", track[named], place[named], len(starts)),
            }
        )
    return _plays.finish(frame, tables.DISCOVERY, counted, facts_of=plays, period=period)


def _new_and_known(
    what: str, code: npt.NDArray[np.int64], place: npt.NDArray[np.int64], n_places: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Count different codes per place, and those whose first place it is."""
    first = np.full(int(code.max(initial=-1)) + 1, n_places)
    np.minimum.at(first, code, place)
    new = np.bincount(first[first < n_places], minlength=n_places)
    pairs = pd.unique(code * n_places + place)
    different = np.bincount(pairs % n_places, minlength=n_places)
    return {
        f"n_{what}": different,
        f"n_new_{what}": new,
        f"n_known_{what}": different - new,
        f"n_{what}_so_far": np.cumsum(new),
    }
