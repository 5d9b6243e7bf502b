"""Last.fm in four dialects and ListenBrainz, to the same plays."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, errors, tables
from tests.account_data.conftest import TRACK_URI, extended

LINK = "https://open.spotify.com/track/" + TRACK_URI[-22:]
FIRST, SECOND = pd.Timestamp("2024-07-11T09:07:31Z"), pd.Timestamp("2016-12-07T20:32:00Z")

DIALECTS = {
    "uts": (
        '"uts","utc_time","artist","artist_mbid","album","album_mbid","track","track_mbid"\n'
        '"1720688851","11 Jul 2024, 09:07","Artist, The","","Album","","Song ""live""",""\n'
        '"1481142720","07 Dec 2016, 20:32","B","","","","T",""\n'
    ),
    "utc_time": (
        "utc_time,artist,album,track\n"
        '"11 Jul 2024, 09:07","Artist, The",Album,"Song ""live"""\n'
        '"07 Dec 2016, 20:32",B,,T\n'
    ),
    "headerless": (
        '"Artist, The",Album,"Song ""live""",11 Jul 2024 09:07\nB,,T,07 Dec 2016 20:32\n'
    ),
    "r": (
        '"","artist","track","album","date"\n'
        '"1","Artist, The","Song ""live""","Album","2024-07-11 09:07:31"\n'
        '"2","B","T","","2016-12-07T20:32:00Z"\n'
    ),
    "r, another package": (
        "song_title,artist,album,song_mbid,date_unix,date\n"
        '"Song ""live""","Artist, The",Album,x,1720688851,"11 Jul 2024, 09:07"\n'
        'T,B,,x,1481142720,"07 Dec 2016, 20:32"\n'
    ),
    "saved again": "utc_time;artist;album;track\r\n11 Jul 2024, 09:07;Artist, The;Album;"
    '"Song ""live"""\r\n07 Dec 2016, 20:32;B;;T\r\n',
}


@pytest.fixture
def csv_file(tmp_path: Path) -> Any:
    """Return a function that writes a file."""

    def write_text(text: str | bytes, name: str = "anything.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_text


def read(path: Any, **options: Any) -> account_data.Export:
    return account_data.read(path, time_zone="UTC", **options)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["scrobbles.csv", "StreamingHistory0.json", "download"])
def test_every_dialect_is_the_same_plays(csv_file: Any, dialect: str, name: str) -> None:
    export = read(csv_file(DIALECTS[dialect], name))
    older, newer = export.plays.itertuples()
    exact = FIRST if dialect in ("uts", "r", "r, another package") else FIRST.floor("min")
    assert (newer.started_at, newer.ended_at, newer.logged_at) == (exact, exact, exact)
    assert (older.started_at, older.artist, older.album, older.track) == (
        SECOND,
        "B",
        pd.NA,
        "T",
    )
    assert (newer.artist, newer.album, newer.track) == ("Artist, The", "Album", 'Song "live"')
    assert set(export.plays["source"]) == {"lastfm"}
    assert set(export.plays["kind"]) == {"track"}
    assert export.plays["ms_played"].isna().all()
    assert export.plays["local_hour"].tolist() == [20, 9]
    assert dict(export.plays.dtypes.astype(str)) == tables.PLAYS.dtypes
    assert export.report.files["what"].str.startswith("Last.fm, starts to the ").all()
    assert export.report.files["what"].str.endswith("second").all() == (exact == FIRST)
    assert "no length 2" in repr(export.report)


@pytest.mark.parametrize(
    "text",
    [
        'utc_time,artist,album,track\n,A,B,now\n"11 Jul 2024, 09:07",A,B,then\n',
        "A,B,now,\nA,B,then,11 Jul 2024 09:07\n",
    ],
)
def test_what_is_playing_has_no_date(csv_file: Any, text: str) -> None:
    export = read(csv_file(text))
    assert export.plays["track"].tolist() == ["then"]
    (rejected,) = export.report.rejected.itertuples()
    assert (rejected.row, rejected.value) == (0, "now")
    assert rejected.reason == "it has no date: it was playing when the file was made"


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("yesterday", "its time is no time"),
        ("31 Feb 2024, 10:00", "its time is no time"),
        ("11 Juli 2024", "its time is no time"),
        ("01 Jan 1970, 00:00", "its time lies before 2002 or after 2099"),
        ("2100-01-01 00:00", "its time lies before 2002 or after 2099"),
        ("-5", "its time lies before 2002 or after 2099"),
        ("9999999999999", "its time lies before 2002 or after 2099"),
    ],
)
def test_attack_43_times_that_are_none(csv_file: Any, time: str, reason: str) -> None:
    export = read(csv_file(f'utc_time,artist,album,track\n"{time}",A,B,C\n'))
    assert export.plays.empty
    assert export.report.rejected["reason"].tolist() == [reason]
    assert export.report.rejected["value"].tolist() == [time]


def test_months_are_english_wherever_the_machine_is(csv_file: Any) -> None:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    lines = "".join(f'"01 {name} 2020, 00:00",A,,T\n' for name in names)
    plays = read(csv_file(f"utc_time,artist,album,track\n{lines}")).plays
    assert plays["started_at"].dt.month.tolist() == list(range(1, 13))


@pytest.mark.parametrize(
    ("line", "number", "what"),
    [
        ('"11 Jul 2024, 09:07",A,B', 3, "it has 3 cells where 4 belong"),
        ('"11 Jul 2024, 09:07",A,B,C,D', 3, "it has 5 cells where 4 belong"),
        ('"11 Jul 2024, 09:07","A"x,B,C', 3, "',' expected after '\"'"),
        ('"11 Jul 2024, 09:07","A,B,C', 3, "expected after|unexpected end of data"),
        (f'"11 Jul 2024, 09:07",{"x" * 200_000},B,C', 3, "field larger than field limit"),
    ],
)
def test_attack_42_a_damaged_line_has_a_number(
    csv_file: Any, line: str, number: int, what: str
) -> None:
    good = '"11 Jul 2024, 09:07",A,B,C'
    path = csv_file(f"utc_time,artist,album,track\n{good}\n{line}\n")
    with pytest.raises(
        errors.ExportReadError, match=rf"line {number} of 'anything\.csv'"
    ) as caught:
        read(path)
    assert caught.value.file == "anything.csv"
    export = read(path, on_error="skip")
    assert len(export.plays) == 1
    (problem,) = export.report.problems
    assert problem.startswith("line 3 of 'anything.csv' is damaged: ")
    assert pd.Series([problem]).str.contains(what, regex=True).all()
    assert "passed over" in repr(export)


def test_a_file_of_damaged_lines_is_told_in_a_few(csv_file: Any) -> None:
    good = '"11 Jul 2024, 09:07",A,B,C\n'
    path = csv_file(f"utc_time,artist,album,track\n{good}" + "x\n" * 1_000)
    assert len(read(path, on_error="skip").report.problems) == 21


def test_text_that_is_not_utf8_has_a_line_and_a_byte(csv_file: Any) -> None:
    data = b'utc_time,artist,album,track\n"11 Jul 2024, 09:07",Gr\xf6\xdfe,B,C\n'
    with pytest.raises(errors.ExportReadError, match=r"line 2 of 'anything\.csv'") as caught:
        read(csv_file(data))
    assert caught.value.position == data.index(b"\xf6")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_that_were_saved_again(csv_file: Any, encoding: str) -> None:
    text = 'utc_time,artist,album,track\n"11 Jul 2024, 09:07",Größe,B,C\n'
    assert read(csv_file(text.encode(encoding))).plays["artist"].tolist() == ["Größe"]


@pytest.mark.parametrize(
    "text",
    [
        "artist,track\nA,B\n",
        "a,b,c,d\n1,2,3,4\n",
        "ended_at,started_at,artist,track\n2024-01-01,2024-01-01,A,B\n",
        "Track Name,Artist Name(s),Release Date\nA,B,2020\n",
        "name,artist,added_at\nA,B,2020-01-01\n",
    ],
)
def test_other_csv_files_are_left_alone(csv_file: Any, write: Any, text: str) -> None:
    csv_file(text, "export/other.csv")
    export = read(write("export", history=[extended()]))
    assert len(export.plays) == 1
    assert export.report.n_other_files == 1


def test_names_are_not_touched(csv_file: Any) -> None:
    names = ["=1+1", " blanks ", "TRUE", "22", "\u202eabc", "e\u0301", "a\nb"]
    lines = "".join(f'"11 Jul 2024, 09:0{n}","{name}",,"T"\n' for n, name in enumerate(names))
    plays = read(csv_file(f"utc_time,artist,album,track\n{lines}")).plays
    assert plays["artist"].tolist() == names


# ---------------------------------------------------------------- ListenBrainz


def listen(at: Any = 1720688851, **fields: Any) -> dict[str, Any]:
    info = fields.pop("additional_info", {})
    names = {"artist_name": "Artist", "track_name": "Song", "release_name": "Album"}
    metadata = {**names, "mbid_mapping": None, "additional_info": info, **fields}
    return {"listened_at": at, "inserted_at": 1, "track_metadata": metadata}


def lines(*listens: Any) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in listens)


def test_listens_by_month_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "listenbrainz.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("user.json", '{"username": "nobody"}')
        packed.writestr("feedback.jsonl", '{"recording_msid": "x", "score": 1}\n')
        packed.writestr("pinned_recording.jsonl", '{"blurb": "x", "track_metadata": {}}\n')
        packed.writestr("listens/2024/7.jsonl", lines(listen(), listen(1720688900)))
        packed.writestr("listens/2024/10.jsonl", lines(listen(1728000000)))
    export = read(path)
    assert len(export.plays) == 3
    assert set(export.plays["source"]) == {"listenbrainz"}
    assert export.report.files["file"].tolist() == ["listens/2024/7.jsonl", "listens/2024/10.jsonl"]
    assert export.report.n_other_files == 3
    play = export.plays.iloc[0]
    assert play[["artist", "track", "album"]].tolist() == ["Artist", "Song", "Album"]
    assert (play["started_at"], play["ended_at"]) == (FIRST, FIRST)


@pytest.mark.parametrize(
    ("info", "ended_s", "ms_played"),
    [
        ({}, 0, pd.NA),
        ({"duration_ms": 200_000}, 200, pd.NA),
        ({"duration": 200}, 200, pd.NA),
        ({"duration_ms": 200_000, "ms_played": 90_000}, 90, 90_000),
        ({"duration_played": 45}, 45, 45_000),
        ({"duration_ms": "200000"}, 0, pd.NA),
        ({"duration_ms": -5}, 0, pd.NA),
    ],
)
def test_lengths(csv_file: Any, info: dict[str, Any], ended_s: int, ms_played: Any) -> None:
    play = read(csv_file(lines(listen(additional_info=info)), "x.jsonl")).plays.iloc[0]
    assert play["ended_at"] - play["started_at"] == pd.Timedelta(seconds=ended_s)
    assert play["logged_at"] == play["started_at"]
    assert (play["ms_played"] is pd.NA) if ms_played is pd.NA else play["ms_played"] == ms_played


@pytest.mark.parametrize(
    ("info", "uri", "kind"),
    [
        (
            {"spotify_id": LINK},
            TRACK_URI,
            "track",
        ),
        ({"spotify_id": "4uLU6hMCjMI75M1A2tKUQC"}, TRACK_URI, "track"),
        (
            {"origin_url": LINK},
            TRACK_URI,
            "track",
        ),
        ({"origin_url": "https://evil.example/track/4uLU6hMCjMI75M1A2tKUQC"}, pd.NA, "track"),
        ({"spotify_id": ["x"]}, pd.NA, "track"),
        (
            {"spotify_id": LINK.replace("track", "episode")},
            TRACK_URI.replace("track", "episode"),
            "episode",
        ),
    ],
)
def test_spotify_s_address(csv_file: Any, info: dict[str, Any], uri: Any, kind: str) -> None:
    play = read(csv_file(lines(listen(additional_info=info)), "x.jsonl")).plays.iloc[0]
    assert play["kind"] == kind
    assert play["uri"] is uri if uri is pd.NA else play["uri"] == uri
    names = ["track", "artist"] if kind == "track" else ["episode", "show"]
    assert play[names].tolist() == ["Song", "Artist"]


def test_a_list_in_one_file(csv_file: Any) -> None:
    data = json.dumps([listen(), listen(1720688900)]).encode()
    assert len(read(csv_file(data, "old_export.json")).plays) == 2


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (listen(None), "it has no date: it was playing when the file was made"),
        (listen("2024"), "its time is no time"),
        (listen(True), "its time is no time"),
        (listen(10**18), "its time is no time"),
        (listen(5), "its time lies before 2002 or after 2099"),
        (listen(additional_info={"ms_played": -1}), "its length is below 0 or above 7 days"),
        ({"listened_at": 1, "track_metadata": "x"}, "it is no listen"),
        (7, "it is no listen"),
    ],
)
def test_attack_43_listens_that_are_none(csv_file: Any, one: Any, reason: str) -> None:
    export = read(csv_file(lines(listen(), one, listen(1720688900)), "x.jsonl"))
    assert len(export.plays) == 2
    (rejected,) = export.report.rejected.itertuples()
    assert (rejected.row, rejected.reason) == (1, reason)


@pytest.mark.parametrize(
    "line", [b'{"listened_at": 1, "track', b"nonsense", b'{"a": NaN}', b"[" * 100_000, b"\xff\xfe"]
)
def test_attack_42_a_damaged_line_of_json(csv_file: Any, line: bytes) -> None:
    first = lines(listen())
    path = csv_file(first + line + b"\n" + lines(listen(1720688900)), "x.jsonl")
    with pytest.raises(errors.ExportReadError, match=r"line 2 of 'x\.jsonl'") as caught:
        read(path)
    assert caught.value.position == len(first)
    export = read(path, on_error="skip")
    assert len(export.plays) == 2
    assert "line 2 of 'x.jsonl'" in export.report.problems[0]


@pytest.mark.parametrize("line", [b'{"listened_at": 1720, "track', b"{nonsense", b"\xff"])
def test_attack_42_a_damaged_first_line_of_json(csv_file: Any, line: bytes) -> None:
    path = csv_file(line + b"\n" + lines(listen(), listen(1720688900)), "x.jsonl")
    with pytest.raises(errors.ExportReadError, match=r"line 1 of 'x\.jsonl'"):
        read(path)
    export = read(path, on_error="skip")
    assert len(export.plays) == 2
    assert "line 1 of 'x.jsonl'" in export.report.problems[0]


def test_attack_42_one_damaged_line_alone(csv_file: Any) -> None:
    with pytest.raises(errors.ExportReadError, match=r"line 1 of 'x\.jsonl'"):
        read(csv_file(b'{"listened_at": 1720688851, "track', "x.jsonl"))


# ---------------------------------------------------------------- together


def test_overlapping_exports_are_one_history(csv_file: Any) -> None:
    older = csv_file(lines(listen(1720688851), listen(1720688900)), "old.jsonl")
    newer = csv_file(lines(listen(1720688900), listen(1720689000)), "new.jsonl")
    export = read([older, newer])
    assert len(export.plays) == 3
    assert export.report.n_in_other_file == 1
    assert export.report.removed["reason"].tolist() == ["another download holds it as well"]


def test_services_stand_side_by_side(csv_file: Any) -> None:
    lastfm = csv_file(DIALECTS["uts"], "both/lastfm.csv")
    csv_file(lines(listen()), "both/x.jsonl")
    spotify = [extended(ts="2024-07-11T09:10:31Z", ms_played=180_000)]
    csv_file(json.dumps(spotify), "both/history.json")
    export = read(lastfm.parent)
    assert export.plays["source"].value_counts().to_dict() == {
        "lastfm": 2,
        "listenbrainz": 1,
        "extended": 1,
    }
    assert "3 scrobbles of Last.fm and ListenBrainz stand beside" in repr(export)
    assert export.report.n_overlapping == 0
    assert export.report.ms_played == 180_000
    assert "stand beside" not in repr(read(lastfm))
