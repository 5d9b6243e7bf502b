"""What the rows of an export show about themselves: months, silences, overlaps, oddities, checks.

All of it is worked out from the plays that were kept, when somebody looks: reading costs nothing
more. Nothing here changes a play.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from spotify_analysis import tables

__all__ = [
    "FileFacts",
    "bursts",
    "checks",
    "fields",
    "gaps",
    "kinds",
    "missing_numbers",
    "months",
    "overlaps",
]

# keys of a file, whether its rows stand in the order of time
FileFacts = tuple[str, str, str, frozenset[str], bool]  # file, what, kind, keys, in order

GAP = pd.Timedelta(days=7)
OVERLAP = pd.Timedelta(minutes=1)
BURST_STEP = pd.Timedelta(minutes=1)
BURST_TOO_MUCH = pd.Timedelta(minutes=5)
_OF_SPOTIFY = ("extended", "account")

# column of plays: the keys it is filled from
_EXTENDED = {
    "started_at": {"offline_timestamp"},
    "track": {"master_metadata_track_name"},
    "artist": {"master_metadata_album_artist_name"},
    "album": {"master_metadata_album_album_name"},
    "show": {"episode_show_name"},
    "episode": {"episode_name"},
    "audiobook": {"audiobook_title"},
    "chapter": {"audiobook_chapter_title"},
    "uri": {"spotify_track_uri", "spotify_episode_uri"},
    "platform": {"platform"},
    "country": {"conn_country"},
    "reason_start": {"reason_start"},
    "reason_end": {"reason_end"},
    "shuffle": {"shuffle"},
    "skipped": {"skipped"},
    "was_skipped": {"reason_end"},
    "offline": {"offline"},
    "incognito": {"incognito_mode"},
}
_NO_CONTEXT = (
    "uri",
    "platform",
    "country",
    "reason_start",
    "reason_end",
    "shuffle",
    "skipped",
    "was_skipped",
    "offline",
    "incognito",
)
_NEVER: dict[str, tuple[str, ...]] = {
    "account music": ("started_at", "album", *_NO_CONTEXT),
    "account podcasts": ("started_at", *_NO_CONTEXT),
    "account audiobooks": ("started_at", *_NO_CONTEXT),
    "scrobbles": ("ms_played", *_NO_CONTEXT),
    "listens": tuple(name for name in _NO_CONTEXT if name != "uri"),
}
NO_FIELD = "no such field in these files"
EMPTY = "empty in every row"


def kinds(plays: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Count rows and plays by file and kind.

    Parameters
    ----------
    plays : DataFrame
        The plays that were kept.
    removed : DataFrame
        `tables.EXPORT_REMOVED`.

    Returns
    -------
    DataFrame
        `tables.EXPORT_KINDS`, in the order of file and kind.
    """
    by = ["file", "kind"]
    kept = plays.groupby(by, sort=True).agg(
        n_plays=("kind", "size"), ms_played=("ms_played", "sum")
    )
    out = removed.groupby(by)["n_rows"].sum()
    together = kept.join(out.rename("n_out"), how="outer").fillna(0).reset_index()
    together["n_rows"] = together["n_plays"] + together["n_out"]
    return tables.conform(together, tables.EXPORT_KINDS)


def months(plays: pd.DataFrame) -> pd.DataFrame:
    """Count plays by month, months without any too.

    Parameters
    ----------
    plays : DataFrame
        The plays, in the order of their ends.

    Returns
    -------
    DataFrame
        `tables.EXPORT_MONTHS`, from the first month to the last.
    """
    if plays.empty:
        return tables.empty(tables.EXPORT_MONTHS)
    ended = plays["ended_at"].dt.tz_localize(None)
    month = ended.dt.to_period("M")
    found = (
        pd.DataFrame({"month": month, "day": ended.dt.floor("D"), "ms": plays["ms_played"]})
        .groupby("month")
        .agg(n_plays=("day", "size"), ms_played=("ms", "sum"), n_days=("day", "nunique"))
    )
    every = pd.period_range(month.iloc[0], month.iloc[-1], freq="M")
    all_months = found.reindex(every, fill_value=0).rename_axis("month").reset_index()
    return tables.conform(
        all_months.assign(
            month=all_months["month"].dt.to_timestamp(), is_missing=all_months["n_plays"] == 0
        ),
        tables.EXPORT_MONTHS,
    )


def gaps(plays: pd.DataFrame) -> pd.DataFrame:
    """Find silences of at least a week.

    Parameters
    ----------
    plays : DataFrame
        The plays, in the order of their ends.

    Returns
    -------
    DataFrame
        `tables.EXPORT_GAPS`, in the order of time.
    """
    ended = plays["ended_at"].reset_index(drop=True)
    before = ended.shift()
    silent = (ended - before) >= GAP
    found: Any = pd.DataFrame({"since": before[silent], "until": ended[silent]})
    found["n_days"] = ((found["until"] - found["since"]) / pd.Timedelta(days=1)).round(2)
    found["n_months"] = [
        max(0, (until.year - since.year) * 12 + until.month - since.month - 1)
        for since, until in zip(found["since"], found["until"], strict=True)
    ]
    return tables.conform(found, tables.EXPORT_GAPS)


def overlaps(plays: pd.DataFrame) -> pd.DataFrame:
    """Find plays that began more than a minute before one before them had ended.

    Parameters
    ----------
    plays : DataFrame
        The plays, in the order of their ends.

    Returns
    -------
    DataFrame
        `tables.EXPORT_OVERLAPS`, in the order of the plays.
    """
    own = plays.loc[plays["source"].isin(_OF_SPOTIFY), ["ended_at", "ms_played"]]
    length = pd.to_timedelta(own["ms_played"].fillna(0).astype("int64"), unit="ms")
    began = own["ended_at"] - length
    early = own["ended_at"].shift() - began
    is_early = early > OVERLAP
    shared = early.where(early < length, length)[is_early]
    found = pd.DataFrame(
        {
            "row": is_early.index[is_early],
            "started_at": began[is_early],
            "ended_at": own.loc[is_early, "ended_at"],
            "ms_overlap": shared // pd.Timedelta(milliseconds=1),
        }
    )
    return tables.conform(found, tables.EXPORT_OVERLAPS)


def bursts(plays: pd.DataFrame) -> pd.DataFrame:
    """Find runs of plays that sound longer than the time they had.

    Parameters
    ----------
    plays : DataFrame
        The plays, in the order of their ends.

    Returns
    -------
    DataFrame
        `tables.EXPORT_BURSTS`, in the order of time.

    Notes
    -----
    A run is plays whose ends lie at most a minute apart. Its longest play may have begun long
    before; all others must have fitted between the first and the last end, a minute more allowed
    because account data is cut to the minute. Runs that are more than five minutes too long are
    named: a device that was offline and told everything at once, or several devices.
    """
    own = plays.loc[plays["source"].isin(_OF_SPOTIFY), ["ended_at", "ms_played"]]
    if own.empty:
        return tables.empty(tables.EXPORT_BURSTS)
    run = (own["ended_at"].diff() > BURST_STEP).cumsum()
    found: Any = own.groupby(run).agg(
        since=("ended_at", "min"),
        until=("ended_at", "max"),
        n_plays=("ended_at", "size"),
        ms_played=("ms_played", "sum"),
        longest=("ms_played", "max"),
    )
    there_was = (found["until"] - found["since"] + BURST_STEP) // pd.Timedelta(milliseconds=1)
    found["ms_too_much"] = found["ms_played"] - found["longest"] - there_was
    too_long = found["ms_too_much"] > BURST_TOO_MUCH // pd.Timedelta(milliseconds=1)
    return tables.conform(found[too_long & (found["n_plays"] > 2)], tables.EXPORT_BURSTS)


def fields(files: Iterable[FileFacts], plays: pd.DataFrame) -> pd.DataFrame:
    """Name the columns of plays that each generation does not fill.

    Parameters
    ----------
    files : iterable of FileFacts
        What is known of each file of plays.
    plays : DataFrame
        The plays that were kept.

    Returns
    -------
    DataFrame
        `tables.EXPORT_FIELDS`, by generation, in the order of the columns of plays.
    """
    has_value = plays[list(_EXTENDED)].notna().groupby(plays["file"]).any()
    counted: dict[tuple[str, str], list[str]] = {}
    for file, what, kind, keys, _ in files:
        for column in tables.PLAYS.columns:
            if kind == "extended":
                needed = _EXTENDED.get(column)
                if needed is None:
                    continue
                if not keys & needed:
                    why = NO_FIELD
                elif file in has_value.index and not has_value.loc[file, column]:
                    why = EMPTY
                else:
                    continue
            elif column in _NEVER.get(kind, ()):
                why = NO_FIELD
            else:
                continue
            counted.setdefault((what, column), []).append(why)
    n_files: dict[str, int] = {}
    for _, what, *_ in files:
        n_files[what] = n_files.get(what, 0) + 1
    order = {name: n for n, name in enumerate(tables.PLAYS.columns)}
    rows = [
        {
            "what": what,
            "column": column,
            "why": EMPTY if EMPTY in whys else NO_FIELD,
            "n_files": len(whys),
        }
        for (what, column), whys in counted.items()
        if len(whys) == n_files[what]  # one file without podcasts is no generation without them
    ]
    rows.sort(key=lambda row: (str(row["what"]), order[str(row["column"])]))
    return tables.conform(rows, tables.EXPORT_FIELDS)


def missing_numbers(names: Iterable[str]) -> tuple[int, list[str]]:
    """Name files that seem to be missing, from the numbers in the names of the others.

    Parameters
    ----------
    names : iterable of str
        Names of files of plays.

    Returns
    -------
    tuple of int and list of str
        How many, and one text per series: ``"StreamingHistory: 1 to 4"``.

    Notes
    -----
    Spotify numbers files from 0. Since 2026 the numbers begin anew each year, and the first file
    of a year has none. It is a hint and no more: files may have been renamed.
    """
    series: dict[tuple[str, str], dict[int, None]] = {}
    bare: set[tuple[str, str]] = set()
    found = []
    for name in names:
        folder, _, base = name.rpartition("/")
        parsed = re.fullmatch(
            r"(StreamingHistory(?:_\w+?_)?|endsong_|Streaming_History_(?:Audio|Video))"
            r"(?:_(\d{4}(?:-\d{4})?))?_?(\d{1,3})?\.json",
            base,
        )
        if parsed is None:
            continue
        stem, label, number = parsed.groups()
        if number is None:
            bare.add((folder, stem))
        found.append((folder, stem, label or "", int(number) if number else 0))
    for folder, stem, label, number in found:
        of_year = label if (folder, stem) in bare else ""
        series.setdefault((folder, f"{stem}_{of_year}".strip("_")), {})[number] = None
    told, n_files = [], 0
    for (_, stem), numbers in sorted(series.items()):
        absent = [n for n in range(max(numbers)) if n not in numbers]
        if absent:
            told.append(f"{stem}: {_ranges(absent)}")
            n_files += len(absent)
    return n_files, told


def _ranges(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def checks(plays: pd.DataFrame, side: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare what Spotify published with the same from the plays.

    Parameters
    ----------
    plays : DataFrame
        The plays that were kept.
    side : Mapping of str to DataFrame
        The tables of the other files.

    Returns
    -------
    DataFrame
        `tables.EXPORT_CHECKS`; empty without Wrapped or Sound Capsule.

    Notes
    -----
    Wrapped's ``mostListenedDayMinutes`` is the time of all rows whose end, in UTC, falls on that
    day: equal to four decimals in 2024, within 1 % in 2023, so 1 % is what agrees. The Sound
    Capsule counts weeks from Monday on; its first artist of each week agrees within 15 %, which
    is as near as its own rules allow.
    """
    if not {"wrapped_facts", "sound_capsule"} & side.keys():
        return tables.empty(tables.EXPORT_CHECKS)
    columns = ["logged_at", "ms_played", "artist"]
    own = plays.loc[plays["source"].isin(_OF_SPOTIFY), columns]
    rows = [
        *_most_listened_days(own, side.get("wrapped_facts")),
        *_capsule_weeks(own, side.get("sound_capsule")),
    ]
    return tables.conform(rows, tables.EXPORT_CHECKS)


def _most_listened_days(
    plays: pd.DataFrame, facts: pd.DataFrame | None
) -> Iterable[dict[str, Any]]:
    if facts is None:
        return
    metrics = facts[facts["section"] == "yearlyMetrics"]
    for _, of_year in metrics.groupby("year", dropna=False):
        values: Any = of_year.set_index("fact")
        if not {"mostListenedDay", "mostListenedDayMinutes"} <= set(values.index):
            continue
        day = pd.to_datetime(values.loc["mostListenedDay", "value"], errors="coerce")
        published = values.loc["mostListenedDayMinutes", "number"]
        if pd.isna(day) or pd.isna(published):
            continue
        began = day.tz_localize("UTC") if day.tzinfo is None else day.tz_convert("UTC")
        began = began.floor("D")
        there = plays["logged_at"].between(began, began + pd.Timedelta(days=1), inclusive="left")
        minutes = int(plays.loc[there, "ms_played"].sum()) / 60_000
        yield {
            "check": "most listened day of Wrapped",
            "at": f"{began:%Y-%m-%d}",
            "published": published,
            "ours": round(minutes, 4),
            "unit": "minutes",
            "agrees": abs(minutes - published) <= 0.01 * published if there.any() else None,
        }


def _capsule_weeks(plays: pd.DataFrame, capsule: pd.DataFrame | None) -> Iterable[dict[str, Any]]:
    if capsule is None or plays.empty:
        return
    first = capsule[
        (capsule["period"] == "week")
        & (capsule["what"] == "artist")
        & (capsule["rank"] == 1)
        & capsule["ms_played"].notna()
    ]
    since, until = plays["logged_at"].min(), plays["logged_at"].max()
    row: Any
    for row in first.itertuples():
        began = pd.Timestamp(row.since).tz_localize("UTC")
        ended = began + pd.Timedelta(days=7)
        of_artist = plays["logged_at"].between(began, ended, inclusive="left") & (
            plays["artist"] == row.name
        ).fillna(value=False)
        seconds = int(plays.loc[of_artist, "ms_played"].sum()) / 1000
        published = row.ms_played / 1000
        covered = since < ended and began < until and bool(of_artist.any())
        yield {
            "check": "first artist of a week of the Sound Capsule",
            "at": f"{began:%Y-%m-%d}",
            "published": published,
            "ours": seconds,
            "unit": "seconds",
            "agrees": abs(seconds - published) <= 0.15 * published if covered else None,
        }
