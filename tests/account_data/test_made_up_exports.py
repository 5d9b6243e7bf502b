"""Every generation of both packages, written by the stand-in, against what was really played."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import account_data, tables
from spotify_analysis.demo import exports, listener
from spotify_analysis.demo.exports.yearbook import LASTFM_DIALECTS

SINCE, UNTIL = "2022-09-01", "2022-11-15"  # across the break of October 2022
BOOKS, BOOKS_UNTIL = "2024-05-01", "2024-06-01"  # every newer generation holds this month
GENERATIONS = ["G1b", "G2a", "G2b", "G2c", "G2d"]


@pytest.fixture(scope="module")
def person() -> Any:
    return listener.listener(1)


def read(path: Any) -> account_data.Export:
    return account_data.read(path, time_zone="Europe/Berlin", progress=False)


def played(person: Any, since: str, until: str) -> list[Any]:
    """Return what was really played, in the order of its end."""
    first, last = (pd.Timestamp(day, tz="UTC").timestamp() * 1000 for day in (since, until))
    plays = [play for play in person.plays if first <= play.ended_at_ms < last]
    return sorted(plays, key=lambda play: (play.ended_at_ms, play.started_at_ms))


def gaps_ms(plays: pd.DataFrame, truth: list[Any]) -> list[int]:
    """Return how far ends lie from the truth, for plays that their length tells apart."""
    n_of_length = Counter(play.ms_played for play in truth)
    ended = dict(zip(plays["ms_played"], plays["ended_at"].astype("int64") // 1000, strict=True))
    return [
        ended[play.ms_played] - play.ended_at_ms
        for play in truth
        if n_of_length[play.ms_played] == 1
    ]


def plain_sum(path: Path) -> tuple[int, int]:
    """Count rows and add up time with nothing but json and a loop."""
    n_rows = ms_played = 0
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if "istory" in name or "endsong" in name or "endvideo" in name:
                if not name.endswith(".json"):
                    continue
                for row in json.loads(packed.read(name)):
                    n_rows += 1
                    ms_played += row["ms_played"] if "ms_played" in row else row["msPlayed"]
    return n_rows, ms_played


@pytest.mark.parametrize("generation", ["G1a", *GENERATIONS])
def test_the_extended_history_is_what_was_played(
    person: Any, tmp_path: Path, generation: str
) -> None:
    since, until = ("2019-09-01", "2019-11-15") if generation == "G1a" else (SINCE, UNTIL)
    path = tmp_path / "export.zip"
    exports.write_extended(
        person, path, generation=generation, since=since, until=until, blemishes=False
    )
    export, truth = read(path), played(person, since, until)
    plays = export.plays
    assert (len(plays), int(plays["ms_played"].sum())) == plain_sum(path)
    assert sorted(plays["ms_played"]) == sorted(play.ms_played for play in truth)
    assert export.report.rejected.empty
    assert export.report.extra_keys == ()
    assert export.report.n_identical == 0
    # this generation cannot say more than "unknown" of audiobooks
    books = "audiobook" if generation in ("G2c", "G2d") else "unknown"
    kinds = Counter({"chapter": books}.get(play.kind, play.kind) for play in truth)
    assert {kind: n for kind, n in export.report.n_by_kind.items() if n} == dict(kinds)
    skipped = sum(play.reason_end in ("fwdbtn", "backbtn", "endplay") for play in truth)
    assert int(plays["was_skipped"].sum()) == skipped
    assert int(plays["incognito"].sum()) == sum(play.incognito for play in truth)
    # what was made offline is stamped later; where the start is given it is put back
    if generation in ("G1a", "G1b", "G2a"):
        late = [abs(gap) > 2_000 for gap in gaps_ms(plays, truth)]
        assert sum(late) / len(late) < 0.01
        assert export.report.n_offline_moved > 0
    hours = plays["local_hour"].value_counts(normalize=True)
    began = [pd.Timestamp(play.started_at_ms, unit="ms", tz="UTC") for play in truth]
    meant_hours = pd.Series(began).dt.tz_convert("Europe/Berlin").dt.hour.value_counts(True)
    # newer ones cannot say when that was: one way to work without a network is 1 % of ten weeks
    assert (hours.astype(float) - meant_hours).abs().max() < 0.015


def identity(person: Any, play: Any) -> tuple[str | None, ...]:
    """Name what was played as a full export does: kind, title, by whom, address."""
    catalogue = person.catalogue
    if play.kind == "track" and play.id:
        track = catalogue.tracks[play.id]
        artist = catalogue.artists[catalogue.albums[track.album_id].artist_ids[0]].name
        return "track", track.name, artist, f"spotify:track:{play.id}"
    if play.kind == "episode" and play.id:
        episode = catalogue.episodes[play.id]
        show = catalogue.shows[episode.show_id].name
        return "episode", episode.name, show, f"spotify:episode:{play.id}"
    if play.kind == "chapter" and play.id:
        chapter = catalogue.chapters[play.id]
        book = catalogue.audiobooks[chapter.audiobook_id].name
        return "audiobook", chapter.name, book, f"spotify:episode:{play.id}"
    return "unknown", None, None, None


def identities(plays: pd.DataFrame) -> list[tuple[str | None, ...]]:
    """Name what was played as the plays that were read do."""
    title = plays["track"].fillna(plays["episode"]).fillna(plays["chapter"])
    whose = plays["artist"].fillna(plays["show"]).fillna(plays["audiobook"])
    columns = [plays["kind"], title, whose, plays["uri"]]
    return list(
        zip(*(column.astype("object").replace({pd.NA: None}) for column in columns), strict=True)
    )


@pytest.mark.parametrize("generation", ["G1a", *GENERATIONS])
def test_every_play_comes_back_up_to_what_the_generation_holds(
    person: Any, tmp_path: Path, generation: str
) -> None:
    since, until = ("2019-09-01", "2019-10-01") if generation == "G1a" else (BOOKS, BOOKS_UNTIL)
    if generation in ("G1b", "G2a"):
        since, until = "2022-10-01", "2022-11-01"
    path = tmp_path / "export.zip"
    span = {"since": since, "until": until, "blemishes": False}
    exports.write_extended(person, path, generation=generation, **span)
    plays, truth = read(path).plays, played(person, since, until)

    def held(named: tuple[str | None, ...]) -> tuple[str | None, ...]:
        kind, title, whose, uri = named
        if kind == "audiobook" and generation not in ("G2c", "G2d"):
            return "unknown", None, None, None
        return kind, title, whose, None if generation == "G1a" else uri

    expected = Counter((play.ms_played, *held(identity(person, play))) for play in truth)
    assert expected == Counter(
        zip(plays["ms_played"], *zip(*identities(plays), strict=True), strict=True)
    )
    reasons = Counter((play.reason_start, play.reason_end, play.shuffle) for play in truth)
    read_back = zip(plays["reason_start"], plays["reason_end"], plays["shuffle"], strict=True)
    changed = reasons - Counter((a, b, bool(c)) for a, b, c in read_back)
    assert all(reason[0] != "switched-to-video" for reason in changed)
    assert changed.total() < 0.05 * len(truth)  # a video says how it was switched to


@pytest.mark.parametrize("generation", ["2021", "2023", "2024", "2025", "2026"])
def test_account_data_comes_back_up_to_what_it_holds(
    person: Any, tmp_path: Path, generation: str
) -> None:
    until = {"2021": "2021-01-15", "2023": "2023-06-01"}.get(generation, f"{generation}-08-01")
    since = f"{pd.Timestamp(until) - pd.Timedelta(days=60):%Y-%m-%d}"
    path = tmp_path / "export.zip"
    exports.write_account_data(person, path, generation=generation, since=since, until=until)
    export = read(path)
    followed = set(export.library["saved_shows"]["show"])

    def held(named: tuple[str | None, ...]) -> tuple[str | None, ...]:
        kind, title, whose, _ = named
        is_hidden = kind == "episode" and generation in ("2021", "2023") and whose not in followed
        return "track" if is_hidden else kind, title, whose

    rows = {
        (
            pd.Timestamp(play.ended_at_ms, unit="ms", tz="UTC").floor("min"),
            play.ms_played,
            *held(identity(person, play)),
        )
        for play in played(person, since, until)
        if not play.incognito and not (play.kind == "chapter" and generation in ("2021", "2023"))
    }
    plays = export.plays
    found = zip(
        plays["ended_at"],
        plays["ms_played"],
        *zip(*(i[:3] for i in identities(plays)), strict=True),
        strict=True,
    )
    assert sorted(rows, key=str) == sorted(found, key=str)


def scrobbled(person: Any, since: str, until: str) -> list[Any]:
    """Return what a scrobbler would have noted, in the order of its start."""
    first, last = (pd.Timestamp(day, tz="UTC").timestamp() * 1000 for day in (since, until))
    return sorted(
        (
            play
            for play in person.plays
            if first <= play.started_at_ms < last
            and (play.kind, play.incognito) == ("track", False)
            and play.id
            and play.ms_played >= 30_000
        ),
        key=lambda play: play.started_at_ms,
    )


@pytest.mark.parametrize("dialect", LASTFM_DIALECTS)
def test_scrobbles_come_back_from_every_dialect(person: Any, tmp_path: Path, dialect: str) -> None:
    span = ("2026-06-01", "2026-07-01")
    path = exports.write_lastfm(
        person, tmp_path / "x.csv", dialect=dialect, since=span[0], until=span[1]
    )
    export, truth = read(path), scrobbled(person, *span)
    unit = "s" if dialect in ("uts", "r") else "min"
    expected = Counter(
        (
            pd.Timestamp(play.started_at_ms, unit="ms", tz="UTC").floor(unit),
            *identity(person, play)[1:3],
        )
        for play in truth
    )
    # rows alike in everything a dialect writes are one
    plays = export.plays
    assert len(truth) > 300
    assert set(expected) == set(
        zip(plays["started_at"], plays["track"], plays["artist"], strict=True)
    )
    assert len(plays) == len(truth) - export.report.n_identical
    assert export.report.rejected["reason"].str.contains("it was playing").tolist() == [True]


def test_listens_come_back(person: Any, tmp_path: Path) -> None:
    span = ("2026-05-20", "2026-07-01")
    path = tmp_path / "listenbrainz.zip"
    exports.write_listenbrainz(person, path, since=span[0], until=span[1])
    export, truth = read(path), scrobbled(person, *span)
    expected = Counter((play.started_at_ms // 1000, *identity(person, play)[1:]) for play in truth)
    plays = export.plays
    started = plays["started_at"].astype("int64") // 1_000_000
    found = Counter(zip(started, plays["track"], plays["artist"], plays["uri"], strict=True))
    assert set(found) == set(expected)
    assert export.report.files["file"].tolist() == [
        "listens/2026/5.jsonl",
        "listens/2026/6.jsonl",
    ]
    assert export.report.n_other_files == 2
    assert plays["ms_played"].isna().all()


def test_the_side_files_of_every_generation(person: Any, tmp_path: Path) -> None:
    years = {}
    for generation in ("2021", "2024", "2025", "2026"):
        # the year of Wrapped must be in it, whenever its fullest day was
        since = {"2024": "2023-01-01", "2025": "2024-01-01"}.get(generation)
        path = tmp_path / f"{generation}.zip"
        exports.write_account_data(person, path, generation=generation, since=since)
        years[generation] = read(path)
    for export in years.values():
        assert len(export.tables["search_queries"]) > 20
        assert not export.tables["search_queries"]["is_prefix"].all()
        assert set(export.tables["marquee"]["listener"]) <= {"super", "moderate", "light"}
        assert export.tables["followers"]["n_people"].max() == 7
    assert len(years["2021"].library["followed_artists"]) > 0
    for generation, year in (("2024", 2023), ("2025", 2024), ("2026", 2025)):
        tops = years[generation].tables["wrapped_tops"]
        assert set(tops["year"]) == {year}
        assert tops.loc[tops["what"] == "track", "uri"].str.startswith("spotify:track:").all()
    # Spotify's check value is the sum of the rows of that day
    for generation in ("2024", "2025"):
        (check,) = years[generation].report.checks.itertuples()
        assert check.ours == pytest.approx(check.published, abs=0.01)
        assert check.agrees
    assert years["2026"].report.checks["agrees"].tolist() == [True] * 12
    assert "wrapped_tops" not in years["2021"].tables


def test_blemishes_are_reported(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    exports.write_extended(person, path, generation="G2d", since="2019-01-01", until="2022-01-01")
    export = read(path)
    n_rows, ms_played = plain_sum(path)
    assert export.report.n_identical > 0
    assert len(export.plays) + export.report.n_identical == n_rows
    assert export.report.ms_played + export.report.ms_removed == ms_played


def test_five_downloads_of_one_person_are_one_history(person: Any, tmp_path: Path) -> None:
    paths = []
    for generation in GENERATIONS:
        paths.append(tmp_path / f"{generation}.zip")
        exports.write_extended(
            person, paths[-1], generation=generation, since=SINCE, until=UNTIL, blemishes=False
        )
    together, newest = read(paths), read(paths[-1])
    assert len(together.plays) == len(newest.plays)
    assert together.report.n_in_other_file == 4 * len(newest.plays)
    assert together.report.ms_played == newest.report.ms_played
    assert set(together.plays["file"].str.split("/").str[0]) <= {"G2d.zip", "G2c.zip"}
    # the newest rows stay, with the times that only the older downloads still know
    truth = played(person, SINCE, UNTIL)
    late = [
        sum(abs(gap) > 2_000 for gap in gaps_ms(one.plays, truth)) for one in (together, newest)
    ]
    assert late[0] < late[1] / 4


def test_a_download_without_uris_and_one_with(person: Any, tmp_path: Path) -> None:
    span = {"since": "2019-09-01", "until": "2019-11-15", "blemishes": False}
    exports.write_extended(person, tmp_path / "old.zip", generation="G1a", **span)
    exports.write_extended(person, tmp_path / "new.zip", generation="G2d", **span)
    together = read([tmp_path / "old.zip", tmp_path / "new.zip"])
    assert len(together.plays) == len(played(person, span["since"], span["until"]))
    assert together.plays.loc[together.plays["kind"] == "track", "uri"].notna().all()


def test_scrubbed_files(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    exports.write_extended(
        person, path, generation="G2b", since=SINCE, until=UNTIL, blemishes=False, scrubbed=True
    )
    export = read(path)
    assert (len(export.plays), export.report.ms_played) == plain_sum(path)
    assert export.report.rejected.empty


@pytest.mark.parametrize("generation", ["2021", "2023", "2024", "2025", "2026"])
def test_account_data(person: Any, tmp_path: Path, generation: str) -> None:
    path = tmp_path / "my_spotify_data.zip"
    exports.write_account_data(person, path, generation=generation)
    export = read(path)
    assert (len(export.plays), export.report.ms_played) == plain_sum(path)
    assert export.report.rejected.empty
    assert export.report.problems == ()
    assert export.report.n_by_kind["episode"] > 0
    shown = repr(export) + export._repr_html_()
    assert "Muschelgeld" not in shown
    assert not [name for name in ("Payments", "Identity", "Userdata") if name in shown]
    for name, table in export.library.items():
        assert dict(table.dtypes.astype(str)) == tables.declared()[name].dtypes
        assert len(table) == export.report.n_saved[name] > 0 or name == "followed_artists"


def test_both_packages_together(person: Any, tmp_path: Path) -> None:
    exports.write_account_data(person, tmp_path / "account.zip", generation="2024")
    exports.write_extended(
        person, tmp_path / "extended.zip", generation="G2b", until="2024-02-01", blemishes=False
    )
    together = read([tmp_path / "account.zip", tmp_path / "extended.zip"])
    alone = read(tmp_path / "extended.zip")
    by_source = together.plays.groupby("source")["ended_at"].agg(["min", "max", "size"])
    assert by_source.loc["extended", "size"] == len(alone.plays)
    assert by_source.loc["account", "min"] >= by_source.loc["extended", "max"].floor("min")
    assert together.report.n_covered > 0
    months = together.plays["ended_at"].dt.strftime("%Y-%m")
    assert (months == "2024-05").sum() > 0
