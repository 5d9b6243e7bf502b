"""The made-up privacy exports look like Spotify's, generation by generation."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis.demo import exports
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.exports.packing import Package

LISTENER = listeners.listener(1)
GENERATIONS = ("G1a", "G1b", "G2a", "G2b", "G2c", "G2d")
LAST = {"G1a": "2020", "G1b": "2023", "G2a": "2023", "G2b": "2024", "G2c": "2025", "G2d": "2026"}
SKIPS = {"fwdbtn", "backbtn", "endplay"}

# measured on real files of each generation
KEYS_2024 = [
    "ts",
    "platform",
    "ms_played",
    "conn_country",
    "ip_addr",
    "master_metadata_track_name",
    "master_metadata_album_artist_name",
    "master_metadata_album_album_name",
    "spotify_track_uri",
    "episode_name",
    "episode_show_name",
    "spotify_episode_uri",
    "reason_start",
    "reason_end",
    "shuffle",
    "skipped",
    "offline",
    "offline_timestamp",
    "incognito_mode",
]
N_KEYS = {"G1a": 24, "G1b": 21, "G2a": 21, "G2b": 19, "G2c": 23, "G2d": 23}

Row = dict[str, Any]


def read(paths: list[Path], pattern: str = r"(?i)(streaming|end).*json") -> dict[str, list[Row]]:
    """Read the history files of an export by name."""
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in paths
        if re.fullmatch(pattern, path.name)
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Row]]]:
    """Write the last three years before each export once, in small files."""
    found = {}
    for generation in GENERATIONS:
        folder = tmp_path_factory.mktemp(generation)
        since = f"{int(LAST[generation]) - 2}-06-01"
        paths = exports.write_extended(
            LISTENER, folder, generation=generation, since=since, rows_per_file=4_000
        )
        found[generation] = read(paths)
    return found


def rows_of(files: dict[str, list[Row]]) -> list[Row]:
    """Put the rows of all files one after another."""
    return [row for rows in files.values() for row in rows]


def recorded_ms(row: Row) -> int:
    """Tell when a row ended, in UTC epoch milliseconds."""
    return int(datetime.fromisoformat(row["ts"]).timestamp() * 1000)


# ---------------------------------------------------------------- extended: the layout


@pytest.mark.parametrize("generation", GENERATIONS)
def test_keys_and_their_order_are_those_of_the_generation(
    generation: str, written: dict[str, dict[str, list[Row]]]
) -> None:
    orders = {tuple(row) for row in rows_of(written[generation])}
    assert len(orders) == 1
    (keys,) = orders
    assert len(keys) == N_KEYS[generation]
    assert keys[0] == "ts"
    assert ("username" in keys) == (generation in {"G1a", "G1b", "G2a"})
    assert ("ip_addr" in keys) == (generation in {"G2b", "G2c", "G2d"})
    assert ("spotify_track_uri" in keys) == (generation != "G1a")
    assert ("audiobook_title" in keys) == (generation in {"G2c", "G2d"})
    assert ("city" in keys) == (generation == "G1a")


def test_the_2024_layout_is_that_of_a_real_file(
    real_export: Path, written: dict[str, dict[str, list[Row]]]
) -> None:
    path = real_export / "listener-a" / "Streaming_History_Audio_2024_6.json"
    text = path.read_text(encoding="utf-8")
    assert list(json.loads(text)[0]) == KEYS_2024 == list(rows_of(written["G2b"])[0])
    assert text.startswith('[\n  {\n    "ts": "')


@pytest.mark.parametrize(
    ("generation", "names"),
    [
        ("G1a", r"(endsong_\d|endvideo)\.json"),
        ("G1b", r"(endsong_\d|endvideo)\.json"),
        ("G2a", r"Streaming_History_(Audio_20\d\d(-20\d\d)?_\d|Video_2021-2023)\.json"),
        ("G2b", r"Streaming_History_(Audio_20\d\d(-20\d\d)?_\d|Video_2022-2024)\.json"),
        ("G2c", r"Streaming_History_(Audio_20\d\d(-20\d\d)?_\d|Video_2023-2025)\.json"),
        ("G2d", r"Streaming_History_(Audio_20\d\d(_\d)?|Video_20\d\d)\.json"),
    ],
)
def test_files_are_named_as_in_their_time(
    generation: str, names: str, written: dict[str, dict[str, list[Row]]]
) -> None:
    assert len(written[generation]) >= 3
    assert all(re.fullmatch(names, name) for name in written[generation])


@pytest.mark.parametrize(
    ("generation", "start"),
    [
        ("G1a", b'[{"ts":"20'),
        ("G1b", b'[{"ts":"20'),
        ("G2a", b'[{"ts":"20'),
        ("G2b", b'[\n  {\n    "ts": "20'),
        ("G2c", b'[\n  {\n    "ts": "20'),
        ("G2d", b'[ {\n  "ts" : "20'),
    ],
)
def test_bytes_are_laid_out_as_in_their_time(generation: str, start: bytes, tmp_path: Path) -> None:
    paths = exports.write_extended(
        LISTENER, tmp_path, generation=generation, since=f"{LAST[generation]}-01-15"
    )
    data = next(path for path in paths if path.suffix == ".json").read_bytes()
    assert data.startswith(start)
    assert data.count(b"\n") == 0 or start[1:2] != b"{"
    assert b"\\u" not in data.replace(b"\\u200b", b"")


def test_a_single_audio_file_has_no_index(tmp_path: Path) -> None:
    paths = exports.write_extended(LISTENER, tmp_path, generation="G2c", since="2025-08-01")
    assert "Streaming_History_Audio_2025.json" in {path.name for path in paths}
    assert {path.parent.name for path in paths} == {"Spotify Extended Streaming History"}


def test_rows_are_sorted_shuffled_or_in_runs(written: dict[str, dict[str, list[Row]]]) -> None:
    def inversions(rows: list[Row]) -> int:
        return sum(before["ts"] > after["ts"] for before, after in pairwise(rows))

    for generation in ("G2a", "G2b", "G2c"):
        assert all(inversions(rows) == 0 for rows in written[generation].values())
    for generation in ("G1a", "G1b"):
        rows = written[generation]["endsong_0.json"]
        assert 0.4 < inversions(rows) / len(rows) < 0.6
    for name, rows in written["G2d"].items():
        if "Audio" in name:
            assert 7 <= inversions(rows) <= 9


def test_a_year_in_a_name_is_a_label_and_not_a_bound(
    written: dict[str, dict[str, list[Row]]],
) -> None:
    rows = written["G2d"]["Streaming_History_Audio_2026.json"]
    assert rows[0]["ts"].startswith("2025-12-")
    assert all(row["ts"].startswith("2026") for row in rows[1:])


# ---------------------------------------------------------------- extended: the break


def test_skipped_changes_its_meaning_in_october_2022(
    written: dict[str, dict[str, list[Row]]],
) -> None:
    for generation, before in (("G1b", None), ("G2a", None), ("G2b", False)):
        rows = rows_of(written[generation])
        old = [row for row in rows if row["ts"] < "2022-10-10"]
        new = [row for row in rows if row["ts"] > "2022-10-30"]
        assert len(old) > 500
        assert {row["skipped"] for row in old} == {before}
        assert all(row["skipped"] == (row["reason_end"] in SKIPS) for row in new)
        assert any(row["reason_end"] == "fwdbtn" for row in old)


def test_start_times_change_their_unit(written: dict[str, dict[str, list[Row]]]) -> None:
    def values(generation: str, *, new: bool) -> list[int | None]:
        return [
            row["offline_timestamp"]
            for row in rows_of(written[generation])
            if (row["ts"] > "2022-10-30" if new else row["ts"] < "2022-10-10")
        ]

    for generation in ("G1a", "G1b", "G2a"):
        old = Counter(len(str(value)) for value in values(generation, new=False))
        assert set(old) == {1, 13}  # milliseconds, or 0 and 1 for missing
    assert set(values("G2b", new=False)) == {None}
    for generation in ("G2b", "G2c", "G2d"):
        new = values(generation, new=True)
        assert {len(str(value)) for value in new if value is not None} == {10}
        assert None in new
    assert 0 in values("G2a", new=True)


def test_platforms_change_their_words(written: dict[str, dict[str, list[Row]]]) -> None:
    old = {row["platform"] for row in rows_of(written["G2b"]) if row["ts"] < "2022-10-10"}
    new = {row["platform"] for row in rows_of(written["G2b"]) if row["ts"] > "2022-10-30"}
    assert all(" " in platform for platform in old)
    assert new <= {"ios", "osx", "cast"}


def test_offline_plays_carry_the_time_of_their_upload(
    written: dict[str, dict[str, list[Row]]],
) -> None:
    late = [
        (recorded_ms(row) - row["offline_timestamp"] - row["ms_played"]) / 3_600_000
        for row in rows_of(written["G1a"])
        if row["offline"] and row["offline_timestamp"] > 1
    ]
    assert len(late) > 100
    assert 1 < sorted(late)[len(late) // 2] < 8
    assert 24 < max(late) < 24 * 10.1
    new = [row for row in rows_of(written["G2c"]) if row["offline"] and row["offline_timestamp"]]
    assert len(new) > 20
    assert all(
        recorded_ms(row) / 1000 - row["offline_timestamp"] - row["ms_played"] / 1000 < 3_600
        for row in new
    )


# ---------------------------------------------------------------- extended: rows


def test_rows_are_of_four_kinds(tmp_path: Path) -> None:
    paths = exports.write_extended(LISTENER, tmp_path, generation="G2d", since="2018-06-01")
    kinds: Counter[str] = Counter()
    for row in rows_of(read(paths)):
        filled = [
            kind
            for kind, key in (
                ("track", "spotify_track_uri"),
                ("episode", "spotify_episode_uri"),
                ("audiobook", "audiobook_title"),
            )
            if row[key] is not None
        ]
        assert len(filled) <= 1
        kinds[filled[0] if filled else "unknown"] += 1
        if not filled:
            assert row["master_metadata_track_name"] is None
            assert row["ts"] < "2019-01-15"
    assert set(kinds) == {"track", "episode", "audiobook", "unknown"}


def test_totals_are_those_of_the_listener(tmp_path: Path) -> None:
    paths = exports.write_extended(
        LISTENER,
        tmp_path,
        generation="G2c",
        since="2024-01-01",
        until="2025-01-01",
        blemishes=False,
    )
    rows = rows_of(read(paths))
    bounds = [datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000 for year in (2024, 2025)]
    plays = [play for play in LISTENER.plays if bounds[0] <= play.ended_at_ms < bounds[1]]
    assert len(rows) == len(plays)
    assert sum(row["ms_played"] for row in rows) == sum(play.ms_played for play in plays)
    assert Counter(row["spotify_track_uri"] for row in rows if row["spotify_track_uri"]) == Counter(
        f"spotify:track:{play.id}" for play in plays if play.kind == "track"
    )


def test_some_rows_repeat(tmp_path: Path) -> None:
    rows = rows_of(read(exports.write_extended(LISTENER, tmp_path, generation="G2c")))
    exact = Counter(json.dumps(row) for row in rows)
    assert 10 < sum(n - 1 for n in exact.values()) < 120
    lengths: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        if row["spotify_track_uri"]:
            key = (row["ts"], row["spotify_track_uri"])
            lengths.setdefault(key, set()).add(row["ms_played"])
    assert any(len(found) > 1 for found in lengths.values())


def test_two_exports_tell_the_same_story_in_other_bytes(tmp_path: Path) -> None:
    span = {"since": "2022-01-01", "until": "2022-06-01"}
    one, two = (
        rows_of(read(exports.write_extended(LISTENER, tmp_path / name, generation=name, **span)))
        for name in ("G1b", "G2d")
    )

    def story(rows: list[Row]) -> Counter[tuple[Any, ...]]:
        return Counter((row["ts"], row["spotify_track_uri"], row["ms_played"]) for row in rows)

    assert story(one) == story(two)
    assert not {json.dumps(row) for row in one} & {json.dumps(row) for row in two}


def test_a_scrubbed_export_has_empty_columns(tmp_path: Path) -> None:
    paths = exports.write_extended(
        LISTENER, tmp_path, generation="G2d", since="2026-10-01", scrubbed=True
    )
    for row in rows_of(read(paths)):
        assert row["offline"] == row["offline_timestamp"] == row["conn_country"] == ""
        assert row["shuffle"] is row["platform"] is row["ip_addr"] is None


def test_names_are_written_as_they_are(tmp_path: Path) -> None:
    rows = rows_of(read(exports.write_extended(LISTENER, tmp_path, generation="G2d")))
    names = {row["master_metadata_track_name"] for row in rows}
    catalogue = LISTENER.catalogue
    played = {
        catalogue.tracks[play.id].name for play in LISTENER.plays if play.id in catalogue.tracks
    }
    assert names - {None} == played


def test_only_invented_persons_and_addresses_appear(
    written: dict[str, dict[str, list[Row]]],
) -> None:
    addresses = {
        row.get("ip_addr", row.get("ip_addr_decrypted"))
        for generation in GENERATIONS
        for row in rows_of(written[generation])
    }
    assert all(re.fullmatch(r"203\.0\.113\.\d+|2001:db8::[0-9a-f]+", found) for found in addresses)


# ---------------------------------------------------------------- folders and ZIPs


def test_a_zip_holds_the_same_files_as_a_folder(tmp_path: Path) -> None:
    span = {"since": "2026-09-01"}
    paths = exports.write_extended(LISTENER, tmp_path / "folder", generation="G2d", **span)
    target = tmp_path / "deeper" / "my_spotify_data.zip"
    assert exports.write_extended(LISTENER, target, generation="G2d", **span) == [target]
    with zipfile.ZipFile(target) as opened:
        packed = {Path(name).name: opened.read(name) for name in opened.namelist()}
    assert packed == {path.name: path.read_bytes() for path in paths}
    assert list(target.parent.iterdir()) == [target]
    again = tmp_path / "again.zip"
    exports.write_extended(LISTENER, again, generation="G2d", **span)
    assert again.read_bytes() == target.read_bytes()


def test_an_interrupted_zip_is_not_there(tmp_path: Path) -> None:
    def interrupted() -> None:
        with Package(tmp_path / "export.zip", "MyData") as package:
            package.add("one.json", b"[]")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    left = [path.name for path in tmp_path.iterdir() if path.is_file()]
    assert left == []


def test_an_empty_account_has_empty_lists(tmp_path: Path) -> None:
    empty = listeners.empty_listener()
    assert not read(exports.write_extended(empty, tmp_path / "extended", generation="G2d"))
    paths = exports.write_account_data(empty, tmp_path / "account", generation="2026")
    assert read(paths) == {"StreamingHistory_music_0.json": []}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"generation": "G3"}, "not 'G3'"),
        ({"generation": "G2d", "since": "yesterday"}, "`since`"),
        ({"generation": "G2d", "rows_per_file": 0}, "`rows_per_file`"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=words):
        exports.write_extended(LISTENER, tmp_path, **settings)
    with pytest.raises(ValueError, match="not '1999'"):
        exports.write_account_data(LISTENER, tmp_path, generation="1999")
    assert list(tmp_path.glob("*.json")) == []


# ---------------------------------------------------------------- account data


@pytest.fixture(scope="module", params=["2021", "2023", "2024", "2025", "2026"])
def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, dict[str, Path]]:
    """Write the account data of one generation."""
    folder = tmp_path_factory.mktemp(request.param)
    paths = exports.write_account_data(LISTENER, folder, generation=request.param)
    return int(request.param), {path.name: path for path in paths}


def load(files: dict[str, Path], name: str) -> Any:
    """Read one JSON file of the account data."""
    return json.loads(files[name].read_text(encoding="utf-8"))


def test_history_files_are_named_and_split_as_in_their_time(
    account: tuple[int, dict[str, Path]],
) -> None:
    year, files = account
    names = {name for name in files if name.startswith("StreamingHistory")}
    if year < 2024:
        assert names == {"StreamingHistory0.json"}
    else:
        assert names >= {"StreamingHistory_music_0.json", "StreamingHistory_podcast_0.json"}
    assert ("StreamingHistory_audiobook_0.json" in names) == (year == 2026)
    folder = files["YourLibrary.json"].parent.name
    assert folder == ("MyData" if year < 2024 else "Spotify Account Data")


def test_history_rows_are_minutes_in_order_and_never_twice_the_same(
    account: tuple[int, dict[str, Path]],
) -> None:
    year, files = account
    for name in files:
        if name.startswith("StreamingHistory"):
            rows = load(files, name)
            ends = [row["endTime"] for row in rows]
            assert ends == sorted(ends)
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", end) for end in ends)
            assert len({tuple(row.values()) for row in rows}) == len(rows)
            text = files[name].read_text(encoding="utf-8")
            start = "[ {\n  " if year == 2026 else "[\n  {\n    "
            assert text.startswith(start + '"endTime" : "')


def test_podcasts_sit_in_the_music_until_2024(account: tuple[int, dict[str, Path]]) -> None:
    year, files = account
    shows = {show.name for show in LISTENER.catalogue.shows.values()}
    name = "StreamingHistory0.json" if year < 2024 else "StreamingHistory_music_0.json"
    artists = {row["artistName"] for row in load(files, name)}
    assert bool(artists & shows) == (year < 2024)


def test_a_history_file_holds_at_most_10000_rows(tmp_path: Path) -> None:
    paths = exports.write_account_data(
        LISTENER, tmp_path, generation="2026", since="2024-06-01", until="2026-10-01"
    )
    files = read(paths, r"StreamingHistory_music_\d\.json")
    sizes = [len(files[name]) for name in sorted(files)]
    assert len(sizes) == 2
    assert sizes[0] == 10_000
    assert 0 < sizes[1] < 10_000


def test_lost_names_are_written_out(tmp_path: Path) -> None:
    paths = exports.write_account_data(
        LISTENER, tmp_path, generation="2021", since="2018-01-01", until="2018-06-01"
    )
    rows = rows_of(read(paths))
    lost = [row for row in rows if row["artistName"] == "Unknown Artist"]
    assert lost
    assert {row["trackName"] for row in lost} == {"Unknown Track"}


def test_private_sessions_stay_private(tmp_path: Path) -> None:
    paths = exports.write_account_data(
        LISTENER, tmp_path, generation="2026", since="2026-01-01", until="2026-11-01"
    )
    bounds = [datetime(2026, month, 1, tzinfo=UTC).timestamp() * 1000 for month in (1, 11)]
    seen = sum(
        play.ms_played
        for play in LISTENER.plays
        if bounds[0] <= play.ended_at_ms < bounds[1] and not play.incognito
    )
    written_ms = sum(row["msPlayed"] for row in rows_of(read(paths)))
    assert written_ms <= seen
    assert written_ms > 0.99 * seen


def test_the_library_gains_uris_and_artists(account: tuple[int, dict[str, Path]]) -> None:
    year, files = account
    library = load(files, "YourLibrary.json")
    assert len(library["tracks"]) > 100
    assert ("uri" in library["tracks"][0]) == (year > 2021)
    assert ("artists" in library) == (year > 2021)
    assert ("pageMatch" in library) == (year >= 2026)
    assert all(uri.startswith("spotify:local:") for uri in library["other"])


def test_playlists_gain_dates_and_audiobooks(account: tuple[int, dict[str, Path]]) -> None:
    year, files = account
    playlists = load(files, "Playlist1.json")["playlists"]
    items = [item for playlist in playlists for item in playlist["items"]]
    assert any(item["localTrack"] for item in items)
    for item in items:
        filled = [item.get(key) for key in ("track", "episode", "localTrack", "audiobook")]
        assert sum(value is not None for value in filled) == 1
    assert ("audiobook" in items[0]) == (year >= 2024)
    assert any("addedDate" in item for item in items) == (year >= 2023)
    assert ("collaborators" in playlists[0]) == (year >= 2025)
    assert any(not playlist["items"] for playlist in playlists)
    tracks = [item["track"] for item in items if item["track"]]
    assert ("trackUri" in tracks[0]) == (year > 2021)


def test_searches_are_typed_letter_by_letter(account: tuple[int, dict[str, Path]]) -> None:
    _, files = account
    rows = load(files, "SearchQueries.json")
    assert len(rows) > 20
    assert all(row["searchTime"].endswith("Z[UTC]") for row in rows)
    assert any(not row["searchInteractionURIs"] for row in rows)


def test_the_most_listened_day_is_what_the_rows_add_up_to(tmp_path: Path) -> None:
    paths = exports.write_account_data(LISTENER, tmp_path, generation="2024", since="2023-01-01")
    files = {path.name: path for path in paths}
    metrics = load(files, "Wrapped2023.json")["yearlyMetrics"]
    minutes = sum(
        row["msPlayed"] / 60_000
        for name, rows in read(paths).items()
        for row in rows
        if row["endTime"].startswith(metrics["mostListenedDay"])
    )
    assert metrics["mostListenedDayMinutes"] == pytest.approx(minutes, abs=0.01)


def test_each_year_has_its_own_wrapped(account: tuple[int, dict[str, Path]]) -> None:
    year, files = account
    assert {name for name in files if name.startswith("Wrapped")} == {
        2024: {"Wrapped2023.json"},
        2025: {"Wrapped2024.json"},
        2026: {"Wrapped2025.json"},
    }.get(year, set())
    if year >= 2024:
        found = load(files, f"Wrapped{year - 1}.json")
        assert ("musicEvolution" in found) == (year == 2025)
        assert ("topGenres" in found) == (year != 2025)
        assert ("listeningAge" in found) == (year == 2026)
        assert ("mostListenedDay" in found["yearlyMetrics"]) == (year != 2026)
        assert found["yearlyMetrics"]["totalMsListened"] > 0
        assert len(found["topTracks"]["topTracks"]) == 5
    assert ("YourSoundCapsule.json" in files) == (year == 2026)
    follow = load(files, "Follow.json")
    assert ("followingArtists" in follow) == (year == 2021)
    assert isinstance(follow.get("userIsFollowing"), list) == (year == 2026)


def test_files_that_nobody_should_open_are_there_and_invented(
    account: tuple[int, dict[str, Path]],
) -> None:
    _, files = account
    assert {"Inferences.json", "Userdata.json", "Identity.json", "Payments.json"} <= set(files)
    assert load(files, "Userdata.json")["email"].endswith("@example.invalid")
    with pytest.raises(json.JSONDecodeError):
        load(files, "UserPrompts.json")
