"""What a play says about itself: skipped, finished, clicked, replayed, shuffled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _plays, _sums

COUNTS = (
    "n_plays",
    "n_ended",
    "n_skipped",
    "n_finished",
    "n_started",
    "n_clicked",
    "n_deliberate",
    "n_replayed",
    "n_shuffle_known",
    "n_shuffled",
)
USED = ("track", "local_day", "reason_start", "reason_end", "was_skipped", "shuffle")


def of_tracks(plays: Any, *more: str) -> pd.DataFrame:
    """Take the plays of tracks that have a title.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    *more : str
        Other columns wanted, besides `USED`.

    Returns
    -------
    DataFrame
        The plays, at home.
    """
    rows = _plays.rows(plays, *dict.fromkeys((*USED, *more)))
    is_titled = rows["track"].notna().to_numpy()
    wanted = list(dict.fromkeys((*USED[1:], *more)))
    return rows[wanted] if is_titled.all() else rows.loc[is_titled, wanted]


def summed(rows: pd.DataFrame, at: _sums.Ints, n_places: int) -> dict[str, _sums.Ints]:
    """Count at places what plays say about themselves; places without plays are 0.

    Parameters
    ----------
    rows : DataFrame
        Plays, with the columns `USED` but for the title.
    at : ndarray of int
        Where each play belongs.
    n_places : int
        How many places there are.

    Returns
    -------
    dict of str to ndarray
        `COUNTS`.
    """
    is_clicked, is_finished = (
        is_word(rows["reason_start"], "clickrow"),
        is_word(rows["reason_end"], "trackdone"),
    )
    flags = {
        "n_ended": rows["was_skipped"].notna().to_numpy(),
        "n_skipped": is_true(rows["was_skipped"]),
        "n_finished": is_finished,
        "n_started": rows["reason_start"].notna().to_numpy(),
        "n_clicked": is_clicked,
        "n_deliberate": is_clicked & is_finished,
        "n_replayed": is_word(rows["reason_start"], "backbtn"),
        "n_shuffle_known": rows["shuffle"].notna().to_numpy(),
        "n_shuffled": is_true(rows["shuffle"]),
    }
    return {
        "n_plays": np.bincount(at, minlength=n_places),
        **{name: _sums.total(at, flag, n_places) for name, flag in flags.items()},
    }


def is_word(values: pd.Series[Any], word: str) -> npt.NDArray[np.bool_]:
    """Tell where a column of text is a word; what is missing is none.

    Parameters
    ----------
    values : Series of text
        The column.
    word : str
        The word.

    Returns
    -------
    ndarray of bool
        As many as there are values.
    """
    return (values == word).to_numpy(dtype=bool, na_value=False)


def is_true(values: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Tell where a column is true; what is missing is not.

    Parameters
    ----------
    values : Series of bool
        The column.

    Returns
    -------
    ndarray of bool
        As many as there are values.
    """
    return values.to_numpy(dtype=bool, na_value=False)


def share(part: Any, whole: Any) -> Any:
    """Divide counts; what has no whole has no share.

    Parameters
    ----------
    part : Series
        Counts.
    whole : Series
        What they are a part of.

    Returns
    -------
    Series
        0 to 1, or missing.
    """
    return part / whole.astype(tables.INT).mask(whole == 0)
