"""Suggestions from one's own plays: order, reasons, limits, and what is said if there are none."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import recommend, tables
from tests.recommend.conftest import NOW, plays_of, uri_of

Maker = Callable[..., pd.DataFrame]


def titles(picks: pd.DataFrame) -> list[str]:
    """Name the picks in order."""
    return list(picks["track"])


def plain(history: pd.DataFrame, **options: Any) -> pd.DataFrame:
    """Suggest in the plain order of the formula."""
    return recommend.recommend(history=history, diversity=0, per_artist=None, **options)


# ---------------------------------------------------------------- the formulas, end to end


def test_on_repeat_by_hand(plays: Maker) -> None:
    history = plays([("A", "Often", 28), ("A", "Often", 28), ("A", "Often", 14), ("B", "New", 1)])
    picks = plain(history, mode="on_repeat", as_of=NOW)
    assert titles(picks) == ["Often", "New"] or titles(picks) == ["New", "Often"]
    score = dict(zip(picks["track"], picks["score"], strict=True))
    assert score["Often"] == pytest.approx(0.25 + 0.25 + 0.5)
    assert score["New"] == pytest.approx(2 ** (-1 / 14))
    often = picks[picks["track"] == "Often"].iloc[0]
    assert often["reason"] == "played 3 times in the last 28 days; last 14 days ago"
    assert (often["plays"], often["known"]) == (3, True)
    assert often["last_played"] == NOW - pd.Timedelta(days=14)
    assert often["novelty"] == pytest.approx((1 / 4 + 1 / 4) / 2)


def test_rediscover_by_hand(plays: Maker) -> None:
    gone = [("A", "Gone", days) for days in (100, 90, 80, 80.01)]
    lately = [("A", "Fresh", 0), ("A", "Fresh", 14)]
    picks = plain(plays(gone + lately), mode="rediscover", as_of=NOW)
    assert titles(picks) == ["Gone"]
    artist = 1 + 0.5 + sum(0.5 ** (days / 14) for days in (100, 90, 80, 80.01))
    assert picks["score"][0] == pytest.approx(3 / 80 * (artist + 0.1) ** 0.25)
    assert picks["reason"][0] == (
        "played on 3 days, last 80 days ago; you played A twice in the last 14 days"
    )


def test_a_play_under_thirty_seconds_does_not_count_but_is_heard(plays: Maker) -> None:
    history = plays([("A", "Skipped", 1), ("A", "Heard", 2), ("A", "Logged", 3)])
    history["ms_played"] = pd.array([29_999, 30_000, pd.NA], dtype="Int64")
    picks = plain(history, mode="on_repeat")
    assert titles(picks) == ["Heard", "Logged"]
    # the skip is the last play all the same
    assert picks.attrs["as_of"] == (NOW - pd.Timedelta(days=1)).isoformat()


def test_podcasts_and_rows_without_a_title_are_left_out(plays: Maker) -> None:
    history = plays([("A", "Song", 1), ("A", "Talk", 1), ("A", "Nameless", 1)])
    history["kind"] = pd.array(["track", "episode", "unknown"], dtype="string")
    assert titles(plain(history, mode="on_repeat")) == ["Song"]


def test_versions_of_one_recording_are_counted_together(plays: Maker) -> None:
    history = plays(
        [
            ("A", "Song", 20),
            ("A", "Song - Remastered 2011", 10),
            ("a", "SONG (feat. B)", 5),
            ("A", "Song - Live", 1),
        ]
    )
    picks = plain(history, mode="on_repeat")
    assert titles(picks) == ["SONG (feat. B)"]
    assert picks["plays"][0] == 3
    assert picks["uri"][0] == uri_of("a", "SONG (feat. B)")
    assert picks.attrs["dropped"]["duplicate"] == 1


def test_as_of_looks_at_nothing_later(plays: Maker) -> None:
    history = plays([("A", "Old", 50), ("B", "New", 1)])
    picks = plain(history, mode="on_repeat", as_of=NOW - pd.Timedelta(days=40))
    assert titles(picks) == ["Old"]
    assert picks["reason"][0].endswith("last 10 days ago")
    for same in (str(NOW), NOW.tz_convert("Asia/Tokyo"), NOW.to_pydatetime()):
        assert titles(plain(history, mode="on_repeat", as_of=same)) == ["New", "Old"]


def test_local_days_are_counted_where_they_are_known(plays: Maker) -> None:
    # 23:30 and 00:30 UTC are one evening in New York
    history = plays([("A", "Song", 80 + h / 24) for h in (0.5, 1.5)] + [("A", "Song", 90.0)])
    history["started_at"] = pd.to_datetime(
        ["2026-09-04T00:30Z", "2026-09-03T23:30Z", "2026-08-25T20:00Z"]
    ).astype("datetime64[us, UTC]")
    assert "on 3 days" in plain(history, mode="rediscover", as_of=NOW)["reason"][0]
    history["local_day"] = pd.to_datetime(["2026-09-03", "2026-09-03", "2026-08-25"])
    assert "on 2 days" in plain(history, mode="rediscover", as_of=NOW)["reason"][0]


# ---------------------------------------------------------------- variety, filters, exclusions


@pytest.fixture
def crowded(plays: Maker) -> pd.DataFrame:
    rows = [("A", f"A{n}", 1.0) for n in range(6) for _ in range(9 - n)]
    rows += [(f"B{n}", f"B{n}", 1.0) for n in range(6)]
    return plays(rows)


def test_artists_are_capped_and_kept_apart(crowded: pd.DataFrame) -> None:
    picks = recommend.recommend(history=crowded, mode="on_repeat", per_artist=3)
    artists = list(picks["artist"])
    assert artists.count("A") == 3
    places = [n for n, artist in enumerate(artists) if artist == "A"]
    assert all(b - a >= 3 for a, b in itertools.pairwise(places))
    assert picks.attrs["dropped"]["per_artist"] > 0
    assert list(picks["rank"]) == list(range(1, 10))
    without = recommend.recommend(history=crowded, mode="on_repeat", diversity=0, per_artist=None)
    assert titles(without)[:6] == [f"A{n}" for n in range(6)]


def test_n_is_the_most(crowded: pd.DataFrame) -> None:
    assert len(recommend.recommend(history=crowded, mode="on_repeat", n=4)) == 4


@pytest.mark.parametrize(
    "exclude",
    [
        "A",
        ["A"],
        pd.DataFrame({"artist": ["a"]}),
        pd.DataFrame({"track": [f"A{n} - Live" for n in range(6)], "artist": "A"}),
        [uri_of("A", f"A{n}") for n in range(6)],
        pd.Series([f"A - A{n}" for n in range(6)]),
    ],
)
def test_excluded_is_not_suggested(crowded: pd.DataFrame, exclude: Any) -> None:
    picks = recommend.recommend(history=crowded, mode="on_repeat", exclude=exclude)
    assert set(picks["artist"]) == {f"B{n}" for n in range(6)}
    assert picks.attrs["dropped"]["excluded"] == 6


@pytest.mark.parametrize(
    "ignore", ["A", lambda plays: plays["artist"] == "A", recommend.where("artist == 'A'")]
)
def test_ignored_plays_do_not_count(crowded: pd.DataFrame, ignore: Any) -> None:
    picks = recommend.recommend(history=crowded, mode="on_repeat", ignore=ignore)
    assert set(picks["artist"]) == {f"B{n}" for n in range(6)}
    assert picks.attrs["n_plays"] == 6


def test_filters(crowded: pd.DataFrame) -> None:
    def run(filters: Any) -> pd.DataFrame:
        return plain(crowded, mode="on_repeat", filters=filters)

    assert titles(run("plays >= 8")) == ["A0", "A1"]
    assert titles(run(["plays >= 8", lambda t: t["track"] != "A0"])) == ["A1"]
    nothing = run("duration_ms < 300000")
    assert nothing.empty
    assert nothing.attrs["dropped"]["filter_unknown"] == 12
    with pytest.raises(ValueError, match="'mood'"):
        run("mood == 1")
    with pytest.raises(ValueError, match="cannot be read"):
        run("exit()")
    with pytest.raises(ValueError, match="`filters`"):
        run([5])


# ---------------------------------------------------------------- continue


@pytest.fixture
def sessions(plays: Maker) -> pd.DataFrame:
    """Two kinds of evenings; Song 0-4 go together, and Song 5-9."""
    rows = []
    for day in range(60):
        first = 0 if day % 2 else 5
        for place in range(3):
            song = first + (day + place) % 5
            rows.append((f"Artist {song}", f"Song {song}", 60 - day - place * 0.003))
    return plays(rows)


def test_continue_stays_with_what_shares_sessions(sessions: pd.DataFrame) -> None:
    picks = recommend.recommend("Song 1", sessions, mode="continue", n=4)
    assert set(titles(picks)) == {"Song 0", "Song 2", "Song 3", "Song 4"}
    assert set(picks["seed"]) == {"Song 1"}
    assert all(
        reason.startswith("in ") and "of your sessions with Song 1" in reason
        for reason in picks["reason"]
    )


@pytest.mark.parametrize(
    "seeds",
    [
        "Artist 6 - Song 6",
        uri_of("Artist 6", "Song 6"),
        "artist 6",
        ["Song 6", "Song 7"],
        pd.DataFrame({"track": ["Song 6"], "artist": ["Artist 6"]}),
        pd.DataFrame(
            {"artist": ["Artist 6"], "id": ["x" * 22], "uri": ["spotify:artist:" + "x" * 22]}
        ),
        pd.DataFrame({"uri": [uri_of("Artist 6", "Song 6")]}),
        pd.DataFrame({"name": ["Song 6"], "artist": ["Artist 6"], "kind": ["track"]}),
        pd.Series(["Song 6"]),
    ],
)
def test_seeds_may_come_in_any_form(sessions: pd.DataFrame, seeds: Any) -> None:
    picks = recommend.recommend(seeds, sessions, mode="continue", n=3)
    assert len(picks) == 3
    assert {title in {f"Song {n}" for n in range(5, 10)} for title in titles(picks)} == {True}


def test_an_artist_as_seed_may_be_answered_by_their_other_tracks(plays: Maker) -> None:
    rows = [("A", title, day + place / 500) for day in range(9) for place, title in enumerate("xy")]
    picks = recommend.recommend("A", plays(rows), mode="continue")
    assert sorted(titles(picks)) == ["x", "y"]
    assert set(picks["reason"]) == {
        "in 9 of your sessions with x",
        "in 9 of your sessions with y",
    }


def test_models_do_not_learn_from_the_web_api(sessions: pd.DataFrame) -> None:
    sessions["source"] = "web_api"
    picks = recommend.recommend("Song 1", sessions, mode="continue")
    said = picks.attrs["providers"]["own.neighbours"]
    assert picks.empty
    assert said["status"] == "skipped"
    assert "https://developer.spotify.com/policy" in said["why"]
    # counting is not learning
    assert len(recommend.recommend(history=sessions, mode="on_repeat")) == 10


def test_playlists_are_learnt_from_only_where_they_did_not_come_through_the_web_api(
    plays: Maker,
) -> None:
    history = plays([("A", "One", 1), ("B", "Two", 2), ("C", "Three", 3)])
    entries = pd.DataFrame(
        {"playlist_id": "p", "track": ["One", "Three"], "artist": ["A", "C"], "uri": pd.NA}
    )
    picks = recommend.recommend("One", history, playlists=entries, mode="continue")
    assert picks.empty
    entries.attrs["source"] = "web_api"
    picks = recommend.recommend("One", history, playlists=entries, mode="continue")
    assert picks.empty
    assert "2 rows of the Web API left out" in picks.attrs["providers"]["own.neighbours"]["why"]
    entries.attrs["source"] = "account"
    picks = recommend.recommend("One", history, playlists=entries, mode="continue")
    assert titles(picks) == ["Three"]
    assert picks["reason"][0] == "in 1 of your sessions and playlists with One"


def test_reasons_name_no_playlists_that_were_left_out(sessions: pd.DataFrame) -> None:
    entries = pd.DataFrame({"playlist_id": "p", "track": ["Song 1"], "artist": ["A1"]})
    picks = recommend.recommend("Song 1", sessions, playlists=entries, mode="continue")
    assert len(picks)
    assert not picks["reason"].str.contains("playlists").any()


def test_playlists_without_ids_are_told_apart_by_name(plays: Maker) -> None:
    history = plays([("A", "One", 1), ("B", "Two", 2), ("C", "Three", 3)])
    rows = [
        {"playlist": "p", "track": "One", "artist": "A"},
        {"playlist": "p", "track": "Three", "artist": "C"},
        {"playlist": "q", "track": "Two", "artist": "B"},
    ]
    entries = tables.note(tables.conform(rows, tables.PLAYLIST_ITEMS), source="account")
    picks = recommend.recommend("One", history, playlists=entries, mode="continue")
    assert titles(picks) == ["Three"]


def test_seeds_that_are_nowhere_are_named(sessions: pd.DataFrame) -> None:
    picks = recommend.recommend(["Song 1", "Nobody"], sessions, mode="continue")
    assert picks.attrs["seeds_not_in_plays"] == ["Nobody"]
    assert len(picks) == 4


# ---------------------------------------------------------------- mix


def test_mix_joins_what_is_on_repeat_and_what_is_forgotten(plays: Maker) -> None:
    rows = [(f"A{n}", f"Loved {n}", 60 + d) for n in range(5) for d in range(4)]
    rows += [(f"B{n}", f"Now {n}", d) for n in range(5) for d in range(3)]
    picks = recommend.recommend(history=plays(rows), n=10)
    assert picks.attrs["mode"] == "mix"
    assert set(picks["sources"]) == {"own.on_repeat", "own.rediscover"}
    # one of each in turn: neither crowds out the other
    assert list(picks["sources"]) == ["own.on_repeat", "own.rediscover"] * 5
    assert picks.attrs["providers"]["catalogue"]["status"] == "skipped"
    assert "client" in picks.attrs["providers"]["catalogue"]["why"]


# ---------------------------------------------------------------- edges


def test_suggest_R02_nothing_to_go_by_is_an_empty_table_that_says_why() -> None:
    for mode in recommend.MODES:
        picks = recommend.recommend(mode=mode)
        assert picks.empty
        assert dict(picks.dtypes.astype(str)) == tables.PICKS.dtypes
        assert all(
            said["status"] == "skipped" and said["why"]
            for said in picks.attrs["providers"].values()
        )


@pytest.mark.parametrize("mode", list(recommend.MODES))
def test_every_row_conforms_and_has_a_reason(rotation: pd.DataFrame, mode: str) -> None:
    picks = recommend.recommend(history=rotation, mode=mode)
    assert dict(picks.dtypes.astype(str)) == tables.PICKS.dtypes
    assert picks["reason"].notna().all()
    assert (picks["reason"].str.len() > 10).all()
    assert picks["sources"].notna().all()


@pytest.mark.parametrize("mode", list(recommend.MODES))
def test_the_order_of_the_rows_and_of_the_process_does_not_matter(
    rotation: pd.DataFrame, mode: str
) -> None:
    once = recommend.recommend(history=rotation, mode=mode)
    again = recommend.recommend(history=rotation.sample(frac=1, random_state=3), mode=mode)
    pd.testing.assert_frame_equal(once, again)


def test_two_processes_agree(rotation: pd.DataFrame, tmp_path: Any) -> None:
    rotation.to_pickle(tmp_path / "plays.pkl")
    code = (
        "import pandas as pd; from spotify_analysis import recommend;"
        f"p = pd.read_pickle({str(tmp_path / 'plays.pkl')!r});"
        "print(recommend.recommend(history=p).to_csv())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop() == recommend.recommend(history=rotation).to_csv() + "\n"


def test_the_history_is_not_changed(rotation: pd.DataFrame) -> None:
    before = rotation.copy(deep=True)
    recommend.recommend(history=rotation)
    pd.testing.assert_frame_equal(rotation, before)


def test_other_tables_of_plays_will_do(plays: Maker) -> None:
    bare = plays([("A", "Song", 1)])[["ended_at", "track", "artist"]]
    scrobbles = bare.rename(columns={"ended_at": "played_at"})
    scrobbles["played_at"] = scrobbles["played_at"].astype(str)
    for table in (bare, scrobbles):
        assert titles(recommend.recommend(history=table, mode="on_repeat")) == ["Song"]
    with pytest.raises(ValueError, match="'artist'"):
        recommend.recommend(history=bare[["ended_at", "track"]])


class Broken:
    """A provider that fails."""

    name = "other.broken"
    modes: tuple[str, ...] = ()
    weight = 1.0

    def candidates(self, context: recommend.Context) -> recommend.Answer:
        raise RuntimeError("no luck today")


class Other:
    """A provider of somebody else's."""

    name = "other.fine"
    modes: tuple[str, ...] = ()
    weight = 0.5

    def candidates(self, context: recommend.Context) -> recommend.Answer:
        song = recommend.Candidate("Unheard", "New", "somebody said so", 1.0)
        return recommend.Answer([song, song])


def test_a_provider_that_fails_ends_nothing(plays: Maker) -> None:
    history = plays([("A", "Song", 1)])
    picks = recommend.recommend(
        history=history, mode="on_repeat", providers=["own", Broken(), Other()]
    )
    assert sorted(titles(picks)) == ["Song", "Unheard"]
    said = picks.attrs["providers"]["other.broken"]
    assert (said["status"], said["why"]) == ("failed", "RuntimeError: no luck today")
    new = picks[picks["track"] == "Unheard"].iloc[0]
    assert not new["known"]
    assert new["novelty"] == 1.0
    assert pd.isna(new["uri"])


def test_providers_that_agree_both_give_their_reason(plays: Maker) -> None:
    history = plays([("A", "Song", 1), ("B", "Unheard", 2)])

    class Agrees(Other):
        def candidates(self, context: recommend.Context) -> recommend.Answer:
            return recommend.Answer(
                [recommend.Candidate("Unheard", "B", "liked nearby", 9.0, isrc="XX1")]
            )

    picks = recommend.recommend(
        history=history, mode="on_repeat", providers=["own", Agrees()], diversity=0
    )
    first = picks.iloc[0]
    assert first["track"] == "Unheard"
    assert first["score"] == pytest.approx(1 / 62 + 0.5 / 61)
    assert first["sources"] == "own.on_repeat; other.fine"
    assert first["reason"].endswith("; also liked nearby")
    assert first["isrc"] == "XX1"
    assert picks.attrs["score"] == "reciprocal rank over providers"


def test_novelty_is_the_share_of_what_is_not_known(plays: Maker) -> None:
    class Many(Other):
        def candidates(self, context: recommend.Context) -> recommend.Answer:
            return recommend.Answer(
                [recommend.Candidate(f"N{n}", f"New {n}", "new", 1.0) for n in range(50)]
            )

    history = plays([(f"A{n}", f"S{n}", n) for n in range(50)])
    for novelty, expected in ((0.0, 0), (0.3, 6), (0.5, 10), (1.0, 20)):
        picks = recommend.recommend(
            history=history, providers=["own.on_repeat", Many()], n=20, novelty=novelty
        )
        assert (~picks["known"]).sum() == expected


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"mode": "radio"}, "one of on_repeat"),
        ({"n": 0}, "`n`"),
        ({"n": 2.5}, "`n`"),
        ({"novelty": 2}, "`novelty`"),
        ({"diversity": -0.1}, "`diversity`"),
        ({"diversity": float("nan")}, "`diversity`"),
        ({"per_artist": 0}, "`per_artist`"),
        ({"providers": ["radio"]}, "'radio'"),
        ({"providers": ["own", "own.on_repeat"]}, "twice"),
        ({"providers": None}, "`providers` must be 'auto' or name some of .*; not None"),
        ({"providers": [recommend.Deezer]}, "`providers` .*; not <class"),
        ({"mode": ["mix"]}, r"`mode` must be one of .*; not \['mix'\]"),
        ({"novelty": "high"}, "`novelty` must be from 0 to 1; not 'high'"),
        ({"as_of": "soon"}, "`as_of`"),
        ({"mode": "on_repeat", "exclude_known": True}, "leave nothing"),
        ({"seeds": 5}, "`seeds`"),
        ({"seeds": [1]}, "`seeds`"),
        ({"seeds": ["spotify:album:" + "a" * 22]}, "album"),
        ({"seeds": pd.DataFrame({"playlist": ["x"], "uri": ["y"]})}, "playlist_items"),
        ({"seeds": pd.DataFrame({"x": [1]})}, "no tracks"),
        ({"seeds": pd.DataFrame({"x": [1], 0: [1]})}, r"no tracks .* \[0, 'x'\]"),
        ({"seeds": pd.DataFrame([["a"] * 3], columns=["track", "artist", "track"])}, "two columns"),
        ({"seeds": pd.DataFrame({"artist": ["A"], "weight": [-1.0]})}, "weight"),
        ({"history": [1]}, "`history`"),
        ({"history": "x.csv", "ignore": lambda plays: plays["skipped"]}, "`history` .* not str"),
        ({"exclude": 5}, "`exclude`"),
    ],
)
def test_wrong_arguments_are_named(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        recommend.recommend(**options)


@pytest.mark.parametrize("column", ["name", "track"])
def test_a_table_of_names_alone_is_a_list_of_names(column: str, sessions: pd.DataFrame) -> None:
    listed = ["Artist 1", "Song 6"]
    picks = recommend.recommend(pd.DataFrame({column: listed}), sessions, mode="continue")
    expected = recommend.recommend(listed, sessions, mode="continue")
    assert len(expected)
    pd.testing.assert_frame_equal(picks, expected)


def test_an_artist_whose_name_a_csv_file_gives_as_a_number(plays: Maker) -> None:
    history = plays([("311", f"Song {n}", n + day / 10) for n in range(3) for day in range(4)])
    seeds = pd.DataFrame({"artist": [311]})
    expected = recommend.recommend("311", history, mode="mix")
    assert len(expected)
    pd.testing.assert_frame_equal(recommend.recommend(seeds, history, mode="mix"), expected)


def test_weights_of_seeds_are_respected(sessions: pd.DataFrame) -> None:
    seeds = pd.DataFrame(
        {"track": ["Song 1", "Song 6"], "artist": ["Artist 1", "Artist 6"], "weight": [1.0, 9.0]}
    )
    picks = recommend.recommend(seeds, sessions, mode="continue", n=3, diversity=0)
    assert [seed["weight"] for seed in picks.attrs["seeds"]] == [0.9, 0.1]
    assert set(picks["seed"]) == {"Song 6"}


def test_many_plays_are_fast() -> None:
    rng = np.random.default_rng(0)
    n = 50_000
    days = np.sort(rng.random(n) * 3650)[::-1]
    history = plays_of([("A", "S", 0.0)]).iloc[[0] * n].reset_index(drop=True)
    history["ended_at"] = NOW - pd.to_timedelta(days, unit="D")
    history["artist"] = pd.array([f"Artist {k}" for k in rng.integers(2_000, size=n)])
    picks = recommend.recommend(history=history)
    assert len(picks) == 30
