"""The report: its tables worked by hand, and every oddity that is in real files."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, tables
from spotify_analysis.account_data import findings
from spotify_analysis.account_data.quirks import _QUIRKS
from tests.account_data.conftest import extended, music

TABLES = {
    "files": tables.EXPORT_FILES,
    "rejected": tables.REJECTED_ROWS,
    "removed": tables.EXPORT_REMOVED,
    "kinds": tables.EXPORT_KINDS,
    "months": tables.EXPORT_MONTHS,
    "gaps": tables.EXPORT_GAPS,
    "overlaps": tables.EXPORT_OVERLAPS,
    "bursts": tables.EXPORT_BURSTS,
    "fields": tables.EXPORT_FIELDS,
    "quirks": tables.EXPORT_QUIRKS,
    "checks": tables.EXPORT_CHECKS,
}


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, **{"time_zone": "UTC", "progress": False, **options})


def quirks(report: account_data.Report) -> dict[str, int]:
    return dict(zip(report.quirks["quirk"], report.quirks["n_rows"], strict=True))


@pytest.mark.parametrize("rows", [[], [extended()]], ids=["no plays", "one play"])
def test_every_table_is_the_declared_one(write: Any, rows: list[Any]) -> None:
    report = read(write(a=rows)).report
    for name, table in TABLES.items():
        found = getattr(report, name)
        assert dict(found.dtypes.astype(str)) == table.dtypes, name
    assert report.months["n_plays"].tolist() == [1] * len(rows)
    assert report.gaps.empty


def test_rows_by_file_and_kind(write: Any) -> None:
    episode = {
        "master_metadata_track_name": None,
        "spotify_track_uri": None,
        "episode_name": "E",
        "ms_played": 5,
    }
    rows = [extended(), extended(), extended(ts="2024-05-18T11:00:00Z"), extended(**episode)]
    report = read([write("new", a=rows), write("old", b=[extended()])]).report
    assert report.kinds.values.tolist() == [
        ["new/a.json", "episode", 1, 1, 5],
        ["new/a.json", "track", 3, 2, 120_000],
        ["old/b.json", "track", 1, 0, 0],
    ]
    assert report.removed.values.tolist() == [
        ["new/a.json", "track", "its own file repeats it in every field", 1, 60_000],
        ["old/b.json", "track", "another download holds it as well", 1, 60_000],
    ]
    assert quirks(report)["doubled rows"] == 1
    assert quirks(report)["in two files"] == 1


def test_rows_of_one_package_that_the_other_covers(write: Any) -> None:
    spotify = [extended(ts=f"2024-05-{day}T10:00:00Z") for day in (17, 19)]
    report = read([write("x", a=spotify), write("y", b=[music()])]).report
    assert report.removed.values.tolist() == [
        ["y/b.json", "track", "the extended history covers its time", 1, 60_000]
    ]
    # a file none of whose plays was kept is told all the same
    assert report.kinds.values.tolist()[-1] == ["y/b.json", "track", 1, 0, 0]


def test_months_and_silences(write: Any) -> None:
    days = ["2023-11-30T23:59:59Z", "2023-12-01T00:00:00Z", "2023-12-07T23:59:59Z"]
    rows = [extended(ts=ts) for ts in (*days, "2024-03-02T12:00:00Z", "2024-03-02T12:01:00Z")]
    report = read(write(a=rows)).report
    months = report.months
    assert months["month"].dt.strftime("%Y-%m").tolist() == [
        "2023-11",
        "2023-12",
        "2024-01",
        "2024-02",
        "2024-03",
    ]
    assert months["n_plays"].tolist() == [1, 2, 0, 0, 2]
    assert months["n_days"].tolist() == [1, 2, 0, 0, 1]
    assert months["ms_played"].tolist() == [60_000, 120_000, 0, 0, 120_000]
    assert months["is_missing"].tolist() == [False, False, True, True, False]
    (gap,) = report.gaps.itertuples()  # a second under a week is none
    assert (gap.since, gap.until) == (pd.Timestamp(days[2]), pd.Timestamp("2024-03-02T12:00Z"))
    assert (gap.n_days, gap.n_months) == (85.5, 2)
    text = repr(report)
    assert "2 of 5 without a play: 2024-01, 2024-02, see `months`" in text
    assert "1 of a week or more, the longest 86 days (2023-12-07 to 2024-03-02)" in text


def test_overlaps(write: Any) -> None:
    rows = [
        extended(ts="2024-05-18T10:00:00Z"),
        extended(ts="2024-05-18T10:00:10Z", ms_played=180_000),  # began 10 + 120 s too early
        extended(ts="2024-05-18T10:00:20Z", ms_played=65_000),  # began within it
        extended(ts="2024-05-18T10:01:10Z", ms_played=110_000),  # exactly a minute is allowed
    ]
    report = read(write(a=rows)).report
    assert report.overlaps[["row", "ms_overlap"]].values.tolist() == [[1, 170_000]]
    assert report.overlaps["started_at"].tolist() == [pd.Timestamp("2024-05-18T09:57:10Z")]
    assert report.n_overlapping == 1


def test_bursts(write: Any) -> None:
    """28 plays of 149 s that end within a minute: 27 of them, 67 minutes, had 112 s."""
    together = [extended(ts=f"2024-05-18T10:00:{2 * n:02d}Z", ms_played=149_000) for n in range(27)]
    together.append(extended(ts="2024-05-18T10:00:52Z", ms_played=149_000, reason_end="fwdbtn"))
    in_peace = [extended(ts=f"2024-05-19T10:{n:02d}:00Z", ms_played=60_000) for n in range(30)]
    report = read(write(a=together + in_peace)).report
    (burst,) = report.bursts.itertuples()
    assert (burst.since, burst.until) == (
        pd.Timestamp("2024-05-18T10:00:00Z"),
        pd.Timestamp("2024-05-18T10:00:52Z"),
    )
    assert (burst.n_plays, burst.ms_played) == (28, 28 * 149_000)
    assert burst.ms_too_much == 27 * 149_000 - (52 + 60) * 1000
    assert quirks(report)["bursts"] == 28
    assert "1 runs of plays (28) that end together" in repr(report)


def test_a_day_of_more_than_24_hours(write: Any) -> None:
    rows = [
        extended(ts=f"2024-05-18T{hour:02d}:00:00Z", ms_played=2 * 3_600_000 + 1)
        for hour in range(11, 23)
    ]
    assert quirks(read(write(a=rows[:11])).report).get("impossible days") is None
    assert quirks(read(write("b", a=rows)).report)["impossible days"] == 1


@pytest.mark.parametrize(
    ("generation", "missing"),
    [
        ("2020", ["audiobook", "chapter", "uri"]),
        ("2021", ["audiobook", "chapter"]),
        ("2024", ["audiobook", "chapter"]),
        ("2025", []),
    ],
)
def test_what_a_generation_cannot_say(write: Any, generation: str, missing: list[str]) -> None:
    full = {
        "offline_timestamp": 1716026340,
        "episode_name": "E",
        "episode_show_name": "S",
        "audiobook_title": "B",
        "audiobook_chapter_title": "C",
    }
    fields = read(write(a=[extended(generation, **full)])).report.fields
    absent = fields[fields["why"] == "no such field in these files"]
    assert absent["column"].tolist() == missing
    assert fields[fields["why"] == "empty in every row"]["column"].tolist() == []


def test_what_owners_emptied(write: Any) -> None:
    emptied = extended(conn_country="", platform=None, reason_start="", shuffle=None, offline="")
    report = read(write(a=[emptied])).report
    why = dict(zip(report.fields["column"], report.fields["why"], strict=True))
    for column in ("country", "platform", "reason_start", "shuffle", "offline"):
        assert why[column] == "empty in every row"
    found = quirks(report)
    for name in ("country not known", "device not known", "reason not known", "offline not known"):
        assert found[name] == 1
    # one file of a generation that has them is enough
    both = read(write(b=[extended(ts="2024-05-19T10:00:00Z", offline_timestamp=1716112740)])).report
    assert "country" not in both.fields["column"].tolist()


def test_account_data_has_neither_address_nor_device(write: Any) -> None:
    report = read(write(a=[music()])).report
    assert report.fields["column"].tolist() == [
        "started_at",
        "album",
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
    ]
    assert "started_at, album, uri, platform, country and 7 more (account music)" in repr(report)


@pytest.mark.parametrize(
    ("names", "n_missing", "told"),
    [
        (["StreamingHistory0.json", "StreamingHistory5.json"], 4, ["StreamingHistory: 1 to 4"]),
        (["StreamingHistory_music_1.json"], 1, ["StreamingHistory_music: 0"]),
        (["endsong_0.json", "endsong_2.json", "endsong_5.json"], 3, ["endsong: 1, 3 to 4"]),
        (
            ["Streaming_History_Audio_2019-2020_3.json", "Streaming_History_Video_2017-2022.json"],
            3,
            ["Streaming_History_Audio: 0 to 2"],
        ),
        (
            [
                "a/Streaming_History_Audio_2024.json",
                "a/Streaming_History_Audio_2025.json",
                "a/Streaming_History_Audio_2025_2.json",
            ],
            1,
            ["Streaming_History_Audio_2025: 1"],
        ),
        (["Streaming_History_Audio_2024_0.json", "Streaming_History_Audio_2024_1.json"], 0, []),
        (["mine.json", "history7.json", "Streaming_History_Audio_2022-2025.json"], 0, []),
    ],
)
def test_files_that_seem_to_be_missing(names: list[str], n_missing: int, told: list[str]) -> None:
    assert findings.missing_numbers(names) == (n_missing, told)


@pytest.mark.parametrize(
    ("quirk", "n_rows", "rows"),
    [
        ("without names", 1, [extended(master_metadata_track_name=None, spotify_track_uri=None)]),
        ("zero length", 1, [extended(ms_played=0)]),
        ("before October 2022", 1, [extended(ts="2022-10-01T10:00:00Z")]),
        ("both sides of October 2022", 2, [extended(), extended(ts="2022-10-01T10:00:00Z")]),
        ("start not given", 1, [extended(offline_timestamp=0)]),
        ("start after end", 1, [extended(offline_timestamp=1716026401)]),
        ("long pause", 1, [extended(offline_timestamp=1716026400 - 661)]),
        (
            "uploaded later",
            1,
            [extended(ts="2022-01-02T00:00:00Z", offline=True, offline_timestamp=1641030900000)],
        ),
        ("offline not known", 1, [extended(offline=None)]),
        (
            "episode without show",
            1,
            [extended(spotify_track_uri=None, master_metadata_track_name=None, episode_name="E")],
        ),
        ("country not known", 1, [extended(conn_country="ZZ")]),
        ("device not known", 1, [extended(platform="not_applicable")]),
        ("reason not known", 1, [extended(reason_end="unknown")]),
        ("new reason", 1, [extended(reason_end="bored")]),
        ("same moment", 2, [extended(), extended(reason_end="fwdbtn")]),
        ("another length at the same moment", 2, [extended(), extended(ms_played=1)]),
        ("to the minute", 1, [music()]),
        ("without address", 1, [extended("2020")]),
        (
            "several addresses",
            2,
            [extended(), extended(spotify_track_uri="spotify:track:" + "0" * 22)],
        ),
        ("renamed", 2, [extended(), extended(master_metadata_track_name="Song - Remastered")]),
        ("names of digits", 1, [extended(master_metadata_track_name="1999")]),
        ("names like values", 1, [extended(master_metadata_album_artist_name="n/A")]),
        ("names like formulas", 1, [extended(master_metadata_album_album_name="=1+1")]),
        ("blanks around names", 1, [extended(master_metadata_track_name="Song ")]),
        (
            "names that look alike",
            2,
            [
                extended(master_metadata_album_artist_name="Beyonc\u00e9"),
                extended(master_metadata_album_artist_name="Beyonce\u0301", ms_played=1),
                extended(master_metadata_album_artist_name="Beyonce", ms_played=2),
            ],
        ),
        ("unordered files", 1, [extended(ts="2025-01-01T00:00:00Z"), extended()]),
        ("no plays", 1, [extended(), extended(ms_played=-1)]),
    ],
)
def test_every_oddity_has_a_name(write: Any, quirk: str, n_rows: int, rows: list[Any]) -> None:
    report = read(write(a=rows)).report
    assert quirks(report)[quirk] == n_rows
    assert f"{quirk} {n_rows}" in repr(report)
    assert report.quirks["about"].str.endswith((".", "`.")).all()
    assert quirk in report._repr_html_()
    plain = extended(offline_timestamp=1716026340)
    assert quirks(read(write("plain", a=[plain])).report) == {}


def test_the_page_names_every_oddity_and_every_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| ([^|]+) \|", page, flags=re.MULTILINE)
    listed = {name for cell in first_cells for name in cell.split(", ")}
    source = Path(account_data.__file__).with_name("report.py").read_text(encoding="utf-8")
    counted = re.search(r"def _counted.*?\n        \]", source, flags=re.DOTALL)
    assert counted
    names = [*(name for name, *_ in _QUIRKS), *re.findall(r'\(\s*"([a-z \']+)",', counted[0])]
    assert len(names) >= 30
    assert not set(names) - listed
    assert {f"`report.{name}`" for name in TABLES} <= listed
    for table in (
        "search_queries",
        "marquee",
        "followers",
        "wrapped_tops",
        "wrapped_facts",
        "sound_capsule",
        "sound_capsule_highlights",
    ):
        assert f'["{table}"]' in page
    for private in ("Userdata", "Identity", "Payments", "MessageData", "Inferences"):
        assert f"`{private}`" in page


def test_the_report_is_of_the_plays_as_they_were_read(write: Any) -> None:
    export = read(write(a=[extended(ms_played=0)]))
    export.plays["ms_played"] = 5
    assert quirks(export.report)["zero length"] == 1
    months = export.report.months
    months.loc[0, "n_plays"] = 99
    assert export.report.months["n_plays"].tolist() == [1]


# ---------------------------------------------------------------- real files, by another road


def _extended_rows(files: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, int]:
    """Count the oddities of extended files with loops over plain JSON."""
    found: Counter[str] = Counter()
    rows = [row for _, of_file in files for row in of_file]
    addresses, names_of = defaultdict(set), defaultdict(set)
    at_moment: Counter[str] = Counter()
    at_moment_of: Counter[tuple[str, str]] = Counter()
    break_at = "2022-10-18T00:00:00Z"
    for row in rows:
        track, artist = (row[f"master_metadata_{k}"] for k in ("track_name", "album_artist_name"))
        uri = row["spotify_track_uri"] or row["spotify_episode_uri"]
        nameless = not (track or uri or row["episode_name"])
        found["without names"] += nameless
        found["zero length"] += row["ms_played"] == 0
        found["before October 2022"] += row["ts"] < break_at
        found["offline not known"] += row["offline"] in (None, "")
        found["episode without show"] += bool(row["episode_name"]) and not row["episode_show_name"]
        reasons = (row["reason_start"], row["reason_end"])
        found["reason not known"] += any(one in (None, "", "unknown") for one in reasons)
        end = datetime.fromisoformat(row["ts"])
        start = row["offline_timestamp"]
        if not start:
            found["start not given"] += 1
        elif start > end.timestamp():
            found["start after end"] += 1
        else:
            began = datetime.fromtimestamp(start, UTC)
            pause = end - began - timedelta(milliseconds=row["ms_played"])
            found["long pause"] += pause > timedelta(minutes=10)
        at_moment[row["ts"]] += 1
        if not nameless:
            at_moment_of[row["ts"], uri] += 1
        if row["spotify_track_uri"]:
            addresses[artist, track].add(uri)
            names_of[uri].add(track)
    found["same moment"] = sum(n for n in at_moment.values() if n > 1)
    found["another length at the same moment"] = sum(n for n in at_moment_of.values() if n > 1)
    for row in rows:
        if uri := row["spotify_track_uri"]:
            key = (
                row["master_metadata_album_artist_name"],
                row["master_metadata_track_name"],
            )
            found["several addresses"] += len(addresses[key]) > 1
            found["renamed"] += len(names_of[uri]) > 1
    for _, of_file in files:
        before = sum(row["ts"] < break_at for row in of_file)
        found["both sides of October 2022"] += len(of_file) if 0 < before < len(of_file) else 0
    return dict(found)


def _account_rows(
    files: list[tuple[str, list[dict[str, Any]]]], library: dict[str, Any]
) -> dict[str, int]:
    """Count the oddities of account data with loops over plain JSON."""
    rows = [row for _, of_file in files for row in of_file]
    at_moment = Counter(row["endTime"] for row in rows)
    of_same = Counter((row["endTime"], row["artistName"], row["trackName"]) for row in rows)
    shows = {show["name"] for show in library["shows"]}
    found: Counter[str] = Counter(
        {
            "to the minute": len(rows),
            "without address": len(rows),
            "zero length": sum(row["msPlayed"] == 0 for row in rows),
            "same moment": sum(n for n in at_moment.values() if n > 1),
            "another length at the same moment": sum(n for n in of_same.values() if n > 1),
            "podcasts among music": sum(row["artistName"] in shows for row in rows),
            "files of one's own": len(library["other"]),
        }
    )
    before = None
    for row in rows:
        end = datetime.strptime(row["endTime"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        began = end - timedelta(milliseconds=row["msPlayed"])
        found["overlaps"] += before is not None and before - began > timedelta(minutes=1)
        before = end
    return dict(found)


def _odd_names(rows: list[dict[str, Any]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    spelt = defaultdict(set)
    for row in rows:
        for key, name in row.items():
            if key.endswith(("_name", "Name")) and isinstance(name, str):
                spelt[key, unicodedata.normalize("NFC", name).strip()].add(name)
    alike = {(key, name) for (key, _), names in spelt.items() if len(names) > 1 for name in names}
    for row in rows:
        keys = [key for key in row if key.endswith(("_name", "Name"))]
        found["names that look alike"] += any((key, row[key]) in alike for key in keys)
        names = [row[key] for key in keys if isinstance(row[key], str)]
        found["names of digits"] += any(re.fullmatch(r"\d+", name) for name in names)
        found["names like formulas"] += any(name[:1] in "=+-@" for name in names if name)
        found["blanks around names"] += any(name != name.strip() for name in names)
        values = {"true", "false", "n/a", "na", "nan", "null", "none", "inf", "infinity", "<na>"}
        found["names like values"] += any(name.lower() in values for name in names)
    return dict(found)


@pytest.mark.parametrize(
    ("listener", "absent"), [("listener-a", 6), ("listener-b", 0), ("listener-c", 4)]
)
def test_every_oddity_of_real_files_is_named(real_export: Path, listener: str, absent: int) -> None:
    def load(path: Path) -> Any:
        return json.loads(path.read_text(encoding="utf-8-sig"))

    folder = real_export / listener
    paths = sorted(folder.glob("*treaming*istory*.json"))
    files = [(path.name, load(path)) for path in paths]
    rows = [row for _, of_file in files for row in of_file]
    if "ts" in rows[0]:
        expected = _extended_rows(files)
    else:
        expected = _account_rows(files, load(folder / "YourLibrary.json"))
    expected |= _odd_names(rows) | {"missing files": absent}
    report = read(folder).report
    assert quirks(report) == {name: n for name, n in expected.items() if n}
    assert len(quirks(report)) >= 8
    # the silences, the missing months, and what the generation cannot say
    stamps = sorted(row.get("ts", row.get("endTime")) for row in rows)
    months = {stamp[:7] for stamp in stamps}
    told = report.months
    assert set(told.loc[~told["is_missing"], "month"].dt.strftime("%Y-%m")) == months
    first, last = (pd.Timestamp(stamps[n][:10]) for n in (0, -1))
    assert len(told) == (last.year - first.year) * 12 + last.month - first.month + 1
    ends = [pd.Timestamp(stamp) for stamp in stamps]
    silent = [b - a for a, b in pairwise(ends) if b - a >= pd.Timedelta(days=7)]
    assert len(report.gaps) == len(silent)
    assert report.gaps["n_days"].max() == round(max(silent) / pd.Timedelta(days=1), 2)
    fields = {
        "listener-a": ["audiobook", "chapter"],
        "listener-b": ["audiobook", "chapter"],
        "listener-c": ["started_at", "album", "uri"],
    }[listener]
    assert report.fields["column"].tolist()[: len(fields)] == fields
    assert report.kinds["n_rows"].sum() == len(rows)
    text = repr(report)
    assert all(f"{name} {n:,}" in text for name, n in expected.items() if n)
