"""What plays say about a track, album or artist: skipped, chosen, played again, loved, finished."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.metrics import _plays, _ranks, _signs, _sums, _things

__all__ = ["completion", "loved", "most_deliberate", "most_replayed", "most_skipped"]

# a prior worth fewer plays than 1 would not shrink, one worth more than 1,000 hides everything
_PRIOR_PLAYS = (1.0, 1000.0)
_STEP_PCT = 5


def most_skipped(
    plays: Any,
    *,
    of: _things.Of = "tracks",
    n: int | None = 20,
    min_plays: int = 1,
    least: bool = False,
) -> pd.DataFrame:
    """Rank tracks, albums or artists by how often they are skipped.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, as for `engagement`; give every row, however short: a rule that
        asks for 30 s leaves out most skips, and the table says so (``skips_left_out``).
    of : {"artists", "albums", "tracks"}
        What to rank.
    n : int or None
        How many; None is all.
    min_plays : int
        Things with fewer plays that know how they ended are left out of the list (not of the
        prior).
    least : bool
        False: most skipped first. True: least skipped first.

    Returns
    -------
    DataFrame
        `tables.SIGNALS`: one row per thing, at most `n`; by ``skip_rate_shrunk``, then most plays,
        then in the order of names. Facts ``prior_rate`` and ``prior_plays``.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n` or `min_plays` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    A track skipped once of once is not the most skipped. So the rate is shrunk with an
    empirical-Bayes beta prior: ``skip_rate_shrunk = (n_skipped + k m) / (n_ended + k)``, where m is
    the skip rate of all plays and k, the plays the prior is worth, comes from how much rates differ
    between things beyond chance (Kleinman's moment estimate: with N plays of G things,
    S = sum n_i (p_i - m)^2,
    r = (S - (G - 1) m (1 - m)) / (m (1 - m) (N - sum n_i^2 / N - (G - 1))), k = 1 / r - 1), kept
    between 1 and 1,000. Skips are those of ``was_skipped``; see `engagement` for why.
    """
    counted, found, prior = _signals(plays, of, n, min_plays=min_plays)
    return _finish(
        found[found["n_ended"] >= min_plays],
        {"skip_rate_shrunk": least, "n_ended": False},
        counted,
        plays,
        of=of,
        n=n,
        least=least,
        min_plays=min_plays,
        **prior,
    )


def most_deliberate(plays: Any, *, of: _things.Of = "tracks", n: int | None = 20) -> pd.DataFrame:
    """Rank tracks, albums or artists by plays that were clicked and finished.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, as for `engagement`: every row.
    of : {"artists", "albums", "tracks"}
        What to rank.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.SIGNALS`: one row per thing with such a play, at most `n`; most of them first,
        then most plays, then in the order of names.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Deliberate is ``reason_start`` clickrow (picked in a list) and ``reason_end`` trackdone, as in
    music-data. What came by itself, from a queue or from shuffle, does not count.
    """
    counted, found, prior = _signals(plays, of, n)
    return _finish(
        found[found["n_deliberate"] > 0],
        {"n_deliberate": False, "n_plays": False},
        counted,
        plays,
        of=of,
        n=n,
        **prior,
    )


def most_replayed(plays: Any, *, of: _things.Of = "tracks", n: int | None = 20) -> pd.DataFrame:
    """Rank tracks, albums or artists by plays that the back button began.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`, as for `engagement`: every row.
    of : {"artists", "albums", "tracks"}
        What to rank.
    n : int or None
        How many; None is all.

    Returns
    -------
    DataFrame
        `tables.SIGNALS`: one row per thing with such a play, at most `n`; most of them first,
        then most plays, then in the order of names.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Counts ``reason_start`` backbtn: the listener went back to hear it from the beginning, or to
    the one before. Spotify does not tell the two apart.
    """
    counted, found, prior = _signals(plays, of, n)
    return _finish(
        found[found["n_replayed"] > 0],
        {"n_replayed": False, "n_plays": False},
        counted,
        plays,
        of=of,
        n=n,
        **prior,
    )


def loved(
    plays: Any, *, of: _things.Of = "tracks", n: int | None = 20, recent_days: int = 90
) -> pd.DataFrame:
    """Rank tracks, albums or artists by signs of love instead of plays.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``started_at`` and ``ended_at`` besides the columns of
        `engagement`. Give every row, however short.
    of : {"artists", "albums", "tracks"}
        What to rank.
    n : int or None
        How many; None is all.
    recent_days : int
        How many days, up to the last day of the plays, are lately.

    Returns
    -------
    DataFrame
        `tables.LOVED`: one row per thing, at most `n`; highest score first, then most plays, then
        in the order of names.

    Raises
    ------
    ValueError
        If `of` is none of the three, or `n` or `recent_days` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    ``love_score = 3 n_finished_lately + 5 n_replayed + 2 n_deliberate + n_finished
    - 2 max(0, skip_streak - 2)``: the weights of music-data. It asks for 80 % of a track where we
    ask for its end, because exports know no lengths. ``skip_streak`` is the longest run of skips
    among the last ten plays of the thing: two skips are a mood and cost nothing. Plays stand in
    the order of their start, those without a time first.
    """
    _things.check(of=of, n=n, recent_days=recent_days)
    heard = _signs.of_tracks(plays, *_things.KEYS[of], "started_at", "ended_at")
    code, things = _things.numbered(heard, _things.KEYS[of])
    heard, code = heard[code >= 0], code[code >= 0]
    frame = pd.DataFrame()
    if len(heard):
        finished = _signs.is_word(heard["reason_end"], "trackdone")
        day = heard["local_day"]
        lately = (day > day.max() - pd.Timedelta(days=recent_days)).to_numpy(dtype=bool)
        sums = {
            "n_plays": np.ones(len(code), dtype=bool),
            "n_finished": finished,
            "n_finished_lately": finished & lately,
            "n_deliberate": finished & _signs.is_word(heard["reason_start"], "clickrow"),
            "n_replayed": _signs.is_word(heard["reason_start"], "backbtn"),
        }
        found = pd.DataFrame(
            {
                "code": np.arange(len(things)),
                **{
                    name: np.bincount(code[flag], minlength=len(things))
                    for name, flag in sums.items()
                },
                "skip_streak": _skip_streaks(heard, code),
            }
        )
        found["love_score"] = (
            3 * found["n_finished_lately"]
            + 5 * found["n_replayed"]
            + 2 * found["n_deliberate"]
            + found["n_finished"]
            - 2 * (found["skip_streak"] - 2).clip(lower=0)
        )
        best = _ranks.ranked(found, {"love_score": False, "n_plays": False}, n=n)
        frame = best.assign(**_things.names(things, best["code"].to_numpy()))
    return _plays.finish(
        frame, tables.LOVED, heard, facts_of=plays, about_skips=True, of=of, recent_days=recent_days
    )


def completion(plays: Any, *, tracks: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count plays by how much of the track was heard.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``uri``, ``local_day``, ``ms_played``
        and ``reason_end``. Give every row, however short.
    tracks : DataFrame or None
        Tracks with ``uri`` and ``duration_ms``: saved tracks, top tracks, the entries of
        playlists. None estimates every length.

    Returns
    -------
    DataFrame
        `tables.COMPLETION`: 21 rows of 5 % each, the last one 100 % and more, with zeros where
        there is none; no rows where no length is known. Facts ``n_measured``, ``n_estimated``,
        ``n_unknown`` (plays), and the shares ``share_skipped``, ``share_partial`` and
        ``share_committed``.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Exports know no lengths. Where `tracks` does not tell the length of a play's address, it is
    estimated by the longest play of the track (artist and title) that ran to its end; a play that
    was wound back makes it too long. Plays of tracks that never ran to the end stay out, and so do
    plays that do not know their time. Skipped is below 25 %, committed is 80 % and more (what
    music-data calls a quality play), partial lies between.
    """
    wanted = ("track", "artist", "uri", "local_day", "ms_played", "reason_end")
    counted = _plays.narrow(plays, *wanted).filter(~nw.col("track").is_null())
    heard = _plays.home(
        counted.filter(~nw.col("ms_played").is_null()), _plays.columns_of(tables.PLAYS, *wanted)
    )
    ms = heard["ms_played"].to_numpy(dtype="float64")
    measured = _measured(heard, tracks)
    code, things = _things.numbered(heard, _things.KEYS["tracks"])
    longest = np.zeros(len(things))
    done = _signs.is_word(heard["reason_end"], "trackdone")
    np.maximum.at(longest, code[done], ms[done])
    estimated = longest[code]
    length = np.where(np.isnan(measured), estimated, measured)
    known = length > 0
    frame = pd.DataFrame()
    facts: dict[str, Any] = {
        "n_measured": int((~np.isnan(measured)).sum()),
        "n_estimated": int((np.isnan(measured) & known).sum()),
        "n_unknown": int((~known).sum()),
    }
    if known.any():
        percent = np.minimum(ms[known] / length[known] * 100, 100)
        edges = np.arange(0, 101, _STEP_PCT)
        n_plays = np.bincount((percent // _STEP_PCT).astype("int64"), minlength=len(edges))
        frame = pd.DataFrame(
            {
                "from_pct": edges,
                "to_pct": pd.array([*edges[1:].tolist(), None], dtype=tables.INT),
                "bucket": np.select([edges < 25, edges < 80], ["skipped", "partial"], "committed"),
                "n_plays": n_plays,
                "share": n_plays / n_plays.sum(),
            }
        )
        by_bucket = frame.groupby("bucket")["share"].sum()
        facts |= {f"share_{bucket}": float(by_bucket[bucket]) for bucket in by_bucket.index}
    return _plays.finish(
        frame, tables.COMPLETION, counted, facts_of=plays, about_skips=True, **facts
    )


def _signals(
    plays: Any, of: _things.Of, n: int | None, **at_least_one: Any
) -> tuple[_plays.Span, pd.DataFrame, dict[str, float]]:
    """Count per thing how its plays began and ended; return also the prior of its skip rate."""
    _things.check(of=of, n=n, **at_least_one)
    keys = _things.KEYS[of]
    heard = _signs.of_tracks(plays, *keys)
    code, things = _things.numbered(heard, keys)
    heard, code = heard[code >= 0], code[code >= 0]
    sums = _signs.summed(heard, code, len(things))
    rate, k = _prior(sums["n_skipped"], sums["n_ended"])
    found = things.assign(code=np.arange(len(things)), **sums)
    shrunk = ((found["n_skipped"] + k * rate) / (found["n_ended"] + k)).astype(tables.FLOAT)
    found["skip_rate_shrunk"] = shrunk.mask(found["n_ended"] == 0)
    return _plays.span_of(heard), found, {"prior_rate": rate, "prior_plays": k}


def _prior(n_skipped: npt.NDArray[Any], n_ended: npt.NDArray[Any]) -> tuple[float, float]:
    """Return the usual rate, and how many plays it is worth."""
    known = n_ended > 0
    skipped, ended = n_skipped[known].astype("float64"), n_ended[known].astype("float64")
    n_plays, n_things = ended.sum(), len(ended)
    if not n_plays:
        return 0.0, _PRIOR_PLAYS[0]
    rate = float(skipped.sum() / n_plays)
    by_chance = rate * (1 - rate)
    spread = float((ended * (skipped / ended - rate) ** 2).sum())
    room = by_chance * (n_plays - (ended**2).sum() / n_plays - (n_things - 1))
    excess = (spread - (n_things - 1) * by_chance) / room if room > 0 else 0.0
    # rates that differ no more than chance lets them say nothing of their own
    k = 1 / excess - 1 if excess > 0 else _PRIOR_PLAYS[1]
    return rate, float(np.clip(k, *_PRIOR_PLAYS))


def _finish(
    found: pd.DataFrame,
    by: dict[str, bool],
    counted: _plays.Span,
    plays: Any,
    *,
    of: _things.Of,
    n: int | None,
    **more: Any,
) -> pd.DataFrame:
    best = _ranks.ranked(found, by, n=n)
    best = best.assign(
        **_things.names(best[list(_things.KEYS[of])], np.arange(len(best))),
        skip_rate=_signs.share(best["n_skipped"], best["n_ended"]),
        finished_share=_signs.share(best["n_finished"], best["n_ended"]),
    )
    return _plays.finish(
        best, tables.SIGNALS, counted, facts_of=plays, about_skips=True, of=of, **more
    )


def _skip_streaks(heard: pd.DataFrame, code: _sums.Ints) -> npt.NDArray[Any]:
    """Return for each thing the longest run of skips among its last ten plays."""
    when = heard["started_at"].fillna(heard["ended_at"])
    at = when.astype("int64").where(when.notna(), 0).to_numpy()
    skipped = _signs.is_true(heard["was_skipped"])
    order = np.lexsort((skipped, at, code))
    # at the latest ten of each thing; how many come after is told by where the next one begins
    ends = np.cumsum(np.bincount(code))
    order = order[ends[code[order]] - np.arange(len(order)) <= 10]
    code, skipped = code[order], skipped[order]
    place = np.arange(len(order))
    is_first = np.append(True, np.diff(code) != 0)
    # the last place, up to each, from which no run reaches further back
    stop = np.where(skipped, np.where(is_first, place - 1, -1), place)
    run = place - np.maximum.accumulate(stop)
    return np.maximum.reduceat(run, np.flatnonzero(is_first))


def _measured(heard: pd.DataFrame, tracks: pd.DataFrame | None) -> npt.NDArray[Any]:
    """Return the lengths that a table of tracks knows, in ms."""
    if tracks is None:
        return np.full(len(heard), np.nan)
    absent = [name for name in ("uri", "duration_ms") if name not in tracks]
    if absent:
        raise errors.TableError(
            f"tracks has no column {', '.join(map(repr, absent))}. Use a frame from a loader, such "
            "as loaders.saved_tracks."
        )
    known = tracks.dropna(subset=["uri", "duration_ms"]).drop_duplicates("uri")
    lengths = known.set_index("uri")["duration_ms"].astype("float64")
    return heard["uri"].map(lengths).to_numpy(dtype="float64", na_value=np.nan)
