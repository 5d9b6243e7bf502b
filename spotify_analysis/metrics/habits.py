"""What is usual and what stands out: habits, busy days, and when each artist is played."""

from __future__ import annotations

from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.metrics import _day_parts, _days, _plays, _things, rankings

__all__ = [
    "artist_days",
    "artists_by_hour",
    "busiest_periods",
    "habits",
    "heavy_and_light_days",
    "sparklines",
    "when_played",
]

By = Literal["time", "plays"]
Floats = npt.NDArray[np.float64]

_MS_PER_MINUTE = 60_000
_TOPS: Final = {
    "artists": (rankings.top_artists, ("artist",)),
    "tracks": (rankings.top_tracks, ("track", "artist")),
    "albums": (rankings.top_albums, ("album", "artist")),
}
_LEVELS = ("light", "usual", "heavy")


def habits(plays: Any) -> pd.DataFrame:
    """Say in one row what is usual: average days, weekend, night, favourite times.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day``, ``local_hour`` and ``ms_played``.

    Returns
    -------
    DataFrame
        `tables.HABITS`: one row, always; missing where there is nothing to say.

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    By time; by plays where no play knows its time. The weekend is Saturday and Sunday.
    ``weekend_ratio`` divides the mean day of the weekend by the mean day of the week, over all
    days from the first play to the last, so that five days do not outweigh two. ``night_share``
    is of what began from 0 to 6 h. Favourite month and weekday are those with the fullest average
    day, the favourite hour has the largest sum; ties go to the earlier. The deviation is that of
    the days with plays (divided by n - 1). Rows without local day or hour are not counted.
    """
    _, hours = _days.by_hour(plays)
    row: dict[str, Any] = {"n_days": 0, "n_days_active": 0}
    if len(hours):
        is_timed = bool(hours["n_timed"].any())
        amount = hours["ms_played" if is_timed else "n_plays"].to_numpy(dtype="float64")
        if is_timed:
            amount = amount / _MS_PER_MINUTE
        row = _habits(hours, amount, is_timed=is_timed)
    return _days.finish(tables.conform([row], tables.HABITS), tables.HABITS, hours, facts_of=plays)


def heavy_and_light_days(plays: Any, *, deviations: float = 1.0) -> pd.DataFrame:
    """Sort the days with plays into light, usual and heavy ones.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    deviations : float
        Standard deviations from the mean at which a day is no longer usual.

    Returns
    -------
    DataFrame
        `tables.HEAVY_AND_LIGHT_DAYS`: light, usual, heavy; no rows without plays. Facts
        ``mean_min`` and ``sd_min``.

    Raises
    ------
    ValueError
        If `deviations` is not above 0.
    TableError
        If a column is missing.

    Notes
    -----
    Mean and standard deviation (divided by n - 1) of the minutes of all days that have at least
    one play of known length; days below mean - deviation are light, days above mean + deviation
    heavy. Silent days are no light days: see `habits`. Where the lower bound is below 0, no day
    is light.
    """
    if not deviations > 0:
        raise ValueError(f"`deviations` must be above 0; not {deviations!r}.")
    _, days = _days.by_day(plays)
    timed = days[days["n_timed"] > 0]
    frame = pd.DataFrame()
    facts: dict[str, Any] = {}
    if len(timed):
        minutes = timed["ms_played"].to_numpy(dtype="float64") / _MS_PER_MINUTE
        mean = float(minutes.mean())
        sd = float(minutes.std(ddof=1)) if len(minutes) > 1 else 0.0
        low, high = max(mean - deviations * sd, 0.0), mean + deviations * sd
        level = np.where(minutes < low, 0, np.where(minutes > high, 2, 1))
        n_days = np.bincount(level, minlength=3)
        sums = _days.sums_at(timed, level, 3)
        frame = pd.DataFrame(
            {
                "level": _LEVELS,
                "from_min": [0.0, low, high],
                "to_min": [low, high, np.nan],
                "n_days": n_days,
                "share_days": n_days / len(timed),
                "n_plays": sums["n_plays"],
                "ms_played": sums["ms_played"],
                "share_time": sums["ms_played"] / max(int(sums["ms_played"].sum()), 1),
            }
        )
        frame["to_min"] = frame["to_min"].astype(tables.FLOAT).mask(frame["to_min"].isna())
        facts = {"mean_min": mean, "sd_min": sd}
    return _days.finish(frame, tables.HEAVY_AND_LIGHT_DAYS, days, facts_of=plays, **facts)


def busiest_periods(plays: Any, *, n: int = 1, by: By = "time") -> pd.DataFrame:
    """Find the day, week, month, quarter and year with the most.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``local_day`` and ``ms_played``.
    n : int
        How many of each length.
    by : {"time", "plays"}
        What to rank by.

    Returns
    -------
    DataFrame
        `tables.BUSIEST_PERIODS`: days first, years last, the busiest of each length first.

    Raises
    ------
    ValueError
        If `n` is below 1 or `by` is neither.
    TableError
        If a column is missing.

    Notes
    -----
    Periods that the plays do not fill take part, and ``is_partial`` says so. Ties go to the
    earlier period. Periods without plays are not ranked. Weeks begin on Monday.
    """
    if by not in ("time", "plays"):
        raise ValueError(f"`by` must be 'time' or 'plays'; not {by!r}.")
    if not _plays.is_count(n):
        raise ValueError(f"`n` must be 1 or more; not {n!r}.")
    _, days = _days.by_day(plays)
    measure = {"time": "ms_played", "plays": "n_plays"}[by]
    frames = []
    on = days["local_day"].to_numpy().astype("datetime64[D]")
    for period in _days.PERIODS if len(on) else ():
        starts, place = np.unique(_days.period_start(on, period), return_inverse=True)
        sums = _days.sums_at(days, place, len(starts))
        first = np.argsort(-sums[measure], kind="stable")[:n]
        frames.append(
            pd.DataFrame(
                {
                    "period": period,
                    "rank": np.arange(1, len(first) + 1),
                    "period_start": starts[first].astype("datetime64[us]"),
                    "is_partial": _days.is_partial(starts, on[0], on[-1], period)[first],
                    **{name: values[first] for name, values in sums.items()},
                    "n_days_active": np.bincount(place)[first],
                }
            )
        )
    if frames:
        frame = _plays.with_time_known(pd.concat(frames, ignore_index=True))
    else:
        frame = pd.DataFrame()
    return _days.finish(frame, tables.BUSIEST_PERIODS, days, facts_of=plays, by=by)


def when_played(plays: Any, *, of: _things.Of = "artists", n: int = 20) -> pd.DataFrame:
    """Say for the most played artists, tracks or albums when they are played.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``album``, ``local_day``,
        ``local_hour``, ``local_weekday``, ``ms_played`` and ``uri``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    n : int
        How many.

    Returns
    -------
    DataFrame
        `tables.WHEN_PLAYED`: at most `n` rows, the most played first.

    Raises
    ------
    ValueError
        If `of` is none of the three or `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Shares are of plays. The weekend is Saturday and Sunday, the night 0 to 6 h, parts of the day
    those of `day_parts`; ties go to the earlier part or weekday. Compare with `habits`, which has
    the same for all plays.
    """
    top, counts = _of_top(plays, of, n, "local_hour", "local_weekday")
    frame = top.reindex(columns=[c for c in tables.WHEN_PLAYED.columns if c in top])
    if len(top):
        hour, weekday, plays_there = (
            counts[name].to_numpy(dtype="int64")
            for name in ("local_hour", "local_weekday", "n_plays")
        )
        part_of = _day_parts.of_hours(_day_parts.checked(_day_parts.STARTS))
        names = list(_day_parts.STARTS)
        place = counts["place"].to_numpy(dtype="int64")
        shape = (len(top), 24), (len(top), 8)
        by_hour, by_weekday = np.zeros(shape[0]), np.zeros(shape[1])
        np.add.at(by_hour, (place, hour), plays_there)
        np.add.at(by_weekday, (place, weekday), plays_there)
        by_part = np.stack([by_hour[:, part_of == k].sum(axis=1) for k in range(len(names))], 1)
        total = np.maximum(by_hour.sum(axis=1), 1)
        best = by_part.argmax(axis=1)
        frame = frame.assign(
            weekend_share=by_weekday[:, 6:].sum(axis=1) / total,
            night_share=by_hour[:, :6].sum(axis=1) / total,
            day_part=[names[k] for k in best],
            day_part_share=by_part.max(axis=1) / total,
            weekday=by_weekday.argmax(axis=1),
        )
        # nothing is known of plays without a calendar
        unknown = by_hour.sum(axis=1) == 0
        for name in ("weekend_share", "night_share", "day_part_share", "day_part", "weekday"):
            dtype: Any = tables.WHEN_PLAYED.columns[name].dtype
            frame[name] = frame[name].astype(dtype).mask(unknown)
    return _as_top(frame, tables.WHEN_PLAYED, top, of=of)


def artists_by_hour(plays: Any, *, n: int = 12) -> pd.DataFrame:
    """Count plays of the most played artists by hour of day.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``local_day``, ``local_hour`` and
        ``ms_played``.
    n : int
        How many artists.

    Returns
    -------
    DataFrame
        `tables.ARTISTS_BY_HOUR`: 24 rows for each artist, the most played first, midnight first,
        with zeros where nothing was heard.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    ``share`` is of the artist's own plays, so that artists compare by their time of day and not by
    how often they are played. A play belongs to the hour in which it began.
    """
    top, counts = _of_top(plays, "artists", n, "local_hour")
    place = counts["place"].to_numpy(dtype="int64") * 24 + counts["local_hour"].to_numpy("int64")
    frame = pd.DataFrame(
        {
            "rank": np.repeat(top["rank"].to_numpy(dtype="int64"), 24),
            "artist": top["artist"].repeat(24).to_numpy(),
            "local_hour": np.tile(np.arange(24), len(top)),
            **_days.sums_at(counts, place, len(top) * 24),
        }
    )
    if len(frame):
        frame = _plays.with_time_known(frame)
        total = frame.groupby("rank")["n_plays"].transform("sum")
        frame["share"] = frame["n_plays"] / total.clip(lower=1)
    return _as_top(frame, tables.ARTISTS_BY_HOUR, top)


def artist_days(plays: Any, *, n: int = 20) -> pd.DataFrame:
    """Find the days with the most plays of one artist.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``local_day`` and ``ms_played``.
    n : int
        How many days.

    Returns
    -------
    DataFrame
        `tables.ARTIST_DAYS`: at most `n` rows, the most plays first.

    Raises
    ------
    ValueError
        If `n` is below 1.
    TableError
        If a column is missing.

    Notes
    -----
    Ties go to the earlier day, then to the order of names by code point. ``share`` is of all plays
    of that day that name an artist.
    """
    if not _plays.is_count(n):
        raise ValueError(f"`n` must be 1 or more; not {n!r}.")
    counted = _plays.narrow(plays, "artist", "local_day", "ms_played").filter(
        ~nw.col("artist").is_null(), ~nw.col("local_day").is_null()
    )
    groups = counted.group_by("artist", "local_day").agg(**_plays.heard())
    every = _plays.home(
        groups, {**_plays.columns_of(tables.PLAYS, "artist", "local_day"), **_plays.HEARD}
    )
    of_day = every.groupby("local_day")["n_plays"].sum()
    # names only of what may be among the first: sorting text is slow
    least = every["n_plays"].nlargest(n).min() if len(every) else 0
    top = every[every["n_plays"] >= least].sort_values(
        ["n_plays", "local_day", "artist"], ascending=[False, True, True], ignore_index=True
    )
    top = _plays.with_time_known(top.head(n))
    top["rank"] = np.arange(1, len(top) + 1)
    top["share"] = top["n_plays"] / top["local_day"].map(of_day)
    days = of_day.reset_index()
    return _days.finish(top, tables.ARTIST_DAYS, days, facts_of=plays)


def sparklines(
    plays: Any, *, of: _things.Of = "artists", n: int = 12, period: _days.Period = "month"
) -> pd.DataFrame:
    """Count plays of the most played artists, tracks or albums period by period.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``artist``, ``track``, ``album``, ``local_day``, ``ms_played``
        and ``uri``.
    of : {"artists", "tracks", "albums"}
        What to tell apart.
    n : int
        How many.
    period : {"day", "week", "month", "quarter", "year"}
        Length of a period; weeks begin on Monday.

    Returns
    -------
    DataFrame
        `tables.SPARKLINES`: for each of them, the most played first, one row per period from the
        first of all plays to the last, with zeros where it was not heard.

    Raises
    ------
    ValueError
        If `of` is none of the three, `n` is below 1, or `period` is none of the five.
    TableError
        If a column is missing.

    Notes
    -----
    The span is that of all plays that can be ranked, so that the rows of all have one length.
    """
    _days.check_period(period)
    top, counts = _of_top(plays, of, n, "local_day")
    frame = pd.DataFrame()
    facts = tables.facts(top)
    if len(top) and facts.get("since"):
        first, last = (np.datetime64(str(facts[name]), "D") for name in ("since", "until"))
        starts = _days.periods_between(first, last, period)
        on = counts["local_day"].to_numpy().astype("datetime64[D]")
        place = counts["place"].to_numpy(dtype="int64") * len(starts)
        place += np.searchsorted(starts, _days.period_start(on, period))
        names = top[[c for c in ("rank", "artist", "track", "album") if c in top]]
        rows = names.loc[names.index.repeat(len(starts))].reset_index(drop=True)
        frame = _plays.with_time_known(
            rows.assign(
                period=period,
                period_start=np.tile(starts.astype("datetime64[us]"), len(top)),
                is_partial=np.tile(_days.is_partial(starts, first, last, period), len(top)),
                **_days.sums_at(counts, place, len(rows)),
            )
        )
    return _as_top(frame, tables.SPARKLINES, top, of=of, period=period)


def _habits(hours: pd.DataFrame, amount: Floats, *, is_timed: bool) -> dict[str, Any]:
    """Return the row of plays of which there are some."""
    on = hours["local_day"].to_numpy().astype("datetime64[D]")
    hour = hours["local_hour"].to_numpy(dtype="int64")
    every = np.arange(on[0], on[-1] + 1)
    of_day: Floats = np.bincount((on - on[0]).astype("int64"), amount, minlength=len(every)).astype(
        "float64"
    )
    n_plays = np.bincount((on - on[0]).astype("int64"), hours["n_plays"], minlength=len(every))
    heard = of_day[n_plays > 0]
    weekday = _days.weekday(every)
    month = every.astype("datetime64[M]").astype("int64") % 12 + 1
    total = max(float(of_day.sum()), 1e-9)
    weekend = weekday > 5
    of_week = _mean(of_day[~weekend])
    row = {
        "n_days": len(every),
        "n_days_active": int((n_plays > 0).sum()),
        "weekend_share": float(of_day[weekend].sum()) / total,
        "weekend_ratio": _mean(of_day[weekend]) / of_week if weekend.any() and of_week else pd.NA,
        "night_share": float(amount[hour < 6].sum()) / total,
        "favourite_month": _fullest(month, of_day, 13),
        "favourite_weekday": _fullest(weekday, of_day, 8),
        "favourite_hour": int(np.bincount(hour, amount, minlength=24).argmax()),
        "busiest_day": every[of_day.argmax()].astype("datetime64[us]"),
    }
    if is_timed:
        row |= {
            "mean_minutes": float(of_day.mean()),
            "mean_minutes_active": float(heard.mean()),
            "sd_minutes_active": float(heard.std(ddof=1)) if len(heard) > 1 else pd.NA,
            "busiest_day_minutes": float(of_day.max()),
        }
    return row


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _fullest(label: npt.NDArray[np.int64], of_day: Floats, n_labels: int) -> int:
    """Return the label whose days are fullest on average."""
    days = np.bincount(label, minlength=n_labels)
    return int((np.bincount(label, of_day, minlength=n_labels) / np.maximum(days, 1)).argmax())


def _of_top(plays: Any, of: str, n: int, *by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the most played things by more columns.

    The counts have ``place``, the row of the ranking they belong to; plays of which a column is
    not known are not in them.
    """
    if of not in _TOPS:
        raise ValueError(f"`of` must be 'artists', 'tracks' or 'albums'; not {of!r}.")
    ranking, keys = _TOPS[of]
    top = ranking(plays, n=n)
    names = top[list(keys)].assign(place=np.arange(len(top)))
    like = {**_plays.columns_of(tables.PLAYS, *keys, *by), **_plays.HEARD}
    counted = _plays.narrow(plays, *keys, *by, "ms_played")
    if top.empty:  # Arrow wants to know of what type no names are
        nothing = tables.empty(tables.Table("interim", "No counts.", like))
        return top, nothing.assign(place=pd.array([], dtype="int64"))
    counted = counted.filter(
        nw.col(keys[0]).is_in(top[keys[0]].unique().tolist()),
        *(~nw.col(name).is_null() for name in by),
    )
    counts = _plays.home(
        counted.group_by(*keys, *by, drop_null_keys=False).agg(**_plays.heard()), like
    )
    return top, counts.merge(names, on=list(keys), how="inner")


def _as_top(
    frame: pd.DataFrame, table: tables.Table, top: pd.DataFrame, **more: Any
) -> pd.DataFrame:
    """Give rows their table and the facts of the ranking they belong to."""
    facts = {name: value for name, value in tables.facts(top).items() if name != "by"}
    return tables.note(tables.conform(frame, table), **facts, **more)
