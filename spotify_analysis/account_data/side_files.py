"""The account data's other files to tables: searches, Marquee, Follow, Wrapped, Sound Capsule.

Their shapes change from year to year, so what is not known by name is kept as facts, and whatever
has another type than it should is missing. Names of other people are counted and not taken.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.account_data import decoding

__all__ = ["SideFile", "followed_artists", "kind_of", "read_side_file", "side_tables"]

_TYPING = pd.Timedelta(minutes=1)
_LISTENERS = {
    "previously active listeners": "lapsed",
    "light listeners": "light",
    "moderate listeners": "moderate",
    "super listeners": "super",
    **{word: word for word in ("lapsed", "leanback", "light", "moderate", "super")},
}
# 2020 to 2021, to 2025, and since; the last lists names of people, which are only counted
_FOLLOW = {
    "followerCount": "followers",
    "userIsFollowedBy": "followers",
    "followingUsersCount": "following",
    "userIsFollowing": "following",
    "dismissingUsersCount": "blocked",
    "userIsBlocking": "blocked",
}
_TOPS = {
    "topTracks": "track",
    "topArtists": "artist",
    "topAlbums": "album",
    "topPodcasts": "show",
    "topGenres": "genre",
}
_MAX_FACTS = 10_000
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class SideFile:
    """One of the other files, read.

    Parameters
    ----------
    name : str
        Its name inside the export.
    kind : str
        As `kind_of` says.
    content : list or dict
        What it holds.
    """

    name: str
    kind: str
    content: Any


def kind_of(keys: set[str]) -> str | None:
    """Tell which of the other files it is from the keys of its (first) object.

    Parameters
    ----------
    keys : set of str
        The keys.

    Returns
    -------
    str or None
        ``"searches"``, ``"marquee"``, ``"follow"``, ``"wrapped"``, ``"sound capsule"``, or None.
    """
    if "searchTime" in keys:
        return "searches"
    if {"artistName", "segment"} <= keys:
        return "marquee"
    if {"topTracks", "topArtists"} <= keys or "yearlyMetrics" in keys:
        return "wrapped"
    if keys in ({"stats"}, {"stats", "highlights"}):
        return "sound capsule"
    if keys & {*_FOLLOW, "followingArtists"}:
        return "follow"
    return None


def read_side_file(data: bytes, kind: str, *, file: str) -> SideFile:
    """Read one of the other files.

    Parameters
    ----------
    data : bytes
        JSON in UTF-8.
    kind : str
        As `kind_of` says.
    file : str
        Name for messages.

    Returns
    -------
    SideFile
        What it holds.

    Raises
    ------
    ExportReadError
        If it is not valid JSON.
    """
    if kind in ("searches", "marquee"):
        return SideFile(file, kind, decoding.decode_list(data, file=file))
    return SideFile(file, kind, decoding.decode_object(data, file=file))


def side_tables(files: Iterable[SideFile]) -> dict[str, pd.DataFrame]:
    """Make tables of the other files.

    Parameters
    ----------
    files : iterable of SideFile
        The files, of one or several downloads, older ones first.

    Returns
    -------
    dict of str to DataFrame
        ``search_queries``, ``marquee``, ``followers``, ``wrapped_tops``, ``wrapped_facts``,
        ``sound_capsule``, ``sound_capsule_highlights``: those there are files for.

    Notes
    -----
    Of several downloads, searches and weeks of the capsule are put together, each once; of
    Marquee, Follow and each year's Wrapped the last file stays.
    """
    by_kind: dict[str, list[SideFile]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(file)
    made: dict[str, pd.DataFrame] = {}
    if searches := by_kind.get("searches"):
        made["search_queries"] = _search_queries(searches)
    if marquee := by_kind.get("marquee"):
        made["marquee"] = _marquee(marquee[-1].content)
    if follow := by_kind.get("follow"):
        made["followers"] = _followers(follow[-1].content)
    if wrapped := by_kind.get("wrapped"):
        of_year = {_year(file): file.content for file in wrapped}
        tops = [row for year, content in of_year.items() for row in _tops(content, year)]
        facts = [row for year, content in of_year.items() for row in _wrapped_facts(content, year)]
        made["wrapped_tops"] = _by_year(tables.conform(tops, tables.WRAPPED_TOPS))
        made["wrapped_facts"] = _by_year(tables.conform(facts, tables.WRAPPED_FACTS))
    if capsules := by_kind.get("sound capsule"):
        made["sound_capsule"] = _capsule(capsules)
        highlights = _rows(capsules[-1].content.get("highlights"))
        made["sound_capsule_highlights"] = tables.conform(
            [
                {"highlight": number, "fact": fact, **_value(value)}
                for number, one in enumerate(highlights)
                for fact, value in _flat(one)
            ],
            tables.SOUND_CAPSULE_HIGHLIGHTS,
        )
    return made


def followed_artists(files: Iterable[SideFile]) -> pd.DataFrame | None:
    """Name the followed artists that Follow.json of 2020 and 2021 lists.

    Parameters
    ----------
    files : iterable of SideFile
        All other files.

    Returns
    -------
    DataFrame or None
        `tables.FOLLOWED_ARTISTS`, names only; None where no file lists them.
    """
    listed = [
        file.content["followingArtists"]
        for file in files
        if file.kind == "follow" and isinstance(file.content.get("followingArtists"), list)
    ]
    if not listed:
        return None
    names = [{"artist": name} for name in listed[-1] if isinstance(name, str) and name]
    return tables.conform(names, tables.FOLLOWED_ARTISTS)


# ---------------------------------------------------------------- one file each


def _search_queries(files: list[SideFile]) -> pd.DataFrame:
    rows: dict[tuple[Any, ...], None] = {}
    for file in files:
        for row in _rows(file.content):
            opened = row.get("searchInteractionURIs")
            uris = opened if isinstance(opened, list) else []
            uris = [uri for uri in uris if isinstance(uri, str)]
            # the zone stands in brackets after the time: 2020-06-16T03:13:12.083Z[UTC]
            time = re.sub(r"\[[^\]]*\]$", "", _text(row, "searchTime") or "")
            typed, platform = _text(row, "searchQuery"), _text(row, "platform")
            rows[(time, typed, len(uris), " ".join(uris) or None, platform)] = None
    names = ["searched_at", "query", "n_opened", "uris", "platform"]
    frame = pd.DataFrame(list(rows), columns=names)
    times = pd.to_datetime(frame["searched_at"], utc=True, format="ISO8601", errors="coerce")
    frame["searched_at"] = times.astype(tables.UTC)
    frame = frame.sort_values("searched_at", kind="stable")
    soon = (frame["searched_at"].shift(-1) - frame["searched_at"]) <= _TYPING
    texts = [query.casefold() if isinstance(query, str) else "" for query in frame["query"]]
    frame["is_prefix"] = (
        [
            bool(near) and after.startswith(before) and len(after) > len(before)
            for near, before, after in zip(soon, texts, [*texts[1:], ""], strict=True)
        ]
        if texts
        else pd.Series(dtype="boolean")
    )
    return tables.conform(frame, tables.SEARCH_QUERIES)


def _marquee(content: Any) -> pd.DataFrame:
    return tables.conform(
        [
            {
                "artist": _text(row, "artistName"),
                "listener": _LISTENERS.get((_text(row, "segment") or "").casefold()),
                "segment": _text(row, "segment"),
            }
            for row in _rows(content)
        ],
        tables.MARQUEE,
    )


def _followers(content: Mapping[str, Any]) -> pd.DataFrame:
    numbers: dict[str, int | None] = {}
    for key, what in _FOLLOW.items():
        if key in content:
            value = content[key]
            numbers[what] = len(value) if isinstance(value, list) else _whole(value)
    return tables.conform(
        [{"what": what, "n_people": n} for what, n in numbers.items()], tables.FOLLOWERS
    )


def _capsule(files: list[SideFile]) -> pd.DataFrame:
    periods: dict[tuple[str, str], Mapping[str, Any]] = {}
    for file in files:
        for one in _rows(file.content.get("stats")):
            date = _text(one, "date") or ""
            is_month = re.fullmatch(r"\d{4}-\d\d", date) is not None
            period, day = ("month", f"{date}-01") if is_month else ("week", date)
            if _is_day(day):
                periods[(period, day)] = one
    rows: list[dict[str, Any]] = []
    for (period, day), one in sorted(periods.items(), key=lambda item: (item[0][1], item[0][0])):
        head = {"period": period, "since": day}
        rows.append({**head, "what": "all", **_counted(one)})
        lists = {"topTracks": "track", "topArtists": "artist", "topGenres": "genre"}
        for key, what in lists.items():
            for rank, entry in enumerate(_rows(one.get(key)), start=1):
                name = next((text for k in _NAMES if (text := _text(entry, k))), None)
                rows.append({**head, "what": what, "rank": rank, "name": name, **_counted(entry)})
        rows += [
            {**head, "what": "time of day", "name": when, **_counted(entry)}
            for when, entry in _times_of_day(one.get("timeOfDayStats"))
        ]
    return tables.conform(rows, tables.SOUND_CAPSULE)


_NAMES = ("name", "trackName", "artistName", "albumName", "showName", "genre", "title")
_URIS = ("trackUri", "track_uri", "artistUri", "albumUri", "showUri", "uri")


def _counted(entry: Mapping[str, Any]) -> dict[str, Any]:
    seconds = _whole(entry.get("secondsPlayed"))
    # weekly totals are always 0, which is no number of plays
    return {
        "n_plays": _whole(entry.get("streamCount")) or None,
        "ms_played": seconds * 1000 if seconds else None,
    }


def _times_of_day(found: Any) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    if isinstance(found, dict):
        for name, entry in found.items():
            yield str(name), entry if isinstance(entry, dict) else {"secondsPlayed": entry}
    for entry in _rows(found):
        keys = ("timeOfDay", *_NAMES)
        yield next((text for k in keys if (text := _text(entry, k))), None), entry


# ---------------------------------------------------------------- Wrapped


def _year(file: SideFile) -> int | None:
    metrics = file.content.get("yearlyMetrics")
    day = _text(metrics, "mostListenedDay") if isinstance(metrics, dict) else None
    if day and _is_day(day[:10]):
        return int(day[:4])
    named = re.findall(r"(?<!\d)20\d\d(?!\d)", file.name.rsplit("/", 1)[-1])
    return int(named[-1]) if named else None


def _listed(section: Any) -> tuple[str, list[Any]]:
    """Find the ranked list of a section: it, or the one in it that is named after it."""
    if isinstance(section, list):
        return "", section
    if isinstance(section, dict):
        for key, value in section.items():
            if key.startswith("top") and isinstance(value, list):
                return key, value
    return "", []


def _tops(content: Mapping[str, Any], year: int | None) -> Iterator[dict[str, Any]]:
    for key, what in _TOPS.items():
        for rank, entry in enumerate(_listed(content.get(key))[1], start=1):
            row: dict[str, Any] = {"year": year, "what": what, "rank": rank}
            if isinstance(entry, str):
                row["uri" if entry.startswith("spotify:") else "name"] = entry
            elif isinstance(entry, dict):
                row["uri"] = next((text for k in _URIS if (text := _text(entry, k))), None)
                row["name"] = next((text for k in _NAMES if (text := _text(entry, k))), None)
                counts = (_whole(entry.get(k)) for k in ("count", "plays", "streamCount"))
                row["n_plays"] = next((n for n in counts if n is not None), None)
                row["ms_played"] = _whole(entry.get("msPlayed"))
            yield row


def _wrapped_facts(content: Mapping[str, Any], year: int | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for section, value in content.items():
        listed = _listed(value)[0] if section in _TOPS else None
        if section in _TOPS and isinstance(value, list):
            continue
        for fact, one in _flat(value):
            if listed and (fact == listed or fact.startswith(f"{listed}.")):
                continue
            rows.append({"year": year, "section": section, "fact": fact, **_value(one)})
    return rows[:_MAX_FACTS]


def _by_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("year", kind="stable", ignore_index=True)


# ---------------------------------------------------------------- values of any type


def _flat(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        inside: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    else:
        if value is not None:
            yield path, value
        return
    for key, one in inside:
        yield from _flat(one, f"{path}.{key}" if path else str(key), depth + 1)


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"value": str(value).lower()}
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return {"value": str(value)[:80]}
        return {"value": str(value), "number": number if math.isfinite(number) else None}
    return {"value": str(value)}


def _rows(listed: Any) -> list[Mapping[str, Any]]:
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # beyond that no count is meant, and milliseconds of seconds would not fit either
    return int(value) if 0 <= value < 2**53 and value == value // 1 else None


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
