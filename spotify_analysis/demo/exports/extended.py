"""The extended streaming history: one row per play, to the second, six layouts since 2020."""

from __future__ import annotations

import functools
import itertools
import json.encoder
import operator
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from spotify_analysis.demo.exports.packing import Package, moment_ms
from spotify_analysis.demo.listener import Listener, Play

__all__ = ["write_extended"]

# Rows recorded from here on follow other rules, whatever the date of the export.
_BREAK_MS = int(datetime(2022, 10, 18, tzinfo=UTC).timestamp() * 1000)
_2025_MS = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
_DAY_0 = date(1970, 1, 1)
_10_DAYS_S = 864_000
_SKIPS = frozenset({"fwdbtn", "backbtn", "endplay"})
_VIDEO_SHOWS = frozenset({"Two Chairs and a Microphone", "Unsolved Crosswords"})
_ROWS_PER_FILE = 15_500  # about 12 MB

_NAMES = (
    "master_metadata_track_name",
    "master_metadata_album_artist_name",
    "master_metadata_album_album_name",
)
_PLACE = ("city", "region", "metro_code", "longitude", "latitude")
_BOOK = ("audiobook_title", "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title")
_END = (
    "reason_start",
    "reason_end",
    "shuffle",
    "skipped",
    "offline",
    "offline_timestamp",
    "incognito_mode",
)
_MIDDLE = (*_NAMES, "spotify_track_uri", "episode_name", "episode_show_name", "spotify_episode_uri")
_OLD_START = ("ts", "username", "platform", "ms_played", "conn_country")
_NEW_START = ("ts", "platform", "ms_played", "conn_country", "ip_addr")
_WHO = ("ip_addr_decrypted", "user_agent_decrypted")
_KEYS_2020 = (*_OLD_START, *_WHO, *_NAMES, "episode_name", "episode_show_name", *_PLACE, *_END)
_KEYS_2021 = (*_OLD_START, *_WHO, *_MIDDLE, *_END)
_KEYS_2024 = (*_NEW_START, *_MIDDLE, *_END)
_KEYS_2025 = (*_NEW_START, *_MIDDLE, *_BOOK, *_END)
# what differs from play to play; the rest is the same whenever a thing is played
_OF_A_PLAY = frozenset((*_OLD_START, *_NEW_START, *_WHO, "city", "region", "metro_code", *_END))

# what the phones and computers of the years before October 2022 called themselves
_LONG_PLATFORMS = {
    "android": (
        "Android OS 7.0 API 24 (samsung, SM-X100D)",
        "Android OS 9 API 28 (samsung, SM-X100D)",
    ),
    "ios": ("iOS 13.3.1 (iPhone0,4)", "iOS 15.6 (iPhone0,4)"),
    "windows": ("Windows 7 (6.1.7601; x64; SP1)", "Windows 10 (10.0.19042; x64; AppX)"),
    "osx": ("OS X 10.14.6 [x86 8]", "OS X 12.4.0 [arm 2]"),
    "web_player": (
        "WebPlayer (websocket RFC6455)",
        "web_player windows 10;chrome 87.0.4280.66;desktop",
    ),
    "cast": ("Partner google cast_tv;Demo;Speaker;;", "Partner google cast_tv;Demo;Speaker;;tpapi"),
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one generation of exports looks."""

    keys: tuple[str, ...]
    folder: str
    style: str
    exported: str
    new_names: bool = True
    order: str = "sorted"
    yearly: bool = False
    username: bool = True
    skipped_before: str = "null"
    ms_timestamps: bool = True
    no_timestamp: str = "0"


_LATE = "Spotify Extended Streaming History"
_LAYOUTS = {
    "G1a": _Layout(
        _KEYS_2020, "MyData", "compact", "2020-10-15", new_names=False, order="shuffled"
    ),
    "G1b": _Layout(
        _KEYS_2021, "MyData", "compact", "2023-03-15", new_names=False, order="shuffled"
    ),
    "G2a": _Layout(_KEYS_2021, "MyData", "compact", "2023-11-10"),
    "G2b": _Layout(
        _KEYS_2024,
        _LATE,
        "indented",
        "2024-08-15",
        skipped_before="false",
        ms_timestamps=False,
        no_timestamp="null",
    ),
    "G2c": _Layout(
        _KEYS_2025,
        _LATE,
        "indented",
        "2025-09-20",
        skipped_before="false",
        ms_timestamps=False,
        no_timestamp="null",
    ),
    "G2d": _Layout(
        _KEYS_2025,
        _LATE,
        "spaced",
        "2026-11-23",
        order="runs",
        yearly=True,
        skipped_before="false",
        ms_timestamps=False,
        no_timestamp="null",
    ),
}


def write_extended(
    listener: Listener,
    folder_or_zip: str | Path,
    *,
    generation: str,
    since: str | None = None,
    until: str | None = None,
    rows_per_file: int = _ROWS_PER_FILE,
    blemishes: bool = True,
    scrubbed: bool = False,
) -> list[Path]:
    """Write a listener's extended streaming history.

    Parameters
    ----------
    listener : Listener
        Whose plays.
    folder_or_zip : str or pathlib.Path
        A folder to write into, or the path of a ZIP file to make.
    generation : str
        "G1a" (2020), "G1b" (2021 to spring 2023), "G2a" (2023), "G2b" (2024), "G2c" (2025) or
        "G2d" (2026): file names, keys, layout, order, units and gaps of exports of that time.
    since, until : str, optional
        ISO moments (UTC); only plays that ended in between, `until` excluded. An export never
        holds plays younger than its generation.
    rows_per_file : int
        Where a file ends and the next begins.
    blemishes : bool
        Repeat a few rows, as real exports do: exactly, or with another `ms_played`. Set to False
        to compare totals.
    scrubbed : bool
        As if the owner had emptied personal columns before passing the files on.

    Returns
    -------
    list of pathlib.Path
        The files written, or the one ZIP.

    Raises
    ------
    ValueError
        If `generation` is unknown, a moment is not ISO, or `rows_per_file` is less than 1.

    Examples
    --------
    >>> from spotify_analysis.demo import exports, listener
    >>> paths = exports.write_extended(
    ...     listener.listener(1), "export", generation="G2d", since="2026-01-01"
    ... )  # doctest: +SKIP
    """
    if generation not in _LAYOUTS:
        raise ValueError(f"`generation` must be one of {', '.join(_LAYOUTS)}; not {generation!r}.")
    if rows_per_file < 1:
        raise ValueError(f"`rows_per_file` must be at least 1; not {rows_per_file}.")
    layout = _LAYOUTS[generation]
    last_ms = moment_ms(layout.exported, "exported")
    until_ms = min(last_ms, moment_ms(until, "until")) if until else last_ms
    since_ms = moment_ms(since, "since") if since else 0
    rows = _Rows(listener, layout, blemishes=blemishes, scrubbed=scrubbed)
    chosen = list(rows.between(since_ms, until_ms))
    rng = random.Random(f"{listener.id}/{generation}")  # noqa: S311 - repeatable on purpose
    with Package(Path(folder_or_zip), layout.folder) as package:
        for name, part in _files(chosen, layout, rows_per_file, rng):
            package.add(name, _written(part, layout))
        package.add("ReadMeFirst_ExtendedStreamingHistory.pdf", _PDF)
    return package.paths


_PDF = b"%PDF-1.4\n% A made-up export of a made-up listener: nothing to read here.\n%%EOF\n"


# ---------------------------------------------------------------- rows


class _Row(NamedTuple):
    ts: str
    video: bool
    written: bytes


class _Rows:
    """Turns plays into rows that are JSON already."""

    def __init__(
        self, listener: Listener, layout: _Layout, *, blemishes: bool, scrubbed: bool
    ) -> None:
        self._listener = listener
        self._catalogue = listener.catalogue
        self._layout = layout
        self._blemishes = blemishes
        self._scrubbed = scrubbed
        self._templates: dict[str | None, str] = {}
        self._gaps = operator.itemgetter(*(key for key in layout.keys if key in _OF_A_PLAY))
        self._username = _text(listener.id)

    def between(self, since_ms: int, until_ms: int) -> Iterator[_Row]:
        """Rows of the plays that ended in a span, in the order of `ts`."""
        # What befalls a play is drawn for all of them, so that every export tells the same story.
        rng = random.Random(f"{self._listener.id}/uploads")  # noqa: S311
        found = []
        for play in self._listener.plays:
            late, chance, other = rng.lognormvariate(9.5, 1.6), rng.random(), rng.random()
            if not since_ms <= play.ended_at_ms < until_ms:
                continue
            uploaded_s = play.ended_at_ms // 1000
            if play.offline and play.ended_at_ms < _BREAK_MS:
                uploaded_s += int(min(_10_DAYS_S, max(4, late)))
            row = self._row(play, uploaded_s, chance)
            found.append(row)
            if self._blemishes and other < 0.0005:
                found.append(row)
            elif self._blemishes and other < 0.0006 and play.ms_played > 1000:
                found.append(self._row(play, uploaded_s, chance, ms_played=play.ms_played // 3))
        found.sort(key=operator.attrgetter("ts"))
        return iter(found)

    def _row(self, play: Play, ts_s: int, chance: float, *, ms_played: int | None = None) -> _Row:
        new = play.ended_at_ms >= _BREAK_MS
        video = self._is_video(play, chance)
        ts = _moment(ts_s)
        value = {
            "ts": f'"{ts}"',
            "username": self._username,
            "platform": _text(play.platform if new else _long_platform(play)),
            "ms_played": str(play.ms_played if ms_played is None else ms_played),
            "conn_country": f'"{play.country}"',
            "reason_start": '"switched-to-video"' if video and new else f'"{play.reason_start}"',
            "reason_end": f'"{play.reason_end}"',
            "shuffle": _flag(play.shuffle),
            "skipped": _flag(play.reason_end in _SKIPS) if new else self._layout.skipped_before,
            "offline": "null" if video and play.ended_at_ms < _2025_MS else _flag(play.offline),
            "offline_timestamp": self._started(play, chance, new=new),
            "incognito_mode": _flag(play.incognito),
        }
        if "ip_addr" in self._layout.keys:
            value["ip_addr"] = _address(chance)
        else:
            value["ip_addr_decrypted"] = _address(chance)
            value["user_agent_decrypted"] = "null" if new else _agent(chance)
            # The one generation that had these fields left them empty in three ways.
            value["city"] = value["region"] = "null" if chance < 0.9 else '""'
            value["metro_code"] = "null" if chance < 0.95 else "0"
        if self._scrubbed:
            value |= _EMPTIED
        return _Row(ts, video, (self._template(play) % self._gaps(value)).encode())

    def _started(self, play: Play, chance: float, *, new: bool) -> str:
        if new:
            return str(play.started_at_ms // 1000) if chance > 0.01 else self._layout.no_timestamp
        if not self._layout.ms_timestamps:
            return "null"
        if chance < 0.04:
            return "0" if chance < 0.03 else "1"
        return str(play.started_at_ms)

    def _is_video(self, play: Play, chance: float) -> bool:
        if play.kind == "episode" and play.id:
            episode = self._catalogue.episodes[play.id]
            return self._catalogue.shows[episode.show_id].name in _VIDEO_SHOWS
        return chance > (0.88 if play.kind == "unknown" else 0.9985)

    def _template(self, play: Play) -> str:
        """A row of what was played, with gaps for what differs from play to play."""
        found = self._templates.get(play.id)
        if found is None:
            item = self._described(play.kind, play.id) if play.id else {}
            fields = (
                "%s" if key in _OF_A_PLAY else item.get(key, "null").replace("%", "%%")
                for key in self._layout.keys
            )
            found = self._templates[play.id] = _row_in(self._layout) % tuple(fields)
        return found

    def _described(self, kind: str, item_id: str) -> dict[str, str]:
        catalogue = self._catalogue
        if kind == "track":
            track = catalogue.tracks[item_id]
            album = catalogue.albums[track.album_id]
            names = (track.name, catalogue.artists[album.artist_ids[0]].name, album.name)
            value = {key: _text(name) for key, name in zip(_NAMES, names, strict=True)}
            return value | {"spotify_track_uri": f'"spotify:track:{item_id}"'}
        if kind == "episode":
            episode = catalogue.episodes[item_id]
            return {
                "episode_name": _text(episode.name),
                "episode_show_name": _text(catalogue.shows[episode.show_id].name),
                "spotify_episode_uri": f'"spotify:episode:{item_id}"',
            }
        chapter = catalogue.chapters[item_id]
        book = catalogue.audiobooks[chapter.audiobook_id]
        return {
            "audiobook_title": _text(book.name),
            "audiobook_uri": f'"spotify:show:{book.id}"',
            "audiobook_chapter_uri": f'"spotify:episode:{item_id}"',
            "audiobook_chapter_title": _text(chapter.name),
        }


_EMPTIED = {
    "username": '""',
    "ip_addr": "null",
    "ip_addr_decrypted": "null",
    "platform": "null",
    "conn_country": '""',
    "reason_start": '""',
    "shuffle": "null",
    "offline": '""',
    "offline_timestamp": '""',
}

_text = json.encoder.encode_basestring  # non-ASCII stays as it is, as in the real files


@functools.lru_cache(maxsize=8192)
def _day(number: int) -> str:
    return (_DAY_0 + timedelta(days=number)).isoformat()


def _moment(ts_s: int) -> str:
    day, second = divmod(ts_s, 86_400)
    minute, second = divmod(second, 60)
    return f"{_day(day)}T{minute // 60:02}:{minute % 60:02}:{second:02}Z"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _address(chance: float) -> str:
    # Addresses that are reserved for documentation.
    if chance < 0.2:
        return f'"2001:db8::{int(chance * 5 * 65_535):x}"'
    return f'"203.0.113.{1 + int(chance * 253)}"'


def _agent(chance: float) -> str:
    if chance < 0.5:
        return '"unknown"'
    return '"Mozilla%2F5.0%20(Demo)"' if chance < 0.9 else '"104200492"'


def _long_platform(play: Play) -> str:
    old, new = _LONG_PLATFORMS[play.platform]
    return old if play.ended_at_ms < _BREAK_MS - 730 * 86_400_000 else new


# ---------------------------------------------------------------- files


def _files(
    rows: list[_Row], layout: _Layout, per_file: int, rng: random.Random
) -> Iterator[tuple[str, list[_Row]]]:
    audio = [row for row in rows if not row.video]
    video = [row for row in rows if row.video]
    if layout.order == "shuffled":
        rng.shuffle(audio)
        rng.shuffle(video)
    if not layout.new_names:
        for number, part in enumerate(_chunks(audio, per_file)):
            yield f"endsong_{number}.json", part
        for number, part in enumerate(_chunks(video, per_file)):
            yield f"endvideo{number or ''}.json", part
        return
    for word, kind_rows in (("Audio", audio), ("Video", video)):
        if layout.yearly:
            for label, year_rows in _years(kind_rows):
                for number, part in enumerate(_chunks(year_rows, per_file)):
                    suffix = f"_{number}" if number else ""
                    yield f"Streaming_History_{word}_{label}{suffix}.json", _runs(part, rng)
            continue
        parts = list(_chunks(kind_rows, per_file))
        for number, part in enumerate(parts):
            first, last = part[0].ts[:4], part[-1].ts[:4]
            label = first if first == last else f"{first}-{last}"
            index = f"_{number}" if len(parts) > 1 else ""
            yield f"Streaming_History_{word}_{label}{index}.json", part


def _chunks(rows: list[_Row], size: int) -> Iterator[list[_Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _years(rows: list[_Row]) -> Iterator[tuple[str, list[_Row]]]:
    """Rows by year; the last of a year slips into the file of the next, as in real exports."""
    years: dict[str, list[_Row]] = {}
    for row in rows:
        years.setdefault(row.ts[:4], []).append(row)
    labels = sorted(years)
    for before, label in itertools.pairwise(labels):
        if len(years[before]) > 1:
            years[label].insert(0, years[before].pop())
    yield from ((label, years[label]) for label in labels)


def _runs(rows: list[_Row], rng: random.Random) -> list[_Row]:
    """About ten sorted runs, one after another."""
    n_runs = min(10, len(rows) // 20) or 1
    runs: list[list[_Row]] = [[] for _ in range(n_runs)]
    for place, row in enumerate(rows):
        runs[0 if place == 0 else rng.randrange(n_runs)].append(row)
    return [row for run in runs for row in run]


def _row_in(layout: _Layout) -> str:
    if layout.style == "compact":
        return "{" + ",".join(f'"{key}":%s' for key in layout.keys) + "}"
    if layout.style == "indented":
        return "  {\n" + ",\n".join(f'    "{key}": %s' for key in layout.keys) + "\n  }"
    return "{\n" + ",\n".join(f'  "{key}" : %s' for key in layout.keys) + "\n}"


def _written(rows: list[_Row], layout: _Layout) -> bytes:
    start, between, end = {
        "compact": (b"[", b",", b"]"),
        "indented": (b"[\n", b",\n", b"\n]"),
        "spaced": (b"[ ", b", ", b" ]"),
    }[layout.style]
    return start + between.join([row.written for row in rows]) + end
