"""What a play says about itself: skipped, finished, clicked, replayed, shuffled, as 1 and 0."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from spotify_analysis import tables
from spotify_analysis.metrics import _plays

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
COUNT_COLUMNS = {name: tables.ENGAGEMENT.columns[name] for name in COUNTS}
USED = ("track", "local_day", "reason_start", "reason_end", "was_skipped", "shuffle")


def flagged(frame: _plays.Frame, *keep: str) -> _plays.Frame:
    """Make a 1 or a 0 of what each play says about itself, so that counting is adding.

    Parameters
    ----------
    frame : narwhals DataFrame or LazyFrame
        Has the columns `USED`.
    *keep : str
        Columns to keep beside the numbers.

    Returns
    -------
    narwhals DataFrame or LazyFrame
        The columns kept, and `COUNTS` but for the plays themselves.
    """
    began, ended = nw.col("reason_start"), nw.col("reason_end")
    is_clicked = (began == "clickrow").fill_null(value=False)
    is_finished = (ended == "trackdone").fill_null(value=False)
    is_replayed = (began == "backbtn").fill_null(value=False)
    flags = {
        "n_ended": ~nw.col("was_skipped").is_null(),
        "n_skipped": nw.col("was_skipped").fill_null(value=False),
        "n_finished": is_finished,
        "n_started": ~began.is_null(),
        "n_clicked": is_clicked,
        "n_deliberate": is_clicked & is_finished,
        "n_replayed": is_replayed,
        "n_shuffle_known": ~nw.col("shuffle").is_null(),
        "n_shuffled": nw.col("shuffle").fill_null(value=False),
    }
    return frame.select(*keep, **{name: flag.cast(nw.Int64) for name, flag in flags.items()})


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
