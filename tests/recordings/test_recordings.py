from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from spotify_analysis import counting, errors, metrics, plots, recordings, tables


def as_plays(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return plays of (artist, title, address, ms, number of plays, how they ended)."""
    filled = []
    for artist, track, uri, ms, n, *end in rows:
        filled += [
            {
                "ended_at": "2024-03-01T12:00:00Z",
                "kind": "track",
                "artist": artist,
                "track": track,
                "album": f"Album with {track}",
                "uri": uri,
                "ms_played": ms,
                "reason_end": end[0] if end else "trackdone",
            }
        ] * n
    return tables.with_local_time(tables.conform(filled, tables.PLAYS), "UTC")


BOWIE = as_plays(
    ("David Bowie", "Heroes - 2017 Remaster", "u1", 371_000, 3),
    ("David Bowie", "Heroes", "u2", 370_000, 2),
    ("David Bowie", '"Heroes" (Remastered)', "u3", 369_000, 1),
    ("David Bowie", "Heroes - Live", "u4", 380_000, 4),
    ("Moby", "Heroes", "u5", 370_000, 1),
)


def groups(table: pd.DataFrame) -> dict[str, list[str]]:
    """Return the names of each recording."""
    by = table.groupby(["recording_artist", "recording"], sort=False)["track"]
    return {name[1]: sorted(names) for name, names in by.agg(list).items()}  # type: ignore[index]


def test_names_of_one_recording() -> None:
    table = recordings.find(BOWIE)
    assert dict(table.dtypes.astype(str)) == tables.RECORDINGS.dtypes
    assert groups(table) == {
        "Heroes": ['"Heroes" (Remastered)', "Heroes", "Heroes - 2017 Remaster"]
    }
    assert table["track"][0] == "Heroes"
    assert table["matched"].tolist() == ["itself", "name", "name"]
    assert table["why"][1] == "set aside: 2017 remaster"
    assert table["n_plays"].tolist() == [2, 3, 1]
    assert table["length_ms"].tolist() == [370_000, 371_000, 369_000]
    assert table["uris"].tolist() == ["u2", "u1", "u3"]


def test_every_name_can_be_listed() -> None:
    table = recordings.find(BOWIE, every=True)
    assert len(table) == 5
    assert table.set_index("track").loc["Heroes - Live", "matched"] == "itself"


def test_nothing_to_merge() -> None:
    none = recordings.find(tables.empty(tables.PLAYS))
    assert none.empty
    assert dict(none.dtypes.astype(str)) == tables.RECORDINGS.dtypes
    assert recordings.find(as_plays(("A", "Song", "u", 1, 1))).empty
    alone = recordings.merge(BOWIE, none)
    assert alone["track"].tolist() == BOWIE["track"].tolist()


def test_metrics_count_recordings() -> None:
    merged = recordings.merge(BOWIE, recordings.find(BOWIE))
    top = metrics.top_tracks(merged)
    assert top["track"].tolist()[0] == "Heroes"
    assert top["n_plays"].tolist()[0] == 6
    assert len(top) == 3
    assert merged["album"].equals(BOWIE["album"])
    assert merged["uri"].equals(BOWIE["uri"])
    facts = tables.facts(merged)
    assert facts["recordings"] == "releases merged"
    assert facts["n_merged"] == 4


@pytest.mark.parametrize("first", ["merge", "count"])
def test_captions_say_that_releases_were_merged(first: str) -> None:
    table = recordings.find(BOWIE)
    if first == "merge":
        counted = counting.count(recordings.merge(BOWIE, table), "spotify")
    else:
        counted = recordings.merge(counting.count(BOWIE, "spotify"), table)
    top = metrics.top_tracks(counted)
    assert tables.facts(top)["rule"] == "spotify"
    assert tables.facts(top)["rule_text"] == "30 s or longer; releases merged"
    ax = plots.top_tracks(top)
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "counted: 30 s or longer; releases merged" in caption
    back = recordings.split(counted)
    assert tables.facts(back)["rule_text"] == "30 s or longer"
    assert "recordings" not in tables.facts(back)


def test_split_gives_back_what_was() -> None:
    merged = recordings.merge(BOWIE, recordings.find(BOWIE))
    pd.testing.assert_frame_equal(recordings.split(merged), BOWIE)
    assert recordings.split(BOWIE) is BOWIE
    # a part, and merged once more
    part = merged[merged["track"] == "Heroes"]
    assert recordings.split(part)["track"].nunique() == 3
    again = recordings.merge(merged, recordings.find(BOWIE).iloc[:1])
    assert again["track"].tolist() == BOWIE["track"].tolist()


def test_an_edited_table() -> None:
    table = recordings.find(BOWIE)
    table.loc[table["track"] == "Heroes - 2017 Remaster", "recording"] = "Heroes - 2017 Remaster"
    mine = {
        "artist": "David Bowie",
        "track": "Heroes - Live",
        "recording": "Heroes",
        "recording_artist": "David Bowie",
    }
    table = pd.concat([table, pd.DataFrame([mine])], ignore_index=True)
    merged = recordings.merge(BOWIE, table)
    assert merged["track"].value_counts().to_dict() == {"Heroes": 8, "Heroes - 2017 Remaster": 3}


def test_one_name_with_two_recordings_is_refused() -> None:
    table = recordings.find(BOWIE)
    double = pd.concat([table, table.iloc[[0]].assign(recording="Other")])
    with pytest.raises(errors.TableError, match="'Heroes' by 'David Bowie' has two recordings"):
        recordings.merge(BOWIE, double)
    with pytest.raises(errors.TableError, match="recordings has no column 'recording'"):
        recordings.merge(BOWIE, table.drop(columns="recording"))
    with pytest.raises(errors.TableError, match="plays has no column 'reason_end'"):
        recordings.find(BOWIE.drop(columns="reason_end"))
    with pytest.raises(errors.TableError, match="`tracks` needs a column 'uri'"):
        recordings.find(BOWIE, pd.DataFrame({"isrc": ["X"]}))


def test_a_live_take_that_does_not_say_so_is_told_by_its_length() -> None:
    plays = as_plays(
        ("A", "Song", "u1", 200_000, 3),
        ("A", "Song (Remastered)", "u2", 210_001, 1),
        ("A", "SONG", "u3", 209_999, 1),
        ("A", "Song - Deluxe Version", "u4", 900_000, 1, "endplay"),
    )
    # the last was never heard to its end, so nothing speaks against it
    assert groups(recordings.find(plays)) == {"Song": ["SONG", "Song", "Song - Deluxe Version"]}


def test_a_name_of_no_known_length_does_not_join_two_takes() -> None:
    plays = as_plays(
        ("A", "Song", "u1", 100_000, 3, "endplay"),
        ("A", "Song (Remastered)", "u2", 200_000, 2),
        ("A", "SONG", "u3", 300_000, 1),
        ("A", "Song - Deluxe Version", "u4", 301_000, 1),
    )
    # the first may be any of them; it goes with the one that is played most
    assert groups(recordings.find(plays)) == {
        "Song": ["Song", "Song (Remastered)"],
        "SONG": ["SONG", "Song - Deluxe Version"],
    }


def test_guests_and_edits_need_the_same_length() -> None:
    plays = as_plays(
        ("A", "Song", "u1", 200_000, 3),
        ("A", "Song (feat. B)", "u2", 202_000, 2),
        ("A", "Song - Radio Edit", "u3", 202_001, 1),
        ("A", "Other", "u4", 200_000, 3),
        ("A", "Other (feat. B)", "u5", 200_000, 1, "endplay"),
    )
    table = recordings.find(plays)
    assert groups(table) == {"Song": ["Song", "Song (feat. B)"]}
    assert table["matched"][1] == "name and length"
    assert table["why"][1] == "equally long; set aside: feat. b"
    tracks = pd.DataFrame({"uri": ["u1", "u2", "u3"], "duration_ms": [202_001, 250_000, 202_001]})
    assert groups(recordings.find(plays, tracks)) == {"Song": ["Song", "Song - Radio Edit"]}


def test_by_isrc() -> None:
    plays = as_plays(
        ("Various Artists", "Under Pressure", "u1", 240_000, 5),
        ("Queen", "Under Pressure - Remastered 2011", "u2", 240_000, 1),
        ("Queen", "Radio Ga Ga", "u3", 340_000, 1),
        ("Queen", "Radio Ga Ga - Live Aid", "u4", 340_000, 1),
        ("Queen", "Radio Ga Ga - Live Aid", "u5", 340_000, 1),
    )
    tracks = tables.conform(
        [
            {"uri": "u1", "isrc": "GB-UM7-1100001"},
            {"uri": "u2", "isrc": "gbum71100001"},
            {"uri": "u3", "isrc": "X1"},
            {"uri": "u4", "isrc": "X1"},
            {"uri": "u5", "isrc": "X2"},
        ],
        tables.TRACKS,
    )
    table = recordings.find(plays, tracks)
    assert groups(table) == {
        "Under Pressure - Remastered 2011": ["Under Pressure", "Under Pressure - Remastered 2011"]
    }
    assert table["recording_artist"].tolist() == ["Queen", "Queen"]
    assert table["matched"].tolist() == ["itself", "isrc"]
    assert table["why"][1] == "same ISRC GBUM71100001"
    assert recordings.find(plays).empty
    by_name = tracks.assign(artist="Queen", track="Radio Ga Ga").drop(columns="uri").iloc[:1]
    assert recordings.find(plays, by_name).empty


def test_by_address_when_spotify_renamed_a_track() -> None:
    plays = as_plays(
        ("potsu", "im closing my eyes", "u1", 100_000, 2),
        ("potsu", "im closing my eyes (feat. shiloh)", "u1", 100_000, 1, "endplay"),
        ("A", "Song", "u2", 100_000, 1),
        ("A", "Song - Acoustic", "u2", 100_000, 1),
        ("A", "Song - Acoustic", "u3", 100_000, 1),
    )
    table = recordings.find(plays)
    assert groups(table) == {
        "im closing my eyes": ["im closing my eyes", "im closing my eyes (feat. shiloh)"]
    }
    assert table["matched"].tolist() == ["itself", "address"]


def test_the_order_of_rows_does_not_matter() -> None:
    turned = BOWIE.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(recordings.find(turned), recordings.find(BOWIE))


@pytest.mark.parametrize("engine", ["polars", "lazy polars", "duckdb"])
def test_the_same_on_other_engines(engine: str) -> None:
    connection = duckdb.connect()
    connection.register("plays", BOWIE)
    given: Any = {
        "polars": lambda: pl.from_pandas(BOWIE),
        "lazy polars": lambda: pl.from_pandas(BOWIE).lazy(),
        "duckdb": lambda: connection.sql("from plays"),
    }[engine]()
    table = recordings.find(given)
    pd.testing.assert_frame_equal(table, recordings.find(BOWIE))
    merged = recordings.merge(given, table)
    assert sorted(merged["track"]) == sorted(recordings.merge(BOWIE, table)["track"])


def test_what_is_no_frame_is_named() -> None:
    plays = tables.empty(tables.PLAYS)
    with pytest.raises(ValueError, match=r"`plays` must be a DataFrame .*; not str"):
        recordings.find("plays.csv")
    with pytest.raises(ValueError, match=r"`tracks` must be a DataFrame .*; not int"):
        recordings.find(plays, tracks=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`table` must be a DataFrame .*; not NoneType"):
        recordings.merge(plays, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`plays` must be a DataFrame .*; not list"):
        recordings.split([])  # type: ignore[arg-type]
