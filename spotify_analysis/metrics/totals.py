"""How much in all, per period and on average; and what artists may have got for it."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _days, _plays, _sums, _things

__all__ = ["artist_payouts", "averages", "totals", "totals_over_time"]

_MS_PER_HOUR = 3_600_000
_MS_PER_MINUTE = 60_000
_NAMES = ("artist", "track", "album", "show", "episode", "audiobook")
# what tells one from another; the last one must be known
_UNIQUES = {
    "n_tracks": ("artist", "track"),
    "n_artists": ("artist",),
    "n_albums": ("artist", "album"),
    "n_shows": ("show",),
    "n_episodes": ("show", "episode"),
    "n_audiobooks": ("audiobook",),
}


def totals(plays: Any) -> pd.DataFrame:
    """Sum up all plays in one row: plays, hours, uniques, span and active days.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.

    Returns
    -------
    DataFrame
        `tables.TOTALS`: one row, always; zeros, and missing where there is nothing to say,
        without plays.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Plays and time are of all rows. A track is an artist and a title, an album is an artist and
    an album, so the same title on two albums is one track. Days are local days on which a play
    began; the span runs from the first to the last of them, both included. Means are over active
    days, not over all days of the span.

    Examples
    --------
    >>> from spotify_analysis import metrics
    >>> metrics.totals(plays).at[0, "hours_played"]  # doctest: +SKIP
    """
    frame = _plays.narrow(plays, "started_at", "ended_at", "local_day", "ms_played", *_NAMES)
    row: dict[str, Any] = dict(
        _plays.with_time_known(
            _plays.home(
                frame.select(
                    **_plays.heard(),
                    first_started=nw.col("started_at").min(),
                    first_ended=nw.col("ended_at").min(),
                    last_at=nw.col("ended_at").max(),
                ),
                {
                    **_plays.HEARD,
                    "first_started": tables.PLAYS.columns["started_at"],
                    "first_ended": tables.PLAYS.columns["ended_at"],
                    "last_at": tables.PLAYS.columns["ended_at"],
                },
            )
        ).iloc[0]
    )
    starts = [at for at in (row["first_started"], row["first_ended"]) if pd.notna(at)]
    row["first_at"] = min(starts, default=pd.NaT)
    row["hours_played"] = row["ms_played"] / _MS_PER_HOUR
    row |= {name: _n_different(frame, keys) for name, keys in _UNIQUES.items()}
    row |= _of_days(plays)
    span = _plays.Span(
        int(row["n_plays"]), row.get("first_day", pd.NaT), row.get("last_day", pd.NaT)
    )
    table = tables.conform([row], tables.TOTALS)
    return _plays.finish(table, tables.TOTALS, span, facts_of=plays)


def averages(plays: Any) -> pd.DataFrame:
    """Say how much on a day, and how many tracks an artist: means, spreads and ratios.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``album``, ``local_day`` and
        ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.AVERAGES`: one row, always; missing where there is nothing to divide by.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    Per day means per day of the span, first and last included; per active day means per day with
    plays whose time is known. The deviation is of a sample (n - 1), missing with one day. Ratios
    of tracks, artists and albums are over plays with a title whose artist is known; an album is an
    artist and an album. Rows without a local day are not counted.
    """
    counted, days = _days.by_day(plays)
    row: dict[str, Any] = {"n_plays": int(days["n_plays"].sum()), "n_days": 0, "n_days_active": 0}
    if len(days):
        on = days["local_day"].to_numpy().astype("datetime64[D]")
        n_days = int((on[-1] - on[0]).astype("int64")) + 1
        minutes = _plays.with_time_known(days)["ms_played"] / _MS_PER_MINUTE
        n_timed = int(days["n_timed"].sum())
        hours = minutes.sum(min_count=1) / 60
        row |= {
            "n_days": n_days,
            "n_days_active": len(days),
            "plays_per_day": row["n_plays"] / n_days,
            "hours_per_day": hours / n_days,
            "plays_per_active_day": row["n_plays"] / len(days),
            "mean_minutes": minutes.mean(),
            "median_minutes": minutes.median(),
            "std_minutes": minutes.std(),
            "mean_play_minutes": hours * 60 / n_timed if n_timed else None,
        }
    names = ("artist", "track", "album", "local_day")
    rows = _plays.home(_plays.narrow(plays, *names), _plays.columns_of(tables.PLAYS, *names))
    artist, _ = pd.factorize(rows["artist"])
    title, titles = pd.factorize(rows["track"])
    album, albums = pd.factorize(rows["album"])
    is_track = (title >= 0) & rows["local_day"].notna().to_numpy()
    if is_track.any():
        row["share_without_album"] = float((album[is_track] < 0).mean())
    is_track &= artist >= 0
    if is_track.any():
        has_album = is_track & (album >= 0)
        n_plays, n_artists = int(is_track.sum()), len(pd.unique(artist[is_track]))
        track = artist * len(titles) + title
        n_tracks = len(pd.unique(track[is_track]))
        # mostly all plays name their album, and then there is nothing to look for
        is_whole = int(has_album.sum()) == n_plays
        n_with_album = n_tracks if is_whole else len(pd.unique(track[has_album]))
        n_albums = len(pd.unique((artist * len(albums) + album)[has_album]))
        row |= {
            "tracks_per_artist": n_tracks / n_artists,
            "albums_per_artist": n_albums / n_artists,
            "plays_per_track": n_plays / n_tracks,
            "plays_per_artist": n_plays / n_artists,
            "share_tracks_without_album": 1 - n_with_album / n_tracks,
        }
    frame = tables.conform([row], tables.AVERAGES)
    return _plays.finish(frame, tables.AVERAGES, counted, facts_of=plays)


def totals_over_time(plays: Any, *, period: _days.Period = "year") -> pd.DataFrame:
    """Sum up each period, and compare it with the one before.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``track``, ``artist``, ``local_day`` and ``ms_played``.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.TOTALS_OVER_TIME`: one row per period from the first play to the last, with zeros
        where nothing was heard.

    Raises
    ------
    ValueError
        If `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    A change is (now - before) / before, in percent; missing in the first period, after a first
    period in which the plays begin late, and after a period of nothing. A last period that is not
    over is compared with as many days of the one before, so that November is not compared with a
    whole year; ``n_plays_before`` is what it was compared with.
    """
    _days.check_period(period)
    columns = ("artist", "track", "local_day", "ms_played")
    counted = _plays.narrow(plays, *columns)
    rows = _plays.home(counted, _plays.columns_of(tables.PLAYS, *columns))
    on = rows["local_day"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(on)
    counted = counted.filter(~nw.col("local_day").is_null())
    frame = pd.DataFrame()
    if known.any():
        on = on[known]
        first, last = on.min(), on.max()
        starts = _days.periods_between(first, last, period)
        every = np.arange(first, last + 1)
        at = (on - first).astype("int64")
        ms = rows["ms_played"].to_numpy(dtype="int64", na_value=0)[known]
        is_timed = rows["ms_played"].notna().to_numpy()[known]
        of_day = {"n_plays": np.bincount(at, minlength=len(every))}
        for name, values in (("ms_played", ms), ("n_timed", is_timed.astype("int64"))):
            of_day[name] = np.zeros(len(every), dtype="int64")
            np.add.at(of_day[name], at, values)
        place = np.searchsorted(starts, _days.period_start(every, period))
        frame = _per_period(of_day, place, len(starts))
        before = _before(of_day, every, starts, place, period)
        frame = frame.assign(
            period=period,
            period_start=starts.astype("datetime64[us]"),
            is_partial=_days.is_partial(starts, first, last, period),
            n_days_active=np.bincount(place[of_day["n_plays"] > 0], minlength=len(starts)),
            n_plays_before=before["n_plays"],
            ms_played_before=before["ms_played"],
        )
        for name, measure in (("change_plays", "n_plays"), ("change_time", "ms_played")):
            now, then = frame[measure], frame[f"{measure}_before"].replace(0, pd.NA)
            frame[name] = (now - then) / then * 100
        frame = frame.assign(**_different(rows, known, place[at], len(starts)))
    return _plays.finish(frame, tables.TOTALS_OVER_TIME, counted, facts_of=plays, period=period)


def artist_payouts(
    plays: Any, *, rate: float, n: int | None = 20, at_least_ms: int = 30_000
) -> pd.DataFrame:
    """Estimate, very roughly, what one's plays were worth to artists.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``local_day`` and ``ms_played``.
    rate : float
        What one stream pays, in any currency: you have to choose, nobody knows it.
    n : int or None
        How many artists; None is all.
    at_least_ms : int
        Plays shorter than this are not paid.

    Returns
    -------
    DataFrame
        `tables.ARTIST_PAYOUTS`: at most `n` rows, most first. Facts ``rate`` and ``payout``, the
        sum for all artists.

    Raises
    ------
    ValueError
        If `rate` or `at_least_ms` is negative, or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Streams times `rate`, and no more than a rule of thumb. Spotify pays no fixed sum per stream:
    it shares out its income by country and month, to whoever holds the rights, who pass on to the
    artist what a contract says; and tracks with few streams are not paid at all. Figures quoted
    lie between 0.003 and 0.005 US dollars, before all of that. Plays of unknown length count as
    streams. Give all plays, not those of a stricter rule.
    """
    _things.check(n=n)
    for name, value in (("rate", rate), ("at_least_ms", at_least_ms)):
        if not value >= 0:
            raise ValueError(f"`{name}` must be 0 or more; not {value!r}.")
    heard = _things.heard(plays, "artists")
    is_paid = ~heard.is_timed | (heard.ms >= at_least_ms)
    frame = _things.cells(heard)
    n_streams = np.bincount(heard.code[is_paid], minlength=heard.n)
    frame["n_streams"] = n_streams[frame["code"].to_numpy()]
    total = int(frame["n_streams"].sum())
    frame = frame[frame["n_streams"] > 0].sort_values(
        ["n_streams", "code"], ascending=[False, True]
    )
    frame = frame.head(len(frame) if n is None else n)
    frame["rank"] = np.arange(1, len(frame) + 1)
    frame["payout"] = frame["n_streams"] * float(rate)
    frame["share"] = frame["n_streams"] / total if total else pd.NA
    frame["artist"] = heard.names(frame["code"].to_numpy())["artist"]
    return _plays.finish(
        frame,
        tables.ARTIST_PAYOUTS,
        heard.span,
        facts_of=plays,
        rate=float(rate),
        payout=total * float(rate),
    )


def _per_period(of_day: dict[str, Any], place: _sums.Ints, n_places: int) -> pd.DataFrame:
    """Add days up at their places; time is missing where it is not known."""
    sums = {name: np.zeros(n_places, dtype="int64") for name in of_day}
    for name, values in of_day.items():
        np.add.at(sums[name], place, values)
    return _plays.with_time_known(pd.DataFrame(sums))


def _before(
    of_day: dict[str, Any], every: _days.Days, starts: _days.Days, place: _sums.Ints, period: str
) -> pd.DataFrame:
    """Return what each period is compared with; missing where it cannot be."""
    last = every[-1]
    taken = np.ones(len(every), dtype=bool)
    if len(starts) > 1 and _days.is_partial(starts[-1:], starts[-1], last, period)[0]:
        offset = every - starts[place]
        taken = (place != len(starts) - 2) | (offset <= last - starts[-1])
    cut = _per_period({k: v[taken] for k, v in of_day.items()}, place[taken], len(starts))
    whole = _per_period(of_day, place, len(starts))
    before = whole.shift(1)
    before.iloc[-1] = cut.shift(1).iloc[-1]
    before = before.astype(tables.INT)
    if starts[0] < every[0] and len(before) > 1:
        before.iloc[1] = pd.NA
    return before


def _different(
    rows: pd.DataFrame, known: Any, place: _sums.Ints, n_places: int
) -> dict[str, _sums.Ints]:
    """Count the different tracks and artists of each place."""
    artist, _ = pd.factorize(rows["artist"])
    title, titles = pd.factorize(rows["track"])
    artist, title = artist[known], title[known]
    track = np.where(title < 0, -1, (artist + 1) * (len(titles) + 1) + title)
    counts = {}
    for name, code in (("n_tracks", track), ("n_artists", artist)):
        named = code >= 0
        pairs = pd.unique(code[named] * n_places + place[named])
        counts[name] = np.bincount(pairs % n_places, minlength=n_places)
    return counts


def _n_different(frame: _plays.Frame, keys: tuple[str, ...]) -> int:
    """Count different values of `keys`; rows without the last key do not count."""
    known = frame.select(*keys).filter(~nw.col(keys[-1]).is_null())
    counted = _plays.home(
        known.unique().select(n_plays=nw.len()), {"n_plays": _plays.HEARD["n_plays"]}
    )
    return int(counted["n_plays"].sum())


def _of_days(plays: Any) -> dict[str, Any]:
    """Return what the days of the plays say."""
    _, days = _days.by_day(plays)
    if days.empty:
        return {"n_days": 0, "n_days_active": 0, "longest_streak_days": 0}
    on = days["local_day"].to_numpy().astype("datetime64[D]")
    minutes = _plays.with_time_known(days)["ms_played"] / _MS_PER_MINUTE
    n_days = int((on[-1] - on[0]).astype("int64")) + 1
    return {
        "first_day": days["local_day"].iloc[0],
        "last_day": days["local_day"].iloc[-1],
        "n_days": n_days,
        "n_days_active": len(days),
        "share_days_active": len(days) / n_days,
        "plays_per_active_day": float(days["n_plays"].mean()),
        "minutes_per_active_day": minutes.mean(),
        "median_minutes_per_active_day": minutes.median(),
        "longest_streak_days": int(np.bincount(_days.runs_of(on)).max()),
    }
