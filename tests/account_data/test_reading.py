"""Whole exports: found, judged, reported, and equal to a plain sum."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, counting, errors, tables
from tests.account_data.conftest import extended, music

PRIVATE = ("198.51.100.7", "somebody", "agent%2F1.0", "Testville", "13.4050", "52.5200")


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, **{"time_zone": "Europe/Berlin", **options})


@pytest.mark.parametrize("generation", ["2020", "2021", "2024", "2025"])
def test_who_and_where_never_leaves_the_parser(write: Any, generation: str) -> None:
    # the second file goes the slow way, row by row
    export = read(
        write(
            a=[extended(generation)], b=[extended(generation, ms_played=5), extended(ms_played="x")]
        )
    )
    shown = "".join(
        [
            export.plays.to_csv(),
            export.report.files.to_csv(),
            export.report.rejected.to_csv(),
            repr(export),
            export._repr_html_(),
        ]
    )
    assert len(export.plays) == 2
    assert not [secret for secret in PRIVATE if secret in shown]


@pytest.mark.parametrize(
    "name",
    [
        "Userdata",
        "UserAttributes",
        "Identity",
        "Identifiers",
        "Payments",
        "Payments_1",
        "UserAddress",
        "MessageData",
        "Inferences",
        "userdata",
        "Identity (1)",
    ],
)
def test_private_files_are_never_opened(
    write: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    files = {name: {"name": "Secret Name"}, "history": [extended()]}
    opened = []
    plain_open = Path.open

    def watched(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(self.name)
        return plain_open(self, *args, **kwargs)

    folder, packed = write(**files), zipped({f"MyData/{key}.json": files[key] for key in files})
    monkeypatch.setattr(Path, "open", watched)
    zip_open = zipfile.ZipFile.open

    def watched_zip(self: Any, member: Any, *args: Any, **kwargs: Any) -> Any:
        opened.append(member.filename)
        return zip_open(self, member, *args, **kwargs)

    monkeypatch.setattr(zipfile.ZipFile, "open", watched_zip)
    for path in (folder, packed):
        opened.clear()
        export = read(path)
        assert opened
        assert not [one for one in opened if name in one]
        assert export.report.n_other_files == 1
        assert name not in repr(export)
    # not even when it is all there is
    only = write("only", **{name: [extended()]})
    with pytest.raises(errors.ExportReadError, match="No listening history") as caught:
        read(only)
    assert name not in str(caught.value)


def test_files_we_do_not_know_are_left_alone(write: Any) -> None:
    folder = write(
        history=[extended()],
        UserPrompts=[{"prompt": "x"}],
        Rated={"ratedShows": []},
        broken=b'{"a": 1}{"b": 2}',
        numbers=[1, 2],
    )
    (folder / "shopping.csv").write_text("what,price\nmilk,1\n", encoding="utf-8")
    (folder / "Read_Me_First.pdf").write_bytes(b"%PDF")
    (folder / "._history.json").write_bytes(b"\x00\x05\x16\x07")
    export = read(folder)
    assert len(export.plays) == 1
    assert export.report.n_other_files == 5
    assert export.tables == {}


def test_names_of_files_do_not_matter(write: Any) -> None:
    export = read(write(StreamingHistory0=[extended()], endsong_0=[music(msPlayed=5)]))
    assert set(export.plays["source"]) == {"extended"} or len(export.plays) == 2
    assert set(export.report.files["what"]) == {"account music", "extended, layout of late 2024 on"}


@pytest.mark.parametrize(
    ("generation", "what"),
    [
        ("2020", "extended, to 2020"),
        ("2021", "extended, 2021 to 2023"),
        ("2024", "extended, 2024"),
        ("2025", "extended, layout of late 2024 on"),
    ],
)
def test_generations_are_named(write: Any, generation: str, what: str) -> None:
    assert read(write(a=[extended(generation)])).report.files["what"].tolist() == [what]


def test_nothing_to_read(write: Any) -> None:
    with pytest.raises(errors.ExportReadError, match=r"No listening history was found \(1 file "):
        read(write(UserPrompts={"prompt": "x"}))
    with pytest.raises(ValueError, match="`on_error` must be"):
        read(write(a=[]), on_error="ignore")
    with pytest.raises(ValueError, match="`time_zone` must be"):
        read(write(a=[]), time_zone="Berlin")


def test_the_zone_comes_from_the_settings(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIFY_ANALYSIS_TIME_ZONE", "Asia/Tokyo")
    export = read(write(a=[extended()]), time_zone=None)
    assert export.plays["time_zone"].tolist() == ["Asia/Tokyo"]
    assert export.plays["local_hour"].tolist() == [18]
    assert export.report.time_zone == "Asia/Tokyo"


def test_local_time_of_each_country(write: Any) -> None:
    rows = [
        extended(ts=f"2024-05-18T1{n}:00:30Z", conn_country=code)
        for n, code in enumerate(["DE", "JP", "US", "US", "ES", "ZZ"])
    ]
    export = read(write(a=rows), by_country={"ES": "Europe/Madrid"})
    assert export.plays["local_hour"].tolist() == [11, 19, 13, 14, 15, 16]
    assert tables.facts(export.plays)["time_zone"] == "local time of each country"
    assert export.report.n_zone_undecided == {"US": 2}
    told = dict(export.report.lines())
    assert told["local time"] == "of each country, Europe/Berlin where none is known"
    assert told["zone not clear"] == (
        "2 plays in countries with several zones (2 in US) took Europe/Berlin; choose one "
        "with `by_country`, a country's zones are in tables.zones_of('US')"
    )
    everywhere = counting.count(export.plays, "every")
    assert tables.facts(everywhere)["time_zone"] == "local time of each country"
    with pytest.raises(ValueError, match="`by_country` must name countries"):
        read("nowhere.zip", by_country={"USA": "America/New_York"})


def test_fields_that_are_not_spotify_s(write: Any) -> None:
    export = read(write(a=[{**extended(), "mood": "fine"}]))
    assert export.report.extra_keys == ("mood",)
    assert "mood: not Spotify's, ignored" in repr(export)


def test_facts_travel_with_the_plays(write: Any) -> None:
    export = read(write(a=[extended()]))
    assert tables.facts(export.plays) == {"time_zone": "Europe/Berlin", "source": "extended"}
    assert tables.facts(counting.count(export.plays))["n_plays"] == 1


def test_the_report(write: Any) -> None:
    rows = [
        extended(),
        extended(),
        extended(ts="2024-05-18T10:00:05Z"),
        extended(
            ts="2024-05-19T00:00:00Z", master_metadata_track_name=None, spotify_track_uri=None
        ),
    ]
    report = read(write(**{"<b>": rows})).report
    assert report.n_by_kind == {"track": 2, "episode": 0, "audiobook": 0, "unknown": 1}
    assert report.n_plays == 3
    assert report.share_unknown == pytest.approx(1 / 3)
    assert report.ms_played == 180_000
    assert (report.since, report.until) == (
        pd.Timestamp("2024-05-18T10:00Z"),
        pd.Timestamp("2024-05-19T00:00Z"),
    )
    assert report.n_overlapping == 0
    text, html = repr(report), report._repr_html_()
    assert "2024-05-18 to 2024-05-19 (UTC)" in text
    assert "3: 2 of tracks, 1 unknown" in text
    assert "<b>.json" in text
    assert "<b>.json" not in html
    assert "&lt;b&gt;.json" in html
    # names of tables are code, and the oddities stand one by one below the summary
    summary, _, below = html.partition("<details>")
    assert "`quirks`" in text
    assert "`" not in summary
    assert "without names" in summary
    assert "oddities explained" in below


def test_plays_that_overlap_are_told_and_kept(write: Any) -> None:
    rows = [extended(), extended(ts="2024-05-18T10:00:10Z", ms_played=180_000)]
    report = read(write(a=rows)).report
    assert report.n_overlapping == 1
    assert report.n_plays == 2


def test_the_library(write: Any) -> None:
    uri = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
    library = {
        "tracks": [{"artist": "A", "album": "B", "track": "C", "uri": uri}, {"track": "old"}, None],
        "albums": [{"artist": "A", "album": "B", "uri": uri.replace("track", "album")}],
        "shows": [{"name": "S", "publisher": "P"}],
        "episodes": [{"name": "E", "show": "S", "uri": uri.replace("track", "episode")}],
        "artists": [{"name": "A", "uri": uri.replace("track", "artist")}],
        "other": ["spotify:local:A%3A+x::C:100", "spotify:local:odd", 5],
        "pageMatch": 3,
    }
    playlist = {
        "name": "=Mine",
        "lastModifiedDate": "2024-01-01",
        "collaborators": ["somebody"],
        "items": [
            {
                "track": {"trackName": "C", "artistName": "A", "albumName": "B", "trackUri": uri},
                "episode": None,
                "localTrack": None,
                "addedDate": "2024-02-30",
            },
            {
                "track": None,
                "episode": {"episodeName": "E", "showName": "S"},
                "addedDate": "2024-02-29",
            },
            {"localTrack": {"uri": "spotify:local:x"}},
            {"localTrack": {"uri": "spotify:local:A::C+%26+D:100"}},
            {"audiobook": {"name": "Book", "uri": uri.replace("track", "show")}},
            {"track": None},
        ],
    }
    export = read(write(lib=library, p={"playlists": [playlist, {"name": "Empty"}]}))
    assert "4 saved tracks, 1 saved albums" in repr(export)
    found = export.library
    assert list(found) == [
        "saved_tracks",
        "saved_albums",
        "saved_shows",
        "saved_episodes",
        "followed_artists",
        "playlists",
        "playlist_items",
    ]
    for name, table in found.items():
        assert dict(table.dtypes.astype(str)) == tables.declared()[name].dtypes
    assert found["saved_tracks"]["id"].tolist() == [uri[-22:], pd.NA, pd.NA, pd.NA]
    assert found["saved_tracks"]["is_local"].tolist() == [False, False, True, True]
    of_own = found["saved_tracks"].iloc[2]
    assert of_own[["artist", "album", "track"]].tolist() == ["A: x", pd.NA, "C"]
    assert export.report.n_local_files == 2
    assert found["saved_shows"]["show"].tolist() == ["S"]
    assert found["playlists"]["n_items"].tolist() == [6, 0]
    assert {tables.facts(table)["source"] for table in found.values()} == {"account"}
    items = found["playlist_items"]
    assert items["kind"].tolist() == [
        "track",
        "episode",
        "local",
        "local",
        "audiobook",
        "removed",
    ]
    assert items["position"].tolist() == [0, 1, 2, 3, 4, 5]
    assert items["added_at"].notna().tolist() == [False, True, *[False] * 4]
    assert items.loc[3, ["artist", "album", "track"]].tolist() == ["A", pd.NA, "C & D"]
    assert items.loc[4, ["show", "id"]].tolist() == ["Book", uri[-22:]]
    assert "somebody" not in "".join(table.to_csv() for table in found.values())


def test_an_empty_library_is_a_library(write: Any) -> None:
    found = read(write(p={"playlists": []}, lib={"tracks": [], "albums": []})).library
    assert len(found) == 7
    assert all(table.empty for table in found.values())


# ---------------------------------------------------------------- real rows


def plain_sum(files: list[Path]) -> tuple[int, int]:
    """Count rows and add up time with nothing but json and a loop."""
    n_rows = ms_played = 0
    for file in files:
        for row in json.loads(file.read_text(encoding="utf-8-sig")):
            n_rows += 1
            ms_played += row["ms_played"] if "ms_played" in row else row["msPlayed"]
    return n_rows, ms_played


@pytest.mark.parametrize("listener", ["listener-a", "listener-b", "listener-c"])
def test_real_rows_to_the_millisecond(real_export: Path, tmp_path: Path, listener: str) -> None:
    files = sorted((real_export / listener).glob("*treaming*istory*.json"))
    assert files
    n_rows, ms_played = plain_sum(files)
    packed = tmp_path / "my_spotify_data.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for file in files:
            target.write(file, f"Spotify Data/{file.name}")
    for path in (real_export / listener, packed, files):
        export = read(path)
        assert len(export.plays) == export.report.n_plays == n_rows
        assert int(export.plays["ms_played"].sum()) == export.report.ms_played == ms_played
        assert export.report.rejected.empty
        assert export.plays["ended_at"].notna().all()
        assert export.plays["platform"].isin(tables.PLATFORMS).sum() in (0, n_rows)
    csv = tables.write_csv(export.plays, tmp_path / "plays.csv")
    pd.testing.assert_frame_equal(tables.read_csv(csv), export.plays)


def test_real_days_and_names(real_export: Path) -> None:
    plays = read(real_export / "listener-c").plays
    rows = json.loads(
        (real_export / "listener-c" / "StreamingHistory0.json").read_text(encoding="utf-8")
    )
    by_artist: dict[str, int] = {}
    for row in rows:
        by_artist[row["artistName"]] = by_artist.get(row["artistName"], 0) + row["msPlayed"]
    best = max(by_artist, key=lambda name: by_artist[name])
    of_file = plays[plays["file"] == "StreamingHistory0.json"]
    # the name may be that of a podcast, which the library tells
    named = of_file["artist"].fillna(of_file["show"]) == best
    assert int(of_file.loc[named, "ms_played"].sum()) == by_artist[best]
    assert f"{of_file['ended_at'].min():%Y-%m-%d %H:%M}" == rows[0]["endTime"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\0" * 4_000, "holds nothing but zeros"),
        (b"[", "is no valid JSON"),
        (b"{", "is no valid JSON"),
        (b"<html><p>Sign in</p></html>", "is no valid JSON"),
        (b'[{"ts": "2026-01-01T00:00:00Z", "ms_pl', "is no valid JSON"),
    ],
    ids=["nothing", "zeros", "bracket", "brace", "html", "cut"],
)
def test_a_history_damaged_at_its_beginning_is_not_passed_over(
    write: Any, tmp_path: Path, data: bytes, message: str
) -> None:
    folder = write(good=[extended("2025")])
    folder = folder if folder.is_dir() else folder.parent
    bad = folder / "Streaming_History_Audio_2025_1.json"
    bad.write_bytes(data)
    with pytest.raises(errors.ExportReadError, match=message) as caught:
        read(folder)
    assert caught.value.file is not None
    assert caught.value.file.endswith(bad.name)
    export = read(folder, on_error="skip")
    assert len(export.plays) == 1
    assert len(export.report.problems) == 1
    assert bad.name in export.report.problems[0]
    # the same bytes under a name that is not Spotify's are somebody else's
    bad.rename(folder / "notes.json")
    assert read(folder).report.problems == ()


@pytest.mark.parametrize("path", [None, 3, [1], ["a.zip", None]])
def test_what_is_no_path_is_named(path: Any) -> None:
    with pytest.raises(ValueError, match=r"`path` must be a path or several; not (NoneType|int)"):
        read(path)
