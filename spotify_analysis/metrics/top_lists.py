"""Spotify's own top lists side by side: who rose, who fell, who is new."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.metrics import _plays

__all__ = ["top_list_comparison"]

# from the past to the present
_RANGES = ("long_term", "medium_term", "short_term")


def top_list_comparison(top: Any, *, n: int | None = 20) -> pd.DataFrame:
    """Compare the places of artists or tracks over Spotify's three time ranges.

    Parameters
    ----------
    top : DataFrame of any engine
        Rows of `tables.TOP_ARTISTS` or `tables.TOP_TRACKS`, with two or three time ranges.
    n : int or None
        Take what stands among the first `n` of any range; None is all.

    Returns
    -------
    DataFrame
        `tables.TOP_LIST_COMPARISON`: one row per artist or track, in the order of the shortest
        range; what is not in it comes last, in the order of the longer ones. Fact ``n_listed``:
        places loaded in each range.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If it is neither of the two tables.

    Notes
    -----
    The ranges are about 4 weeks, 6 months and 1 year, and the longer ones contain the shorter: a
    rise means played more of late than before. Places are Spotify's; how it counts it does not
    say. ``new``, ``gone`` and ``move`` compare the longest range loaded with the shortest;
    ``between`` is in neither. A missing place means: not in the part of the list that was loaded.
    Places below `n` are kept where they are known.
    """
    if n is not None and not _plays.is_count(n):
        raise ValueError(f"`n` must be 1 or more, or None for all; not {n!r}.")
    what, listed = _listed(top)
    present = [name for name in _RANGES if (listed["time_range"] == name).any()]
    frame = pd.DataFrame()
    if len(listed):
        chosen = listed if n is None else listed[listed["rank"] <= n]
        names = list(dict.fromkeys(("artist", what, "uri")))
        of_one = listed.drop_duplicates("key").set_index("key")[names]
        ranks = listed.pivot_table(
            index="key", columns="time_range", values="rank", aggfunc="min", observed=True
        ).reindex(columns=list(_RANGES))
        frame = of_one.join(ranks.add_prefix("rank_")).loc[chosen["key"].unique()]
        frame = frame.astype({f"rank_{name}": tables.INT for name in _RANGES})
        before, after = frame[f"rank_{present[0]}"], frame[f"rank_{present[-1]}"]
        frame["move"] = before - after
        frame["status"] = np.select(
            [
                before.isna() & after.isna(),
                before.isna(),
                after.isna(),
                (frame["move"] > 0).fillna(value=False),
                (frame["move"] < 0).fillna(value=False),
            ],
            ["between", "new", "gone", "up", "down"],
            "same",
        )
        order = [*(f"rank_{name}" for name in reversed(present)), what]
        frame = frame.sort_values(order, na_position="last")
    return tables.note(
        tables.conform(frame, tables.TOP_LIST_COMPARISON),
        **tables.facts(top),
        n=n,
        n_listed={name: int((listed["time_range"] == name).sum()) for name in present},
    )


def _listed(top: Any) -> tuple[str, pd.DataFrame]:
    """Return which column is ranked, and the rows with a ``key`` each."""
    have = set(tables.wrap(top, argument="top").collect_schema().names())
    if not {"time_range", "rank", "artist"} <= have:
        raise errors.TableError(
            "top_list_comparison wants the table of loaders.top_artists or loaders.top_tracks; "
            f"this one has no {', '.join(sorted({'time_range', 'rank', 'artist'} - have))}."
        )
    what, table = (
        ("track", tables.TOP_TRACKS) if "track" in have else ("artist", tables.TOP_ARTISTS)
    )
    names = [name for name in ("time_range", "rank", what, "artist", "id", "uri") if name in have]
    listed = _plays.home(
        _plays.narrow(top, *dict.fromkeys(names), table=table),
        _plays.columns_of(table, *dict.fromkeys((*names, "id", "uri"))),
    )
    # ids tell namesakes apart; a table without ids still has names
    listed["key"] = (
        listed["id"].fillna(listed["uri"]).fillna(listed[what] + "\n" + listed["artist"])
    )
    known = listed["key"].notna() & listed["rank"].notna() & listed["time_range"].isin(_RANGES)
    return what, listed[known].sort_values("rank", kind="stable")
